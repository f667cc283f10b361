// Runs work at the times of a cron string in a zone. The only file that imports node-schedule, which decides nothing but when a run starts.
import { type Job as Entry, scheduleJob } from 'node-schedule';
import { type Clock, type Duration, minute } from '../clock.ts';
import { createBackgroundTasks } from '../concurrency.ts';
import { canonicalCron, cronProblem } from '../cron.ts';
import { BotError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Telemetry } from '../telemetry.ts';

/** A run that is later than this is dropped, because a clock that jumped would cause a burst. */
const tolerance: Duration = 2 * minute;

/** Work with its schedule. */
export interface Scheduled {
  readonly name: string;
  /** Five fields. */
  readonly cron: string;
  /** IANA zone. */
  readonly zone: string;
  run(): Promise<void>;
}

/** Lowers the latency of work that another mechanism guarantees: a run may be dropped, but never runs twice at one time. */
export interface Scheduler {
  /** Throws `BotError` for an invalid cron string or zone, and for a name that is in use. */
  add(scheduled: Scheduled): void;
  /** Cancels a schedule; a run of it that has begun goes on. */
  remove(name: string): void;
  /** Cancels every schedule and resolves when running work has ended, after 8 s at the latest. */
  stop(): Promise<void>;
}

/** A scheduler without jobs. An error of a run is logged and counted; a schedule does not start while its last run is not over. */
export function createScheduler(deps: {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
}): Scheduler {
  const entries = new Map<string, Entry>();
  const running = createBackgroundTasks('schedule', deps);
  const busy = new Set<string>();

  const fire = (scheduled: Scheduled, at: Date): void => {
    const late = deps.clock.now() - at.getTime();
    if (Math.abs(late) > tolerance || busy.has(scheduled.name)) {
      deps.logger.debug('scheduled run skipped', { job: scheduled.name, late, busy: busy.has(scheduled.name) });
      return;
    }
    busy.add(scheduled.name);
    void running.add(() => scheduled.run().finally(() => busy.delete(scheduled.name)));
  };

  return {
    add: (scheduled) => {
      const problem = cronProblem(scheduled.cron, scheduled.zone);
      if (problem !== undefined) throw new BotError(`The schedule ${scheduled.name} cannot run: ${problem}.`);
      if (entries.has(scheduled.name)) throw new BotError(`There are two schedules of the name ${scheduled.name}.`);
      const entry: Entry | null = scheduleJob({ rule: canonicalCron(scheduled.cron), tz: scheduled.zone }, (at) =>
        fire(scheduled, at),
      );
      // It returns null, without an error, for a rule that it cannot read.
      if (entry === null) throw new BotError(`The schedule ${scheduled.name} never comes: "${scheduled.cron}".`);
      entry.on('error', () => deps.telemetry.jobFailures.inc({ job: 'schedule' }));
      entries.set(scheduled.name, entry);
    },
    remove: (name) => {
      entries.get(name)?.cancel();
      entries.delete(name);
    },
    stop: async () => {
      for (const entry of entries.values()) entry.cancel();
      entries.clear();
      await running.ended();
    },
  };
}
