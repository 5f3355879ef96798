import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ChannelOrder, Translation } from '../kit/types.ts';
import { shopify } from './index.ts';

const fixture = (name: string): unknown => JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8'));

function orderOf(translation: Translation): ChannelOrder {
  if (translation.kind !== 'order') throw new Error(`Not an order: ${JSON.stringify(translation)}`);
  return translation.order;
}
const translated = (name: string): ChannelOrder => orderOf(shopify.translate('orders/create', fixture(name)));

/** What the lines and charges come to, in currencies of the given digits. */
function sumOfParts({ lines, totals }: ChannelOrder, digits: number): number {
  const merchandise = lines.reduce((sum, line) => sum + Math.round(Number(line.unitPrice) * 10 ** digits) * Number(line.quantity) - line.discountMinor, 0);
  return merchandise - totals.discountMinor + (totals.taxIncluded ? 0 : totals.taxMinor) + totals.shippingMinor + totals.otherMinor;
}

test.each([['multi-currency', 2], ['yen-gift-card', 0], ['edited-guest', 2], ['services-test', 2], ['cancelled-notification', 2]])('the parts of %s add up to its total', (name, digits) => {
  const order = translated(name);
  expect(sumOfParts(order, digits)).toBe(order.totals.totalMinor);
});

describe('an order', () => {
  test('in two currencies keeps the shop’s, with discounts on lines and shipping, duties and a tip', () => {
    const order = translated('multi-currency');
    expect(order).toMatchObject({
      externalId: '5120001110001', name: '#2041', currency: 'EUR', test: false, cancelled: null, version: Date.parse('2026-03-02T09:14:09Z'), placedAt: Date.parse('2026-03-02T09:14:03Z'),
      totals: { totalMinor: 13243, shippingMinor: 900, discountMinor: 0, taxMinor: 1918, otherMinor: 500 + 730, taxIncluded: false },
      payment: { state: 'paid', payments: [{ tender: 'shopify_payments', amountMinor: 13243, reference: null }] },
      customer: { name: 'Mira Solberg', email: 'mira.solberg@example.org', phone: '+1 503 555 0142', locale: 'nb-NO' }, note: 'Ring twice.',
    });
    expect(order.lines.map(({ externalId, discountMinor, taxMinor }) => [externalId, discountMinor, taxMinor])).toEqual([['901', 800, 0], ['902', 555, 0]]);
    expect(order.lines.map(({ properties }) => properties)).toEqual([[{ name: 'Engraving', value: 'For Ida' }, { name: '_bundle', value: '7' }], [{ name: 'Wrapping', value: 'paper' }]]);
    expect(order.shipTo).toEqual({
      name: 'Mira Solberg', street: '18 Larch Row', street2: 'Flat 3', city: 'Portland', region: 'OR', postcode: '97201', country: 'US', coordinates: { latitude: 45.512, longitude: -122.658 },
    });
    expect(order.attributes).toEqual({
      name: '#2041', source_name: 'web', tags: 'priority, spring', presentment_currency: 'USD', presentment_total: '145.67', service_lines: 'Tip', discount_codes: 'SPRING10, SHIP3',
      shipping_method: 'Express', 'note: delivery day': 'Tuesday', 'note: gift': 'true',
    });
  });

  test.each([
    [{ customer: { tags: 'loyal, class: wholesale , class:second' }, tags: 'class:third' }, 'wholesale'], [{ customer: null, tags: 'spring,Class:vip' }, 'vip'], [{ customer: { tags: ['class:x'] }, tags: 'class:' }, undefined],
    [{ customer: { tags: 7 }, tags: null }, undefined], [{ customer: { tags: `class:${'x'.repeat(300)}` } }, `${'x'.repeat(99)}…`],
  ])('has the class of customers that its tags name: %j', (over, expected) => {
    const order = orderOf(shopify.translate('orders/create', { ...(fixture('multi-currency') as object), ...over }));
    expect(order.customerClass).toBe(expected);
  });

  test('in yen with taxes included gives the line taxes, and its gift card as a payment', () => {
    const order = translated('yen-gift-card');
    expect(order.totals).toEqual({ totalMinor: 5830, shippingMinor: 0, discountMinor: 0, taxMinor: 530, otherMinor: 0, taxIncluded: true });
    expect(order.lines.map(({ taxMinor }) => taxMinor)).toEqual([450, 80]);
    expect(order.payment).toEqual({
      state: 'partially_paid',
      payments: [{ tender: 'gift_card', amountMinor: 3000, reference: '601' }, { tender: 'shopify_payments', amountMinor: 2830, reference: '603' }],
    });
  });

  test('without a customer, after an edit: what was removed is gone with its share of discount and tax', () => {
    const order = translated('edited-guest');
    expect(order.lines.map(({ externalId, sku, quantity, discountMinor, taxMinor }) => [externalId, sku, quantity, discountMinor, taxMinor]))
      .toEqual([['921', 'LAMP', '1', 251, 110], ['923', null, '1', 0, 80]]);
    expect(order.totals).toMatchObject({ totalMinor: 4539, shippingMinor: 600, discountMinor: 0, taxMinor: 190 });
    expect(order.customer).toEqual({ name: 'Otto Quint', email: 'otto@example.net' });
    expect(order.shipTo).not.toHaveProperty('coordinates');
    expect(order.placedAt).toBe(Date.parse('2026-03-03T13:00:00Z'));
    expect(order.attributes).toMatchObject({ shipping_method: 'Economy' });
  });

  test('to try the shop out, with a gift card, an e-book, a fee, a tip and a discount that no line carries', () => {
    const order = translated('services-test');
    expect(order).toMatchObject({ externalId: '5120001110004', test: true, risk: 'medium', totals: { totalMinor: 8175, discountMinor: 300, otherMinor: 5000 + 800 + 25 + 250 } });
    expect(order.lines.map(({ sku }) => sku)).toEqual(['BOOK']);
    expect(order.attributes['service_lines']).toBe('Gift card - 50, E-book');
    expect(order.shipTo).toMatchObject({ region: 'Victoria' });
    expect(order.shipTo).not.toHaveProperty('country');
    expect(order.billTo).toBeNull();
  });

  test('of an older API version: refunds before shipping reduce the quantity, goods that came back do not', () => {
    const order = translated('legacy-refund');
    expect(order.lines).toMatchObject([{ quantity: '2', properties: [{ name: 'Scent', value: '{"top":"pine"}' }, { name: 'Card', value: '' }] }]);
    expect(order).toMatchObject({ totals: { discountMinor: 400, shippingMinor: 500 }, payment: { payments: [{ tender: 'manual', amountMinor: 4600 }] }, risk: null, shipTo: null });
  });

  test('cancelled, with ids beyond 2^53: the exact ones are taken', () => {
    const order = translated('cancelled-notification');
    expect(order).toMatchObject({ externalId: '9123456789012345678', lines: [{ externalId: '9123456789012345677' }], payment: { state: 'failed', payments: [{ tender: 'visa, bogus' }] } });
    expect(order.cancelled).toEqual({ at: Date.parse('2026-05-05T09:05:05Z'), reason: 'customer' });
  });

  test('of which nothing is left is cancelled; of which nothing was ever to be sent is ignored', () => {
    const edited = fixture('edited-guest') as { line_items: object[] };
    const emptied = { ...edited, line_items: edited.line_items.map((line) => ({ ...line, current_quantity: 0 })) };
    expect(orderOf(shopify.translate('orders/updated', emptied))).toMatchObject({ lines: [], cancelled: { at: null, reason: 'every line was removed' } });
    const services = { ...edited, line_items: edited.line_items.map((line) => ({ ...line, requires_shipping: false })) };
    expect(shopify.translate('orders/create', services)).toMatchObject({ kind: 'ignored', externalId: '5120001110003' });
  });

  test('says nothing of the person beside the contact, and is shortened instead of refused', () => {
    const long = { ...(fixture('multi-currency') as object), note: `\0${'n'.repeat(9000)}`, name: '#1\0', tags: '😀'.repeat(900), note_attributes: Array.from({ length: 300 }, (_, index) => ({ name: `${index}${'k'.repeat(200)}`, value: 'v'.repeat(2000) })) };
    const order = orderOf(shopify.translate('sweep', long));
    expect([order.note?.length, order.name, Object.keys(order.attributes).length]).toEqual([5000, '#1', 100]);
    expect(Object.entries(order.attributes).every(([name, value]) => name.length <= 100 && value.length <= 1000 && !/\p{Surrogate}/u.test(value))).toBe(true);
    expect(JSON.stringify(order.attributes)).not.toMatch(/Mira|Solberg|example\.org|203\.0\.113|555 0142/);
  });

  test.each([['paid', 'paid'], ['refunded', 'paid'], ['authorized', 'authorised'], ['pending', 'pending'], ['expired', 'failed'], [null, 'pending']])('with status %s is %s', (status, state) => {
    expect(orderOf(shopify.translate('sweep', { ...(fixture('edited-guest') as object), financial_status: status })).payment.state).toBe(state);
  });
});

describe('topics', () => {
  test.each([
    ['orders/delete', { id: 77 }, 'kept', '77'], ['refunds/create', { id: 5, order_id: 78 }, 'kept', '78'], ['orders/edited', { order_edit: { id: 1, order_id: 79 } }, 'ignored', '79'],
    ['draft_orders/create', { id: 1 }, 'ignored', null], ['carts/update', { id: 'x' }, 'ignored', null], ['checkouts/create', null, 'ignored', null], ['fulfillments/update', { order_id: 80 }, 'ignored', '80'],
    ['inventory_levels/update', [], 'ignored', null], ['order_transactions/create', { order_id: '81' }, 'ignored', '81'], ['products/update', {}, 'ignored', null], ['shop/redact', 5, 'ignored', null],
  ] as const)('%s', (topic, body, kind, externalId) => {
    const translation = shopify.translate(topic, body);
    expect(translation).toMatchObject({ kind, externalId });
    if (kind === 'ignored' && topic !== 'orders/edited') expect(translation).toMatchObject({ reason: expect.stringContaining(topic) });
  });
});

describe('delivery', () => {
  test('is named by the webhook id, or the event id', () => {
    expect(shopify.envelope({ 'x-shopify-webhook-id': 'w-1', 'x-shopify-event-id': 'e-1', 'x-shopify-topic': 'orders/create' })).toEqual({ deliveryId: 'w-1', topic: 'orders/create' });
    expect(shopify.envelope({ 'x-shopify-event-id': ['e-1'], 'x-shopify-topic': 'orders/paid' })).toEqual({ deliveryId: 'e-1', topic: 'orders/paid' });
    expect(shopify.envelope({ 'x-shopify-topic': 'orders/paid' })).toBeNull();
    expect(shopify.envelope({ 'x-shopify-webhook-id': 'w-1' })).toBeNull();
  });

  const vectors = new URL('../../../../shared/samples/webhooks/shopify-woocommerce.vectors.json', import.meta.url);
  test.skipIf(!existsSync(vectors))('is verified like the published vectors (skipped without the samples folder)', () => {
    const { vectors: all } = JSON.parse(readFileSync(vectors, 'utf8')) as { vectors: { secret: string; payload: string; signature: string; expect: string }[] };
    expect(all.length).toBeGreaterThan(0);
    for (const one of all) {
      const headers = { 'x-shopify-hmac-sha256': one.signature };
      expect(shopify.verify(headers, Buffer.from(one.payload), ['another', one.secret])).toBe(one.expect === 'accept');
    }
    expect(shopify.verify({}, Buffer.from('{}'), ['hush'])).toBe(false);
  });
});

test.each([
  ['that came back', [['return', 1]], { returned: 1, refunded: 0 }],
  ['that were refunded without a word of a return', [['no_restock', 1]], { returned: 0, refunded: 1 }],
  ['that were cancelled', [['cancel', 1]], undefined],
  ['of several refunds, never more than are gone', [['return', 1], ['return', 1], ['no_restock', 5]], { returned: 1, refunded: 0 }],
])('units %s are told apart from those that were never sent', (_name, refunds, takenOff) => {
  const message = fixture('edited-guest') as Record<string, unknown>;
  const refund_line_items = refunds.map(([restock_type, quantity], index) => ({ id: index + 1, line_item_id: 921, quantity, restock_type }));
  const order = orderOf(shopify.translate('orders/updated', { ...message, refunds: [{ id: 1, refund_line_items }] }));
  expect(order.takenOff['921']).toEqual(takenOff);
  expect(order.lines.map(({ externalId, quantity }) => [externalId, quantity])).toEqual([['921', '1'], ['923', '1']]);
});

describe('figures that', () => {
  const aLine = { id: 10, variant_id: 77, quantity: 3, price: '10.00', discount_allocations: [{ amount: '10.00' }] };
  const anOrder = (line: object, over: object): ChannelOrder => orderOf(shopify.translate('orders/updated', {
    id: 1, created_at: '2026-03-01T09:00:00Z', updated_at: '2026-03-01T09:00:00Z', currency: 'USD', financial_status: 'paid', total_tax: '0.00', shipping_lines: [], line_items: [{ ...aLine, ...line }], ...over,
  }));

  test.each([[1, '6.67', '3.33'], [2, '13.34', '6.66'], [2, '13.33', '6.67'], [1, '6.66', '3.34']])('%d of 3 have left add up to %s as the shop rounds', (current_quantity, current_total_price, current_total_discounts) => {
    const order = anOrder({ current_quantity }, { total_price: '20.00', total_discounts: '10.00', current_total_price, current_total_discounts });
    expect(sumOfParts(order, 2)).toBe(order.totals.totalMinor);
  });

  test('are finer than the currency are rounded for the whole line, and no discount is above it', () => {
    const order = anOrder({ price: '10.005', discount_allocations: [{ amount: '30.03' }] }, { total_price: '0.00', total_discounts: '30.03', current_total_discounts: '30.03' });
    expect(order.lines[0]).toMatchObject({ unitPrice: '10.005', discountMinor: 3002 });
  });

  test.each([[{ tip_payment_gateway: 'cash' }, '24.00'], [{}, '24.00'], [{ variant_id: 5 }, '28.00'], [{ price: '3.00' }, '27.00']])('count a tip once, whether or not its line %j says what it is', (line, total_price) => {
    const tip = { id: 11, variant_id: null, title: 'Tip', quantity: 1, price: '4.00', requires_shipping: false, ...line };
    const order = anOrder({}, { total_price, total_discounts: '10.00', total_tip_received: '4.00', line_items: [aLine, tip] });
    expect(sumOfParts(order, 2)).toBe(order.totals.totalMinor);
  });

  test('say what is left of the shipping on the order alone are taken from there', () => {
    const set = (amount: string) => ({ shop_money: { amount, currency_code: 'USD' } });
    const refunded = { total_price: '25.00', total_discounts: '10.00', current_total_price: '20.00', current_total_discounts: '10.00', current_shipping_price_set: set('0.00') };
    expect(anOrder({}, { ...refunded, shipping_lines: [{ title: 'Post', price: '5.00' }] }).totals).toMatchObject({ totalMinor: 2000, shippingMinor: 0, discountMinor: 0 });
    expect(anOrder({}, { ...refunded, shipping_lines: [{ title: 'Post', price: '5.00', current_discounted_price_set: set('1.00') }] }).totals.shippingMinor).toBe(100);
  });
});

test.each([
  [{ fulfillment_status: 'fulfilled' }, 1], [{ fulfillment_status: 'fulfilled', fulfillable_quantity: 0 }, 1], [{ fulfillment_status: 'partial' }, undefined],
  [{ fulfillment_status: 'partial', current_quantity: 2, fulfillable_quantity: 1 }, 1], [{ fulfillment_status: null, fulfillable_quantity: 0 }, undefined],
])('a line with %j has left as far as it says', (over, left) => {
  const message = fixture('edited-guest') as { line_items: Record<string, unknown>[] };
  const order = orderOf(shopify.translate('orders/updated', { ...message, line_items: message.line_items.map((line) => (line['id'] === 921 ? { ...line, ...over } : line)) }));
  expect(order.leftThere).toEqual(left === undefined ? {} : { 921: left });
});

test('messages whose quantities are not without returns say nothing of them', () => {
  const message = fixture('edited-guest') as { line_items: Record<string, unknown>[] };
  const line_items = message.line_items.map(({ current_quantity: _current, ...line }) => line);
  const refunds = [{ id: 1, refund_line_items: [{ id: 1, line_item_id: 921, quantity: 1, restock_type: 'return' }, { id: 2, line_item_id: 922, quantity: 1, restock_type: 'no_restock' }] }];
  const order = orderOf(shopify.translate('orders/updated', { ...message, line_items, refunds }));
  expect(order.takenOff).toEqual({ 922: { returned: 0, refunded: 1 } });
  expect(order.lines.map(({ externalId, quantity }) => [externalId, quantity])).toEqual([['921', '2'], ['923', '1']]);
});
