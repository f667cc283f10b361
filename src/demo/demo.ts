// `npm run demo`: the whole bot on this machine, with sample platforms and a local Slack workspace; no account anywhere.
import { join } from 'node:path';
import type { BotDeps } from '../bot.ts';
import { BotError } from '../errors.ts';
import { openStage, type Stage } from './environment.ts';
import { createMovingClock } from './moving-clock.ts';
import { openPage } from './page/page.ts';
import { readPort } from './page/page-port.ts';
import { collectPictures } from './pictures.ts';
import { tellMessages } from './print-messages.ts';
import { createDemoLogger } from './problems.ts';
import type { RunningBot } from './setup.ts';
import { firstSight, runTour, wholeTour } from './tour.ts';
import { type Beside, createBeside } from './world-controls.ts';

/** The logger of the process is not used: its lines would stand between the messages. */
export interface DemoOptions extends Omit<BotDeps, 'logger'> {
  readonly headless: boolean;
  /** Port of the page as it was typed; without it the usual one or the next that is free. */
  readonly port?: string;
  readonly print: (text: string) => void;
  /** Resolves when a person ends the demo. */
  readonly stopped: Promise<void>;
}

/** Resolves with the exit code: 0 when the tour went well or a person ended it, 1 when something failed. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const { print, headless } = options;
  try {
    const port = readPort(options.port);
    const stage = await openStage(createMovingClock(options.clock), options.root);
    try {
      if (headless) await runHeadless(stage, options);
      else await runOnPage(stage, port, options);
      return 0;
    } finally {
      await stage.clear();
    }
  } catch (error) {
    if (!(error instanceof BotError)) throw error;
    print(`\n${error.message}`);
    if (error.hint !== undefined) print(error.hint);
    return 1;
  }
}

/** The tour without a page. */
async function runHeadless(stage: Stage, options: DemoOptions): Promise<void> {
  const { print, stopped } = options;
  const pictures = collectPictures();
  stage.workspace.on(pictures.keep);
  await withBot(stage, options, async ({ beside, bot }) => {
    const tour = async (): Promise<void> => {
      await bot();
      await runTour(wholeTour, { ...stage, beside }, (title) => print(`\n=== ${title}`));
      const { folder, count } = pictures.save();
      print(`\n${count} charts are in ${folder}`);
    };
    await Promise.race([tour(), stopped]);
  });
}

/** The page is there first; the bot and its first messages come while somebody looks. */
async function runOnPage(stage: Stage, port: number | undefined, options: DemoOptions): Promise<void> {
  const { print, stopped } = options;
  await withBot(stage, options, async ({ beside, bot, running }) => {
    const page = await openPage({ stage, beside, port, running, root: options.root });
    try {
      print(welcome(page.url));
      const { bot: started } = await bot();
      page.refresh();
      const failed = started.failed.then((reason) => Promise.reject(reason));
      const tour = runTour(firstSight, { ...stage, beside }, () => {}).catch((error: unknown) => {
        // Who moves a slider in the first seconds changes what there is to be seen.
        print(`\n${error instanceof Error ? error.message : String(error)}`);
      });
      await Promise.race([tour, stopped, failed]);
      await Promise.race([stopped, failed]);
    } finally {
      await page.stop();
    }
  });
}

interface Cast {
  readonly beside: Beside;
  /** Starts the bot; at most once. */
  bot(): Promise<RunningBot>;
  /** The bot, once it runs. */
  running(): RunningBot | undefined;
}

/** Gives `work` what it needs and ends the bot after it, whatever happens. */
async function withBot(stage: Stage, options: DemoOptions, work: (cast: Cast) => Promise<void>): Promise<void> {
  const { print, ...deps } = options;
  const { folder, config, workspace, platforms, clock } = stage;
  const logger = createDemoLogger({ file: join(folder, 'imstats.log'), secrets: config.secrets, print });
  const quiet = tellMessages(workspace, print);
  let started: Promise<RunningBot> | undefined;
  let running: RunningBot | undefined;
  const bot = (): Promise<RunningBot> => {
    started ??= begin();
    return started;
  };
  // Loaded when it is wanted, so that the page is there before the bot has been read.
  const begin = async (): Promise<RunningBot> => {
    const { startBot } = await import('./setup.ts');
    running = await startBot(stage, { ...deps, logger });
    return running;
  };
  const beside = createBeside({ world: platforms.world, clock, store: () => running?.store });
  try {
    await work({ beside, bot, running: () => running });
  } finally {
    quiet();
    await (await started?.catch(() => undefined))?.bot.stop();
  }
}

function welcome(url: string): string {
  return `
The demo of imstats is at ${url}

Try there: type /imstats in #im-ops, press Share; pull free memory under 8 % and acknowledge the alert in #oncall;
let a day pass for the next digest. Every message is also printed here. Ctrl-C ends it and leaves nothing behind.`;
}
