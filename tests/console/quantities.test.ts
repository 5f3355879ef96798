// Quantities are written as the reader writes numbers, everywhere: what the API says of them is never shown as it came.
import { readFileSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { fieldsOf } from '../../console/src/draft/form.ts';
import { speak } from '../../console/src/i18n/words.ts';
import { quantity, quantityText, typedQuantity, typedText } from '../../console/src/numbers.ts';
import { inGerman } from '../../console/src/reasons/german.ts';

beforeAll(() => void vi.stubGlobal('document', { documentElement: {} }));
beforeEach(() => speak('de'));
afterAll(() => {
  speak('en');
  vi.unstubAllGlobals();
});

test('what is shown has the signs of the reader, and no zeros at the end', () => {
  expect([quantity(1500, 3), quantity(2000, 3), quantity(-25, 1), quantity(1200, 0), quantityText('1.500'), quantityText('0.000001'), quantityText('12')]).toEqual(['1,5', '2', '-2,5', '1.200', '1,5', '0,000001', '12']);
  speak('en');
  expect([quantity(1500, 3), quantity(1200, 0), quantity(9_007_199_254_740_991, 3), quantityText('1.500')]).toEqual(['1.5', '1,200', '9,007,199,254,740.991', '1.5']);
});

test('what stands in a field has the decimal sign of the reader and nothing that parts thousands', () => {
  expect([typedQuantity(1_234_500, 3), typedQuantity(1200, 0), typedQuantity(2000, 3), typedText('9.90'), typedText('')]).toEqual(['1234,5', '1200', '2', '9,90', '']);
  expect(fieldsOf({ channel: 'web', customer: { id: null, name: null, email: null, phone: null, class: null }, ship_to: null, lines: [{ sku: 'ROPE', quantity: '1.5', unit: null, unit_price: '9.90', discount_percent: '2.5' }], tax_included: true, discount_percent: '1.5', shipping_minor: 490, payment: 'paid', note: null, promise: null }, 'EUR'))
    .toMatchObject({ lines: [{ quantity: '1,5', price: '9,90', discount: '2,5' }], discount: '1,5', shipping: '4,90' });
  speak('en');
  expect([typedQuantity(1_234_500, 3), typedText('9.90')]).toEqual(['1234.5', '9.90']);
});

test('sentences of the server that are told in German, too', () => {
  const [said] = inGerman('Line 3 says 499, 1.5 at 3.33 less discount is 500.') ?? [];
  expect(said).toEqual({ text: 'Position 3 nennt 499; 1,5 zu 3,33 abzüglich Rabatt sind 500.' });
});

/** Counted units and quantities of the API, shown without a word on how: as an expression of their own, or through what writes whole numbers. */
const COUNTED = 'quantity|minimum_quantity|on_hand|reserved|received|damaged|claimed|atp|safety_stock';
const RAW = new RegExp(String.raw`(?:[>}\s]|\$)\{[\w.?\[\]() ]*[.](?:${COUNTED})\}|\b(?:count|String)\([\w.?]*[.](?:${COUNTED})\)`, 'g');

test('no screen shows one as it came', () => {
  expect('<b>{line.quantity} ×</b> <td>{read.lines[index]?.quantity}</td> `= ${change.quantity}` count(of.atp)'.match(RAW)).toHaveLength(4);
  const root = new URL('../../console/src/', import.meta.url);
  const found = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file))
    .flatMap((file) => (readFileSync(new URL(file, root), 'utf8').match(RAW) ?? []).map((text) => `${file}: ${text}`));
  expect(found).toEqual([]);
});
