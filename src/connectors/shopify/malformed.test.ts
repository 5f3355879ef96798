import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { translate } from './translate.ts';

const fixture = (name: string): Record<string, unknown> => JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8')) as Record<string, unknown>;
const TOPICS = ['orders/create', 'sweep', 'orders/edited', 'orders/delete', 'refunds/create', 'fulfillments/create', 'anything'];

describe('a message that is not as documented', () => {
  test('is answered with every bad field, its place and the sender’s value', () => {
    const { email: _email, ...order } = fixture('edited-guest');
    const bad = { ...order, id: 2 ** 60, currency: 'XYZ', created_at: '2026-03-03 08:00', total_price: 'lots', financial_status: 'x'.repeat(300), line_items: [{ id: 1, quantity: 1.5, price: '-1' }] };
    const translation = translate('orders/create', { order: bad });
    if (translation.kind !== 'malformed') throw new Error(translation.kind);
    expect(translation.errors.map(({ pointer }) => pointer).sort()).toEqual(
      ['created_at', 'currency', 'financial_status', 'id', 'line_items/0/price', 'line_items/0/quantity', 'total_price'].map((path) => `/order/${path}`));
    const details = new Map(translation.errors.map(({ pointer, detail }) => [pointer, detail]));
    expect(details.get('/order/total_price')).toBe('"lots" is not an amount such as "12.50", zero or more.');
    expect(details.get('/order/line_items/0/quantity')).toBe('1.5 is not a whole quantity.');
    expect(details.get('/order/financial_status')).toMatch(/^"x{99}…" is not a payment status/);
    expect(translation.errors.every(({ code }) => code === 'INVALID_FIELD')).toBe(true);
  });

  test('names what is missing', () => {
    const { line_items: _lines, ...order } = fixture('edited-guest');
    expect(translate('sweep', order)).toEqual({ kind: 'malformed', errors: [{ pointer: '/line_items', code: 'INVALID_FIELD', detail: 'This field is missing: it has to be a list.' }] });
    const { id: _id, total_price: _total, created_at: _created, currency: _currency, ...few } = order;
    const translation = translate('sweep', { ...few, line_items: [{}], order_risks: [null] });
    const details = translation.kind === 'malformed' ? translation.errors.map(({ pointer, detail }) => `${pointer}: ${detail}`) : [];
    expect(details.join('\n')).not.toContain('Invalid input');
    expect(details).toHaveLength(8);
    expect(translate('sweep', 'text')).toMatchObject({ kind: 'malformed', errors: [{ pointer: '', detail: '"text" is not an object.' }] });
    expect(translate('sweep', { order: null })).toMatchObject({ kind: 'malformed', errors: [{ pointer: '/order', detail: 'null is not an object.' }] });
  });

  test('refuses amounts whose products are no longer exact', () => {
    const huge = { ...fixture('edited-guest'), line_items: [{ id: 1, quantity: 1_000_000, price: '99999999999' }] };
    expect(translate('sweep', huge)).toMatchObject({ kind: 'malformed', errors: [{ pointer: '/total_price' }] });
  });

  test('shows a value that is nested too deeply to write', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    expect(translate('sweep', { ...fixture('edited-guest'), name: deep })).toMatchObject({ kind: 'malformed', errors: [{ pointer: '/name' }] });
    const withProperty = { ...fixture('edited-guest'), line_items: [{ id: 1, quantity: 1, price: '1', properties: [{ name: 'deep', value: deep }] }] };
    expect(translate('sweep', withProperty)).toMatchObject({ kind: 'order' });
  });
});

describe('a message that says the same otherwise', () => {
  const order = fixture('edited-guest') as { line_items: Record<string, unknown>[] };
  const plain = translate('sweep', order);
  const withLines = (over: (line: Record<string, unknown>) => object): object => ({ ...order, line_items: order.line_items.map((line) => ({ ...line, ...over(line) })) });

  test.each<[string, object]>([
    ['quantities as texts', withLines(({ quantity, current_quantity: current }) => ({ quantity: String(quantity), current_quantity: String(current) }))],
    ['prices as numbers', withLines(({ price }) => ({ price: Number(price) }))],
    ['ids as texts', withLines(({ id, variant_id: variant }) => ({ id: String(id), variant_id: variant === null ? '' : String(variant) }))],
    ['no variant as zero', withLines(({ variant_id: variant }) => ({ variant_id: variant ?? 0 }))],
    ['empty texts and lists for nothing', { ...order, cancelled_at: '', current_total_duties_set: [], customer: [], original_total_duties_set: '' }],
    ['sets without money', { ...order, current_total_duties_set: { shop_money: null, presentment_money: null } }],
    ['taxes without a price', withLines(({ tax_lines: taxes }) => ({ tax_lines: [...(Array.isArray(taxes) ? taxes : []), { title: 'None', price: null, rate: null }] }))],
  ])('%s', (_name, message) => {
    const translation = translate('sweep', message);
    if (translation.kind !== 'order' || plain.kind !== 'order') throw new Error(JSON.stringify(translation));
    expect(translation.order.lines.map(({ unitPrice, ...line }) => [Number(unitPrice), line])).toEqual(plain.order.lines.map(({ unitPrice, ...line }) => [Number(unitPrice), line]));
    expect({ ...translation.order, lines: [] }).toEqual({ ...plain.order, lines: [] });
  });

  test('numbers where texts are meant', () => {
    const translation = translate('sweep', { ...withLines(() => ({ sku: 4711, title: 7 })), name: 1001, phone: 4712345678, shipping_address: { zip: 12345, country_code: 'US' } });
    expect(translation).toMatchObject({ kind: 'order', order: { name: '1001', customer: { phone: '4712345678' }, shipTo: { postcode: '12345' }, lines: [{ sku: '4711' }, { sku: '4711' }] } });
  });

  test.each<[unknown, object[]]>([
    [null, []], ['', []], [[], []], [{}, []], [[null], []], ['Anna', [{ name: '1', value: 'Anna' }]], [['Anna', 3], [{ name: '1', value: 'Anna' }, { name: '2', value: '3' }]],
    [[['Name', 'Anna'], ['Size', 3]], [{ name: 'Name', value: 'Anna' }, { name: 'Size', value: '3' }]], [[{ key: 'Name', value: 'Anna' }], [{ name: 'Name', value: 'Anna' }]],
    [[{ Name: 'Anna', Size: 3 }], [{ name: 'Name', value: 'Anna' }, { name: 'Size', value: '3' }]], [{ Name: { first: 'Anna' } }, [{ name: 'Name', value: '{"first":"Anna"}' }]],
    [[{ name: null, value: 'x' }, { name: 'gift', value: null }], [{ name: 'gift', value: '' }]],
  ])('properties of a line as %j', (properties, expected) => {
    expect(translate('sweep', withLines(() => ({ properties })))).toMatchObject({ kind: 'order', order: { lines: [{ properties: expected }, { properties: expected }] } });
  });

  test('an id that is no longer exact is refused in words', () => {
    expect(translate('sweep', withLines(() => ({ variant_id: 2 ** 60 })))).toMatchObject({ kind: 'malformed', errors: [{ detail: '1152921504606847000 is not an id (digits; as a number below 2^53).' }, {}, {}] });
  });
});

test('any JSON whatever is translated without an exception', () => {
  fc.assert(fc.property(fc.constantFrom(...TOPICS), fc.jsonValue(), (topic, body) => {
    expect(translate(topic, body).kind).toBeTypeOf('string');
  }));
  fc.assert(fc.property(fc.dictionary(fc.constantFrom(...Object.keys(fixture('multi-currency'))), fc.jsonValue()), (fields) => {
    expect(translate('sweep', { ...fixture('multi-currency'), ...fields }).kind).toBeTypeOf('string');
  }));
});

/** Everything under these may be anything: apps put there what they like, or nothing reads it. */
const FREE = /^(app_id|admin_graphql_api_id|browser_ip|buyer_accepts_marketing|closed_at|confirmed|order_number|fulfillment_status)$|^customer\.(id|tags)$|(product_id|fulfillment_service|grams|taxable|duties|vendor|rate|tip|properties|discount_application_index|shipping_lines\.\d+\.(id|code|tax_lines)|type|\.country|note_attributes|discount_codes\.\d+\.(amount|type))/;
const FREE_ENDS = /^line_items\.\d+\.tax_lines\.\d+\.title$|\.country$/;

function leaves(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
}

function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.map((one: unknown, index) => (String(index) === key ? replaced(one, rest, by) : one));
  const record = value as Record<string, unknown>;
  return { ...record, [key]: replaced(record[key], rest, by) };
}

test('a field of another type makes the message malformed, at that field', () => {
  const order = fixture('multi-currency');
  const read = leaves(order).filter((path) => {
    const name = path.join('.');
    return name.endsWith('country_code') || name === 'total_tip_received' || (!FREE.test(name) && !FREE_ENDS.test(name));
  });
  expect(read.length).toBeGreaterThan(80);
  const wrong: readonly unknown[] = [{ scrambled: 1 }, [[1]], { a: null }];
  const pointersOf = (paths: readonly string[][], by: unknown): string[] => {
    const translation = translate('orders/updated', paths.reduce<unknown>((body, path) => replaced(body, path, by), order));
    return translation.kind === 'malformed' ? translation.errors.map(({ pointer }) => pointer) : [];
  };
  for (const path of read) for (const by of wrong) expect(pointersOf([path], by)[0]).toMatch(new RegExp(`^/${path.join('/')}`));
  const several = fc.uniqueArray(fc.constantFrom(...read), { minLength: 2, maxLength: 6, selector: String });
  fc.assert(fc.property(several, fc.constantFrom(...wrong), (paths, by) => {
    const pointers = pointersOf(paths, by);
    for (const path of paths) expect(pointers.some((pointer) => pointer.startsWith(`/${path.join('/')}`))).toBe(true);
  }));
});
