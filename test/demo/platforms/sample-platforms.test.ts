import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { faults, type PlatformFault } from '../../../src/demo/platforms/faulty-server.ts';
import { type SamplePlatforms, startSamplePlatforms } from '../../../src/demo/platforms/sample-platforms.ts';
import { imkit as imkitDefinition } from '../../../src/platforms/imkit/index.ts';
import { openPlatform } from '../../../src/platforms/index.ts';
import { jmessage as jmessageDefinition } from '../../../src/platforms/jmessage/index.ts';
import type { Platform } from '../../../src/platforms/platform.ts';
import { borrowed, impatient, testApp } from '../../platforms/server.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';

const evening = Date.parse('2026-11-22T12:30:00Z');
const hour = 3_600_000;
let sample: SamplePlatforms;
let clock: FakeClock;
let imkit: Platform;
let jmessage: Platform;

beforeEach(async () => {
  clock = createFakeClock(evening);
  sample = await startSamplePlatforms({ clock, slowness: 30 });
  imkit = openPlatform({ ...borrowed(clock), app: testApp(imkitDefinition), access: sample.imkit });
  const access = sample.jmessage;
  jmessage = openPlatform({ ...borrowed(clock), app: testApp(jmessageDefinition), access });
});
afterEach(() => sample.stop());

describe('the sample world', () => {
  it('is the same for the same seed and moment, another for another seed', () => {
    const moment = (from: SamplePlatforms) => [...from.controls.history(evening, evening + 1, 1)][0];
    expect(moment(sample)).toEqual(moment(sample));
    return startSamplePlatforms({ clock, seed: 2 }).then(async (other) => {
      expect(moment(other)).not.toEqual(moment(sample));
      await other.stop();
    });
  });

  it('told of the past says what the platforms would have said then', async () => {
    const [past] = [...sample.controls.history(evening, evening + 1, 1)];
    expect((await imkit.snapshot()).values).toEqual(past?.imkit);
    expect((await jmessage.snapshot()).values).toMatchObject(past?.jmessage ?? {});
  });

  it('is busy in the evening and quiet at night, and stays under 2,000 connections by itself for a month', () => {
    const month = [...sample.controls.history(evening - 30 * 24 * hour, evening, hour)];
    const connections = month.map((moment) => moment.imkit['connections.peak'] ?? Number.NaN);
    expect(Math.max(...connections)).toBeLessThan(1_900);
    expect(Math.min(...connections)).toBeLessThan(450);
    const shares = month.map((moment) => moment.imkit['memory.free_ratio'] ?? Number.NaN);
    expect(Math.min(...shares)).toBeGreaterThan(0.25);
    expect(Math.max(...shares)).toBeLessThan(0.55);
  });

  it('follows its sliders and goes back to its natural course', async () => {
    const natural = (await imkit.snapshot()).values;
    sample.controls.setFreeMemory({ ratio: 0.05 });
    sample.controls.setConnections(1_893);
    const moved = (await imkit.snapshot()).values;
    expect(moved['memory.free_ratio']).toBeCloseTo(0.05, 6);
    expect(moved).toMatchObject({ 'connections.peak': 1_893, 'connections.current': 1_893 });
    sample.controls.setFreeMemory({ bytes: 1_024 });
    expect((await imkit.snapshot()).values['memory.free']).toBe(1_024);
    sample.controls.setFreeMemory(undefined);
    sample.controls.setConnections(undefined);
    expect((await imkit.snapshot()).values).toEqual(natural);
  });
});

describe('a fault of the sample platforms', () => {
  const expected: Readonly<Record<PlatformFault, string>> = {
    none: 'fine',
    slow: 'fine',
    down: 'network',
    'rate-limited': 'rate-limited',
    garbage: 'bad-response',
    html: 'bad-response',
    unauthorized: 'auth',
    forbidden: 'forbidden',
    'not-entitled': 'forbidden',
    unavailable: 'unavailable',
    hang: 'timeout',
  };

  it.each(faults)('is seen as what it is by IMKit, and ends when it is switched off: %s', async (fault) => {
    sample.controls.setFault('imkit', fault);
    const access = sample.imkit;
    const limits = fault === 'hang' ? impatient : { backoff: 5 };
    const platform = openPlatform({ ...borrowed(clock), limits, app: testApp(imkitDefinition), access });
    const seen = await platform.snapshot().then(
      () => 'fine',
      (error: { kind: string }) => error.kind,
    );
    expect(seen).toBe(expected[fault]);
    sample.controls.setFault('imkit', 'none');
    await imkit.snapshot();
  });

  it('reaches one platform alone', async () => {
    sample.controls.setFault('jmessage', 'unauthorized');
    await imkit.snapshot();
    await expect(jmessage.snapshot()).rejects.toMatchObject({ kind: 'auth', vendorCode: '899008' });
    expect(sample.controls.fault('imkit')).toBe('none');
  });

  it('leaves JMessage without paid statistics its message history', async () => {
    sample.controls.setFault('jmessage', 'not-entitled');
    const { values } = await jmessage.snapshot();
    expect(values['messages.sent']).toBeGreaterThan(100);
    expect(values).not.toHaveProperty(['users.active']);
  });
});

describe('the sample JMessage server', () => {
  const get = async (path: string): Promise<{ status: number; body: unknown }> => {
    const { appKey, masterSecret, url } = sample.jmessage;
    const authorization = `Basic ${Buffer.from(`${appKey}:${masterSecret}`).toString('base64')}`;
    const response = await fetch(`${url}${path}`, { headers: { authorization } });
    return { status: response.status, body: await response.json() };
  };
  const first = 'messages?count=500&begin_time=2026-11-22%2012:00:00&end_time=2026-11-22%2020:00:00';

  it('forgets a cursor after 120 seconds', async () => {
    const { body } = await get(`/${first}`);
    const { cursor } = body as { cursor: string };
    clock.jump(evening + 119_000);
    expect(await get(`/messages?cursor=${cursor}`)).toMatchObject({ status: 200 });
    clock.jump(evening + 121_000);
    expect(await get(`/messages?cursor=${cursor}`)).toMatchObject({ status: 400, body: { error: { code: 899003 } } });
  });

  it.each([
    ['more than seven days', `/${first.replace('2026-11-22%2012', '2026-11-14%2012')}`],
    [
      'messages that are older than sixty days',
      '/messages?count=5&begin_time=2026-09-20%2000:00:00&end_time=2026-09-21%2000:00:00',
    ],
    ['more than a thousand a page', `/${first.replace('500', '1001')}`],
    ['a plus for a space', `/${first.replace('%20', '+')}`],
    ['more than sixty days of statistics', '/statistic/users?time_unit=DAY&start=2026-10-01&duration=61'],
    ['statistics from before', '/statistic/groups?time_unit=DAY&start=2026-09-23&duration=5'],
    ['the hours of another day', '/statistic/messages?time_unit=HOUR&start=2026-11-21%2000&duration=24'],
    ['three months', '/statistic/messages?time_unit=MONTH&start=2026-09&duration=3'],
  ])('refuses what the page forbids: %s', async (_what, path) => {
    expect(await get(path)).toMatchObject({ status: 400, body: { error: { code: 899003 } } });
  });

  it('walks the messages of a user, a group and a room', async () => {
    for (const scope of [
      { of: 'user', name: 'caiyh00' },
      { of: 'group', id: '10055200' },
      { of: 'room', id: '10055200' },
    ] as const) {
      let count = 0;
      for await (const page of jmessage.history?.(scope, evening - 24 * hour, evening) ?? [])
        count += page.messages.length;
      expect(count).toBeGreaterThan(0);
    }
  });
});
