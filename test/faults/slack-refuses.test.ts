// Slack says no for good: the channel, the token, the message or its blocks; people are told all the same, and told why.
import { describe, expect, it, vi } from 'vitest';
import { minute, second } from '../../src/clock.ts';
import { dailyDigest, places } from './configuration.ts';
import { expectOnceEach, keyOf, rootOf, toldOf } from './delivery-assertions.ts';
import { allTold, beforeNine, comeBack, digestSent, fall, night, openIncidents } from './scenario.ts';
import { type WholeBot, withWholeBot } from './whole-bot.ts';

// Minutes and hours of the clock pass in seconds, on a machine that is busy in more.
vi.setConfig({ testTimeout: 120_000 });

type Break = (whole: WholeBot) => void;

/** Ways in which a channel takes nothing more. */
const shut: readonly { word: string; shut: Break }[] = [
  { word: 'is_archived', shut: ({ workspace }) => workspace.archive(places.alerts) },
  { word: 'not_in_channel', shut: refuse('not_in_channel') },
  { word: 'channel_not_found', shut: refuse('channel_not_found') },
  { word: 'restricted_action', shut: refuse('restricted_action') },
];

function refuse(error: string): Break {
  return ({ workspace }) => {
    const when = (args: Readonly<Record<string, unknown>>): boolean => args['channel'] === places.alerts;
    for (const method of ['chat.postMessage', 'chat.update'])
      workspace.fault({ method, kind: { error }, when, times: 1_000 });
  };
}

function rootsIn(whole: WholeBot, channel: string): string[] {
  return whole.workspace
    .messages(channel)
    .filter(({ threadTs }) => threadTs === undefined)
    .map(({ text }) => text);
}

describe('a channel that takes nothing', () => {
  it.each(shut)('$word from the beginning: all of it is told in the fallback channel, with the reason', async (one) => {
    await withWholeBot({ at: beforeNine, digests: dailyDigest }, async (whole) => {
      one.shut(whole);
      await night(whole);
      expectOnceEach(whole.workspace, whole);
      expect(rootsIn(whole, places.alerts)).toEqual([]);
      const [root] = rootsIn(whole, places.fallback);
      expect(root).toContain('is back to');
      expect(await whole.ask('health')).toContain(one.word);
      const told = { level: 40, msg: 'channel refused, fallback taken', code: one.word, channel: places.alerts };
      expect(whole.log).toContainEqual(expect.objectContaining(told));
    });
  });

  it('the first message in the fallback channel says why it stands there', async () => {
    await withWholeBot({}, async (whole) => {
      whole.workspace.archive(places.alerts);
      await fall(whole);
      await whole.reach(() => rootsIn(whole, places.fallback).length, minute, 'a message');
      expect(rootsIn(whole, places.fallback)[0]).toContain(`because ${places.alerts} did not take it (is_archived)`);
    });
  });

  it.each(shut.slice(0, 3))('$word while the alert is open: its end is told in the fallback channel', async (one) => {
    await withWholeBot({}, async (whole) => {
      await fall(whole);
      await allTold(whole);
      expect(rootsIn(whole, places.alerts)).toHaveLength(1);
      one.shut(whole);
      await comeBack(whole);
      await allTold(whole);
      const said = rootsIn(whole, places.fallback).join('\n');
      expect(said).toContain('is back to 40 % free memory');
      expect(whole.workspace.violations).toEqual([]);
      expect(await whole.ask('health')).toContain(one.word);
    });
  });

  it('is forgotten in health as soon as the channel takes a message again', async () => {
    await withWholeBot({}, async (whole) => {
      whole.workspace.fault({ method: 'chat.postMessage', kind: { error: 'not_in_channel' } });
      await fall(whole);
      await allTold(whole);
      expect(await whole.ask('health')).toContain('not_in_channel');
      await comeBack(whole);
      await allTold(whole);
      await whole.advance(minute);
      await fall(whole);
      await allTold(whole);
      expect(await whole.ask('health')).not.toContain('not_in_channel');
      expectOnceEach(whole.workspace, whole);
    });
  });
});

it('a token that was revoked: everything waits, and is told once when the app is installed again', async () => {
  await withWholeBot({ at: beforeNine, digests: dailyDigest }, async (whole) => {
    const revoked = whole.workspace.fault({ method: '*', kind: { error: 'token_revoked' }, times: 1_000_000 });
    await fall(whole);
    await whole.advance(10 * minute);
    expect(whole.workspace.everything().filter((message) => keyOf(message) !== '')).toEqual([]);
    expect(whole.log.filter((line) => line['code'] === 'token_revoked').length).toBeGreaterThan(0);
    revoked.release();
    await whole.reach(() => rootOf(whole.workspace, 'memory-low'), 3 * minute, 'the opening');
    await comeBack(whole);
    await digestSent(whole);
    await allTold(whole);
    expectOnceEach(whole.workspace, whole);
  });
});

describe('a message that was deleted by hand', () => {
  it.each([
    { when: 'before anything was said in its thread', said: false },
    { when: 'with a thread', said: true },
  ])('is posted anew $when, once, and its end is told', async ({ said }) => {
    await withWholeBot({}, async (whole) => {
      const { workspace } = whole;
      await fall(whole);
      await allTold(whole);
      if (said) {
        whole.memory(0.05);
        await whole.advance(20 * second);
        await allTold(whole);
      }
      const root = rootOf(workspace, 'memory-low');
      workspace.remove(places.alerts, root?.ts ?? '');
      whole.memory(said ? 0.03 : 0.09);
      await whole.advance(2 * minute);
      await allTold(whole);
      const [anew] = rootsIn(whole, places.alerts).filter((text) => text.includes('Rule memory-low'));
      expect(anew).toContain(said ? '3 % free memory' : '9 % free memory');
      await comeBack(whole);
      await allTold(whole);
      expectOnceEach(workspace, whole);
    });
  });

  it('when only its end was still to be told: one new message and one line', async () => {
    await withWholeBot({}, async (whole) => {
      const { workspace } = whole;
      await fall(whole);
      await allTold(whole);
      workspace.remove(places.alerts, rootOf(workspace, 'memory-low')?.ts ?? '');
      await comeBack(whole);
      await allTold(whole);
      expectOnceEach(workspace, whole);
      expect(rootOf(workspace, 'memory-low')?.text).toContain('is back to 40 % free memory');
    });
  });
});

describe('blocks that Slack refuses', () => {
  it.each([
    { method: 'chat.postMessage', part: 'lines' },
    { method: 'chat.update', part: 'roots' },
  ] as const)('by $method: the message is said as text', async ({ method, part }) => {
    await withWholeBot({ at: beforeNine, digests: dailyDigest }, async (whole) => {
      const { workspace } = whole;
      const when = (args: Readonly<Record<string, unknown>>): boolean =>
        Array.isArray(args['blocks']) && args['blocks'].length > 0;
      const fault = workspace.fault({ method, kind: { error: 'invalid_blocks' }, when, times: 1_000 });
      await night(whole);
      expect(fault.hits).toBeGreaterThan(0);
      expectOnceEach(workspace, whole);
      const [incident] = whole.rows('select id from incident');
      const plain = toldOf(workspace, String(incident?.['id']))[part];
      expect(plain.map(({ blocks }) => blocks)).toEqual(plain.map(() => []));
    });
  });
});

describe('a picture', () => {
  const holdsPicture = (args: Readonly<Record<string, unknown>>): boolean =>
    JSON.stringify(args['blocks'] ?? '').includes('slack_file');

  async function drawn(whole: WholeBot, probe: () => unknown): Promise<void> {
    for (let wait = 0; wait < 100 && !probe(); wait += 1) await whole.advance(second);
  }

  it('comes after the words; one that Slack refuses leaves them as they stand', async () => {
    await withWholeBot({ charts: '[image, text]' }, async (whole) => {
      const { workspace } = whole;
      // A picture of one value would be none.
      await whole.advance(30 * minute);
      await fall(whole, 0.05);
      const hasPicture = (): boolean =>
        rootOf(workspace, 'memory-low')?.blocks.some(({ type }) => type === 'image') === true;
      await whole.reach(() => rootOf(workspace, 'memory-low'), 5 * second, 'the words');
      expect(hasPicture()).toBe(false);
      await drawn(whole, hasPicture);
      expect(hasPicture()).toBe(true);

      const refused = workspace.fault({
        method: 'chat.update',
        kind: { error: 'invalid_blocks' },
        when: holdsPicture,
        times: 1_000,
      });
      whole.memory(undefined);
      await drawn(whole, () => refused.hits > 0 && openIncidents(whole) === 0);
      await drawn(whole, () => whole.rows('select id from outbox where unfinished = 1').length === 0);
      expect(rootOf(workspace, 'memory-low')?.text).toContain('is back to 40 % free memory');
      expectOnceEach(workspace, whole);
    });
  });
});
