// The Slack side of the bot: builds client, receivers and Bolt app, starts them patiently, stops them cleanly.
import { App, type webApi } from '@slack/bolt';
import { LRUCache } from 'lru-cache';
import { second, sleep } from '../clock.ts';
import { BotError } from '../errors.ts';
import { errorFields } from '../logger.ts';
import { createAccess } from './access.ts';
import { boltLogger, type ClientSettings, createWebClient, webClientOptions } from './client.ts';
import { createAppDataLoader } from './command/app-data.ts';
import { type SlackContext, wordsOf } from './context.ts';
import type { SlackDeps } from './deps.ts';
import { type Identity, identifyPatiently } from './identity.ts';
import { connectListener, type Listener } from './listener.ts';
import { createReceiver, type SlackReceiver } from './receivers.ts';
import { subcommands } from './subcommands/index.ts';
import { createUpload, type Upload } from './upload.ts';

export interface Slack {
  /**
   * Resolves when the bot can be asked, or when Slack does not answer yet and it keeps trying. Rejects with `BotError`
   * for what waiting cannot mend: a wrong token, a port in use.
   */
  start(): Promise<void>;
  /** Hears nothing more within 3 s and waits up to 5 s for what is being answered. Never rejects. */
  stop(): Promise<void>;
  /** True when Slack has accepted the token and the receiver listens or is connected. */
  ready(): boolean;
  /** The port of the HTTP receiver; undefined for Socket Mode. */
  port(): number | undefined;
  /** Resolves with the reason when the token turned out to be no good after `start` had resolved. */
  readonly failed: Promise<BotError>;
}

/** Builds it; nothing happens before `start`. Raises `BotError` when neither an app token nor a signing secret is there. */
export function createSlack(deps: SlackDeps): Slack {
  const slackReceiver = createReceiver(deps);
  const client = createWebClient(deps.slack.botToken, settingsOf(deps));
  const upload = createUpload({ client, fetch: deps.fetch, clock: deps.clock });
  const state: State = { identity: undefined, stopping: new AbortController() };
  const app = createApp(deps, slackReceiver, () => state.identity);
  const listener = connectListener(app, createContext(deps, { client, upload, identity: () => state.identity }));
  slackReceiver.attach(app);
  const { promise: failed, resolve: fail } = Promise.withResolvers<BotError>();
  return {
    failed,
    start: () => start(deps, { client, slackReceiver, state, fail }),
    stop: () => stop(deps, { slackReceiver, listener, state }),
    ready: () => state.identity !== undefined && !state.stopping.signal.aborted && slackReceiver.hears(),
    port: () => slackReceiver.port(),
  };
}

interface State {
  identity: Identity | undefined;
  readonly stopping: AbortController;
}

function settingsOf({ slack, fetch, logger, secrets }: SlackDeps): ClientSettings {
  return { apiUrl: slack.apiUrl, fetch, logger, secrets };
}

/** Bolt is told who the bot is from memory, so that no event waits for a call to Slack. */
function createApp(deps: SlackDeps, { receiver }: SlackReceiver, identity: () => Identity | undefined): App {
  const app = new App({
    receiver,
    authorize: async () => {
      const known = identity();
      const bot = known?.botId === undefined ? {} : { botId: known.botId };
      return { botToken: deps.slack.botToken, ...(known === undefined ? {} : { botUserId: known.userId, ...bot }) };
    },
    convoStore: false,
    // The edge does that for the one event in which we could meet ourselves.
    ignoreSelf: false,
    logger: boltLogger(deps.logger, deps.secrets),
    clientOptions: webClientOptions(settingsOf(deps)),
  });
  app.error(async (error) => {
    deps.logger.error('Slack listener failed', { ...errorFields(error), code: error.code });
  });
  return app;
}

function createContext(
  deps: SlackDeps,
  parts: { readonly client: webApi.WebClient; readonly upload: Upload; readonly identity: () => Identity | undefined },
): SlackContext {
  const { clock, logger, fetch } = deps;
  const offered = subcommands.filter((view) => view.isOffered?.(deps) ?? true);
  return {
    deps,
    client: parts.client,
    access: createAccess({ rules: deps.access, client: parts.client, clock, logger, identity: parts.identity }),
    appData: createAppDataLoader(deps),
    chartDeps: { renderers: deps.renderers, upload: parts.upload, clock, logger },
    answers: new LRUCache({ max: 300 }),
    identity: parts.identity,
    responseDeps: { client: parts.client, fetch, clock },
    views: offered,
    words: wordsOf(deps, offered),
    prompts: new Map(offered.flatMap((view) => (view.atOnce ? [[view.id, view.atOnce(deps, offered)]] : []))),
    startedAt: clock.now(),
  };
}

interface Starting {
  readonly client: webApi.WebClient;
  readonly slackReceiver: SlackReceiver;
  readonly state: State;
  readonly fail: (reason: BotError) => void;
}

/** Listens first, so that a port in use is known at once, then asks who the bot is; a first failure to answer is not waited out. */
async function start(deps: SlackDeps, { client, slackReceiver, state, fail }: Starting): Promise<void> {
  const { clock, logger } = deps;
  const { signal } = state.stopping;
  const known = identifyPatiently(client, { clock, logger, signal }).then((identity) => {
    state.identity = identity;
    if (identity !== undefined)
      logger.info('Slack accepted the token', { team: identity.teamId, bot: identity.userId });
  });
  const opened = slackReceiver.start();
  known.catch((error: unknown) => {
    if (error instanceof BotError) fail(error);
  });
  await Promise.all([opened, Promise.race([known, sleep(clock, second)])]);
}

async function stop(
  { clock, logger }: SlackDeps,
  parts: { readonly slackReceiver: SlackReceiver; readonly listener: Listener; readonly state: State },
): Promise<void> {
  parts.state.stopping.abort();
  try {
    await parts.slackReceiver.stop();
    await Promise.race([parts.listener.idle(), sleep(clock, 5 * second)]);
  } catch (error) {
    logger.warn('Slack did not stop cleanly', errorFields(error));
  }
}
