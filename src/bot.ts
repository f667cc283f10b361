// Opens the resources of the bot (store, platforms, renderers) and wires everything into one bot. Contains no logic.
import type { StartChartChild } from './charts/chart-child.ts';
import { type ChartProcess, createChartProcess } from './charts/chart-process.ts';
import { createRenderers, privateOrder, type Renderer } from './charts/index.ts';
import type { Clock } from './clock.ts';
import { derivedFrom } from './concurrency.ts';
import type { AppConfig, Config } from './config/config.ts';
import { type ConfigHolder, createLiveConfig, liveValuesOf, settingsForNextStart } from './config/live-config.ts';
import { alertChart } from './delivery/chart-row.ts';
import { createDeliver } from './delivery/deliver.ts';
import type { DeliveryDeps } from './delivery/deliver-row.ts';
import { createPagerDuty } from './delivery/pagerduty.ts';
import { createHealthServer } from './health-server.ts';
import { createJobs } from './jobs/index.ts';
import type { Jobs, JobsDeps } from './jobs/job.ts';
import { createProblems, watchStore } from './jobs/problems.ts';
import { errorFields, type HidingLogger } from './logger.ts';
import type { Wording } from './metrics/phrase.ts';
import { limitAnswers, type SocketDispatcher } from './network.ts';
import { createPlatformRegistry } from './platforms/index.ts';
import type { Platforms } from './platforms/platform.ts';
import type { Problem } from './service-types.ts';
import { createSlack, type Slack } from './slack/index.ts';
import { createSender } from './slack/sender.ts';
import { openStore } from './store/index.ts';
import type { Store } from './store/store.ts';
import { createTelemetry, type Telemetry } from './telemetry.ts';
import { englishWording } from './wording.ts';

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
  readonly config: Config;
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
    digests: jobs.digests,
    retry: jobs.retry,
    isRefused: jobs.isRefused,
    adopt: jobs.adopt,
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
  return createBackground({
    ...deps,
    ...resources,
    hears,
    fetch,
    heartbeat: config.heartbeat,
    sender: createSender({
      botToken,
      apiUrl,
      fetch,
      clock,
      logger,
      secrets: config.secrets,
      wording: resources.wording,
    }),
    pager:
      config.pagerduty === undefined
        ? undefined
        : createPagerDuty({ ...config.pagerduty, fetch, clock, wording: resources.wording }),
  });
}

/** What became of another configuration. */
export interface AppliedConfig {
  /** Changed settings that take effect at the next start only, by their names in the file. */
  readonly atNextStart: readonly string[];
}

export interface Bot {
  /** Resolves when everything runs, or keeps trying to reach Slack. Rejects with a `BotError` when that cannot be. */
  start(): Promise<void>;
  /**
   * Takes apps, rules, digests, windows, access, retention, zone and fallback channel of another configuration while it runs.
   * Resolves once what follows from them is stored. Rejects with `StoreError`, and then the old configuration goes on.
   */
  apply(next: Config): Promise<AppliedConfig>;
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

function buildSlack({ config, deps, ...resources }: Resources, background: Background): Slack {
  return createSlack({
    ...deps,
    ...resources,
    fetch: limitAnswers(deps.fetch),
    slack: config.slack,
    digests: background.digests,
    alerts: background.alerts,
    maintenance: background.maintenance,
    retryPoll: background.retry,
    problems: background.problems,
    secrets: config.secrets,
  });
}

async function applyConfig(
  next: Config,
  { config, deps: { logger }, live }: Resources,
  background: Background,
): Promise<AppliedConfig> {
  logger.hide(next.secrets);
  const values = liveValuesOf(next);
  await live.change(values, (take) => background.adopt(values, take));
  for (const warning of next.warnings) logger.warn(warning);
  const { apps, rules, digests } = values;
  logger.info('configuration changed', { apps: apps.length, alerts: rules.length, digests: digests.length });
  const atNextStart = settingsForNextStart(config, next);
  if (atNextStart.length > 0) logger.warn(`Changes of ${atNextStart.join(', ')} take effect at the next start.`);
  return { atNextStart };
}

function assemble(resources: Resources, background: Background, slack: Slack): Bot {
  const { config, deps, store, telemetry, chartProcess } = resources;
  const { logger } = deps;
  let isOpen = true;
  const readiness = () => [
    { name: 'store', ok: isOpen },
    { name: 'slack', ok: isOpen && slack.ready() && !background.isRefused() },
  ];
  const healthServer = createHealthServer({ ...config.http, telemetry, readiness });
  let healthPort: number | undefined;
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
    apply: (next) => applyConfig(next, resources, background),
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
