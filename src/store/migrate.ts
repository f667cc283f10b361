// Brings the tables of a database to what this version of the program knows.
import { type Kysely, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { StoreError } from '../errors.ts';
import { createMigrations, type Dialect } from './migrations.ts';
import type { Tables } from './tables.ts';

/** Rejects with `StoreError` when a newer version has been here; `place` names the store in the message. */
export async function migrate(db: Kysely<Tables>, dialect: Dialect, place: string): Promise<void> {
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
