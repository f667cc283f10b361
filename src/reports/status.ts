// The status of an app: the worst of its concerns, with the sentences on alerts, stale numbers and gaps.
import { type Duration, second } from '../clock.ts';
import { type MetricId, type MetricValues, metric } from '../metrics/catalog.ts';
import type { metricPhrases } from '../metrics/metric-phrases.ts';
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import { failureOf } from '../metrics/sample.ts';
import type { Coverage } from '../metrics/series.ts';
import type { ChartLimit } from './chart.ts';
import type { chartPhrases } from './chart-phrases.ts';
import type { Limit, OpenAlert, Readings } from './readings.ts';
import type { Standing } from './report.ts';
import type { statusPhrases } from './status-phrases.ts';

const say = phrasesOf<typeof statusPhrases & typeof chartPhrases & typeof metricPhrases>();

/** Shares of the connection limit that count as a warning and as critical. */
const nearLimit = 0.8;
const atLimit = 0.95;

/** Limits of free memory for apps without a rule on memory: the defaults of that rule. */
const memoryDefaults: readonly Limit[] = [
  { metric: 'memory.free_ratio', level: 'critical', direction: 'below', value: 0.08 },
  { metric: 'memory.free_ratio', level: 'warning', direction: 'below', value: 0.15 },
];

/** A number that is near or beyond a limit. `words` are of an app that is named before them. */
export interface Concern {
  readonly metric: MetricId;
  readonly standing: 'warning' | 'critical';
  readonly words: Phrase;
}

const rank: Readonly<Record<Standing, number>> = { critical: 0, unknown: 1, warning: 2, good: 3 };

/** Sorts the worst first; an absent status counts as good. */
export function byStatus(a: Standing | undefined, b: Standing | undefined): number {
  return rank[a ?? 'good'] - rank[b ?? 'good'];
}

/** The worst of several; undefined for none. */
export function worstStatus(all: readonly (Standing | undefined)[]): Standing | undefined {
  return all.filter((one) => one !== undefined).sort(byStatus)[0];
}

/** Every number of a moment that is near or beyond a limit, the worst first. */
export function concernsOf(readings: Pick<Readings, 'app' | 'limits'>, values: MetricValues): Concern[] {
  const found = [connectionConcern(readings, values), ...limitConcerns(readings, values)];
  const concerns = found.filter((one) => one !== undefined);
  const bad = concerns.sort((a, b) => byStatus(a.standing, b.standing));
  return bad.filter((one, index) => bad.findIndex((other) => other.metric === one.metric) === index);
}

/** How a peak of connections stands beside the limit of its platform; undefined where it is not near it, or one of them is not known. */
export function nearStanding(peak: number | undefined, limit: number | undefined): Concern['standing'] | undefined {
  if (peak === undefined || limit === undefined || limit <= 0 || peak / limit < nearLimit) return undefined;
  return peak / limit >= atLimit ? 'critical' : 'warning';
}

function connectionConcern({ app }: Pick<Readings, 'app'>, values: MetricValues): Concern | undefined {
  const limit = app.connectionLimit;
  const peak = values['connections.peak'] ?? values['connections.current'];
  const standing = nearStanding(peak, limit);
  if (limit === undefined || peak === undefined || standing === undefined) return undefined;
  const isNow = values['connections.peak'] === undefined;
  const words = say('status.nearLimit', { peak, isNow, share: roundShare(peak / limit) });
  return { metric: 'connections.peak', standing, words };
}

/** Shares of a limit as whole per cent, but never 100 % below the limit itself. */
export function roundShare(share: number): number {
  const rounded = Math.round(share * 100) / 100;
  return share < 1 && rounded >= 1 ? 0.99 : rounded;
}

/** The limits of the rules, with the defaults for memory where no rule has one. */
export function limitsOf({ limits }: Pick<Readings, 'limits'>): readonly Limit[] {
  const hasMemory = limits.some((limit) => metric(limit.metric).group === 'memory');
  return hasMemory ? limits : [...limits, ...memoryDefaults];
}

function limitConcerns(readings: Pick<Readings, 'limits'>, values: MetricValues): Concern[] {
  return limitsOf(readings).flatMap((limit) => {
    const value = values[limit.metric];
    const beyond = value !== undefined && (limit.direction === 'below' ? value < limit.value : value > limit.value);
    if (value === undefined || !beyond) return [];
    const { metric: id, level, direction } = limit;
    const free = values['memory.free'];
    const words = say('status.beyond', {
      metric: id,
      value,
      direction,
      limit: limit.value,
      ...(free === undefined ? {} : { free }),
    });
    return [{ metric: id, standing: level, words }];
  });
}

/** The lines that belong into a chart of a metric: the app's connection limit and the triggers of its rules. */
export function chartLimits(readings: Pick<Readings, 'app' | 'limits'>, id: MetricId): ChartLimit[] {
  const { unit, group: part } = metric(id);
  const line = (of: 'platform' | 'warning' | 'critical', value: number): ChartLimit => ({
    label: say('chart.limit', { of, value, unit }),
    value,
  });
  const lines = readings.limits.filter((limit) => limit.metric === id).map(({ level, value }) => line(level, value));
  const limit = readings.app.connectionLimit;
  if (part !== 'connections' || limit === undefined) return lines;
  return [line('platform', limit), ...lines.filter(({ value }) => value !== limit)];
}

/** True when the newest number is stale. */
export function isStale({ app, now, latest, poll }: Pick<Readings, 'app' | 'now' | 'latest' | 'poll'>): boolean {
  const at = asOf({ latest, poll });
  return at !== undefined && now - at > staleAfter(app);
}

/** Two polls, at least 5 s, because a request itself takes some time. */
export function staleAfter({ pollEvery }: Pick<Readings['app'], 'pollEvery'>): Duration {
  return Math.max(2 * pollEvery, 5 * second);
}

/** The poll health of an app, and its newest snapshot. */
interface Answering extends Pick<Readings, 'app' | 'now'> {
  readonly latest?: Readings['latest'] | undefined;
  readonly poll?: Readings['poll'] | undefined;
}

/** True when the newest poll failed: the current status is not known. */
export function isFailing({ latest, poll }: Pick<Answering, 'latest' | 'poll'>): boolean {
  return poll !== undefined && poll.failures > 0 && (latest === undefined || latest.at <= poll.lastTriedAt);
}

/** True when the platform has not answered for longer than two polls; a single failed poll is not enough. */
export function isSilent({ app, now, latest, poll }: Answering): boolean {
  if (poll === undefined || !isFailing({ latest, poll })) return false;
  return poll.lastGoodAt === undefined || now - poll.lastGoodAt > staleAfter(app);
}

/** The time of the newest number. */
export function asOf({
  latest,
  poll,
}: {
  latest?: Readings['latest'] | undefined;
  poll?: Readings['poll'] | undefined;
}): number | undefined {
  if (latest === undefined) return poll?.lastGoodAt;
  return Math.max(latest.at, poll?.lastGoodAt ?? latest.at);
}

/** The worst of open alerts and concerns; `unknown` for stale numbers. */
export function statusOf(readings: Readings, values: MetricValues | undefined): Standing {
  if (values === undefined || isStale(readings)) return 'unknown';
  const alerts = readings.alerts.map((alert) => alert.level);
  const worst = worstStatus([...alerts, ...concernsOf(readings, values).map((one) => one.standing)]);
  // What is known to be wrong tells more than what is not known.
  return worst ?? (notJudged(readings) === undefined ? 'good' : 'unknown');
}

/** The newest values, empty for an app of which only days are known; undefined when nothing is known. */
export function knownValues({ latest, days }: Pick<Readings, 'latest' | 'days'>): MetricValues | undefined {
  return latest?.values ?? (days.length > 0 ? {} : undefined);
}

/** More open alerts than these are counted in one line. */
const mostTold = 2;

/** So many of the rules of the worst level are named in it. */
const mostNamed = 3;

/** `rule memory-low cannot be judged`; undefined where every rule can. */
export function notJudged({ notJudged: rules = [] }: Pick<Readings, 'notJudged'>): Phrase | undefined {
  return rules.length === 0 ? undefined : say('status.notJudged', { rules });
}

/** `No open alerts.` or how many, then one sentence each, the critical ones first, and which rules cannot be judged. */
export function alertNotes(readings: Pick<Readings, 'alerts' | 'notJudged'>): Phrase[] {
  const words = notJudged(readings);
  return [...openNotes(readings), ...(words === undefined ? [] : [say('status.seeAlerts', { words })])];
}

/** Many of them in one line. */
function openNotes({ alerts }: Pick<Readings, 'alerts'>): Phrase[] {
  if (alerts.length === 0) return [say('status.noAlerts')];
  if (alerts.length > mostTold) return [manyAlerts(alerts)];
  const lines = worstFirst(alerts).map(({ rule, level, words }) => say('status.alert', { rule, level, words }));
  return [say('status.openAlerts', { count: alerts.length }), ...lines];
}

function manyAlerts(alerts: readonly OpenAlert[]): Phrase {
  const of = (level: OpenAlert['level']): readonly OpenAlert[] => alerts.filter((one) => one.level === level);
  const [critical, warning] = [of('critical'), of('warning')];
  const rules = (critical.length === 0 ? warning : critical).slice(0, mostNamed).map(({ rule }) => rule);
  return say('status.manyAlerts', { critical: critical.length, warning: warning.length, rules });
}

/** The worst open alert and how many more there are; undefined for none. */
export function openAlert({ alerts }: Pick<Readings, 'alerts'>): Phrase | undefined {
  const [worst] = worstFirst(alerts);
  if (worst === undefined) return undefined;
  return say('status.alertIsOpen', { rule: worst.rule, level: worst.level, more: alerts.length - 1 });
}

function worstFirst(alerts: readonly OpenAlert[]): OpenAlert[] {
  return [...alerts].sort((a, b) => byStatus(a.level, b.level));
}

/** A phrase as a whole sentence. */
export function sentenceOf(words: Phrase): Phrase {
  return say('status.sentence', { words });
}

/** The notes of every report: stale numbers, alerts, the platform with how much was measured where that is not all, and its own notes. */
export function standardNotes(
  readings: Readings,
  coverage: { readonly of: Coverage; readonly unit: 'hour' | 'day' } | undefined,
): Phrase[] {
  return [
    ...staleNotes(readings),
    ...alertNotes(readings),
    sourceNote(readings, coverage),
    ...readings.notes.map(sentenceOf),
  ];
}

function sourceNote(
  { app }: Readings,
  coverage: { readonly of: Coverage; readonly unit: 'hour' | 'day' } | undefined,
): Phrase {
  const { platformName: platform } = app.capabilities;
  const measured = Math.round(coverage?.of.measured ?? 0);
  if (coverage === undefined || measured >= coverage.of.of) return say('status.source', { platform });
  const words = say('metric.coverage', { measured, of: coverage.of.of, unit: coverage.unit });
  return say('status.source', { platform, coverage: words });
}

/** The notes on stale numbers: since when the platform has not answered and why, or how old they are. */
export function staleNotes(readings: Readings): Phrase[] {
  const { poll, now, zone, latest } = readings;
  if (isSilent(readings)) return [silence(readings), ...adviceOf(poll)].map((words) => say('status.stale', { words }));
  if (!isStale(readings) || latest === undefined) return [];
  return [say('status.older', { at: latest.at, zone, now })];
}

/** True for a note of `staleNotes`. */
export function isStaleNote({ kind }: Phrase): boolean {
  return kind === 'status.stale' || kind === 'status.older';
}

/** Why the newest poll failed, where that is known. */
export function reasonOf(poll: Readings['poll']): Phrase[] {
  return poll?.reason === undefined ? [] : [poll.reason];
}

/** Why it fails, where that is known by itself. */
function causeOf(poll: Readings['poll']): { readonly cause?: Phrase } {
  const cause = failureOf(poll?.reason)?.cause;
  return cause === undefined ? {} : { cause };
}

/** Behind line 1, which has the cause: what to do; else the reason as it is. */
export function adviceOf(poll: Readings['poll']): Phrase[] {
  const failure = failureOf(poll?.reason);
  if (failure === undefined) return reasonOf(poll);
  return failure.advice === undefined ? [] : [failure.advice];
}

/** `Production chat has given no numbers since 03:20: HTTP 401, the key is not accepted`. */
export function silence({ app, poll, now, zone }: Readings): Phrase {
  if (poll?.lastGoodAt === undefined) return say('status.neverAnswered', { app: app.name, ...causeOf(poll) });
  return say('status.silent', { app: app.name, at: poll.lastGoodAt, zone, now, ...causeOf(poll) });
}
