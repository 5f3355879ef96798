import { expect, test } from 'vitest';
import { createTestDatabase } from '../../tests/support/postgres.ts';
import { withConnection } from './connect.ts';
import { preparePartitions } from './prepare.ts';

test('processes that start at the same moment make the partitions of decisions once, and none of them fails', async () => {
  for (let round = 0; round < 2; round++) {
    const database = await createTestDatabase();
    const prepared = await Promise.allSettled(Array.from({ length: 6 }, () => withConnection(database.ownerUrl, preparePartitions)));
    expect(prepared.map((one) => (one.status === 'fulfilled' ? 'made' : one.reason))).toEqual(Array(6).fill('made'));
    const partitions = await withConnection(database.ownerUrl, (owner) => owner.query("select count(*)::int as n from pg_inherits where inhparent = 'ordo.routing_decision'::regclass"));
    expect(partitions.rows).toEqual([{ n: 3 }]);
    await database.drop();
  }
});
