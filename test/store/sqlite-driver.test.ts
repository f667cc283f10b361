// node:sqlite under kysely: what happens to a transaction when the disk is full.
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { createSqliteDialect } from '../../src/store/sqlite-dialect.ts';

interface Tables {
  note: { text: string };
}

function openNotes(): { database: DatabaseSync; db: Kysely<Tables> } {
  const database = new DatabaseSync(':memory:');
  database.exec('create table note (text text not null)');
  return { database, db: new Kysely<Tables>({ dialect: createSqliteDialect(database, 'notes.db', systemClock) }) };
}

function fill(database: DatabaseSync): void {
  const pages = Number(database.prepare('pragma page_count').get()?.['page_count']);
  database.exec(`pragma max_page_count = ${pages}`);
}

const long = 'x'.repeat(100_000);

it('says that the disk is full, and keeps nothing of the transaction', async () => {
  const { database, db } = openNotes();
  fill(database);
  const work = db.transaction().execute(async (transaction) => {
    await transaction.insertInto('note').values({ text: 'short' }).execute();
    await transaction.insertInto('note').values({ text: long }).execute();
  });
  await expect(work).rejects.toMatchObject({
    name: 'StoreError',
    message: 'The store notes.db cannot grow: the disk is full.',
    hint: expect.stringContaining('space'),
    isTransient: true,
  });
  expect(await db.selectFrom('note').selectAll().execute()).toEqual([]);
  await db.insertInto('note').values({ text: 'later' }).execute();
});

it('refuses to go on in a transaction that SQLite has undone by itself', async () => {
  const { database, db } = openNotes();
  const work = db.transaction().execute(async (transaction) => {
    await transaction.insertInto('note').values({ text: 'before' }).execute();
    database.exec('rollback');
    await transaction.insertInto('note').values({ text: 'after' }).execute();
  });
  await expect(work).rejects.toMatchObject({
    name: 'StoreError',
    message: expect.stringContaining('undid the transaction'),
  });
  expect(await db.selectFrom('note').selectAll().execute()).toEqual([]);
  await db.transaction().execute((transaction) => transaction.insertInto('note').values({ text: 'next' }).execute());
  expect(await db.selectFrom('note').selectAll().execute()).toEqual([{ text: 'next' }]);
});

it('sees a table as it is after a change', async () => {
  const { db } = openNotes();
  const read = () => db.selectFrom('note').selectAll().execute();
  await db.insertInto('note').values({ text: 'a' }).execute();
  expect(await read()).toEqual([{ text: 'a' }]);
  await db.schema.alterTable('note').addColumn('size', 'integer').execute();
  expect(await read()).toEqual([{ text: 'a', size: null }]);
});
