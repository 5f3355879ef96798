import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { setGate } from '../../src/flows/channel-gates.ts';
import type { Defects } from '../../src/flows/defects.ts';
import { releaseEndedWaits } from '../../src/flows/merge-orders.ts';
import { reEvaluate } from '../../src/flows/re-evaluate.ts';
import { sweepGates } from '../../src/flows/sweep-gates.ts';
import { sweep } from '../../src/flows/sweep.ts';
import { watchPromises } from '../../src/flows/watch-promises.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { aChannel, anItem, aNode, anOrder, openWorld, orderIdOf, type World } from '../support/world.ts';

/** An order at which the program meets a defect of its own, before others in everything that the sweeper does. */

const NOW = Date.UTC(2026, 2, 2, 9);
let database: TestDatabase;
let world: World;
let now = NOW;
let bad = '';
let worked: string[][];
let resting: Set<string>;
const channel = 'web';

beforeAll(async () => {
  database = await createTestDatabase();
  world = await openWorld(database, () => now);
  await world.facts({ items: [anItem('A', { backorder: true })], nodes: [aNode('north')], channels: [aChannel(channel)] });
  await world.receive('A', 'north', 20);
});
afterAll(async () => {
  await world.close();
  await database.drop();
});
beforeEach(() => {
  [bad, worked, resting] = ['', [], new Set()];
});

const defects: Defects = { isPassing: () => false, resting: () => resting, rest: (id) => void resting.add(id) };
/** The world's store, in which nobody can take up the bad order; notes with whom the others were taken up. */
const store: World['store'] = { look: (tenantId, work) => world.store.look(tenantId, work), transact: (tenantId, work) => world.store.transact(tenantId, (tx) => work({ ...tx, lockOrders: async (ids) => {
  if (ids.includes(bad)) throw new TypeError('undefined is not a function');
  worked.push([...ids]);
  return tx.lockOrders(ids);
} })) };
async function captured(quantity: number, over: Partial<ReturnType<typeof anOrder>> = {}): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < 3; n++) ids.push(...(await world.capture(anOrder([{ sku: 'A', quantity }], over))).map(orderIdOf));
  bad = ids[0] ?? '';
  return ids;
}
const set = (command: object): Promise<unknown> => setGate(world.store, world.tenantId, { until: null, reason: 'x', idempotencyKey: null, bodyHash: '', actor: 'clerk', channel, ...command } as Parameters<typeof setGate>[2], world.ambient);
const heldAt = async (id: string): Promise<(Date | null)[]> => (await world.query<{ due_at: Date | null }>("select due_at from ordo.hold where order_id = $1 and kind = 'CHANNEL_PAUSED' and released_at is null", [id])).map((row) => row.due_at);

test('keeps nobody at a gate from their time, nor from going through', async () => {
  await set({ type: 'pause' });
  const ids = await captured(1);
  now += 1;
  await set({ type: 'throttle', orders: 1, perSeconds: 10 });
  await sweepGates(store, world.tenantId, world.ambient, () => true, defects);
  expect(await Promise.all(ids.map(heldAt))).toEqual([[null], [new Date(now + 0)], [new Date(now + 10_000)]]);
  now += 10_000;
  await sweepGates(store, world.tenantId, world.ambient, () => true, defects);
  expect((await heldAt(ids[1] ?? '')).length).toBe(0);
  now += 1;
  await set({ type: 'resume' });
  await sweepGates(store, world.tenantId, world.ambient, () => true, defects);
  expect((await Promise.all(ids.map(heldAt))).map(({ length }) => length)).toEqual([1, 0, 0]);
  expect([...resting]).toEqual([bad]);
  // Once it is mended it goes through as well.
  bad = '';
  resting.clear();
  await sweepGates(store, world.tenantId, world.ambient, () => true, defects);
  expect(await heldAt(ids[0] ?? '')).toEqual([]);
});
test('keeps nobody from being looked at', async () => {
  const ids = await captured(1, { shipBy: now + 3_600_000 });
  now += 60_000;
  expect(await watchPromises(store, world.tenantId, world.ambient, 2, defects)).toMatchObject({ looked: 1 });
  expect(await watchPromises(store, world.tenantId, world.ambient, 2, defects)).toMatchObject({ looked: 1 });
  expect([worked, [...resting]]).toEqual([[[ids[1]], [ids[2]]], [bad]]);
});
test('keeps nobody waiting for others of the same customer', async () => {
  const ids = await captured(1);
  await world.store.transact(world.tenantId, (tx) => tx.saveMergeWaits(ids.map((orderId) => ({ orderId, until: now }))));
  await releaseEndedWaits(store, world.tenantId, world.ambient, defects);
  expect(await releaseEndedWaits(store, world.tenantId, world.ambient, defects)).toBe(0);
  expect([await world.query('select order_id from ordo.merge_wait'), [...resting]]).toEqual([[{ order_id: bad }], [bad]]);
});
test('keeps nobody from being decided anew', async () => {
  await captured(1);
  const asked = { actor: 'sweeper', dryRun: false, orderIds: null, after: null, limit: 100, consolidate: null, swap: null, minimumSavingMicros: null, due: new Set<string>() };
  expect(await reEvaluate(store, world.tenantId, asked, world.ambient, defects)).toMatchObject({ ok: true, value: { next: null } });
  expect([worked.length > 1, worked.flat().includes(bad), [...resting]]).toEqual([true, false, [bad]]);
});
test('keeps nobody from stock that came free', async () => {
  await world.receive('A', 'north', 200);
  const [large = ''] = (await world.capture(anOrder([{ sku: 'A', quantity: 200 }]))).map(orderIdOf);
  const ids = await captured(50);
  await world.act(large, { type: 'cancel', lines: null, reason: 'changed my mind', force: false });
  await sweep(store, world.tenantId, world.ambient, defects);
  const reserved = await world.query<{ reserved: string }>('select reserved from ordo.order_line where order_id = any($1) order by order_id', [ids]);
  expect([reserved.map((row) => Number(row.reserved)), [...resting]]).toEqual([[expect.any(Number), 50, 50], [bad]]);
});
