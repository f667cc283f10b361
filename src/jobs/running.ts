// Work that is under way: counted, its errors caught, and awaited at the end with a cap.
import { type Clock, type Duration, second, sleep } from '../clock.ts';
import { errorFields, type Logger } from '../logger.ts';
import type { Telemetry } from '../telemetry.ts';

/** How long the end of a job waits for what runs. */
export const stopCap: Duration = 8 * second;

/** A set of runs of one job. */
export interface Running {
  /** How many run now. */
  count(): number;
  /** Runs `work`; an error is logged and counted, never thrown on. */
  add(work: () => Promise<void>): Promise<void>;
  /** Resolves when nothing runs any more, or after the cap. */
  ended(cap?: Duration): Promise<void>;
}

/** Nothing runs yet. `name` labels the failures. */
export function createRunning(
  name: string,
  deps: { readonly clock: Clock; readonly logger: Logger; readonly telemetry: Telemetry },
): Running {
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
    ended: async (cap = stopCap) => {
      const done = new AbortController();
      const all = Promise.all(runs).then(() => done.abort());
      await Promise.race([all, sleep(deps.clock, cap, done.signal)]);
    },
  };
}
