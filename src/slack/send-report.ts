// Sends a report: its text at once, in the simplest form that Slack takes, and then its charts.
import { type AttachedCharts, attachCharts, type ChartDeps, immediateCharts } from '../charts/attach-charts.ts';
import { errorFields } from '../logger.ts';
import { type Phrase, phrasesOf, type Wording } from '../metrics/phrase.ts';
import type { Report } from '../reports/report.ts';
import { type WordedReport, wordReport } from '../reports/word-report.ts';
import { namePeople } from './blocks/alert.ts';
import { type Block, context, type DrawnMessage, maxMessageText, plain, section, truncate } from './blocks/block.ts';
import type { answerPhrases } from './blocks/block-phrases.ts';
import { chartsOf, drawPictures, drawReport } from './blocks/report.ts';
import { toDeliveryError } from './errors.ts';
import type { ResponseTarget } from './response-target.ts';

const say = phrasesOf<typeof answerPhrases>();

/** A report with what stands below it. */
export interface ReportToSend {
  readonly report: Report;
  readonly tail: readonly Block[];
  readonly responseTarget: ResponseTarget;
  /** `named`: the text comes from alerting, and people in it are shown. */
  readonly people?: 'named' | undefined;
  /** Stands above everything. */
  readonly firstLine?: Phrase | undefined;
  /** Charts that are drawn already, for an answer that is sent again. */
  readonly attached?: AttachedCharts;
}

type Form = (attached: AttachedCharts) => DrawnMessage;

/** From the full form to the bare text. */
function formsOf(
  { tail, people, firstLine }: ReportToSend,
  report: WordedReport,
  wording: Wording,
): readonly [Form, Form, Form] {
  const line = firstLine && wording.text(firstLine);
  const finish = (drawn: DrawnMessage): DrawnMessage =>
    withFirstLine(people === 'named' ? namePeople(drawn, wording) : drawn, line);
  return [
    (attached) => finish(drawReport(report, { attached, tail })),
    (attached) => finish(drawReport(report, { attached, tail, tables: 'text' })),
    () => finish({ blocks: [], text: drawReport(report).text }),
  ];
}

/** What reports are sent with. */
export interface ReportDeps extends ChartDeps {
  readonly wording: Wording;
}

/** Sends a report and its charts; resolves with what was attached. Rejects with `DeliveryError` when not even the text goes out. */
export async function sendReport(sending: ReportToSend, chartDeps: ReportDeps): Promise<AttachedCharts> {
  const { responseTarget } = sending;
  const report = wordReport(sending.report, chartDeps.wording);
  const [full, plainTables, bare] = formsOf(sending, report, chartDeps.wording);
  const known = sending.attached ?? (await immediateCharts(chartsOf(report), chartDeps)) ?? [];
  const hasCharts = known.some((chart) => chart !== undefined);
  if (await accepted(responseTarget, full(known)))
    return hasCharts ? known : attach({ report, responseTarget, draw: full }, chartDeps);
  if (hasCharts && (await accepted(responseTarget, full([]))))
    return attach({ report, responseTarget, draw: full }, chartDeps, 1);
  if (await accepted(responseTarget, plainTables([])))
    return attach({ report, responseTarget, draw: plainTables }, chartDeps);
  await responseTarget.say(bare([]));
  return [];
}

/** An answer whose text is sent. `draw` is the form that Slack took. */
interface SentReport {
  readonly report: WordedReport;
  readonly responseTarget: ResponseTarget;
  readonly draw: Form;
}

/** Attaches the charts to the answer when it can be changed, else in a message below it. Never rejects: the text has been sent already. */
async function attach(
  { report, responseTarget, draw }: SentReport,
  deps: ChartDeps,
  first = 0,
): Promise<AttachedCharts> {
  const charts = chartsOf(report);
  if (charts.length === 0) return [];
  const edit = (drawn: AttachedCharts): Promise<void> =>
    responseTarget.canChange() ? responseTarget.change(draw(drawn)) : responseTarget.say(drawPictures(report, drawn));
  try {
    const target = { charts, isRetried: false, editsLeft: responseTarget.left, edit } as const;
    return (await attachCharts(target, deps, first)) ?? [];
  } catch (error) {
    deps.logger.warn('Chart not shown', { ...errorFields(error), stack: undefined });
    return [];
  }
}

/** False when Slack refuses the blocks. Rejects with every other failure. */
async function accepted(responseTarget: ResponseTarget, message: DrawnMessage): Promise<boolean> {
  try {
    await responseTarget.say(message);
    return true;
  } catch (error) {
    if (toDeliveryError(error).outcome !== 'rejected-blocks') throw error;
    return false;
  }
}

/** A message with a line above it. */
export function withFirstLine(drawn: DrawnMessage, line: string | undefined): DrawnMessage {
  if (line === undefined) return drawn;
  const above = drawn.blocks.length === 0 ? [] : [section(plain(line))];
  return { blocks: [...above, ...drawn.blocks], text: truncate(`${plain(line)}\n${drawn.text}`, maxMessageText) };
}

/** Sends a message that is drawn already; its text alone when Slack refuses its blocks. */
export async function sendMessage(drawn: DrawnMessage, responseTarget: ResponseTarget): Promise<void> {
  try {
    await responseTarget.say(drawn);
  } catch (error) {
    if (toDeliveryError(error).outcome !== 'rejected-blocks' || drawn.blocks.length === 0) throw error;
    await responseTarget.say({ blocks: [], text: drawn.text });
  }
}

/** The line below an answer that somebody made public. */
export function sharedLine(user: string, { text }: Wording): Block {
  return context(text(say('answer.sharedBy', { user: `<@${user}>`, command: '`/imstats`' })));
}
