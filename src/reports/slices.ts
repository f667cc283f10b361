// The values of an app in a slice of time: from hours for a platform that reports moments, from calendar days for one that reports days.
import { hour, type Instant } from '../clock.ts';
import { hasMoments, isDaily, unitOf, type WithCapabilities } from '../metrics/capabilities.ts';
import { type MetricGroup, type MetricId, metric } from '../metrics/catalog.ts';
import type { metricPhrases } from '../metrics/metric-phrases.ts';
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import type { Range, Span } from '../metrics/range.ts';
import type { BucketNeed, DailyStatistics } from '../metrics/sample.ts';
import {
  anyMeasured,
  type Coverage,
  combineValues,
  coverageOf,
  extreme,
  type Hours,
  hoursIn,
  isWellMeasured,
  type Slots,
} from '../metrics/series.ts';
import { addDays, eachDate, type LocalDate } from '../time-zone.ts';
import type { figurePhrases } from './figure-phrases.ts';
import { bucketsOf, type Readings } from './readings.ts';

/** A slice of time in both forms: `span` for values from hours, `dates` (both included) for values from days. */
export interface Slice {
  readonly span: Span;
  readonly dates: { readonly from: LocalDate; readonly to: LocalDate };
}

/** One metric in one slice. `at` is when its extreme was, where the catalog takes an extreme. */
export interface SliceValue {
  readonly value: number | undefined;
  readonly coverage: Coverage;
  readonly at: Instant | undefined;
}

/** The metric that represents a group in a headline, where the app has it. */
export const mainMetric: Readonly<Record<MetricGroup, MetricId>> = {
  users: 'users.active',
  messages: 'messages.sent',
  groups: 'groups.active',
  rooms: 'rooms.active',
  connections: 'connections.peak',
  memory: 'memory.free_ratio',
};

/** The main metric of a group for an app: the usual one, else the first of the group that its platform has. */
export function mainMetricOf({ capabilities }: WithCapabilities, part: MetricGroup): MetricId {
  const usual = mainMetric[part];
  if (capabilities.metrics.includes(usual)) return usual;
  return capabilities.metrics.find((id) => metric(id).group === part) ?? usual;
}

export function isMetricGroup(text: string): text is MetricGroup {
  return Object.hasOwn(mainMetric, text);
}

/** The metrics of a group that the app's platform has, in the order of display. */
export function metricsOf(readings: { readonly app: Readings['app'] }, part: MetricGroup): MetricId[] {
  return readings.app.capabilities.metrics.filter((id) => metric(id).group === part);
}

/** The slice of a range that is compared, and the slice before it. */
export function slicesOf(range: Range): { readonly main: Slice; readonly previous: Slice } {
  const open = range.wholeDays && range.todayPartial && range.dates.from !== range.dates.to;
  const last = open ? addDays(range.dates.to, -1) : range.dates.to;
  return {
    main: { span: range.compared, dates: { from: range.dates.from, to: last } },
    previous: { span: range.previous, dates: range.previous.dates },
  };
}

/** The stored hours that `hoursOf` reads. */
export function hourNeeds(ids: readonly MetricId[], span: Span): BucketNeed[] {
  const from = Math.floor(span.from / hour) * hour;
  const to = Math.ceil(span.to / hour) * hour;
  return ids.map((metricId) => ({ metric: metricId, tier: 'hours', from, to }));
}

/** Caches the values of one report: its headline, figures and chart read the same ones. */
const known = new WeakMap<Readings, Known>();

interface Known {
  readonly hours: Map<string, Hours>;
  readonly dates: Map<string, ReturnType<typeof eachDate>>;
  readonly values: Map<string, SliceValue>;
  /** The daily statistics by their date. */
  readonly rows: ReadonlyMap<LocalDate, DailyStatistics>;
}

function knownOf(readings: Readings): Known {
  const found = known.get(readings) ?? {
    hours: new Map(),
    dates: new Map(),
    values: new Map(),
    rows: new Map(readings.days.map((row) => [row.date, row])),
  };
  known.set(readings, found);
  return found;
}

/** The clock hours of the span that have ended; a gap where nothing was measured. */
export function hoursOf(readings: Readings, id: MetricId, span: Span): Hours {
  const { hours } = knownOf(readings);
  const key = `${id} ${span.from} ${span.to}`;
  const found = hours.get(key) ?? readHours(readings, id, { ...span, asMean: false });
  hours.set(key, found);
  return found;
}

function readHours(readings: Readings, id: MetricId, span: Span & { readonly asMean: boolean }): Hours {
  const [need] = hourNeeds([id], span);
  return hoursIn(need === undefined ? [] : bucketsOf(readings, need), id, { ...span, now: readings.now });
}

/** The hours that are combined into longer slots: their means where the catalog takes the mean, else as in `hoursOf`. */
export function hoursToCombine(readings: Readings, id: MetricId, span: Span): Hours {
  // An average of the maxima of hours would be wrong.
  return metric(id).combine === 'mean'
    ? readHours(readings, id, { ...span, asMean: true })
    : hoursOf(readings, id, span);
}

/** The dates of the app's own daily statistics; a gap where there is no row. */
export function daysOf(readings: Readings, id: MetricId, { from, to }: Slice['dates']): Slots {
  const { dates, rows } = knownOf(readings);
  const key = `${from} ${to}`;
  const found = dates.get(key) ?? eachDate(from, to, readings.app.timezone);
  dates.set(key, found);
  const at = (index: number): Instant => found[index]?.at ?? Number.NaN;
  return { values: found.map(({ date }) => rows.get(date)?.values[id]), at };
}

/** Hours or days of a slice, as the platform has them. */
export function slotsIn(readings: Readings, id: MetricId, slice: Slice): Slots {
  return isDaily(readings.app, id) ? daysOf(readings, id, slice.dates) : hoursOf(readings, id, slice.span);
}

/** The value of a metric over a slice, combined as the catalog defines. */
export function sliceValue(readings: Readings, id: MetricId, slice: Slice): SliceValue {
  const { values } = knownOf(readings);
  const key = `${id} ${slice.span.from} ${slice.span.to} ${slice.dates.from} ${slice.dates.to}`;
  const value = values.get(key) ?? readSlice(readings, id, slice);
  values.set(key, value);
  return value;
}

function readSlice(readings: Readings, id: MetricId, slice: Slice): SliceValue {
  const slots = isDaily(readings.app, id) ? slotsIn(readings, id, slice) : hoursToCombine(readings, id, slice.span);
  const { combine } = metric(id);
  const side = combine === 'max' ? 'high' : combine === 'min' ? 'low' : undefined;
  const top = side === undefined ? undefined : extreme(slots, side);
  const value = top?.value ?? combineValues(slots.values, combine);
  return { value, coverage: coverageOf(slots.values), at: top?.at };
}

/** How many hours of the slice were measured for any metric, or how many days (`unit`; always days where the platform reports only those). */
export function sliceCoverage(readings: Readings, slice: Slice, unit: 'hour' | 'day' = 'hour'): Coverage {
  const { app } = readings;
  const isOfDays = unit === 'day' || !hasMoments(app);
  const ids = app.capabilities.metrics.filter((id) => isDaily(app, id) === isOfDays);
  return anyMeasured(ids.map((id) => slotsIn(readings, id, slice).values));
}

/** True when both slices are measured to nine tenths; extremes need that as much as sums. */
export function areComparable(a: SliceValue, b: SliceValue): boolean {
  return isWellMeasured(a.coverage) && isWellMeasured(b.coverage);
}

const say = phrasesOf<typeof figurePhrases & typeof metricPhrases>();

/** The value of a metric with its unit. */
export function shownValue(id: MetricId, value: number | undefined): Phrase {
  return say('metric.value', { ...(value === undefined ? {} : { value }), unit: metric(id).unit });
}

/** The title of a value of a range: `Messages`, `Active users, busiest hour`, `Free memory, lowest`, `Connections, on average`. */
export function rangeTitle(readings: Pick<Readings, 'app'>, id: MetricId, span: 'hour' | 'longer' = 'longer'): Phrase {
  const { combine, group: part } = metric(id);
  const own = say('metric.title', { id });
  if (span === 'hour') return own;
  if (combine === 'max' && part === 'connections') return own;
  const how = takenBy[combine];
  return how === undefined ? own : say('figure.title', { id, how, unit: unitOf(readings.app, id) });
}

const takenBy = { sum: undefined, last: undefined, max: 'busiest', min: 'lowest', mean: 'average' } as const;
