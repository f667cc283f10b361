// The datasets that several chart kinds share: limit lines, the period before; and what a name may look like.
import type { ChartModel } from '../reports/word-report.ts';
import { columnsOf, cutToColumns, drawable } from './label-text.ts';
import { drawn, type ValueScale } from './scale.ts';
import * as colours from './theme.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** One dataset of Chart.js; `label` is its name in the legend. */
export type Dataset = JsonObject & { readonly label: string; readonly data: readonly (number | null)[] };

/** The dashes of the first, second and third limit: a server's legend tells them apart by these alone. */
const limitDashes = [
  [7, 5],
  [2, 4],
  [12, 4, 2, 4],
] as const;

type Words = Pick<ChartModel, 'words'>;

/** Limit lines as plain datasets, after those of the series, so that every Chart.js draws them. */
export function limitDatasets(model: ChartModel, scale: ValueScale): Dataset[] {
  return model.limits.map((line, index) => ({
    type: 'line',
    label: nameOf(line.label, model),
    data: model.labels.map(() => drawn(line.value, scale)),
    stack: `limit ${index}`,
    order: -1,
    borderColor: colours.limit,
    backgroundColor: 'transparent',
    borderWidth: 2,
    borderDash: limitDashes[index % limitDashes.length] ?? limitDashes[0],
    pointRadius: 0,
    fill: false,
  }));
}

/** The period before as a thin dashed line, in every kind of chart. */
export function previousDataset(name: string, values: readonly (number | null)[], model: Words): Dataset {
  return {
    type: 'line',
    label: nameOf(name, model),
    data: values,
    stack: `previous ${name}`,
    order: 1,
    borderColor: colours.previous,
    backgroundColor: 'transparent',
    borderWidth: 1.5,
    borderDash: [4, 4],
    pointRadius: lonePoints(values, 2),
    pointBackgroundColor: colours.previous,
    pointBorderWidth: 0,
    spanGaps: false,
    fill: false,
  };
}

/** The same over bars, which are dark themselves. */
export function previousOverBars(name: string, values: readonly (number | null)[], model: Words): Dataset {
  const colour = colours.previousOverBars;
  return {
    ...previousDataset(name, values, model),
    order: 0,
    borderColor: colour,
    pointBackgroundColor: colour,
    borderWidth: 2,
  };
}

/** A value between two gaps has no line to either side: it gets a dot of `radius`, every other point none. */
export function lonePoints(values: readonly (number | null)[], radius: number): number[] {
  const missing = (index: number): boolean => values[index] === null || values[index] === undefined;
  return values.map((value, index) => (value !== null && missing(index - 1) && missing(index + 1) ? radius : 0));
}

/** The name of a series or limit as a legend can hold it. */
export function nameOf(name: string, { words }: Words): string {
  const text = drawable(name);
  return columnsOf(text) === 0 ? words.unnamed : cutToColumns(text, 36);
}
