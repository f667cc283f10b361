// Row: a trend over a year that was polled each minute, from roll-ups, against the same from raw rows in SQL.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { day, type Instant, minute } from '../../../src/clock.ts';
import { isRange, parseRange, type Range } from '../../../src/metrics/window.ts';
import type { Readings } from '../../../src/reports/readings.ts';
import { trendNeeds, trendReport } from '../../../src/reports/trend.ts';
import type { Store } from '../../../src/store/store.ts';
import { prod } from '../../support/readings.ts';
import { median, megabytes, ms, quantile } from '../figures.ts';
import { judge, type Line, type Row } from '../row.ts';
import { openYearStore } from '../year-store.ts';

const about = `"trend memory.free_ratio" over 365 days of one app: every read of the store and the whole report with its chart model,
from a store of nine metrics as it is after 400 days of polls each minute (14 days of them raw). The peer is a plain SQLite
table with a row for each of the 525,600 minutes, asked for the lowest, highest and mean of each day and nothing else.
The file is that of one app, times ten: apps share no rows.`;

const end = Date.UTC(2026, 10, 1);
const metric = 'memory.free_ratio';

export const trend: Row = {
  name: 'trend',
  about,
  run: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'imstats-bench-'));
    try {
      const path = join(folder, 'year.db');
      const store = await openYearStore(path, { apps: 1, end, rawDays: 14 });
      const ours = await measureOurs(store);
      await store.close();
      const peer = measureRawRows(join(folder, 'raw.db'));
      return linesOf({ ours, peer, size: statSync(path).size });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

const rounds = 30;

/** Milliseconds of each trend, after a warm-up. */
async function measureOurs(store: Store): Promise<readonly number[]> {
  const range = parseRange('2025-11-01..2026-10-31', { now: end - minute, zone: prod.timezone, kept: 400 * day });
  if (range === undefined || !isRange(range)) throw new Error('that is no range');
  const times: number[] = [];
  for (let round = -10; round < rounds; round += 1) {
    const started = performance.now();
    const report = await drawUp(store, range);
    if (round >= 0) times.push(performance.now() - started);
    const points = report.sections[0]?.charts[0]?.series[0]?.values.filter((value) => value !== undefined).length;
    if (points !== 365) throw new Error(`the chart has ${points} days`);
  }
  return times;
}

async function drawUp(store: Store, range: Range): Promise<ReturnType<typeof trendReport>> {
  const app = { ...prod, id: 'app-0' };
  const now = end - minute;
  const { buckets } = trendNeeds(app, metric, { range, now });
  const read = await Promise.all(
    buckets.map(async (need) => {
      return { need, buckets: await store.samples.read(app.id, need.metric, need.tier, need.from, need.to) };
    }),
  );
  const latest = await store.samples.latest(app.id);
  const readings: Readings = {
    app,
    now,
    zone: app.timezone,
    ...(latest === undefined ? {} : { latest }),
    buckets: read,
    days: [],
    alerts: [],
    limits: [],
    notes: [],
  };
  return trendReport(readings, metric, range);
}

function measureRawRows(path: string): readonly number[] {
  const database = new DatabaseSync(path);
  database.exec('pragma synchronous = off');
  database.exec('create table sample (app text, at integer, value real, primary key (app, at)) without rowid');
  const insert = database.prepare('insert into sample values (?, ?, ?)');
  database.exec('begin');
  const from: Instant = end - 365 * day;
  for (let at = from; at < end; at += minute) insert.run('app-0', at, 0.4 + 0.1 * Math.sin(at / day));
  database.exec('commit');
  const question = `select at / ${day} as date, min(value), max(value), avg(value) from sample
    where app = ? and at >= ? and at < ? group by date`;
  const ask = database.prepare(question);
  const times = Array.from({ length: 7 }, () => {
    const started = performance.now();
    ask.all('app-0', from, end);
    return performance.now() - started;
  });
  database.close();
  return times.slice(2);
}

function linesOf(found: {
  readonly ours: readonly number[];
  readonly peer: readonly number[];
  readonly size: number;
}): Line[] {
  const [ours, peer] = [median(found.ours), median(found.peer)];
  const ten = 10 * found.size;
  return [
    {
      what: 'trend over a year of minutes: p50 / p95',
      ours: `${ms(ours)} / ${ms(quantile(found.ours, 0.95))}`,
      peer: ms(peer),
      ratio: ours / peer,
      bar: 'under 10 ms',
      verdict: judge(ours < 10),
    },
    {
      what: 'trend, file of 10 apps after a year',
      ours: megabytes(ten),
      peer: '',
      bar: 'under 150 MB',
      verdict: judge(ten < 150e6),
    },
  ];
}
