// Bars side by side, one for each series and label; the period before is a dashed line over them.
import type { ChartModel } from '../reports/report.ts';
import * as colours from './colours.ts';
import type { Drawing, Frame } from './configuration.ts';
import { type Dataset, nameOf, previousOverBars } from './datasets.ts';
import { drawn } from './scale.ts';

/** A gap is a missing bar. */
export function barChart(model: ChartModel, frame: Frame): Drawing {
  const mains = model.series.filter((one) => one.role === 'main');
  const crossed = mains.length === 1 && mains.length < model.series.length;
  const datasets = model.series.map((one): Dataset => {
    const values = frame.labels.map((_, index) => drawn(one.values[index], frame.scale));
    if (one.role === 'previous') return previousOverBars(one.name, values);
    return {
      label: nameOf(one.name),
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
