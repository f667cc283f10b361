// Bars that add up: one column for each label, one part of it for each series.
import type { ChartModel } from '../reports/report.ts';
import * as colours from './colours.ts';
import type { Drawing, Frame } from './configuration.ts';
import { type Dataset, nameOf, previousOverBars } from './datasets.ts';
import { drawn } from './scale.ts';

/** Parts are parted by a thin line of the card's colour, so that neighbours are told apart without their colours. */
export function stackedChart(model: ChartModel, frame: Frame): Drawing {
  const mains = model.series.filter((one) => one.role === 'main');
  const datasets = model.series.map((one): Dataset => {
    const values = frame.labels.map((_, index) => drawn(one.values[index], frame.scale));
    if (one.role === 'previous') return previousOverBars(one.name, values);
    return {
      label: nameOf(one.name),
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
