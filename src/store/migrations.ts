// The migrations of the tables, and the run of those that are pending.
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { type Migration, Migrator, type MigratorProps } from 'kysely/migration';
import { StoreError } from '../errors.ts';
import { storeAlertFacts } from './alert-facts-migration.ts';
import { splitStoredAlerts } from './alert-parts-migration.ts';
import { storeReportFacts } from './report-facts-migration.ts';

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

/** A change of the tables or of what is stored in them. */
interface Step extends Migration {
  /**
   * The oldest step whose version can still read and write the store after this one, so that a version can be taken back: the step
   * before, where this one only adds; its own name, where it changes what is there.
   */
  readonly oldestReader: string;
}

/** All steps by name, run in the order of their names. */
export function createMigrations(dialect: Dialect): Readonly<Record<string, Step>> {
  return {
    '0001_first': {
      oldestReader: '0001_first',
      up: async (db) => {
        for (const create of [createNumbers, createAlerting, createOutbox, createDigests]) await create(db, dialect);
      },
    },
    '0002_alert_parts': { oldestReader: '0002_alert_parts', up: splitStoredAlerts },
    '0003_delivery': { oldestReader: '0002_alert_parts', up: changeDelivery },
    '0004_app_names': { oldestReader: '0003_delivery', up: (db) => createAppNames(db, dialect) },
    '0005_readers': { oldestReader: '0003_delivery', up: (db) => createReaders(db, dialect) },
    '0006_alert_facts': { oldestReader: '0006_alert_facts', up: storeAlertFacts },
    '0007_report_facts': { oldestReader: '0007_report_facts', up: storeReportFacts },
    '0008_root_details': { oldestReader: '0007_report_facts', up: addRootDetails },
    '0009_maintenance': { oldestReader: '0007_report_facts', up: (db) => createMaintenance(db, dialect) },
    '0010_hourly': { oldestReader: '0007_report_facts', up: (db) => createHours(db, dialect) },
    '0011_history': { oldestReader: '0007_report_facts', up: (db) => createHistory(db, dialect) },
    '0012_imported': { oldestReader: '0007_report_facts', up: (db) => addImportedMarks(db, dialect) },
    '0013_changes': { oldestReader: '0007_report_facts', up: (db) => createSettings(db, dialect) },
  };
}

/** The names are saved at every start; until then an app that is gone has none. */
async function createAppNames(db: Kysely<unknown>, { whole, clustered }: Dialect): Promise<void> {
  await sql`create table app (
    id text not null primary key, name text not null, timezone text not null, platform text not null,
    poll_every ${whole} not null, connection_limit ${whole}, console text) ${clustered}`.execute(db);
}

async function createReaders(db: Kysely<unknown>, { clustered }: Dialect): Promise<void> {
  await sql`create table schema_step (
    name text not null primary key, oldest_reader text not null) ${clustered}`.execute(db);
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

/** What must outlive the edits of a root was not stored. */
async function addRootDetails(db: Kysely<unknown>): Promise<void> {
  await sql`alter table root add column details text`.execute(db);
}

/** What people begin in Slack was not stored, and of an incident only when it was open. */
async function createMaintenance(db: Kysely<unknown>, { whole, clustered }: Dialect): Promise<void> {
  await sql`alter table incident add column details text`.execute(db);
  await sql`create table maintenance (
    id text not null primary key, begun_at ${whole} not null, ends_at ${whole} not null, period text not null) ${clustered}`.execute(
    db,
  );
}

/** Counts of message histories were not kept, nor who asked for them. */
async function createHistory(db: Kysely<unknown>, { id, whole, end, clustered }: Dialect): Promise<void> {
  await sql`create table history_day (
    app text not null, date text not null, zone text not null, counts text not null,
    primary key (app, date)) ${clustered}`.execute(db);
  await sql`create table history_question (
    id ${id}, at ${whole} not null, actor text not null, app text not null,
    scope text not null check (scope in ('all', 'user', 'group', 'room')), subject text) ${end}`.execute(db);
}

/** Hours that a platform counts were asked for and not kept. */
async function createHours(db: Kysely<unknown>, { whole, clustered }: Dialect): Promise<void> {
  await sql`create table hourly (
    app text not null, at ${whole} not null, derived ${whole} not null, readings text not null,
    primary key (app, at)) ${clustered}`.execute(db);
}

/** What was set in Slack held until the next start only, and nobody could look up who had changed what. */
async function createSettings(db: Kysely<unknown>, { whole, clustered, end }: Dialect): Promise<void> {
  await sql`create table rule_override (rule text not null primary key, override text not null) ${clustered}`.execute(
    db,
  );
  await sql`create table setting_change (
    id text not null primary key, at ${whole} not null, actor text,
    origin text not null check (origin in ('file', 'slack')),
    subject text not null, what text not null, before text, after text) ${end}`.execute(db);
  await sql`create index setting_change_at on setting_change (at)`.execute(db);
}

/** All that was stored was measured. */
async function addImportedMarks(db: Kysely<unknown>, { whole }: Dialect): Promise<void> {
  for (const table of ['sample', 'rollup', 'daily'])
    await sql`alter table ${sql.table(table)} add column imported ${whole}`.execute(db);
}

/**
 * Runs what is pending. A store that a later version has changed is opened all the same where each of its unknown steps says that
 * this version can read it. `db` is without plugins. Rejects with `StoreError` for any other newer store; `place` is its name in the message.
 */
export async function migrate(db: MigratorProps['db'], dialect: Dialect, place: string): Promise<void> {
  const steps = createMigrations(dialect);
  const later = await laterSteps(db, steps);
  const newest = Object.keys(steps).at(-1) ?? '';
  if (later.some(({ oldestReader }) => oldestReader === undefined || oldestReader > newest)) {
    throw new StoreError(`The store ${place} was written by a newer version of imstats.`, {
      hint: 'Start that version or a later one, or name another file in store: of the configuration.',
    });
  }
  const known = { ...steps, ...Object.fromEntries(later.map(({ name }) => [name, { up: async () => {} }])) };
  const { error } = await new Migrator({ db, provider: { getMigrations: async () => known } }).migrateToLatest();
  if (error instanceof StoreError) throw error;
  if (error !== undefined)
    throw new StoreError(`The tables of the store ${place} could not be made.`, { cause: error });
  await saveReaders(db, steps);
}

interface LaterStep {
  readonly name: string;
  /** Undefined where the version that ran the step did not say. */
  readonly oldestReader: string | undefined;
}

/** The steps that were run here and that this version does not know. */
async function laterSteps(db: MigratorProps['db'], steps: Readonly<Record<string, Step>>): Promise<LaterStep[]> {
  if (!(await hasTable(db, 'kysely_migration'))) return [];
  const done = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
  const unknown = done.rows.filter(({ name }) => !Object.hasOwn(steps, name));
  if (unknown.length === 0) return [];
  const said = (await hasTable(db, 'schema_step'))
    ? (await sql<{ name: string; oldest_reader: string }>`select name, oldest_reader from schema_step`.execute(db)).rows
    : [];
  return unknown.map(({ name }) => ({ name, oldestReader: said.find((one) => one.name === name)?.oldest_reader }));
}

async function hasTable(db: MigratorProps['db'], table: string): Promise<boolean> {
  return (await db.introspection.getTables({ withInternalKyselyTables: true })).some(({ name }) => name === table);
}

/** Says for each step who can read the store after it; a start that was ended before this says it at the next one. */
async function saveReaders(db: MigratorProps['db'], steps: Readonly<Record<string, Step>>): Promise<void> {
  for (const [name, { oldestReader }] of Object.entries(steps)) {
    await sql`insert into schema_step (name, oldest_reader) values (${name}, ${oldestReader})
      on conflict (name) do nothing`.execute(db);
  }
}
