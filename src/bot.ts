// Wires everything into one bot: jobs, Slack and the operations server on common ground. No logic of its own.
import type { Config } from './config/config.ts';
import { type BotDeps, buildJobs, type Ground, openGround } from './ground.ts';
import type { Jobs } from './jobs/job.ts';
import { errorFields } from './logger.ts';
import { createOperations } from './operations.ts';
import { createSlack, type Slack } from './slack/app.ts';

export interface Bot {
  /** Resolves when everything runs, or keeps trying to reach Slack. Rejects with a `BotError` when that cannot be. */
  start(): Promise<void>;
  /** Ends everything in reverse order, in under 10 s, losing nothing. Never rejects. */
  stop(): Promise<void>;
  /** Resolves with a reason when the bot cannot go on by itself. */
  readonly failed: Promise<Error>;
  /** Where it listens, once started: operations server, and Slack's HTTP receiver where there is one. */
  ports(): { readonly operations: number | undefined; readonly slack: number | undefined };
}

/** Opens the store and builds the bot on it; nothing runs before `start`. Rejects with `BotError`. */
export async function createBot(config: Config, deps: BotDeps): Promise<Bot> {
  return createBotOn(await openGround(config, deps));
}

/** The same on ground that is open already, with whatever is in its store. The bot closes the store when it stops. */
export function createBotOn(ground: Ground): Bot {
  const jobs = buildJobs(ground);
  return assemble(ground, jobs, buildSlack(ground, jobs));
}

function buildSlack({ config, deps, ...ground }: Ground, jobs: Jobs): Slack {
  return createSlack({
    ...deps,
    ...ground,
    slack: config.slack,
    access: config.access,
    apps: config.apps,
    rules: config.rules,
    digests: jobs.digests,
    alerts: jobs.alerts,
    troubles: jobs.troubles,
    kept: config.retention.hours,
    timezone: config.timezone,
    secrets: config.secrets,
  });
}

function assemble({ config, deps, store, telemetry }: Ground, jobs: Jobs, slack: Slack): Bot {
  const { logger } = deps;
  let isOpen = true;
  const readiness = () => [
    { name: 'store', ok: isOpen },
    { name: 'slack', ok: isOpen && slack.ready() },
  ];
  const operations = createOperations({ ...config.http, telemetry, readiness });
  let operationsPort: number | undefined;
  return {
    failed: slack.failed,
    ports: () => ({ operations: operationsPort, slack: slack.port() }),
    start: async () => {
      for (const warning of config.warnings) logger.warn(warning);
      operationsPort = await operations.start();
      await jobs.start();
      await slack.start();
      logger.info('imstats runs', {
        apps: config.apps.length,
        alerts: config.rules.length,
        digests: config.digests.length,
        operationsPort,
      });
    },
    stop: async () => {
      isOpen = false;
      const parts = await Promise.allSettled([slack.stop(), jobs.stop(), operations.stop()]);
      const closed = await Promise.allSettled([store.close()]);
      for (const part of [...parts, ...closed]) {
        if (part.status === 'rejected')
          logger.error('A part of the bot did not stop cleanly.', errorFields(part.reason));
      }
      logger.info('imstats has stopped');
    },
  };
}
