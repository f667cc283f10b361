// Words in the thread of a storm: they mean all of its alerts and no other, whoever says them and however late.
import { describe, expect, it, vi } from 'vitest';
import { minute } from '../../src/clock.ts';
import type { Message } from '../../src/demo/workspace/workspace.ts';
import { memoryRule, places } from './configuration.ts';
import { say } from './say-in-thread.ts';
import { allTold } from './scenario.ts';
import { type WholeBot, withWholeBot } from './whole-bot.ts';

// Minutes of the clock pass in seconds, on a machine that is busy in more.
vi.setConfig({ testTimeout: 120_000 });

/** Eight rules that open at once: five have messages of their own, the last three are the storm. */
const rules = [1, 2, 3, 4, 5, 6, 7, 8].map(
  (number) => `  - id: conn-${number}
    app: prod
    metric: connections.current
    above: ${1_600 + number * 10}
    clearAt: 1500
    for: 0s
    keepFiring: 20s
    channel: ${places.alerts}
`,
);
const written = { alerts: rules.join('') + memoryRule };
const [own, inStorm] = [
  ['conn-1', 'conn-2', 'conn-3', 'conn-4', 'conn-5'],
  ['conn-6', 'conn-7', 'conn-8'],
];
const named = 'conn-6, conn-7 and conn-8';

const stormOf = ({ workspace }: WholeBot): Message | undefined =>
  workspace.messages(places.alerts).find(({ threadTs, text }) => threadTs === undefined && text.includes('at once'));

async function storm(whole: WholeBot): Promise<void> {
  whole.platforms.controls.setConnections(1_000);
  await whole.advance(20_000);
  whole.platforms.controls.setConnections(1_950);
  await whole.reach(() => stormOf(whole) !== undefined, minute, 'a storm');
  await allTold(whole);
}

interface Stood {
  readonly as: string;
  readonly condition: string;
}

function standing({ rows }: WholeBot): Map<string, Stood> {
  const stored = rows('SELECT rule, state FROM alert').map(({ rule, state }) => {
    const { response, machine } = JSON.parse(String(state));
    return [String(rule), { as: response.as, condition: machine.condition }] as const;
  });
  return new Map(stored);
}

const each = (whole: WholeBot, of: readonly string[]): (Stood | undefined)[] =>
  of.map((rule) => standing(whole).get(rule));

describe('in the thread of a storm', () => {
  it.each([
    [
      'ack',
      `Acknowledged by <@U0ALICE> until 16:3\\d Asia/Taipei: ${named}.`,
      { as: 'acknowledged', condition: 'firing' },
    ],
    [
      'ack 2h',
      `Acknowledged by <@U0ALICE> until 10:3\\d Asia/Taipei: ${named}.`,
      { as: 'acknowledged', condition: 'firing' },
    ],
    [
      'silence 1h deploy',
      `Silenced by <@U0ALICE> until 09:3\\d Asia/Taipei: ${named}. Reason: deploy.`,
      { as: 'silenced', condition: 'firing' },
    ],
    ['resolve', `Closed for now by <@U0ALICE>: ${named}.`, { as: 'open', condition: 'inactive' }],
  ])('"%s" is done with all of it and with nothing else, and undone together', async (words, answer, stands) => {
    await withWholeBot(written, async (whole) => {
      await storm(whole);
      const before = each(whole, own);
      expect((await say(whole, stormOf(whole), words)).text).toMatch(new RegExp(`^${answer}`));
      expect(each(whole, inStorm)).toEqual([stands, stands, stands]);
      expect(each(whole, own)).toEqual(before);
      expect((await say(whole, stormOf(whole), 'undo')).text).toMatch(
        new RegExp(`^Undone by <@U0ALICE>, the .*: ${named}.`),
      );
      const open = { as: 'open', condition: 'firing' };
      expect(each(whole, inStorm)).toEqual([open, open, open]);
    });
  });

  it('a note is kept with each of them, also when all are over, and taken back from each', async () => {
    await withWholeBot(written, async (whole) => {
      await storm(whole);
      whole.platforms.controls.setConnections(1_000);
      await whole.advance(minute);
      await allTold(whole);
      expect((await say(whole, stormOf(whole), 'note it was the deploy')).text).toBe(`Noted by <@U0ALICE>: ${named}.`);
      const past = await whole.ask('alerts 1d');
      expect(past.match(/1 note/g)).toHaveLength(3);
      // Each of them stands in the message of the storm.
      expect(past.match(/Open thread/g)).toHaveLength(8);
      expect((await say(whole, stormOf(whole), 'undo')).text).toBe(`Undone by <@U0ALICE>: ${named}.`);
      expect(await whole.ask('alerts 1d')).not.toContain('1 note');
    });
  });

  it('who comes second is told who has them, and takes them over with one button', async () => {
    await withWholeBot(written, async (whole) => {
      await storm(whole);
      await say(whole, stormOf(whole), 'ack', 'U0BOB');
      const offered = await say(whole, stormOf(whole), 'ack');
      expect(offered.text).toBe(`<@U0BOB> has ${named} in hand.`);
      expect(JSON.stringify(offered.blocks)).toContain('take_over');
      expect((await say(whole, stormOf(whole), 'take over')).text).toMatch(/^Acknowledged by <@U0ALICE> until/);
    });
  });

  it('what cannot be done is said once, with why', async () => {
    await withWholeBot(written, async (whole) => {
      await storm(whole);
      expect((await say(whole, stormOf(whole), 'unsilence')).text).toContain(
        `Nothing was done with ${named}. There is nothing to end: the alert is not silenced.`,
      );
    });
  });

  it('of one that is over nothing is done with the alerts that are open since', async () => {
    await withWholeBot(written, async (whole) => {
      await storm(whole);
      whole.platforms.controls.setConnections(1_000);
      await whole.advance(2 * minute);
      whole.platforms.controls.setConnections(1_665);
      await whole.advance(minute);
      await allTold(whole);
      expect(standing(whole).get('conn-6')).toEqual({ as: 'open', condition: 'firing' });
      expect((await say(whole, stormOf(whole), 'ack')).text).toContain(`Nothing was done with ${named}`);
      expect(standing(whole).get('conn-6')).toEqual({ as: 'open', condition: 'firing' });
    });
  });

  it('"why" names its alerts and no others', async () => {
    await withWholeBot(written, async (whole) => {
      await storm(whole);
      const { text } = await say(whole, stormOf(whole), 'why');
      expect(text).toContain('3 alerts fit; name one of them.');
      expect(text).toContain('/imstats why conn-6');
      expect(text).not.toContain('conn-5');
    });
  });
});
