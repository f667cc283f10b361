// A platform with a message history whose pages a test lets go one by one, and a bot that counts them.
import { type Clock, day, systemClock } from '../../src/clock.ts';
import { PlatformError } from '../../src/errors.ts';
import { createHistoryJob } from '../../src/jobs/history.ts';
import { silentLogger } from '../../src/logger.ts';
import type { HistoryScope, MessageRecord } from '../../src/metrics/message-history.ts';
import type { HistoryPage, Platform } from '../../src/platforms/platform.ts';
import type { LiveValues } from '../../src/service-types.ts';
import { createTelemetry } from '../../src/telemetry.ts';
import { china, prod } from '../support/sample-app.ts';
import { imkit, jmessage, startBot, type TestBot, words } from './slack-harness.ts';

/** Waits are a twentieth of what they are, so that a line that takes 2 s comes at once. */
export const fastClock: Clock = {
  now: systemClock.now,
  after: (delay, run) => systemClock.after(delay / 20, run),
};

export interface HeldHistory {
  readonly platform: Platform;
  readonly asked: HistoryScope[];
  /** Lets pages go: so many, or all from now on. */
  release(pages?: number): void;
  /** Calls that every walk says it takes. */
  calls: number;
  /** Pages of a walk. */
  pages: number;
  failure: PlatformError | undefined;
}

/** Pages of 100 messages, three quarters of them in groups. Nothing goes before it is released. */
export function holdHistory(): HeldHistory {
  let free = 0;
  let waiting: (() => void)[] = [];
  const go = async (signal: AbortSignal | undefined): Promise<void> => {
    while (free <= 0) {
      if (signal?.aborted === true) throw new PlatformError('aborted', 'Stopped.');
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        signal?.addEventListener('abort', () => resolve());
      });
    }
    free -= 1;
  };
  const held: HeldHistory = {
    asked: [],
    calls: 2,
    pages: 2,
    failure: undefined,
    release: (pages = Number.POSITIVE_INFINITY) => {
      free += pages;
      const all = waiting;
      waiting = [];
      for (const one of all) one();
    },
    platform: {
      ...jmessage(systemClock),
      async *history(scope, from, to, signal) {
        held.asked.push(scope);
        for (let page = 0; page < held.pages; page += 1) {
          await go(signal);
          if (held.failure !== undefined) throw held.failure;
          const length = { calls: page + 1, of: held.calls, messages: held.pages * 100, perMinute: 150 };
          yield {
            messages: pageOf(page, held.pages, { from, to }),
            total: undefined,
            length,
            partial: false,
          } satisfies HistoryPage;
        }
      },
    },
  };
  return held;
}

function pageOf(page: number, pages: number, { from, to }: { from: number; to: number }): MessageRecord[] {
  return Array.from({ length: 100 }, (_, index) => ({
    id: `${page}-${index}`,
    at: from + Math.floor((Math.min(to, from + 60 * day) - from) * ((page * 100 + index) / (pages * 100))),
    target: index % 4 === 0 ? 'single' : 'group',
    type: index % 5 === 0 ? 'image' : 'text',
    from: `sender${index % 3}`,
    to: String(10_055_200 + (index % 2)),
    client: index % 2 === 0 ? 'android' : 'ios',
  }));
}

/** A bot that watches an app of each platform. `manager` may manage; `person` may not. */
export async function startHistoryBot(
  undo: (() => unknown)[],
  held: HeldHistory,
  values: Partial<LiveValues> = {},
): Promise<TestBot & { readonly manager: string }> {
  let store: TestBot['store'] | undefined;
  const platforms = new Map([
    ['prod', imkit(systemClock)],
    ['china', held.platform],
  ]);
  const job = createHistoryJob({
    clock: fastClock,
    logger: silentLogger,
    telemetry: createTelemetry(),
    owner: 'test',
    platforms,
    get store() {
      if (store === undefined) throw new Error('The bot has not started');
      return store;
    },
  });
  undo.push(() => job.stop());
  const access = { run: 'everyone', manage: ['U0ADMIN'] } as const;
  const bot = await startBot(undo, {
    renderers: [words],
    clock: fastClock,
    platforms,
    histories: job.service,
    values: { apps: [prod, china], access, ...values },
  });
  store = bot.store;
  bot.workspace.join(bot.channel, bot.workspace.bot.userId);
  return { ...bot, manager: 'U0ADMIN' };
}
