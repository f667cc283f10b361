// Deletes what is older than its retention, in small batches, so that no other query waits for long.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { day, type Instant } from '../clock.ts';
import type { Tier } from '../metrics/range.ts';
import type { Context } from './connection.ts';
import type { OutboxState } from './outbox.ts';
import { blockWidth, bucketWidths } from './roll-up-encoding.ts';
import type { Store } from './store.ts';

/** Rows per delete statement: it takes some milliseconds, even when each row frees a page. */
const batchSize = 200;

/** The least time for which incidents, digest runs and sent messages are kept, also when samples have a shorter retention. */
const shortestHistory = 14 * day;

type Retention = Parameters<Store['prune']>[1];

export async function prune(context: Context, now: Instant, retention: Retention): Promise<number> {
  let gone = 0;
  for (const app of await listApps(context)) {
    gone += await inBatches(() => deleteSamples(context, app, now - retention.raw));
    gone += await inBatches(() => deleteBlocks(context, { app, tier: 'fiveMinutes' }, now - retention.fiveMinutes));
    gone += await inBatches(() => deleteBlocks(context, { app, tier: 'hours' }, now - retention.hours));
    gone += await inBatches(() => deleteHours(context, app, now - retention.hours));
  }
  const sentBefore = now - Math.max(retention.raw, shortestHistory);
  gone += await inBatches(() => deleteOutboxRows(context, ['sent', 'dropped'], sentBefore));
  const past = now - Math.max(retention.hours, shortestHistory);
  gone += await inBatches(() => deleteOutboxRows(context, ['dead'], past));
  gone += await inBatches(() => deleteIncident(context, past));
  gone += await inBatches(() => deleteRest(context, past));
  await context.reclaim?.();
  return gone;
}

/** Repeats until nothing is left to delete, and yields to the event loop between two batches. */
async function inBatches(deleteBatch: () => Promise<bigint>): Promise<number> {
  let gone = 0;
  for (;;) {
    const deleted = Number(await deleteBatch());
    await nextTurn();
    if (deleted === 0) return gone;
    gone += deleted;
  }
}

/** Every app that has samples or hours. Seeks from one app to the next in the primary key instead of reading all rows. */
async function listApps({ db }: Context): Promise<ReadonlySet<string>> {
  const apps = new Set<string>();
  for (const table of ['sample', 'rollup', 'hourly'] as const) {
    for (let last = ''; ; ) {
      const query = db.selectFrom(table).select('app').where('app', '>', last).orderBy('app').limit(1);
      const row = await query.executeTakeFirst();
      if (row === undefined) break;
      apps.add(row.app);
      last = row.app;
    }
  }
  return apps;
}

async function deleteSamples({ db }: Context, app: string, before: Instant): Promise<bigint> {
  const old = db.selectFrom('sample').select('at').where('app', '=', app).where('at', '<', before);
  const { numDeletedRows } = await db
    .deleteFrom('sample')
    .where('app', '=', app)
    .where('at', 'in', old.orderBy('at').limit(batchSize))
    .executeTakeFirstOrThrow();
  return numDeletedRows;
}

async function deleteHours({ db }: Context, app: string, before: Instant): Promise<bigint> {
  const old = db.selectFrom('hourly').select('at').where('app', '=', app).where('at', '<', before);
  const { numDeletedRows } = await db
    .deleteFrom('hourly')
    .where('app', '=', app)
    .where('at', 'in', old.orderBy('at').limit(batchSize))
    .executeTakeFirstOrThrow();
  return numDeletedRows;
}

/** Deletes blocks in which all buckets are too old. */
async function deleteBlocks(
  { db }: Context,
  { app, tier }: { app: string; tier: Exclude<Tier, 'raw'> },
  before: Instant,
): Promise<bigint> {
  const old = db
    .selectFrom('rollup')
    .select('start')
    .where('app', '=', app)
    .where('tier', '=', tier)
    .where('start', '<=', before - blockWidth(bucketWidths[tier]));
  const { numDeletedRows } = await db
    .deleteFrom('rollup')
    .where('app', '=', app)
    .where('tier', '=', tier)
    .where('start', 'in', old.orderBy('start').limit(batchSize))
    .executeTakeFirstOrThrow();
  return numDeletedRows;
}

async function deleteOutboxRows({ db }: Context, states: readonly OutboxState[], before: Instant): Promise<bigint> {
  const old = db.selectFrom('outbox').select('id').where('state', 'in', states).where('createdAt', '<', before);
  const query = db.deleteFrom('outbox').where('id', 'in', old.limit(batchSize));
  return (await query.executeTakeFirstOrThrow()).numDeletedRows;
}

/** Deletes one incident with its history. */
async function deleteIncident({ atomically }: Context, before: Instant): Promise<bigint> {
  return await atomically(async ({ db }) => {
    const old = await db.selectFrom('incident').select('id').where('closedAt', '<', before).limit(1).executeTakeFirst();
    if (old === undefined) return 0n;
    await db.deleteFrom('incidentEvent').where('incident', '=', old.id).execute();
    const { numDeletedRows } = await db.deleteFrom('incident').where('id', '=', old.id).executeTakeFirstOrThrow();
    return numDeletedRows;
  });
}

/** Small tables that grow by some rows a day. */
async function deleteRest({ db }: Context, before: Instant): Promise<bigint> {
  const runs = await db
    .deleteFrom('digestRun')
    .where('dueAt', '<', before)
    .where('state', '!=', 'collecting')
    .executeTakeFirstOrThrow();
  const roots = await db.deleteFrom('root').where('savedAt', '<', before).executeTakeFirstOrThrow();
  const unreadable = await db.deleteFrom('unreadable').where('foundAt', '<', before).executeTakeFirstOrThrow();
  const periods = await db.deleteFrom('maintenance').where('endsAt', '<', before).executeTakeFirstOrThrow();
  const questions = await db.deleteFrom('historyQuestion').where('at', '<', before).executeTakeFirstOrThrow();
  const changes = await db.deleteFrom('settingChange').where('at', '<', before).executeTakeFirstOrThrow();
  const deleted = [runs, roots, unreadable, periods, questions, changes].map(({ numDeletedRows }) => numDeletedRows);
  return deleted.reduce((sum, rows) => sum + rows, 0n);
}
