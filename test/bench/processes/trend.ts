// Measures trends and views over a year of minutes from roll-ups, and the same question to roll-ups in plain SQL, and prints the milliseconds.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { day, hour, minute } from '../../../src/clock.ts';
import { metricIds } from '../../../src/metrics/catalog.ts';
import { isRange, parseRange } from '../../../src/metrics/parse-range.ts';
import type { Range } from '../../../src/metrics/range.ts';
import { metricGroupNeeds, metricGroupReport } from '../../../src/reports/metric-group.ts';
import type { Needs, Readings } from '../../../src/reports/readings.ts';
import type { Report } from '../../../src/reports/report.ts';
import { trendNeeds, trendReport } from '../../../src/reports/trend.ts';
import { readNeeds } from '../../../src/store/samples.ts';
import type { Store } from '../../../src/store/store.ts';
import { prod } from '../../support/sample-app.ts';
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

interface Measured {
  readonly times: number[];
  readonly holds: number[];
  /** Of the question in SQL, asked in turn with the report. */
  readonly peer: number[];
}

/** Milliseconds of each report, and the longest that each held the event loop, after a warm-up. */
async function measureOurs(store: Store, drawing: Drawing, ask: () => number): Promise<Measured> {
  const found: Measured = { times: [], holds: [], peer: [] };
  for (let round = -10; round < rounds; round += 1) {
    const asked = performance.now();
    if (ask() < 365) throw new Error('the answer in SQL lacks days');
    if (round >= 0) found.peer.push(performance.now() - asked);
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
  const buckets = await readNeeds(store, app.id, needs.buckets);
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

/** The roll-ups of the same store as a row for each metric and hour, as somebody writes them who has SQL and nothing else. */
async function writePlainRollUps(path: string, store: Store): Promise<DatabaseSync> {
  const database = new DatabaseSync(path);
  database.exec(`pragma synchronous = off;
    create table rollup (app text, metric text, tier text, start integer, min real, max real, mean real, last real, samples integer,
      primary key (app, metric, tier, start)) without rowid`);
  const insert = database.prepare("insert into rollup values (?, ?, 'hours', ?, ?, ?, ?, ?, ?)");
  database.exec('begin');
  for (const id of metricIds)
    for (const { at, min, max, mean, last, samples } of await store.samples.read(app.id, id, 'hours', 0, end))
      insert.run(app.id, id, at, min, max, mean, last, samples);
  database.exec('commit');
  return database;
}

/** The lowest, highest and mean of each day of the range and of the period before it. */
function askInSql(database: DatabaseSync, { from, to, previous }: Range): () => number {
  const offset = 8 * hour; // of the zone of the app
  const ask = database.prepare(`select (start + ${offset}) / ${day} as date, min(min) as lowest, max(max) as highest,
    sum(mean * samples) / sum(samples) as average, sum(samples) as polls
    from rollup where app = ? and metric = ? and tier = 'hours' and start >= ? and start < ? group by date order by date`);
  return () => [{ from, to }, previous].flatMap((span) => ask.all(app.id, metric, span.from, span.to)).length;
}

const folder = mkdtempSync(join(tmpdir(), 'imstats-bench-'));
try {
  const path = join(folder, 'year.db');
  const store = await openYearStore(path, { apps: 1, end, rawDays: 14 });
  const range = wholeYear();
  const plain = await writePlainRollUps(join(folder, 'plain.db'), store);
  const ask = askInSql(plain, range);
  const trend = await measureOurs(
    store,
    {
      needs: trendNeeds(app, metric, { range, now }),
      report: (readings) => trendReport(readings, metric, range),
    },
    ask,
  );
  const view = await measureOurs(
    store,
    {
      needs: metricGroupNeeds(app, 'memory', { range, now }),
      report: (readings) => metricGroupReport(readings, 'memory', range),
    },
    ask,
  );
  await store.close();
  plain.close();
  process.stdout.write(
    JSON.stringify({
      trend: trend.times,
      peer: trend.peer,
      view: view.times,
      holds: view.holds,
      size: statSync(path).size,
    }),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
