// What people say of alerts through the whole bot, as commands and in the threads of incidents: what it covers, what ends it, what takes it back.
import { describe, expect, it, vi } from 'vitest';
import { minute } from '../../src/clock.ts';
import type { Message } from '../../src/demo/workspace/workspace.ts';
import { memoryRule, places } from './configuration.ts';
import { say } from './say-in-thread.ts';
import { allTold, comeBack, fall } from './scenario.ts';
import { type WholeBot, withWholeBot } from './whole-bot.ts';

// Minutes of the clock pass in seconds, on a machine that is busy in more.
vi.setConfig({ testTimeout: 120_000 });

const twoRules = memoryRule + memoryRule.replace('memory-low', 'memory-too');

const roots = ({ workspace }: WholeBot): readonly Message[] =>
  workspace
    .messages(places.alerts)
    .filter(({ threadTs, text }) => threadTs === undefined && text.includes('memory-low'));

/** Critical at once, and told. */
async function critical(whole: WholeBot): Promise<Message | undefined> {
  const before = roots(whole).length;
  whole.memory(0.05);
  await whole.reach(() => roots(whole).length > before, minute, 'a critical alert');
  await allTold(whole);
  return roots(whole).at(-1);
}

it('a silence said at critical leaves the next critical to page, and says so before', async () => {
  await withWholeBot({}, async (whole) => {
    const first = await critical(whole);
    const { text } = await say(whole, first, 'silence 2h');
    expect(text).toContain('in this incident critical too, then its warnings; critical still pages after it');
    await comeBack(whole);
    expect(await whole.ask('alerts')).toContain('warnings only');
    const second_ = await critical(whole);
    expect(second_?.ts).not.toBe(first?.ts);
    expect(second_?.text).toContain('<!subteam^S0ONCALL>');
    expect(second_?.text).toContain('Critical ended the silence of');
  });
});

describe('words in the thread of an incident', () => {
  it('take over, with the time that was asked for, extend and undo', async () => {
    await withWholeBot({}, async (whole) => {
      await fall(whole, 0.1);
      const [root] = roots(whole);
      await say(whole, root, 'ack', 'U0BOB');
      const offered = await say(whole, root, 'ack 2h');
      expect(offered.text).toMatch(/<@U0BOB> has memory-low in hand until/);
      expect(JSON.stringify(offered.blocks)).toMatch(/"take_over","value":"\d+ memory-low"|"value":"\d+ memory-low"/);
      expect((await say(whole, root, 'take over 2h')).text).toMatch(
        /Taken over by <@U0ALICE> from <@U0BOB> until 10:3\d Asia\/Taipei: memory-low/,
      );
      expect((await say(whole, root, 'extend 1h')).text).toMatch(
        /Acknowledged by <@U0ALICE> until 11:3\d Asia\/Taipei: memory-low/,
      );
      expect((await say(whole, root, 'undo')).text).toMatch(
        /Undone by <@U0ALICE>, the acknowledgement: memory-low, acknowledged by <@U0ALICE> until 10:3\d/,
      );
      expect((await say(whole, root, 'undo')).text).toContain('There is nothing to undo');
    });
  });

  it('a refusal names the person who did something since, and shows no token', async () => {
    await withWholeBot({}, async (whole) => {
      await fall(whole, 0.1);
      const [root] = roots(whole);
      await say(whole, root, 'ack', 'U0BOB');
      const { text, blocks } = await say(whole, root, 'undo');
      expect(text).toContain('There is nothing of yours to undo: <@U0BOB> acknowledged it since (memory-low).');
      expect(JSON.stringify(blocks)).toContain('<@U0BOB> acknowledged it since');
      expect(JSON.stringify([text, blocks])).not.toContain('{user:');
    });
  });

  it('a note is taken back by its own person, and counts no more', async () => {
    await withWholeBot({}, async (whole) => {
      await fall(whole, 0.1);
      const [root] = roots(whole);
      await say(whole, root, 'note wrong thread');
      expect((await say(whole, root, 'undo', 'U0BOB')).text).toContain('There is nothing to undo');
      expect((await say(whole, root, 'undo')).text).toBe(
        'Taken back by <@U0ALICE>, the note: memory-low, "wrong thread".',
      );
      expect((await say(whole, root, 'undo')).text).toContain('There is nothing to undo');
      expect(await whole.ask('alerts 1d')).not.toMatch(/1 note/);
    });
  });

  it.each(['ack', 'take over', 'extend 1h', 'resolve', 'normal', 'call', 'silence 1h', 'unsilence'])(
    'of one that is over do nothing with the one that is open: %s',
    async (words) => {
      await withWholeBot({}, async (whole) => {
        await fall(whole, 0.1);
        await comeBack(whole);
        await fall(whole, 0.1);
        const [old, open] = roots(whole);
        const before = whole.rows("SELECT state FROM alert WHERE rule = 'memory-low'")[0];
        const { text, blocks } = await say(whole, old, words);
        expect(text).toMatch(
          /^That incident of memory-low is over since 08:3\d, and nothing was done\. Another one is open since 08:3\d Asia\/Taipei\./,
        );
        expect(JSON.stringify(blocks)).toContain('The one that is open');
        expect(response(whole)).toEqual(JSON.parse(String(before?.['state'])).response);
        expect(open?.ts).not.toBe(old?.ts);
      });
    },
  );
});

function response({ rows }: WholeBot): unknown {
  return JSON.parse(String(rows("SELECT state FROM alert WHERE rule = 'memory-low'")[0]?.['state'])).response;
}

it('what is silenced by the name of its app is ended by it', async () => {
  await withWholeBot({ alerts: twoRules }, async (whole) => {
    expect(await whole.ask('silence prod 1h deploy')).toContain('Silenced by');
    expect(await whole.ask('unsilence prod')).toMatch(
      /Silence ended by .*: memory-low, memory-too and prod\.unreachable\./,
    );
    expect(await whole.ask('undo')).toMatch(/Undone by .*: memory-low, memory-too and prod\.unreachable\./);
    expect(await whole.ask('alerts')).toContain('deploy');
  });
});

it('a maintenance that was just begun is taken back by undo', async () => {
  await withWholeBot({ more: 'access: { manage: [U0ALICE] }\n' }, async (whole) => {
    await whole.ask('maintenance prod 30m deploy');
    expect(await whole.ask('undo')).toContain('Maintenance of Production chat was undone');
    expect(await whole.ask('maintenance')).toContain('No');
    expect(await whole.ask('undo')).toContain('There is nothing to undo');
  });
});
