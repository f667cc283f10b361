// A chart as facts: curves over times, limits, its title and what its alt text says; with the name of its app where several share a message.
import type { ImApp } from '../app.ts';
import { day, hour, type Instant } from '../clock.ts';
import { isDaily, type WithCapabilities } from '../metrics/capabilities.ts';
import { type Combine, type MetricId, metric, type Unit } from '../metrics/catalog.ts';
import { finite } from '../metrics/format.ts';
import type { metricPhrases } from '../metrics/metric-phrases.ts';
import { type Phrase, phrasesOf, verbatim } from '../metrics/phrase.ts';
import type { Point } from '../metrics/sample.ts';
import { combineValues, extreme, isTrailing, newest, slotsOf, type Values } from '../metrics/series.ts';
import { localDate } from '../time-zone.ts';
import type { chartPhrases, PointsKind } from './chart-phrases.ts';
import type { ChartFacts, CurveWhole, Section } from './report.ts';

const say = phrasesOf<typeof chartPhrases & typeof metricPhrases>();

export interface Curve {
  readonly name: Phrase;
  readonly points: readonly Point[];
  readonly lows?: Values;
  readonly highs?: Values;
  /** What the whole series says, for the alt text. */
  readonly whole?: CurveWhole;
  /** `previous` is an earlier period behind the main one, point by point. */
  readonly role?: ChartFacts['series'][number]['role'];
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
  /** Points that are of less time than the others. */
  readonly partial?: readonly number[];
}

/** The facts of the chart; undefined when fewer than two points of its main curves are known: one is no picture. */
export function chartOf(request: ChartRequest): ChartFacts | undefined {
  const { curves, limits = [], now, kind, title, unit, zone, each, join, partial = [] } = request;
  const main = curves.filter(({ role = 'main' }) => role === 'main');
  const times = curves[0]?.points.map((point) => point.at) ?? [];
  const known = times.filter((_, index) => main.some(({ points }) => points[index]?.value !== undefined));
  if (known.length < 2) return undefined;
  return {
    ...{ kind, title, unit, times, zone, each },
    ...(now === undefined ? {} : { now }),
    ...(join === undefined ? {} : { join }),
    ...(partial.length === 0 ? {} : { partial: [...partial] }),
    series: curves.map(({ name, points, lows, highs, whole, role = 'main' }) => ({
      name,
      values: times.map((_, index) => finite(points[index]?.value)),
      ...(lows === undefined ? {} : { lows: times.map((_, index) => finite(lows[index])) }),
      ...(highs === undefined ? {} : { highs: times.map((_, index) => finite(highs[index])) }),
      ...(whole === undefined ? {} : { whole }),
      role,
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
  return unit === 'count' || unit === 'mean' ? 'high' : 'low';
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
      ...chart.series.flatMap((curve) => courseFacts(curve, chart)),
      ...gapFacts(main, chart),
    ],
  });
}

/** What the series says or, where a chart was stored without it, what its points say. */
function curveFacts(curve: ChartFacts['series'][number], chart: ChartFacts, isOneOfMany: boolean): Phrase {
  const whole: WholeTold | undefined = curve.whole ?? wholeOfPoints(curve, chart);
  if (whole === undefined) return say('chart.altUnmeasured', { name: curve.name });
  const { low, high, last, total, withoutToday } = whole;
  return say('chart.altCurve', {
    ...(isOneOfMany ? { name: curve.name } : {}),
    unit: chart.unit,
    low: { value: low.value, at: whenFacts(low, chart) },
    high: { value: high.value, at: whenFacts(high, chart) },
    ...(total === undefined ? {} : { total }),
    ...(withoutToday === undefined ? {} : { withoutToday }),
    last: lastFacts(last, chart),
  });
}

/** A value with its time; of a point that covers more than a moment only where it begins is known. */
interface Told {
  readonly value: number;
  readonly from: Instant;
  readonly to?: Instant;
}

type WholeTold = Record<'low' | 'high' | 'last', Told> & Pick<CurveWhole, 'total' | 'withoutToday'>;

/** Today and what is shorter than the other points is no lowest and no highest; today is told separately. */
function wholeOfPoints({ values }: ChartFacts['series'][number], chart: ChartFacts): WholeTold | undefined {
  const points = chart.times.map((at, index): Point => ({ at, value: values[index] }));
  const whole = points.filter((point) => !isToday(chart, point.at));
  const ended = points.filter((point, index) => !isToday(chart, point.at) && chart.partial?.includes(index) !== true);
  const told = [ended, whole, points].find((some) => newest(some) !== undefined) ?? points;
  const [low, high, last] = [extreme(slotsOf(told), 'low'), extreme(slotsOf(told), 'high'), newest(points)];
  if (low === undefined || high === undefined || last?.value === undefined) return undefined;
  const total =
    chart.kind === 'line'
      ? undefined
      : combineValues(slotsOf(newest(whole) === undefined ? points : whole).values, 'sum');
  return {
    low: { value: low.value, from: low.at },
    high: { value: high.value, from: high.at },
    last: { value: last.value, from: last.at },
    ...(total === undefined ? {} : { total }),
  };
}

/** `now 1,893`, `today so far 1,204`, `last 1,893 at 21:00`. */
function lastFacts({ value, ...time }: Told, chart: ChartFacts): Phrase {
  const { from, to = from } = time;
  const { now, each, times, unit } = chart;
  const width = (times[1] ?? 0) - (times[0] ?? 0);
  if (isToday(chart, from)) return say('chart.today', { value, unit });
  if (now !== undefined && each === 'moment' && now - to <= 2 * width) return say('chart.now', { value, unit });
  return say('chart.last', { value, unit, at: whenFacts(time, chart) });
}

function whenFacts({ from, to }: Omit<Told, 'value'>, { times, zone, each, isOfEachDay }: ChartFacts): Phrase {
  const isLong = isOfEachDay !== true && (times.at(-1) ?? from) - (times[0] ?? from) >= day - hour;
  return say('chart.when', { at: from, ...(each === 'day' || to === undefined ? {} : { to }), zone, each, isLong });
}

/** How many of the points are of times that could be measured: behind them the course is foreseen. */
export function measuredLength(
  series: readonly Pick<ChartFacts['series'][number], 'role' | 'values'>[],
  length: number,
): number {
  const ahead = series.find(({ role }) => role === 'ahead')?.values.findIndex((value) => value !== undefined) ?? -1;
  return ahead === -1 ? length : ahead + 1;
}

/** `Usual: 660 to 1,730 at the end.` `Foreseen, at the limit at about 07:00.` */
function courseFacts(
  { role, name, lows = [], highs = [] }: ChartFacts['series'][number],
  { unit }: ChartFacts,
): Phrase[] {
  if (role === 'ahead') return [say('chart.altAhead', { name })];
  const [low, high] = [lows.findLast((value) => value !== undefined), highs.findLast((value) => value !== undefined)];
  return role !== 'usual' || low === undefined || high === undefined
    ? []
    : [say('chart.altUsual', { name, low, high, unit })];
}

/** How many points each main curve lacks; one number where all lack as many. */
function gapFacts(curves: ChartFacts['series'], { each, series }: ChartFacts): Phrase[] {
  const gaps = curves.map(({ name, values }) => {
    const measured = values.slice(0, measuredLength(series, values.length));
    return { name, missing: measured.filter((value) => value === undefined).length, of: measured.length };
  });
  const [first] = gaps;
  if (first === undefined || gaps.every(({ missing }) => missing === 0)) return [];
  if (gaps.every(({ missing }) => missing === first.missing)) {
    const { missing, of } = first;
    return [say('chart.altGaps', { missing, of, each })];
  }
  return gaps
    .filter(({ missing, of }) => missing > 0 && missing < of)
    .map(({ name, missing, of }) => say('chart.altGaps', { name, missing, of, each }));
}

/** The section of one app in a message about several, with the name of the app in its charts: people may open a chart alone. */
export function withNamedCharts(section: Section, { id, name }: Pick<ImApp, 'id' | 'name'>): Section {
  return { ...section, charts: section.charts.map((chart) => ({ ...chart, app: name, appId: id })) };
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
  // A mean of one day or hour as the platform gives it is no mean of several.
  const isOneValue = combine === 'mean' && (isDaily(app, id) || (each === 'hour' && isTrailing(id)));
  return say('chart.points', { id, each, kind: isOwn ? 'each' : isOneValue ? 'last' : standsFor[each][combine] });
}
