// Builds the readings of a report from functions of time, so that a test says only what it is about.
import { hour, minute } from '../../src/clock.ts';
import type { MetricId, MetricValues } from '../../src/metrics/catalog.ts';
import type { Bucket, BucketNeed, DailyStatistics } from '../../src/metrics/sample.ts';
import type { Needs, Readings } from '../../src/reports/readings.ts';
import { addDays, startOfDate } from '../../src/time-zone.ts';

export const zone = 'Asia/Taipei';

/** An instant from its wall time in Taipei (UTC+8, no daylight saving). */
export function taipei(text: string): number {
  return Date.parse(`${text}+08:00`);
}

/** What a metric is at an instant; undefined where nothing was measured. */
export type Past = (metric: MetricId, at: number) => number | undefined;

const widths = { raw: minute, fiveMinutes: 5 * minute, hours: hour } as const;

/** How far apart the samples are of which a bucket is made: fewer for a year of hours. */
const steps = { raw: minute, fiveMinutes: minute, hours: 5 * minute } as const;

/** Buckets as the store would give them, of a poll each minute; those of hours are made of the first and the last minute of every five. */
export function bucketsFor(need: BucketNeed, past: Past, now: number): Bucket[] {
  const width = widths[need.tier];
  const step = steps[need.tier];
  const buckets: Bucket[] = [];
  for (let start = Math.floor(need.from / width) * width; start < Math.min(need.to, now + 1); start += width) {
    if (start < need.from) continue;
    const times: number[] = [];
    for (let at = start; at < start + width && at <= now; at += step) times.push(...new Set([at, at + step - minute]));
    const known = times
      .filter((at) => at <= now)
      .map((at) => ({ at, value: past(need.metric, at) }))
      .filter((one): one is { at: number; value: number } => one.value !== undefined);
    const last = known.at(-1);
    if (last === undefined) continue;
    const values = known.map(({ value }) => value);
    // Of five minutes two are looked at.
    const samples = need.tier === 'hours' ? Math.round(known.length * 2.5) : known.length;
    buckets.push({
      at: start,
      min: Math.min(...values),
      max: Math.max(...values),
      mean: values.reduce((sum, value) => sum + value, 0) / values.length,
      last: last.value,
      lastAt: last.at,
      samples,
    });
  }
  return buckets;
}

/** Readings that meet the needs from `past` (buckets) and `day` (rows); everything else as given. */
export function readingsFor(
  needs: Needs,
  given: Partial<Readings> &
    Pick<Readings, 'app' | 'now'> & { past?: Past; day?: (date: string) => MetricValues | undefined },
): Readings {
  const { past = () => undefined, day = () => undefined, ...rest } = given;
  return {
    zone: rest.app.timezone,
    alerts: [],
    limits: [],
    notes: [],
    days: needs.days === undefined ? [] : daysFor(needs.days, day, rest),
    buckets: needs.buckets.map((need) => ({ need, buckets: bucketsFor(need, past, rest.now) })),
    ...rest,
  };
}

function daysFor(
  span: NonNullable<Needs['days']>,
  day: (date: string) => MetricValues | undefined,
  { app, now }: Pick<Readings, 'app' | 'now'>,
): DailyStatistics[] {
  const rows: DailyStatistics[] = [];
  for (let date = span.from; date <= span.to; date = addDays(date, 1)) {
    const values = day(date);
    if (values === undefined || startOfDate(date, app.timezone) > now) continue;
    rows.push({ date, zone: app.timezone, complete: startOfDate(addDays(date, 1), app.timezone) <= now, values });
  }
  return rows;
}

/** One poll of Production chat, near its limit of connections. */
export const sampleValues: MetricValues = {
  'users.active': 412,
  'messages.sent': 2_467,
  'connections.peak': 1_893,
  'rooms.active': 12,
  'rooms.total': 358,
  'memory.free': 3 * 2 ** 30,
  'memory.total': 8 * 2 ** 30,
  'memory.free_ratio': 0.375,
};
