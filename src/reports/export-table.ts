// The table of an export: its columns, and one row for each slot and each day of an app.
import type { ImApp } from '../app.ts';
import type { Instant } from '../clock.ts';
import type { CsvCell } from '../csv.ts';
import { type MetricGroup, type MetricId, metric, metricIds } from '../metrics/catalog.ts';
import type { Tier } from '../metrics/range.ts';
import type { DailyStatistics } from '../metrics/sample.ts';
import { type TierSlot, valueOfSlot } from '../metrics/stored-slot.ts';
import { isoTime, startOfDate, wallClockTime } from '../time-zone.ts';

/** What a row is of. `partial`: of a day that was not over, or that its platform could still correct. */
export const resolutions = {
  raw: 'sample',
  fiveMinutes: '5m',
  hours: '1h',
  day: '1d',
  partialDay: '1d partial',
} as const satisfies Readonly<Record<Tier | 'day' | 'partialDay', string>>;

/** The columns before those of metrics. */
export const leadingColumns = ['time', 'local', 'resolution', 'app'] as const;

/** The columns of each metric, behind its id. */
export const metricColumns = ['value', 'low', 'high', 'samples'] as const;

/** The metrics that an export of these apps has, in the order of display. `wanted` is one of them, a part, or undefined for all. */
export function exportedMetrics(apps: readonly ImApp[], wanted: MetricId | MetricGroup | undefined): MetricId[] {
  const isWanted = (id: MetricId): boolean => wanted === undefined || wanted === id || wanted === metric(id).group;
  return metricIds.filter((id) => isWanted(id) && apps.some(({ capabilities }) => capabilities.metrics.includes(id)));
}

/** The names of all columns. */
export function headOf(ids: readonly MetricId[]): CsvCell[] {
  return [...leadingColumns, ...ids.flatMap((id) => metricColumns.map((column) => `${id} ${column}`))];
}

/** A row with the time at which it begins, by which rows are put in order. */
export interface ExportRow {
  readonly at: Instant;
  readonly cells: readonly CsvCell[];
}

/** The row of a slot; undefined where it has none of the metrics. */
export function rowOfSlot(slot: TierSlot, app: ImApp, ids: readonly MetricId[]): ExportRow | undefined {
  if (!ids.some((id) => slot.buckets.has(id))) return undefined;
  const { at, tier, buckets } = slot;
  const cells = ids.flatMap((id): CsvCell[] => {
    const bucket = buckets.get(id);
    if (bucket === undefined) return [undefined, undefined, undefined, undefined];
    return [valueOfSlot(id, bucket), bucket.min, bucket.max, bucket.samples];
  });
  const { timezone: zone } = app;
  return { at, cells: [isoTime(at, zone), wallClockTime(at, zone), resolutions[tier], app.id, ...cells] };
}

/** The row of a day, of which only the values are known; undefined where it has none of the metrics. */
export function rowOfDay(day: DailyStatistics, app: ImApp, ids: readonly MetricId[]): ExportRow | undefined {
  if (!ids.some((id) => day.values[id] !== undefined)) return undefined;
  const at = startOfDate(day.date, day.zone);
  const resolution = resolutions[day.complete ? 'day' : 'partialDay'];
  const cells = ids.flatMap((id): CsvCell[] => [day.values[id], undefined, undefined, undefined]);
  return { at, cells: [isoTime(at, day.zone), day.date, resolution, app.id, ...cells] };
}
