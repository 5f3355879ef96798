import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_ROUTING_POLICY } from '../../src/domain/catalog/index.ts';
import { publicId } from '../../src/domain/kernel/index.ts';
import { postgresDesk } from '../../src/postgres/desk.ts';
import { type DeskRow, fixOf, QUEUES } from '../../src/flows/desk.ts';
import { allOperations } from '../support/operations.ts';
import { openApi, type TestApi } from '../support/api.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { aChannel, anItem, aNode, anOrder, orderIdOf, type World } from '../support/world.ts';

let database: TestDatabase;
let server: TestApi;
let world: World;
let serial = 0;
let sku = '';

beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  world = server.world;
  await world.facts({
    nodes: [aNode('east', { priority: 1 }), aNode('west', { priority: 2 })],
    channels: [aChannel('web', { whenUnavailable: 'exception' }), aChannel('strict', { whenUnavailable: 'exception', routing: { ...DEFAULT_ROUTING_POLICY, attemptLimit: 1 } })],
  });
});
afterAll(async () => {
  await server.close();
  await database.drop();
});
/** Each test has an item and the queues to itself. */
beforeEach(async () => {
  await world.query('update ordo.exception set resolved_at = now() where resolved_at is null');
  await world.query('update ordo.hold set released_at = now() where released_at is null');
  await world.query('delete from ordo.desk_item');
  sku = `S${(serial += 1)}`;
  await world.facts({ items: [anItem(sku)] });
});

async function ask<T>(method: string, path: string, body?: unknown, key = server.adminKey): Promise<{ status: number; body: T }> {
  const response = await fetch(server.url + path, { method, headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  return { status: response.status, body: await response.json() as T };
}
interface Item { id: string; owner: string | null; snoozed_until: string | null; subject: Record<string, unknown>; at_stake: unknown; reason: string; fix: { action: string; needs: string[]; operation: { method: string; path: string; body: object } } }
interface Queue { code: string; open: { value: number; exact: boolean }; assigned_to_me: number; snoozed: number; oldest_at: string | null; at_stake: unknown }
interface Bulk { dry_run: boolean; matched: number; has_more: boolean; change: string | null; summary: unknown[]; results: { id: string; outcome: string; action: string; problem?: { code: string; status: number } }[] }
const items = async (code: string, query = ''): Promise<Item[]> => (await ask<{ data: Item[] }>('GET', `/v1/work-queues/${code}/items${query}`)).body.data;
const queue = async (code: string): Promise<Queue | undefined> => (await ask<{ data: Queue[] }>('GET', '/v1/work-queues')).body.data.find((one) => one.code === code);
const ordered = async (quantity = 1, over: Parameters<typeof anOrder>[1] = {}): Promise<string> => orderIdOf((await world.capture(anOrder([{ sku, quantity }], over)))[0]);
const held = async (kind: 'PAYMENT' | 'FRAUD' = 'PAYMENT'): Promise<string> => {
  const id = await ordered();
  await world.act(id, { type: 'place_hold', kind, lineNo: null, shipmentNo: null, reason: 'look at it', owner: null, dueAt: null });
  return id;
};
const openKinds = async (): Promise<string[]> => (await world.query<{ kind: string }>('select kind from ordo.exception where resolved_at is null order by kind')).map(({ kind }) => kind);

test('every queue is there, and an empty one says so', async () => {
  const { body: { data } } = await ask<{ data: Queue[] }>('GET', '/v1/work-queues');
  expect(data.length).toBeGreaterThan(20);
  expect(data.every(({ open, oldest_at: oldest }) => open.value === 0 && open.exact && oldest === null)).toBe(true);
  expect(await items('parked_work')).toEqual([]);
  expect((await ask('GET', '/v1/work-queues/nonsense/items')).status).toBe(404);
});

test('every fix names an operation that there is', async () => {
  const operations = await allOperations();
  const row: DeskRow = {
    subject: `exc_${'0'.repeat(32)}`, since: 0, reason: '', owner: null, snoozedUntil: null, orderId: '00000000-0000-0000-0000-000000000000', orderNumber: 1, currency: 'EUR', totalMinor: 1, lineNo: 1, shipmentNo: 1, holdNo: 1,
    sku: 'A', node: 'east', channel: 'web', variant: '1',
  };
  for (const queue of QUEUES) {
    const { operation: { method, path } } = fixOf(queue, row);
    expect(operations.some((one) => one.method === method && new RegExp(`^${one.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path)), `${queue.code}: ${path}`).toBe(true);
  }
});

test('an order is at stake once, in its currency, and the entry says what clears it', async () => {
  await world.receive(sku, 'east', 5);
  const [first, second] = [await held(), await held()];
  await world.act(first, { type: 'place_hold', kind: 'PAYMENT', lineNo: 1, shipmentNo: null, reason: 'again', owner: null, dueAt: null });
  expect(await queue('hold_payment')).toMatchObject({ open: { value: 3, exact: true }, at_stake: { money: [{ currency: 'EUR', total_minor: 2000 }], orders: 2, complete: true } });
  const [entry] = await items('hold_payment');
  expect(entry).toMatchObject({ id: `hld_${first.replaceAll('-', '')}_1`, reason: 'look at it', subject: { order: publicId('order', first), channel: 'web' }, at_stake: { currency: 'EUR', total_minor: 1000 }, fix: { action: 'release_hold', needs: [] } });
  const { method, path, body } = entry?.fix.operation ?? { method: '', path: '', body: {} };
  expect((await ask(method, path, body)).status).toBe(200);
  expect((await items('hold_payment')).map(({ subject }) => subject['order'])).toEqual([publicId('order', second), publicId('order', first)]);
});

test('entries are read page by page, each once', async () => {
  for (let n = 0; n < 5; n++) await held();
  const seen: string[] = [];
  let cursor = '';
  for (let n = 0; n < 10; n++) {
    const { body } = await ask<{ data: Item[]; next_cursor: string | null }>('GET', `/v1/work-queues/hold_payment/items?limit=2${cursor}`);
    seen.push(...body.data.map(({ id }) => id));
    if (body.next_cursor === null) break;
    cursor = `&cursor=${body.next_cursor}`;
  }
  expect([seen.length, new Set(seen).size]).toEqual([5, 5]);
});

describe('what people note of entries', () => {
  test('owners and rests narrow the list down, and both may be taken back', async () => {
    const ids = (await Promise.all([held(), held()])).map((id) => `hld_${id.replaceAll('-', '')}_1`).toSorted();
    const [a = '', b = ''] = ids;
    const at = `/v1/work-queues/hold_payment/items`;
    const { body: mine } = await ask<{ owner: string }>('POST', `${at}/${a}/assign`, {});
    expect(mine).toMatchObject({ id: a, snoozed_until: null });
    expect(mine.owner).toMatch(/^key_/);
    expect((await ask('POST', `${at}/${b}/assign`, { owner: 'usr_0192aaaabbbb7ccc8dddeeeeffff0001' })).status).toBe(200);
    expect([(await items('hold_payment', '?owner=me')).map(({ id }) => id), (await items('hold_payment', '?owner=nobody')).length]).toEqual([[a], 0]);
    expect((await ask('POST', `${at}/${a}/snooze`, { until: '2000-01-01T00:00:00Z' })).body).toMatchObject({ code: 'INVALID_FIELD', errors: [{ pointer: '#/until' }] });
    expect((await ask('POST', `${at}/${a}/snooze`, { until: '2100-01-01T00:00:00Z' })).body).toMatchObject({ owner: mine.owner, snoozed_until: '2100-01-01T00:00:00.000Z' });
    expect([(await items('hold_payment')).map(({ id }) => id), (await items('hold_payment', '?snoozed=only')).map(({ id }) => id), (await items('hold_payment', '?snoozed=all')).length]).toEqual([[b], [a], 2]);
    expect(await queue('hold_payment')).toMatchObject({ open: { value: 2 }, assigned_to_me: 1, snoozed: 1 });
    expect((await ask('POST', `${at}/${a}/assign`, { owner: null })).body).toMatchObject({ owner: null, snoozed_until: '2100-01-01T00:00:00.000Z' });
    expect((await ask('POST', `${at}/${a}/unsnooze`, {})).body).toMatchObject({ owner: null, snoozed_until: null });
    expect(await world.query('select subject from ordo.desk_item')).toEqual([{ subject: b }]);
    expect((await ask('POST', `${at}/hld_${'0'.repeat(32)}_1/assign`, {})).status).toBe(404);
  });

  test('are taken back from many entries at once, as they were before and only where nobody has changed them since', async () => {
    const [a = '', b = '', c = ''] = (await Promise.all([held(), held(), held()])).map((id) => `hld_${id.replaceAll('-', '')}_1`).toSorted();
    const at = '/v1/work-queues/hold_payment';
    await ask('POST', `${at}/items/${a}/assign`, { owner: 'usr_0192aaaabbbb7ccc8dddeeeeffff0001' });
    await ask('POST', `${at}/items/${a}/snooze`, { until: '2100-01-01T00:00:00Z' });
    const { body: given } = await ask<Bulk>('POST', `${at}/bulk`, { action: 'assign', ids: [a, b, c] });
    expect([given.results.map(({ outcome }) => outcome), given.change]).toEqual([['done', 'done', 'done'], expect.stringMatching(/^[0-9a-f-]{36}$/)]);
    // Given away and taken again: the entry looks as the action left it, and is somebody's own decision now.
    await ask('POST', `${at}/items/${c}/assign`, { owner: null });
    await ask('POST', `${at}/items/${c}/assign`, {});
    expect((await ask<Bulk>('POST', `${at}/bulk`, { action: 'undo', change: given.change, ids: [a, b, c], dry_run: true })).body.results.map(({ outcome }) => outcome)).toEqual(['would_do', 'would_do', 'would_do']);
    const undo = (ids: readonly string[]) => ask<Bulk>('POST', `${at}/bulk`, { action: 'undo', change: given.change, ids });
    const { body: undone } = await undo([a, b, c, `hld_${'0'.repeat(32)}_1`]);
    expect(new Map(undone.results.map(({ id, outcome }) => [id, outcome]))).toEqual(new Map([[a, 'done'], [b, 'done'], [c, 'changed_since'], [`hld_${'0'.repeat(32)}_1`, 'not_there']]));
    expect((await items('hold_payment', '?snoozed=all')).map(({ id, owner, snoozed_until: until }) => [id, owner, until])).toEqual(expect.arrayContaining([
      [a, 'usr_0192aaaabbbb7ccc8dddeeeeffff0001', '2100-01-01T00:00:00.000Z'], [b, null, null], [c, expect.stringMatching(/^key_/), null],
    ]));
    expect((await undo([a, b])).body.results.map(({ outcome }) => outcome)).toEqual(['changed_since', 'changed_since']);
    const { body: rested } = await ask<Bulk>('POST', `${at}/bulk`, { action: 'snooze', until: '2100-01-01T00:00:00Z', ids: [b] });
    expect((await ask<Bulk>('POST', `${at}/bulk`, { action: 'undo', change: rested.change, ids: [b] })).body.results).toMatchObject([{ outcome: 'done' }]);
    expect(await queue('hold_payment')).toMatchObject({ snoozed: 1 });
    expect((await ask('POST', `${at}/bulk`, { action: 'undo', ids: [b] })).body).toMatchObject({ errors: [{ pointer: '#/change' }] });
  });

  test('go with the cause, and a rest with its time', async () => {
    const [one, two] = [await held(), await held()];
    for (const id of [one, two]) await ask('POST', `/v1/work-queues/hold_payment/items/hld_${id.replaceAll('-', '')}_1/assign`, {});
    await world.query("insert into ordo.desk_item select tenant_id, 'parked_work', 'prk_' || repeat('0', 32), null, now(), 'test', now() from ordo.tenant where tenant_id = $1", [world.tenantId]);
    await world.query("insert into ordo.desk_item select tenant_id, queue, 'ord_' || repeat('0', 32), 'me', null, 'test', now() from ordo.tenant, unnest('{promise_late,promise_at_risk}'::text[]) queue where tenant_id = $1", [world.tenantId]);
    await world.query("insert into ordo.order_deadline (tenant_id, order_id, channel_id, placed_at, open, level, deadline, due_at, cause, looked_at) values ($1, '00000000-0000-0000-0000-000000000000', gen_random_uuid(), now(), true, 'late', 'promise', now(), 'NO_STOCK', now())", [world.tenantId]);
    await world.act(one, { type: 'release_hold', holdNo: 1, reason: 'paid' });
    expect(await postgresDesk(world.pool).sweep(world.tenantId, Date.now(), 100)).toBe(3);
    expect(await world.query('select queue, subject from ordo.desk_item order by 1')).toEqual([{ queue: 'hold_payment', subject: `hld_${two.replaceAll('-', '')}_1` }, { queue: 'promise_late', subject: `ord_${'0'.repeat(32)}` }]);
    await world.query('delete from ordo.order_deadline');
  });

  test('of another tenant are not seen, nor can they be made', async () => {
    const id = `hld_${(await held()).replaceAll('-', '')}_1`;
    const other = await server.otherTenant(`other-${serial}`);
    const read = await ask<{ data: Queue[] }>('GET', '/v1/work-queues', undefined, other.key);
    expect(read.body.data.filter(({ open }) => open.value > 0)).toEqual([]);
    expect((await ask('POST', `/v1/work-queues/hold_payment/items/${id}/assign`, {}, other.key)).status).toBe(404);
    expect((await ask<Bulk>('POST', '/v1/work-queues/hold_payment/bulk', { action: 'fix', ids: [id] }, other.key)).body.results).toMatchObject([{ id, outcome: 'not_there' }]);
  });
});

describe('many at once', () => {
  test('a dry run says what would be done, and doing it clears the queue', async () => {
    for (let n = 0; n < 3; n++) await held('FRAUD');
    const { body: trial } = await ask<Bulk>('POST', '/v1/work-queues/hold_fraud/bulk', { action: 'fix', dry_run: true });
    expect(trial).toMatchObject({ dry_run: true, matched: 3, has_more: false, summary: [{ action: 'release_hold', outcome: 'would_do', entries: 3 }] });
    expect((await items('hold_fraud')).length).toBe(3);
    const { body } = await ask<Bulk>('POST', '/v1/work-queues/hold_fraud/bulk', { action: 'fix' });
    expect(body.summary).toEqual([{ action: 'release_hold', outcome: 'done', entries: 3 }]);
    expect(await items('hold_fraud')).toEqual([]);
    expect(await world.query("select distinct actor like 'key_%' as by_key from ordo.event where type = 'HoldReleased'")).toContainEqual({ by_key: true });
  });

  test('each row says what became of it, under the scopes of who asks', async () => {
    const one = await ordered();
    expect(await openKinds()).toEqual(['NO_STOCK']);
    const key = await server.keyWith(['orders:read', 'orders:write']);
    const { body } = await ask<Bulk>('POST', '/v1/work-queues/no_stock/bulk', { action: 'fix' }, key);
    expect(body.results).toMatchObject([{ outcome: 'done', action: 'route_again' }]);
    expect(await openKinds()).toEqual(['NO_STOCK']);
    expect((await ask<Bulk>('POST', '/v1/work-queues/no_stock/bulk', { action: 'resolve' })).body).toMatchObject({ code: 'INVALID_FIELD', errors: [{ pointer: '#/reason' }] });
    expect((await ask<Bulk>('POST', '/v1/work-queues/hold_fraud/bulk', { action: 'resolve', reason: 'done' })).body).toMatchObject({ code: 'INVALID_FIELD', errors: [{ pointer: '#/action' }] });
    expect((await ask<Bulk>('POST', '/v1/work-queues/no_stock/bulk', { action: 'resolve', reason: 'told the customer', ids: ['exc_none', ...(await items('no_stock')).map(({ id }) => id)] })).body.summary)
      .toEqual([{ action: 'resolve', outcome: 'done', entries: 1 }, { action: 'resolve', outcome: 'not_there', entries: 1 }]);
    expect(await openKinds()).toEqual([]);
    await world.act(one, { type: 'cancel', lines: null, reason: 'end', force: false, by: 'seller' });
  });

  test('what a fix needs is asked for, and what an operation refuses is the row\'s own', async () => {
    await world.receive(sku, 'east', 3);
    const id = await ordered(3);
    for (const type of ['release', 'accept'] as const) await world.act(id, { type, shipmentNo: 1 });
    await world.stock({ type: 'adjust', sku, node: 'east', owner: '', condition: 'A', change: { text: '-1', unit: null }, reasonCode: 'DAMAGED', note: null });
    const [entry] = await items('short_released');
    expect(entry).toMatchObject({ subject: { sku, node: 'east' }, at_stake: null, fix: { action: 'count_stock', needs: ['quantity'], operation: { path: '/v1/stock/counts', body: { sku, node: 'east' } } } });
    expect((await ask('POST', '/v1/work-queues/short_released/bulk', { action: 'fix' })).body).toMatchObject({ errors: [{ pointer: '#/fields/quantity' }] });
    expect((await ask<Bulk>('POST', '/v1/work-queues/short_released/bulk', { action: 'fix', fields: { quantity: 'many' } })).body.results).toMatchObject([{ outcome: 'failed', problem: { status: 422 } }]);
    expect((await ask<Bulk>('POST', '/v1/work-queues/short_released/bulk', { action: 'fix', fields: { quantity: 3 } })).body.results).toMatchObject([{ outcome: 'done' }]);
    expect(await items('short_released')).toEqual([]);
  });
});

describe('an exception ends with its cause', () => {
  const rejected = (id: string, shipmentNo: number): ReturnType<World['act']> => world.act(id, { type: 'reject', shipmentNo, reasonCode: 'CLOSED', note: null });
  const shipped = async (): Promise<string> => {
    await world.receive(sku, 'east', 1);
    const id = await ordered();
    await world.act(id, { type: 'release', shipmentNo: 1 });
    await world.act(id, { type: 'ship', shipmentNo: 1, carrier: null, service: null, trackingNumbers: [] });
    return id;
  };
  const short = async (): Promise<string> => {
    await world.receive(sku, 'east', 2);
    const id = await ordered(2);
    await world.act(id, { type: 'release', shipmentNo: 1 });
    await world.stock({ type: 'adjust', sku, node: 'east', owner: '', condition: 'A', change: { text: '-1', unit: null }, reasonCode: 'DAMAGED', note: null });
    return id;
  };
  const tired = async (): Promise<string> => {
    await world.receive(sku, 'east', 1);
    const id = await ordered(1, { channel: 'strict' });
    await world.act(id, { type: 'release', shipmentNo: 1 });
    await rejected(id, 1);
    return id;
  };
  const cancel = (id: string): ReturnType<World['act']> => world.act(id, { type: 'cancel', lines: null, reason: 'end', force: true, by: 'seller' });
  const override = (id: string, node: string): ReturnType<World['act']> => world.act(id, { type: 'override_routing', node, lines: null, reason: 'by hand' });

  test.each<[kind: string, ends: string, cause: () => Promise<string>, end: (id: string) => Promise<unknown>]>([
    ['NO_STOCK', 'goods arrive', () => ordered(), () => world.receive(sku, 'west', 1)],
    ['NO_STOCK', 'the order is cancelled', () => ordered(), (id) => cancel(id)],
    ['NO_STOCK', 'a count finds some', () => ordered(), () => world.stock({ type: 'count', sku, node: 'west', owner: '', condition: 'A', counted: { text: '4', unit: null }, note: null })],
    ['ATTEMPTS_EXHAUSTED', 'the order is cancelled', tired, (id) => cancel(id)],
    ['ATTEMPTS_EXHAUSTED', 'somebody sends it from a node', tired, async (id) => { await world.receive(sku, 'west', 1); await override(id, 'west'); }],
    ['ATTEMPTS_EXHAUSTED', 'somebody has it routed again', tired, async (id) => { await world.receive(sku, 'west', 1); await world.act(id, { type: 'route', trigger: 'MANUAL' }); }],
    ['SHORT_RELEASED', 'goods arrive', short, () => world.receive(sku, 'east', 1)],
    ['SHORT_RELEASED', 'a count finds them', short, () => world.stock({ type: 'count', sku, node: 'east', owner: '', condition: 'A', counted: { text: '2', unit: null }, note: null })],
    ['SHORT_RELEASED', 'the node rejects', short, (id) => rejected(id, 1)],
    ['SHORT_RELEASED', 'the order is cancelled', short, (id) => cancel(id)],
    ['SHORT_RELEASED', 'the node picks short', short, (id) => world.act(id, { type: 'pick', shipmentNo: 1, lines: [{ lineNo: 1, quantity: 1 }], correctStock: false })],
    ['LOST_IN_TRANSIT', 'somebody settles it', async () => { const id = await shipped(); await world.act(id, { type: 'carrier_outcome', shipmentNo: 1, outcome: 'lost' }); return id; }, async () => ask('POST', `/v1/exceptions/${(await items('lost_in_transit'))[0]?.id}/resolve`, { reason: 'refunded' })],
    ['RETURNED_TO_SENDER', 'somebody settles it', async () => { const id = await shipped(); await world.act(id, { type: 'carrier_outcome', shipmentNo: 1, outcome: 'returned_to_sender' }); return id; }, async () => ask('POST', `/v1/exceptions/${(await items('returned_to_sender'))[0]?.id}/resolve`, { reason: 'refunded' })],
  ])('%s: %s', async (kind, _ends, cause, end) => {
    const id = await cause();
    expect(await openKinds()).toContain(kind);
    await end(id);
    expect(await openKinds()).not.toContain(kind);
  });

  test('and the day says who ended it', async () => {
    await world.query('delete from ordo.exception');
    await ordered();
    await world.receive(sku, 'west', 1);
    await ordered();
    await ask('POST', '/v1/work-queues/no_stock/bulk', { action: 'resolve', reason: 'enough' });
    expect((await ask('GET', '/v1/work-queues/stats')).body).toMatchObject({ opened: 2, resolved: 1, auto_closed: 1, median_age_seconds: 0 });
  });
});
