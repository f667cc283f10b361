// A copy in memory of the store in a SQLite file, which leaves the file and what lies beside it as they are.

import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { checkOrigin } from './sqlite.ts';

/** Nobody may write to the file meanwhile. Throws a `StoreError` for the database of another program, and what SQLite throws. */
export function copyToMemory(file: string): DatabaseSync {
  const copy = new DatabaseSync(':memory:');
  try {
    copy.prepare('attach database ? as original').run(readOnlyUrl(file));
    checkOrigin(copy, file, 'original');
    copyTables(copy);
    copy.exec('detach database original');
    return copy;
  } catch (error) {
    copy.close();
    throw error;
  }
}

/** A file without a journal is complete, and SQLite then makes none; with a journal beside it, both are read. */
function readOnlyUrl(file: string): string {
  return `${pathToFileURL(file)}?${existsSync(`${file}-wal`) ? 'mode=ro' : 'immutable=1'}`;
}

function copyTables(copy: DatabaseSync): void {
  const made = copy.prepare(
    `select type, name, sql from original.sqlite_schema where sql is not null and name not like 'sqlite\\_%' escape '\\' order by rowid`,
  );
  const parts = made.all().map(({ type, name, sql }) => ({ type, name: String(name), sql: String(sql) }));
  copy.exec('begin');
  for (const { sql } of parts.filter(({ type }) => type === 'table')) copy.exec(sql);
  for (const { name } of parts.filter(({ type }) => type === 'table')) copyRows(copy, name);
  // SQLite makes this table by itself; it holds the numbers that were given out.
  const isCounted = copy.prepare(`select 1 from original.sqlite_schema where name = 'sqlite_sequence'`).get();
  if (isCounted !== undefined) {
    copy.exec('delete from main.sqlite_sequence');
    copyRows(copy, 'sqlite_sequence');
  }
  for (const { sql } of parts.filter(({ type }) => type !== 'table')) copy.exec(sql);
  copy.exec('commit');
}

function copyRows(copy: DatabaseSync, table: string): void {
  const name = `"${table.replaceAll('"', '""')}"`;
  copy.exec(`insert into main.${name} select * from original.${name}`);
}
