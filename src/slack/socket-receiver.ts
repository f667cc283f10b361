// Slack over Socket Mode: two connections, each kept open until the bot stops; only frames that can be read reach the client.
import { SocketModeReceiver } from '@slack/bolt';
import { z } from 'zod';
import { type Duration, type Instant, minute, second, sleep, withTimeout } from '../clock.ts';
import { boltLogger, webClientOptions } from './client.ts';
import { toDeliveryError } from './errors.ts';
import { createUnreadable, type ReceiverDeps, type ReportUnreadable, type SlackReceiver } from './receiver.ts';
import { refusedAppToken } from './take-tokens.ts';

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

/** What the connections share. */
interface SocketDeps extends ReceiverDeps {
  readonly stopping: AbortController;
  readonly report: ReportUnreadable;
}

/** Two connections, because one is closed at each of Slack's refreshes; Slack sends each payload to one of them. */
export function createSocketReceiver(deps: ReceiverDeps, appToken: string): SlackReceiver {
  const stopping = new AbortController();
  const shared = { ...deps, stopping, report: createUnreadable(deps) };
  const first = createSocket(shared, appToken);
  const other = createSocket(shared, appToken);
  const sockets = [first, other];
  return {
    receiver: first.receiver,
    attach: (app) => other.receiver.init(app),
    start: async () => {
      const firstUp = Promise.any(sockets.map((socket) => keepConnected(socket, shared)));
      await Promise.race([firstUp, sleep(deps.clock, 10 * second)]).catch(throwFirst);
    },
    stop: async () => {
      stopping.abort();
      const ended = sockets.map((socket) => socket.receiver.client.disconnect().catch(() => {}));
      await Promise.race([Promise.all(ended), sleep(deps.clock, 3 * second)]);
    },
    hears: () => sockets.some((socket) => socket.isUp || (socket.wasUp && deps.clock.now() - socket.lostAt < minute)),
    port: () => undefined,
  };
}

function createSocket(deps: SocketDeps, appToken: string): Socket {
  const { clock, logger, secrets, report, stopping } = deps;
  const receiver = new SocketModeReceiver({
    appToken,
    ...(deps.socketDispatcher === undefined ? {} : { dispatcher: deps.socketDispatcher }),
    logger: boltLogger(logger, secrets),
    // Its own reconnection leaves a failure of the second try to nobody, which ends the process.
    autoReconnectEnabled: false,
    installerOptions: {
      clientOptions: webClientOptions({ apiUrl: deps.slack.apiUrl, fetch: deps.fetch, logger, secrets }),
    },
    processEventErrorHandler: async ({ error }) => {
      report('socket', error);
      return false;
    },
  });
  const socket: Socket = { receiver, isUp: false, wasUp: false, lostAt: 0 };
  receiver.client.on('connected', () => {
    socket.isUp = true;
    socket.wasUp = true;
    // A connection that was still opening when the bot stopped.
    if (stopping.signal.aborted) void receiver.client.disconnect().catch(() => {});
  });
  for (const event of ['close', 'disconnected']) {
    receiver.client.on(event, () => {
      if (socket.isUp) socket.lostAt = clock.now();
      socket.isUp = false;
    });
  }
  readFrames(receiver.client, report);
  return socket;
}

const longestFrame = 1 << 20;

/** What Slack sends of its own: that the connection stands, and that it is about to end. */
const Notice = z.object({ type: z.enum(['hello', 'disconnect']) });

const Envelope = z.object({
  type: z.enum(['slash_commands', 'interactive']),
  payload: z.record(z.string(), z.unknown()),
});

/** What the client emits of itself; it emits an event of Slack's under the event's own name beside these. */
const ownEvents: ReadonlySet<string> = new Set([
  ...['connecting', 'connected', 'authenticated', 'disconnecting', 'disconnected', 'reconnecting'],
  ...['close', 'error', 'ws_message', 'outgoing_message', 'slack_event'],
]);

const EventEnvelope = z.object({
  type: z.literal('events_api'),
  payload: z.looseObject({ event: z.looseObject({ type: z.string().refine((type) => !ownEvents.has(type)) }) }),
});

const Frame = z.union([
  Notice,
  Envelope.extend({ envelope_id: z.string() }),
  EventEnvelope.extend({ envelope_id: z.string() }),
]);

/** Only frames that can be read reach the client: it takes for granted that they are what they must be. */
function readFrames(client: SocketModeReceiver['client'], report: ReportUnreadable): void {
  const readers = client.listeners('ws_message');
  client.removeAllListeners('ws_message');
  client.on('ws_message', (data: unknown, isBinary: boolean) => {
    const why = whyUnreadable(data);
    if (why !== undefined) {
      report('socket', why);
      return;
    }
    for (const read of readers) {
      Promise.resolve(read(data, isBinary)).catch((error: unknown) => {
        report('socket', error instanceof Error ? error : 'failed');
      });
    }
  });
}

/** Undefined for a frame that can be read. */
function whyUnreadable(data: unknown): string | undefined {
  if (typeof data !== 'string') return 'not text';
  if (data.length > longestFrame) return 'too long';
  try {
    return Frame.safeParse(JSON.parse(data)).success ? undefined : 'of no known shape';
  } catch {
    return 'not JSON';
  }
}

/** The time that Slack has to greet on a new connection. */
const helloTimeout: Duration = 30 * second;

/**
 * Opens the connection and opens it again whenever it ends, until the bot stops: a failure is logged and tried again, at most
 * twice a minute. Resolves when it is open for the first time; rejects with `BotError` when Slack refuses the token before that.
 */
function keepConnected(socket: Socket, deps: SocketDeps): Promise<void> {
  const { promise: opened, resolve, reject } = Promise.withResolvers<void>();
  const { signal } = deps.stopping;
  const keep = async (): Promise<void> => {
    for (let failures = 0; !signal.aborted; ) {
      const begun = deps.clock.now();
      const asked = await connect(socket, deps, resolve);
      // One that stood for a while has ended as connections do.
      failures = deps.clock.now() - begun > minute ? 0 : failures + 1;
      const pause = Math.min(2 ** failures * 500, 30 * second);
      await sleep(deps.clock, Math.max(pause, asked), signal);
    }
  };
  keep().catch(reject);
  return opened;
}

/** Resolves when a connection has ended or could not be opened, with how long Slack wants to be left alone. */
async function connect(socket: Socket, deps: SocketDeps, opened: () => void): Promise<Duration> {
  const { clock, logger, stopping } = deps;
  const { client } = socket.receiver;
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  client.once('disconnected', () => end());
  try {
    const late = (): Error => new Error('no hello in time');
    await withTimeout(clock, { after: helloTimeout, late }, () => client.start());
  } catch (error) {
    if (stopping.signal.aborted) return 0;
    const { isPermanent, code, message, retryAfterMs = 0 } = toDeliveryError(error);
    if (!socket.wasUp && isPermanent) throw refusedAppToken(code);
    logger.error('Socket Mode connection failed', { code, reason: message });
    await Promise.race([client.disconnect(), sleep(clock, second)]);
    return retryAfterMs;
  }
  opened();
  await ended;
  return 0;
}
