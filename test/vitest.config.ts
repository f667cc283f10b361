// How vitest runs the tests: which files, how long at most, and in processes that are used again.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // Nothing happens on import and nothing is mocked, so files may share a process; loading Bolt for each took most of the time.
    isolate: false,
    maxWorkers: 3,
    setupFiles: ['test/support/properties.ts'],
    testTimeout: 20_000,
    hookTimeout: 20_000,
    restoreMocks: true,
  },
});
