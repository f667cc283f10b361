// The SQLite store: the contract of every store, and what only a file can get wrong.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { day, minute } from '../../src/clock.ts';
import { silentLogger } from '../../src/logger.ts';
import { verbatim } from '../../src/metrics/phrase.ts';
import { openStore } from '../../src/store/index.ts';
import { createMigrations, sqliteDialect } from '../../src/store/migrations.ts';
import { openDatabase } from '../../src/store/sqlite-file.ts';
import type { Store } from '../../src/store/store.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { describeStore } from './contract.ts';

const folders: string[] = [];
const opened: Store[] = [];

afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'imstats-store-'));
  folders.push(folder);
  return folder;
}

async function open(path: string, errors: string[] = []): Promise<Store> {
  const logger = { ...silentLogger, error: (message: string) => void errors.push(message) };
  const clock = createFakeClock('2026-11-22T10:00:00Z');
  const store = await openStore({ kind: 'sqlite', path }, { clock, logger, owner: 'me' });
  opened.push(store);
  return store;
}

function execute(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

function query(path: string, sql: string): readonly Record<string, unknown>[] {
  const database = new DatabaseSync(path);
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}

describeStore('a store in a SQLite file', async () => {
  const path = join(newFolder(), 'imstats.db');
  const errors: string[] = [];
  const store = await open(path, errors);
  return {
    store,
    clock: createFakeClock('2026-11-22T10:00:00Z'),
    errors,
    execute: async (sql) => execute(path, sql),
    reopen: async () => {
      await store.close();
      return await open(path, errors);
    },
  };
});

describe('opening a SQLite file', () => {
  it('has every commit on the disk before it returns', () => {
    const database = openDatabase(join(newFolder(), 'imstats.db'));

    expect(database.prepare('pragma synchronous').get()).toEqual({ synchronous: 2 }); // full
    expect(database.prepare('pragma journal_mode').get()).toEqual({ journal_mode: 'wal' });
    database.close();
  });

  it('makes the file and its folder for this user only', async () => {
    const folder = join(newFolder(), 'a', 'b');
    const path = join(folder, 'imstats.db');
    const store = await open(path);
    await store.savePoll({ app: 'prod', lastTriedAt: 1, failures: 0 });
    for (const name of [path, `${path}-wal`, `${path}-shm`]) expect(statSync(name).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('leaves the mode of a file that is there as it is', async () => {
    const path = join(newFolder(), 'imstats.db');
    writeFileSync(path, '');
    chmodSync(path, 0o640);
    await open(path);
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  it('is refused to a second owner, under whatever name, until the first has closed it', async () => {
    const folder = newFolder();
    const path = join(folder, 'imstats.db');
    const store = await open(path);
    symlinkSync(path, join(folder, 'link.db'));
    symlinkSync(folder, join(folder, 'here'));
    for (const name of ['imstats.db', 'link.db', 'here/imstats.db']) {
      const second = open(join(folder, name));
      await expect(second).rejects.toMatchObject({
        name: 'StoreError',
        message: expect.stringContaining('Another imstats process uses the store'),
        hint: expect.stringContaining('Postgres'),
      });
    }
    await store.savePoll({ app: 'prod', lastTriedAt: 1, failures: 0 });
    await store.close();
    expect(await (await open(join(folder, 'link.db'))).polls()).toHaveLength(1);
  });

  it('can be read by other programs meanwhile', async () => {
    const path = join(newFolder(), 'imstats.db');
    await (await open(path)).savePoll({ app: 'prod', lastTriedAt: 1, failures: 0 });
    const reader = new DatabaseSync(path, { readOnly: true });
    expect(reader.prepare('select app from poll').get()?.['app']).toBe('prod');
    reader.close();
  });

  const failures: { name: string; prepare: (path: string) => void; says: RegExp }[] = [
    {
      name: 'a file that is no database',
      prepare: (path) => writeFileSync(path, 'a letter, longer than the header of a database '.repeat(50)),
      says: /is no SQLite database/,
    },
    {
      name: 'the database of another program',
      prepare: (path) => execute(path, 'create table song (title text)'),
      says: /is the database of another program/,
    },
    { name: 'a folder', prepare: (path) => mkdirSync(path), says: /could not be opened/ },
    {
      name: 'a place below a file',
      prepare: (path) => {
        rmSync(path, { force: true });
        writeFileSync(join(path, '..', 'file'), '');
      },
      says: /could not be opened/,
    },
  ];
  it.each(failures)('rejects $name with words and a hint', async ({ name, prepare, says }) => {
    const folder = newFolder();
    prepare(join(folder, 'x.db'));
    const path = name === 'a place below a file' ? join(folder, 'file', 'x.db') : join(folder, 'x.db');
    await expect(open(path)).rejects.toMatchObject({
      name: 'StoreError',
      message: expect.stringMatching(says),
      hint: expect.stringMatching(/store: of the configuration/),
    });
  });

  it('rejects a file that a newer version has written, and leaves it as it is', async () => {
    const path = join(newFolder(), 'imstats.db');
    await (await open(path)).close();
    execute(path, `insert into kysely_migration values ('0999_future', '2030-01-01T00:00:00.000Z')`);
    await expect(open(path)).rejects.toMatchObject({ message: expect.stringContaining('newer version of imstats') });
    execute(path, `delete from kysely_migration where name = '0999_future'`);
    expect(await (await open(path)).polls()).toEqual([]);
  });

  it.each([
    { reader: '0001_first', opens: true },
    { reader: Object.keys(createMigrations(sqliteDialect)).at(-1), opens: true },
    { reader: '0999_future', opens: false },
  ])(
    'opens a file that a newer version has changed only where $reader or a later one can read it',
    async ({ reader, opens }) => {
      const path = join(newFolder(), 'imstats.db');
      await (await open(path)).close();
      execute(path, `insert into kysely_migration values ('0999_future', '2030-01-01T00:00:00.000Z')`);
      execute(path, `insert into schema_step values ('0999_future', '${reader}')`);
      const opened = open(path);
      if (!opens) return expect(opened).rejects.toMatchObject({ message: expect.stringContaining('newer version') });
      await (await opened).savePoll({ app: 'prod', lastTriedAt: 1, failures: 0 });
    },
  );

  it('says for each step of its tables which version can read them, also where a start was ended before it could', async () => {
    const path = join(newFolder(), 'imstats.db');
    await (await open(path)).close();
    execute(path, 'delete from schema_step');
    await (await open(path)).close();
    const names = Object.keys(createMigrations(sqliteDialect));
    expect(query(path, 'select name from schema_step order by name').map(({ name }) => name)).toEqual(names);
  });

  it('makes the tables whole or not at all', async () => {
    const path = join(newFolder(), 'imstats.db');
    execute(path, `pragma application_id = ${0x494d5354}; create table digest_run (x)`);
    await expect(open(path)).rejects.toMatchObject({ name: 'StoreError' });
    execute(path, 'drop table digest_run');
    expect(await (await open(path)).polls()).toEqual([]);
  });

  it('keeps a store in memory without any file', async () => {
    const store = await open(':memory:');
    const other = await open(':memory:');
    await store.savePoll({ app: 'prod', lastTriedAt: 1, failures: 0 });
    expect(await other.polls()).toEqual([]);
    expect(existsSync(':memory:.lock')).toBe(false);
  });

  it('rejects Postgres until there is one', async () => {
    const location = { kind: 'postgres', url: 'postgres://user:secret@host/db' } as const;
    const deps = { clock: createFakeClock(0), logger: silentLogger, owner: 'me' };
    await expect(openStore(location, deps)).rejects.toMatchObject({
      name: 'StoreError',
      message: expect.not.stringContaining('secret'),
    });
  });
});

describe('a SQLite file in trouble', () => {
  it('waits for another program that holds it, goes on in memory when that takes long, and returns when it is done', async () => {
    const path = join(newFolder(), 'imstats.db');
    const clock = createFakeClock(0);
    const store = await openStore({ kind: 'sqlite', path }, { clock, logger: silentLogger, owner: 'me' });
    const other = new DatabaseSync(path);
    other.exec('begin immediate');
    const save = () => store.transaction((inside) => inside.savePoll({ app: 'prod', lastTriedAt: 1, failures: 0 }));
    const saved = save();
    // Whoever only reads does not wait, and the event loop is never held for long.
    const began = performance.now();
    expect(await store.polls()).toEqual([]);
    expect(performance.now() - began).toBeLessThan(500);
    for (let waited = 0; waited < 4_000; waited += 50) await clock.advance(50);
    await saved;
    expect(store.condition().unsaved?.why).toContain('is locked by another program');
    await store.savePoll({ app: 'china', lastTriedAt: 1, failures: 0 });
    const inFile = () => query(path, 'select app from poll order by app').map(({ app }) => app);
    expect(inFile()).toEqual([]);
    other.exec('rollback');
    other.close();
    for (let waited = 0; waited < 10_000; waited += 50) await clock.advance(50);
    expect(store.condition()).toEqual({});
    expect(inFile()).toEqual(['china', 'prod']);
    expect((await store.polls()).map(({ app }) => app)).toEqual(['china', 'prod']);
    await store.close();
  });

  it('gives freed space back', async () => {
    const path = join(newFolder(), 'imstats.db');
    const store = await open(path);
    const now = Date.UTC(2026, 10, 22);
    await store.transaction(async (inside) => {
      for (let n = 0; n < 20_000; n += 1) {
        await inside.savePoll({ app: 'prod', lastTriedAt: n, failures: 0 });
        if (n % 100 === 0)
          await inside.alerts.addEvent({
            incident: 'a',
            seq: n,
            at: n,
            kind: 'x',
            words: verbatim('x'.repeat(40_000)),
          });
      }
      await inside.alerts.saveIncident({ id: 'a', rule: 'r', app: 'prod', level: 'warning', openedAt: 1, closedAt: 2 });
    });
    await store.close();
    const before = statSync(path).size;
    const again = await open(path);
    await again.prune(now, { raw: day, fiveMinutes: day, hours: day });
    await again.close();
    expect(before).toBeGreaterThan(8_000_000);
    expect(statSync(path).size).toBeLessThan(2_000_000);
  });

  it('keeps no journal beside it once it is closed', async () => {
    const path = join(newFolder(), 'imstats.db');
    const store = await open(path);
    await store.samples.record('prod', minute, { 'users.active': 1 });
    await store.close();
    expect(existsSync(`${path}-wal`)).toBe(false);
  });
});
