// `npm run import`: the same table back, all or nothing, what was measured first, nothing twice, and nothing while a bot runs.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { day, hour, minute, second } from '../src/clock.ts';
import type { Config } from '../src/config/config.ts';
import { loadConfig } from '../src/config/load.ts';
import { byteOrderMark, type CsvCell, csvLines } from '../src/csv.ts';
import type { MetricValues } from '../src/metrics/catalog.ts';
import { exportedMetrics, headOf } from '../src/reports/export-table.ts';
import { openStore } from '../src/store/index.ts';
import { loadExport } from '../src/store/load-export.ts';
import type { Store } from '../src/store/store.ts';
import { runImport } from '../src/store-commands.ts';
import { localDate } from '../src/time-zone.ts';
import { createFakeClock } from './support/fake-clock.ts';
import './support/properties.ts';
import { packageRoot } from './support/package-root.ts';
import { china, prod } from './support/sample-app.ts';

const now = Date.UTC(2026, 10, 22, 8);
const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const clock = createFakeClock(now);
let folder: string;
let config: Config;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'imstats-import-'));
  file = join(folder, 'past.csv');
  writeFileSync(
    join(folder, 'imstats.yml'),
    `slack: { botToken: xoxb-1, appToken: xapp-1 }
timezone: Asia/Taipei
store: sqlite:imstats.db
apps:
  - { id: prod, name: Production chat, platform: imkit, url: "https://chat.example.com", apiKey: k1234567, was: [old-prod] }
  - { id: china, platform: jmessage, appKey: a1234567, masterSecret: s1234567 }
`,
  );
  config = loadConfig({ file: join(folder, 'imstats.yml'), folder, environment: {} });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const deps = (said: string[] = []) => ({
  clock,
  logger: quiet,
  newId: () => 'import',
  print: (text: string) => void said.push(text),
});

async function runOn(target: Config = config): Promise<string> {
  const said: string[] = [];
  expect(await runImport(target, file, deps(said))).toBe(0);
  return said.join('\n');
}

/** The store of the configuration, for as long as `work` runs. */
async function withStore<T>(work: (store: Store) => Promise<T>, target: Config = config): Promise<T> {
  const store = await openStore(target.store, { clock, logger: quiet, owner: 'test' });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

const apps = [prod, china];
const ids = exportedMetrics(apps, undefined);
const head = headOf(ids).map(String);

async function exported(store: Store): Promise<string> {
  const span = { from: now - 60 * day, to: now + day };
  const dates = { from: localDate(span.from, 'UTC'), to: localDate(span.to, 'UTC') };
  let text = byteOrderMark + csvLines([head]);
  for await (const { rows } of loadExport(
    apps.map((app) => ({ app, range: { ...span, dates } })),
    ids,
    store,
  ))
    text += csvLines(rows);
  return text;
}

/** A row of `prod` with some cells by the names of their columns. */
function row(cells: Readonly<Record<string, string | number>>): CsvCell[] {
  const all: Readonly<Record<string, string | number>> = { resolution: 'sample', app: 'prod', ...cells };
  return head.map((name) => all[name]);
}

const messages = (value: number, low = value, high = value, samples = 1) => ({
  'messages.sent value': value,
  'messages.sent low': low,
  'messages.sent high': high,
  'messages.sent samples': samples,
});

const write = (rows: readonly CsvCell[][], names: readonly string[] = head): void =>
  writeFileSync(file, byteOrderMark + csvLines([[...names], ...rows]));

const at = (time: number): string => new Date(time).toISOString();

/** Every row of the tables of numbers, marks too. */
const content = (store: Store) =>
  Promise.all([exported(store), store.samples.read('prod', 'messages.sent', 'hours', 0, now)]);

describe('what was exported', () => {
  const poll = fc.record({
    at: fc.integer({ min: now - 3 * day, max: now - 1 }),
    values: fc.record(
      {
        'messages.sent': fc.nat(5_000),
        'memory.free_ratio': fc.double({ min: 0, max: 1, noNaN: true }),
        'memory.free': fc.nat(2 ** 45),
      },
      { requiredKeys: [] },
    ) as fc.Arbitrary<MetricValues>,
  });
  const days = fc.uniqueArray(
    fc.record({ back: fc.integer({ min: 0, max: 40 }), value: fc.nat(9_999), complete: fc.boolean() }),
    {
      selector: ({ back }) => back,
      maxLength: 6,
    },
  );

  it('is imported into an empty store as the same table, whatever it holds', async () => {
    let count = 0;
    const polls = fc.uniqueArray(poll, { selector: (one) => one.at, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(polls, days, fc.nat(3 * day), fc.nat(3 * day), async (given, daily, raw, more) => {
        count += 1;
        const [from, to] = ['from', 'to'].map(
          (name): Config => ({ ...config, store: { kind: 'sqlite', path: join(folder, `${name}${count}.db`) } }),
        );
        const text = await withStore(async (store) => {
          const dense = given.map((one, index) =>
            index % 2 === 0 ? one : { ...one, at: now - 5 * hour + index * 31 * second },
          );
          await store.samples.recordAll('prod', dense);
          await store.daily.save(
            'china',
            daily.map(({ back, value, complete }) => ({
              ...{ date: localDate(now - back * day, 'Asia/Shanghai'), zone: 'Asia/Shanghai', complete },
              values: { 'messages.sent': value },
            })),
          );
          await store.prune(now, { raw, fiveMinutes: raw + more, hours: 400 * day });
          return exported(store);
        }, from);
        if (text.trim().split('\n').length === 1) return;
        writeFileSync(file, text);
        await runOn(to);
        expect(await withStore(exported, to)).toBe(text);
      }),
      { numRuns: 12 },
    );
  }, 60_000);

  it('changes nothing when it is imported a second time', async () => {
    write([
      row({ time: at(now - 3 * hour), resolution: '1h', ...messages(50, 40, 60, 12) }),
      row({ time: at(now - hour), resolution: '5m', ...messages(70, 60, 80, 5) }),
      row({ time: at(now - 10 * minute), ...messages(90) }),
      row({ time: '2026-11-20T00:00:00+08:00', resolution: '1d', app: 'china', 'messages.sent value': 5_000 }),
    ]);
    expect(await runOn()).toBe('past.csv: 4 rows read. 3 slots and 1 day filled of prod and china.');
    const before = await withStore(content);
    expect(await runOn()).toBe(
      'past.csv: 4 rows read. Nothing was filled. 4 rows left out, because the store holds that time already.',
    );
    expect(await withStore(content)).toEqual(before);
  });
});

describe('what was measured', () => {
  it('stays where it was there before', async () => {
    await withStore((store) => store.samples.record('prod', now - 7 * minute, { 'messages.sent': 7 }));
    write([
      row({ time: at(now - 8 * minute), ...messages(900) }),
      row({ time: at(now - 7 * minute), ...messages(900) }),
      row({ time: at(now - 30 * second), ...messages(5) }),
    ]);
    expect(await runOn()).toContain('1 slot filled of prod. 2 rows left out');
    const read = (tier: 'raw' | 'fiveMinutes' | 'hours') =>
      withStore((store) => store.samples.read('prod', 'messages.sent', tier, now - hour, now));
    expect((await read('raw')).map(({ last }) => last)).toEqual([7, 5]);
    expect((await read('fiveMinutes')).map(({ max }) => max)).toEqual([7, 5]);
    expect((await read('hours')).map(({ max, samples }) => [max, samples])).toEqual([[7, 1]]);
  });

  it('takes the place of what was imported, in every tier', async () => {
    write([
      row({
        time: at(now - hour),
        resolution: '5m',
        ...messages(900, 900, 900, 5),
        'memory.free value': 1,
        'memory.free low': 1,
        'memory.free high': 1,
        'memory.free samples': 5,
      }),
      row({ time: at(now - 10 * minute), ...messages(901) }),
      row({ time: at(now - 9 * minute), ...messages(902) }),
      row({ time: '2026-11-20T00:00:00+08:00', resolution: '1d', app: 'china', 'messages.sent value': 5_000 }),
    ]);
    await runOn();
    await withStore(async (store) => {
      await store.samples.record('prod', now - 10 * minute, { 'messages.sent': 3 });
      await store.daily.save('china', [
        { date: '2026-11-20', zone: 'Asia/Shanghai', complete: true, values: { 'users.new': 2 } },
      ]);
      const read = (tier: 'raw' | 'fiveMinutes' | 'hours') =>
        store.samples.read('prod', 'messages.sent', tier, now - 2 * hour, now);
      expect((await read('raw')).map(({ last }) => last)).toEqual([3]);
      expect((await read('fiveMinutes')).map(({ max }) => max)).toEqual([900, 3]);
      expect((await read('hours')).map(({ max, samples }) => [max, samples])).toEqual([[3, 1]]);
      expect(await store.samples.read('prod', 'memory.free', 'hours', now - 2 * hour, now)).toEqual([]);
      const [saved] = await store.daily.read('china', '2026-11-20', '2026-11-20');
      expect(saved?.values).toEqual({ 'users.new': 2 });
      await store.samples.record('prod', now - 9 * minute, { 'messages.sent': 4 });
      expect((await read('hours')).map(({ max, samples }) => [max, samples])).toEqual([[4, 2]]);
    });
  });
});

describe('an import', () => {
  it('tells nobody anything and opens no alert', async () => {
    write([
      row({
        time: at(now - 10 * minute),
        ...messages(0),
        'memory.free value': 1,
        'memory.free low': 1,
        'memory.free high': 1,
        'memory.free samples': 1,
      }),
    ]);
    await runOn();
    await withStore(async (store) => {
      expect(await store.alerts.all()).toEqual([]);
      expect(await store.alerts.incidents(0, now)).toEqual([]);
      expect((await store.outbox.status()).depth).toBe(0);
      expect(await store.polls()).toEqual([]);
    });
  });

  it('takes a former id for the app, and leaves out what is older than is kept', async () => {
    write([
      row({ time: at(now - 500 * day), resolution: '1h', app: 'old-prod', ...messages(1, 1, 1, 60) }),
      row({ time: at(now - 30 * day), resolution: '1h', app: 'old-prod', ...messages(2, 2, 2, 60) }),
    ]);
    expect(await runOn()).toBe(
      'past.csv: 2 rows read. 1 slot filled of prod. 1 row left out, older than retention: hours.',
    );
    expect(await withStore((store) => store.samples.oldest('prod'))).toBe(now - 30 * day);
  });

  it('is refused while another process has the store', async () => {
    write([row({ time: at(now - minute), ...messages(1) })]);
    await withStore(async () => {
      await expect(runImport(config, file, deps())).rejects.toThrow(/^Another imstats process uses the store/);
    });
  });

  it('that holds a line that cannot be placed changes nothing, and says which line', async () => {
    await withStore((store) => store.samples.record('prod', now - 20 * day, { 'messages.sent': 1 }));
    const before = await withStore(content);
    write([
      row({ time: at(now - 3 * minute), ...messages(1) }),
      row({ time: at(now - 2 * minute), ...messages(1), app: 'chian' }),
      row({ time: at(now - 4 * minute), ...messages(1) }),
    ]);
    const error = await runImport(config, file, deps()).catch((failure: unknown) => failure);
    expect(String(error)).toBe(
      'BotError: past.csv cannot be imported, and nothing was changed:\nline 3: there is no app "chian" in the configuration\nline 4: it begins before what line 2 holds of prod has ended; rows must be in order of time, each time once',
    );
    expect(await withStore(content)).toEqual(before);
  });

  it('of another table, as of a history of messages, or of none is refused', async () => {
    write([], ['time', 'kind', 'platform', 'messages']);
    await expect(runImport(config, file, deps())).rejects.toThrow('line 1: the first line has no columns "time"');
    write([]);
    await expect(runImport(config, file, deps())).rejects.toThrow('it has no rows');
  });

  it('names twenty lines at the most, and how many more there are', async () => {
    write(Array.from({ length: 32 }, () => row({ time: 'never', ...messages(1) })));
    const error = String(await runImport(config, file, deps()).catch((failure: unknown) => failure));
    expect(error.match(/line \d+/g)).toHaveLength(20);
    expect(error).toContain('… and 12 more lines');
  });

  it('says what is wrong with a file that is not there or is no CSV', async () => {
    await expect(runImport(config, file, deps())).rejects.toThrow(/past\.csv cannot be read \(ENOENT\)/);
    writeFileSync(file, 'time,"resolution\n');
    await expect(runImport(config, file, deps())).rejects.toThrow(
      /cannot be imported, and nothing was changed:\n.*is no CSV/,
    );
  });

  it('reads any file, or says why not', async () => {
    const cell = fc.oneof(fc.constantFrom(...head, 'prod', 'sample', '5m', '1d', at(now), '1', '-1', ''), fc.string());
    const table = fc.array(fc.array(cell, { maxLength: 5 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          table.map((rows) => csvLines(rows)),
          table.map((rows) => csvLines([head, ...rows])),
        ),
        async (text) => {
          writeFileSync(file, text);
          const outcome = await runImport(config, file, deps()).catch((failure: unknown) => failure);
          if (outcome !== 0) expect(String(outcome)).toMatch(/cannot be imported|has no rows/);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is a command of the repository, with an exit code that says how it went', () => {
    const run = (...words: string[]) => {
      const given = ['--config', join(folder, 'imstats.yml'), ...words];
      const ran = spawnSync(process.execPath, [join(packageRoot, 'src/main.ts'), 'import', ...given], {
        encoding: 'utf8',
      });
      return { status: ran.status, said: `${ran.stdout}${ran.stderr}` };
    };
    write([row({ time: at(now - minute), ...messages(1) })]);
    const filled = 'past.csv: 1 row read. 1 slot filled of prod.\n';
    expect(run(file)).toEqual({ status: 0, said: filled });
    write([row({ time: 'never', ...messages(1) })]);
    expect(run(file)).toMatchObject({ status: 1, said: expect.stringContaining('line 2: "never" is no time') });
    expect(run()).toMatchObject({ status: 2, said: expect.stringContaining('Usage:') });
  }, 60_000);
});
