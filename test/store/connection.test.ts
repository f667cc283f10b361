// Transactions in parts: which failure is told when the database has undone everything by itself.
import { DatabaseSync } from 'node:sqlite';
import { Kysely, sql } from 'kysely';
import { expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { createConnection } from '../../src/store/connection.ts';
import { createSqliteDialect } from '../../src/store/sqlite-dialect.ts';
import type { Tables } from '../../src/store/tables.ts';

it('tells the first failure of a part, and refuses whatever its caller tries after it', async () => {
  const database = new DatabaseSync(':memory:');
  database.exec('create table note (text text not null)');
  const db = new Kysely<Tables>({ dialect: createSqliteDialect(database, 'notes.db', systemClock) });
  const told: unknown[] = [];
  const work = createConnection(db).atomically(async (outer) => {
    await sql`insert into note values ('before')`.execute(outer.db);
    const part = outer.atomically(async () => {
      database.exec('rollback'); // what SQLite does when the disk is full
      throw new Error('the disk is full');
    });
    await part.catch((error: unknown) => told.push(error));
    await sql`insert into note values ('after')`.execute(outer.db);
  });
  await expect(work).rejects.toMatchObject({ name: 'StoreError' });
  expect(told).toEqual([new Error('the disk is full')]);
  expect(database.prepare('select * from note').all()).toEqual([]);
});
