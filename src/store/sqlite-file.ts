// The SQLite file itself: opened or created for this user only, ours or refused, with every commit on the disk.
import { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../errors.ts';
import { createPrivateFile } from './private-file.ts';

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

function checkOrigin(database: DatabaseSync, file: string): void {
  const tables = Number(database.prepare('select count(*) as value from sqlite_schema').get()?.['value']);
  const origin = Number(database.prepare('pragma application_id').get()?.['application_id']);
  if (tables === 0 || origin === applicationId) return;
  throw new StoreError(`The store ${file} is the database of another program.`, {
    hint: 'Name another file in store: of the configuration.',
  });
}
