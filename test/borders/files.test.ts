// What lies on the disk: any configuration, `.env` or stored row ends in a value or in an error of ours, and the next right one is read.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { hour, minute, second } from '../../src/clock.ts';
import { loadConfig } from '../../src/config/load.ts';
import { ConfigError, StoreError } from '../../src/errors.ts';
import { silentLogger } from '../../src/logger.ts';
import { openStore } from '../../src/store/index.ts';
import type { Store } from '../../src/store/store.ts';
import { secrets, smallest } from '../config/files.ts';
import { allTold, fall } from '../faults/scenario.ts';
import { withWholeBot } from '../faults/whole-bot.ts';
import { copyWitness } from '../store/witness-bot.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { extremes, json, jsonText, mutated, text, trials, uncaughtDuring } from './inputs.ts';

// The long form takes minutes.
vi.setConfig({ testTimeout: 900_000 });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'imstats-borders-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const variable = (name: string): string => `$\{${name}}`;

const right = {
  slack: { botToken: variable('SLACK_BOT_TOKEN'), appToken: variable('SLACK_APP_TOKEN'), fallbackChannel: 'C0OPS' },
  timezone: 'Asia/Taipei',
  store: 'sqlite:data/imstats.db',
  charts: ['image', 'text'],
  http: { port: 9464, host: '127.0.0.1' },
  apps: [
    {
      id: 'prod',
      platform: 'imkit',
      url: 'https://a.example',
      apiKey: variable('IM_API_KEY'),
      pollEvery: '60s',
      unreachable: { polls: 3, critical: '15m' },
    },
    { id: 'china', platform: 'jmessage', appKey: 'a', masterSecret: variable('JMESSAGE_MASTER_SECRET') },
  ],
  digests: [{ id: 'daily', channel: 'C0123456789', schedule: '0 9 * * *', period: 'day', apps: ['prod'] }],
  alerts: [
    {
      id: 'memory-low',
      app: 'prod',
      metric: 'memory.free_ratio',
      below: '15%',
      clearAt: '20%',
      for: '5m',
      critical: { below: '8%', clearAt: '12%' },
      channel: 'C0ONCALL',
      mention: ['S0ONCALL'],
      repeat: ['30m', '1h'],
    },
  ],
  access: { run: 'everyone', manage: ['U0ADMIN'] },
  retention: { raw: '14d', fiveMinutes: '90d', hours: '400d' },
};

const bombs = fc.constantFrom(
  `a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: &d [*c, *c]\ne: [*d, *d, *d, *d, *d, *d]\n`,
  'a: &a [*a]',
  '<<: *none',
  '? {a: 1}\n: b',
  '---\na: 1\n---\nb: 2\n',
  '!!binary x',
  `${'- '.repeat(3_000)}x`,
  `a: "${'\\u0000'.repeat(50)}"`,
  '%YAML 9.9\n---\na: 1',
  '\t- a',
);

const written = fc.oneof(
  { weight: 6, arbitrary: mutated(right).map((value) => Buffer.from(stringify(value))) },
  { weight: 2, arbitrary: jsonText(mutated(right)).map((one) => Buffer.from(one)) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(mutated(right), fc.nat(600))
      .map(([value, at]) => Buffer.from(stringify(value)).subarray(0, at)),
  },
  { weight: 1, arbitrary: bombs.map((one) => Buffer.from(one)) },
  { weight: 1, arbitrary: mutated(right).map((value) => Buffer.from(`\ufeff${stringify(value)}`, 'utf16le')) },
  {
    weight: 1,
    arbitrary: fc.oneof(
      text.map((one) => Buffer.from(one)),
      fc.uint8Array({ maxLength: 300 }),
    ),
  },
);

const environmentFile = fc.oneof(
  fc
    .array(
      fc
        .tuple(fc.constantFrom('SLACK_BOT_TOKEN', 'A', 'export A', '=', '#', '"'), text)
        .map(([name, value]) => `${name}=${value}`),
    )
    .map((lines) => Buffer.from(lines.join('\n'))),
  fc.uint8Array({ maxLength: 200 }),
);

it(`a configuration may hold anything, ${trials} times: it is read, or every mistake has its place and its words`, () => {
  fc.assert(
    fc.property(written, environmentFile, fc.boolean(), (file, dotEnv, hasDotEnv) => {
      writeFileSync(join(folder, 'imstats.yml'), file);
      if (hasDotEnv) writeFileSync(join(folder, '.env'), dotEnv);
      else rmSync(join(folder, '.env'), { force: true });
      const began = performance.now();
      try {
        loadConfig({ folder, environment: secrets });
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
        if (!(error instanceof ConfigError)) return;
        expect(error.problems.length).toBeGreaterThan(0);
        for (const { where, what } of error.problems) {
          expect(where).not.toBe('');
          expect(what).not.toBe('');
        }
        for (const secret of Object.values(secrets)) expect(error.message).not.toContain(secret);
      }
      expect(performance.now() - began).toBeLessThan(3_000);
    }),
    { numRuns: trials },
  );
  rmSync(join(folder, '.env'), { force: true });
  writeFileSync(join(folder, 'imstats.yml'), smallest);
  expect(loadConfig({ folder, environment: secrets }).apps).toHaveLength(1);
});

/** Reads every table of a store by what it offers. */
async function readAll(store: Store, now: number): Promise<void> {
  const reads: (() => Promise<unknown>)[] = [
    () => store.polls(),
    () => store.apps.get('prod'),
    () => store.alerts.all(),
    () => store.alerts.get('memory-low'),
    () => store.alerts.incidents(0, now),
    async () => {
      for (const { id } of await store.alerts.incidents(0, now)) await store.alerts.events(id);
    },
    () => store.samples.latest('prod'),
    () => store.samples.oldest('prod'),
    ...(['raw', 'fiveMinutes', 'hours'] as const).map(
      (tier) => () => store.samples.read('prod', 'memory.free', tier, now - 30 * 24 * hour, now),
    ),
    () => store.daily.read('china', '2026-01-01', '2026-12-31'),
    () => store.outbox.status(),
    () => store.outbox.lease('reader', now, minute, 20),
    () => store.digests.recent('daily', 10),
  ];
  for (const read of reads) {
    // A row that cannot be read is set aside, or is what a StoreError says.
    await read().catch((error: unknown) => expect(error).toBeInstanceOf(StoreError));
  }
}

/** One value of one row; `where` names the row by its key. */
interface Cell {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly isNullable: boolean;
  readonly where: string;
  readonly key: readonly SQLInputValue[];
}

const tables = [
  'poll',
  'alert',
  'incident',
  'incident_event',
  'outbox',
  'root',
  'digest_run',
  'sample',
  'rollup',
  'daily',
  'app',
];

/** Every cell but the keys, of the newest rows of each table. */
function cellsOf(database: DatabaseSync): readonly Cell[] {
  return tables.flatMap((table) => {
    const columns = database
      .prepare(`select name, type, "notnull" as needed, pk from pragma_table_info('${table}')`)
      .all();
    const keys = columns.filter(({ pk }) => Number(pk) > 0).map(({ name }) => String(name));
    const rows = database
      .prepare(`select ${keys.join(', ')} from ${table} order by ${keys.join(' desc, ')} desc limit 30`)
      .all();
    const where = keys.map((key) => `${key} = ?`).join(' and ');
    return rows.flatMap((row) =>
      columns
        .filter(({ pk }) => Number(pk) === 0)
        .map(({ name, type, needed }) => ({
          table,
          column: String(name),
          type: String(type),
          isNullable: Number(needed) === 0,
          where,
          key: keys.map((key) => row[key] ?? null),
        })),
    );
  });
}

/** Values that the column of a table takes. */
function valuesFor({ type, isNullable }: Cell): fc.Arbitrary<SQLInputValue> {
  const numbers = fc.oneof(extremes.filter(Number.isSafeInteger), fc.integer());
  const plain: Readonly<Record<string, fc.Arbitrary<SQLInputValue>>> = {
    INTEGER: numbers,
    REAL: extremes,
    BLOB: fc.uint8Array({ maxLength: 60 }),
    TEXT: fc.oneof(jsonText(json), text),
  };
  const usual = plain[type] ?? fc.string();
  return isNullable ? fc.oneof(usual, fc.constant(null)) : usual;
}

/** Writes the value, lets `work` see it, and puts the row back as it was. */
async function withCell(
  database: DatabaseSync,
  cell: Cell,
  value: SQLInputValue,
  work: () => Promise<void>,
): Promise<void> {
  const { table, column, where, key } = cell;
  const row = database.prepare(`select * from ${table} where ${where}`).get(...key);
  try {
    database.prepare(`update ${table} set ${column} = ? where ${where}`).run(value, ...key);
  } catch {
    return; // what the table itself refuses
  }
  await work();
  if (row === undefined) return;
  const names = Object.keys(row);
  const places = names.map(() => '?').join(', ');
  database
    .prepare(`insert or replace into ${table} (${names.join(', ')}) values (${places})`)
    .run(...Object.values(row));
  database.exec('delete from unreadable');
}

it(`a stored row may hold anything, ${trials} times: the others are read, and so is the store afterwards`, async () => {
  const witness = copyWitness();
  const now = Date.UTC(2026, 3, 14, 4);
  const at = { kind: 'sqlite', path: witness.file } as const;
  const store = await openStore(at, { clock: createFakeClock(now), logger: silentLogger, owner: 'reader' });
  const database = new DatabaseSync(witness.file, { timeout: 2_000 });
  database.exec('pragma synchronous = off');
  try {
    const cells = cellsOf(database);
    const cases = fc.constantFrom(...cells).chain((cell) => fc.tuple(fc.constant(cell), valuesFor(cell)));
    const uncaught = await uncaughtDuring(async () => {
      await fc.assert(
        fc.asyncProperty(cases, async ([cell, value]) => {
          await withCell(database, cell, value, () => readAll(store, now));
        }),
        { numRuns: trials },
      );
    });
    expect(uncaught).toEqual([]);
    expect((await store.alerts.all()).length).toBeGreaterThan(0);
  } finally {
    database.close();
    await store.close();
    witness.remove();
  }
});

it('a whole bot on a store in which many rows hold anything starts, answers and ends', async () => {
  await withWholeBot({}, async (whole) => {
    await fall(whole);
    await allTold(whole);
    const uncaught = await uncaughtDuring(async () => {
      for (const seed of Array.from({ length: Math.ceil(trials / 150) }, (_, index) => index)) {
        await whole.stop();
        spoil(whole.file, seed);
        await whole.start();
        await whole.advance(minute);
        for (const words of ['health', 'alerts', 'why memory-low', 'memory 2h']) {
          // Nobody asks five times within an instant.
          await whole.advance(10 * second);
          expect(await whole.ask(words)).not.toBe('');
        }
      }
    });
    expect(uncaught).toEqual([]);
  });
});

/** Gives twenty cells of a store values that nobody wrote. */
function spoil(file: string, seed: number): void {
  const database = new DatabaseSync(file, { timeout: 2_000 });
  try {
    const cells = fc.constantFrom(...cellsOf(database)).chain((cell) => fc.tuple(fc.constant(cell), valuesFor(cell)));
    for (const [{ table, column, where, key }, value] of fc.sample(cells, { numRuns: 20, seed })) {
      try {
        database.prepare(`update ${table} set ${column} = ? where ${where}`).run(value, ...key);
      } catch {
        // What the table itself refuses.
      }
    }
  } finally {
    database.close();
  }
}
