// Hours that a platform counts: asked for after each of them and before midnight, the last one worked out.
import { afterEach, describe, expect, it } from 'vitest';
import { day, hour, minute, sleep } from '../../src/clock.ts';
import { createHourlyJob, nextAsked } from '../../src/jobs/hourly-statistics.ts';
import { silentLogger } from '../../src/logger.ts';
import { jmessage } from '../../src/platforms/jmessage/index.ts';
import type { Platform } from '../../src/platforms/platform.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import { createTelemetry } from '../../src/telemetry.ts';
import { formatInstant, localDate, startOfDate } from '../../src/time-zone.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { china } from '../support/sample-app.ts';
import { createSampleConfig } from '../support/sample-config.ts';
import { createFakePlatform, down, prod } from './job-harness.ts';

let store: Store;

afterEach(() => store?.close());

const zone = 'Asia/Shanghai';
const app = { ...china, capabilities: jmessage.capabilities, timezone: zone };
const midnight = Date.parse('2026-11-22T00:00:00+08:00');

interface Scene {
  readonly clock: FakeClock;
  /** Local times at which the hours were asked for. */
  readonly asked: string[];
  readonly job: ReturnType<typeof createHourlyJob>;
  readonly platforms: Map<string, Platform>;
  fails: boolean;
}

/** A platform that sends 10 messages in every hour, 1 a minute in the running one. */
async function begin(start: string): Promise<Scene> {
  const clock = createFakeClock(start);
  store = await openSqlite(':memory:', { clock, logger: silentLogger });
  const asked: string[] = [];
  const platform: Platform = {
    ...createFakePlatform(clock),
    hours: async () => {
      const now = clock.now();
      asked.push(formatInstant(now, zone, 'HH:mm'));
      if (scene.fails) throw down();
      const first = startOfDate(localDate(now, zone), zone);
      const count = Math.floor((now - first) / hour) + 1;
      return Array.from({ length: count }, (_, index) => {
        const at = first + index * hour;
        return { at, values: { 'messages.sent': at + hour <= now ? 10 : (now - at) / (6 * minute) } };
      });
    },
  };
  const platforms = new Map<string, Platform>([
    ['china', platform],
    ['prod', createFakePlatform(clock)],
  ]);
  const deps = { clock, store, logger: silentLogger, telemetry: createTelemetry(), random: () => 0 };
  const job = createHourlyJob({ ...deps, live: createSampleConfig({ apps: [app, prod] }), platforms });
  const scene: Scene = { clock, asked, job, platforms, fails: false };
  return scene;
}

const kept = async (from = midnight, to = midnight + day): Promise<(number | undefined)[]> =>
  (await store.hourly.read('china', from, to)).map(({ values }) => values['messages.sent']);

describe('hours', () => {
  it('are asked for five minutes after each and five minutes before midnight, and kept when they are over', async () => {
    const { clock, asked, job } = await begin('2026-11-22T20:30:00+08:00');
    job.start();
    await clock.advance(minute);
    expect(asked).toEqual(['20:30']);
    expect(await kept()).toEqual(Array(20).fill(10));
    await clock.advance(5 * hour);
    expect(asked).toEqual(['20:30', '21:05', '22:05', '23:05', '23:55', '00:05', '01:05']);
    expect(await kept()).toEqual(Array(23).fill(10));
    await job.stop();
  });

  it.each([
    ['2026-11-22T20:30:00+08:00', zone, '2026-11-22T21:05:00+08:00'],
    ['2026-11-22T21:04:30+08:00', zone, '2026-11-22T22:05:00+08:00'],
    ['2026-11-22T23:05:00+08:00', zone, '2026-11-22T23:55:00+08:00'],
    ['2026-11-22T23:55:00+08:00', zone, '2026-11-23T00:05:00+08:00'],
    ['2026-11-22T20:30:00+05:30', 'Asia/Kolkata', '2026-11-22T21:05:00+05:30'],
    ['2026-10-25T02:30:00+02:00', 'Europe/Berlin', '2026-10-25T02:05:00+01:00'],
  ])('after %s in %s are asked for next at %s', (now, of, next) => {
    expect(nextAsked(Date.parse(now), of)).toBe(Date.parse(next));
  });

  it('the last one is what the total of the day leaves, once that is whole, and is marked', async () => {
    const { clock, job } = await begin('2026-11-22T22:00:00+08:00');
    job.start();
    await clock.advance(4 * hour);
    const row = { date: '2026-11-22', zone, values: { 'messages.sent': 247 } };
    await store.daily.save('china', [{ ...row, complete: false }]);
    await clock.advance(hour);
    expect(await kept()).toHaveLength(23);
    await store.daily.save('china', [{ ...row, complete: true }]);
    await clock.advance(hour);
    expect((await store.hourly.read('china', midnight, midnight + day)).at(-1)).toEqual({
      at: midnight + 23 * hour,
      values: { 'messages.sent': 17 },
      isDerived: true,
    });
    await store.daily.save('china', [{ ...row, complete: true, values: { 'messages.sent': 250 } }]);
    await clock.advance(hour);
    expect((await kept()).at(-1)).toBe(20);
    await job.stop();
  });

  it('are asked for again soon after a failure, several times before midnight', async () => {
    const scene = await begin('2026-11-22T20:30:00+08:00');
    const { clock, asked, job } = scene;
    scene.fails = true;
    job.start();
    await clock.advance(30 * minute);
    expect(asked.slice(0, 4)).toEqual(['20:30', '20:40', '20:50', '20:57']);
    await clock.advance(3 * hour - 2 * minute);
    expect(asked.filter((time) => time >= '23:50').length).toBeGreaterThan(3);
    scene.fails = false;
    await clock.advance(2 * minute - 1);
    expect(await kept()).toHaveLength(23);
    await job.stop();
  });

  it('of a platform that was opened anew meanwhile are not saved when they come', async () => {
    const { clock, job, platforms } = await begin('2026-11-22T20:30:00+08:00');
    const platform = platforms.get('china');
    const slow: Platform = {
      ...createFakePlatform(clock),
      hours: async () => {
        await sleep(clock, 2 * minute);
        return [{ at: midnight, values: { 'messages.sent': 10 } }];
      },
    };
    platforms.set('china', slow);
    job.start();
    await clock.advance(minute);
    if (platform !== undefined) platforms.set('china', platform);
    await clock.advance(5 * minute);
    expect(await kept()).toEqual([]);
    await job.stop();
  });
});
