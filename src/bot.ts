// Opens the resources of the bot (store, platforms, renderers) and wires everything into one bot. Contains no logic.
import type { StartChartChild } from './charts/chart-child.ts';
import { type ChartProcess, createChartProcess } from './charts/chart-process.ts';
import { createRenderers, privateOrder, type Renderer } from './charts/index.ts';
import type { Clock } from './clock.ts';
import { derivedFrom } from './concurrency.ts';
import type { AppConfig, Config } from './config/config.ts';
import { createLiveConfig, liveValuesOf } from './config/live-config.ts';
import { type AppliedConfig, type TakenConfig, takeConfig, takeTokensAgain } from './config/take-config.ts';
import { alertChart } from './delivery/chart-row.ts';
import { createDeliver } from './delivery/deliver.ts';
import type { DeliveryDeps } from './delivery/deliver-row.ts';
import { createPagerDuty, type PagerDutyOptions } from './delivery/pagerduty.ts';
import type { ConfigError } from './errors.ts';
import { createHealthServer } from './health-server.ts';
import { createJobs } from './jobs/index.ts';
import type { Jobs, JobsDeps } from './jobs/job.ts';
import { createProblems, watchStore } from './jobs/problems.ts';
import { errorFields, type HidingLogger } from './logger.ts';
import { phrasesOf, type Wording } from './metrics/phrase.ts';
import { limitAnswers, type SocketDispatcher } from './network.ts';
import { createPlatformRegistry } from './platforms/index.ts';
import type { Platforms } from './platforms/platform.ts';
import type { healthPhrases } from './reports/health-phrases.ts';
import type { ConfigHolder, Problem } from './service-types.ts';
import { createSlack, type Slack } from './slack/index.ts';
import { createLiveConnection, type LiveConnection } from './slack/live-connection.ts';
import { createSender } from './slack/sender.ts';
import { openStore } from './store/index.ts';
import type { Pager } from './store/outbox.ts';
import type { Store } from './store/store.ts';
import { createTelemetry, type Telemetry } from './telemetry.ts';
import { englishWording } from './wording.ts';

const say = phrasesOf<typeof healthPhrases>();

/** External dependencies of a bot. */
export interface BotDeps {
  readonly clock: Clock;
  readonly fetch: typeof globalThis.fetch;
  /** What sockets are opened through; undefined where they go directly. */
  readonly socketDispatcher?: SocketDispatcher | undefined;
  readonly logger: HidingLogger;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
  /** A short random id. */
  readonly newId: () => string;
  /** Folder of package.json; assets are found below it. */
  readonly root: string;
  /** Starts the process that draws charts. */
  readonly startChartChild: StartChartChild;
}

/** What jobs and Slack share. */
export interface Resources {
  /** As it was at the start. */
  readonly config: Config;
  /** As it is now; the part that changes with a transaction is `live`. */
  readonly current: { config: Config; taken?: TakenConfig };
  readonly slack: LiveConnection;
  readonly deps: BotDeps;
  readonly owner: string;
  readonly telemetry: Telemetry;
  readonly store: Store;
  readonly live: ConfigHolder<AppConfig>;
  readonly platforms: Platforms;
  readonly chartProcess: ChartProcess;
  readonly renderers: readonly Renderer[];
  /** For what one person sees. */
  readonly privateRenderers: readonly Renderer[];
  readonly wording: Wording;
}

/** Opens the store (rejects with `StoreError`) and what reads and draws; asks nobody anything. */
export async function openResources(config: Config, deps: BotDeps, open = openStore): Promise<Resources> {
  const { clock, logger, fetch, random, newId } = deps;
  const owner = newId();
  const wording = englishWording;
  const live = createLiveConfig(liveValuesOf(config));
  const apps = derivedFrom(live, () => new Map(live.apps.map((app) => [app.id, app])));
  const chartProcess = createChartProcess({ start: deps.startChartChild, clock });
  const rendererNeeds = { ...deps, fetch: limitAnswers(fetch), quickchart: config.quickchart, chartProcess, wording };
  return {
    config,
    current: { config },
    slack: createLiveConnection(config.slack),
    deps,
    owner,
    telemetry: createTelemetry({ withProcess: true, clock, apps: () => live.apps.map(({ id }) => id) }),
    store: await open(config.store, { clock, logger, owner }),
    live,
    platforms: createPlatformRegistry(apps, { clock, fetch, logger, random }),
    chartProcess,
    wording,
    renderers: createRenderers(config.charts, rendererNeeds),
    privateRenderers: createRenderers(privateOrder(config.slack.privateCharts, config.charts), rendererNeeds),
  };
}

/** What runs by itself is given. */
export type BackgroundDeps = Omit<JobsDeps, 'problems' | 'wake' | 'alertChart' | 'permalink' | 'sender'> &
  Omit<DeliveryDeps, 'problems'>;

/** What runs by itself: the jobs, and the delivery of what they decide. */
export interface Background extends Jobs {
  /** Newest first, at most 20. */
  problems(): readonly Problem[];
}

/** Wired and not started. */
export function createBackground(given: BackgroundDeps): Background {
  const problems = createProblems(given.clock);
  const deps = { ...given, problems, store: watchStore(given.store, problems) };
  const delivery = createDeliver(deps);
  const jobs = createJobs({
    ...deps,
    wake: delivery.wake,
    alertChart: (wanted, course) => alertChart(wanted, deps, course),
    permalink: given.sender.permalink,
  });
  return {
    alerts: jobs.alerts,
    maintenance: jobs.maintenance,
    tuning: jobs.tuning,
    digests: jobs.digests,
    histories: jobs.histories,
    retry: jobs.retry,
    isRefused: jobs.isRefused,
    adopt: jobs.adopt,
    configNotice: jobs.configNotice,
    problems: problems.list,
    start: async () => {
      await jobs.start();
      delivery.start();
    },
    stop: async () => {
      await Promise.all([jobs.stop(), delivery.stop()]);
    },
  };
}

/** What runs by itself in a configuration; nothing runs before it is started. */
export function buildBackground({ config, deps, ...resources }: Resources, hears = () => true): Background {
  const { botToken, apiUrl } = config.slack;
  const { clock, logger } = deps;
  const fetch = limitAnswers(deps.fetch);
  const { current } = resources;
  return createBackground({
    ...deps,
    ...resources,
    hears,
    fetch,
    heartbeat: config.heartbeat,
    sender: createSender({
      botToken,
      apiUrl,
      fetch: resources.slack.authorised(fetch),
      clock,
      logger,
      secrets: config.secrets,
      wording: resources.wording,
    }),
    pager:
      config.pagerduty === undefined
        ? undefined
        : livePager(() => current.config.pagerduty ?? config.pagerduty, { fetch, clock, wording: resources.wording }),
  });
}

/** Another key holds for the next call. */
function livePager(
  options: () => Config['pagerduty'],
  deps: Pick<PagerDutyOptions, 'fetch' | 'clock' | 'wording'>,
): Pager {
  return {
    send: async (...call) => {
      const now = options();
      if (now !== undefined) await createPagerDuty({ ...now, ...deps }).send(...call);
    },
  };
}

export interface Bot {
  /** Resolves when everything runs, or keeps trying to reach Slack. Rejects with a `BotError` when that cannot be. */
  start(): Promise<void>;
  /**
   * Takes apps, rules, digests, windows, access, retention, zone, fallback channel, keys and tokens of another configuration while it runs.
   * Resolves once what follows from them is stored. Rejects with `StoreError`, and then the old configuration goes on.
   */
  apply(next: Config): Promise<AppliedConfig>;
  /** Tries once more the tokens of Slack that were not taken. Resolves with whether all hold now. Rejects with `StoreError`. */
  retryTokens(): Promise<boolean>;
  /** Tells in health and in the fallback channel that a changed configuration is wrong. Rejects with `StoreError`. */
  refuse(error: ConfigError): Promise<void>;
  /** Ends everything in reverse order, in under 10 s, losing nothing. Never rejects. */
  stop(): Promise<void>;
  /** Resolves with a reason when the bot cannot go on by itself. */
  readonly failed: Promise<Error>;
  /** The ports it listens on, once started: the health server, and Slack's HTTP receiver where there is one. */
  ports(): { readonly health: number | undefined; readonly slack: number | undefined };
}

/** Opens the store and builds the bot on it; nothing runs before `start`. Rejects with `BotError`. */
export async function createBot(config: Config, deps: BotDeps): Promise<Bot> {
  return createBotOn(await openResources(config, deps));
}

/** The same on resources that are open already, with whatever is in the store. The bot closes the store when it stops. */
export function createBotOn(resources: Resources): Bot {
  const background: Background = buildBackground(resources, () => slack.hears());
  const slack = buildSlack(resources, background);
  return assemble(resources, background, slack);
}

function buildSlack({ config, deps, slack, ...resources }: Resources, background: Background): Slack {
  return createSlack({
    ...deps,
    ...resources,
    fetch: slack.authorised(limitAnswers(deps.fetch)),
    slack: slack.connection,
    tokens: { take: slack.take, fetch: limitAnswers(deps.fetch) },
    configuration: (now) => {
      const { current, live } = resources;
      return current.taken === undefined
        ? undefined
        : say('config.taken', { ...current.taken, zone: live.timezone, now });
    },
    digests: background.digests,
    histories: background.histories,
    alerts: background.alerts,
    maintenance: background.maintenance,
    tuning: background.tuning,
    retryPoll: background.retry,
    problems: background.problems,
    secrets: config.secrets,
  });
}

function assemble(resources: Resources, background: Background, slack: Slack): Bot {
  const { config, current, live, deps, store, telemetry, chartProcess } = resources;
  const { logger } = deps;
  let isOpen = true;
  const readiness = () => [
    { name: 'store', ok: isOpen },
    { name: 'slack', ok: isOpen && slack.ready() && !background.isRefused() },
  ];
  const healthServer = createHealthServer({ ...config.http, telemetry, readiness });
  let healthPort: number | undefined;
  const takeDeps = {
    ...{ config, current, live, clock: deps.clock, logger },
    adopt: background.adopt,
    takeTokens: slack.takeTokens,
    notice: background.configNotice,
  };
  return {
    failed: slack.failed,
    ports: () => ({ health: healthPort, slack: slack.port() }),
    start: async () => {
      for (const warning of config.warnings) logger.warn(warning);
      healthPort = await healthServer.start();
      await background.start();
      await slack.start();
      logger.info('imstats runs', {
        apps: config.apps.length,
        alerts: config.rules.length,
        digests: config.digests.length,
        healthPort,
      });
    },
    apply: (next) => takeConfig(next, takeDeps),
    retryTokens: () => takeTokensAgain(takeDeps),
    refuse: (error) => background.configNotice.refused(error.message.split('\n')),
    stop: async () => {
      isOpen = false;
      const parts = await Promise.allSettled([slack.stop(), background.stop(), healthServer.stop()]);
      const closed = await Promise.allSettled([store.close(), chartProcess.stop()]);
      for (const part of [...parts, ...closed]) {
        if (part.status === 'rejected')
          logger.error('A part of the bot did not stop cleanly.', errorFields(part.reason));
      }
      logger.info('imstats has stopped');
    },
  };
}
