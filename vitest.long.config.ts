import { defineConfig } from 'vitest/config';
import { LONG_ELSEWHERE, NATIVE } from './vitest.config.ts';
import { longFirst } from './vitest.sequence.ts';

/** Only the tests that take minutes: simulations, restarts under load, and starts of the program on clusters of its own. */
export default defineConfig({
  test: {
    ...NATIVE,
    include: ['tests/long/**/*.test.ts', ...LONG_ELSEWHERE],
    globalSetup: ['tests/support/global-setup.ts'],
    pool: 'forks',
    // Crashes and storms wait for leases, restarts and each other for much of their time.
    maxWorkers: 3,
    sequence: { sequencer: longFirst('tests/long/crash.test.ts', 'tests/long/storm.test.ts') },
    testTimeout: 20 * 60_000,
    hookTimeout: 120_000,
  },
});
