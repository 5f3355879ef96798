import { defineConfig } from 'vitest/config';

/** The suite of `npm test`. The long and the browser lane have configurations of their own. */
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'checks/**/*.test.ts', 'tests/**/*.test.ts'],
    exclude: ['tests/long/**', 'tests/browser/**', '**/node_modules/**'],
    globalSetup: ['tests/support/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
