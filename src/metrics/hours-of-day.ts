// The hours of a local day as a platform counts them: which there are, which are over, and the last one from the total of the day.
import { hour, type Instant } from '../clock.ts';
import { addDays, type LocalDate, startOfDate } from '../time-zone.ts';
import { type MetricId, type MetricValues, metric } from './catalog.ts';
import type { DailyStatistics, HourlyStatistics } from './sample.ts';

/** When the hours of a day begin: 24 of them, more or fewer where the clock changes. */
export function hourStartsOf(date: LocalDate, zone: string): readonly Instant[] {
  const start = startOfDate(date, zone);
  const end = startOfDate(addDays(date, 1), zone);
  return Array.from({ length: Math.ceil((end - start) / hour) }, (_, index) => start + index * hour);
}

/** The hours that are over. */
export function endedHours(hours: readonly HourlyStatistics[], now: Instant): readonly HourlyStatistics[] {
  return hours.filter(({ at }) => at + hour <= now);
}

/**
 * The last hour of a day, which a platform that gives hours on the day itself can never say whole: the total of the day less all other
 * hours, metric by metric. Undefined while the day is not complete, where one of the others is unknown, and where they are more than the
 * total.
 */
export function lastHourOf(day: DailyStatistics, hours: readonly HourlyStatistics[]): HourlyStatistics | undefined {
  const starts = hourStartsOf(day.date, day.zone);
  const at = starts.at(-1);
  // A day may last a half hour more or less: then the rest is no hour.
  const isWhole = at !== undefined && at + hour === startOfDate(addDays(day.date, 1), day.zone);
  if (!day.complete || !isWhole) return undefined;
  const byStart = new Map(hours.map((one) => [one.at, one.values]));
  const others = starts.slice(0, -1).map((start) => byStart.get(start) ?? {});
  const ids = Object.keys(others[0] ?? {}) as MetricId[]; // the keys of metric values are ids
  const left = ids.flatMap((id) => {
    const rest = restOf(id, day.values, others);
    return rest === undefined ? [] : [[id, rest] as const];
  });
  return left.length === 0 ? undefined : { at, values: Object.fromEntries(left), isDerived: true };
}

function restOf(id: MetricId, total: MetricValues, others: readonly MetricValues[]): number | undefined {
  let rest = total[id];
  if (metric(id).combine !== 'sum') return undefined;
  for (const values of others) {
    const value = values[id];
    if (rest === undefined || value === undefined) return undefined;
    rest -= value;
  }
  return rest === undefined || rest < 0 ? undefined : rest;
}
