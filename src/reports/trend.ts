// The report of `trend METRIC`: one metric over a range, with the period before drawn behind it.
import type { ImApp } from '../app.ts';
import type { Instant } from '../clock.ts';
import { isDaily, unitOf } from '../metrics/capabilities.ts';
import { type MetricId, metric } from '../metrics/catalog.ts';
import type { MeasuredSeries, ValueInTime } from '../metrics/measured-series.ts';
import type { metricPhrases } from '../metrics/metric-phrases.ts';
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import type { Range } from '../metrics/range.ts';
import { isTrailing } from '../metrics/series.ts';
import { addDays } from '../time-zone.ts';
import type { chartPhrases } from './chart-phrases.ts';
import { hourLines } from './counted-hours.ts';
import { valuesTable } from './drawn-slots.ts';
import type { figurePhrases } from './figure-phrases.ts';
import { extremeMoment, figure, rangeContext } from './figures.ts';
import { comparedChart, curveNeeds, isSingle, previousCurveNeeds } from './metric-chart.ts';
import { dayNeeds, metricGroupParts, rangeHeadline, rangeNeeds } from './metric-group.ts';
import { monthsTable } from './month-table.ts';
import {
  againstPrevious,
  coverageWords,
  newestFigure,
  newestWords,
  rangeChange,
  rangeLines,
  tooShortParts,
  valueOver,
} from './range-figures.ts';
import { isOfToday, rangeNumbers, rangeValue, tooShortSince } from './range-numbers.ts';
import { rangeStatus, unmeasuredLines } from './range-status.ts';
import { distinctNeeds, type Needs, type Readings } from './readings.ts';
import type { Figure, Report } from './report.ts';
import { mainMetricOf, rangeTitle, shownValue } from './slices.ts';
import { asOf, isStale, standardNotes } from './status.ts';

const say = phrasesOf<typeof figurePhrases & typeof chartPhrases & typeof metricPhrases>();

/** What `trendReport` reads, beside the newest snapshot, poll state, alerts and limits. */
export function trendNeeds(app: ImApp, id: MetricId, scope: { readonly range: Range; readonly now: Instant }): Needs {
  const { range, now } = scope;
  if (isDaily(app, id)) return dayNeeds(app, id, range);
  const curves = curveNeeds({ app, now }, id, range);
  const before = previousCurveNeeds({ app, now }, id, range);
  const numbers = rangeNeeds(id, range, { app, now, zone: app.timezone });
  return { buckets: distinctNeeds([...curves, ...before, ...numbers]), since: true };
}

/** The report on one metric over a range, compared with the same length of time before it. */
export function trendReport(readings: Readings, id: MetricId, range: Range): Report {
  const chart = comparedChart(readings, id, range);
  const at = asOf(readings);
  const unit = unitOf(readings.app, id);
  const isKnown = rangeValue(readings, id, range) !== undefined;
  const values = valuesTable(readings, id, range) ?? monthsTable(readings, id, range);
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
        lines: [
          ...unmeasuredLines(readings, id, range),
          ...(isKnown ? [...hourLines(readings, id, range), ...rangeLines(readings, id, range)] : []),
        ],
        charts: chart === undefined ? [] : [chart],
      },
      ...(values === undefined ? [] : [{ figures: [], table: values, lines: [], charts: [] }]),
    ],
    notes: standardNotes(readings, { of: rangeNumbers(readings, id, range).coverage, unit }),
  };
}

/** `Production chat: 41,203 messages in the last 7 days, up 4 % vs the 7 days before`. */
function headlineParts(readings: Readings, id: MetricId, range: Range): Phrase[] {
  const { group: part } = metric(id);
  if (id === mainMetricOf(readings.app, part)) return metricGroupParts(readings, part, range);
  const tooShort = tooShortParts(readings, id, range);
  if (tooShort !== undefined) return tooShort;
  const { value } = rangeNumbers(readings, id, range);
  if (value !== undefined) return [valueOver(readings, { id, value, range }), ...againstPrevious(readings, id, range)];
  const newest = range.todayPartial && range.word !== '1h' ? newestWords(readings, id) : undefined;
  return [newest ?? say('figure.unknown', { id, range: range.name })];
}

function trendFigures(readings: Readings, id: MetricId, range: Range): Figure[] {
  const { value, previous, when } = rangeNumbers(readings, id, range);
  const momentOf = ({ from: at, to }: ValueInTime): Phrase => extremeMoment(readings, { id, at, to }, range);
  if (tooShortSince(readings, id, range) !== undefined) {
    const newest = newestFigure(readings, id);
    return newest === undefined ? [] : [newest];
  }
  if (value === undefined && previous.value === undefined) return [];
  const one = unitOf(readings.app, id);
  const { measured, of } = previous.coverage;
  const isPartly = previous.value !== undefined && of > 1 && measured < of * 0.97;
  const isOne = isSingle(readings, id, range) || (range.word === '1h' && isTrailing(id));
  const inAll = metric(id).combine === 'sum' && !isOne;
  const title = inAll ? say('trend.inAll', { id }) : rangeTitle(readings, id, isOne ? 'hour' : 'longer');
  return [
    figure({
      metric: id,
      title,
      value: shownValue(id, value),
      detail: isOfToday(readings, id, range) && when !== undefined ? momentOf(when) : undefined,
      change: rangeChange(readings, id, range),
    }),
    figure({
      title: previousTitle(readings, id, range),
      value: shownValue(id, previous.value),
      // A sum over a part of the hours is too low, so its coverage is shown.
      detail: isPartly ? say('figure.inBrackets', { words: coverageWords(previous.coverage, one) }) : undefined,
    }),
    ...endFigures(readings, id, range),
  ];
}

/** The lowest and the highest of the range, each with its time: of hours, of days, or of moments. */
function endFigures(readings: Readings, id: MetricId, range: Range): Figure[] {
  const { full } = rangeNumbers(readings, id, range);
  const known = full.slots.values.filter((value) => value !== undefined).length;
  const unit = isDaily(readings.app, id) ? 'day' : isTrailing(id) ? 'hour' : 'moment';
  if (unit !== 'moment' && known < 2) return [];
  const { low, high } = extremes(readings, id, range);
  if (low !== undefined && low.value === high?.value) return [];
  return (['low', 'high'] as const).flatMap((side) => {
    const found = side === 'low' ? low : high;
    if (found === undefined) return [];
    const detail = extremeMoment(readings, { id, at: found.from, to: found.to }, range);
    return [figure({ title: say('trend.end', { side, unit }), value: shownValue(id, found.value), detail })];
  });
}

/** Of the whole range; of counts that a platform makes by the day without today, which is no whole day. */
function extremes(readings: Readings, id: MetricId, range: Range): Pick<MeasuredSeries, 'low' | 'high'> {
  const { full, named } = rangeNumbers(readings, id, range);
  const isOfWhole = isDaily(readings.app, id) && metric(id).combine === 'sum';
  return isOfWhole && full.partial.length > 0 ? named : full;
}

/** A platform that reports days has no value of yesterday by this time of day. */
function previousTitle(readings: Readings, id: MetricId, range: Range): Phrase {
  const isToday = isSingle(readings, id, range) && range.todayPartial;
  if (!isToday) return say('chart.capital', { text: range.previous.on });
  const { from: date } = range.previous.dates;
  return date === addDays(range.dates.from, -1) ? say('trend.yesterday') : say('trend.wholeDay', { date });
}
