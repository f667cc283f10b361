// The datasets that several chart kinds share: limit lines, the period before; and what a name may look like.
import type { ChartModel } from '../reports/word-report.ts';
import { columnsOf, cutToColumns, drawable } from './label-text.ts';
import { drawn, type ValueScale } from './scale.ts';
import * as colours from './theme.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** One dataset of Chart.js; `label` is its name in the legend. */
export type Dataset = JsonObject & { readonly label: string; readonly data: readonly (number | null)[] };

type Words = Pick<ChartModel, 'words'>;

/** Larger is drawn earlier, which is below, and named earlier in the legend. */
const order = { line: 100, bar: 100, previous: 50, set: 40, limit: 0 } as const;

/** The order of the main series at `index`: lines are named one after the other; bars stand beside or on each other in their own. */
export function orderOf(kind: ChartModel['kind'], index: number): number {
  return kind === 'line' ? order.line - index : order.bar;
}

/** Limit lines as plain datasets, after those of the series, so that every Chart.js draws them. */
export function limitDatasets(model: ChartModel, scale: ValueScale): Dataset[] {
  return model.limits.map((line, index) => {
    const look = colours.limits[line.meaning ?? 'capacity'];
    return {
      type: 'line',
      label: nameOf(line.label, model),
      data: model.labels.map(() => drawn(line.value, scale)),
      stack: `limit ${index}`,
      order: order.limit - index,
      borderColor: look.colour,
      backgroundColor: 'transparent',
      borderWidth: 2,
      borderDash: look.dash,
      pointRadius: 0,
      fill: false,
    };
  });
}

/** The points that are of less time than the others. */
export function partialOf({ partial, isPartial, labels }: ChartModel): ReadonlySet<number> {
  return new Set(partial ?? (isPartial ? [labels.length - 1] : []));
}

/** The points of a line that are of less time than the others: hollow dots, which no line joins. */
export function partialDataset(values: readonly (number | null)[], colour: string, model: ChartModel): Dataset {
  const partial = partialOf(model);
  return {
    type: 'line',
    label: model.words.soFar,
    data: values.map((value, index) => (partial.has(index) ? value : null)),
    order: order.set,
    showLine: false,
    borderColor: colour,
    backgroundColor: colours.background,
    pointRadius: values.map((value, index) => (partial.has(index) && value !== null ? 4 : 0)),
    pointBackgroundColor: colours.background,
    pointBorderColor: colour,
    pointBorderWidth: 2,
    fill: false,
  };
}

/** A band from the lowest to the highest value of each point of the only line, as a line without width and one that fills down to it. */
export function bandDatasets(
  { lows, highs }: Pick<ChartModel['series'][number], 'lows' | 'highs'>,
  { labels, scale }: { readonly labels: readonly unknown[]; readonly scale: ValueScale },
  tint: string = colours.band,
): Dataset[] {
  if (lows === undefined || highs === undefined) return [];
  return [lows, highs].map((values, index) => ({
    type: 'line',
    label: '',
    data: labels.map((_, at) => drawn(values[at], scale)),
    order: order.set,
    borderWidth: 0,
    borderColor: 'transparent',
    backgroundColor: tint,
    pointRadius: 0,
    spanGaps: false,
    fill: index === 0 ? false : '-1',
  }));
}

/** Stands in the legend for a band, and draws nothing itself. */
export function usualDataset(name: string, model: Pick<ChartModel, 'words' | 'labels'>): Dataset {
  return {
    type: 'line',
    label: nameOf(name, model),
    data: model.labels.map(() => null),
    order: order.set,
    backgroundColor: colours.usual,
    pointRadius: 0,
    fill: false,
  };
}

/** What is foreseen: the line goes on in dashes. */
export function aheadDataset(name: string, values: readonly (number | null)[], model: Words): Dataset {
  return {
    type: 'line',
    label: nameOf(name, model),
    data: values,
    order: order.previous,
    borderColor: colours.seriesColour(0),
    backgroundColor: 'transparent',
    borderWidth: 2.25,
    borderDash: [6, 5],
    pointRadius: 0,
    spanGaps: true,
    fill: false,
  };
}

/** The period before as a thin dashed line, in every kind of chart. */
export function previousDataset(name: string, values: readonly (number | null)[], model: Words): Dataset {
  return {
    type: 'line',
    label: nameOf(name, model),
    data: values,
    stack: `previous ${name}`,
    order: order.previous,
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
