import { defineConfig } from 'vitest/config';

/** Two kinds of test: `unit` needs no server; `live` (files named `*.live.test.ts`) starts Redis servers of its own. */
export default defineConfig({
  test: {
    reporters: ['default', './test/support/counts-reporter.ts'],
    expect: { requireAssertions: true },
    maxWorkers: 2,
    globalSetup: ['test/support/bake-catalog.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.live.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'live',
          include: ['test/**/*.live.test.ts'],
          globalSetup: ['test/support/fetch-redis.ts', 'test/support/fetch-tmux.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['src/**'],
    },
  },
});
