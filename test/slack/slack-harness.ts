// A real Slack side against the local stand-in, a real store in a temporary folder and platforms that a test holds in its hand.

import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { drawsFiles, type Renderer } from '../../src/charts/index.ts';
import { type Clock, hour, minute, systemClock } from '../../src/clock.ts';
import { startWorkspace, type Workspace } from '../../src/demo/workspace/workspace.ts';
import type { LogFields, Logger } from '../../src/logger.ts';
import type { MetricValues } from '../../src/metrics/catalog.ts';
import type { DailyStatistics } from '../../src/metrics/sample.ts';
import type { Platform } from '../../src/platforms/platform.ts';
import type { LiveValues } from '../../src/service-types.ts';
import type { SlackDeps } from '../../src/slack/context.ts';
import { createSlack, type Slack } from '../../src/slack/index.ts';
import type { Modal } from '../../src/slack/modals/modal.ts';
import { openStore } from '../../src/store/index.ts';
import type { Store } from '../../src/store/store.ts';
import { createTelemetry, type Telemetry } from '../../src/telemetry.ts';
import { addDays, localDate } from '../../src/time-zone.ts';
import { englishWording } from '../../src/wording.ts';
import { china } from '../support/sample-app.ts';
import { createSampleConfig } from '../support/sample-config.ts';

/** The manifest where whoever installed the app left out two of the optional scopes: people are counted, channels must be entered. */
export const manifest = readFileSync(resolve(import.meta.dirname, '../../manifest.yml'), 'utf8').replace(
  / +- (users:read|chat:write\.public)\n/g,
  '',
);

export const values: MetricValues = {
  'users.active': 412,
  'messages.sent': 2_467,
  'rooms.active': 12,
  'rooms.total': 358,
  'connections.peak': 1_893,
  'memory.free': 3_221_225_472,
  'memory.total': 8_589_934_592,
  'memory.free_ratio': 0.375,
};

/** An IMKit-like platform; `answer` is what it does when it is asked. */
export function imkit(
  clock: Clock,
  answer: () => Promise<MetricValues> = async () => values,
): Platform & { request(): number } {
  let count = 0;
  return {
    request: () => count,
    snapshot: async () => {
      count += 1;
      const given = await answer();
      const at = clock.now();
      return { polledAt: at, window: { from: at - hour, to: at }, values: given, notes: [] };
    },
  };
}

/** A JMessage-like platform with the same numbers on every day. */
export function jmessage(clock: Clock): Platform {
  const row = (date: string): DailyStatistics => ({
    date,
    zone: china.timezone,
    complete: date < localDate(clock.now(), china.timezone),
    values: {
      'users.active': 1_200,
      'users.new': 12,
      'messages.sent': 5_000,
      'messages.single': 3_000,
      'messages.group': 2_000,
    },
  });
  return {
    snapshot: async () => ({ polledAt: clock.now(), values: { 'users.active': 900 }, notes: [] }),
    daily: async (from, to) => {
      const days: DailyStatistics[] = [];
      for (let date = from; date <= to; date = addDays(date, 1)) days.push(row(date));
      return { days, notes: [] };
    },
    hours: async () => [],
  };
}

/** The smallest picture that is a PNG. */
const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

export const png: Renderer = { id: 'image', draw: async () => ({ kind: 'png', bytes: pixel }) };
export const words: Renderer = { id: 'text', draw: async ({ title }) => ({ kind: 'text', text: `${title}\n▁▂▃` }) };

export interface Line {
  readonly level: string;
  readonly message: string;
  readonly fields: LogFields;
}

export interface TestBot {
  readonly slack: Slack;
  readonly workspace: Workspace;
  readonly store: Store;
  /** Another configuration from the next question or click on, made of the present one. */
  apply(over: Partial<LiveValues>): Promise<void>;
  readonly log: readonly Line[];
  readonly telemetry: Telemetry;
  readonly channel: string;
  readonly person: string;
}

export type Changes = Partial<SlackDeps> & {
  /** The part of the configuration that may change. */
  readonly values?: Partial<LiveValues>;
  readonly mode?: 'http' | 'socket';
  readonly start?: 'no';
  readonly modals?: readonly Modal[];
};

/** Starts it all; what has to be undone is put on `undo`, to be run in reverse. */
export async function startBot(undo: (() => unknown)[], changes: Changes = {}): Promise<TestBot> {
  const { mode = 'http', start, modals, values: written, ...given } = changes;
  const clock = systemClock;
  // Slack signs with the time of the bot, on whatever clock that is.
  const slackClock = { now: () => (given.clock ?? clock).now(), after: clock.after };
  const workspace = await startWorkspace({ clock: slackClock, scopes: manifest, rateLimit: 'off' });
  undo.push(() => workspace.stop());
  const log: Line[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'imstats-slack-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  const store = await openStore(
    { kind: 'sqlite', path: join(folder, 'test.db') },
    { clock, logger: collect([]), owner: 'test' },
  );
  undo.push(() => store.close());
  const live = createSampleConfig(written);
  const plain = plainDeps({ clock, workspace, store, log, mode });
  const privateRenderers = (given.renderers ?? plain.renderers).filter((renderer) => !drawsFiles(renderer));
  const deps: SlackDeps = { ...plain, live, privateRenderers, ...given };
  const slack = createSlack(deps, modals);
  undo.push(() => slack.stop());
  if (start !== 'no') {
    await slack.start();
    if (mode === 'http') workspace.connectHttp(`http://127.0.0.1:${slack.port()}/slack/events`);
  }
  const channel = workspace.channels.find((one) => one.kind === 'public')?.id ?? '';
  const person = workspace.users.find((one) => one.role === 'member')?.id ?? '';
  const apply = (over: Partial<LiveValues>): Promise<void> => live.change(async (take) => take({ ...live, ...over }));
  return { slack, workspace, store, apply, log, telemetry: deps.telemetry, channel, person };
}

function plainDeps(parts: {
  clock: Clock;
  workspace: Workspace;
  store: Store;
  log: Line[];
  mode: 'http' | 'socket';
}): SlackDeps {
  const { clock, workspace, store, log, mode } = parts;
  const { tokens } = workspace;
  const slackReceiver = mode === 'http' ? { signingSecret: tokens.signingSecret } : { appToken: tokens.app };
  let ids = 0;
  return {
    slack: { botToken: tokens.bot, ...slackReceiver, port: 0, host: '127.0.0.1', apiUrl: workspace.apiUrl },
    platforms: new Map([
      ['prod', imkit(clock)],
      ['china', jmessage(clock)],
    ]),
    store,
    renderers: [png, words],
    privateRenderers: [words],
    wording: englishWording,
    digests: { schedules: [], now: async () => undefined, preview: async () => undefined, nextRuns: () => [] },
    problems: () => [],
    live: createSampleConfig(),
    clock,
    fetch: globalThis.fetch,
    newId: () => {
      ids += 1;
      return `id${ids}`;
    },
    logger: collect(log),
    telemetry: createTelemetry(),
    secrets: Object.values(tokens),
  };
}

function collect(log: Line[]): Logger {
  const add =
    (level: string) =>
    (message: string, fields: LogFields = {}) => {
      log.push({ level, message, fields });
    };
  return { debug: add('debug'), info: add('info'), warn: add('warn'), error: add('error') };
}

/** A day of polls, a quarter of an hour apart, so that there is something to draw and to compare with. */
export async function fillDay(store: Store, clock: Clock = systemClock): Promise<void> {
  const now = clock.now();
  await store.transaction(async (one) => {
    for (let at = now - 26 * hour; at < now; at += 15 * minute) {
      const wave = 1 + Math.sin(at / (4 * hour)) / 10;
      const peak = Math.round(1_500 * wave);
      await one.samples.record('prod', at, {
        ...values,
        'connections.peak': peak,
        'users.active': Math.round(380 * wave),
      });
    }
  });
}

/** A request as Slack signs it, an event as JSON; resolves with the status. */
export async function postSigned(bot: TestBot, body: string): Promise<number> {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const hmac = createHmac('sha256', bot.workspace.tokens.signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
  const headers = {
    'content-type': body.startsWith('{') ? 'application/json' : 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${hmac}`,
  };
  return (await fetch(`http://127.0.0.1:${bot.slack.port()}/slack/events`, { method: 'POST', headers, body })).status;
}

/** Runs what is to be undone, the last first. */
export async function undoAll(undo: (() => unknown)[]): Promise<void> {
  for (const one of undo.splice(0).reverse()) await one();
}
