// Drawn on top of Chart.js: the card, dots, and limit lines with their names.
import type { Dataset } from './datasets.ts';
import * as colours from './theme.ts';
import { fontFamily, textSize } from './theme.ts';

export interface LimitLine {
  readonly label: string;
  /** Pixels from the top. */
  readonly y: number;
  /** Width of the label in pixels. */
  readonly width: number;
}

/** Something drawn that a label should not hide: a point of a line, or the top of a bar that reaches down from there. */
export interface Mark {
  readonly x: number;
  readonly y: number;
  readonly solidBelow: boolean;
}

export interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** `y` is the middle of the text. */
export interface PlacedLabel {
  readonly label: string;
  readonly x: number;
  readonly y: number;
  readonly align: 'left' | 'right';
}

const lineHeight = textSize.label + 4;
const gap = textSize.label - 1;

/**
 * Places the labels from the highest line down. Each stands over its line, or under it where there is no room above, or on it
 * where a place beside it would be nearer to another line and read as that one's name.
 */
export function placeLimitLabels(lines: readonly LimitLine[], marks: readonly Mark[], area: Area): PlacedLabel[] {
  const placed: PlacedLabel[] = [];
  for (const line of lines.toSorted((a, b) => a.y - b.y)) {
    const others = lines.filter((other) => other !== line);
    const candidates = candidatesOf(line, others, area).filter(
      (one) => one.y - lineHeight / 2 >= area.top - lineHeight && one.y + lineHeight / 2 <= area.bottom,
    );
    const free = candidates.filter((one) =>
      placed.every((other) => other.align !== one.align || Math.abs(other.y - one.y) >= lineHeight),
    );
    const best = (free.length > 0 ? free : candidates).toSorted(
      (a, b) => clearance(b, line, marks) - clearance(a, line, marks),
    )[0];
    if (best !== undefined) placed.push(best);
  }
  return placed;
}

function candidatesOf({ label, y: own }: LimitLine, others: readonly LimitLine[], area: Area): PlacedLabel[] {
  const beside = [own - gap, own + gap].filter((y) => others.every((other) => Math.abs(other.y - y) > gap));
  return (beside.length > 0 ? beside : [own]).flatMap((y) => [
    { label, x: area.left + 4, y, align: 'left' as const },
    { label, x: area.right - 4, y, align: 'right' as const },
  ]);
}

/** Pixels to the nearest mark beside the label, no more than 40: farther away makes no difference. */
function clearance(label: PlacedLabel, line: LimitLine, marks: readonly Mark[]): number {
  const from = (label.align === 'left' ? label.x : label.x - line.width) - 8;
  const near = marks.filter((mark) => mark.x >= from && mark.x <= from + line.width + 16);
  const distances = near.map((mark) => (mark.solidBelow && label.y > mark.y ? 0 : Math.abs(mark.y - label.y)));
  return Math.min(40, ...distances);
}

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

/** The dots of the given datasets, which are the first of the chart: the newest value, and values between two gaps. */
export function drawDots(context: DrawingContext, chart: ChartLayout, datasets: readonly Dataset[]): void {
  context.save();
  context.strokeStyle = colours.background;
  for (const [index, dataset] of datasets.entries()) {
    const points = chart.getDatasetMeta(index).data;
    const { pointRadius: radii, pointBackgroundColor: colour, pointBorderWidth: rim } = dataset;
    for (const [at, radius] of (Array.isArray(radii) ? radii : []).entries()) {
      const point = points[at];
      if (radius > 0 && point !== undefined)
        drawDot(context, point, { radius, colour: String(colour), rim: Number(rim) });
    }
  }
  context.restore();
}

function drawDot(
  context: DrawingContext,
  at: { x: number; y: number },
  style: { radius: number; colour: string; rim: number },
): void {
  context.fillStyle = style.colour;
  context.beginPath();
  context.arc(at.x, at.y, style.radius, 0, 2 * Math.PI);
  context.fill();
  if (style.rim === 0) return;
  context.lineWidth = style.rim;
  context.stroke();
}

/** Draws the last `limits` datasets as lines from edge to edge, over everything else, their names beside them. */
export function drawLimits(
  context: DrawingContext,
  chart: ChartLayout,
  parts: { series: readonly Dataset[]; limits: readonly Dataset[] },
): void {
  context.save();
  context.font = `600 ${textSize.label}px ${fontFamily}`;
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  const lines = parts.limits.flatMap(({ label, borderDash }, index) => {
    const y = chart.getDatasetMeta(parts.series.length + index).data[0]?.y;
    const dash = Array.isArray(borderDash) ? borderDash.map(Number) : [];
    return y === undefined ? [] : [{ label, y, dash, width: context.measureText(label).width }];
  });
  for (const line of lines) strokeLimit(context, line, chart.chartArea);
  for (const placed of placeLimitLabels(lines, marksOf(chart, parts.series), chart.chartArea)) {
    context.textAlign = placed.align;
    writeLimit(context, placed);
  }
  context.restore();
}

/** A rim of the card's colour under the line, so that it is seen where it crosses a bar. */
function strokeLimit(context: DrawingContext, line: { y: number; dash: number[] }, area: Area): void {
  context.setLineDash(line.dash);
  for (const [width, colour] of [
    [4.5, colours.background],
    [2, colours.limit],
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

/** Letters with the same rim, so that they can be read over a line or a bar. */
function writeLimit(context: DrawingContext, text: { label: string; x: number; y: number }): void {
  context.lineWidth = 5;
  context.strokeStyle = colours.background;
  context.strokeText(text.label, text.x, text.y);
  context.fillStyle = colours.limit;
  context.fillText(text.label, text.x, text.y);
}

function marksOf(chart: ChartLayout, series: readonly Dataset[]): Mark[] {
  return series.flatMap((_, index) => {
    const meta = chart.getDatasetMeta(index);
    const seen = meta.data.filter((element) => Number.isFinite(element.y));
    return seen.map(({ x, y }) => ({ x, y, solidBelow: meta.type === 'bar' }));
  });
}
