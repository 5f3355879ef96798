import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { itemsOfProduct, orderShape } from './channel-json.ts';
import { jsonObjects } from './json-objects.ts';

/** The objects of a text that comes in pieces of the given size. */
async function objectsOf(text: string, size = 7, limit = 1_000): Promise<(unknown)[]> {
  const bytes = Buffer.from(text);
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
  const found: unknown[] = [];
  for await (const { text: one, line } of jsonObjects(Readable.from(pieces), limit, 'f.json')) found.push(one === null ? `too long on ${line}` : JSON.parse(one));
  return found;
}

test('objects are found in a list, in a list that is wrapped, one after the other, or alone', async () => {
  const objects = [{ a: '}]"{[\\' }, { orders: [1, { b: [] }], 'ü': '\u2028' }];
  const [list, lines] = [JSON.stringify(objects, null, 2), objects.map((one) => JSON.stringify(one)).join('\n')];
  for (const text of [list, `\uFEFF${list}`, `{"orders": ${list}, "more": [{"no": 1}]}`, `{ "products":\n${list}}`, lines, objects.map((one) => JSON.stringify(one)).join(' ')]) expect(await objectsOf(text)).toEqual(objects);
  expect(await objectsOf(JSON.stringify({ id: 1, orders: [{ a: 1 }] }))).toEqual([{ id: 1, orders: [{ a: 1 }] }]);
  expect([await objectsOf(''), await objectsOf('[]'), await objectsOf('{"orders":[]}')]).toEqual([[], [], []]);
  await expect(objectsOf('[{"a":1},\n{"b":')).rejects.toMatchObject({ code: 'UNREADABLE_FILE', message: expect.stringContaining('line 2') });
  await expect(objectsOf('[1,2]')).rejects.toMatchObject({ code: 'UNREADABLE_FILE' });
  expect(await objectsOf(`[{"a":1},\n{"b":"${'x'.repeat(5_000)}"},{"c":2}]`)).toEqual([{ a: 1 }, 'too long on 2', { c: 2 }]);
});

test('any objects are found again, wherever the text is cut', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.dictionary(fc.string(), fc.jsonValue())), fc.integer({ min: 1, max: 50 }), fc.boolean(), async (objects, size, pretty) => {
    const plain = JSON.parse(JSON.stringify(objects)) as unknown[];
    expect(await objectsOf(JSON.stringify(plain, null, pretty ? 1 : 0), size, 100_000)).toEqual(plain);
  }), { numRuns: 60 });
});

test('files of channels are told by what only they say', () => {
  expect(orderShape({ line_items: [], financial_status: 'paid' })).toBe('shopify');
  expect(orderShape({ line_items: [], order_key: 'wc_1', name: 'x' })).toBe('woocommerce');
  expect([orderShape({ lines: [] }), orderShape({ line_items: [] })]).toEqual([null, null]);
  expect(itemsOfProduct({ title: 'Shirt', variants: [{ sku: 'S-1', title: 'Small', barcode: '4006381333931', grams: 200 }, { sku: null, title: 'Default Title', barcode: 'x' }] })).toEqual([
    { sku: 'S-1', name: 'Shirt – Small', gtin: '4006381333931', weight_grams: 200 }, { sku: '', name: 'Shirt' },
  ]);
  expect(itemsOfProduct({ name: 'Shirt', sku: 'W-1', permalink: 'x' })).toEqual([{ sku: 'W-1', name: 'Shirt' }]);
  expect(itemsOfProduct({ sku: 'A', name: 'Cup' })).toBeNull();
});
