// The real Slack clients against the stand-in: a Bolt app over Socket Mode or HTTP, and a bare WebClient.
import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver, LogLevel, SocketModeReceiver, webApi } from '@slack/bolt';
import type { Workspace } from '../../../src/demo/workspace/workspace.ts';

export const allScopes = [
  'app_mentions:read',
  'channels:history',
  'channels:read',
  'chat:write',
  'commands',
  'files:write',
  'groups:history',
  'groups:read',
  'im:history',
  'im:write',
  'usergroups:read',
  'users:read',
];

const quiet = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  setName() {},
  getLevel: () => LogLevel.ERROR,
};

const postOptions = (workspace: Workspace) => ({
  slackApiUrl: workspace.apiUrl,
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
  logger: quiet,
});

export interface RunningBot {
  readonly app: App;
  stop(): Promise<void>;
}

export function createClient(workspace: Workspace, token = workspace.tokens.bot) {
  return new webApi.WebClient(token, postOptions(workspace));
}

/** One app with that many Socket Mode receivers, connected. */
export async function connectSockets(workspace: Workspace, count = 1): Promise<RunningBot> {
  const receivers = Array.from({ length: count }, () => {
    const clientOptions = { slackApiUrl: workspace.apiUrl, retryConfig: { retries: 0 } };
    return new SocketModeReceiver({
      appToken: workspace.tokens.app,
      logger: quiet,
      clientPingTimeout: 200,
      installerOptions: { clientOptions },
    });
  });
  const [first, ...rest] = receivers;
  if (first === undefined) throw new Error('at least one receiver');
  const app = new App({
    token: workspace.tokens.bot,
    receiver: first,
    logger: quiet,
    convoStore: false,
    deferInitialization: true,
    clientOptions: postOptions(workspace),
  });
  for (const receiver of rest) receiver.init(app);
  await app.init();
  await Promise.all([app.start(), ...rest.map((receiver) => receiver.start())]);
  return { app, stop: async () => void (await Promise.all(receivers.map((receiver) => receiver.client.disconnect()))) };
}

/** An app behind Bolt's HTTP receiver, told to the workspace. */
export async function connectHttp(
  workspace: Workspace,
  signingSecret = workspace.tokens.signingSecret,
): Promise<RunningBot> {
  const receiver = new HTTPReceiver({ signingSecret, logger: quiet, unhandledRequestTimeoutMillis: 3001 });
  const app = new App({
    token: workspace.tokens.bot,
    receiver,
    logger: quiet,
    convoStore: false,
    deferInitialization: true,
    clientOptions: postOptions(workspace),
  });
  await app.init();
  const server = await app.start({ port: 0, host: '127.0.0.1' });
  // A listening TCP server has an address of this shape.
  workspace.connectHttp(`http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`);
  return { app, stop: async () => void (await app.stop()) };
}

/** The error code that a call ends with, or `ok`. */
export async function errorOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'ok';
  } catch (error) {
    // A rejected call of Slack's client carries the answer in `data`.
    return (error as { data?: { error?: string } }).data?.error ?? String(error);
  }
}

export interface RawCall {
  readonly token?: string;
  readonly json?: unknown;
  readonly form?: Record<string, string>;
}

/** A call without Slack's client, to say what that would not. */
export async function callRaw(workspace: Workspace, method: string, call: RawCall) {
  const headers: Record<string, string> = call.json === undefined ? {} : { 'content-type': 'application/json' };
  if (call.token !== undefined) headers['authorization'] = `Bearer ${call.token}`;
  const body = call.json === undefined ? new URLSearchParams(call.form ?? {}) : JSON.stringify(call.json);
  const response = await fetch(`${workspace.apiUrl}${method}`, { method: 'POST', headers, body });
  // Every answer of the Web API is an object.
  const answer = (await response.json()) as Record<string, unknown>;
  return { status: response.status, headers: response.headers, body: answer };
}
