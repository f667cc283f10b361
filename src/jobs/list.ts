// The jobs of a bot: a new one is its file and a line here.
import { createAlerts } from './alerts.ts';
import { createAlertsApi } from './alerts-api.ts';
import { createDaily } from './daily.ts';
import { createDeliver } from './deliver.ts';
import { createDigests } from './digest.ts';
import { createDigestsApi } from './digest-api.ts';
import type { Job, Jobs, JobsDeps } from './job.ts';
import { createWindows } from './maintenance.ts';
import { createPolls } from './poll.ts';
import { createPrune } from './prune.ts';
import { createScheduler } from './scheduler.ts';
import { watchStore } from './store-watch.ts';
import type { Book } from './storms.ts';
import { createTroubles } from './troubles.ts';

/** All jobs, wired and not started. */
export function createJobs(given: JobsDeps): Jobs {
  const troubles = createTroubles(given.clock);
  const deps = { ...given, store: watchStore(given.store, troubles) };
  const windows = createWindows(deps.maintenance);
  const book: Book = {
    rules: new Map(deps.rules.map((rule) => [rule.id, rule])),
    apps: new Map(deps.apps.map((app) => [app.id, app])),
  };
  const scheduler = createScheduler(deps);
  const deliver = createDeliver({ ...deps, troubles });
  const shared = { ...deps, troubles, windows, book, scheduler, wake: deliver.wake };
  const daily = createDaily(deps);
  const alerts = createAlerts(shared);
  const alertsApi = createAlertsApi({ ...shared, job: alerts });
  const digesting = {
    ...shared,
    alerts: alertsApi,
    refresh: daily.refresh,
    completeAt: daily.completeAt,
    notesOf: daily.notesOf,
  };
  const digest = createDigests(digesting);
  const poll = createPolls({ ...shared, applied: alerts.noteChanged });
  const jobs: readonly Job[] = [poll, daily, alerts, digest, deliver, createPrune(deps)];
  return {
    alerts: alertsApi,
    digests: createDigestsApi(digesting),
    troubles: troubles.list,
    start: async () => {
      await alerts.boot();
      for (const job of jobs) job.start();
    },
    stop: async () => {
      await Promise.all([scheduler.stop(), ...jobs.map((job) => job.stop())]);
    },
  };
}
