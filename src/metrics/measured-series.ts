// The series of one metric over one window, made once of its slots; and that of a count over the hour before each sample.
import { type Duration, hour, type Instant } from '../clock.ts';
import { midnightsWithin } from '../time-zone.ts';
import { type MetricId, metric } from './catalog.ts';
import type { Span } from './range.ts';
import type { Coverage, Values } from './series.ts';

/** A value and the time that it stands for; both ends are the same for the sample of a moment. */
export interface ValueInTime {
  readonly value: number;
  readonly from: Instant;
  readonly to: Instant;
}

/** What the slots of a series are: moments, hours counted back from the end of the window, or local days. */
export type SlotKind = 'moment' | 'hour' | 'day';

/** The slots as columns, because a year has thousands of hours. Each column has one entry a slot, in order of time. */
export interface SlotColumns {
  readonly from: readonly Instant[];
  readonly to: readonly Instant[];
  /** What stands for the slot; of a cut hour of a sum its share, of a cut hour of an extreme nothing. */
  readonly values: Values;
  readonly lows: Values;
  readonly highs: Values;
  /** Sum and count of what was measured, for a mean over several slots. */
  readonly sums: readonly number[];
  readonly counts: readonly number[];
  readonly lasts: Values;
  /** How much of the slot was measured, 0 to 1. */
  readonly shares: readonly number[];
}

export interface MeasuredSeries {
  readonly id: MetricId;
  readonly window: Span;
  readonly each: SlotKind;
  readonly slots: SlotColumns;
  /** The value of the whole window, as the catalog combines the metric. */
  readonly value: number | undefined;
  readonly low: ValueInTime | undefined;
  readonly high: ValueInTime | undefined;
  readonly mean: number | undefined;
  /** The newest value in the window. */
  readonly last: ValueInTime | undefined;
  /** In hours or days; `measured` need not be whole where hours were measured in part. */
  readonly coverage: Coverage;
  /** How much of a sum is the share of an hour that the window cuts, 0 to 1. */
  readonly estimated: number;
  /** Indexes of slots that are shorter than the others: cut by the window, or not over yet. */
  readonly partial: readonly number[];
}

/** What a series is made of beside its slots: known for the whole window, where that knows more than the slots do. */
export interface WholeWindow {
  readonly low?: ValueInTime | undefined;
  readonly high?: ValueInTime | undefined;
  readonly last?: ValueInTime | undefined;
  readonly coverage: Coverage;
  readonly estimated?: number;
  readonly partial?: readonly number[];
}

/** Makes a series of its slots. Where the window tells no extremes of its own they are those of the slots. */
export function seriesOfSlots(
  of: Pick<MeasuredSeries, 'id' | 'window' | 'each' | 'slots'>,
  whole: WholeWindow,
): MeasuredSeries {
  const { slots } = of;
  // A day that still runs is no lowest one, unless it is all there is.
  const running = of.each === 'day' ? (whole.partial ?? []) : [];
  const low = 'low' in whole ? whole.low : (extremeOf(slots, 'low', running) ?? extremeOf(slots, 'low'));
  const high = 'high' in whole ? whole.high : extremeOf(slots, 'high');
  const last = 'last' in whole ? whole.last : lastOf(slots);
  const { sum, count } = totalOf(slots, 0, slots.values.length);
  const mean = count === 0 ? undefined : sum / count;
  const value = { sum: count === 0 ? undefined : sum, mean, max: high?.value, min: low?.value, last: last?.value };
  return {
    ...of,
    value: value[metric(of.id).combine],
    ...{ low, high, mean, last },
    coverage: whole.coverage,
    estimated: whole.estimated ?? 0,
    partial: whole.partial ?? [],
  };
}

function totalOf({ sums, counts }: SlotColumns, from: number, to: number): { sum: number; count: number } {
  let [sum, count] = [0, 0];
  for (let index = from; index < to; index += 1) {
    sum += sums[index] ?? 0;
    count += counts[index] ?? 0;
  }
  return { sum, count };
}

/** The lowest or highest of the slots, of those that are not left out; the earliest of equals. */
function extremeOf(slots: SlotColumns, side: 'low' | 'high', without: readonly number[] = []): ValueInTime | undefined {
  const values = side === 'low' ? slots.lows : slots.highs;
  let place = -1;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    const best = values[place];
    if (value === undefined || without.includes(index)) continue;
    if (best === undefined || (side === 'low' ? value < best : value > best)) place = index;
  }
  return slotAt(slots, place, values[place]);
}

function lastOf(slots: SlotColumns): ValueInTime | undefined {
  const place = slots.lasts.findLastIndex((value) => value !== undefined);
  return slotAt(slots, place, slots.lasts[place]);
}

function slotAt({ from, to }: SlotColumns, index: number, value: number | undefined): ValueInTime | undefined {
  return value === undefined ? undefined : { value, from: from[index] ?? Number.NaN, to: to[index] ?? Number.NaN };
}

/** The value of neighbouring slots as one, from index `from` to before `to`, as the catalog combines the metric. */
export function combinedValue(id: MetricId, slots: SlotColumns, from: number, to: number): number | undefined {
  const { combine } = metric(id);
  if (combine === 'sum' || combine === 'mean') {
    const { sum, count } = totalOf(slots, from, to);
    if (count === 0) return undefined;
    return combine === 'sum' ? sum : sum / count;
  }
  const column = { max: slots.highs, min: slots.lows, last: slots.lasts }[combine];
  let result: number | undefined;
  for (let index = from; index < to; index += 1) {
    const value = column[index];
    if (value === undefined) continue;
    if (result === undefined || combine === 'last') result = value;
    else result = combine === 'max' ? Math.max(result, value) : Math.min(result, value);
  }
  return result;
}

/** The slots of a series as longer ones that begin at `starts`, each of which holds whole slots; for the days of a chart. */
export function groupedSlots(id: MetricId, slots: SlotColumns, starts: readonly Instant[], end: Instant): SlotColumns {
  const grouped = emptyColumns();
  let next = 0;
  for (const [index, start] of starts.entries()) {
    const stop = starts[index + 1] ?? end;
    const first = next;
    while (next < slots.values.length && (slots.from[next] ?? stop) < stop) next += 1;
    addGroup(grouped, { id, slots, first, next, start, stop });
  }
  return grouped;
}

type Columns = { -readonly [name in keyof SlotColumns]: SlotColumns[name][number][] };

export function emptyColumns(): Columns {
  return { from: [], to: [], values: [], lows: [], highs: [], sums: [], counts: [], lasts: [], shares: [] };
}

interface Group {
  readonly id: MetricId;
  readonly slots: SlotColumns;
  readonly first: number;
  readonly next: number;
  readonly start: Instant;
  readonly stop: Instant;
}

function addGroup(into: Columns, { id, slots, first, next, start, stop }: Group): void {
  let [low, high, last, share]: [number | undefined, number | undefined, number | undefined, number] = [
    undefined,
    undefined,
    undefined,
    0,
  ];
  for (let index = first; index < next; index += 1) {
    const [lowest, highest] = [slots.lows[index], slots.highs[index]];
    if (lowest !== undefined) low = low === undefined ? lowest : Math.min(low, lowest);
    if (highest !== undefined) high = high === undefined ? highest : Math.max(high, highest);
    last = slots.lasts[index] ?? last;
    share += (slots.shares[index] ?? 0) * ((slots.to[index] ?? 0) - (slots.from[index] ?? 0));
  }
  const { sum, count } = totalOf(slots, first, next);
  into.from.push(start);
  into.to.push(stop);
  into.values.push(combinedValue(id, slots, first, next));
  into.lows.push(low);
  into.highs.push(high);
  into.lasts.push(last);
  into.sums.push(sum);
  into.counts.push(count);
  into.shares.push(stop <= start ? 0 : Math.min(1, share / (stop - start)));
}

/** Samples of one metric in order of time, as columns. */
export interface SampleColumns {
  readonly times: readonly Instant[];
  readonly values: readonly number[];
}

/** What a trailing series is made of. */
export interface TrailingParts {
  readonly samples: SampleColumns;
  /** Where counting back begins anew, beside the end of the window: midnights that are on no whole hour of it. In order. */
  readonly breaks: readonly Instant[];
  /** How far from the end of an hour its sample may be; older hours may be known by less. */
  readonly within: (end: Instant) => Duration;
}

/**
 * The hours of the window. The value of an hour is the sample nearest to its end, because that sample covers it. The first hour after a
 * break may be cut: of a sum its share is taken, an extreme of it would be partly of the time before.
 */
export function trailingSeries(id: MetricId, window: Span, parts: TrailingParts): MeasuredSeries {
  const slots = emptyColumns();
  const isSum = metric(id).combine === 'sum';
  const partial: number[] = [];
  let [measured, cutSum] = [0, 0];
  const nearest = nearestIn(parts.samples);
  for (const [from, to] of hoursOf(window, parts.breaks)) {
    const value = nearest(to, parts.within(to));
    const share = Math.min(1, (to - from) / hour);
    const isCut = share < 1;
    if (isCut) partial.push(slots.from.length);
    if (value !== undefined) measured += 1;
    const shown = value === undefined || (isCut && !isSum) ? undefined : value * share;
    if (isCut && shown !== undefined) cutSum += shown;
    slots.from.push(from);
    slots.to.push(to);
    slots.values.push(shown);
    slots.lows.push(isCut ? undefined : value);
    slots.highs.push(isCut ? undefined : value);
    slots.lasts.push(value);
    slots.sums.push(shown ?? 0);
    slots.counts.push(shown === undefined ? 0 : 1);
    slots.shares.push(value === undefined ? 0 : 1);
  }
  const coverage = { measured, of: slots.from.length };
  const made = seriesOfSlots({ id, window, each: 'hour', slots }, { coverage, partial });
  const sum = made.value;
  return { ...made, estimated: isSum && sum !== undefined && sum > 0 ? cutSum / sum : 0 };
}

/** Where the hours of a window begin. */
export function hourStarts(window: Span, breaks: readonly Instant[]): Instant[] {
  return hoursOf(window, breaks).map(([from]) => from);
}

/** A cut hour of less than this share, which is some minutes, is no slot of its own: the hour after it begins earlier. */
const leastCut = 0.05;

/** Both ends of each hour, oldest first. */
function hoursOf({ from, to }: Span, breaks: readonly Instant[]): [Instant, Instant][] {
  const starts = [from, ...breaks.filter((at) => at > from && at < to)];
  return starts.flatMap((start, index) => {
    const end = starts[index + 1] ?? to;
    const count = Math.max(1, Math.ceil((end - start) / hour - leastCut));
    return Array.from({ length: count }, (_, place): [Instant, Instant] => {
      const stop = end - (count - 1 - place) * hour;
      return [place === 0 ? start : stop - hour, stop];
    });
  });
}

/** Finds the sample nearest to rising times, the earlier of two that are equally near. */
function nearestIn({ times, values }: SampleColumns): (at: Instant, within: Duration) => number | undefined {
  let next = 0;
  return (at, within) => {
    while (next < times.length && (times[next] ?? at) <= at) next += 1;
    const before = at - (times[next - 1] ?? Number.NEGATIVE_INFINITY);
    const after = (times[next] ?? Number.POSITIVE_INFINITY) - at;
    if (Math.min(before, after) > within) return undefined;
    return before <= after ? values[next - 1] : values[next];
  };
}

/** The midnights inside a span of whole days from which no number of whole hours leads to its end: there hours begin anew. */
export function breaksOf(span: Span, zone: string): readonly Instant[] {
  const midnights = midnightsWithin(span, zone);
  if (midnights[0] !== span.from) return [];
  let end = span.to;
  const breaks: Instant[] = [];
  for (const at of midnights.toReversed()) {
    if (at <= span.from || (end - at) % hour === 0) continue;
    breaks.unshift(at);
    end = at;
  }
  return breaks;
}
