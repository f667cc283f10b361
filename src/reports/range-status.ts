// How a range stands: what concerns it, and what of it was not measured.
import { isDaily } from '../metrics/capabilities.ts';
import type { MetricId, MetricValues } from '../metrics/catalog.ts';
import { type Range, spellDates } from '../metrics/range.ts';
import { addDays, formatInstant, localDate } from '../time-zone.ts';
import { compareRange } from './range-figures.ts';
import type { Readings } from './readings.ts';
import type { Standing } from './report.ts';
import {
  byStatus,
  type Concern,
  concernsOf,
  isStale,
  knownValues,
  openAlertWords,
  statusOf,
  worstStatus,
} from './status.ts';

/** The value of a metric over a range; the last hour is what a fresh snapshot says. Undefined: not measured. */
export function rangeValue(readings: Readings, id: MetricId, range: Range): number | undefined {
  const newest = range.word === '1h' && !isStale(readings) ? readings.latest?.values[id] : undefined;
  return newest ?? compareRange(readings, id, range).main.value;
}

/** Sentences on why there is no number, or since when there is one where the range begins before; none for a whole range. */
export function unmeasuredLines(readings: Readings, id: MetricId, range: Range): string[] {
  const isKnown = rangeValue(readings, id, range) !== undefined;
  const { measured, of } = compareRange(readings, id, range).whole.coverage;
  if (isKnown && (range.word === '1h' || measured >= of)) return [];
  return isDaily(readings.app, id) ? dayReasons(readings, range, isKnown) : momentReasons(readings, range, isKnown);
}

function dayReasons({ app, now }: Readings, range: Range, isKnown: boolean): string[] {
  const { platformName: platform, daysKept: kept } = app.capabilities;
  const oldest = kept === undefined ? undefined : addDays(localDate(now, app.timezone), 1 - kept);
  const keeps =
    oldest === undefined || range.dates.from >= oldest
      ? []
      : [
          `${platform} keeps ${kept} days, since ${spellDates(oldest, oldest)}; of earlier days imstats has only those that it stored.`,
        ];
  const isGone = oldest !== undefined && range.dates.to < oldest;
  return isKnown || isGone ? keeps : [...keeps, `${platform} has given no such number for ${app.name} in this time.`];
}

function momentReasons({ app, now, since, zone }: Readings, range: Range, isKnown: boolean): string[] {
  if (since === undefined) return isKnown ? [] : [`imstats has not stored a number of ${app.name} yet.`];
  const tokens = localDate(since, zone) === localDate(now, zone) ? 'HH:mm' : 'd LLL yyyy, HH:mm';
  const measures = `imstats measures ${app.name} since ${formatInstant(since, zone, tokens)} ${zone}`;
  if (since > range.from) return [`${measures}.`];
  return isKnown ? [] : [`${measures}, and has no such number of this time.`];
}

/** The newest values of these metrics alone, so that the numbers of another part do not colour it; undefined when nothing is known. */
export function newestOf(readings: Readings, ids: readonly MetricId[]): MetricValues | undefined {
  const values = knownValues(readings);
  return values && pick(ids, (id) => values[id]);
}

/** What is or was near its limit among these metrics, the worst first. */
export function rangeConcerns(readings: Readings, ids: readonly MetricId[], range: Range): readonly Concern[] {
  if (range.todayPartial) return concernsOf(readings, newestOf(readings, ids) ?? {});
  return concernsOf(
    readings,
    pick(ids, (id) => compareRange(readings, id, range).main.value),
  );
}

/** The standing of these metrics over a range. How the app stands now says nothing of a time in which the main one was not measured. */
export function rangeStatus(
  readings: Readings,
  { main, ids }: { readonly main: MetricId; readonly ids: readonly MetricId[] },
  range: Range,
): Standing {
  if (rangeValue(readings, main, range) === undefined) return 'unknown';
  if (range.todayPartial) return statusOf(readings, newestOf(readings, ids));
  return rangeConcerns(readings, ids, range)[0]?.standing ?? 'good';
}

/** `; critical alert memory-low is open`: what line 1 adds where an open alert colours a range, and not the numbers in it. */
export function colouredByWords(readings: Readings, ids: readonly MetricId[], range: Range): string {
  if (!range.todayPartial || isStale(readings)) return '';
  const [concern] = rangeConcerns(readings, ids, range);
  const alerts = worstStatus(readings.alerts.map(({ level }) => level));
  if (alerts === undefined || byStatus(concern?.standing, alerts) <= 0) return '';
  return `; ${openAlertWords(readings)}`;
}

function pick(ids: readonly MetricId[], valueFor: (id: MetricId) => number | undefined): MetricValues {
  return Object.fromEntries(
    ids.flatMap((id) => {
      const value = valueFor(id);
      return value === undefined ? [] : [[id, value]];
    }),
  );
}
