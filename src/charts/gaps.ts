// What was not measured in a chart: where that is, hatched and named.
import type { Dataset } from './datasets.ts';
import { type Area, lineHeight, type Mark } from './label-text.ts';
import { type ChartLayout, type DrawingContext, write } from './overlay.ts';
import * as colours from './theme.ts';
import { fontFamily, textSize } from './theme.ts';

/** A stretch in which nothing was measured. */
export interface ChartGap {
  readonly area: Area;
  /** True where it reaches to the end of the chart. */
  readonly isEnd: boolean;
}

/** The stretches in which none of the main datasets has a value, of the `measured` first points. */
export function gapsOf(chart: ChartLayout, mains: readonly Dataset[], measured: number): ChartGap[] {
  const { data: points, type } = chart.getDatasetMeta(0);
  const [xs, area] = [points.map(({ x }) => x), chart.chartArea];
  return missingIn(mains, Math.min(measured, xs.length)).map(({ from, to }) => {
    const half = type === 'bar' ? ((xs[1] ?? area.right) - (xs[0] ?? area.left)) / 2 : undefined;
    const left = half === undefined ? (xs[from - 1] ?? area.left) : (xs[from] ?? 0) - half;
    const right = half === undefined ? (xs[to + 1] ?? area.right) : (xs[to] ?? 0) + half;
    const isEnd = to === xs.length - 1;
    return { area: { ...area, left: Math.max(area.left, left), right: Math.min(area.right, right) }, isEnd };
  });
}

/** First and last position of each stretch without any value; none where nothing was measured at all. */
function missingIn(mains: readonly Dataset[], length: number): { from: number; to: number }[] {
  const stretches: { from: number; to: number }[] = [];
  for (let index = 0; index < length; index += 1) {
    if (mains.some(({ data }) => data[index] !== null)) continue;
    const last = stretches.at(-1);
    if (last?.to === index - 1) stretches[stretches.length - 1] = { ...last, to: index };
    else stretches.push({ from: index, to: index });
  }
  return stretches[0]?.to === length - 1 && stretches[0].from === 0 ? [] : stretches;
}

export function hatch(context: DrawingContext, { left, right, top, bottom }: Area): void {
  context.save();
  context.beginPath();
  context.rect(left, top, right - left, bottom - top);
  context.clip();
  context.strokeStyle = colours.hatch;
  context.lineWidth = 1;
  context.beginPath();
  const height = bottom - top;
  for (let x = left - height; x < right; x += 7) {
    context.moveTo(x, bottom);
    context.lineTo(x + height, top);
  }
  context.stroke();
  context.restore();
}

/**
 * Writes on a gap in one line, or in as many as it takes to fit between its edges; nothing where a word does not. The words stand at
 * its top, middle or bottom, where they are farthest from the lines at `others`, in pixels.
 */
export function writeInGap(context: DrawingContext, text: string, { area }: ChartGap, others: readonly number[]): void {
  context.save();
  context.font = `${textSize.label}px ${fontFamily}`;
  const room = area.right - area.left - 8;
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1) ?? ''} ${word}`.trim();
    if (context.measureText(longer).width <= room) lines.splice(-1, 1, longer);
    else lines.push(word);
  }
  const half = (lines.length * lineHeight) / 2;
  const middles = [(area.top + area.bottom) / 2, area.top + half + 2, area.bottom - half - 2];
  const distance = (y: number): number => Math.min(40, ...others.map((other) => Math.abs(other - y) - half));
  const middle = middles.reduce((best, y) => (distance(y) > distance(best) ? y : best));
  context.textBaseline = 'middle';
  context.textAlign = 'center';
  context.lineJoin = 'round';
  for (const [index, label] of lines.entries()) {
    if (lines.some((line) => context.measureText(line).width > room)) break;
    const y = middle - half + (index + 0.5) * lineHeight;
    write(context, { label, x: (area.left + area.right) / 2, y }, colours.softText);
  }
  context.restore();
}

/** What the name of a limit is to keep clear of: a gap has words of its own. */
export function marksOfGaps(gaps: readonly ChartGap[]): Mark[] {
  return gaps.flatMap(({ area: { left, right, top, bottom } }) => {
    const count = (length: number): number[] =>
      Array.from({ length: Math.ceil(length / lineHeight) + 1 }, (_, at) => at);
    return count(right - left).flatMap((column) =>
      count(bottom - top).map((row) => ({
        x: Math.min(right, left + column * lineHeight),
        y: top + row * lineHeight,
        solidBelow: false,
      })),
    );
  });
}
