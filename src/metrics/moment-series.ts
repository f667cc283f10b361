// Series of a value of moments: extremes and means over every sample of the window, from the finest buckets that are kept.
import { type Duration, hour, type Instant } from '../clock.ts';
import { type MetricId, metric } from './catalog.ts';
import {
  emptyColumns,
  type MeasuredSeries,
  type SlotKind,
  seriesOfSlots,
  type ValueInTime,
} from './measured-series.ts';
import type { Span } from './range.ts';
import type { Bucket } from './sample.ts';
import { mostAround } from './series.ts';

/** Buckets of one tier, in order of time. A raw sample is a bucket of no width. */
export interface TierBuckets {
  readonly width: Duration;
  readonly buckets: readonly Bucket[];
}

/** A bucket that is used, with its width. */
interface Piece {
  readonly bucket: Bucket;
  readonly width: Duration;
}

/** What a series of moments is made of. */
export interface MomentParts {
  /** The finest tier first. A bucket of a coarser tier is used where no finer one lies inside it. */
  readonly tiers: readonly TierBuckets[];
  /** The newest sample, where it may be in no bucket yet. */
  readonly newest: Bucket | undefined;
  /** Where the slots begin, in order. */
  readonly starts: readonly Instant[];
  readonly each: SlotKind;
  readonly pollEvery: Duration;
  /** How far apart samples were around a time, by what is known outside of the window too. */
  readonly spacing: (at: Instant) => Duration;
  /** From here on raw samples are kept, so that a bucket across an end of the window needs not be taken whole. */
  readonly rawFrom: Instant;
}

export function momentSeries(id: MetricId, window: Span, parts: MomentParts): MeasuredSeries {
  const pieces = piecesOf(window, parts);
  const slots = emptyColumns();
  let next = 0;
  let covered = 0;
  // A bucket is known to have samples from its start to its last one.
  const middles = pieces.map(({ bucket }) => (bucket.at + bucket.lastAt) / 2);
  for (let index = 0; index < parts.starts.length; index += 1) {
    const from = Math.max(parts.starts[index] ?? window.from, window.from);
    const to = Math.min(parts.starts[index + 1] ?? window.to, window.to);
    const first = next;
    const isLast = index === parts.starts.length - 1;
    while (next < pieces.length && (isLast || (middles[next] ?? to) < to)) next += 1;
    addSlot(slots, { id, pieces, first, next, from, to, parts });
  }
  sharesOf(slots, parts).forEach((share, index) => {
    slots.shares.push(share);
    covered += share * ((slots.to[index] ?? 0) - (slots.from[index] ?? 0));
  });
  const length = window.to - window.from;
  const of = Math.max(1, Math.ceil(length / hour));
  const coverage = { measured: length <= 0 ? 0 : (covered / length) * of, of };
  const whole = { low: extremeOf(pieces, 'low'), high: extremeOf(pieces, 'high'), last: lastOf(pieces), coverage };
  return seriesOfSlots({ id, window, each: parts.each, slots }, { ...whole, partial: partialOf(slots) });
}

interface Slot {
  readonly id: MetricId;
  readonly pieces: readonly Piece[];
  readonly first: number;
  readonly next: number;
  readonly from: Instant;
  readonly to: Instant;
  readonly parts: MomentParts;
}

/** Adds a slot, without its share, which its neighbours tell. */
function addSlot(slots: ReturnType<typeof emptyColumns>, slot: Slot): void {
  const { id, pieces, first, next, from, to, parts } = slot;
  let [sum, count] = [0, 0];
  let [low, high]: [number | undefined, number | undefined] = [undefined, undefined];
  for (let index = first; index < next; index += 1) {
    const bucket = pieces[index]?.bucket;
    if (bucket === undefined) continue;
    sum += bucket.mean * bucket.samples;
    count += bucket.samples;
    low = low === undefined ? bucket.min : Math.min(low, bucket.min);
    high = high === undefined ? bucket.max : Math.max(high, bucket.max);
  }
  const last = next > first ? pieces[next - 1]?.bucket.last : undefined;
  slots.from.push(from);
  slots.to.push(to);
  slots.values.push(standsFor(id, parts.each, { low, high, last, mean: count === 0 ? undefined : sum / count }));
  slots.lows.push(low);
  slots.highs.push(high);
  slots.lasts.push(last);
  slots.sums.push(sum);
  slots.counts.push(count);
}

/** So many slots to either side tell how many samples a slot should have, where a past has fewer than there are polls. */
const slotsAround = 12;

/** How much of each slot was measured, by how many samples it has of those that it should have. */
function sharesOf(
  { from, to, counts }: Pick<ReturnType<typeof emptyColumns>, 'from' | 'to' | 'counts'>,
  { pollEvery, spacing }: Pick<MomentParts, 'pollEvery' | 'spacing'>,
): number[] {
  const rates = counts.map((count, index) => count / Math.max(1, (to[index] ?? 0) - (from[index] ?? 0)));
  const most = mostAround(rates, slotsAround);
  return rates.map((rate, index) => {
    if (rate >= 1 / pollEvery) return 1;
    const around = Math.max(most(index), 1 / spacing(from[index] ?? 0));
    const expected = Math.min(1 / pollEvery, around);
    return Math.min(1, rate / expected);
  });
}

interface SlotValues {
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly last: number | undefined;
  readonly mean: number | undefined;
}

/** What stands for a slot: the side that means trouble; of days the mean where the catalog takes the mean. */
function standsFor(id: MetricId, each: SlotKind, values: SlotValues): number | undefined {
  const { combine, worse } = metric(id);
  if (each === 'moment' || combine === 'last' || combine === 'sum') return values.last;
  if (combine === 'mean') return each === 'day' || worse === undefined ? values.mean : values[worse];
  return worse === undefined ? (combine === 'min' ? values.low : values.high) : values[worse];
}

/** The buckets inside the window. One that lies across an end of it is taken by its middle, where nothing finer is kept. */
function piecesOf(window: Span, { tiers, newest, rawFrom }: MomentParts): Piece[] {
  const chosen: Piece[] = [];
  const taken: Piece[][] = [];
  for (const { width, buckets } of tiers) {
    const finer = taken.flat().sort((a, b) => a.bucket.at - b.bucket.at);
    let next = 0;
    const used: Piece[] = [];
    for (const bucket of buckets) {
      const end = bucket.at + width;
      while (next < finer.length && (finer[next]?.bucket.at ?? end) < bucket.at) next += 1;
      if (finer.length > 0 && next < finer.length && (finer[next]?.bucket.at ?? end) < end) continue;
      if (isInside(bucket, width, { window, rawFrom })) used.push({ bucket, width });
    }
    taken.push(used);
  }
  for (const used of taken) chosen.push(...used);
  chosen.sort((a, b) => a.bucket.at - b.bucket.at);
  const isNew = newest !== undefined && chosen.every(({ bucket }) => bucket.lastAt < newest.at);
  return isNew ? [...chosen, { bucket: newest, width: 0 }] : chosen;
}

function isInside(
  { at, lastAt }: Bucket,
  width: Duration,
  { window, rawFrom }: { readonly window: Span; readonly rawFrom: Instant },
): boolean {
  const { from, to } = window;
  if (at >= from && lastAt <= to) return true;
  if (width === 0 || lastAt < from || at > to) return false;
  const isKnownByRaw = at >= rawFrom;
  const middle = at + width / 2;
  return !isKnownByRaw && middle >= from && middle < to;
}

/** The lowest or highest, the earliest of equals, with the time of its bucket. */
function extremeOf(pieces: readonly Piece[], side: 'low' | 'high'): ValueInTime | undefined {
  let best: Piece | undefined;
  for (const piece of pieces) {
    const beats =
      best === undefined || (side === 'low' ? piece.bucket.min < best.bucket.min : piece.bucket.max > best.bucket.max);
    if (beats) best = piece;
  }
  if (best === undefined) return undefined;
  const { at, min, max, last, lastAt } = best.bucket;
  const value = side === 'low' ? min : max;
  return last === value ? { value, from: lastAt, to: lastAt } : { value, from: at, to: at + best.width };
}

function lastOf(pieces: readonly Piece[]): ValueInTime | undefined {
  const last = pieces.at(-1)?.bucket;
  return last === undefined ? undefined : { value: last.last, from: last.lastAt, to: last.lastAt };
}

/** The first and the last slot where they are shorter than their neighbours. */
function partialOf({ from, to }: Pick<ReturnType<typeof emptyColumns>, 'from' | 'to'>): number[] {
  const lengths = from.map((start, index) => (to[index] ?? start) - start);
  const usual = Math.max(...lengths.slice(0, 3), 0);
  return [0, lengths.length - 1].filter((index, place, all) => {
    const length = lengths[index];
    return length !== undefined && length < usual && all.indexOf(index) === place;
  });
}
