import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listPrices, putPriceList } from '../../client/src/index.ts';
import { EXIT } from '../../src/cli/command.ts';
import { createApi, type ImportApi } from '../../src/cli/import/api.ts';
import { type FileResult, importFile } from '../../src/cli/import/import-file.ts';
import { clockReader } from '../../src/files/local-time.ts';
import { imported, isClean, openShop, position, type Shop, silent, surviveDeaths } from '../support/import-shop.ts';

let directory: string;
let shop: Shop;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ordo-files-'));
  shop = await openShop();
  await createApi(shop.connection).saveChannel('shop', { name: 'Shop', currency: 'EUR', when_unavailable: 'backorder' }, 'shop');
});
afterAll(async () => {
  await shop.close();
  await rm(directory, { recursive: true });
});

const at = (name: string): string => join(directory, name);
const save = async (name: string, lines: readonly string[], encoding: BufferEncoding = 'utf8'): Promise<string> => {
  await writeFile(at(name), `${lines.join('\n')}\n`, encoding);
  return at(name);
};

/** Runs the command and answers what it reports as JSON. */
async function ordo(one: Shop, kind: string, path: string, ...words: string[]): Promise<FileResult & { readonly code: number | null; readonly stock?: FileResult }> {
  const { code, out, err } = await imported(one, [kind, path, '--json', '--errors', at(`${kind}-errors`), ...words]);
  if (!out.startsWith('{')) throw new Error(err);
  return { ...(JSON.parse(out) as FileResult), code };
}

const NODES = ['Location;City;lat;lng', 'B;Berlin;52,5;13,4', 'H;Hamburg;53,5;10'];
const ITEMS = ['sku;Name;weight_g;attribute:colour', 'A1;Käse;250;', 'A2;Tasse;300;blau', 'A3;;;', 'A4;Topf;schwer;'];

test('nodes, items and stock come from tables; a trial says before what becomes of every row', async () => {
  const [nodes, items] = [await save('nodes.csv', NODES), await save('items.csv', ITEMS, 'latin1')];
  const before = await position(shop);
  expect(await ordo(shop, 'items', items, '--dry-run')).toMatchObject({
    code: EXIT.partly, rows: 4, counts: { create: 3, update: 0, skip: 0, fail: 1 }, first: [{ line: 5, code: 'UNREADABLE_ROW', detail: 'weight_g is "schwer", which is no whole number' }],
  });
  expect(await position(shop)).toBe(before);
  expect(await ordo(shop, 'nodes', nodes)).toMatchObject({ code: EXIT.ok, counts: { create: 2, fail: 0 } });
  expect(await ordo(shop, 'items', items)).toMatchObject({ code: EXIT.partly, counts: { create: 3, fail: 1 } });
  expect(await createApi(shop.connection).findItem('A1')).toMatchObject({ name: 'Käse', weight_grams: 250 });
  expect(await createApi(shop.connection).findNode('B')).toMatchObject({ name: 'B', address: { city: 'Berlin' }, coordinates: { latitude: 52.5, longitude: 13.4 } });
  const stock = await save('stock.csv', ['sku,node,qty', 'A1,B,10', 'A1,B,10', 'A2,H,5', 'NONE,B,1', 'A2,NOWHERE,1']);
  expect(await ordo(shop, 'stock', stock, '--dry-run')).toMatchObject({ counts: { create: 3, fail: 2 }, codes: { UNKNOWN_ITEM: 1, UNKNOWN_NODE: 1 } });
  expect(await ordo(shop, 'stock', stock)).toMatchObject({ code: EXIT.partly, counts: { create: 3, fail: 2 } });
  expect((await readFile(at('stock-errors'), 'utf8')).split('\r\n').slice(0, 3).map((row) => row.split(',').slice(0, 5))).toEqual([
    ['sku', 'node', 'qty', 'error_line', 'error_code'], ['NONE', 'B', '1', '5', 'UNKNOWN_ITEM'], ['A2', 'NOWHERE', '1', '6', 'UNKNOWN_NODE'],
  ]);
});

test('a second run changes nothing; a changed row updates just what it says', async () => {
  const before = await position(shop);
  expect(await ordo(shop, 'nodes', at('nodes.csv'))).toMatchObject({ counts: { create: 0, update: 0, skip: 2 } });
  expect(await ordo(shop, 'items', at('items.csv'))).toMatchObject({ counts: { create: 0, update: 0, skip: 3, fail: 1 } });
  await ordo(shop, 'stock', at('stock.csv'));
  expect(await position(shop)).toBe(before);
  const changed = await save('changed.ndjson', ['{"sku":"A2","weight_grams":310,"attributes":{"size":"XL"}}', '{"sku":"A1","name":"Käse"}', '{"sku":"A5","name":"Glas","colour":"red"}']);
  expect(await ordo(shop, 'items', changed, '--dry-run')).toMatchObject({ counts: { create: 0, update: 1, skip: 1, fail: 1 } });
  expect(await ordo(shop, 'items', changed)).toMatchObject({ code: EXIT.partly, counts: { create: 0, update: 1, skip: 1, fail: 1 } });
  expect(await createApi(shop.connection).findItem('A2')).toMatchObject({ name: 'Tasse', weight_grams: 310, attributes: { colour: 'blau', size: 'XL' } });
  expect(JSON.parse(await readFile(at('items-errors'), 'utf8'))).toMatchObject({ sku: 'A5', colour: 'red', error_line: 3 });
});

test('a node that a file changes keeps how it works', async () => {
  const operations = { cut_offs: [{ carrier: 'dhl', time: '14:00' }], processing: { minutes: 30 }, services: ['dhl/parcel'] };
  const before = await save('works.ndjson', [JSON.stringify({ code: 'W', name: 'West', operations })]);
  expect(await ordo(shop, 'nodes', before)).toMatchObject({ counts: { create: 1, fail: 0 } });
  expect(await ordo(shop, 'nodes', await save('renamed.csv', ['code,name', 'W,Far west']))).toMatchObject({ counts: { update: 1, fail: 0 } });
  expect(await createApi(shop.connection).findNode('W')).toMatchObject({
    name: 'Far west', operations: { ...operations, cut_offs: [{ carrier: 'dhl', service: null, time: '14:00:00' }], processing: { minutes: 30, maximum_minutes: null } },
  });
});

const ORDERS = [
  'Order Number,Date,Email,SKU,Qty,Price,Shipping', 'O-1,2026-03-01 10:00,a@example.com,A1,2,2.50,4.90', 'O-1,,,A1,1,2.50,', 'O-2,2026-03-01 11:00,,A2,1,9.99,',
  'O-3,2026-03-01 12:00,,NEW-1,1,1.00,', 'O-4,2026-03-01 12:00,,A1,many,1.00,',
];

test('what a table does not say of items stays, limits of waiting and launches too, and tables can say those', async () => {
  const find = async (): Promise<unknown> => createApi(shop.connection).findItem('L1');
  const limits = await save('limits.csv', ['sku,name,backorder,backorder_limit,launch_date,preorder_limit', 'L1,Lamp,yes,5,2027-03-01 10:00,7']);
  expect(await ordo(shop, 'items', limits, '--time-zone', 'UTC')).toMatchObject({ code: EXIT.ok, counts: { create: 1 } });
  const said = { backorder: true, backorder_limit: 5, launch_at: '2027-03-01T10:00:00.000Z', preorder_limit: 7 };
  expect(await find()).toMatchObject(said);
  expect(await ordo(shop, 'items', await save('renamed.csv', ['sku,name', 'L1,Lamp II']))).toMatchObject({ code: EXIT.ok, counts: { update: 1 } });
  expect(await find()).toMatchObject({ name: 'Lamp II', ...said });
  expect(await ordo(shop, 'items', await save('empty.csv', ['sku,backorder_limit,launch_at', 'L1,,']))).toMatchObject({ counts: { skip: 1 } });
  expect(await ordo(shop, 'items', await save('wrong.csv', ['sku,preorder_limit', 'L1,many']))).toMatchObject({ first: [{ line: 2, code: 'UNREADABLE_ROW', detail: 'preorder_limit is "many", which is no whole number' }] });
});

test('orders are captured once, with items and stock where that is wished for, and errors can be fed back', async () => {
  const orders = await save('orders.csv', ORDERS);
  const words = ['--channel', 'shop', '--currency', 'EUR', '--time-zone', 'Europe/Berlin'];
  expect(await ordo(shop, 'orders', orders, ...words, '--dry-run')).toMatchObject({ rows: 5, counts: { create: 2, fail: 2 }, codes: { UNKNOWN_ITEM: 1, UNREADABLE_ROW: 1 } });
  expect(await ordo(shop, 'orders', orders, ...words)).toMatchObject({ code: EXIT.partly, counts: { create: 2, skip: 0, fail: 2 } });
  const errors = await readFile(at('orders-errors'), 'utf8');
  await save('again.csv', [errors.trim().replace('many', '3')]);
  expect(await ordo(shop, 'orders', at('again.csv'), ...words, '--create-items', '--stock', 'infinite')).toMatchObject({ code: EXIT.ok, counts: { create: 2, fail: 0 } });
  // Where nothing failed there is no file of errors, and none of the run before it.
  expect(await readFile(at('orders-errors'), 'utf8').catch(() => null)).toBeNull();
  expect(await ordo(shop, 'orders', orders, ...words, '--create-items', '--stock', 'infinite')).toMatchObject({ counts: { create: 0, skip: 3, fail: 1 } });
  const before = await position(shop);
  expect(await ordo(shop, 'orders', orders, ...words, '--create-items', '--stock', 'infinite')).toMatchObject({ counts: { create: 0, skip: 3, fail: 1 } });
  expect(await position(shop)).toBe(before);
  expect(await ordo(shop, 'orders', orders, ...words, '--dry-run')).toMatchObject({ counts: { create: 0, skip: 3, fail: 1 } });
  expect(await shop.api.world.query('select external_id, total_minor::int as total, placed_at from ordo.sales_order order by external_id')).toMatchObject([
    { external_id: 'O-1', total: 1240, placed_at: new Date('2026-03-01T09:00:00Z') }, { external_id: 'O-2', total: 999 }, { external_id: 'O-3', total: 100 }, { external_id: 'O-4', total: 300 },
  ]);
  const changed = await save('other.csv', [ORDERS[0] ?? '', 'O-2,2026-03-01 11:00,,A2,2,9.99,']);
  expect(await ordo(shop, 'orders', changed, ...words)).toMatchObject({ codes: { ORDER_EXISTS: 1 } });
  const withStock = await ordo(shop, 'orders', await save('five.csv', [ORDERS[0] ?? '', 'O-5,2026-03-02 11:00,,A3,1,9.99,']), ...words, '--stock', await save('shelf.csv', ['sku,node,quantity', 'A3,B,7']));
  expect([withStock.stock?.counts.create, withStock.counts.create]).toEqual([1, 1]);
  expect(await isClean(shop)).toBe(true);
});

test('prices come from tables, each once, and a trial says what becomes of every row', async () => {
  const path = await save('prices.csv', [
    'List;Article;Price;Qty;Unit;From;Until', 'base;A1;2,500000;;;2026-01-01;', 'base;A1;2,25;10;;2026-01-01;', ';A2;9,99;;each;2026-01-01;2026-02-01 12:00', 'none;A1;1;;;;', 'base;NONE;1;;;;', 'base;A3;dear;;;;', 'base;A3;4;;;;',
  ], 'latin1');
  const words = ['--list', 'base', '--time-zone', 'Europe/Berlin'];
  await putPriceList({ client: shop.api.client, path: { code: 'base' }, body: { currency: 'EUR' } });
  const before = await position(shop);
  expect(await ordo(shop, 'prices', path, ...words, '--dry-run')).toMatchObject({ code: EXIT.partly, rows: 7, counts: { create: 4, update: 0, skip: 0, fail: 3 }, codes: { UNKNOWN_PRICE_LIST: 1, UNKNOWN_ITEM: 1, UNREADABLE_ROW: 1 } });
  expect(await position(shop)).toBe(before);
  expect(await ordo(shop, 'prices', path, ...words)).toMatchObject({ code: EXIT.partly, counts: { create: 4, fail: 3 }, first: [{ line: 5, code: 'UNKNOWN_PRICE_LIST' }, { line: 6, code: 'UNKNOWN_ITEM' }, { line: 7, detail: 'Price is "dear", which is no plain number such as 2.50' }] });
  expect((await listPrices({ client: shop.api.client, path: { code: 'base' }, query: { sku: 'A2' } })).data?.data).toEqual([{ sku: 'A2', unit: null, minimum_quantity: '0', unit_price: '9.99', valid_from: '2025-12-31T23:00:00.000Z', valid_to: '2026-02-01T11:00:00.000Z' }]);
  const after = await position(shop);
  for (const trial of [['--dry-run'], []]) expect(await ordo(shop, 'prices', path, ...words, ...trial)).toMatchObject({ counts: { create: 0, update: 0, skip: 4, fail: 3 } });
  expect(await position(shop)).toBe(after);
  const changed = await save('prices.ndjson', ['{"sku":"A1","unit_price":"2.40","valid_from":"2025-12-31T23:00:00Z"}', '{"sku":"A3","unit_price":4}', '{"sku":"A3","unit_price":5,"minimum_quantity":2}']);
  for (const trial of [['--dry-run'], []]) expect(await ordo(shop, 'prices', changed, ...words, ...trial)).toMatchObject({ code: EXIT.ok, counts: { create: 1, update: 1, skip: 1, fail: 0 } });
  const errors = await readFile(at('prices-errors'), 'utf8').catch(() => '');
  expect(errors).toBe('');
});

test('a trial says of every row what a run then does, and changes nothing', async () => {
  const long = 'S'.repeat(300);
  const item = (rows: readonly string[]): Promise<string> => save('trial-items.csv', ['sku,name,weight_grams,gtin,components_json', ...rows]);
  const components = JSON.stringify([{ sku: 'T1', quantity: 2 }]).replaceAll('"', '""');
  const files = {
    items: [await item(['T1,Cup,5,,', 'T2,,-5,,', 'T3,,,123,', `${long},,,,`, `K1,Set,,,"${components}"`, `K2,Set,,,"${components.replace('T1', 'NONE')}"`, 'A1,Käse,251,,'])],
    stock: [await save('trial-stock.csv', ['sku,node,quantity,condition', 'T1,B,5,', 'T1,B,-5,', 'T1,B,0,', 'NONE,B,0,', 'T1,B,1.5,', 'T1,B,1,odd', 'K1,B,1,'])],
    orders: [
      await save('trial-orders.csv', [
        'order,sku,qty,price,node,date,channel', 'T-1,T1,1,1,,,', 'T-2,T1,-1,1,,,', 'T-3,T1,1,1,NOWHERE,,', 'T-4,T1,1.5,1,,,', 'T-5,T1,1,,,,', 'T-6,T1,1,1,,2099-01-01,', 'T-7,NEW-7,1,1,,,', `T-8,${long},1,1,,,`, 'O-1,T1,1,1,,,', 'T-9,T1,1,1,,,none',
      ]), '--channel', 'shop', '--currency', 'EUR', '--create-items',
    ],
    prices: [await save('trial-prices.csv', ['sku,price,unit,from,until', 'T1,1.25,,,', 'T1,1.1234567,each,2026-01-01,', 'T1,-1,,2026-02-01,', 'T1,1,crate,,', 'T1,1,,2026-03-01,2026-01-01']), '--list', 'base'],
  };
  // Not even a number of an order is taken.
  const traces = async (): Promise<unknown> => [await position(shop), await shop.api.world.query('select last_value from ordo.order_number')];
  for (const [kind, [path = '', ...words]] of Object.entries(files)) {
    const before = await traces();
    const trial = await ordo(shop, kind, path, ...words, '--dry-run');
    expect(await traces()).toEqual(before);
    const real = await ordo(shop, kind, path, ...words);
    expect([kind, trial.counts, trial.codes, trial.first]).toEqual([kind, real.counts, real.codes, real.first]);
    expect([kind, trial.counts.fail, trial.counts.create]).toEqual([kind, ...({ items: [4, 2], stock: [4, 1], orders: [8, 2], prices: [4, 1] }[kind] ?? [])]);
  }
});

test('complaint 23: no file that is read is lost to errors, and what cannot be used is told before anything is done', async () => {
  const said = async (...words: string[]): Promise<readonly [number | null, string]> => {
    const { code, err } = await imported(shop, words);
    return [code, err.split('\n')[0] ?? ''];
  };
  const [items, pipe, shelf] = [await save('mine.csv', ['sku,name', 'M1,Mine']), at('pipe.csv'), await save('stock-errors.csv', ['sku,node,quantity', 'A3,B,1', 'NONE,B,1'])];
  const order = await save('trial.csv', ['order,sku,qty,price', 'M-1,A3,1,1']);
  const escape = await save('escape.csv', ['\u001b[2Jsku\u202e,name', 'M1,Mine']);
  await promisify(execFile)('mkfifo', [pipe]);
  const before = await position(shop);
  expect([
    await said('items', items, '--errors', items, '--dry-run'), await said('items', items, '--errors', directory), await said('items', pipe), await said('items', directory),
    await said('orders', order, '--stock', shelf, '--errors', shelf), await said('items', escape), await said('items', at('changed.ndjson'), '--map', 'sku=name'),
  ]).toEqual([
    [EXIT.usage, '--errors names the file that is read, and a trial leaves that as it is.'], [EXIT.failed, `${directory} is a directory.`], [EXIT.failed, `${pipe} is no file, and an import reads more than once.`],
    [EXIT.failed, `${directory} is no file but a directory.`], [EXIT.usage, `--errors: ${shelf} is where the errors of --stock are written.`],
    [EXIT.failed, 'escape.csv has no column sku.'], [EXIT.failed, 'changed.ndjson is JSON, and has no columns that --map could name.'],
  ]);
  // A file of errors that was corrected may be tried before it is imported.
  const trial = await imported(shop, ['orders', order, '--stock', shelf, '--errors', at('trial-errors.csv'), '--channel', 'shop', '--currency', 'EUR', '--dry-run']);
  expect([trial.code, await readFile(shelf, 'utf8')]).toEqual([EXIT.partly, 'sku,node,quantity\nA3,B,1\nNONE,B,1\n']);
  expect(await readFile(at('stock-errors-2.csv'), 'utf8')).toContain('NONE,B,1,3,UNKNOWN_ITEM');
  expect(await position(shop)).toBe(before);
});

test('people see what became of the file, and are told what is wrong with a call', async () => {
  const { out, code } = await imported(shop, ['orders', at('orders.csv'), '--channel', 'shop', '--currency', 'EUR', '--time-zone', 'Europe/Berlin', '--errors', at('people')]);
  expect(code).toBe(EXIT.partly);
  expect(out).toContain('  line 6  UNREADABLE_ROW  Qty is "many", which is no plain number such as 2.50');
  expect(out).toMatch(/5 rows of orders: 0 created, 0 updated, 3 there already, 1 failed/);
  const wrong = [await imported(shop, ['items', at('none.csv')]), await imported(shop, ['items', at('items.csv'), '--map', 'sku']), await imported(shop, ['orders', at('orders.csv'), '--currency', 'XX'])];
  expect(wrong.map(({ code: end }) => end)).toEqual([EXIT.failed, EXIT.usage, EXIT.usage]);
  expect(wrong.map(({ err }) => err.split('\n')[0])).toEqual([`${at('none.csv')} does not exist.`, '--map takes column=field, several with commas, not "sku".', '--currency takes an ISO 4217 code such as EUR, not "XX".']);
});

test('an import of prices that is killed anywhere goes on where it stopped', async () => {
  const path = await save('many-prices.csv', ['sku,price,min_quantity,valid_from', ...Array.from({ length: 60 }, (_, n) => `SKU-${n % 7},${n}.5,${n},2026-01-01`)]);
  const run = (api: ImportApi): Promise<FileResult> => importFile({
    path, kind: 'prices', map: new Map(), connector: null, reading: { clock: clockReader('UTC'), currency: null }, errorsFile: at('killed-prices.csv'), api, progress: silent,
    options: { channel: null, currency: null, connection: null, createItems: false, endlessStock: false, priceList: 'killed', rateCard: null, isTrial: false },
  });
  const api = createApi(shop.connection);
  await api.bulk('/v1/items/bulk', Array.from({ length: 7 }, (_, n) => ({ sku: `SKU-${n}`, name: 'x' })));
  await putPriceList({ client: shop.api.client, path: { code: 'killed' }, body: { currency: 'EUR' } });
  expect(await surviveDeaths(api, 2, run)).toBeGreaterThan(3);
  expect((await run(api)).counts).toEqual({ create: 0, update: 0, skip: 60, fail: 0 });
  expect((await listPrices({ client: shop.api.client, path: { code: 'killed' }, query: { limit: 250 } })).data?.data).toHaveLength(60);
});

test('an import that is killed anywhere goes on where it stopped', async () => {
  const path = await save('many.csv', ['order,date,sku,qty,price', ...Array.from({ length: 60 }, (_, n) => `K-${n},2026-03-01T10:00:00Z,SKU-${n % 7},${1 + (n % 3)},1.50`)]);
  const run = (api: ImportApi): Promise<FileResult> => importFile({
    path, kind: 'orders', map: new Map(), connector: null, reading: { clock: clockReader('UTC'), currency: 'EUR' }, errorsFile: at('killed-errors.csv'), api, progress: silent,
    options: { channel: 'shop', currency: 'EUR', connection: null, createItems: true, endlessStock: true, priceList: null, rateCard: null, isTrial: false },
  });
  const [whole, interrupted] = [await openShop(), await openShop()];
  try {
    for (const one of [whole, interrupted]) await createApi(one.connection).saveChannel('shop', { name: 'Shop', currency: 'EUR' }, 'shop');
    expect((await run(createApi(whole.connection))).counts).toEqual({ create: 60, update: 0, skip: 0, fail: 0 });
    expect(await surviveDeaths(createApi(interrupted.connection), 2, run)).toBeGreaterThan(3);
    expect(await position(interrupted)).toBe(await position(whole));
    for (const query of ['select external_id, status, total_minor from ordo.sales_order order by external_id', 'select i.sku, s.on_hand, s.reserved from ordo.stock s join ordo.item i on i.id = s.item_id order by i.sku']) {
      expect(await interrupted.api.world.query(query)).toEqual(await whole.api.world.query(query));
    }
    expect(await isClean(interrupted)).toBe(true);
  } finally {
    await whole.close();
    await interrupted.close();
  }
});
