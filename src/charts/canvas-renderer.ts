// Draws a chart as PNG in the process that calls it. The only file that imports chart.js and @napi-rs/canvas, both when first needed.

import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import type { Chart, ChartConfiguration, ChartItem, Plugin } from 'chart.js';
import { BotError } from '../errors.ts';
import type { ChartModel } from '../reports/word-report.ts';
import type { ChartJsConfiguration } from './chart-js-config.ts';
import type { Dataset } from './datasets.ts';
import { toChartJs } from './kinds.ts';
import { drawCard, drawDots, drawLimits } from './overlay.ts';
import { createScanlines, encodePng, type Scanlines } from './png.ts';
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
   * A PNG of 1600 x 800 pixels. Each picture that is drawn at the same time as others needs 10 MB, so the caller bounds them.
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
      const png = await drawPicture(libraries.chart, surface, model);
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
 * The shared configuration and what only works in this process: the card, and limit lines from edge to edge with their name on them
 * instead of in the legend. The datasets of the limits stay, unseen, so that the axis reaches them. Dots are drawn here, because a list of
 * radii makes Chart.js work out the style of every single point, which doubles the time of a long line.
 */
function toCanvasConfiguration(shared: ChartJsConfiguration, model: ChartModel): ChartConfiguration {
  const { datasets, labels } = shared.data;
  const first = model.series.length;
  const dotless = datasets.map((one, index) => ({
    ...one,
    pointRadius: 0,
    ...(index < first ? {} : { borderWidth: 0 }),
  }));
  const here = {
    ...shared,
    data: { labels, datasets: dotless },
    plugins: [overlay({ series: datasets.slice(0, first), limits: datasets.slice(first) })],
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
  // Everywhere else a share is written with a space, as in the name of a limit line.
  if (y !== undefined)
    y.afterTickToLabelConversion = (axis) => {
      for (const tick of axis.ticks) tick.label = String(tick.label).replace('%', ' %');
    };
  const legend = configuration.options?.plugins?.legend;
  if (legend?.labels !== undefined) {
    legend.display = model.series.length > 1;
    legend.labels.filter = (item) => (item.datasetIndex ?? 0) < model.series.length;
    legend.labels.sort = (a, b) => (a.datasetIndex ?? 0) - (b.datasetIndex ?? 0);
  }
  return configuration;
}

/** Our part of the drawing, before and after that of Chart.js. */
function overlay(datasets: { series: readonly Dataset[]; limits: readonly Dataset[] }): Plugin {
  // The library types its context as a browser's, which it is not.
  const contextOf = (chart: Chart): SKRSContext2D => chart.ctx as unknown as SKRSContext2D;
  return {
    id: 'overlay',
    // Not yet: `drawPicture` draws when it has been worked out.
    beforeRender: () => false,
    beforeDraw: (chart) => drawCard(contextOf(chart), chart),
    afterDatasetsDraw: (chart) => {
      drawDots(contextOf(chart), chart, datasets.series);
      drawLimits(contextOf(chart), chart, datasets);
    },
  };
}
