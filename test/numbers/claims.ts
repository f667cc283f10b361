// A number as it is shown, with what is right: the unit of the comparison.
import type { Interval } from './imkit-sums.ts';

/** One number of a message. */
export interface Claim {
  /** The number and the words around it. */
  readonly shown: string;
  readonly value: number;
  /** Half of the last place that is shown: what rounding may hide. */
  readonly half: number;
  /** What is right, or several readings of the words; none where there is no such number. */
  readonly right: readonly Interval[];
  /** Metric, statistic and window, as they were understood. */
  readonly about: string;
}

/** A number whose words nobody knows. */
export interface Unattributed {
  readonly shown: string;
}

export function isRight({ value, half, right }: Claim): boolean {
  const reach = half * 1.000_001 + 1e-9;
  return right.some(({ lo, hi }) => value >= lo - reach && value <= hi + reach);
}

export const describeRight = ({ right }: Claim): string =>
  right.length === 0
    ? 'no such number'
    : right.map(({ lo, hi }) => `${short(lo)}${hi === lo ? '' : ` to ${short(hi)}`}`).join(' or ');

const short = (value: number): string => (Number.isInteger(value) ? String(value) : value.toPrecision(5));

const sizes: Readonly<Record<string, number>> = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 };

/** A written number with its unit: a share in 0 to 1, a size in bytes, else as it is. Shares and sizes have three digits at most. */
export function readNumber(text: string, unit = ''): { readonly value: number; readonly half: number } {
  const plain = Number(text.replaceAll(',', '').replace('−', '-'));
  const scale = unit === '%' ? 0.01 : (sizes[unit] ?? 1);
  const digits = text.split('.')[1]?.length;
  const size = Math.abs(plain);
  const isScaled = unit !== '';
  const places = isScaled ? Math.max(digits ?? 0, size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2) : (digits ?? 0);
  return { value: plain * scale, half: 0.5 * 10 ** -places * scale };
}
