// Measures trends and views over a year of minutes from roll-ups, and the same question to raw rows in SQL, and prints the milliseconds.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { day, type Instant, minute } from '../../../src/clock.ts';
import { isRange, parseRange } from '../../../src/metrics/parse-range.ts';
import type { Range } from '../../../src/metrics/range.ts';
import { metricGroupNeeds, metricGroupReport } from '../../../src/reports/metric-group.ts';
import type { Needs, Readings } from '../../../src/reports/readings.ts';
import type { Report } from '../../../src/reports/report.ts';
import { trendNeeds, trendReport } from '../../../src/reports/trend.ts';
import { readNeeds } from '../../../src/store/samples.ts';
import type { Store } from '../../../src/store/store.ts';
import { prod } from '../../support/readings.ts';
import { watchHolds } from '../loop-delay.ts';
import { openYearStore } from '../year-store.ts';

const end = Date.UTC(2026, 10, 1);
const metric = 'memory.free_ratio';

const rounds = 30;

/** What is asked of the store for a report, and how it is made of the answers. */
interface Drawing {
  readonly needs: Needs;
  readonly report: (readings: Readings) => Report;
}

const app = { ...prod, id: 'app-0' };
const now = end - minute;

/** Milliseconds of each report, and the longest that each held the event loop, after a warm-up. */
async function measureOurs(store: Store, drawing: Drawing): Promise<{ times: number[]; holds: number[] }> {
  const found: { times: number[]; holds: number[] } = { times: [], holds: [] };
  for (let round = -10; round < rounds; round += 1) {
    const started = performance.now();
    const longestHold = watchHolds();
    const report = drawing.report(await gather(store, drawing.needs));
    const [time, hold] = [performance.now() - started, longestHold()];
    if (round >= 0) found.times.push(time);
    if (round >= 0) found.holds.push(hold);
    const points = report.sections[0]?.charts[0]?.series[0]?.values.filter((value) => value !== undefined).length;
    if (points !== 365) throw new Error(`the chart has ${points} days`);
  }
  return found;
}

async function gather(store: Store, needs: Needs): Promise<Readings> {
  const buckets = await readNeeds(store.samples, app.id, needs.buckets);
  const latest = await store.samples.latest(app.id);
  return {
    app,
    now,
    zone: app.timezone,
    ...(latest === undefined ? {} : { latest }),
    buckets,
    days: [],
    alerts: [],
    limits: [],
    notes: [],
  };
}

function wholeYear(): Range {
  const range = parseRange('2025-11-01..2026-10-31', { now, zone: prod.timezone, kept: 400 * day });
  if (range === undefined || !isRange(range)) throw new Error('that is no range');
  return range;
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
  const range = wholeYear();
  const trend = await measureOurs(store, {
    needs: trendNeeds(app, metric, { range, now }),
    report: (readings) => trendReport(readings, metric, range),
  });
  const view = await measureOurs(store, {
    needs: metricGroupNeeds(app, 'memory', { range, now }),
    report: (readings) => metricGroupReport(readings, 'memory', range),
  });
  await store.close();
  const peer = measureRawRows(join(folder, 'raw.db'));
  process.stdout.write(
    JSON.stringify({ trend: trend.times, view: view.times, holds: view.holds, peer, size: statSync(path).size }),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
