// The values of an app in a slice of time, read from one series per metric and slice; and which metric stands for a group.
import { hasMoments, isDaily, unitOf, type WithCapabilities } from '../metrics/capabilities.ts';
import { type MetricGroup, type MetricId, metric } from '../metrics/catalog.ts';
import { leastShare } from '../metrics/common-slots.ts';
import type { MeasuredSeries, ValueInTime } from '../metrics/measured-series.ts';
import type { metricPhrases } from '../metrics/metric-phrases.ts';
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import type { Range, Span } from '../metrics/range.ts';
import type { Coverage, Slots } from '../metrics/series.ts';
import { addDays, daysBetween, type LocalDate, localDate } from '../time-zone.ts';
import type { figurePhrases } from './figure-phrases.ts';
import { seriesOf } from './read-series.ts';
import type { Readings } from './readings.ts';

/** A slice of time in both forms: `span` for values from hours, `dates` (both included) for values from days. */
export interface Slice {
  readonly span: Span;
  readonly dates: { readonly from: LocalDate; readonly to: LocalDate };
}

/** One metric in one slice. `when` its extreme was, where the catalog takes an extreme. */
export interface SliceValue {
  readonly value: number | undefined;
  readonly coverage: Coverage;
  readonly when: ValueInTime | undefined;
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
  const open = range.wholeDays && range.todayPartial && range.compared.to < range.to;
  const last = open ? addDays(range.dates.to, -1) : range.dates.to;
  return {
    main: { span: range.compared, dates: { from: range.dates.from, to: last } },
    previous: { span: range.previous, dates: range.previous.dates },
  };
}

/** Hours or days of a slice, as the platform has them. */
export function slotsIn(readings: Readings, id: MetricId, slice: Slice): Slots {
  const { slots } = seriesOf(readings, id, slice);
  return { values: slots.values, at: (index) => slots.from[index] ?? Number.NaN };
}

/** The value of a metric over a slice, combined as the catalog defines; undefined where not even one slot was measured. */
export function sliceValue(readings: Readings, id: MetricId, slice: Slice): SliceValue {
  const series = endedSeries(readings, id, slice);
  const coverage = countedSlots(series, slice, isDaily(readings.app, id));
  const { combine } = metric(id);
  const top = combine === 'max' ? series.high : combine === 'min' ? series.low : undefined;
  return coverage.measured === 0
    ? { value: undefined, coverage, when: undefined }
    : { value: series.value, coverage, when: top };
}

/** A day that still runs is not one of the days of a slice. */
function endedSeries(readings: Readings, id: MetricId, slice: Slice): MeasuredSeries {
  const { app, now } = readings;
  const last = addDays(localDate(now, app.timezone), -1);
  if (!isDaily(app, id) || slice.dates.to <= last || slice.dates.from > last) return seriesOf(readings, id, slice);
  return seriesOf(readings, id, { ...slice, dates: { from: slice.dates.from, to: last } });
}

/** Hours or days of the slice, each measured to its half at least. */
function countedSlots({ slots, partial }: MeasuredSeries, { dates }: Slice, isOfDays: boolean): Coverage {
  const { shares } = slots;
  let measured = 0;
  for (let index = 0; index < shares.length; index += 1)
    if ((shares[index] ?? 0) >= leastShare && !(isOfDays && partial.includes(index))) measured += 1;
  return { measured, of: isOfDays ? daysBetween(dates.from, dates.to) + 1 : shares.length };
}

/**
 * How many hours of the slice were measured for the metric that was measured best, or how many days (`unit`; always days where the
 * platform reports only those).
 */
export function sliceCoverage(readings: Readings, slice: Slice, unit: 'hour' | 'day' = 'hour'): Coverage {
  const { app } = readings;
  const isOfDays = unit === 'day' || !hasMoments(app);
  const ids = app.capabilities.metrics.filter((id) => isDaily(app, id) === isOfDays);
  const all = ids.map((id) => sliceValue(readings, id, slice).coverage);
  return all.reduce((best, one) => (one.measured > best.measured ? one : best), all[0] ?? { measured: 0, of: 0 });
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
