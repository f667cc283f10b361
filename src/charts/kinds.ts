// The kinds of charts: line, bar and stacked, each as its part of one Chart.js configuration.
import { finite } from '../metrics/format.ts';
import type { ChartModel } from '../reports/word-report.ts';
import { assemble, type ChartFrame, type ChartJsConfiguration, type ChartParts } from './chart-js-config.ts';
import {
  aheadDataset,
  bandDatasets,
  type Dataset,
  lonePoints,
  nameOf,
  orderOf,
  partialDataset,
  partialOf,
  previousDataset,
  previousOverBars,
  usualDataset,
} from './datasets.ts';
import { mostLinePoints, thinLabels, thinLine } from './downsample.ts';
import { drawn, isCloseUp } from './scale.ts';
import * as colours from './theme.ts';

/** A gap is a missing bar; a bar of a period that is not over is paler, with an outline. */
export function barChart(model: ChartModel, frame: ChartFrame): ChartParts {
  const mains = model.series.filter((one) => one.role === 'main');
  const crossed = mains.length === 1 && mains.length < model.series.length;
  const datasets = model.series.map((one): Dataset => {
    const values = valuesOf(one, frame);
    if (one.role === 'previous') return previousOverBars(one.name, values, model);
    const colour = crossed ? colours.barBehindLine : colours.seriesColour(mains.indexOf(one));
    return {
      label: nameOf(one.name, model),
      data: values,
      order: orderOf('bar', 0),
      ...barColours(colour, model),
      borderRadius: 2,
      maxBarThickness: 56,
      categoryPercentage: 0.8,
      barPercentage: 0.92,
      minBarLength: 1,
    };
  });
  return { type: 'bar', datasets, stacked: false };
}

function valuesOf(series: ChartModel['series'][number], { labels, scale }: ChartFrame): (number | null)[] {
  return labels.map((_, index) => drawn(series.values[index], scale));
}

/** One colour, or one for each bar where some are of a period that is not over. */
function barColours(colour: string, model: ChartModel): Pick<Dataset, string> {
  const partial = partialOf(model);
  if (partial.size === 0) return { backgroundColor: colour };
  return {
    backgroundColor: model.labels.map((_, index) => (partial.has(index) ? colours.paler(colour) : colour)),
    borderColor: colour,
    borderWidth: model.labels.map((_, index) => (partial.has(index) ? 1 : 0)),
  };
}

/**
 * One line a series; a single one stands on a light tint where the axis begins at zero. Behind it is the band from its lowest to its
 * highest values, over it the points that are of less time.
 */
export function lineChart(model: ChartModel, frame: ChartFrame): ChartParts {
  const mains = model.series.filter((one) => one.role === 'main');
  const partial = partialOf(model);
  const [only] = mains.length === 1 ? mains : [];
  const datasets = model.series.map((one): Dataset => {
    const values = valuesOf(one, frame);
    if (one.role === 'previous') return previousDataset(one.name, values, model);
    if (one.role === 'usual') return usualDataset(one.name, model);
    if (one.role === 'ahead') return aheadDataset(one.name, values, model);
    const colour = colours.seriesColour(mains.indexOf(one));
    const whole = partial.size === 0 ? values : values.map((value, index) => (partial.has(index) ? null : value));
    return {
      label: nameOf(one.name, model),
      data: whole,
      order: orderOf('line', mains.indexOf(one)),
      borderColor: colour,
      ...fillOf(only, model),
      borderWidth: 2.25,
      borderJoinStyle: 'round',
      borderCapStyle: 'round',
      tension: 0,
      spanGaps: false,
      pointRadius: withLastDot(lonePoints(whole, 3.5), { values, whole }),
      pointBackgroundColor: colour,
      pointBorderColor: colours.background,
      pointBorderWidth: 1.5,
    };
  });
  const dots = mains.map((one, index) => partialDataset(valuesOf(one, frame), colours.seriesColour(index), model));
  const bands = model.series.flatMap((one) => (one === only ? bandDatasets(one, frame) : courseBand(one, frame)));
  return { type: 'line', datasets: [...datasets, ...bands, ...(partial.size === 0 ? [] : dots)], stacked: false };
}

/** The usual in grey, the range of what is foreseen in the tint of the line. */
function courseBand(one: ChartModel['series'][number], frame: ChartFrame): Dataset[] {
  if (one.role === 'usual') return bandDatasets(one, frame, colours.usual);
  return one.role === 'ahead' ? bandDatasets(one, frame, colours.fill) : [];
}

function fillOf(only: ChartModel['series'][number] | undefined, model: ChartModel): Pick<Dataset, string> {
  const hasBand = only?.lows !== undefined || model.series.some(({ role }) => role === 'usual');
  const isFilled = only !== undefined && !hasBand && !isCloseUp(model);
  return { backgroundColor: isFilled ? colours.fill : 'transparent', fill: isFilled ? 'origin' : false };
}

/** The newest value has a dot, unless it is a partial one, which has its own. */
function withLastDot(
  radii: readonly number[],
  { values, whole }: Record<'values' | 'whole', readonly (number | null)[]>,
): number[] {
  const last = values.findLastIndex((value) => value !== null);
  return radii.map((radius, index) => (index === last && whole[index] !== null ? 4 : radius));
}

/**
 * Parts are parted by a thin line of the card's colour, so that neighbours are told apart without their colours. Where one part is not
 * known there is no column: the rest would look like the total.
 */
export function stackedChart(model: ChartModel, frame: ChartFrame): ChartParts {
  const mains = model.series.filter((one) => one.role === 'main');
  const isWhole = model.labels.map((_, index) => mains.every(({ values }) => finite(values[index]) !== undefined));
  const datasets = model.series.map((one): Dataset => {
    const values = valuesOf(one, frame);
    if (one.role === 'previous') return previousOverBars(one.name, values, model);
    return {
      label: nameOf(one.name, model),
      data: values.map((value, index) => (isWhole[index] === false ? null : value)),
      order: orderOf('stacked', 0),
      stack: 'main',
      ...barColours(colours.seriesColour(mains.indexOf(one)), model),
      borderColor: colours.background,
      borderWidth: { top: 1, right: 0, bottom: 0, left: 0 },
      borderSkipped: false,
      maxBarThickness: 64,
      categoryPercentage: 0.8,
      barPercentage: 0.95,
    };
  });
  return { type: 'bar', datasets, stacked: true };
}

export const chartKinds: Readonly<Record<ChartModel['kind'], (model: ChartModel, frame: ChartFrame) => ChartParts>> = {
  line: lineChart,
  bar: barChart,
  stacked: stackedChart,
};

/** A single value is no picture: the words say it. */
export function hasPicture({ series }: ChartModel): boolean {
  return series.some(
    ({ role, values }) => role === 'main' && values.filter((value) => finite(value) !== undefined).length > 1,
  );
}

/** The model as Chart.js 4 configuration: strict JSON, new at each call, the same for a picture drawn here and by QuickChart. */
export function toChartJs(model: ChartModel): ChartJsConfiguration {
  return assemble(widened(model.kind === 'line' ? thinned(model) : model), chartKinds[model.kind]);
}

/** A long line keeps its extremes in its own points, so it needs no band. */
function thinned(model: ChartModel): ChartModel {
  const { clock, labels, extremes = [] } = model;
  if (labels.length <= mostLinePoints) return model;
  const series = model.series.map(({ lows: _lows, highs: _highs, ...one }) => ({
    ...one,
    values: thinLine(labels.map((_, index) => finite(one.values[index]))),
  }));
  const place = (position: number): number => Math.floor((position * mostLinePoints) / labels.length);
  const partial = [...partialOf(model)].includes(labels.length - 1) ? [mostLinePoints - 1] : [];
  return {
    ...model,
    ...{ series, partial, labels: thinLabels(labels), clock: clock && thinLabels(clock) },
    extremes: extremes.map((one) => ({ ...one, position: place(one.position) })),
  };
}

/** A limit line through one single label would have no length: such a label gets an empty one to either side. */
function widened(model: ChartModel): ChartModel {
  if (model.labels.length !== 1 || model.limits.length === 0) return model;
  const series = model.series.map(({ lows: _lows, highs: _highs, ...one }) => ({
    ...one,
    values: [undefined, one.values[0], undefined],
  }));
  return { ...model, labels: ['', ...model.labels, ''], clock: undefined, isPartial: false, partial: [], series };
}
