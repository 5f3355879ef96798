import { describe, expect, it } from 'vitest';
import { addsUpTo, FIXTURES, fixture, orderOf, pointers, translated } from './support.testing.ts';
import { translate } from './translate.ts';

type Line = Record<string, unknown>;
const [firstLine] = fixture('fees')['line_items'] as Line[];
const withLine = (changes: Line, order: Line = {}) => translated('fees', { line_items: [{ ...firstLine, ...changes }], fee_lines: [], shipping_total: '0', ...order });

describe('an order', () => {
  it.each(FIXTURES)('%s adds up to its total, and its line taxes to its tax or nothing', (name) => {
    const order = translated(name);
    expect(addsUpTo(order)).toBe(order.totals.totalMinor);
    expect(order.payment.payments.reduce((sum, { amountMinor }) => sum + amountMinor, 0)).toBe(order.totals.totalMinor);
    expect([0, order.totals.taxMinor]).toContain(order.lines.reduce((sum, { taxMinor }) => sum + taxMinor, 0));
  });

  it('is read whole', () => {
    const address = { name: 'Mira Halvorsen', company: 'Halvorsen Keramikk', street: 'Storgata 14', street2: '2. etg.', city: 'Tromsø', postcode: '9008', country: 'NO' };
    expect(translated('paid')).toEqual({
      externalId: '4101', name: '#4101', version: Date.UTC(2026, 2, 2, 10, 4, 9), test: false, cancelled: null, currency: 'EUR', placedAt: Date.UTC(2026, 2, 2, 10, 4, 5),
      lines: [
        { externalId: '11', variantId: '310', sku: 'MUG-MOSS', title: 'Stoneware mug – moss', quantity: '2', unitPrice: '12.5', discountMinor: 0, taxMinor: 0, properties: [] },
        {
          externalId: '12', variantId: '327', sku: 'PLATE-L', title: 'Serving plate large & lid', quantity: '1', unitPrice: '40', discountMinor: 0, taxMinor: 0,
          properties: [
            { name: 'Glaze', value: 'Ash & grey' }, { name: '_engraving', value: 'To A. < B.' }, { name: '_parts', value: '{"lid":true,"count":2}' }, { name: 'gift', value: '' },
          ],
        },
      ],
      takenOff: {}, leftThere: {},
      totals: { totalMinor: 8330, shippingMinor: 500, discountMinor: 0, taxMinor: 1330, otherMinor: 0, taxIncluded: false },
      payment: { state: 'paid', payments: [{ tender: 'stripe', amountMinor: 8330, reference: 'ch_28707' }] },
      risk: null, customer: { name: 'Mira Halvorsen', email: 'mira@halvorsen.example', phone: '+47 55 50 10 01' }, shipTo: address, billTo: address, note: 'Ring twice, please.',
      attributes: { number: '4101', created_via: 'checkout', status: 'processing', shipping_method: 'Post & parcel' },
    });
  });

  it.each([
    [[{ key: 'x', value: 'y' }, { key: 'customer_class', value: ' wholesale ' }], 'wholesale'], [[{ key: 'customer_class', value: { deep: 1 } }], undefined], ['none', undefined], [{}, undefined], [null, undefined], [[null, 1], undefined],
  ])('has the class of customers that its meta data %j name', (meta_data, expected) => {
    expect(translated('paid', { meta_data }).customerClass).toBe(expected);
  });

  it.each(['order.created', 'order.updated', 'order.restored', 'sweep'])('of %s is the same', (topic) => {
    expect(orderOf(translate(topic, fixture('paid')))).toEqual(translated('paid'));
  });
});

describe('money', () => {
  it('is without tax in the lines where the shop types prices in with tax', () => {
    const { lines, totals } = translated('taxes-included');
    expect(lines.map(({ unitPrice, quantity, taxMinor }) => [unitPrice, quantity, taxMinor])).toEqual([['8.326667', '3', 499], ['12.5', '1', 250]]);
    expect(totals).toEqual({ totalMinor: 4497, shippingMinor: 0, discountMinor: 0, taxMinor: 749, otherMinor: 0, taxIncluded: false });
  });

  it('gives each line its share of every coupon', () => {
    expect(translated('coupon').lines.map(({ discountMinor }) => discountMinor)).toEqual([500, 300]);
    expect(translated('coupon').attributes['coupon_codes']).toBe('spring10');
    const several = translated('several-discounts');
    expect(several.lines.map(({ unitPrice, discountMinor, taxMinor }) => [unitPrice, discountMinor, taxMinor])).toEqual([['19.9', 895, 355], ['0.99', 99, 0]]);
    expect([several.totals.discountMinor, several.attributes['coupon_codes']]).toEqual([0, 'school, freesticker']);
  });

  it('counts fees, and lines of no units, beside', () => {
    expect(translated('fees').totals).toMatchObject({ totalMinor: 2450, otherMinor: -50, shippingMinor: 500 });
    const order = withLine({ quantity: 0, total: '7.00', subtotal: '7.00' }, { total: '7.00' });
    expect([order.lines, order.totals.otherMinor, addsUpTo(order)]).toEqual([[], 700, 700]);
  });

  it('takes a gift card as a payment, whether or not the total is what is left to pay', () => {
    const cards = [{ tender: 'gift_card', amountMinor: 5000, reference: '77' }];
    const rest = { tender: 'stripe', amountMinor: 1500, reference: 'ch_28742' };
    expect(translated('gift-card')).toMatchObject({ totals: { totalMinor: 6500, discountMinor: 0, otherMinor: 0 }, payment: { state: 'paid', payments: [rest, ...cards] } });
    expect(translated('gift-card', { total: '65.00' })).toMatchObject({ totals: { totalMinor: 6500 }, payment: { payments: [rest, ...cards] } });
    const whole = translated('gift-card', { total: '0.00', payment_method: '', gift_cards: [{ code: 'WXYZ-0099', amount: '65.00' }] });
    expect(whole.payment.payments).toEqual([{ tender: 'gift_card', amountMinor: 6500, reference: '…0099' }]);
  });

  it('takes a discount that no line carries where it is needed to add up', () => {
    expect(translated('fees', { discount_total: '4.50', total: '20.00' }).totals).toMatchObject({ discountMinor: 450, totalMinor: 2000 });
    expect(translated('fees', { discount_total: '0.01' }).totals.discountMinor).toBe(0);
  });

  it('leaves figures that do not add up as they are', () => {
    const order = translated('fees', { total: '99.00' });
    expect([order.totals.totalMinor, addsUpTo(order)]).toEqual([9900, 2450]);
  });

  it.each([
    ['yen with two decimals', 'JPY', '1650.00', '150.00', ['454.55', '454.55', '590.90']],
    ['dollars with four', 'USD', '20.0100', '0.00', ['10.0050', '10.0050']],
    ['dollars with six, and tax', 'USD', '24.00', '4.00', ['6.666667', '6.666667', '6.666667']],
  ])('of %s adds up as the shop adds it up', (_name, currency, total, total_tax, totals) => {
    const [line] = fixture('paid')['line_items'] as Line[];
    const line_items = totals.map((one, index) => ({ ...line, id: index + 1, quantity: 1, subtotal: one, total: one, total_tax: '0' }));
    const order = translated('paid', { currency, total, total_tax, shipping_total: '0.00', line_items });
    expect(addsUpTo(order)).toBe(order.totals.totalMinor);
    expect(Math.abs(order.totals.otherMinor)).toBe(1);
  });

  it('has no minor units in yen', () => {
    expect(translated('yen')).toMatchObject({ totals: { totalMinor: 2200, taxMinor: 200 }, lines: [{ unitPrice: '666.666667', taxMinor: 200 }] });
  });

  it('never says that a line costs less than nothing, or has a discount above its price', () => {
    const raised = withLine({ subtotal: '20.00', total: '25.00' }, { total: '25.00' });
    expect([raised.lines[0]?.unitPrice, raised.lines[0]?.discountMinor, addsUpTo(raised)]).toEqual(['25', 0, 2500]);
    const negative = withLine({ subtotal: '-4.00', total: '-4.00' }, { total: '0.00' });
    expect([negative.lines[0]?.unitPrice, negative.lines[0]?.discountMinor, negative.totals.otherMinor]).toEqual(['0', 0, -400]);
    const many = withLine({ quantity: 30_000, subtotal: '1000.01', total: '0.00' }, { total: '0.00' });
    expect(addsUpTo(many)).toBe(0);
    const spread = withLine({ quantity: 30_000, subtotal: '1000.01', total: '1000.01' }, { total: '1000.01' });
    expect(addsUpTo(spread)).toBe(100_001);
  });
});

describe('payment and state', () => {
  const unpaid = { date_paid: null, date_paid_gmt: null };
  it.each([
    ['pending', {}, 'pending'], ['on-hold', { payment_method: 'cheque' }, 'pending'], ['processing', {}, 'paid'], ['completed', {}, 'paid'],
    ['processing', { payment_method: 'cod' }, 'authorised'], ['completed', { payment_method: 'cod' }, 'paid'], ['failed', {}, 'failed'],
    ['shipped-by-plugin', {}, 'pending'], ['on-hold', { date_paid_gmt: '2026-03-02T10:00:00' }, 'paid'], ['processing', { payment_method: 'cod', date_paid: '2026-03-02T10:00:00' }, 'paid'],
  ])('%s with %j is %s', (status, changes, state) => {
    const order = translated('paid', { ...unpaid, status, ...changes });
    expect([order.payment.state, order.cancelled]).toEqual([state, null]);
  });

  it('knows a cancelled order and one in the bin', () => {
    expect(translated('cancelled')).toMatchObject({ cancelled: { at: null, reason: 'cancelled at the shop' }, payment: { state: 'pending', payments: [{ tender: 'none' }] } });
    expect(translated('paid', { status: 'refunded' })).toMatchObject({ cancelled: { at: null, reason: 'refunded at the shop' }, payment: { state: 'paid' } });
    expect(translated('cancelled', { status: 'trash' }).cancelled).toEqual({ at: null, reason: 'moved to the bin' });
  });

  it('knows that a completed order has left', () => {
    expect(translated('paid', { status: 'completed' }).leftThere).toEqual({ 11: 2, 12: 1 });
    expect(translated('paid').leftThere).toEqual({});
  });

  it.each(['checkout-draft', 'auto-draft', 'draft'])('ignores a %s', (status) => {
    expect(translate('order.created', { id: 5, status })).toMatchObject({ kind: 'ignored', externalId: '5', reason: expect.stringContaining(status) });
  });
});

describe('where it goes', () => {
  const empty = { address_1: '', city: '', postcode: '', country: '' };
  it('is nowhere for a pickup', () => {
    const order = translated('local-pickup');
    expect([order.shipTo, order.attributes['shipping_method']]).toEqual([null, 'Workshop, Sjøgata 3']);
    expect(translated('paid', { shipping_lines: [{ method_id: 'local_pickup:3', method_title: 'Shop' }] }).shipTo).toBeNull();
  });

  it('is the billing address where something is shipped and nothing else is said, also for a guest', () => {
    const order = translated('guest-unpaid');
    expect(order).toMatchObject({ name: '#A-4108', customer: { email: 'mira@halvorsen.example' }, payment: { state: 'pending' }, lines: [{ sku: null }] });
    expect(order.shipTo).toEqual(order.billTo);
    expect(order.shipTo).not.toBeNull();
    expect(translated('paid', { shipping: empty, shipping_lines: undefined }).shipTo).toEqual(order.billTo);
  });

  it('is nowhere where nothing is shipped, or no address is known', () => {
    expect(translated('paid', { shipping: empty, shipping_lines: [] }).shipTo).toBeNull();
    expect(translated('paid', { shipping: [], billing: [] })).toMatchObject({ shipTo: null, billTo: null, customer: {} });
  });

  it('leaves out what is no country', () => {
    expect(translated('paid', { shipping: { city: 'Oslo', country: 'Norway' } }).shipTo).toEqual({ city: 'Oslo' });
  });
});

describe('texts', () => {
  it('are shortened and rid of what no database holds', () => {
    const long = `a\0b\ud800c${'x'.repeat(9000)}`;
    const names = { first_name: long, last_name: long, address_1: long, city: long, postcode: long, email: long, phone: long, country: 'NO' };
    const order = withLine({ name: long, sku: long, meta_data: [{ key: long, value: long }, { key: '', value: 1 }] },
      { customer_note: long, billing: names, shipping: names, payment_method: long, transaction_id: long, created_via: long, number: long });
    const written = JSON.stringify(order);
    expect(written).not.toMatch(/\\u0000|\\ud800/);
    expect(order.note).toHaveLength(4999);
    expect(order.customer).toMatchObject({ name: expect.stringMatching(/^abcx{196}$/), email: expect.stringMatching(/^abcx+$/) });
    expect(Math.max(...Object.values(order.attributes).map((value) => value.length))).toBeLessThanOrEqual(1000);
    expect(order.lines[0]?.properties).toEqual([{ name: expect.stringMatching(/^abcx{96}$/), value: expect.stringMatching(/^abcx{996}$/) }]);
  });

  it.each([
    ['A &amp;lt; B', 'A &lt; B'], ['&lt;b&gt;', '<b>'], ['<b class="x">Big</b> <br/>pot', 'Big pot'], ['5 &#8364; &#x20AC; &#039;', "5 € € '"], ['a&nbsp;&mdash;&quot;', 'a —"'],
    ['R&D &unknown; &#9999999;', 'R&D &unknown;'], ['2 < 3 > 1', '2 < 3 > 1'], ['x&#0;&#xD800;y', 'xy'], ['<p></p>', 'VASE'],
  ])('%j is %j', (name, title) => {
    expect(withLine({ name }).lines[0]?.title).toBe(title);
  });

  it('say nothing about a person in the attributes', () => {
    expect(JSON.stringify(translated('paid').attributes)).not.toMatch(/1990|192\.0|Mozilla|Mira|organic/);
  });
});

describe('versions', () => {
  it.each([
    [{}, Date.UTC(2026, 2, 2, 10, 4, 9)], [{ date_modified_gmt: null }, Date.UTC(2026, 2, 2, 11, 4, 9)],
    [{ date_modified_gmt: '', date_modified: null }, Date.UTC(2026, 2, 2, 10, 4, 5)],
    [{ date_modified_gmt: null, date_modified: null, date_created_gmt: null }, Date.UTC(2026, 2, 2, 11, 4, 5)],
    [{ date_modified_gmt: '2026-03-02T11:00:00+01:00' }, Date.UTC(2026, 2, 2, 10)],
  ])('with %j', (changes, version) => {
    expect(translated('paid', changes).version).toBe(version);
  });

  it('are needed', () => {
    const dates = { date_modified_gmt: null, date_modified: '', date_created_gmt: null, date_created: null };
    expect(pointers(fixture('paid', dates))).toEqual(['/date_modified_gmt']);
    expect(pointers(fixture('paid', { ...dates, date_created: '2026-13-40T00:00:00' }))).toEqual(['/date_created']);
  });
});

describe('other topics', () => {
  it('says what to do about a deleted order', () => {
    expect(translate('order.deleted', { id: 7 })).toEqual({ kind: 'ignored', externalId: '7', reason: 'A deleted order says nothing of its goods; cancel it instead.' });
  });

  it.each([
    ['order.refunded', { id: 7 }, '7'], ['refund.created', { id: 9, parent_id: 7 }, '7'], ['refund.created', { id: 9, order_id: '7' }, '7'],
    ['refund.created', { id: 9, _links: { up: [{ href: 'https://shop.example/wp-json/wc/v3/orders/7' }] } }, '7'], ['refund.created', { id: 9, _links: { up: 3 } }, null], ['order.refunded', null, null],
  ])('keeps %s', (topic, body, externalId) => {
    expect(translate(topic, body)).toEqual({ kind: 'kept', externalId, reason: 'Refunds are kept until payments can be refunded.' });
  });

  it.each(['product.updated', 'customer.created', 'coupon.deleted', 'action.woocommerce_payment_complete', 'order.shaken', '__proto__'])('ignores %s by name', (topic) => {
    expect(translate(topic, fixture('paid'))).toEqual({ kind: 'ignored', externalId: null, reason: `Nothing follows from ${topic}.` });
  });
});

describe('units that were refunded', () => {
  const [mugs, plate] = fixture('paid')['line_items'] as Line[];
  const whole = translated('paid');
  const restocked = { meta_data: [{ key: '_reduced_stock', value: '2' }, { key: '_restock_refunded_items', value: '1' }] };

  it.each<[string, Line, Line[]]>([
    ['that were put back into stock', restocked, [{ id: 1, reason: '', total: '-14.88' }]],
    ['of refunds that tell their lines', {}, [{ id: 1, total: '-14.88', line_items: [{ id: 40, quantity: -1, total: '-12.50', meta_data: [{ key: '_refunded_item_id', value: '11' }] }] }]],
    ['that both tell of are counted once', restocked, [{ id: 1, total: '-14.88', line_items: [{ id: 40, quantity: -1, total: '-12.50', meta_data: [{ key: '_refunded_item_id', value: '11' }] }] }]],
  ])('%s are taken off with their share of the amounts', (_name, changes, refunds) => {
    const order = translated('paid', { line_items: [{ ...mugs, ...changes }, plate], refunds });
    expect(order.lines.map(({ externalId, quantity, unitPrice }) => [externalId, quantity, unitPrice])).toEqual([['11', '1', '12.5'], ['12', '1', '40']]);
    expect(order.takenOff).toEqual({ 11: { returned: 0, refunded: 1 } });
    expect(order.totals).toEqual({ ...whole.totals, totalMinor: 8330 - 1250 - 237, taxMinor: 1330 - 237 });
    expect(addsUpTo(order)).toBe(order.totals.totalMinor);
    expect(order.lines[0]?.properties).toEqual([]);
  });

  it('of every line leave nothing of the order', () => {
    const off = (item: Line | undefined): Line => ({ ...item, meta_data: [{ key: '_restock_refunded_items', value: item?.['quantity'] }] });
    expect(translated('paid', { line_items: [off(mugs), off(plate)], refunds: [{ id: 1, total: '-77.35' }] })).toMatchObject({
      lines: [], cancelled: { at: null, reason: 'every line was refunded' }, takenOff: { 11: { refunded: 2 }, 12: { refunded: 1 } },
    });
  });

  it.each([[null], ['all of it'], [-3], [{}], ['99999999999999']])('are never more than there were, nor read from %j', (value) => {
    const order = translated('paid', { line_items: [{ ...mugs, meta_data: [{ key: '_restock_refunded_items', value }] }, plate] });
    expect(order.lines).toHaveLength(2);
    expect(addsUpTo(order)).toBe(order.totals.totalMinor);
  });

  it('of a discounted order take their share of the discount along', () => {
    const [first, ...others] = fixture('several-discounts')['line_items'] as Line[];
    const order = translated('several-discounts', { line_items: [{ ...first, meta_data: [{ key: '_restock_refunded_items', value: 1 }] }, ...others] });
    expect(Object.keys(order.takenOff)).toHaveLength(1);
    expect(addsUpTo(order)).toBe(order.totals.totalMinor);
  });
});

it.each([[0.75, '0.75'], ['2.50', '2.5'], [3, '3'], ['0.000001', '0.000001']])('a quantity of %j is read as %s, and adds up', (quantity, text) => {
  const order = withLine({ quantity, subtotal: '24.50', total: '24.50', total_tax: '0.00' }, { total: '24.50', total_tax: '0.00' });
  expect(order.lines[0]?.quantity).toBe(text);
  expect(addsUpTo(order)).toBe(2450);
});
