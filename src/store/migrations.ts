// The migrations of the tables, and the run of those that are pending.
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { type Migration, Migrator, type MigratorProps } from 'kysely/migration';
import { StoreError } from '../errors.ts';
import { splitStoredAlerts } from './alert-parts-migration.ts';

/** The SQL in which the databases differ. */
export interface Dialect {
  /** A primary key that the database generates. */
  readonly id: RawBuilder<unknown>;
  /** An integer of up to 53 bits. */
  readonly whole: RawBuilder<unknown>;
  readonly real: RawBuilder<unknown>;
  readonly bytes: RawBuilder<unknown>;
  /** The end of a `create table`. */
  readonly end: RawBuilder<unknown>;
  /** The end of a `create table` whose rows are stored in the order of the primary key, where the database supports that. */
  readonly clustered: RawBuilder<unknown>;
}

export const sqliteDialect: Dialect = {
  id: sql`integer primary key autoincrement`,
  whole: sql`integer`,
  real: sql`real`,
  bytes: sql`blob`,
  end: sql`strict`,
  clustered: sql`strict, without rowid`,
};

/** All migrations by name, run in the order of their names. */
export function createMigrations(dialect: Dialect): Record<string, Migration> {
  return {
    '0001_first': {
      up: async (db) => {
        for (const create of [createNumbers, createAlerting, createOutbox, createDigests]) await create(db, dialect);
      },
    },
    '0002_alert_parts': { up: splitStoredAlerts },
    '0003_delivery': { up: changeDelivery },
    '0004_app_names': { up: (db) => createAppNames(db, dialect) },
  };
}

async function createNumbers(db: Kysely<unknown>, { id, whole, bytes, end, clustered }: Dialect): Promise<void> {
  await sql`create table metric (code ${id}, id text not null unique) ${end}`.execute(db);
  await sql`create table sample (
    app text not null, at ${whole} not null, readings ${bytes} not null, primary key (app, at)) ${clustered}`.execute(
    db,
  );
  // Not clustered: the rows are too long for that in SQLite, which would put each into overflow pages.
  await sql`create table rollup (
    app text not null, tier text not null, start ${whole} not null, buckets ${bytes} not null,
    primary key (app, tier, start)) ${end}`.execute(db);
  await sql`create table daily (
    app text not null, date text not null, zone text not null, complete ${whole} not null,
    final text not null, partial text not null, primary key (app, date)) ${clustered}`.execute(db);
  await sql`create table poll (
    app text not null primary key, last_tried_at ${whole} not null, last_good_at ${whole},
    failures ${whole} not null, reason text) ${clustered}`.execute(db);
  await sql`create table unreadable (
    id ${id}, found_at ${whole} not null, source text not null, key text not null, content text not null) ${end}`.execute(
    db,
  );
}

async function createAlerting(db: Kysely<unknown>, { whole, real, end, clustered }: Dialect): Promise<void> {
  await sql`create table alert (
    rule text not null primary key, app text not null, rev ${whole} not null, state text not null) ${clustered}`.execute(
    db,
  );
  await sql`create table incident (
    id text not null primary key, rule text not null, app text not null,
    level text not null check (level in ('warning', 'critical')),
    opened_at ${whole} not null, closed_at ${whole}, reason text, extreme ${real}, acknowledged_by text) ${end}`.execute(
    db,
  );
  await sql`create index incident_opened on incident (opened_at)`.execute(db);
  await sql`create table incident_event (
    incident text not null, seq ${whole} not null, at ${whole} not null, kind text not null, words text not null,
    actor text, primary key (incident, seq)) ${clustered}`.execute(db);
}

async function createOutbox(db: Kysely<unknown>, { id, whole, end, clustered }: Dialect): Promise<void> {
  await sql`create table outbox (
    id ${id}, key text not null unique, stream text not null,
    lane text not null check (lane in ('slack', 'picture', 'pager')),
    seq ${whole} not null, channel text not null,
    operation text not null check (operation in ('post', 'edit', 'reply', 'picture', 'page')),
    broadcast ${whole} not null, message text not null, caused_at ${whole}, created_at ${whole} not null,
    state text not null check (state in ('pending', 'sending', 'unknown', 'sent', 'dropped', 'dead')),
    unfinished ${whole} not null, doubtful_since ${whole}, not_before ${whole} not null, waiting_since ${whole} not null,
    attempts ${whole} not null, first_tried_at ${whole}, ts text, error text,
    lease_owner text, lease_until ${whole}) ${end}`.execute(db);
  // `unfinished` is first, so that finding the few pending rows does not depend on the length of the history.
  await sql`create index outbox_waiting on outbox (unfinished, stream, lane, seq, id)`.execute(db);
  await sql`create index outbox_by_state on outbox (state, created_at)`.execute(db);
  await sql`create table root (
    stream text not null primary key, channel text not null, ts text not null, pictures text not null,
    shown text, saved_at ${whole} not null) ${clustered}`.execute(db);
}

async function createDigests(db: Kysely<unknown>, { whole, clustered }: Dialect): Promise<void> {
  await sql`create table digest_run (
    schedule text not null, period text not null, due_at ${whole} not null,
    state text not null check (state in ('collecting', 'queued', 'sent', 'skipped', 'failed')),
    reason text, finished_at ${whole}, lease_owner text, lease_until ${whole},
    primary key (schedule, period)) ${clustered}`.execute(db);
}

/** Runs of digests were not finished with the delivery of their message, but up to half a minute later. */
async function changeDelivery(db: Kysely<unknown>): Promise<void> {
  await sql`alter table outbox add column error_code text`.execute(db);
  const posted = sql`from root where root.stream = 'digest:' || digest_run.schedule || ':' || digest_run.period`;
  await sql`update digest_run set state = 'sent', finished_at = coalesce(finished_at, (select root.saved_at ${posted}))
    where state = 'queued' and exists (select 1 ${posted})`.execute(db);
}

/** The names are saved at every start; until then an app that is gone has none. */
async function createAppNames(db: Kysely<unknown>, { whole, clustered }: Dialect): Promise<void> {
  await sql`create table app (
    id text not null primary key, name text not null, timezone text not null, platform text not null,
    poll_every ${whole} not null, connection_limit ${whole}, console text) ${clustered}`.execute(db);
}

/** `db` is without plugins. Rejects with `StoreError` when a newer version has been here; `place` is the name of the store in the message. */
export async function migrate(db: MigratorProps['db'], dialect: Dialect, place: string): Promise<void> {
  const migrations = createMigrations(dialect);
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  if (error instanceof StoreError) throw error;
  const done = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
  if (done.rows.some(({ name }) => !Object.hasOwn(migrations, name))) {
    throw new StoreError(`The store ${place} was written by a newer version of imstats.`, {
      hint: 'Start that version or a later one, or name another file in store: of the configuration.',
      cause: error,
    });
  }
  throw new StoreError(`The tables of the store ${place} could not be made.`, { cause: error });
}
