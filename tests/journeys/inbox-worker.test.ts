import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { hash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CONNECTORS } from '../../src/connectors/index.ts';
import type { Connection, InboxMessage } from '../../src/flows/inbox.ts';
import { takeIn } from '../../src/flows/take-in.ts';
import { postgresConnections } from '../../src/postgres/connections.ts';
import { postgresInbox } from '../../src/postgres/inbox.ts';
import { newId } from '../../src/postgres/tenants.ts';
import { verifyTenant } from '../../src/postgres/verify/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { type RunningWorkers, runWorkers, until } from '../support/workers.ts';
import { aChannel, anItem, aNode, openWorld, type World } from '../support/world.ts';

const samples = new URL('../../../shared/samples/', import.meta.url);

let database: TestDatabase;
let world: World;
let workers: RunningWorkers | null = null;
const connections = new Map<string, Connection>();
beforeAll(async () => {
  database = await createTestDatabase();
  world = await openWorld(database);
  await world.facts({
    items: [anItem('A', { backorder: true })], nodes: [aNode('ONE')], channels: [aChannel('shopify', { currency: 'USD', autoRelease: true }), aChannel('woocommerce', { currency: 'USD' })],
  });
  await world.receive('A', 'ONE', 100_000);
  for (const connector of ['shopify', 'woocommerce']) {
    const [channel] = await world.query<{ id: string }>('select id from ordo.channel where code = $1', [connector]);
    const made = await postgresConnections(world.pool).create(world.tenantId, {
      id: newId(), code: connector, connector, channelId: channel?.id ?? '', secret: 'hush-hush', matchBySku: true, captureTestOrders: false,
    });
    if (made) connections.set(connector, made);
  }
});
afterEach(async () => {
  await workers?.stop();
  workers = null;
});
afterAll(async () => {
  const { checks } = await verifyTenant(world.pool, world.tenantId);
  await world.close();
  await database.drop();
  expect(checks.filter(({ differences }) => differences > 0)).toEqual([]);
});

const inbox = () => postgresInbox(world.pool);
const connectionOf = (connector: string): Connection => {
  const found = connections.get(connector);
  if (!found) throw new Error(`no connection ${connector}`);
  return found;
};
async function arrive(connector: string, messages: readonly { topic: string; body: string | object; deliveryId?: string }[]): Promise<string[]> {
  const arrived = messages.map(({ topic, body, deliveryId }) => {
    const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    return { id: newId(), connectionId: connectionOf(connector).id, deliveryId: deliveryId ?? newId(), topic, bodyHash: hash('sha256', bytes), body: bytes };
  });
  await inbox().keep(world.tenantId, arrived);
  return arrived.map(({ id }) => id);
}
const message = async (id: string): Promise<InboxMessage> => {
  const found = await inbox().find(world.tenantId, id);
  if (!found) throw new Error('no such message');
  return found;
};
async function settled(ids: readonly string[]): Promise<InboxMessage[]> {
  workers ??= runWorkers(world);
  workers.received();
  await until('messages are settled', async () => (await Promise.all(ids.map(message))).every(({ state }) => state !== 'waiting'), 20_000);
  return Promise.all(ids.map(message));
}

/** An order as Shopify tells of it, the least that it documents. */
const anOrder = (id: number, quantity: number, updatedAt = '2026-03-01T10:00:00Z', over: object = {}): object => ({
  id, name: `#${id}`, created_at: '2026-03-01T09:00:00Z', updated_at: updatedAt, currency: 'USD', taxes_included: false, financial_status: 'paid', email: 'ida@example.com',
  total_price: (quantity * 5).toFixed(2), total_tax: '0.00', total_discounts: '0.00', subtotal_price: (quantity * 5).toFixed(2), shipping_lines: [], discount_codes: [], note_attributes: [],
  line_items: [{ id: id * 10, variant_id: 77, sku: 'A', title: 'The A', quantity, price: '5.00', requires_shipping: true, total_discount: '0.00', tax_lines: [], properties: [] }],
  shipping_address: { name: 'Ida Test', address1: '1 Way', city: 'Town', zip: '12345', country_code: 'US' }, ...over,
});

describe('messages', () => {
  it('become an order that is routed and released, once, whatever comes twice or late', async () => {
    const create = { topic: 'orders/create', body: anOrder(1, 2), deliveryId: 'one' };
    const update = { topic: 'orders/updated', body: anOrder(1, 3, '2026-03-01T10:05:00Z'), deliveryId: 'two' };
    const [first = ''] = await arrive('shopify', [update]);
    expect(await settled([first])).toMatchObject([{ state: 'done', externalId: '1' }]);
    const [late = '', again = ''] = await arrive('shopify', [create, update]);
    await settled([late]);
    expect(await message(late)).toMatchObject({ state: 'ignored', reason: 'The order shows this state, or a newer one, already.' });
    expect(await inbox().find(world.tenantId, again), 'the same delivery is the same message').toBeNull();
    const order = async (): Promise<{ status: string; ordered: number; shipment: string }[]> => world.query(
      "select o.status, l.ordered::int, s.status as shipment from ordo.sales_order o join ordo.order_line l on l.order_id = o.id join ordo.shipment s on s.order_id = o.id where o.external_id = '1'");
    await until('it is released', async () => (await order())[0]?.shipment === 'RELEASED');
    expect(await order()).toEqual([{ status: 'PROCESSING', ordered: 3, shipment: 'RELEASED' }]);
  });

  it('that cannot be read wait for a person with every bad field, and can be taken in again', async () => {
    const ids = await arrive('shopify', [
      { topic: 'orders/create', body: 'not json' }, { topic: 'orders/create', body: '{"__proto__": {}}' },
      { topic: 'orders/create', body: { ...anOrder(2, 1), currency: 'DOLLARS', line_items: [{ id: 1, quantity: 'many' }] } },
    ]);
    const [noJson, prototype, fields] = await settled(ids);
    expect(noJson).toMatchObject({ state: 'quarantined', errors: [{ pointer: '', code: 'MALFORMED_JSON' }] });
    expect(prototype).toMatchObject({ state: 'quarantined', errors: [{ pointer: '/__proto__' }] });
    expect(fields?.errors?.map(({ pointer }) => pointer)).toEqual(expect.arrayContaining(['/currency', '/line_items/0/quantity']));
    await inbox().replay(world.tenantId, ids[2] ?? '');
    expect(await settled([ids[2] ?? ''])).toMatchObject([{ state: 'quarantined', attempts: 1 }]);
  });

  it('keep every digit of their ids, and lose only what no database holds', async () => {
    const body = JSON.stringify(anOrder(3, 1, undefined, { note: 'a\u0000b\ud83d', note_attributes: [{ name: '\u0000*\u0000x', value: 'y' }] })).replace('"id":3,', '"id":9007199254740993,').replace('"variant_id":77', '"variant_id":9007199254740995');
    const [done] = await settled(await arrive('shopify', [{ topic: 'orders/create', body }]));
    expect(done).toMatchObject({ state: 'done', externalId: '9007199254740993' });
    expect(await world.query("select document ->> 'variant_id' as variant from ordo.order_line where order_id = $1", [done?.orderId])).toEqual([{ variant: '9007199254740995' }]);
  });

  it('of refunds are kept, and those of other topics ignored with the reason', async () => {
    const [refund, cart] = await settled(await arrive('shopify', [{ topic: 'refunds/create', body: { id: 5, order_id: 1 } }, { topic: 'carts/update', body: { id: 1 } }]));
    expect(refund).toMatchObject({ state: 'kept', externalId: '1', reason: expect.any(String) });
    expect(cart).toMatchObject({ state: 'ignored', reason: expect.stringContaining('carts/update') });
  });

  it('of a paused connection wait', async () => {
    const { id } = connectionOf('woocommerce');
    await postgresConnections(world.pool).change(world.tenantId, id, { status: 'paused' });
    const [waiting = ''] = await arrive('woocommerce', [{ topic: 'order.created', body: '{}' }]);
    await settled(await arrive('shopify', [{ topic: 'orders/create', body: anOrder(3, 1) }]));
    expect((await message(waiting)).state).toBe('waiting');
    await postgresConnections(world.pool).change(world.tenantId, id, { status: 'active' });
    expect(await settled([waiting])).toMatchObject([{ state: 'quarantined' }]);
  });

  it('that meet a defect are tried again, then quarantined, while the others go on', async () => {
    const [poisoned = '', ...others] = await arrive('shopify', [4, 5, 6].map((id) => ({ topic: 'orders/create', body: anOrder(id, 1) })));
    let broken = true;
    const store: World['store'] = { look: world.store.look, transact: (tenantId, work) => world.store.transact(tenantId, (tx) => work({
      ...tx, loadKnownOrders: (identities) => (broken && identities.some(({ externalId }) => externalId === '4') ? Promise.reject(new TypeError('cannot know this order')) : tx.loadKnownOrders(identities)),
    })) };
    workers = runWorkers(world, { store, settings: { failedWorkPausesMs: [10, 20] } });
    expect(await settled(others)).toMatchObject([{ state: 'done' }, { state: 'done' }]);
    expect(await settled([poisoned])).toMatchObject([{ state: 'quarantined', reason: 'TypeError: cannot know this order', attempts: 3 }]);
    broken = false;
    await inbox().replay(world.tenantId, poisoned);
    expect(await settled([poisoned])).toMatchObject([{ state: 'done', externalId: '4' }]);
  });

  it('whose translation has a defect stop nobody else', async () => {
    const shopify = CONNECTORS.get('shopify');
    if (!shopify) throw new Error('no connector');
    const broken = { ...shopify, translate: (topic: string, body: unknown) => {
      if (topic === 'orders/poison') throw new TypeError('cannot translate');
      return shopify.translate(topic, body);
    } };
    const [poisoned = '', fine = ''] = await arrive('shopify', [{ topic: 'orders/poison', body: {} }, { topic: 'orders/create', body: anOrder(50, 1) }]);
    workers = runWorkers(world, { settings: { failedWorkPausesMs: [10] }, connectors: new Map([['shopify', broken]]) });
    expect(await settled([fine])).toMatchObject([{ state: 'done' }]);
    expect(await settled([poisoned])).toMatchObject([{ state: 'quarantined', reason: 'TypeError: cannot translate' }]);
  });

  it('taken in by two workers at once make one order', async () => {
    const bodies = Array.from({ length: 20 }, (_, n) => anOrder(100 + n, 1));
    const connection = connectionOf('shopify');
    const incoming = bodies.flatMap((body) => {
      const translation = CONNECTORS.get('shopify')?.translate('orders/create', body);
      return translation?.kind === 'order' ? [{
        messageId: newId(), channelId: connection.channelId, channel: 'shopify', order: translation.order, bodyHash: hash('sha256', JSON.stringify(body)), matchBySku: true, captureTestOrders: false,
      }] : [];
    });
    const both = await Promise.all([takeIn(world.store, world.tenantId, incoming, world.ambient), takeIn(world.store, world.tenantId, incoming, world.ambient)]);
    for (const { state } of both.flat()) expect(['done', 'again']).toContain(state);
    expect(await world.query("select from ordo.sales_order where external_id ~ '^1[01][0-9]$'")).toHaveLength(20);
  });
});

describe.skipIf(!existsSync(samples))('documented messages', () => {
  const files = ['shopify', 'woocommerce'].flatMap((connector) => (existsSync(samples) ? readdirSync(new URL(`${connector}/`, samples)) : []).map((name) => ({ connector, name })));
  const topicOf = (connector: string, name: string): string => {
    if (connector === 'woocommerce') return name.includes('refund') ? 'order.refunded' : 'order.updated';
    return /draft/.test(name) ? 'draft_orders/create' : /refund/.test(name) ? 'refunds/create' : 'orders/updated';
  };

  it('are captured, kept, ignored or refused with the reason: none is lost and none stops the others', async () => {
    const done: InboxMessage[] = [];
    // One after the other, because several of them tell of the same order.
    for (const { connector, name } of files) {
      done.push(...await settled(await arrive(connector, [{ topic: topicOf(connector, name), body: readFileSync(new URL(`${connector}/${name}`, samples), 'utf8'), deliveryId: name }])));
    }
    const outcome = Object.fromEntries(done.map(({ connection, deliveryId, state }) => [`${connection}/${deliveryId}`, state]));
    const of = (state: string): string[] => Object.keys(outcome).filter((name) => outcome[name] === state).toSorted();
    expect(of('done')).toEqual(['shopify/py_order.json', 'shopify/rb_order_with_properties.json', 'woocommerce/v3_order_00.json', 'woocommerce/v3_order_01.json', 'woocommerce/v3_order_03.json', 'woocommerce/v3_order_04.json']);
    for (const one of done.filter(({ state }) => state === 'quarantined')) {
      expect(one.errors?.length, one.deliveryId).toBeGreaterThan(0);
      expect(one.reason, one.deliveryId).toBeTruthy();
    }
    expect(of('quarantined')).toEqual(expect.arrayContaining(['shopify/webhook_shape_2025-04_orders_1.json', 'woocommerce/v3_order_request_00.json']));
  });
});
