// The whole bot between a strict local Slack and a sample platform, over real sockets and a real SQLite file, on a clock that a test moves.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Bot, createBot } from '../../src/bot.ts';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { AppliedConfig } from '../../src/config/take-config.ts';
import { type SamplePlatforms, startSamplePlatforms } from '../../src/demo/platforms/sample-platforms.ts';
import { startWorkspace, type Workspace } from '../../src/demo/workspace/workspace.ts';
import { createLogger, type HidingLogger, silentLogger } from '../../src/logger.ts';
import { arrivalWindow } from '../../src/slack/command/admission.ts';
import { manifest } from '../slack/slack-harness.ts';
import { type WatchedCharts, watchCharts } from '../support/chart-child.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { packageRoot } from '../support/package-root.ts';
import { configuration, places, type Written } from './configuration.ts';
import { type WatchedFetch, watchFetch } from './watched-fetch.ts';

export type Line = Readonly<Record<string, unknown>> & { readonly level: number; readonly msg: string };

export interface WholeBot {
  readonly workspace: Workspace;
  readonly platforms: SamplePlatforms;
  readonly clock: FakeClock;
  readonly network: WatchedFetch;
  /** Everything that was logged since the first start. */
  readonly log: readonly Line[];
  /** The bot that runs now. */
  bot(): Bot;
  /** Starts a bot, by another configuration where one is given. */
  start(written?: Written): Promise<void>;
  stop(): Promise<void>;
  /** Gives the running bot another configuration. */
  apply(written: Written): Promise<AppliedConfig>;
  /** What the running bot logs with. */
  logger(): HidingLogger;
  /** Moves the clock; everything that happens on the way has happened afterwards. */
  advance(ms: number): Promise<void>;
  /** Moves the clock until the probe says yes, a second at a time; fails after `most`. */
  reach(probe: () => unknown, most: number, what: string): Promise<void>;
  /** Free memory of the platform from now on; undefined is plenty. */
  memory(ratio: number | undefined): void;
  /** The file of the store. */
  readonly file: string;
  /** Rows of the store's file, read beside the bot. */
  rows(sql: string): Record<string, unknown>[];
  /** Writes into the store's file, beside the bot. */
  write(sql: string): void;
  /** What `/imstats WORDS` answers, as lines. */
  ask(words: string): Promise<string>;
  /** The text and status of a path of the health server. */
  health(path: string): Promise<{ readonly status: number; readonly text: string }>;
}

/** Half past eight in Taipei, half an hour before the digest. */
export const morning = '2026-04-14T08:30:00+08:00';

export interface WholeOptions extends Written {
  readonly at?: string;
  /** How far Slack's clock is ahead of ours, ms. */
  readonly slackAhead?: number;
  /** The addresses of the platforms, where they are others than the samples. */
  readonly imkitUrl?: string;
  readonly jmessageUrl?: string;
  /** The manifest that was installed; by default one that may not ask for names. */
  readonly scopes?: string;
}

/** Starts it all for `work`, and ends it all however that went. */
export async function withWholeBot(options: WholeOptions, work: (whole: WholeBot) => Promise<void>): Promise<void> {
  const undo: (() => unknown)[] = [];
  try {
    await work(await startWholeBot(undo, options));
  } finally {
    for (const one of undo.reverse()) await one();
  }
}

async function startWholeBot(undo: (() => unknown)[], options: WholeOptions): Promise<WholeBot> {
  const network = watchFetch();
  const charts = watchCharts();
  const clock = createFakeClock(options.at ?? morning, async () => {
    await network.settled();
    await charts.settled();
    await network.settled(); // what became of the pictures
  });
  const slackClock = { now: () => clock.now() + (options.slackAhead ?? 0), after: clock.after };
  const workspace = await startWorkspace({ clock: slackClock, scopes: options.scopes ?? manifest });
  undo.push(() => workspace.stop());
  const platforms = await startSamplePlatforms({ clock });
  undo.push(() => platforms.stop());
  const folder = mkdtempSync(join(tmpdir(), 'imstats-faults-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  const { imkitUrl, jmessageUrl } = options;
  const environment = {
    ...environmentOf({ workspace, platforms }),
    ...(imkitUrl === undefined ? {} : { IMKIT_URL: imkitUrl }),
    ...(jmessageUrl === undefined ? {} : { JMESSAGE_URL: jmessageUrl }),
  };
  const whole = assemble({ network, charts, clock, workspace, platforms, folder, environment });
  undo.push(() => whole.stop());
  whole.memory(undefined);
  await whole.start(options);
  return whole;
}

interface Parts {
  readonly network: WatchedFetch;
  readonly charts: WatchedCharts;
  readonly clock: FakeClock;
  readonly workspace: Workspace;
  readonly platforms: SamplePlatforms;
  readonly folder: string;
  readonly environment: Record<string, string>;
}

function assemble(parts: Parts): WholeBot {
  const { network, clock, workspace, platforms, folder } = parts;
  const log: Line[] = [];
  const file = join(folder, 'imstats.db');
  let running: Bot | undefined;
  let logger: HidingLogger = silentLogger;
  let starts = 0;
  const bot = (): Bot => {
    if (running === undefined) throw new Error('no bot runs');
    return running;
  };
  const whole: WholeBot = {
    workspace,
    platforms,
    clock,
    network,
    log,
    bot,
    logger: () => logger,
    apply: async (written) => {
      const applied = bot().apply(read(parts, written));
      await meanwhile(
        clock,
        applied.then(() => {}),
      );
      return applied;
    },
    start: async (written) => {
      starts += 1;
      const name = `bot${starts}`;
      const config = read(parts, written);
      const write = (line: string): void => void log.push({ process: name, ...JSON.parse(line) });
      logger = createLogger({ level: 'info', secrets: config.secrets, write });
      const started = await build(parts, config, logger);
      running = started;
      await meanwhile(clock, started.start());
      workspace.connectHttp(`http://127.0.0.1:${started.ports().slack}/slack/events`);
      await clock.advance(100);
    },
    stop: async () => {
      const ending = running;
      running = undefined;
      if (ending === undefined) return;
      await meanwhile(clock, ending.stop());
    },
    advance: (ms) => clock.advance(ms),
    reach: async (probe, most, what) => {
      for (let waited = 0; waited < most; waited += 1_000) {
        if (probe()) return;
        await clock.advance(1_000);
      }
      if (!probe()) throw new Error(`waited ${most / 1_000} s of the clock for ${what}`);
    },
    memory: (ratio) => platforms.controls.setFreeMemory({ ratio: ratio ?? 0.4 }),
    file,
    rows: (sql) => withFile(file, (database) => database.prepare(sql).all()),
    write: (sql) => withFile(file, (database) => database.exec(sql)),
    ask: async (words) => {
      const asked = await workspace.command({ user: 'U0ALICE', channel: places.digests, text: words });
      await clock.advance(arrivalWindow);
      return workspace.renderText(await asked.replied(), { timezone: 'Asia/Taipei' });
    },
    health: async (path) => {
      const answer = await fetch(`http://127.0.0.1:${bot().ports().health}${path}`);
      return { status: answer.status, text: await answer.text() };
    },
  };
  return whole;
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

let ids = 0;

/** The configuration is a file, read as a start reads it; without one it is the file of the last start. */
function read({ folder, environment }: Parts, written: Written | undefined): Config {
  if (written !== undefined) writeFileSync(join(folder, 'imstats.yml'), configuration(written));
  return loadConfig({ folder, environment });
}

function build({ clock, network, charts }: Parts, config: Config, logger: HidingLogger): Promise<Bot> {
  return createBot(config, {
    clock,
    fetch: network.fetch,
    logger,
    random: () => 0.5,
    root: packageRoot,
    startChartChild: charts.start,
    newId: () => {
      ids += 1;
      return `id${ids}`;
    },
  });
}

/** What the configuration takes from its environment. */
export function environmentOf(parts: Pick<Parts, 'workspace' | 'platforms'>): Record<string, string> {
  const { tokens, apiUrl } = parts.workspace;
  const { imkit, jmessage } = parts.platforms;
  return {
    SLACK_BOT_TOKEN: tokens.bot,
    SLACK_APP_TOKEN: tokens.app,
    SLACK_SIGNING_SECRET: tokens.signingSecret,
    SLACK_API_URL: apiUrl,
    IMKIT_URL: imkit.url,
    IM_API_KEY: imkit.apiKey,
    JMESSAGE_URL: jmessage.url,
    JMESSAGE_APP_KEY: jmessage.appKey,
    JMESSAGE_MASTER_SECRET: jmessage.masterSecret,
  };
}

export function withFile<T>(file: string, work: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(file, { timeout: 2_000 });
  try {
    return work(database);
  } finally {
    database.close();
  }
}
