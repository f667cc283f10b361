// Concurrency: lists processed without blocking the event loop, a mutex and a rate limiter for each key, shared calls, background tasks,
// values that follow a source.
import { setImmediate as nextTurn } from 'node:timers/promises';
import pLimit, { type LimitFunction } from 'p-limit';
import { type Clock, type Duration, type Instant, minute, second, sleep } from './clock.ts';
import { ConcurrentChangeError } from './errors.ts';
import { errorFields, type Logger } from './logger.ts';
import type { Telemetry } from './telemetry.ts';

/** The results of `each` for every item, in order, with a turn of the event loop between two items. */
export async function mapYielding<Item, Result>(
  items: readonly Item[],
  each: (item: Item) => Result | Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const item of items) {
    if (results.length > 0) await nextTurn();
    results.push(await each(item));
  }
  return results;
}

/** Runs one piece of work at a time, in the order of the calls; a failure is that of its own caller alone. */
export type Mutex = <T>(work: () => Promise<T>) => Promise<T>;

export function createMutex(): Mutex {
  const limit = pLimit(1);
  return (work) => limit(work);
}

/** Runs `work` when all earlier work of `key` has ended. */
export type KeyedMutex = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/** An idle key takes no memory. */
export function createKeyedMutex(): KeyedMutex {
  const limits = new Map<string, LimitFunction>();
  return async (key, work) => {
    const limit = limits.get(key) ?? pLimit(1);
    limits.set(key, limit);
    try {
      return await limit(work);
    } finally {
      if (limit.activeCount + limit.pendingCount === 0) limits.delete(key);
    }
  };
}

/** Joins callers that ask for the same key at the same time: one call runs, and all of them get its result. */
export function coalesced<T>(): (key: string, work: () => Promise<T>) => Promise<T> {
  const running = new Map<string, Promise<T>>();
  return (key, work) => {
    const known = running.get(key);
    if (known !== undefined) return known;
    const started = work().finally(() => running.delete(key));
    running.set(key, started);
    return started;
  };
}

/** One start in each interval for each key, such as a channel of Slack; kept in memory only. */
export interface KeyedRateLimiter {
  /** When the task may start: at once (`now` or earlier), or a time that is kept free for it. */
  slot(task: number, key: string, now: Instant): Instant;
  /** The task is finished: the time kept for it is free. */
  forget(task: number): void;
  /** Nothing of the key may start during the span. */
  block(key: string, span: { readonly from: Instant; readonly until: Instant }): void;
}

/** A time further ahead than this comes from before the clock was set back. */
const farthest: Duration = 10 * minute;

/** Every key is free. `interval`: ms between two starts. */
export function createKeyedRateLimiter(interval: Duration): KeyedRateLimiter {
  const free = new Map<string, Instant>();
  const blocked = new Map<string, { readonly from: Instant; readonly until: Instant }>();
  const kept = new Map<number, Instant>();
  const taken = new Map<string, Instant>();
  return {
    slot: (task, key, now) => {
      const span = blocked.get(key);
      // A span that begins in the future comes from before the clock was set back.
      const blockedUntil = span === undefined || now < span.from ? 0 : span.until;
      const sensible = (at: Instant): Instant => (at - now > farthest ? now : at);
      // A task may come a little after the time kept for it; the interval to the next one counts from when it came.
      const rested = sensible((taken.get(key) ?? 0) + interval);
      const own = kept.get(task);
      const wanted = own !== undefined && own <= now ? own : sensible(free.get(key) ?? 0);
      const at = Math.max(now, blockedUntil, rested, wanted);
      free.set(key, Math.max(sensible(free.get(key) ?? 0), at + interval));
      if (at > now) kept.set(task, at);
      else {
        kept.delete(task);
        taken.set(key, now);
      }
      return at;
    },
    forget: (task) => {
      kept.delete(task);
    },
    block: (key, span) => {
      blocked.set(key, span);
    },
  };
}

/** Does `work` again, from its read on, when it rejects with `ConcurrentChangeError`; the fifth in a row is thrown. */
export async function retryConflicts<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries >= 5 || !(error instanceof ConcurrentChangeError)) throw error;
    }
  }
}

/** What costs too much to be derived from the source at each use: derived once for each version of it. */
export function derivedFrom<Derived>(source: { readonly version: number }, derive: () => Derived): () => Derived {
  let known: { readonly version: number; readonly derived: Derived } | undefined;
  return () => {
    if (known?.version !== source.version) known = { version: source.version, derived: derive() };
    return known.derived;
  };
}

/** How long a job that stops waits for its running tasks. */
export const stopTimeout: Duration = 8 * second;

/** The running tasks of one job. */
export interface BackgroundTasks {
  /** How many are running. */
  count(): number;
  /** Runs `work`; an error is logged and counted, never thrown. */
  add(work: () => Promise<void>): Promise<void>;
  /** Resolves when no task is running, after `cap` ms at the latest. */
  ended(cap?: Duration): Promise<void>;
}

/** `name` labels failures in the log and the metrics. */
export function createBackgroundTasks(
  name: string,
  deps: { readonly clock: Clock; readonly logger: Logger; readonly telemetry: Telemetry },
): BackgroundTasks {
  const runs = new Set<Promise<void>>();
  const guarded = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      deps.telemetry.jobFailures.inc({ job: name });
      deps.logger.error('job failed', { job: name, ...errorFields(error) });
    }
  };
  return {
    count: () => runs.size,
    add: (work) => {
      const run = guarded(work).finally(() => runs.delete(run));
      runs.add(run);
      return run;
    },
    ended: async (cap = stopTimeout) => {
      const done = new AbortController();
      const all = Promise.all(runs).then(() => done.abort());
      await Promise.race([all, sleep(deps.clock, cap, done.signal)]);
    },
  };
}
