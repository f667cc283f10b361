// Series of one metric: points, slots and days from stored buckets, combined and counted, with gaps where nothing was measured.
import { type Duration, hour, type Instant } from '../clock.ts';
import { type Combine, type MetricId, metric } from './catalog.ts';
import type { Span } from './range.ts';
import type { Bucket, Point } from './sample.ts';

/** Values of neighbouring spans; an undefined one is a gap. */
export type Values = readonly (number | undefined)[];

/** Values with the time at which the span of each begins. A year has thousands of hours, so there is no object for each. */
export interface Slots {
  readonly values: Values;
  at(index: number): Instant;
}

/** The values of shorter spans as one of a longer span, of all or of those from index `from` to before `to`; undefined where none is known. */
export function combineValues(values: Values, how: Combine, from = 0, to = values.length): number | undefined {
  let result: number | undefined;
  let count = 0;
  for (let index = from; index < to; index += 1) {
    const value = values[index];
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

/** Points as slots, to be combined and counted like any others. */
export function slotsOf(points: readonly Point[]): Slots {
  return { values: points.map(({ value }) => value), at: (index) => points[index]?.at ?? Number.NaN };
}

/** The lowest or highest known value and its time; the earliest of equals. */
export function extreme(
  { values, at }: Slots,
  side: 'low' | 'high',
): { readonly at: Instant; readonly value: number } | undefined {
  let found: number | undefined;
  let place = 0;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    if (value === undefined) continue;
    if (found !== undefined && (side === 'low' ? value >= found : value <= found)) continue;
    found = value;
    place = index;
  }
  return found === undefined ? undefined : { at: at(place), value: found };
}

/** How much of a span was measured. */
export interface Coverage {
  readonly measured: number;
  readonly of: number;
}

/** The same slots of several metrics as one: a slot counts as measured when any of them has it. */
export function anyMeasured(lists: readonly Values[]): Coverage {
  const of = Math.max(0, ...lists.map((values) => values.length));
  let measured = 0;
  for (let index = 0; index < of; index += 1) measured += lists.some((values) => values[index] !== undefined) ? 1 : 0;
  return { measured, of };
}

/** True when nine tenths of a span were measured, which is required for a comparison. */
export function isWellMeasured({ measured, of }: Coverage): boolean {
  return of > 0 && measured >= of * 0.9;
}

/** True when a sample of the metric covers the hour before it, false when it is the value of its moment. */
export function isTrailing(id: MetricId): boolean {
  return metric(id).isTrailing === true;
}

/** The newest known point. */
export function newest(points: readonly Point[]): Point | undefined {
  return points.findLast((point) => point.value !== undefined);
}

/** The buckets of a span, from a list in order of time. By binary search, because there may be a year of minutes. */
export function bucketsWithin(buckets: readonly Bucket[], { from, to }: Span): readonly Bucket[] {
  return buckets.slice(firstAt(buckets, from), firstAt(buckets, to));
}

/** Index of the first bucket at or after an instant. */
function firstAt(buckets: readonly Bucket[], at: Instant): number {
  let low = 0;
  let high = buckets.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((buckets[middle]?.at ?? at) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** So many hours to either side tell how often there are samples: a past that was imported may have one an hour. */
const hoursAround = 12;

/** How far apart samples are around an instant, from the hours in which they lie; an hour where none are known. */
export function spacingOf(hours: readonly Bucket[]): (at: Instant) => Duration {
  const first = Math.floor((hours[0]?.at ?? 0) / hour);
  const counts = new Float64Array(hours.length === 0 ? 0 : Math.floor((hours.at(-1)?.at ?? 0) / hour) - first + 1);
  for (const { at, samples } of hours) counts[Math.floor(at / hour) - first] = samples;
  const most = mostAround(counts, hoursAround);
  return (at) => hour / Math.max(1, most(Math.floor(at / hour) - first));
}

/** Fewer numbers than these tell nothing of a side: the last hour still runs. */
const leastKnown = 3;

/**
 * For each place the largest of the numbers at most so many places before or after it, whichever side has less; its own where that is
 * more. So a gap is seen from both sides, and a past that was rarer counts only as far as it lasted.
 */
export function mostAround(numbers: ArrayLike<number>, away: number): (place: number) => number {
  let windows: ReturnType<typeof largestBefore> | undefined;
  return (place) => {
    windows ??= largestBefore(numbers, away); // where every poll came, nobody asks
    const { most, told } = windows;
    const behind = place + 1 + away;
    const less = Math.min(told[place] ?? Number.POSITIVE_INFINITY, told[behind] ?? Number.POSITIVE_INFINITY);
    const around = Number.isFinite(less) ? less : Math.max(most[place] ?? 0, most[behind] ?? 0);
    return Math.max(numbers[place] ?? 0, around);
  };
}

/**
 * For each place, up to `away` behind the last one, the largest of the `away` numbers before it; `told` where enough of them are not 0, else
 * infinite there. In one pass, because a year has thousands of hours.
 */
function largestBefore(numbers: ArrayLike<number>, away: number): Record<'most' | 'told', Float64Array> {
  const count = numbers.length + away + 1;
  const [most, told] = [new Float64Array(count), new Float64Array(count).fill(Number.POSITIVE_INFINITY)];
  let [largest, known] = [-1, 0];
  for (let place = 1; place < count; place += 1) {
    const first = Math.max(0, place - away);
    const [came, left] = [numbers[place - 1] ?? 0, numbers[place - 1 - away] ?? 0];
    known += (came > 0 ? 1 : 0) - (left > 0 ? 1 : 0);
    if (largest < 0 || came >= (numbers[largest] ?? 0)) largest = place - 1;
    else if (largest < first) largest = placeOfLargest(numbers, first, place);
    most[place] = numbers[largest] ?? 0;
    if (known >= leastKnown) told[place] = numbers[largest] ?? 0;
  }
  return { most, told };
}

/** The last of equals. */
function placeOfLargest(numbers: ArrayLike<number>, from: number, to: number): number {
  let found = from;
  for (let place = from; place < to; place += 1) if ((numbers[place] ?? 0) >= (numbers[found] ?? 0)) found = place;
  return found;
}
