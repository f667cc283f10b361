// The apps that are or were in the configuration, as messages name them: what is stored of an app outlives its place there.
import type { AlertApp } from '../alerting/rule.ts';
import type { ImApp } from '../app.ts';
import { minute } from '../clock.ts';
import type { Context } from './connection.ts';
import type { Apps, Store, StoredApp } from './store.ts';
import { withoutNulls } from './stored-json.ts';
import type { AppTable } from './tables.ts';

export function createApps(context: Context): Apps {
  const { db } = context;
  const all = async (): Promise<readonly AppTable[]> => db.selectFrom('app').selectAll().orderBy('id').execute();
  return {
    save: async (apps) => {
      const known = new Map((await all()).map((row) => [row.id, JSON.stringify(toRow(withoutNulls(row)))]));
      const changed = apps.map(toRow).filter((row) => known.get(row.id) !== JSON.stringify(row));
      if (changed.length === 0) return;
      await context.atomically(async ({ db: inside }) => {
        for (const row of changed) {
          const { id: _id, ...columns } = row;
          const insert = inside.insertInto('app').values(row);
          await insert.onConflict((conflict) => conflict.column('id').doUpdateSet(columns)).execute();
        }
      });
    },
    get: async (id) => {
      const row = await db.selectFrom('app').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : withoutNulls(row);
    },
    rename: (names) => context.atomically((inside) => rename(inside.db, names)),
  };
}

/** What is stored of an app beside its name and its alerts, whose states hold more than its id. */
const histories = ['sample', 'rollup', 'daily', 'hourly', 'poll', 'incident', 'historyDay', 'historyQuestion'] as const;

async function rename(
  db: Context['db'],
  { from, to, rules }: Parameters<Apps['rename']>[0],
): Promise<Awaited<ReturnType<Apps['rename']>>> {
  const hasSome = async (app: string): Promise<boolean> => {
    for (const table of [...histories, 'alert'] as const) {
      const row = await db.selectFrom(table).select('app').where('app', '=', app).limit(1).executeTakeFirst();
      if (row !== undefined) return true;
    }
    return false;
  };
  if (!(await hasSome(from))) return 'nothing';
  if (await hasSome(to)) return 'clash';
  for (const table of histories) await db.updateTable(table).set({ app: to }).where('app', '=', from).execute();
  await db.updateTable('incident').set({ rule: rules.to }).where('rule', '=', rules.from).execute();
  await db.deleteFrom('app').where('id', '=', from).execute();
  return 'moved';
}

function toRow({ id, name, timezone, platform, pollEvery, connectionLimit, console }: StoredApp): AppTable {
  return {
    id,
    name,
    timezone,
    platform,
    pollEvery,
    connectionLimit: connectionLimit ?? null,
    console: console ?? null,
  };
}

interface AppSources {
  readonly live: { readonly apps: readonly ImApp[]; readonly timezone: string };
  readonly store: Pick<Store, 'apps'>;
}

/** An app as it is now or, when it is gone, as it was last; one that was never stored has its id as name, and the zone of the bot. */
export async function findApp(id: string, { live, store }: AppSources): Promise<AlertApp & Pick<ImApp, 'pollEvery'>> {
  const known = live.apps.find((app) => app.id === id) ?? (await store.apps.get(id));
  return known ?? { id, name: id, timezone: live.timezone, pollEvery: minute };
}
