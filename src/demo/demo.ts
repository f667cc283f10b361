// `npm run demo`: the whole bot on this machine, with sample platforms and a local Slack workspace; no account anywhere.
import { join } from 'node:path';
import type { BotDeps } from '../bot.ts';
import { BotError } from '../errors.ts';
import { type Environment, openEnvironment } from './environment.ts';
import { createMovingClock } from './moving-clock.ts';
import { openPage } from './page/page.ts';
import { readPort } from './page/page-port.ts';
import type { RunningBot } from './start-bot.ts';
import { createChartCollector, createDemoLogger, printMessages } from './terminal-output.ts';
import { pageTour, runTour, wholeTour } from './tour.ts';
import { createWorldControls, type WorldControls } from './world-controls.ts';

/** Without the logger of the process: its JSON lines would be printed between the messages. */
export interface DemoOptions extends Omit<BotDeps, 'logger'> {
  readonly headless: boolean;
  /** Port of the page as it was typed; by default 3030 or the next free one. */
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
    const environment = await openEnvironment(createMovingClock(options.clock), options.root);
    try {
      if (headless) await runHeadless(environment, options);
      else await runOnPage(environment, port, options);
      return 0;
    } finally {
      await environment.close();
    }
  } catch (error) {
    if (!(error instanceof BotError)) throw error;
    print(`\n${error.message}`);
    if (error.hint !== undefined) print(error.hint);
    return 1;
  }
}

/** The tour without a page. */
async function runHeadless(environment: Environment, options: DemoOptions): Promise<void> {
  const { print, stopped } = options;
  const charts = createChartCollector();
  environment.workspace.on(charts.keep);
  await withBot(environment, options, async ({ controls, bot }) => {
    const tour = async (): Promise<void> => {
      await bot();
      await runTour(wholeTour, { ...environment, controls }, (title) => print(`\n=== ${title}`));
      const { folder, count } = charts.save();
      print(`\n${count} charts are in ${folder}`);
    };
    await Promise.race([tour(), stopped]);
  });
}

/** Opens the page first; the bot starts and posts its first messages while the page is open. */
async function runOnPage(environment: Environment, port: number | undefined, options: DemoOptions): Promise<void> {
  const { print, stopped } = options;
  await withBot(environment, options, async ({ controls, bot, running }) => {
    const page = await openPage({ environment, controls, port, running, root: options.root });
    try {
      print(welcome(page.url));
      const { bot: started } = await bot();
      page.refresh();
      const failed = started.failed.then((reason) => Promise.reject(reason));
      const tour = runTour(pageTour, { ...environment, controls }, () => {}).catch((error: unknown) => {
        // A slider that is moved in the first seconds can make a step of the tour fail.
        print(`\n${error instanceof Error ? error.message : String(error)}`);
      });
      await Promise.race([tour, stopped, failed]);
      await Promise.race([stopped, failed]);
    } finally {
      await page.stop();
    }
  });
}

interface DemoContext {
  readonly controls: WorldControls;
  /** Starts the bot; at most once. */
  bot(): Promise<RunningBot>;
  /** The bot, once it runs. */
  running(): RunningBot | undefined;
}

/** Runs `work` and stops the bot after it, also when it fails. */
async function withBot(
  environment: Environment,
  options: DemoOptions,
  work: (context: DemoContext) => Promise<void>,
): Promise<void> {
  const { print, ...deps } = options;
  const { folder, config, workspace, platforms, clock } = environment;
  const logger = createDemoLogger({ file: join(folder, 'imstats.log'), secrets: config.secrets, print });
  const stopPrinting = printMessages(workspace, print);
  let started: Promise<RunningBot> | undefined;
  let running: RunningBot | undefined;
  const bot = (): Promise<RunningBot> => {
    started ??= load();
    return started;
  };
  // Imported on demand, so that the page is served before the modules of the bot are loaded.
  const load = async (): Promise<RunningBot> => {
    const { startBot } = await import('./start-bot.ts');
    running = await startBot(environment, { ...deps, logger });
    return running;
  };
  const controls = createWorldControls({
    platforms: platforms.controls,
    clock,
    store: () => running?.store,
    configure: () => {
      const bot = running?.bot;
      return bot && ((settings) => bot.apply(environment.configure(settings)));
    },
  });
  try {
    await work({ controls, bot, running: () => running });
  } finally {
    stopPrinting();
    await (await started?.catch(() => undefined))?.bot.stop();
  }
}

function welcome(url: string): string {
  return `
The demo of imstats is at ${url}

Try there: type /imstats in #im-ops, press Share; pull free memory under 8 % and acknowledge the alert in #oncall;
let a day pass for the next digest. Every message is also printed here. Ctrl-C ends it and leaves nothing behind.`;
}
