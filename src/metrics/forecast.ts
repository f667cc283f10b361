// Forecast of a series: a robust trend line and when it reaches a limit.
import { z } from 'zod';
import { type Duration, day, hour, type Instant, minute } from '../clock.ts';
import { median, medianDeviation, quantileOf } from './compare.ts';
import { Phrase } from './phrase.ts';

/** A point with a value: a gap is left out. */
export interface KnownPoint {
  readonly at: Instant;
  readonly value: number;
}

/** A robust straight line. Slopes are in units of the metric per ms. */
export interface TrendLine {
  readonly slope: number;
  /** A quarter of the slopes between two points is lower than `low`, a quarter higher than `high`. */
  readonly low: number;
  readonly high: number;
  /** Value of the line at the newest point. */
  readonly value: number;
  /** Median distance of the points from the line. */
  readonly noise: number;
  readonly points: number;
  readonly span: Duration;
}

/** The forecast for a limit. Durations count from the newest point. */
export type Forecast =
  /** Fewer points or a shorter span than a line needs; both are given for the message. */
  | { readonly state: 'learning'; readonly points: number; readonly span: Duration }
  | { readonly state: 'no-trend'; readonly line: TrendLine }
  | { readonly state: 'reached'; readonly line: TrendLine }
  | {
      readonly state: 'reaches';
      readonly line: TrendLine;
      readonly after: Duration;
      /** With the steeper and the flatter quarter of the slopes; no `latest` when the flatter one never reaches it. */
      readonly soonest: Duration;
      readonly latest: Duration | undefined;
    };

export interface Aim {
  readonly limit: number;
  /** `falling`: the limit lies below (free memory). `rising`: above (connections). */
  readonly direction: 'falling' | 'rising';
  /** A step away from the limit larger than this (a restart, a cleared cache) starts a new line. */
  readonly jump?: number;
  /** What is usual at a time: the line is then one of the differences from it, which are added to the usual of later times. */
  readonly usual?: (at: Instant) => number | undefined;
}

/** The least points and span for a line. */
export const leastPoints = 8;
export const leastSpan: Duration = 30 * minute;

/** Only this many of the newest points are used, because the slopes are n². */
const mostPoints = 200;

/** The median of all slopes between two points, and the line with it; undefined for fewer than two moments. */
export function theilSen(points: readonly KnownPoint[]): TrendLine | undefined {
  const used = points.filter((point) => Number.isFinite(point.value)).slice(-mostPoints);
  const first = used[0];
  const newest = used.at(-1);
  if (first === undefined || newest === undefined) return undefined;
  const slopes = slopesOf(used);
  const slope = quantileOf(slopes, 0.5);
  const low = quantileOf(slopes, 0.25);
  const high = quantileOf(slopes, 0.75);
  if (slope === undefined || low === undefined || high === undefined) return undefined;
  const residuals = used.map((point) => point.value - slope * (point.at - newest.at));
  const value = median(residuals) ?? newest.value;
  return {
    slope,
    low,
    high,
    value,
    noise: medianDeviation(residuals) ?? 0,
    points: used.length,
    span: newest.at - first.at,
  };
}

function slopesOf(points: readonly KnownPoint[]): Float64Array {
  const slopes = new Float64Array((points.length * (points.length - 1)) / 2);
  let count = 0;
  for (const [index, from] of points.entries()) {
    for (let other = index + 1; other < points.length; other += 1) {
      const to = points[other];
      if (to !== undefined && to.at !== from.at) slopes[count++] = (to.value - from.value) / (to.at - from.at);
    }
  }
  return slopes.subarray(0, count);
}

/** When the line through the points (oldest first) meets the limit, and between which times a half of the slopes puts it. */
export function timeToLimit(points: readonly KnownPoint[], aim: Aim): Forecast {
  const used = compared(afterJump(points, aim), aim);
  const line = theilSen(used);
  const newest = used.at(-1)?.at ?? 0;
  const span = newest - (used[0]?.at ?? 0);
  if (line === undefined || used.length < leastPoints || span < leastSpan) {
    return { state: 'learning', points: used.length, span };
  }
  const towards = aim.direction === 'falling' ? -1 : 1;
  if ((aim.limit - line.value - (aim.usual?.(newest) ?? 0)) * towards <= 0) return { state: 'reached', line };
  const speed = line.slope * towards;
  if (speed <= 0 || speed * line.span <= 2 * line.noise) return { state: 'no-trend', line };
  const meets = (slope: number): Duration | undefined => meetingTime(aim, { newest, value: line.value, slope });
  const after = meets(line.slope);
  if (after === undefined) return { state: 'no-trend', line };
  const [steep, flat] = towards < 0 ? [line.low, line.high] : [line.high, line.low];
  return { state: 'reaches', line, after, soonest: meets(steep) ?? after, latest: meets(flat) };
}

/** The points as differences from what is usual, without those of times of which that is not known. */
function compared(points: readonly KnownPoint[], { usual }: Aim): readonly KnownPoint[] {
  if (usual === undefined) return points;
  return points.flatMap(({ at, value }) => {
    const expected = usual(at);
    return expected === undefined ? [] : [{ at, value: value - expected }];
  });
}

/** How far ahead what is usual is looked up, and in which steps. */
const horizon = 14 * day;
const lookAhead = 30 * minute;

/** From the newest point until the line, on top of what is usual then, is at the limit; undefined where it never is. */
function meetingTime(
  { limit, direction, usual }: Aim,
  { newest, value, slope }: { readonly newest: Instant; readonly value: number; readonly slope: number },
): Duration | undefined {
  const towards = direction === 'falling' ? -1 : 1;
  if (usual === undefined) return slope * towards <= 0 ? undefined : (limit - value) / slope;
  let before = (limit - value - (usual(newest) ?? 0)) * towards;
  for (let after = lookAhead; after <= horizon; after += lookAhead) {
    const expected = usual(newest + after);
    if (expected === undefined) return undefined;
    const left = (limit - value - slope * after - expected) * towards;
    if (left <= 0) return after - (lookAhead * -left) / Math.max(before - left, Number.MIN_VALUE);
    before = left;
  }
  return undefined;
}

/** The points from the last step away from the limit on. */
function afterJump(points: readonly KnownPoint[], aim: Aim): readonly KnownPoint[] {
  const { jump } = aim;
  if (jump === undefined) return points;
  const away = aim.direction === 'falling' ? 1 : -1;
  const start = points.findLastIndex((point, index) => {
    const before = points[index - 1];
    return before !== undefined && (point.value - before.value) * away > jump;
  });
  return points.slice(Math.max(0, start));
}

const inTime = z.object({ at: z.number(), low: z.number(), high: z.number() });

/** Facts as they were decided, because the store knows more when it is drawn. Times are epoch ms, values in the unit of the metric. */
export const AlertCourse = z.object({
  /** Where the usual begins and ends, in order of time; between two points it is straight. */
  usual: z.object({ name: Phrase, points: z.array(inTime) }).optional(),
  /** From the newest value on to the limit, with the range in which a half of the slopes put it. */
  ahead: z.object({ name: Phrase, points: z.array(inTime.extend({ value: z.number() })) }).optional(),
  lines: z.array(z.object({ label: Phrase, value: z.number() })).optional(),
});
export type AlertCourse = z.infer<typeof AlertCourse>;

/** The usual from hour to hour; none where one of them is not known. */
export function usualOver(
  { from, to }: { readonly from: Instant; readonly to: Instant },
  usualAt: (at: Instant) => { readonly low: number; readonly high: number } | undefined,
): NonNullable<AlertCourse['usual']>['points'] {
  const points: NonNullable<AlertCourse['usual']>['points'] = [];
  for (let at = (Math.floor(from / hour) - 0.5) * hour; at < to + hour; at += hour) {
    const usual = usualAt(at);
    if (usual === undefined) return [];
    points.push({ at, ...usual });
  }
  return points;
}

const aheadSteps = 24;
/** A limit is drawn no farther away than so many times the measured span. */
const mostAhead = 3;

/** The line of a forecast until it is at the limit, on top of what is usual where it is a line of differences from that. */
export function aheadOf(
  foreseen: Extract<Forecast, { state: 'reaches' }>,
  {
    newest,
    span,
    limit,
    usual,
  }: { newest: Instant; span: Duration; limit: number; usual?: (at: Instant) => number | undefined },
): NonNullable<AlertCourse['ahead']>['points'] {
  const { line, after, soonest } = foreseen;
  if (after > mostAhead * span) return [];
  const rises = line.slope > 0;
  const within = (value: number): number => (rises ? Math.min(limit, value) : Math.max(limit, value));
  const steps = Math.max(2, Math.min(aheadSteps, Math.ceil(after / (5 * minute))));
  return Array.from({ length: steps + 1 }, (_, index) => {
    const later = (after * index) / steps;
    const base = line.value + (usual?.(newest + later) ?? 0);
    const ends = [line.low, line.high].map((slope) => within(base + slope * later));
    const value = index === steps ? limit : within(base + line.slope * later);
    return { at: newest + later, value, low: Math.min(...ends, value), high: Math.max(...ends, value) };
  }).filter(({ at }) => at <= newest + Math.max(after, soonest));
}
