// The real child process that draws charts, started as the bot starts it, for bots that run inside a test.
import { resolve } from 'node:path';
import { createChildStarter, type StartChartChild } from '../../src/charts/chart-child.ts';
import { packageRoot } from './package-root.ts';

/** What a bot under test draws with, and how it is waited for where time is the test's. */
export interface WatchedCharts {
  readonly start: StartChartChild;
  /** Resolves when no child is starting and none has a picture in work. */
  settled(): Promise<void>;
}

export function watchCharts(): WatchedCharts {
  /** What each child still owes: a picture for each request, and at first the word that it is ready. */
  const owed = new Map<object, number>();
  return {
    start: (listener) => {
      const key = {};
      owed.set(key, 1);
      const child = startChartChild({
        reply: (reply) => {
          listener.reply(reply);
          owed.set(key, (owed.get(key) ?? 0) - 1);
        },
        ended: (how) => {
          listener.ended(how);
          owed.delete(key);
        },
      });
      return {
        ...child,
        send: (request) => {
          owed.set(key, (owed.get(key) ?? 0) + 1);
          child.send(request);
        },
      };
    },
    settled: async () => {
      while ([...owed.values()].some((count) => count > 0)) await new Promise((resolve) => setTimeout(resolve, 2));
    },
  };
}

export const startChartChild = createChildStarter({
  execPath: process.execPath,
  entry: resolve(packageRoot, 'src/main.ts'),
  environment: process.env,
});
