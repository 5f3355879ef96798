import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EXIT } from '../../src/cli/command.ts';
import { createApi, type ImportApi } from '../../src/cli/import/api.ts';
import { ROWS, UCI_FIXTURE, uciFile } from '../../src/cli/import/uci/fixture.testing.ts';
import { importUci, type UciResult } from '../../src/cli/import/uci/import-uci.ts';
import type { UciReport } from '../../src/cli/import/uci/print.ts';
import { imported, isClean, openShop, position, type Shop, silent, surviveDeaths } from '../support/import-shop.ts';

let directory: string;
let shop: Shop;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ordo-uci-'));
  await writeFile(join(directory, 'sales.csv'), uciFile());
  shop = await openShop();
});
afterAll(async () => {
  await shop.close();
  await rm(directory, { recursive: true });
});

const at = (name: string): string => join(directory, name);
const files = (): string[] => ['--errors', at('errors.csv'), '--cancellations', at('cancellations.csv')];
const run = (api: ImportApi, path = at('sales.csv'), limit = Number.POSITIVE_INFINITY): Promise<UciResult> => importUci({
  path, limit, api, settings: { channel: 'uci', currency: 'GBP', node: 'UK-DC' }, errorsFile: at('run-errors.csv'), cancellationsFile: at('run-cancellations.csv'), progress: silent,
});

test('invoices become orders, every row is accounted for, and a second run changes nothing', async () => {
  const first = await imported(shop, ['uci', at('sales.csv'), '--json', ...files()]);
  expect(first.code, first.err).toBe(EXIT.partly);
  const report = JSON.parse(first.out) as UciReport;
  expect(report.totals.invoices).toMatchObject({ all: UCI_FIXTURE.invoices, captured: UCI_FIXTURE.captured, refused: 1, cancellation: 1, service_only: 1 });
  expect([report.totals.captured_minor, report.ordo_minor, report.totals.rounding_tenths]).toEqual([UCI_FIXTURE.capturedMinor, UCI_FIXTURE.capturedMinor, UCI_FIXTURE.roundingTenths]);
  expect(report.changes).toEqual({ items: UCI_FIXTURE.products, receipts: UCI_FIXTURE.receipts, orders: UCI_FIXTURE.captured });
  expect(await readFile(at('cancellations.csv'), 'utf8')).toBe(`${uciFile([]).trim()}\r\n${ROWS.filter((row) => row.startsWith('C')).map((row) => `${row}\r\n`).join('')}`);
  const [heading, ...errors] = (await readFile(at('errors.csv'), 'utf8')).trim().split('\r\n');
  expect(heading).toBe(`${uciFile([]).trim()},error_line,error_code,error_detail`);
  expect(errors.map((row) => row.replace(/^.*Norway,/, ''))).toEqual([
    '24,UNREADABLE_ROW,"unit_price is ""cheap"", which is no price with at most 3 digits after the point"', '25,UNREADABLE_ROW,Another row of this invoice cannot be read.',
  ]);
  const lines = await shop.api.world.query("select count(*)::int as lines from ordo.order_line l join ordo.sales_order o on o.id = l.order_id where o.external_id = '100001'");
  expect(lines).toEqual([{ lines: 2 }]);
  expect(await shop.api.world.query('select sum(on_hand)::int as on_hand, sum(reserved)::int as reserved from ordo.stock')).toEqual([{ on_hand: 22, reserved: 22 }]);
  expect(await isClean(shop)).toBe(true);

  const before = await position(shop);
  const second = await imported(shop, ['uci', at('sales.csv'), ...files()]);
  expect(await position(shop)).toBe(before);
  expect(second.out).toContain('Nothing to do: all of it was there');
  expect(second.out.trimEnd().split('\n').slice(-4)).toEqual([
    '24 rows in 12 invoices: 5 orders captured, 1 refused (1 UNREADABLE_ROW).',
    'Not captured: 1 cancellation invoices, 1 of services only, 4 of adjustments and stock notes only.',
    'Captured 72.93 GBP, and Ordo\'s own sum of these orders is 72.93 GBP; rounding to whole pennies made 0.004 of it.',
    'All rows come to -10,896.884 GBP, and so do the classes.',
  ]);
});

test('the error file, corrected, is imported itself, and may be its own error file', async () => {
  const corrected = (await readFile(at('errors.csv'), 'utf8')).replace('cheap', '0.85');
  await writeFile(at('errors.csv'), corrected);
  const { code, out, err } = await imported(shop, ['uci', at('errors.csv'), ...files()]);
  expect(code, err).toBe(EXIT.ok);
  expect(out).toContain('2 rows in 1 invoices: 1 orders captured, 0 refused.');
  expect((await readFile(at('errors.csv'), 'utf8')).trim().split('\r\n')).toEqual([`${uciFile([]).trim()},error_line,error_code,error_detail`]);
  expect(await isClean(shop)).toBe(true);
});

test('an import that is killed anywhere goes on where it stopped; one with a limit is a beginning of the whole', async () => {
  const [whole, interrupted] = [await openShop(), await openShop()];
  try {
    await run(createApi(whole.connection));
    const limited = await run(createApi(interrupted.connection), at('sales.csv'), 2);
    expect([limited.changes.orders, limited.totals.rows]).toEqual([2, 6]);
    const deaths = await surviveDeaths(createApi(interrupted.connection), 1, run);
    expect(deaths).toBeGreaterThan(3);
    for (const query of [
      'select external_id, status, total_minor from ordo.sales_order order by external_id',
      'select i.sku, s.on_hand, s.reserved from ordo.stock s join ordo.item i on i.id = s.item_id order by i.sku',
    ]) expect(await interrupted.api.world.query(query)).toEqual(await whole.api.world.query(query));
    expect(await position(interrupted)).toBe(await position(whole));
    expect(await isClean(interrupted)).toBe(true);
  } finally {
    await whole.close();
    await interrupted.close();
  }
});

test('what Ordo refuses is written down with all rows of its invoice; a file that cannot be used is one sentence', async () => {
  const other = await openShop();
  try {
    await writeFile(at('odd.csv'), uciFile(['1,D,Discount,-1,2011-01-01T10:00,9,,France', '1,10,CUP,1,2011-01-01T10:00,2,,France', '2,10,CUP,1,2011-01-01T10:00,2,,France']));
    const { code, out } = await imported(other, ['uci', at('odd.csv'), ...files()]);
    expect(code).toBe(EXIT.partly);
    expect(out).toContain('3 rows in 2 invoices: 1 orders captured, 1 refused (1 ');
    expect((await readFile(at('errors.csv'), 'utf8')).trim().split('\r\n')).toHaveLength(3);
    await expect(run(createApi(other.connection), at('nothing.csv'))).rejects.toMatchObject({ code: 'WRONG_FILE' });
    await expect(run(createApi({ url: 'http://127.0.0.1:9', apiKey: 'none' }))).rejects.toMatchObject({ code: 'NO_ANSWER' });
  } finally {
    await other.close();
  }
});
