// Attaches charts to a message that is posted already: draws each by the first renderer that can, and edits them all in.
import { type Clock, type Duration, second, sleep, withTimeout } from '../clock.ts';
import { BotError, DeliveryError } from '../errors.ts';
import { errorFields, type Logger } from '../logger.ts';
import type { PictureUpload } from '../reports/report.ts';
import type { ChartModel } from '../reports/word-report.ts';
import { drawsFiles, type RenderedChart, type Renderer } from './index.ts';

/** Uploads a picture, private until a message shows it; resolves with its Slack file id. Rejects with `DeliveryError` only. */
export type Upload = (picture: PictureUpload) => Promise<string>;

/** A chart as a message shows it: an uploaded file, a block of Slack's, or plain text that is still to be escaped. */
export type AttachedChart =
  | { readonly kind: 'file'; readonly id: string; readonly alt: string }
  | Exclude<RenderedChart, { kind: 'png' }>;

/** In the order of the charts; undefined where no renderer could draw one. */
export type AttachedCharts = readonly (AttachedChart | undefined)[];

/** What charts are drawn and uploaded with. */
export interface ChartDeps {
  /** In order of preference. */
  readonly renderers: readonly Renderer[];
  readonly upload: Upload;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The message that the charts go into. */
export interface ChartTarget {
  readonly charts: readonly ChartModel[];
  /** True: the caller tries again later, so an upload that may pass then ends this attempt instead of taking the next renderer. */
  readonly isRetried: boolean;
  /** How often `edit` may still be called. */
  editsLeft(): number;
  /** Shows the charts in the message. `rejected-blocks` takes the next try or renderer; every other error ends the attempt. */
  edit(charts: AttachedCharts): Promise<void>;
}

/**
 * Slack scans a fresh file, and for a second or two refuses every message that shows it. These are the waits before the edits
 * that try; no cheaper sign that the file is ready exists without the scope files:read.
 */
const fileReadyDelays: readonly Duration[] = [1.1 * second, 1.5 * second, 3 * second];
/** For one renderer with one chart, its upload included. */
const drawTimeout: Duration = 20 * second;
/** Slack shows two of its own charts in a message. */
const maxBlocks = 2;

/**
 * Begins with the renderer of index `first` and goes on with those behind it as long as Slack refuses what they draw. Resolves
 * with what the message shows then; undefined when that is nothing. Rejects with what `edit` rejects with, and where the target
 * is retried with the `DeliveryError` of an upload.
 */
export async function attachCharts(
  target: ChartTarget,
  deps: ChartDeps,
  first = 0,
): Promise<AttachedCharts | undefined> {
  for (let from = first; from < deps.renderers.length && target.editsLeft() > 0; ) {
    const drawn = (await drawAll(target, deps, from)).map((one) => one ?? missing);
    const charts = drawn.map(({ chart }) => chart);
    if (charts.every((chart) => chart === undefined)) return undefined;
    if (await wasAccepted(charts, target, deps)) return charts;
    from = 1 + Math.min(...drawn.map(({ renderer }) => renderer));
  }
  return undefined;
}

/** What can go out with the message itself; undefined where the preferred renderer takes longer than that. */
export async function immediateCharts(
  charts: readonly ChartModel[],
  deps: ChartDeps,
): Promise<AttachedCharts | undefined> {
  const [preferred] = deps.renderers;
  if (preferred === undefined || drawsFiles(preferred) || charts.length === 0) return undefined;
  const renderers = deps.renderers.filter((renderer) => !drawsFiles(renderer));
  const drawn = await drawAll({ charts, isRetried: false }, { ...deps, renderers }, 0);
  return drawn.map((one) => one?.chart);
}

interface DrawnChart {
  readonly chart: AttachedChart | undefined;
  /** The index of the renderer that drew it. */
  readonly renderer: number;
}

const missing: DrawnChart = { chart: undefined, renderer: Number.POSITIVE_INFINITY };

/** False when Slack refuses to show the charts. A fresh file is tried again as long as an edit is left for another renderer. */
async function wasAccepted(
  charts: AttachedCharts,
  target: ChartTarget,
  { clock, logger }: ChartDeps,
): Promise<boolean> {
  const delays = charts.some((chart) => chart?.kind === 'file') ? fileReadyDelays : [0];
  for (const [attempt, delay] of delays.entries()) {
    if (delay > 0) await sleep(clock, delay);
    if (attempt > 0 && target.editsLeft() < 2) return false;
    try {
      await target.edit(charts);
      return true;
    } catch (error) {
      if (!(error instanceof DeliveryError) || error.outcome !== 'rejected-blocks') throw error;
      logger.warn('Chart not shown', { code: error.code, reason: error.message });
    }
  }
  return false;
}

type Drawing = Pick<ChartTarget, 'charts' | 'isRetried'>;

function drawAll(target: Drawing, deps: ChartDeps, from: number): Promise<readonly (DrawnChart | undefined)[]> {
  let blocks = 0;
  const accepts = ({ kind }: AttachedChart): boolean => {
    if (kind === 'block') blocks += 1;
    return kind !== 'block' || blocks <= maxBlocks;
  };
  return Promise.all(
    target.charts.map((model) => drawOne(model, { from, accepts, isRetried: target.isRetried }, deps)),
  );
}

interface DrawRules {
  readonly from: number;
  readonly accepts: (chart: AttachedChart) => boolean;
  readonly isRetried: boolean;
}

/** The chart by the first renderer that can, from index `from` on; undefined when none can. */
async function drawOne(model: ChartModel, rules: DrawRules, deps: ChartDeps): Promise<DrawnChart | undefined> {
  for (const [index, renderer] of deps.renderers.entries()) {
    if (index < rules.from) continue;
    const late = (): BotError => new BotError(`The chart renderer ${renderer.id} took too long.`);
    try {
      const chart = await withTimeout(deps.clock, { after: drawTimeout, late }, () => drawWith(renderer, model, deps));
      if (chart !== undefined && rules.accepts(chart)) return { chart, renderer: index };
    } catch (error) {
      if (rules.isRetried && error instanceof DeliveryError && error.outcome !== 'refused') throw error;
      deps.logger.warn('Chart not drawn', { renderer: renderer.id, ...errorFields(error), stack: undefined });
    }
  }
  return undefined;
}

async function drawWith(
  renderer: Renderer,
  model: ChartModel,
  { upload }: ChartDeps,
): Promise<AttachedChart | undefined> {
  const rendered = await renderer.draw(model);
  if (rendered?.kind !== 'png') return rendered;
  const { title, alt } = model;
  return { kind: 'file', id: await upload({ png: rendered.bytes, title, alt }), alt };
}
