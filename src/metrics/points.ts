// Stored buckets as evenly spaced points, hours and days; what was not measured stays a gap and is counted.
import { addDays, addPeriods, eachDate, type LocalDate, localDate, startOfPeriod } from '../civil.ts';
import { type Duration, hour, type Instant } from '../clock.ts';
import { type Combine, type MetricId, metric } from './catalog.ts';
import { formatCount, formatQuantity } from './format.ts';
import type { Bucket, Point } from './sample.ts';
import type { Span } from './window.ts';

/** Metrics whose every sample covers the hour before it: neighbouring samples overlap and must never be added. */
const trailingHour: ReadonlySet<MetricId> = new Set([
  'users.active',
  'messages.sent',
  'rooms.active',
  'connections.peak',
]);

/** True when a sample of the metric speaks of the hour before it, false when it speaks of its moment. */
export function isTrailing(id: MetricId): boolean {
  return trailingHour.has(id);
}

/**
 * The value of one bucket or of several neighbours, those from index `from` to before `to`. For a trailing hour the last sample
 * covers the span best; else the side that means trouble, else what the catalog says.
 */
export function bucketValue(
  buckets: readonly Bucket[],
  id: MetricId,
  from = 0,
  to = buckets.length,
): number | undefined {
  const last = from < to ? buckets[to - 1] : undefined;
  if (last === undefined) return undefined;
  const { worse, combine } = metric(id);
  if (isTrailing(id) || combine === 'sum' || combine === 'last') return last.last;
  let { min: low, max: high } = last;
  for (let index = from; index < to; index += 1) {
    const { min, max } = buckets[index] ?? last; // there is one at every index
    low = Math.min(low, min);
    high = Math.max(high, max);
  }
  if (worse === 'low' || combine === 'min') return low;
  return worse === 'high' || combine === 'max' ? high : meanValue(buckets, from, to);
}

/** The mean of all samples in the same buckets, whichever side means trouble. */
function meanValue(buckets: readonly Bucket[], from: number, to: number): number | undefined {
  let sum = 0;
  let samples = 0;
  for (let index = from; index < to; index += 1) {
    const bucket = buckets[index];
    sum += bucket === undefined ? 0 : bucket.mean * bucket.samples;
    samples += bucket?.samples ?? 0;
  }
  return samples === 0 ? undefined : sum / samples;
}

/** What can be combined and counted: a point, or the value of a span without its time. */
interface Valued {
  readonly value: number | undefined;
}

/**
 * The values of shorter spans as one of a longer span, of all points or of those from index `from` to before `to`;
 * undefined where none is known.
 */
export function combinePoints(
  points: readonly Valued[],
  how: Combine,
  from = 0,
  to = points.length,
): number | undefined {
  let result: number | undefined;
  let count = 0;
  for (let index = from; index < to; index += 1) {
    const value = points[index]?.value;
    if (value === undefined) continue;
    count += 1;
    result = result === undefined ? value : combineTwo[how](result, value);
  }
  return how === 'mean' && result !== undefined ? result / count : result;
}

const add = (a: number, b: number): number => a + b;

const combineTwo: Readonly<Record<Combine, (a: number, b: number) => number>> = {
  sum: add,
  mean: add,
  max: Math.max,
  min: Math.min,
  last: (_, b) => b,
};

/** Points of equal width over a span, the last one holding its end. `at` is the start of a point. */
export function evenPoints(
  buckets: readonly Bucket[],
  id: MetricId,
  cut: Span & { readonly width: Duration },
): Point[] {
  const { from, to, width } = cut;
  const count = Math.max(1, Math.round((to - from) / width));
  const first = (Math.floor((to - 1) / width) - (count - 1)) * width;
  return pointsFrom(buckets, id, { first, count, width });
}

/**
 * One point per hour that has ended by `now`, from the one that contains `from` on: its `bucketValue` or, with `asMean`, the
 * mean of its samples. Hours begin where stored hours do: at whole hours of UTC.
 */
export function hourPoints(
  buckets: readonly Bucket[],
  id: MetricId,
  span: Span & { readonly now: Instant; readonly asMean?: boolean },
): Point[] {
  const first = Math.floor(span.from / hour) * hour;
  const count = Math.max(0, Math.floor((Math.min(span.to, span.now) - first) / hour));
  return pointsFrom(buckets, id, { first, count, width: hour, asMean: span.asMean });
}

/** Buckets in order, given to `count` points of which the first begins at `first`. */
function pointsFrom(
  buckets: readonly Bucket[],
  id: MetricId,
  cut: {
    readonly first: Instant;
    readonly count: number;
    readonly width: Duration;
    readonly asMean?: boolean | undefined;
  },
): Point[] {
  const skipTo = walk(buckets);
  return Array.from({ length: cut.count }, (_, index) => {
    const at = cut.first + index * cut.width;
    const from = skipTo(at);
    const to = skipTo(at + cut.width);
    return { at, value: cut.asMean ? meanValue(buckets, from, to) : bucketValue(buckets, id, from, to) };
  });
}

/** Walks through items in order: the index of the first one that is not before `at`, which may only grow. */
function walk(items: readonly { readonly at: Instant }[]): (at: Instant) => number {
  // A year has thousands of hours, so no list is made for each of them.
  let next = 0;
  return (at) => {
    for (let item = items[next]; item !== undefined && item.at < at; item = items[next]) next += 1;
    return next;
  };
}

/** A local day made of hours. */
export interface Day {
  readonly date: LocalDate;
  readonly at: Instant;
  readonly value: number | undefined;
  readonly coverage: Coverage;
}

/** The days from `from` to `to` out of hour points, as the catalog combines the metric. */
export function dayPoints(
  hours: readonly Point[],
  id: MetricId,
  dates: { readonly from: LocalDate; readonly to: LocalDate; readonly zone: string },
): Day[] {
  const starts = eachDate(dates.from, addDays(dates.to, 1), dates.zone);
  const skipTo = walk(hours);
  return starts.slice(0, -1).map(({ date, at }, index) => {
    const first = skipTo(at);
    const end = skipTo(starts[index + 1]?.at ?? at);
    const value = combinePoints(hours, metric(id).combine, first, end);
    return { date, at, value, coverage: coverageOf(hours, first, end) };
  });
}

/** How much of a span was measured. */
export interface Coverage {
  readonly measured: number;
  readonly of: number;
}

/** Of all points, or of those from index `from` to before `to`. */
export function coverageOf(points: readonly Valued[], from = 0, to = points.length): Coverage {
  let measured = 0;
  for (let index = from; index < to; index += 1) measured += points[index]?.value === undefined ? 0 : 1;
  return { measured, of: to - from };
}

/** The hours of several metrics as one: an hour counts as measured when any of them has it. */
export function anyMeasured(series: readonly (readonly Point[])[]): Coverage {
  const known = new Map<Instant, boolean>();
  for (const point of series.flat()) known.set(point.at, known.get(point.at) === true || point.value !== undefined);
  return { measured: [...known.values()].filter(Boolean).length, of: known.size };
}

/** `22 of 24 hours measured`, `6 of 7 days known`. */
export function coverageWords(coverage: Coverage, unit: 'hour' | 'day' = 'hour'): string {
  const all = formatQuantity(coverage.of, unit);
  return `${formatCount(coverage.measured)} of ${all} ${unit === 'hour' ? 'measured' : 'known'}`;
}

/** True when nine tenths of a span were measured: enough to set it against another one. */
export function isWellMeasured({ measured, of }: Coverage): boolean {
  return of > 0 && measured >= of * 0.9;
}

/** The newest known point. */
export function newest(points: readonly Point[]): Point | undefined {
  return points.findLast((point) => point.value !== undefined);
}

/** The point with the lowest or highest known value; the earliest of equals. */
export function extreme(
  points: readonly Point[],
  side: 'low' | 'high',
): { readonly at: Instant; readonly value: number } | undefined {
  let found: { at: Instant; value: number } | undefined;
  for (const { at, value } of points) {
    if (value === undefined) continue;
    if (found === undefined || (side === 'low' ? value < found.value : value > found.value)) found = { at, value };
  }
  return found;
}

/** The start of the clock hour, day, week or month of the zone that has ended last. */
export function lastWhole(period: 'hour' | 'day' | 'week' | 'month', now: Instant, zone: string): Span {
  const to = startOfPeriod(now, period, zone);
  return { from: addPeriods(to, period, -1, zone), to };
}

/** Dates of a span, both included. */
export function datesOf(span: Span, zone: string): { from: LocalDate; to: LocalDate } {
  return { from: localDate(span.from, zone), to: localDate(span.to - 1, zone) };
}
