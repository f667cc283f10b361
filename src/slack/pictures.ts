// Pictures of an answer: drawn after the text has gone out, and when Slack refuses one, the next way of drawing is taken.
import type { Renderer } from '../charts/index.ts';
import { type Clock, second, sleep, withTimeout } from '../clock.ts';
import { BotError } from '../errors.ts';
import { errorFields, type Logger } from '../logger.ts';
import type { ChartModel, Report } from '../reports/report.ts';
import type { Drawn } from './blocks/block.ts';
import { type ChartPlace, chartsOf, drawPictures } from './blocks/report.ts';
import type { Conversation } from './conversation.ts';
import { toDeliveryError } from './errors.ts';
import { readyAfter, type Upload } from './upload.ts';

/** What pictures are made with. */
export interface Studio {
  /** In order of preference. */
  readonly renderers: readonly Renderer[];
  readonly upload: Upload;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** An answer whose text stands already. */
export interface Answered {
  readonly report: Report;
  readonly conversation: Conversation;
  /** The whole message with what stands in the places of its charts. */
  readonly draw: (places: Places) => Drawn;
}

/** What stands in the places of the charts of a report; undefined: nothing. */
export type Places = readonly (ChartPlace | undefined)[];

/** Renderers that need no upload and no other server, so that what they draw can go out with the text. */
const promptRenderers: ReadonlySet<string> = new Set(['slack', 'text']);

/** What can stand in the places at once, when the preferred renderer is that quick; undefined otherwise. */
export async function promptPlaces(report: Report, studio: Studio): Promise<Places | undefined> {
  const [first] = studio.renderers;
  const charts = chartsOf(report);
  if (first === undefined || !promptRenderers.has(first.id) || charts.length === 0) return undefined;
  const quick = studio.renderers.filter((renderer) => promptRenderers.has(renderer.id));
  const drawings = await drawAll(charts, 0, { ...studio, renderers: quick });
  return drawings.map((drawing) => drawing?.place);
}

/** Slack shows two of its own charts in a message. */
const maxSlackCharts = 2;

const patience = 20 * second;

/**
 * Puts pictures into an answer where it can be changed, else below it; resolves with what stands in their places.
 * Begins with the renderer of the number `first`. Never rejects: without a picture the text still stands.
 */
export async function addPictures(answer: Answered, studio: Studio, first = 0): Promise<Places> {
  const charts = chartsOf(answer.report);
  if (charts.length === 0) return [];
  for (let from = first; from < studio.renderers.length && answer.conversation.left() > 0; ) {
    const drawings = await drawAll(charts, from, studio);
    const places = drawings.map((drawing) => drawing?.place);
    if (places.every((place) => place === undefined)) return [];
    const outcome = await show(answer, places, studio);
    if (outcome === 'shown') return places;
    if (outcome === 'failed') return [];
    from = 1 + Math.min(...drawings.map((drawing) => drawing?.renderer ?? from));
  }
  return [];
}

/** Shows the message; a fresh upload is refused for a second or two, so it is tried again as long as a use is left for another way. */
async function show(
  answer: Answered,
  places: Places,
  { clock, logger }: Studio,
): Promise<'shown' | 'refused' | 'failed'> {
  const waits = places.some((place) => place?.kind === 'file') ? readyAfter : [0];
  for (const wait of waits) {
    if (wait > 0) await sleep(clock, wait);
    if (wait !== waits[0] && answer.conversation.left() < 2) return 'refused';
    try {
      const { conversation, report } = answer;
      if (conversation.canChange()) await conversation.change(answer.draw(places));
      else await conversation.say(drawPictures(report, places));
      return 'shown';
    } catch (error) {
      const failure = toDeliveryError(error);
      logger.warn('Picture not shown', { code: failure.code, reason: failure.message });
      if (failure.outcome !== 'rejected-blocks') return 'failed';
    }
  }
  return 'refused';
}

interface Drawing {
  readonly place: ChartPlace;
  /** Which renderer drew it. */
  readonly renderer: number;
}

async function drawAll(
  charts: readonly ChartModel[],
  from: number,
  studio: Studio,
): Promise<readonly (Drawing | undefined)[]> {
  let slackCharts = 0;
  const mayUse = (kind: ChartPlace['kind']): boolean => kind !== 'block' || ++slackCharts <= maxSlackCharts;
  return Promise.all(charts.map((chart) => drawOne(chart, { from, mayUse, studio })));
}

/** The chart by the first renderer that can, from `from` on; undefined when none can. */
async function drawOne(
  chart: ChartModel,
  way: { readonly from: number; readonly mayUse: (kind: ChartPlace['kind']) => boolean; readonly studio: Studio },
): Promise<Drawing | undefined> {
  const { renderers, clock, logger } = way.studio;
  for (const [index, renderer] of renderers.entries()) {
    if (index < way.from) continue;
    const late = (): BotError => new BotError(`The chart renderer ${renderer.id} took too long.`);
    try {
      const place = await withTimeout(clock, { after: patience, late }, () => placeOf(chart, renderer, way.studio));
      if (place !== undefined && way.mayUse(place.kind)) return { place, renderer: index };
    } catch (error) {
      logger.warn('Chart not drawn', { renderer: renderer.id, ...errorFields(error), stack: undefined });
    }
  }
  return undefined;
}

async function placeOf(chart: ChartModel, renderer: Renderer, { upload }: Studio): Promise<ChartPlace | undefined> {
  const drawing = await renderer.draw(chart);
  if (drawing === undefined) return undefined;
  if (drawing.kind === 'block') return { kind: 'block', block: { ...drawing.block } };
  if (drawing.kind === 'text') return drawing;
  return { kind: 'file', id: await upload({ png: drawing.bytes, title: chart.title, alt: chart.alt }) };
}
