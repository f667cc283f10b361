// A past as a store holds it: polls at any times, rolled up as the store does, for readings that are exact in every tier.
import { day, hour, minute } from '../../src/clock.ts';
import type { MetricValues } from '../../src/metrics/catalog.ts';
import type { Bucket, BucketNeed } from '../../src/metrics/sample.ts';
import type { Needs, Readings } from '../../src/reports/readings.ts';

export interface Poll {
  readonly at: number;
  readonly values: MetricValues;
}

/** The readings that a store with these polls gives, raw samples of 14 days. */
export function readingsOfPolls(
  needs: Needs,
  polls: readonly Poll[],
  given: Partial<Readings> & Pick<Readings, 'app' | 'now'>,
): Readings {
  const past = polls.filter(({ at }) => at <= given.now);
  const latest = past.at(-1);
  const since = past[0]?.at;
  return {
    zone: given.app.timezone,
    alerts: [],
    limits: [],
    notes: [],
    days: [],
    buckets: needs.buckets.map((need) => ({ need, buckets: bucketsOfPolls(need, past, given.now) })),
    ...(latest === undefined ? {} : { latest }),
    ...(since === undefined ? {} : { since }),
    ...given,
  };
}

function bucketsOfPolls(need: BucketNeed, polls: readonly Poll[], now: number): Bucket[] {
  const { metric, tier, from, to, near } = need;
  const width = { raw: 0, fiveMinutes: 5 * minute, hours: hour }[tier];
  const startOf = (at: number): number => (width === 0 ? at : Math.floor(at / width) * width);
  const byStart = new Map<number, { at: number; value: number }[]>();
  for (const { at, values } of polls.slice(firstFrom(polls, from - hour), firstFrom(polls, to + hour))) {
    const start = startOf(at);
    const value = values[metric];
    if (value === undefined || start < from || start >= to) continue;
    if (tier === 'raw' && (at < now - 14 * day || !isNear(at, near))) continue;
    const list = byStart.get(start) ?? [];
    list.push({ at, value });
    byStart.set(start, list);
  }
  return [...byStart].map(([at, samples]) => bucketOf(at, samples));
}

function isNear(at: number, near: BucketNeed['near']): boolean {
  if (near === undefined) return true;
  const away = (((at - near.at) % hour) + hour) % hour;
  return Math.min(away, hour - away) <= near.within;
}

function firstFrom(polls: readonly Poll[], at: number): number {
  let [low, high] = [0, polls.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((polls[middle]?.at ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function bucketOf(at: number, samples: readonly { at: number; value: number }[]): Bucket {
  const values = samples.map(({ value }) => value);
  const last = samples.at(-1) ?? { at, value: 0 };
  return {
    at,
    min: Math.min(...values),
    max: Math.max(...values),
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    last: last.value,
    lastAt: last.at,
    samples: samples.length,
  };
}
