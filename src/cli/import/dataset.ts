import { basename } from 'node:path';
import { CommandFailed } from '../command.ts';
import { degrees, measure } from '../../files/numbers.ts';
import type { IssueLog } from './issues.ts';
import { addItem, addOrder, addPayment, type Joining } from './join.ts';
import { TABLES, type Table, type TableName } from './layout.ts';
import type { ClockReader } from '../../files/local-time.ts';
import { listDirectory, pathOf, readTable, type Row } from './table.ts';

/** One row of the items file: one unit. */
export interface SourceItem {
  readonly row: number;
  readonly no: string;
  readonly productId: string;
  readonly sellerId: string;
  readonly priceMinor: number;
  readonly freightMinor: number;
}

export interface SourcePayment {
  readonly tender: string;
  readonly valueMinor: number;
}

export interface SourceOrder {
  readonly row: number;
  readonly id: string;
  readonly customerId: string;
  readonly status: string;
  readonly purchased: number;
  readonly approved: number | null;
  readonly carrier: number | null;
  readonly delivered: number | null;
  readonly estimated: number | null;
  readonly items: SourceItem[];
  readonly payments: SourcePayment[];
  /** One of its rows cannot be read: it is left out rather than captured wrongly. */
  bad: boolean;
}

export interface Place {
  readonly row: number;
  readonly zip: string;
  readonly city: string;
  readonly state: string;
}

export interface Product {
  readonly category: string | null;
  readonly weightGrams: number | null;
  /** Length, height and width, where all three are known. */
  readonly dimensionsMm: readonly [number, number, number] | null;
}

export interface GeoPoint {
  readonly latitude: number;
  readonly longitude: number;
}

export interface Money {
  readonly merchandise: number;
  readonly freight: number;
  readonly paid: number;
}

export interface Dataset {
  /** File names by table, for messages. */
  readonly files: Readonly<Record<TableName, string>>;
  /** By their own clocks. */
  readonly orders: readonly SourceOrder[];
  readonly customers: ReadonlyMap<string, Place>;
  readonly sellers: ReadonlyMap<string, Place>;
  readonly products: ReadonlyMap<string, Product>;
  readonly centroids: ReadonlyMap<string, GeoPoint>;
  /** Of rows that belong to no order. */
  readonly orphans: Money;
}

export interface Reading {
  readonly directory: string;
  /** Digits after the point of the currency's minor unit. */
  readonly digits: number;
  readonly clock: ClockReader;
  readonly issues: IssueLog;
  readonly progress: (rows: number) => void;
}

/** Reads and joins the files of a directory; memory grows with its orders. Throws CommandFailed where a file is missing. */
export async function readDataset(reading: Reading): Promise<Dataset> {
  const paths = await findFiles(reading.directory);
  const rows = <C extends string>(name: TableName, table: Table<C>): AsyncIterable<Row<C>> => counted(paths[name], table, reading);
  const categories = await readMap(rows('categories', TABLES.categories), ({ values }) => [values.product_category_name, values.product_category_name_english]);
  const joining: Joining = { reading, files: mapValues(paths, (path, name) => (path === undefined ? `${TABLES[name].names[0]}.csv` : basename(path))), orders: new Map(), orphans: { merchandise: 0, freight: 0, paid: 0 } };
  const centroids = await readCentroids(rows('centroids', TABLES.centroids), joining);
  const products = await readMap(rows('products', TABLES.products), (row) => [row.values.product_id, productOf(row, joining, categories)]);
  const sellers = await readMap(rows('sellers', TABLES.sellers), ({ row, values }) =>
    [values.seller_id, { row, zip: values.seller_zip_code_prefix, city: values.seller_city, state: values.seller_state }]);
  const customers = await readMap(rows('customers', TABLES.customers), ({ row, values }) =>
    [values.customer_id, { row, zip: values.customer_zip_code_prefix, city: values.customer_city, state: values.customer_state }]);
  for await (const row of rows('orders', TABLES.orders)) addOrder(row, joining);
  const seen = new Set<string>();
  for await (const row of rows('items', TABLES.items)) addItem(row, joining, seen);
  seen.clear();
  for await (const row of rows('payments', TABLES.payments)) addPayment(row, joining, seen);
  const orders = [...joining.orders.values()].toSorted((a, b) => a.purchased - b.purchased || (a.id < b.id ? -1 : 1));
  return { files: joining.files, orders, customers, sellers, products, centroids, orphans: joining.orphans };
}

async function findFiles(directory: string): Promise<Record<TableName, string | undefined>> {
  const files = await listDirectory(directory);
  const paths = mapValues(TABLES, (table) => pathOf(directory, files, table));
  const missing = Object.entries(TABLES).filter(([name, table]) => table.required && paths[name as TableName] === undefined).map(([, table]) => `${table.names[0]}.csv`);
  if (missing.length === 0) return paths;
  const all = Object.values(TABLES).filter(({ required }) => required).length;
  if (missing.length === all) {
    throw new CommandFailed('WRONG_DIRECTORY', `${directory} holds none of the files of this layout.`, 'Name the directory that holds orders.csv, order_items.csv and the other files, plain or gzipped.');
  }
  throw new CommandFailed('MISSING_FILE', `${directory} has no ${missing.join(', ')}.`, 'Add it, plain or gzipped (.csv.gz); docs/how-to/import-your-orders.md describes every file.');
}

const mapValues = <K extends string, V, W>(record: Readonly<Record<K, V>>, change: (value: V, key: K) => W): Record<K, W> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value as V, key as K)])) as Record<K, W>;

async function* counted<C extends string>(path: string | undefined, table: Table<C>, { issues, progress }: Reading): AsyncGenerator<Row<C>> {
  if (path === undefined) return;
  let rows = 0;
  for await (const row of readTable(path, table, issues)) {
    rows += 1;
    if (rows % 1000 === 0) progress(1000);
    yield row;
  }
  progress(rows % 1000);
}

async function readMap<C extends string, T>(rows: AsyncIterable<Row<C>>, entry: (row: Row<C>) => readonly [string, T]): Promise<Map<string, T>> {
  const map = new Map<string, T>();
  for await (const row of rows) {
    const [key, value] = entry(row);
    if (key !== '' && !map.has(key)) map.set(key, value);
  }
  return map;
}

/** One point for each zip prefix: the mean where the file has many. */
async function readCentroids(rows: AsyncIterable<Row<'zip_code_prefix' | 'lat' | 'lng'>>, { reading, files }: Joining): Promise<Map<string, GeoPoint>> {
  const sums = new Map<string, { latitude: number; longitude: number; count: number }>();
  for await (const { row, values } of rows) {
    const latitude = degrees(values.lat, 90);
    const longitude = degrees(values.lng, 180);
    if (latitude === undefined || longitude === undefined) {
      reading.issues.add('BAD_MEASURE', { file: files.centroids, row }, `${files.centroids}, row ${row}: "${values.lat}", "${values.lng}" is no latitude and longitude.`);
      continue;
    }
    const sum = sums.get(values.zip_code_prefix) ?? { latitude: 0, longitude: 0, count: 0 };
    sums.set(values.zip_code_prefix, { latitude: sum.latitude + latitude, longitude: sum.longitude + longitude, count: sum.count + 1 });
  }
  const rounded = (value: number): number => Math.round(value * 1e5) / 1e5;
  return new Map([...sums].map(([zip, { latitude, longitude, count }]) => [zip, { latitude: rounded(latitude / count), longitude: rounded(longitude / count) }]));
}

type ProductColumn = 'product_id' | 'product_category_name' | 'product_weight_g' | 'product_length_cm' | 'product_height_cm' | 'product_width_cm';

function productOf({ row, values }: Row<ProductColumn>, { reading, files }: Joining, categories: ReadonlyMap<string, string>): Product {
  const read = (column: ProductColumn, factor: number): number | null => {
    const text = values[column];
    const value = text === '' ? null : measure(text, factor) ?? undefined;
    if (value !== undefined) return value;
    reading.issues.add('BAD_MEASURE', { file: files.products, row }, `${files.products}, row ${row}: ${column} is "${text}".`);
    return null;
  };
  const [length, height, width] = [read('product_length_cm', 10), read('product_height_cm', 10), read('product_width_cm', 10)];
  const category = values.product_category_name;
  return {
    category: category === '' ? null : categories.get(category) ?? category, weightGrams: read('product_weight_g', 1),
    dimensionsMm: length === null || height === null || width === null ? null : [length, height, width],
  };
}
