import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { translate } from './translate.ts';

const FOLDER = new URL('../../../../shared/samples/shopify/', import.meta.url);
const sample = (name: string): unknown => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'));

describe.skipIf(!existsSync(FOLDER))('samples of the shop’s own libraries, read in place (skipped without the samples folder)', () => {
  test('an order of the REST API', () => {
    expect(translate('sweep', sample('py_order.json'))).toMatchObject({
      kind: 'order', order: { externalId: '450789469', name: '#1001', totals: { totalMinor: 40994, taxMinor: 1194 }, payment: { state: 'authorised', payments: [{ tender: 'authorize_net' }] }, lines: { length: 3 } },
    });
  });

  test('line properties that are nested objects', () => {
    const translation = translate('orders/updated', sample('rb_order_with_properties.json'));
    expect(translation).toMatchObject({ kind: 'order', order: { note: 'Test note', lines: [{ sku: null, properties: { length: 4 } }, { properties: { length: 5 } }] } });
    expect(JSON.stringify(translation)).toContain('Your First Name');
  });

  test('a list of orders without their lines: each says what is missing', () => {
    const { orders } = sample('py_orders.json') as { orders: unknown[] };
    expect(orders.length).toBeGreaterThan(0);
    for (const order of orders) expect(translate('sweep', order)).toMatchObject({ kind: 'malformed', errors: [{ pointer: '/line_items' }] });
    expect(translate('sweep', { ...(orders[0] as object), line_items: [{ id: 1, quantity: 3, price: '199.00' }] })).toMatchObject({ kind: 'order', order: { totals: { discountMinor: 1000 } } });
  });

  test('placeholders instead of values', () => {
    const translation = translate('orders/create', sample('webhook_shape_2025-04_orders_1.json'));
    const pointers = translation.kind === 'malformed' ? translation.errors.map(({ pointer }) => pointer) : [];
    expect(pointers).toEqual(expect.arrayContaining(['/currency', '/financial_status', '/line_items/0/price', '/shipping_lines/0/price', '/total_price', '/shipping_address/country_code']));
    expect(translate('orders/edited', sample('webhook_shape_2025-04_orders_2.json'))).toMatchObject({ kind: 'ignored', externalId: '123' });
    expect(translate('orders/create', sample('webhook_shape_2025-04_orders_2.json'))).toMatchObject({ kind: 'malformed' });
  });

  test.each([
    ['draft_orders/create', 'py_draft_order.json', 'ignored', null], ['refunds/create', 'py_refund.json', 'kept', '450789469'], ['refunds/create', 'webhook_shape_2025-04_refunds_1.json', 'kept', '123'],
    ['checkouts/create', 'py_checkouts.json', 'ignored', null], ['fulfillments/create', 'webhook_shape_2025-04_fulfillments_1.json', 'ignored', '123'],
    ['inventory_levels/update', 'webhook_shape_2025-04_inventory_levels_1.json', 'ignored', null], ['order_transactions/create', 'webhook_shape_2025-04_order_transactions_1.json', 'ignored', '123'],
  ])('%s of %s', (topic, name, kind, externalId) => {
    expect(translate(topic, sample(name))).toMatchObject({ kind, externalId });
  });
});
