// What is usual for a metric at an hour of the week: the middle, the spread and the range of the same hours of earlier weeks.
import { day, hour, type Instant } from '../clock.ts';
import { type MetricId, metric } from '../metrics/catalog.ts';
import { median, quantile } from '../metrics/compare.ts';
import type { Bucket } from '../metrics/sample.ts';
import { bucketsWithin, isTrailing } from '../metrics/series.ts';
import { hourOfWeek, localDate } from '../time-zone.ts';
import type { AcceptedLevel } from './rule.ts';
import { atPresentLevel, type LearnedHour } from './seasonal-level.ts';

const week = 7 * day;

const weeksLearned = 6;

/** How much of the past is learned from. */
export const learnsFrom = weeksLearned * week;

/** The newest hours are left out: a slow drift must not become its own baseline. */
const excludedRecent = 12 * hour;

const weeksNeeded = 3;
const daysNeeded = 3;

/** Scales the median distance from the median to the standard deviation of normal noise. */
const toDeviation = 1.4826;
/** Among few values their own median is nearer than that of all: Croux and Rousseeuw, 1992. */
const ofFew = (count: number): number => count / Math.max(1, count - 0.8);

export type SeasonalProfile =
  | {
      readonly state: 'known';
      readonly centre: number;
      /** In the unit of the metric, never below a floor: 5 % of the centre, 10 for counts, 2 points for shares. */
      readonly spread: number;
      /** How low and how high the values of this hour usually go. */
      readonly low: number;
      readonly high: number;
      /** Which hours it is made of: the same of the week, or the same of working days or weekends. */
      readonly by: 'week' | 'day';
      readonly weeks: number;
      readonly values: number;
      /** Since when the level is another one than before, where that has lasted long enough to be usual. */
      readonly since?: Instant;
    }
  | { readonly state: 'learning'; readonly weeks: number; readonly of: number };

export interface SeasonalProfileInput {
  readonly metric: MetricId;
  readonly now: Instant;
  readonly zone: string;
  /** Hours, oldest first. */
  readonly hours: readonly Bucket[];
  readonly excluded?: readonly { readonly from: Instant; readonly to: Instant }[] | undefined;
  /** A level that a person said is normal. */
  readonly accepted?: AcceptedLevel | undefined;
}

/** What is learned of a metric, for any time. */
export interface LearnedSeason {
  /** Needs three weeks for the hour of the week, three days for the kind of day. */
  profile(at: Instant): SeasonalProfile;
  /** The middle of the usual at a moment, between those of the hours around it; undefined where one of them is not known. */
  middle(at: Instant): number | undefined;
}

/** The usual value for the hour of a time, which is now where nothing else is said. */
export function seasonalProfileFor(input: SeasonalProfileInput, at: Instant = input.now): SeasonalProfile {
  return learnSeason(input).profile(at);
}

/** Several rules on one metric ask within the same minute, a back test thousands of times within the same hours. */
const learnedBefore = new WeakMap<Bucket, Map<string, LearnedSeason>>();
const mostKept = 8;

/** What the hours say, the running one and the excluded ones left out. The same during a whole hour. */
export function learnSeason(input: SeasonalProfileInput): LearnedSeason {
  const { hours, now, excluded = [], accepted } = input;
  const newest = hours.at(-1);
  if (newest === undefined) return createSeason(input);
  const end = Math.floor((now - excludedRecent) / hour) * hour + hour;
  const spans = excluded.map(({ from, to }) => [from, Math.min(to, end)]).filter(([from = 0, to = 0]) => from < to);
  const about = [input.metric, input.zone, Math.floor(now / hour), hours.length, hours[0]?.at, ...spans.flat()];
  const key = `${about.join(' ')} ${accepted === undefined ? '' : JSON.stringify(accepted)}`;
  const kept = learnedBefore.get(newest) ?? new Map<string, LearnedSeason>();
  const season = kept.get(key) ?? createSeason(input);
  if (kept.size >= mostKept) kept.clear();
  learnedBefore.set(newest, kept.set(key, season));
  return season;
}

function createSeason(input: SeasonalProfileInput): LearnedSeason {
  const { zone, now } = input;
  const { hours, since } = atPresentLevel(localHours(input), input);
  const byHour = Map.groupBy(hours, ({ cell }) => cell % 24);
  const profiles = new Map<number, SeasonalProfile>();
  const middles = new Map<number, number | undefined>();
  const cellOf = (at: Instant): number => hourOfWeek(at, zone);
  const middleOf = (at: Instant): number | undefined => {
    const cell = cellOf(at);
    if (!middles.has(cell)) middles.set(cell, middleOfHour(byHour, { cell, now }));
    return middles.get(cell);
  };
  return {
    profile: (at) => {
      const cell = cellOf(at);
      const profile = profiles.get(cell) ?? profileOf(input, byHour, { cell, since });
      profiles.set(cell, profile);
      return profile;
    },
    middle: (at) => {
      const before = Math.floor((at - hour / 2) / hour) * hour + hour / 2;
      const [first, second] = [middleOf(before), middleOf(before + hour)];
      return first === undefined || second === undefined
        ? undefined
        : first + ((second - first) * (at - before)) / hour;
    },
  };
}

/** Hours by their hour of the day. */
type HoursByHour = ReadonlyMap<number, readonly LearnedHour[]>;

const isWeekend = (cell: number): boolean => cell >= 120;

/** How far apart two hours of the week are. */
function apart(cell: number, other: number): number {
  const distance = Math.abs(cell - other);
  return Math.min(distance, 168 - distance);
}

/** The hours of the week around a cell; where they are of too few weeks, those of the kind of day. */
function hoursLike(
  byHour: HoursByHour,
  { cell, now, most }: { readonly cell: number; readonly now: Instant; readonly most: 0 | 1 },
): { readonly by: 'week' | 'day' | undefined; readonly weeks: number; readonly hours: readonly LearnedHour[] } {
  const near = most === 0 ? [cell] : [cell - 1, cell, cell + 1];
  const hours = near.flatMap((other) => byHour.get((other + 168) % 24) ?? []);
  const sameHours = hours.filter((known) => apart(known.cell, cell) <= most);
  const weeks = new Set(sameHours.map((known) => Math.round((now - known.at) / week))).size;
  if (weeks >= weeksNeeded) return { by: 'week', weeks, hours: sameHours };
  const sameDays = hours.filter((known) => isWeekend(known.cell) === isWeekend(cell));
  const days = new Set(sameDays.map((known) => known.date)).size;
  return { by: days >= daysNeeded ? 'day' : undefined, weeks, hours: sameDays };
}

function middleOfHour(
  byHour: HoursByHour,
  place: { readonly cell: number; readonly now: Instant },
): number | undefined {
  const like = hoursLike(byHour, { ...place, most: 0 });
  return like.by === undefined ? undefined : median(like.hours.map(({ value }) => value));
}

function profileOf(
  { metric: id, now }: SeasonalProfileInput,
  byHour: HoursByHour,
  { cell, since }: { readonly cell: number; readonly since: Instant | undefined },
): SeasonalProfile {
  const around = hoursLike(byHour, { cell, now, most: 1 });
  const { by, weeks } = around;
  if (by === undefined) return { state: 'learning', weeks, of: weeksNeeded };
  const values = around.hours.map((known) => known.value);
  const own = around.hours.filter((known) => known.cell % 24 === cell % 24);
  const centre = median((own.length >= weeksNeeded ? own : around.hours).map((known) => known.value)) ?? 0;
  const deviation = toDeviation * ofFew(own.length) * deviationWithin(around.hours);
  return {
    state: 'known',
    centre,
    spread: Math.max(deviation, 0.05 * Math.abs(centre), leastSpread(id)),
    low: Math.min(
      centre,
      quantile(
        own.map(({ low }) => low),
        rarely,
      ) ?? centre,
    ),
    high: Math.max(
      centre,
      quantile(
        own.map(({ high }) => high),
        1 - rarely,
      ) ?? centre,
    ),
    by,
    weeks,
    values: values.length,
    ...(since === undefined ? {} : { since }),
  };
}

/** Median distance of the values from the median of their own hour: what lies between two hours of a steep morning is no spread. */
function deviationWithin(hours: readonly LearnedHour[]): number {
  const byHour = Map.groupBy(hours, ({ cell }) => cell % 24);
  const distances = [...byHour.values()].flatMap((same) => {
    const middle = median(same.map(({ value }) => value)) ?? 0;
    return same.map(({ value }) => Math.abs(value - middle));
  });
  return median(distances) ?? 0;
}

/** One time in five an hour may go lower than its `low`, and as often higher than its `high`. */
const rarely = 0.2;

function leastSpread(id: MetricId): number {
  return { count: 10, ratio: 0.02, bytes: 0, mean: 0.1 }[metric(id).unit];
}

/** Hours of the wall clock, without the running one and the excluded ones. A doubled hour counts once, with its larger value. */
function localHours({ metric: id, now, zone, hours, excluded = [] }: SeasonalProfileInput): LearnedHour[] {
  const known: LearnedHour[] = [];
  const trailing = isTrailing(id);
  let last: LearnedHour | undefined;
  for (const bucket of bucketsWithin(hours, { from: now - learnsFrom, to: now - excludedRecent - hour + 1 })) {
    const isOut = excluded.some((span) => span.from < bucket.at + hour && span.to > bucket.at);
    if (isOut || bucket.samples === 0) continue;
    const one = localHourOf(bucket, zone, trailing);
    const isDoubled = last !== undefined && last.cell === one.cell && last.date === one.date;
    if (isDoubled) known.pop();
    last = isDoubled && last !== undefined && last.value > one.value ? { ...one, value: last.value } : one;
    known.push(last);
  }
  return known;
}

/** A run over the past asks for the same hours thousands of times. */
const localHourCache = new WeakMap<
  Bucket,
  { readonly zone: string; readonly trailing: boolean; readonly one: LearnedHour }
>();

/** Its value is that of one sample: the last one of a trailing metric, the mean of any other. */
function localHourOf(bucket: Bucket, zone: string, trailing: boolean): LearnedHour {
  const known = localHourCache.get(bucket);
  if (known?.zone === zone && known.trailing === trailing) return known.one;
  const { at, min: low, max: high, last, mean } = bucket;
  const one = { at, ...localTimeOf(at, zone), value: trailing ? last : mean, low, high };
  localHourCache.set(bucket, { zone, trailing, one });
  return one;
}

type LocalTime = Pick<LearnedHour, 'cell' | 'date'>;

/** Computing the local times of six weeks takes most of the time, and every poll of every app needs the same ones. */
const localTimes = new Map<string, Map<Instant, LocalTime>>();
const mostTimes = 2 * weeksLearned * 168;

function localTimeOf(at: Instant, zone: string): LocalTime {
  const ofZone = localTimes.get(zone) ?? new Map<Instant, LocalTime>();
  const time = ofZone.get(at) ?? { cell: hourOfWeek(at, zone), date: localDate(at, zone) };
  if (ofZone.size >= mostTimes) ofZone.clear();
  localTimes.set(zone, ofZone.set(at, time));
  return time;
}
