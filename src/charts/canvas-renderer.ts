// Draws a chart as PNG in the process that calls it. The only file that imports chart.js and @napi-rs/canvas, both when first needed.

import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import type { Chart, ChartConfiguration, ChartItem, Plugin, ScaleOptions } from 'chart.js';
import { BotError } from '../errors.ts';
import { measuredLength } from '../reports/chart.ts';
import type { ChartModel } from '../reports/word-report.ts';
import { type ChartJsConfiguration, legendGap } from './chart-js-config.ts';
import type { Dataset } from './datasets.ts';
import { gapsOf, hatch, marksOfGaps, writeInGap } from './gaps.ts';
import { createGlyphs, type HasGlyphs, withReadableApp } from './glyphs.ts';
import { toChartJs } from './kinds.ts';
import { drawCard, drawDots, drawExtremes, drawLimits, marksOf, marksOfExtremes, placeExtremes } from './overlay.ts';
import { createScanlines, encodePng, type Scanlines } from './png.ts';
import { drawn, scaleOf } from './scale.ts';
import * as colours from './theme.ts';
import { fontFiles, pictureSize } from './theme.ts';

type ChartModule = typeof import('chart.js');
type CanvasModule = typeof import('@napi-rs/canvas');

interface DrawingLibraries {
  readonly chart: ChartModule;
  readonly canvas: CanvasModule;
}

/** A canvas with its encoder buffer; 10 MB, reused because allocating them takes longer than drawing. */
interface Surface {
  readonly canvas: Canvas;
  readonly lines: Scanlines;
}

export interface CanvasRenderer {
  /** Loads the drawing library and the fonts, which the first picture does otherwise. Rejects as `draw` does. */
  load(): Promise<void>;
  /**
   * A PNG of 1400 x 875 pixels. Each picture that is drawn at the same time as others needs 10 MB, so the caller bounds them.
   * Rejects with a BotError where the drawing library cannot be loaded on this machine.
   */
  draw(model: ChartModel): Promise<Uint8Array>;
}

export interface CanvasRendererOptions {
  /** Folder of package.json; the fonts are found below it. */
  readonly root: string;
  /** Given by a test that plays a machine without the native library. */
  readonly load?: () => Promise<DrawingLibraries>;
}

export function createCanvasRenderer(options: CanvasRendererOptions): CanvasRenderer {
  const load = options.load ?? (() => loadLibraries(options.root));
  const idle: Surface[] = [];
  let loading: Promise<DrawingLibraries> | undefined;
  let hasGlyphs: HasGlyphs | undefined;
  const loaded = async (): Promise<DrawingLibraries> => {
    loading ??= load();
    return loading.catch((cause: unknown) => {
      loading = undefined;
      throw notLoaded(cause);
    });
  };
  return {
    load: async () => {
      await loaded();
    },
    draw: async (model) => {
      const libraries = await loaded();
      const surface = idle.pop() ?? createSurface(libraries.canvas);
      hasGlyphs ??= createGlyphs(libraries.canvas.createCanvas);
      const png = await drawPicture(libraries.chart, surface, withReadableApp(model, hasGlyphs));
      idle.push(surface); // not after a failure: its content is unknown
      return png;
    },
  };
}

function createSurface({ createCanvas }: CanvasModule): Surface {
  const [width, height] = [pictureSize.width * pictureSize.pixelRatio, pictureSize.height * pictureSize.pixelRatio];
  return { canvas: createCanvas(width, height), lines: createScanlines(width, height) };
}

function notLoaded(cause: unknown): BotError {
  if (cause instanceof BotError) return cause;
  return new BotError('The drawing library for charts could not be loaded.', {
    hint: 'Run npm ci on the machine that runs imstats, without --omit=optional, or take "image" out of charts in the configuration.',
    cause,
  });
}

/** The parts of Chart.js that the three kinds of chart use; the rest is not registered. */
const parts = [
  ...(['BarController', 'BarElement', 'LineController', 'LineElement', 'PointElement', 'Filler'] as const),
  ...(['CategoryScale', 'LinearScale', 'Legend', 'Title', 'SubTitle'] as const),
];

async function loadLibraries(root: string): Promise<DrawingLibraries> {
  const [chart, canvas] = await Promise.all([import('chart.js'), import('@napi-rs/canvas')]);
  chart.Chart.register(...parts.map((name) => chart[name]));
  for (const [family, file] of fontFiles) {
    const path = join(root, 'src/charts/fonts', file);
    if (canvas.GlobalFonts.registerFromPath(path, family) === null) {
      throw new BotError(`The font ${file} could not be read.`, {
        hint: 'Install imstats again: a file of it is missing or damaged.',
      });
    }
  }
  return { chart, canvas };
}

/**
 * Layout and drawing block the main thread for a few milliseconds each, and messages are read between them;
 * PNG encoding, the larger part, runs on another thread, so that the next chart can be drawn meanwhile.
 */
async function drawPicture({ Chart }: ChartModule, { canvas, lines }: Surface, model: ChartModel): Promise<Uint8Array> {
  const frame = canvasAdapter(canvas);
  // Chart.js is typed for a browser's canvas; it uses nothing here that this one lacks.
  const chart = new Chart(frame as unknown as ChartItem, toCanvasConfiguration(toChartJs(model), model));
  try {
    await nextTurn();
    chart.draw();
    return await encodePng(canvas.data(), lines);
  } finally {
    chart.destroy(); // also wipes the canvas
  }
}

/**
 * Passed to Chart.js as its canvas. Chart.js sets the size twice for each chart, which would allocate 5 MB each time for the
 * real canvas and take longer than drawing.
 */
function canvasAdapter(canvas: Canvas): { width: number; height: number; getContext(): SKRSContext2D } {
  const context = canvas.getContext('2d');
  const frame = { width: pictureSize.width, height: pictureSize.height, getContext: () => context };
  Object.defineProperty(context, 'canvas', { value: frame, configurable: true }); // the class has a getter only
  return frame;
}

/**
 * The shared configuration and what only works in this process: the card, hatched gaps, extremes, and limit lines from edge to edge
 * with their name on them instead of in the legend. The datasets of the limits stay, unseen, so that their place is known. Dots are
 * drawn here, because a list of radii makes Chart.js work out the style of every single point, which doubles the time of a long line.
 */
function toCanvasConfiguration(shared: ChartJsConfiguration, model: ChartModel): ChartConfiguration {
  const { datasets, labels } = shared.data;
  const firstLimit = datasets.length - model.limits.length;
  const dotless = datasets.map((one, index) => ({
    ...one,
    pointRadius: 0,
    ...(index < firstLimit ? {} : { borderWidth: 0 }),
    // Here a legend can leave it out, so it may be below everything.
    ...(one.label === '' ? { order: 1_000 } : {}),
  }));
  const here = {
    ...shared,
    data: { labels, datasets: dotless },
    plugins: [overlay({ model, datasets, firstLimit })],
  };
  // Our JSON type and the library's types describe the same thing; the tests draw every kind.
  const configuration = here as unknown as ChartConfiguration;
  const x = configuration.options?.scales?.['x'];
  // No tick for a label that is left out; Chart.js would lay out each of them.
  if (x !== undefined)
    x.afterBuildTicks = (axis) => {
      axis.ticks = axis.ticks.filter(({ value }) => labels[value] !== '');
    };
  const y = configuration.options?.scales?.['y'];
  if (y !== undefined) labelAxis(y, scaleOf(model).unit);
  const legend = configuration.options?.plugins?.legend;
  if (legend?.labels !== undefined) {
    legend.display = model.series.length > 1;
    legend.reverse = false;
    Object.assign(legend.labels, legendLabels(datasets.slice(0, model.series.length)));
  }
  return configuration;
}

/** Everywhere else a share is written with a space, as in the name of a limit line; a size has its unit at the top. */
function labelAxis(y: ScaleOptions, unit: string | undefined): void {
  y.afterTickToLabelConversion = (axis) => {
    for (const tick of axis.ticks) tick.label = tick.value === 0 ? '0' : String(tick.label).replace('%', ' %');
    const top = axis.ticks.at(-1);
    if (unit !== undefined && top !== undefined) top.label = `${String(top.label)} ${unit}`;
  };
  Object.assign(y, { title: { display: false } });
}

/** A line or a dash for each line, a box for bars, in the order of the model. */
function legendLabels(series: readonly Dataset[]) {
  return {
    usePointStyle: true,
    pointStyleWidth: 20,
    boxHeight: 9,
    generateLabels: () =>
      series.map(({ label, type, borderColor, backgroundColor, borderDash = [], borderWidth }, datasetIndex) => {
        const isLine = typeof borderWidth === 'number' && (type === 'line' || borderColor !== undefined);
        const colour = [backgroundColor].flat().at(0);
        return {
          ...{ text: label, datasetIndex, fontColor: colours.strongText },
          ...(isLine
            ? { pointStyle: 'line', strokeStyle: borderColor, lineWidth: borderWidth, lineDash: borderDash }
            : { pointStyle: 'rect', fillStyle: colour, lineWidth: 0 }),
        };
      }),
  };
}

/** Our part of the drawing, before and after that of Chart.js. */
function overlay(parts: { model: ChartModel; datasets: readonly Dataset[]; firstLimit: number }): Plugin {
  const { model, datasets, firstLimit } = parts;
  const { words, extremes = [], series } = model;
  const lines = datasets.slice(0, firstLimit);
  const mains = lines.filter(
    ({ label }, index) => series[index]?.role === 'main' || (index >= series.length && label !== ''),
  );
  const measured = measuredLength(series, model.labels.length);
  const scale = scaleOf(model);
  const look = { toAxis: (value: number) => drawn(value, scale), colour: colours.seriesColour(0) };
  const gapWords = { inside: words.notMeasured ?? '', atEnd: words.noDataSince ?? words.notMeasured ?? '' };
  // The library types its context as a browser's, which it is not.
  const contextOf = (chart: Chart): SKRSContext2D => chart.ctx as unknown as SKRSContext2D;
  return {
    id: 'overlay',
    // Not yet: `drawPicture` draws when it has been worked out.
    beforeRender: () => false,
    // Chart.js leaves a gap left of the first entry, which would stand in under the title.
    afterLayout: ({ legend }) => {
      if (legend !== undefined) legend.left -= legendGap;
    },
    beforeDraw: (chart) => drawCard(contextOf(chart), chart),
    beforeDatasetsDraw: (chart) => {
      for (const { area } of gapsOf(chart, mains, measured)) hatch(contextOf(chart), area);
    },
    afterDatasetsDraw: (chart) => {
      drawDots(contextOf(chart), chart, lines);
      const marked = placeExtremes(chart, extremes, look);
      const gaps = gapsOf(chart, mains, measured);
      const marks = [...marksOf(chart, series.length), ...marksOfExtremes(marked), ...marksOfGaps(gaps)];
      drawLimits(contextOf(chart), chart, { limits: datasets.slice(firstLimit), first: firstLimit, marks });
      drawExtremes(contextOf(chart), chart, marked);
      const limits = datasets.slice(firstLimit).map((_, at) => chart.getDatasetMeta(firstLimit + at).data[0]?.y ?? 0);
      for (const gap of gaps) {
        writeInGap(contextOf(chart), gap.isEnd ? gapWords.atEnd : gapWords.inside, gap, limits);
      }
    },
  };
}
