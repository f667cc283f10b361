// Copies of a store: asked for beside the running bot, made before an upgrade, and what a store that was left open is checked for.
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { minute } from '../../src/clock.ts';
import { silentLogger } from '../../src/logger.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { backupSqlite } from '../../src/store/sqlite-backup.ts';
import type { Store } from '../../src/store/store.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { packageRoot } from '../support/package-root.ts';

const undo: (() => unknown)[] = [];

afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one();
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'imstats-backup-'));
  undo.push(() => rmSync(folder, { recursive: true }));
  return folder;
}

const now = Date.parse('2026-11-22T10:00:00Z');

async function open(file: string): Promise<Store> {
  const store = await openSqlite(file, { clock: createFakeClock(now), logger: silentLogger });
  undo.push(() => store.close().catch(() => {}));
  return store;
}

function count(file: string, table: string): number {
  const database = new DatabaseSync(file);
  try {
    return Number(database.prepare(`select count(*) as value from ${table}`).get()?.['value']);
  } finally {
    database.close();
  }
}

describe('a backup', () => {
  it('of a store that is being written to is whole, checked, and can be started with', async () => {
    const folder = newFolder();
    const store = await open(join(folder, 'imstats.db'));
    await store.samples.record('prod', now - minute, { 'users.active': 5 });
    await store.samples.record('prod', now, { 'users.active': 6 });
    const target = join(folder, 'copy.db');
    expect(backupSqlite(join(folder, 'imstats.db'), target)).toMatchObject({
      apps: 1,
      samples: 2,
      from: now - minute,
      to: now,
      incidents: 0,
      waiting: 0,
    });
    await store.samples.record('prod', now + minute, { 'users.active': 7 });
    const copy = await open(target);
    expect(await copy.samples.latest('prod')).toEqual({ at: now, values: { 'users.active': 6 } });
    expect(readdirSync(folder).filter((name) => name.includes('unfinished'))).toEqual([]);
  });

  it('never overwrites a file, and leaves nothing where it fails', async () => {
    const folder = newFolder();
    await open(join(folder, 'imstats.db'));
    const target = join(folder, 'copy.db');
    writeFileSync(target, 'mine');
    expect(() => backupSqlite(join(folder, 'imstats.db'), target)).toThrow(/exists already/);
    expect(readFileSync(target, 'utf8')).toBe('mine');
    expect(() => backupSqlite(join(folder, 'none.db'), join(folder, 'other.db'))).toThrow(/There is no store/);
    writeFileSync(join(folder, 'text.db'), 'no database at all, but long enough to be read as one '.repeat(40));
    expect(() => backupSqlite(join(folder, 'text.db'), join(folder, 'other.db'))).toThrow(/no SQLite database/);
    expect(existsSync(join(folder, 'other.db'))).toBe(false);
  });

  it('is a command of the repository, with an exit code that says how it went', async () => {
    const folder = newFolder();
    await open(join(folder, 'imstats.db'));
    const environment = {
      SLACK_BOT_TOKEN: 'xoxb-1',
      SLACK_APP_TOKEN: 'xapp-1',
      IMKIT_URL: 'https://a.example',
      IM_API_KEY: 'k',
    };
    const config = join(folder, 'imstats.yml');
    writeFileSync(
      config,
      'slack: { botToken: xoxb-1, appToken: xapp-1 }\nstore: sqlite:imstats.db\napps: [{ id: prod, platform: imkit, url: "https://a.example", apiKey: k }]\n',
    );
    const run = (...words: string[]) => {
      const ran = spawnSync(process.execPath, [join(packageRoot, 'src/main.ts'), ...words], {
        env: { ...process.env, ...environment },
        encoding: 'utf8',
      });
      return { status: ran.status, said: `${ran.stdout}${ran.stderr}` };
    };
    const target = join(folder, 'copy.db');
    const first = run('backup', '--config', config, target);
    expect(first).toMatchObject({
      status: 0,
      said: expect.stringMatching(/copy\.db: 0\.\d MB, checked\. 0 samples of 0 apps/),
    });
    expect(run('backup', '--config', config, target)).toMatchObject({
      status: 1,
      said: expect.stringContaining('exists already'),
    });
    expect(run('backup', '--config', config)).toMatchObject({ status: 2, said: expect.stringContaining('Usage:') });
    const unknown = run('backup', '--fast', target);
    expect(unknown).toMatchObject({ status: 2, said: expect.stringContaining('Usage:') });
    expect(unknown.said).not.toContain('    at ');
  }, 30_000);
});

describe('a plain copy', () => {
  it('of the file of a bot that has just started holds its tables', async () => {
    const folder = newFolder();
    await open(join(folder, 'imstats.db'));
    copyFileSync(join(folder, 'imstats.db'), join(folder, 'copy.db'));
    expect(count(join(folder, 'copy.db'), 'sqlite_schema')).toBeGreaterThan(10);
  });
});

describe('an upgrade', () => {
  const witness = join(packageRoot, 'test/store/fixtures/witness.db');
  const copies = (folder: string) => readdirSync(folder).filter((name) => name.endsWith('.backup'));

  it('leaves a copy of the store as it was beside it, and the next start leaves none', async () => {
    const folder = newFolder();
    const file = join(folder, 'imstats.db');
    copyFileSync(witness, file);
    const incidents = count(file, 'incident');
    const before = new DatabaseSync(file);
    const version = String(before.prepare('select max(name) as name from kysely_migration').get()?.['name']);
    before.close();
    await (await open(file)).close();
    expect(copies(folder)).toEqual([`imstats.db.${version}.20261122T100000Z.backup`]);
    expect(count(join(folder, copies(folder)[0] ?? ''), 'incident')).toBe(incidents);
    await (await open(file)).close();
    expect(copies(folder)).toHaveLength(1);
  });

  it('keeps at most three such copies', async () => {
    const folder = newFolder();
    const file = join(folder, 'imstats.db');
    for (const day of [1, 2, 3, 4]) writeFileSync(`${file}.0001_first.2026110${day}T100000Z.backup`, '');
    copyFileSync(witness, file);
    await (await open(file)).close();
    expect(copies(folder)).toHaveLength(3);
    expect(copies(folder).some((name) => name.includes('20261122T100000Z'))).toBe(true);
  });

  it('does not begin where no copy can be made, and says so', async () => {
    const folder = newFolder();
    const file = join(folder, 'imstats.db');
    copyFileSync(witness, file);
    // No file can be made beside one in a folder of that name.
    const before = new DatabaseSync(file);
    const version = String(before.prepare('select max(name) as name from kysely_migration').get()?.['name']);
    before.close();
    mkdirSync(`${file}.${version}.20261122T100000Z.backup.unfinished`);
    await expect(open(file)).rejects.toMatchObject({
      message: expect.stringContaining('was not upgraded, because no copy of it could be made before'),
    });
    const after = new DatabaseSync(file);
    expect(after.prepare('select max(name) as name from kysely_migration').get()?.['name']).toBe(version);
    after.close();
  });
});

describe('a store that was left open', () => {
  it('and is damaged is refused with what to do', async () => {
    const folder = newFolder();
    const file = join(folder, 'imstats.db');
    const store = await open(file);
    const polls = Array.from({ length: 3_000 }, (_one, index) => ({
      at: now + index * minute,
      values: { 'users.active': index },
    }));
    await store.samples.recordAll('prod', polls);
    await store.close();
    const whole = readFileSync(file);
    const damaged = Buffer.from(whole);
    damaged.fill(0xff, Math.floor(whole.length / 2), Math.floor(whole.length / 2) + 8_192);
    const other = join(folder, 'other.db');
    writeFileSync(other, damaged);
    // A journal that another life left behind.
    copyFileSync(file, join(folder, 'left.db'));
    const left = new DatabaseSync(join(folder, 'left.db'));
    left.exec(`pragma journal_mode = wal; insert into poll (app, last_tried_at, failures) values ('x', 1, 0)`);
    copyFileSync(join(folder, 'left.db-wal'), `${other}-wal`);
    left.close();
    await expect(open(other)).rejects.toMatchObject({
      name: 'StoreError',
      message: expect.stringContaining('is damaged'),
      hint: expect.stringContaining('backup'),
    });
  });
});
