// The charts of a message history: the hours of the day, and the days where they are too many for words.
import type { ImApp } from '../app.ts';
import { hour, type Instant } from '../clock.ts';
import { countKinds, type DatedCounts, type DayCounts } from '../metrics/history-counts.ts';
import { phrasesOf } from '../metrics/phrase.ts';
import type { Range } from '../metrics/range.ts';
import { daysBetween, eachDate, localDate, minuteOfDay, startOfDate } from '../time-zone.ts';
import { chartOf } from './chart.ts';
import type { chartPhrases } from './chart-phrases.ts';
import type { historyPhrases } from './history-phrases.ts';
import { chartTitle } from './metric-chart.ts';
import type { ChartFacts } from './report.ts';

const say = phrasesOf<typeof historyPhrases & typeof chartPhrases>();

/** More days than that are a chart and no list. */
export const mostDaysInWords = 14;

interface Drawn {
  readonly app: Pick<ImApp, 'id' | 'name'>;
  readonly range: Range;
  /** What was counted. */
  readonly from: Instant;
  readonly to: Instant;
  readonly days: readonly DatedCounts[];
}

export function historyCharts(drawn: Drawn, sum: DayCounts): ChartFacts[] {
  const charts = [hoursChart(drawn, sum), drawn.days.length > mostDaysInWords ? daysChart(drawn) : undefined];
  const { name: subject, id: appId } = drawn.app;
  return charts.flatMap((chart) => (chart === undefined ? [] : [{ ...chart, subject, appId }]));
}

/** All days of the range together. Its points stand on a day on which no clock is changed, whose date is not shown. */
function hoursChart({ range, from, to }: Drawn, { hours }: DayCounts): ChartFacts | undefined {
  const start = startOfDate(`${range.dates.from.slice(0, 4)}-01-02`, range.zone);
  // Of a part of a day the other hours were not counted.
  const hourOf = (at: Instant): number => Math.floor(minuteOfDay(at, range.zone) / 60);
  const isOneDay = localDate(from, range.zone) === localDate(to - 1, range.zone);
  const [first, last] = isOneDay ? [hourOf(from), hourOf(to - 1)] : [0, 23];
  const points = hours.map((value, index) => ({ at: start + index * hour, value })).slice(first, last + 1);
  const chart = chartOf({
    kind: 'bar',
    title: chartTitle(say('history.byHour'), 'hour', range),
    unit: 'count',
    curves: [{ name: say('history.messages'), points }],
    zone: range.zone,
    each: 'hour',
  });
  return chart && { ...chart, isOfEachDay: true };
}

function daysChart({ range, from, to, days }: Drawn): ChartFacts | undefined {
  const counts = new Map(days.map((day) => [day.date, countKinds(day)]));
  const dates = eachDate(range.dates.from, range.dates.to, range.zone).filter(({ at }) => at >= from && at < to);
  if (dates.length === 0 || daysBetween(dates[0]?.date ?? '', dates.at(-1)?.date ?? '') < 1) return undefined;
  return chartOf({
    kind: 'bar',
    title: chartTitle(say('history.byDay'), 'day', range),
    unit: 'count',
    curves: [
      { name: say('history.messages'), points: dates.map(({ date, at }) => ({ at, value: counts.get(date) ?? 0 })) },
    ],
    zone: range.zone,
    each: 'day',
  });
}
