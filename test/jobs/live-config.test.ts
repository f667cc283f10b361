// A configuration that changes while the jobs run: in the middle of an incident, of a poll on its way, of a digest.

import { afterEach, describe, expect, it } from 'vitest';
import { unreachableRule } from '../../src/alerting/rules/unreachable.ts';
import { minute, second } from '../../src/clock.ts';
import type { Snapshot } from '../../src/metrics/sample.ts';
import type { Platform } from '../../src/platforms/platform.ts';
import type { DigestSchedule } from '../../src/service-types.ts';
import { englishWording } from '../../src/wording.ts';
import { china } from '../support/sample-app.ts';
import {
  createFakePlatform,
  createWorld,
  memoryRule,
  openPlatforms,
  prod,
  type World,
  type WorldOptions,
} from './job-harness.ts';

type DailyAnswer = Awaited<ReturnType<NonNullable<Platform['daily']>>>;

let world: World;
afterEach(() => world.end());

const own = unreachableRule(prod, 'C0ONCALL', []);

async function begin(options: WorldOptions = {}): Promise<void> {
  world = await createWorld(options);
  await world.start();
  await world.clock.advance(minute);
}

async function open(): Promise<void> {
  await begin();
  world.free(0.14);
  await world.clock.advance(minute + 5 * second);
  expect(world.slack.roots().length).toBe(1);
}

function rootText(): string {
  const message = world.slack.roots()[0]?.message;
  return message?.kind === 'alert' ? englishWording.text(message.view.headline) : '';
}

describe('in the middle of an incident', () => {
  it('a removed rule closes it with the reason, and opens nothing again', async () => {
    await open();
    await world.apply({ rules: [own] });
    await world.clock.advance(3 * minute);
    expect(rootText()).toMatch(/^Closed, because rule memory-low was removed: Production chat has .+ free memory$/);
    expect(await world.store.alerts.get('memory-low')).toBeUndefined();
    expect(world.slack.roots().length).toBe(1);
  });

  it('a removed app is not polled any more, and its incident is closed', async () => {
    await open();
    await world.apply({ apps: [], rules: [] });
    const { polls } = world.platform;
    await world.clock.advance(5 * minute);
    expect(world.platform.polls).toBe(polls);
    expect(rootText()).toMatch(/^Closed/);
    expect(await world.store.alerts.all()).toEqual([]);
  });

  it.each(['a change', 'a start'])(
    'a rule that watches another app after %s closes it as that of its own app',
    async (how) => {
      const other = { ...prod, id: 'other', name: 'Other chat' };
      await begin({ values: { apps: [prod, other], rules: [own, memoryRule()] } });
      world.free(0.14);
      await world.clock.advance(minute + 5 * second);
      const values = { apps: [prod, other], rules: [own, memoryRule({ app: 'other' })] };
      if (how === 'a start') await world.restart({ values });
      else await world.apply(values);
      await world.clock.advance(2 * minute);
      expect(JSON.stringify(world.slack.messages)).not.toContain('Other chat');
      expect(rootText()).toMatch(/^Closed/);
      const incidents = await world.store.alerts.incidents(0, world.clock.now());
      expect(incidents).toMatchObject([{ app: 'prod', reason: 'rule_removed' }]);
      expect(await world.store.alerts.get('memory-low')).toBeUndefined();
    },
  );

  it('another limit holds from then on, under the same root', async () => {
    await open();
    await world.apply({
      rules: [own, memoryRule({ levels: { warning: { trigger: 0.1, clear: 0.12, holdFor: 0 } } })],
    });
    await world.clock.advance(3 * minute);
    expect(rootText()).toMatch(/^Resolved/);
    expect(world.slack.roots().length).toBe(1);
  });

  it('another channel leaves the root where it is', async () => {
    await open();
    await world.apply({ rules: [own, memoryRule({ channel: 'C0ELSE' })] });
    world.free(0.5);
    await world.clock.advance(3 * minute);
    expect(rootText()).toMatch(/^Resolved/);
    expect(world.slack.roots().length).toBe(1);
    world.free(0.05);
    await world.clock.advance(3 * minute);
    expect(world.slack.roots().map(({ channel }) => channel)).toEqual(['C0ONCALL', 'C0ELSE']);
  });
});

describe('from then on', () => {
  it('an added app is polled, and an added rule opens', async () => {
    await begin({ rules: [] });
    const second = { ...prod, id: 'second', name: 'Second' };
    await world.end();
    world = await createWorld({ rules: [] });
    const other = createFakePlatform(world.clock);
    await world.start({
      platforms: new Map([
        ['prod', world.platform],
        ['second', other],
      ]),
    });
    await world.clock.advance(2 * minute);
    expect(other.polls).toBe(0);
    await world.apply({ apps: [prod, second], rules: [own, memoryRule()] });
    world.free(0.05);
    await world.clock.advance(3 * minute);
    expect(other.polls).toBeGreaterThan(1);
    expect(world.slack.roots().length).toBe(1);
  });

  it('a maintenance window mutes what opens in it', async () => {
    await begin();
    await world.apply({
      maintenance: [
        { id: 'night', cron: '0 3 * * *', timezone: 'Asia/Taipei', duration: 9 * minute, apps: ['prod'], rules: [] },
      ],
    });
    world.free(0.05);
    await world.clock.advance(4 * minute);
    expect(world.slack.messages).toEqual([]);
  });
});

describe('while an answer is on its way', () => {
  async function hold(): Promise<(answer: Snapshot) => void> {
    await begin();
    const { promise, resolve } = Promise.withResolvers<Snapshot>();
    world.platform.snapshot = () => promise;
    await world.clock.advance(minute);
    return resolve;
  }
  const low = (): Snapshot => ({ polledAt: world.clock.now(), values: { 'memory.free_ratio': 0.09 }, notes: [] });

  it('a rule that is gone by then opens nothing', async () => {
    const answer = await hold();
    await world.apply({ rules: [own] });
    answer(low());
    await world.clock.advance(5 * second);
    expect(world.slack.messages).toEqual([]);
    expect(await world.store.alerts.get('memory-low')).toBeUndefined();
    expect((await world.store.samples.latest('prod'))?.values['memory.free_ratio']).toBe(0.09);
  });

  it('a changed rule is evaluated as it is now', async () => {
    const answer = await hold();
    await world.apply({
      rules: [own, memoryRule({ levels: { warning: { trigger: 0.05, clear: 0.06, holdFor: 0 } } })],
    });
    answer(low());
    await world.clock.advance(5 * second);
    expect(world.slack.messages).toEqual([]);
  });

  it('an app whose platform is another by then stores nothing of it, and is asked anew at once', async () => {
    world = await createWorld();
    const { platform, clock } = world;
    const snapshots = { snapshot: () => platform.snapshot() };
    await world.start({ platforms: openPlatforms(() => world.live.apps, { prod: snapshots }) });
    const old = Promise.withResolvers<Snapshot>();
    const { snapshot } = platform;
    platform.snapshot = () => old.promise;
    await clock.advance(minute);
    platform.snapshot = snapshot;
    const polls = platform.polls;
    await world.apply({ apps: [{ ...prod, name: 'Other chat' }] });
    expect(platform.polls).toBe(polls + 1);
    const stored = await world.store.samples.latest('prod');
    old.resolve({ ...low(), polledAt: clock.now() + 1 });
    await clock.advance(5 * second);
    expect(await world.store.samples.latest('prod')).toEqual(stored);
    expect(world.slack.messages).toEqual([]);
  });

  it('an app that is gone by then stores nothing', async () => {
    const answer = await hold();
    await world.apply({ apps: [], rules: [] });
    answer(low());
    await world.clock.advance(5 * second);
    expect((await world.store.samples.latest('prod'))?.values['memory.free_ratio']).toBe(0.5);
  });
});

describe('a digest', () => {
  const daily: DigestSchedule = {
    id: 'daily',
    channel: 'C0DAILY',
    cron: '10 3 * * *',
    timezone: 'Asia/Taipei',
    period: 'day',
    apps: ['prod'],
  };
  const sent = () => world.slack.messages.filter(({ channel }) => channel === 'C0DAILY').length;

  it('follows its new time', async () => {
    await begin({ rules: [], schedules: [daily] });
    await world.apply({ digests: [{ ...daily, cron: '5 3 * * *' }] });
    await world.clock.advance(5 * minute);
    expect(sent()).toBe(1);
    await world.clock.advance(10 * minute);
    expect(sent()).toBe(1);
  });

  it('that is removed while it waits for the days of a platform stays skipped', async () => {
    const answer = Promise.withResolvers<DailyAnswer>();
    world = await createWorld({ rules: [], schedules: [{ ...daily, apps: ['china'] }], values: { apps: [china] } });
    const { snapshot } = createFakePlatform(world.clock);
    let isHeld = false;
    const days = async (): Promise<DailyAnswer> => (isHeld ? answer.promise : { days: [], notes: [] });
    await world.start({ platforms: new Map([['china', { snapshot, daily: days }]]) });
    await world.clock.advance(9 * minute);
    isHeld = true;
    await world.clock.advance(minute + second);
    expect((await world.store.digests.recent('daily', 1))[0]?.state).toBe('collecting');
    await world.apply({ digests: [] });
    answer.resolve({ days: [], notes: [] });
    await world.clock.advance(minute);
    expect((await world.store.digests.recent('daily', 1))[0]?.state).toBe('skipped');
    expect(world.slack.messages).toEqual([]);
  });

  it('that is removed and comes back begins with its next time, and mentions nothing of the time between', async () => {
    await begin({ rules: [], schedules: [daily] });
    await world.clock.advance(10 * minute);
    expect(sent()).toBe(1);
    await world.apply({ digests: [] });
    world.clock.jump(Date.parse('2026-11-25T02:50:00+08:00'));
    await world.clock.advance(minute);
    await world.apply({ digests: [daily] });
    await world.clock.advance(10 * minute);
    expect(sent()).toBe(1);
    await world.clock.advance(11 * minute);
    expect(sent()).toBe(2);
    expect(JSON.stringify(world.slack.messages.at(-1)?.message)).not.toContain('was not running');
  });

  it('on demand is made of the configuration that holds when it is saved', async () => {
    await begin({ rules: [], schedules: [daily] });
    const asked = world.jobs.digests.now('daily');
    const applied = world.apply({ apps: [{ ...prod, name: 'Other chat' }], digests: [{ ...daily, channel: 'C0NEW' }] });
    expect(await asked).toEqual({ state: 'queued', channel: 'C0NEW' });
    await applied;
    await world.clock.advance(5 * second);
    expect(world.slack.messages.map(({ channel }) => channel)).toEqual(['C0NEW']);
    expect(JSON.stringify(world.slack.messages[0]?.message)).toContain('Other chat');
  });

  it('on demand that is removed meanwhile is not sent', async () => {
    await begin({ rules: [], schedules: [daily] });
    const asked = world.jobs.digests.now('daily');
    const applied = world.apply({ digests: [] });
    expect(await asked).toBeUndefined();
    await applied;
    await world.clock.advance(minute);
    expect(world.slack.messages).toEqual([]);
  });

  it('that is removed is not sent', async () => {
    await begin({ rules: [], schedules: [daily] });
    await world.apply({ digests: [] });
    await world.clock.advance(15 * minute);
    expect(sent()).toBe(0);
  });
});

it('is left as it was when the store cannot take what follows from another one', async () => {
  world = await createWorld();
  const platforms = openPlatforms(() => world.live.apps, { prod: { snapshot: () => world.platform.snapshot() } });
  await world.start({ platforms });
  await world.clock.advance(minute);
  const { live } = world;
  const refused = live.change(async (take) => {
    take({ ...live, apps: [] });
    expect(platforms.get('prod')).toBeUndefined();
    throw new Error('disk full');
  });
  await expect(refused).rejects.toThrow('disk full');
  expect(live.apps.map(({ id }) => id)).toEqual(['prod']);
  const { polls } = world.platform;
  await world.clock.advance(2 * minute);
  expect(world.platform.polls).toBe(polls + 2);
});
