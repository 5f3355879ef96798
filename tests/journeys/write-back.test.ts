import { hash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CONNECTORS } from '../../src/connectors/index.ts';
import type { ChannelCallView } from '../../src/flows/channel-calls.ts';
import type { Connector } from '../../src/flows/connector.ts';
import { mapVariants } from '../../src/flows/map-variants.ts';
import type { WriteBack } from '../../src/flows/write-back.ts';
import { postgresChannelCalls } from '../../src/postgres/channel-calls.ts';
import { postgresConnections } from '../../src/postgres/connections.ts';
import { postgresInbox } from '../../src/postgres/inbox.ts';
import { newId } from '../../src/postgres/tenants.ts';
import { verifyTenant } from '../../src/postgres/verify/index.ts';
import type { WorkerSettings } from '../../src/server/workers/index.ts';
import { openShopify, openWooCommerce, type Shopify, type WooCommerce } from '../support/partners.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { type RunningWorkers, runWorkers, until } from '../support/workers.ts';
import { aChannel, anItem, aNode, openWorld, type World } from '../support/world.ts';

let database: TestDatabase;
let world: World;
let shopify: Shopify;
let woo: WooCommerce;
let workers: RunningWorkers[] = [];
const ids = { shopify: '', woo: '' };

beforeAll(async () => {
  database = await createTestDatabase();
  world = await openWorld(database);
  [shopify, woo] = await Promise.all([openShopify({ accessToken: 'shpat' }), openWooCommerce({ key: 'ck', secret: 'cs' })]);
  await world.facts({
    items: [anItem('A'), anItem('B'), anItem('BOX', { units: [{ name: 'case', factor: 12 }] }), anItem('CUP'), anItem('TEA'), anItem('SET', { components: [{ sku: 'CUP', quantity: 2 }, { sku: 'TEA', quantity: 1 }] })], nodes: [aNode('NORTH'), aNode('SOUTH', { priority: 2 })],
    channels: [aChannel('shopify', { currency: 'USD', buffer: 2 }), aChannel('woo', { currency: 'USD' })],
  });
  for (const sku of ['A', 'B', 'BOX']) await world.receive(sku, 'NORTH', 1000);
  await world.receive('A', 'SOUTH', 50);
  ids.shopify = await connect('shopify', 'shopify', { baseUrl: shopify.url, credentials: { access_token: 'shpat' }, places: { NORTH: '1', SOUTH: '2' } });
  ids.woo = await connect('woo', 'woocommerce', { baseUrl: woo.url, credentials: { consumer_key: 'ck', consumer_secret: 'cs' } });
  for (const [channel, variant, sku, unit] of [['shopify', '77', 'A', null], ['shopify', '78', 'BOX', 'case'], ['shopify', '79', 'SET', null], ['woo', '9', 'B', null]] as const) {
    const [answer] = await mapVariants(world.store, world.tenantId, [{ idempotencyKey: null, bodyHash: '00', actor: 'test', channel, variantId: variant, sku, unit }], world.ambient);
    expect(answer?.ok).toBe(true);
  }
});
beforeEach(() => {
  shopify.behave();
  woo.behave();
});
afterEach(async () => {
  await Promise.all(workers.map((one) => one.stop()));
  workers = [];
});
afterAll(async () => {
  const { checks } = await verifyTenant(world.pool, world.tenantId);
  await Promise.all([shopify.close(), woo.close()]);
  await world.close();
  await database.drop();
  expect(checks.filter(({ differences }) => differences > 0)).toEqual([]);
});

async function connect(channel: string, connector: string, change: object): Promise<string> {
  const connections = postgresConnections(world.pool);
  const [row] = await world.query<{ id: string }>('select id from ordo.channel where code = $1', [channel]);
  const id = newId();
  await connections.create(world.tenantId, { id, code: channel, connector, channelId: row?.id ?? '', secret: 'hush-hush', matchBySku: true, captureTestOrders: false });
  await connections.change(world.tenantId, id, change);
  return id;
}

/** The real ones, called as often as a test likes. */
const QUICK: ReadonlyMap<string, Connector> = new Map([...CONNECTORS].map(([name, connector]) => [name, { ...connector, ...(connector.writeBack ? { writeBack: { ...connector.writeBack, callsPerSecond: 500 } } : {}) }]));
const work = ({ connectors = QUICK, ...settings }: Partial<WorkerSettings> & { connectors?: typeof QUICK } = {}): RunningWorkers => {
  const running = runWorkers(world, { allow: [new URL(shopify.url).host, new URL(woo.url).host], connectors, settings: { channelPausesMs: [20, 40, 80], ...settings } });
  workers.push(running);
  return running;
};
const calls = (state: ChannelCallView['state'] | null = null): Promise<readonly ChannelCallView[]> =>
  postgresChannelCalls(world.pool).list(world.tenantId, { connectionId: null, state, orderId: null, after: null, limit: 250 });

let serial = 500;
/** An order of the shop that is known to both sides; resolves with our id of it. */
async function ordered(quantity: number, over: object = {}): Promise<{ externalId: string; orderId: string }> {
  const externalId = String((serial += 1));
  const body = Buffer.from(JSON.stringify({
    id: Number(externalId), name: `#${externalId}`, created_at: '2026-03-01T09:00:00Z', updated_at: '2026-03-01T10:00:00Z', currency: 'USD', taxes_included: false, financial_status: 'paid',
    total_price: (quantity * 5).toFixed(2), total_tax: '0.00', total_discounts: '0.00', shipping_lines: [], line_items: [
      { id: serial * 10, variant_id: 77, sku: 'A', title: 'The A', quantity, price: '5.00', requires_shipping: true, total_discount: '0.00', tax_lines: [], properties: [] }],
    shipping_address: { name: 'Ida', address1: '1 Way', city: 'Town', zip: '12345', country_code: 'US' }, ...over,
  }));
  shopify.addOrder({ id: externalId, lines: [{ id: String(serial * 10), quantity }] });
  await postgresInbox(world.pool).keep(world.tenantId, [{ id: newId(), connectionId: ids.shopify, deliveryId: newId(), topic: 'orders/create', bodyHash: hash('sha256', body), body }]);
  for (const one of workers) one.received();
  let orderId = '';
  await until('the order is captured', async () => {
    orderId = (await world.query<{ id: string }>('select id from ordo.sales_order where external_id = $1', [externalId]))[0]?.id ?? '';
    return orderId !== '';
  });
  return { externalId, orderId };
}
async function ship(orderId: string, trackingNumber: string): Promise<void> {
  const no = { shipmentNo: 1 };
  await world.act(orderId, { type: 'release', ...no });
  await world.act(orderId, { type: 'accept', ...no });
  await world.act(orderId, { type: 'pick', ...no, lines: null, correctStock: false });
  await world.act(orderId, { type: 'pack', ...no, packages: null });
  const shipped = await world.act(orderId, { type: 'ship', ...no, carrier: 'UPS', service: null, trackingNumbers: [trackingNumber] });
  expect(shipped.ok).toBe(true);
  for (const one of workers) one.nudge();
}
const told = (externalId: string) => shopify.fulfilments.filter(({ order }) => order === externalId || order.endsWith(`/${externalId}`));

describe('a channel is told', () => {
  it('of goods that left, once, whatever the call met, and whoever else was at it', async () => {
    work();
    work();
    const { externalId, orderId } = await ordered(3);
    shopify.misbehave({ kind: 'reset' }, { on: shopify.about('fulfillmentCreate') });
    shopify.misbehave({ kind: 'html' });
    await ship(orderId, `TRACK-${externalId}`);
    await until('it is told', async () => (await calls('done')).some((call) => call.orderId === orderId));
    expect(told(externalId)).toMatchObject([{ company: 'UPS', numbers: [`TRACK-${externalId}`], lines: [{ quantity: 3 }] }]);
  });

  it('of a shipment in part', async () => {
    work();
    const { externalId, orderId } = await ordered(5);
    await world.act(orderId, { type: 'cancel', lines: [{ lineNo: 1, quantity: 2 }], reason: 'sold out', force: false });
    await ship(orderId, 'PART');
    await until('it is told', () => told(externalId).length > 0);
    expect(told(externalId)).toMatchObject([{ lines: [{ quantity: 3 }] }]);
  });

  it('of kits when their last component has left', async () => {
    work();
    await world.receive('CUP', 'NORTH', 40);
    await world.receive('TEA', 'SOUTH', 8);
    const { externalId, orderId } = await ordered(3, { line_items: [
      { id: (serial + 1) * 10, variant_id: 79, sku: 'SET', title: 'The set', quantity: 3, price: '5.00', requires_shipping: true, total_discount: '0.00', tax_lines: [], properties: [] }] });
    await ship(orderId, 'CUPS');
    await until('the first part is noted', async () => (await calls('done')).some((call) => call.orderId === orderId));
    expect(told(externalId)).toEqual([]);
    for (const type of ['release', 'ship'] as const) {
      expect((await world.act(orderId, type === 'release' ? { type, shipmentNo: 2 } : { type, shipmentNo: 2, carrier: 'UPS', service: null, trackingNumbers: ['TEA'] })).ok).toBe(true);
    }
    for (const one of workers) one.nudge();
    await until('the kits are told', () => told(externalId).length > 0);
    expect(told(externalId)).toMatchObject([{ numbers: ['TEA'], lines: [{ quantity: 3 }] }]);
  });

  it('of what was cancelled here, and not of what it cancelled itself', async () => {
    work();
    const [ours, theirs] = [await ordered(1), await ordered(1)];
    await world.act(ours.orderId, { type: 'cancel', lines: null, reason: 'no stock', force: false });
    const body = Buffer.from(JSON.stringify({
      id: Number(theirs.externalId), name: '#x', created_at: '2026-03-01T09:00:00Z', updated_at: '2026-03-01T11:00:00Z', cancelled_at: '2026-03-01T11:00:00Z', cancel_reason: 'customer', currency: 'USD',
      taxes_included: false, financial_status: 'paid', total_price: '5.00', total_tax: '0.00', total_discounts: '0.00', shipping_lines: [], line_items: [
        { id: Number(theirs.externalId) * 10, variant_id: 77, sku: 'A', title: 'The A', quantity: 1, price: '5.00', requires_shipping: true, total_discount: '0.00', tax_lines: [], properties: [] }],
    }));
    await postgresInbox(world.pool).keep(world.tenantId, [{ id: newId(), connectionId: ids.shopify, deliveryId: newId(), topic: 'orders/cancelled', bodyHash: hash('sha256', body), body }]);
    workers[0]?.received();
    await until('the channel knows', () => (shopify.orders.get(ours.externalId)?.cancelledAt ?? null) !== null);
    await until('ours follows', async () => (await world.query("select from ordo.sales_order where id = $1 and status = 'CANCELLED'", [theirs.orderId])).length === 1);
    expect((await calls()).filter(({ kind }) => kind === 'cancel').map(({ orderId }) => orderId)).toEqual([ours.orderId]);
    expect(shopify.orders.get(theirs.externalId)?.cancelledAt).toBeNull();
  });

  it('of what can be sold, per place and in its own units, within seconds of a change', async () => {
    shopify.addVariant('77', { 1: 0, 2: 0 });
    shopify.addVariant('78', { 1: 0, 2: 0 });
    shopify.addVariant('79', { 1: 0, 2: 0 });
    woo.addProduct({ id: 9 });
    work();
    for (const id of [ids.shopify, ids.woo]) await postgresConnections(world.pool).change(world.tenantId, id, { pushStock: true });
    const shown = (variant: string) => [shopify.stock.get(`item-${variant}@1`), shopify.stock.get(`item-${variant}@2`)];
    const sellable = async (sku: string, node: string): Promise<number> => Number((await world.query<{ free: string }>(
      'select on_hand - reserved as free from ordo.stock s join ordo.item i on i.id = s.item_id join ordo.node n on n.id = s.node_id where i.sku = $1 and n.code = $2', [sku, node]))[0]?.free);
    const before = await sellable('A', 'NORTH');
    await until('all mapped variants are told', () => shown('77')[0] === before - 2 && shown('78')[0] === Math.floor(998 / 12) && woo.stock.get(9)?.stock_quantity === 1000);
    expect(shown('77'), 'the buffer is taken from the fullest').toEqual([before - 2, 50]);
    const { orderId } = await ordered(4);
    await until('the reservation is told', () => shown('77')[0] === before - 6);
    await world.receive('A', 'SOUTH', 5);
    for (const one of workers) one.nudge();
    await until('the receipt is told', () => shown('77')[1] === 55);
    await world.act(orderId, { type: 'cancel', lines: null, reason: 'x', force: false });
    for (const one of workers) one.nudge();
    await until('the cancellation is told', () => shown('77')[0] === before - 2);
    // Five kits could be made of cups in one place and tea in another, less the buffer; one more when there is more tea.
    expect(shown('79')).toEqual([3, 0]);
    await world.receive('TEA', 'SOUTH', 1);
    for (const one of workers) one.nudge();
    await until('what its component allows is told', () => shown('79')[0] === 4);
  });

  it('of all it may sell when a node goes away, and anew when it is told again after a pause', async () => {
    work();
    const shown = (): (number | undefined)[] => [shopify.stock.get('item-77@1'), shopify.stock.get('item-77@2')];
    const [north = 0, south = 0] = shown();
    await world.facts({ nodes: [aNode('SOUTH', { priority: 2, status: 'offline' })] });
    for (const one of workers) one.nudge();
    await until('the node that is away shows nothing', () => shown()[1] === 0);
    const connections = postgresConnections(world.pool);
    await connections.change(world.tenantId, ids.shopify, { pushStock: false });
    await world.facts({ nodes: [aNode('SOUTH', { priority: 2 })] });
    await world.receive('A', 'NORTH', 3);
    for (const one of workers) one.nudge();
    await until('what happened meanwhile is passed', async () => (await world.query(
      "select from ordo.consumer c join ordo.event_counter k using (tenant_id) where c.name = 'channels' and c.position = k.position")).length === 1);
    await connections.change(world.tenantId, ids.shopify, { pushStock: true });
    await until('it is told anew', () => shown()[0] === north + 3 && shown()[1] === south);
  });

  it('late where it was down, and what it will not take waits for a person', async () => {
    const running = work();
    const { externalId, orderId } = await ordered(1);
    shopify.misbehave({ kind: 'status', status: 503 }, { times: 3, on: ({ body }) => JSON.stringify(body).includes(`/${externalId}"`) });
    await ship(orderId, 'LATE');
    await until('it is told in the end', () => told(externalId).length === 1);
    const refused = await ordered(1);
    // Its own call, and none of stock that may come between.
    shopify.misbehave({ kind: 'status', status: 401 }, { on: ({ body }) => JSON.stringify(body).includes(`/${refused.externalId}"`) });
    await ship(refused.orderId, 'REFUSED');
    await until('a person has to look', async () => (await calls('dead')).some((call) => call.orderId === refused.orderId));
    const [dead] = (await calls('dead')).filter((call) => call.orderId === refused.orderId);
    expect(dead?.note).toMatch(/token/);
    await postgresChannelCalls(world.pool).retry(world.tenantId, dead?.id ?? '');
    running.nudge();
    await until('a person had it told', () => told(refused.externalId).length === 1);
  });

  it('that its order was taken in, where it wants to know, and once', async () => {
    await postgresConnections(world.pool).change(world.tenantId, ids.shopify, { acknowledge: true });
    shopify.misbehave({ kind: 'reset' }, { on: shopify.about('tagsAdd') });
    work();
    work();
    const { externalId, orderId } = await ordered(1);
    await until('it is told', async () => (await calls('done')).some((call) => call.orderId === orderId && call.kind === 'acknowledge'));
    const [order] = await world.query<{ number: string }>('select number::text from ordo.sales_order where id = $1', [orderId]);
    expect([...(shopify.orders.get(externalId)?.tags ?? [])]).toEqual([`Ordo ${order?.number}`]);
    await postgresConnections(world.pool).change(world.tenantId, ids.shopify, { acknowledge: false });
    const unasked = await ordered(1);
    await world.act(unasked.orderId, { type: 'cancel', lines: null, reason: 'x', force: false });
    for (const one of workers) one.nudge();
    await until('its events are passed', async () => (await calls()).some((call) => call.orderId === unasked.orderId));
    expect((await calls()).filter((call) => call.orderId === unasked.orderId).map(({ kind }) => kind)).toEqual(['cancel']);
  });

  it('of many variants with a few calls', async () => {
    const variants = Array.from({ length: 120 }, (_, index) => String(5000 + index));
    for (const variant of variants) shopify.addVariant(variant, { 1: 0, 2: 0 });
    await world.query(`insert into ordo.listing (tenant_id, channel_id, variant_id, item_id, mapped_by, sku)
      select l.tenant_id, l.channel_id, v, l.item_id, 'test', l.sku from ordo.listing l, unnest($1::text[]) v where l.variant_id = '77'`, [variants]);
    shopify.behave();
    work();
    await postgresConnections(world.pool).change(world.tenantId, ids.shopify, { pushStock: true });
    await until('all are told', () => variants.every((variant) => shopify.stock.get(`item-${variant}@2`) === shopify.stock.get('item-77@2')));
    expect(shopify.requests.filter(shopify.about('inventorySetQuantities')).length).toBeLessThanOrEqual(2);
    await world.query('delete from ordo.listing where variant_id = any($1)', [variants]);
    await postgresConnections(world.pool).change(world.tenantId, ids.shopify, { pushStock: false });
  });
});

describe('work that was claimed', () => {
  const claimed = async (): Promise<number> => Number((await world.query<{ n: string }>("select count(*) as n from ordo.channel_call where claimed_until > clock_timestamp() and state = 'pending'"))[0]?.n);
  /** Orders with a cancellation each to tell, noted and not yet made. */
  async function waiting(count: number): Promise<string[]> {
    const orders: string[] = [];
    for (let one = 0; one < count; one += 1) orders.push((await ordered(1)).orderId);
    await postgresConnections(world.pool).change(world.tenantId, ids.shopify, { status: 'paused' });
    for (const id of orders) await world.act(id, { type: 'cancel', lines: null, reason: 'x', force: false });
    for (const one of workers) one.nudge();
    await until('all are noted', async () => (await calls('pending')).filter(({ orderId }) => orders.includes(orderId ?? '')).length === count);
    return orders;
  }
  const resume = (): Promise<unknown> => postgresConnections(world.pool).change(world.tenantId, ids.shopify, { status: 'active' });

  it('is given back at once when the channel rests after failures, and another worker does it', async () => {
    const first = work({ channelPausesMs: [60_000] });
    const orders = await waiting(9);
    shopify.misbehave({ kind: 'status', status: 503 }, { times: 5, on: shopify.about('order') });
    await resume();
    await until('five have failed', async () => (await calls('pending')).filter(({ orderId, attempts }) => orders.includes(orderId ?? '') && attempts === 1).length === 5);
    await until('nothing is claimed', async () => (await claimed()) === 0);
    work();
    await until('the other worker does the rest', async () => (await calls('done')).filter(({ orderId }) => orders.includes(orderId ?? '')).length === 4);
    await first.stop();
    await world.query("update ordo.channel_call set next_attempt_at = now() where state = 'pending'");
    await until('all are told', async () => (await calls('done')).filter(({ orderId }) => orders.includes(orderId ?? '')).length === 9);
  });

  it('that only waits for itself, such as shipments on hold at the shop, keeps the channel from nothing else', async () => {
    work();
    const held = [];
    for (let one = 0; one < 6; one += 1) held.push(await ordered(1));
    for (const { externalId } of held) for (const part of shopify.orders.get(externalId)?.fulfilmentOrders ?? []) part.status = 'ON_HOLD';
    for (const [index, { orderId }] of held.entries()) await ship(orderId, `HELD-${index}`);
    const ids = held.map(({ orderId }) => orderId);
    await until('all wait', async () => (await calls('pending')).filter(({ orderId, attempts }) => ids.includes(orderId ?? '') && attempts > 0).length === held.length);
    const { orderId } = await ordered(1);
    await world.act(orderId, { type: 'cancel', lines: null, reason: 'x', force: false });
    for (const one of workers) one.nudge();
    await until('another thing is told meanwhile', async () => (await calls('done')).some((call) => call.orderId === orderId));
    await world.query("delete from ordo.channel_call where order_id = any($1)", [ids]);
  });

  it('is given back at once by a worker that is told to stop, but for what is under way', async () => {
    const first = work({ stopGraceMs: 10 });
    const orders = await waiting(4);
    shopify.misbehave({ kind: 'delay', ms: 800 }, { on: shopify.about('order') });
    const before = shopify.requests.length;
    await resume();
    await until('the first is under way', () => shopify.requests.length > before);
    await first.stop();
    expect(await claimed()).toBe(1);
    work();
    await until('another worker does the others', async () => (await calls('done')).filter(({ orderId }) => orders.includes(orderId ?? '')).length >= 3);
  });
});

it('a kind of channel that cannot be told of something gets no such call, and a person is told', async () => {
  const connectors = new Map([...QUICK].map(([name, { writeBack, ...connector }]): [string, Connector] => {
    if (!writeBack) return [name, connector];
    const { cancel: _cancel, fulfil: _fulfil, ...rest } = writeBack;
    const fulfil: NonNullable<WriteBack['fulfil']> = { tracking: false, partial: false, tell: async (one) => ({ kind: 'done', note: `${one.carrier} ${one.trackingNumbers.length}` }) };
    return [name, { ...connector, writeBack: { ...rest, fulfil } }];
  }));
  work({ connectors });
  const [cancelled, shipped] = [await ordered(1), await ordered(1)];
  const before = shopify.requests.length;
  await world.act(cancelled.orderId, { type: 'cancel', lines: null, reason: 'no stock', force: false });
  await ship(shipped.orderId, 'UNTOLD');
  await until('it waits for a person', async () => (await calls('dead')).some(({ orderId }) => orderId === cancelled.orderId));
  await until('the shipment is told without tracking', async () => (await calls('done')).some(({ orderId }) => orderId === shipped.orderId));
  expect((await calls('dead')).find(({ orderId }) => orderId === cancelled.orderId)?.note).toBe('Shopify cannot be told that an order was cancelled from here. See to it there by hand.');
  expect((await calls('done')).find(({ orderId }) => orderId === shipped.orderId)?.note).toBe('null 0');
  expect(shopify.requests.slice(before).filter(shopify.about('orderCancel')).filter(({ body }) => JSON.stringify(body).includes(cancelled.externalId))).toEqual([]);
});
