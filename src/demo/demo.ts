// `npm run demo`: the whole bot on this machine, with sample platforms and a local Slack workspace; no account anywhere.
import { join } from 'node:path';
import { BotError } from '../errors.ts';
import type { BotDeps } from '../ground.ts';
import { createMovingClock } from './moving-clock.ts';
import { createPictureFolder } from './pictures.ts';
import { createDemoLogger } from './problems.ts';
import { startBot } from './setup.ts';
import { openStage, type Stage } from './stage.ts';
import { tellMessages } from './telling.ts';
import { runTour, wholeTour } from './tour.ts';

export interface DemoOptions extends Omit<BotDeps, 'logger'> {
  readonly headless: boolean;
  readonly port?: string;
  readonly print: (text: string) => void;
  /** Resolves when a person ends the demo. */
  readonly stopped: Promise<void>;
}

/** Resolves with the exit code: 0 when the tour went well or a person ended it, 1 when something failed. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const stage = await openStage(createMovingClock(options.clock));
  try {
    await Promise.race([runHeadless(stage, options), options.stopped]);
    return 0;
  } catch (error) {
    if (!(error instanceof BotError)) throw error;
    options.print(`\n${error.message}`);
    if (error.hint !== undefined) options.print(error.hint);
    return 1;
  } finally {
    await stage.clear();
  }
}

async function runHeadless(stage: Stage, { print, ...deps }: DemoOptions): Promise<void> {
  const { folder, config, workspace } = stage;
  const logger = createDemoLogger({ file: join(folder, 'imstats.log'), secrets: config.secrets, print });
  const charts = createPictureFolder();
  tellMessages(workspace, print);
  workspace.on(charts.keep);
  const { bot } = await startBot(stage, { ...deps, logger });
  try {
    await runTour(wholeTour, stage, (title) => print(`\n=== ${title}`));
    print(`\n${charts.count()} charts are in ${charts.path}`);
  } finally {
    await bot.stop();
  }
}
