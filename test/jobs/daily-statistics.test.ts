// Days of platforms that report days: everything that is missing once, the newest again and again.
import { afterEach, describe, expect, it } from 'vitest';
import { hour, minute } from '../../src/clock.ts';
import { startSamplePlatforms } from '../../src/demo/platforms/sample-platforms.ts';
import { createDailyJob } from '../../src/jobs/daily-statistics.ts';
import { createPrune } from '../../src/jobs/prune.ts';
import { silentLogger } from '../../src/logger.ts';
import { verbatim } from '../../src/metrics/phrase.ts';
import { jmessage } from '../../src/platforms/jmessage/index.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import { createTelemetry } from '../../src/telemetry.ts';
import { addDays, daysBetween } from '../../src/time-zone.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { createSampleConfig } from '../support/sample-config.ts';
import { createFakePlatform, down, prod } from './job-harness.ts';

let store: Store;

afterEach(() => store.close());

interface Scene {
  readonly clock: FakeClock;
  readonly calls: string[];
  readonly job: ReturnType<typeof createDailyJob>;
  fails: boolean;
  /** First date that is not complete. */
  open: string;
}

/** What the platform leaves out: a day of a long span, and a number of the older days of one. */
interface Leaving {
  readonly lacks?: (date: string) => boolean;
  readonly coarse?: boolean;
}

async function begin({ lacks = () => false, coarse = false }: Leaving = {}): Promise<Scene> {
  const clock = createFakeClock('2026-11-22T03:00:00+08:00');
  store = await openSqlite(':memory:', { clock, logger: silentLogger });
  const platform = createFakePlatform(clock);
  const calls: string[] = [];
  const app = {
    ...prod,
    id: 'china',
    platform: 'jmessage',
    capabilities: jmessage.capabilities,
    timezone: 'Asia/Shanghai',
  };
  const platforms = new Map([['china', platform]]);
  const deps = { clock, store, logger: silentLogger, telemetry: createTelemetry(), random: () => 0 };
  const scene: Omit<Scene, 'job'> = { clock, calls, fails: false, open: '2026-11-21' };
  platform.daily = async (from, to) => {
    calls.push(`${from}..${to}`);
    if (scene.fails) throw down();
    const dates = Array.from({ length: daysBetween(from, to) + 1 }, (_, index) => addDays(from, index));
    const zone = 'Asia/Shanghai';
    const isLong = dates.length > 7;
    const valuesOf = (date: string) =>
      isLong && coarse && date < addDays(to, -6) ? { 'users.active': 7 } : { 'users.active': 7, 'users.new': 1 };
    const given = dates.filter((date) => !(isLong && lacks(date)));
    return {
      days: given.map((date) => ({ date, zone, complete: date < scene.open, values: valuesOf(date) })),
      notes: [verbatim('counted from the history')],
    };
  };
  return Object.assign(scene, {
    job: createDailyJob({ ...deps, live: createSampleConfig({ apps: [app] }), platforms }),
  });
}

describe('days', () => {
  it('of the last two months are fetched in one call at the first start, and kept', async () => {
    const { job, clock, calls } = await begin();
    job.start();
    await clock.advance(minute);
    expect(calls).toEqual(['2026-09-24..2026-11-18', '2026-11-19..2026-11-22']);
    expect((await store.daily.read('china', '2026-09-01', '2026-11-30')).length).toBe(60);
    await job.stop();
  });

  it('that the first call leaves out are fetched by slices at once, numbers that it leaves out a slice each time', async () => {
    const { job, clock, calls } = await begin({ lacks: (date) => date === '2026-10-10', coarse: true });
    job.start();
    await clock.advance(minute);
    expect(calls).toEqual(['2026-09-24..2026-11-18', '2026-10-08..2026-10-14', '2026-11-19..2026-11-22']);
    await clock.advance(15 * minute);
    await clock.advance(15 * minute);
    expect(calls.slice(3)).toEqual([
      '2026-09-24..2026-09-30',
      '2026-11-19..2026-11-22',
      '2026-10-01..2026-10-07',
      '2026-11-19..2026-11-22',
    ]);
    await clock.advance(3 * hour);
    const rows = await store.daily.read('china', '2026-09-24', '2026-11-18');
    expect(rows.filter((row) => row.values['users.new'] === undefined)).toEqual([]);
    calls.length = 0;
    await clock.advance(hour);
    expect(new Set(calls)).toEqual(new Set(['2026-11-19..2026-11-22']));
    await job.stop();
  });

  it('are asked for every quarter of an hour until yesterday is whole, then every hour', async () => {
    const scene = await begin();
    scene.job.start();
    await scene.clock.advance(minute);
    scene.calls.length = 0;
    await scene.clock.advance(hour);
    expect(scene.calls.length).toBe(4);
    scene.open = '2026-11-22';
    await scene.clock.advance(15 * minute);
    expect(scene.job.completeAt('china', '2026-11-21')).toBe(scene.clock.now() - minute);
    expect(scene.job.completeAt('china', '2026-11-20')).toBeUndefined();
    scene.calls.length = 0;
    await scene.clock.advance(3 * hour);
    expect(scene.calls).toEqual(Array(3).fill('2026-11-19..2026-11-22'));
    expect(scene.job.notesOf('china')).toEqual([verbatim('counted from the history')]);
    await scene.job.stop();
  });

  it('are asked for again after a failure, from where it failed', async () => {
    const scene = await begin();
    scene.fails = true;
    scene.job.start();
    await scene.clock.advance(minute);
    expect(scene.calls).toEqual(['2026-09-24..2026-11-18']);
    scene.fails = false;
    await scene.clock.advance(15 * minute);
    expect(scene.calls.slice(1)).toEqual(['2026-09-24..2026-11-18', '2026-11-19..2026-11-22']);
    await scene.job.stop();
  });

  it('are refreshed on demand, not more than once a minute', async () => {
    const scene = await begin();
    await scene.job.refresh('china');
    await scene.job.refresh('china');
    await scene.job.refresh('nobody');
    expect(scene.calls.length).toBe(1);
  });
});

describe('days of an app that uses the paid statistics', () => {
  it('are all there after a few requests, with what an older day costs a request each little by little', async () => {
    const clock = createFakeClock('2026-11-22T10:00:00+08:00');
    const sample = await startSamplePlatforms({ clock });
    store = await openSqlite(':memory:', { clock, logger: silentLogger });
    let requests = 0;
    const counted: typeof globalThis.fetch = (...input) => {
      requests += 1;
      return globalThis.fetch(...input);
    };
    const tools = { clock, logger: silentLogger, fetch: counted, random: () => 0 };
    const app = {
      ...prod,
      id: 'china',
      platform: 'jmessage',
      capabilities: jmessage.capabilities,
      timezone: 'Asia/Shanghai',
    };
    const platform = jmessage.open({ ...tools, app, access: sample.jmessage });
    const live = createSampleConfig({ apps: [app] });
    const platforms = new Map([['china', platform]]);
    const job = createDailyJob({ ...tools, store, telemetry: createTelemetry(), live, platforms });
    job.start();
    const rows = () => store.daily.read('china', '2026-09-24', '2026-11-21');
    await expect.poll(async () => (await rows()).length, { timeout: 20_000 }).toBe(59);
    expect(requests).toBeLessThanOrEqual(16);
    const withTypes = async (): Promise<number> =>
      (await rows()).filter(({ values }) => values['messages.single.text'] !== undefined).length;
    expect(await withTypes()).toBeLessThan(20);
    const later = async (): Promise<number> => {
      await clock.advance(hour);
      return withTypes();
    };
    await expect.poll(later, { timeout: 30_000 }).toBe(59);
    await job.stop();
    await sample.stop();
  }, 60_000);
});

describe('days of an app that may not use the paid statistics', () => {
  it('are counted for all of the two months, week by week', async () => {
    const clock = createFakeClock('2026-11-22T10:00:00+08:00');
    const sample = await startSamplePlatforms({ clock });
    sample.controls.setFault('jmessage', 'not-entitled');
    store = await openSqlite(':memory:', { clock, logger: silentLogger });
    const app = {
      ...prod,
      id: 'china',
      platform: 'jmessage',
      capabilities: jmessage.capabilities,
      timezone: 'Asia/Shanghai',
    };
    const tools = { clock, logger: silentLogger, fetch: globalThis.fetch, random: () => 0 };
    const platform = jmessage.open({ ...tools, app, access: sample.jmessage });
    const job = createDailyJob({
      ...tools,
      store,
      telemetry: createTelemetry(),
      live: createSampleConfig({ apps: [app] }),
      platforms: new Map([['china', platform]]),
    });
    job.start();
    await clock.advance(minute);
    const counted = async (): Promise<number> => (await store.daily.read('china', '2026-09-24', '2026-11-21')).length;
    await expect.poll(counted, { timeout: 30_000 }).toBe(59);
    await job.stop();
    await sample.stop();
  }, 40_000);
});

describe('old samples', () => {
  it('go once a day', async () => {
    const clock = createFakeClock('2026-11-22T03:00:00+08:00');
    store = await openSqlite(':memory:', { clock, logger: silentLogger });
    const deps = { clock, store, logger: silentLogger, telemetry: createTelemetry() };
    const retention = { raw: hour, fiveMinutes: hour, hours: hour };
    const prune = createPrune({ ...deps, live: createSampleConfig({ retention }) });
    await store.samples.record('prod', clock.now(), { 'users.active': 1 });
    prune.start();
    await clock.advance(30 * minute);
    expect(await store.samples.oldest('prod')).toBeDefined();
    await clock.advance(25 * hour);
    expect(await store.samples.oldest('prod')).toBeUndefined();
    await prune.stop();
  });
});
