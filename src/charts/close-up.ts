// Which lines are drawn from near and not from zero, and how such an axis writes its numbers.
import type { ChartModel } from '../reports/report.ts';
import { finite, type ValueScale } from './scale.ts';

/**
 * True for a line that changes by less than a tenth of its height, limits included: from zero it would be flat and show
 * nothing. Not asked of bars, which are read by their length; a line that does not change at all is best seen from zero.
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
