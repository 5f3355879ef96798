import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_OPERATIONS, DEFAULT_ROUTING_POLICY, type NodeOperations } from '../../src/domain/catalog/index.ts';
import { closeNodes } from '../../src/flows/close-nodes.ts';
import type { ClosureTransaction, LookStore } from '../../src/flows/closure-store.ts';
import { type MorningEntry, type MorningList, morningList, type MorningQuestion } from '../../src/flows/morning-list.ts';
import { saveShippingFacts } from '../../src/flows/save-shipping-facts.ts';
import { aLane, aService } from '../../src/domain/shipping/shipping.testing.ts';
import { openQueries } from '../../src/postgres/queries/index.ts';
import { openApi, type TestApi } from '../support/api.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { aChannel, anItem, aNode, anOrder, openWorld, orderIdOf, type World } from '../support/world.ts';

/** A Monday, nine o'clock. */
const NOW = Date.UTC(2026, 2, 2, 9);
const HOUR = 3_600_000;
let database: TestDatabase;
let world: World;
let server: TestApi;
let reading: ReturnType<typeof openQueries>;
let now = NOW;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await openWorld(database, () => now);
  reading = openQueries({ url: database.runtimeUrl, connections: 2 });
  server = await openApi(database);
});
afterAll(async () => {
  await server.close();
  await reading.close();
  await world.close();
  await database.drop();
});
const operations = (over: Partial<NodeOperations>): { operations: NodeOperations; cutOff: string } => ({ operations: { ...DEFAULT_OPERATIONS, ...over }, cutOff: '17:00' });
/** An hour for each order: eight can still leave on the day. */
const SLOW = operations({ processing: { minutes: 60, milliMinutesPerBacklogOrder: 60_000, maximumMinutes: null } });

/** Each test has the tables to itself. */
beforeEach(async () => {
  now = NOW;
  await world.query('truncate ordo.sales_order, ordo.order_line, ordo.shipment, ordo.shipment_line, ordo.hold, ordo.stock, ordo.stock_movement, ordo.line_movement, ordo.excluded_node, ordo.unassigned_demand, ordo.node, ordo.channel, ordo.item, ordo.routing_decision, ordo.exception, ordo.node_capacity, ordo.channel_gate cascade');
  await world.query('update ordo.fact_version set version = version + 1');
  await world.facts({
    items: [anItem('A', { backorder: true }), anItem('RARE', { backorder: true })], nodes: [aNode('east', { priority: 1, ...SLOW }), aNode('west', { priority: 2, ...operations({}) })],
    channels: [aChannel('web'), aChannel('quick', { routing: { ...DEFAULT_ROUTING_POLICY, acceptWithinMinutes: 30 } })],
  });
  for (const node of ['east', 'west']) await world.receive('A', node, 100);
});
const ordered = async (quantity = 1, over: Parameters<typeof anOrder>[1] = {}, sku = 'A'): Promise<string> => orderIdOf((await world.capture(anOrder([{ sku, quantity }], over)))[0]);
const list = async (question: Partial<MorningQuestion> = {}): Promise<MorningList> => {
  const found = await morningList(world.store, reading.queries, world.tenantId, { cause: null, node: null, sort: 'value', limit: 25, ...question }, world.ambient);
  if (found === null) throw new Error('no such node');
  return found;
};
const brief = ({ entries }: MorningList): unknown[] => entries.map(({ orderId, cause, fix }) => [orderId, cause, fix.kind, fix.to]);
const one = async (question: Partial<MorningQuestion> = {}): Promise<MorningEntry> => {
  const { entries: [entry, ...others] } = await list(question);
  if (!entry || others.length > 0) throw new Error(`${others.length} others`);
  return entry;
};
const act = (id: string, type: 'release' | 'accept'): ReturnType<World['act']> => world.act(id, { type, shipmentNo: 1 });
/** Does what a fix names, through the API. */
async function apply({ fix }: MorningEntry): Promise<number[]> {
  const answers: number[] = [];
  for (const { method, path, body } of fix.operations) {
    answers.push((await fetch(server.url + path, { method, headers: { authorization: `Bearer ${server.adminKey}`, 'content-type': 'application/json' }, body: JSON.stringify(body) })).status);
  }
  return answers;
}
const at = async (id: string): Promise<string[]> => (await world.query<{ place: string }>(`
  select n.code || ' ' || s.status as place from ordo.shipment s join ordo.node n on n.id = s.node_id and n.valid_to = 'infinity' where s.order_id = $1 and s.status <> 'CANCELLED' order by 1`, [id])).map(({ place }) => place);

describe('the morning list', () => {
  test('is empty where everything is on its way', async () => {
    await act(await ordered(), 'release');
    expect(await list()).toMatchObject({ entries: [], totals: [], overdue: [], more: false });
  });
  test('names what a hold keeps back, and releasing it is the fix', async () => {
    const id = await ordered();
    await world.act(id, { type: 'place_hold', kind: 'MANUAL', lineNo: null, shipmentNo: null, reason: 'look at it', owner: null, dueAt: null });
    const entry = await one();
    expect(entry).toMatchObject({ cause: 'HELD', orderId: id, fix: { kind: 'release_hold', sentence: 'A hold keeps it back: MANUAL (look at it)' } });
    expect(await apply(entry)).toEqual([200]);
    expect(await one()).toMatchObject({ cause: 'NOT_RELEASED' });
  });
  test('names what nobody released, and releasing it is the fix', async () => {
    const id = await ordered();
    const entry = await one();
    expect(entry).toMatchObject({ cause: 'NOT_RELEASED', shipment: { plannedShipDate: '2026-03-02', place: 0 }, fix: { kind: 'release', keeps_promise: true } });
    expect(await apply(entry)).toEqual([200]);
    expect(await at(id)).toEqual(['east RELEASED']);
    expect((await list()).entries).toEqual([]);
  });
  test('says when a late release leaves now, and does not say that a date which has passed is kept', async () => {
    const missed = await ordered(3, { deliverBy: NOW + 24 * HOUR });
    const open = await ordered(2, { deliverBy: NOW + 200 * HOUR });
    const shipBy = await ordered(1, { shipBy: NOW + 200 * HOUR });
    now = NOW + 4 * 24 * HOUR;
    expect((await list()).entries.map(({ orderId, fix }) => [orderId, fix.leaves, fix.keeps_promise])).toEqual([[missed, '2026-03-06', false], [open, '2026-03-06', null], [shipBy, '2026-03-06', true]]);
    await world.facts({ nodes: [aNode('east', { status: 'offline' })] });
    expect((await list()).entries[0]).toMatchObject({ orderId: missed, cause: 'NODE_CLOSED', fix: { keeps_promise: false } });
  });
  test('names what its node does not get ready by the cut-off, and sends it elsewhere', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 9; n++) {
      ids.push(await ordered());
      await act(ids[n] ?? '', 'release');
      now += 1_000;
    }
    const found = await list();
    // Less than eight hours are left, and each order takes one.
    expect(brief(found)).toEqual([[ids[7], 'NODE_BEHIND', 'reroute', ['west']], [ids[8], 'NODE_BEHIND', 'reroute', ['west']]]);
    expect(found.totals).toEqual([{ cause: 'NODE_BEHIND', orders: 2, shipments: 2, money: [{ currency: 'EUR', total_minor: 2_000 }] }]);
    const [entry] = found.entries;
    expect(entry).toMatchObject({ fix: { keeps_promise: true, leaves: '2026-03-02', operations: [{ method: 'POST', body: { reason: 'NO_CAPACITY' } }] } });
    expect(entry && await apply(entry)).toEqual([200]);
    expect(await at(ids[7] ?? '')).toEqual(['west PLANNED']);
    expect(await one({ node: 'east' })).toMatchObject({ orderId: ids[8] });
  });
  test('holds goods against the cut-off of their carrier, which may come before that of the node', async () => {
    const express = aService({ carrier: 'post', code: 'express', level: 'express', calendar: null, lanes: [aLane(1, 1)] });
    for (const answer of await saveShippingFacts(world.store, world.tenantId, [{ idempotencyKey: null, bodyHash: '00', actor: 'test', action: 'save', validFrom: null, fact: { kind: 'carrier_service', code: 'post/express', document: express } }], world.ambient)) expect(answer.ok).toBe(true);
    const noon = { ...SLOW.operations, cutOffs: [{ carrier: 'post', service: null, time: '12:00' }] };
    await world.facts({ nodes: [aNode('east', { priority: 1, ...operations(noon), address: { country: 'DE' } })] });
    const [soon, usual] = [await ordered(2, { serviceLevel: 'express', contact: { ship_to: { name: 'Ada', street: 'Weg 1', city: 'Berlin', postcode: '10115', country: 'DE' } } }), await ordered()];
    expect(await world.query("select document #>> '{plan,service}' as service from ordo.shipment where order_id = $1", [soon])).toEqual([{ service: 'express' }]);
    const causes = async (): Promise<unknown[]> => (await list()).entries.map(({ orderId, cause }) => [orderId, cause]);
    expect(await causes()).toEqual([[soon, 'NOT_RELEASED'], [usual, 'NOT_RELEASED']]);
    now = Date.UTC(2026, 2, 2, 11, 30);
    expect(await causes()).toEqual([[soon, 'NODE_BEHIND'], [usual, 'NOT_RELEASED']]);
    const untils = async (question: Partial<MorningQuestion>): Promise<unknown[]> => (await list(question)).entries.map(({ orderId, cutOff, shipment }) => [orderId, cutOff && new Date(cutOff.at).toISOString(), shipment?.carrier]);
    expect(await untils({ sort: 'cut_off' })).toEqual([[soon, '2026-03-02T12:00:00.000Z', 'post'], [usual, '2026-03-02T17:00:00.000Z', null]]);
    const waits = await ordered(9, { deliverBy: now + HOUR }, 'RARE');
    now = Date.UTC(2026, 2, 2, 12, 1);
    expect(await untils({ sort: 'cut_off' })).toEqual([[usual, '2026-03-02T17:00:00.000Z', null], [soon, '2026-03-02T12:00:00.000Z', 'post'], [waits, null, undefined]]);
    expect((await untils({ sort: 'cut_off', limit: 1 }))).toHaveLength(1);
    expect((await untils({})).map((one) => (one as unknown[])[0])).toEqual([waits, soon, usual]);
    const shown = await fetch(`${server.url}/v1/morning-list?sort=cut_off&limit=1`, { headers: { authorization: `Bearer ${server.adminKey}` } });
    expect([shown.status, (await server.ordo('morning', '--sort', 'cut-off')).code, (await server.ordo('morning', '--sort', 'colour')).code]).toEqual([200, 0, 2]);
    await world.query('truncate ordo.shipping_fact');
    await world.query('update ordo.fact_version set version = version + 1');
  });
  test('names what is at a closed node, and the customer is told where no other has it', async () => {
    await world.receive('RARE', 'east', 5);
    const [common, rare] = [await ordered(2), await ordered(1, {}, 'RARE')];
    const { id: _id, ...east } = (await world.store.transact(world.tenantId, (tx) => tx.loadNodes(now))).find(({ code }) => code === 'east') ?? { id: '' };
    await world.facts({ nodes: [{ ...aNode('east'), ...east, status: 'offline' }] });
    const found = await list();
    expect(brief(found)).toEqual([[common, 'NODE_CLOSED', 'reroute', ['west']], [rare, 'NODE_CLOSED', 'tell_customer', []]]);
    expect(found.entries[1]?.fix).toMatchObject({ sentence: 'No other node has it: nobody can say when it leaves; tell the customer.', operations: [] });
    const [first] = found.entries;
    expect(first?.fix.operations).toMatchObject([{ body: { node: 'west', lines: [1] } }]);
    expect(first && await apply(first)).toEqual([200]);
    expect(await at(common)).toEqual(['west PLANNED']);
  });
  test.each([
    ['goes to two nodes', { east: 10 }, { west: 6, third: 4 }, 'tell_customer'], ['has units at a third node', { east: 6, third: 4 }, { west: 6 }, 'tell_customer'],
    ['joins units that are there', { east: 6, west: 4 }, { west: 6 }, 'reroute'],
  ] as const)('offers to send a line by hand where that can be done: one that %s', async (_what, before, after, kind) => {
    await world.facts({ nodes: [aNode('third', { priority: 3, ...operations({}) })] });
    for (const [node, units] of Object.entries(before)) await world.receive('RARE', node, units);
    const id = await ordered(10, {}, 'RARE');
    for (const [node, units] of Object.entries(after)) await world.receive('RARE', node, units);
    await world.facts({ nodes: [aNode('east', { status: 'offline' })] });
    const entry = (await list({ cause: 'NODE_CLOSED' })).entries[0];
    expect(entry).toMatchObject({ orderId: id, fix: { kind } });
    if (entry) expect(await apply(entry)).toEqual(kind === 'reroute' ? [200] : []);
    if (kind === 'reroute') expect(await at(id)).toEqual(['west PLANNED']);
    else expect(entry?.fix.sentence).toBe('No one node has all of a line, and by hand a line goes to one: nobody can say when it leaves; tell the customer.');
  });
  test('names what a node that goes offline was told of for a later day, and sends it elsewhere', async () => {
    const [told, planned, taken] = [await ordered(), await ordered(), await ordered()];
    for (const id of [told, taken]) await act(id, 'release');
    await act(taken, 'accept');
    await world.query("update ordo.shipment set planned_ship_date = '2026-03-04'");
    expect((await list()).entries).toEqual([]);
    await world.facts({ nodes: [aNode('east', { priority: 1, status: 'offline', ...SLOW })] });
    const entry = await one();
    expect(entry).toMatchObject({ orderId: told, cause: 'NODE_CLOSED', shipment: { status: 'RELEASED', plannedShipDate: '2026-03-04' }, fix: { kind: 'reroute', to: ['west'] } });
    expect(await apply(entry)).toEqual([200]);
    expect(await Promise.all([told, planned, taken].map(at))).toEqual([['west PLANNED'], ['east PLANNED'], ['east ACCEPTED']]);
    expect((await list()).entries.filter(({ cause }) => cause === 'NODE_CLOSED')).toEqual([]);
  });
  test('names what its node has not accepted in the time of its channel', async () => {
    const [quick, web] = [await ordered(1, { channel: 'quick' }), await ordered()];
    for (const id of [quick, web]) await act(id, 'release');
    now = NOW + 29 * 60_000;
    expect((await list()).entries).toEqual([]);
    now = NOW + 31 * 60_000;
    expect(await one()).toMatchObject({ cause: 'NOT_ACCEPTED', orderId: quick, fix: { kind: 'reroute', to: ['west'], operations: [{ body: { reason: 'OTHER' } }] } });
    await act(quick, 'accept');
    expect((await list()).entries).toEqual([]);
    now = NOW + 121 * 60_000;
    expect(await one()).toMatchObject({ cause: 'NOT_ACCEPTED', orderId: web });
  });
  test('names what waits for stock and is promised until tomorrow, and routes it where there is some now', async () => {
    await ordered(1, {}, 'RARE');
    await ordered(1, { deliverBy: NOW + 72 * HOUR }, 'RARE');
    const id = await ordered(1, { deliverBy: NOW + 30 * HOUR }, 'RARE');
    expect(await one()).toMatchObject({ cause: 'WAITING_FOR_STOCK', orderId: id, shipment: null, promisedAt: NOW + 30 * HOUR, fix: { kind: 'tell_customer', sentence: 'No node has it in time: tell the customer.' } });
  });
  test('puts the most valuable first, counts beyond its page, filters, and says what is overdue', async () => {
    const ids = [await ordered(1), await ordered(5), await ordered(3)];
    const found = await list({ limit: 2 });
    expect([found.entries.map(({ orderId }) => orderId), found.more, found.totals]).toEqual([[ids[1], ids[2]], true, [{ cause: 'NOT_RELEASED', orders: 3, shipments: 3, money: [{ currency: 'EUR', total_minor: 9_000 }] }]]);
    expect((await list({ cause: 'HELD' })).entries).toEqual([]);
    expect((await list({ node: 'west' })).totals).toEqual([]);
    now = NOW + 24 * HOUR;
    const { overdue, nodes } = await list();
    expect(overdue.map(({ nodeId, ...rest }) => ({ ...rest, node: nodes.get(nodeId)?.code }))).toEqual([{ shipments: 3, oldest: '2026-03-02', node: 'east' }]);
  });
  test('gives fixes for one moment, whatever becomes of the orders while it looks', async () => {
    const id = await ordered(2);
    await act(id, 'release');
    await world.facts({ nodes: [aNode('east', { status: 'offline' })] });
    type Work<T> = (tx: ClosureTransaction) => Promise<T>;
    const busy = <T>(work: Work<T>): Work<T> => (tx) => work({
      ...tx, readOrders: async (ids) => {
        const orders = await tx.readOrders(ids);
        expect(await world.act(id, { type: 'cancel', lines: null, reason: 'too late', force: true })).toMatchObject({ ok: true });
        return orders;
      },
    });
    const store: LookStore = { transact: (tenant, work) => world.store.transact(tenant, busy(work)), look: (tenant, work) => world.store.look(tenant, busy(work)) };
    const found = await morningList(store, reading.queries, world.tenantId, { cause: null, node: null, sort: 'value', limit: 25 }, world.ambient);
    expect(found && brief(found)).toEqual([[id, 'NODE_CLOSED', 'reroute', ['west']]]);
    expect((await list()).entries).toEqual([]);
  });
  test('gives fixes that can be done together: two orders are not sent to one last unit', async () => {
    await world.query("update ordo.stock set on_hand = 1 where node_id = (select id from ordo.node where code = 'west' limit 1)");
    for (const id of [await ordered(), await ordered()]) await act(id, 'release');
    await closeNodes(world.store, world.tenantId, { idempotencyKey: null, bodyHash: '', actor: 'clerk', nodes: ['east'], until: null, reason: 'storm', includeAccepted: false, apply: true }, world.ambient);
    expect((await list()).entries.map(({ fix }) => fix.kind)).toEqual(['reroute', 'tell_customer']);
  });
});

test('the API and the command line show it, and name a node that is not there', async () => {
  now = Date.now();
  await ordered(4, { deliverBy: now + HOUR }, 'RARE');
  const shown = await server.ordo('morning');
  expect(shown.code, shown.err).toBe(0);
  expect(shown.out).toMatch(/waiting for stock +1 +.*40\.00/);
  expect(shown.out).toMatch(/#\d+ .*tell the customer/);
  const answer = await fetch(`${server.url}/v1/morning-list?limit=5`, { headers: { authorization: `Bearer ${server.adminKey}` } });
  expect(await answer.json()).toMatchObject({ totals: [{ cause: 'WAITING_FOR_STOCK', orders: 1 }], data: [{ channel: 'web', total_minor: 4_000, shipment: null }], has_more: false });
  const wrong = await fetch(`${server.url}/v1/morning-list?node=nowhere`, { headers: { authorization: `Bearer ${server.adminKey}` } });
  expect([wrong.status, ((await wrong.json()) as { code: string }).code]).toEqual([422, 'UNKNOWN_NODE']);
  expect((await server.ordo('morning', '--cause', 'weather')).code).toBe(2);
  expect((await server.ordo('morning', '--cause', 'held')).out).toContain('Everything that should leave tonight is on its way.');
});
