// A copy in memory of a SQLite store: whole, writable, and without a trace in the file.
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { minute } from '../../src/clock.ts';
import { silentLogger } from '../../src/logger.ts';
import { verbatim } from '../../src/metrics/phrase.ts';
import { openSqlite, openSqliteCopy } from '../../src/store/sqlite.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const deps = { clock: createFakeClock('2026-11-22T10:00:00Z'), logger: silentLogger };
const at = deps.clock.now() - minute;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'imstats-copy-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const contents = (): [string, string][] =>
  readdirSync(folder)
    .sort()
    .map((name) => [name, readFileSync(join(folder, name), 'hex')]);

describe('a copy of a store', () => {
  it('holds what the store holds, and keeps what is written into it to itself', async () => {
    const path = join(folder, 'imstats.db');
    const store = await openSqlite(path, deps);
    await store.samples.record('prod', at, { 'memory.free_ratio': 0.4 });
    await store.savePoll({ app: 'prod', lastTriedAt: at, lastGoodAt: at, failures: 0 });
    await store.close();
    const untouched = contents();

    const copy = await openSqliteCopy(path, deps);
    expect(await copy.samples.latest('prod')).toEqual({ at, values: { 'memory.free_ratio': 0.4 } });
    expect(await copy.polls()).toEqual([{ app: 'prod', lastTriedAt: at, lastGoodAt: at, failures: 0 }]);
    await copy.samples.record('prod', at + 1, { 'memory.free_ratio': 0.3, 'connections.peak': 9 });
    expect(await copy.samples.latest('prod')).toMatchObject({ at: at + 1 });
    await copy.close();

    expect(contents()).toEqual(untouched);
  });

  it('holds what a process that was killed had left in the journal', async () => {
    const path = join(folder, 'imstats.db');
    const store = await openSqlite(join(folder, 'running.db'), deps);
    await store.savePoll({ app: 'prod', lastTriedAt: at, failures: 2, reason: verbatim('HTTP 503') });
    for (const end of ['', '-wal', '-shm']) copyFileSync(join(folder, `running.db${end}`), `${path}${end}`);
    await store.close();
    const journal = readFileSync(`${path}-wal`, 'hex');

    const copy = await openSqliteCopy(path, deps);
    expect(await copy.polls()).toMatchObject([{ app: 'prod', failures: 2 }]);
    await copy.close();

    expect(readFileSync(`${path}-wal`, 'hex')).toBe(journal);
  });

  it('is refused while a bot owns the store, and of the database of another program', async () => {
    const store = await openSqlite(join(folder, 'imstats.db'), deps);
    await expect(openSqliteCopy(join(folder, 'imstats.db'), deps)).rejects.toMatchObject({ isTransient: true });
    await store.close();
    const other = new DatabaseSync(join(folder, 'other.db'));
    other.exec('create table notes (text)');
    other.close();
    await expect(openSqliteCopy(join(folder, 'other.db'), deps)).rejects.toThrow(/database of another program/);
  });
});
