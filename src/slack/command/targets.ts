// Which apps a question is about, which range it means for each, and how it is said that one did not answer.
import type { ImApp } from '../../app.ts';
import { type PlatformError, UserError } from '../../errors.ts';
import type { MetricGroup, MetricId } from '../../metrics/catalog.ts';
import { isRange, parseRange } from '../../metrics/parse-range.ts';
import type { Range } from '../../metrics/range.ts';
import type { Report } from '../../reports/report.ts';
import type { LineOne } from '../../reports/several-apps.ts';
import { isMetricGroup } from '../../reports/slices.ts';
import {
  availableGroups,
  defaultRangeWord,
  explainMissing,
  explainRange,
  isAnsweredByDay,
} from '../../reports/unavailable.ts';
import type { SlackDeps } from '../deps.ts';
import { tryHint } from './parse.ts';
import { commandOf, type Query } from './subcommand.ts';

/** The app of a question, or all of them. */
export function appsOf(question: Query, { apps }: Pick<SlackDeps, 'apps'>): readonly ImApp[] {
  return question.app === undefined ? apps : apps.filter((app) => app.id === question.app);
}

/** The metric or the part that a question is about; undefined for the summary. */
function wantedOf({ metric, view }: Query): MetricId | MetricGroup | undefined {
  return metric ?? (isMetricGroup(view) ? view : undefined);
}

/** Whether the apps that can answer a question are asked for moments, or all of them for whole days. */
export function countsOf(question: Query, deps: Pick<SlackDeps, 'apps'>): 'moments' | 'days' {
  const wanted = wantedOf(question);
  const apps = appsOf(question, deps).filter(
    (app) => wanted === undefined || explainMissing(wanted, app) === undefined,
  );
  return apps.length > 0 && apps.every((app) => isAnsweredByDay(wanted, app)) ? 'days' : 'moments';
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
export function appsFor(
  wanted: MetricId | MetricGroup | undefined,
  question: Query,
  deps: SlackDeps,
): readonly AskedApp[] {
  const able: AskedApp[] = [];
  const reasons: UserError[] = [];
  for (const app of appsOf(question, deps)) {
    const what = wanted ?? availableGroups(app)[0];
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
  question: Query,
  app: ImApp,
  { clock, kept }: Pick<SlackDeps, 'clock' | 'kept'>,
): Range | UserError {
  const wanted = wantedOf(question);
  const word = question.range ?? defaultRangeWord(wanted, app);
  const range = parseRange(word, {
    now: clock.now(),
    zone: app.timezone,
    ...(isAnsweredByDay(wanted, app) ? {} : { kept }),
  });
  if (range === undefined) return new UserError(`I have no range "${word}".`, { hint: 'Try: /imstats 24h' });
  if (isRange(range)) return range;
  const command = commandOf({ ...question, range: range.nearest });
  return new UserError(range.wrong, { hint: `${range.hint}\n${tryHint(command)}` });
}

/** Line 1 of an answer about several apps: the number of each under this title, over the range as the first app has it. */
export function lineOneOf(title: string, request: readonly AskedApp[]): LineOne {
  const range = request[0]?.range;
  return range === undefined ? title : { title, range };
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
