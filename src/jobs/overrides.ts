// Has the rules hold that people changed in Slack: from the start on, and also where another replica changed them.
import { createHeartbeat, type Duration, second } from '../clock.ts';
import { createBackgroundTasks } from '../concurrency.ts';
import type { Job } from '../service-types.ts';
import type { Store } from '../store/store.ts';
import { holdOverrides } from './hold-overrides.ts';
import type { JobsDeps } from './job.ts';

/** How often it is looked whether another replica has changed a rule. */
const interval: Duration = 5 * second;

export interface OverridesJob extends Job {
  /** Once, before the alerts take up the rules that hold. */
  load(): Promise<void>;
}

type OverridesDeps = Pick<JobsDeps, 'clock' | 'logger' | 'telemetry' | 'store' | 'live' | 'wake'> & {
  readonly adoptRules: (save: (tx: Store) => Promise<void>) => Promise<void>;
};

export function createOverridesJob(deps: OverridesDeps): OverridesJob {
  const { clock, store, live } = deps;
  const running = createBackgroundTasks('overrides', deps);
  const isOther = async (): Promise<boolean> => {
    const stored = (await store.settings.overrides()).filter(({ ended }) => ended === undefined);
    const known = live.rules.filter(({ tuned }) => tuned !== undefined);
    return (
      stored.length !== known.length ||
      stored.some(({ rule, at }) => known.find(({ id }) => id === rule)?.tuned?.at !== at)
    );
  };
  const heartbeat = createHeartbeat(clock, interval, () => {
    if (running.count() > 0) return;
    void running.add(async () => {
      if (await isOther()) await deps.adoptRules(async () => {});
    });
  });
  return {
    name: 'overrides',
    load: async () => {
      if (!(await isOther())) return;
      await live.changeRules((take) =>
        store.transaction(async (tx) => take((await holdOverrides(tx, live, clock.now())).rules)),
      );
      deps.wake();
    },
    start: heartbeat.start,
    stop: async () => {
      heartbeat.stop();
      await running.ended();
    },
  };
}
