import type { Dataset, SourceItem, SourceOrder } from './dataset.ts';
import { decimalOf } from '../../files/numbers.ts';
import type { IssueLog } from './issues.ts';
import { type Clocks, orderClocks } from './clocks.ts';
import { type Target, TARGETS } from './layout.ts';

/** What of the layout is not in its files. */
export interface Settings {
  readonly channel: string;
  readonly currency: string;
  readonly digits: number;
  readonly country: string;
  readonly timeZone: string;
}

/** Why an order of the data is not captured. */
export type Reason = 'no items' | 'bad rows' | 'unknown customer' | 'unknown product' | 'unknown seller';

/** One order of the data: what is to become of it in Ordo. */
export interface OrderPlan {
  readonly source: SourceOrder;
  readonly target: Target;
  readonly clocks: Clocks;
  readonly merchandise: number;
  readonly freight: number;
  readonly paid: number;
}

export interface Refused {
  readonly source: SourceOrder;
  readonly reason: Reason;
}

export interface Plan {
  readonly orders: readonly OrderPlan[];
  readonly refused: readonly Refused[];
  /** Codes of the products and sellers that these orders name. */
  readonly products: ReadonlySet<string>;
  readonly sellers: ReadonlySet<string>;
}

/** Decides what is to become of every order; what is not as it should be is written down. */
export function planImport(dataset: Dataset, issues: IssueLog, now: number): Plan {
  const orders: OrderPlan[] = [];
  const refused: Refused[] = [];
  const products = new Set<string>();
  const sellers = new Set<string>();
  for (const source of dataset.orders) {
    const reason = refusalOf(source, dataset, issues);
    if (reason !== null) {
      refused.push({ source, reason });
      continue;
    }
    orders.push(planOrder(source, dataset, issues, now));
    for (const { productId, sellerId } of source.items) {
      products.add(productId);
      sellers.add(sellerId);
    }
  }
  noteSellers(sellers, dataset, issues);
  return { orders, refused, products, sellers };
}

function refusalOf(source: SourceOrder, { files, customers, products, sellers }: Dataset, issues: IssueLog): Reason | null {
  const where = { file: files.orders, row: source.row, orderId: source.id };
  if (source.bad) return 'bad rows';
  if (source.approved === null) issues.add('NOT_APPROVED', where, `Order ${source.id} (${source.status}) was never approved.`);
  if (source.items.length === 0) {
    issues.add('NO_ITEMS', where, `Order ${source.id} (${source.status}) has no row in ${files.items}.`);
    return 'no items';
  }
  if (!customers.has(source.customerId)) {
    issues.add('UNKNOWN_CUSTOMER', where, `${files.orders}, row ${source.row}: there is no customer "${source.customerId}".`);
    return 'unknown customer';
  }
  for (const { row, productId, sellerId } of source.items) {
    const item = { file: files.items, row, orderId: source.id };
    if (!products.has(productId)) {
      issues.add('UNKNOWN_PRODUCT', item, `${files.items}, row ${row}: there is no product "${productId}".`);
      return 'unknown product';
    }
    if (!sellers.has(sellerId)) {
      issues.add('UNKNOWN_SELLER', item, `${files.items}, row ${row}: there is no seller "${sellerId}".`);
      return 'unknown seller';
    }
  }
  return null;
}

const isKnown = (status: string): status is keyof typeof TARGETS => Object.hasOwn(TARGETS, status);

function planOrder(source: SourceOrder, { files, customers, centroids }: Dataset, issues: IssueLog, now: number): OrderPlan {
  const where = { file: files.orders, row: source.row, orderId: source.id };
  const { status, items, payments } = source;
  if (!isKnown(status)) issues.add('UNKNOWN_STATUS', where, `${files.orders}, row ${source.row}: order_status is "${status}".`);
  const target = isKnown(status) ? TARGETS[status] : 'reserved';
  const merchandise = items.reduce((sum, item) => sum + item.priceMinor, 0);
  const freight = items.reduce((sum, item) => sum + item.freightMinor, 0);
  const paid = payments.reduce((sum, payment) => sum + payment.valueMinor, 0);
  if (paid !== merchandise + freight) {
    issues.add('PAYMENT_DIFFERS', where, `Order ${source.id}: ${paid} minor units were paid, price and freight are ${merchandise + freight}.`);
  }
  const customer = customers.get(source.customerId);
  if (customer && !centroids.has(customer.zip)) {
    issues.add('NO_COORDINATES', { file: files.customers, row: customer.row, orderId: source.id }, `Nothing says where the customer's zip prefix ${customer.zip} is.`);
  }
  return { source, target, clocks: orderClocks(source, target, where, issues, now), merchandise, freight, paid };
}

function noteSellers(used: ReadonlySet<string>, { files, sellers, centroids }: Dataset, issues: IssueLog): void {
  for (const id of used) {
    const seller = sellers.get(id);
    if (seller && !centroids.has(seller.zip)) issues.add('NO_COORDINATES', { file: files.sellers, row: seller.row }, `Nothing says where seller ${id} with zip prefix ${seller.zip} is.`);
  }
}

export interface Receipt {
  readonly sku: string;
  readonly node: string;
  readonly quantity: number;
}

/** What has to be on the sellers' shelves so that an order can be served. */
export function receiptsOf(items: readonly SourceItem[]): Receipt[] {
  const receipts = new Map<string, Receipt>();
  for (const { productId: sku, sellerId: node } of items) {
    const place = JSON.stringify([sku, node]);
    receipts.set(place, { sku, node, quantity: (receipts.get(place)?.quantity ?? 0) + 1 });
  }
  return [...receipts.values()];
}

const instant = (at: number): string => new Date(at).toISOString();
const text = <K extends string>(name: K, value: string): Partial<Record<K, string>> => (value === '' ? {} : ({ [name]: value } as Record<K, string>));

/** The order as the API takes it. Streets are not in the data, and an order without one could not be addressed. */
export function captureBody({ source, clocks, freight }: OrderPlan, { customers, centroids }: Dataset, settings: Settings): object {
  const customer = customers.get(source.customerId);
  const point = customer && centroids.get(customer.zip);
  const items = source.items.toSorted((a, b) => Number(a.no) - Number(b.no) || a.row - b.row);
  return {
    channel: settings.channel, external_id: source.id, currency: settings.currency, placed_at: instant(clocks.placed),
    lines: items.map((item) => ({
      sku: item.productId, quantity: '1', unit_price: decimalOf(item.priceMinor, settings.digits), ...text('external_id', item.no), node: item.sellerId,
    })),
    totals: { shipping_minor: freight },
    payment: { state: source.approved === null ? 'pending' : 'paid', payments: source.payments.map(({ tender, valueMinor }) => ({ tender: tender || 'unknown', amount_minor: valueMinor })) },
    ...(customer ? {
      ship_to: {
        street: 'Not in the data', ...text('city', customer.city), ...text('region', customer.state), ...text('postcode', customer.zip), country: settings.country,
        ...(point ? { coordinates: point } : {}),
      },
    } : {}),
    attributes: { ...text('source_status', source.status), ...(source.estimated === null ? {} : { estimated_delivery: instant(source.estimated) }) },
  };
}
