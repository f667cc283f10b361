// The numbers of one app in a digest: each metric in the period itself and in the earlier ones it is set against.
import { day, hour } from '../clock.ts';
import { reportsDays } from '../metrics/capabilities.ts';
import { type MetricId, metric } from '../metrics/catalog.ts';
import { type Change, changeOf } from '../metrics/compare.ts';
import { addDays, localDate } from '../time-zone.ts';
import type { Comparisons, DigestPeriod } from './digest-period.ts';
import { areComparable, hourNeeds, type Slice, type SliceValue, sliceValue } from './measured.ts';
import { rangeTitle } from './range-words.ts';
import { distinctNeeds, type Needs, type Readings } from './readings.ts';

/** The rows of a table, in order: momentary platforms first, then those of days. A platform shows those it has. */
const momentRows = [
  'messages.sent',
  'users.active',
  'connections.peak',
  'rooms.active',
  'memory.free_ratio',
] as const satisfies MetricId[];
const dayRows = [
  'messages.sent',
  'messages.single',
  'messages.group',
  'users.active',
  'users.senders',
  'users.new',
  'users.total',
  'groups.active',
  'groups.new',
  'groups.total',
] as const satisfies MetricId[];

/** One metric in all periods of a digest. */
export interface DigestRow {
  readonly id: MetricId;
  readonly main: SliceValue;
  /** In the order of the columns. */
  readonly others: readonly SliceValue[];
  /** Oldest first, without the main period. */
  readonly earlier: readonly SliceValue[];
  /** How many earlier values are known in all. */
  readonly known: number;
}

/** Which metrics of an app a digest shows. */
export function digestMetrics(readings: Pick<Readings, 'app'>): readonly MetricId[] {
  return reportsDays(readings.app.platform) ? dayRows : momentRows;
}

/** The stored numbers of all periods, and of the time since, for the first day. */
export function digestAppNeeds(
  readings: Pick<Readings, 'app' | 'now'>,
  of: DigestPeriod,
  comparisons: Comparisons,
): Needs {
  const { app, now } = readings;
  const slices = [of, ...comparisons.others.map((column) => column.slice), ...comparisons.history.slices];
  if (reportsDays(app.platform)) {
    const first = slices.map((slice) => slice.dates.from).sort()[0] ?? of.dates.from;
    const fortnight = addDays(of.dates.to, -13);
    return { buckets: [], days: { from: first < fortnight ? first : fortnight, to: localDate(now, app.timezone) } };
  }
  const spans = [
    ...slices.map((slice) => slice.span),
    { from: of.span.to, to: Math.max(now, of.span.to) },
    { from: of.span.to - day, to: of.span.to },
  ];
  return { buckets: distinctNeeds(spans.flatMap((span) => hourNeeds(momentRows, span))) };
}

/** The values of every row; a metric that is known in no period is left out. */
export function digestRows(readings: Readings, of: Slice, comparisons: Comparisons): DigestRow[] {
  return digestMetrics(readings).flatMap((id) => {
    const main = sliceValue(readings, id, of);
    const others = comparisons.others.map((column) => sliceValue(readings, id, column.slice));
    const earlier = comparisons.history.slices.slice(0, -1).map((slice) => sliceValue(readings, id, slice));
    const known = [...earlier, ...others.slice(0, 1)].filter((one) => one.value !== undefined).length;
    return [main, ...others].every((one) => one.value === undefined) ? [] : [{ id, main, others, earlier, known }];
  });
}

/** How the main period stands to another one; undefined where one of them is not measured well enough. */
export function rowChange(row: DigestRow, other: SliceValue | undefined): Change | undefined {
  if (other === undefined || !areComparable(row.main, other)) return undefined;
  return changeOf({ now: row.main.value, before: other.value, unit: metric(row.id).unit, known: row.known });
}

/** True when a period is one value of the platform itself: a day of days, an hour of hours. */
function isSingle(readings: Readings, slice: Slice): boolean {
  if (reportsDays(readings.app.platform)) return slice.dates.from === slice.dates.to;
  return slice.span.to - slice.span.from <= hour;
}

/** "Busiest hour" only where there are several; a snapshot is of one. */
export function titleOf(readings: Readings, id: MetricId, slice: Slice | undefined): string {
  return rangeTitle(readings, id, slice === undefined || isSingle(readings, slice) ? 'hour' : 'longer');
}
