// The buttons below an answer: share it, refresh it, ask for another range, tell every number of it.
import { day, type Instant } from '../../clock.ts';
import { UserError } from '../../errors.ts';
import { changeOf } from '../../metrics/compare.ts';
import type { metricPhrases } from '../../metrics/metric-phrases.ts';
import { type Phrase, phrasesOf, type Wording } from '../../metrics/phrase.ts';
import { isToday, titleOf } from '../../reports/chart.ts';
import type { ChartFacts, Report, Table } from '../../reports/report.ts';
import { answerButtons, pageButtons, readValue } from '../blocks/answer-buttons.ts';
import { type Block, context, lengthOf } from '../blocks/block.ts';
import type { answerPhrases } from '../blocks/block-phrases.ts';
import { countsOf } from '../command/targets.ts';
import type { RememberedAnswer } from '../context.ts';
import { sendReport, sharedLine } from '../send-report.ts';
import type { Action, ActionContext, Click } from './action.ts';

const say = phrasesOf<typeof answerPhrases & typeof metricPhrases>();

export const share: Action = {
  ids: ['share'],
  handle: async (click, context) => {
    const value = readValue(click.value);
    if (value === undefined)
      throw new UserError('This button is too old to be understood.', { hint: 'Try: /imstats public' });
    const answer = value.answer === undefined ? undefined : context.slackContext.answers.get(value.answer);
    if (value.answer === undefined || answer?.isSharable !== true) return askInPublic(click, value.command, context);
    const refusal = await context.slackContext.access.mayRun(click.requester);
    if (refusal !== undefined) throw refusal;
    await shareOnce(click, { id: value.answer, answer }, context);
  },
};

/** The answer is no longer remembered, so the command is answered again, for everyone. */
async function askInPublic(click: Click, command: string, { ask }: ActionContext): Promise<void> {
  await ask({
    text: `${command} public`,
    requester: click.requester,
    isPublicPlace: true,
    open: () => click.open('public'),
    openProblem: () => click.open('private'),
  });
}

async function shareOnce(
  click: Click,
  { id, answer }: { id: string; answer: RememberedAnswer },
  { slackContext }: ActionContext,
): Promise<void> {
  if (answer.sharedBy !== undefined) {
    throw new UserError('This answer is in the channel already.', {
      hint: 'Press Refresh to get newer numbers to share.',
    });
  }
  slackContext.answers.set(id, { ...answer, sharedBy: click.requester.user });
  const buttons = buttonsOf(slackContext, answer, id);
  const { report } = answer;
  const { wording } = slackContext.deps;
  const tail = [sharedLine(click.requester.user, wording), ...buttons];
  try {
    // Its charts are drawn anew, as a channel sees them.
    await sendReport({ report, tail, responseTarget: click.open('public') }, slackContext.chartDeps);
  } catch (error) {
    slackContext.answers.set(id, { ...answer, sharedBy: undefined });
    throw error;
  }
  if (!click.isEphemeral) return;
  const done = [...buttons, context(wording.text(say('answer.shared')))];
  const attached = await answer.attached;
  await sendReport(
    { report, attached, tail: done, responseTarget: click.open('replace') },
    slackContext.chartDeps,
  ).catch(() => {});
}

function buttonsOf(
  { subcommands, deps }: ActionContext['slackContext'],
  { query, report }: RememberedAnswer,
  id: string,
): Block[] {
  const subcommand = subcommands.find((one) => one.id === query.subcommand);
  return subcommand === undefined
    ? []
    : [
        answerButtons(
          query,
          subcommand,
          { id, share: 'not', counts: countsOf(query, deps.live), report },
          deps.wording,
        ),
      ];
}

/** A private answer is replaced; below one that everybody sees, the person who clicks gets a private answer. */
export const askAgain: Action = {
  answers: true,
  ids: ['refresh', 'range_24h', 'range_7d', 'range_30d', 'try', 'preview'],
  handle: async (click, { ask }) => {
    const value = readValue(click.value);
    if (value === undefined) throw new UserError('This button is too old to be understood.', { hint: 'Try: /imstats' });
    await ask({
      text: value.command,
      requester: click.requester,
      isPublicPlace: false,
      open: () => click.open(click.isEphemeral ? 'replace' : 'private'),
      openProblem: () => click.open('private'),
    });
  },
};

/** Every value of the charts of an answer, a page at a time, for the person who asks alone. */
export const numbers: Action = {
  answers: true,
  ids: ['numbers', 'numbers_before', 'numbers_behind'],
  handle: async (click, { slackContext }) => {
    const { access, answers, chartDeps } = slackContext;
    const refusal = await access.mayRun(click.requester);
    if (refusal !== undefined) throw refusal;
    const value = readValue(click.value);
    const answer = value?.answer === undefined ? undefined : answers.get(value.answer);
    const pages = answer === undefined ? [] : numbersPages(answer.report, chartDeps.wording);
    const page = Math.min(value?.page ?? 1, pages.length);
    const report = pages[page - 1];
    if (value === undefined || report === undefined)
      throw new UserError('The numbers of this answer are not kept any more.', {
        hint: 'Ask again for newer ones.',
        command: value?.command,
      });
    const isTurned = click.action !== 'numbers' && click.isEphemeral;
    const tail = pageButtons(value, { page, of: pages.length }, chartDeps.wording);
    await sendReport({ report, tail, responseTarget: click.open(isTurned ? 'replace' : 'private') }, chartDeps);
  },
};

/** Slack's tables hold 100 rows with the head, and about 6,000 characters in a message with other text. */
const mostOfPage = { rows: 99, characters: 5_500 } as const;

/** The values of each chart as tables of about equal length, newest first. */
function numbersPages(report: Report, wording: Wording): readonly Report[] {
  const tables = report.sections.flatMap(({ charts }) =>
    charts.flatMap((chart) => {
      const { rows, ...head } = numbersTable(chart);
      const characters = rows.flat().reduce((sum, cell) => sum + lengthOf(wording.text(cell)), 0);
      const count = Math.ceil(Math.max(rows.length / mostOfPage.rows, characters / mostOfPage.characters));
      const size = Math.ceil(rows.length / count);
      return Array.from({ length: count }, (_, index) => ({
        chart,
        table: { ...head, rows: rows.slice(index * size, (index + 1) * size) },
      }));
    }),
  );
  return tables.map(({ chart, table }, index) => ({
    headline: titleOf(chart),
    context: say('numbers.context', { zone: chart.zone, page: index + 1, of: tables.length }),
    ...(report.asOf === undefined ? {} : { asOf: report.asOf }),
    ...{ zone: report.zone, stale: report.stale },
    sections: [{ figures: [], table, lines: [], charts: [] }],
    notes: [],
  }));
}

/** A row for each point of a chart, each value with its change on the one of the period before at the same place. */
function numbersTable(chart: ChartFacts): Table {
  const { times, zone, each, unit, series } = chart;
  const isLong = (times.at(-1) ?? 0) - (times[0] ?? 0) >= day;
  const [main] = series;
  const before =
    series.length === 2 && main?.role === 'main' ? series.find(({ role }) => role === 'previous') : undefined;
  const known = before?.values.filter((value) => value !== undefined).length ?? 0;
  const cell = (one: ChartFacts['series'][number], index: number): Phrase => {
    const value = one.values[index];
    const change =
      before === undefined || one === before
        ? undefined
        : changeOf({ now: value, before: before.values[index], unit, known });
    if (value === undefined || change === undefined)
      return say('metric.value', { ...(value === undefined ? {} : { value }), unit });
    return say('change.cell', { value, unit, change });
  };
  const slot = (at: Instant): Phrase => say('numbers.at', { at, zone, each, isLong, isRunning: isToday(chart, at) });
  return {
    columns: [say('numbers.slot', { each }), ...series.map(({ name }) => name)],
    rows: times.map((at, index) => [slot(at), ...series.map((one) => cell(one, index))]).reverse(),
    numeric: true,
  };
}
