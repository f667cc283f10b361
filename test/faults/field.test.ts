// What people complain of in other tools of this kind, one by one: each of these would fail for a bot that does it too.
import { describe, expect, it, vi } from 'vitest';
import { hour, minute, second } from '../../src/clock.ts';
import type { Message } from '../../src/demo/workspace/workspace.ts';
import { dailyDigest, memoryRule, places } from './configuration.ts';
import { expectOnceEach, keyOf, rootOf, toldOf } from './delivery-assertions.ts';
import { allTold, comeBack, digestSent, fall, openIncidents } from './scenario.ts';
import { type WholeBot, withWholeBot } from './whole-bot.ts';

// Minutes and hours of the clock pass in seconds, on a machine that is busy in more.
vi.setConfig({ testTimeout: 120_000 });

function newest(whole: WholeBot): string {
  return String(whole.rows('select id from incident order by opened_at desc')[0]?.['id']);
}

function pings(messages: readonly Message[]): number {
  return messages.filter(({ text }) => text.includes('S0ONCALL')).length;
}

/** Clicks a button of the newest message of the rule, as Alice. */
async function click(whole: WholeBot, action: string, choice?: string): Promise<void> {
  const ts = rootOf(whole.workspace, 'memory-low')?.ts ?? '';
  const place = { user: 'U0ALICE', channel: places.alerts, ts, action };
  await whole.workspace.click(choice === undefined ? place : { ...place, choice });
  await whole.advance(2 * second);
}

describe('the end of an alert is not lost', () => {
  it('by a restart between the decision and the message', async () => {
    await withWholeBot({}, async (whole) => {
      await fall(whole, 0.05);
      await allTold(whole);
      const limit = whole.workspace.fault({ method: '*', kind: '429', retryAfter: 2, times: 1_000 });
      await comeBack(whole);
      await whole.stop();
      limit.release();
      await whole.start();
      await allTold(whole);
      expectOnceEach(whole.workspace, whole);
      expect(toldOf(whole.workspace, newest(whole)).closes).toHaveLength(1);
    });
  });

  it('by a restart while it recovers, and by a recovery while the bot is away', async () => {
    await withWholeBot({}, async (whole) => {
      await fall(whole, 0.05);
      whole.memory(undefined);
      await whole.advance(15 * second);
      await whole.stop();
      await whole.advance(10 * minute);
      await whole.start();
      await whole.advance(minute);
      await allTold(whole);
      expect(openIncidents(whole)).toBe(0);
      expectOnceEach(whole.workspace, whole);
    });
  });
});

describe('a retry looks again before each attempt', () => {
  it('at what has become of the alert: it says how it stands when Slack is back, once', async () => {
    await withWholeBot({}, async (whole) => {
      const { workspace } = whole;
      workspace.down();
      await fall(whole, 0.1);
      await whole.advance(30 * second);
      whole.memory(0.03);
      await whole.advance(30 * second);
      workspace.up();
      await allTold(whole);
      const { roots } = toldOf(workspace, newest(whole));
      expect(
        roots.map(({ text, editedAt }) => [text.includes('Production chat has 3 % free memory'), editedAt]),
      ).toEqual([[true, undefined]]);
      expectOnceEach(workspace, whole);
    });
  });

  it('and is not undone by restarts: what is in doubt is told although no life of the bot is long', async () => {
    await withWholeBot({}, async (whole) => {
      whole.workspace.fault({ method: 'chat.postMessage', kind: 'cut-before' });
      await fall(whole, 0.05);
      await whole.advance(5 * second);
      for (let life = 0; life < 3 && rootOf(whole.workspace, 'memory-low') === undefined; life += 1) {
        await whole.stop();
        await whole.start();
        await whole.advance(20 * second);
      }
      expect(rootOf(whole.workspace, 'memory-low')?.text).toContain('Production chat has 5 % free memory');
      await allTold(whole);
      expectOnceEach(whole.workspace, whole);
    });
  });
});

describe('a digest', () => {
  it('does not come twice when the bot starts in its minute, and again right after it', async () => {
    await withWholeBot({ at: '2026-04-14T08:59:58+08:00', digests: dailyDigest }, async (whole) => {
      await whole.advance(3 * second);
      for (let start = 0; start < 4; start += 1) {
        await whole.stop();
        await whole.start();
        await whole.advance(5 * second);
      }
      await digestSent(whole);
      await whole.stop();
      await whole.start();
      await whole.advance(2 * minute);
      expect(whole.workspace.messages(places.digests).map(keyOf)).toEqual(['digest:daily:2026-04-13']);
    });
  });

  it('that cannot be sent is missed by somebody: after three hours the fallback channel says so, once', async () => {
    await withWholeBot(
      { at: '2026-04-14T08:59:00+08:00', digests: dailyDigest, pollEvery: '60m', alerts: '' },
      async (whole) => {
        const { workspace, clock } = whole;
        const when = (args: Readonly<Record<string, unknown>>): boolean => args['channel'] === places.digests;
        workspace.fault({ method: 'chat.postMessage', kind: '503', when, times: 100_000 });
        await whole.advance(2 * minute);
        clock.correct(clock.now() + 3 * hour);
        await whole.advance(2 * minute);
        const said = workspace.messages(places.fallback).map(({ text }) => text);
        expect(said).toEqual([expect.stringContaining('The digest daily of 2026-04-13 did not go out')]);
        expect(await whole.ask('health')).toContain('did not go out');
      },
    );
  });
});

describe('an acknowledgement', () => {
  it('quiets repeats, and not what becomes worse', async () => {
    await withWholeBot({ pollEvery: '60s' }, async (whole) => {
      const { workspace } = whole;
      await fall(whole, 0.1);
      await allTold(whole);
      await click(whole, 'Acknowledge');
      await allTold(whole);
      const before = pings(workspace.everything());
      whole.memory(0.05);
      await whole.advance(3 * minute);
      expect(pings(workspace.everything())).toBe(before + 1);
      expect(rootOf(workspace, 'memory-low')?.text).not.toContain('acknowledged by');
    });
  });

  it('is not forgotten: it runs out with a word to who gave it', async () => {
    await withWholeBot({ pollEvery: '60s' }, async (whole) => {
      await fall(whole, 0.05);
      await allTold(whole);
      await click(whole, 'Acknowledge');
      await whole.advance(59 * minute);
      const asked = (): Message[] =>
        whole.workspace.everything().filter(({ text }) => text.includes('your acknowledgement has run out'));
      expect(asked()).toEqual([]);
      await whole.advance(3 * minute);
      expect(asked().map(({ text }) => text.includes('<@U0ALICE>'))).toEqual([true]);
    });
  });
});

describe('a crowd of alerts', () => {
  it('is one message, not one for each, and each of them is seen to end', async () => {
    const rules = Array.from({ length: 12 }, (_, index) => memoryRule.replace('memory-low', `memory-${index}`)).join(
      '',
    );
    await withWholeBot({ alerts: rules }, async (whole) => {
      const { workspace } = whole;
      // Warnings: a critical alert has a message of its own, however many there are.
      whole.memory(0.1);
      await whole.advance(2 * minute);
      await allTold(whole);
      expect(openIncidents(whole)).toBe(12);
      const roots = workspace.messages(places.alerts).filter(({ threadTs }) => threadTs === undefined);
      // The first five are told at once; the sixth makes it a storm.
      expect(roots.length).toBeLessThanOrEqual(6);
      expect(roots.at(-1)?.text).toMatch(/6 to 12 of 12 alerts at once, all on free memory of Production chat: 7 open/);
      await comeBack(whole);
      await allTold(whole, 10 * minute);
      expect(openIncidents(whole)).toBe(0);
      const after = workspace.messages(places.alerts).filter(({ threadTs }) => threadTs === undefined);
      expect(after).toHaveLength(roots.length);
      expect(after.filter(({ text }) => /Critical|Warning:/.test(text.split('\n')[0] ?? ''))).toEqual([]);
      expect(workspace.violations).toEqual([]);
    });
  });

  it('of returns is damped: one that comes and goes stays one message and says so', async () => {
    await withWholeBot({}, async (whole) => {
      const { workspace } = whole;
      for (let swing = 0; swing < 12; swing += 1) {
        whole.memory(0.05);
        await whole.advance(30 * second);
        whole.memory(undefined);
        await whole.advance(40 * second);
      }
      await allTold(whole);
      const roots = workspace.messages(places.alerts).filter(({ threadTs }) => threadTs === undefined);
      expect(roots.length).toBeLessThanOrEqual(6);
      expect(roots.at(-1)?.text).toContain(', flapping: ');
      expect(workspace.violations).toEqual([]);
    });
  });
});

it('a repeat comes ever less often, not every minute for ever', async () => {
  await withWholeBot({ alerts: `${memoryRule}    repeat: [2m, 4m, 8m]\n` }, async (whole) => {
    await fall(whole, 0.05);
    await allTold(whole);
    const at = whole.clock.now();
    await whole.advance(23 * minute);
    const repeats = whole.workspace.everything().filter(({ text }) => text.includes('Still critical'));
    const minutes = repeats.map((message) => Math.round((message.at - at) / minute));
    expect(minutes).toEqual([2, 6, 14, 22]);
  });
});
