// The Slack side of the bot: builds client, receivers and Bolt app, starts them with retries, stops them cleanly.
import { App, type webApi } from '@slack/bolt';
import { LRUCache } from 'lru-cache';
import { createRefusals } from '../charts/attach-charts.ts';
import { second, sleep } from '../clock.ts';
import { derivedFrom } from '../concurrency.ts';
import { BotError } from '../errors.ts';
import { errorFields } from '../logger.ts';
import { createAccess } from './access.ts';
import { boltLogger, type ClientSettings, createWebClient, webClientOptions } from './client.ts';
import { createAppDataLoader } from './command/app-data.ts';
import { appNames } from './command/tokens.ts';
import { type SlackContext, type SlackDeps, wordsOf } from './context.ts';
import { createExportService } from './export/export-service.ts';
import { createHomePublisher } from './home/home-publisher.ts';
import { createHttpReceiver } from './http-receiver.ts';
import { type Identity, identifyWithRetries } from './identity.ts';
import { connectListener, type Listener } from './listener.ts';
import type { SlackTokens } from './live-connection.ts';
import type { Modal } from './modals/modal.ts';
import { createPeople } from './people.ts';
import type { SlackReceiver } from './receiver.ts';
import { createSocketReceiver } from './socket-receiver.ts';
import { subcommands } from './subcommands/index.ts';
import { type TakeTokensDeps, type TokenRefusal, takeTokens } from './take-tokens.ts';
import { createDiscard, createUpload } from './upload.ts';

export interface Slack {
  /**
   * Resolves when requests can arrive, or when Slack does not answer yet and it keeps trying. Rejects with `BotError`
   * for what does not pass by itself: a wrong token, a port in use.
   */
  start(): Promise<void>;
  /** Takes no more requests within 3 s and waits up to 5 s for those that are being answered. Never rejects. */
  stop(): Promise<void>;
  /** True when Slack has accepted the token and the receiver listens or is connected. */
  ready(): boolean;
  /** True where requests can arrive: the receiver listens or is connected. */
  hears(): boolean;
  /** The port of the HTTP receiver; undefined for Socket Mode. */
  port(): number | undefined;
  /**
   * Takes other tokens for every later call and connection. Resolves with what was not taken and why: Slack refuses it, does not
   * answer, or it is that of another bot; undefined when all was. Never rejects.
   */
  takeTokens(tokens: SlackTokens): Promise<TokenRefusal | undefined>;
  /** Resolves with the reason when Slack refuses the token after `start` has resolved. */
  readonly failed: Promise<BotError>;
}

/** Builds it; nothing runs before `start`. Raises `BotError` when neither an app token nor a signing secret is there. */
export function createSlack(deps: SlackDeps, modals?: readonly Modal[]): Slack {
  const { appToken } = deps.slack;
  const slackReceiver = appToken === undefined ? createHttpReceiver(deps) : createSocketReceiver(deps, appToken);
  const client = createWebClient(deps.slack.botToken, settingsOf(deps));
  const discard = createDiscard({ ...deps, client });
  const upload = createUpload({ ...deps, client, discard });
  const state: State = { identity: undefined, stopping: new AbortController() };
  const app = createApp(deps, slackReceiver, () => state.identity);
  const context = createContext(deps, { client, upload, discard, identity: () => state.identity });
  const listener = connectListener(app, context, modals);
  slackReceiver.attach(app);
  const { promise: failed, resolve: fail } = Promise.withResolvers<BotError>();
  return {
    failed,
    start: () => start(deps, { client, slackReceiver, state, fail }),
    takeTokens: (tokens) => takeTokens(tokens, tokensDepsOf(deps, state)),
    stop: () => {
      context.home.stop();
      return stop(deps, { slackReceiver, listener, exports: context.exports, state });
    },
    ready: () => state.identity !== undefined && !state.stopping.signal.aborted && slackReceiver.hears(),
    hears: slackReceiver.hears,
    port: () => slackReceiver.port(),
  };
}

function tokensDepsOf(deps: SlackDeps, state: State): TakeTokensDeps {
  return {
    current: deps.slack,
    take: (tokens) => deps.tokens?.take(tokens),
    client: { ...settingsOf(deps), fetch: deps.tokens?.fetch ?? deps.fetch },
    identity: {
      known: () => state.identity,
      take: (identity) => {
        state.identity = identity;
      },
    },
  };
}

interface State {
  identity: Identity | undefined;
  readonly stopping: AbortController;
}

function settingsOf({ slack, fetch, logger, secrets }: SlackDeps): ClientSettings {
  return { apiUrl: slack.apiUrl, fetch, logger, secrets };
}

/** Who the bot is comes from memory, so that no event waits for a call to Slack. */
function createApp(deps: SlackDeps, { receiver }: SlackReceiver, identity: () => Identity | undefined): App {
  const app = new App({
    receiver,
    authorize: async () => {
      const known = identity();
      const bot = known?.botId === undefined ? {} : { botId: known.botId };
      return { botToken: deps.slack.botToken, ...(known === undefined ? {} : { botUserId: known.userId, ...bot }) };
    },
    convoStore: false,
    // The handler of mentions does that, the only event that the bot itself can cause.
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
  parts: Pick<SlackContext['chartDeps'], 'upload' | 'discard'> & Pick<SlackContext, 'client' | 'identity'>,
): SlackContext {
  const { clock, logger, fetch } = deps;
  const offered = subcommands.filter((one) => one.isOffered?.(deps) ?? true);
  const words = derivedFrom(deps.live, () => wordsOf(deps, offered));
  const staticReplies = derivedFrom(
    deps.live,
    () => new Map(offered.flatMap((one) => (one.static ? [[one.id, one.static(deps, offered)]] : []))),
  );
  // A change of the configuration is taken up before the next command, because commands are parsed before they are acknowledged.
  const prepare = (): void => {
    appNames(words().apps);
    staticReplies();
  };
  prepare();
  deps.live.onChange(prepare);
  const { client, identity } = parts;
  const people = createPeople({ client, clock, logger });
  const access = createAccess({ live: deps.live, people, identity });
  const appData = createAppDataLoader(deps);
  return {
    deps,
    client,
    people,
    access,
    appData,
    home: createHomePublisher({ deps, appData, identity, client, access, wording: deps.wording, logger }),
    chartDeps: {
      renderers: deps.renderers,
      privateRenderers: deps.privateRenderers,
      refusals: createRefusals(clock),
      upload: parts.upload,
      discard: parts.discard,
      clock,
      logger,
      wording: deps.wording,
    },
    answers: new LRUCache({ max: 300 }),
    exports: createExportService({ ...deps, client }),
    identity,
    responseDeps: { client, fetch, clock, urlUses: new LRUCache({ max: 5_000 }) },
    subcommands: offered,
    words,
    staticReplies,
    startedAt: clock.now(),
  };
}

interface Starting {
  readonly client: webApi.WebClient;
  readonly slackReceiver: SlackReceiver;
  readonly state: State;
  readonly fail: (reason: BotError) => void;
}

/** Listens first, so that a port in use fails at once, then asks who the bot is, for a second; after that it goes on in the background. */
async function start(deps: SlackDeps, { client, slackReceiver, state, fail }: Starting): Promise<void> {
  const { clock, logger } = deps;
  const { signal } = state.stopping;
  const known = identifyWithRetries(client, { clock, logger, signal }).then((identity) => {
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
  parts: Pick<SlackContext, 'exports'> & {
    readonly slackReceiver: SlackReceiver;
    readonly listener: Listener;
    readonly state: State;
  },
): Promise<void> {
  parts.state.stopping.abort();
  try {
    await parts.slackReceiver.stop();
    await Promise.race([Promise.all([parts.listener.idle(), parts.exports.end()]), sleep(clock, 5 * second)]);
  } catch (error) {
    logger.warn('Slack did not stop cleanly', errorFields(error));
  }
}
