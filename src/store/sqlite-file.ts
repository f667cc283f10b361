// The SQLite file of a store: its mode, its application id, its lock by one process, and its copy in memory.
import { closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { StoreError } from '../errors.ts';
import { toStoreError } from './sqlite-dialect.ts';
import type { StoreCondition } from './store.ts';

/** Creates the file with mode 0600, and its folder, where they are missing. An existing file keeps its mode and content. */
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

/** For opening: the wait blocks the event loop. */
const openingTimeoutMs = 1_000;

/** For queries, which are tried again after a turn of the event loop: Slack waits for an acknowledgement meanwhile. */
const queryTimeoutMs = 5;

/** "IMST" in the header of the file: tells it from a database of another program. */
const applicationId = 0x494d5354;

/** Opens or creates the file, or `:memory:`; throws a `StoreError` when it is the database of another program. */
export function openDatabase(file: string): DatabaseSync {
  if (file !== ':memory:') createPrivateFile(file);
  const database = new DatabaseSync(file, { timeout: openingTimeoutMs });
  try {
    checkOrigin(database, file);
    // Must be set before the first write: later only a VACUUM of the whole file can change it.
    database.exec('pragma auto_vacuum = incremental');
    database.exec(`pragma application_id = ${applicationId}`);
    database.exec('pragma journal_mode = wal');
    // A commit must be on the disk when it returns; otherwise an alert could be sent twice after a crash.
    database.exec('pragma synchronous = full');
    database.exec('pragma journal_size_limit = 16777216');
    database.exec(`pragma busy_timeout = ${queryTimeoutMs}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Throws a `StoreError` when the database, attached as `schema`, is that of another program. */
export function checkOrigin(database: DatabaseSync, file: string, schema: 'main' | 'original' = 'main'): void {
  const tables = Number(database.prepare(`select count(*) as value from ${schema}.sqlite_schema`).get()?.['value']);
  const origin = Number(database.prepare(`pragma ${schema}.application_id`).get()?.['application_id']);
  if (tables === 0 || origin === applicationId) return;
  throw new StoreError(`The store ${file} is the database of another program.`, {
    hint: 'Name another file in store: of the configuration.',
  });
}

/**
 * Locks the store at `path` for this process; the returned function releases the lock. The empty lock file stays; only the lock in
 * it counts. SQLite alone would let two processes write by turns, and both would send the rows of the outbox.
 */
export function lockStore(path: string): () => void {
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

/** Above so many bytes only the structure is checked, which is several times as fast. */
const wholeCheckUpTo = 64 * 2 ** 20;

/** Throws a `StoreError` where the pages of the database are damaged. */
export function checkPages(database: DatabaseSync, file: string): void {
  const pragma = (name: string): unknown => database.prepare(`pragma ${name}`).get()?.[name.replace(/\(.*/, '')];
  const bytes = Number(pragma('page_count')) * Number(pragma('page_size'));
  const found = pragma(bytes > wholeCheckUpTo ? 'quick_check(1)' : 'integrity_check(1)');
  if (found === 'ok') return;
  throw new StoreError(`The store ${file} is damaged: ${String(found).slice(0, 200)}.`, {
    hint: 'Keep a copy of the file and what stands beside it, put a backup in its place (see npm run backup), or remove it to begin with a new one.',
  });
}

/** True where the process that had the file open did not close it. */
export function wasLeftOpen(path: string): boolean {
  return (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** The smallest page of a database. */
const leastSize = 512;

/**
 * What happened to a file from outside since this was called; undefined where nothing did. The file must exist. It is not opened, because
 * closing it again would release the locks that SQLite has on it.
 */
export function watchFile(path: string): () => StoreCondition['file'] {
  const opened = statSync(path);
  return () => {
    const now = statSync(path, { throwIfNoEntry: false });
    if (now === undefined) return 'missing';
    if (now.ino !== opened.ino || now.dev !== opened.dev) return 'replaced';
    return now.size < leastSize ? 'truncated' : undefined;
  };
}

/** No process may write to the file meanwhile. Throws a `StoreError` for the database of another program, and the errors of SQLite. */
export function copyToMemory(file: string): DatabaseSync {
  const copy = new DatabaseSync(':memory:');
  try {
    copy.prepare('attach database ? as original').run(readOnlyUrl(file));
    checkOrigin(copy, file, 'original');
    createTables(copy, (_table, copyRows) => copyRows('true', []));
    copy.exec('detach database original');
    return copy;
  } catch (error) {
    copy.close();
    throw error;
  }
}

/** Without a journal the file is complete and opened as immutable, so that SQLite creates none; with a journal both are read. */
function readOnlyUrl(file: string): string {
  return `${pathToFileURL(file)}?${existsSync(`${file}-wal`) ? 'mode=ro' : 'immutable=1'}`;
}

/** Copies the rows of a table that fulfil a condition in SQL. */
type CopyRows = (where: string, parameters: readonly SQLInputValue[]) => void;

/** Makes the tables of the attached database `original` in `copy`; `fill` decides what is copied into each. */
export function createTables(copy: DatabaseSync, fill: (table: string, copyRows: CopyRows) => void): void {
  const made = copy.prepare(
    `select type, name, sql from original.sqlite_schema where sql is not null and name not like 'sqlite\\_%' escape '\\' order by rowid`,
  );
  const parts = made.all().map(({ type, name, sql }) => ({ type, name: String(name), sql: String(sql) }));
  copy.exec('begin');
  for (const { sql } of parts.filter(({ type }) => type === 'table')) copy.exec(sql);
  for (const { name } of parts.filter(({ type }) => type === 'table')) {
    fill(name, (where, parameters) => copyRows(copy, name, { where, parameters }));
  }
  // SQLite creates this table by itself; it holds the last ids of autoincrement keys.
  const isCounted = copy.prepare(`select 1 from original.sqlite_schema where name = 'sqlite_sequence'`).get();
  if (isCounted !== undefined) {
    copy.exec('delete from main.sqlite_sequence');
    copyRows(copy, 'sqlite_sequence', { where: 'true', parameters: [] });
  }
  for (const { sql } of parts.filter(({ type }) => type !== 'table')) copy.exec(sql);
  copy.exec('commit');
}

function copyRows(
  copy: DatabaseSync,
  table: string,
  { where, parameters }: { readonly where: string; readonly parameters: readonly SQLInputValue[] },
): void {
  const name = `"${table.replaceAll('"', '""')}"`;
  copy.prepare(`insert into main.${name} select * from original.${name} where ${where}`).run(...parameters);
}
