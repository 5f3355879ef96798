import { expect, test } from 'vitest';
import { fieldNamed, firstRows } from '../../console/src/connections/first-rows.ts';
import { wordsToTry } from '../../console/src/connections/unmapped.tsx';

test('the first rows of a table are read whatever parts and quotes them; what is no table has none', () => {
  expect(firstRows('\ufeffSKU;Name;Qty\r\nCUP;"Cup; ""blue"",\nlarge";2\r\n\r\nTEA;Tea;1')).toEqual({ heading: ['SKU', 'Name', 'Qty'], rows: [['CUP', 'Cup; "blue",\nlarge', '2'], ['TEA', 'Tea', '1']] });
  expect([firstRows('{"sku":"A"}\n'), firstRows('[{}]'), firstRows('PK\u0000\u0001'), firstRows('')]).toEqual([null, null, null, null]);
});

test('a column is read as the field that its heading names, in any writing', () => {
  const kind = { kind: 'items' as const, needs: 'catalogue:write', fields: [{ name: 'sku', also: ['article_number'], required: true }, { name: 'name', also: ['title'], required: false }] };
  expect(['SKU', 'Article-Number', 'Title ', 'Colour'].map((heading) => fieldNamed(kind, heading))).toEqual(['sku', 'sku', 'name', null]);
});

test('what is alike is looked for by fewer and fewer words', () => {
  expect(wordsToTry({ title: 'Blue cup, large 300 ml', sku: 'CUP-9' })).toEqual(['Blue cup large', 'Blue cup', 'Blue', 'CUP']);
  expect(wordsToTry({ title: '', sku: null })).toEqual([]);
});
