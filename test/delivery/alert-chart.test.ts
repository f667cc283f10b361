// The facts of the picture of an alert: every raw sample of its span at its own time, and a title that says of when it is.
import { expect, it } from 'vitest';
import { hour, minute } from '../../src/clock.ts';
import { alertChart } from '../../src/delivery/chart-row.ts';
import { silentLogger } from '../../src/logger.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { englishWording } from '../../src/wording.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { prod } from '../support/sample-app.ts';

it.each(['connections.peak', 'connections.current', 'memory.free_ratio'] as const)(
  'the picture of %s has every sample of its span, and no later one than its end',
  async (metric) => {
    const clock = createFakeClock('2026-11-22T03:20:00+08:00');
    const now = clock.now();
    const store = await openSqlite(':memory:', { clock, logger: silentLogger });
    const polls = Array.from({ length: 400 }, (_, index) => ({ at: now - index * minute, values: { [metric]: 0.5 } }));
    await store.samples.recordAll('prod', polls);
    const chart = async (from: number, to: number) =>
      alertChart(
        { app: 'prod', metric, from: now - from * hour, to: now - to * hour, limits: [] },
        { store, clock, live: { apps: [prod] } },
      );
    expect((await chart(3, 0))?.series[0]?.values.filter((value) => value !== undefined)).toHaveLength(181);
    const past = await chart(5, 3);
    expect((past?.times.at(-1) ?? 0) - (now - 3 * hour)).toBeLessThanOrEqual(minute);
    expect(past && englishWording.text(past.title)).toMatch(/, 21 Nov 22:20 to 00:20$/);
    await store.close();
  },
);

it.each([1, 20_000, 31_000, 59_999])(
  'a span that begins %i ms before a poll has no gap at its beginning, and each poll that is missing there is one',
  async (before) => {
    const clock = createFakeClock('2026-11-22T03:20:00+08:00');
    const now = clock.now();
    const from = now - 3 * hour;
    const store = await openSqlite(':memory:', { clock, logger: silentLogger });
    const gapsOf = async (app: string, skipped: number): Promise<number | undefined> => {
      const times = Array.from({ length: 180 }, (_, index) => from + before + index * minute).slice(skipped);
      const polls = times.filter((at) => at <= now).map((at) => ({ at, values: { 'memory.free_ratio': 0.5 } }));
      await store.samples.recordAll(app, polls);
      const wanted = { app, metric: 'memory.free_ratio' as const, from, to: now, limits: [] };
      const chart = await alertChart(wanted, { store, clock, live: { apps: [{ ...prod, id: app }] } });
      return chart?.series[0]?.values.filter((value) => value === undefined).length;
    };
    expect(await gapsOf('whole', 0)).toBe(0);
    expect(await gapsOf('late', 5)).toBe(5);
    await store.close();
  },
);
