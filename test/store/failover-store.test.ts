// A store whose file cannot be written: it goes on in memory, and everything is in the file when it can be written again.
import { mkdtempSync, renameSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { day, hour, minute, second } from '../../src/clock.ts';
import { silentLogger } from '../../src/logger.ts';
import { createFailoverStore } from '../../src/store/failover-store.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { isFileFailure, toStoreError } from '../../src/store/sqlite-dialect.ts';
import { openStandby } from '../../src/store/sqlite-standby.ts';
import type { Store } from '../../src/store/store.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';

const undo: (() => unknown)[] = [];

afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one();
});

interface Failing {
  readonly store: Store;
  readonly clock: FakeClock;
  readonly file: string;
  readonly errors: string[];
  /** SQLite's code of what every write to the file fails with from now on; undefined where it can be written. */
  fail(code: number | undefined): void;
}

/** A file whose writes fail as those of SQLite do, the way back to it included. */
async function openFailing(file = newFile()): Promise<Failing> {
  const clock = createFakeClock('2026-11-22T10:00:00Z');
  const errors: string[] = [];
  const logger = { ...silentLogger, error: (message: string) => void errors.push(message) };
  const primary = await openSqlite(file, { clock, logger });
  let code: number | undefined;
  const check = (): void => {
    if (code !== undefined) throw toStoreError(Object.assign(new Error('disk I/O'), { errcode: code }), file);
  };
  const store = createFailoverStore({
    primary: failingStore(primary, check),
    openStandby: async () => {
      const standby = await openStandby(file, { clock, logger });
      return {
        ...standby,
        save: () => {
          check();
          standby.save();
        },
      };
    },
    isFileFailure,
    fileState: () => undefined,
    clock,
    logger,
  });
  undo.push(() => store.close());
  return { store, clock, file, errors, fail: (next) => (code = next) };
}

function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'imstats-failover-'));
  undo.push(() => rmSync(folder, { recursive: true }));
  return join(folder, 'imstats.db');
}

function failingStore(store: Store, check: () => void): Store {
  const writes = /^(record|save|add|remove|lease|settle|rewrite|release|claim|finish|transaction|prune)/;
  const wrap = <T extends object>(target: T): T =>
    new Proxy(target, {
      get: (object, name, receiver) => {
        const value: unknown = Reflect.get(object, name, receiver);
        if (typeof value === 'object' && value !== null) return wrap(value);
        if (typeof value !== 'function' || !writes.test(String(name))) return value;
        return async (...given: unknown[]) => {
          check();
          return await Reflect.apply(value, object, given);
        };
      },
    });
  return wrap(store);
}

function rows(file: string, sql: string): readonly Record<string, unknown>[] {
  const database = new DatabaseSync(file);
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}

const row = (key: string) => ({
  key,
  stream: key,
  lane: 'slack' as const,
  seq: 1,
  channel: 'C0OPS',
  operation: 'post' as const,
  broadcast: false,
  message: { kind: 'line' as const, text: { kind: 'verbatim', values: { text: key } }, mentions: [] },
  causedAt: undefined,
  createdAt: Date.parse('2026-11-22T10:00:00Z'),
  notBefore: 0,
});

describe('a store whose file fails', () => {
  it.each([
    [5, 'locked'],
    [8, 'may not be written'],
    [10, 'could not be read or written'],
    [11, 'damaged'],
    [13, 'disk is full'],
  ])('goes on in memory after the code %i and says why', async (code, words) => {
    const { store, fail } = await openFailing();
    fail(code);
    expect(await store.outbox.add(row('one'))).toBe(true);
    expect(await store.outbox.add(row('one'))).toBe(false);
    expect(store.condition().unsaved?.why).toContain(words);
    expect(await store.outbox.status()).toMatchObject({ depth: 1 });
  });

  it('knows in memory what was in the file, and in the file what was said in memory, all of it once', async () => {
    const { store, clock, fail, file } = await openFailing();
    const at = clock.now();
    await store.samples.record('prod', at - minute, { 'users.active': 5 });
    await store.savePoll({ app: 'prod', lastTriedAt: at, failures: 0 });
    await store.outbox.add(row('before'));
    const [leased] = await store.outbox.lease('me', at, minute, 5);
    fail(13);
    await store.samples.record('prod', at, { 'users.active': 7 });
    await store.savePoll({ app: 'prod', lastTriedAt: at, failures: 3 });
    await store.outbox.add(row('during'));
    if (leased === undefined) throw new Error('nothing was leased');
    expect(await store.outbox.settle({ ...leased, state: 'sent', ts: '1.1' }, 'me')).toBe(true);
    expect(rows(file, 'select key from outbox')).toEqual([{ key: 'before' }]);
    const read = await store.samples.read('prod', 'users.active', 'raw', at - hour, at + 1);
    expect(read.map(({ last }) => last)).toEqual([5, 7]);
    fail(undefined);
    await clock.advance(10 * second);
    expect(store.condition()).toEqual({});
    expect(rows(file, 'select key, state from outbox order by id')).toEqual([
      { key: 'before', state: 'sent' },
      { key: 'during', state: 'pending' },
    ]);
    expect(rows(file, 'select failures from poll')).toEqual([{ failures: 3 }]);
    expect(rows(file, 'select count(*) as value from sample')).toEqual([{ value: 2 }]);
    expect(await store.samples.read('prod', 'users.active', 'raw', at - hour, at + 1)).toEqual(read);
  });

  it('reads numbers that were not copied from the file, and joins them without a seam', async () => {
    const { store, clock, fail } = await openFailing();
    const at = clock.now();
    const polls = Array.from({ length: 60 * 24 }, (_one, index) => ({
      at: at - (index + 1) * minute,
      values: { 'users.active': index },
    }));
    await store.samples.recordAll('prod', polls);
    await store.samples.record('prod', at - 40 * day, { 'users.active': 1 });
    const all = async () => {
      const span = [at - 50 * day, at] as const;
      return {
        raw: await store.samples.read('prod', 'users.active', 'raw', ...span),
        fiveMinutes: await store.samples.read('prod', 'users.active', 'fiveMinutes', ...span),
        hours: await store.samples.read('prod', 'users.active', 'hours', ...span),
        oldest: await store.samples.oldest('prod'),
      };
    };
    const before = await all();
    fail(13);
    await store.savePoll({ app: 'prod', lastTriedAt: at, failures: 0 });
    expect(store.condition().unsaved).toBeDefined();
    expect(await all()).toEqual(before);
  });

  it('begins the work of a transaction again in memory, where it is all or nothing as well', async () => {
    const { store, fail } = await openFailing();
    fail(10);
    const failed = store.transaction(async (tx) => {
      await tx.outbox.add(row('undone'));
      throw new Error('changed its mind');
    });
    // It fails before it touches the file; only the next call needs the file.
    await expect(failed).rejects.toThrow('changed its mind');
    await store.transaction(async (tx) => tx.outbox.add(row('kept')));
    expect(await store.outbox.status()).toMatchObject({ depth: 1 });
  });

  it('takes a mistake in what was asked for what it is, and stays with the file', async () => {
    const { store } = await openFailing();
    await expect(store.transaction(async (tx) => tx.close())).rejects.toThrow('cannot close');
    expect(store.condition()).toEqual({});
  });

  it('lets a hundred calls at once through, none of them lost or made twice', async () => {
    const { store, clock, fail, file } = await openFailing();
    fail(13);
    const keys = Array.from({ length: 100 }, (_one, index) => `key-${index}`);
    const added = await Promise.all(keys.map((key) => store.outbox.add(row(key))));
    expect(added.every((one) => one)).toBe(true);
    fail(undefined);
    const meanwhile = keys.map((key) => store.outbox.add(row(`${key}-later`)));
    await clock.advance(minute);
    await Promise.all(meanwhile);
    expect(rows(file, 'select count(*) as value from outbox')).toEqual([{ value: 200 }]);
  });

  it('saves at its end what it can, and says what is lost where it cannot', async () => {
    const saved = await openFailing();
    saved.fail(13);
    await saved.store.outbox.add(row('one'));
    saved.fail(undefined);
    await saved.store.close();
    expect(rows(saved.file, 'select key from outbox')).toEqual([{ key: 'one' }]);
    const lost = await openFailing();
    lost.fail(13);
    await lost.store.outbox.add(row('one'));
    await lost.store.close();
    expect(rows(lost.file, 'select key from outbox')).toEqual([]);
    expect(lost.errors.at(-1)).toContain('may be told again');
  });

  it('removes from the file the alert that was removed meanwhile, and nothing else', async () => {
    const { store, clock, fail, file } = await openFailing();
    await store.apps.save([{ id: 'prod', name: 'Production', timezone: 'UTC', platform: 'imkit', pollEvery: minute }]);
    fail(13);
    await store.alerts.remove('gone');
    fail(undefined);
    await clock.advance(10 * second);
    expect(rows(file, 'select id from app')).toEqual([{ id: 'prod' }]);
  });
});

describe('the file of a store', () => {
  async function openWatched(): Promise<{ readonly store: Store; readonly file: string }> {
    const file = newFile();
    const store = await openSqlite(file, { clock: createFakeClock('2026-11-22T10:00:00Z'), logger: silentLogger });
    undo.push(() => store.close());
    return { store, file };
  }

  it.each([
    ['missing', (file: string) => unlinkSync(file)],
    ['truncated', (file: string) => truncateSync(file, 0)],
    [
      'replaced',
      (file: string) => {
        writeFileSync(`${file}.new`, 'x'.repeat(4_096));
        renameSync(`${file}.new`, file);
      },
    ],
  ] as const)('that was opened and is %s is noticed', async (state, change) => {
    const { store, file } = await openWatched();
    expect(store.condition()).toEqual({});
    change(file);
    expect(store.condition()).toEqual({ file: state });
  });
});
