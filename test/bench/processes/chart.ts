// Draws charts and prints what that cost: milliseconds alone, charts a second, and the longest hold of the thread; and of the
// plain way to draw the same with Chart.js, one after the other.
import { createCanvas } from '@napi-rs/canvas';
import { Chart, type ChartConfiguration, type ChartItem } from 'chart.js/auto';
import { createImageRenderer } from '../../../src/charts/canvas-renderer.ts';
import { toChartJs } from '../../../src/charts/kinds.ts';
import type { ChartModel } from '../../../src/reports/report.ts';
import { packageRoot } from '../../support/package-root.ts';
import { watchHolds } from '../loop-delay.ts';

const points = 144;
const labels = Array.from({ length: points }, (_, index) => {
  const minutes = index * 10;
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
});
const wave = (shift: number): number[] =>
  labels.map((_, index) => Math.round(1_400 + 500 * Math.sin((index + shift) / 23) + ((index * 37) % 60)));

/** Each differs from the one before, so that nothing can be kept from it. */
function chart(number: number): ChartModel {
  return {
    kind: 'line',
    title: 'Connection peak, last 24 hours',
    unit: 'count',
    labels,
    series: [
      { name: 'Connection peak', role: 'main', values: wave(number) },
      { name: 'The 24 hours before', role: 'previous', values: wave(number + 11) },
    ],
    limits: [{ label: 'limit 2,000', value: 2_000 }],
    alt: 'Connection peak',
  };
}

/** The configuration that a QuickChart server gets, drawn and packed on the main thread. */
async function drawPlainly(model: ChartModel): Promise<unknown> {
  const canvas = createCanvas(800, 400);
  // Chart.js is typed for a browser's canvas, and our JSON type describes what it takes.
  const chart = new Chart(canvas as unknown as ChartItem, toChartJs(model) as unknown as ChartConfiguration);
  const png = canvas.encodeSync('png');
  chart.destroy();
  return png;
}

type Draw = (model: ChartModel) => Promise<unknown>;

let number = 0;
const next = (): ChartModel => chart(++number);

async function timesOf(draw: Draw, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const started = performance.now();
    await draw(next());
    times.push(performance.now() - started);
  }
  return times;
}

async function rateOf(draw: Draw, count: number, atOnce: number): Promise<number> {
  const started = performance.now();
  let left = count;
  const work = async (): Promise<void> => {
    while (left-- > 0) await draw(next());
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return (count * 1_000) / (performance.now() - started);
}

async function holdsOf(draw: Draw, count: number): Promise<number[]> {
  const holds: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const longest = watchHolds();
    await new Promise((resolve) => setImmediate(resolve));
    await draw(next());
    holds.push(longest());
  }
  return holds;
}

const { draw } = createImageRenderer({ root: packageRoot });
const [cold = Number.NaN] = await timesOf(draw, 1);
await timesOf(draw, 15);
await timesOf(drawPlainly, 10);
const rates: { ours: number; plain: number }[] = [];
for (let round = 0; round < 3; round += 1) {
  rates.push({ plain: await rateOf(drawPlainly, 15, 1), ours: await rateOf(draw, 24, 4) });
}
const figures = {
  cold,
  alone: { ours: await timesOf(draw, 20), plain: await timesOf(drawPlainly, 20) },
  rates,
  holds: { ours: await holdsOf(draw, 25), plain: await holdsOf(drawPlainly, 10) },
};
process.stdout.write(JSON.stringify(figures));
