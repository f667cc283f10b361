// The summary of an app whose platform reports whole days: the last complete day, today so far, the fortnight as a chart.
import type { ImApp } from '../app.ts';
import { type MetricId, type MetricValues, metric, metricsIn } from '../metrics/catalog.ts';
import { changeOf } from '../metrics/compare.ts';
import type { metricPhrases } from '../metrics/metric-phrases.ts';
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import type { rangePhrases } from '../metrics/range-phrases.ts';
import type { DailyStatistics } from '../metrics/sample.ts';
import { addDays, type LocalDate, localDate } from '../time-zone.ts';
import { chartOf, pointsTitle } from './chart.ts';
import type { chartPhrases } from './chart-phrases.ts';
import { daysDrawn } from './drawn-slots.ts';
import { figure } from './figures.ts';
import { drawnCurve } from './metric-chart.ts';
import { typesTable } from './metric-group.ts';
import { rowOf, seriesOf } from './read-series.ts';
import type { Needs, Readings } from './readings.ts';
import type { ChartFacts, Figure, Report } from './report.ts';
import { asOf, isSilent, isStale, silence, standardNotes, statusOf } from './status.ts';
import type { OfDay, statusPhrases } from './status-phrases.ts';

const say = phrasesOf<typeof statusPhrases & typeof chartPhrases & typeof metricPhrases & typeof rangePhrases>();

const chartDays = 14;

/** What `daySummary` reads: two weeks of days, and the hours of today. */
export function daySummaryNeeds(app: ImApp, now: number): Needs {
  const today = localDate(now, app.timezone);
  return { buckets: [], days: { from: addDays(today, -chartDays - 1), to: today }, hours: { from: today, to: today } };
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
    context: say('day.window', { ...dayOf(row.date, today), zone: app.timezone }),
    ...asOfField(readings),
    zone: app.timezone,
    stale: isStale(readings),
    sections: [
      {
        figures: dayFigures(readings, row),
        ...(types === undefined ? {} : { table: types }),
        lines: [...todayLines(readings, today), ...lateLines(readings, row, today)],
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

function dayOf(date: LocalDate, today: LocalDate): OfDay {
  return { date, when: date === today ? 'today' : date === addDays(today, -1) ? 'yesterday' : 'earlier' };
}

/** `China: 8,120 active users and 41,203 messages yesterday, messages +18 % vs the day before`. */
function headlineOf(readings: Readings, row: DailyStatistics): Phrase {
  const { app, now } = readings;
  if (isSilent(readings)) return silence(readings);
  return say('status.ofApp', { app: app.name, words: dayHeadline(readings, row, localDate(now, app.timezone)) });
}

function dayHeadline(readings: Readings, row: DailyStatistics, today: LocalDate): Phrase {
  const day = dayOf(row.date, today);
  const known = factsOf(row.values);
  if (known.length === 0) return say('day.unknown', day);
  const facts = say('day.facts', { facts: known, ...day });
  const id: MetricId = row.values['messages.sent'] === undefined ? 'users.active' : 'messages.sent';
  const change = row.date === today ? undefined : changeOnDayBefore(readings, row, id);
  if (change === undefined) return facts;
  const of = id === 'messages.sent' ? 'messages' : 'users';
  if (change.direction === 'same') return say('day.asMany', { facts, of, isExact: change.exactly });
  return say('day.changed', { facts, of, change: say('change.signed', { change, on: dayBefore }) });
}

const dayBefore = say('range.before', { count: 1, unit: 'day' });

function factsOf({ 'users.active': users, 'messages.sent': messages }: MetricValues): Phrase[] {
  return [
    ...(users === undefined ? [] : [say('metric.counted', { id: 'users.active', count: users })]),
    ...(messages === undefined ? [] : [say('metric.counted', { id: 'messages.sent', count: messages })]),
  ];
}

/** The newest day in a few words, for a list of apps: `8,120 active users yesterday`. */
export function dayFacts(readings: Readings): Phrase[] {
  const today = localDate(readings.now, readings.app.timezone);
  const row = newestDay(readings, today);
  const facts = row === undefined ? [] : factsOf(row.values);
  return row === undefined || facts.length === 0 ? [] : [say('day.facts', { facts, ...dayOf(row.date, today) })];
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
    return [
      figure({
        metric: id,
        title: say('metric.title', { id }),
        value: say('metric.value', { value, unit: metric(id).unit }),
        change: change === undefined ? undefined : say('change.on', { change, on: dayBefore }),
      }),
    ];
  });
}

/** The numbers of today, which are never compared with those of a whole day. */
function todayLines(readings: Readings, today: LocalDate): Phrase[] {
  const facts = factsOf(rowOf(readings, today)?.values ?? readings.latest?.values ?? {});
  return facts.length === 0 ? [] : [say('day.soFar', { facts })];
}

/** What is not there yet: of yesterday what there is so far is shown, and that it is not complete. */
function lateLines(readings: Readings, row: DailyStatistics, today: LocalDate): Phrase[] {
  const yesterday = addDays(today, -1);
  if (row.date === today) return [say('day.noneYet')];
  if (!row.complete) return [say('day.incomplete', { date: row.date })];
  if (row.date >= yesterday) return [];
  const facts = factsOf(rowOf(readings, yesterday)?.values ?? {});
  return facts.length === 0 ? [say('day.late')] : [say('day.yesterdaySoFar', { facts })];
}

/** Active users of the last days; messages where users are not known. */
export function activeUsersChart(
  readings: Readings,
  dates: { readonly from: LocalDate; readonly to: LocalDate },
): ChartFacts | undefined {
  for (const id of metricsIn('dayChart')) {
    const drawn = daysDrawn(readings, seriesOf(readings, id, { span: { from: 0, to: 0 }, dates }));
    const { points, partial } = drawn;
    const length = say('range.length', { count: points.length, unit: 'day' });
    const span = say('chart.to', { span: length, to: say('range.date', { date: dates.to }) });
    const chart = chartOf({
      kind: 'line',
      title: say('chart.over', { name: pointsTitle(readings.app, id, 'day'), span }),
      unit: metric(id).unit,
      curves: [drawnCurve(drawn, say('metric.title', { id }))],
      partial,
      zone: readings.app.timezone,
      each: 'day',
      now: readings.now,
    });
    if (chart !== undefined) return chart;
  }
  return undefined;
}

function noDays(readings: Readings): Report {
  const { app, poll, now } = readings;
  const asked = poll?.lastGoodAt === undefined ? {} : { asked: { at: poll.lastGoodAt, zone: app.timezone, now } };
  return {
    standing: 'unknown',
    headline: say('day.noDays', { app: app.name, ...asked }),
    ...asOfField(readings),
    zone: app.timezone,
    stale: isStale(readings),
    sections: [],
    notes: standardNotes(readings, undefined),
  };
}
