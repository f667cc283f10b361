// The chart of one metric over a range, from whatever the platform has: short slots, clock hours or days.
import { day, hour } from '../clock.ts';
import { reportsDays } from '../metrics/capabilities.ts';
import { type MetricId, metric } from '../metrics/catalog.ts';
import { type Range, type Span, type Step, stepOf } from '../metrics/range.ts';
import type { BucketNeed, Point } from '../metrics/sample.ts';
import { dayPoints, evenPoints, pointsOf } from '../metrics/series.ts';
import type { ChartRequest } from './chart.ts';
import { daysOf, hourNeeds, hoursOf, hoursToCombine } from './measured.ts';
import { bucketsOf, type Readings } from './readings.ts';

/** Points with what each of them is. */
export interface Curved {
  readonly points: readonly Point[];
  readonly each: ChartRequest['each'];
}

/** Sums make sense per clock hour or longer only: a shorter slot would count the same hour again and again. */
function stepFor(readings: Pick<Readings, 'app' | 'now'>, id: MetricId, range: Range): Step {
  const step = stepOf(range, readings.app.pollEvery, readings.now);
  const isShort = step.width !== 'day' && step.width < hour;
  const isLong = range.wholeDays && range.to - range.from > 2 * day + hour;
  if (metric(id).combine !== 'sum') return step;
  if (isShort && range.word !== '1h') return { tier: 'hours', width: hour };
  return isLong ? { tier: 'hours', width: 'day' } : step;
}

/** A span with its dates and zone: a range, or the one before it. */
type Part = Span & { readonly dates: Range['dates']; readonly zone: string };

/** The stored buckets that `curveOf` and, when asked for, `previousCurve` will look at. */
export function curveNeeds(readings: Pick<Readings, 'app' | 'now'>, id: MetricId, range: Range): BucketNeed[] {
  if (reportsDays(readings.app.platform)) return [];
  return needsOf(id, range, stepFor(readings, id, range));
}

export function previousCurveNeeds(readings: Pick<Readings, 'app' | 'now'>, id: MetricId, range: Range): BucketNeed[] {
  if (reportsDays(readings.app.platform)) return [];
  return needsOf(id, range.previous, stepFor(readings, id, range));
}

function needsOf(id: MetricId, span: Span, { tier, width }: Step): BucketNeed[] {
  if (tier === 'hours' || width === 'day') return hourNeeds([id], span);
  return [{ metric: id, tier, from: span.from - width, to: span.to + 1 }];
}

/** The points of a metric over a range, in its natural step. */
export function curveOf(readings: Readings, id: MetricId, range: Range): Curved {
  if (reportsDays(readings.app.platform)) return { points: pointsOf(daysOf(readings, id, range.dates)), each: 'day' };
  const step = stepFor(readings, id, range);
  const each = step.width === 'day' ? 'day' : step.tier === 'hours' ? 'hour' : 'moment';
  return { points: cut(readings, id, range, step), each };
}

/** The period before, cut like the main one, so that the two can lie over each other point by point. */
export function previousCurve(readings: Readings, id: MetricId, range: Range): readonly Point[] {
  if (reportsDays(readings.app.platform)) return pointsOf(daysOf(readings, id, range.previous.dates));
  return cut(readings, id, { ...range.previous, zone: range.zone }, stepFor(readings, id, range));
}

function cut(readings: Readings, id: MetricId, part: Part, step: Step): readonly Point[] {
  const { width } = step;
  if (width === 'day') return dayPoints(hoursToCombine(readings, id, part), id, { ...part.dates, zone: part.zone });
  if (step.tier === 'hours') return pointsOf(hoursOf(readings, id, part));
  const [want] = needsOf(id, part, step);
  return want === undefined ? [] : evenPoints(bucketsOf(readings, want), id, { from: part.from, to: part.to, width });
}
