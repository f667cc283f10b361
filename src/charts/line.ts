// A line over time: gaps stay gaps, the newest value has a dot.
import type { ChartModel } from '../reports/report.ts';
import * as colours from './colours.ts';
import type { Drawing, Frame } from './configuration.ts';
import { type Dataset, lonePoints, nameOf, previousDataset } from './datasets.ts';
import { drawn } from './scale.ts';

/** One line a series; a single one stands on a light tint. */
export function lineChart(model: ChartModel, frame: Frame): Drawing {
  const mains = model.series.filter((one) => one.role === 'main');
  const datasets = model.series.map((one): Dataset => {
    const values = frame.labels.map((_, index) => drawn(one.values[index], frame.scale));
    if (one.role === 'previous') return previousDataset(one.name, values);
    const colour = colours.seriesColour(mains.indexOf(one));
    return {
      label: nameOf(one.name),
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
