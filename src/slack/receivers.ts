// How Slack reaches us: two Socket Mode connections, or a signed HTTP endpoint; each says when it can hear.
import type { Server } from 'node:http';
import { type App, HTTPReceiver, type Receiver, SocketModeReceiver } from '@slack/bolt';
import { type Clock, type Instant, minute, second, sleep } from '../clock.ts';
import { BotError, listenError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { boltLogger, socketClientOptions } from './client.ts';
import type { SlackDeps } from './deps.ts';
import { toDeliveryError } from './errors.ts';

/** A way in. */
export interface SlackReceiver {
  /** What Bolt is built on. */
  readonly receiver: Receiver;
  /** Connects further receivers to the app. */
  attach(app: App): void;
  /** Resolves when it listens, or when it keeps trying. Rejects with `BotError` when trying again cannot help. */
  start(): Promise<void>;
  /** Stops hearing; never takes longer than 3 s, never rejects. */
  stop(): Promise<void>;
  hears(): boolean;
  /** The port that it listens on; undefined for Socket Mode. */
  port(): number | undefined;
}

/** Socket Mode where an app token is configured, else HTTP. */
export function createReceiver(deps: SlackDeps): SlackReceiver {
  return deps.slack.appToken === undefined ? httpEntrance(deps) : socketEntrance(deps, deps.slack.appToken);
}

function httpEntrance(deps: SlackDeps): SlackReceiver {
  const { signingSecret, port, host } = deps.slack;
  if (signingSecret === undefined || signingSecret === '') {
    throw new BotError('Slack needs an app token or a signing secret.', {
      hint: 'Set slack.appToken for Socket Mode, or slack.signingSecret for HTTP.',
    });
  }
  const receiver = new HTTPReceiver({
    signingSecret,
    endpoints: ['/slack/events'],
    bodyLimit: '256kb',
    logger: boltLogger(deps.logger, deps.secrets),
  });
  let server: Server | undefined;
  return {
    receiver,
    attach: () => {},
    start: async () => {
      const limits = { requestTimeout: 10 * second, headersTimeout: 10 * second };
      try {
        // Without TLS options it is a plain HTTP server.
        server = (await receiver.start(host === undefined ? { port } : { port, host }, limits)) as Server;
      } catch (error) {
        throw listenError(error, port, 'slack.port');
      }
    },
    stop: async () => {
      if (server === undefined) return;
      const closed = receiver.stop().catch(() => {});
      await Promise.race([closed, sleep(deps.clock, 3 * second)]);
      server.closeAllConnections();
      server = undefined;
    },
    hears: () => server?.listening === true,
    port: () => {
      const address = server?.address();
      return typeof address === 'object' ? address?.port : undefined;
    },
  };
}

/** Both connections were refused, for the same reason. */
function throwFirst(error: unknown): never {
  throw error instanceof AggregateError ? error.errors[0] : error;
}

/** One socket: connected now, or lost since when. */
interface Line {
  readonly receiver: SocketModeReceiver;
  isUp: boolean;
  wasUp: boolean;
  lostAt: Instant;
}

/** Two connections, because one is away for 5 s at each of Slack's refreshes; Slack gives each payload to one of them. */
function socketEntrance(deps: SlackDeps, appToken: string): SlackReceiver {
  const state = { isStopping: false };
  const first = openLine(deps, appToken, state);
  const other = openLine(deps, appToken, state);
  const lines = [first, other];
  return {
    receiver: first.receiver,
    attach: (app) => other.receiver.init(app),
    start: async () => {
      const firstUp = Promise.any(lines.map((line) => line.receiver.client.start()));
      await Promise.race([firstUp, sleep(deps.clock, 10 * second)]).catch(throwFirst);
    },
    stop: async () => {
      state.isStopping = true;
      const ended = lines.map((line) => line.receiver.client.disconnect().catch(() => {}));
      await Promise.race([Promise.all(ended), sleep(deps.clock, 3 * second)]);
    },
    hears: () => lines.some((line) => line.isUp || (line.wasUp && deps.clock.now() - line.lostAt < minute)),
    port: () => undefined,
  };
}

function openLine(deps: SlackDeps, appToken: string, state: { readonly isStopping: boolean }): Line {
  const receiver = new SocketModeReceiver({
    appToken,
    logger: boltLogger(deps.logger, deps.secrets),
    installerOptions: {
      clientOptions: socketClientOptions({
        apiUrl: deps.slack.apiUrl,
        fetch: deps.fetch,
        logger: deps.logger,
        secrets: deps.secrets,
      }),
    },
  });
  const line: Line = { receiver, isUp: false, wasUp: false, lostAt: 0 };
  receiver.client.on('connected', () => {
    line.isUp = true;
    line.wasUp = true;
    // A connection that was being opened while we stopped.
    if (state.isStopping) void receiver.client.disconnect().catch(() => {});
  });
  for (const event of ['close', 'disconnected']) {
    receiver.client.on(event, () => {
      if (line.isUp) line.lostAt = deps.clock.now();
      line.isUp = false;
    });
  }
  keepTrying(line, state, deps);
  return line;
}

/**
 * The socket client gives up for good when a reconnection is refused, and nobody hears of it. Every start of it
 * therefore goes through here: a failure is logged and tried again, at most twice a minute. Only a token that was
 * never any good ends it, with a `BotError`.
 */
function keepTrying(
  line: Line,
  state: { readonly isStopping: boolean },
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): void {
  const { client } = line.receiver;
  const connect = client.start.bind(client);
  client.start = async () => {
    for (let pause = second; ; pause = Math.min(pause * 2, 30 * second)) {
      try {
        return await connect();
      } catch (error) {
        const failure = toDeliveryError(error);
        if (state.isStopping) throw error;
        if (!line.wasUp && failure.outcome === 'refused') throw refusedToken(failure.code);
        logger.error('Socket Mode connection failed', { code: failure.code, reason: failure.message });
        await sleep(clock, pause);
      }
    }
  };
}

function refusedToken(code: string): BotError {
  return new BotError(`Slack refuses the app token (${code}).`, {
    hint: 'Put an app-level token (xapp-…) with the scope connections:write in slack.appToken, and switch on Socket Mode.',
  });
}
