// The trend of a number, for the message of a threshold.
import type { ImApp } from '../app.ts';
import { type Duration, day, hour, type Instant, minute, second } from '../clock.ts';
import { connectionLimitOf, type MetricId, metric, type Unit } from '../metrics/catalog.ts';
import {
  type Aim,
  type Forecast,
  type KnownPoint,
  leastPoints,
  leastSpan,
  type TrendLine,
  theilSen,
  timeToLimit,
} from '../metrics/forecast.ts';
import { roughLength } from '../metrics/format-time.ts';
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import type { Bucket, BucketNeed } from '../metrics/sample.ts';
import { isTrailing } from '../metrics/series.ts';
import type { AcceptedLevel, Rule } from './rule.ts';
import { type LearnedSeason, learnSeason, learnsFrom } from './seasonal-profile.ts';
import type { forecastPhrases } from './usual-phrases.ts';

const phrase = phrasesOf<typeof forecastPhrases>();

const window = 3 * hour;

/** The slope of a line in the unit an hour; of a share of a known whole in bytes as well. */
export function rateOf({ slope }: TrendLine, unit: Unit, whole?: number) {
  const perHour = slope * hour;
  return { perHour, unit, ...(unit === 'ratio' && whole !== undefined ? { bytes: perHour * whole } : {}) };
}

/** The limit that a number goes towards, and how large a step away from it begins a new line. */
export function aimAt(
  limit: number,
  { metric: id, whole }: { readonly metric: MetricId; readonly whole: number | undefined },
): Aim {
  const { worse, unit } = metric(id);
  const total = unit === 'ratio' ? 1 : (whole ?? limit);
  return { limit, direction: worse === 'high' ? 'rising' : 'falling', jump: 0.2 * total };
}

/** A number with what is known of its usual course. */
interface Course {
  readonly metric: MetricId;
  readonly aim: Aim;
  readonly season: LearnedSeason;
  readonly shown: number;
  readonly now: Instant;
  readonly accepted?: AcceptedLevel | undefined;
}

/** So long an accepted level holds back a forecast where no usual is known. */
const acceptedFor = 7 * day;

/** Why nothing is foreseen whatever the line says: the number is within the usual, or not much beyond a level that a person accepted. */
export function heldBack({ metric: id, aim, season, shown, now, accepted }: Course): Phrase | undefined {
  const towards = aim.direction === 'rising' ? 1 : -1;
  const profile = season.profile(now);
  if (profile.state === 'known') {
    const { centre, spread, low, high } = profile;
    const edge = towards > 0 ? Math.max(high, centre + 2 * spread) : Math.min(low, centre - 2 * spread);
    if ((shown - edge) * towards <= 0) return phrase('forecast.usual', { metric: id, edge, is: aim.direction });
    return undefined;
  }
  if (accepted === undefined || now - accepted.at > acceptedFor) return undefined;
  const halfWay = (accepted.shown + aim.limit) / 2;
  return (shown - halfWay) * towards <= 0 ? phrase('forecast.accepted', { metric: id, halfWay }) : undefined;
}

const unitLength = { seconds: second, minutes: minute, hours: hour, days: day } as const;

/** As long as it is written, so that two lengths that read the same are the same. */
function asWritten(length: Duration): Duration {
  const { amount, unit } = roughLength(length);
  return amount * unitLength[unit];
}

/** A number goes into a trend every five minutes, so that between them nothing is new. */
const oneStep = 5 * minute;

/** When a limit is reached, rather too soon than too late, the more roughly the farther away it is; undefined where that is now. */
function clockOf(after: Duration, now: Instant): Instant | undefined {
  const known = Math.floor(now / oneStep) * oneStep;
  const step = after < 2 * hour ? oneStep : 3 * oneStep;
  const at = Math.floor((known + after) / step) * step;
  return at > now ? at : undefined;
}

/** When a limit is reached, as exactly as it is written, and rather too soon than too late. */
export function reachOf(
  { after, soonest, latest }: Extract<Forecast, { state: 'reaches' }>,
  { now, zone }: { readonly now: Instant; readonly zone: string },
) {
  return {
    ...{ at: clockOf(after, now), now, zone },
    after: asWritten(after),
    soonest: asWritten(soonest),
    latest: latest === undefined ? undefined : asWritten(latest),
  };
}

/** The stored numbers that the trend needs, the newest and the hours before; undefined for a rule without one. */
export function trendNeeds(rule: Rule, now: Instant): readonly BucketNeed[] | undefined {
  const id = rule.metric;
  if (rule.kind !== 'threshold' || id === undefined || metric(id).worse === undefined || isTrailing(id))
    return undefined;
  const to = Math.floor(now / hour) * hour;
  return [
    { metric: id, tier: 'fiveMinutes', from: now - window, to: now + 1 },
    { metric: id, tier: 'hours', from: to - learnsFrom, to },
  ];
}

/** True when the newest value is so much nearer to the limit than the line that a time computed from the line is wrong. */
function isOffTheLine(
  newest: number,
  forecast: Forecast,
  { limit, rising }: { readonly limit: number; readonly rising: boolean },
): boolean {
  if (!('line' in forecast)) return false;
  const { line } = forecast;
  const nearer = (newest - line.value) * (rising ? 1 : -1);
  return nearer > Math.max(3 * line.noise, 0.1 * Math.abs(limit - line.value));
}

/** True when the newest value has plainly come back from where it was nearest to the limit: the line is still on its way there. */
function hasTurned(
  shown: number,
  points: readonly KnownPoint[],
  { line, rising }: { readonly line: TrendLine; readonly rising: boolean },
): boolean {
  const away = rising ? -1 : 1;
  const values = [...points.map(({ value }) => value), shown].map((value) => value * away);
  const back = shown * away - Math.min(...values);
  const recent = values.slice(-4);
  const isOneWay = recent.every((value, index) => value >= (recent[index - 1] ?? value));
  const least = 0.02 * Math.abs(line.slope * line.span);
  return back > Math.max(3 * line.noise, least) || (isOneWay && back > least);
}

/** So many of the newest points say whether a line still goes on, half an hour of them. */
const recentPoints = 7;

/** True when the newest half hour moved less than half as much as the line, which would have shown there: it is a line of what is over. */
function hasStopped(points: readonly KnownPoint[], { slope }: TrendLine): boolean {
  const recent = points.slice(-recentPoints);
  const [first, last] = [recent[0], recent.at(-1)];
  const line = theilSen(recent);
  if (first === undefined || last === undefined || line === undefined) return false;
  const expected = slope * (last.at - first.at);
  const moved = line.slope * (last.at - first.at);
  return Math.abs(expected) > 3 * line.noise && moved / expected < 0.5;
}

interface TrendInput {
  readonly now: Instant;
  /** The newest measurement. */
  readonly shown: number;
  readonly whole: number | undefined;
  /** In the order of `trendNeeds`. */
  readonly data: readonly (readonly Bucket[])[];
}

/**
 * `Falling 40 MiB an hour: empty in about 15 h (12 to 19 h).`; undefined where there is no trend to the worse, or only the one that is
 * usual at this hour.
 */
export function trendOf(
  rule: Rule,
  app: Pick<ImApp, 'connectionLimit' | 'timezone'>,
  { now, shown, whole, data }: TrendInput,
): Phrase | undefined {
  const id = rule.metric;
  if (id === undefined) return undefined;
  const { worse, unit } = metric(id);
  const rising = worse === 'high';
  const limit = rising ? connectionLimitOf(id, app) : 0;
  if (limit === undefined) return undefined;
  const points = (data[0] ?? []).map(({ at, min, max }) => ({ at, value: rising ? max : min }));
  const most = Math.max(...points.map((point) => point.value), Number.MIN_VALUE);
  const { jump = 0, ...plain } = aimAt(limit, { metric: id, whole: whole ?? (rising ? undefined : most) });
  // After a sudden fall the slow slope before it says nothing of what follows.
  const [before, last] = points.slice(-2);
  if (before !== undefined && last !== undefined && Math.abs(last.value - before.value) > jump) return undefined;
  const season = learnSeason({ metric: id, now, zone: app.timezone, hours: data[1] ?? [] });
  const aim = { ...plain, jump, ...(season.middle(now) === undefined ? {} : { usual: season.middle }) };
  if (heldBack({ metric: id, aim, season, shown, now }) !== undefined) return undefined;
  const forecast = timeToLimit(points, aim);
  const newest = points.at(-1);
  const isOff =
    newest !== undefined &&
    isOffTheLine(newest.value - (aim.usual?.(newest.at) ?? 0), forecast, {
      limit: limit - (aim.usual?.(newest.at) ?? 0),
      rising,
    });
  if (forecast.state !== 'reaches' || isOff || hasTurned(shown, points, { line: forecast.line, rising }))
    return undefined;
  const beyondUsual = points.map(({ at, value }) => ({ at, value: value - (aim.usual?.(at) ?? 0) }));
  if (hasStopped(beyondUsual, forecast.line)) return undefined;
  // A share of a known whole is written in bytes, as the value is.
  const { perHour, bytes = perHour } = rateOf(forecast.line, unit, whole);
  const rate = unit === 'ratio' && whole !== undefined ? { perHour: bytes, unit: 'bytes' as const } : { perHour, unit };
  const isBeyondUsual = aim.usual !== undefined;
  const reach = reachOf(forecast, { now, zone: app.timezone });
  return phrase('trend.reaches', { ...rate, is: rising ? 'full' : 'empty', isBeyondUsual, ...reach });
}

/** The change of a metric in an hour, as exactly as it is written; undefined where it is not plainly one. */
export function rateNow(
  id: MetricId,
  { buckets, whole }: { readonly buckets: readonly Bucket[]; readonly whole: number | undefined },
): { readonly perHour: number; readonly unit: Unit } | undefined {
  const { unit } = metric(id);
  const isShare = unit === 'ratio' && whole !== undefined;
  const line = theilSen(buckets.map(({ at, last }) => ({ at, value: isShare ? last * whole : last })));
  if (line === undefined || line.points < leastPoints || line.span < leastSpan) return undefined;
  // After a sudden step the slope before it says nothing of now.
  const newest = (buckets.at(-1)?.last ?? 0) * (isShare ? (whole ?? 1) : 1);
  if (Math.abs(newest - line.value) > Math.max(3 * line.noise, 0.1 * Math.abs(line.value))) return undefined;
  const isOneWay = line.low * line.high > 0;
  const isMore = Math.abs(line.slope * line.span) > Math.max(3 * line.noise, 0.02 * Math.abs(line.value));
  return isOneWay && isMore ? rateOf(line, isShare ? 'bytes' : unit) : undefined;
}
