import { afterAll, beforeAll, expect, it } from 'vitest';
import type { StrategyStore } from '../../src/flows/strategy-store.ts';
import { REPORT_CONSUMER } from '../../src/flows/reports.ts';
import { postgresOutbox } from '../../src/postgres/outbox.ts';
import { postgresReports } from '../../src/postgres/reports.ts';
import { newId } from '../../src/postgres/tenants.ts';
import { verifyTenant } from '../../src/postgres/verify/index.ts';
import { seedDemo, SEEDED_ORDERS } from '../../src/server/demo/index.ts';
import { openApi, type TestApi } from '../support/api.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { aChannel, openWorld, type World } from '../support/world.ts';

let database: TestDatabase;
let server: TestApi;
let world: World;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  ({ world } = server);
});
afterAll(async () => {
  await server.close();
  await database.drop();
});

const seed = (store: StrategyStore, tenantId: number) => seedDemo({ store, tenantId, newId, now: Date.now });

/** A store whose process dies before the n-th transaction. */
function dyingAfter(store: StrategyStore, transactions: number): StrategyStore {
  let left = transactions;
  return { transact: (tenantId, work) => ((left -= 1) < 0 ? Promise.reject(new Error('killed')) : store.transact(tenantId, work)) };
}

it('goes on where it was killed, twice, and is then complete, varied and sound', async () => {
  for (const transactions of [2, 60]) await expect(seed(dyingAfter(world.store, transactions), world.tenantId)).rejects.toThrow('killed');
  expect(await seed(world.store, world.tenantId)).toEqual({ orders: SEEDED_ORDERS, done: true });
  expect(await seed(world.store, world.tenantId)).toEqual({ orders: SEEDED_ORDERS, done: false });

  const names = async (text: string): Promise<string[]> => (await world.query<{ name: string }>(text)).map((row) => row.name);
  expect(await names('select count(*)::text as name from ordo.sales_order')).toEqual([String(SEEDED_ORDERS)]);
  expect(await names('select distinct status as name from ordo.sales_order order by 1')).toEqual(
    ['BACKORDERED', 'CANCELLED', 'COMPLETED', 'ON_HOLD', 'PARTIALLY_CANCELLED', 'PARTIALLY_SHIPPED', 'PENDING', 'PROCESSING', 'SHIPPED']);
  expect(await names('select distinct kind as name from ordo.hold order by 1')).toEqual(['ADDRESS', 'APPROVAL', 'FRAUD', 'ITEM', 'MANUAL', 'PAYMENT', 'PRICING']);
  expect(await names('select distinct status as name from ordo.shipment')).toEqual(expect.arrayContaining(
    ['PLANNED', 'ACCEPTED', 'SHIPPED', 'DELIVERED', 'LOST', 'RETURNED_TO_SENDER', 'HANDED_OVER', 'CANCELLED']));
  expect(await names('select distinct trigger as name from ordo.routing_decision')).toEqual(expect.arrayContaining(['CAPTURE', 'REJECTED', 'SHORT_PICK']));
  expect(await names('select distinct time_zone as name from ordo.node order by 1')).toEqual(['Europe/Berlin', 'Europe/London']);
  expect(await names(`select distinct code as name from ordo.channel where code not like 'demo-%'`)).toEqual([]);
  const [span] = await world.query<{ days: number }>(`select extract(epoch from max(placed_at) - min(placed_at)) / 86400 as days from ordo.sales_order`);
  expect(Number(span?.days)).toBeGreaterThan(13);

  // Each place by a calendar but one, whose warning is to be seen; one of them has a day that differs, and it is to come.
  expect(await names(`select code as name from ordo.node where operations ->> 'calendar' is null`)).toEqual(['manchester']);
  const days = await world.query<{ day: string; name: string }>(`select d.key as day, d.value ->> 'name' as name from ordo.shipping_fact, json_each(document -> 'exceptions') as d where kind = 'calendar'`);
  expect(days).toEqual([{ day: expect.any(String), name: 'Stocktaking' }]);
  expect(days[0] !== undefined && Date.parse(days[0].day) > Date.now()).toBe(true);

  const lease = { tenantId: world.tenantId, name: REPORT_CONSUMER, holder: 'test', fence: 1 };
  await postgresOutbox(world.pool).adopt(lease, REPORT_CONSUMER);
  while ((await postgresReports(world.pool).feed(lease, REPORT_CONSUMER, 1_000))?.events === 1_000);
  const kept = await fetch(`${server.url}/v1/reports/promise_accuracy`, { headers: { authorization: `Bearer ${server.adminKey}` } });
  const { total: { figures } } = await kept.json() as { total: { figures: { name: string; value: number | null }[] } };
  const figure = (name: string): number => figures.find((one) => one.name === name)?.value ?? Number.NaN;
  expect(figure('late')).toBeGreaterThan(0);
  expect(figure('rate')).toBeGreaterThan(80);
  expect(figure('promised')).toBeGreaterThan(100);

  const report = await verifyTenant(world.pool, world.tenantId);
  expect(report.checks.flatMap((check) => check.named)).toEqual([]);
});

it('leaves a system alone that has work of its own', async () => {
  const own = await createTestDatabase();
  const other = await openWorld(own);
  await other.facts({ channels: [aChannel('web')] });
  expect(await seed(other.store, other.tenantId)).toEqual({ orders: 0, done: false });
  await other.close();
  await own.drop();
});
