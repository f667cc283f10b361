// Running things side by side: work off a list with turns between, one at a time for each key, tasks that a stop waits for.
import { setImmediate as nextTurn } from 'node:timers/promises';
import pLimit, { type LimitFunction } from 'p-limit';
import { type Clock, type Duration, second, sleep } from './clock.ts';
import { errorFields, type Logger } from './logger.ts';
import type { Telemetry } from './telemetry.ts';

/** What `each` makes of every item, in order and one after the other. */
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

/** Runs `work` when everything that was given earlier for `key` has ended. */
export type KeyedMutex = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/** A key that nobody holds takes no memory. */
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

/** How long the end of a job waits for what runs. */
export const stopTimeout: Duration = 8 * second;

/** A set of runs of one job. */
export interface BackgroundTasks {
  /** How many run now. */
  count(): number;
  /** Runs `work`; an error is logged and counted, never thrown on. */
  add(work: () => Promise<void>): Promise<void>;
  /** Resolves when nothing runs any more, or after the cap. */
  ended(cap?: Duration): Promise<void>;
}

/** Nothing runs yet. `name` labels the failures. */
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
