// The whole bot on a copy of the witness store, shortly after the moment at which it was made.
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bot, createBot } from '../../src/bot.ts';
import { second } from '../../src/clock.ts';
import { loadConfig } from '../../src/config/load.ts';
import { startSamplePlatforms } from '../../src/demo/platforms/sample-platforms.ts';
import { startWorkspace } from '../../src/demo/workspace/workspace.ts';
import { silentLogger } from '../../src/logger.ts';
import { openStore } from '../../src/store/index.ts';
import { watchFetch } from '../faults/watched-fetch.ts';
import { manifest } from '../slack/slack-harness.ts';
import { startChartChild } from '../support/chart-child.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { packageRoot } from '../support/package-root.ts';
import { readFacts, type Subjects } from './witness-facts.ts';
import { startWitnessPlatform, type WitnessNumbers } from './witness-platform.ts';

const fixtures = join(import.meta.dirname, 'fixtures');

/** `witness.json`: what the store holds, whom to ask for it, and what the platforms answered last. */
export interface Witness {
  readonly subjects: Subjects;
  readonly numbers: Readonly<Record<string, WitnessNumbers>>;
  /** Keys of rows that were being sent when the process ended. */
  readonly leased: readonly string[];
  readonly sent: readonly { readonly key: string; readonly stream: string }[];
  readonly facts: Facts;
}

export interface Facts {
  readonly alerts: Readonly<Record<string, Fact>>;
  readonly incidents: Readonly<Record<string, Fact>>;
  readonly outbox: {
    readonly rows: Readonly<Record<string, Fact>>;
    readonly dead: readonly Fact[];
    readonly status: { readonly depth: number };
  };
  readonly digestRuns: Readonly<Record<string, readonly Fact[]>>;
}

export type Fact = Readonly<Record<string, unknown>>;

export const witness: Witness = JSON.parse(readFileSync(join(fixtures, 'witness.json'), 'utf8'));

/** A folder with a copy of the store and its configuration. */
export function copyWitness(): { readonly folder: string; readonly file: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'imstats-witness-'));
  const file = join(folder, 'witness.db');
  copyFileSync(join(fixtures, 'witness.db'), file);
  return { folder, file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Opens the store as the bot does, and closes it again. */
export async function readStore(file: string, now: number): Promise<Facts> {
  const clock = createFakeClock(now);
  const store = await openStore({ kind: 'sqlite', path: file }, { clock, logger: silentLogger, owner: 'reader' });
  try {
    return (await readFacts(store, witness.subjects)) as Facts; // its parts are those of witness.json
  } finally {
    await store.close();
  }
}

export interface Run {
  readonly clock: FakeClock;
  readonly numbers: Map<string, WitnessNumbers>;
}

export interface RunOptions {
  /** Whether Slack and the pager take what is sent; where not, nothing of them answers. */
  readonly slack: 'up' | 'down';
  /** Changes the text of the configuration. */
  readonly rewrite?: (text: string) => string;
}

/** Starts the bot, lets `work` move its clock, stops it, and reads what is then in the store. */
export async function runWitness(options: RunOptions, work: (run: Run) => Promise<void>): Promise<Facts> {
  const undo: (() => unknown)[] = [];
  try {
    const { folder, file, remove } = copyWitness();
    undo.push(remove);
    const network = watchFetch();
    const clock = createFakeClock(witness.subjects.now + 10 * second, network.settled);
    const platform = await startWitnessPlatform(Object.entries(witness.numbers));
    undo.push(platform.stop);
    const environment = await startSurroundings({ clock, undo, ...options });
    const text = readFileSync(join(fixtures, 'witness.yml'), 'utf8');
    writeFileSync(join(folder, 'imstats.yml'), (options.rewrite ?? String)(text));
    const config = loadConfig({ folder, environment: { ...environment, IMKIT_URL: platform.url } });
    let ids = 0;
    const newId = (): string => `id${++ids}`;
    const bot = await createBot(config, {
      clock,
      fetch: network.fetch,
      logger: silentLogger,
      random: () => 0.5,
      newId,
      root: packageRoot,
      startChartChild,
    });
    await workWith(bot, clock, () => work({ clock, numbers: platform.numbers }));
    return await readStore(file, clock.now());
  } finally {
    for (const one of undo.reverse()) await one();
  }
}

async function workWith(bot: Bot, clock: FakeClock, work: () => Promise<void>): Promise<void> {
  try {
    await meanwhile(clock, bot.start());
    await work();
  } finally {
    await meanwhile(clock, bot.stop());
  }
}

/** Waits for work that waits on our clock, which must therefore not stand still. */
async function meanwhile(clock: FakeClock, work: Promise<void>): Promise<void> {
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  while (!isDone) await Promise.race([done, clock.advance(10)]);
  await done;
}

interface Surroundings extends RunOptions {
  readonly clock: FakeClock;
  readonly undo: (() => unknown)[];
}

/** Slack, JMessage and the pager; resolves with what the configuration takes from its environment. */
async function startSurroundings({ clock, undo, slack }: Surroundings): Promise<Record<string, string>> {
  const workspace = await startWorkspace({ clock, scopes: manifest });
  undo.push(() => workspace.stop());
  const like = workspace.channels.find(({ id }) => id === 'C0OPS');
  if (like !== undefined) workspace.addChannel({ ...like, id: 'C0SLIDE', name: 'slide' });
  if (slack === 'down') workspace.down();
  const samples = await startSamplePlatforms({ clock });
  undo.push(() => samples.stop());
  const pager = createServer((request, response) => {
    request.resume();
    response.writeHead(slack === 'up' ? 202 : 429, { 'content-type': 'application/json' });
    response.end('{"status":"success"}');
  });
  await new Promise<void>((resolve) => pager.listen(0, '127.0.0.1', () => resolve()));
  undo.push(() => pager.close());
  const { port } = pager.address() as AddressInfo; // listening on a port, so it is no pipe
  return {
    SLACK_BOT_TOKEN: workspace.tokens.bot,
    SLACK_SIGNING_SECRET: workspace.tokens.signingSecret,
    SLACK_API_URL: workspace.apiUrl,
    IM_API_KEY: 'im_0123456789abcdef0123456789abcdef',
    JMESSAGE_URL: samples.jmessage.url,
    JMESSAGE_APP_KEY: samples.jmessage.appKey,
    JMESSAGE_MASTER_SECRET: samples.jmessage.masterSecret,
    PAGERDUTY_KEY: 'R0123456789ABCDEF0123456789ABCDE',
    PAGERDUTY_URL: `http://127.0.0.1:${port}`,
  };
}
