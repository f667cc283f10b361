// How Slack reaches the bot: what a receiver is, and the one over HTTP, which reads, hands on and answers each request whatever it holds.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type App, HTTPModuleFunctions, HTTPResponseAck, isRawBodyError, type Receiver } from '@slack/bolt';
import { z } from 'zod';
import { type Clock, type Instant, minute, second, sleep } from '../clock.ts';
import { BotError, listenError } from '../errors.ts';
import { errorFields, type Logger } from '../logger.ts';
import type { SocketDispatcher } from '../network.ts';
import type { Telemetry } from '../telemetry.ts';
import { boltLogger } from './client.ts';

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

const endpoint = '/slack/events';
const bodyLimit = '256kb';
const limits = { requestTimeout: 10 * second, headersTimeout: 10 * second };

/** Any JSON object; Bolt takes it for granted that it gets one. */
const Body = z.record(z.string(), z.unknown());

const UrlVerification = z.object({ type: z.literal('url_verification'), challenge: z.string() });

/** Raises `BotError` without a signing secret. */
export function createHttpReceiver(deps: ReceiverDeps): SlackReceiver {
  const { signingSecret, port, host } = deps.slack;
  if (signingSecret === undefined || signingSecret === '') {
    throw new BotError('Slack needs an app token or a signing secret.', {
      hint: 'Set slack.appToken for Socket Mode, or slack.signingSecret for HTTP.',
    });
  }
  const entrance: Entrance = { deps, signingSecret, report: createUnreadable(deps), app: undefined };
  const server = createServer(limits, (request, response) => {
    receive(entrance, request, response).catch((error: unknown) => {
      entrance.report('http', error instanceof Error ? error : 'failed');
      answerWith(response, 500);
    });
  });
  return {
    receiver: receiverOf(entrance),
    attach: () => {},
    start: async () => {
      await listen(server, host === undefined ? { port } : { port, host }).catch((error: unknown) => {
        throw listenError(error, port, 'slack.port');
      });
    },
    stop: async () => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      await Promise.race([closed, sleep(deps.clock, 3 * second)]);
      server.closeAllConnections();
    },
    hears: () => server.listening,
    port: () => {
      const address = server.address();
      return typeof address === 'object' ? address?.port : undefined;
    },
  };
}

interface Entrance {
  readonly deps: ReceiverDeps;
  readonly signingSecret: string;
  readonly report: ReportUnreadable;
  app: App | undefined;
}

/** What Bolt asks of a receiver. The server is started and stopped by the Slack side itself. */
function receiverOf(entrance: Entrance): Receiver {
  return {
    init: (app) => {
      entrance.app = app;
    },
    start: async () => {},
    stop: async () => {},
  };
}

function listen(server: Server, place: { readonly port: number; readonly host?: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(place, () => {
      server.off('error', reject);
      server.on('error', () => {}); // such as too many open files, for one connection; the others go on
      resolve();
    });
  });
}

/** Answers one request. Rejects only for what nobody has thought of. */
async function receive(entrance: Entrance, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'POST' || request.url?.split('?')[0] !== endpoint) {
    answerWith(response, 404);
    return;
  }
  const read = await readRequest(entrance, request);
  if ('status' in read) {
    if (read.why !== undefined) entrance.report('http', read.why);
    answerWith(response, read.status);
    return;
  }
  const { body } = read;
  const verification = UrlVerification.safeParse(body);
  if (verification.success) HTTPModuleFunctions.buildUrlVerificationResponse(response, verification.data);
  else await handOn(entrance, { request, response, body });
}

/** What a request holds, or the status that it is answered with; `why` where it cannot be read. */
type Read = { readonly body: z.infer<typeof Body> } | { readonly status: number; readonly why?: string };

async function readRequest({ signingSecret }: Entrance, request: IncomingMessage): Promise<Read> {
  let body: unknown;
  let isSigned = false;
  try {
    const whole = await HTTPModuleFunctions.parseAndVerifyHTTPRequest({ signingSecret, bodyLimit }, request);
    isSigned = true;
    body = HTTPModuleFunctions.parseHTTPRequestBody(whole);
  } catch (error) {
    if (isRawBodyError(error) && error.statusCode === 413) return { status: 413, why: 'too long' };
    return isSigned ? { status: 400, why: 'not JSON' } : { status: 401, why: 'not signed by Slack, or cut' };
  }
  const parsed = Body.safeParse(body);
  if (!parsed.success) return { status: 400, why: 'no object' };
  // Slack asks so whether the address has a certificate; it does not sign that.
  return parsed.data['ssl_check'] === '1' ? { status: 200 } : { body: parsed.data };
}

interface Request {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: z.infer<typeof Body>;
}

/** The listener acknowledges before Bolt is done with a request: what is not answered then, nobody will answer. */
async function handOn({ app, deps, report }: Entrance, { request, response, body }: Request): Promise<void> {
  const acknowledgement = new HTTPResponseAck({
    logger: boltLogger(deps.logger, deps.secrets),
    processBeforeResponse: false,
    unhandledRequestHandler: () => answerWith(response, 404),
    httpRequest: request,
    httpRequestBody: body,
    httpResponse: response,
  });
  try {
    await app?.processEvent({ body, ack: acknowledgement.bind() });
    if (response.headersSent) return;
    report('http', 'of no known kind');
  } catch (error) {
    report('http', error instanceof Error ? error : 'failed');
  }
  acknowledgement.ack();
  answerWith(response, 400);
}

/** An answer without a body, unless one was given already. */
function answerWith(response: ServerResponse, status: number): void {
  if (!response.headersSent) response.writeHead(status);
  if (!response.writableEnded) response.end();
}
