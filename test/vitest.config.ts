// How vitest runs the tests: which files, how long at most, and in processes that are used again.
import '../src/node-version.cjs';
import { defineConfig } from 'vitest/config';

/** These hold a browser or the whole demo to seconds on the wall, so each of them has the machine to itself, after all the others. */
const timed = ['test/demo/demo.test.ts', 'test/demo/page.test.ts', 'test/demo/page-blocks.test.ts'];

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    pool: 'forks',
    // Nothing happens on import and nothing is mocked, so files may share a process; loading Bolt for each took most of the time.
    isolate: false,
    setupFiles: ['test/support/properties.ts'],
    // Bots that run on the real clock take longer on a busy machine, and may meet its worst moment once.
    testTimeout: 120_000,
    hookTimeout: 60_000,
    retry: process.env['CI'] === undefined ? 0 : 2,
    restoreMocks: true,
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: timed,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      { extends: true, test: { name: 'alone', include: timed, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
});
