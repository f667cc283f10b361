// A number against an earlier one, in words: how much it changed, against what, and whether it is a record.
import type { Unit } from './catalog.ts';
import { formatCount, formatMagnitude } from './format.ts';

/** The value below which the share `q` (0 to 1) of the numbers lies, interpolated; undefined for an empty list. */
export function quantile(values: readonly number[], q: number): number | undefined {
  const sorted = Float64Array.from(values).sort();
  const position = (sorted.length - 1) * q;
  const below = sorted[Math.floor(position)];
  const above = sorted[Math.ceil(position)];
  if (below === undefined || above === undefined) return undefined;
  return below + (above - below) * (position - Math.floor(position));
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

/** The difference between a number and an earlier one. `amount` has no sign: `12 %`, `2.1 points`, `412`. */
export type Change =
  | { readonly direction: 'same'; readonly exactly: boolean }
  | { readonly direction: 'up' | 'down'; readonly amount: string };

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
  if (unit === 'ratio') {
    if (Math.abs(difference) < 0.000_5) return { direction: 'same', exactly: false };
    return { direction, amount: formatMagnitude(Math.abs(difference), unit) };
  }
  const share = Math.abs(difference / before);
  if (known < leastEarlier || isSmallBase(before, unit) || share >= largestShare) {
    const amount = formatMagnitude(Math.abs(difference), unit);
    return /^0( |$)/.test(amount) ? { direction: 'same', exactly: false } : { direction, amount };
  }
  if (share < 0.005) return { direction: 'same', exactly: false };
  return { direction, amount: `${Math.round(share * 100)} %` };
}

/** True where a percentage of the base would be misleading. */
function isSmallBase(before: number, unit: Unit): boolean {
  return before <= 0 || (unit === 'count' && Math.round(before) < leastBase);
}

const arrows = { up: '▲', down: '▼' } as const;

/** `▲ up 12 % on yesterday`, `same as yesterday`, `about the same as yesterday`. `on` names the other period. */
export function changeOn(change: Change, on: string): string {
  if (change.direction === 'same') return sameAs(change.exactly, on);
  return `${arrows[change.direction]} ${change.direction} ${change.amount} on ${on}`;
}

/** `▼ down 2 points in 24 h`, `unchanged in 24 h`. */
export function changeWithin(change: Change, length: string): string {
  if (change.direction === 'same') return `unchanged in ${length}`;
  return `${arrows[change.direction]} ${change.direction} ${change.amount} in ${length}`;
}

/** `+18 % on Saturday`, `−412 on Saturday`, `same as Saturday`: for a line of text. */
export function signedOn(change: Change, on: string): string {
  return change.direction === 'same' ? sameAs(change.exactly, on) : `${signed(change)} on ${on}`;
}

/** `▲ +18 %`, `▼ −412`, `same`: for the cell of a table whose column names the other period. */
export function signedCell(change: Change): string {
  if (change.direction === 'same') return change.exactly ? 'same' : 'about the same';
  return `${arrows[change.direction]} ${signed(change)}`;
}

function signed(change: Extract<Change, { amount: string }>): string {
  return `${change.direction === 'up' ? '+' : '−'}${change.amount}`;
}

function sameAs(exactly: boolean, on: string): string {
  return exactly ? `same as ${on}` : `about the same as ${on}`;
}

/** Higher or lower than every one of the last `span - 1` values of its kind. */
export interface Outstanding {
  readonly side: 'high' | 'low';
  /** How many of its kind it stands out among, itself included. */
  readonly span: number;
}

/**
 * Whether a value stands out among the earlier ones of its kind (newest first, gaps undefined): at least three known
 * ones in a row must be lower (or higher). Undefined when it does not.
 */
export function recordOf(value: number | undefined, earlier: readonly (number | undefined)[]): Outstanding | undefined {
  if (value === undefined) return undefined;
  for (const side of ['high', 'low'] as const) {
    const beaten = (other: number): boolean => (side === 'high' ? other < value : other > value);
    const stop = earlier.findIndex((other) => other !== undefined && !beaten(other));
    const run = stop === -1 ? earlier : earlier.slice(0, stop);
    const oldest = run.findLastIndex((other) => other !== undefined);
    const known = run.filter((other) => other !== undefined).length;
    if (known >= leastEarlier) return { side, span: oldest + 2 };
  }
  return undefined;
}

/** `half of a usual Sunday`, `twice a usual Sunday`; undefined when it is usual, or when too few are known. */
export function againstUsual(
  value: number | undefined,
  earlier: readonly (number | undefined)[],
  kind: string,
): string | undefined {
  const known = earlier.filter((other) => other !== undefined);
  const usual = median(known);
  if (value === undefined || usual === undefined || known.length < leastEarlier || usual <= 0) return undefined;
  if (!standsOut(value, usual)) return undefined;
  const share = value / usual;
  if (share > 0.7 && share < 1.4) return undefined;
  return `${shareWords(share, usual)} a usual ${kind}`;
}

/** True when two counts differ by more than random variation, which is large for small numbers. */
export function standsOut(value: number, usual: number): boolean {
  const difference = Math.abs(value - usual);
  return difference >= 5 && difference >= 2 * Math.sqrt(Math.max(value, usual));
}

function shareWords(share: number, usual: number): string {
  if (share === 0 || isSmallBase(usual, 'count')) return `unlike the ${formatMagnitude(usual, 'count')} of`;
  if (share < 0.3) return `${Math.max(1, Math.round(share * 100))} % of`;
  if (share < 0.37) return 'a third of';
  if (share >= 0.45 && share <= 0.55) return 'half of';
  if (share >= 1.9 && share <= 2.1) return 'twice';
  if (share >= 2.9 && share <= 3.1) return 'three times';
  if (share < 3.1) return `${Math.round(share * 100)} % of`;
  return `${formatCount(share)} times`;
}
