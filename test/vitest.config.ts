// How vitest runs the tests: which files, how long at most, and in processes that are used again.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // Nothing happens on import and nothing is mocked, so files may share a process; loading Bolt for each took most of the time.
    isolate: false,
    maxWorkers: 2,
    setupFiles: ['test/support/properties.ts'],
    // Bots that run on the real clock take longer on a busy machine, and may meet its worst moment once.
    testTimeout: 120_000,
    hookTimeout: 60_000,
    retry: process.env['CI'] === undefined ? 0 : 2,
    restoreMocks: true,
  },
});
