// Sends commands, interactions and events to the bot by signed HTTP or Socket Mode, and waits 3 s for the acknowledgement.
import { createHmac } from 'node:crypto';
import { type IncomingMessage, request } from 'node:http';
import { second } from '../../clock.ts';
import type { Envelope, SocketModeServer } from './socket-mode.ts';
import { later, type State } from './state.ts';
import type { Acknowledgement } from './workspace-types.ts';

const acknowledgeTimeout = 3 * second;

/** The bot's response. `body` is the content of the acknowledgement: text, fields, or undefined. */
export interface BotResponse {
  readonly acknowledged: Acknowledgement;
  readonly status: number | undefined;
  readonly body: unknown;
  /** The bot asked for no retry (`x-slack-no-retry`). */
  readonly noRetry: boolean;
}

export interface EventSender {
  send(envelope: Envelope): Promise<BotResponse>;
  connectHttp(url: string): void;
}

const failed: BotResponse = { acknowledged: 'dispatch_failed', status: undefined, body: undefined, noRetry: false };

export function createEventSender(state: State, sockets: SocketModeServer): EventSender {
  let address: string | undefined;
  return {
    connectHttp: (url) => {
      address = url;
    },
    send: (envelope) => {
      const answer = address === undefined ? bySocket(sockets, envelope) : byHttp(state, address, envelope);
      return withAcknowledgeTimeout(state, answer);
    },
  };
}

/** The `x-slack-signature` of a body, for a timestamp in seconds. */
export function sign(secret: string, timestamp: number, body: string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
}

async function bySocket(sockets: SocketModeServer, envelope: Envelope): Promise<BotResponse> {
  const answer = await sockets.send(envelope);
  if (answer === undefined || answer === 'closed') return failed;
  return { acknowledged: 'in time', status: undefined, body: answer.payload, noRetry: false };
}

function byHttp(state: State, address: string, envelope: Envelope): Promise<BotResponse> {
  const { body, contentType } = encode(envelope);
  const timestamp = Math.floor(state.clock.now() / second);
  const headers: Record<string, string> = {
    'content-type': contentType,
    'content-length': String(Buffer.byteLength(body)),
    'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
    'x-slack-request-timestamp': String(timestamp),
    'x-slack-signature': sign(state.tokens.signingSecret, timestamp, body),
  };
  if (envelope.retry !== undefined) {
    headers['x-slack-retry-num'] = String(envelope.retry.attempt);
    headers['x-slack-retry-reason'] = envelope.retry.reason;
  }
  return new Promise((resolve) => {
    const { signal } = state.stopping;
    const sent = request(address, { method: 'POST', headers, signal }, (response) => {
      readResponse(response).then(resolve, () => resolve(failed));
    });
    sent.on('error', () => resolve(failed));
    sent.end(body);
  });
}

function encode(envelope: Envelope): { body: string; contentType: string } {
  const form = 'application/x-www-form-urlencoded';
  if (envelope.type === 'events_api')
    return { body: JSON.stringify(envelope.payload), contentType: 'application/json' };
  if (envelope.type === 'interactive') {
    return { body: new URLSearchParams({ payload: JSON.stringify(envelope.payload) }).toString(), contentType: form };
  }
  const fields = Object.entries(envelope.payload).map(([key, value]): [string, string] => [key, String(value)]);
  return { body: new URLSearchParams(fields).toString(), contentType: form };
}

async function readResponse(response: IncomingMessage): Promise<BotResponse> {
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(Buffer.from(part));
  const text = Buffer.concat(parts).toString();
  const status = response.statusCode ?? 0;
  const noRetry = response.headers['x-slack-no-retry'] === '1';
  if (status < 200 || status > 299) return { ...failed, status, noRetry };
  return { acknowledged: 'in time', status, body: text === '' ? undefined : parsed(text), noRetry };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function withAcknowledgeTimeout(state: State, answer: Promise<BotResponse>): Promise<BotResponse> {
  return new Promise((resolve) => {
    const cancel = later(state, acknowledgeTimeout, () => resolve({ ...failed, acknowledged: 'operation_timeout' }));
    const abandon = (): void => resolve(failed);
    const { signal } = state.stopping;
    signal.addEventListener('abort', abandon, { once: true });
    answer.then((value) => {
      cancel();
      signal.removeEventListener('abort', abandon);
      resolve(value);
    }, abandon);
  });
}
