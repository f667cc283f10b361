// Runs work at the times of a cron string in a zone. The only file that imports node-schedule, and it trusts it with nothing but punctuality.
import { type Job as Entry, scheduleJob } from 'node-schedule';
import { type Clock, type Duration, minute } from '../clock.ts';
import { createBackgroundTasks } from '../concurrency.ts';
import { canonicalCron, cronProblem } from '../cron.ts';
import { BotError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Telemetry } from '../telemetry.ts';

/** A run that comes later than this after its time is dropped: a clock that jumped would else cause a burst. */
const tolerance: Duration = 2 * minute;

/** Work with its times. */
export interface Scheduled {
  readonly name: string;
  /** Five fields. */
  readonly cron: string;
  /** IANA zone. */
  readonly zone: string;
  run(): Promise<void>;
}

/** Lowers the latency of work that something else makes sure of: a run may be dropped, never doubled at one time. */
export interface Scheduler {
  /** Throws `BotError` for a cron string or zone that is not one, and for a name that is taken. */
  add(scheduled: Scheduled): void;
  /** Cancels everything and resolves when what runs has ended, after 8 s at the latest. */
  stop(): Promise<void>;
}

/** A scheduler without jobs. An error of a run is logged and counted; a run that is still going is not started again. */
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
      // It answers null, without a word, for what it cannot read.
      if (entry === null) throw new BotError(`The schedule ${scheduled.name} never comes: "${scheduled.cron}".`);
      entry.on('error', () => deps.telemetry.jobFailures.inc({ job: 'schedule' }));
      entries.set(scheduled.name, entry);
    },
    stop: async () => {
      for (const entry of entries.values()) entry.cancel();
      entries.clear();
      await running.ended();
    },
  };
}
