// The report of `trend METRIC`: one metric over a range, with the period before drawn behind it.
import type { ImApp } from '../app.ts';
import type { Instant } from '../clock.ts';
import { isDaily, unitOf } from '../metrics/capabilities.ts';
import { type MetricId, metric } from '../metrics/catalog.ts';
import type { metricPhrases } from '../metrics/metric-phrases.ts';
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import type { Range } from '../metrics/range.ts';
import { extreme } from '../metrics/series.ts';
import { chartOf, pointsTitle } from './chart.ts';
import type { chartPhrases } from './chart-phrases.ts';
import type { figurePhrases } from './figure-phrases.ts';
import {
  againstPrevious,
  compareRange,
  extremeMoment,
  figure,
  partlyMeasured,
  rangeChange,
  rangeContext,
  todayLines,
  valueOver,
} from './figures.ts';
import { chartDates, chartTitle, curveNeeds, curveOf, previousCurve, previousCurveNeeds } from './metric-chart.ts';
import { dayNeeds, metricGroupParts, rangeHeadline } from './metric-group.ts';
import { rangeStatus, rangeValue, unmeasuredLines } from './range-status.ts';
import { distinctNeeds, type Needs, type Readings } from './readings.ts';
import type { ChartFacts, Figure, Report } from './report.ts';
import { hourNeeds, mainMetricOf, rangeTitle, shownValue, slicesOf, slotsIn } from './slices.ts';
import { asOf, chartLimits, isStale, standardNotes } from './status.ts';

const say = phrasesOf<typeof figurePhrases & typeof chartPhrases & typeof metricPhrases>();

/** What `trendReport` reads, beside the newest snapshot, poll state, alerts and limits. */
export function trendNeeds(app: ImApp, id: MetricId, scope: { readonly range: Range; readonly now: Instant }): Needs {
  const { range, now } = scope;
  if (isDaily(app, id)) return dayNeeds(app, id, range);
  const curves = [...curveNeeds({ app, now }, id, range), ...previousCurveNeeds({ app, now }, id, range)];
  return {
    buckets: distinctNeeds([...curves, ...hourNeeds([id], range), ...hourNeeds([id], range.previous)]),
    since: true,
  };
}

/** The report on one metric over a range, compared with the same length of time before it. */
export function trendReport(readings: Readings, id: MetricId, range: Range): Report {
  const chart = trendChart(readings, id, range);
  const at = asOf(readings);
  const unit = unitOf(readings.app, id);
  const isKnown = rangeValue(readings, id, range) !== undefined;
  return {
    standing: rangeStatus(readings, { main: id, ids: [id] }, range),
    headline: rangeHeadline(readings, headlineParts(readings, id, range), { main: id, ids: [id], range }),
    context: rangeContext(range),
    ...(at === undefined ? {} : { asOf: at }),
    zone: range.zone,
    stale: isStale(readings),
    sections: [
      {
        figures: trendFigures(readings, id, range),
        lines: [...unmeasuredLines(readings, id, range), ...(isKnown ? todayLines(range, id) : [])],
        charts: chart === undefined ? [] : [chart],
      },
    ],
    notes: standardNotes(readings, { of: compareRange(readings, id, range).whole.coverage, unit }),
  };
}

/** `Production chat: 41,203 messages in the last 7 days, up 4 % vs the 7 days before`. */
function headlineParts(readings: Readings, id: MetricId, range: Range): Phrase[] {
  const { group: part } = metric(id);
  if (id === mainMetricOf(readings.app, part)) return metricGroupParts(readings, part, range);
  const { value } = compareRange(readings, id, range).main;
  if (value === undefined) return [say('figure.unknown', { id, range: range.name })];
  return [valueOver(readings, { id, value, range }), ...againstPrevious(readings, id, range)];
}

/** One day of a daily metric is one number, not the busiest of several. */
function isSingle(readings: Readings, id: MetricId, range: Range): boolean {
  return isDaily(readings.app, id) && range.dates.from === range.dates.to;
}

function trendFigures(readings: Readings, id: MetricId, range: Range): Figure[] {
  const { combine } = metric(id);
  const { main, previous } = compareRange(readings, id, range);
  if (main.value === undefined && previous.value === undefined) return [];
  const slots = slotsIn(readings, id, slicesOf(range).main);
  const one = unitOf(readings.app, id);
  const ends = (['low', 'high'] as const).flatMap((side) => {
    const found = extreme(slots, side);
    if (found === undefined || slots.values.length < 2) return [];
    return [
      figure({
        title: say('trend.end', { side, unit: one }),
        value: shownValue(id, found.value),
        detail: extremeMoment(readings, { id, at: found.at }, range),
      }),
    ];
  });
  const partly = previous.value === undefined ? undefined : partlyMeasured(previous.coverage, one);
  const title =
    combine === 'sum'
      ? say('trend.inAll', { id })
      : rangeTitle(readings, id, isSingle(readings, id, range) ? 'hour' : 'longer');
  return [
    figure({ metric: id, title, value: shownValue(id, main.value), change: rangeChange(readings, id, range) }),
    figure({
      title: previousTitle(readings, id, range),
      value: shownValue(id, previous.value),
      // A sum over a part of the hours is too low, so its coverage is shown.
      detail: partly === undefined ? undefined : say('figure.inBrackets', { words: partly }),
    }),
    ...ends,
  ];
}

/** A platform that reports days has no value of yesterday by this time of day. */
function previousTitle(readings: Readings, id: MetricId, range: Range): Phrase {
  const isToday = isSingle(readings, id, range) && range.todayPartial;
  return isToday ? say('trend.yesterday') : say('chart.capital', { text: range.previous.on });
}

function trendChart(readings: Readings, id: MetricId, range: Range): ChartFacts | undefined {
  const { unit, combine } = metric(id);
  const shown = { ...range, dates: chartDates(readings, id, range) };
  const { points, each } = curveOf(readings, id, shown);
  const before = isSingle(readings, id, range) ? [] : previousCurve(readings, id, range).slice(0, points.length);
  const hasBefore = before.some((point) => point.value !== undefined);
  const name = say(each === 'moment' ? 'metric.title' : 'metric.overTime', { id });
  const previousName = say('chart.capital', { text: range.previous.on });
  const previous = { name: previousName, points: before, role: 'previous' as const };
  return chartOf({
    kind: combine === 'sum' && each !== 'moment' && !hasBefore ? 'bar' : 'line',
    ...(combine === 'sum' && each !== 'moment' ? { join: 'sum' } : {}),
    title: chartTitle(pointsTitle(readings.app, id, each), each, shown),
    unit,
    curves: [{ name, points }, ...(hasBefore ? [previous] : [])],
    limits: chartLimits(readings, id),
    zone: range.zone,
    each,
    now: readings.now,
  });
}
