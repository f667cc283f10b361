import { afterEach, describe, expect, it } from 'vitest';
import { day, hour, minute, second } from '../../src/clock.ts';
import { PlatformError } from '../../src/errors.ts';
import type { HistoryCount, HistoryRequest } from '../../src/history-service.ts';
import { countKinds, sumOfDays } from '../../src/metrics/history-counts.ts';
import type { HistoryScope, MessageRecord } from '../../src/metrics/message-history.ts';
import { verbatim } from '../../src/metrics/phrase.ts';
import type { HistoryPage, Platform } from '../../src/platforms/platform.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { type HistoryWorld, request, startHistoryWorld } from './history-harness.ts';

const now = '2026-11-22T04:00:00Z'; // noon in Shanghai
const midnight = Date.parse('2026-11-21T16:00:00Z');
const all = { of: 'all' } as const;

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one();
});

interface Held {
  /** Milliseconds that a page takes. */
  readonly pageTime?: number;
  /** Pages of a day. */
  readonly pages: number;
  readonly calls?: number;
  /** Thrown after so many pages of a day. */
  readonly failure?: { readonly after: number; readonly error: Error };
  readonly partialAfter?: number;
}

/** A platform in the hand of a test: pages of ten messages each, at equal distances. */
function heldPlatform(clock: FakeClock, held: Held): Platform & { readonly asked: [HistoryScope, number, number][] } {
  const asked: [HistoryScope, number, number][] = [];
  return {
    asked,
    snapshot: async () => ({ polledAt: clock.now(), values: {}, notes: [] }),
    async *history(scope, from, to, signal) {
      asked.push([scope, from, to]);
      for (let page = 0; page < held.pages; page += 1) {
        if (held.failure !== undefined && page === held.failure.after) throw held.failure.error;
        if (held.pageTime !== undefined)
          await new Promise<void>((resolve) => {
            const cancel = clock.after(held.pageTime ?? 0, resolve);
            signal?.addEventListener('abort', () => {
              cancel();
              resolve();
            });
          });
        if (signal?.aborted === true) throw new PlatformError('aborted', 'Stopped.');
        const length = { calls: page + 1, of: held.calls ?? held.pages, messages: held.pages * 10, perMinute: 150 };
        const messages = Array.from({ length: 10 }, (_, index) =>
          messageAt(from, to, (page * 10 + index) / (held.pages * 10)),
        );
        const partial = held.partialAfter === page;
        yield {
          messages,
          total: undefined,
          length,
          partial,
          ...(partial ? { reasons: [verbatim('It is full.')] } : {}),
        } satisfies HistoryPage;
      }
    },
  };
}

const messageAt = (from: number, to: number, share: number): MessageRecord => ({
  id: String(share),
  at: from + Math.floor((to - from) * share),
  target: 'group',
  type: 'text',
  from: 'a',
  to: '7',
  client: 'web',
});

async function counting(held: Held, wanted: HistoryRequest, clock = createFakeClock(now)) {
  const world = await startHistoryWorld(clock, undo);
  const platform = heldPlatform(clock, held);
  const job = world.open(platform);
  const begun = job.service.begin(wanted);
  return { clock, world, platform, job, begun };
}

async function begunCount(
  begun: ReturnType<typeof counting> extends Promise<infer All> ? All : never,
): Promise<HistoryCount> {
  const result = await begun.begun;
  if (result.state !== 'counting') throw new Error(`It is ${result.state}`);
  return result.count;
}

const storedDates = async ({ store }: HistoryWorld): Promise<string[]> =>
  (await store.histories.days('china', 'Asia/Shanghai', { from: '2026-01-01', to: '2026-12-31' })).map(
    ({ date }) => date,
  );

describe('a count of a whole app', () => {
  it('reads each day by itself, and keeps those that are over', async () => {
    const all3 = await counting({ pages: 2 }, request(all, midnight - 3 * day, midnight + 12 * hour));
    const { days, end } = await (await begunCount(all3)).ended;
    expect(end).toEqual({ state: 'whole' });
    expect(all3.platform.asked.map(([, from, to]) => [from, to])).toEqual([
      [midnight - 3 * day, midnight - 2 * day],
      [midnight - 2 * day, midnight - day],
      [midnight - day, midnight],
      [midnight, midnight + 12 * hour],
    ]);
    expect(days.map((one) => countKinds(one))).toEqual([20, 20, 20, 20]);
    expect(await storedDates(all3.world)).toEqual(['2026-11-19', '2026-11-20', '2026-11-21']);
  });

  it('does not keep a day within an hour after its midnight, nor a part of one', async () => {
    const early = createFakeClock('2026-11-21T16:59:00Z');
    const young = await counting({ pages: 1 }, request(all, midnight - day, midnight), early);
    await (await begunCount(young)).ended;
    const part = await counting({ pages: 1 }, request(all, midnight - 2 * day + 1, midnight - day));
    await (await begunCount(part)).ended;
    expect([await storedDates(young.world), await storedDates(part.world)]).toEqual([[], []]);
  });

  it('asks the platform nothing for days that are kept, and keeps nothing of people', async () => {
    const first = await counting({ pages: 2 }, request(all, midnight - 3 * day, midnight));
    await (await begunCount(first)).ended;
    const untouched = heldPlatform(first.clock, { pages: 1 });
    const again = await first.world.open(untouched).service.begin(request(all, midnight - 3 * day, midnight));
    expect(again).toMatchObject({ state: 'counting' });
    const result = again.state === 'counting' ? await again.count.ended : undefined;
    expect(result).toMatchObject({ keptDays: 3, end: { state: 'whole' } });
    expect(result?.people).toBeUndefined();
    expect(untouched.asked).toEqual([]);
    const rows = JSON.stringify(
      await first.world.store.histories.days('china', 'Asia/Shanghai', { from: '', to: '9' }),
    );
    expect(rows).not.toMatch(/"a"|"7"/);
  });

  it('counts a day of a zone anew when the zone of the app has changed', async () => {
    const first = await counting({ pages: 1 }, request(all, midnight - day, midnight));
    await (await begunCount(first)).ended;
    const app = { ...request(all, 0, 0).app, timezone: 'Asia/Tokyo' };
    const other = heldPlatform(first.clock, { pages: 1 });
    const moved = await first.world.open(other).service.begin(request(all, midnight - day, midnight, { app }));
    if (moved.state === 'counting') await moved.count.ended;
    expect(other.asked.length).toBeGreaterThan(0);
  });
});

describe('a count of people', () => {
  it.each<[HistoryScope]>([[{ of: 'user', name: 'a' }], [{ of: 'group', id: '7' }], [{ of: 'room', id: '7' }]])(
    'is kept nowhere: %j',
    async (scope) => {
      const found = await counting({ pages: 1 }, request(scope, midnight - 3 * day, midnight));
      const { end, days } = await (await begunCount(found)).ended;
      expect(end).toEqual({ state: 'whole' });
      expect(found.platform.asked).toEqual([[scope, midnight - 3 * day, midnight]]);
      expect(days.map(({ date }) => date)).toEqual(['2026-11-19', '2026-11-20', '2026-11-21']);
      expect(await storedDates(found.world)).toEqual([]);
    },
  );
});

describe('a long count', () => {
  const long: Held = { pages: 40, calls: 40 };

  it('is not begun before somebody agrees, and says how long it takes', async () => {
    const found = await counting({ ...long, pageTime: 100 }, request(all, midnight - 30 * day, midnight));
    await found.clock.advance(second);
    expect(await found.begun).toEqual({ state: 'long', messages: 12_000, time: expect.any(Number) });
    const { time } = (await found.begun) as { time: number };
    // 1,200 calls, 150 a minute.
    expect(time).toBeGreaterThan(7.5 * minute);
    expect(time).toBeLessThan(8.5 * minute);
    await found.clock.advance(minute);
    expect(found.platform.asked).toHaveLength(1);
  });

  it('is begun at once when it was agreed to, or has no more than 100 calls', async () => {
    const agreed = await counting(long, request(all, midnight - 30 * day, midnight, { isAgreed: true }));
    expect(await agreed.begun).toMatchObject({ state: 'counting' });
    const short = await counting({ pages: 1, calls: 100 }, request({ of: 'room', id: '7' }, midnight - day, midnight));
    expect(await short.begun).toMatchObject({ state: 'counting' });
  });

  it('says how far it is', async () => {
    const found = await counting(
      { pages: 50, pageTime: 100 },
      request({ of: 'group', id: '7' }, midnight - day, midnight),
    );
    await found.clock.advance(2 * second);
    const count = await begunCount(found);
    expect(count.progress()).toMatchObject({ counted: 200, of: 500, left: 3 * second });
    await found.clock.advance(10 * second);
    expect((await count.ended).end).toEqual({ state: 'whole' });
  });

  it('that is stopped has what it counted, keeps its whole days, and goes on from there', async () => {
    const found = await counting({ pages: 10, pageTime: 100 }, request(all, midnight - 5 * day, midnight));
    await found.clock.advance(2.45 * second);
    const count = await begunCount(found);
    count.stop();
    await found.clock.advance(0);
    const { end, days } = await count.ended;
    const until = midnight - 3 * day + Math.floor((day * 39) / 100);
    expect(end).toEqual({ state: 'stopped', until, reasons: [], after: expect.any(Number) });
    expect(countKinds(sumOfDays(days))).toBe(240);
    expect(days.map(({ date }) => date)).toEqual(['2026-11-17', '2026-11-18', '2026-11-19']);
    expect(await storedDates(found.world)).toEqual(['2026-11-17', '2026-11-18']);
    expect(found.job.service.find(count.id)).toBeUndefined();
    const rest = heldPlatform(found.clock, { pages: 1 });
    const next = await found.world.open(rest).service.begin(request(all, midnight - 5 * day, midnight));
    if (next.state === 'counting') await next.count.ended;
    expect(rest.asked).toHaveLength(3);
  });

  it('ends after 30 minutes with what it has', async () => {
    const found = await counting(
      { pages: 1_000, calls: 90, pageTime: 10 * second },
      request({ of: 'room', id: '7' }, midnight - day, midnight),
    );
    await found.clock.advance(10 * second);
    const count = await begunCount(found);
    await found.clock.advance(30 * minute);
    expect(await count.ended).toMatchObject({ end: { state: 'late', after: 30 * minute } });
  });

  it('ends when the bot stops', async () => {
    const found = await counting({ pages: 10, pageTime: second }, request(all, midnight - day, midnight));
    await found.clock.advance(second);
    const count = await begunCount(found);
    const stopped = found.job.stop();
    await found.clock.advance(0);
    await stopped;
    expect((await count.ended).end.state).toBe('stopped');
  });

  it('is one of at most three of an app', async () => {
    const found = await counting({ pages: 10, pageTime: second }, request(all, midnight - day, midnight));
    const more = [1, 2].map(() => found.job.service.begin(request(all, midnight - day, midnight)));
    await found.clock.advance(second);
    await Promise.all(more);
    expect(await found.job.service.begin(request(all, midnight - day, midnight))).toEqual({
      state: 'busy',
      running: 3,
    });
    await found.clock.advance(minute);
    expect(await found.job.service.begin(request(all, midnight - day, midnight))).toMatchObject({ state: 'counting' });
  });
});

describe('a platform that fails', () => {
  const gone = new PlatformError('not-found', 'There is no such user.');

  it('at the first page is told to who asked', async () => {
    const found = await counting(
      { pages: 1, failure: { after: 0, error: gone } },
      request({ of: 'user', name: 'x' }, midnight - day, midnight),
    );
    await expect(found.begun).rejects.toBe(gone);
  });

  it('later leaves what was counted, and why it ended', async () => {
    const away = new PlatformError('forbidden', 'China may not.');
    const found = await counting(
      { pages: 3, failure: { after: 2, error: away } },
      request(all, midnight - 2 * day, midnight),
    );
    const { end, days } = await (await begunCount(found)).ended;
    expect(end).toMatchObject({ state: 'failed', reasons: [verbatim('China may not.')] });
    expect(countKinds(sumOfDays(days))).toBe(20);
    expect(await storedDates(found.world)).toEqual([]);
  });

  it('with a page that is not the end says its reasons, and keeps no such day', async () => {
    const found = await counting({ pages: 3, partialAfter: 1 }, request(all, midnight - 2 * day, midnight));
    const { end } = await (await begunCount(found)).ended;
    expect(end).toMatchObject({ state: 'failed', reasons: [verbatim('It is full.')] });
    expect(await storedDates(found.world)).toEqual([]);
  });
});
