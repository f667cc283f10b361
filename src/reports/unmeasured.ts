// Says why a range holds no number, or only a part of one: how far back the platform keeps days, since when imstats measures.
import { daysKept, platformName, reportsDays } from '../metrics/capabilities.ts';
import type { MetricId } from '../metrics/catalog.ts';
import { type Range, spellDates } from '../metrics/range.ts';
import { addDays, formatInstant, localDate } from '../time-zone.ts';
import { compareRange } from './range-words.ts';
import type { Readings } from './readings.ts';
import { isStale } from './standing.ts';

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
  return reportsDays(readings.app.platform)
    ? dayReasons(readings, range, isKnown)
    : momentReasons(readings, range, isKnown);
}

function dayReasons({ app, now }: Readings, range: Range, isKnown: boolean): string[] {
  const platform = platformName(app.platform);
  const kept = daysKept(app.platform);
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
