// The value axis: its unit, its ticks, and whether it starts at zero.
import { finite } from '../metrics/format.ts';
import { byteScale, byteUnits } from '../metrics/format-numbers.ts';
import type { ChartModel } from '../reports/word-report.ts';

/** `drawn = value / divisor`. `unit` stands at the axis; `format` are options of Intl.NumberFormat for its numbers. */
export interface ValueScale {
  readonly divisor: number;
  readonly unit: string | undefined;
  readonly format: { readonly [option: string]: string | number };
  /** Whole numbers only. */
  readonly whole: boolean;
  /** Where the axis must end, where a limit of the unit itself says so: a share ends at 100 %. */
  readonly max: number | undefined;
}

/** The scale that fits the largest value or limit of the model. */
export function scaleOf(model: ChartModel): ValueScale {
  const top = largestOf(model);
  if (model.unit === 'ratio') {
    return {
      divisor: 1,
      unit: undefined,
      format: { style: 'percent', maximumFractionDigits: top < 0.05 ? 2 : 1, minimumFractionDigits: 0 },
      whole: false,
      max: top > 0.8 && top <= 1 ? 1 : undefined,
    };
  }
  if (model.unit === 'bytes') return bytesScale(top);
  const format =
    top >= 1_000_000
      ? { notation: 'compact', maximumFractionDigits: 2, minimumFractionDigits: 0 }
      : { maximumFractionDigits: 0 };
  return { divisor: 1, unit: undefined, format, whole: true, max: undefined };
}

function bytesScale(top: number): ValueScale {
  const index = byteScale(top);
  return {
    divisor: 1024 ** index,
    unit: byteUnits[index],
    format: { maximumFractionDigits: 2, minimumFractionDigits: 0 },
    whole: index === 0,
    max: undefined,
  };
}

/** The largest number that the picture must hold: of a stack its total. */
function largestOf(model: ChartModel): number {
  let top = model.limits.reduce((most, line) => Math.max(most, Math.abs(line.value)), 0);
  for (let index = 0; index < model.labels.length; index += 1) {
    const sizes = model.series.map((one) => size(one.values[index]));
    const here = model.kind === 'stacked' ? sizes.reduce((sum, one) => sum + one, 0) : Math.max(0, ...sizes);
    top = Math.max(top, here);
  }
  return top;
}

/** A gap takes no room. */
function size(value: number | undefined): number {
  return Math.abs(finite(value) ?? 0);
}

/** A value as it is drawn: counts whole as they are, sizes in the unit of the axis; null is a gap. */
export function drawn(value: number | undefined, scale: ValueScale): number | null {
  const number = finite(value);
  if (number === undefined) return null;
  const inUnit = scale.divisor === 1 ? number : Number((number / scale.divisor).toPrecision(6));
  return inUnit + 0; // makes 0 of -0, which JSON does not know
}

/**
 * True for a line that changes by less than a tenth of its height, limits included: from zero it would be flat and show
 * nothing. Does not apply to bars, which are read by their length, or to a constant line, which is drawn from zero.
 */
export function isCloseUp(model: ChartModel): boolean {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of [...model.series.flatMap((one) => one.values), ...model.limits.map((line) => line.value)]) {
    const number = finite(value);
    if (number === undefined) continue;
    low = Math.min(low, number);
    high = Math.max(high, number);
  }
  return low > 0 && low < high && high - low < high / 10;
}

/** Neighbouring ticks of a close-up differ in their last digits: none is rounded away. */
export function inFull({ format, whole }: ValueScale): ValueScale['format'] {
  const { notation: _compact, ...rest } = format;
  return { ...rest, maximumFractionDigits: whole ? 0 : 6 };
}
