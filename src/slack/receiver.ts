// How Slack reaches the bot: what a receiver is, and how what it cannot read is counted and told.
import type { App, Receiver } from '@slack/bolt';
import { type Clock, type Instant, minute } from '../clock.ts';
import { errorFields, type Logger } from '../logger.ts';
import type { SocketDispatcher } from '../network.ts';
import type { Telemetry } from '../telemetry.ts';

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
  /** What sockets are opened through; undefined where they go directly. */
  readonly socketDispatcher?: SocketDispatcher | undefined;
  readonly logger: Logger;
  /** Never logged. */
  readonly secrets: readonly string[];
  readonly telemetry: Pick<Telemetry, 'unreadable'>;
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

/** The way that something came: over HTTP, as a frame of a socket, or as a payload that Bolt has passed on. */
type Way = 'http' | 'socket' | 'payload';

/** Takes note of what cannot be read: counts it, and logs it at most once a minute for each way. `why` is a constant or an error; of an error only the kind and the place in the code are logged. */
export type ReportUnreadable = (way: Way, why: string | Error) => void;

interface Quiet {
  until: Instant;
  /** How many came since the last line. */
  unsaid: number;
}

export function createUnreadable(deps: {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Pick<Telemetry, 'unreadable'>;
}): ReportUnreadable {
  const quiet = new Map<Way, Quiet>();
  return (way, why) => {
    deps.telemetry.unreadable.inc({ entrance: way });
    const known = quiet.get(way) ?? { until: 0, unsaid: 0 };
    quiet.set(way, known);
    const now = deps.clock.now();
    if (now < known.until) {
      known.unsaid += 1;
      return;
    }
    deps.logger.warn('What Slack sent could not be read', { entrance: way, ...wordsOf(why), more: known.unsaid });
    quiet.set(way, { until: now + minute, unsaid: 0 });
  };
}

/** The message of an error may repeat what was sent, so it is left out. */
function wordsOf(why: string | Error): Readonly<Record<string, string>> {
  if (typeof why === 'string') return { reason: why };
  const { stack } = errorFields(why);
  return { reason: why.name, ...(typeof stack === 'string' ? { stack } : {}) };
}
