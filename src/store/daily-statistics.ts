// A platform's own daily statistics, never deleted: the platform keeps them for some weeks only.

import type { Selectable } from 'kysely';
import type { MetricValues } from '../metrics/catalog.ts';
import { withDerived, withoutDerived } from '../metrics/derived-values.ts';
import type { DailyStatistics } from '../metrics/sample.ts';
import { type Context, within } from './connection.ts';
import type { Daily } from './store.ts';
import { finiteValues, parseStored, StoredValues, setAside } from './stored-json.ts';
import type { DailyTable } from './tables.ts';

/**
 * A day as stored, with its final and its partial values. A value that was seen only during the day stays `partial`, also after a
 * complete answer without it, so that a value of half a day is never shown as that of a whole day.
 */
interface StoredDay {
  readonly zone: string;
  readonly complete: boolean;
  readonly final: MetricValues;
  readonly partial: MetricValues;
}

/** The stored day merged with a further answer. */
function mergeDay(stored: StoredDay | undefined, answer: DailyStatistics): StoredDay {
  const known = stored ?? { zone: answer.zone, complete: false, final: {}, partial: {} };
  if (answer.complete) {
    const final = { ...known.final, ...answer.values };
    return { zone: answer.zone, complete: true, final, partial: without(known.partial, final) };
  }
  if (isWhole(known)) return known;
  return { ...known, zone: answer.zone, partial: without({ ...known.partial, ...answer.values }, known.final) };
}

function isWhole(day: StoredDay): boolean {
  return day.complete && Object.keys(day.partial).length === 0;
}

function without(values: MetricValues, taken: MetricValues): MetricValues {
  return Object.fromEntries(Object.entries(values).filter(([id]) => !Object.hasOwn(taken, id)));
}

export function createDailyStatistics(context: Context): Daily {
  return {
    save: (app, days) =>
      context.atomically(async (connection) => {
        for (const day of days) await saveDay(within(context, connection), app, day);
      }),
    fill: (app, days) =>
      context.atomically(async (connection) => {
        let filled = 0;
        for (const day of days) if (await fillDay(within(context, connection), app, day)) filled += 1;
        return { filled, kept: days.length - filled };
      }),
    read: async (app, from, to) => {
      const rows = await context.db
        .selectFrom('daily')
        .selectAll()
        .where('app', '=', app)
        .where('date', '>=', from)
        .where('date', '<=', to)
        .orderBy('date')
        .execute();
      const days: DailyStatistics[] = [];
      for (const row of rows) {
        const day = await readDay(context, row);
        if (day === undefined) continue;
        const values = withDerived({ ...day.partial, ...day.final });
        days.push({ date: row.date, zone: day.zone, complete: isWhole(day), values });
      }
      return days;
    },
  };
}

async function saveDay(context: Context, app: string, answer: DailyStatistics): Promise<void> {
  const row = await context.db
    .selectFrom('daily')
    .selectAll()
    .where('app', '=', app)
    .where('date', '=', answer.date)
    .executeTakeFirst();
  // What is made of others is made when it is read: a part may still come or change.
  const values = withoutDerived(finiteValues(answer.values));
  const isOwn = row !== undefined && row.imported !== 1;
  const day = mergeDay(isOwn ? await readDay(context, row) : undefined, { ...answer, values });
  const columns = { ...columnsOf(day), imported: null };
  await context.db
    .insertInto('daily')
    .values({ app, date: answer.date, ...columns })
    .onConflict((conflict) => conflict.columns(['app', 'date']).doUpdateSet(columns))
    .execute();
}

/** False where something of the day is stored already. */
async function fillDay({ db }: Context, app: string, day: DailyStatistics): Promise<boolean> {
  const values = withoutDerived(finiteValues(day.values));
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('daily')
    .values({ app, date: day.date, ...columnsOf(mergeDay(undefined, { ...day, values })), imported: 1 })
    .onConflict((conflict) => conflict.columns(['app', 'date']).doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

function columnsOf({ zone, complete, final, partial }: StoredDay) {
  return { zone, complete: complete ? 1 : 0, final: JSON.stringify(final), partial: JSON.stringify(partial) };
}

async function readDay(context: Context, row: Selectable<DailyTable>): Promise<StoredDay | undefined> {
  const final = parseStored(StoredValues, row.final);
  const partial = parseStored(StoredValues, row.partial);
  if (final !== undefined && partial !== undefined) {
    return { zone: row.zone, complete: row.complete === 1, final, partial };
  }
  await setAside(context, {
    source: 'daily',
    key: `${row.app} ${row.date}`,
    content: `${row.final} ${row.partial}`,
    remove: (db) => db.deleteFrom('daily').where('app', '=', row.app).where('date', '=', row.date).execute(),
  });
  return undefined;
}
