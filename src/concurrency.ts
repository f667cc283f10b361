// Running things side by side: work off a list with turns between, one at a time for each key, tasks that a stop waits for.
import { setImmediate as nextTurn } from 'node:timers/promises';
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

/** Runs `work` when everything said earlier for `name` has ended. */
export type KeyedMutex = <T>(name: string, work: () => Promise<T>) => Promise<T>;

/** Names that nobody holds cost nothing. */
export function createKeyedMutex(): KeyedMutex {
  const tails = new Map<string, Promise<unknown>>();
  return (name, work) => {
    const before = tails.get(name) ?? Promise.resolve();
    const run = before.then(work, work);
    const tail = run
      .catch(() => undefined)
      .then(() => {
        if (tails.get(name) === tail) tails.delete(name);
      });
    tails.set(name, tail);
    return run;
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
