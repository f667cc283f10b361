// The chart of a metric: what it needs, its curves with the period before, and its title.
import { day, hour } from '../clock.ts';
import { isDaily } from '../metrics/capabilities.ts';
import { type MetricGroup, type MetricId, metric, metricsIn } from '../metrics/catalog.ts';
import type { metricPhrases } from '../metrics/metric-phrases.ts';
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import { type Range, type Span, type Step, stepOf } from '../metrics/range.ts';
import type { rangePhrases } from '../metrics/range-phrases.ts';
import type { BucketNeed, Point } from '../metrics/sample.ts';
import { dayPoints, evenPoints, newest, pointsOf } from '../metrics/series.ts';
import { addDays } from '../time-zone.ts';
import { type ChartRequest, type Curve, chartOf, pointsTitle } from './chart.ts';
import type { chartPhrases } from './chart-phrases.ts';
import { bucketsOf, type Readings } from './readings.ts';
import type { ChartFacts } from './report.ts';
import { daysOf, hourNeeds, hoursOf, hoursToCombine, mainMetricOf } from './slices.ts';
import { chartLimits } from './status.ts';

const say = phrasesOf<typeof chartPhrases & typeof metricPhrases & typeof rangePhrases>();

/** Points, and what each of them covers. */
export interface Curved {
  readonly points: readonly Point[];
  readonly each: ChartRequest['each'];
}

/** Sums are taken per clock hour or longer: each sample is of a whole hour, so shorter slots would count it several times. */
function stepFor(readings: Pick<Readings, 'app' | 'now'>, id: MetricId, range: Range): Step {
  const step = stepOf(range, readings.app.pollEvery, readings.now);
  const isShort = step.width !== 'day' && step.width < hour;
  const isLong = range.wholeDays && range.to - range.from > 2 * day + hour;
  if (metric(id).combine !== 'sum') return step;
  if (isShort && range.word !== '1h') return { tier: 'hours', width: hour };
  return isLong ? { tier: 'hours', width: 'day' } : step;
}

/** A span with its dates and zone: a range, or the one before it. */
type CurveSpan = Span & { readonly dates: Range['dates']; readonly zone: string };

/** The stored buckets that `curveOf` reads. */
export function curveNeeds(readings: Pick<Readings, 'app' | 'now'>, id: MetricId, range: Range): BucketNeed[] {
  if (isDaily(readings.app, id)) return [];
  return needsOf(id, range, stepFor(readings, id, range));
}

export function previousCurveNeeds(readings: Pick<Readings, 'app' | 'now'>, id: MetricId, range: Range): BucketNeed[] {
  if (isDaily(readings.app, id)) return [];
  return needsOf(id, range.previous, stepFor(readings, id, range));
}

function needsOf(id: MetricId, span: Span, { tier, width }: Step): BucketNeed[] {
  if (tier === 'hours' || width === 'day') return hourNeeds([id], span);
  return [{ metric: id, tier, from: span.from - width, to: span.to + 1 }];
}

/** The points of a metric over a range, in the step that fits its length. */
export function curveOf(readings: Readings, id: MetricId, range: Range): Curved {
  if (isDaily(readings.app, id)) return { points: pointsOf(daysOf(readings, id, range.dates)), each: 'day' };
  const step = stepFor(readings, id, range);
  const each = step.width === 'day' ? 'day' : step.tier === 'hours' ? 'hour' : 'moment';
  return { points: pointsIn(readings, id, range, step), each };
}

/** The period before, in the same step as the main one, so that their points correspond one to one. */
export function previousCurve(readings: Readings, id: MetricId, range: Range): readonly Point[] {
  if (isDaily(readings.app, id)) return pointsOf(daysOf(readings, id, range.previous.dates));
  return pointsIn(readings, id, { ...range.previous, zone: range.zone }, stepFor(readings, id, range));
}

function pointsIn(readings: Readings, id: MetricId, part: CurveSpan, step: Step): readonly Point[] {
  const { width } = step;
  if (width === 'day') return dayPoints(hoursToCombine(readings, id, part), id, { ...part.dates, zone: part.zone });
  if (step.tier === 'hours') return pointsOf(hoursOf(readings, id, part));
  const [want] = needsOf(id, part, step);
  return want === undefined ? [] : evenPoints(bucketsOf(readings, want), id, { from: part.from, to: part.to, width });
}

/** Days in the chart of a single day, which would otherwise be one point. */
export const fortnight = 14;

/** `Messages per hour, last 24 hours`, from the title of its points. */
export function chartTitle(name: Phrase, each: Curved['each'], range: Range): Phrase {
  const isWider = each === 'day' && range.to - range.from < 26 * hour;
  const span = isWider
    ? say('range.length', { count: fortnight, unit: 'day' })
    : say('range.short', { range: range.name });
  return say('chart.over', { name, span });
}

/** The dates that the chart of a daily metric shows: of a single day those before it, too. */
export function chartDates({ app }: Pick<Readings, 'app'>, id: MetricId, range: Range): Range['dates'] {
  const isOneDay = range.dates.from === range.dates.to;
  return isDaily(app, id) && isOneDay ? { ...range.dates, from: addDays(range.dates.to, 1 - fortnight) } : range.dates;
}

/** Undefined when nothing was measured. */
export function metricGroupChart(readings: Readings, part: MetricGroup, range: Range): ChartFacts | undefined {
  const main = mainMetricOf(readings.app, part);
  const shown = { ...range, dates: chartDates(readings, main, range) };
  if (part === 'messages') return messagesChart(readings, shown);
  const isPeople = part === 'users' && isDaily(readings.app, main);
  const others = metricsIn('groupChart').filter((id) => id !== main && metric(id).group === part);
  const ids = isDaily(readings.app, main) ? [main, ...others] : [main];
  const { each } = curveOf(readings, main, shown);
  const curves = ids
    .map((id): Curve => ({ name: say('metric.title', { id }), points: curveOf(readings, id, shown).points }))
    .filter((curve, index) => index === 0 || newest(curve.points) !== undefined);
  const title = chartTitle(
    isPeople ? say('chart.usersPer', { each }) : pointsTitle(readings.app, main, each),
    each,
    shown,
  );
  const limits = chartLimits(readings, main);
  return chartOf({
    kind: 'line',
    title,
    unit: metric(main).unit,
    curves,
    limits,
    zone: range.zone,
    each,
    now: readings.now,
  });
}

function messagesChart(readings: Readings, range: Range): ChartFacts | undefined {
  const { hours = [], app, now } = readings;
  const frame = { unit: 'count', zone: range.zone, now } as const;
  const isToday = range.wholeDays && range.word === 'today';
  const name = say('metric.title', { id: 'messages.sent' });
  const titled = (each: 'hour' | 'day'): Phrase => chartTitle(pointsTitle(app, 'messages.sent', each), each, range);
  if (isDaily(app, 'messages.sent') && isToday && newest(hours) !== undefined) {
    const title = titled('hour');
    return chartOf({ ...frame, kind: 'bar', title, curves: [{ name, points: hours }], each: 'hour' });
  }
  const split = (['messages.single', 'messages.group'] as const).map((id) => curveOf(readings, id, range));
  if (split.every(({ points, each }) => each === 'day' && newest(points) !== undefined)) {
    const curves = split.map(({ points }, index) => ({
      name: say(index === 0 ? 'chart.single' : 'chart.groups'),
      points,
    }));
    return chartOf({ ...frame, kind: 'stacked', title: titled('day'), curves, each: 'day' });
  }
  const { points, each } = curveOf(readings, 'messages.sent', range);
  const title = each === 'moment' ? chartTitle(say('chart.hourBefore'), each, range) : titled(each);
  return chartOf({
    ...frame,
    kind: each === 'moment' ? 'line' : 'bar',
    title,
    curves: [{ name, points }],
    each,
  });
}
