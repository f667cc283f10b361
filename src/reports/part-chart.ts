// The chart of one part of an app over a range: bars for messages, stacked where chats are told apart, else lines with limits.
import { reportsDays } from '../metrics/capabilities.ts';
import { type MetricGroup, metric } from '../metrics/catalog.ts';
import type { Range } from '../metrics/range.ts';
import { newest } from '../metrics/series.ts';
import { addDays } from '../time-zone.ts';
import { type Curve, chartOf } from './chart.ts';
import { chartTitle, fortnight, pointsTitle } from './chart-title.ts';
import { curveOf } from './curve.ts';
import { mainMetric } from './measured.ts';
import type { Readings } from './readings.ts';
import type { ChartModel } from './report.ts';
import { chartLimits } from './standing.ts';

/** The dates that the chart of a day app shows: of a single day those before it, too. */
export function chartDates({ app }: Pick<Readings, 'app'>, range: Range): Range['dates'] {
  const isOneDay = range.dates.from === range.dates.to;
  return reportsDays(app.platform) && isOneDay
    ? { ...range.dates, from: addDays(range.dates.to, 1 - fortnight) }
    : range.dates;
}

/** Undefined when nothing was measured. */
export function partChart(readings: Readings, part: MetricGroup, range: Range): ChartModel | undefined {
  const shown = { ...range, dates: chartDates(readings, range) };
  if (part === 'messages') return messagesChart(readings, shown);
  const main = mainMetric[part];
  const isPeople = part === 'users' && reportsDays(readings.app.platform);
  const ids = isPeople ? (['users.active', 'users.senders', 'users.new'] as const) : [main];
  const { each } = curveOf(readings, main, shown);
  const curves = ids
    .map((id): Curve => ({ name: metric(id).title, points: curveOf(readings, id, shown).points }))
    .filter((curve, index) => index === 0 || newest(curve.points) !== undefined);
  const title = chartTitle(isPeople ? `Users per ${each}` : pointsTitle(readings.app, main, each), each, shown);
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

function messagesChart(readings: Readings, range: Range): ChartModel | undefined {
  const { hours = [], app, now } = readings;
  const frame = { unit: 'count', zone: range.zone, now } as const;
  const isToday = range.wholeDays && range.word === 'today';
  const titled = (each: 'hour' | 'day'): string => chartTitle(pointsTitle(app, 'messages.sent', each), each, range);
  if (reportsDays(app.platform) && isToday && newest(hours) !== undefined) {
    const title = titled('hour');
    return chartOf({ ...frame, kind: 'bar', title, curves: [{ name: 'Messages', points: hours }], each: 'hour' });
  }
  const split = (['messages.single', 'messages.group'] as const).map((id) => curveOf(readings, id, range));
  if (split.every(({ points }) => newest(points) !== undefined)) {
    const curves = split.map(({ points }, index) => ({ name: index === 0 ? 'Single chats' : 'Groups', points }));
    return chartOf({ ...frame, kind: 'stacked', title: titled('day'), curves, each: 'day' });
  }
  const { points, each } = curveOf(readings, 'messages.sent', range);
  const title = each === 'moment' ? 'Messages in the hour before, last hour' : titled(each);
  return chartOf({
    ...frame,
    kind: each === 'moment' ? 'line' : 'bar',
    title,
    curves: [{ name: 'Messages', points }],
    each,
  });
}
