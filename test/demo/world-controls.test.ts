// The world controls the workspace: what a person changes there is what the platforms say.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { day, systemClock } from '../../src/clock.ts';
import type { DemoSettings } from '../../src/demo/configuration.ts';
import { createMovingClock, type MovingClock } from '../../src/demo/moving-clock.ts';
import { type SamplePlatforms, startSamplePlatforms } from '../../src/demo/platforms/sample-platforms.ts';
import { createWorldControls, WorldChange, type WorldControls } from '../../src/demo/world-controls.ts';
import { silentLogger } from '../../src/logger.ts';
import { openStore } from '../../src/store/index.ts';
import type { Store } from '../../src/store/store.ts';

let clock: MovingClock;
let platforms: SamplePlatforms;
let store: Store;
let isOpen: boolean;
let controls: WorldControls;
let settings: DemoSettings[];

beforeEach(async () => {
  clock = createMovingClock(systemClock);
  platforms = await startSamplePlatforms({ clock });
  store = await openStore({ kind: 'sqlite', path: ':memory:' }, { clock, logger: silentLogger, owner: 'test' });
  isOpen = true;
  settings = [];
  controls = createWorldControls({
    platforms: platforms.controls,
    clock,
    store: () => (isOpen ? store : undefined),
    configure: () => (isOpen ? async (next) => settings.push(next) : undefined),
  });
});
afterEach(async () => {
  await store.close();
  await platforms.stop();
});

async function freeShare(): Promise<number> {
  const { url, apiKey } = platforms.imkit;
  const response = await fetch(`${url}/admin/stats`, { headers: { 'im-api-key': apiKey } });
  // The sample server answers in the vendor's shape.
  const { result } = (await response.json()) as { result: { freeMem: number; totalMem: number } };
  return result.freeMem / result.totalMem;
}

it('moves what the chat host reports, gives it back to nature, and tells who listens', async () => {
  let told = 0;
  controls.on(() => {
    told += 1;
  });
  const natural = await freeShare();
  await controls.apply({ change: 'memory', ratio: 0.06 });
  expect(await freeShare()).toBeCloseTo(0.06, 3);
  expect(controls.view()).toMatchObject({ memory: 0.06, connections: null });
  expect(controls.view().natural.memory).toBeCloseTo(natural, 2);
  await controls.apply({ change: 'memory', ratio: null });
  expect(await freeShare()).toBeCloseTo(natural, 2);
  expect(told).toBe(2);
});

it('lets a platform fail and answer again', async () => {
  await controls.apply({ change: 'fault', platform: 'imkit', fault: 'down' });
  await expect(freeShare()).rejects.toThrow();
  expect(controls.view().faults).toEqual({ imkit: 'down', jmessage: 'none' });
  await controls.apply({ change: 'fault', platform: 'imkit', fault: 'none' });
  await expect(freeShare()).resolves.toBeGreaterThan(0);
});

it('writes every hour of a day that passes, before the clock shows the next', async () => {
  const before = clock.now();
  await controls.apply({ change: 'time', pass: 'day' });
  expect(clock.now() - before).toBeGreaterThanOrEqual(day);
  const hours = await store.samples.read('prod', 'connections.peak', 'hours', before - day, clock.now());
  expect(hours.length).toBeGreaterThanOrEqual(24);
  expect((await store.samples.latest('prod'))?.at).toBeLessThanOrEqual(clock.now());
});

it('lets no time pass before the bot runs, and says so', async () => {
  isOpen = false;
  await expect(controls.apply({ change: 'time', pass: 'day' })).rejects.toThrow('still starting');
});

it('gives the bot each change of its configuration with the ones before it, and shows them', async () => {
  await controls.apply({ change: 'memoryLimit', percent: 45 });
  await controls.apply({ change: 'staging', isWatched: true });
  await controls.apply({ change: 'hourlyDigest', isSent: true });
  expect(controls.view().settings).toEqual({ memoryLimit: 45, hasStaging: true, hasHourlyDigest: true });
  await controls.apply({ change: 'hourlyDigest', isSent: false });
  expect(
    settings.map(({ memoryLimit, hasStaging, hourlyAt }) => [memoryLimit, hasStaging, hourlyAt !== undefined]),
  ).toEqual([
    [45, false, false],
    [45, true, false],
    [45, true, true],
    [45, true, false],
  ]);
});

it('changes nothing of the configuration before the bot runs, and says so', async () => {
  isOpen = false;
  await expect(controls.apply({ change: 'staging', isWatched: true })).rejects.toThrow('still starting');
  expect(controls.view().settings).toMatchObject({ hasStaging: false });
});

it.each([
  { change: 'memory', ratio: 2 },
  { change: 'connections', count: -1 },
  { change: 'fault', platform: 'imkit', fault: 'fire' },
  { change: 'time', pass: 'year' },
  { change: 'memoryLimit', percent: 30 },
  { change: 'staging' },
])('knows nothing of %j', (change) => {
  expect(WorldChange.safeParse(change).success).toBe(false);
});
