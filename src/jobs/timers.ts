// Runs many tasks on their own intervals by one timer: no overlap, limited concurrency, failures isolated; a task for each app.
import type { ImApp } from '../app.ts';
import type { Clock, Duration, Instant } from '../clock.ts';
import { type BackgroundTasks, createBackgroundTasks } from '../concurrency.ts';
import type { Logger } from '../logger.ts';
import type { Platform, Platforms } from '../platforms/platform.ts';
import type { Job, LiveConfig } from '../service-types.ts';
import type { Telemetry } from '../telemetry.ts';

/** The result of a run. `failing` tasks have a concurrency limit of their own, so that many slow failures cannot delay healthy tasks. */
export interface IntervalResult {
  readonly failing: boolean;
  /** From the start of this run to the start of the next. */
  readonly every: Duration;
}

/** One recurring task. `run` handles its own errors; an uncaught one is logged and counted. */
export interface IntervalTask {
  readonly id: string;
  readonly every: Duration;
  run(): Promise<IntervalResult>;
}

/** Runs tasks on their own intervals. */
export interface IntervalRunner {
  start(): void;
  /** Runs these tasks from now on: goes on with those that it knows, begins new ones, and starts the others no more. */
  follow(items: readonly IntervalTask[]): void;
  /** Makes a failing task due now. */
  retry(id: string): void;
  /** Starts nothing new and resolves when running tasks have ended, after 8 s at the latest. */
  stop(): Promise<void>;
}

/** First runs are staggered by 20 ms for each task, so that 1,000 apps are polled within 20 s. */
const stagger: Duration = 20;
/** Concurrent runs, of healthy and of failing tasks each. */
const maxConcurrent = 128;
/** When a due task is tried again while the concurrency limit is reached. */
const retryDelay: Duration = 50;

interface Entry {
  readonly item: IntervalTask;
  /** The task's own interval when it was last looked at. */
  base: Duration;
  due: Instant;
  every: Duration;
  failing: boolean;
  running: boolean;
}

/** The state of the runner: its entries, the numbers of concurrent runs, and the one timer. */
interface RunnerState {
  readonly clock: Clock;
  readonly running: BackgroundTasks;
  entries: Entry[];
  readonly concurrent: { healthy: number; failing: number };
  cancel: () => void;
  started: boolean;
}

interface RunnerDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  readonly random: () => number;
  /** Labels failures of the runs. */
  readonly name: string;
}

/** Not started. */
export function createIntervalRunner(items: readonly IntervalTask[], deps: RunnerDeps): IntervalRunner {
  const { clock, random } = deps;
  let wanted = items;
  const running = createBackgroundTasks(deps.name, deps);
  const state: RunnerState = {
    clock,
    running,
    entries: [],
    concurrent: { healthy: 0, failing: 0 },
    cancel: () => {},
    started: false,
  };
  return {
    start: () => {
      state.started = true;
      follow(state, wanted, random);
    },
    follow: (next) => {
      wanted = next;
      if (state.started) follow(state, wanted, random);
    },
    retry: (id) => {
      const entry = state.entries.find(({ item }) => item.id === id);
      if (!state.started || entry?.failing !== true) return;
      entry.due = clock.now();
      wake(state);
    },
    stop: async () => {
      state.started = false;
      state.cancel();
      await running.ended();
    },
  };
}

function follow(state: RunnerState, items: readonly IntervalTask[], random: () => number): void {
  const now = state.clock.now();
  const known = new Map(state.entries.map((entry) => [entry.item, entry]));
  const added = items.filter((item) => !known.has(item)).length;
  state.entries = items.map((item) => {
    const { every } = item;
    const entry = known.get(item);
    if (entry === undefined) {
      const due = now + Math.floor(random() * Math.min(every, added * stagger));
      return { item, base: every, due, every, failing: false, running: false };
    }
    // Another interval counts from now, if that is earlier.
    if (entry.base !== every) Object.assign(entry, { base: every, every, due: Math.min(entry.due, now + every) });
    return entry;
  });
  wake(state);
}

interface AppTask {
  readonly platform: Platform;
  readonly task: IntervalTask | undefined;
}

/**
 * Runs a task for each app of the configuration as it is now; `taskOf` gives none for an app that needs none. An app whose
 * platform is opened anew (another address, key, name or zone) gets another task, any other change keeps the one that it has.
 */
export function createAppRunner(
  taskOf: (app: ImApp, platform: Platform) => IntervalTask | undefined,
  deps: RunnerDeps & { readonly live: LiveConfig; readonly platforms: Platforms },
): Pick<Job, 'start' | 'stop'> & Pick<IntervalRunner, 'retry'> {
  const { live, platforms } = deps;
  let known: ReadonlyMap<string, AppTask> = new Map();
  const tasks = (): readonly IntervalTask[] => {
    const next = new Map<string, AppTask>();
    for (const app of live.apps) {
      const platform = platforms.get(app.id);
      const before = known.get(app.id);
      if (platform === undefined) continue;
      next.set(app.id, before?.platform === platform ? before : { platform, task: taskOf(app, platform) });
    }
    known = next;
    return [...next.values()].flatMap(({ task }) => task ?? []);
  };
  const runner = createIntervalRunner(tasks(), deps);
  const endOfListening = live.onChange(() => runner.follow(tasks()));
  return {
    start: runner.start,
    retry: runner.retry,
    stop: () => {
      endOfListening();
      return runner.stop();
    },
  };
}

/** Starts due tasks up to the concurrency limit, and sets the timer for the next. */
function wake(state: RunnerState): void {
  const now = state.clock.now();
  for (const entry of state.entries) {
    if (entry.running) continue;
    // A clock that was set back would otherwise delay the task by the length of the jump.
    if (entry.due - now > entry.every) entry.due = now;
    const free = state.concurrent[healthOf(entry)] < maxConcurrent;
    if (entry.due <= now && free) startTask(state, entry);
  }
  scheduleNext(state);
}

function startTask(state: RunnerState, entry: Entry): void {
  const health = healthOf(entry);
  state.concurrent[health] += 1;
  entry.running = true;
  const scheduled = entry.due;
  void state.running
    .add(async () => {
      const result = await entry.item.run();
      entry.failing = result.failing;
      entry.every = result.every;
    })
    .then(() => {
      state.concurrent[health] -= 1;
      entry.running = false;
      entry.due = nextDue(scheduled, entry.every, state.clock.now());
      if (state.started) wake(state);
    });
}

function scheduleNext(state: RunnerState): void {
  state.cancel();
  const now = state.clock.now();
  let soonest = Number.POSITIVE_INFINITY;
  for (const entry of state.entries) {
    if (entry.running) continue;
    soonest = Math.min(soonest, entry.due <= now ? now + retryDelay : Math.min(entry.due, now + entry.every));
  }
  state.cancel = Number.isFinite(soonest) ? state.clock.after(soonest - now, () => wake(state)) : () => {};
}

const healthOf = (entry: Entry): 'healthy' | 'failing' => (entry.failing ? 'failing' : 'healthy');

/** The next time on the task's own grid, so that delays do not add up. */
function nextDue(scheduled: Instant, every: Duration, now: Instant): Instant {
  const next = scheduled + every;
  if (next > now && next - now <= every) return next;
  return now + every - ((((now - scheduled) % every) + every) % every);
}
