// One group of metrics (users, messages, groups, rooms, connections, memory) over a range.
import type { ImApp } from '../app.ts';
import type { Instant } from '../clock.ts';
import { isDaily, unitOf } from '../metrics/capabilities.ts';
import type { MetricGroup, MetricId, MetricValues } from '../metrics/catalog.ts';
import type { metricPhrases } from '../metrics/metric-phrases.ts';
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import type { Range } from '../metrics/range.ts';
import type { BucketNeed } from '../metrics/sample.ts';
import { anyMeasured, type Coverage, combineValues } from '../metrics/series.ts';
import { addDays } from '../time-zone.ts';
import type { chartPhrases } from './chart-phrases.ts';
import { hourLines, hourNeeds } from './counted-hours.ts';
import { valuesTable } from './drawn-slots.ts';
import type { figurePhrases } from './figure-phrases.ts';
import { extremeMoment, figure, momentFigures, newestMoment, rangeContext, yesterdayNeeds } from './figures.ts';
import { chartDates, comparedChart, curveNeeds, metricGroupChart, previousCurveNeeds } from './metric-chart.ts';
import { monthsTable } from './month-table.ts';
import {
  againstPrevious,
  busiestIn,
  isSingleValue,
  newestWords,
  rangeChange,
  rangeFigure,
  rangeLines,
  tooShortParts,
  valueOver,
} from './range-figures.ts';
import { nameOfNumber, rangeNumbers, rangeValue, tooShortSince } from './range-numbers.ts';
import { colouringAlert, newestOf, rangeStatus, unmeasuredLines } from './range-status.ts';
import { type Asked, seriesNeeds } from './read-series.ts';
import { distinctNeeds, type Needs, type Readings } from './readings.ts';
import type { Figure, Report, Table } from './report.ts';
import { mainMetric, mainMetricOf, metricsOf, rangeTitle, shownValue, slicesOf, slotsIn } from './slices.ts';
import { asOf, isStale, roundShare, standardNotes } from './status.ts';

const say = phrasesOf<typeof figurePhrases & typeof chartPhrases & typeof metricPhrases>();

const types = ['text', 'image', 'voice', 'other'] as const;

/** Messages by type, single chats beside groups; undefined when no type is known. `partOf`: of how many days, where not of all. */
export function typesTable(values: MetricValues, partOf: Partial<Coverage> = {}): Table | undefined {
  const rows = types.flatMap((type) => {
    const ids = [`messages.single.${type}`, `messages.group.${type}`] as const;
    if (ids.every((id) => values[id] === undefined)) return [];
    return [[say('group.type', { type }), ...ids.map((id) => shownValue(id, values[id]))]];
  });
  const columns = [say('group.types', partOf), say('chart.single'), say('chart.groups')];
  return rows.length === 0 ? undefined : { columns, rows, numeric: true };
}

/** True for the messages of one type, such as `messages.single.text`. */
export function isType(id: MetricId): boolean {
  return /^messages\..*\./.test(id);
}

/** Messages by type over the range, for a platform that tells types apart; of how many days, where types are not known of all. */
export function rangeTypes(readings: Readings, range: Range): Table | undefined {
  const { main } = slicesOf(range);
  const series = metricsOf(readings, 'messages')
    .filter(isType)
    .map((id) => ({ id, values: slotsIn(readings, id, main).values }));
  const sums = series.flatMap(({ id, values }) => {
    const sum = combineValues(values, 'sum');
    return sum === undefined ? [] : [[id, sum] as const];
  });
  const { measured, of } = anyMeasured(series.map(({ values }) => values));
  return typesTable(Object.fromEntries(sums), measured < of ? { measured, of } : {});
}

/** What line 1 of a group says: its main number over the range, with its limit or its change on the range before. */
export function metricGroupParts(readings: Readings, part: MetricGroup, range: Range): Phrase[] {
  const id = mainMetricOf(readings.app, part);
  const tooShort = tooShortParts(readings, id, range);
  if (tooShort !== undefined) return tooShort;
  const value = rangeValue(readings, id, range);
  if (value === undefined) return [missingWords(readings, id, range)];
  const words =
    id === mainMetric[part] ? mainNumber[part](value, readings, range) : valueOver(readings, { id, value, range });
  return [words, ...againstPrevious(readings, id, range)];
}

/** A day that has just begun has no peak yet, but there is one of the last hour. */
function missingWords(readings: Readings, id: MetricId, range: Range): Phrase {
  const newest = range.todayPartial && range.word !== '1h' ? newestWords(readings, id) : undefined;
  return newest ?? say('figure.unknown', { id, range: range.name });
}

/** Line 1 of these parts; with the open alert that decides the status, where the number is known and does not. */
export function rangeHeadline(
  readings: Readings,
  parts: readonly Phrase[],
  of: { readonly main: MetricId; readonly ids: readonly MetricId[]; readonly range: Range },
): Phrase {
  const isKnown = rangeValue(readings, of.main, of.range) !== undefined;
  const alert = isKnown ? colouringAlert(readings, of.ids, of.range) : undefined;
  return say('figure.headline', { app: readings.app.name, parts, ...(alert === undefined ? {} : { alert }) });
}

type MainNumber = (value: number, readings: Readings, range: Range) => Phrase;

const busiest =
  (id: MetricId): MainNumber =>
  (count, readings, range) =>
    busiestIn(readings, id, { words: say('metric.counted', { id, count }), range });

const mainNumber: Readonly<Record<MetricGroup, MainNumber>> = {
  messages: (count, _readings, range) =>
    say('figure.over', { words: say('metric.counted', { id: 'messages.sent', count }), range: range.name }),
  users: busiest('users.active'),
  rooms: busiest('rooms.active'),
  groups: busiest('groups.active'),
  connections: (peak, readings, range) => {
    const { connectionLimit: limit } = readings.app;
    const share = limit === undefined || limit <= 0 ? {} : { share: roundShare(peak / limit) };
    return say('group.peak', { peak, range: nameOfNumber(readings, mainMetric.connections, range), ...share });
  },
  memory: (lowest, readings, range) => {
    const id = mainMetric.memory;
    const { when } = rangeNumbers(readings, id, range);
    const ratio = range.todayPartial ? readings.latest?.values[id] : undefined;
    const newest = ratio === undefined ? {} : { now: { ratio, at: newestMoment(readings) } };
    const time = when === undefined ? {} : { when: extremeMoment(readings, { id, at: when.from, to: when.to }, range) };
    return say('group.memory', { lowest, range: nameOfNumber(readings, id, range), ...newest, ...time });
  },
};

/** Sentences on how the numbers are computed. */
export function metricGroupLines(readings: Readings, part: MetricGroup, range: Range): Phrase[] {
  const id = mainMetricOf(readings.app, part);
  const unit = unitOf(readings.app, id);
  const isDistinct = part === 'users' || part === 'rooms' || part === 'groups';
  return [
    ...(isDistinct && !isSingleValue(range, unit) ? [say('group.distinct', { group: part, unit })] : []),
    ...(part === 'connections' ? [say('group.peakSource')] : []),
    ...(part === 'memory' ? [say('group.memorySource')] : []),
    ...hourLines(readings, id, range),
    ...rangeLines(readings, id, range),
  ];
}

/** What `metricGroupReport` reads, beside the newest snapshot, poll state, alerts and limits. */
export function metricGroupNeeds(
  app: ImApp,
  part: MetricGroup,
  scope: { readonly range: Range; readonly now: Instant },
): Needs {
  const { range, now } = scope;
  const ids = metricsOf({ app }, part);
  const polled = ids.filter((id) => !isDaily(app, id));
  const days = polled.length < ids.length ? dayNeeds(app, mainMetricOf(app, part), range) : undefined;
  if (days !== undefined && polled.length === 0) return days;
  const asked = { app, now, zone: app.timezone };
  const before = range.isCompared === true ? previousCurveNeeds({ app, now }, mainMetricOf(app, part), range) : [];
  const curves = [...polled.flatMap((id) => curveNeeds({ app, now }, id, range)), ...before];
  const numbers = polled.flatMap((id) => rangeNeeds(id, range, asked));
  return { ...days, buckets: distinctNeeds([...curves, ...numbers, ...yesterdayNeeds(app, polled, now)]), since: true };
}

/** The buckets for a metric over a range and over the one before. */
export function rangeNeeds(id: MetricId, range: Range, asked: Asked): BucketNeed[] {
  const spans = range.compared.to === range.to ? [range, range.previous] : [range, range.compared, range.previous];
  return spans.flatMap((span) => seriesNeeds(id, span, asked));
}

/** The days of a range and of the one before, at least four of them, so that a change can be a percentage. */
export function dayNeeds(app: ImApp, id: MetricId, range: Range): Needs {
  const firsts = [range.previous.dates.from, addDays(range.dates.from, -4), chartDates({ app }, id, range).from];
  const from = firsts.sort()[0] ?? range.dates.from;
  return { buckets: [], days: { from, to: range.dates.to }, ...hourNeeds(app, range) };
}

/** The report on one group over a range. Call `explainMissing` and `explainRange` first: they say whether it can be made. */
export function metricGroupReport(readings: Readings, part: MetricGroup, range: Range): Report {
  const types = part === 'messages' ? rangeTypes(readings, range) : undefined;
  const at = asOf(readings);
  const main = mainMetricOf(readings.app, part);
  const isCompared = range.isCompared === true;
  const chart = isCompared ? comparedChart(readings, main, range) : metricGroupChart(readings, part, range);
  const unit = unitOf(readings.app, main);
  const isKnown = rangeValue(readings, main, range) !== undefined;
  const ids = metricsOf(readings, part);
  const values = valuesTable(readings, main, range) ?? monthsTable(readings, main, range);
  return {
    standing: rangeStatus(readings, { main, ids }, range),
    headline: rangeHeadline(readings, metricGroupParts(readings, part, range), { main, ids, range }),
    context: rangeContext(range),
    ...(at === undefined ? {} : { asOf: at }),
    zone: range.zone,
    stale: isStale(readings),
    sections: [
      {
        figures: partFigures(readings, part, range),
        ...(types === undefined ? {} : { table: types }),
        lines: [...unmeasuredLines(readings, main, range), ...(isKnown ? metricGroupLines(readings, part, range) : [])],
        charts: chart === undefined ? [] : [chart],
      },
      ...(values === undefined ? [] : [{ figures: [], table: values, lines: [], charts: [] }]),
    ],
    notes: standardNotes(readings, { of: rangeNumbers(readings, main, range).coverage, unit }),
  };
}

/** The figures of the last hour are those of the newest snapshot, compared with yesterday; those of a longer range are of its series. */
function partFigures(readings: Readings, part: MetricGroup, range: Range): Figure[] {
  const values = newestOf(readings, metricsOf(readings, part));
  if (part === 'memory') return memoryFigures(readings, range);
  if (range.word === '1h' && readings.latest !== undefined && values !== undefined && !isStale(readings))
    return momentFigures(readings, values);
  const ids = metricsOf(readings, part).filter((id) => !isType(id));
  return ids.map((id) => rangeFigure(readings, id, range)).filter((one) => one !== undefined);
}

/** Memory now where the range ends now, and the lowest share with its size and its time. */
function memoryFigures(readings: Readings, range: Range): Figure[] {
  const present = range.todayPartial
    ? momentFigures(readings, newestOf(readings, metricsOf(readings, 'memory')) ?? {})
    : [];
  const id = mainMetric.memory;
  const { value, when } = rangeNumbers(readings, id, range);
  if (value === undefined || tooShortSince(readings, id, range) !== undefined) return present;
  const bytes = rangeNumbers(readings, 'memory.free', range).value;
  const at = when === undefined ? undefined : extremeMoment(readings, { id, at: when.from, to: when.to }, range);
  const size = bytes === undefined ? undefined : shownValue('memory.free', bytes);
  return [
    ...present,
    figure({
      metric: id,
      title: rangeTitle(readings, id),
      value: shownValue(id, value),
      detail: size === undefined ? at : say('figure.inBrackets', { words: size, ...(at === undefined ? {} : { at }) }),
      change: rangeChange(readings, id, range),
    }),
  ];
}
