// What is usual for a metric at this hour of the week: the middle and the spread of the same hours of earlier weeks.
import { hour, type Instant } from '../clock.ts';
import { type MetricId, metric } from '../metrics/catalog.ts';
import { median, medianDeviation } from '../metrics/compare.ts';
import type { Bucket } from '../metrics/sample.ts';
import { isTrailing } from '../metrics/series.ts';
import { hourOfWeek, localDate } from '../time-zone.ts';

const week = 168 * hour;

/** How much of the past is learned from. */
export const learnsFrom = 6 * week;

/** The newest hours are left out: a slow drift must not become its own baseline. */
const excludedRecent = 12 * hour;

const weeksNeeded = 3;
const daysNeeded = 3;

/** Scales the median distance from the median to the standard deviation of normal noise. */
const toDeviation = 1.4826;

export type SeasonalProfile =
  | {
      readonly state: 'known';
      readonly centre: number;
      /** In the unit of the metric, never below a floor: 5 % of the centre, 10 for counts, 2 points for shares. */
      readonly spread: number;
      /** Which hours it is made of: the same of the week, or the same of working days or weekends. */
      readonly by: 'week' | 'day';
      readonly weeks: number;
      readonly values: number;
    }
  | { readonly state: 'learning'; readonly weeks: number; readonly of: number };

export interface SeasonalProfileInput {
  readonly metric: MetricId;
  readonly now: Instant;
  readonly zone: string;
  /** Hours, oldest first. */
  readonly hours: readonly Bucket[];
  readonly excluded?: readonly { readonly from: Instant; readonly to: Instant }[] | undefined;
}

interface Hour {
  readonly at: Instant;
  readonly cell: number;
  readonly date: string;
  readonly value: number;
}

/** The usual value for the hour of `now`. Needs three weeks for the hour of the week, three days for the kind of day. */
export function seasonalProfileFor(input: SeasonalProfileInput): SeasonalProfile {
  const hours = localHours(input);
  const cell = hourOfWeek(input.now, input.zone);
  const sameHours = hours.filter((known) => isNear(known.cell, cell, 168));
  const weeks = new Set(sameHours.map((known) => Math.round((input.now - known.at) / week))).size;
  if (weeks >= weeksNeeded) return summary(input, sameHours, { by: 'week', weeks });
  const sameDays = hours.filter(
    (known) => isWeekend(known.cell) === isWeekend(cell) && isNear(known.cell % 24, cell % 24, 24),
  );
  const days = new Set(sameDays.map((known) => known.date)).size;
  if (days >= daysNeeded) return summary(input, sameDays, { by: 'day', weeks });
  return { state: 'learning', weeks, of: weeksNeeded };
}

function isNear(cell: number, other: number, round: number): boolean {
  const distance = Math.abs(cell - other);
  return Math.min(distance, round - distance) <= 1;
}

function isWeekend(cell: number): boolean {
  return cell >= 120;
}

/** Hours of the wall clock, without the running one and the excluded ones. A doubled hour counts once, with its larger value. */
function localHours({ metric: id, now, zone, hours, excluded = [] }: SeasonalProfileInput): Hour[] {
  const byClock = new Map<string, Hour>();
  for (const bucket of hours) {
    const isOut = bucket.at < now - learnsFrom || bucket.at + hour > now - excludedRecent || bucket.samples === 0;
    if (isOut || excluded.some((span) => span.from < bucket.at + hour && span.to > bucket.at)) continue;
    const { cell, date, key } = localHourOf(bucket, zone);
    const value = Math.max(hourValue(bucket, id), byClock.get(key)?.value ?? Number.NEGATIVE_INFINITY);
    byClock.set(key, { at: bucket.at, cell, date, value });
  }
  return [...byClock.values()];
}

interface LocalHour {
  readonly zone: string;
  readonly cell: number;
  readonly date: string;
  readonly key: string;
}

/** A back test needs the same hours thousands of times, and computing their local time takes most of the time. */
const localHourCache = new WeakMap<Bucket, LocalHour>();

function localHourOf(bucket: Bucket, zone: string): LocalHour {
  const known = localHourCache.get(bucket);
  if (known?.zone === zone) return known;
  const cell = hourOfWeek(bucket.at, zone);
  const date = localDate(bucket.at, zone);
  const local = { zone, cell, date, key: `${date} ${cell}` };
  localHourCache.set(bucket, local);
  return local;
}

/** The value of one sample of the hour: the last sample of a trailing metric, the mean of any other. */
function hourValue(bucket: Bucket, id: MetricId): number {
  return isTrailing(id) ? bucket.last : bucket.mean;
}

function summary(
  input: SeasonalProfileInput,
  hours: readonly Hour[],
  about: { by: 'week' | 'day'; weeks: number },
): SeasonalProfile {
  const values = hours.map((known) => known.value);
  const centre = median(values) ?? 0;
  const spread = Math.max(
    toDeviation * (medianDeviation(values) ?? 0),
    0.05 * Math.abs(centre),
    leastSpread(input.metric),
  );
  return { state: 'known', centre, spread, values: values.length, ...about };
}

function leastSpread(id: MetricId): number {
  return { count: 10, ratio: 0.02, bytes: 0 }[metric(id).unit];
}
