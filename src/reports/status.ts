// The status of an app: the worst of its concerns, with the sentences on alerts, stale numbers and gaps.
import { type Duration, second } from '../clock.ts';
import { type MetricId, type MetricValues, metric } from '../metrics/catalog.ts';
import {
  capitalise,
  formatAge,
  formatBytes,
  formatCount,
  formatMoment,
  formatQuantity,
  formatRatio,
  formatValue,
} from '../metrics/format.ts';
import { type Coverage, coverageWords } from '../metrics/series.ts';
import type { ChartLimit } from './chart.ts';
import type { Limit, OpenAlert, Readings } from './readings.ts';
import type { Standing } from './report.ts';

/** Shares of the connection limit that count as a warning and as critical. */
export const nearLimit = 0.8;
export const atLimit = 0.95;

/** Limits of free memory for apps without a rule on memory: the defaults of that rule. */
const memoryDefaults: readonly Limit[] = [
  { metric: 'memory.free_ratio', level: 'critical', direction: 'below', value: 0.08 },
  { metric: 'memory.free_ratio', level: 'warning', direction: 'below', value: 0.15 },
];

/** A number that is near or beyond a limit. `words` continue "Production chat: ". */
export interface Concern {
  readonly metric: MetricId;
  readonly standing: 'warning' | 'critical';
  readonly words: string;
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

function connectionConcern({ app }: Pick<Readings, 'app'>, values: MetricValues): Concern | undefined {
  const limit = app.connectionLimit;
  const peak = values['connections.peak'] ?? values['connections.current'];
  if (limit === undefined || limit <= 0 || peak === undefined || peak / limit < nearLimit) return undefined;
  const share = formatRatio(roundShare(peak / limit));
  const which = values['connections.peak'] === undefined ? 'connections now' : 'connections at the peak';
  const words = `${formatCount(peak)} ${which}, ${share} of the limit`;
  return { metric: 'connections.peak', standing: peak / limit >= atLimit ? 'critical' : 'warning', words };
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
    return [{ metric: limit.metric, standing: limit.level, words: beyondWords(limit, value, values) }];
  });
}

/** `7.4 % memory free (606 MiB), under 8 %`, `1,893 connections at the peak, over 1,600`. */
function beyondWords(limit: Limit, value: number, values: MetricValues): string {
  const { unit } = metric(limit.metric);
  const side = `${limit.direction === 'below' ? 'under' : 'over'} ${formatValue(limit.value, unit)}`;
  if (limit.metric === 'memory.free_ratio') {
    const free = values['memory.free'];
    return `${formatRatio(value)} memory free${free === undefined ? '' : ` (${formatBytes(free)})`}, ${side}`;
  }
  if (limit.metric === 'connections.peak') return `${formatQuantity(value, 'connection')} at the peak, ${side}`;
  return `${metric(limit.metric).title.toLowerCase()} ${formatValue(value, unit)}, ${side}`;
}

/** The lines that belong into a chart of a metric: the app's connection limit and the triggers of its rules. */
export function chartLimits(readings: Pick<Readings, 'app' | 'limits'>, id: MetricId): ChartLimit[] {
  const { unit, group: part } = metric(id);
  const lines = readings.limits
    .filter((limit) => limit.metric === id)
    .map(({ level, value }) => ({
      label: `${capitalise(level)} ${formatValue(value, unit)}`,
      value,
    }));
  const limit = readings.app.connectionLimit;
  if (part !== 'connections' || limit === undefined) return lines;
  return [{ label: `Limit ${formatCount(limit)}`, value: limit }, ...lines.filter((line) => line.value !== limit)];
}

/** True when the newest number is stale. */
export function isStale({ app, now, latest, poll }: Pick<Readings, 'app' | 'now' | 'latest' | 'poll'>): boolean {
  const at = asOf({ latest, poll });
  return at !== undefined && now - at > staleAfter(app);
}

/** Two polls, at least 5 s, because a request itself takes some time. */
function staleAfter({ pollEvery }: Pick<Readings['app'], 'pollEvery'>): Duration {
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
  return worstStatus([...alerts, ...concernsOf(readings, values).map((one) => one.standing)]) ?? 'good';
}

/** The newest values, empty for an app of which only days are known; undefined when nothing is known. */
export function knownValues({ latest, days }: Pick<Readings, 'latest' | 'days'>): MetricValues | undefined {
  return latest?.values ?? (days.length > 0 ? {} : undefined);
}

/** The text with a full stop, where it has no mark at its end. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  return trimmed === '' || /[.!?:…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

/** `No open alerts.` or how many, then one sentence each, the critical ones first. */
export function alertNotes({ alerts }: Pick<Readings, 'alerts'>): string[] {
  if (alerts.length === 0) return ['No open alerts.'];
  const lines = worstFirst(alerts).map(({ rule, level, words }) => {
    const label = level === 'critical' ? 'Critical' : 'Warning';
    const said = words.startsWith(label) ? words : `${label}: ${words}`;
    return `${said.replace(/[.]$/, '')} (${rule}).`;
  });
  return [`${formatQuantity(alerts.length, 'open alert')}.`, ...lines];
}

/** `critical alert memory-low is open, and 1 more alert`; empty for none. */
export function openAlertWords({ alerts }: Pick<Readings, 'alerts'>): string {
  const [worst] = worstFirst(alerts);
  if (worst === undefined) return '';
  const more = alerts.length > 1 ? `, and ${formatQuantity(alerts.length - 1, 'more alert')}` : '';
  return `${worst.level} alert ${worst.rule} is open${more}`;
}

function worstFirst(alerts: readonly OpenAlert[]): OpenAlert[] {
  return [...alerts].sort((a, b) => byStatus(a.level, b.level));
}

/** The notes of every report: stale numbers, alerts, coverage, the platform's name and its own notes. */
export function standardNotes(
  readings: Readings,
  coverage: { readonly of: Coverage; readonly unit: 'hour' | 'day' } | undefined,
): string[] {
  return [
    ...staleNotes(readings),
    ...alertNotes(readings),
    ...(coverage === undefined || coverage.of.of === 0 ? [] : [`${coverageWords(coverage.of, coverage.unit)}.`]),
    `${readings.app.capabilities.platformName}.`,
    ...readings.notes.map(sentence),
  ];
}

/** The notes on stale numbers: since when the platform has not answered and why, or how old they are. */
export function staleNotes(readings: Readings): string[] {
  const { poll, now, zone, latest } = readings;
  if (isSilent(readings))
    return [`${silenceWords(readings)}.`, ...(poll?.reason === undefined ? [] : [sentence(poll.reason)])];
  if (!isStale(readings) || latest === undefined) return [];
  return [
    `The newest numbers are older than two polls: ${formatMoment(latest.at, zone, now)}, ${formatAge(latest.at, now)}.`,
  ];
}

/** `Production chat has not answered since 03:20`. */
export function silenceWords({ app, poll, now, zone }: Readings): string {
  if (poll?.lastGoodAt === undefined) return `${app.name} has never answered`;
  return `${app.name} has not answered since ${formatMoment(poll.lastGoodAt, zone, now).replace(/^(at|on) /, '')}`;
}
