// The chart kinds: a new one is its file and a line here (and its word in the report's `kind`).
import type { ChartModel } from '../reports/report.ts';
import { barChart } from './bar.ts';
import { assemble, type ChartJsConfiguration, type Drawing, type Frame } from './configuration.ts';
import { lineChart } from './line.ts';
import { finite } from './scale.ts';
import { stackedChart } from './stacked.ts';
import { thinLabels, thinLine } from './thin.ts';

export const chartKinds: Readonly<Record<ChartModel['kind'], (model: ChartModel, frame: Frame) => Drawing>> = {
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
  return { ...model, labels: thinLabels(model.labels), series };
}

/** A limit line through one single label would have no length: such a label gets an empty one to either side. */
function widened(model: ChartModel): ChartModel {
  if (model.labels.length !== 1 || model.limits.length === 0) return model;
  const series = model.series.map((one) => ({ ...one, values: [undefined, one.values[0], undefined] }));
  return { ...model, labels: ['', ...model.labels, ''], series };
}
