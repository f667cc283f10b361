// The frame of every Chart.js configuration: title, legend, scales and the labels of the time axis.
import { finite } from '../metrics/format.ts';
import type { ChartModel, ClockLabel } from '../reports/word-report.ts';
import { type Dataset, type JsonObject, limitDatasets } from './datasets.ts';
import { columnsOf, cutToColumns, drawable, labelAt } from './label-text.ts';
import { inFull, isCloseUp, scaleOf, type ValueScale } from './scale.ts';
import * as colours from './theme.ts';
import { columnWidth, fontFamily, pictureSize, textSize } from './theme.ts';

/** A label as Chart.js takes it: one line, or one after the other. */
export type AxisLabel = string | readonly string[];

/** Bars up to this many keep all their labels. */
const fewBars = 10;

/** More labels than this would crowd the axis. */
const mostLabels = 8;

/** CSS pixels for all labels together, and for the gap between two labels. */
const axisWidth = 700;
const between = 18;

/** Chart.js measures each label that it must not leave out, which takes long for a year of labels. */
const mostDecided = 100;

/**
 * The labels in the order of the points; an empty one is left out. A last label of a day that is not over has its mark in a line of its own,
 * because it would be too wide for its place, and is always there: without it the day that runs would look like a whole one.
 */
export function axisLabels(model: ChartModel): readonly AxisLabel[] {
  const minutes = roundStep(model);
  if (minutes !== undefined) return (model.clock ?? []).map((label) => roundLabel(label, minutes));
  const last = model.labels.length - 1;
  const step = marksLast(model) && !keepsAll(model) ? Math.ceil(last / (mostLabels - 1)) : 1;
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
  const columns = columnsOf(clock[0]?.text ?? '');
  const most = Math.min(mostLabels, Math.floor(axisWidth / (columns * columnWidth + between)));
  if (keepsAll(model) || labels.length <= most) return undefined;
  const minutes = clock.map(({ minute }) => minute);
  if (minutes.length < labels.length || !isEven(minutes)) return undefined;
  const countOf = (step: number): number => minutes.filter((minute) => minute % step === 0).length;
  const step = roundSteps.find((one) => countOf(one) <= (one === wholeDay ? mostLabels : most));
  return step !== undefined && countOf(step) >= 3 ? step : undefined;
}

/** True for one step all along, but where daylight saving begins or ends; a line with points left out lacks some round times. */
function isEven(minutes: readonly number[]): boolean {
  const steps = minutes.slice(1).map((minute, index) => (minute - (minutes[index] ?? 0) + wholeDay) % wholeDay);
  return steps.filter((step) => step !== steps[1]).length <= 1;
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

function keepsAll(model: ChartModel): boolean {
  return model.kind !== 'line' && model.labels.length <= fewBars;
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
export function labelTicks(model: ChartModel): JsonObject {
  // Chart.js makes room for the labels that it measures, and a last one in two lines must be among them.
  const measured = isDecided(model)
    ? { sampleSize: model.labels.length, maxTicksLimit: model.labels.length }
    : { sampleSize: 24, maxTicksLimit: mostLabels };
  return {
    autoSkip: !keepsAll(model) && !isDecided(model),
    ...measured,
    autoSkipPadding: between,
    maxRotation: 0,
    minRotation: 0,
  };
}

const leastRoom = 26;
const margin = 8;

/**
 * Pixels right of the last point. Under a line, and under many bars, the last label reaches beyond the last point by half of its width;
 * Chart.js would let it touch the edge.
 */
export function rightPadding(model: ChartModel): number {
  const isThere = isDecided(model) || model.labels.length <= fewBars;
  if (keepsAll(model) || !isThere) return leastRoom;
  const last = axisLabels(model).at(-1) ?? '';
  const columns = Math.max(...[last].flat().map(columnsOf));
  return Math.max(leastRoom, Math.ceil((columns * columnWidth) / 2) + margin);
}

/** What Chart.js and a QuickChart server both take. */
export interface ChartJsConfiguration {
  readonly type: 'line' | 'bar';
  readonly data: { readonly labels: readonly AxisLabel[]; readonly datasets: readonly Dataset[] };
  readonly options: JsonObject;
}

/** What a chart kind is given besides the model: the value scale that fits it. */
export interface ChartFrame {
  readonly scale: ValueScale;
  readonly labels: readonly AxisLabel[];
}

/** Everything of a picture that depends on its kind. */
export interface ChartParts {
  readonly type: 'line' | 'bar';
  readonly datasets: readonly Dataset[];
  readonly stacked: boolean;
}

/** Puts what a chart kind drew into the shared frame. */
export function assemble(
  model: ChartModel,
  draw: (model: ChartModel, frame: ChartFrame) => ChartParts,
): ChartJsConfiguration {
  const scale = scaleOf(model);
  const labels = axisLabels(model);
  const drawing = draw(model, { scale, labels });
  const limits = limitDatasets(model, scale);
  return {
    type: drawing.type,
    data: { labels, datasets: [...drawing.datasets, ...limits] },
    options: {
      responsive: false,
      animation: false,
      devicePixelRatio: pictureSize.pixelRatio,
      locale: model.locale,
      font: { family: fontFamily, size: textSize.label },
      color: colours.softText,
      layout: { padding: { top: 18, right: rightPadding(model), bottom: 14, left: 18 } },
      plugins: {
        title: titleOf(model),
        subtitle: nothingMeasured(model),
        legend: legendOf(model, drawing),
        tooltip: { enabled: false },
      },
      scales: axesOf(model, { scale, drawing }),
    },
  };
}

function titleOf(model: ChartModel): JsonObject {
  return {
    display: model.title !== '',
    text: cutToColumns(drawable(model.title), 68),
    align: 'start',
    color: colours.strongText,
    font: { family: fontFamily, size: textSize.title, weight: 600 },
    padding: { top: 0, bottom: 18 },
  };
}

/** An empty grid says why it is empty. */
function nothingMeasured(model: ChartModel): JsonObject {
  const measured = model.series.some((one) => one.values.some((value) => finite(value) !== undefined));
  return {
    display: !measured,
    text: model.words.nothingMeasured,
    align: 'start',
    color: colours.softText,
    font: { family: fontFamily, size: textSize.label },
    padding: { top: 0, bottom: 14 },
  };
}

/** A legend only where there is more than one thing to tell apart. */
function legendOf(model: ChartModel, drawing: ChartParts): JsonObject {
  const flat = drawing.type === 'line';
  return {
    display: model.series.length + model.limits.length > 1,
    position: 'bottom',
    align: 'start',
    labels: {
      color: colours.strongText,
      font: { family: fontFamily, size: textSize.label },
      boxWidth: flat ? 26 : 14,
      boxHeight: flat ? 0 : 12,
      padding: 14,
    },
  };
}

function axesOf(model: ChartModel, parts: { scale: ValueScale; drawing: ChartParts }): JsonObject {
  const { scale, drawing } = parts;
  const isClose = drawing.type === 'line' && isCloseUp(model);
  const ticks = { color: colours.softText, font: { family: fontFamily, size: textSize.label } };
  return {
    x: {
      stacked: drawing.stacked,
      offset: drawing.type === 'bar' || model.labels.length === 1,
      grid: { display: false },
      border: { color: colours.grid },
      ticks: { ...ticks, ...labelTicks(model) },
    },
    y: {
      stacked: drawing.stacked,
      beginAtZero: !isClose,
      grace: '8%',
      ...(scale.max === undefined ? {} : { max: scale.max }),
      grid: { color: colours.grid, drawTicks: false },
      border: { display: false },
      title: {
        display: scale.unit !== undefined,
        text: scale.unit ?? '',
        color: colours.softText,
        font: { family: fontFamily, size: textSize.label },
      },
      ticks: {
        ...ticks,
        padding: 8,
        maxTicksLimit: 6,
        ...(scale.whole ? { precision: 0 } : {}),
        format: isClose ? inFull(scale) : scale.format,
      },
    },
  };
}
