// A measured curve with what an alert goes by: the usual as a band behind it, and the course that is foreseen, at times after it.

import type { Instant } from '../clock.ts';
import { median } from '../metrics/compare.ts';
import type { AlertCourse } from '../metrics/forecast.ts';
import type { Point } from '../metrics/sample.ts';
import type { Curve } from '../reports/chart.ts';

/** A longer line would be thinned, and lose its band. */
const mostPoints = 480;

type InTime = { readonly at: Instant };

/** The curve first, because it gives the times: those of the course ahead follow, as far apart as the measured ones. */
export function withCourse(curve: Curve, { usual, ahead }: AlertCourse = {}): readonly Curve[] {
  const measured = curve.points;
  const last = measured.findLastIndex(({ value }) => value !== undefined);
  const newest = measured[last];
  if (newest === undefined || (usual === undefined && ahead === undefined)) return [curve];
  const end = Math.max(newest.at, ahead?.points.at(-1)?.at ?? newest.at);
  const gaps = measured.slice(1).map(({ at }, index) => at - (measured[index]?.at ?? at));
  const spacing = Math.max(1, median(gaps) ?? 1);
  const step = Math.ceil((last + 1 + (end - newest.at) / spacing) / mostPoints);
  const shown = step === 1 ? measured : everyWorst(measured, step);
  const later: Point[] = [];
  for (let at = newest.at + spacing * step; ahead !== undefined && at < end + spacing * step; at += spacing * step)
    later.push({ at, value: undefined });
  const points = ahead === undefined ? shown : [...shown.slice(0, shown.indexOf(newestOf(shown)) + 1), ...later];
  const { lows: _lows, highs: _highs, ...rest } = curve;
  const main = ahead === undefined && step === 1 ? curve : { ...rest, points };
  return [main, ...usualCurve(usual, points), ...aheadCurve(ahead, points, newest)];
}

const newestOf = (points: readonly Point[]): Point =>
  points.findLast(({ value }) => value !== undefined) ?? { at: 0, value: undefined };

/** Of several neighbouring points the one farthest from the middle of them, and the newest at the end. */
function everyWorst(points: readonly Point[], step: number): Point[] {
  const kept: Point[] = [];
  for (let index = points.length % step; index <= points.length; index += step) {
    const group = points.slice(Math.max(0, index - step), index);
    const known = group.filter(({ value }) => value !== undefined);
    const middle = median(known.map(({ value = 0 }) => value)) ?? 0;
    const worst = known.reduce<Point | undefined>((best, point) => {
      const away = (one: Point): number => Math.abs((one.value ?? middle) - middle);
      return best === undefined || away(point) >= away(best) ? point : best;
    }, undefined);
    const one = worst ?? group.at(-1);
    if (one !== undefined) kept.push(one);
  }
  return kept;
}

function usualCurve(usual: AlertCourse['usual'], points: readonly Point[]): Curve[] {
  if (usual === undefined) return [];
  const at = (side: 'low' | 'high') => points.map((point) => between(usual.points, point.at, (one) => one[side]));
  const none = points.map((point) => ({ at: point.at, value: undefined }));
  return [{ name: usual.name, role: 'usual', points: none, lows: at('low'), highs: at('high') }];
}

/** It begins at the newest value, so that it joins the line. */
function aheadCurve(ahead: AlertCourse['ahead'], points: readonly Point[], newest: Point): Curve[] {
  if (ahead === undefined) return [];
  const { points: known } = ahead;
  const last = known.at(-1)?.at ?? newest.at;
  const read = (pick: (one: (typeof known)[number]) => number) => (point: Point) =>
    point.at < newest.at ? undefined : between(known, Math.min(point.at, last), pick);
  const joined = points.map((point) => ({
    at: point.at,
    value: point.at === newest.at ? newest.value : read((one) => one.value)(point),
  }));
  const lows = points.map(read((one) => one.low));
  return [{ name: ahead.name, role: 'ahead', points: joined, lows, highs: points.map(read((one) => one.high)) }];
}

/** The value at a time, straight between the points around it; undefined outside of them. */
function between<One extends InTime>(
  points: readonly One[],
  at: Instant,
  pick: (one: One) => number,
): number | undefined {
  const after = points.findIndex((one) => one.at >= at);
  const [next, before] = [points[after], points[after - 1]];
  if (next === undefined) return undefined;
  if (before === undefined) return next.at === at ? pick(next) : undefined;
  return pick(before) + ((pick(next) - pick(before)) * (at - before.at)) / (next.at - before.at);
}
