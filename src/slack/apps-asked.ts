// Which apps a question is about, which range it means for each, and one report out of several.
import type { ImApp } from '../app.ts';
import { formatInstant } from '../civil.ts';
import { type PlatformError, UserError } from '../errors.ts';
import { reportsDays } from '../metrics/available.ts';
import type { MetricId, Part } from '../metrics/catalog.ts';
import { isRange, parseRange, type Range } from '../metrics/window.ts';
import { availableParts, defaultRangeWord, explainMissing, explainRange } from '../reports/explain.ts';
import { isPart } from '../reports/measured.ts';
import { withNamedCharts } from '../reports/named-chart.ts';
import type { Report, Section } from '../reports/report.ts';
import { worstStanding } from '../reports/standing.ts';
import type { SlackDeps } from './deps.ts';
import { tryHint } from './parse.ts';
import { commandOf, type Question } from './question.ts';

/** The app of a question, or all of them. */
export function appsOf(question: Question, { apps }: Pick<SlackDeps, 'apps'>): readonly ImApp[] {
  return question.app === undefined ? apps : apps.filter((app) => app.id === question.app);
}

/** Whether the apps that can answer a question are asked for moments, or all of them for whole days. */
export function countsOf(question: Question, deps: Pick<SlackDeps, 'apps'>): 'moments' | 'days' {
  const { metric, view } = question;
  const wanted = metric ?? (isPart(view) ? view : undefined);
  const apps = appsOf(question, deps).filter(
    (app) => wanted === undefined || explainMissing(wanted, app) === undefined,
  );
  return apps.length > 0 && apps.every((app) => reportsDays(app.platform)) ? 'days' : 'moments';
}

/** An app with the range that the question means there. */
export interface AskedApp {
  readonly app: ImApp;
  readonly range: Range;
}

/**
 * The apps that can answer for a part, a metric, or at all (undefined) over the range of the question. Raises the
 * reason of the first one when none of them can.
 */
export function appsFor(wanted: MetricId | Part | undefined, question: Question, deps: SlackDeps): readonly AskedApp[] {
  const able: AskedApp[] = [];
  const reasons: UserError[] = [];
  for (const app of appsOf(question, deps)) {
    const what = wanted ?? availableParts(app)[0];
    const missing = what === undefined ? new UserError(`${app.name} reports nothing.`) : explainMissing(what, app);
    const range = rangeIn(question, app, deps);
    const reason = missing ?? (range instanceof UserError ? range : explainRange(range, wanted, app));
    if (reason === undefined && !(range instanceof UserError)) able.push({ app, range });
    else if (reason !== undefined) reasons.push(reason);
  }
  if (able.length > 0) return able;
  throw reasons[0] ?? new UserError('No app is configured.', { hint: 'Add one under apps: in the configuration.' });
}

/** The range of a question in the zone of an app, or why it is none there; the default of its platform when none was said. */
export function rangeIn(
  question: Question,
  app: ImApp,
  { clock, kept }: Pick<SlackDeps, 'clock' | 'kept'>,
): Range | UserError {
  const word = question.range ?? defaultRangeWord(app);
  const range = parseRange(word, {
    now: clock.now(),
    zone: app.timezone,
    ...(reportsDays(app.platform) ? {} : { kept }),
  });
  if (range === undefined) return new UserError(`I have no range "${word}".`, { hint: 'Try: /imstats 24h' });
  if (isRange(range)) return range;
  const command = commandOf({ ...question, range: range.nearest });
  return new UserError(range.wrong, { hint: `${range.hint}\n${tryHint(command)}` });
}

/** Charts that a report on several apps still shows. */
const maxCharts = 4;

/** What is said of one app. */
export interface AppReport {
  readonly app: Pick<ImApp, 'name'>;
  readonly report: Report;
}

/** One report out of one per app: the worst gives line 1, each app is a section under its own line 1. */
export function mergeReports(
  answers: readonly AppReport[],
  frame: { readonly headline?: string; readonly zone: string; readonly now: number },
): Report {
  const reports = answers.map(({ report }) => report);
  const [only] = reports;
  if (reports.length === 1 && only !== undefined) return only;
  const standing = worstStanding(reports.map((report) => report.standing));
  const worst = reports.find((report) => report.standing === standing);
  return {
    ...(standing === undefined ? {} : { standing }),
    headline: frame.headline ?? worst?.headline ?? 'No app is configured',
    asOf: frame.now,
    zone: frame.zone,
    stale: false,
    sections: answers.map(({ app, report }, index) => withNamedCharts(compact(report, index < maxCharts ? 1 : 0), app)),
    notes: [],
  };
}

/** A report as one section: its line 1, window, first figures, own lines and one chart. */
function compact(report: Report, charts: number): Section {
  const asOf = report.asOf === undefined ? undefined : `as of ${formatInstant(report.asOf, report.zone, 'HH:mm:ss')}`;
  const frame = [report.context, asOf, report.stale ? 'stale' : undefined]
    .filter((part) => part !== undefined)
    .join(', ');
  return {
    title: report.headline,
    figures: report.sections.flatMap((part) => part.figures).slice(0, 6),
    lines: [frame, ...report.sections.flatMap((part) => part.lines).slice(0, 3), report.notes.join(' ')].filter(
      (line) => line !== '',
    ),
    charts: report.sections.flatMap((part) => part.charts).slice(0, charts),
  };
}

/** Says in the first section that the platform did not answer just now, and what to do. */
export function withFailure(report: Report, failure: PlatformError | undefined): Report {
  if (failure === undefined) return report;
  const lines = [failure.message, ...(failure.hint === undefined ? [] : [failure.hint])];
  const [first, ...rest] = report.sections;
  const opening =
    first === undefined ? { figures: [], lines, charts: [] } : { ...first, lines: [...lines, ...first.lines] };
  return { ...report, standing: 'unknown', stale: true, sections: [opening, ...rest] };
}
