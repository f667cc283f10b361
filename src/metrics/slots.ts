// Values of neighbouring spans of time: combined into one, set against each other, and counted; what was not measured stays a gap.
import type { Instant } from '../clock.ts';
import type { Combine } from './catalog.ts';
import { formatCount, formatQuantity } from './format.ts';
import type { Point } from './sample.ts';

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

/** Slots as points, for a chart. */
export function pointsOf({ values, at }: Slots): Point[] {
  return values.map((value, index) => ({ at: at(index), value }));
}

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

/** Of all values, or of those from index `from` to before `to`. */
export function coverageOf(values: Values, from = 0, to = values.length): Coverage {
  let measured = 0;
  for (let index = from; index < to; index += 1) measured += values[index] === undefined ? 0 : 1;
  return { measured, of: to - from };
}

/** The same slots of several metrics as one: a slot counts as measured when any of them has it. */
export function anyMeasured(lists: readonly Values[]): Coverage {
  const of = Math.max(0, ...lists.map((values) => values.length));
  let measured = 0;
  for (let index = 0; index < of; index += 1) measured += lists.some((values) => values[index] !== undefined) ? 1 : 0;
  return { measured, of };
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
