// Builds a SQLite store as it is after a year of minute samples, without waiting for half a million polls.
import { DatabaseSync } from 'node:sqlite';
import { day, hour, type Instant, minute } from '../../src/clock.ts';
import { silentLogger } from '../../src/logger.ts';
import type { MetricValues } from '../../src/metrics/catalog.ts';
import { openStore } from '../../src/store/index.ts';
import { addSample, blockStart, bucketWidths, type Cell, packBlock } from '../../src/store/roll-up-encoding.ts';
import type { Store } from '../../src/store/store.ts';
import { createFakeClock } from '../support/fake-clock.ts';

/** How far back roll-ups reach; those before the raw samples are written directly. */
const retention = { fiveMinutes: 90 * day, hours: 400 * day };

export interface Year {
  readonly apps: number;
  readonly end: Instant;
  /** Days of raw samples, up to 14: these are recorded by the store itself, and take most of the time. */
  readonly rawDays: number;
}

/** A store with raw samples, 5-minute buckets of 90 and hours of 400, up to `end` (the start of a UTC day), of apps `app-0`, `app-1` … */
export async function openYearStore(path: string, year: Year): Promise<Store> {
  const deps = { clock: createFakeClock(year.end), logger: silentLogger, owner: 'bench' };
  await (await openStore({ kind: 'sqlite', path }, deps)).close();
  const hosts = Array.from({ length: year.apps }, (_, index) => createHost(index));
  const rawFrom = year.end - year.rawDays * day;
  writeRollups(path, hosts, { rawFrom, end: year.end });
  const store = await openStore({ kind: 'sqlite', path }, deps);
  for (let start = rawFrom; start < year.end; start += hour) {
    for (const { app, index, poll } of hosts) {
      const polls = Array.from({ length: 60 }, (_, n) => ({ at: start + n * minute + index, values: poll() }));
      await store.samples.recordAll(app, polls);
    }
  }
  return store;
}

interface Host {
  readonly app: string;
  readonly index: number;
  poll(): MetricValues;
}

/** Numbers that move as those of a real host do: most a little, some hardly ever. Always the same. */
function createHost(index: number): Host {
  let seed = index + 7;
  const chance = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed / 2 ** 31;
  };
  const walk = (value: number, step: number): number => Math.max(0, Math.round(value + (chance() - 0.5) * step));
  const now = { users: 400, messages: 3_000, rooms: 40, peak: 1_500, connections: 1_400, free: 700_000 };
  const poll = (): MetricValues => {
    now.users = walk(now.users, 8);
    now.messages = walk(now.messages, 60);
    now.rooms = walk(now.rooms, 2);
    now.connections = walk(now.connections, 30);
    if (chance() < 0.05) now.peak = walk(now.peak, 100);
    now.free = Math.min(2_000_000, walk(now.free, 12_000));
    return {
      'users.active': now.users,
      'messages.sent': now.messages,
      'rooms.active': now.rooms,
      'rooms.total': 358,
      'connections.peak': now.peak,
      'connections.current': now.connections,
      'memory.free': now.free * 4_096,
      'memory.total': 2 ** 33,
      'memory.free_ratio': (now.free * 4_096) / 2 ** 33,
    };
  };
  return { app: `app-${index}`, index, poll };
}

function writeRollups(
  path: string,
  hosts: readonly Host[],
  { rawFrom, end }: { rawFrom: Instant; end: Instant },
): void {
  const database = new DatabaseSync(path);
  database.exec('pragma synchronous = off');
  const codes = new Map<string, number>();
  for (const row of database.prepare('select id, code from metric').all())
    codes.set(String(row['id']), Number(row['code']));
  const insert = database.prepare(
    'insert into rollup (app, tier, start, buckets) values (?, ?, ?, ?) on conflict do update set buckets = excluded.buckets',
  );
  for (let from = end - retention.hours; from < rawFrom; from += day) {
    database.exec('begin');
    for (const { app, index, poll } of hosts) {
      const put: Put = (tier, start, bytes) => insert.run(app, tier, start, bytes);
      const polls = Array.from({ length: day / minute }, (_, n): Poll => [from + n * minute + index, poll()]);
      rollUp(polls, { tier: 'hours', codes, put });
      if (from >= end - retention.fiveMinutes) rollUp(polls, { tier: 'fiveMinutes', codes, put });
    }
    database.exec('commit');
  }
  database.close();
}

type Poll = readonly [at: Instant, values: MetricValues];
type RolledUp = 'fiveMinutes' | 'hours';
type Put = (tier: RolledUp, start: Instant, bytes: Uint8Array) => void;

/** Writes each block four times while it grows, so that the pages of the file are as full as in real life. */
function rollUp(polls: readonly Poll[], to: { tier: RolledUp; codes: ReadonlyMap<string, number>; put: Put }): void {
  const width = bucketWidths[to.tier];
  let block = new Map<number, readonly Cell[]>();
  for (const [at, values] of polls) {
    const start = blockStart(at, width);
    const index = Math.floor((at - start) / width);
    for (const [id, value] of Object.entries(values)) {
      const code = to.codes.get(id) ?? 0;
      block.set(code, addSample(block.get(code) ?? [], { index, offset: (at - start) % width }, value));
    }
    const isQuarterDone = (at - start) % (6 * width) >= 6 * width - minute;
    if (isQuarterDone) to.put(to.tier, start, packBlock(block));
    if (isQuarterDone && index === 23) block = new Map();
  }
}
