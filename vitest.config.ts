import { register } from 'tsx/esm/api';
import { defineConfig } from 'vitest/config';
import { longFirst } from './vitest.sequence.ts';

/** Tests that make one cluster of the built-in server after another, or start the program on one; what starts one cluster is in the suite all the same. They are in the long lane. */
export const LONG_ELSEWHERE = ['src/postgres/embedded/embedded.test.ts', 'src/postgres/embedded/users.test.ts', 'tests/journeys/start.test.ts'];

/** What takes ten seconds and more, begun first: small files come last in a clean clone, where nobody knows yet how long they take. */
const LONG_HERE = [
  'tests/concurrency/crash.test.ts', 'tests/concurrency/storm.test.ts', 'tests/concurrency/workers.test.ts', 'tests/journeys/sandbox.test.ts', 'tests/simulation/simulation.test.ts', 'tests/journeys/access.test.ts',
  'tests/journeys/channel-sweep.test.ts', 'tests/journeys/backup.test.ts', 'tests/journeys/bad-input.test.ts', 'tests/model/model.test.ts',
];

const ROOT = import.meta.dirname.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
/**
 * What is tested runs as it does in the program, loaded by Node itself: read by the test runner, each use of an imported name is a
 * call of its own, which slows what calls much. The same goes for what tests stand on; tests themselves are read by the runner.
 */
export const NATIVE = { execArgv: ['--import', 'tsx'], server: { deps: { external: [new RegExp(`^${ROOT}/((client/|console/)?src|checks|tests)/(?!.*\\.test\\.ts$)[^?]*\\.ts$`)] } } };
register();

/** The suite of `npm test`. The long and the browser lane have configurations of their own. */
export default defineConfig({
  test: {
    ...NATIVE,
    include: ['src/**/*.test.ts', 'checks/**/*.test.ts', 'tests/**/*.test.ts'],
    exclude: ['tests/long/**', 'tests/browser/**', ...LONG_ELSEWHERE, '**/node_modules/**'],
    globalSetup: ['tests/support/global-setup.ts'],
    pool: 'forks',
    // Three files at once on two cores: much of the suite waits for programs it started, and a fourth process would load and
    // compile all of it once more. One process takes many files, which saves loading the program for each; what a file
    // changes in its process (mocks, spies) it puts back.
    maxWorkers: 3,
    isolate: false,
    sequence: { sequencer: longFirst(...LONG_HERE) },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
