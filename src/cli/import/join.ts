import type { Money, Reading, SourceOrder } from './dataset.ts';
import { minorUnits } from '../../files/numbers.ts';
import type { TABLES, TableName } from './layout.ts';
import type { Row } from './table.ts';

/** What the rows of several files are put together in. */
export interface Joining {
  readonly reading: Reading;
  readonly files: Readonly<Record<TableName, string>>;
  readonly orders: Map<string, SourceOrder>;
  readonly orphans: { -readonly [K in keyof Money]: number };
}

type OrderColumn = (typeof TABLES.orders.columns)[number];

export function addOrder({ row, values }: Row<OrderColumn>, { reading, files, orders }: Joining): void {
  const id = values.order_id;
  const where = { file: files.orders, row, orderId: id };
  if (id === '') return reading.issues.add('UNREADABLE_ROW', where, `${files.orders}, row ${row}: order_id is empty.`);
  if (orders.has(id)) return reading.issues.add('DUPLICATE_ROW', where, `${files.orders}, row ${row}: order ${id} stands in the file before.`);
  let bad = false;
  const read = (column: OrderColumn): number | null => {
    const text = values[column];
    const at = text === '' ? null : reading.clock(text);
    if (at !== undefined && (at !== null || column !== 'order_purchase_timestamp')) return at;
    bad = true;
    reading.issues.add('BAD_VALUE', where, `${files.orders}, row ${row}: ${column} is "${text}", which is no date.`);
    return null;
  };
  const order = {
    row, id, customerId: values.customer_id, status: values.order_status, purchased: read('order_purchase_timestamp') ?? 0, approved: read('order_approved_at'),
    carrier: read('order_delivered_carrier_date'), delivered: read('order_delivered_customer_date'), estimated: read('order_estimated_delivery_date'), items: [], payments: [],
  };
  orders.set(id, { ...order, bad });
}

/** Money of a row that is sold or paid; one that cannot be read makes its order bad. */
function money<C extends string>(row: Row<C>, column: C, file: string, order: SourceOrder | undefined, orderId: string, reading: Reading): number {
  const minor = minorUnits(row.values[column], reading.digits);
  if (minor !== undefined) return minor;
  if (order) order.bad = true;
  reading.issues.add('BAD_VALUE', { file, row: row.row, orderId }, `${file}, row ${row.row}: ${column} is "${row.values[column]}", which is no amount of money.`);
  return 0;
}

/** The order a row belongs to, unless the row stands in the file before. */
function ownerOf(file: string, row: number, orderId: string, no: string, { reading, orders }: Joining, seen: Set<string>): SourceOrder | 'twice' | undefined {
  const key = `${orderId} ${no}`;
  if (seen.has(key)) {
    reading.issues.add('DUPLICATE_ROW', { file, row, orderId }, `${file}, row ${row}: number ${no} of order ${orderId} stands in the file before.`);
    return 'twice';
  }
  seen.add(key);
  const order = orders.get(orderId);
  if (order === undefined) reading.issues.add('UNKNOWN_ORDER', { file, row, orderId }, `${file}, row ${row}: the orders file has no order "${orderId}".`);
  return order;
}

export function addItem(row: Row<(typeof TABLES.items.columns)[number]>, joining: Joining, seen: Set<string>): void {
  const { values } = row;
  const file = joining.files.items;
  const order = ownerOf(file, row.row, values.order_id, values.order_item_id, joining, seen);
  if (order === 'twice') return;
  const priceMinor = money(row, 'price', file, order, values.order_id, joining.reading);
  const freightMinor = money(row, 'freight_value', file, order, values.order_id, joining.reading);
  joining.orphans.merchandise += order ? 0 : priceMinor;
  joining.orphans.freight += order ? 0 : freightMinor;
  order?.items.push({ row: row.row, no: values.order_item_id, productId: values.product_id, sellerId: values.seller_id, priceMinor, freightMinor });
}

export function addPayment(row: Row<(typeof TABLES.payments.columns)[number]>, joining: Joining, seen: Set<string>): void {
  const { values } = row;
  const file = joining.files.payments;
  const order = ownerOf(file, row.row, values.order_id, values.payment_sequential, joining, seen);
  if (order === 'twice') return;
  const valueMinor = money(row, 'payment_value', file, order, values.order_id, joining.reading);
  joining.orphans.paid += order ? 0 : valueMinor;
  order?.payments.push({ tender: values.payment_type, valueMinor });
}
