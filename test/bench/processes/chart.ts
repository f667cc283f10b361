// Has charts drawn as the bot does, by a child process, and prints what that cost: milliseconds alone, charts a second, and how long
// this thread keeps others waiting meanwhile; and the same of the plain way to draw with Chart.js, one after the other.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { createCanvas } from '@napi-rs/canvas';
import { Chart, type ChartConfiguration, type ChartItem } from 'chart.js/auto';
import { createChartProcess } from '../../../src/charts/chart-process.ts';
import { toChartJs } from '../../../src/charts/kinds.ts';
import { pictureSize } from '../../../src/charts/theme.ts';
import { second, sleep, systemClock } from '../../../src/clock.ts';
import type { ChartModel } from '../../../src/reports/word-report.ts';
import { startChartChild } from '../../support/chart-child.ts';
import { quantile } from '../figures.ts';

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
    shortTitle: 'Connection peak',
    each: 'moment',
    isPartial: false,
    locale: 'en-US',
    words: { soFar: '', nothingMeasured: '', unnamed: '', untitled: '' },
  };
}

/** The configuration that a QuickChart server gets, drawn and packed on the main thread, one in each of its turns. */
async function drawPlainly(model: ChartModel): Promise<unknown> {
  await nextTurn();
  const canvas = createCanvas(pictureSize.width, pictureSize.height);
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

interface Waits {
  readonly held: number;
  readonly late: number;
}

/**
 * What else waits for this thread during `work`, at p99 of the turns of a timer of 1 ms: for how much time the thread was on the
 * processor since the turn before (`held`), and how late the timer was by the wall (`late`), which what the machine takes away adds to.
 */
async function waitsDuring(work: () => Promise<unknown>): Promise<Waits> {
  const held: number[] = [];
  const late: number[] = [];
  let isWatching = true;
  const look = (last: { readonly cpu: number; readonly wall: number }): void => {
    setTimeout(() => {
      const now = { cpu: cpuTime(), wall: performance.now() };
      held.push(now.cpu - last.cpu);
      late.push(Math.max(0, now.wall - last.wall - 1));
      if (isWatching) look(now);
    }, 1);
  };
  look({ cpu: cpuTime(), wall: performance.now() });
  await work();
  isWatching = false;
  return { held: quantile(held, 0.99), late: quantile(late, 0.99) };
}

/** Milliseconds of this thread on the processor. Exact as often as the thread sleeps; it does between two turns of the timer. */
function cpuTime(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1e3;
}

const atOnce = 4;
const child = createChartProcess({ start: startChartChild, clock: systemClock });
const [cold = Number.NaN] = await timesOf(child.draw, 1);
await timesOf(child.draw, 15);
await timesOf(drawPlainly, 10);
const rates: { ours: number; plain: number }[] = [];
for (let round = 0; round < 5; round += 1) {
  rates.push({ plain: await rateOf(drawPlainly, 15, 1), ours: await rateOf(child.draw, 40, atOnce) });
}
const waits: Record<'ours' | 'idle' | 'plain', Waits>[] = [];
for (let round = 0; round < 5; round += 1) {
  waits.push({
    idle: await waitsDuring(() => sleep(systemClock, second)),
    ours: await waitsDuring(() => rateOf(child.draw, 80, atOnce)),
    plain: await waitsDuring(() => rateOf(drawPlainly, 10, 1)),
  });
}
const alone = { ours: await timesOf(child.draw, 20), plain: await timesOf(drawPlainly, 20) };
await child.stop();
process.stdout.write(JSON.stringify({ cold, alone, rates, waits }));
