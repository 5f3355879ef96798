import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../../../tests/support/postgres.ts';
import { openPool, statement } from '../database.ts';
import { Snapshot } from './snapshot.ts';

test('a lane that waits for a slower one is still there when the sums are compared', async () => {
  const database = await createTestDatabase();
  const pool = openPool({ url: database.runtimeUrl, connections: 2, plans: 'custom', applicationName: 'snapshot test' });
  // Far shorter than the limit of the program, so that the test need not wait for it.
  pool.on('connect', (client) => void client.query('set idle_in_transaction_session_timeout = 100'));
  const snapshot = await Snapshot.open(pool, 1, 2);
  try {
    await sleep(400);
    for (const session of snapshot.sessions) expect(await session.rows(statement('snapshot_test', 'select 1 as one'), [])).toEqual([{ one: 1 }]);
  } finally {
    await snapshot.close();
    await pool.end();
    await database.drop();
  }
});
