// Loads the rows of an export: every sample and every day of some apps in a span, in order of time, a few hours at a time.
import type { ImApp } from '../app.ts';
import type { CsvCell } from '../csv.ts';
import type { MetricId } from '../metrics/catalog.ts';
import type { Range } from '../metrics/range.ts';
import { type ExportRow, rowOfDay, rowOfSlot } from '../reports/export-table.ts';
import type { Store } from './store.ts';
import { readFinestSlots } from './stored-slots.ts';

/** The part of one app. */
export interface ExportPart {
  readonly app: ImApp;
  readonly range: Pick<Range, 'from' | 'to' | 'dates'>;
}

/** Some rows; `done` is the share of the whole that is loaded with them, from 0 to 1. */
interface LoadedRows {
  readonly rows: readonly (readonly CsvCell[])[];
  readonly done: number;
}

/** One app after the other. Rejects with `StoreError`. */
export async function* loadExport(
  parts: readonly ExportPart[],
  ids: readonly MetricId[],
  store: Pick<Store, 'samples' | 'daily'>,
): AsyncGenerator<LoadedRows> {
  for (const [index, { app, range }] of parts.entries()) {
    const days = await store.daily.read(app.id, range.dates.from, range.dates.to);
    let rest = days.flatMap((day) => rowOfDay(day, app, ids) ?? []);
    for await (const { until, slots } of readFinestSlots(store.samples, app.id, range)) {
      const now = [...rest.filter(({ at }) => at < until), ...slots.flatMap((slot) => rowOfSlot(slot, app, ids) ?? [])];
      rest = rest.filter(({ at }) => at >= until);
      const share = (until - range.from) / (range.to - range.from);
      yield { rows: inOrder(now), done: (index + share) / parts.length };
    }
    // The zone of a day may be another one than that of the range.
    yield { rows: inOrder(rest), done: (index + 1) / parts.length };
  }
}

/** By time; what begins at the same moment stays as it was. */
function inOrder(rows: readonly ExportRow[]): readonly (readonly CsvCell[])[] {
  return rows.toSorted((one, other) => one.at - other.at).map(({ cells }) => cells);
}
