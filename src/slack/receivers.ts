// How Slack reaches the bot: two Socket Mode connections, or a signed HTTP endpoint; each knows whether requests can arrive.
import type { Server } from 'node:http';
import { type App, HTTPReceiver, type Receiver, SocketModeReceiver } from '@slack/bolt';
import { type Clock, type Instant, minute, second, sleep } from '../clock.ts';
import { BotError, listenError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { boltLogger, socketClientOptions } from './client.ts';
import { toDeliveryError } from './errors.ts';

/** How Slack is reached: Socket Mode when `appToken` is there, else HTTP with `signingSecret`. */
export interface SlackConnection {
  readonly botToken: string;
  readonly appToken?: string;
  readonly signingSecret?: string;
  readonly port: number;
  readonly host?: string;
  /** Base address of the Web API, with or without a last slash; Slack's own when absent. */
  readonly apiUrl?: string;
}

/** What a connection to Slack is made with. */
export interface ReceiverDeps {
  readonly slack: SlackConnection;
  readonly clock: Clock;
  readonly fetch: typeof globalThis.fetch;
  readonly logger: Logger;
  /** Never logged. */
  readonly secrets: readonly string[];
}

/** One kind of connection from Slack. */
export interface SlackReceiver {
  /** The receiver of the Bolt app. */
  readonly receiver: Receiver;
  /** Connects further receivers to the app. */
  attach(app: App): void;
  /** Resolves when it listens, or when it keeps trying. Rejects with `BotError` when trying again cannot help. */
  start(): Promise<void>;
  /** Takes no more requests; never takes longer than 3 s, never rejects. */
  stop(): Promise<void>;
  /** True when requests of Slack can arrive. */
  hears(): boolean;
  /** The port that it listens on; undefined for Socket Mode. */
  port(): number | undefined;
}

/** Socket Mode where an app token is configured, else HTTP. */
export function createReceiver(deps: ReceiverDeps): SlackReceiver {
  return deps.slack.appToken === undefined ? createHttpReceiver(deps) : createSocketReceiver(deps, deps.slack.appToken);
}

function createHttpReceiver(deps: ReceiverDeps): SlackReceiver {
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

/** One Socket Mode connection and its state. */
interface Socket {
  readonly receiver: SocketModeReceiver;
  isUp: boolean;
  wasUp: boolean;
  lostAt: Instant;
}

/** Two connections, because one is closed for 5 s at each of Slack's refreshes; Slack sends each payload to one of them. */
function createSocketReceiver(deps: ReceiverDeps, appToken: string): SlackReceiver {
  const state = { isStopping: false };
  const first = createSocket(deps, appToken, state);
  const other = createSocket(deps, appToken, state);
  const sockets = [first, other];
  return {
    receiver: first.receiver,
    attach: (app) => other.receiver.init(app),
    start: async () => {
      const firstUp = Promise.any(sockets.map((socket) => socket.receiver.client.start()));
      await Promise.race([firstUp, sleep(deps.clock, 10 * second)]).catch(throwFirst);
    },
    stop: async () => {
      state.isStopping = true;
      const ended = sockets.map((socket) => socket.receiver.client.disconnect().catch(() => {}));
      await Promise.race([Promise.all(ended), sleep(deps.clock, 3 * second)]);
    },
    hears: () => sockets.some((socket) => socket.isUp || (socket.wasUp && deps.clock.now() - socket.lostAt < minute)),
    port: () => undefined,
  };
}

function createSocket(deps: ReceiverDeps, appToken: string, state: { readonly isStopping: boolean }): Socket {
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
  const socket: Socket = { receiver, isUp: false, wasUp: false, lostAt: 0 };
  receiver.client.on('connected', () => {
    socket.isUp = true;
    socket.wasUp = true;
    // A connection that was still opening when the bot stopped.
    if (state.isStopping) void receiver.client.disconnect().catch(() => {});
  });
  for (const event of ['close', 'disconnected']) {
    receiver.client.on(event, () => {
      if (socket.isUp) socket.lostAt = deps.clock.now();
      socket.isUp = false;
    });
  }
  keepTrying(socket, state, deps);
  return socket;
}

/**
 * The socket client gives up silently when a reconnection is refused. Every start of it therefore goes through here:
 * a failure is logged and tried again, at most twice a minute. Only a token that was refused from the beginning ends
 * it, with a `BotError`.
 */
function keepTrying(
  socket: Socket,
  state: { readonly isStopping: boolean },
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): void {
  const { client } = socket.receiver;
  const connect = client.start.bind(client);
  client.start = async () => {
    for (let pause = second; ; pause = Math.min(pause * 2, 30 * second)) {
      try {
        return await connect();
      } catch (error) {
        const failure = toDeliveryError(error);
        if (state.isStopping) throw error;
        if (!socket.wasUp && failure.isPermanent) throw refusedToken(failure.code);
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
