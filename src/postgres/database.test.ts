import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/postgres.ts';
import { withConnection } from './connect.ts';
import { inTransaction, openPool, type Session, statement } from './database.ts';

let database: TestDatabase;
beforeAll(async () => { database = await createTestDatabase(); });
afterAll(() => database.drop());

// An error event that nobody listens to would end the process: vitest reports it as an unhandled error and fails.
it('outlives the end of a connection that is in use', async () => {
  const pool = openPool({ url: database.runtimeUrl, connections: 1, plans: 'generic', applicationName: 'test' });
  const client = await pool.connect();
  const { rows: [own] } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  await withConnection(database.ownerUrl, (owner) => owner.query('select pg_terminate_backend($1)', [own?.pid]));
  await new Promise((resolve) => { setTimeout(resolve, 100); });
  await expect(client.query('select 1')).rejects.toThrow();
  client.release(true);
  expect((await pool.query<{ one: number }>('select 1 as one')).rows).toEqual([{ one: 1 }]);
  await pool.end();
});

it('sends nothing in the name of a transaction that has ended', async () => {
  const pool = openPool({ url: database.runtimeUrl, connections: 1, plans: 'generic', applicationName: 'test' });
  const one = statement('one', 'select 1 as one');
  let kept: Session | null = null;
  await inTransaction(pool, 1, async (session) => void (kept = session));
  await expect((kept as unknown as Session).rows(one, [])).rejects.toThrow('the transaction has ended');
  await expect(inTransaction(pool, 1, async (session) => {
    kept = session;
    throw new Error('decided otherwise');
  })).rejects.toThrow('decided otherwise');
  await expect((kept as unknown as Session).rows(one, [])).rejects.toThrow('the transaction has ended');
  await pool.end();
});
