// The jobs of a bot: a new one is its file and a line here.
import { createMaintenanceCalendar } from '../alerting/maintenance.ts';
import type { RuleIndex } from '../alerting/rule.ts';
import type { Job } from '../service-types.ts';
import { createAlertService } from './alert-service.ts';
import { createAlertTimers } from './alert-timers.ts';
import { createDailyJob } from './daily-statistics.ts';
import { createDigests } from './digest.ts';
import { createDigestService } from './digest-service.ts';
import type { Jobs, JobsDeps } from './job.ts';
import { createPolls } from './poll.ts';
import { createPrune } from './prune.ts';
import { createScheduler } from './scheduler.ts';

/** All jobs, wired and not started. */
export function createJobs(deps: JobsDeps): Jobs {
  const windows = createMaintenanceCalendar(deps.maintenance);
  const ruleIndex: RuleIndex = {
    rules: new Map(deps.rules.map((rule) => [rule.id, rule])),
    apps: new Map(deps.apps.map((app) => [app.id, app])),
  };
  const scheduler = createScheduler(deps);
  const shared = { ...deps, windows, ruleIndex, scheduler };
  const daily = createDailyJob(deps);
  const alerts = createAlertTimers(shared);
  const alertsApi = createAlertService({ ...shared, job: alerts });
  const digesting = {
    ...shared,
    alerts: alertsApi,
    refresh: daily.refresh,
    completeAt: daily.completeAt,
    notesOf: daily.notesOf,
  };
  const digest = createDigests(digesting);
  const poll = createPolls({ ...shared, onEvaluated: alerts.noteChanged });
  const jobs: readonly Job[] = [poll, daily, alerts, digest, createPrune(deps)];
  return {
    alerts: alertsApi,
    digests: createDigestService(digesting),
    start: async () => {
      await alerts.boot();
      for (const job of jobs) job.start();
    },
    stop: async () => {
      await Promise.all([scheduler.stop(), ...jobs.map((job) => job.stop())]);
    },
  };
}
