import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSheet } from '../../../files/csv.ts';
import { localFile } from '../../../files/text-file.ts';
import { classOf } from './classify.ts';
import { ROWS, UCI_FIXTURE, uciFile } from './fixture.testing.ts';
import { captureBody, pence, planInvoice } from './invoice.ts';
import { type UciRow, uciReader } from './rows.ts';
import { invoicesOf, needsOf, survey } from './survey.ts';
import { Tally } from './tally.ts';

let directory: string;
beforeAll(async () => { directory = await mkdtemp(join(tmpdir(), 'ordo-uci-')); });
afterAll(() => rm(directory, { recursive: true }));

async function sheetOf(text: string): ReturnType<typeof openSheet> {
  const path = join(directory, `${Math.random()}.csv.gz`);
  await writeFile(path, gzipSync(text));
  return openSheet(localFile(path));
}

const ignore = (): void => undefined;

async function rowsOf(text: string): Promise<UciRow[]> {
  const sheet = await sheetOf(text);
  const read = uciReader(sheet);
  const rows: UciRow[] = [];
  for await (const row of sheet.rows()) rows.push(read(row));
  return rows;
}

test('every row is of one class, by its code, its figures, and by the names products are sold under', async () => {
  const sheet = await sheetOf(uciFile());
  const { soldUnder } = await survey(sheet, Number.POSITIVE_INFINITY, ignore);
  expect((await rowsOf(uciFile())).map((row) => classOf(row, soldUnder))).toEqual([
    'sale', 'sale', 'shipping', 'discount', 'sale', 'sale', 'sale', 'shipping', 'other_charge', 'other_charge', 'other_charge',
    'given_away', 'given_away', 'sale', 'stock_note', 'adjustment', 'stock_note', 'other_charge', 'other_charge', 'cancellation', 'cancellation', 'adjustment', 'unreadable', 'sale',
  ]);
  const [row] = await rowsOf(uciFile());
  const odd = (over: Partial<UciRow>): string => classOf({ ...row, ...over } as UciRow, soldUnder);
  expect([odd({ sku: 'D', tenths: 5 }), odd({ quantity: 0, tenths: 0 }), odd({ sku: 'POST', quantity: -1 }), odd({ sku: 'TEST001' }), odd({ sku: 'GIFT_0001_10' }), odd({ sku: 'C2' }), odd({ sku: 'CRUK' })])
    .toEqual(['other_charge', 'adjustment', 'adjustment', 'other_charge', 'other_charge', 'shipping', 'other_charge']);
});

test('the classes add up to all rows, in tenths of a penny', async () => {
  const sheet = await sheetOf(uciFile());
  const known = await survey(sheet, Number.POSITIVE_INFINITY, ignore);
  const tally = new Tally();
  for await (const invoice of invoicesOf(sheet, known)) {
    const plan = planInvoice(invoice, known);
    tally.add(plan, plan.kind === 'unreadable' ? 'UNREADABLE_ROW' : null);
  }
  const { rows, tenths, classes, fates, invoices, reasons, captured_minor: captured, rounding_tenths: rounding } = tally.totals();
  expect(Object.fromEntries(Object.entries(classes).map(([name, sum]) => [name, sum.tenths]))).toEqual(UCI_FIXTURE.tenths);
  expect([rows, tenths]).toEqual([UCI_FIXTURE.rows, Object.values(UCI_FIXTURE.tenths).reduce((sum, one) => sum + one, 0)]);
  expect(Object.values(fates).reduce((sum, one) => sum + one.tenths, 0)).toBe(tenths);
  expect([captured, rounding]).toEqual([UCI_FIXTURE.capturedMinor, UCI_FIXTURE.roundingTenths]);
  expect(invoices).toEqual({ order: 5, service_only: 1, cancellation: 1, no_order: 4, unreadable: 1, captured: 5, refused: 1, all: 12 });
  expect(reasons).toEqual({ UNREADABLE_ROW: 1 });
});

test('an invoice becomes an order: its lines as they stand, services in its totals, clocks of London', async () => {
  const sheet = await sheetOf(uciFile());
  const known = await survey(sheet, Number.POSITIVE_INFINITY, ignore);
  const bodies = new Map<string, object>();
  for await (const invoice of invoicesOf(sheet, known)) bodies.set(invoice.no, captureBody(planInvoice(invoice, known), { channel: 'uci', currency: 'GBP', node: 'UK-DC' }));
  expect(bodies.get('100001')).toEqual({
    channel: 'uci', external_id: '100001', currency: 'GBP', placed_at: '2010-12-01T08:26:00.000Z',
    lines: [{ sku: '10A', quantity: '6', unit_price: '2.55', external_id: '1', node: 'UK-DC' }, { sku: '10A', quantity: '6', unit_price: '2.55', external_id: '2', node: 'UK-DC' }],
    totals: { shipping_minor: 1800, discount_minor: 350 }, attributes: { customer_id: '501', country: 'United Kingdom' },
  });
  expect(bodies.get('100002')).toMatchObject({ lines: [{ sku: '10A', quantity: '1' }, { sku: '20', quantity: '2' }], attributes: { country: 'France' } });
  expect(bodies.get('100003')).toMatchObject({ totals: { shipping_minor: 425, other_minor: 1792 } });
  expect(bodies.get('100005')).toMatchObject({ placed_at: '2011-07-01T09:00:00.000Z', lines: [{ sku: '10A', unit_price: '0.00' }, { sku: '20' }] });
  expect([known.nameOf('10A'), known.nameOf('20'), known.nameOf('30'), known.nameOf('99')]).toEqual(['BLUE CUP', 'TRAY, "ROUND"', 'ONLY GIVEN', '99']);
});

test('stock is what the orders of a month take; a limit takes the first invoices, with the same stock and names', async () => {
  const sheet = await sheetOf(uciFile());
  const some = await survey(sheet, 2, ignore);
  expect([[...some.invoices], some.nameOf('30')]).toEqual([[['100001', 4], ['100002', 2]], 'ONLY GIVEN']);
  const needs = await needsOf(sheet, some, () => false, ignore);
  expect([...needs].map(([month, { isOpen, units }]) => [month, isOpen, [...units]])).toEqual([
    ['2010-12', true, [['10A', 13], ['20', 5]]], ['2011-01', false, [['30', 1]]], ['2011-07', false, [['10A', 2], ['20', 1]]],
  ]);
  const none = await needsOf(sheet, some, (invoice) => invoice !== '100003', ignore);
  expect([...none.values()].some(({ isOpen }) => isOpen)).toBe(false);
});

test('what cannot be read is named; the headings and dates of the publication are taken too', async () => {
  const heading = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';
  const rows = await rowsOf([heading, '1,10,CUP,2,12/1/2010 8:26,2.55,,France', '1,10,CUP,2.5,12/1/2010 8:26,2.55,,France', '1,10,CUP,2,12/1/2010 8:26,2.5555,,France', '1,10,CUP,2,2010-02-30T10:00,2.55,,France',
    ',10,CUP,2,12/1/2010 8:26,2.55,,France', '1,,CUP,2,12/1/2010 8:26,2.55,,France', '1,10,CUP'].join('\r\n'));
  expect(rows.map(({ fault }) => fault)).toEqual([
    null, 'quantity is "2.5", which is no whole number', 'unit_price is "2.5555", which is no price with at most 3 digits after the point', 'invoice_date is "2010-02-30T10:00", which is no date',
    'invoice_no is empty', 'stock_code is empty', '3 fields, and the heading has 8',
  ]);
  expect(rows[0]).toMatchObject({ placedAt: Date.parse('2010-12-01T08:26:00Z'), tenths: 5100, month: '2010-12', line: 2 });
  await expect(rowsOf('invoice_no,stock_code\n')).rejects.toMatchObject({ code: 'MISSING_COLUMN', message: expect.stringMatching(/has no column description, quantity, invoice_date, unit_price, customer_id, country\.$/) });
});

test('pennies are rounded half away from zero', () => {
  expect([1005, 1004, -1005, 0, 5, -4].map(pence)).toEqual([101, 100, -101, 0, 1, 0]);
  expect(ROWS).toHaveLength(UCI_FIXTURE.rows);
});
