// What an app can answer for a range: the metrics that its platform has, what was not measured, and the status of the rest.
import type { ImApp } from '../app.ts';
import { day, hour } from '../clock.ts';
import { UserError } from '../errors.ts';
import { hasMoments, isDaily, type WithCapabilities } from '../metrics/capabilities.ts';
import { isMetricId, type MetricGroup, type MetricId, type MetricValues, metric } from '../metrics/catalog.ts';
import { listWords } from '../metrics/format.ts';
import { metricName } from '../metrics/metric-phrases.ts';
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import type { Range } from '../metrics/range.ts';
import { addDays, localDate } from '../time-zone.ts';
import type { figurePhrases } from './figure-phrases.ts';
import { hasNoHourYet, rangeNumbers, rangeValue, tooShortSince } from './range-numbers.ts';
import type { Readings } from './readings.ts';
import type { Standing } from './report.ts';
import { mainMetricOf } from './slices.ts';
import {
  byStatus,
  type Concern,
  concernsOf,
  isStale,
  knownValues,
  openAlert,
  statusOf,
  worstStatus,
} from './status.ts';

const say = phrasesOf<typeof figurePhrases>();

/** The groups of metrics of which the app's platform has any, in the order of display. */
export function availableGroups(app: WithCapabilities): MetricGroup[] {
  return [...new Set(app.capabilities.metrics.map((id) => metric(id).group))];
}

/** The error for a metric or a group that the platform of the app does not report; undefined when it does. */
export function explainMissing(wanted: MetricId | MetricGroup, app: ImApp): UserError | undefined {
  const parts = availableGroups(app);
  if (isMetricId(wanted) ? app.capabilities.metrics.includes(wanted) : parts.includes(wanted)) return undefined;
  const { platformName: platform, metrics } = app.capabilities;
  const part = isMetricId(wanted) ? metric(wanted).group : wanted;
  const message = `${platform} does not report ${missingWords(wanted)}, so I have no such number for ${app.name}.`;
  if (isMetricId(wanted) && parts.includes(part)) {
    const others = metrics.filter((id) => metric(id).group === part);
    const command = `${part} ${app.id}`;
    return new UserError(message, {
      hint: `Of ${part} it has ${listWords(others)}.\nTry: /imstats ${command}`,
      command,
    });
  }
  const first = parts[0];
  const command = first === undefined ? undefined : `${first} ${app.id}`;
  const hint = `It has ${listWords(parts)}.${command === undefined ? '' : `\nTry: /imstats ${command}`}`;
  return new UserError(message, { hint, command });
}

function missingWords(wanted: MetricId | MetricGroup): string {
  return isMetricId(wanted) ? `${wanted} (${metric(wanted).title.toLowerCase()})` : wanted;
}

/** True when the numbers of a group, a metric, or of the summary (undefined) are of calendar days. */
export function isAnsweredByDay(wanted: MetricId | MetricGroup | undefined, app: WithCapabilities): boolean {
  if (wanted === undefined) return !hasMoments(app);
  return isDaily(app, isMetricId(wanted) ? wanted : mainMetricOf(app, wanted));
}

/**
 * The error for a range of hours where there are only numbers of days, or of a part of an hour where each number is of an hour;
 * undefined when the range can be answered. No `wanted` means the summary.
 */
export function explainRange(
  range: Range,
  wanted: MetricId | MetricGroup | undefined,
  app: ImApp,
): UserError | undefined {
  if (range.wholeDays) return undefined;
  const what = wanted === undefined ? '' : isMetricId(wanted) ? `trend ${wanted} ` : `${wanted} `;
  if (!isAnsweredByDay(wanted, app)) return explainMinutes(range, wanted, { app, what });
  const days = Math.ceil((range.to - range.from) / day);
  const command = `${what}${app.id} ${days > 1 ? days : 7}d`;
  return new UserError(`${app.capabilities.platformName} reports whole days, so ${app.name} has no "${range.word}".`, {
    hint: `Try: /imstats ${command}\nToday so far: /imstats ${what}${app.id} today`,
    command,
  });
}

/** The error for a window that is not of whole hours, for a metric of which each number is of the hour before it. */
function explainMinutes(
  { word, name, from, to }: Range,
  wanted: MetricId | MetricGroup | undefined,
  { app, what }: { readonly app: ImApp; readonly what: string },
): UserError | undefined {
  if (wanted === undefined || name.kind !== 'minutes' || (to - from) % hour === 0) return undefined;
  const id = isMetricId(wanted) ? wanted : mainMetricOf(app, wanted);
  if (metric(id).isTrailing !== true) return undefined;
  const command = `${what}${app.id} ${Math.ceil((to - from) / hour)}h`;
  const number = isMetricId(wanted) ? metricName(wanted) : wanted;
  return new UserError(
    `${app.capabilities.platformName} reports ${number} by the hour, so ${app.name} has no "${word}".`,
    {
      hint: `Try: /imstats ${command}`,
      command,
    },
  );
}

/** The default range: a day for moments, a week for days. */
export function defaultRangeWord(wanted: MetricId | MetricGroup | undefined, app: WithCapabilities): '24h' | '7d' {
  return isAnsweredByDay(wanted, app) ? '7d' : '24h';
}

/** Sentences on why there is no number, or on when measuring began where the range begins earlier; empty for full coverage. */
export function unmeasuredLines(readings: Readings, id: MetricId, range: Range): Phrase[] {
  const isKnown = rangeValue(readings, id, range) !== undefined;
  const { measured, of } = rangeNumbers(readings, id, range).coverage;
  // Line 1 says that it is too short.
  if (tooShortSince(readings, id, range) !== undefined || hasNoHourYet(readings, id, range)) return [];
  if (isKnown && (range.word === '1h' || Math.round(measured) >= of)) return [];
  return isDaily(readings.app, id) ? dayReasons(readings, range, isKnown) : momentReasons(readings, range, isKnown);
}

function dayReasons({ app, now }: Readings, range: Range, isKnown: boolean): Phrase[] {
  const { platformName: platform, daysKept: days } = app.capabilities;
  const since = days === undefined ? undefined : addDays(localDate(now, app.timezone), 1 - days);
  const keeps =
    days === undefined || since === undefined || range.dates.from >= since
      ? []
      : [say('range.keeps', { platform, days, since })];
  const isGone = since !== undefined && range.dates.to < since;
  return isKnown || isGone ? keeps : [...keeps, say('range.notGiven', { platform, app: app.name })];
}

function momentReasons({ app, now, since, zone }: Readings, range: Range, isKnown: boolean): Phrase[] {
  if (since === undefined) return isKnown ? [] : [say('range.notStored', { app: app.name })];
  if (since <= range.from && isKnown) return [];
  return [say('range.measuredSince', { app: app.name, since, zone, now, isEmpty: since <= range.from })];
}

/** The newest values of these metrics only, so that other metrics do not affect the status; undefined when nothing is known. */
export function newestOf(readings: Readings, ids: readonly MetricId[]): MetricValues | undefined {
  const values = knownValues(readings);
  return values && pick(ids, (id) => values[id]);
}

/** The concerns among these metrics, the worst first. */
export function rangeConcerns(readings: Readings, ids: readonly MetricId[], range: Range): readonly Concern[] {
  if (range.todayPartial) return concernsOf(readings, newestOf(readings, ids) ?? {});
  return concernsOf(
    readings,
    pick(ids, (id) => rangeValue(readings, id, range)),
  );
}

/** The status of these metrics over a range; `unknown` when the main one was not measured in it, whatever the status is now. */
export function rangeStatus(
  readings: Readings,
  { main, ids }: { readonly main: MetricId; readonly ids: readonly MetricId[] },
  range: Range,
): Standing {
  const hasNumber = rangeValue(readings, main, range) !== undefined || hasNoHourYet(readings, main, range);
  if (!hasNumber || tooShortSince(readings, main, range) !== undefined) return 'unknown';
  if (range.todayPartial) return statusOf(readings, newestOf(readings, ids));
  return rangeConcerns(readings, ids, range)[0]?.standing ?? 'good';
}

/** The open alert for line 1, where an alert and not a number of the range decides the status. */
export function colouringAlert(readings: Readings, ids: readonly MetricId[], range: Range): Phrase | undefined {
  if (!range.todayPartial || isStale(readings)) return undefined;
  const [concern] = rangeConcerns(readings, ids, range);
  const alerts = worstStatus(readings.alerts.map(({ level }) => level));
  return alerts === undefined || byStatus(concern?.standing, alerts) <= 0 ? undefined : openAlert(readings);
}

function pick(ids: readonly MetricId[], valueFor: (id: MetricId) => number | undefined): MetricValues {
  return Object.fromEntries(
    ids.flatMap((id) => {
      const value = valueFor(id);
      return value === undefined ? [] : [[id, value]];
    }),
  );
}
