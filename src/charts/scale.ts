// The axes of a picture: unit, steps and zero of the value axis, and the labels of the time axis.
import { finite } from '../metrics/format.ts';
import { byteScale, byteUnits } from '../metrics/format-numbers.ts';
import type { ChartModel, ClockLabel } from '../reports/word-report.ts';
import { columnsOf, cutToColumns, drawable, labelAt } from './label-text.ts';
import { columnWidth, pictureSize } from './theme.ts';

/** `drawn = value / divisor`. `unit` stands at the axis, which goes from `min` to `max` in `step`s; `format` are options of Intl.NumberFormat. */
export interface ValueScale {
  readonly divisor: number;
  readonly unit: string | undefined;
  readonly format: { readonly [option: string]: string | number };
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/** The scale that fits every value and limit of the model. */
export function scaleOf(model: ChartModel): ValueScale {
  const extent = extentOf(model);
  const index = byteScale(Math.max(Math.abs(extent.low), Math.abs(extent.high)));
  const divisor = model.unit === 'bytes' ? 1024 ** index : 1;
  const axis = axisOf(model, { low: extent.low / divisor, high: extent.high / divisor });
  return {
    divisor,
    unit: model.unit === 'bytes' ? byteUnits[index] : undefined,
    ...axis,
    format: formatOf(model, axis),
  };
}

interface Axis {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/** More lines than this would stand too close for their numbers. */
const mostSteps = 5;

/** From zero, or in a close-up from just below the lowest value, to just above the highest; in steps that people count in. */
function axisOf(model: ChartModel, { low, high }: Extent): Axis {
  const isClose = isCloseUp(model);
  const [from, to] = isClose ? [low, high] : [Math.min(0, low), Math.max(0, high)];
  const isWhole = model.unit === 'count' || model.unit === 'bytes';
  const room = 0.04 * (to - from);
  // A share ends at 100 %.
  const end = to === 0 ? 0 : model.unit === 'ratio' && to <= 1 ? Math.min(1, to + room) : to + room;
  const smallest = model.unit === 'count' ? 1 : 0;
  const step = Math.max(smallest, axisStep((end - from || (isWhole ? 1 : 0.01)) / mostSteps));
  const rounded = (value: number): number => Number((value * step).toPrecision(12));
  const min = rounded(Math.floor(from / step + 1e-9));
  return { step, min, max: Math.max(rounded(Math.ceil(end / step - 1e-9)), rounded(Math.round(min / step) + 1)) };
}

function axisStep(wanted: number): number {
  const rough = Math.max(1e-12, wanted);
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5].find((one) => one * power >= rough * (1 - 1e-9)) ?? 10;
  return Number((factor * power).toPrecision(1));
}

/** All numbers of an axis have as many decimals as its step needs. */
function formatOf({ unit }: ChartModel, { step, min, max }: Axis): ValueScale['format'] {
  if (unit === 'ratio') return { style: 'percent', ...decimals(step * 100) };
  const isLarge = Math.max(Math.abs(min), Math.abs(max)) >= 1_000_000 && step >= 10_000;
  return isLarge ? { notation: 'compact', ...decimals(step / 1_000_000, 2) } : decimals(step);
}

function decimals(step: number, most = 6) {
  const digits = Math.min(most, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
  return { minimumFractionDigits: digits, maximumFractionDigits: digits };
}

interface Extent {
  readonly low: number;
  readonly high: number;
}

/** Beyond it a difference would be no number. */
const largest = 1e300;

/** Lowest and highest number that the picture must hold: of a stack its totals. */
function extentOf(model: ChartModel): Extent {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const hold = (value: number | undefined): void => {
    const number = finite(value);
    if (number === undefined) return;
    low = Math.min(low, Math.max(-largest, number));
    high = Math.max(high, Math.min(largest, number));
  };
  for (const line of model.limits) hold(line.value);
  for (const { values, lows = [], highs = [] } of model.series)
    for (const all of [values, lows, highs]) all.forEach(hold);
  if (model.kind === 'stacked') for (const index of model.labels.keys()) hold(totalAt(model, index));
  return low > high ? { low: 0, high: 0 } : { low, high };
}

function totalAt({ series }: ChartModel, index: number): number {
  return series.reduce((sum, { role, values }) => sum + (role === 'main' ? (finite(values[index]) ?? 0) : 0), 0);
}

/** A value as it is drawn: counts whole as they are, sizes in the unit of the axis; null is a gap. */
export function drawn(value: number | undefined, scale: ValueScale): number | null {
  const number = finite(value);
  if (number === undefined) return null;
  const inUnit = scale.divisor === 1 ? number : Number((number / scale.divisor).toPrecision(6));
  return inUnit + 0; // makes 0 of -0, which JSON does not know
}

/**
 * True for a line that changes by less than a tenth of its height, limits included: from zero it would be flat and show
 * nothing. Does not apply to bars, which are read by their length, or to a constant line, which is drawn from zero.
 */
export function isCloseUp(model: ChartModel): boolean {
  const { low, high } = extentOf(model);
  return model.kind === 'line' && low > 0 && low < high && high - low < high / 10;
}

/** A label as Chart.js takes it: one line, or one after the other. */
export type AxisLabel = string | readonly string[];

/** More labels than this would crowd the axis. */
const mostLabels = 6;

/** CSS pixels for all labels together, and for the gap between two labels. */
const axisWidth = pictureSize.width - 76;
const between = 14;

/** How many labels of so many columns stand beside each other. */
function fitting(columns: number): number {
  return Math.max(2, Math.min(mostLabels, Math.floor((axisWidth + between) / (columns * columnWidth + between))));
}

/** The widest of the labels, without measuring each of a long line. */
function widestOf({ labels }: ChartModel): number {
  return Math.max(
    1,
    ...[labels[0], labels[Math.floor(labels.length / 2)], labels.at(-1)].map((label) => columnsOf(label ?? '')),
  );
}

/** Chart.js measures each label that it must not leave out, which takes long for a year of labels. */
const mostDecided = 100;

/**
 * The labels in the order of the points; an empty one is left out. A last label of a day that is not over has its mark in a line of its own,
 * because it would be too wide for its place, and is always there: without it the day that runs would look like a whole one.
 */
export function axisLabels(model: ChartModel): readonly AxisLabel[] {
  const minutes = roundStep(model);
  if (minutes !== undefined) {
    const clock = model.clock ?? [];
    // Of several samples in a minute the first one has its label.
    return fewer(clock.map((one, index) => (clock[index - 1]?.text === one.text ? '' : roundLabel(one, minutes))));
  }
  const last = model.labels.length - 1;
  const step = marksLast(model) && !keepsAll(model) ? Math.ceil(last / (fitting(widestOf(model)) - 1)) : 1;
  return model.labels.map((label, index) =>
    (last - index) % Math.max(1, step) === 0 ? lines(label, model, index === last) : '',
  );
}

const wholeDay = 1_440;

/** Minutes from one label to the next where labels are times of the day. */
const roundSteps = [5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 720, wholeDay];

/** The smallest step with which labels of times stand at round ones and have room; undefined where there is none, or no need. */
function roundStep(model: ChartModel): number | undefined {
  const { labels, clock = [] } = model;
  const most = fitting(columnsOf(clock[0]?.text ?? ''));
  if (keepsAll(model) || labels.length <= most) return undefined;
  const minutes = clock.map(({ minute }) => minute);
  if (minutes.length < labels.length || !isEven(minutes)) return undefined;
  const firsts = minutes.filter((minute, index) => minute !== minutes[index - 1]);
  const countOf = (step: number): number => firsts.filter((minute) => minute % step === 0).length;
  // Of midnights some are left out.
  const step = roundSteps.find((one) => one === wholeDay || countOf(one) <= most);
  return step !== undefined && countOf(step) >= (step === wholeDay ? 2 : 3) ? step : undefined;
}

/** Where there are more labels than have room, every second one, or third; the last stays. */
function fewer(labels: readonly string[]): string[] {
  const places = labels.flatMap((label, index) => (label === '' ? [] : [index]));
  const most = fitting(Math.max(1, ...labels.map(columnsOf)));
  const every = Math.ceil(places.length / most);
  const kept = new Set(places.filter((_, at) => (places.length - 1 - at) % every === 0));
  return labels.map((label, index) => (kept.has(index) ? label : ''));
}

/**
 * True for one step all along, but where daylight saving begins or ends, and for samples of every minute; a line with points left out
 * lacks some round times.
 */
function isEven(minutes: readonly number[]): boolean {
  const steps = minutes.slice(1).map((minute, index) => (minute - (minutes[index] ?? 0) + wholeDay) % wholeDay);
  return steps.filter((step) => step !== steps[1]).length <= 1 || steps.every((step) => step <= 1);
}

/** A midnight is the day that begins with it, where all labels are midnights. */
function roundLabel({ minute, text, day }: ClockLabel, step: number): string {
  return minute % step === 0 ? drawable(step === wholeDay ? day : text) : '';
}

function lines(label: string, model: ChartModel, isLast: boolean): AxisLabel {
  const cut = (text: string): string => cutToColumns(drawable(text), columnsFor(model));
  if (!isLast || !model.isPartial) return cut(label);
  return marksLast(model) ? [cut(label), cut(model.words.soFar)] : cut(labelAt(model, model.labels.length - 1));
}

/** True when the last label is of a day that is not over, unless there are so many days that it is too narrow to see. */
function marksLast({ labels, isPartial }: ChartModel): boolean {
  return isPartial && labels.length <= mostDecided;
}

/** Bars keep all their labels where each has room for a short one. */
function keepsAll(model: ChartModel): boolean {
  const { length } = model.labels;
  return model.kind !== 'line' && length <= Math.floor(axisWidth / (Math.min(6, widestOf(model)) * columnWidth + 4));
}

/** A few bars keep all their labels, so each gets its share of the width; elsewhere some labels are left out. */
function columnsFor(model: ChartModel): number {
  return keepsAll(model) ? Math.max(5, Math.floor(axisWidth / columnWidth / Math.max(1, model.labels.length))) : 18;
}

/** True when the labels that are left out are decided here. */
function isDecided(model: ChartModel): boolean {
  return marksLast(model) || roundStep(model) !== undefined;
}

/** Label options of Chart.js: it leaves out labels that do not fit, unless that is decided here. */
export function labelTicks(model: ChartModel): Readonly<Record<string, number | boolean>> {
  // Chart.js makes room for the labels that it measures, and a last one in two lines must be among them.
  const measured = isDecided(model)
    ? { sampleSize: model.labels.length, maxTicksLimit: model.labels.length }
    : { sampleSize: 24, maxTicksLimit: fitting(widestOf(model)) };
  return {
    autoSkip: !keepsAll(model) && !isDecided(model),
    ...measured,
    autoSkipPadding: between,
    maxRotation: 0,
    minRotation: 0,
  };
}

const leastRoom = 14;
const margin = 6;

/** Pixels right of the last point, for the half of a label that reaches beyond it; Chart.js would let it touch the edge. */
export function rightPadding(model: ChartModel): number {
  const isThere = isDecided(model) || model.labels.length <= mostLabels;
  if (keepsAll(model) || !isThere) return leastRoom;
  const labels = axisLabels(model);
  const last = labels.length - 1;
  const step = axisWidth / Math.max(1, last);
  const beyond = labels.map((label, index) => {
    const columns = Math.max(...[label].flat().map(columnsOf));
    return columns === 0 ? 0 : (columns * columnWidth) / 2 + margin - (last - index) * step;
  });
  return Math.ceil(Math.max(leastRoom, ...beyond));
}
