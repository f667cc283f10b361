// Deletes once a day everything older than the retention.
import { createHeartbeat, type Duration, day, type Instant, minute } from '../clock.ts';
import { createBackgroundTasks } from '../concurrency.ts';
import type { Job } from '../service-types.ts';
import type { JobsDeps } from './job.ts';

/** The first run waits until the bot has started. */
const firstAfter: Duration = 10 * minute;
const checkEvery: Duration = 10 * minute;

/** Not started; prunes ten minutes after its start and then once a day. */
export function createPrune(deps: Pick<JobsDeps, 'clock' | 'logger' | 'telemetry' | 'store' | 'live'>): Job {
  const { clock, store, logger, live } = deps;
  const running = createBackgroundTasks('prune', deps);
  let nextAt: Instant | undefined;
  const prune = async (): Promise<void> => {
    const rows = await store.prune(clock.now(), live.retention);
    if (rows > 0) logger.info('old samples deleted', { rows });
  };
  const heartbeat = createHeartbeat(clock, checkEvery, () => {
    const now = clock.now();
    if (nextAt === undefined) nextAt = now + firstAfter;
    // A clock that was set back must not delay it for longer than a day.
    if (now < nextAt && nextAt - now <= day) return;
    nextAt = now + day;
    if (running.count() === 0) void running.add(prune);
  });
  return {
    name: 'prune',
    start: heartbeat.start,
    stop: async () => {
      heartbeat.stop();
      await running.ended();
    },
  };
}
