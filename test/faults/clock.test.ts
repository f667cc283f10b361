// The machine's clock is wrong and is put right, or the zone changes its own: no second digest, no burst, no alert that waits for an hour.
import { describe, expect, it, vi } from 'vitest';
import { hour, minute, second } from '../../src/clock.ts';
import { formatInstant, localDate } from '../../src/time-zone.ts';
import { dailyDigest, places } from './configuration.ts';
import { expectOnceEach, keyOf, rootOf } from './delivery-assertions.ts';
import { allTold, comeBack, digestSent, fall } from './scenario.ts';
import { type WholeBot, withWholeBot } from './whole-bot.ts';

// Minutes and hours of the clock pass in seconds, on a machine that is busy in more.
vi.setConfig({ testTimeout: 120_000 });

const jumps = [
  { what: 'an hour ahead', by: hour },
  { what: 'an hour back', by: -hour },
];

function digests(whole: WholeBot): string[] {
  return whole.workspace.messages(places.digests).map(keyOf);
}

describe('the clock is put right', () => {
  it.each(jumps)('$what: polls go on at their pace, without a burst', async ({ by }) => {
    await withWholeBot({}, async (whole) => {
      const { clock, network, platforms } = whole;
      const asked = (): number => network.count(platforms.imkit.url);
      await whole.advance(2 * minute);
      const usual = asked();
      await whole.advance(2 * minute);
      const pace = asked() - usual;
      clock.correct(clock.now() + by);
      const before = asked();
      await whole.advance(2 * minute);
      expect(pace).toBeGreaterThan(20);
      expect(Math.abs(asked() - before - pace)).toBeLessThanOrEqual(4);
    });
  });

  it.each(jumps)('$what while an alert fires: it is not said again, and its end comes in time', async ({ by }) => {
    await withWholeBot({}, async (whole) => {
      const { clock, workspace } = whole;
      await fall(whole, 0.05);
      await allTold(whole);
      clock.correct(clock.now() + by);
      await whole.advance(2 * minute);
      // That nothing was measured for an hour may stand in its thread; nobody is called.
      const said = workspace.everything().filter(({ threadTs }) => threadTs !== undefined);
      expect(said.filter(({ broadcast, text }) => broadcast || text.includes('S0ONCALL'))).toEqual([]);
      whole.memory(undefined);
      await whole.reach(() => rootOf(workspace, 'memory-low')?.text.includes('Resolved'), 2 * minute, 'the end');
      await allTold(whole);
      expectOnceEach(workspace, whole);
    });
  });

  it.each(jumps)('$what while a message waits: it does not wait for longer than Slack asked', async ({ by }) => {
    await withWholeBot({}, async (whole) => {
      const { clock, workspace } = whole;
      workspace.fault({ method: 'chat.postMessage', kind: '503', times: 2 });
      await fall(whole, 0.05);
      await whole.advance(2 * second);
      clock.correct(clock.now() + by);
      await whole.reach(() => rootOf(workspace, 'memory-low'), 3 * minute, 'the opening');
      await comeBack(whole);
      await allTold(whole);
      expectOnceEach(workspace, whole);
    });
  });

  it.each(jumps)('$what over the time of the digest: it comes once', async ({ by }) => {
    // Ahead from before its time to after it, or back from after it to before.
    const at = by > 0 ? '2026-04-14T08:30:00+08:00' : '2026-04-14T08:59:00+08:00';
    await withWholeBot({ at, digests: dailyDigest }, async (whole) => {
      const { clock } = whole;
      await whole.advance(minute);
      if (by < 0) await digestSent(whole);
      clock.correct(clock.now() + by);
      await digestSent(whole);
      await whole.advance(10 * minute);
      await whole.stop();
      await whole.start();
      clock.correct(clock.now() - 30 * minute);
      await whole.advance(40 * minute);
      expect(digests(whole)).toEqual(['digest:daily:2026-04-13']);
      expectOnceEach(whole.workspace, whole);
    });
  });
});

it.each(jumps)(
  'a clock that is $what of Slack’s all the time: a message that may have arrived is found, not said twice',
  async ({ by }) => {
    await withWholeBot({ slackAhead: -by }, async (whole) => {
      const fault = whole.workspace.fault({ method: 'chat.postMessage', kind: 'cut-after', times: 3 });
      await fall(whole, 0.05);
      await allTold(whole);
      await comeBack(whole);
      await allTold(whole);
      expect(fault.hits).toBe(3);
      expectOnceEach(whole.workspace, whole);
    });
  },
);

describe('a zone with daylight saving', () => {
  const changes = [
    // The hour from two to three does not exist in the second night, or comes twice.
    { timezone: 'Europe/Berlin', from: '2026-03-27T23:50:00+01:00', seen: ['28 02:30', '29 03:00', '30 02:30'] },
    { timezone: 'Europe/Berlin', from: '2026-10-23T23:50:00+02:00', seen: ['24 02:30', '25 02:30', '26 02:30'] },
    { timezone: 'America/New_York', from: '2026-11-01T00:00:00-04:00', seen: ['01 02:30', '02 02:30'] },
  ];

  it.each(changes)('$timezone from $from: the digest of half past two comes once each night', async (change) => {
    const { timezone, from, seen } = change;
    const digests = `  - id: daily\n    channel: ${places.digests}\n    schedule: "30 2 * * *"\n`;
    await withWholeBot({ at: from, timezone, digests, pollEvery: '60m', alerts: '' }, async (whole) => {
      const { clock, workspace } = whole;
      // Around the time of the digest a few minutes at a time, and then as long as it takes to notice; else in large steps.
      while (localDate(clock.now(), timezone).slice(8) <= (seen.at(-1) ?? '').slice(0, 2)) {
        const isNear = /^(01:[45]|02|03:[01])/.test(formatInstant(clock.now(), timezone, 'HH:mm'));
        clock.correct(clock.now() + (isNear ? 4.5 : 20) * minute);
        await whole.advance(isNear ? 31 * second : second);
      }
      const told = workspace.messages(places.digests);
      const times = told.map(({ at }) => formatInstant(at - (at % (10 * minute)), timezone, 'dd HH:mm'));
      expect(times).toEqual(seen);
      expect(new Set(told.map(keyOf)).size).toBe(seen.length);
    });
  });
});
