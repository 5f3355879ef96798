import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { captureOrders } from '../../src/flows/capture-orders.ts';
import { type GateCommand, setGate } from '../../src/flows/channel-gates.ts';
import { sweepGates } from '../../src/flows/sweep-gates.ts';
import type { Answer } from '../../src/flows/ports.ts';
import { openApi, type TestApi } from '../support/api.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { aChannel, anItem, aNode, anOrder, openWorld, orderIdOf, type World } from '../support/world.ts';

const NOW = Date.UTC(2026, 2, 2, 9);
const SECOND = 1_000;
let database: TestDatabase;
let world: World;
let now = NOW;
let channel = '';
let serial = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await openWorld(database, () => now);
  await world.facts({ items: [anItem('A')], nodes: [aNode('north')] });
  await world.receive('A', 'north', 10_000);
});
afterAll(async () => {
  await world.close();
  await database.drop();
});
beforeEach(async () => {
  now += 86_400_000;
  channel = `web${(serial += 1)}`;
  await world.query('truncate ordo.channel_gate');
  await world.facts({ channels: [aChannel(channel, { autoRelease: true })] });
});

type Set = { type: 'pause'; until?: number } | { type: 'throttle'; orders: number; perSeconds: number; until?: number } | { type: 'resume' };
async function set(gate: Set): Promise<Answer> {
  now += 1;
  const command = { until: null, ...gate, idempotencyKey: null, bodyHash: '', actor: 'clerk', channel, reason: 'wrong price' } as GateCommand;
  return setGate(world.store, world.tenantId, command, world.ambient);
}
const ordered = async (count = 1): Promise<string[]> => (await world.capture(...Array.from({ length: count }, () => anOrder([{ sku: 'A', quantity: 1 }], { channel })))).map(orderIdOf);
const sweepAt = async (at: number): Promise<void> => {
  now = at;
  await sweepGates(world.store, world.tenantId, world.ambient, () => true);
};
/** Seconds from a time until each order's turn; null without one, "through" where nothing holds it. */
async function turns(ids: readonly string[], from: number): Promise<(number | null | 'through')[]> {
  const rows = await world.query<{ order_id: string; due_at: Date | null }>("select order_id, due_at from ordo.hold where kind = 'CHANNEL_PAUSED' and released_at is null");
  const open = new Map(rows.map((row) => [row.order_id, row.due_at]));
  return ids.map((id) => { const due = open.get(id); return due === undefined ? 'through' : due === null ? null : (due.getTime() - from) / SECOND; });
}
const release = (id: string): Promise<Answer> => world.act(id, { type: 'release', shipmentNo: 1 });

describe('a paused channel', () => {
  test('takes orders in, keeps their stock and releases none, and what came before goes on', async () => {
    const [before = ''] = await ordered();
    expect(await set({ type: 'pause' })).toMatchObject({ ok: true, body: { code: channel, state: 'paused', until: null } });
    const [held = ''] = await ordered();
    expect(await turns([before, held], now)).toEqual(['through', null]);
    expect(await world.query('select reason, owner, reserved::int from ordo.hold h join ordo.order_line l using (order_id) where order_id = $1', [held])).toEqual([{ reason: 'The channel is paused: wrong price', owner: 'operations', reserved: 1 }]);
    expect([await release(before), await release(held)]).toMatchObject([{ ok: true }, { ok: false, refusal: { code: 'HOLD_BLOCKS' } }]);
    await sweepAt(now + 3_600 * SECOND);
    expect(await turns([held], now)).toEqual([null]);
  });
  test('lets those that wait through when it is resumed, whatever their number, and holds no more', async () => {
    await set({ type: 'pause' });
    const held = [...await ordered(150), ...await ordered(150)];
    await set({ type: 'resume' });
    const [fresh = ''] = await ordered();
    await sweepAt(now + SECOND);
    expect(new Set(await turns([...held, fresh], now))).toEqual(new Set(['through']));
    expect(await release(held[0] ?? '')).toMatchObject({ ok: true });
  });
  test('opens by itself at its time, and orders that came before it do not wait longer', async () => {
    await set({ type: 'pause', until: now + 1 + 60 * SECOND });
    const [held = ''] = await ordered();
    expect(await turns([held], now)).toEqual([60]);
    const start = now;
    await sweepAt(start + 59 * SECOND);
    expect(await turns([held], start)).toEqual([60]);
    await sweepAt(start + 60 * SECOND);
    expect(await turns([held, ...await ordered()], start)).toEqual(['through', 'through']);
  });
  test('is no affair of other channels', async () => {
    await set({ type: 'pause' });
    await world.facts({ channels: [aChannel(`${channel}b`)] });
    const [other = ''] = (await world.capture(anOrder([{ sku: 'A', quantity: 1 }], { channel: `${channel}b` }))).map(orderIdOf);
    expect(await turns([other], now)).toEqual(['through']);
  });
  test('stays paused when its facts are saved anew', async () => {
    await set({ type: 'pause' });
    await world.facts({ channels: [aChannel(channel, { name: 'Renamed' })] });
    expect(await turns(await ordered(), now)).toEqual([null]);
  });
});

describe('a throttled channel', () => {
  test('lets the first through at once and the others one after the other, in their order', async () => {
    await set({ type: 'throttle', orders: 6, perSeconds: 60 });
    const start = now;
    const ids = [...await ordered(3), ...await ordered(2)];
    expect(await turns(ids, start)).toEqual(['through', 10, 20, 30, 40]);
    await sweepAt(start + 9 * SECOND);
    expect(await turns(ids, start)).toEqual(['through', 10, 20, 30, 40]);
    await sweepAt(start + 10 * SECOND);
    expect(await turns(ids, start)).toEqual(['through', 'through', 20, 30, 40]);
    // Nobody swept for a while: they follow one at a time all the same.
    await sweepAt(start + 45 * SECOND);
    expect(await turns(ids, start)).toEqual(['through', 'through', 'through', 30, 40]);
    await sweepAt(start + 55 * SECOND);
    expect(await turns(ids, start)).toEqual(['through', 'through', 'through', 'through', 40]);
    expect(await turns(await ordered(), start + 55 * SECOND)).toEqual(['through']);
  });
  test('that repeats an order it knows gives it no second time', async () => {
    await set({ type: 'throttle', orders: 1, perSeconds: 60 });
    const order = anOrder([{ sku: 'A', quantity: 1 }], { channel });
    await world.capture(order, order);
    await world.capture(order);
    expect(await turns(await ordered(), now)).toEqual([60]);
  });
  test('that was paused gives those that wait their times', async () => {
    await set({ type: 'pause' });
    const ids = await ordered(3);
    await set({ type: 'throttle', orders: 1, perSeconds: 10 });
    await sweepAt(now);
    expect(await turns(ids, now)).toEqual([0, 10, 20]);
    const start = now;
    await sweepAt(start + 10 * SECOND);
    expect(await turns(ids, start)).toEqual(['through', 10, 20]);
    await set({ type: 'pause' });
    await sweepAt(now);
    expect(await turns(ids, start)).toEqual(['through', null, null]);
  });
  test('gives concurrent captures different times', async () => {
    await set({ type: 'throttle', orders: 1, perSeconds: 10 });
    const ids = (await Promise.all([ordered(5), ordered(5), ordered(5)])).flat();
    expect((await turns(ids, now)).map((one) => (one === 'through' ? 0 : one)).toSorted((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 15 }, (_, n) => n * 10));
  });
});

test('a fast pace is kept in commits that are no longer than others', async () => {
  await set({ type: 'pause' });
  const ids = [...await ordered(150), ...await ordered(150)];
  await set({ type: 'throttle', orders: 700, perSeconds: 1 });
  const start = now;
  await sweepAt(now);
  expect((await turns(ids, start)).at(-1)).toBeCloseTo(299 / 700, 2);
  const sizes: number[] = [];
  const store: World['store'] = { ...world.store, transact: (tenantId, work) => world.store.transact(tenantId, (tx) => work({ ...tx, lockOrders: (given) => {
    sizes.push(given.length);
    return tx.lockOrders(given);
  } })) };
  now += SECOND;
  await sweepGates(store, world.tenantId, world.ambient, () => true);
  expect([sizes, new Set(await turns(ids, start))]).toEqual([[200, 100], new Set(['through'])]);
});

describe('a gate that is changed', () => {
  type Transacting = Parameters<Parameters<World['store']['transact']>[1]>[0];
  /** The world's store, with something that happens elsewhere before the first call of one of its functions. */
  function storeWith(name: 'lockOrders' | 'noteGate' | 'takeGateTimes', elsewhere: () => Promise<unknown>): World['store'] {
    let done = false;
    const before = async (): Promise<void> => {
      if (done) return;
      done = true;
      await elsewhere();
    };
    return { ...world.store, transact: (tenantId, work) => world.store.transact(tenantId, (tx) => work({ ...tx, [name]: async (...given: never[]) => {
      await before();
      return (tx[name] as (...values: never[]) => unknown)(...given);
    } } as Transacting)) };
  }
  const many = (count: number): ReturnType<typeof anOrder>[] => Array.from({ length: count }, () => anOrder([{ sku: 'A', quantity: 1 }], { channel }));

  test('beside a sweep has the last word: those that wait get its times', async () => {
    await set({ type: 'throttle', orders: 1, perSeconds: 3_600 });
    const ids = await ordered(4);
    expect(await turns(ids, now)).toEqual(['through', 3_600, 7_200, 10_800]);
    await set({ type: 'throttle', orders: 1, perSeconds: 1_800 });
    const store = storeWith('noteGate', () => set({ type: 'throttle', orders: 10, perSeconds: 1 }));
    await sweepGates(store, world.tenantId, world.ambient, () => true);
    await sweepAt(now);
    expect(await turns(ids, now)).toEqual(['through', 0, 0.1, 0.2]);
  });
  test('beside a sweep that lets orders through has the last word too', async () => {
    await set({ type: 'throttle', orders: 1, perSeconds: 10 });
    const ids = await ordered(2);
    now += 10 * SECOND;
    const store = storeWith('noteGate', () => set({ type: 'pause' }));
    await sweepGates(store, world.tenantId, world.ambient, () => true);
    await sweepAt(now);
    expect(await turns(ids, now)).toEqual(['through', null]);
  });
  test('gives its times once, whoever else sweeps', async () => {
    await set({ type: 'pause' });
    const ids = await ordered(2);
    await set({ type: 'throttle', orders: 1, perSeconds: 10 });
    await sweepGates(storeWith('lockOrders', () => sweepAt(now)), world.tenantId, world.ambient, () => true);
    expect(await turns([...ids, ...await ordered()], now)).toEqual([0, 10, 20]);
  });
  test('loses no order where a sweep fails between its times and their orders', async () => {
    await set({ type: 'pause' });
    const ids = await ordered(2);
    await set({ type: 'throttle', orders: 1, perSeconds: 10 });
    const store: World['store'] = { ...world.store, transact: (tenantId, work) => world.store.transact(tenantId, (tx) => work({ ...tx, save: async () => { throw new Error('killed'); } })) };
    await expect(sweepGates(store, world.tenantId, world.ambient, () => true)).rejects.toThrow('killed');
    await sweepAt(now);
    expect(await turns(ids, now)).toEqual([0, 10]);
  });
  test.each<[string, Set, Set, unknown[]]>([
    ['a faster pace', { type: 'throttle', orders: 1, perSeconds: 3_600 }, { type: 'throttle', orders: 10, perSeconds: 1 }, ['through', 0.1, 0.2]],
    ['a pause', { type: 'throttle', orders: 1, perSeconds: 3_600 }, { type: 'pause' }, [null, null, null]],
    ['a pace after a pause', { type: 'pause' }, { type: 'throttle', orders: 10, perSeconds: 1 }, ['through', 0.1, 0.2]],
    ['an open gate', { type: 'pause' }, { type: 'resume' }, ['through', 'through', 'through']],
  ])('to %s beside a capture counts for its orders, and for those after them', async (_, before, after, expected) => {
    await set(before);
    const store = storeWith('takeGateTimes', () => set(after));
    const ids = (await captureOrders(store, world.tenantId, many(3), world.ambient)).map(orderIdOf);
    expect(await turns(ids, now)).toEqual(expected);
    if (after.type === 'throttle') expect(await turns(await ordered(), now)).toEqual([0.3]);
  });
  test.each<[string, Set]>([['that is resumed', { type: 'resume' }], ['whose time has come', { type: 'pause', until: 0 }]])('%s is forgotten once nobody waits at it', async (_, opened) => {
    const rows = async (): Promise<number> => (await world.query('select from ordo.channel_gate')).length;
    await set({ type: 'pause' });
    const [held = ''] = await ordered();
    await set('until' in opened ? { ...opened, until: now + SECOND } : opened);
    // One that cannot go through is not forgotten with it.
    const resting = { isPassing: () => false, resting: () => new Set([held]), rest: () => undefined };
    now += SECOND;
    await sweepGates(world.store, world.tenantId, world.ambient, () => true, resting);
    expect(await rows()).toBe(1);
    await sweepAt(now);
    await sweepAt(now);
    expect([await rows(), await turns([held, ...await ordered()], now)]).toEqual([0, ['through', 'through']]);
    await set({ type: 'pause' });
    expect(await turns(await ordered(), now)).toEqual([null]);
  });
  test('that is forgotten beside a capture keeps none of its orders', async () => {
    await set({ type: 'pause', until: now + 60 * SECOND });
    const store = storeWith('takeGateTimes', () => sweepAt(now + 60 * SECOND));
    const ids = (await captureOrders(store, world.tenantId, many(2), world.ambient)).map(orderIdOf);
    expect(await turns(ids, now)).toEqual(['through', 'through']);
  });
  test('lets nobody overtake those that wait', async () => {
    await set({ type: 'pause' });
    const waiting = await ordered(3);
    await set({ type: 'throttle', orders: 1, perSeconds: 10 });
    const start = now;
    now += 2;
    const fresh = await ordered(2);
    await sweepAt(now);
    expect(await turns([...waiting, ...fresh, ...await ordered()], start)).toEqual([0, 10, 20, 30, 40, 50]);
  });
  test('at the same instant as the one before it is another gate all the same', async () => {
    await set({ type: 'pause' });
    const store = storeWith('takeGateTimes', () => { now -= 1; return set({ type: 'throttle', orders: 1, perSeconds: 10 }); });
    const ids = (await captureOrders(store, world.tenantId, many(2), world.ambient)).map(orderIdOf);
    expect(await turns(ids, now)).toEqual(['through', 10]);
  });
});

describe('through the API and the command line', () => {
  let server: TestApi;
  beforeAll(async () => {
    server = await openApi(database);
    await server.world.facts({ channels: [aChannel('shop')] });
  });
  afterAll(() => server.close());
  async function call(method: string, path: string, body?: unknown): Promise<{ status: number; body: Record<string, any> }> {
    const answer = await fetch(server.url + path, { method, headers: { authorization: `Bearer ${server.adminKey}`, 'content-type': 'application/json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    return { status: answer.status, body: await answer.json() as Record<string, any> };
  }
  const order = (id: string): object => ({ channel: 'shop', external_id: id, currency: 'EUR', lines: [{ sku: 'A', quantity: 1, unit_price: '1.00' }] });

  test('a pause holds single orders and those in bulk, shows in the list, and is lifted', async () => {
    expect((await server.ordo('channels', 'pause', 'shop', '--reason', 'wrong price')).out).toBe('Channel shop is paused.\n');
    expect((await call('POST', '/v1/orders', order('E-1'))).body).toMatchObject({ status: 'ON_HOLD', holds: [{ kind: 'CHANNEL_PAUSED' }] });
    const bulk = await fetch(`${server.url}/v1/orders/bulk`, { method: 'POST', headers: { authorization: `Bearer ${server.adminKey}`, 'content-type': 'application/x-ndjson' }, body: `${JSON.stringify(order('E-2'))}\n` });
    expect(await bulk.text()).toContain('"status":"ON_HOLD"');
    expect((await call('GET', '/v1/channels/shop')).body['gate']).toMatchObject({ state: 'paused', reason: 'wrong price', waiting: 2, through_by: null });
    expect((await server.ordo('channels', 'list')).out).toMatch(/shop +shop +paused +2/);
    expect((await server.ordo('channels', 'throttle', 'shop', '--orders', '5', '--per', 'hour', '--reason', 'slowly')).out).toBe('Channel shop is throttled.\n');
    expect((await server.ordo('channels', 'resume', 'shop')).out).toBe('Channel shop is open.\n');
    await sweepGates(server.world.store, server.world.tenantId, server.world.ambient, () => true);
    expect((await call('GET', '/v1/channels/shop')).body['gate']).toBeNull();
    expect((await server.world.query<{ type: string }>("select type from ordo.event where data ->> 'channel' = 'shop' and type in ('ChannelPaused', 'ChannelThrottled', 'ChannelResumed') order by position")).map(({ type }) => type)).toEqual(['ChannelPaused', 'ChannelThrottled', 'ChannelResumed']);
  });
  test('bad input is named', async () => {
    expect(await call('POST', '/v1/channels/nowhere/pause', { reason: 'x' })).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    expect((await call('POST', '/v1/channels/shop/pause', { until: '2020-01-01T00:00:00Z', reason: 'x' })).body['errors']).toMatchObject([{ pointer: '#/until' }]);
    expect((await call('POST', '/v1/channels/shop/throttle', { orders: 0, per: 'day' })).body['errors']).toHaveLength(3);
    const id = (await call('POST', '/v1/orders', order('E-3'))).body['id'];
    expect((await call('POST', `/v1/orders/${id}/holds`, { kind: 'CHANNEL_PAUSED', reason: 'x' })).body['errors']).toMatchObject([{ pointer: '#/kind' }]);
    expect((await server.ordo('channels', 'throttle', 'shop', '--reason', 'x')).code).toBe(2);
  });
});
