// The receiver over HTTP: reads, verifies, hands on and answers each request of Slack, whatever it holds.
import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { parse as parseForm } from 'node:querystring';
import { type AckFn, type App, HTTPModuleFunctions, isRawBodyError, type Receiver } from '@slack/bolt';
import { z } from 'zod';
import { type Instant, minute, second, sleep } from '../clock.ts';
import { BotError, listenError } from '../errors.ts';
import {
  createUnreadable,
  type ReceiverDeps,
  type ReportUnreadable,
  type SlackConnection,
  type SlackReceiver,
} from './receiver.ts';

const endpoint = '/slack/events';
const bodyLimit = '256kb';
const limits = { requestTimeout: 10 * second, headersTimeout: 10 * second };

/** How far the time of a request may lie from ours, either way (https://docs.slack.dev/authentication/verifying-requests-from-slack/). */
const longestAge = 5 * minute;

/** Any JSON object, because Bolt takes it for granted that it gets one; and what is answered before Bolt. */
const Body = z.looseObject({ type: z.unknown().optional(), challenge: z.unknown().optional() });

type Body = z.infer<typeof Body>;

/** Raises `BotError` without a signing secret. */
export function createHttpReceiver(deps: ReceiverDeps): SlackReceiver {
  const { port, host } = deps.slack;
  if (deps.slack.signingSecret === undefined || deps.slack.signingSecret === '') {
    throw new BotError('Slack needs an app token or a signing secret.', {
      hint: 'Set slack.appToken for Socket Mode, or slack.signingSecret for HTTP.',
    });
  }
  const entrance: Entrance = {
    key: keyOf(deps.slack),
    now: () => deps.clock.now(),
    report: createUnreadable(deps),
    app: undefined,
  };
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
  /** Of the signing secret as it is now. */
  readonly key: () => KeyObject;
  readonly now: () => Instant;
  readonly report: ReportUnreadable;
  app: App | undefined;
}

/** A key is made once of each secret. */
function keyOf(connection: Pick<SlackConnection, 'signingSecret'>): () => KeyObject {
  let made: { readonly secret: string; readonly key: KeyObject } | undefined;
  return () => {
    const { signingSecret: secret = '' } = connection;
    if (made?.secret !== secret) made = { secret, key: createSecretKey(secret, 'utf8') };
    return made.key;
  };
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
  const { type, challenge } = read.body;
  if (type === 'url_verification' && typeof challenge === 'string') answerWith(response, 200, { challenge });
  else await handOn(entrance, read.body, response);
}

/** What a request holds, or the status that it is answered with; `why` where it cannot be read. */
type Read = { readonly body: Body } | { readonly status: number; readonly why?: string };

/** Bolt reads the bytes. It does not verify them: it would ask a clock of its own, and take as long as all else before the acknowledgement together. */
async function readRequest(entrance: Entrance, request: IncomingMessage): Promise<Read> {
  let text: string;
  try {
    const { rawBody } = await HTTPModuleFunctions.bufferIncomingMessage(request, bodyLimit);
    text = rawBody.toString();
  } catch (error) {
    if (isRawBodyError(error) && error.statusCode === 413) return { status: 413, why: 'too long' };
    return { status: 400, why: 'cut' };
  }
  const form = request.headers['content-type'] === formType ? parseForm(text) : undefined;
  // Slack asks so whether the address has a certificate; it does not sign that, so nothing else in it counts.
  if (form?.['ssl_check'] === '1') return { status: 200 };
  if (!isSigned(entrance, request, text)) return { status: 401, why: 'not signed by Slack' };
  const parsed = Body.safeParse(bodyOf(form, text));
  return parsed.success ? { body: parsed.data } : { status: 400, why: 'no JSON object' };
}

const formType = 'application/x-www-form-urlencoded';

/** A command is a form, a click or a modal JSON in a field of one, an event JSON; undefined where the JSON cannot be read. */
function bodyOf(form: ReturnType<typeof parseForm> | undefined, text: string): unknown {
  if (form !== undefined && typeof form['payload'] !== 'string') return form;
  try {
    return JSON.parse(typeof form?.['payload'] === 'string' ? form['payload'] : text);
  } catch {
    return undefined;
  }
}

/** By the signature and the time in the headers, as Slack describes it. */
function isSigned({ key, now }: Entrance, { headers }: IncomingMessage, text: string): boolean {
  const { 'x-slack-signature': signature, 'x-slack-request-timestamp': timestamp } = headers;
  if (typeof signature !== 'string' || typeof timestamp !== 'string' || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(now() - Number(timestamp) * second) > longestAge) return false;
  const expected = Buffer.from(`v0=${createHmac('sha256', key()).update(`v0:${timestamp}:${text}`).digest('hex')}`);
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** The listener acknowledges before Bolt is done with a request: what is not answered then, nobody will answer. */
async function handOn({ app, report }: Entrance, body: Body, response: ServerResponse): Promise<void> {
  const ack: AckFn<unknown> = async (message) => answerWith(response, 200, message);
  try {
    await app?.processEvent({ body, ack });
    if (response.headersSent) return;
    report('http', 'of no known kind');
  } catch (error) {
    report('http', error instanceof Error ? error : 'failed');
  }
  answerWith(response, 400);
}

/** Answers once, with a JSON body where one is given. */
function answerWith(response: ServerResponse, status: number, body?: unknown): void {
  if (response.headersSent) return;
  const text = body === undefined || body === '' ? '' : JSON.stringify(body);
  const type = text === '' ? {} : { 'content-type': 'application/json' };
  response.writeHead(status, { ...type, 'content-length': Buffer.byteLength(text) }).end(text);
}
