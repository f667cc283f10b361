// Measures trends over a year of minutes from roll-ups, and the same question to raw rows in SQL, and prints the milliseconds.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { day, type Instant, minute } from '../../../src/clock.ts';
import { isRange, parseRange } from '../../../src/metrics/parse-range.ts';
import type { Range } from '../../../src/metrics/window.ts';
import type { Readings } from '../../../src/reports/readings.ts';
import { trendNeeds, trendReport } from '../../../src/reports/trend.ts';
import type { Store } from '../../../src/store/store.ts';
import { prod } from '../../support/readings.ts';
import { openYearStore } from '../year-store.ts';

const end = Date.UTC(2026, 10, 1);
const metric = 'memory.free_ratio';

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

const folder = mkdtempSync(join(tmpdir(), 'imstats-bench-'));
try {
  const path = join(folder, 'year.db');
  const store = await openYearStore(path, { apps: 1, end, rawDays: 14 });
  const ours = await measureOurs(store);
  await store.close();
  const peer = measureRawRows(join(folder, 'raw.db'));
  process.stdout.write(JSON.stringify({ ours, peer, size: statSync(path).size }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
