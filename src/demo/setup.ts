// Puts the real bot on the stage: opens its store, writes a past into it, starts it.
import { type Bot, type BotDeps, createBotOn, openResources } from '../bot.ts';
import type { Store } from '../store/store.ts';
import { type CommandHint, commandHints } from './command-hints.ts';
import { demoApps } from './configuration.ts';
import type { Stage } from './environment.ts';
import { writeDays, writePast, writeSentDigests } from './seed-history.ts';

/** The bot as it runs, and its store, which the demo writes into when a day passes. */
export interface RunningBot {
  readonly bot: Bot;
  readonly store: Store;
  /** What it can be asked. */
  readonly hints: readonly CommandHint[];
}

/** Resolves when the bot can be asked. */
export async function startBot({ config, platforms, clock }: Stage, deps: BotDeps): Promise<RunningBot> {
  const ground = await openResources(config, { ...deps, clock });
  const { store } = ground;
  const now = clock.now();
  const bot = createBotOn(ground);
  try {
    await Promise.all([
      writePast(store, platforms.world, now),
      writeDays(store, ground.platforms.get(demoApps.messages), now),
      writeSentDigests(store, config.digests, now),
    ]);
    await bot.start();
    return { bot, store, hints: commandHints() };
  } catch (error) {
    await bot.stop();
    throw error;
  }
}
