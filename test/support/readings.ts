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

/** Buckets as the store would give them: each made of the values at its two ends. */
export function bucketsFor(need: BucketNeed, past: Past, now: number): Bucket[] {
  const width = widths[need.tier];
  const buckets: Bucket[] = [];
  for (let at = Math.floor(need.from / width) * width; at < Math.min(need.to, now); at += width) {
    if (at < need.from) continue;
    const first = past(need.metric, at);
    const last = past(need.metric, Math.min(at + width - minute, now));
    if (first === undefined || last === undefined) continue;
    const [min, max] = [Math.min(first, last), Math.max(first, last)];
    const lastAt = Math.min(at + width - minute, now);
    buckets.push({ at, min, max, mean: (min + max) / 2, last, lastAt, samples: width / minute });
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
