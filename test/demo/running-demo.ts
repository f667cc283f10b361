// The whole demo with its page, started in this process for a test, and a page of it in a browser.
import { randomUUID } from 'node:crypto';
import { systemClock } from '../../src/clock.ts';
import { runDemo } from '../../src/demo/demo.ts';
import { startChartChild } from '../support/chart-child.ts';
import { packageRoot } from '../support/package-root.ts';

export interface RunningDemo {
  readonly url: string;
  /** What the terminal shows. */
  readonly printed: readonly string[];
  /** Ends it as Ctrl-C does; resolves with the exit code. */
  stop(): Promise<number>;
}

/** Resolves when the page can be opened; the first messages are still to come. */
export async function startDemo(): Promise<RunningDemo> {
  const printed: string[] = [];
  const address = Promise.withResolvers<string>();
  const end = Promise.withResolvers<void>();
  const code = runDemo({
    headless: false,
    port: '0',
    clock: systemClock,
    fetch: globalThis.fetch,
    random: Math.random,
    root: packageRoot,
    newId: () => randomUUID().slice(0, 8),
    startChartChild,
    stopped: end.promise,
    print: (text) => {
      printed.push(text);
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0];
      if (url !== undefined) address.resolve(url);
    },
  });
  code.then(
    (early) => address.reject(new Error(`the demo ended with ${early}: ${printed.join('\n')}`)),
    (error: unknown) => address.reject(error),
  );
  return {
    url: await address.promise,
    printed,
    stop: () => {
      end.resolve();
      return code;
    },
  };
}
