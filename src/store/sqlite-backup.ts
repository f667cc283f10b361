// Whole copies of a SQLite store: the one that a person asks for, and the one beside the file before a later version changes it.
import { existsSync, linkSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Instant } from '../clock.ts';
import { StoreError } from '../errors.ts';
import { createMigrations, sqliteDialect } from './migrations.ts';
import { toStoreError } from './sqlite-dialect.ts';
import { checkOrigin, checkPages, createPrivateFile } from './sqlite-file.ts';

/** What a copy holds. `bytes` is its size. Times are undefined where there is no sample. */
export interface BackupSummary {
  readonly bytes: number;
  readonly apps: number;
  readonly samples: number;
  readonly from: Instant | undefined;
  readonly to: Instant | undefined;
  readonly incidents: number;
  readonly waiting: number;
}

/**
 * Copies the store at `path` to `target`, also while a bot writes to it: the copy is of one moment, checked, and there whole or not at all.
 * Throws a `StoreError` where `target` exists, or the store cannot be read or the copy not written.
 */
export function backupSqlite(path: string, target: string): BackupSummary {
  if (!existsSync(path))
    throw new StoreError(`There is no store ${path}.`, { hint: 'Check store: in the configuration.' });
  refuseExisting(target);
  const database = opened(path);
  try {
    checkOrigin(database, path);
    return copyTo(database, target);
  } catch (error) {
    throw toStoreError(error, path);
  } finally {
    database.close();
  }
}

/** How many copies from before an upgrade are kept beside the file. */
const keptUpgrades = 3;

/**
 * Copies the file beside itself where steps of this version are still to be run on what it holds. Returns the path of the copy. Throws a
 * `StoreError` where that fails, so that nothing is changed that could not be taken back.
 */
export function backupBeforeUpgrade(database: DatabaseSync, path: string, now: Instant): string | undefined {
  const version = versionBeforeUpgrade(database);
  if (version === undefined) return undefined;
  const time = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
  const target = `${path}.${version}.${time}.backup`;
  if (existsSync(target)) return target;
  try {
    copyTo(database, target);
  } catch (error) {
    throw new StoreError(`The store ${path} was not upgraded, because no copy of it could be made before.`, {
      hint: `${toStoreError(error, target).message} Make room for a second file of its size beside it, and start again.`,
      cause: error,
    });
  }
  const prefix = `${basename(path)}.`;
  const old = readdirSync(dirname(path))
    .filter((name) => name.startsWith(prefix) && /\.\d{8}T\d{6}Z\.backup$/.test(name))
    .sort((a, b) => statSync(join(dirname(path), b)).mtimeMs - statSync(join(dirname(path), a)).mtimeMs);
  for (const name of old.slice(keptUpgrades)) rmSync(join(dirname(path), name));
  return target;
}

/** The newest step that was run, where others are to be run after it; undefined for a new file and for one that is up to date. */
function versionBeforeUpgrade(database: DatabaseSync): string | undefined {
  const known = database.prepare(`select 1 from sqlite_schema where name = 'kysely_migration'`).get();
  if (known === undefined) return undefined;
  const done = database.prepare('select name from kysely_migration order by name').all();
  const names = done.map(({ name }) => String(name));
  const isPending = Object.keys(createMigrations(sqliteDialect)).some((step) => !names.includes(step));
  return isPending ? names.at(-1) : undefined;
}

function opened(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path, { timeout: 5_000 });
  } catch (error) {
    throw toStoreError(error, path);
  }
}

function refuseExisting(target: string): void {
  if (existsSync(target))
    throw new StoreError(`${target} exists already.`, { hint: 'A copy never overwrites a file: name another one.' });
}

/** Under another name until it is whole and checked. */
function copyTo(database: DatabaseSync, target: string): BackupSummary {
  const unfinished = `${target}.unfinished`;
  rmSync(unfinished, { force: true });
  createPrivateFile(unfinished);
  try {
    database.prepare('vacuum into ?').run(unfinished);
    const summary = summaryOf(unfinished);
    // Unlike a rename, a link fails where the name is taken.
    linkSync(unfinished, target);
    return summary;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') refuseExisting(target);
    throw toStoreError(error, target);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

function summaryOf(path: string): BackupSummary {
  const copy = new DatabaseSync(path, { readOnly: true });
  try {
    checkPages(copy, path);
    const value = (expression: string, table: string): number | undefined => {
      const found = copy.prepare(`select ${expression} as value from ${table}`).get()?.['value'];
      return typeof found === 'number' ? found : undefined;
    };
    return {
      bytes: statSync(path).size,
      apps: value('count(distinct app)', 'sample') ?? 0,
      samples: value('count(*)', 'sample') ?? 0,
      from: value('min(at)', 'sample'),
      to: value('max(at)', 'sample'),
      incidents: value('count(*)', 'incident') ?? 0,
      waiting: value('count(*)', 'outbox where unfinished = 1') ?? 0,
    };
  } finally {
    copy.close();
  }
}
