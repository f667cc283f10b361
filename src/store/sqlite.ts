// A store in a SQLite file, or on a copy of one in memory: open, incremental vacuum, close.
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CamelCasePlugin, Kysely } from 'kysely';
import type { Clock } from '../clock.ts';
import { errorFields, type Logger } from '../logger.ts';
import { createConnection, openMetricCodes } from './connection.ts';
import { releaseDigests } from './digest-runs.ts';
import { createFailoverStore } from './failover-store.ts';
import { assembleStore } from './kysely-store.ts';
import { migrate, sqliteDialect } from './migrations.ts';
import { backupBeforeUpgrade } from './sqlite-backup.ts';
import { createSqliteDialect, isFileFailure, toStoreError } from './sqlite-dialect.ts';
import { checkPages, copyToMemory, lockStore, openDatabase, wasLeftOpen, watchFile } from './sqlite-file.ts';
import { openStandby } from './sqlite-standby.ts';
import type { Store } from './store.ts';
import type { Tables } from './tables.ts';

/** Pages returned to the disk in one step, and the share of free pages that is kept for new rows. */
const reclaimedPages = 200;
const keptShare = 0.05;

interface SqliteDeps {
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Opens or creates the store at `path`; that of `:memory:` ends with the process. Clears the leases of a previous process. Rejects
 * with `StoreError` when another process owns the file, when it cannot be opened, is not a database of imstats, or was written by a
 * newer version.
 */
export async function openSqlite(path: string, { clock, logger }: SqliteDeps): Promise<Store> {
  const file = path === ':memory:' ? path : resolveLinks(path);
  const release = file === ':memory:' ? () => {} : lockStore(file);
  let database: DatabaseSync | undefined;
  try {
    const isUnclean = wasLeftOpen(file);
    database = openDatabase(file);
    if (isUnclean) checkPages(database, file);
    const backup = backupBeforeUpgrade(database, file, clock.now());
    if (backup !== undefined) logger.info('The store is upgraded; a copy from before stands beside it', { backup });
    const store = await storeOn(database, { file, clock, logger, release });
    return file === ':memory:' ? store : survivingFailure(store, file, { clock, logger });
  } catch (error) {
    database?.close();
    release();
    throw toStoreError(error, file);
  }
}

/**
 * Opens a copy in memory of the store at `path`: what is written into it is lost, and the file is not changed. Rejects with
 * `StoreError` as `openSqlite` does. The lock of the file is released when this settles.
 */
export async function openSqliteCopy(path: string, { clock, logger }: SqliteDeps): Promise<Store> {
  const file = resolveLinks(path);
  const release = lockStore(file);
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

/** The store in a file, which goes on in memory while the file cannot be written. */
function survivingFailure(primary: Store, file: string, deps: SqliteDeps): Store {
  return createFailoverStore({
    ...deps,
    primary,
    openStandby: () => openStandby(file, deps),
    isFileFailure,
    fileState: watchFile(file),
  });
}

/** The store on an open database: migrates the tables and clears the leases of a previous process. */
async function storeOn(
  database: DatabaseSync,
  { file, clock, logger, release }: SqliteDeps & { readonly file: string; readonly release: () => void },
): Promise<Store> {
  const plain = new Kysely<Tables>({ dialect: createSqliteDialect(database, file, clock) });
  // Migrations are written in snake_case, and so are the names in kysely's own table of migrations.
  await migrate(plain, sqliteDialect, file);
  const db = plain.withPlugin(new CamelCasePlugin({ maintainNestedObjectKeys: true }));
  const connection = createConnection(db);
  const codes = await openMetricCodes(db);
  const reclaim = (): Promise<void> => reclaimPages(db, database, file);
  const store = assembleStore({ ...connection, clock, logger, codes, reclaim }, async () => {
    await close({ db, database, logger });
    release();
  });
  // Else all of a new store stands in its journal, and a plain copy of the file is empty.
  database.exec('pragma wal_checkpoint(truncate)');
  await store.outbox.release(clock.now());
  await releaseDigests({ db });
  return store;
}

/** Two paths of one file must lead to the same lock. */
function resolveLinks(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const folder = dirname(path);
  return existsSync(folder) ? join(realpathSync(folder), basename(path)) : path;
}

/** In small steps: each moves pages and blocks the event loop meanwhile. */
async function reclaimPages(db: Kysely<Tables>, database: DatabaseSync, file: string): Promise<void> {
  const pragma = (name: string): number => Number(database.prepare(`pragma ${name}`).get()?.[name]);
  try {
    while (pragma('freelist_count') > Math.max(reclaimedPages, pragma('page_count') * keptShare)) {
      // Takes the connection, so that it does not become part of a running transaction.
      await db.connection().execute(async () => database.exec(`pragma incremental_vacuum(${reclaimedPages})`));
      await nextTurn();
    }
  } catch (error) {
    throw toStoreError(error, file);
  }
}

/** Waits for running queries, checkpoints the journal into the file and closes both. Later calls reject. */
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
      logger.warn('The journal of the store stays beside it', errorFields(error)); // it is read at the next start
    } finally {
      database.close();
    }
  });
}
