// Starts the real bot in the demo's environment: opens its store, seeds its history, starts it. Imported on demand, because it loads the whole bot.
import { type Bot, type BotDeps, createBotOn, openResources } from '../bot.ts';
import type { Store } from '../store/store.ts';
import { demoApps } from './configuration.ts';
import type { Environment } from './environment.ts';
import { type CommandHint, commandHints } from './page/command-hints.ts';
import { seedDailyStatistics, seedDigestRuns, seedHistory, seedHours } from './seed-history.ts';

/** The running bot, and its store, which the demo writes into when a day passes. */
export interface RunningBot {
  readonly bot: Bot;
  readonly store: Store;
  /** Commands that the page offers. */
  readonly hints: readonly CommandHint[];
}

/** Resolves when the bot answers commands. */
export async function startBot({ config, platforms, clock }: Environment, deps: BotDeps): Promise<RunningBot> {
  const resources = await openResources(config, { ...deps, clock });
  const { store } = resources;
  const now = clock.now();
  const bot = createBotOn(resources);
  try {
    await Promise.all([
      seedHistory(store, platforms.controls, now),
      seedHours(store, platforms.controls, now),
      seedDailyStatistics(store, resources.platforms.get(demoApps.messages), now),
      seedDigestRuns(store, config.digests, now),
    ]);
    await bot.start();
    return { bot, store, hints: commandHints() };
  } catch (error) {
    await bot.stop();
    throw error;
  }
}
