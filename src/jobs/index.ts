// The jobs of a bot: a new one is its file and a line here.
import { createMaintenanceCalendar, type MaintenanceCalendar } from '../alerting/maintenance.ts';
import { indexRules, type RuleIndex } from '../alerting/rule.ts';
import { derivedFrom } from '../concurrency.ts';
import type { Job, LiveConfig } from '../service-types.ts';
import { adoptConfig } from './adopt-config.ts';
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
  const windows = liveCalendar(deps.live);
  const ruleIndex = liveIndex(deps.live);
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
    retry: poll.retry,
    alerts: alertsApi,
    digests: createDigestService(digesting),
    adopt: async (next, take) => alerts.noteAdopted(await adoptConfig(next, take, shared)),
    start: async () => {
      await deps.store.apps.save(deps.live.apps);
      await alerts.boot();
      for (const job of jobs) job.start();
    },
    stop: async () => {
      await Promise.all([scheduler.stop(), ...jobs.map((job) => job.stop())]);
    },
  };
}

/** The rules and apps as they are now. */
function liveIndex(live: LiveConfig): RuleIndex {
  const index = derivedFrom(live, () => indexRules(live));
  return {
    get rules() {
      return index().rules;
    },
    get apps() {
      return index().apps;
    },
  };
}

/** The maintenance windows as they are now. */
function liveCalendar(live: LiveConfig): MaintenanceCalendar {
  const calendar = derivedFrom(live, () => createMaintenanceCalendar(live.maintenance));
  return {
    at: (rule, now) => calendar()?.at(rule, now),
    spans: (rule, span) => calendar()?.spans(rule, span) ?? [],
  };
}
