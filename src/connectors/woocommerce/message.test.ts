import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixture, orderOf, pointers } from './support.testing.ts';
import { translate } from './translate.ts';

const paid = fixture('paid');
const TOPICS = ['order.created', 'order.updated', 'order.restored', 'sweep', 'order.deleted', 'order.refunded', 'refund.created', 'product.updated'];

describe('a message that is no order', () => {
  it('names every bad field with the value that was sent', () => {
    const message = fixture('paid', { id: 0, currency: 'EURO', total: '12,50', shipping_total: { amount: 5 }, date_paid_gmt: 'yesterday', line_items: [{ id: 'x', name: null, quantity: 1.2345678, subtotal: '', total: 'y'.repeat(300), sku: [] }] });
    const translation = translate('order.created', message);
    expect(translation).toEqual({
      kind: 'malformed',
      errors: [
        ['/id', '0 is not a whole number above zero.'], ['/currency', '"EURO" is not an ISO 4217 code in use.'], ['/date_paid_gmt', '"yesterday" is not a time such as "2026-03-01T10:00:00".'],
        ['/total', '"12,50" is not an amount of zero or more such as "12.50".'], ['/shipping_total', '{"amount":5} is not an amount such as "12.50".'],
        ['/line_items/0/id', '"x" is not a whole number above zero.'], ['/line_items/0/name', 'null is not a text.'], ['/line_items/0/quantity', '1.2345678 is not a number of units, zero or more, with at most 6 decimals.'],
        ['/line_items/0/subtotal', '"" is not an amount such as "12.50".'], ['/line_items/0/total', `"${'y'.repeat(98)}… is not an amount such as "12.50".`], ['/line_items/0/sku', '[] is not a text.'],
      ].map(([pointer, detail]) => ({ pointer, code: 'INVALID_FIELD', detail })),
    });
  });

  it('says what is missing', () => {
    expect(pointers({})).toEqual(['/id', '/status', '/currency', '/total', '/total_tax', '/shipping_total', '/line_items', '/date_modified_gmt']);
    expect(translate('sweep', {})).toMatchObject({ errors: [{ detail: 'It is missing; it should be a whole number above zero.' }, {}, {}, {}, {}, {}, {}, {}] });
  });

  it.each([[null, 'null'], [[], '[]'], ['webhook_id=7', '"webhook_id=7"'], [7, '7'], [true, 'true']])('%j is not even an object', (body, shown) => {
    expect(translate('order.created', body)).toEqual({ kind: 'malformed', errors: [{ pointer: '', code: 'INVALID_FIELD', detail: `${shown} is not an object.` }] });
  });

  it.each(['-0.01', '100000000001', 1e21, 'NaN'])('a total of %j is refused', (total) => {
    expect(pointers(fixture('paid', { total }))).toEqual(['/total']);
  });

  it('takes numbers for texts and texts for numbers, and unknown properties', () => {
    const message = fixture('fees', { id: '4105', number: 4105, total: 24.5, transaction_id: 99, anything: { at: ['all'] } });
    expect(orderOf(translate('sweep', message))).toMatchObject({ externalId: '4105', name: '#4105', totals: { totalMinor: 2450 }, payment: { payments: [{ reference: '99' }] } });
  });
});

describe('shapes that PHP and plug-ins make of the same order', () => {
  const [mugs, plate] = paid['line_items'] as Record<string, unknown>[];
  const whole = orderOf(translate('sweep', paid));

  it.each<[string, Record<string, unknown>]>([
    ['lists whose first entries were taken out', { line_items: { 1: mugs, 3: plate }, fee_lines: {}, coupon_lines: { 2: { code: 'x' } } }],
    ['empty texts for nothing', { fee_lines: [{ total: '' }], gift_cards: '', refunds: '' }],
    ['false for nothing', { customer_note: false, coupon_lines: false, refunds: null }],
    ['times with a blank', { date_created_gmt: '2026-03-02 10:04:05', date_modified_gmt: '2026-03-02 10:04:09' }],
    ['a status as the database has it', { status: `wc-${String(paid['status'])}` }],
  ])('%s', (_name, changes) => {
    const order = orderOf(translate('sweep', { ...paid, ...changes }));
    expect({ ...order, note: whole.note, attributes: whole.attributes }).toEqual(whole);
  });

  it('have no time where nothing was kept', () => {
    for (const date of ['0000-00-00T00:00:00', '-0001-11-30T00:00:00', '0000-00-00 00:00:00', false]) {
      expect(orderOf(translate('sweep', fixture('guest-unpaid', { date_paid: date, date_paid_gmt: date }))).payment.state).toBe('pending');
    }
  });

  it('have empty totals, no people and meta data of any kind', () => {
    const order = orderOf(translate('sweep', fixture('fees', { shipping_total: '', billing: '', shipping: false })));
    expect([order.totals.shippingMinor, order.shipTo, order.customer]).toEqual([0, null, {}]);
    const odd = { ...mugs, sku: false, product_id: false, meta_data: { 4: { key: 'Colour', value: 'red', display_key: ['Colour'], display_value: { any: 1 } } } };
    expect(orderOf(translate('sweep', { ...paid, line_items: [odd, plate] })).lines[0]).toMatchObject({ sku: null, properties: [{ name: 'Colour', value: '{"any":1}' }] });
  });

  it('keep every digit of an id that came as text', () => {
    const order = orderOf(translate('sweep', fixture('paid', { id: '9007199254740993', line_items: [{ ...mugs, id: '18446744073709551615', variation_id: '0', product_id: '09007199254740995' }] })));
    expect([order.externalId, order.lines[0]?.externalId, order.lines[0]?.variantId]).toEqual(['9007199254740993', '18446744073709551615', '9007199254740995']);
    for (const id of ['', '0', '000', '1.0', '-1', '1e3', '9'.repeat(21), 2 ** 53]) expect(pointers(fixture('paid', { id })), String(id)).toEqual(['/id']);
  });

  it.each([['wc-checkout-draft', 'ignored'], ['wc-cancelled', 'order'], ['wc-trash', 'order']])('a status of %s is read as the shop means it', (status, kind) => {
    const translation = translate('sweep', { ...paid, status });
    expect(translation.kind).toBe(kind);
    if (translation.kind === 'order') expect(translation.order.cancelled).not.toBeNull();
  });
});

/** Every value of a message that is read, by its path. */
const READ = [
  'id', 'number', 'status', 'currency', 'created_via', 'customer_note', 'date_created', 'date_created_gmt', 'date_modified', 'date_modified_gmt', 'date_paid', 'date_paid_gmt',
  'total', 'total_tax', 'shipping_total', 'discount_total', 'billing', 'billing/first_name', 'billing/email', 'billing/country', 'shipping', 'shipping/address_1', 'shipping/postcode',
  'payment_method', 'payment_method_title', 'transaction_id', 'line_items', 'line_items/0', 'line_items/1/id', 'line_items/1/name', 'line_items/0/product_id', 'line_items/0/variation_id',
  'line_items/0/quantity', 'line_items/0/subtotal', 'line_items/0/total', 'line_items/0/total_tax', 'line_items/0/sku', 'line_items/1/meta_data', 'line_items/1/meta_data/0/key',
  'fee_lines', 'coupon_lines', 'shipping_lines', 'shipping_lines/0/method_id', 'gift_cards',
];

function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.map((entry, index) => (String(index) === key ? replaced(entry, rest, by) : entry));
  return { ...(value as object), [key]: replaced((value as Record<string, unknown>)[key], rest, by) };
}

describe('whatever comes', () => {
  it.each(READ)('a value of another type at /%s is named', (path) => {
    const wrong = ['billing', 'shipping', 'line_items/0'].includes(path) ? [true, 'text', 7, [7]] : [true, { toString: 1, valueOf: 1, toJSON: 2 }];
    for (const value of wrong) expect(pointers(replaced(paid, path.split('/'), value))).toEqual([`/${path}`]);
  });

  it('is never thrown at', () => {
    fc.assert(fc.property(fc.constantFrom(...TOPICS), fc.jsonValue({ maxDepth: 4 }), (topic, body) => {
      expect(['order', 'kept', 'ignored', 'malformed']).toContain(translate(topic, body).kind);
    }), { numRuns: 500 });
  });

  it('is an order or names its bad fields when anything stands anywhere in it', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom(...READ), fc.jsonValue({ maxDepth: 1 })), { minLength: 1, maxLength: 4 }), (changes) => {
      const body = changes.reduce<unknown>((message, [path, by]) => {
        const keys = path.split('/');
        const parent = keys.slice(0, -1).reduce<unknown>((inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[key] : undefined), message);
        return typeof parent === 'object' && parent !== null ? replaced(message, keys, by) : message;
      }, paid);
      const translation = translate('sweep', body);
      if (translation.kind === 'malformed') {
        expect(translation.errors.length).toBeGreaterThan(0);
        expect(new Set(translation.errors.map(({ pointer }) => pointer)).size).toBe(translation.errors.length);
        for (const { detail } of translation.errors) expect(detail.length).toBeLessThan(200);
      } else if (translation.kind === 'order') {
        const { totals, lines } = translation.order;
        for (const amount of Object.values(totals).filter((value) => typeof value === 'number')) expect(Number.isSafeInteger(amount)).toBe(true);
        for (const { unitPrice, discountMinor } of lines) expect([/^\d+(\.\d{1,6})?$/.test(unitPrice), discountMinor >= 0]).toEqual([true, true]);
      }
    }), { numRuns: 500 });
  });
});
