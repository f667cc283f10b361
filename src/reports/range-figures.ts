// The words on a metric over a range: its part of line 1, its figure, and what a reader must know of them.
import { isDaily, unitOf } from '../metrics/capabilities.ts';
import { type MetricId, metric } from '../metrics/catalog.ts';
import type { metricPhrases } from '../metrics/metric-phrases.ts';
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import { type Range, rangeOf } from '../metrics/range.ts';
import type { rangePhrases } from '../metrics/range-phrases.ts';
import { type Coverage, isTrailing } from '../metrics/series.ts';
import type { figurePhrases } from './figure-phrases.ts';
import { extremeMoment, figure, limitDetail, newestMoment } from './figures.ts';
import { changeOver, gapsOf, nameOfNumber, rangeNumbers, tooShortSince } from './range-numbers.ts';
import type { Readings } from './readings.ts';
import type { Figure } from './report.ts';
import { rangeTitle, shownValue } from './slices.ts';
import { isStale } from './status.ts';

const say = phrasesOf<typeof figurePhrases & typeof metricPhrases & typeof rangePhrases>();

/** `▲ up 18 % on the day before`, with `in the 154 hours measured both times` where that is not all; undefined as `changeOver`. */
export function rangeChange(
  readings: Readings,
  id: MetricId,
  range: Range,
  form: 'change.on' | 'change.inSentence' = 'change.on',
): Phrase | undefined {
  const found = changeOver(readings, id, range);
  if (found === undefined) return undefined;
  const { change, common, per } = found;
  const { on } = range.previous;
  if (per !== undefined) return say(form, { change, on: say('range.per', { on, unit: per }) });
  return say(form, { change, on: common === undefined ? on : say('range.inCommon', { on, ...common }) });
}

/** What follows the number of a range in line 1: its coverage where that is low, and its change on the range before. */
export function againstPrevious(readings: Readings, id: MetricId, range: Range): Phrase[] {
  if (range.word === '1h' && range.isCompared !== true) return [];
  const change = rangeChange(readings, id, range, 'change.inSentence');
  return [...partlyKnown(readings, id, range), ...(change === undefined ? [] : [change])];
}

/** `15 of 168 hours measured`, `4 of 7 days known` where that is too little to go without saying. */
export function partlyKnown(readings: Readings, id: MetricId, range: Range): Phrase[] {
  const coverage = gapsOf(readings, id, range);
  return coverage === undefined ? [] : [coverageWords(coverage, unitOf(readings.app, id))];
}

/** `15 of 168 hours measured`; what was measured in part counts as its part. */
export function coverageWords({ measured, of }: Coverage, unit: 'hour' | 'day'): Phrase {
  return say('metric.coverage', { measured: Math.round(measured), of, unit });
}

/** Where an app is measured too short for the range: its newest number, and since when; undefined where it is long enough. */
export function tooShortParts(readings: Readings, id: MetricId, range: Range): Phrase[] | undefined {
  const since = tooShortSince(readings, id, range);
  if (since === undefined) return undefined;
  const newest = newestWords(readings, id) ?? say('figure.unknown', { id, range: range.name });
  const { zone, now } = readings;
  return [newest, say('range.tooShort', { since, zone, now, range: range.name })];
}

/** The newest number of a polled metric: of the hour before it, or of its moment. Undefined where it is stale. */
function newestOfMetric(readings: Readings, id: MetricId): { value: number; isOfHour: boolean } | undefined {
  const value = readings.latest?.values[id];
  if (value === undefined || isDaily(readings.app, id) || isStale(readings)) return undefined;
  return { value, isOfHour: isTrailing(id) };
}

/** `405 connections at the peak in the last hour`, `39.6 % memory free now`; undefined where nothing fresh is known. */
export function newestWords(readings: Readings, id: MetricId): Phrase | undefined {
  const newest = newestOfMetric(readings, id);
  if (newest === undefined) return undefined;
  const words = wordsOf(id, newest.value);
  if (!newest.isOfHour) return say('figure.at', { words, at: newestMoment(readings) });
  return say('figure.over', { words, range: lastHour(readings).name });
}

const lastHour = ({ now, zone }: Readings): Range => rangeOf('1h', { now, zone });

function wordsOf(id: MetricId, value: number): Phrase {
  if (id === 'connections.peak') return say('group.atPeak', { peak: value });
  if (id === 'memory.free_ratio') return say('group.memoryFree', { ratio: value });
  const { unit } = metric(id);
  return unit === 'count' ? say('metric.counted', { id, count: value }) : say('metric.valueNamed', { id, value });
}

/** The newest number as a figure of its own window, where the range has none. */
export function newestFigure(readings: Readings, id: MetricId): Figure | undefined {
  const newest = newestOfMetric(readings, id);
  if (newest === undefined) return undefined;
  const detail = newest.isOfHour ? say('range.in', { range: lastHour(readings).name }) : newestMoment(readings);
  return figure({ metric: id, title: say('metric.overTime', { id }), value: shownValue(id, newest.value), detail });
}

/** One figure for a metric over a range: value, its limit or its moment, and the change. Undefined when it is not measured. */
export function rangeFigure(readings: Readings, id: MetricId, range: Range): Figure | undefined {
  if (tooShortSince(readings, id, range) !== undefined) return newestFigure(readings, id);
  const { value, when } = rangeNumbers(readings, id, range);
  // A range that ends now and has no number of its own yet still has a newest one.
  if (value === undefined) return range.todayPartial && range.word !== '1h' ? newestFigure(readings, id) : undefined;
  const limit = metric(id).group === 'connections' ? limitDetail(value, readings.app.connectionLimit) : undefined;
  const isOneDay = isDaily(readings.app, id) && range.dates.from === range.dates.to;
  const isSingle = isOneDay || range.word === '1h';
  const time =
    when === undefined || isSingle ? undefined : extremeMoment(readings, { id, at: when.from, to: when.to }, range);
  const details = [limit, time].filter((words) => words !== undefined);
  return figure({
    metric: id,
    title: isOneDay ? say('metric.title', { id }) : rangeTitle(readings, id, range.word === '1h' ? 'hour' : 'longer'),
    value: shownValue(id, value),
    detail: details.length < 2 ? details[0] : say('metric.listed', { items: details }),
    change: rangeChange(readings, id, range),
  });
}

/** `500 active users in the busiest hour of the last 7 days`; one hour or day alone needs no "busiest". */
export function busiestIn(readings: Readings, id: MetricId, { words, range }: { words: Phrase; range: Range }): Phrase {
  const unit = unitOf(readings.app, id);
  if (isSingleValue(range, unit)) return say('figure.over', { words, range: range.name });
  return say('figure.busiest', { words, unit, range: nameOfNumber(readings, id, range) });
}

/** True when the range holds one value only: one day of daily values, one hour of the others. */
export function isSingleValue(range: Range, unit: 'hour' | 'day'): boolean {
  return unit === 'day' ? range.dates.from === range.dates.to : range.word === '1h';
}

/** `41,203 messages in the last 7 days`, `9,000 registered users now`: the value of a metric over a range, by how its values are combined. */
export function valueOver(readings: Readings, shown: { id: MetricId; value: number; range: Range }): Phrase {
  const { id, value, range } = shown;
  const { unit, combine } = metric(id);
  const words =
    unit === 'count' ? say('metric.counted', { id, count: value }) : say('metric.valueNamed', { id, value });
  if (combine === 'max') return busiestIn(readings, id, { words, range });
  if (combine === 'last') return say('figure.at', { words, at: endOf(readings, range) });
  return say(overRange[combine], { words, range: nameOfNumber(readings, id, range) });
}

const overRange = { sum: 'figure.over', min: 'figure.lowest', mean: 'figure.mean' } as const;

/** `now`, `at the end of yesterday`: the time of the newest number of a range. */
function endOf(readings: Readings, range: Range): Phrase {
  return range.todayPartial ? newestMoment(readings) : say('range.end', { range: range.name });
}

/** What a reader must know of the number: today is not over, an hour that the window cuts was estimated, a day may still grow. */
export function rangeLines(readings: Readings, id: MetricId, range: Range): Phrase[] {
  return [
    ...todayLines(readings, id, range),
    ...estimateLines(readings, id, range),
    ...unfinishedLines(readings, id, range),
  ];
}

/** `Today is not over: …` where a range of several days ends with it. */
function todayLines(readings: Readings, id: MetricId, range: Range): Phrase[] {
  if (!range.wholeDays || !range.todayPartial || range.dates.from === range.dates.to) return [];
  const isSum = metric(id).combine === 'sum';
  const isCounted = range.compared.to === range.to;
  return [say('figure.todayRuns', { isSum, isCounted, isOfDays: isDaily(readings.app, id) })];
}

/** From this share of a sum on it is said how much of it is estimated. */
const leastEstimated = 0.05;

function estimateLines(readings: Readings, id: MetricId, range: Range): Phrase[] {
  const { named } = rangeNumbers(readings, id, range);
  const [first] = named.partial;
  const { from, to } = named.slots;
  if (first === undefined || named.estimated < leastEstimated) return [];
  const cut = { from: from[first] ?? 0, to: to[first] ?? 0 };
  return [say('figure.estimated', { ...cut, share: named.estimated, zone: readings.zone })];
}

/** Days of the range that are over and not complete yet. */
function unfinishedLines(readings: Readings, id: MetricId, range: Range): Phrase[] {
  if (!isDaily(readings.app, id)) return [];
  const { from, to } = range.dates;
  const unfinished = readings.days.filter(
    (row) => !row.complete && row.date >= from && row.date <= to && row.values[id] !== undefined,
  );
  return unfinished
    .filter((row) => row.date !== to || !range.todayPartial)
    .map((row) => say('figure.unfinished', { date: row.date }));
}
