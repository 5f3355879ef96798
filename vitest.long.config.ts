import { defineConfig } from 'vitest/config';
import { LONG_ELSEWHERE, NATIVE } from './vitest.config.ts';

/** Only the tests that take minutes: simulations, restarts under load, and starts of the program on clusters of its own. */
export default defineConfig({
  test: {
    ...NATIVE,
    include: ['tests/long/**/*.test.ts', ...LONG_ELSEWHERE],
    globalSetup: ['tests/support/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20 * 60_000,
    hookTimeout: 120_000,
  },
});
