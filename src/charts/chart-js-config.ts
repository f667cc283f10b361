// The frame of every Chart.js configuration: title, legend and scales.
import { finite } from '../metrics/format.ts';
import type { ChartModel } from '../reports/word-report.ts';
import { type Dataset, type JsonObject, limitDatasets } from './datasets.ts';
import { cutToColumns, drawable, inLines } from './label-text.ts';
import { type AxisLabel, axisLabels, labelTicks, rightPadding, scaleOf, type ValueScale } from './scale.ts';
import * as colours from './theme.ts';
import { fontFamily, pictureSize, textSize } from './theme.ts';

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

/** CSS pixels from the edge of the card to the title. */
const edge = 14;

/** Between two entries of the legend, and left of the first. */
export const legendGap = 10;

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
      layout: { padding: { top: 12, right: rightPadding(model), bottom: 8, left: edge } },
      plugins: {
        title: titleOf(model),
        subtitle: placeOf(model),
        legend: legendOf(model, drawing),
        tooltip: { enabled: false },
      },
      scales: axesOf(model, { scale, drawing }),
    },
  };
}

/** Columns of a title and of the line below it: how much narrower their letters are than a column of a label. */
const titleColumns = Math.floor((pictureSize.width - 2 * edge) / (0.55 * textSize.title));
const placeColumns = Math.floor((pictureSize.width - 2 * edge) / (0.52 * textSize.label));

function titleOf(model: ChartModel): JsonObject {
  const text = drawable(model.heading ?? model.title);
  return {
    display: text !== '',
    text: inLines(text, titleColumns),
    align: 'start',
    color: colours.strongText,
    font: { family: fontFamily, size: textSize.title, weight: 600 },
    padding: { top: 0, bottom: model.place === undefined ? 10 : 2 },
  };
}

/** The app and the zone; an empty grid says why it is empty. */
function placeOf(model: ChartModel): JsonObject {
  const isMeasured = model.series.some((one) => one.values.some((value) => finite(value) !== undefined));
  const { app, zone = '' } = model.place ?? {};
  const names = [cutToColumns(drawable(app ?? ''), placeColumns - zone.length - 2), zone];
  const text = isMeasured ? names.filter((name) => name !== '').join(', ') : model.words.nothingMeasured;
  return {
    display: text !== '',
    text,
    align: 'start',
    color: colours.softText,
    font: { family: fontFamily, size: textSize.label },
    padding: { top: 0, bottom: 10 },
  };
}

/** A legend only where there is more than one thing to tell apart. Its entries are in the order of the datasets. */
function legendOf(model: ChartModel, drawing: ChartParts): JsonObject {
  return {
    display: model.series.length + model.limits.length > 1,
    position: 'bottom',
    align: 'start',
    // Chart.js lists from the top of the drawing down, and there the limits are.
    reverse: true,
    labels: {
      color: colours.strongText,
      font: { family: fontFamily, size: textSize.label },
      // So flat and so wide that the dashes of a line look like those of the line: they run forth above and back below.
      ...(drawing.type === 'line' ? { boxWidth: 22, boxHeight: 0 } : { boxWidth: 21, boxHeight: 2 }),
      padding: legendGap,
    },
  };
}

function axesOf(model: ChartModel, parts: { scale: ValueScale; drawing: ChartParts }): JsonObject {
  const { scale, drawing } = parts;
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
      min: scale.min,
      max: scale.max,
      grid: { color: colours.grid, drawTicks: false },
      border: { display: false },
      title: {
        display: scale.unit !== undefined,
        text: scale.unit ?? '',
        color: colours.softText,
        font: { family: fontFamily, size: textSize.label },
      },
      ticks: { ...ticks, padding: 6, stepSize: scale.step, format: scale.format },
    },
  };
}
