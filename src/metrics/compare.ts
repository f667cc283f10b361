// A number against an earlier one: how much it changed, and whether it is a record.
import type { Duration, Instant } from '../clock.ts';
import type { Unit } from './catalog.ts';
import type { Slots } from './series.ts';

/** The value below which the share `q` (0 to 1) of the numbers lies, interpolated; undefined for an empty list. */
export function quantile(values: readonly number[], q: number): number | undefined {
  return quantileOf(Float64Array.from(values), q);
}

/** The same of numbers whose order may change: sorted no further than the answer needs. */
export function quantileOf(numbers: Float64Array, q: number): number | undefined {
  const position = (numbers.length - 1) * q;
  const place = Math.floor(position);
  putInPlace(numbers, place);
  const below = numbers[place];
  if (below === undefined || place === position) return below;
  let above = Number.POSITIVE_INFINITY;
  for (let index = place + 1; index < numbers.length; index += 1) above = Math.min(above, numbers[index] ?? above);
  return below + (above - below) * (position - place);
}

/** Moves the number that belongs at a place there, the smaller ones before it and the larger ones behind it (Hoare, 1961). */
function putInPlace(numbers: Float64Array, place: number): void {
  const at = (index: number): number => numbers[index] ?? Number.NaN;
  let [first, last] = [0, numbers.length - 1];
  while (first < last) {
    const pivot = at((first + last) >> 1);
    let [low, high] = [first, last];
    while (low <= high) {
      while (at(low) < pivot) low += 1;
      while (at(high) > pivot) high -= 1;
      if (low > high) break;
      const [small, large] = [at(high), at(low)];
      numbers[low] = small;
      numbers[high] = large;
      low += 1;
      high -= 1;
    }
    if (place <= high) last = high;
    else if (place >= low) first = low;
    else return;
  }
}

export function median(values: readonly number[]): number | undefined {
  return quantile(values, 0.5);
}

/** Median distance from the median (MAD), unscaled: 1.4826 times it is the standard deviation of normal noise. */
export function medianDeviation(values: readonly number[]): number | undefined {
  const middle = median(values);
  return middle === undefined ? undefined : median(values.map((value) => Math.abs(value - middle)));
}

/** With fewer earlier values, no percentage is given, because what is usual is not known. */
export const leastEarlier = 3;

/** A count below this is too small a base: one user more or less would be a tenth of it and more. */
export const leastBase = 10;

/** From this ratio on, the difference is shown instead of a percentage. */
const largestShare = 9.995;

/** How large a difference is, without its sign: as a share of the earlier number, or as a number of its unit. */
export type ChangeAmount =
  | { readonly kind: 'share'; readonly share: number }
  | { readonly kind: 'difference'; readonly size: number; readonly unit: Unit };

/** The difference between a number and an earlier one. */
export type Change =
  | { readonly direction: 'same'; readonly exactly: boolean }
  | { readonly direction: 'up' | 'down'; readonly amount: ChangeAmount };

export interface Comparison {
  readonly now: number | undefined;
  readonly before: number | undefined;
  readonly unit: Unit;
  /** How many earlier values are known, `before` among them. */
  readonly known: number;
}

/** The change, as a percentage where the base allows one, else as the difference; undefined where one side is unknown. */
export function changeOf({ now, before, unit, known }: Comparison): Change | undefined {
  if (now === undefined || before === undefined || !Number.isFinite(now - before)) return undefined;
  const difference = now - before;
  if (difference === 0) return { direction: 'same', exactly: true };
  const direction = difference > 0 ? 'up' : 'down';
  const size = Math.abs(difference);
  const inUnits: Change = { direction, amount: { kind: 'difference', size, unit } };
  if (unit === 'ratio') return size < 0.000_5 ? { direction: 'same', exactly: false } : inUnits;
  const share = Math.abs(difference / before);
  if (known < leastEarlier || isSmallBase(before, unit) || share >= largestShare)
    return size < leastShown[unit] ? { direction: 'same', exactly: false } : inUnits;
  if (share < 0.005) return { direction: 'same', exactly: false };
  return { direction, amount: { kind: 'share', share } };
}

/** A smaller difference would be written as 0. */
const leastShown = { count: 0.05, bytes: 0.005, mean: 0.005 } as const;

/** True where a percentage of the base would be misleading. */
function isSmallBase(before: number, unit: Unit): boolean {
  return before <= 0 || (unit === 'count' && Math.round(before) < leastBase);
}

/** How long the values were beyond a limit, each from its time to the next one, but no longer than `maxGap`. In ms. */
export function timeBeyond(
  { values, at }: Slots,
  limit: { readonly direction: 'below' | 'above'; readonly value: number },
  span: { readonly to: Instant; readonly maxGap: Duration },
): Duration {
  let total = 0;
  for (const [index, value] of values.entries()) {
    if (value === undefined || !isBeyond(limit, value)) continue;
    const end = index + 1 < values.length ? at(index + 1) : span.to;
    total += Math.max(0, Math.min(end, span.to, at(index) + span.maxGap) - at(index));
  }
  return total;
}

/** True when the value is beyond a limit; at the limit it is not. */
export function isBeyond(
  { direction, value: trigger }: { readonly direction: 'below' | 'above'; readonly value: number },
  value: number | undefined,
): boolean {
  if (value === undefined) return false;
  return direction === 'below' ? value < trigger : value > trigger;
}

/** Clearly higher or lower than every one of the last `span - 1` values of its kind. */
export interface Outstanding {
  readonly side: 'high' | 'low';
  /** How many of its kind it stands out among, itself included. */
  readonly span: number;
}

/** A record must be past the earlier extreme by this share of it: else about every second period would have one. */
const recordMargin = 0.05;

/**
 * Whether a value stands out among the earlier ones of its kind (newest first, gaps undefined): it must be past at least
 * three known ones in a row, by 5 % and by more than random variation. Undefined when it does not.
 */
export function recordOf(value: number | undefined, earlier: readonly (number | undefined)[]): Outstanding | undefined {
  if (value === undefined) return undefined;
  for (const side of ['high', 'low'] as const) {
    const beaten = (other: number): boolean => isPast(value, other, side) && standsOut(value, other);
    const stop = earlier.findIndex((other) => other !== undefined && !beaten(other));
    const run = stop === -1 ? earlier : earlier.slice(0, stop);
    const oldest = run.findLastIndex((other) => other !== undefined);
    const known = run.filter((other) => other !== undefined).length;
    if (known >= leastEarlier) return { side, span: oldest + 2 };
  }
  return undefined;
}

function isPast(value: number, other: number, side: Outstanding['side']): boolean {
  return side === 'high' ? value >= other * (1 + recordMargin) : value <= other * (1 - recordMargin);
}

/** A value beside the median of earlier ones; undefined when it is as usual, or when too few are known. */
export function againstUsual(
  value: number | undefined,
  earlier: readonly (number | undefined)[],
): { readonly share: number; readonly usual: number; readonly isSmall: boolean } | undefined {
  const known = earlier.filter((other) => other !== undefined);
  const usual = median(known);
  if (value === undefined || usual === undefined || known.length < leastEarlier || usual <= 0) return undefined;
  const share = value / usual;
  if (!standsOut(value, usual) || (share > 0.7 && share < 1.4)) return undefined;
  return { share, usual, isSmall: isSmallBase(usual, 'count') };
}

/** True when two counts differ by more than random variation, which is large for small numbers. */
export function standsOut(value: number, usual: number): boolean {
  const difference = Math.abs(value - usual);
  return difference >= 5 && difference >= 2 * Math.sqrt(Math.max(value, usual));
}
