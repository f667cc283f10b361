// The table of an export read back: its columns, then each row as a slot or a day of an app, or what is wrong with it.
import type { ImApp } from '../app.ts';
import type { Instant } from '../clock.ts';
import type { CsvRow } from '../csv.ts';
import { quoted } from '../errors.ts';
import { isMetricId, type MetricId, type MetricValues } from '../metrics/catalog.ts';
import type { Tier } from '../metrics/range.ts';
import type { Bucket, DailyStatistics } from '../metrics/sample.ts';
import { slotWidths, type TierSlot } from '../metrics/stored-slot.ts';
import { localDate, parseIso, startOfDate } from '../time-zone.ts';
import { leadingColumns, metricColumns, resolutions } from './export-table.ts';

/** The place of each column. `app` is missing where the only app of the configuration is meant. */
export interface ImportColumns {
  readonly count: number;
  readonly time: number;
  readonly resolution: number;
  readonly app: number | undefined;
  readonly metrics: readonly { readonly id: MetricId; readonly at: Readonly<Record<MetricColumn, number>> }[];
}

type MetricColumn = (typeof metricColumns)[number];

/** What is wrong, without a full stop. */
export interface Wrong {
  readonly wrong: string;
}

export interface ImportedRow {
  readonly app: string;
  readonly of: { readonly slot: TierSlot } | { readonly day: DailyStatistics };
}

/** The columns of a head; any other table is refused, because its rows could be anything. */
export function readColumns(head: readonly string[], apps: readonly Pick<ImApp, 'id'>[]): ImportColumns | Wrong {
  const names = head.map((name) => name.trim());
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) return { wrong: `the column ${quoted(twice)} is there twice` };
  const [time, , resolution, app] = leadingColumns.map((name) => names.indexOf(name));
  if (time === undefined || resolution === undefined || time < 0 || resolution < 0) {
    return {
      wrong: 'the first line has no columns "time" and "resolution", as an export of samples and days has them',
    };
  }
  const noApp = app === undefined || app < 0;
  if (noApp && apps.length !== 1)
    return { wrong: `there is no column "app", and the configuration has ${apps.length} apps` };
  const others = names.filter((name) => !leadingColumns.some((known) => known === name));
  const unknown = others.find((name) => metricOf(name) === undefined);
  if (unknown !== undefined) return { wrong: `there is no metric for the column ${quoted(unknown)}` };
  const ids = [...new Set(others.flatMap((name) => metricOf(name)?.id ?? []))];
  const metrics = ids.map((id) => {
    const at = (column: MetricColumn): number => names.indexOf(`${id} ${column}`);
    return { id, at: { value: at('value'), low: at('low'), high: at('high'), samples: at('samples') } };
  });
  const partial = metrics.find(({ at }) => Object.values(at).some((place) => place < 0));
  if (partial !== undefined)
    return {
      wrong: `of ${partial.id} there must be the columns ${metricColumns.map((name) => `"${name}"`).join(', ')}`,
    };
  if (metrics.length === 0) return { wrong: 'there is no column of a metric' };
  return { count: names.length, time, resolution, app: noApp ? undefined : app, metrics };
}

function metricOf(name: string): { readonly id: MetricId; readonly column: MetricColumn } | undefined {
  const [id = '', ...rest] = name.split(' ');
  const column = metricColumns.find((one) => one === rest.join(' '));
  return column === undefined || !isMetricId(id) ? undefined : { id, column };
}

/** What rows are read by. */
export interface ImportContext {
  readonly columns: ImportColumns;
  readonly apps: readonly ImApp[];
  readonly now: Instant;
}

/** Raised and caught within this file: a row is read by many small steps, each of which can be wrong. */
class WrongRow extends Error {}

export function readRow({ cells }: Pick<CsvRow, 'cells'>, context: ImportContext): ImportedRow | Wrong {
  try {
    return parseRow(cells, context);
  } catch (error) {
    if (error instanceof WrongRow) return { wrong: error.message };
    throw error;
  }
}

function parseRow(cells: readonly string[], { columns, apps, now }: ImportContext): ImportedRow {
  if (cells.length !== columns.count) throw new WrongRow(`it has ${cells.length} cells instead of ${columns.count}`);
  const cell = (place: number): string => cells[place]?.trim() ?? '';
  const id = columns.app === undefined ? apps[0]?.id : cell(columns.app);
  const app = apps.find((one) => one.id === id || (id !== undefined && one.was?.includes(id)));
  if (app === undefined) throw new WrongRow(`there is no app ${quoted(id ?? '')} in the configuration`);
  const at = readTime(cell(columns.time), now);
  const resolution = cell(columns.resolution);
  const found = Object.entries(resolutions).find(([, name]) => name === resolution)?.[0];
  const kind = found as keyof typeof resolutions | undefined; // the keys of that table
  if (kind === undefined) {
    const known = Object.values(resolutions)
      .map((name) => `"${name}"`)
      .join(', ');
    throw new WrongRow(`${quoted(resolution)} is no resolution; there are ${known}`);
  }
  const numbers = columns.metrics.flatMap((one) => readNumbers(one, cell));
  if (numbers.length === 0) throw new WrongRow('it has no number');
  for (const { id: metric } of numbers) {
    if (!app.capabilities.metrics.includes(metric))
      throw new WrongRow(`${app.capabilities.platformName}, the platform of ${app.id}, reports no ${metric}`);
  }
  if (kind === 'day' || kind === 'partialDay')
    return { app: app.id, of: { day: dayOf(at, numbers, { zone: app.timezone, complete: kind === 'day' }) } };
  return { app: app.id, of: { slot: slotOf(at, numbers, kind) } };
}

const isoTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

function readTime(text: string, now: Instant): Instant {
  const at = isoTime.test(text) ? parseIso(text) : undefined;
  if (at === undefined) throw new WrongRow(`${quoted(text)} is no time; write it like 2026-11-22T09:00:00+08:00`);
  if (at > now) throw new WrongRow(`${text} has not come yet`);
  if (at < 0) throw new WrongRow(`${text} is before 1970`);
  return at;
}

/** The cells of one metric. */
interface MetricNumbers {
  readonly id: MetricId;
  readonly value: number;
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly samples: number | undefined;
}

/** Nothing for a metric that is unknown here. */
function readNumbers({ id, at }: ImportColumns['metrics'][number], cell: (place: number) => string): MetricNumbers[] {
  const read = (column: MetricColumn): number | undefined => readNumber(cell(at[column]), `${id} ${column}`);
  const [value, low, high, samples] = [read('value'), read('low'), read('high'), read('samples')];
  if (value !== undefined) return [{ id, value, low, high, samples }];
  if (low !== undefined || high !== undefined || samples !== undefined)
    throw new WrongRow(`${id} has no value, but its other cells are not empty`);
  return [];
}

function readNumber(text: string, name: string): number | undefined {
  if (text === '') return undefined;
  const value = /^-?\d{1,30}(\.\d{1,30})?([eE][+-]?\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) throw new WrongRow(`${name} is ${quoted(text)}, which is no number`);
  if (value < 0) throw new WrongRow(`${name} is ${text}; no metric is below 0`);
  return value;
}

function dayOf(
  at: Instant,
  numbers: readonly MetricNumbers[],
  { zone, complete }: Pick<DailyStatistics, 'zone' | 'complete'>,
): DailyStatistics {
  const date = localDate(at, zone);
  if (startOfDate(date, zone) !== at) throw new WrongRow(`a day begins at midnight in ${zone}`);
  const more = numbers.find(({ low, high, samples }) => (low ?? high ?? samples) !== undefined);
  if (more !== undefined) throw new WrongRow(`a day has values only, but the other cells of ${more.id} are not empty`);
  const values: MetricValues = Object.fromEntries(numbers.map(({ id, value }) => [id, value]));
  return { date, zone, complete, values };
}

function slotOf(at: Instant, numbers: readonly MetricNumbers[], tier: Tier): TierSlot {
  const width = slotWidths[tier];
  if (width > 0 && at % width !== 0)
    throw new WrongRow(`a slot of ${resolutions[tier]} does not begin at this time of the hour`);
  return { at, tier, buckets: new Map(numbers.map((one) => [one.id, bucketOf(at, one, tier)])) };
}

/** Its newest sample is taken to be at its end. Where the mean is what is told, it is taken for the newest sample as well, and the other way round. */
function bucketOf(at: Instant, numbers: MetricNumbers, tier: Tier): Bucket {
  const { id, value, low, high, samples } = numbers;
  if (low === undefined || high === undefined || samples === undefined)
    throw new WrongRow(`${id} has a value, but one of its other cells is empty`);
  if (low > value || value > high) throw new WrongRow(`${id} must lie between its low and its high`);
  if (!Number.isInteger(samples) || samples < 1 || samples > 100_000)
    throw new WrongRow(`${id} samples is ${samples}; it must be a whole number from 1`);
  if (tier === 'raw' && (samples !== 1 || low !== high))
    throw new WrongRow(`a sample has one value, but the cells of ${id} differ`);
  const lastAt = tier === 'raw' ? at : at + slotWidths[tier] - 1;
  return { at, min: low, max: high, mean: value, last: value, lastAt, samples };
}

/** Where the rows of an app have come to. */
export interface RowOrder {
  /** What is wrong with the place of a row; undefined where it comes after those before it. */
  check(row: ImportedRow, line: number): Wrong | undefined;
}

/** Rows of an app must be in order of time, as an export has them, so that nothing is there twice. */
export function createRowOrder(): RowOrder {
  const last = new Map<string, { readonly until: Instant; readonly line: number }>();
  return {
    check: ({ app, of }, line) => {
      const [key, at, until] =
        'day' in of
          ? [`${app} day`, Date.parse(of.day.date), Date.parse(of.day.date) + 1]
          : [app, of.slot.at, of.slot.at + Math.max(1, slotWidths[of.slot.tier])];
      const before = last.get(key);
      if (before !== undefined && at < before.until)
        return {
          wrong: `it begins before what line ${before.line} holds of ${app} has ended; rows must be in order of time, each time once`,
        };
      last.set(key, { until, line });
      return undefined;
    },
  };
}
