// Draws charts and prints what that cost: milliseconds alone, charts a second side by side, and the longest hold of the thread.
import { createImageRenderer } from '../../../src/charts/image.ts';
import type { ChartModel } from '../../../src/reports/report.ts';
import { watchHolds } from '../hold.ts';

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

const renderer = createImageRenderer();
const first = performance.now();
await renderer.draw(chart(0));
const cold = performance.now() - first;
for (let n = 1; n < 20; n += 1) await renderer.draw(chart(n));

const alone: number[] = [];
for (let n = 20; n < 45; n += 1) {
  const started = performance.now();
  await renderer.draw(chart(n));
  alone.push(performance.now() - started);
}

const together = 60;
const started = performance.now();
let next = 100;
await Promise.all(
  Array.from({ length: 4 }, async () => {
    while (next < 100 + together) {
      next += 1;
      await renderer.draw(chart(next));
    }
  }),
);
const perSecond = (together * 1_000) / (performance.now() - started);

const holds: number[] = [];
for (let n = 300; n < 330; n += 1) {
  const longest = watchHolds();
  await renderer.draw(chart(n));
  holds.push(longest());
}
process.stdout.write(JSON.stringify({ cold, alone, perSecond, holds }));
