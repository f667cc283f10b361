// The jobs of a bot: a new one is its file and a line here.
import { createMaintenanceCalendar, type MaintenanceCalendar } from '../alerting/maintenance.ts';
import { indexRules, type RuleIndex } from '../alerting/rule.ts';
import { derivedFrom } from '../concurrency.ts';
import type { ChangedNames, Job, LiveConfig, LiveValues } from '../service-types.ts';
import type { Store } from '../store/store.ts';
import { adoptConfig } from './adopt-config.ts';
import { createAlertService } from './alert-service.ts';
import { type AlertTimersJob, createAlertTimers } from './alert-timers.ts';
import { createConfigNotice } from './config-notice.ts';
import { createDailyJob } from './daily-statistics.ts';
import { createDigests } from './digest.ts';
import { createDigestService } from './digest-service.ts';
import { withHoursKept } from './evaluate-rules.ts';
import { createHeartbeatJob } from './heartbeat.ts';
import { createHistoryJob } from './history.ts';
import { createHourlyJob } from './hourly-statistics.ts';
import type { Jobs, JobsDeps } from './job.ts';
import { createMaintenanceJob, type MaintenanceJob } from './maintenance.ts';
import { createMonthCheck } from './month-check.ts';
import { createOverridesJob } from './overrides.ts';
import { createPolls } from './poll.ts';
import { createPrune } from './prune.ts';
import { recordFile } from './record-changes.ts';
import { logRenamings, renameApps } from './rename-apps.ts';
import { createScheduler } from './scheduler.ts';
import { createSelfCheck } from './self-check.ts';
import { createTuning } from './tuning.ts';

/** All jobs, wired and not started. */
export function createJobs(deps: JobsDeps): Jobs {
  const ruleIndex = liveIndex(deps.live);
  const maintenance = createMaintenanceJob({ ...deps, ruleIndex });
  const windows = liveCalendar(deps.live, maintenance.periods);
  const scheduler = createScheduler(deps);
  const shared = { ...deps, windows, ruleIndex, scheduler };
  const daily = createDailyJob(deps);
  const alerts = createAlertTimers(shared);
  const alertsApi = createAlertService({ ...shared, job: alerts, maintenance });
  const { adopt, adoptRules } = createAdoption(shared, { alerts, maintenance });
  const overrides = createOverridesJob({ ...deps, adoptRules });
  const digesting = {
    ...shared,
    alerts: alertsApi,
    refresh: daily.refresh,
    completeAt: daily.completeAt,
    notesOf: daily.notesOf,
  };
  const digest = createDigests(digesting);
  const poll = createPolls({ ...shared, store: withHoursKept(deps.store), onEvaluated: alerts.noteChanged });
  const selfCheck = createSelfCheck(deps);
  const heartbeat = createHeartbeatJob({ ...deps, isWell: selfCheck.isWell });
  const history = createHistoryJob(deps);
  const kept = [daily, createHourlyJob(deps), createMonthCheck(deps), createPrune(deps)];
  const others = [digest, selfCheck, heartbeat, history];
  const jobs: readonly Job[] = [poll, ...kept, alerts, maintenance, overrides, ...others];
  return {
    isRefused: selfCheck.isRefused,
    retry: poll.retry,
    alerts: alertsApi,
    maintenance: maintenance.service,
    tuning: createTuning({ ...deps, adoptRules }),
    digests: createDigestService(digesting),
    histories: history.service,
    configNotice: createConfigNotice(deps),
    adopt: (next, take, names) => {
      const before = { ...deps.live };
      const save = (tx: Store) => recordFile(tx, { names: names ?? none, before, after: next, at: deps.clock.now() });
      return adopt(next, take, save);
    },
    start: async () => {
      logRenamings(await deps.store.transaction((tx) => renameApps(tx, deps.live.apps)), deps.logger);
      await deps.store.apps.save(deps.live.apps);
      await maintenance.load();
      await overrides.load();
      await alerts.boot();
      for (const job of jobs) job.start();
    },
    stop: async () => {
      await Promise.all([scheduler.stop(), ...jobs.map((job) => job.stop())]);
    },
  };
}

type AdoptionDeps = JobsDeps & { readonly ruleIndex: RuleIndex };

interface Followers {
  readonly alerts: Pick<AlertTimersJob, 'noteAdopted'>;
  readonly maintenance: Pick<MaintenanceJob, 'periods' | 'load'>;
}

/** Takes another configuration, or other rules of the same one, with all that follows from it. */
function createAdoption(deps: AdoptionDeps, { alerts, maintenance }: Followers) {
  const adopt = async <Values extends LiveValues>(
    next: Values,
    take: (values: Values) => void,
    save?: (tx: Store) => Promise<void>,
  ): Promise<void> => {
    alerts.noteAdopted(await adoptConfig(next, take, { ...deps, periods: maintenance.periods }, save));
    await maintenance.load(); // an app may be called otherwise in it
    deps.wake();
  };
  const adoptRules = (save: (tx: Store) => Promise<void>): Promise<void> =>
    deps.live.changeRules((take) => adopt<LiveValues>(deps.live, ({ rules }) => take(rules), save));
  return { adopt, adoptRules };
}

/** In what a configuration differs from itself. */
const none: ChangedNames = { added: [], changed: [], removed: [] };

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

/** The maintenance windows as they are now, and what people have begun. */
function liveCalendar(live: LiveConfig, periods: MaintenanceJob['periods']): MaintenanceCalendar {
  const calendar = derivedFrom(live, () => createMaintenanceCalendar(live.maintenance, periods));
  const isNone = (): boolean => live.maintenance.length === 0 && periods().length === 0;
  return {
    at: (rule, now) => (isNone() ? undefined : calendar().at(rule, now)),
    spans: (rule, span) => (isNone() ? [] : calendar().spans(rule, span)),
  };
}
