// A whole set of jobs on a fake clock, a real store and a Slack in memory; the process can die at any call and be started again.

import type { Rule } from '../../src/alerting/rule.ts';
import { unreachableRule } from '../../src/alerting/rules/unreachable.ts';
import type { ImApp } from '../../src/app.ts';
import { type Background, type BackgroundDeps, createBackground } from '../../src/bot.ts';
import type { Renderer } from '../../src/charts/index.ts';
import { type Clock, minute, second } from '../../src/clock.ts';
import { createLiveConfig } from '../../src/config/live-config.ts';
import { PlatformError } from '../../src/errors.ts';
import { silentLogger } from '../../src/logger.ts';
import type { MetricValues } from '../../src/metrics/catalog.ts';
import type { Platform, Platforms } from '../../src/platforms/platform.ts';
import type { ConfigHolder, DigestSchedule, LiveValues } from '../../src/service-types.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import { createTelemetry, type Telemetry } from '../../src/telemetry.ts';
import { englishWording } from '../../src/wording.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { prod as sampleApp } from '../support/sample-app.ts';
import { sampleValues } from '../support/sample-config.ts';
import { createMemorySlack, type MemorySlack } from './memory-slack.ts';

/** The sample app with a channel for its own alerts. */
export const prod: ImApp = { ...sampleApp, channel: 'C0ONCALL' };

/** Free memory below 15 %, critical below 8 %, without waiting, so that one poll opens and one closes it. */
export function memoryRule(over: Partial<Rule> = {}): Rule {
  const rule: Omit<Rule, 'version'> = {
    id: 'memory-low',
    kind: 'threshold',
    app: 'prod',
    metric: 'memory.free_ratio',
    direction: 'below',
    levels: {
      warning: { trigger: 0.15, clear: 0.2, holdFor: 0 },
      critical: { trigger: 0.08, clear: 0.12, holdFor: 0 },
    },
    keepFiring: 0,
    keepCritical: 0,
    pollEvery: minute,
    maxGap: 3 * minute,
    channel: 'C0ONCALL',
    mention: ['S0ONCALL'],
    repeat: { warning: [], critical: [30 * minute] },
    options: {},
    ...over,
  };
  return { ...rule, version: JSON.stringify(rule) };
}

export interface FakePlatform extends Platform {
  values: MetricValues;
  failure: PlatformError | undefined;
  polls: number;
}

export function createFakePlatform(clock: Clock): FakePlatform {
  const platform: FakePlatform = {
    values: { 'memory.free_ratio': 0.5, 'memory.free': 4e9, 'memory.total': 8e9, 'connections.peak': 100 },
    failure: undefined,
    polls: 0,
    snapshot: async () => {
      platform.polls += 1;
      if (platform.failure !== undefined) throw platform.failure;
      return { polledAt: clock.now(), values: platform.values, notes: [] };
    },
  };
  return platform;
}

/** Platforms as the bot opens them: anew for an app of another name or zone, none for one that is gone. */
export function openPlatforms(apps: () => readonly ImApp[], sources: Readonly<Record<string, Platform>>): Platforms {
  const opened = new Map<string, { readonly of: string; readonly platform: Platform }>();
  return {
    get: (id) => {
      const app = apps().find((one) => one.id === id);
      const source = sources[id];
      if (app === undefined || source === undefined) {
        opened.delete(id);
        return undefined;
      }
      const of = `${app.name} ${app.timezone}`;
      const known = opened.get(id);
      if (known?.of === of) return known.platform;
      opened.set(id, { of, platform: { ...source } });
      return opened.get(id)?.platform;
    },
  };
}

export const down = (): PlatformError =>
  new PlatformError('unavailable', 'Production chat answered HTTP 503.', { status: 503 });

export interface World {
  readonly clock: FakeClock;
  readonly store: Store;
  readonly slack: MemorySlack;
  readonly platform: FakePlatform;
  telemetry: Telemetry;
  jobs: Background;
  /** The configuration of the present life. */
  live: ConfigHolder;
  /** As `kill -9`: nothing that runs goes on, nothing is said. */
  kill(): void;
  /** Starts the jobs, anew after a kill. */
  start(over?: LifeOptions): Promise<void>;
  /** Kills, then starts on the same store. */
  restart(over?: LifeOptions): Promise<void>;
  free(ratio: number): void;
  /** Another configuration while the jobs run, made of the present one. */
  apply(over: Partial<LiveValues>): Promise<void>;
  end(): Promise<void>;
}

export interface WorldOptions {
  readonly start?: string;
  /** Where the store is; in memory where this says nothing. */
  readonly file?: string;
  readonly rules?: readonly Rule[];
  readonly schedules?: readonly DigestSchedule[];
  readonly renderers?: readonly Renderer[];
  /** Changes of the app; it is asked once a minute and critical after 15 min of silence where this says nothing. */
  readonly app?: Partial<ImApp>;
  readonly deps?: Partial<BackgroundDeps>;
  /** Other parts of the configuration that may change. */
  readonly values?: Partial<LiveValues>;
}

/** What is other in one life of the process. */
export type LifeOptions = Partial<BackgroundDeps> & { readonly values?: Partial<LiveValues> };

export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const clock = createFakeClock(options.start ?? '2026-11-22T03:00:00+08:00');
  const store = await openSqlite(options.file ?? ':memory:', { clock, logger: silentLogger });
  const slack = createMemorySlack(clock);
  const platform = createFakePlatform(clock);
  const app = { ...prod, ...options.app };
  const rules = [unreachableRule(app, 'C0ONCALL', []), ...(options.rules ?? [memoryRule()])];
  let life = { isOver: false };
  let generation = 0;
  let live = createLiveConfig(sampleValues());
  const first = sampleValues({ apps: [app], rules, digests: options.schedules ?? [], ...options.values });
  const build = ({ values: changed, ...over }: LifeOptions): Background => {
    live = createLiveConfig({ ...first, ...changed });
    world.live = live;
    life = { isOver: false };
    generation += 1;
    world.telemetry = createTelemetry();
    return createBackground({
      clock: mortalClock(clock, life),
      logger: silentLogger,
      telemetry: world.telemetry,
      random: () => 0.5,
      owner: `process-${generation}`,
      store: mortalStore(store, life),
      live,
      platforms: new Map([['prod', platform]]),
      sender: slack,
      hears: () => true,
      fetch,
      heartbeat: undefined,
      renderers: options.renderers ?? [],
      wording: englishWording,
      pager: undefined,
      ...options.deps,
      ...over,
    });
  };
  const world: World = {
    live,
    clock,
    store,
    slack,
    platform,
    telemetry: createTelemetry(),
    jobs: undefined as unknown as Background, // set by the first start
    kill: () => {
      life.isOver = true;
    },
    start: async (over = {}) => {
      world.jobs = build(over);
      await world.jobs.start();
      await clock.advance(50);
    },
    restart: async (over = {}) => {
      world.kill();
      // What the store does when it is opened by the owner that follows.
      await store.outbox.release(clock.now());
      await world.start(over);
    },
    free: (ratio) => {
      platform.values = { ...platform.values, 'memory.free_ratio': ratio, 'memory.free': ratio * 8e9 };
    },
    apply: async (over) => {
      const next = { ...live, ...over };
      await live.change((take) => world.jobs.adopt(next, take));
      await clock.advance(50);
    },
    end: async () => {
      const stopped = world.jobs.stop();
      await clock.advance(10 * second);
      await stopped;
      await store.close();
    },
  };
  slack.crash = world.kill;
  return world;
}

interface Life {
  isOver: boolean;
}

/** Timers of a process that has died never ring. */
function mortalClock(clock: FakeClock, life: Life): Clock {
  return {
    now: clock.now,
    after: (delay, run) =>
      clock.after(delay, () => {
        if (!life.isOver) run();
      }),
  };
}

/** Calls of a process that has died never end. A transaction that has begun is one step, as SQLite makes it. */
function mortalStore(store: Store, life: Life): Store {
  const wrap = <T extends object>(target: T): T =>
    new Proxy(target, {
      get: (object, name, receiver) => {
        const value: unknown = Reflect.get(object, name, receiver);
        if (typeof value === 'object' && value !== null) return wrap(value);
        if (typeof value !== 'function') return value;
        return (...parameters: unknown[]) => {
          if (life.isOver) return new Promise(() => {});
          const answer: unknown = Reflect.apply(value, object, parameters);
          return answer instanceof Promise ? answer.then((one) => (life.isOver ? new Promise(() => {}) : one)) : answer;
        };
      },
    });
  return wrap(store);
}
