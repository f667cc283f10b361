// The numbers of a metric over a range and over the one before, each from its series, and how they are compared.
import type { Instant } from '../clock.ts';
import { isDaily } from '../metrics/capabilities.ts';
import { type MetricId, metric } from '../metrics/catalog.ts';
import { type Common, compareCommon } from '../metrics/common-slots.ts';
import { type Change, changeOf } from '../metrics/compare.ts';
import type { MeasuredSeries, ValueInTime } from '../metrics/measured-series.ts';
import type { Range } from '../metrics/range.ts';
import type { RangeName } from '../metrics/range-phrases.ts';
import type { Coverage } from '../metrics/series.ts';
import { seriesOf } from './read-series.ts';
import type { Readings } from './readings.ts';
import { slicesOf } from './slices.ts';

/** A metric over a range and over the one before. */
export interface RangeNumbers {
  /** Of the whole range, today so far included. */
  readonly full: MeasuredSeries;
  /** Of what the name of the range is of: without today where it is named by the days before. */
  readonly named: MeasuredSeries;
  readonly previous: MeasuredSeries;
  /** What is shown: a sum or a mean of what the name is of, an extreme or a newest value up to now. */
  readonly value: number | undefined;
  /** When the extreme was, where the catalog takes one. */
  readonly when: ValueInTime | undefined;
  readonly coverage: Coverage;
  /** The named part and the one before, of what was measured in both. */
  readonly common: Common;
}

const known = new WeakMap<Readings, Map<string, RangeNumbers>>();

/** Made once for each metric and range of a report. */
export function rangeNumbers(readings: Readings, id: MetricId, range: Range): RangeNumbers {
  const all = known.get(readings) ?? new Map<string, RangeNumbers>();
  known.set(readings, all);
  const { from, to, compared, previous } = range;
  const key = [id, from, to, compared.to, previous.from, previous.to].join(' ');
  const found = all.get(key) ?? readNumbers(readings, id, range);
  all.set(key, found);
  return found;
}

/** The series that the shown value of a range is of; the range before is not read for it. */
function shownSeries(readings: Readings, id: MetricId, range: Range): MeasuredSeries {
  const { combine } = metric(id);
  // Of days that a platform counts, the one that runs is not over: it is no record.
  const isOfName = combine === 'sum' || combine === 'mean' || (combine !== 'last' && isDaily(readings.app, id));
  return seriesOf(readings, id, isOfName ? slicesOf(range).main : { span: range, dates: range.dates });
}

/** The value of a metric over a range; undefined when it was not measured. */
export function rangeValue(readings: Readings, id: MetricId, range: Range): number | undefined {
  return shownSeries(readings, id, range).value;
}

function readNumbers(readings: Readings, id: MetricId, range: Range): RangeNumbers {
  const { main, previous: before } = slicesOf(range);
  const full = seriesOf(readings, id, { span: range, dates: range.dates });
  const named = seriesOf(readings, id, main);
  const previous = seriesOf(readings, id, before);
  const { combine } = metric(id);
  const shown = shownSeries(readings, id, range);
  const when = { max: shown.high, min: shown.low, sum: undefined, mean: undefined, last: undefined }[combine];
  return {
    ...{ full, named, previous, when },
    value: shown.value,
    coverage: named.coverage,
    common: compareCommon(named, previous, range.wholeDays ? range.zone : undefined),
  };
}

/** True where an extreme is of today so far, beside the days that the range is named by. */
export function isOfToday(readings: Readings, id: MetricId, range: Range): boolean {
  const { value, named } = rangeNumbers(readings, id, range);
  const { combine } = metric(id);
  return (combine === 'max' || combine === 'min') && value !== named.value;
}

/** The name of what a number is of: `last 7 days`, or `last 7 days and today so far` where it is of today. */
export function nameOfNumber(readings: Readings, id: MetricId, range: Range): RangeName {
  const { name } = range;
  return name.kind === 'days' && isOfToday(readings, id, range) ? { ...name, isWithToday: true } : name;
}

/** The change on the range before; `common` is set where not everything was measured in both. */
export interface RangeChange {
  readonly change: Change;
  readonly common?: { readonly count: number; readonly unit: 'hour' | 'day' };
  /** Set where the periods differ in length, so that their means were compared. */
  readonly per?: 'hour' | 'day';
}

/** Undefined where one side is missing, where under half was measured in both, or where today is all there is of counted days. */
export function changeOver(readings: Readings, id: MetricId, range: Range): RangeChange | undefined {
  const { named, previous, value, common } = rangeNumbers(readings, id, range);
  const { combine, unit } = metric(id);
  const isOfDays = isDaily(readings.app, id);
  if (isOfDays && range.todayPartial && range.dates.from === range.dates.to) return undefined;
  // The range before has no such part of a day.
  if (isOfToday(readings, id, range)) return undefined;
  if (2 * common.measured < common.of || common.of === 0) return undefined;
  const known = earlierOf(readings, id, previous);
  const [now, before] = combine === 'last' ? [value, previous.value] : [common.now, common.before];
  const change = changeOf({ now, before, unit, known });
  if (change === undefined) return undefined;
  const isOfDay = isOfDays || (range.wholeDays && range.dates.from !== range.dates.to);
  if (common.isPerSlot) return { change, per: isOfDay ? 'day' : 'hour' };
  const leavesToday = isOfDays && named.partial.length > 0;
  const isWhole = combine === 'last' || (common.measured === common.of && !leavesToday);
  return isWhole ? { change } : { change, common: { count: common.measured, unit: isOfDays ? 'day' : 'hour' } };
}

/** How many earlier values are known: polls, or the stored days before, those before the range too. */
function earlierOf(readings: Readings, id: MetricId, previous: MeasuredSeries): number {
  if (!isDaily(readings.app, id)) return previous.slots.shares.filter((share) => share > 0).length * samplesPerHour;
  const days = readings.days.filter((row) => row.values[id] !== undefined).length;
  return Math.max(previous.coverage.measured, days - 1);
}

/** An hour is known by many polls, so one of them is enough for a percentage. */
const samplesPerHour = 12;

/** Sums lack what was not measured, extremes mostly do not: from which share on line 1 says nothing of it. */
const wellMeasured = { sum: 0.97, other: 0.9 } as const;

/** How much of the range was measured, where that must be said with its number; undefined where it was measured well. */
export function gapsOf(readings: Readings, id: MetricId, range: Range): Coverage | undefined {
  const { coverage } = rangeNumbers(readings, id, range);
  const enough = metric(id).combine === 'sum' ? wellMeasured.sum : wellMeasured.other;
  return coverage.of < 2 || coverage.measured >= coverage.of * enough ? undefined : coverage;
}

/** Since when an app is measured, where that is so short that its numbers are not those of the range. */
export function tooShortSince(readings: Readings, id: MetricId, range: Range): Instant | undefined {
  if (!range.todayPartial || isDaily(readings.app, id)) return undefined;
  const { coverage, full } = rangeNumbers(readings, id, range);
  const since = readings.since ?? firstOf(full);
  const isShort = since !== undefined && since > range.from && 2 * coverage.measured < coverage.of;
  return isShort ? since : undefined;
}

/** When the first slot that was measured ended; its sample is the first one of an app whose past is not known. */
function firstOf({ slots, each }: MeasuredSeries): Instant | undefined {
  const first = slots.lasts.findIndex((value) => value !== undefined);
  return each === 'day' ? undefined : slots.to[first];
}

/** The first hour of a day that has just begun reaches back into the day before: then a peak of today is not known yet. */
export function hasNoHourYet(readings: Readings, id: MetricId, range: Range): boolean {
  const { full } = rangeNumbers(readings, id, range);
  return range.todayPartial && full.value === undefined && full.coverage.measured > 0;
}
