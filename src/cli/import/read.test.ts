import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type Dataset, readDataset } from './dataset.ts';
import { FIXTURE, fixtureFiles, writeDirectory } from './fixture.testing.ts';
import { IssueLog } from './issues.ts';
import { clockReader } from '../../files/local-time.ts';
import { planImport } from './plan.ts';

const directories: string[] = [];
afterEach(async () => {
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true });
});

async function directoryOf(files: Record<string, string>, gzipped = false): Promise<string> {
  const directory = await writeDirectory(files, gzipped);
  directories.push(directory);
  return directory;
}

async function read(directory: string): Promise<{ dataset: Dataset; issues: IssueLog; rows: number }> {
  const issues = new IssueLog();
  let rows = 0;
  const dataset = await readDataset({ directory, digits: 2, clock: clockReader('America/Sao_Paulo'), issues, progress: (count) => (rows += count) });
  return { dataset, issues, rows };
}

const sums = (orders: readonly { merchandise: number; freight: number; paid: number }[]): number[] =>
  (['merchandise', 'freight', 'paid'] as const).map((name) => orders.reduce((sum, order) => sum + order[name], 0));

test('files are joined, plain, gzipped, with a byte order mark and with Windows line ends', async () => {
  const plain = await read(await directoryOf(fixtureFiles()));
  const zipped = await read(await directoryOf(fixtureFiles(), true));
  const marked = await read(await directoryOf(Object.fromEntries(Object.entries(fixtureFiles()).map(([name, text]) => [name, `\uFEFF${text.replaceAll('\n', '\r\n')}`]))));
  expect(zipped.dataset.orders).toEqual(plain.dataset.orders);
  expect(marked.dataset.orders).toEqual(plain.dataset.orders);
  expect([plain.dataset.orders.length, plain.issues.list.length, plain.rows]).toEqual([FIXTURE.orders, 0, 24 + 27 + 25 + 24 + 4 + 4 + 1 + 3]);
  expect(plain.dataset.orders.map(({ id }) => id)).toEqual(Array.from({ length: 24 }, (_, n) => `order-${n + 1}`));
  expect(plain.dataset.products.get('lamp')).toEqual({ category: 'home', weightGrams: 650, dimensionsMm: [160, 105, 140] });
  expect(plain.dataset.products.get('chair')?.category).toBe('moveis');
  expect(plain.dataset.products.get('vase')).toEqual({ category: null, weightGrams: null, dimensionsMm: null });
  expect(plain.dataset.sellers.get('north')?.city).toBe('a town, in the north');
  expect(plain.dataset.orders[0]?.purchased).toBe(Date.parse('2017-03-01T13:00:00Z'));
});

test('the names of the published data set are taken too, with many points for one zip prefix', async () => {
  const files = fixtureFiles();
  const published = { orders: 'olist_orders_dataset', order_items: 'olist_order_items_dataset', order_payments: 'olist_order_payments_dataset', customers: 'olist_customers_dataset',
    products: 'olist_products_dataset', sellers: 'olist_sellers_dataset', category_translation: 'product_category_name_translation' };
  const { dataset } = await read(await directoryOf({
    ...Object.fromEntries(Object.entries(published).map(([name, other]) => [other, files[name] ?? ''])),
    olist_geolocation_dataset: 'geolocation_zip_code_prefix,geolocation_lat,geolocation_lng\n01001,-23.1,-46.2\n01001,-23.2,-46.4\n',
  }));
  expect(dataset.orders).toHaveLength(24);
  expect(dataset.centroids.get('01001')).toEqual({ latitude: -23.15, longitude: -46.3 });
});

test('what is not as it should be is named with file and row, and the rest goes on', async () => {
  const files = fixtureFiles();
  const { dataset, issues } = await read(await directoryOf({
    ...files,
    orders: `${files['orders']}bad-date,customer-1,delivered,2017-02-30 10:00:00,,,,\norder-3,customer-3,delivered,2017-03-01 10:00:00,,,,\nshort,customer-1\nno-customer,nobody,created,2017-03-01 10:00:00,2017-03-01 10:00:00,,,\n`,
    order_items: `${files['order_items']}order-4,2,lamp,north,,12;50,1.00\norder-5,2,ghost,north,,1.00,1.00\norder-6,1,lamp,north,,1.00,1.00\nno-order,1,lamp,north,,7.00,3.00\nno-customer,1,lamp,north,,1.00,1.00\norder-9,2,lamp,nobody,,1.00,1.00\n`,
    order_payments: `${files['order_payments']}no-order,1,voucher,1,4.00\n`,
    products: `${files['products']}heavy,casa,much,1,1,1\n`,
    zip_centroids: `${files['zip_centroids']}01004,north,-46,a,SP\n`,
  }));
  const plan = planImport(dataset, issues, Date.parse('2026-01-01T00:00:00Z'));
  const faults = issues.list.filter(({ code }) => !['NO_ITEMS', 'NOT_APPROVED', 'PAYMENT_DIFFERS', 'NO_COORDINATES'].includes(code) && !/^(CARRIER|DELIVERED|NO_DEL|DATES)/.test(code));
  expect(faults.map(({ file, row, orderId, code }) => [file, row, orderId, code])).toEqual([
    ['zip_centroids.csv', 5, null, 'BAD_MEASURE'], ['products.csv', 6, null, 'BAD_MEASURE'],
    ['orders.csv', 26, 'bad-date', 'BAD_VALUE'], ['orders.csv', 27, 'order-3', 'DUPLICATE_ROW'], ['orders.csv', 28, null, 'UNREADABLE_ROW'],
    ['order_items.csv', 29, 'order-4', 'BAD_VALUE'], ['order_items.csv', 31, 'order-6', 'DUPLICATE_ROW'], ['order_items.csv', 32, 'no-order', 'UNKNOWN_ORDER'],
    ['order_payments.csv', 27, 'no-order', 'UNKNOWN_ORDER'],
    ['orders.csv', 29, 'no-customer', 'UNKNOWN_CUSTOMER'], ['order_items.csv', 30, 'order-5', 'UNKNOWN_PRODUCT'], ['order_items.csv', 34, 'order-9', 'UNKNOWN_SELLER'],
  ]);
  expect(faults[5]?.message).toBe('order_items.csv, row 29: price is "12;50", which is no amount of money.');
  expect(issues.faults).toBe(12);
  expect(plan.refused.map(({ source, reason }) => [source.id, reason])).toEqual(expect.arrayContaining([
    ['bad-date', 'bad rows'], ['order-4', 'bad rows'], ['order-5', 'unknown product'], ['no-customer', 'unknown customer'], ['order-9', 'unknown seller'],
  ]));
  expect([plan.orders.length, plan.refused.length]).toEqual([18, 8]);
  expect(dataset.orphans).toEqual({ merchandise: 700, freight: 300, paid: 400 });
});

test('a directory that cannot be used is one sentence with its fix', async () => {
  const files = fixtureFiles();
  const { orders: _orders, ...without } = files;
  await expect(read(await directoryOf(without))).rejects.toMatchObject({ code: 'MISSING_FILE', message: expect.stringMatching(/has no orders\.csv\.$/) });
  await expect(read(await directoryOf({}))).rejects.toMatchObject({ code: 'WRONG_DIRECTORY', message: expect.stringMatching(/holds none of the files/) });
  await expect(read('/nowhere/at/all')).rejects.toMatchObject({ code: 'WRONG_DIRECTORY', message: '/nowhere/at/all does not exist.' });
  await expect(read(await directoryOf({ ...files, order_items: 'order_id,price\n' }))).rejects.toMatchObject({
    code: 'MISSING_COLUMN', message: 'order_items.csv has no column order_item_id, product_id, seller_id, freight_value.',
  });
  await expect(read(await directoryOf({ ...files, sellers: (files['sellers'] ?? '').replaceAll(',', ';') }))).rejects.toMatchObject({ code: 'MISSING_COLUMN', fix: 'Its columns must be separated by commas.' });
  await expect(read(await directoryOf({ ...files, orders: '' }))).rejects.toMatchObject({ code: 'EMPTY_FILE' });
  await expect(read(await directoryOf({ ...files, orders: `${files['orders']}"open,customer-1\n` }))).rejects.toMatchObject({ code: 'UNREADABLE_FILE', message: expect.stringMatching(/^orders\.csv cannot be read after row 25: a quote/) });
  const directory = await directoryOf(files);
  await writeFile(join(directory, 'not.gz'), 'plain text');
  await rm(join(directory, 'orders.csv'));
  await rename(join(directory, 'not.gz'), join(directory, 'orders.csv.gz'));
  await expect(read(directory)).rejects.toMatchObject({ code: 'UNREADABLE_FILE', message: 'orders.csv.gz cannot be read: it is not a whole gzip file.' });
  await expect(read(join(directory, 'sellers.csv'))).rejects.toMatchObject({ code: 'WRONG_DIRECTORY' });
});

test('translations and coordinates may be left out', async () => {
  const { category_translation: _translation, zip_centroids: _centroids, ...files } = fixtureFiles();
  const { dataset, issues } = await read(await directoryOf(files));
  const plan = planImport(dataset, issues, Date.now());
  expect([plan.orders.length, issues.count('NO_COORDINATES'), issues.faults, dataset.products.get('lamp')?.category]).toEqual([21, 21 + 3, 0, 'casa']);
});

test('every amount is accounted for', async () => {
  const { dataset, issues } = await read(await directoryOf(fixtureFiles()));
  const plan = planImport(dataset, issues, Date.now());
  expect(sums(plan.orders)).toEqual([FIXTURE.merchandiseMinor, FIXTURE.freightMinor, FIXTURE.capturedPaidMinor]);
  expect(plan.refused.flatMap(({ source }) => source.payments).reduce((sum, payment) => sum + payment.valueMinor, 0)).toBe(FIXTURE.refusedPaidMinor);
});
