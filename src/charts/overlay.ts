// Drawn on top of Chart.js: the card, dots, extremes, and limit lines with their names.
import type { ChartExtreme } from '../reports/word-report.ts';
import type { Dataset } from './datasets.ts';
import { type Area, gap, lineHeight, type Mark, placeLimitLabels } from './label-text.ts';
import * as colours from './theme.ts';
import { fontFamily, textSize } from './theme.ts';

/** The part of a canvas's 2D context that is used here. */
export interface DrawingContext {
  fillStyle: unknown;
  strokeStyle: unknown;
  font: string;
  lineJoin: 'bevel' | 'miter' | 'round';
  lineWidth: number;
  textAlign: 'center' | 'end' | 'left' | 'right' | 'start';
  textBaseline: 'alphabetic' | 'bottom' | 'hanging' | 'ideographic' | 'middle' | 'top';
  save(): void;
  restore(): void;
  beginPath(): void;
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  arc(x: number, y: number, radius: number, from: number, to: number): void;
  fill(): void;
  stroke(): void;
  rect(x: number, y: number, width: number, height: number): void;
  clip(): void;
  fillRect(x: number, y: number, width: number, height: number): void;
  strokeRect(x: number, y: number, width: number, height: number): void;
  setLineDash(lengths: number[]): void;
  fillText(text: string, x: number, y: number): void;
  strokeText(text: string, x: number, y: number): void;
  measureText(text: string): { readonly width: number };
}

/** The part of a laid-out chart that is used here; positions in CSS pixels. */
export interface ChartLayout {
  readonly chartArea: Area;
  readonly scales: Readonly<Record<string, { getPixelForValue(value: number): number } | undefined>>;
  getDatasetMeta(index: number): {
    readonly type: string;
    readonly data: readonly { readonly x: number; readonly y: number }[];
  };
}

/** A light card with a faint border, so that the picture looks the same on a dark Slack. */
export function drawCard(context: DrawingContext, size: { readonly width: number; readonly height: number }): void {
  context.save();
  context.fillStyle = colours.background;
  context.fillRect(0, 0, size.width, size.height);
  context.strokeStyle = colours.grid;
  context.lineWidth = 1;
  context.strokeRect(0.5, 0.5, size.width - 1, size.height - 1);
  context.restore();
}

/** The dots of the given datasets, by their place in the chart: the newest value, values between two gaps, and hollow ones. */
export function drawDots(context: DrawingContext, chart: ChartLayout, datasets: readonly Dataset[]): void {
  context.save();
  for (const [index, dataset] of datasets.entries()) {
    const points = chart.getDatasetMeta(index).data;
    const { pointRadius: radii, pointBackgroundColor: fill, pointBorderColor: rim, pointBorderWidth: width } = dataset;
    for (const [at, radius] of (Array.isArray(radii) ? radii : []).entries()) {
      const point = points[at];
      if (radius > 0 && point !== undefined)
        drawDot(context, point, { radius, fill: String(fill), rim: String(rim), width: Number(width) });
    }
  }
  context.restore();
}

function drawDot(
  context: DrawingContext,
  at: { x: number; y: number },
  style: { radius: number; fill: string; rim: string; width: number },
): void {
  context.fillStyle = style.fill;
  context.beginPath();
  context.arc(at.x, at.y, style.radius, 0, 2 * Math.PI);
  context.fill();
  if (style.width === 0) return;
  context.strokeStyle = style.rim;
  context.lineWidth = style.width;
  context.stroke();
}

/** Marks lowest and highest value at their own times, with the value beside the dot. */
export function drawExtremes(context: DrawingContext, chart: ChartLayout, extremes: readonly PlacedExtreme[]): void {
  context.save();
  context.font = `600 ${textSize.label}px ${fontFamily}`;
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  const { left, right } = chart.chartArea;
  for (const { label, x, y, textY, colour } of extremes) {
    drawDot(context, { x, y }, { radius: 3.5, fill: colour, rim: colours.background, width: 1.5 });
    const half = context.measureText(label).width / 2;
    context.textAlign = 'center';
    write(context, { label, x: Math.min(right - half, Math.max(left + half, x)), y: textY }, colour);
  }
  context.restore();
}

/** An extreme in pixels. */
export interface PlacedExtreme extends ChartExtreme {
  readonly x: number;
  readonly y: number;
  /** The middle of its value in words. */
  readonly textY: number;
  readonly colour: string;
}

/** Where the extremes are in the chart: between two points by their own time. `toAxis` makes a value one of the axis. */
export function placeExtremes(
  chart: ChartLayout,
  extremes: readonly ChartExtreme[],
  { toAxis, colour }: { toAxis: (value: number) => number | null; colour: string },
): PlacedExtreme[] {
  const points = chart.getDatasetMeta(0).data;
  return extremes.flatMap((extreme) => {
    const [before, value] = [points[Math.floor(extreme.position)], toAxis(extreme.value)];
    const y = value === null ? undefined : chart.scales['y']?.getPixelForValue(value);
    if (before === undefined || y === undefined) return [];
    const after = points[Math.ceil(extreme.position)] ?? before;
    const x = before.x + (after.x - before.x) * (extreme.position % 1);
    return [{ ...extreme, x, y, textY: textBeside(y, extreme.is, chart.chartArea), colour }];
  });
}

/** Below a low and above a high, on the other side where the chart ends. */
function textBeside(y: number, is: ChartExtreme['is'], { top, bottom }: Area): number {
  const wanted = is === 'low' ? y + gap : y - gap;
  return wanted < top - 4 || wanted > bottom - 4 ? 2 * y - wanted : wanted;
}

/** What the name of a limit is to keep clear of: the dots of the extremes and their values in words. */
export function marksOfExtremes(extremes: readonly PlacedExtreme[]): Mark[] {
  return extremes.flatMap(({ x, y, textY }) =>
    [y, textY].flatMap((at) => [-halfValue, 0, halfValue].map((aside) => ({ x: x + aside, y: at, solidBelow: false }))),
  );
}

/** Half the width of a value in words, about. */
const halfValue = 20;

/** Draws the limits, which are datasets of the chart from `first` on, as lines from edge to edge over everything else, their names beside them. */
export function drawLimits(
  context: DrawingContext,
  chart: ChartLayout,
  parts: { limits: readonly Dataset[]; first: number; marks: readonly Mark[] },
): void {
  context.save();
  context.font = `600 ${textSize.label}px ${fontFamily}`;
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  const lines = parts.limits.flatMap(({ label, borderDash, borderColor }, index) => {
    const y = chart.getDatasetMeta(parts.first + index).data[0]?.y;
    const dash = Array.isArray(borderDash) ? borderDash.map(Number) : [];
    const width = context.measureText(label).width;
    return y === undefined ? [] : [{ label, y, dash, width, colour: String(borderColor) }];
  });
  for (const line of lines) strokeLimit(context, line, chart.chartArea);
  for (const placed of placeLimitLabels(lines, parts.marks, chart.chartArea)) {
    context.textAlign = placed.align;
    write(context, placed, lines.find(({ label }) => label === placed.label)?.colour ?? colours.softText);
  }
  context.restore();
}

/** A rim of the card's colour under the line, so that it is seen where it crosses a bar. */
function strokeLimit(context: DrawingContext, line: { y: number; dash: number[]; colour: string }, area: Area): void {
  context.setLineDash(line.dash);
  for (const [width, colour] of [
    [4.5, colours.background],
    [2, line.colour],
  ] as const) {
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.beginPath();
    context.moveTo(area.left, line.y);
    context.lineTo(area.right, line.y);
    context.stroke();
  }
  context.setLineDash([]);
}

/** Letters with a rim of the card's colour, so that they can be read over a line, a bar or a hatch. */
export function write(context: DrawingContext, text: { label: string; x: number; y: number }, colour: string): void {
  context.lineWidth = 5;
  context.strokeStyle = colours.background;
  context.strokeText(text.label, text.x, text.y);
  context.fillStyle = colour;
  context.fillText(text.label, text.x, text.y);
}

/** The points and bars of the first `count` datasets, and of steep lines what lies between two points. */
export function marksOf(chart: ChartLayout, count: number): Mark[] {
  return Array.from({ length: count }, (_, index) => index).flatMap((index) => {
    const { type, data } = chart.getDatasetMeta(index);
    const marks = data.flatMap(({ x, y }, at): Mark[] => {
      const before = type === 'bar' ? undefined : data[at - 1];
      const steps = before === undefined ? 1 : Math.min(50, Math.ceil(Math.abs(y - before.y) / (lineHeight / 2)) || 1);
      const from = before ?? { x, y };
      return Array.from({ length: steps }, (_, step) => {
        const part = (step + 1) / steps;
        return { x: from.x + (x - from.x) * part, y: from.y + (y - from.y) * part, solidBelow: type === 'bar' };
      });
    });
    return marks.filter((mark) => Number.isFinite(mark.y));
  });
}
