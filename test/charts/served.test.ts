// Draws the shared configuration by a bare Chart.js, as a QuickChart server does, without anything that canvas-renderer.ts adds.

import { createCanvas } from '@napi-rs/canvas';
import { Chart, type ChartConfiguration, type ChartItem, registerables } from 'chart.js';
import { describe, expect, it } from 'vitest';
import { chartKinds, toChartJs } from '../../src/charts/kinds.ts';
import * as colours from '../../src/charts/theme.ts';
import { pictureSize } from '../../src/charts/theme.ts';
import type { ChartModel } from '../../src/reports/word-report.ts';
import { chartModel, oneSeries, wave } from './sample-models.ts';

Chart.register(...registerables);

const kinds = Object.keys(chartKinds) as ChartModel['kind'][]; // the keys of the list are the kinds
const limit = { label: 'Critical 2,000', value: 2_000, meaning: 'critical' } as const;

/** Counts the pixels of a colour after the configuration went through JSON, as it does on its way to a server. */
function pixelsIn(model: ChartModel): (colour: string) => number {
  const canvas = createCanvas(pictureSize.width, pictureSize.height);
  const configuration: ChartConfiguration = JSON.parse(JSON.stringify(toChartJs(model)));
  const chart = new Chart(canvas as unknown as ChartItem, configuration); // typed for a browser's canvas
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  chart.destroy();
  return (colour) => {
    const wanted = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
    let found = 0;
    for (let at = 0; at < data.length; at += 4)
      if (wanted.every((value, channel) => data[at + channel] === value)) found += 1;
    return found;
  };
}

describe('what a QuickChart server draws', () => {
  it.each(kinds)('shows the series and the limit of a %s chart', (kind) => {
    const count = pixelsIn(chartModel({ kind, limits: [limit] }));
    expect(count(colours.seriesColour(0))).toBeGreaterThan(1_000);
    expect(count(colours.limits.critical.colour)).toBeGreaterThan(1_000);
  });

  it.each(kinds)('shows a single point and its limit in a %s chart', (kind) => {
    const count = pixelsIn(oneSeries([1_893], { kind, limits: [limit] }));
    expect(count(colours.seriesColour(0))).toBeGreaterThan(100);
    expect(count(colours.limits.critical.colour)).toBeGreaterThan(500);
  });

  it('shows the period before', () => {
    const { series } = chartModel();
    const count = pixelsIn(
      chartModel({ series: [...series, { name: 'Yesterday', role: 'previous', values: wave(24, 800) }] }),
    );
    expect(count(colours.previous)).toBeGreaterThan(20);
  });

  it('names the series before the limits in its legend, as the dashes say which is which', () => {
    const { series } = chartModel();
    const canvas = createCanvas(pictureSize.width, pictureSize.height);
    const previous = { name: 'Yesterday', role: 'previous' as const, values: wave(24, 800) };
    const model = chartModel({ series: [...series, previous], limits: [limit] });
    const chart = new Chart(canvas as unknown as ChartItem, JSON.parse(JSON.stringify(toChartJs(model))));
    expect(chart.legend?.legendItems?.map(({ text }) => text)).toEqual([
      'Connection peak',
      'Yesterday',
      'Critical 2,000',
    ]);
    chart.destroy();
  });
});
