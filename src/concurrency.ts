// Concurrency: lists processed with a turn of the event loop between items, a mutex for each key, background tasks.
import { setImmediate as nextTurn } from 'node:timers/promises';
import pLimit, { type LimitFunction } from 'p-limit';
import { type Clock, type Duration, second, sleep } from './clock.ts';
import { errorFields, type Logger } from './logger.ts';
import type { Telemetry } from './telemetry.ts';

/** The results of `each` for every item, in order, with a turn of the event loop between two items. */
export async function inTurns<Item, Made>(
  items: readonly Item[],
  each: (item: Item) => Made | Promise<Made>,
): Promise<Made[]> {
  const made: Made[] = [];
  for (const item of items) {
    if (made.length > 0) await nextTurn();
    made.push(await each(item));
  }
  return made;
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
