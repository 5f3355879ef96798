import type { ImportApi, NodeBody, OrderSummary, ReceiptBody } from './api.ts';
import type { Dataset, Place, Product } from './dataset.ts';
import type { IssueLog } from './issues.ts';
import { keyOf } from '../../files/import/key.ts';
import { captureBody, type OrderPlan, type Plan, receiptsOf, type Settings } from './plan.ts';
import type { Progress } from './progress.ts';
import { ensureChannel, sendEach } from './send.ts';

/** What every stage works with. */
export interface Work {
  readonly api: ImportApi;
  readonly settings: Settings;
  readonly dataset: Dataset;
  readonly plan: Plan;
  readonly issues: IssueLog;
  readonly progress: Progress;
}

const MINUTE = 60_000;
/** Ten years: an order that was never approved keeps what the data say it has. */
const HOLD_KEEPS_STOCK_MINUTES = 10 * 365 * 24 * 60;

/** Channel, nodes and items that are not there yet. What is there stays as it is. */
export async function saveCatalogue(work: Work): Promise<{ readonly nodes: number; readonly items: number }> {
  await saveChannel(work);
  const [nodes, items] = [await work.api.nodeCodes(), await work.api.skus()];
  const sellers = [...work.plan.sellers].filter((code) => !nodes.has(code));
  const products = [...work.plan.products].filter((sku) => !items.has(sku));
  await saveSellers(work, sellers);
  await saveProducts(work, products);
  return { nodes: sellers.length, items: products.length };
}

const saveChannel = ({ api, settings }: Work): Promise<void> => ensureChannel(api, settings.channel, {
  name: settings.channel, kind: 'marketplace', currency: settings.currency, when_unavailable: 'exception', auto_release: false,
  routing: { maximum_distance_km: null, hold_keeps_stock_minutes: HOLD_KEEPS_STOCK_MINUTES },
}, keyOf(settings, 'channel'));

async function saveSellers(work: Work, codes: readonly string[]): Promise<void> {
  const { settings, dataset, issues, progress } = work;
  progress.stage('Sellers', codes.length);
  const sellers = codes.flatMap((code) => {
    const place = dataset.sellers.get(code);
    return place ? [{ code, place }] : [];
  });
  const lineOf = ({ code, place }: (typeof sellers)[number]): object => ({ code, ...nodeBody(code, place, dataset, settings), idempotency_key: keyOf(settings, 'node', code) });
  await sendEach(work, '/v1/nodes/bulk', sellers, lineOf, ({ place }, reply) => {
    if (!reply.ok) issues.refusal({ file: dataset.files.sellers, row: place.row }, reply.problem);
  });
  progress.end();
}

function nodeBody(code: string, { zip, city, state }: Place, { centroids }: Dataset, { country, timeZone }: Settings): NodeBody {
  const point = centroids.get(zip);
  const address = Object.fromEntries(Object.entries({ city, region: state, postcode: zip, country }).filter(([, value]) => value !== ''));
  return { name: `Seller ${code.slice(0, 8)}${city === '' ? '' : `, ${city}`}`, kind: 'supplier', address, time_zone: timeZone, ...(point ? { coordinates: point } : {}) };
}

async function saveProducts(work: Work, skus: readonly string[]): Promise<void> {
  const { settings, dataset, issues, progress } = work;
  progress.stage('Products', skus.length);
  const lineOf = (sku: string): object => ({ sku, ...itemBody(sku, dataset.products.get(sku)), idempotency_key: keyOf(settings, 'item', sku) });
  await sendEach(work, '/v1/items/bulk', skus, lineOf, (_sku, reply) => {
    if (!reply.ok) issues.refusal({ file: dataset.files.products }, reply.problem);
  });
  progress.end();
}

function itemBody(sku: string, product: Product | undefined): object {
  const { category = null, weightGrams = null, dimensionsMm = null } = product ?? {};
  return {
    name: `${category === null ? 'Product' : category.replaceAll('_', ' ')} ${sku.slice(0, 8)}`,
    ...(weightGrams === null ? {} : { weight_grams: weightGrams }), ...(dimensionsMm === null ? {} : { dimensions_mm: dimensionsMm }),
    ...(category === null ? {} : { attributes: { category } }),
  };
}

/** The orders of the channel in the time of the data, by their external id. */
export async function ordersThere({ api, settings, plan }: Work): Promise<Map<string, OrderSummary>> {
  const there = new Map<string, OrderSummary>();
  const [first, last] = [plan.orders[0], plan.orders.at(-1)];
  if (!first || !last) return there;
  const range = { channel: settings.channel, placed_from: iso(first.clocks.placed), placed_to: iso(last.clocks.placed + 1) };
  await api.orders(range, (orders) => orders.forEach((order) => there.set(order.external_id, order)));
  return there;
}

const iso = (at: number): string => new Date(at).toISOString();

/**
 * Puts on the sellers' shelves what orders that are not there yet will take, a minute before they were placed. One
 * receipt for each order and product: whatever other directory names the same orders, none is received twice.
 */
export async function receiveStock(work: Work, orders: readonly OrderPlan[]): Promise<number> {
  const { settings, dataset, issues, progress } = work;
  const receipts = orders.flatMap((order) => receiptsOf(order.source.items).map((receipt) => ({ order, receipt })));
  progress.stage('Stock', receipts.length);
  const lineOf = ({ order: { source, clocks }, receipt: { sku, node, quantity } }: (typeof receipts)[number]): object => {
    const body: ReceiptBody = { sku, node, quantity: String(quantity), occurred_at: iso(clocks.placed - MINUTE) };
    return { ...body, idempotency_key: keyOf(settings, source.id, 'receive', sku, node) };
  };
  await sendEach(work, '/v1/stock/receipts/bulk', receipts, lineOf, ({ order: { source } }, reply) => {
    if (!reply.ok) issues.refusal({ file: dataset.files.orders, row: source.row, orderId: source.id }, reply.problem);
  });
  progress.end();
  return receipts.length;
}

/** An order in Ordo and what of it is still to be done. */
export interface OrderState {
  readonly plan: OrderPlan;
  readonly id: string;
  /** Numbers of the open PAYMENT holds. */
  readonly holds: readonly number[];
  readonly shipments: { readonly id: string; status: string }[];
}

/** Captures what is not there yet; the answers say which shipments each order has. */
export async function captureOrders(work: Work, orders: readonly OrderPlan[]): Promise<{ readonly fresh: OrderState[]; readonly known: Map<OrderPlan, string> }> {
  const { settings, dataset, issues, progress } = work;
  const fresh: OrderState[] = [];
  const known = new Map<OrderPlan, string>();
  progress.stage('Orders', orders.length);
  const lineOf = (plan: OrderPlan): object => ({ ...captureBody(plan, dataset, settings), idempotency_key: keyOf(settings, plan.source.id, 'capture') });
  await sendEach(work, '/v1/orders/bulk', orders, lineOf, (plan, reply) => {
    const { source } = plan;
    if (!reply.ok) return issues.refusal({ file: dataset.files.orders, row: source.row, orderId: source.id }, reply.problem);
    const { id, holds = [], shipments = [] } = reply.value as { id: string; holds?: { hold_no: number; kind: string }[]; shipments?: { id: string }[] };
    // An answer from before says how it was then, not how it is.
    if (!reply.created) known.set(plan, id);
    else fresh.push({ plan, id, holds: paymentHolds(holds), shipments: shipments.map((shipment) => ({ id: shipment.id, status: 'PLANNED' })) });
  });
  progress.end();
  return { fresh, known };
}

/** Only the hold that stands for a missing approval is the import's own to release. */
export const paymentHolds = (holds: readonly { readonly hold_no: number; readonly kind: string }[]): number[] =>
  holds.filter(({ kind }) => kind === 'PAYMENT').map((hold) => hold.hold_no);
