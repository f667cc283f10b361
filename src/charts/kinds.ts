// The kinds of charts: line, bar and stacked, each as its part of one Chart.js configuration.
import { finite } from '../metrics/format.ts';
import type { ChartModel } from '../reports/word-report.ts';
import { assemble, type ChartFrame, type ChartJsConfiguration, type ChartParts } from './chart-js-config.ts';
import { type Dataset, lonePoints, nameOf, previousDataset, previousOverBars } from './datasets.ts';
import { thinLabels, thinLine } from './downsample.ts';
import { drawn } from './scale.ts';
import * as colours from './theme.ts';

/** A gap is a missing bar. */
export function barChart(model: ChartModel, frame: ChartFrame): ChartParts {
  const mains = model.series.filter((one) => one.role === 'main');
  const crossed = mains.length === 1 && mains.length < model.series.length;
  const datasets = model.series.map((one): Dataset => {
    const values = frame.labels.map((_, index) => drawn(one.values[index], frame.scale));
    if (one.role === 'previous') return previousOverBars(one.name, values, model);
    return {
      label: nameOf(one.name, model),
      data: values,
      order: 1,
      backgroundColor: crossed ? colours.barBehindLine : colours.seriesColour(mains.indexOf(one)),
      borderRadius: 2,
      maxBarThickness: 56,
      categoryPercentage: 0.8,
      barPercentage: 0.92,
      minBarLength: 1,
    };
  });
  return { type: 'bar', datasets, stacked: false };
}

/** One line a series; a single one stands on a light tint. */
export function lineChart(model: ChartModel, frame: ChartFrame): ChartParts {
  const mains = model.series.filter((one) => one.role === 'main');
  const datasets = model.series.map((one): Dataset => {
    const values = frame.labels.map((_, index) => drawn(one.values[index], frame.scale));
    if (one.role === 'previous') return previousDataset(one.name, values, model);
    const colour = colours.seriesColour(mains.indexOf(one));
    return {
      label: nameOf(one.name, model),
      data: values,
      borderColor: colour,
      backgroundColor: mains.length === 1 ? colours.fill : 'transparent',
      fill: mains.length === 1 ? 'origin' : false,
      borderWidth: 2.25,
      borderJoinStyle: 'round',
      borderCapStyle: 'round',
      tension: 0,
      spanGaps: false,
      pointRadius: withLastDot(lonePoints(values, 4), values),
      pointBackgroundColor: colour,
      pointBorderColor: colours.background,
      pointBorderWidth: 1.5,
    };
  });
  return { type: 'line', datasets, stacked: false };
}

function withLastDot(radii: readonly number[], values: readonly (number | null)[]): number[] {
  const last = values.findLastIndex((value) => value !== null);
  return radii.map((radius, index) => (index === last ? 4.5 : radius));
}

/** Parts are parted by a thin line of the card's colour, so that neighbours are told apart without their colours. */
export function stackedChart(model: ChartModel, frame: ChartFrame): ChartParts {
  const mains = model.series.filter((one) => one.role === 'main');
  const datasets = model.series.map((one): Dataset => {
    const values = frame.labels.map((_, index) => drawn(one.values[index], frame.scale));
    if (one.role === 'previous') return previousOverBars(one.name, values, model);
    return {
      label: nameOf(one.name, model),
      data: values,
      order: 1,
      stack: 'main',
      backgroundColor: colours.seriesColour(mains.indexOf(one)),
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

/** The model as Chart.js 4 configuration: strict JSON, new at each call, the same for a picture drawn here and by QuickChart. */
export function toChartJs(model: ChartModel): ChartJsConfiguration {
  return assemble(widened(model.kind === 'line' ? thinned(model) : model), chartKinds[model.kind]);
}

function thinned(model: ChartModel): ChartModel {
  const series = model.series.map((one) => ({
    ...one,
    values: thinLine(model.labels.map((_, index) => finite(one.values[index]))),
  }));
  const { clock } = model;
  return { ...model, labels: thinLabels(model.labels), clock: clock && thinLabels(clock), series };
}

/** A limit line through one single label would have no length: such a label gets an empty one to either side. */
function widened(model: ChartModel): ChartModel {
  if (model.labels.length !== 1 || model.limits.length === 0) return model;
  const series = model.series.map((one) => ({ ...one, values: [undefined, one.values[0], undefined] }));
  return { ...model, labels: ['', ...model.labels, ''], clock: undefined, isPartial: false, series };
}
