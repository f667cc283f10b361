// Draws the charts of a message in one way after the other, until Slack takes one, and remembers what Slack refuses where.
import { LRUCache } from 'lru-cache';
import { type Clock, type Duration, hour, type Instant, second, sleep, withTimeout } from '../clock.ts';
import { BotError, DeliveryError } from '../errors.ts';
import { errorFields, type Logger } from '../logger.ts';
import type { PictureUpload } from '../reports/report.ts';
import type { ChartModel } from '../reports/word-report.ts';
import { drawsFiles, type RenderedChart, type Renderer } from './index.ts';

/** Uploads a picture, private until a message shows it; resolves with its Slack file id. Rejects with `DeliveryError` only. */
export type Upload = (picture: PictureUpload) => Promise<string>;

/** Deletes an uploaded picture that no message shows. Never rejects: what stays behind is seen by nobody. */
export type Discard = (id: string) => Promise<void>;

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
  readonly discard: Discard;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly refusals: Refusals;
}

/** A part of a message that Slack may refuse as a whole kind: a picture, its own chart, its table. */
export type MessagePart = 'file' | 'block' | 'table';

/** What Slack refuses in a kind of place, such as private answers or threads; kept in memory for an hour. */
export interface Refusals {
  has(place: string, part: MessagePart): boolean;
  /** After a message of `refused` parts was refused and the next one, of `accepted` parts, was taken. */
  learn(place: string, parts: { readonly refused: Iterable<MessagePart>; readonly accepted: Set<MessagePart> }): void;
}

/** Nothing is refused yet. A picture may be refused because Slack still looks at it, so that counts from the second time in a row on. */
export function createRefusals(clock: Clock): Refusals {
  const known = new LRUCache<string, 'doubtful' | 'sure'>({ max: 100, ttl: hour, ttlResolution: 0, perf: clock });
  const keyOf = (place: string, part: MessagePart): string => `${place} ${part}`;
  return {
    has: (place, part) => known.get(keyOf(place, part)) === 'sure',
    learn: (place, { refused, accepted }) => {
      for (const part of accepted) known.delete(keyOf(place, part));
      for (const part of refused) {
        const key = keyOf(place, part);
        if (!accepted.has(part)) known.set(key, part === 'file' && !known.has(key) ? 'doubtful' : 'sure');
      }
    },
  };
}

/** The parts of charts that Slack may refuse. */
function partsOf(charts: AttachedCharts): Set<MessagePart> {
  return new Set(charts.flatMap((chart) => (chart === undefined || chart.kind === 'text' ? [] : [chart.kind])));
}

/** The charts to draw, and how long a message waits for them. */
export interface WantedCharts {
  readonly charts: readonly ChartModel[];
  /** The kind of place that the message goes to. */
  readonly place: string;
  /** True: the caller tries again later, so an upload that may pass then ends this attempt instead of taking the next renderer. */
  readonly isRetried: boolean;
  /** The latest instant at which a message with a picture is sent; absent: a picture is waited for. */
  readonly until?: Instant;
  /** Whether a picture that was refused may be sent once more, where so many ways of drawing are left behind it. */
  readonly mayRepeat: (waysLeft: number) => boolean;
}

/**
 * Slack looks at a fresh file, and for a second or two refuses every message that shows it. These are the waits before the messages
 * that try; no cheaper sign that the file is ready exists without the scope files:read.
 */
const fileReadyDelays: readonly Duration[] = [1.1 * second, 1.5 * second, 3 * second];
/** The shortest time in which Slack has looked at a file; a picture that cannot have it is not waited for. */
const leastReadyTime: Duration = second;
/** Between two messages that try. */
const leastPause: Duration = 300;
/** For one renderer with one chart, its upload included. */
const drawTimeout: Duration = 20 * second;
/** Slack shows two of its own charts in a message. */
const maxBlocks = 2;

/**
 * The charts as they may be shown, the preferred way first; each next one is for a Slack that refused the one before. Without
 * what is known to be refused in the place. Empty where nothing can be drawn. Rejects, where the caller tries again later, with
 * the `DeliveryError` of an upload.
 */
export async function* chartForms(wanted: WantedCharts, deps: ChartDeps): AsyncGenerator<AttachedCharts> {
  let renderers = deps.renderers.filter((renderer) => !isRefused(renderer, wanted.place, deps));
  while (wanted.charts.length > 0 && renderers.length > 0) {
    const drawn = (await drawAll(wanted, { ...deps, renderers })).map((one) => one ?? missing);
    const charts = drawn.map(({ chart }) => chart);
    if (charts.every((chart) => chart === undefined)) return;
    const hasFile = partsOf(charts).has('file');
    renderers = renderers.slice(1 + Math.min(...drawn.map(({ renderer }) => renderer)));
    // Slack refuses the next file as it refused this one.
    if (hasFile) renderers = renderers.filter((renderer) => !drawsFiles(renderer));
    if (hasFile) yield* whenReady(charts, { wanted, waysLeft: renderers.length }, deps);
    else yield charts;
    // Whoever asks for the next form was refused this one.
    discardFiles(charts, deps);
  }
}

/** Deletes the files of charts that no message shows, without waiting for it. */
export function discardFiles(charts: AttachedCharts, { discard }: Pick<ChartDeps, 'discard'>): void {
  for (const chart of charts) if (chart?.kind === 'file') void discard(chart.id);
}

function isRefused(renderer: Renderer, place: string, { refusals }: ChartDeps): boolean {
  if (drawsFiles(renderer)) return refusals.has(place, 'file');
  return renderer.id === 'slack' && refusals.has(place, 'block');
}

/** Charts with a fresh file, each time that Slack may have become ready to show it. */
async function* whenReady(
  charts: AttachedCharts,
  { wanted, waysLeft }: { readonly wanted: WantedCharts; readonly waysLeft: number },
  { clock }: ChartDeps,
): AsyncGenerator<AttachedCharts> {
  for (const [attempt, delay] of fileReadyDelays.entries()) {
    const left = wanted.until === undefined ? delay : wanted.until - clock.now();
    if (attempt > 0 && (left < leastPause || !wanted.mayRepeat(waysLeft))) return;
    await sleep(clock, Math.max(0, Math.min(delay, left)));
    yield charts;
  }
}

/** A message that is posted already, which the charts are edited into. */
export interface ChartTarget extends Omit<WantedCharts, 'mayRepeat'> {
  /** Shows the charts in the message. `rejected-blocks` takes the next way; every other error ends the attempt. */
  edit(charts: AttachedCharts): Promise<void>;
}

/** Resolves with what the message shows then; undefined when that is nothing. Rejects as `edit` and `chartForms` do. */
export async function attachCharts(target: ChartTarget, deps: ChartDeps): Promise<AttachedCharts | undefined> {
  let refused: AttachedCharts = [];
  for await (const charts of chartForms({ ...target, mayRepeat: () => true }, deps)) {
    try {
      await target.edit(charts);
      deps.refusals.learn(target.place, { refused: partsOf(refused), accepted: partsOf(charts) });
      return charts;
    } catch (error) {
      const isSent = !(error instanceof DeliveryError) || error.outcome === 'unknown';
      if (isSent) throw error;
      if (error.outcome !== 'rejected-blocks') {
        discardFiles(charts, deps);
        throw error;
      }
      deps.logger.warn('Chart not shown', { code: error.code, reason: error.message });
      refused = charts;
    }
  }
  return undefined;
}

interface DrawnChart {
  readonly chart: AttachedChart | undefined;
  /** The index of the renderer that drew it. */
  readonly renderer: number;
}

const missing: DrawnChart = { chart: undefined, renderer: Number.POSITIVE_INFINITY };

async function drawAll(wanted: WantedCharts, deps: ChartDeps): Promise<readonly (DrawnChart | undefined)[]> {
  let blocks = 0;
  const accepts = ({ kind }: AttachedChart): boolean => {
    if (kind === 'block') blocks += 1;
    return kind !== 'block' || blocks <= maxBlocks;
  };
  const drawn = await Promise.allSettled(wanted.charts.map((model) => drawOne(model, { wanted, accepts }, deps)));
  const failed = drawn.find((one) => one.status === 'rejected');
  const charts = drawn.map((one) => (one.status === 'fulfilled' ? one.value : undefined));
  if (failed === undefined) return charts;
  const files = charts.map((one) => one?.chart);
  discardFiles(files, deps);
  throw failed.reason;
}

interface DrawRules {
  readonly wanted: WantedCharts;
  readonly accepts: (chart: AttachedChart) => boolean;
}

/** The chart by the first renderer that can; undefined when none can. */
async function drawOne(
  model: ChartModel,
  { wanted, accepts }: DrawRules,
  deps: ChartDeps,
): Promise<DrawnChart | undefined> {
  for (const [index, renderer] of deps.renderers.entries()) {
    const after = timeFor(renderer, wanted, deps.clock);
    if (after <= 0) continue;
    const late = (): BotError => new BotError(`The chart renderer ${renderer.id} took too long.`);
    const drawing = drawWith(renderer, model, deps);
    try {
      const chart = await withTimeout(deps.clock, { after, late }, () => drawing);
      if (chart !== undefined && accepts(chart)) return { chart, renderer: index };
    } catch (error) {
      // An upload that ends after its time is in no message.
      drawing.then(
        (chart) => discardFiles([chart], deps),
        () => {},
      );
      if (wanted.isRetried && error instanceof DeliveryError && !error.isRefusal) throw error;
      deps.logger.warn('Chart not drawn', { renderer: renderer.id, ...errorFields(error), stack: undefined });
    }
  }
  return undefined;
}

/** A picture must be uploaded early enough for Slack to look at it before the message is sent. */
function timeFor(renderer: Renderer, { until }: WantedCharts, clock: Clock): Duration {
  if (until === undefined || !drawsFiles(renderer)) return drawTimeout;
  return Math.min(drawTimeout, until - leastReadyTime - clock.now());
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
