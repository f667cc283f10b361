// The chart of a metric: its curves, drawn from the slots of its series, with the period before behind them, and its title.
import type { ImApp } from '../app.ts';
import { type Duration, day, hour, type Instant, minute } from '../clock.ts';
import { isDaily } from '../metrics/capabilities.ts';
import { type MetricGroup, type MetricId, metric, metricsIn } from '../metrics/catalog.ts';
import type { MeasuredSeries } from '../metrics/measured-series.ts';
import type { metricPhrases } from '../metrics/metric-phrases.ts';
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import { placeBefore, type Range, type Span } from '../metrics/range.ts';
import type { rangePhrases } from '../metrics/range-phrases.ts';
import type { BucketNeed, Point } from '../metrics/sample.ts';
import { isTrailing, newest } from '../metrics/series.ts';
import { addDays } from '../time-zone.ts';
import { type ChartRequest, type Curve, chartOf, pointsTitle } from './chart.ts';
import type { chartPhrases } from './chart-phrases.ts';
import { countedHours } from './counted-hours.ts';
import {
  type DrawnSlots,
  daysDrawn,
  hoursDrawn,
  samplesBeside,
  samplesDrawn,
  slotsBeside,
  slotsDrawn,
} from './drawn-slots.ts';
import { rawWindow, samplesIn, seriesNeeds, seriesOf } from './read-series.ts';
import type { Readings } from './readings.ts';
import type { ChartFacts } from './report.ts';
import { mainMetricOf } from './slices.ts';
import { chartLimits } from './status.ts';

const say = phrasesOf<typeof chartPhrases & typeof metricPhrases & typeof rangePhrases>();

/** What a chart is of: a range, or the one before it. */
type ChartSpan = Span & Pick<Range, 'dates' | 'word' | 'wholeDays' | 'compared'>;

type Asked = { readonly app: ImApp; readonly now: Instant };

/** How a chart of a polled metric is cut: samples, slots of a width, the hours of its series, or local days. */
type Cut = 'samples' | 'hours' | 'days' | Duration;

function cutOf(id: MetricId, { from, to, word, wholeDays }: ChartSpan): Cut {
  const length = to - from;
  const isSum = metric(id).combine === 'sum';
  const mostHours = isSum && wholeDays ? 2 * day + hour : 14 * day + hour;
  if (isTrailing(id)) return word === '1h' ? 'samples' : length > mostHours ? 'days' : 'hours';
  if (length <= rawWindow) return 'samples';
  if (length > mostHours) return 'days';
  return length > 2 * day + hour ? 'hours' : length <= 12 * hour ? 10 * minute : 30 * minute;
}

/** The stored buckets that `curveOf` reads beside those of the series. */
export function curveNeeds(asked: Asked, id: MetricId, range: ChartSpan): BucketNeed[] {
  return needsOfCut(asked, id, range, cutOf(id, range));
}

/** What `previousPoints` reads. */
export function previousCurveNeeds(asked: Asked, id: MetricId, range: Range): BucketNeed[] {
  return needsOfCut(asked, id, range.previous, cutOf(id, range));
}

function needsOfCut(asked: Asked, id: MetricId, span: Span, cut: Cut): BucketNeed[] {
  const needs = seriesNeeds(id, span, { ...asked, zone: asked.app.timezone });
  const drawsSamples = isTrailing(id) && cut === 'samples';
  if (isDaily(asked.app, id) || !drawsSamples) return needs;
  return [...needs, { metric: id, tier: 'raw', from: span.from, to: span.to + minute }];
}

/** The points of a metric over a range. */
export function curveOf(readings: Readings, id: MetricId, range: ChartSpan): DrawnSlots {
  return drawnBy(readings, id, range, cutOf(id, range));
}

function drawnBy(readings: Readings, id: MetricId, span: Span & Pick<Range, 'dates'>, cut: Cut): DrawnSlots {
  const series = seriesOf(readings, id, { span, dates: span.dates });
  if (isDaily(readings.app, id)) {
    const hours = countedHours(readings, id, span.dates);
    return hours === undefined ? daysDrawn(readings, series) : hoursDrawn(hours);
  }
  if (cut === 'samples') return samplesDrawn(readings, series);
  if (cut === 'days') return daysDrawn(readings, series);
  return cut === 'hours' ? hoursDrawn(series) : slotsDrawn(readings, series, cut);
}

/** A curve of the drawn slots, with what its alt text says of the whole series. */
export function drawnCurve(drawn: DrawnSlots, name: Phrase, named?: MeasuredSeries): Curve {
  const { series, points, lows, highs } = drawn;
  const { low, high, last } = series;
  const isSum = metric(series.id).combine === 'sum';
  // Today is no whole day: of counts by the day the extremes are those of whole days. Of moments that each stand for an hour, the series
  // knows those at the end of an hour alone.
  const isOfPoints = drawn.each === 'moment' ? isTrailing(series.id) : isSum && drawn.each === 'day';
  const whole = isOfPoints ? extremesOfWhole(drawn) : { low, high };
  if (whole.low === undefined || whole.high === undefined || last === undefined) return { name, points };
  const counted = named ?? series;
  const total = isSum && drawn.each !== 'moment' && counted.value !== undefined ? { total: counted.value } : {};
  const without = counted.window.to < series.window.to ? { withoutToday: true } : {};
  return {
    name,
    points,
    ...(lows === undefined ? {} : { lows }),
    ...(highs === undefined ? {} : { highs }),
    whole: { low: whole.low, high: whole.high, last: lastOf(drawn, last), ...total, ...without },
  };
}

/** The newest point that is drawn: of hours and days the slot, of moments the sample. */
function lastOf({ each, points, ends }: DrawnSlots, last: NonNullable<MeasuredSeries['last']>): typeof last {
  const index = points.findLastIndex(({ value }) => value !== undefined);
  const point = points[index];
  if (each === 'moment' || point?.value === undefined) return last;
  return { value: point.value, from: point.at, to: ends[index] ?? point.at };
}

function extremesOfWhole({ points, ends, partial }: DrawnSlots): Pick<MeasuredSeries, 'low' | 'high'> {
  const known = points.flatMap(({ at, value }, index) =>
    value === undefined ? [] : [{ value, from: at, to: ends[index] ?? at, isPartial: partial.includes(index) }],
  );
  const whole = known.filter(({ isPartial }) => !isPartial);
  const sorted = (whole.length === 0 ? known : whole).toSorted((a, b) => a.value - b.value);
  const strip = (one: (typeof known)[number] | undefined) =>
    one === undefined ? undefined : { value: one.value, from: one.from, to: one.to };
  const high = sorted.at(-1);
  return { low: strip(sorted[0]), high: strip(sorted.find(({ value }) => value === high?.value)) };
}

/** The period before, cut like the main one, its points at the places of those of the main one. */
export function previousPoints(readings: Readings, id: MetricId, range: Range, main: DrawnSlots): readonly Point[] {
  const drawn = drawnBy(readings, id, range.previous, cutOf(id, range));
  const place = placeBefore(range);
  // A day of which no hours are known has one number, which is none of an hour.
  if (drawn.each !== main.each) return [];
  if (drawn.ends.length > 0 && main.each === 'moment' && isSampled(main))
    return samplesBeside(samplesIn(readings, drawn.series), main.points, place, readings.app.pollEvery);
  return slotsBeside(drawn, main, place);
}

const isSampled = ({ points, ends }: DrawnSlots): boolean => points.every(({ at }, index) => at === ends[index]);

/** Days in the chart of a single day, which would otherwise be one point. */
export const fortnight = 14;

/** `Messages per hour, last 24 hours`, from the title of its points. */
export function chartTitle(name: Phrase, each: DrawnSlots['each'], range: Range): Phrase {
  const isWider = each === 'day' && range.to - range.from < 26 * hour;
  const span = isWider
    ? say('range.length', { count: fortnight, unit: 'day' })
    : say('range.short', { range: range.name });
  return say('chart.over', { name, span });
}

/** What the points of a metric are: a title of moments, `Messages in the hour before` where each moment stands for an hour. */
export function drawnTitle({ app }: Pick<Readings, 'app'>, id: MetricId, { each, lows, points }: DrawnSlots): Phrase {
  if (each !== 'moment') return pointsTitle(app, id, each);
  if (isTrailing(id)) return say('chart.hourBefore', { id });
  const [, second, third] = points;
  if (lows === undefined || second === undefined || third === undefined) return say('metric.overTime', { id });
  const { worse, combine } = metric(id);
  const side = worse ?? (combine === 'max' ? 'high' : combine === 'min' ? 'low' : 'last');
  return say('chart.slots', { id, side, length: third.at - second.at });
}

/** The dates that the chart of a daily metric shows: of a single day those before it, too. */
export function chartDates({ app }: Pick<Readings, 'app'>, id: MetricId, range: Range): Range['dates'] {
  const isOneDay = range.dates.from === range.dates.to;
  return isDaily(app, id) && isOneDay ? { ...range.dates, from: addDays(range.dates.to, 1 - fortnight) } : range.dates;
}

/** The same without the days before, where the day is known by its hours. */
function shownDates(readings: Readings, id: MetricId, range: Range): Range['dates'] {
  return countedHours(readings, id, range.dates) === undefined ? chartDates(readings, id, range) : range.dates;
}

/** The part of the shown series that the number in line 1 is of. */
export function namedPart(readings: Readings, id: MetricId, range: Range, dates: Range['dates']): MeasuredSeries {
  const isWhole = range.compared.to === range.to || dates.from !== range.dates.from;
  const last = isWhole ? dates.to : addDays(dates.to, -1);
  return seriesOf(readings, id, {
    span: { from: range.from, to: range.compared.to },
    dates: { from: dates.from, to: last },
  });
}

/** Undefined when nothing was measured. */
export function metricGroupChart(readings: Readings, part: MetricGroup, range: Range): ChartFacts | undefined {
  const main = mainMetricOf(readings.app, part);
  const shown = { ...range, dates: shownDates(readings, main, range) };
  if (part === 'messages') return messagesChart(readings, shown, range);
  const isPeople = part === 'users' && isDaily(readings.app, main);
  const others = metricsIn('groupChart').filter((id) => id !== main && metric(id).group === part);
  const ids = isDaily(readings.app, main) ? [main, ...others] : [main];
  const drawn = curveOf(readings, main, shown);
  const { each, partial } = drawn;
  const curves = ids
    .map((id) => drawnCurve(id === main ? drawn : curveOf(readings, id, shown), say('metric.title', { id })))
    .filter((curve, index) => index === 0 || newest(curve.points) !== undefined);
  const name = isPeople ? say('chart.usersPer', { each }) : drawnTitle(readings, main, drawn);
  return chartOf({
    ...frameOf(readings, range),
    ...{ kind: 'line', unit: metric(main).unit, curves, each, partial },
    title: chartTitle(name, each, shown),
    limits: chartLimits(readings, main),
  });
}

/** One day of a daily metric is one number, not the busiest of several. */
export function isSingle(readings: Readings, id: MetricId, range: Range): boolean {
  return isDaily(readings.app, id) && range.dates.from === range.dates.to;
}

/** One metric with the period before it, dashed; undefined when nothing was measured. */
export function comparedChart(readings: Readings, id: MetricId, range: Range): ChartFacts | undefined {
  const { unit, combine } = metric(id);
  const shown = { ...range, dates: shownDates(readings, id, range) };
  const drawn = curveOf(readings, id, shown);
  const { each, partial } = drawn;
  const isOneValue = isSingle(readings, id, range) && each !== 'hour';
  const before = isOneValue ? [] : previousPoints(readings, id, range, drawn);
  const hasBefore = before.some((point) => point.value !== undefined);
  const name = say(each === 'moment' ? 'metric.title' : 'metric.overTime', { id });
  const previousName = say('chart.capital', { text: range.previous.on });
  const previous = { name: previousName, points: before, role: 'previous' as const };
  const named = each === 'moment' ? undefined : namedPart(readings, id, range, shown.dates);
  return chartOf({
    kind: combine === 'sum' && each !== 'moment' && !hasBefore ? 'bar' : 'line',
    ...(combine === 'sum' && each !== 'moment' ? { join: 'sum' } : {}),
    title: chartTitle(drawnTitle(readings, id, drawn), each, shown),
    unit,
    curves: [drawnCurve(drawn, name, named), ...(hasBefore ? [previous] : [])],
    limits: chartLimits(readings, id),
    zone: range.zone,
    each,
    ...runningOf(readings, range),
    partial,
  });
}

function frameOf(readings: Readings, range: Range): Pick<ChartRequest, 'zone' | 'now'> {
  return { zone: range.zone, ...runningOf(readings, range) };
}

/** The present time for the chart of a range that still runs. */
export function runningOf({ now }: Pick<Readings, 'now'>, { todayPartial }: Range): Pick<ChartRequest, 'now'> {
  return todayPartial ? { now } : {};
}

function messagesChart(readings: Readings, range: Range, asked: Range): ChartFacts | undefined {
  const frame = { ...frameOf(readings, range), unit: 'count' } as const;
  const split = (['messages.single', 'messages.group'] as const).map((id) => ({
    id,
    drawn: curveOf(readings, id, range),
  }));
  const drawn = curveOf(readings, 'messages.sent', range);
  const { each, partial } = drawn;
  const hasParts =
    each !== 'moment' &&
    isDaily(readings.app, 'messages.sent') &&
    split.every((one) => one.drawn.each === each && newest(one.drawn.points) !== undefined);
  const title = chartTitle(drawnTitle(readings, 'messages.sent', drawn), each, range);
  const named = (id: MetricId): MeasuredSeries => namedPart(readings, id, asked, range.dates);
  if (hasParts) {
    const curves = split.map(({ id, drawn: part }) =>
      drawnCurve(part, say(id === 'messages.single' ? 'chart.single' : 'chart.groups'), named(id)),
    );
    return chartOf({ ...frame, kind: 'stacked', title, curves, each, partial });
  }
  const name = say('metric.title', { id: 'messages.sent' });
  const curves = [drawnCurve(drawn, name, each === 'moment' ? undefined : named('messages.sent'))];
  return chartOf({ ...frame, kind: each === 'moment' ? 'line' : 'bar', title, curves, each, partial });
}
