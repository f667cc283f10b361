// A chart as facts: curves over times, limits, its title and what its alt text says; with the name of its app where several share a message.
import type { ImApp } from '../app.ts';
import { day, type Instant } from '../clock.ts';
import { isDaily, type WithCapabilities } from '../metrics/capabilities.ts';
import { type Combine, type MetricId, metric, type Unit } from '../metrics/catalog.ts';
import { finite } from '../metrics/format.ts';
import type { metricPhrases } from '../metrics/metric-phrases.ts';
import { type Phrase, phrasesOf, verbatim } from '../metrics/phrase.ts';
import type { Point } from '../metrics/sample.ts';
import { combineValues, extreme, newest, slotsOf } from '../metrics/series.ts';
import { localDate } from '../time-zone.ts';
import type { chartPhrases, PointsKind } from './chart-phrases.ts';
import type { ChartFacts, Section } from './report.ts';

const say = phrasesOf<typeof chartPhrases & typeof metricPhrases>();

export interface Curve {
  readonly name: Phrase;
  readonly points: readonly Point[];
  /** `previous` is an earlier period behind the main one, point by point. */
  readonly role?: 'main' | 'previous';
}

export interface ChartLimit {
  readonly label: Phrase;
  readonly value: number;
}

export interface ChartRequest {
  readonly kind: ChartFacts['kind'];
  readonly title: Phrase;
  readonly unit: Unit;
  /** The first one gives the times. */
  readonly curves: readonly Curve[];
  readonly limits?: readonly ChartLimit[];
  readonly zone: string;
  /** What one point covers: a moment (or a short slot) of a line, the clock hour or the day that begins at `at`. */
  readonly each: ChartFacts['each'];
  /** Where it is not what `joinOf` says. */
  readonly join?: ChartFacts['join'];
  /** Set when the last point is of the current period. */
  readonly now?: Instant;
}

/** The facts of the chart; undefined when no value of its main curves is known. */
export function chartOf(request: ChartRequest): ChartFacts | undefined {
  const { curves, limits = [], now, kind, title, unit, zone, each, join } = request;
  const main = curves.filter((curve) => curve.role !== 'previous');
  if (!main.some((curve) => newest(curve.points) !== undefined)) return undefined;
  const times = curves[0]?.points.map((point) => point.at) ?? [];
  return {
    ...{ kind, title, unit, times, zone, each },
    ...(now === undefined ? {} : { now }),
    ...(join === undefined ? {} : { join }),
    series: curves.map((curve) => ({
      name: curve.name,
      values: times.map((_, index) => finite(curve.points[index]?.value)),
      role: curve.role ?? 'main',
    })),
    limits: limits.map(({ label, value }) => ({ label, value })),
  };
}

/** True for today, whose value is not that of a whole day. */
export function isToday(
  { now, each, zone }: Pick<ChartFacts, 'now' | 'each' | 'zone'>,
  at: Instant | undefined,
): boolean {
  if (now === undefined || at === undefined || each !== 'day') return false;
  // Saves the calendar look-up for most days of a year.
  return Math.abs(now - at) < 2 * day && localDate(now, zone) === localDate(at, zone);
}

/** How points are joined: bars of hours and days are sums; of everything else the worse side stays, so that no peak and no dip is lost. */
export function joinOf({ join, kind, each, unit }: ChartFacts): NonNullable<ChartFacts['join']> {
  if (join !== undefined) return join;
  if (kind !== 'line' && each !== 'moment') return 'sum';
  return unit === 'count' ? 'high' : 'low';
}

/** The title with the name of the app, where the message is about several. */
export function titleOf({ title, app }: Pick<ChartFacts, 'title' | 'app'>): Phrase {
  return app === undefined ? title : say('chart.named', { app, text: title });
}

/** The alt text: title, zone, low, high and newest value with their times, limits and gaps, in sentences. */
export function altOf(chart: ChartFacts): Phrase {
  if (chart.stored !== undefined) return verbatim(chart.stored.alt);
  const main = chart.series.filter(({ role }) => role === 'main');
  const limits = chart.limits.map(({ label }) => label);
  return say('chart.alt', {
    parts: [
      say('chart.altTitle', { title: titleOf(chart), zone: chart.zone }),
      ...main.map((curve) => curveFacts(curve, chart, main.length > 1)),
      ...(limits.length === 0 ? [] : [say('chart.altLimits', { limits })]),
      ...chart.series.filter(({ role }) => role === 'previous').map(({ name }) => say('chart.altBehind', { name })),
      ...gapFacts(main[0]?.values ?? [], chart.each),
    ],
  });
}

/** Today is left out of low, high and total, and told separately. */
function curveFacts({ name, values }: ChartFacts['series'][number], chart: ChartFacts, isOneOfMany: boolean): Phrase {
  const { unit, kind, times } = chart;
  const points = times.map((at, index): Point => ({ at, value: values[index] }));
  const whole = points.filter((point) => !isToday(chart, point.at));
  const slots = slotsOf(newest(whole) === undefined ? points : whole);
  const [low, high, last] = [extreme(slots, 'low'), extreme(slots, 'high'), newest(points)];
  if (low === undefined || high === undefined || last?.value === undefined) return say('chart.altUnmeasured', { name });
  const total = kind === 'line' ? undefined : combineValues(slots.values, 'sum');
  return say('chart.altCurve', {
    ...(isOneOfMany ? { name } : {}),
    unit,
    low: { value: low.value, at: whenFacts(low.at, chart) },
    high: { value: high.value, at: whenFacts(high.at, chart) },
    ...(total === undefined ? {} : { total }),
    last: lastFacts({ at: last.at, value: last.value }, chart),
  });
}

/** `now 1,893`, `today so far 1,204`, `last 1,893 at 21:00`. */
function lastFacts({ at, value }: { at: Instant; value: number }, chart: ChartFacts): Phrase {
  const { now, each, times, unit } = chart;
  const width = (times[1] ?? 0) - (times[0] ?? 0);
  if (isToday(chart, at)) return say('chart.today', { value, unit });
  if (now !== undefined && each === 'moment' && now - at <= 2 * width) return say('chart.now', { value, unit });
  return say('chart.last', { value, unit, at: whenFacts(at, chart) });
}

function whenFacts(at: Instant, { times, zone, each }: ChartFacts): Phrase {
  return say('chart.when', { at, zone, each, isLong: (times.at(-1) ?? at) - (times[0] ?? at) >= day });
}

function gapFacts(values: readonly (number | undefined)[], each: ChartFacts['each']): Phrase[] {
  const missing = values.filter((value) => value === undefined).length;
  return missing === 0 ? [] : [say('chart.altGaps', { missing, of: values.length, each })];
}

/** The section of one app in a message about several, with the name of the app in its charts: people may open a chart alone. */
export function withNamedCharts(section: Section, { name }: Pick<ImApp, 'name'>): Section {
  return { ...section, charts: section.charts.map((chart) => ({ ...chart, app: name })) };
}

/** How the value that represents an hour or a day is taken; a sum is "per hour". */
const standsFor: Readonly<Record<'hour' | 'day', Readonly<Record<Combine, PointsKind>>>> = {
  hour: { last: 'last', min: 'low', mean: 'high', max: 'each', sum: 'each' },
  day: { last: 'last', min: 'low', mean: 'mean', max: 'busiest', sum: 'each' },
};

/** `Messages per day`, `Rooms by day`, `Free memory, lowest by hour`, `Active users, busiest hour by day`; of moments the title alone. */
export function pointsTitle(app: WithCapabilities, id: MetricId, each: ChartRequest['each']): Phrase {
  const { combine, group: part } = metric(id);
  if (each === 'moment') return say('metric.title', { id });
  // A peak of a day needs no "busiest hour", and a daily value has no hours.
  const isOwn = combine === 'max' && (part === 'connections' || isDaily(app, id));
  return say('chart.points', { id, each, kind: isOwn ? 'each' : standsFor[each][combine] });
}
