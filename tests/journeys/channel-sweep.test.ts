import { hash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CONNECTORS } from '../../src/connectors/index.ts';
import type { ChannelSweep, DifferenceView } from '../../src/flows/channel-sweeps.ts';
import type { Connector } from '../../src/flows/connector.ts';
import { postgresChannelSweeps } from '../../src/postgres/channel-sweeps.ts';
import { postgresConnections } from '../../src/postgres/connections.ts';
import { postgresInbox } from '../../src/postgres/inbox.ts';
import { newId } from '../../src/postgres/tenants.ts';
import { verifyTenant } from '../../src/postgres/verify/index.ts';
import { openShopify, openWooCommerce, type Shopify, type WooCommerce } from '../support/partners.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { type RunningWorkers, runWorkers, until } from '../support/workers.ts';
import { aChannel, anItem, aNode, openWorld, type World } from '../support/world.ts';

/** Channels are read again, and what was missed is made up for. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let database: TestDatabase;
let world: World;
let shop: Shopify;
let woo: WooCommerce;
let workers: RunningWorkers[] = [];
/** Time goes on by itself, and by jumps. */
let jumped = 0;
const now = (): number => Date.now() + jumped;
const ids = { shopify: '', woo: '' };

beforeAll(async () => {
  database = await createTestDatabase();
  world = await openWorld(database, now);
  [shop, woo] = await Promise.all([openShopify({ accessToken: 'shpat' }), openWooCommerce({ key: 'ck', secret: 'cs' })]);
  await world.facts({ items: [anItem('A'), anItem('SET', { components: [{ sku: 'A', quantity: 2 }] })], nodes: [aNode('NORTH')], channels: [aChannel('shopify', { currency: 'USD' }), aChannel('woo', { currency: 'USD' })] });
  await world.receive('A', 'NORTH', 10_000);
  ids.shopify = await connect('shopify', 'shopify', shop.url, { access_token: 'shpat' });
  ids.woo = await connect('woo', 'woocommerce', woo.url, { consumer_key: 'ck', consumer_secret: 'cs' });
});
beforeEach(() => {
  shop.behave();
  woo.behave();
});
afterEach(async () => {
  await Promise.all(workers.map((one) => one.stop()));
  workers = [];
});
afterAll(async () => {
  const { checks } = await verifyTenant(world.pool, world.tenantId);
  await Promise.all([shop.close(), woo.close()]);
  await world.close();
  await database.drop();
  expect(checks.filter(({ differences }) => differences > 0)).toEqual([]);
});

async function connect(channel: string, connector: string, baseUrl: string, credentials: Record<string, string>): Promise<string> {
  const [row] = await world.query<{ id: string }>('select id from ordo.channel where code = $1', [channel]);
  const id = newId();
  await postgresConnections(world.pool).create(world.tenantId, { id, code: channel, connector, channelId: row?.id ?? '', secret: 'hush-hush', matchBySku: true, captureTestOrders: false });
  await postgresConnections(world.pool).change(world.tenantId, id, { baseUrl, credentials });
  return id;
}

/** The connectors, without their pace. */
const HASTY: ReadonlyMap<string, Connector> = new Map([...CONNECTORS].map(([name, connector]) => [name, {
  ...connector, ...(connector.reconcile ? { reconcile: { ...connector.reconcile, callsPerSecond: 10_000 } } : {}), ...(connector.writeBack ? { writeBack: { ...connector.writeBack, callsPerSecond: 10_000 } } : {}),
}]));
function work(settings = {}): RunningWorkers {
  const running = runWorkers(world, { allow: [new URL(shop.url).host, new URL(woo.url).host], connectors: HASTY, settings: { channelPausesMs: [20, 40], ...settings } });
  workers.push(running);
  return running;
}

const sweeps = () => postgresChannelSweeps(world.pool);
const latest = async (connectionId = ids.shopify): Promise<ChannelSweep> => {
  const [sweep] = await sweeps().list(world.tenantId, connectionId, { before: null, limit: 1 });
  if (!sweep) throw new Error('not swept yet');
  return sweep;
};
/** Begins a sweep as a person would, and resolves with how it ended. */
async function swept(connectionId = ids.shopify): Promise<ChannelSweep> {
  if (workers.length === 0) work();
  const standing = await sweeps().standing(world.tenantId, connectionId);
  const begun = await sweeps().begin(world.tenantId, { id: newId(), connectionId, since: (standing?.sweptUntil ?? 0) - 10 * MINUTE, now: now() });
  expect(begun).not.toBeNull();
  await until('the sweep ends', async () => (await latest(connectionId)).endedAt !== null);
  return latest(connectionId);
}
const differences = (open = true): Promise<readonly DifferenceView[]> => sweeps().differences(world.tenantId, ids.shopify, { open, after: null, limit: 250 });

let serial = 100;
const nextId = (): number => (serial += 1);
/** An order as the shop tells of it. `changed` is in seconds after now. */
const anOrder = (id: number, quantity: number, over: Record<string, unknown> = {}): Record<string, unknown> & { id: number; updated_at: string } => ({
  id, name: `#${id}`, created_at: new Date(now() - HOUR).toISOString(), updated_at: new Date(now()).toISOString(), currency: 'USD', taxes_included: false, financial_status: 'paid', total_price: (quantity * 5).toFixed(2),
  total_tax: '0.00', total_discounts: '0.00', shipping_lines: [], line_items: [
    { id: id * 10, variant_id: 77, sku: 'A', title: 'The A', quantity, price: '5.00', requires_shipping: true, total_discount: '0.00', tax_lines: [], properties: [] }],
  shipping_address: { name: 'Ida', address1: '1 Way', city: 'Town', zip: '12345', country_code: 'US' }, ...over,
});
type Told = ReturnType<typeof anOrder>;
const inShop = (order: Told): Told => {
  shop.listed.set(order.id, order);
  return order;
};
async function arrives(topic: string, message: unknown): Promise<string> {
  const body = Buffer.from(JSON.stringify(message));
  const id = newId();
  await postgresInbox(world.pool).keep(world.tenantId, [{ id, connectionId: ids.shopify, deliveryId: newId(), topic, bodyHash: hash('sha256', body), body }]);
  for (const one of workers) one.received();
  return id;
}
const stateOf = async (messageId: string): Promise<string | undefined> => (await postgresInbox(world.pool).find(world.tenantId, messageId))?.state;
/** In the shop, and here by its webhook. */
async function known(order: Told): Promise<Told> {
  const id = await arrives('orders/create', inShop(order));
  if (workers.length === 0) work();
  await until('the webhook is taken in', async () => (await stateOf(id)) === 'done');
  return order;
}
const here = (...orders: readonly Told[]) => world.query<{ external_id: string; status: string; units: number; total_minor: number }>(
  `select o.external_id, o.status, sum(l.ordered - l.cancelled)::int as units, o.total_minor::int from ordo.sales_order o join ordo.order_line l on l.order_id = o.id and l.tenant_id = o.tenant_id
   where o.external_id = any($1) group by o.id, o.external_id, o.status, o.total_minor order by o.external_id`, [orders.map(({ id }) => String(id))]);
const idOf = async ({ id }: Told): Promise<string> => (await world.query<{ id: string }>('select id from ordo.sales_order where external_id = $1', [String(id)]))[0]?.id ?? '';
const listings = (): number => shop.requests.filter(({ path }) => path.endsWith('/orders.json')).length;

describe('a sweep', () => {
  it('fetches what is missing, and finds that both sides agree', async () => {
    const orders = [inShop(anOrder(nextId(), 1)), inShop(anOrder(nextId(), 2))];
    const webhook = await known(anOrder(nextId(), 3));
    expect(await swept()).toMatchObject({
      state: 'done', pages: 1, counts: { seen: 3, unreadable: 0, fetchedMissing: 2, fetchedNewer: 0, missingHere: 0, unknownThere: 0, differing: 0 },
      figures: [{ currency: 'USD', there: { orders: 3, totalMinor: 3_000, units: 6 }, here: { orders: 3, totalMinor: 3_000, units: 6 } }],
    });
    expect(await here(...orders, webhook)).toMatchObject([{ units: 1 }, { units: 2 }, { units: 3 }]);
    expect((await swept()).counts).toMatchObject({ seen: 3, fetchedMissing: 0, fetchedNewer: 0 });
  });

  it('brings up to date what webhooks did not tell: edits, cancellations, and another state of the same second', async () => {
    const [edited, cancelled, paid] = [await known(anOrder(nextId(), 2)), await known(anOrder(nextId(), 2)), await known(anOrder(nextId(), 2))];
    const later = new Date(now() + 1_000).toISOString();
    inShop({ ...anOrder(edited.id, 4), updated_at: later });
    inShop({ ...anOrder(cancelled.id, 2), updated_at: later, cancelled_at: later, cancel_reason: 'customer' });
    inShop({ ...anOrder(paid.id, 1), updated_at: paid.updated_at });
    expect(await swept()).toMatchObject({ state: 'done', counts: { fetchedMissing: 0, fetchedNewer: 3, missingHere: 0, unknownThere: 0 } });
    expect(await here(edited, cancelled)).toMatchObject([{ units: 4 }, { status: 'CANCELLED', units: 0 }]);
  });

  it('compares kits by whole ones, and not at all what came back after it may have been sent', async () => {
    const kit = (quantity: number) => ({ id: 9, variant_id: 78, sku: 'SET', title: 'The set', quantity, price: '5.00', requires_shipping: true, total_discount: '0.00', tax_lines: [], properties: [] });
    const ofKits = await known(anOrder(nextId(), 3, { line_items: [kit(3)] }));
    const returned = await known(anOrder(nextId(), 2));
    const [line] = returned['line_items'] as { id: number }[];
    inShop({
      ...anOrder(returned.id, 2), updated_at: new Date(now() - MINUTE).toISOString(), current_total_price: '5.00', line_items: [{ ...line, current_quantity: 1 }],
      refunds: [{ id: 1, refund_line_items: [{ id: 1, line_item_id: line?.id, quantity: 1, restock_type: 'return' }] }],
    });
    expect(await here(ofKits)).toMatchObject([{ units: 6 }]);
    expect((await swept()).state).toBe('done');
    expect((await differences()).filter(({ externalId }) => [ofKits, returned].some(({ id }) => String(id) === externalId))).toEqual([]);
    inShop({ ...anOrder(ofKits.id, 2, { line_items: [kit(2)] }), updated_at: new Date(now() - MINUTE).toISOString() });
    await swept();
    expect(await differences()).toMatchObject([{ kind: 'total' }, { kind: 'units', there: { units: 2 }, here: { units: 3 } }]);
    inShop(ofKits);
    await swept();
    expect(await differences()).toEqual([]);
  });

  it('and a webhook at the same time make one order of each', async () => {
    work();
    const orders = Array.from({ length: 20 }, () => inShop(anOrder(nextId(), 1)));
    const [ended] = await Promise.all([swept(), ...orders.map((order) => arrives('orders/create', order))]);
    expect(ended.state).toBe('done');
    await until('all messages are taken in', async () => (await world.query("select from ordo.inbox where state = 'waiting'")).length === 0);
    const captured = await world.query('select o.external_id, count(*)::int as events from ordo.sales_order o join ordo.event e on e.order_id = o.id where e.type = $2 and o.external_id = any($1) group by 1',
      [orders.map(({ id }) => String(id)), 'OrderCaptured']);
    expect(captured).toHaveLength(20);
    expect(new Set(captured.map(({ events }) => events))).toEqual(new Set([1]));
    expect((await swept()).counts).toMatchObject({ fetchedMissing: 0, fetchedNewer: 0, missingHere: 0, differing: expect.any(Number) });
  });

  it('goes on with the page that failed, and does not pass it', async () => {
    const orders = Array.from({ length: 120 }, () => inShop(anOrder(nextId(), 1)));
    const before = await sweeps().standing(world.tenantId, ids.shopify);
    work({ channelPausesMs: [HOUR] });
    const second = (): boolean => listings() === 2;
    shop.misbehave({ kind: 'status', status: 503 }, { on: ({ path }) => path.endsWith('/orders.json') && second() });
    expect(await sweeps().begin(world.tenantId, { id: newId(), connectionId: ids.shopify, since: now() - MINUTE, now: now() })).not.toBeNull();
    await until('the page fails', async () => (await latest()).attempts === 1);
    expect(await latest()).toMatchObject({ state: 'reading', pages: 1, note: 'The channel failed with status 503.' });
    expect(await sweeps().standing(world.tenantId, ids.shopify)).toEqual(before);
    await workers.pop()?.stop();
    jumped += HOUR;
    work();
    await until('the sweep ends', async () => (await latest()).state === 'done');
    const from = shop.requests.filter(({ path }) => path.endsWith('/orders.json')).map(({ query }) => query.get('since_id'));
    expect(from[1]).toBe(from[2]);
    expect(new Set(from).size).toBe(from.length - 1);
    expect(await here(...orders)).toHaveLength(120);
    expect((await sweeps().standing(world.tenantId, ids.shopify))?.sweptUntil).toBeGreaterThan(before?.sweptUntil ?? Infinity);
  });

  it('makes up for an hour in which the shop was down, by itself', async () => {
    await swept();
    await workers.pop()?.stop();
    work({ reconcileEveryMs: 10 * MINUTE, channelPausesMs: [10 * MINUTE] });
    shop.misbehave({ kind: 'drop' }, { times: Infinity });
    woo.misbehave({ kind: 'drop' }, { times: Infinity });
    const before = listings();
    for (let quarter = 1; quarter <= 4; quarter += 1) {
      jumped += 15 * MINUTE;
      await until('it was asked in vain', async () => (await latest()).attempts === quarter);
    }
    expect(listings() - before, 'and no oftener').toBe(4);
    const backlog = Array.from({ length: 60 }, (_, index) => inShop(anOrder(nextId(), 1, { updated_at: new Date(now() - index * MINUTE).toISOString() })));
    shop.behave();
    woo.behave();
    jumped += 11 * MINUTE;
    await until('the backlog is here', async () => (await here(...backlog)).length === 60);
    await until('the sweep ends', async () => (await latest()).state === 'done');
    expect(await latest()).toMatchObject({ counts: { fetchedMissing: 60, missingHere: 0 } });
    expect(workers[0]?.logged.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('is done by one of two workers, and goes on with the other when the first one stops', async () => {
    await Promise.all(Array.from({ length: 150 }, () => inShop(anOrder(nextId(), 1))));
    const [first] = [work({ reconcileEveryMs: 10 * MINUTE }), work({ reconcileEveryMs: 10 * MINUTE })];
    jumped += 11 * MINUTE;
    await until('it was swept', async () => (await latest()).state === 'done' && (await latest()).counts.fetchedMissing === 150);
    const from = shop.requests.filter(({ path }) => path.endsWith('/orders.json')).map(({ query }) => query.get('since_id'));
    expect(new Set(from).size, 'no page is read twice').toBe(from.length);
    await first?.stop();
    const before = (await latest()).id;
    jumped += 11 * MINUTE;
    await until('the other one sweeps', async () => (await latest()).id !== before && (await latest()).state === 'done');
  });

  it('complaint 21: fails where the key is refused, and says so', async () => {
    shop.misbehave({ kind: 'status', status: 401 });
    expect(await swept()).toMatchObject({ state: 'failed', note: expect.stringContaining('The access token is refused') });
    expect(await swept()).toMatchObject({ state: 'done' });
  });

  it('leaves a tombstone of what was cancelled before anybody knew it', async () => {
    const order = anOrder(nextId(), 1);
    inShop({ ...order, updated_at: new Date(now() + 1_000).toISOString(), cancelled_at: '2026-03-01T10:00:00Z', cancel_reason: 'fraud' });
    expect((await swept()).counts).toMatchObject({ missingHere: 0 });
    const late = await arrives('orders/create', order);
    await until('the late message is settled', async () => (await stateOf(late)) === 'ignored');
    expect(await here(order)).toEqual([]);
  });

  it('of a WooCommerce shop does the same', async () => {
    const put = (id: number, status: string, quantity: number, secondsAgo: number): void => woo.putOrder({
      id, status, number: String(id), currency: 'USD', date_created_gmt: '2026-03-01T09:00:00', date_modified_gmt: new Date(now() - secondsAgo * 1000).toISOString().slice(0, 19), date_paid_gmt: '2026-03-01T09:00:00',
      total: (quantity * 5).toFixed(2), total_tax: '0.00', shipping_total: '0.00', discount_total: '0.00', payment_method: 'card',
      line_items: [{ id: id * 10, name: 'The A', product_id: 7, variation_id: 0, sku: 'A', quantity, subtotal: (quantity * 5).toFixed(2), total: (quantity * 5).toFixed(2), total_tax: '0.00', meta_data: [] }],
    } as never);
    for (let id = 9_001; id <= 9_070; id += 1) put(id, 'processing', 1, 30);
    expect(await swept(ids.woo)).toMatchObject({ state: 'done', pages: expect.any(Number), counts: { seen: 70, fetchedMissing: 70, missingHere: 0, unknownThere: 0, differing: 0 } });
    put(9_001, 'cancelled', 1, 5);
    put(9_002, 'processing', 3, 5);
    expect((await swept(ids.woo)).counts).toMatchObject({ seen: 70, fetchedNewer: 2, differing: 0 });
    expect(await world.query("select external_id, status from ordo.sales_order where external_id in ('9001', '9002') order by 1")).toMatchObject([{ status: 'CANCELLED' }, {}]);
  });
});

describe('differences', () => {
  it('are listed to the cent and to the unit, and closed when both sides agree again', async () => {
    expect(await differences()).toEqual([]);
    const [money, goods, gone, foreign] = [await known(anOrder(nextId(), 2)), await known(anOrder(nextId(), 3)), await known(anOrder(nextId(), 1)), anOrder(nextId(), 1, { currency: 'EUR' })];
    // A shop may list no orders that are as old as this one: it is not missed.
    shop.listed.delete((await known(anOrder(nextId(), 1, { created_at: '2026-01-01T00:00:00Z' }))).id);
    const later = new Date(now() + 1_000).toISOString();
    // A state that cannot be taken in; and fewer units after the node was told of them.
    inShop({ ...money, updated_at: later, processed_at: '2090-01-01T00:00:00Z', total_price: '10.01' });
    const orderId = await idOf(goods);
    expect((await world.act(orderId, { type: 'release', shipmentNo: 1 })).ok).toBe(true);
    inShop({ ...anOrder(goods.id, 2), updated_at: later });
    shop.listed.delete(gone.id);
    inShop(foreign);

    expect((await swept()).counts).toMatchObject({ missingHere: 1, unknownThere: 1, differing: 2 });
    const found = new Map((await differences()).map((one) => [`${one.externalId} ${one.kind}`, one]));
    expect([...found.keys()].toSorted()).toEqual([`${money.id} total`, `${goods.id} units`, `${gone.id} unknown_there`, `${foreign.id} missing_here`].toSorted());
    expect(found.get(`${money.id} total`)).toMatchObject({ there: { currency: 'USD', totalMinor: 1_001, units: 2 }, here: { currency: 'USD', totalMinor: 1_000, units: 2 } });
    expect(found.get(`${goods.id} units`)).toMatchObject({ there: { units: 2 }, here: { units: 3 }, orderId });
    expect(found.get(`${gone.id} unknown_there`)).toMatchObject({ there: null, here: { totalMinor: 500 } });
    expect(found.get(`${foreign.id} missing_here`)).toMatchObject({ there: { currency: 'EUR', totalMinor: 500 }, here: null, note: expect.stringMatching(/^Its message msg_\w+ is in quarantine\.$/) });

    const firstSeen = found.get(`${money.id} total`)?.firstSeenAt;
    await swept();
    expect((await differences()).find(({ kind }) => kind === 'total')?.firstSeenAt).toBe(firstSeen);

    const evenLater = new Date(now() + 2_000).toISOString();
    inShop({ ...anOrder(money.id, 2), updated_at: evenLater });
    inShop({ ...anOrder(goods.id, 3), updated_at: evenLater });
    inShop({ ...anOrder(foreign.id, 1), updated_at: evenLater });
    await world.act(await idOf(gone), { type: 'cancel', lines: null, reason: 'unknown at the shop', force: true });
    expect((await swept()).counts).toMatchObject({ missingHere: 0, unknownThere: 0, differing: 0 });
    expect(await differences()).toEqual([]);
    expect(new Set((await differences(false)).map(({ kind }) => kind))).toEqual(new Set(['total', 'units', 'unknown_there', 'missing_here']));
  });

  it('of orders that the channel did not change since are looked at again', async () => {
    const foreign = inShop(anOrder(nextId(), 1, { currency: 'EUR' }));
    expect((await swept()).counts.missingHere).toBe(1);
    jumped += 2 * HOUR;
    await swept();
    expect((await swept()).counts, 'out of the window, and still open').toMatchObject({ missingHere: 1 });
    expect((await latest()).counts.seen).toBe(0);
    await arrives('orders/updated', { ...foreign, currency: 'USD' });
    await until('it is here', async () => (await here(foreign)).length === 1);
    await swept();
    expect(await differences()).toMatchObject([{ kind: 'total', there: { currency: 'EUR' }, here: { currency: 'USD' } }]);
    inShop({ ...foreign, currency: 'USD', updated_at: new Date(now()).toISOString() });
    await swept();
    expect(await differences()).toEqual([]);
  });
});

describe('what the shop holds', () => {
  const holdsOf = async (order: Told): Promise<unknown[]> =>
    world.query('select h.kind, h.reason, h.released_at is not null as released from ordo.hold h join ordo.sales_order o on o.id = h.order_id where o.external_id = $1 order by h.hold_no', [String(order.id)]);
  function fulfilmentOrder(order: Told, state: { status: string; holds: string[]; minute: number }): string {
    const known = shop.orders.get(String(order.id)) ?? shop.addOrder({ id: String(order.id), lines: [{ id: String(order.id * 10), quantity: 1 }] });
    const [one] = known.fulfilmentOrders;
    if (!one) throw new Error('no fulfilment order');
    Object.assign(one, { status: state.status, holds: state.holds, updatedAt: `2026-03-01T10:0${state.minute}:00Z` });
    return one.id;
  }
  const held = (order: Told): object => ({ fulfillment_order: { id: fulfilmentOrder(order, { status: 'ON_HOLD', holds: ['AWAITING_PAYMENT'], minute: 1 }), status: 'on_hold' } });
  const released = (order: Told): object => ({ fulfillment_order: { id: fulfilmentOrder(order, { status: 'OPEN', holds: [], minute: 2 }), status: 'open' } });

  it('is held here until the shop lets it go, also where the order comes last', async () => {
    work();
    const order = anOrder(nextId(), 1);
    await arrives('fulfillment_orders/placed_on_hold', held(order));
    await until('what is held waits for its order', async () => (await world.query("select from ordo.inbox where state = 'kept' and external_id = $1 and waits_for_order", [String(order.id)])).length === 1);
    await known(order);
    await until('it is held', async () => (await holdsOf(order)).length === 1);
    expect(await holdsOf(order)).toEqual([{ kind: 'CHANNEL_CHANGE', reason: 'The channel holds it: awaiting payment.', released: false }]);
    expect(await world.query("select from ordo.inbox where waits_for_order and external_id = $1", [String(order.id)])).toEqual([]);
    await arrives('fulfillment_orders/hold_released', released(order));
    await until('it is let go', async () => (await holdsOf(order)).every((one) => (one as { released: boolean }).released));
  });

  it('is not, where the message was erased that waited for the order', async () => {
    work();
    const order = anOrder(nextId(), 1);
    await arrives('fulfillment_orders/placed_on_hold', held(order));
    const waiting = () => world.query<{ id: string; state: string }>("select id, state from ordo.inbox where external_id = $1 and topic = 'fulfillment_orders/read'", [String(order.id)]);
    await until('what is held waits for its order', async () => (await waiting()).length === 1);
    await postgresInbox(world.pool).erase(world.tenantId, (await waiting())[0]?.id ?? '');
    await known(order);
    expect(await waiting()).toMatchObject([{ state: 'kept' }]);
    expect(await holdsOf(order)).toEqual([]);
  });

  it('is held once, however often it is told and by however many', async () => {
    work();
    work();
    const order = await known(anOrder(nextId(), 1, { financial_status: 'pending' }));
    await Promise.all([1, 2, 3].map(() => arrives('fulfillment_orders/placed_on_hold', held(order))));
    await until('it is held', async () => (await holdsOf(order)).length === 2);
    await until('nothing is left to ask', async () => (await world.query("select from ordo.channel_call where state = 'pending'")).length === 0 && (await world.query("select from ordo.inbox where state = 'waiting'")).length === 0);
    expect(await holdsOf(order)).toMatchObject([{ kind: 'PAYMENT' }, { kind: 'CHANNEL_CHANGE', released: false }]);
    await arrives('fulfillment_orders/hold_released', released(order));
    await until('it is let go', async () => ((await holdsOf(order))[1] as { released: boolean }).released);
  });
});
