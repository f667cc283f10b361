// Sends a report as one message with its charts and tables, in the simplest form that Slack takes.
import {
  type AttachedCharts,
  type ChartDeps,
  chartForms,
  discardFiles,
  type MessagePart,
} from '../charts/attach-charts.ts';
import type { Renderer } from '../charts/index.ts';
import type { Duration } from '../clock.ts';
import { type Phrase, phrasesOf, type Wording } from '../metrics/phrase.ts';
import type { Report } from '../reports/report.ts';
import { type WordedReport, wordReport } from '../reports/word-report.ts';
import { namePeople } from './blocks/alert.ts';
import {
  type Block,
  context,
  type DrawnMessage,
  maxMessageText,
  plain,
  section,
  truncate,
  withReadersTimes,
} from './blocks/block.ts';
import type { answerPhrases } from './blocks/block-phrases.ts';
import { chartsOf, drawReport } from './blocks/report.ts';
import { toDeliveryError } from './errors.ts';
import { isPrivate, type ResponseTarget } from './response-target.ts';

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

/** What reports are sent with. `renderers` are for what a channel sees. */
export interface ReportDeps extends ChartDeps {
  /** For what one person sees, where it is not known whether Slack shows a picture. */
  readonly privateRenderers: readonly Renderer[];
  readonly wording: Wording;
}

/** From the report to the latest message with a picture; the answer is there 2.5 s after the report, in this way or another. */
const pictureWait: Duration = 2_400;

/** A message to try, and the charts in it. */
interface Form {
  readonly drawn: DrawnMessage;
  readonly attached: AttachedCharts;
}

/** Sends a report and its charts in one message; resolves with what was attached. Rejects with `DeliveryError` when not even the text goes out. */
export async function sendReport(sending: ReportToSend, deps: ReportDeps): Promise<AttachedCharts> {
  const { say: send, place } = sending.responseTarget;
  let refused: Set<MessagePart> = new Set();
  for await (const { drawn, attached } of formsOf(sending, deps)) {
    const parts = partsOf(drawn);
    try {
      await send(drawn);
      deps.refusals.learn(place, { refused, accepted: parts });
      return attached;
    } catch (error) {
      const { outcome, code } = toDeliveryError(error);
      if (outcome !== 'rejected-blocks' || drawn.blocks.length === 0) {
        // Charts that were attached before are in another message.
        if (outcome !== 'unknown' && sending.attached === undefined) discardFiles(attached, deps);
        throw error;
      }
      deps.logger.warn('Answer refused in this form', { place, code, parts: [...parts].join(', ') });
      refused = parts;
    }
  }
  return [];
}

/** From the full form to the bare text: with the charts in one way after the other, without them, with tables as text. */
async function* formsOf(sending: ReportToSend, deps: ReportDeps): AsyncGenerator<Form> {
  const { responseTarget, tail } = sending;
  const report = worded(sending, deps);
  const draw = (attached: AttachedCharts, tables: 'block' | 'text'): Form => ({
    drawn: finish(drawReport(report, { attached, tail, tables }), sending, deps),
    attached,
  });
  const tables = deps.refusals.has(responseTarget.place, 'table') ? 'text' : 'block';
  let last: Form | undefined;
  for await (const charts of chartsFor(report, sending, deps)) {
    last = draw(charts, tables);
    yield last;
  }
  if (last === undefined || last.attached.some((chart) => chart !== undefined && chart.kind !== 'text')) {
    last = draw([], tables);
    yield last;
  }
  if (partsOf(last.drawn).has('table')) yield draw(last.attached, 'text');
  yield { drawn: finish({ blocks: [], text: drawReport(report).text }, sending, deps), attached: [] };
}

/** The charts of the report in each way that may be tried, as the place of the answer wants them. */
async function* chartsFor(
  report: WordedReport,
  { attached, responseTarget }: ReportToSend,
  deps: ReportDeps,
): AsyncGenerator<AttachedCharts> {
  if (attached !== undefined) {
    yield attached;
    return;
  }
  const { place, left } = responseTarget;
  const renderers = isPrivate(place) ? deps.privateRenderers : deps.renderers;
  yield* chartForms(
    {
      charts: chartsOf(report),
      place,
      isRetried: false,
      until: deps.clock.now() + pictureWait,
      // One use is left for the plain form.
      mayRepeat: (waysLeft) => left() > waysLeft + 1,
    },
    { ...deps, renderers },
  );
}

const partOfBlock: Readonly<Record<string, MessagePart>> = {
  image: 'file',
  data_visualization: 'block',
  table: 'table',
};

/** The parts of a message that Slack may refuse as a kind. */
function partsOf({ blocks }: DrawnMessage): Set<MessagePart> {
  return new Set(blocks.flatMap(({ type }) => partOfBlock[type] ?? []));
}

/** What is said of alerts has its moments marked; what renderers draw has them in the zone of the app. */
function worded({ report, people }: ReportToSend, { wording }: ReportDeps): WordedReport {
  const plainly = wordReport(report, wording);
  if (people !== 'named') return plainly;
  const marked = wordReport(report, wording.marked);
  const sections = marked.sections.map((part, index) => ({ ...part, charts: plainly.sections[index]?.charts ?? [] }));
  return { ...marked, sections };
}

/** With the names of people and the times of the reader where they are shown, and the line above everything. */
function finish(drawn: DrawnMessage, { people, firstLine }: ReportToSend, { wording }: ReportDeps): DrawnMessage {
  const named = people === 'named' ? withReadersTimes(namePeople(drawn, wording)) : drawn;
  return withFirstLine(named, firstLine && wording.text(firstLine));
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
