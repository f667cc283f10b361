// One group of metrics (users, messages, groups, rooms, connections, memory) over a range.
import type { ImApp } from '../app.ts';
import type { Instant } from '../clock.ts';
import { isDaily, unitOf } from '../metrics/capabilities.ts';
import type { MetricGroup, MetricId, MetricValues } from '../metrics/catalog.ts';
import type { metricPhrases } from '../metrics/metric-phrases.ts';
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import type { Range } from '../metrics/range.ts';
import { anyMeasured, type Coverage, combineValues, slotsOf } from '../metrics/series.ts';
import { addDays } from '../time-zone.ts';
import type { chartPhrases } from './chart-phrases.ts';
import type { figurePhrases } from './figure-phrases.ts';
import {
  againstPrevious,
  busiestIn,
  compareRange,
  extremeMoment,
  figure,
  isSingleValue,
  momentFigures,
  newestMoment,
  rangeChange,
  rangeContext,
  rangeFigure,
  todayLines,
  valueOver,
  yesterdayNeeds,
} from './figures.ts';
import { chartDates, curveNeeds, metricGroupChart } from './metric-chart.ts';
import { colouringAlert, newestOf, rangeStatus, rangeValue, unmeasuredLines } from './range-status.ts';
import { distinctNeeds, type Needs, type Readings } from './readings.ts';
import type { Figure, Report, Table } from './report.ts';
import {
  hourNeeds,
  mainMetric,
  mainMetricOf,
  metricsOf,
  rangeTitle,
  shownValue,
  sliceCoverage,
  slicesOf,
  slotsIn,
} from './slices.ts';
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
  const value = rangeValue(readings, id, range);
  if (value === undefined) return [say('figure.unknown', { id, range: range.name })];
  const words =
    id === mainMetric[part] ? mainNumber[part](value, readings, range) : valueOver(readings, { id, value, range });
  return [words, ...againstPrevious(readings, id, range)];
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
  (count, { app }, range) =>
    busiestIn(say('metric.counted', { id, count }), unitOf(app, id), range);

const mainNumber: Readonly<Record<MetricGroup, MainNumber>> = {
  messages: (count, _readings, range) =>
    say('figure.over', { words: say('metric.counted', { id: 'messages.sent', count }), range: range.name }),
  users: busiest('users.active'),
  rooms: busiest('rooms.active'),
  groups: busiest('groups.active'),
  connections: (peak, { app: { connectionLimit: limit } }, range) => {
    const share = limit === undefined || limit <= 0 ? {} : { share: roundShare(peak / limit) };
    return say('group.peak', { peak, range: range.name, ...share });
  },
  memory: (lowest, readings, range) => {
    const { latest, now } = readings;
    const ratio = range.todayPartial && range.to >= now - 60_000 ? latest?.values['memory.free_ratio'] : undefined;
    const newest = ratio === undefined ? {} : { now: { ratio, at: newestMoment(readings) } };
    return say('group.memory', { lowest, range: range.name, ...newest });
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
    ...todayLines(range, id),
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
  const curves = polled.flatMap((id) => curveNeeds({ app, now }, id, range));
  const hours = [...hourNeeds(polled, range), ...hourNeeds(polled, range.previous)];
  return { ...days, buckets: distinctNeeds([...curves, ...hours, ...yesterdayNeeds(polled, now)]), since: true };
}

/** The days of a range and of the one before, at least four of them, so that a change can be a percentage. */
export function dayNeeds(app: ImApp, id: MetricId, range: Range): Needs {
  const firsts = [range.previous.dates.from, addDays(range.dates.from, -4), chartDates({ app }, id, range).from];
  const from = firsts.sort()[0] ?? range.dates.from;
  return { buckets: [], days: { from, to: range.dates.to }, ...(range.todayPartial ? { hours: true } : {}) };
}

/** The report on one group over a range. Call `explainMissing` and `explainRange` first: they say whether it can be made. */
export function metricGroupReport(given: Readings, part: MetricGroup, range: Range): Report {
  const readings = withHours(given, range);
  const chart = metricGroupChart(readings, part, range);
  const table = part === 'messages' ? rangeTypes(readings, range) : undefined;
  const at = asOf(readings);
  const main = mainMetricOf(readings.app, part);
  const unit = unitOf(readings.app, main);
  const isKnown = rangeValue(readings, main, range) !== undefined;
  const ids = metricsOf(readings, part);
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
        ...(table === undefined ? {} : { table }),
        lines: [...unmeasuredLines(readings, main, range), ...(isKnown ? metricGroupLines(readings, part, range) : [])],
        charts: chart === undefined ? [] : [chart],
      },
    ],
    notes: standardNotes(readings, { of: sliceCoverage(readings, slicesOf(range).main, unit), unit }),
  };
}

/** Takes the messages of today from its hours where the platform has no row for the day yet. */
function withHours(readings: Readings, range: Range): Readings {
  const { hours, days, app } = readings;
  const today = range.dates.to;
  if (
    hours === undefined ||
    !range.todayPartial ||
    days.some((row) => row.date === today && row.values['messages.sent'] !== undefined)
  )
    return readings;
  const sum = combineValues(slotsOf(hours).values, 'sum');
  if (sum === undefined) return readings;
  const row = days.find((one) => one.date === today) ?? {
    date: today,
    zone: app.timezone,
    complete: false,
    values: {},
  };
  const filled = { ...row, values: { ...row.values, 'messages.sent': sum } };
  return { ...readings, days: [...days.filter((one) => one.date !== today), filled] };
}

/** The figures of the last hour come from the newest snapshot, those of a longer range from hours or days. */
function partFigures(readings: Readings, part: MetricGroup, range: Range): Figure[] {
  const values = newestOf(readings, metricsOf(readings, part));
  if (range.word === '1h' && readings.latest !== undefined && values !== undefined && !isStale(readings))
    return momentFigures(readings, values);
  if (part === 'memory') return memoryFigures(readings, range);
  const ids = metricsOf(readings, part).filter((id) => !isType(id));
  return ids.map((id) => rangeFigure(readings, id, range)).filter((one) => one !== undefined);
}

/** Memory now where the range ends now, and the lowest share with its size and its time. */
function memoryFigures(readings: Readings, range: Range): Figure[] {
  const { latest, now } = readings;
  const endsNow = range.todayPartial && latest !== undefined && now - range.to < 60_000;
  const present = endsNow ? momentFigures(readings, newestOf(readings, metricsOf(readings, 'memory')) ?? {}) : [];
  const id = mainMetric.memory;
  const low = compareRange(readings, id, range).main;
  if (low.value === undefined) return present;
  const bytes = compareRange(readings, 'memory.free', range).main.value;
  const at = low.at === undefined ? undefined : extremeMoment(readings, { id, at: low.at }, range);
  const size = bytes === undefined ? undefined : shownValue('memory.free', bytes);
  return [
    ...present,
    figure({
      metric: id,
      title: rangeTitle(readings, id),
      value: shownValue(id, low.value),
      detail: size === undefined ? at : say('figure.inBrackets', { words: size, ...(at === undefined ? {} : { at }) }),
      change: rangeChange(readings, id, range),
    }),
  ];
}
