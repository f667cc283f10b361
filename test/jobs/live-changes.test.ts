// Each kind of change of the configuration in the middle of each kind of work: nothing is lost, doubled or told wrong.

import { afterEach, describe, expect, it } from 'vitest';
import type { Rule } from '../../src/alerting/rule.ts';
import { unreachableRule } from '../../src/alerting/rules/unreachable.ts';
import type { ImApp } from '../../src/app.ts';
import { minute, second } from '../../src/clock.ts';
import type { DailyStatistics } from '../../src/metrics/sample.ts';
import type { Platform } from '../../src/platforms/platform.ts';
import type { DigestSchedule, LiveValues } from '../../src/service-types.ts';
import { addDays } from '../../src/time-zone.ts';
import { englishWording } from '../../src/wording.ts';
import { china as daysApp } from '../support/sample-app.ts';
import { createFakePlatform, createWorld, memoryRule, openPlatforms, prod, type World } from './job-harness.ts';

const china: ImApp = { ...daysApp, channel: 'C0ONCALL' };
const unreachable = unreachableRule(prod, 'C0ONCALL', []);
const daily: DigestSchedule = {
  id: 'daily',
  channel: 'C0DAILY',
  cron: '4 3 * * *',
  timezone: 'Asia/Taipei',
  period: 'day',
  apps: ['prod', 'china'],
};

const peakRule: Rule = memoryRule({
  id: 'connections-high',
  metric: 'connections.peak',
  direction: 'above',
  levels: { warning: { trigger: 50, clear: 40, holdFor: 0 } },
});

/** One kind of change, and what is other afterwards than without it. */
interface Change {
  readonly what: string;
  readonly over: Partial<LiveValues>;
  /** How the root of the incident ends once memory is plentiful again. */
  readonly end?: RegExp;
  /** Roots of other incidents that the change opens. */
  readonly more?: number;
  readonly digests?: number;
  /** What the digest says, and what it does not. */
  readonly says?: RegExp;
  readonly hides?: RegExp;
  /** Apps that are watched no more. */
  readonly gone?: readonly string[];
}

const changes: readonly Change[] = [
  { what: 'an app is added', over: { apps: [prod, china, { ...prod, id: 'second', name: 'Second' }] } },
  {
    what: 'the app is removed',
    over: { apps: [china], rules: [], digests: [{ ...daily, apps: ['china'] }] },
    end: /^Closed, because Production chat was removed from the configuration: .+/,
    gone: ['prod'],
    says: /China/,
    hides: /Production chat/,
  },
  {
    what: 'the app with days is removed',
    over: { apps: [prod], digests: [{ ...daily, apps: ['prod'] }] },
    gone: ['china'],
    says: /Production chat/,
    hides: /China/,
  },
  {
    what: 'the app is renamed',
    over: { apps: [{ ...prod, name: 'Chat of Berlin', timezone: 'Europe/Berlin' }, china] },
    end: /^Resolved after .*: Chat of Berlin is back/,
    says: /Chat of Berlin/,
    hides: /Production chat/,
  },
  {
    what: 'the app with days is renamed',
    over: { apps: [prod, { ...china, name: 'Mainland' }] },
    says: /Mainland/,
    hides: /China/,
  },
  { what: 'a rule is added', over: { rules: [unreachable, memoryRule(), peakRule] }, more: 1 },
  {
    what: 'the rule is removed',
    over: { rules: [unreachable] },
    end: /^Closed, because rule memory-low was removed: .+/,
  },
  {
    what: 'the limit is changed',
    over: {
      rules: [unreachable, memoryRule({ levels: { warning: { trigger: 0.145, clear: 0.15, holdFor: 0 } } })],
    },
  },
  { what: 'the channel is changed', over: { rules: [unreachable, memoryRule({ channel: 'C0ELSE' })] } },
  { what: 'the schedule is changed', over: { digests: [{ ...daily, cron: '5 3 * * *' }] } },
  { what: 'the digest is removed', over: { digests: [] }, digests: 0 },
  {
    what: 'a window is added',
    over: {
      maintenance: [
        { id: 'night', cron: '0 3 * * *', timezone: 'Asia/Taipei', duration: 8 * minute, apps: ['prod'], rules: [] },
      ],
    },
  },
  { what: 'access is changed', over: { access: { run: ['U0BOB'], manage: ['U0BOB'] } } },
];

let world: World;
afterEach(() => world.end());

/** A call that waits until it is let go. */
interface Gate {
  /** Resolves when the gate is opened; at once while it is not closed. */
  pass(): Promise<void>;
  /** Lets so many more pass first. */
  close(after?: number): void;
  open(): void;
  waiting: number;
}

function createGate(): Gate {
  let wait = Promise.withResolvers<void>();
  let passes = Number.POSITIVE_INFINITY;
  const gate: Gate = {
    waiting: 0,
    pass: async () => {
      passes -= 1;
      if (passes >= 0) return;
      gate.waiting += 1;
      await wait.promise;
      gate.waiting -= 1;
    },
    close: (after = 0) => {
      passes = after;
      wait = Promise.withResolvers();
    },
    open: () => {
      passes = Number.POSITIVE_INFINITY;
      wait.resolve();
    },
  };
  return gate;
}

interface Scene {
  readonly polls: Gate;
  readonly days: Gate;
  readonly posts: Gate;
}

async function begin(prepare: (scene: Scene) => void = () => {}): Promise<Scene> {
  const scene = { polls: createGate(), days: createGate(), posts: createGate() };
  prepare(scene);
  world = await createWorld({
    schedules: [daily],
    values: { apps: [prod, china], rules: [unreachable, memoryRule()] },
  });
  const { post } = world.slack;
  world.slack.post = async (outgoing) => {
    await scene.posts.pass();
    return post(outgoing);
  };
  const { clock, platform } = world;
  const snapshot: Platform['snapshot'] = async (signal) => {
    const answer = await platform.snapshot(signal);
    await scene.polls.pass();
    return answer;
  };
  const second = createFakePlatform(clock);
  second.values = { ...second.values, 'connections.peak': 1 };
  const sources = { prod: { snapshot }, china: daysOf(scene), second };
  await world.start({ platforms: openPlatforms(() => world.live.apps, sources) });
  return scene;
}

function daysOf({ days }: Scene): Platform {
  // Yesterday is whole from the time of the digest on, so that the digest has to ask for it.
  const row = (date: string): DailyStatistics => ({
    date,
    zone: 'Asia/Shanghai',
    complete: date < (world.clock.now() < Date.parse('2026-11-22T03:04:00+08:00') ? '2026-11-21' : '2026-11-22'),
    values: { 'users.active': 7 },
  });
  return {
    snapshot: async () => ({ polledAt: world.clock.now(), values: { 'users.active': 9 }, notes: [] }),
    daily: async (from, to) => {
      await days.pass();
      const dates: string[] = [];
      for (let date = from; date <= to; date = addDays(date, 1)) dates.push(date);
      return { days: dates.map(row), notes: [] };
    },
  };
}

async function openIncident(): Promise<void> {
  world.free(0.14);
  await world.clock.advance(2 * minute + 5 * second);
  expect(world.slack.roots('C0ONCALL').length).toBe(1);
}

/** What is held while the configuration changes, and how it is let go. */
const middles: Readonly<Record<string, () => Promise<() => void>>> = {
  'an open incident': async () => {
    await begin();
    await openIncident();
    return () => {};
  },
  'a delivery': async () => {
    const { posts } = await begin();
    await world.clock.advance(minute);
    posts.close();
    world.free(0.14);
    await world.clock.advance(minute + 5 * second);
    expect(posts.waiting).toBe(1);
    return posts.open;
  },
  'a digest that is collected': async () => {
    const { days } = await begin();
    await openIncident();
    days.close();
    await world.clock.advance(2 * minute);
    expect((await world.store.digests.recent('daily', 1))[0]?.state).toBe('collecting');
    return days.open;
  },
  'a poll whose answer is on its way': async () => {
    const { polls } = await begin();
    await openIncident();
    polls.close();
    await world.clock.advance(minute);
    expect(polls.waiting).toBe(1);
    return polls.open;
  },
  'a walk through the days': async () => {
    const { days } = await begin((scene) => scene.days.close(1));
    await openIncident();
    expect(days.waiting).toBe(1);
    return days.open;
  },
};

function headlineOf(root: ReturnType<World['slack']['roots']>[number] | undefined): string {
  return root?.message.kind === 'alert' ? englishWording.text(root.message.view.headline) : '';
}

async function countDays(): Promise<number> {
  return (await world.store.daily.read('china', '2026-09-01', '2026-11-30')).length;
}

async function expectNothingLostOrDoubled(change: Change): Promise<void> {
  const { end = /^Resolved/, more = 0, digests = 1, gone = [], says = /China/, hides = /Berlin/ } = change;
  const { slack, store, clock } = world;
  expect(headlineOf(slack.roots('C0ONCALL')[0])).toMatch(end);
  const roots = slack.roots().filter(({ message }) => message.kind === 'alert');
  expect(roots.map(({ channel }) => channel)).toEqual(Array(1 + more).fill('C0ONCALL'));
  const sent = slack.roots('C0DAILY').map(({ message }) => JSON.stringify(message));
  expect(sent.length).toBe(digests);
  for (const digest of sent) {
    expect(digest).toMatch(says);
    expect(digest).not.toMatch(hides);
  }
  const keys = slack.messages.map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
  expect((await store.outbox.status()).depth).toBe(0);
  expect(world.jobs.problems()).toEqual([]);
  const age = clock.now() - ((await store.samples.latest('prod'))?.at ?? 0);
  expect(age <= minute).toBe(!gone.includes('prod'));
  if (!gone.includes('china')) expect(await countDays()).toBe(60);
  const open = (await store.alerts.incidents(0, clock.now())).filter(({ closedAt }) => closedAt === undefined);
  expect(open.length).toBe(more);
}

describe.each(Object.entries(middles))('in the middle of %s', (_middle, hold) => {
  it.each(changes)('$what', async (change) => {
    const release = await hold();
    const latest = async () => (await world.store.samples.latest('prod'))?.at;
    const stored = { sample: await latest(), days: await countDays() };
    await world.apply(change.over);
    release();
    await world.clock.advance(minute + 10 * second);
    if (change.gone?.includes('prod') === true) expect(await latest()).toBe(stored.sample);
    if (change.gone?.includes('china') === true) expect(await countDays()).toBe(stored.days);
    world.free(0.5);
    await world.clock.advance(4 * minute);
    await expectNothingLostOrDoubled(change);
  });
});
