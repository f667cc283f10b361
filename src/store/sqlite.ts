// A store in a SQLite file: opened for its one owner, private to this user, vacuumed now and then.
import { closeSync, existsSync, mkdirSync, openSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Kysely } from 'kysely';
import type { Clock } from '../clock.ts';
import { StoreError } from '../errors.ts';
import { errorFields, type Logger } from '../logger.ts';
import { createConnection, openMetricCodes } from './connection.ts';
import { releaseDigests } from './digest-runs.ts';
import { assembleStore } from './kysely-store.ts';
import { migrate, sqliteDialect } from './migrations.ts';
import { copyToMemory } from './sqlite-copy.ts';
import { createSqliteDialect, toStoreError } from './sqlite-dialect.ts';
import type { Store } from './store.ts';
import type { Tables } from './tables.ts';

/** Makes the file with mode 0600, and its folder, where they are missing. What is there keeps its mode and content. */
export function createPrivateFile(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    closeSync(openSync(path, 'a', 0o600));
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new StoreError(`The store ${path} could not be opened: ${words}.`, {
      hint: 'Give the process write access to the folder, or name another file in store: of the configuration.',
      cause: error,
    });
  }
}

/** Long enough for a backup to copy a page, short enough that Slack still gets its acknowledgement: the wait blocks. */
const busyTimeoutMs = 1_000;

/** "IMST" in the header of the file, so that another program's database is not taken for ours. */
const applicationId = 0x494d5354;

/** Opens or creates the file, or `:memory:`; throws a `StoreError` when it is the database of another program. */
export function openDatabase(file: string): DatabaseSync {
  if (file !== ':memory:') createPrivateFile(file);
  const database = new DatabaseSync(file, { timeout: busyTimeoutMs });
  try {
    checkOrigin(database, file);
    // Before anything is written: afterwards only a VACUUM of the whole file could change it.
    database.exec('pragma auto_vacuum = incremental');
    database.exec(`pragma application_id = ${applicationId}`);
    database.exec('pragma journal_mode = wal');
    // A commit is on the disk when it returns: that no alert is sent twice rests on it.
    database.exec('pragma synchronous = full');
    database.exec('pragma journal_size_limit = 16777216');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Throws a `StoreError` when the database, which the connection knows as `schema`, is that of another program. */
export function checkOrigin(database: DatabaseSync, file: string, schema: 'main' | 'original' = 'main'): void {
  const tables = Number(database.prepare(`select count(*) as value from ${schema}.sqlite_schema`).get()?.['value']);
  const origin = Number(database.prepare(`pragma ${schema}.application_id`).get()?.['application_id']);
  if (tables === 0 || origin === applicationId) return;
  throw new StoreError(`The store ${file} is the database of another program.`, {
    hint: 'Name another file in store: of the configuration.',
  });
}

/**
 * Takes the store at `path` for this process; the returned function gives it back. The lock file stays, empty: only the
 * lock in it counts. SQLite itself would let two processes write in turns, and both would send what is in the outbox.
 */
export function takeOwnership(path: string): () => void {
  const lockPath = `${path}.lock`;
  createPrivateFile(lockPath);
  const lock = new DatabaseSync(lockPath, { timeout: 0, open: false });
  try {
    lock.open();
    lock.exec('begin exclusive');
  } catch (error) {
    if (lock.isOpen) lock.close();
    const failure = toStoreError(error, lockPath);
    if (!failure.isTransient) throw failure;
    throw new StoreError(`Another imstats process uses the store ${path}.`, {
      hint: 'Stop that process first, or give this one another file in store:. Several processes at once need Postgres.',
      isTransient: true,
    });
  }
  return () => {
    if (lock.isOpen) lock.close();
  };
}

/** Pages given back to the disk in one step, and the share of free pages that is kept for what comes next. */
const reclaimedPages = 200;
const keptShare = 0.05;

interface SqliteDeps {
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Opens or creates the store at `path`; `:memory:` gives one that ends with the process. Whatever a predecessor had
 * leased is free again afterwards. Rejects with `StoreError` when another process owns it, when it cannot be opened, is
 * no database or not ours, or was written by a newer version.
 */
export async function openSqlite(path: string, { clock, logger }: SqliteDeps): Promise<Store> {
  const file = path === ':memory:' ? path : resolveLinks(path);
  const release = file === ':memory:' ? () => {} : takeOwnership(file);
  let database: DatabaseSync | undefined;
  try {
    database = openDatabase(file);
    return await storeOn(database, { file, clock, logger, release });
  } catch (error) {
    database?.close();
    release();
    throw toStoreError(error, file);
  }
}

/**
 * A copy in memory of the store at `path`, to look at: what is written into it is lost, and the file stays as it is.
 * Rejects with `StoreError` as `openSqlite` does; the file is free again as soon as this resolves.
 */
export async function openSqliteCopy(path: string, { clock, logger }: SqliteDeps): Promise<Store> {
  const file = resolveLinks(path);
  const release = takeOwnership(file);
  let database: DatabaseSync | undefined;
  try {
    database = copyToMemory(file);
    return await storeOn(database, { file, clock, logger, release: () => {} });
  } catch (error) {
    database?.close();
    throw toStoreError(error, file);
  } finally {
    release();
  }
}

/** The store on an open database, with its tables as this version knows them; whatever a predecessor had leased is free. */
async function storeOn(
  database: DatabaseSync,
  { file, clock, logger, release }: SqliteDeps & { readonly file: string; readonly release: () => void },
): Promise<Store> {
  const db = new Kysely<Tables>({ dialect: createSqliteDialect(database, file) });
  await migrate(db, sqliteDialect, file);
  const connection = createConnection(db);
  const codes = await openMetricCodes(db);
  const reclaim = (): Promise<void> => reclaimPages(db, database, file);
  const store = assembleStore({ ...connection, clock, logger, codes, reclaim }, async () => {
    await close({ db, database, logger });
    release();
  });
  await store.outbox.release(clock.now());
  await releaseDigests({ db });
  return store;
}

/** Two names of one file must meet at the same lock. */
function resolveLinks(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const folder = dirname(path);
  return existsSync(folder) ? join(realpathSync(folder), basename(path)) : path;
}

/** In small steps, as each of them moves pages and holds the event loop meanwhile. */
async function reclaimPages(db: Kysely<Tables>, database: DatabaseSync, file: string): Promise<void> {
  const pragma = (name: string): number => Number(database.prepare(`pragma ${name}`).get()?.[name]);
  try {
    while (pragma('freelist_count') > Math.max(reclaimedPages, pragma('page_count') * keptShare)) {
      // In turn with everybody else: it must not become part of a transaction that happens to run.
      await db.connection().execute(async () => database.exec(`pragma incremental_vacuum(${reclaimedPages})`));
      await nextTurn();
    }
  } catch (error) {
    throw toStoreError(error, file);
  }
}

/** Waits for what runs, moves the journal into the file, and lets go of both. Calls that come later reject. */
async function close({
  db,
  database,
  logger,
}: {
  db: Kysely<Tables>;
  database: DatabaseSync;
  logger: Logger;
}): Promise<void> {
  await db.connection().execute(async () => {
    if (!database.isOpen) return;
    try {
      database.exec('pragma wal_checkpoint(truncate)');
    } catch (error) {
      logger.warn('The journal of the store stays beside it', errorFields(error)); // read again at the next start
    } finally {
      database.close();
    }
  });
}
