// The rows of an export against a real store: each kept sample once, in the finest tier, what is unknown empty.
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { day, hour, minute, second } from '../../src/clock.ts';
import type { CsvCell } from '../../src/csv.ts';
import { type MetricValues, metricIds } from '../../src/metrics/catalog.ts';
import { exportedMetrics, headOf } from '../../src/reports/export-table.ts';
import { openStore } from '../../src/store/index.ts';
import { loadExport } from '../../src/store/load-export.ts';
import type { Store } from '../../src/store/store.ts';
import { localDate } from '../../src/time-zone.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import '../support/properties.ts';
import { china, prod } from '../support/sample-app.ts';

let store: Store;
const now = Date.UTC(2026, 10, 22, 8);
const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

beforeEach(async () => {
  const deps = { clock: createFakeClock(now), logger: quiet, owner: 'test' };
  store = await openStore({ kind: 'sqlite', path: ':memory:' }, deps);
});
afterEach(() => store.close());

const ids = ['messages.sent', 'memory.free'] as const;
const head = headOf(ids);

interface ReadRow {
  readonly at: number;
  readonly resolution: string;
  readonly cell: (column: string) => CsvCell;
}

async function rowsOf(from: number, to: number, app = prod): Promise<ReadRow[]> {
  const dates = { from: localDate(from, app.timezone), to: localDate(to - 1, app.timezone) };
  const rows: ReadRow[] = [];
  let last = 0;
  for await (const { rows: some, done } of loadExport([{ app, range: { from, to, dates } }], ids, store)) {
    expect(done).toBeGreaterThanOrEqual(last);
    last = done;
    for (const cells of some) {
      const cell = (column: string): CsvCell => cells[head.indexOf(column)];
      rows.push({ at: Date.parse(String(cell('time'))), resolution: String(cell('resolution')), cell });
    }
  }
  expect(last).toBe(1);
  return rows;
}

const widths: Readonly<Record<string, number>> = { sample: 1, '5m': 5 * minute, '1h': hour };

describe('the rows of an export', () => {
  const poll = fc.record({
    at: fc.integer({ min: now - 3 * day, max: now - 1 }),
    values: fc.record(
      { 'messages.sent': fc.nat(5_000), 'memory.free': fc.nat(2 ** 40) },
      { requiredKeys: [] },
    ) as fc.Arbitrary<MetricValues>,
  });
  const kept = fc.tuple(fc.nat(3 * day), fc.nat(3 * day)).map(([raw, more]) => ({
    raw,
    fiveMinutes: raw + more,
    hours: 400 * day,
  }));

  let count = 0;

  it('hold each sample once, whatever was deleted of the finer tiers, and never overlap', async () => {
    const polls = fc.uniqueArray(poll, { selector: ({ at }) => at, maxLength: 150 });
    await fc.assert(
      fc.asyncProperty(polls, kept, fc.boolean(), async (given, retention, isDense) => {
        count += 1;
        const app = { ...prod, id: `prod-${count}` };
        const all = isDense ? given.map((one, index) => ({ ...one, at: now - 8 * hour + index * 47 * second })) : given;
        await store.samples.recordAll(app.id, all);
        await store.prune(now, retention);
        const rows = await rowsOf(now - 4 * day, now + hour, app);
        for (const id of ids) {
          const values = all.flatMap(({ values }) => values[id] ?? []);
          const counts = rows.map(({ cell }) => Number(cell(`${id} samples`) ?? 0));
          expect(counts.reduce((sum, one) => sum + one, 0)).toBe(values.length);
          const lows = rows.flatMap(({ cell }) => cell(`${id} low`) ?? []).map(Number);
          const highs = rows.flatMap(({ cell }) => cell(`${id} high`) ?? []).map(Number);
          expect([Math.min(...lows), Math.max(...highs)]).toEqual([Math.min(...values), Math.max(...values)]);
        }
        for (const [index, row] of rows.entries()) {
          const next = rows[index + 1];
          expect(row.at + (widths[row.resolution] ?? 0)).toBeLessThanOrEqual(next?.at ?? Number.POSITIVE_INFINITY);
          for (const id of ids) {
            const [value, low, high] = ['value', 'low', 'high'].map((column) => row.cell(`${id} ${column}`));
            if (value === undefined)
              expect([low, high, row.cell(`${id} samples`)]).toEqual([undefined, undefined, undefined]);
            else expect(Number(low) <= Number(value) && Number(value) <= Number(high)).toBe(true);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('are those that begin in the range, at its start too and not at its end', async () => {
    await store.samples.recordAll(
      'prod',
      [0, 1, 2, 3].map((index) => ({ at: now - index * minute, values: { 'messages.sent': index } })),
    );
    expect((await rowsOf(now - 2 * minute, now)).map(({ at }) => at)).toEqual([now - 2 * minute, now - minute]);
  });

  it('say when a slot begins, on the clock of the app, and how long it is', async () => {
    await store.samples.record('prod', now - 30 * day + 1_500, { 'messages.sent': 7 });
    await store.samples.record('prod', now - 20 * day + 1_500, { 'messages.sent': 8 });
    await store.samples.record('prod', now - minute + 1_500, { 'messages.sent': 9 });
    await store.prune(now, { raw: day, fiveMinutes: 25 * day, hours: 400 * day });
    const rows = await rowsOf(now - 40 * day, now);
    expect(rows.map(({ cell }) => ['time', 'local', 'resolution', 'app', 'messages.sent value'].map(cell))).toEqual([
      ['2026-10-23T16:00:00+08:00', '2026-10-23 16:00:00', '1h', 'prod', 7],
      ['2026-11-02T16:00:00+08:00', '2026-11-02 16:00:00', '5m', 'prod', 8],
      ['2026-11-22T15:59:01.500+08:00', '2026-11-22 15:59:01', 'sample', 'prod', 9],
    ]);
  });

  it('hold the days of a platform that counts days, with a mark where one is not final', async () => {
    const values = { 'messages.sent': 5_000 };
    await store.daily.save('china', [
      { date: '2026-11-21', zone: 'Asia/Shanghai', complete: true, values },
      { date: '2026-11-22', zone: 'Asia/Shanghai', complete: false, values: { 'users.active': 3, ...values } },
    ]);
    const rows = await rowsOf(now - 2 * day, now, china);
    expect(
      rows.map(({ cell }) => ['time', 'local', 'resolution', 'messages.sent value', 'messages.sent low'].map(cell)),
    ).toEqual([
      ['2026-11-21T00:00:00+08:00', '2026-11-21', '1d', 5_000, undefined],
      ['2026-11-22T00:00:00+08:00', '2026-11-22', '1d partial', 5_000, undefined],
    ]);
  });
});

describe('the columns of an export', () => {
  it('are those of every metric that one of the apps reports', () => {
    expect(exportedMetrics([prod], undefined)).toEqual(
      metricIds.filter((id) => prod.capabilities.metrics.includes(id)),
    );
    expect(exportedMetrics([prod, china], 'memory')).toEqual(['memory.free', 'memory.total', 'memory.free_ratio']);
    expect(exportedMetrics([prod, china], 'messages.sent')).toEqual(['messages.sent']);
    expect(head.slice(0, 8)).toEqual([
      ...['time', 'local', 'resolution', 'app'],
      ...['messages.sent value', 'messages.sent low', 'messages.sent high', 'messages.sent samples'],
    ]);
  });
});
