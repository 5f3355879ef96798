import { expect, test } from 'vitest';
import { dayIn, pastedLines } from '../../console/src/supply/pasted.ts';
import { parseSupply, supplyUrl } from '../../console/src/supply/query.ts';
import { differenceOf, EMPTY, scanned, seen, setTo, type TallyLine, undone, unitsOf } from '../../console/src/supply/tally.ts';

test('pasted rows are read from spreadsheets, semicolons and blanks; headings are left out, every wrong row is named', () => {
  expect(pastedLines('SKU\tQuantity\tDate\nCUP\t12\t2030-03-01\nTEA\t1,5\t1.3.2030\n\nPOT\t3')).toEqual({
    lines: [{ row: 2, sku: 'CUP', quantity: '12', day: '2030-03-01' }, { row: 3, sku: 'TEA', quantity: '1.5', day: '2030-03-01' }, { row: 5, sku: 'POT', quantity: '3', day: null }], faults: [],
  });
  expect(pastedLines('CUP;2;2030-03-01\nTEA 4').lines.map(({ sku, quantity }) => [sku, quantity])).toEqual([['CUP', '2'], ['TEA', '4']]);
  expect(pastedLines('CUP\t1\nonly\nTEA\tmany\nPOT\t1.000\nPAN\t1\t03/04/2030\nCUP\t2\n\t4').faults.map(({ row, why }) => [row, why])).toEqual([[2, 'few'], [3, 'quantity'], [4, 'thousands'], [5, 'day'], [6, 'twice'], [7, 'few']]);
  expect([dayIn('31.2.2030'), dayIn('2030-13-01'), dayIn('29.2.2028')]).toEqual([null, null, '2028-02-29']);
});

const line = (sku: string, over: Partial<TallyLine> = {}): TallyLine => ({ sku, gtin: null, quantity_scale: 0, quantity: 10, received: 2, closed_at: null, ...over });
const LINES = [line('CUP', { gtin: '04006381333931' }), line('OIL', { quantity_scale: 3, quantity: 5000, received: 0 }), line('OLD', { closed_at: '2026-01-01T00:00:00Z' })];

test('a scan counts by SKU or GTIN, a wrong one stops everything until it was seen, and the last can be taken back', () => {
  const one = scanned(scanned(EMPTY, 'cup', LINES, false), '4006381333931', LINES, false);
  const more = scanned(scanned(one, '5*CUP', LINES, false), 'OIL', LINES, true);
  expect([unitsOf(more, 'CUP', false), unitsOf(more, 'OIL', true)]).toEqual([7, 1000]);
  const wrong = scanned(more, 'NOPE', LINES, false);
  expect(wrong.wrong).toEqual({ code: 'NOPE', why: 'unknown' });
  expect(scanned(wrong, 'CUP', LINES, false)).toBe(wrong);
  expect(scanned(seen(wrong), 'OLD', LINES, false).wrong).toEqual({ code: 'OLD', why: 'closed' });
  expect(unitsOf(undone(undone(more)), 'CUP', false)).toBe(2);
  expect(undone(wrong)).toEqual(more);
  const written = setTo(more, LINES[0]!, 9, false);
  expect([unitsOf(written, 'CUP', false), differenceOf(written, LINES[0]!), differenceOf(EMPTY, LINES[0]!)]).toEqual([9, { kind: 'over', units: 1 }, { kind: 'short', units: 8 }]);
  expect(unitsOf(undone(written), 'CUP', false)).toBe(7);
});

test('the address of the list of supply says everything', () => {
  const view = { kind: 'transfer' as const, node: 'berlin', reference: 'PO & 1', done: true, cursor: 'abc' };
  expect(parseSupply(supplyUrl(view).split('?')[1] ?? '')).toEqual(view);
  expect(supplyUrl(parseSupply('kind=nonsense'))).toBe('/stock/supply');
});
