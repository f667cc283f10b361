// Sends a report: the text at once, in the simplest form that Slack takes, and its charts.
import type { Renderer } from '../charts/index.ts';
import { type Clock, second, sleep, withTimeout } from '../clock.ts';
import { BotError } from '../errors.ts';
import { errorFields, type Logger } from '../logger.ts';
import type { ChartModel, Report } from '../reports/report.ts';
import { namePeople } from './blocks/alert.ts';
import { type Block, context, type DrawnMessage } from './blocks/block.ts';
import { type ChartPlace, chartsOf, drawPictures, drawReport } from './blocks/report.ts';
import { toDeliveryError } from './errors.ts';
import type { ResponseTarget } from './response-target.ts';
import { readyAfter, type Upload } from './upload.ts';

/** What pictures are made with. */
export interface ChartDeps {
  /** In order of preference. */
  readonly renderers: readonly Renderer[];
  readonly upload: Upload;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** An answer whose text stands already. */
export interface SentReport {
  readonly report: Report;
  readonly responseTarget: ResponseTarget;
  /** The whole message with what stands in the places of its charts. */
  readonly draw: (places: ChartSlots) => DrawnMessage;
}

/** What stands in the places of the charts of a report; undefined: nothing. */
export type ChartSlots = readonly (ChartPlace | undefined)[];

/** Renderers that need no upload and no other server, so that what they draw can go out with the text. */
const promptRenderers: ReadonlySet<string> = new Set(['slack', 'text']);

/** What can stand in the places at once, when the preferred renderer is that quick; undefined otherwise. */
export async function immediateSlots(report: Report, chartDeps: ChartDeps): Promise<ChartSlots | undefined> {
  const [first] = chartDeps.renderers;
  const charts = chartsOf(report);
  if (first === undefined || !promptRenderers.has(first.id) || charts.length === 0) return undefined;
  const quick = chartDeps.renderers.filter((renderer) => promptRenderers.has(renderer.id));
  const drawings = await drawAll(charts, 0, { ...chartDeps, renderers: quick });
  return drawings.map((drawing) => drawing?.place);
}

/** Slack shows two of its own charts in a message. */
const maxSlackCharts = 2;

const patience = 20 * second;

/**
 * Puts pictures into an answer where it can be changed, else below it; resolves with what stands in their places.
 * Begins with the renderer of the number `first`. Never rejects: without a picture the text still stands.
 */
export async function attachCharts(answer: SentReport, chartDeps: ChartDeps, first = 0): Promise<ChartSlots> {
  const charts = chartsOf(answer.report);
  if (charts.length === 0) return [];
  for (let from = first; from < chartDeps.renderers.length && answer.responseTarget.left() > 0; ) {
    const drawings = await drawAll(charts, from, chartDeps);
    const places = drawings.map((drawing) => drawing?.place);
    if (places.every((place) => place === undefined)) return [];
    const outcome = await show(answer, places, chartDeps);
    if (outcome === 'shown') return places;
    if (outcome === 'failed') return [];
    from = 1 + Math.min(...drawings.map((drawing) => drawing?.renderer ?? from));
  }
  return [];
}

/** Shows the message; a fresh upload is refused for a second or two, so it is tried again as long as a use is left for another way. */
async function show(
  answer: SentReport,
  places: ChartSlots,
  { clock, logger }: ChartDeps,
): Promise<'shown' | 'refused' | 'failed'> {
  const waits = places.some((place) => place?.kind === 'file') ? readyAfter : [0];
  for (const wait of waits) {
    if (wait > 0) await sleep(clock, wait);
    if (wait !== waits[0] && answer.responseTarget.left() < 2) return 'refused';
    try {
      const { responseTarget, report } = answer;
      if (responseTarget.canChange()) await responseTarget.change(answer.draw(places));
      else await responseTarget.say(drawPictures(report, places));
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
  chartDeps: ChartDeps,
): Promise<readonly (Drawing | undefined)[]> {
  let slackCharts = 0;
  const mayUse = (kind: ChartPlace['kind']): boolean => kind !== 'block' || ++slackCharts <= maxSlackCharts;
  return Promise.all(charts.map((chart) => drawOne(chart, { from, mayUse, chartDeps })));
}

/** The chart by the first renderer that can, from `from` on; undefined when none can. */
async function drawOne(
  chart: ChartModel,
  way: { readonly from: number; readonly mayUse: (kind: ChartPlace['kind']) => boolean; readonly chartDeps: ChartDeps },
): Promise<Drawing | undefined> {
  const { renderers, clock, logger } = way.chartDeps;
  for (const [index, renderer] of renderers.entries()) {
    if (index < way.from) continue;
    const late = (): BotError => new BotError(`The chart renderer ${renderer.id} took too long.`);
    try {
      const place = await withTimeout(clock, { after: patience, late }, () => placeOf(chart, renderer, way.chartDeps));
      if (place !== undefined && way.mayUse(place.kind)) return { place, renderer: index };
    } catch (error) {
      logger.warn('Chart not drawn', { renderer: renderer.id, ...errorFields(error), stack: undefined });
    }
  }
  return undefined;
}

async function placeOf(chart: ChartModel, renderer: Renderer, { upload }: ChartDeps): Promise<ChartPlace | undefined> {
  const drawing = await renderer.draw(chart);
  if (drawing === undefined) return undefined;
  if (drawing.kind === 'block') return { kind: 'block', block: { ...drawing.block } };
  if (drawing.kind === 'text') return drawing;
  return { kind: 'file', id: await upload({ png: drawing.bytes, title: chart.title, alt: chart.alt }) };
}

/** A report on its way, with what stands below it. */
export interface ReportToSend {
  readonly report: Report;
  readonly tail: readonly Block[];
  readonly responseTarget: ResponseTarget;
  /** `named`: the words come from alerting, and people in them are shown. */
  readonly people?: 'named' | undefined;
  /** Pictures that are there already, for an answer that is said again. */
  readonly places?: ChartSlots;
}

type Form = (places: ChartSlots) => DrawnMessage;

/** From the full form to the bare text. */
function formsOf({ report, tail, people }: ReportToSend): readonly [Form, Form, Form] {
  const finish = (drawn: DrawnMessage): DrawnMessage => (people === 'named' ? namePeople(drawn) : drawn);
  return [
    (places) => finish(drawReport(report, { places, tail })),
    (places) => finish(drawReport(report, { places, tail, tables: 'text' })),
    () => finish({ blocks: [], text: drawReport(report).text }),
  ];
}

/** Says a report and its pictures; resolves with what stands in their places. Rejects with `DeliveryError` when not even the text goes out. */
export async function sendReport(sending: ReportToSend, chartDeps: ChartDeps): Promise<ChartSlots> {
  const [full, plainTables, bare] = formsOf(sending);
  const known = sending.places ?? (await immediateSlots(sending.report, chartDeps)) ?? [];
  const { responseTarget, report } = sending;
  const hasPictures = known.some((place) => place !== undefined);
  if (await accepted(responseTarget, full(known))) {
    return hasPictures ? known : attachCharts({ report, responseTarget, draw: full }, chartDeps);
  }
  if (hasPictures && (await accepted(responseTarget, full([])))) {
    return attachCharts({ report, responseTarget, draw: full }, chartDeps, 1);
  }
  if (await accepted(responseTarget, plainTables([])))
    return attachCharts({ report, responseTarget, draw: plainTables }, chartDeps);
  await responseTarget.say(bare([]));
  return [];
}

/** False when Slack refuses how it is drawn; other failures are the caller's. */
async function accepted(responseTarget: ResponseTarget, message: DrawnMessage): Promise<boolean> {
  try {
    await responseTarget.say(message);
    return true;
  } catch (error) {
    if (toDeliveryError(error).outcome !== 'rejected-blocks') throw error;
    return false;
  }
}

/** Says a message that is drawn already; its text alone when Slack refuses its blocks. */
export async function sendMessage(drawn: DrawnMessage, responseTarget: ResponseTarget): Promise<void> {
  try {
    await responseTarget.say(drawn);
  } catch (error) {
    if (toDeliveryError(error).outcome !== 'rejected-blocks' || drawn.blocks.length === 0) throw error;
    await responseTarget.say({ blocks: [], text: drawn.text });
  }
}

/** The line below an answer that somebody made public. */
export function sharedLine(user: string): Block {
  return context(`Shared by <@${user}> from \`/imstats\``);
}
