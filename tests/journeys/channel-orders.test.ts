import { hash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChannelLine, ChannelOrder } from '../../src/domain/order/index.ts';
import { setGate } from '../../src/flows/channel-gates.ts';
import { sweepGates } from '../../src/flows/sweep-gates.ts';
import { identifyWaiting, mapVariants } from '../../src/flows/map-variants.ts';
import { savePriceLists, savePrices } from '../../src/flows/save-prices.ts';
import { type TakenIn, takeIn } from '../../src/flows/take-in.ts';
import { verifyTenant } from '../../src/postgres/verify/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { aChannel, anItem, aNode, openWorld, type World } from '../support/world.ts';

let database: TestDatabase;
let world: World;
let channelId = '';
beforeAll(async () => {
  database = await createTestDatabase();
  world = await openWorld(database);
  await world.facts({
    items: [anItem('A'), anItem('B'), anItem('BOX', { units: [{ name: 'case', factor: 12 }] }), anItem('STOPPED', { status: 'blocked' })],
    nodes: [aNode('NORTH', { latitude: 55, longitude: 10 }), aNode('SOUTH', { latitude: 45, longitude: 10, priority: 2 })], channels: [aChannel('shop')],
  });
  for (const sku of ['A', 'B', 'BOX']) for (const node of ['NORTH', 'SOUTH']) await world.receive(sku, node, 1000);
  channelId = (await world.query<{ id: string }>("select id from ordo.channel where code = 'shop'"))[0]?.id ?? '';
});
afterAll(async () => {
  const { checks, clean } = await verifyTenant(world.pool, world.tenantId);
  await world.close();
  await database.drop();
  expect(checks.filter(({ differences }) => differences > 0)).toEqual([]);
  expect(clean).toBe(true);
});

const aLine = (externalId: string, sku: string, quantity: number, over: Partial<ChannelLine> = {}): ChannelLine =>
  ({ externalId, variantId: `v-${sku}`, sku, title: `The ${sku}`, quantity: String(quantity), unitPrice: '10.00', discountMinor: 0, taxMinor: 0, properties: [], ...over });

let serial = 0;
function anOrder(lines: readonly ChannelLine[], over: Partial<ChannelOrder> = {}): ChannelOrder {
  serial += 1;
  const merchandise = lines.reduce((sum, line) => sum + Math.round(Number(line.quantity) * Number(line.unitPrice) * 100) - line.discountMinor, 0);
  return {
    externalId: `E-${serial}`, name: `#${serial}`, version: 1_000, test: false, cancelled: null, currency: 'EUR', placedAt: Date.UTC(2026, 0, 1), lines, takenOff: {}, leftThere: {},
    totals: { totalMinor: merchandise, shippingMinor: 0, discountMinor: 0, taxMinor: 0, otherMinor: 0, taxIncluded: true },
    payment: { state: 'paid', payments: [] }, risk: null, customer: { name: 'Ida Test', email: 'ida@example.com' },
    shipTo: { name: 'Ida Test', street: 'Way 1', city: 'Town', postcode: '1234', country: 'DK', coordinates: { latitude: 55, longitude: 10 } }, billTo: null, note: null, attributes: {}, ...over,
  };
}

/** The same order as its channel tells of it a moment later. */
const later = (order: ChannelOrder, over: Partial<ChannelOrder>): ChannelOrder => {
  const next = { ...order, ...over, version: order.version + 1 };
  const merchandise = next.lines.reduce((sum, line) => sum + Math.round(Number(line.quantity) * Number(line.unitPrice) * 100) - line.discountMinor, 0);
  return { ...next, totals: over.totals ?? { ...next.totals, totalMinor: merchandise } };
};

let messages = 0;
const come = (orders: readonly ChannelOrder[], over: { matchBySku?: boolean } = {}): Promise<readonly TakenIn[]> =>
  takeIn(world.store, world.tenantId, orders.map((order) => ({
    messageId: `m-${(messages += 1)}`, channelId, channel: 'shop', order, bodyHash: hash('sha256', JSON.stringify(order)), matchBySku: true, captureTestOrders: false, ...over,
  })), world.ambient);
async function comes(order: ChannelOrder, over: { matchBySku?: boolean } = {}): Promise<TakenIn> {
  const [taken] = await come([order], over);
  if (!taken) throw new Error('a message has an outcome');
  return taken;
}

interface Shown {
  status: string; total_minor: number; payment_state: string; source_version: number;
  lines: { sku: string; ordered: number; pending: number; reserved: number; cancelled: number; released: number }[];
  holds: { kind: string; reason: string; released: boolean }[];
}
async function shown({ orderId }: TakenIn): Promise<Shown> {
  const [order] = await world.query<Omit<Shown, 'lines' | 'holds'>>("select status, total_minor::int, source_version::int, document ->> 'payment_state' as payment_state from ordo.sales_order where id = $1", [orderId]);
  const lines = await world.query<Shown['lines'][number]>("select document ->> 'sku' as sku, ordered::int, pending::int, reserved::int, cancelled::int, released::int from ordo.order_line where order_id = $1 order by line_no", [orderId]);
  const holds = await world.query<Shown['holds'][number]>('select kind, reason, released_at is not null as released from ordo.hold where order_id = $1 order by hold_no', [orderId]);
  if (!order) throw new Error('no such order');
  return { ...order, lines, holds };
}
const contactOf = async ({ orderId }: TakenIn): Promise<Record<string, unknown>> => (await world.query<{ data: Record<string, unknown> }>('select data from ordo.order_contact where order_id = $1', [orderId]))[0]?.data ?? {};
const nodeOf = async ({ orderId }: TakenIn): Promise<string[]> =>
  (await world.query<{ code: string }>("select n.code from ordo.shipment s join ordo.node n on n.id = s.node_id and n.valid_to = 'infinity' where s.order_id = $1 and s.status <> 'CANCELLED' order by 1", [orderId])).map(({ code }) => code);
const openHolds = ({ holds }: Shown): string[] => holds.filter(({ released }) => !released).map(({ kind }) => kind);

describe('an order of a channel', () => {
  it('is captured once, however often and in whatever order its states come', async () => {
    const first = anOrder([aLine('1', 'A', 2)]);
    const second = later(first, { lines: [aLine('1', 'A', 3)] });
    const taken = await comes(second);
    expect(taken).toMatchObject({ state: 'done', reason: null });
    expect(await comes(first)).toMatchObject({ state: 'ignored', orderId: taken.orderId });
    expect(await comes(second), 'the same message again').toMatchObject({ state: 'done', orderId: taken.orderId });
    expect(await shown(taken)).toMatchObject({ status: 'PROCESSING', total_minor: 3000, source_version: 1_001, lines: [{ sku: 'A', ordered: 3, reserved: 3 }] });
    expect(await world.query("select from ordo.sales_order where external_id = $1", [first.externalId])).toHaveLength(1);
  });

  it('of several states in one batch shows the newest', async () => {
    const first = anOrder([aLine('1', 'A', 1)]);
    const taken = await come([later(first, { lines: [aLine('1', 'A', 5)] }), first]);
    expect(taken.map(({ state }) => state).toSorted()).toEqual(['done', 'ignored']);
    expect((await shown(taken.find(({ state }) => state === 'done') as TakenIn)).lines).toMatchObject([{ ordered: 5 }]);
  });

  it('that is cancelled before it is known is never captured, unless the channel says later that it lives', async () => {
    const order = anOrder([aLine('1', 'A', 1)], { version: 2_000, cancelled: { at: null, reason: 'customer' } });
    expect(await comes(order)).toMatchObject({ state: 'done', orderId: null });
    expect(await comes({ ...order, version: 1_999, cancelled: null })).toMatchObject({ state: 'ignored', orderId: null });
    expect(await comes({ ...order, version: 2_001, cancelled: null })).toMatchObject({ state: 'done', orderId: expect.any(String) });
  });

  it('is cancelled by the change matrix', async () => {
    const order = anOrder([aLine('1', 'A', 1)]);
    const taken = await comes(order);
    await comes(later(order, { cancelled: { at: null, reason: 'customer' } }));
    expect(await shown(taken)).toMatchObject({ status: 'CANCELLED', lines: [{ cancelled: 1, reserved: 0 }] });
  });

  it('that was placed in the time to come, by its own clock, was placed when it came', async () => {
    const now = world.ambient.now();
    const [first] = await come([anOrder([aLine('1', 'A', 1)], { placedAt: now + 10 * 3_600_000 })]);
    const [placed] = await world.query<{ placed_at: Date }>('select placed_at from ordo.sales_order where id = $1', [first?.orderId]);
    expect(first?.state).toBe('done');
    expect(await comes(anOrder([aLine('1', 'A', 1)], { placedAt: now + 48 * 3_600_000 }))).toMatchObject({ state: 'quarantined', errors: [{ code: 'OCCURRED_IN_FUTURE' }] });
    expect(placed?.placed_at.getTime()).toBeLessThanOrEqual(world.ambient.now());
  });

  it('that is a test, or has nothing to send, is left alone', async () => {
    expect(await comes(anOrder([aLine('1', 'A', 1)], { test: true }))).toMatchObject({ state: 'ignored', orderId: null });
    expect(await comes(anOrder([]))).toMatchObject({ state: 'ignored', orderId: null });
  });

  it('in another currency than its channel waits for a person, with the reason', async () => {
    expect(await comes(anOrder([aLine('1', 'A', 1)], { currency: 'USD' }))).toMatchObject({ state: 'quarantined', errors: [{ code: 'CURRENCY_MISMATCH' }] });
  });
});

describe('a newer state', () => {
  it('takes over payment, and lifts the hold', async () => {
    const order = anOrder([aLine('1', 'A', 1)], { payment: { state: 'pending', payments: [] } });
    const taken = await comes(order);
    expect(openHolds(await shown(taken))).toEqual(['PAYMENT']);
    await comes(later(order, { payment: { state: 'paid', payments: [{ tender: 'card', amountMinor: 1000, reference: 'x' }] } }));
    expect(await shown(taken)).toMatchObject({ payment_state: 'paid', status: 'PROCESSING' });
  });

  it('takes over fewer and more units, lines that are new and lines that are gone', async () => {
    const order = anOrder([aLine('1', 'A', 4), aLine('2', 'B', 2)]);
    const taken = await comes(order);
    const reduced = later(order, { lines: [aLine('1', 'A', 1), aLine('3', 'BOX', 5)] });
    expect(await comes(reduced)).toMatchObject({ state: 'done', orderId: taken.orderId });
    const after = await shown(taken);
    expect(after.lines).toMatchObject([{ sku: 'A', ordered: 4, cancelled: 3, reserved: 1 }, { sku: 'B', cancelled: 2 }, { sku: 'BOX', ordered: 5, reserved: 5 }]);
    expect(after).toMatchObject({ total_minor: 6000, status: 'PROCESSING' });
    await comes(later(reduced, { lines: [aLine('1', 'A', 7), aLine('3', 'BOX', 5)] }));
    expect((await shown(taken)).lines.filter(({ sku }) => sku === 'A')).toMatchObject([{ ordered: 4, cancelled: 3 }, { ordered: 6, reserved: 6 }]);
    expect(openHolds(await shown(taken))).toEqual([]);
  });

  it('takes over an address while no node was told, and routes anew', async () => {
    const order = anOrder([aLine('1', 'A', 1)]);
    const taken = await comes(order);
    expect(await nodeOf(taken)).toEqual(['NORTH']);
    const moved = later(order, { shipTo: { street: 'Via 2', city: 'Roma', postcode: '00100', country: 'IT', coordinates: { latitude: 45, longitude: 10 } }, note: 'ring twice' });
    await comes(moved);
    expect(await nodeOf(taken)).toEqual(['SOUTH']);
    expect(await contactOf(taken)).toMatchObject({ ship_to: { city: 'Roma' }, note: 'ring twice', customer: { name: 'Ida Test' } });
    await comes(later(moved, { shipTo: { city: 'Roma', country: 'IT' } }));
    expect(openHolds(await shown(taken))).toEqual(['ADDRESS']);
  });

  it('that a node has been told otherwise becomes a hold with the difference, and goes when they agree again', async () => {
    const order = anOrder([aLine('1', 'A', 2)]);
    const taken = await comes(order);
    await world.act(taken.orderId ?? '', { type: 'release', shipmentNo: 1 });
    const changed = later(order, { lines: [aLine('1', 'A', 1)], shipTo: { street: 'Elsewhere', city: 'Odense', postcode: '5000', country: 'DK' } });
    expect(await comes(changed)).toMatchObject({ state: 'done', reason: expect.stringContaining('Held:') });
    expect((await shown(taken)).holds).toMatchObject([{ kind: 'CHANNEL_CHANGE', reason: expect.stringMatching(/address changed[^]*A: the channel has 1 counted units left of 2/), released: false }]);
    await comes(later(changed, { lines: order.lines, shipTo: order.shipTo }));
    expect(openHolds(await shown(taken))).toEqual([]);
  });

  it('with another price, or sums that do not add up, is shown to a person', async () => {
    const order = anOrder([aLine('1', 'A', 1)]);
    const taken = await comes(order);
    await comes(later(order, { lines: [aLine('1', 'A', 1, { unitPrice: '12.50' })] }));
    expect((await shown(taken)).holds).toMatchObject([{ kind: 'CHANNEL_CHANGE', reason: expect.stringContaining('the price was 10.00, the channel says 12.50') }]);
  });
});

describe('what was done here', () => {
  it('stays done when the channel repeats its own number, and only what it adds comes on top', async () => {
    const order = anOrder([aLine('1', 'A', 2)]);
    const taken = await comes(order);
    await world.act(taken.orderId ?? '', { type: 'cancel', lines: [{ lineNo: 1, quantity: 1 }], reason: 'broken', force: false });
    const noted = later(order, { note: 'please hurry' });
    await comes(noted);
    expect((await shown(taken)).lines).toMatchObject([{ ordered: 2, cancelled: 1, reserved: 1 }]);
    const more = later(noted, { lines: [aLine('1', 'A', 3)] });
    await comes(more);
    expect((await shown(taken)).lines).toMatchObject([{ cancelled: 1, reserved: 1 }, { ordered: 1, reserved: 1 }]);
    await comes(later(more, { lines: [aLine('1', 'A', 1)] }));
    expect((await shown(taken)).lines).toMatchObject([{ cancelled: 1, reserved: 1 }, { ordered: 1, cancelled: 1 }]);
  });

  it('keeps line figures that add up to the channel\'s', async () => {
    const order = anOrder([aLine('1', 'A', 2, { discountMinor: 100, taxMinor: 10 })]);
    const taken = await comes(order);
    await comes(later(order, { lines: [aLine('1', 'A', 3, { discountMinor: 150, taxMinor: 15 })] }));
    expect(await world.query("select (document ->> 'total_minor')::int as total, (document ->> 'discount_minor')::int as discount, (document ->> 'tax_minor')::int as tax from ordo.order_line where order_id = $1 order by line_no", [taken.orderId]))
      .toEqual([{ total: 1900, discount: 100, tax: 10 }, { total: 950, discount: 50, tax: 5 }]);
  });

  it('is wanted again when the channel revives what it cancelled itself, and waits for payment', async () => {
    const order = anOrder([aLine('1', 'A', 2)], { payment: { state: 'pending', payments: [] } });
    const taken = await comes(order);
    const gone = later(order, { cancelled: { at: null, reason: 'not paid in time' } });
    await comes(gone);
    expect((await shown(taken)).status).toBe('CANCELLED');
    const back = later(gone, { cancelled: null });
    await comes(back);
    expect(await shown(taken)).toMatchObject({ status: 'ON_HOLD', lines: [{ cancelled: 2 }, { ordered: 2, reserved: 2 }] });
    expect(openHolds(await shown(taken))).toEqual(['PAYMENT']);
    await comes(later(back, { payment: { state: 'paid', payments: [] } }));
    expect((await shown(taken)).status).toBe('PROCESSING');
  });

  it('is not revived where it was cancelled here', async () => {
    const order = anOrder([aLine('1', 'A', 2)]);
    const taken = await comes(order);
    await world.act(taken.orderId ?? '', { type: 'cancel', lines: null, reason: 'no stock', force: false });
    await comes(later(order, { note: 'where is it?' }));
    expect(await shown(taken)).toMatchObject({ status: 'CANCELLED', lines: [{ cancelled: 2 }] });
  });

  it('is not decided anew by a state that changes nothing', async () => {
    await world.facts({ items: [anItem('NONE')] });
    const order = anOrder([aLine('1', 'NONE', 1)]);
    const taken = await comes(order);
    const decisions = (): Promise<object[]> => world.query('select from ordo.routing_decision where order_id = $1', [taken.orderId]);
    const before = await decisions();
    await comes(later(order, {}));
    expect(await decisions()).toHaveLength(before.length);
  });

  it('a difference that a person has released is not put before them again', async () => {
    const order = anOrder([aLine('1', 'A', 1)]);
    const taken = await comes(order);
    const dearer = later(order, { lines: [aLine('1', 'A', 1, { unitPrice: '12.50' })] });
    await comes(dearer);
    await world.act(taken.orderId ?? '', { type: 'release_hold', holdNo: 1, reason: 'agreed' });
    await comes(later(dearer, { note: 'thanks' }));
    expect(openHolds(await shown(taken))).toEqual([]);
  });

  it('holds goods that may not be sold and were added later', async () => {
    const order = anOrder([aLine('1', 'A', 1)]);
    const taken = await comes(order);
    await comes(later(order, { lines: [aLine('1', 'A', 1), aLine('2', 'STOPPED', 1)] }));
    expect(await shown(taken)).toMatchObject({ lines: [{ reserved: 1 }, { sku: 'STOPPED', pending: 1 }], holds: [{ kind: 'ITEM', reason: 'Item STOPPED is blocked for sale.' }] });
  });
});

describe('goods that nobody has mapped', () => {
  it('are named by as much of their title as fits, and by no half of a character', async () => {
    const taken = await comes(anOrder([aLine('1', 'A', 1, { variantId: null, sku: null, title: `${'x'.repeat(179)}😀` })]), { matchBySku: false });
    expect(await world.query("select document ->> 'variant_id' as name from ordo.order_line where order_id = $1", [taken.orderId])).toEqual([{ name: `title:${'x'.repeat(179)}` }]);
  });

  const unmapped = async (variant: string): Promise<object[]> => world.query('select variant_id, title from ordo.listing where item_id is null and variant_id = $1', [variant]);
  const map = async (variantId: string, sku: string, unit: string | null = null): Promise<void> => {
    const [answer] = await mapVariants(world.store, world.tenantId, [{ idempotencyKey: null, bodyHash: '00', actor: 'test', channel: 'shop', variantId, sku, unit }], world.ambient);
    expect(answer?.ok).toBe(true);
    while ((await identifyWaiting(world.store, world.tenantId, 'shop', variantId, 10, world.ambient)) > 0);
  };

  it('hold their line alone, and are routed once they are mapped, in the unit that was said', async () => {
    const taken = await comes(anOrder([aLine('1', 'A', 1), aLine('2', 'unknown', 2, { variantId: 'mystery' })]));
    expect(await shown(taken)).toMatchObject({ status: 'ON_HOLD', lines: [{ sku: 'A', reserved: 1 }, { sku: 'unknown', pending: 2 }], holds: [{ kind: 'ITEM', released: false }] });
    expect(await unmapped('mystery')).toEqual([{ variant_id: 'mystery', title: 'The unknown' }]);
    await map('mystery', 'BOX', 'case');
    expect(await shown(taken)).toMatchObject({ status: 'PROCESSING', lines: [{ reserved: 1 }, { sku: 'BOX', ordered: 24, reserved: 24, pending: 0 }], holds: [{ released: true }] });
    expect(await unmapped('mystery')).toEqual([]);
    expect((await shown(await comes(anOrder([aLine('9', 'unknown', 1, { variantId: 'mystery' })])))).lines).toMatchObject([{ sku: 'BOX', ordered: 12, reserved: 12 }]);
  });

  it('change with their channel before and after they are mapped', async () => {
    const order = anOrder([aLine('1', 'odd', 5, { variantId: 'odd' })]);
    const taken = await comes(order);
    const reduced = later(order, { lines: [aLine('1', 'odd', 3, { variantId: 'odd' })] });
    await comes(reduced);
    expect((await shown(taken)).lines).toMatchObject([{ ordered: 5, cancelled: 2, pending: 3 }]);
    await map('odd', 'BOX', 'case');
    expect((await shown(taken)).lines).toMatchObject([{ ordered: 60, cancelled: 24, reserved: 36 }]);
    await comes(later(reduced, { lines: [aLine('1', 'odd', 1, { variantId: 'odd' })] }));
    expect((await shown(taken)).lines).toMatchObject([{ ordered: 60, cancelled: 48, reserved: 12 }]);
  });

  it('are taken apart with what was cancelled of them where they are a kit', async () => {
    await world.facts({ items: [anItem('GIFT', { components: [{ sku: 'A', quantity: 2 }, { sku: 'B', quantity: 1 }] })] });
    const order = anOrder([aLine('1', 'gift', 3, { variantId: 'gift' })]);
    const taken = await comes(order);
    expect(await world.act(taken.orderId ?? '', { type: 'cancel', lines: [{ lineNo: 1, quantity: 1 }], reason: 'one less', force: false })).toMatchObject({ ok: true });
    await map('gift', 'GIFT');
    expect((await shown(taken)).lines).toMatchObject([{ sku: 'A', ordered: 6, cancelled: 2, reserved: 4 }, { sku: 'GIFT', ordered: 0 }, { sku: 'B', ordered: 3, cancelled: 1, reserved: 2 }]);
    await comes(later(order, { lines: [aLine('1', 'gift', 4, { variantId: 'gift' })] }));
    expect((await shown(taken)).lines.slice(3)).toMatchObject([{ sku: 'GIFT', ordered: 0 }, { sku: 'A', ordered: 2, reserved: 2 }, { sku: 'B', ordered: 1, reserved: 1 }]);
  });

  it('are identified in orders that wait when an item of their SKU comes to be', async () => {
    const waiting = await comes(anOrder([aLine('1', 'LATER', 1)]));
    expect(openHolds(await shown(waiting))).toEqual(['ITEM']);
    await world.facts({ items: [anItem('LATER')] });
    await world.receive('LATER', 'NORTH', 5);
    await comes(anOrder([aLine('1', 'LATER', 1)]));
    expect(await world.query("select data ->> 'sku' as sku from ordo.event where type = 'VariantMapped' and data ->> 'variant' = 'v-LATER'")).toEqual([{ sku: 'LATER' }]);
    while ((await identifyWaiting(world.store, world.tenantId, 'shop', 'v-LATER', 10, world.ambient)) > 0);
    expect(await shown(waiting)).toMatchObject({ status: 'PROCESSING', lines: [{ reserved: 1 }] });
  });

  it('are taken for the item of the same SKU only where the connection says so', async () => {
    const held = await comes(anOrder([aLine('1', 'A', 1, { variantId: 'other-a' })]), { matchBySku: false });
    expect(openHolds(await shown(held))).toEqual(['ITEM']);
    expect(openHolds(await shown(await comes(anOrder([aLine('1', 'B', 1, { variantId: 'other-b' })]))))).toEqual([]);
    expect(openHolds(await shown(await comes(anOrder([aLine('1', 'STOPPED', 1)]))))).toEqual(['ITEM']);
  });
});

describe('a channel that checks prices', () => {
  const HEAD = { idempotencyKey: null, bodyHash: '00', actor: 'test' };
  const priced = (sku: string, unitPrice: string, over: { minimumQuantity?: string; unit?: string } = {}) =>
    ({ ...HEAD, priceList: 'shop', sku, unit: null, minimumQuantity: '0', unitPrice, validFrom: 0, validTo: null, ...over });
  beforeAll(async () => {
    await world.facts({ channels: [aChannel('shop', { priceCheck: { toleranceBasisPoints: 0, toleranceMinor: 0, whenUnpriced: 'hold' } })] });
    await savePriceLists(world.store, world.tenantId, [{ ...HEAD, list: { code: 'shop', name: 'Shop', currency: 'EUR', taxIncluded: true, channels: ['shop'], customerClass: null } }], world.ambient);
    await savePrices(world.store, world.tenantId, [priced('A', '10'), priced('B', '10'), priced('BOX', '10'), priced('A', '9', { minimumQuantity: '10' }), priced('BOX', '100', { unit: 'case' })], world.ambient);
  });
  afterAll(() => world.facts({ channels: [aChannel('shop')] }));

  const pricing = ({ holds }: Shown): (string | boolean)[][] => holds.filter(({ kind }) => kind === 'PRICING').map(({ reason, released }) => [reason, released]);

  it('adds goods at a wrong price, which holds the order until they have the right one', async () => {
    const first = anOrder([aLine('1', 'A', 1)]);
    await comes(first);
    const added = later(first, { lines: [aLine('1', 'A', 1), aLine('2', 'B', 1, { unitPrice: '8.00' })] });
    expect(pricing(await shown(await comes(added)))).toEqual([['Line 2, B: 8.00 EUR instead of 10 (list shop).', false]]);
    const [event] = await world.query<{ data: object }>("select data from ordo.event where type = 'HoldPlaced' order by position desc limit 1");
    expect(event?.data).toMatchObject({ kind: 'PRICING', differing_prices: 1, price_differences: [{ line: 2, sku: 'B', list_price: '10' }] });
    const right = later(added, { lines: [aLine('1', 'A', 1), aLine('2', 'B', 1)] });
    expect(pricing(await shown(await comes(right)))).toEqual([['Line 2, B: 8.00 EUR instead of 10 (list shop).', true]]);
  });

  it('changes a price, and says it again after a person agreed: it is not asked twice', async () => {
    const first = anOrder([aLine('1', 'A', 2), aLine('2', 'B', 1)]);
    const taken = await comes(first);
    expect(pricing(await shown(taken))).toEqual([]);
    const changed = later(first, { lines: [aLine('2', 'B', 1), aLine('1', 'A', 2, { unitPrice: '7.00' })] });
    expect(pricing(await shown(await comes(changed)))).toEqual([['Line 1, A: 7.00 EUR instead of 10 (list shop).', false]]);
    const [{ hold_no: holdNo = 0 } = {}] = await world.query<{ hold_no: number }>("select hold_no from ordo.hold where order_id = $1 and kind = 'PRICING'", [taken.orderId]);
    await world.act(taken.orderId ?? '', { type: 'release_hold', holdNo, reason: 'agreed' });
    const again = later(changed, { note: 'hurry' });
    expect(pricing(await shown(await comes(again)))).toEqual([['Line 1, A: 7.00 EUR instead of 10 (list shop).', true]]);
    expect(pricing(await shown(await comes(later(again, { lines: [aLine('2', 'B', 1), aLine('1', 'A', 2, { unitPrice: '6.00' })] })))).at(-1)).toEqual(['Line 1, A: 6.00 EUR instead of 10 (list shop).', false]);
  });

  it('takes goods away, which changes no price: a quantity that is not reached any more asks nobody', async () => {
    const first = anOrder([aLine('1', 'A', 10, { unitPrice: '9.00' })]);
    await comes(first);
    const fewer = later(first, { lines: [aLine('1', 'A', 4, { unitPrice: '9.00' })] });
    expect(pricing(await shown(await comes(fewer)))).toEqual([]);
    expect(pricing(await shown(await comes(later(fewer, { lines: [aLine('1', 'A', 5, { unitPrice: '9.00' })] }))))).toEqual([['Line 1, A: 9.00 EUR instead of 10 (list shop).', false]]);
  });

  it('names goods that nobody knows: their price is compared once somebody has said what they are', async () => {
    const unknown = { sku: null, variantId: 'v-priced' };
    const [right, wrong] = [await comes(anOrder([aLine('1', 'x', 2, { ...unknown, unitPrice: '100.00' })])), await comes(anOrder([aLine('1', 'x', 2, { ...unknown, unitPrice: '99.00' }), aLine('2', 'A', 1)]))];
    expect([openHolds(await shown(right)), openHolds(await shown(wrong))]).toEqual([['ITEM'], ['ITEM']]);
    await mapVariants(world.store, world.tenantId, [{ ...HEAD, channel: 'shop', variantId: 'v-priced', sku: 'BOX', unit: 'case' }], world.ambient);
    expect(await identifyWaiting(world.store, world.tenantId, 'shop', 'v-priced', 10, world.ambient)).toBe(2);
    expect(openHolds(await shown(right))).toEqual([]);
    expect(pricing(await shown(wrong))).toEqual([['Line 1, BOX: 99.00 EUR instead of 100 (list shop).', false]]);
  });
});

describe('units that left at the channel already', () => {
  it('are not sent again: the order is held until a person has looked, and once', async () => {
    const order = anOrder([aLine('1', 'A', 2), aLine('2', 'B', 1)], { leftThere: { 1: 2 } });
    const taken = await comes(order);
    const reason = 'A: the channel says that 2 have left already, 0 have left here.';
    expect((await shown(taken)).holds).toEqual([{ kind: 'CHANNEL_CHANGE', reason, released: false }]);
    expect((await world.act(taken.orderId ?? '', { type: 'release', shipmentNo: 1 })).ok).toBe(false);
    await comes(later(order, {}));
    expect((await shown(taken)).holds).toHaveLength(1);
    expect((await world.act(taken.orderId ?? '', { type: 'release_hold', holdNo: 1, reason: 'looked' })).ok).toBe(true);
    await comes(later(later(order, {}), {}));
    expect(openHolds(await shown(taken))).toEqual([]);
  });

  it('hold an order that is here, until what is left of it is cancelled or the channel takes it back', async () => {
    const order = anOrder([aLine('1', 'A', 2)]);
    const taken = await comes(order);
    const there = later(order, { leftThere: { 1: 1 } });
    await comes(there);
    expect((await shown(taken)).holds).toMatchObject([{ kind: 'CHANNEL_CHANGE', reason: 'A: the channel says that 1 have left already, 0 have left here.', released: false }]);
    await comes(later(there, { leftThere: {} }));
    expect(openHolds(await shown(taken))).toEqual([]);
  });

  it('and here are no difference', async () => {
    const { order, taken } = await partlyShipped();
    await comes(later(order, { leftThere: { 1: 3 } }));
    expect(openHolds(await shown(taken))).toEqual([]);
  });
});

/** Three of the first line have left, the five of the second wait. */
async function partlyShipped(): Promise<{ order: ChannelOrder; taken: TakenIn }> {
  const order = anOrder([aLine('1', 'A', 3), aLine('2', 'B', 5)]);
  const taken = await comes(order);
  const id = taken.orderId ?? '';
  const no = { shipmentNo: 1 };
  await world.act(id, { type: 'release', ...no });
  await world.act(id, { type: 'accept', ...no });
  expect((await world.act(id, { type: 'pick', ...no, lines: [{ lineNo: 1, quantity: 3 }, { lineNo: 2, quantity: 0 }], correctStock: false })).ok).toBe(true);
  await world.act(id, { type: 'pack', ...no, packages: null });
  expect((await world.act(id, { type: 'ship', ...no, carrier: 'UPS', service: null, trackingNumbers: ['T'] })).ok).toBe(true);
  return { order, taken };
}

describe('units that the channel took off', () => {
  const sent = async ({ orderId }: TakenIn): Promise<number[]> => (await world.query<{ sent: number }>('select (shipped + handed_over)::int as sent from ordo.order_line where order_id = $1 order by line_no', [orderId])).map((line) => line.sent);

  it('after they were sent are no difference, whatever the message is repeated, and the order keeps its figures', async () => {
    const { order, taken } = await partlyShipped();
    expect(await sent(taken)).toEqual([3, 0]);
    const returned = later(order, { lines: [aLine('1', 'A', 1), aLine('2', 'B', 5)], takenOff: { 1: { returned: 2, refunded: 0 } } });
    for (const state of [returned, later(returned, {}), later(later(returned, { lines: [aLine('2', 'B', 5)], takenOff: { 1: { returned: 3, refunded: 0 } } }), {})]) {
      expect(await comes(state)).toMatchObject({ state: 'done', reason: 'Nothing that concerns the order changed.' });
      expect(openHolds(await shown(taken))).toEqual([]);
    }
    expect(await shown(taken)).toMatchObject({ total_minor: 8000, lines: [{ sku: 'A', ordered: 3, cancelled: 0 }, { sku: 'B', ordered: 5, cancelled: 0 }] });
  });

  it('beyond what was sent are a difference, and so are those of a refund that does not say while some are still to be sent', async () => {
    const { order, taken } = await partlyShipped();
    const tooMany = later(order, { lines: [aLine('1', 'A', 3), aLine('2', 'B', 3)], takenOff: { 2: { returned: 2, refunded: 0 } } });
    expect((await comes(tooMany)).reason).not.toContain('Nothing');
    const unclear = anOrder([aLine('1', 'A', 4)]);
    const known = await comes(unclear);
    await world.act(known.orderId ?? '', { type: 'release', shipmentNo: 1 });
    await comes(later(unclear, { lines: [aLine('1', 'A', 3)], takenOff: { 1: { returned: 0, refunded: 1 } } }));
    expect(openHolds(await shown(known))).toEqual(['CHANNEL_CHANGE']);
    expect(taken.orderId).not.toBe(known.orderId);
  });

  it('by a refund that does not say, of a line that has left whole, are no difference', async () => {
    const { order, taken } = await partlyShipped();
    await comes(later(order, { lines: [aLine('1', 'A', 2), aLine('2', 'B', 5)], takenOff: { 1: { returned: 0, refunded: 1 } } }));
    expect(openHolds(await shown(taken))).toEqual([]);
    expect((await shown(taken)).total_minor).toBe(8000);
  });

  it('before they were sent are taken away', async () => {
    const order = anOrder([aLine('1', 'A', 5)]);
    const taken = await comes(order);
    await comes(later(order, { lines: [aLine('1', 'A', 4)], takenOff: { 1: { returned: 0, refunded: 1 } } }));
    expect(await shown(taken)).toMatchObject({ total_minor: 4000, lines: [{ ordered: 5, reserved: 4, cancelled: 1 }] });
  });
});

it('what a channel sold is never refused for want of goods: it is taken in, and a person is told', async () => {
  await world.facts({ items: [anItem('RARE')], nodes: [], channels: [aChannel('strict', { whenUnavailable: 'refuse' })] });
  const id = (await world.query<{ id: string }>("select id from ordo.channel where code = 'strict'"))[0]?.id ?? '';
  const order = anOrder([aLine('1', 'RARE', 3)]);
  const [taken] = await takeIn(world.store, world.tenantId, [{
    messageId: 'm-strict', channelId: id, channel: 'strict', order, bodyHash: hash('sha256', JSON.stringify(order)), matchBySku: true, captureTestOrders: false,
  }], world.ambient);
  if (!taken) throw new Error('a message has an outcome');
  expect(taken).toMatchObject({ state: 'done' });
  const { lines: [line] } = await shown(taken);
  expect(line?.pending).toBeGreaterThan(0);
  expect(await world.query('select kind from ordo.exception where order_id = $1 and resolved_at is null', [taken.orderId])).toEqual([{ kind: 'NO_STOCK' }]);
});

it('orders that messages of a paused channel bring are taken in, and held back from release', async () => {
  const { store, tenantId, ambient } = world;
  const head = { idempotencyKey: null, bodyHash: '', actor: 'clerk', channel: 'shop', reason: 'wrong price' };
  await setGate(store, tenantId, { ...head, type: 'pause', until: null }, ambient);
  const taken = await comes(anOrder([aLine('1', 'A', 1)]));
  expect(await shown(taken)).toMatchObject({ status: 'ON_HOLD', lines: [{ reserved: 1 }], holds: [{ kind: 'CHANNEL_PAUSED', released: false }] });
  await setGate(store, tenantId, { ...head, type: 'resume' }, ambient);
  await sweepGates(store, tenantId, ambient, () => true);
  expect(await shown(taken)).toMatchObject({ status: 'PROCESSING', holds: [{ kind: 'CHANNEL_PAUSED', released: true }] });
});
