// The apps of a query, the range that it means for each, and one reply made of the reports on all of them.
import type { ImApp } from '../../app.ts';
import { mapYielding } from '../../concurrency.ts';
import { type PlatformError, UserError } from '../../errors.ts';
import type { MetricGroup, MetricId } from '../../metrics/catalog.ts';
import { comparedWith, rangeWordBeside } from '../../metrics/compare-range.ts';
import type { metricPhrases } from '../../metrics/metric-phrases.ts';
import { isRange, parseRange } from '../../metrics/parse-range.ts';
import { phrasesOf } from '../../metrics/phrase.ts';
import type { Range } from '../../metrics/range.ts';
import { errorOf } from '../../platforms/platform-error.ts';
import type { platformPhrases } from '../../platforms/platform-phrases.ts';
import {
  availableGroups,
  defaultRangeWord,
  explainMissing,
  explainRange,
  isAnsweredByDay,
} from '../../reports/range-status.ts';
import type { Needs } from '../../reports/readings.ts';
import type { Report } from '../../reports/report.ts';
import { type AppReport, type SharedHeadline, severalAppsReport } from '../../reports/several-apps.ts';
import { isMetricGroup } from '../../reports/slices.ts';
import { failureReport } from '../../reports/summary.ts';
import type { LiveConfig } from '../../service-types.ts';
import type { AppData } from './app-data.ts';
import { suggested } from './parse.ts';
import type { Failed, Query, Reply, SubcommandContext, SubcommandDeps } from './subcommand.ts';
import { commandOf } from './tokens.ts';

const say = phrasesOf<typeof metricPhrases & typeof platformPhrases>();

/** The app of a query, or all of them. */
export function appsOf(query: Query, { apps }: Pick<LiveConfig, 'apps'>): readonly ImApp[] {
  return query.app === undefined ? apps : apps.filter((app) => app.id === query.app);
}

/** The metric or the group of metrics that a query is about; undefined for the summary, and for all. */
export function wantedOf({ metric, part, subcommand }: Query): MetricId | MetricGroup | undefined {
  return metric ?? part ?? (isMetricGroup(subcommand) ? subcommand : undefined);
}

/** Whether all apps that can answer a query report whole days, or some of them moments. */
export function countsOf(query: Query, live: Pick<LiveConfig, 'apps'>): 'moments' | 'days' {
  const wanted = wantedOf(query);
  const apps = appsOf(query, live).filter((app) => wanted === undefined || explainMissing(wanted, app) === undefined);
  return apps.length > 0 && apps.every((app) => isAnsweredByDay(wanted, app)) ? 'days' : 'moments';
}

/** What the ranges of a query depend on. */
type TargetDeps = Pick<SubcommandDeps, 'clock'> & { readonly live: Pick<LiveConfig, 'apps' | 'retention'> };

/** An app with the range that the query means there. */
export interface TargetApp {
  readonly app: ImApp;
  readonly range: Range;
}

/**
 * The apps that have a metric group, a metric, or anything (undefined) over the range of the query. Raises the reason
 * of the first app when none of them has.
 */
export function appsFor(
  wanted: MetricId | MetricGroup | undefined,
  query: Query,
  deps: TargetDeps,
): readonly TargetApp[] {
  const targets: TargetApp[] = [];
  const reasons: UserError[] = [];
  for (const app of appsOf(query, deps.live)) {
    const what = wanted ?? availableGroups(app)[0];
    const missing = what === undefined ? new UserError(`${app.name} reports nothing.`) : explainMissing(what, app);
    const range = rangeIn(query, app, deps);
    const reason = missing ?? (range instanceof UserError ? range : explainRange(range, wanted, app));
    if (reason === undefined && !(range instanceof UserError)) targets.push({ app, range });
    else if (reason !== undefined) reasons.push(reason);
  }
  if (targets.length > 0) return targets;
  throw reasons[0] ?? new UserError('No app is configured.', { hint: 'Add one under apps: in the configuration.' });
}

/** The range of a query in the zone of an app, by default that of its platform; or the reason why it is impossible there. */
export function rangeIn(
  query: Query,
  app: ImApp,
  { clock, live }: Pick<TargetDeps, 'clock'> & { readonly live: Pick<LiveConfig, 'retention'> },
): Range | UserError {
  const wanted = wantedOf(query);
  const read = (word: string, field: 'range' | 'against'): Range | UserError => {
    const range = parseRange(word, {
      now: clock.now(),
      zone: app.timezone,
      ...(isAnsweredByDay(wanted, app) ? {} : { kept: live.retention.hours }),
    });
    if (range === undefined) return new UserError(`I have no range "${word}".`, suggested('24h'));
    if (isRange(range)) return range;
    return new UserError(range.wrong, suggested(commandOf({ ...query, [field]: range.nearest }), range.hint));
  };
  const usual = defaultRangeWord(wanted, app);
  if (query.against === undefined || query.against === 'previous') {
    const range = read(query.range ?? usual, 'range');
    return query.against === undefined || range instanceof UserError ? range : { ...range, isCompared: true };
  }
  const other = read(query.against, 'against');
  if (other instanceof UserError) return other;
  const range = read(query.range ?? rangeWordBeside(other), 'range');
  return range instanceof UserError ? range : comparedWith(range, other);
}

/** Line 1 of an answer about several apps: this number of each, over the range of the first app. */
export function headlineFor(metric: MetricId, [first]: readonly TargetApp[]): SharedHeadline {
  return first === undefined ? { words: say('metric.title', { id: metric }) } : { metric, range: first.range };
}

/** The report; behind the failure and with what to do where the platform did not answer. */
export function withFailure(report: Report, { readings, failure }: Pick<AppData, 'readings' | 'failure'>): Report {
  return failure === undefined ? report : failureReport(failure, readings, report);
}

/** How the targets of a query are answered. */
export interface TargetReports<Target> {
  readonly needs: (target: Target) => Needs;
  /** Undefined for an app that has nothing to report. */
  readonly report: (target: Target, data: AppData) => Report | undefined;
  readonly headline: SharedHeadline | ((answers: readonly AppReport[]) => SharedHeadline);
}

/** Gathers the data of every target at once, reports on one after the other, and joins the reports into one reply. */
export async function replyForEach<Target extends { readonly app: ImApp; readonly range?: Range }>(
  targets: readonly Target[],
  { deps, appData }: Pick<SubcommandContext, 'deps' | 'appData'>,
  { needs, report, headline }: TargetReports<Target>,
): Promise<Reply> {
  const gathered = await appData.gather(targets.map((target) => ({ app: target.app, needs: needs(target) })));
  const frame = { zone: deps.live.timezone, now: deps.clock.now() };
  return gatheredReply(gathered, async (all) => {
    // In turns, because the reports of many apps at once would hold the event loop.
    const answers = await mapYielding([...targets.entries()], ([index, target]) => {
      const data = all[index];
      const made = data === undefined ? undefined : report(target, data);
      return made === undefined ? [] : [{ app: target.app, report: made, range: target.range?.name }];
    });
    const reports = answers.flat();
    return severalAppsReport(reports, {
      headline: typeof headline === 'function' ? headline(reports) : headline,
      ...frame,
    });
  });
}

/** Builds the report, and where a platform failed also the one that everyone may see. */
export async function gatheredReply(
  gathered: readonly AppData[],
  build: (gathered: readonly AppData[]) => Report | Promise<Report>,
): Promise<Reply> {
  const failures = failuresOf(gathered);
  if (failures.length === 0) return { kind: 'report', report: await build(gathered), buttons: 'all' };
  const apps = new Set(gathered.map(({ readings }) => readings.app.id));
  const failed: Failed = {
    failures,
    isWhole: failures.length === apps.size,
    forEveryone: await build(gathered.map(withoutReason)),
  };
  return { kind: 'report', report: await build(gathered), buttons: 'all', failed };
}

/** The first failure of each app. */
function failuresOf(gathered: readonly AppData[]): Failed['failures'] {
  const byApp = new Map<string, { readonly app: ImApp; readonly failure: PlatformError }>();
  for (const { readings, failure } of gathered) {
    const { app } = readings;
    if (failure !== undefined && !byApp.has(app.id)) byApp.set(app.id, { app, failure });
  }
  return [...byApp.values()];
}

/** Everyone may read that a platform did not answer, but not the reason, which may hold addresses and keys. */
function withoutReason(one: AppData): AppData {
  const { readings, failure } = one;
  if (failure === undefined) return one;
  const { reason: _reason, ...poll } = readings.poll ?? {
    app: readings.app.id,
    lastTriedAt: readings.now,
    failures: 1,
  };
  return {
    readings: { ...readings, poll },
    failure: errorOf(failure.kind, say('platform.justNow', { app: readings.app.name })),
  };
}
