// One group of metrics (users, messages, groups, rooms, connections, memory) over a range.
import type { ImApp } from '../app.ts';
import type { Instant } from '../clock.ts';
import { isDaily, unitOf } from '../metrics/capabilities.ts';
import { type MetricGroup, type MetricId, type MetricValues, metric } from '../metrics/catalog.ts';
import { capitalise, formatBytes, formatQuantity, formatRatio, formatValue } from '../metrics/format.ts';
import type { Range } from '../metrics/range.ts';
import { anyMeasured, combineValues, slotsOf } from '../metrics/series.ts';
import { addDays } from '../time-zone.ts';
import {
  againstWords,
  busiestWords,
  compareRange,
  countedWords,
  extremeWords,
  figure,
  isSingleValue,
  momentFigures,
  newestWords,
  rangeChange,
  rangeContext,
  rangeFigure,
  rangePhrase,
  todayWords,
  valueWords,
  yesterdayNeeds,
} from './figures.ts';
import { chartDates, curveNeeds, metricGroupChart } from './metric-chart.ts';
import { colouredByWords, newestOf, rangeStatus, rangeValue, unmeasuredLines } from './range-status.ts';
import { distinctNeeds, type Needs, type Readings } from './readings.ts';
import type { Figure, Report, Table } from './report.ts';
import { hourNeeds, mainMetric, mainMetricOf, metricsOf, sliceCoverage, slicesOf, slotsIn } from './slices.ts';
import { asOf, isStale, roundShare, standardNotes } from './status.ts';

const types = ['text', 'image', 'voice', 'other'] as const;

/** Messages by type, single chats beside groups; undefined when no type is known. `ofDays` is added to the title. */
export function typesTable(values: MetricValues, ofDays = ''): Table | undefined {
  const rows = types.flatMap((type) => {
    const single = values[`messages.single.${type}`];
    const group = values[`messages.group.${type}`];
    if (single === undefined && group === undefined) return [];
    return [[capitalise(type), formatValue(single, 'count'), formatValue(group, 'count')]];
  });
  return rows.length === 0 ? undefined : { columns: [`Messages by type${ofDays}`, 'Single chats', 'Groups'], rows };
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
  return typesTable(Object.fromEntries(sums), measured < of ? `, ${measured} of ${formatQuantity(of, 'day')}` : '');
}

/** Line 1 of a group: its main number over the range, with its limit or its change on the range before. */
export function metricGroupHeadline(readings: Readings, part: MetricGroup, range: Range): string {
  const { app } = readings;
  const id = mainMetricOf(app, part);
  const value = rangeValue(readings, id, range);
  if (value === undefined) return `${app.name}: ${metric(id).title.toLowerCase()} not measured ${rangePhrase(range)}`;
  const words =
    id === mainMetric[part] ? mainWords[part](value, readings, range) : valueWords(readings, { id, value, range });
  return `${app.name}: ${words}${againstWords(readings, id, range)}`;
}

type Words = (value: number, readings: Readings, range: Range) => string;

function busiestCount(id: MetricId, value: number, { app }: Readings, range: Range): string {
  return busiestWords(countedWords(id, value), unitOf(app, id), range);
}

const mainWords: Readonly<Record<MetricGroup, Words>> = {
  messages: (value, _readings, range) => `${formatQuantity(value, 'message')} ${rangePhrase(range)}`,
  users: (value, readings, range) => busiestCount('users.active', value, readings, range),
  rooms: (value, readings, range) => busiestCount('rooms.active', value, readings, range),
  groups: (value, readings, range) => busiestCount('groups.active', value, readings, range),
  connections: (value, { app }, range) => {
    const limit = app.connectionLimit;
    const share =
      limit === undefined || limit <= 0
        ? ' (no limit set)'
        : `, ${formatRatio(roundShare(value / limit))} of the limit`;
    return `${formatQuantity(value, 'connection')} at the peak ${rangePhrase(range)}${share}`;
  },
  memory: (value, readings, range) => {
    const { latest, now } = readings;
    const newest = range.todayPartial && range.to >= now - 60_000 ? latest?.values['memory.free_ratio'] : undefined;
    if (latest === undefined || newest === undefined)
      return `${formatRatio(value)} memory free at the lowest ${rangePhrase(range)}`;
    return `${formatRatio(newest)} memory free ${newestWords(readings)}, lowest ${formatRatio(value)} ${rangePhrase(range)}`;
  },
};

/** Sentences on how the numbers are computed. */
export function metricGroupLines(readings: Readings, part: MetricGroup, range: Range): string[] {
  const id = mainMetricOf(readings.app, part);
  const days = isDaily(readings.app, id);
  const isSingle = isSingleValue(range, days ? 'day' : 'hour');
  return [...(isSingle ? [] : distinctLines(part, days)), ...sourceLines[part], ...todayWords(range, id)];
}

function distinctLines(part: MetricGroup, days: boolean): string[] {
  const thing = ({ users: 'user', rooms: 'room', groups: 'group' } as Readonly<Record<string, string>>)[part];
  if (thing === undefined) return [];
  const one = days ? 'day' : 'hour';
  return [
    `A ${thing} counts once ${days ? 'a day' : 'an hour'}: ${one}s cannot be added, so the busiest ${one} stands for a longer time.`,
  ];
}

const sourceLines: Readonly<Record<MetricGroup, readonly string[]>> = {
  users: [],
  messages: [],
  groups: [],
  rooms: [],
  connections: ['The platform reports the peak of the hour before each poll.'],
  memory: ['Memory of the host that answered; what its system caches counts as used.'],
};

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
    headline: `${metricGroupHeadline(readings, part, range)}${isKnown ? colouredByWords(readings, ids, range) : ''}`,
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
  const detail = [
    bytes === undefined ? '' : `(${formatBytes(bytes)})`,
    low.at === undefined ? '' : extremeWords(readings, { id, at: low.at }, range),
  ]
    .filter((words) => words !== '')
    .join(' ');
  const value = formatValue(low.value, 'ratio');
  return [
    ...present,
    figure({ title: `${metric(id).title}, lowest`, value, detail, change: rangeChange(readings, id, range) }),
  ];
}
