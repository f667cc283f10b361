// The parts that every chart shares: title, axes, legend, limit lines. Chart.js 4 configuration as strict JSON, no functions.
import type { ChartModel } from '../reports/report.ts';
import { type AxisLabel, axisLabels, labelTicks, roomAtTheEnd } from './axis-labels.ts';
import { inFull, isCloseUp } from './close-up.ts';
import * as colours from './colours.ts';
import { type Dataset, type JsonObject, limitDatasets } from './datasets.ts';
import { fontFamily } from './fonts.ts';
import { cutToColumns, drawable } from './label.ts';
import { pictureSize } from './picture-size.ts';
import { finite, scaleOf, type ValueScale } from './scale.ts';
import { textSize } from './text-size.ts';

/** What Chart.js and a QuickChart server both take. */
export interface ChartJsConfiguration {
  readonly type: 'line' | 'bar';
  readonly data: { readonly labels: readonly AxisLabel[]; readonly datasets: readonly Dataset[] };
  readonly options: JsonObject;
}

/** What a chart kind is given besides the model: the value scale that fits it. */
export interface Frame {
  readonly scale: ValueScale;
  readonly labels: readonly AxisLabel[];
}

/** Everything of a picture that depends on its kind. */
export interface Drawing {
  readonly type: 'line' | 'bar';
  readonly datasets: readonly Dataset[];
  readonly stacked: boolean;
}

/** Puts what a chart kind drew into the shared frame. */
export function assemble(model: ChartModel, draw: (model: ChartModel, frame: Frame) => Drawing): ChartJsConfiguration {
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
      locale: 'en-US',
      font: { family: fontFamily, size: textSize.label },
      color: colours.softText,
      layout: { padding: { top: 18, right: roomAtTheEnd(model), bottom: 14, left: 18 } },
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
    text: 'Nothing was measured in this window.',
    align: 'start',
    color: colours.softText,
    font: { family: fontFamily, size: textSize.label },
    padding: { top: 0, bottom: 14 },
  };
}

/** A legend only where there is more than one thing to tell apart. */
function legendOf(model: ChartModel, drawing: Drawing): JsonObject {
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

function axesOf(model: ChartModel, parts: { scale: ValueScale; drawing: Drawing }): JsonObject {
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
