import { defineConfig } from 'vitest/config';

/** Only the tests that drive a real browser; two files at a time, because much of each waits for its page to ask again. */
export default defineConfig({
  test: {
    include: ['tests/browser/**/*.test.ts'],
    globalSetup: ['tests/support/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
