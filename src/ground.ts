// What the bot and its check stand on: telemetry, store, platforms, renderers, and the jobs built on them.
import { createRenderers, type Renderer } from './charts/renderer.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config/config.ts';
import type { Jobs } from './jobs/job.ts';
import { createJobs } from './jobs/list.ts';
import { createPager } from './jobs/pager.ts';
import type { Logger } from './logger.ts';
import { openPlatform } from './platforms/list.ts';
import type { Platform } from './platforms/platform.ts';
import { createSender } from './slack/sender.ts';
import { openStore } from './store/open.ts';
import type { Store } from './store/store.ts';
import { createTelemetry, type Telemetry } from './telemetry.ts';

/** What a bot is given from outside. */
export interface BotDeps {
  readonly clock: Clock;
  readonly fetch: typeof globalThis.fetch;
  readonly logger: Logger;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
  /** A short random id. */
  readonly newId: () => string;
  /** Folder of package.json; assets are found below it. */
  readonly root: string;
}

/** What jobs and Slack share. */
export interface Ground {
  readonly config: Config;
  readonly deps: BotDeps;
  readonly owner: string;
  readonly telemetry: Telemetry;
  readonly store: Store;
  readonly platforms: ReadonlyMap<string, Platform>;
  readonly renderers: readonly Renderer[];
}

/** Opens the store (rejects with `StoreError`) and what reads and draws; asks nobody anything. */
export async function openGround(config: Config, deps: BotDeps): Promise<Ground> {
  const { clock, logger, fetch, random, newId, root } = deps;
  const owner = newId();
  return {
    config,
    deps,
    owner,
    telemetry: createTelemetry({ withProcess: true }),
    store: await openStore(config.store, { clock, logger, owner }),
    platforms: new Map(
      config.apps.map((app) => [app.id, openPlatform({ app, access: app.access, clock, fetch, logger, random })]),
    ),
    renderers: createRenderers(config.charts, { root, fetch, clock, quickchart: config.quickchart }),
  };
}

/** The jobs of a configuration; nothing runs before they are started. */
export function buildJobs({ config, deps, ...ground }: Ground): Jobs {
  const { botToken, apiUrl, fallbackChannel } = config.slack;
  const { fetch, clock, logger } = deps;
  return createJobs({
    ...deps,
    ...ground,
    apps: config.apps,
    rules: config.rules,
    maintenance: config.maintenance,
    schedules: config.digests,
    retention: config.retention,
    sender: createSender({ botToken, apiUrl, fetch, clock, logger, secrets: config.secrets }),
    pager: config.pagerduty === undefined ? undefined : createPager({ ...config.pagerduty, fetch, clock }),
    fallbackChannel,
  });
}
