// A chart as data: curves, limits, labels, alt text, and its name where several apps share an answer.
import type { ImApp } from '../app.ts';
import { day, type Instant } from '../clock.ts';
import { isDaily, type WithCapabilities } from '../metrics/capabilities.ts';
import { type Combine, type MetricId, metric, titleOverTime, type Unit } from '../metrics/catalog.ts';
import {
  capitalise,
  finite,
  formatQuantity,
  formatShortDate,
  formatValue,
  listWords,
  lowerFirst,
} from '../metrics/format.ts';
import type { Point } from '../metrics/sample.ts';
import { combineValues, extreme, newest, slotsOf } from '../metrics/series.ts';
import { formatInstant, localDate } from '../time-zone.ts';
import type { ChartModel, Section } from './report.ts';

export interface Curve {
  readonly name: string;
  readonly points: readonly Point[];
  /** `previous` is an earlier period behind the main one, point by point. */
  readonly role?: 'main' | 'previous';
}

export interface ChartLimit {
  readonly label: string;
  readonly value: number;
}

export interface ChartRequest {
  readonly kind: ChartModel['kind'];
  readonly title: string;
  readonly unit: Unit;
  /** The first one gives the labels. */
  readonly curves: readonly Curve[];
  readonly limits?: readonly ChartLimit[];
  readonly zone: string;
  /** What one point covers: a moment (or a short slot) of a line, the clock hour or the day that begins at `at`. */
  readonly each: 'moment' | 'hour' | 'day';
  /** Set when the last point is of the current period, so that the alt text can say so. */
  readonly now?: Instant;
}

/** Suffix of the label of today. */
export const soFar = ' so far';

/** The model of the chart; undefined when no value of its main curves is known. */
export function chartOf(request: ChartRequest): ChartModel | undefined {
  const { kind, title, unit, curves, limits = [], zone, each } = request;
  const main = curves.filter((curve) => curve.role !== 'previous');
  if (!main.some((curve) => newest(curve.points) !== undefined)) return undefined;
  const times = curves[0]?.points.map((point) => point.at) ?? [];
  return {
    kind,
    title,
    unit,
    labels: labelsOf(times, zone, each).map((label, index) =>
      isToday(request, times[index]) ? `${label}${soFar}` : label,
    ),
    series: curves.map((curve) => ({
      name: curve.name,
      values: times.map((_, index) => finite(curve.points[index]?.value)),
      role: curve.role ?? 'main',
    })),
    limits: limits.map(({ label, value }) => ({ label, value })),
    alt: altOf(request),
  };
}

/** True for today, whose value is not that of a whole day. */
function isToday({ now, each, zone }: ChartRequest, at: Instant | undefined): boolean {
  if (now === undefined || at === undefined || each !== 'day') return false;
  // Saves the calendar look-up for most days of a year.
  return Math.abs(now - at) < 2 * day && localDate(now, zone) === localDate(at, zone);
}

/** Labels of at most 20 characters, in the shortest form in which no two are the same. */
export function labelsOf(times: readonly Instant[], zone: string, each: ChartRequest['each']): string[] {
  const length = (times.at(-1) ?? 0) - (times[0] ?? 0);
  if (each === 'day') {
    const dates = times.map((at) => localDate(at, zone));
    return dates.map((date) => `${formatShortDate(date)}${length > 360 * day ? ` ${date.slice(2, 4)}` : ''}`);
  }
  const form = length < day ? 'HH:mm' : length < 7 * day ? 'ccc HH:mm' : 'd LLL HH:mm';
  const labels = times.map((at) => formatInstant(at, zone, form));
  if (new Set(labels).size === labels.length) return labels;
  // Labels are equal only in the hour that the end of daylight saving repeats; the offset distinguishes them.
  return times.map((at) => formatInstant(at, zone, 'd LLL HH:mm ZZ'));
}

/** Title, zone, low, high and newest value with their times, limits and gaps, in sentences. */
function altOf(request: ChartRequest): string {
  const { curves, limits = [], unit, title } = request;
  const main = curves.filter((curve) => curve.role !== 'previous');
  const limitWords = limits.map(({ label, value }) =>
    lowerFirst(label.includes(formatValue(value, unit)) ? label : `${label} ${formatValue(value, unit)}`),
  );
  return [
    `${title}, ${request.zone}.`,
    ...main.map((curve) => curveWords(curve, request, main.length > 1)),
    ...(limitWords.length === 0 ? [] : [`${capitalise(listWords(limitWords))}.`]),
    ...curves
      .filter((curve) => curve.role === 'previous')
      .map((curve) => `Dashed behind it: ${lowerFirst(curve.name)}.`),
    ...gapWords(main[0]?.points ?? [], request.each),
  ].join(' ');
}

/** Today is left out of low, high and total, and written separately. */
function curveWords(curve: Curve, request: ChartRequest, isOneOfMany: boolean): string {
  const { unit, zone, each, kind } = request;
  const whole = curve.points.filter((point) => !isToday(request, point.at));
  const points = newest(whole) === undefined ? curve.points : whole;
  const slots = slotsOf(points);
  const low = extreme(slots, 'low');
  const high = extreme(slots, 'high');
  const last = newest(curve.points);
  if (low === undefined || high === undefined || last === undefined) return `${curve.name}: not measured.`;
  const say = (value: number | undefined): string => formatValue(value, unit);
  const when = (at: Instant): string => momentWords(at, { zone, each, points: curve.points });
  const total = kind === 'line' ? [] : [`in all ${say(combineValues(slots.values, 'sum'))}`];
  const name = isOneOfMany ? `${curve.name}: low` : 'Low';
  const ends = [`${name} ${say(low.value)} ${when(low.at)}`, `high ${say(high.value)} ${when(high.at)}`];
  return `${[...ends, ...total, lastWords(last, say(last.value), request)].join(', ')}.`;
}

/** `now 1,893`, `today so far 1,204`, `last 1,893 at 21:00`. */
function lastWords(last: Point, value: string, request: ChartRequest): string {
  const { now, each, zone } = request;
  const points = request.curves[0]?.points ?? [];
  const width = (points[1]?.at ?? 0) - (points[0]?.at ?? 0);
  if (isToday(request, last.at)) return `today so far ${value}`;
  if (now !== undefined && each === 'moment' && now - last.at <= 2 * width) return `now ${value}`;
  return `last ${value} ${momentWords(last.at, { zone, each, points })}`;
}

/** `at 21:00`, `in the hour from 21:00`, `on 22 Nov`; with the date where the points span more than a day. */
function momentWords(
  at: Instant,
  { zone, each, points }: { zone: string; each: ChartRequest['each']; points: readonly Point[] },
): string {
  if (each === 'day') return `on ${formatInstant(at, zone, 'd LLL')}`;
  const first = points[0]?.at ?? at;
  const long = (points.at(-1)?.at ?? at) - first >= day;
  const time = formatInstant(at, zone, long ? 'd LLL HH:mm' : 'HH:mm');
  if (each === 'hour') return `in the hour from ${time}`;
  return long ? `on ${formatInstant(at, zone, 'd LLL')} at ${formatInstant(at, zone, 'HH:mm')}` : `at ${time}`;
}

function gapWords(points: readonly Point[], each: ChartRequest['each']): string[] {
  const missing = points.filter((point) => point.value === undefined).length;
  if (missing === 0) return [];
  const unit = { moment: 'point', hour: 'hour', day: 'day' }[each];
  return [`${formatQuantity(missing, unit)} of ${points.length} not measured.`];
}

/** The section of one app in a message about several, with the name of the app in its charts: people may open a chart alone. */
export function withNamedCharts(section: Section, app: Pick<ImApp, 'name'>): Section {
  return { ...section, charts: section.charts.map((chart) => namedChart(chart, app)) };
}

/** `Production chat: connection peak, last 24 hours`: the name first, because a long title is cut at its end. */
function namedChart(chart: ChartModel, { name }: Pick<ImApp, 'name'>): ChartModel {
  return { ...chart, title: continued(name, chart.title), alt: continued(name, chart.alt) };
}

function continued(name: string, text: string): string {
  return text === '' ? name : `${name}: ${lowerFirst(text)}`;
}

/** The words for the value that represents an hour or a day, by how the metric is combined. */
const standsFor: Readonly<Record<'hour' | 'day', Readonly<Partial<Record<Combine, string>>>>> = {
  hour: { last: '', min: ', lowest', mean: ', highest' },
  day: { last: '', min: ', lowest', mean: ', on average', max: ', busiest hour' },
};

/** `Messages per day`, `Rooms by day`, `Free memory, lowest by hour`, `Active users, busiest hour by day`; of moments the title alone. */
export function pointsTitle(app: WithCapabilities, id: MetricId, each: ChartRequest['each']): string {
  const { title, combine, group: part } = metric(id);
  if (each === 'moment') return title;
  // A peak of a day needs no "busiest hour", and a daily value has no hours.
  const isOwn = combine === 'max' && (part === 'connections' || isDaily(app, id));
  const what = isOwn ? undefined : standsFor[each][combine];
  return what === undefined ? `${title} per ${each}` : `${titleOverTime(id)}${what} by ${each}`;
}
