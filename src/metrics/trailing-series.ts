// Series of a count over the hour before each sample: disjoint hours, counted back from the end of the window.
import { type Duration, hour, type Instant } from '../clock.ts';
import { type MetricId, metric } from './catalog.ts';
import { emptyColumns, type MeasuredSeries, seriesOfSlots } from './measured-series.ts';
import type { Span } from './range.ts';

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
    const share = (to - from) / hour;
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

/** Both ends of each hour, oldest first. */
function hoursOf({ from, to }: Span, breaks: readonly Instant[]): [Instant, Instant][] {
  const starts = [from, ...breaks.filter((at) => at > from && at < to)];
  return starts.flatMap((start, index) => {
    const end = starts[index + 1] ?? to;
    const count = Math.ceil((end - start) / hour);
    return Array.from({ length: count }, (_, place): [Instant, Instant] => {
      const stop = end - (count - 1 - place) * hour;
      return [Math.max(start, stop - hour), stop];
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
