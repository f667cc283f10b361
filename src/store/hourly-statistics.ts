// A platform's own hourly statistics: it gives the hours of a day on that day only, so what was not kept is lost.
import { hour, type Instant } from '../clock.ts';
import type { Bucket, HourlyStatistics } from '../metrics/sample.ts';
import { type Context, within } from './connection.ts';
import type { Hourly } from './store.ts';
import { finiteValues, parseStored, StoredValues, setAside } from './stored-json.ts';
import type { HourlyTable } from './tables.ts';

export function createHourlyStatistics(context: Context): Hourly {
  return {
    save: (app, hours) =>
      context.atomically(async (connection) => {
        if (hours.length === 0) return;
        const inside = within(context, connection);
        const starts = hours.map(({ at }) => at);
        const stored = await readHours(inside, app, Math.min(...starts), Math.max(...starts) + 1);
        const known = new Map(stored.map((one) => [one.at, one]));
        for (const one of hours) await saveHour(inside, app, one, known.get(one.at));
      }),
    read: (app, from, to) => readHours(context, app, from, to),
    buckets: async (app, id, from, to) => {
      const hours = await readHours(context, app, from, to);
      return hours.flatMap(({ at, values }) => {
        const value = values[id];
        return value === undefined ? [] : [bucketOf(at, value)];
      });
    },
  };
}

/** A count is all that is known of the hour, at its end. */
function bucketOf(at: Instant, value: number): Bucket {
  return { at, min: value, max: value, mean: value, last: value, lastAt: at + hour, samples: 1 };
}

async function readHours(context: Context, app: string, from: Instant, to: Instant): Promise<HourlyStatistics[]> {
  const rows = await context.db
    .selectFrom('hourly')
    .selectAll()
    .where('app', '=', app)
    .where('at', '>=', from)
    .where('at', '<', to)
    .orderBy('at')
    .execute();
  const hours: HourlyStatistics[] = [];
  for (const row of rows) {
    const values = await readValues(context, row);
    if (values !== undefined) hours.push({ at: row.at, values, ...(row.derived === 1 ? { isDerived: true } : {}) });
  }
  return hours;
}

async function readValues(context: Context, row: HourlyTable): Promise<HourlyStatistics['values'] | undefined> {
  const values = parseStored(StoredValues, row.readings);
  if (values !== undefined) return values;
  await setAside(context, {
    source: 'hourly',
    key: `${row.app} ${row.at}`,
    content: row.readings,
    remove: (db) => db.deleteFrom('hourly').where('app', '=', row.app).where('at', '=', row.at).execute(),
  });
  return undefined;
}

/** What was counted stays beside what is counted later; what was derived is replaced whole, because one total gave all of it. */
async function saveHour(
  { db }: Context,
  app: string,
  { at, values, isDerived }: HourlyStatistics,
  stored: HourlyStatistics | undefined,
): Promise<void> {
  const isCounted = stored !== undefined && stored.isDerived !== true;
  if (isDerived && isCounted) return;
  const merged = { ...(isCounted ? stored.values : {}), ...finiteValues(values) };
  if (stored !== undefined && stored.isDerived === isDerived && isSame(stored.values, merged)) return;
  const columns = { derived: isDerived ? 1 : 0, readings: JSON.stringify(merged) };
  await db
    .insertInto('hourly')
    .values({ app, at, ...columns })
    .onConflict((conflict) => conflict.columns(['app', 'at']).doUpdateSet(columns))
    .execute();
}

function isSame(one: HourlyStatistics['values'], other: HourlyStatistics['values']): boolean {
  const entries = Object.entries(one);
  const others = new Map(Object.entries(other));
  return entries.length === others.size && entries.every(([id, value]) => others.get(id) === value);
}
