// The summary of an app whose platform reports whole days: the last complete day, today so far, the fortnight as a chart.
import type { ImApp } from '../app.ts';
import { type MetricId, type MetricValues, metric, metricsIn } from '../metrics/catalog.ts';
import { changeOf, changeOn, signedOn } from '../metrics/compare.ts';
import { formatMoment, formatQuantity, formatValue, listWords } from '../metrics/format.ts';
import { spellDates } from '../metrics/range.ts';
import type { DailyStatistics } from '../metrics/sample.ts';
import { combineValues, pointsOf, slotsOf } from '../metrics/series.ts';
import { addDays, formatInstant, type LocalDate, localDate, startOfDate } from '../time-zone.ts';
import { chartOf, pointsTitle } from './chart.ts';
import { figure } from './figures.ts';
import { typesTable } from './metric-group.ts';
import type { Needs, Readings } from './readings.ts';
import type { ChartModel, Figure, Report } from './report.ts';
import { daysOf } from './slices.ts';
import { asOf, isStale, standardNotes, statusOf } from './status.ts';

const chartDays = 14;

/** What `daySummary` reads: two weeks of days, and the hours of today. */
export function daySummaryNeeds(app: ImApp, now: number): Needs {
  const today = localDate(now, app.timezone);
  return { buckets: [], days: { from: addDays(today, -chartDays - 1), to: today }, hours: true };
}

/** The summary of an app whose platform reports days. */
export function daySummary(readings: Readings): Report {
  const { app, now } = readings;
  const today = localDate(now, app.timezone);
  const row = newestDay(readings, today);
  if (row === undefined) return noDays(readings);
  const dates = { from: addDays(today, -chartDays), to: addDays(today, -1) };
  const known = readings.days.filter((one) => one.date >= dates.from && one.date <= dates.to).length;
  const chart = activeUsersChart(readings, dates);
  const types = typesTable(row.values);
  return {
    standing: statusOf(readings, row.values),
    headline: headlineOf(readings, row),
    context: `${dayWords(row.date, today)}, ${app.timezone}`,
    ...asOfField(readings),
    zone: app.timezone,
    stale: isStale(readings),
    sections: [
      {
        figures: dayFigures(readings, row),
        ...(types === undefined ? {} : { table: types }),
        lines: [...todayLines(readings, today), ...lateLines(row, today)],
        charts: chart === undefined ? [] : [chart],
      },
    ],
    notes: standardNotes(readings, { of: { measured: known, of: chartDays }, unit: 'day' }),
  };
}

function asOfField(readings: Readings): { asOf?: number } {
  const at = asOf(readings);
  return at === undefined ? {} : { asOf: at };
}

/** The newest complete day before today; without one the newest known day. */
function newestDay({ days }: Readings, today: LocalDate): DailyStatistics | undefined {
  const known = [...days]
    .filter((row) => Object.values(row.values).some((value) => value !== undefined))
    .sort((a, b) => (a.date < b.date ? 1 : -1));
  return known.find((row) => row.complete && row.date < today) ?? known.find((row) => row.date < today) ?? known[0];
}

/** `yesterday, Sunday 22 Nov 2026`. */
function dayWords(date: LocalDate, today: LocalDate): string {
  if (date === today) return `today so far, ${spellDates(date, date)}`;
  return date === addDays(today, -1) ? `yesterday, ${spellDates(date, date)}` : spellDates(date, date);
}

/** `China: 8,120 active users and 41,203 messages yesterday, messages +18 % on the day before`. */
function headlineOf(readings: Readings, row: DailyStatistics): string {
  const { app, now } = readings;
  const today = localDate(now, app.timezone);
  const facts = factsOf(row.values);
  if (facts.length === 0) {
    return `${app.name}: neither users nor messages are known for ${dayWords(row.date, today)}`;
  }
  const known = `${app.name}: ${listWords(facts)} ${whenWords(row.date, today)}`;
  const id: MetricId = row.values['messages.sent'] === undefined ? 'users.active' : 'messages.sent';
  const change = row.date === today ? undefined : changeOnDayBefore(readings, row, id);
  if (change === undefined) return known;
  const what = id === 'messages.sent' ? 'messages' : 'users';
  if (change.direction === 'same')
    return `${known}, ${change.exactly ? '' : 'about '}as many ${what} as the day before`;
  return `${known}, ${what} ${signedOn(change, 'the day before')}`;
}

/** `today so far`, `yesterday`, `on Friday 20 Nov 2026`. */
function whenWords(date: LocalDate, today: LocalDate): string {
  if (date === today) return 'today so far';
  return date === addDays(today, -1) ? 'yesterday' : `on ${spellDates(date, date)}`;
}

function factsOf({ 'users.active': users, 'messages.sent': messages }: MetricValues): string[] {
  return [
    ...(users === undefined ? [] : [formatQuantity(users, 'active user')]),
    ...(messages === undefined ? [] : [formatQuantity(messages, 'message')]),
  ];
}

/** The newest day in a few words, for a list of apps: `8,120 active users yesterday`. */
export function dayFacts(readings: Readings): string[] {
  const today = localDate(readings.now, readings.app.timezone);
  const row = newestDay(readings, today);
  const facts = row === undefined ? [] : factsOf(row.values);
  return row === undefined || facts.length === 0 ? [] : [`${listWords(facts)} ${whenWords(row.date, today)}`];
}

function changeOnDayBefore(readings: Readings, row: DailyStatistics, id: MetricId): ReturnType<typeof changeOf> {
  const before = readings.days.find((one) => one.date === addDays(row.date, -1))?.values[id];
  const known = readings.days.filter((one) => one.date < row.date && one.values[id] !== undefined).length;
  return changeOf({ now: row.values[id], before, unit: metric(id).unit, known });
}

function dayFigures(readings: Readings, row: DailyStatistics): Figure[] {
  const today = localDate(readings.now, readings.app.timezone);
  return metricsIn('dayFigures').flatMap((id) => {
    const value = row.values[id];
    if (value === undefined) return [];
    const change = row.date === today ? undefined : changeOnDayBefore(readings, row, id);
    const { title, unit } = metric(id);
    return [
      figure({
        title,
        value: formatValue(value, unit),
        change: change === undefined ? undefined : changeOn(change, 'the day before'),
      }),
    ];
  });
}

/** The numbers of today, which are never compared with those of a whole day. */
function todayLines(readings: Readings, today: LocalDate): string[] {
  const row = readings.days.find((one) => one.date === today)?.values ?? readings.latest?.values ?? {};
  const messages = row['messages.sent'] ?? combineValues(slotsOf(readings.hours ?? []).values, 'sum');
  const facts = factsOf({ ...row, ...(messages === undefined ? {} : { 'messages.sent': messages }) });
  return facts.length === 0 ? [] : [`Today so far: ${listWords(facts)}.`];
}

function lateLines(row: DailyStatistics, today: LocalDate): string[] {
  const yesterday = addDays(today, -1);
  if (row.date === today) return ['No whole day is known yet.'];
  if (!row.complete) return [`${spellDates(row.date, row.date)} is not complete yet; its numbers may still grow.`];
  return row.date < yesterday
    ? ['Yesterday is not there yet; the platform reports a day some hours after it ends.']
    : [];
}

/** Active users of the last days; messages where users are not known. */
export function activeUsersChart(
  readings: Readings,
  dates: { readonly from: LocalDate; readonly to: LocalDate },
): ChartModel | undefined {
  for (const id of metricsIn('dayChart')) {
    const { title, unit } = metric(id);
    const points = pointsOf(daysOf(readings, id, dates));
    const name = `${pointsTitle(readings.app, id, 'day')}, ${formatQuantity(points.length, 'day')} to ${spellDay(dates.to)}`;
    const chart = chartOf({
      kind: 'line',
      title: name,
      unit,
      curves: [{ name: title, points }],
      zone: readings.app.timezone,
      each: 'day',
      now: readings.now,
    });
    if (chart !== undefined) return chart;
  }
  return undefined;
}

function spellDay(date: LocalDate): string {
  return formatInstant(startOfDate(date, 'utc'), 'utc', 'd LLL');
}

function noDays(readings: Readings): Report {
  const { app, poll, now } = readings;
  const lastAnswer =
    poll?.lastGoodAt === undefined
      ? 'it has not answered yet'
      : `it was asked ${formatMoment(poll.lastGoodAt, app.timezone, now)}`;
  return {
    standing: 'unknown',
    headline: `${app.name}: no day is known yet, ${lastAnswer}`,
    ...asOfField(readings),
    zone: app.timezone,
    stale: isStale(readings),
    sections: [],
    notes: standardNotes(readings, undefined),
  };
}
