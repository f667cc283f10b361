// The store in one SQLite file, for one process.

import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Kysely } from 'kysely';
import type { Clock } from '../clock.ts';
import { errorFields, type Logger } from '../logger.ts';
import { assembleStore } from './assemble.ts';
import { createConnection } from './connection.ts';
import { releaseDigests } from './digests.ts';
import { openMetricCodes } from './metric-codes.ts';
import { migrate } from './migrate.ts';
import { sqliteDialect } from './migrations.ts';
import { createSqliteDialect } from './sqlite-driver.ts';
import { toStoreError } from './sqlite-errors.ts';
import { openDatabase } from './sqlite-file.ts';
import { takeOwnership } from './sqlite-owner.ts';
import type { Store } from './store.ts';
import type { Tables } from './tables.ts';

/** Pages given back to the disk in one step, and the share of free pages that is kept for what comes next. */
const reclaimedPages = 200;
const keptShare = 0.05;

/**
 * Opens or creates the store at `path`; `:memory:` gives one that ends with the process. Whatever a predecessor had
 * leased is free again afterwards. Rejects with `StoreError` when another process owns it, when it cannot be opened, is
 * no database or not ours, or was written by a newer version.
 */
export async function openSqlite(path: string, { clock, logger }: { clock: Clock; logger: Logger }): Promise<Store> {
  const file = path === ':memory:' ? path : resolveLinks(path);
  const release = file === ':memory:' ? () => {} : takeOwnership(file);
  let database: DatabaseSync | undefined;
  try {
    database = openDatabase(file);
    const opened = database;
    const db = new Kysely<Tables>({ dialect: createSqliteDialect(opened, file) });
    await migrate(db, sqliteDialect, file);
    const connection = createConnection(db);
    const codes = await openMetricCodes(db);
    const reclaim = (): Promise<void> => reclaimPages(db, opened, file);
    const store = assembleStore({ ...connection, clock, logger, codes, reclaim }, async () => {
      await close({ db, database: opened, logger });
      release();
    });
    await store.outbox.release(clock.now());
    await releaseDigests({ db });
    return store;
  } catch (error) {
    database?.close();
    release();
    throw toStoreError(error, file);
  }
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
