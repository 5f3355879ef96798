import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { captureOrders } from '../../src/flows/capture-orders.ts';
import { type GateCommand, setGate } from '../../src/flows/channel-gates.ts';
import { sweepGates } from '../../src/flows/sweep-gates.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { aChannel, anItem, aNode, anOrder, openWorld, orderIdOf, type World } from '../support/world.ts';

/** Two programs capture and sweep while somebody changes the channel's gate again and again. */

let database: TestDatabase;
let world: World;
let other: World;
beforeAll(async () => {
  database = await createTestDatabase();
  [world, other] = [await openWorld(database), await openWorld(database)];
  await world.facts({ items: [anItem('A')], nodes: [aNode('north')], channels: [aChannel('web')] });
  await world.receive('A', 'north', 100_000);
});
afterAll(async () => {
  await world.close();
  await other.close();
  await database.drop();
});

type Set = { type: 'pause'; lastsMs: number | null } | { type: 'throttle'; orders: number; perSeconds: number } | { type: 'resume' };
const SETS: Set[] = [
  { type: 'pause', lastsMs: null }, { type: 'throttle', orders: 1, perSeconds: 3_600 }, { type: 'throttle', orders: 700, perSeconds: 1 }, { type: 'pause', lastsMs: 40 }, { type: 'resume' },
  { type: 'throttle', orders: 1, perSeconds: 3_600 }, { type: 'pause', lastsMs: null }, { type: 'resume' }, { type: 'pause', lastsMs: null }, { type: 'throttle', orders: 1, perSeconds: 1 },
];
async function set(gate: Set): Promise<void> {
  const until = gate.type === 'pause' && gate.lastsMs !== null ? Date.now() + gate.lastsMs : null;
  const answer = await setGate(world.store, world.tenantId, { ...gate, until, idempotencyKey: null, bodyHash: '', actor: 'clerk', channel: 'web', reason: 'x' } as GateCommand, world.ambient);
  expect(answer.ok).toBe(true);
}
const sweepBy = (by: World): Promise<void> => sweepGates(by.store, by.tenantId, by.ambient, () => true);

test('every order that waits has a time of its own by the last gate, and none is forgotten', async () => {
  let going = true;
  const capturing = async (by: World, size: number): Promise<void> => {
    while (going) (await by.capture(...Array.from({ length: size }, () => anOrder([{ sku: 'A', quantity: 1 }])))).forEach(orderIdOf);
  };
  const sweeping = async (by: World): Promise<void> => {
    for (; going; await sleep(10)) await sweepBy(by);
  };
  const changing = async (): Promise<void> => {
    for (const gate of SETS) {
      await set(gate);
      await sleep(60);
    }
    going = false;
  };
  await Promise.all([capturing(world, 3), capturing(other, 8), sweeping(world), sweeping(other), changing()]);
  await sweepBy(world);
  const [held] = await world.query<{ waiting: number; times: number; seconds: number; behind: boolean }>(`
    select count(*)::int as waiting, count(distinct due_at)::int as times, extract(epoch from max(due_at) - min(due_at))::int as seconds, (select next_at > max(due_at) from ordo.channel_gate) as behind
    from ordo.hold where kind = 'CHANNEL_PAUSED' and released_at is null`);
  const waiting = held?.waiting ?? 0;
  expect(waiting).toBeGreaterThan(0);
  expect(held).toEqual({ waiting, times: waiting, seconds: waiting - 1, behind: true });
  await set({ type: 'resume' });
  for (let n = 0; n < 2; n++) await sweepBy(world);
  expect(await world.query("select (select count(*)::int from ordo.hold where released_at is null) as held, (select count(*)::int from ordo.channel_gate) as gates")).toEqual([{ held: 0, gates: 0 }]);
});

test('a capture that does not confirm its gate pushes everybody after it hours ahead', async () => {
  await set({ type: 'throttle', orders: 1, perSeconds: 3_600 });
  const careless: World['store'] = { ...world.store, transact: (tenantId, work) => world.store.transact(tenantId, (tx) => work({ ...tx, takeGateTimes: async (gate, ...rest) => {
    await set({ type: 'throttle', orders: 10, perSeconds: 1 });
    const [current = gate] = await tx.loadGates();
    return tx.takeGateTimes(current, ...rest);
  } })) };
  await captureOrders(careless, world.tenantId, [1, 2, 3].map(() => anOrder([{ sku: 'A', quantity: 1 }])), world.ambient);
  expect(await world.query("select next_at > now() + interval '2 hours' as ahead from ordo.channel_gate")).toEqual([{ ahead: true }]);
});
