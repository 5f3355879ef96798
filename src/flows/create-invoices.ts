import { decideInvoice, invoicedAfter, type InvoiceFigures, type InvoiceLine, NOTHING_INVOICED } from "../domain/billing/index.ts";
import { StockBook } from "../domain/inventory/index.ts";
import { present, publicId } from "../domain/kernel/index.ts";
import { Journal, type Order, type Shipment } from "../domain/order/index.ts";
import type { BillingStore, BillingTransaction, Invoice } from "./billing-store.ts";
import { type Ambient, contextOf } from "./ports.ts";

/** A shipment that left, and when. */
export interface Departed {
  readonly orderId: string;
  readonly shipmentNo: number;
  readonly leftAt: number;
}

/** Invoices each of these shipments once, however often it is asked; returns how many were new. Numbers follow the order of departure. */
export function createInvoices(store: BillingStore, tenantId: number, departed: readonly Departed[], ambient: Ambient): Promise<number> {
  return store.transact(tenantId, async (tx) => {
    const now = ambient.now();
    const orders = new Map((await tx.lockOrders([...new Set(departed.map(({ orderId }) => orderId))].toSorted())).map((order) => [order.id, order]));
    const decided = decide(departed, orders, await tx.loadInvoiced([...orders.keys()]));
    if (decided.length === 0) return 0;
    const invoices = await numbered(tx, decided, ambient, now);
    const journal = new Journal(contextOf(ambient, now, { actor: "journey" }), new StockBook([], []));
    for (const invoice of invoices) journal.event("InvoiceCreated", invoice.orderId, told(invoice, present(orders.get(invoice.orderId), "order")));
    await tx.saveInvoices(invoices);
    await tx.save(journal);
    return invoices.length;
  });
}

interface Decided {
  readonly order: Order;
  readonly departed: Departed;
  readonly figures: InvoiceFigures;
}

/** Shipments of one order follow each other: what the first bears, the next one no longer does. */
function decide(departed: readonly Departed[], orders: ReadonlyMap<string, Order>, invoiced: Awaited<ReturnType<BillingTransaction["loadInvoiced"]>>): Decided[] {
  const known = new Map([...invoiced].map(([orderId, { shipments, before }]) => [orderId, { shipments: new Set(shipments), before }]));
  return departed.toSorted((a, b) => a.leftAt - b.leftAt || a.shipmentNo - b.shipmentNo).flatMap((one): Decided[] => {
    const order = orders.get(one.orderId);
    const shipment = order?.shipments.find(({ shipmentNo }) => shipmentNo === one.shipmentNo);
    const { shipments, before } = known.get(one.orderId) ?? { shipments: new Set<number>(), before: NOTHING_INVOICED };
    if (!order || !shipment || shipments.has(one.shipmentNo) || isOnWayToStore(shipment)) return [];
    const figures = decideInvoice(order, shipment, before);
    known.set(one.orderId, { shipments: shipments.add(one.shipmentNo), before: invoicedAfter(before, figures) });
    return [{ order, departed: one, figures }];
  });
}

/** What goes to a store is invoiced when it is there: what is missing then is sent again. */
const isOnWayToStore = ({ status, document }: Shipment): boolean => document.to_store !== undefined && ["SHIPPED", "LOST", "RETURNED_TO_SENDER"].includes(status);

/** The tenant's counters are taken last before writing, so nobody waits long for a number. */
async function numbered(tx: BillingTransaction, decided: readonly Decided[], ambient: Ambient, now: number): Promise<Invoice[]> {
  const series = await tx.loadInvoiceSeries([...new Set(decided.map(({ order }) => order.channelId))].toSorted(), now);
  const counts = new Map<string, number>();
  const placed = decided.map((one) => {
    const own = present(series.get(one.order.channelId), "series of a channel");
    const place = (counts.get(own) ?? 0) + 1;
    counts.set(own, place);
    return { ...one, series: own, place };
  });
  const last = await tx.takeInvoiceNumbers(counts);
  return placed.map(({ order, departed: { orderId, shipmentNo, leftAt }, figures, series: own, place }) => ({
    id: ambient.newId(), orderId, shipmentNo, channelId: order.channelId, series: own, number: present(last.get(own), "numbers of a series") - (counts.get(own) ?? 0) + place,
    currency: order.currency, issuedAt: now, suppliedAt: leftAt, figures,
  }));
}

/** Figures only, whole enough to be booked from: no name, no address. */
function told({ id, series, number, shipmentNo, currency, suppliedAt, figures }: Invoice, order: Order): Readonly<Record<string, unknown>> {
  const sku = new Map(order.lines.map(({ lineNo, document }) => [lineNo, document.sku]));
  const line = ({ lineNo, quantity, totalMinor, discountMinor, orderDiscountMinor, taxMinor }: InvoiceLine): Readonly<Record<string, unknown>> => ({
    line: lineNo, sku: sku.get(lineNo), quantity, total_minor: totalMinor, discount_minor: discountMinor, order_discount_minor: orderDiscountMinor, tax_minor: taxMinor,
  });
  return {
    invoice: publicId("invoice", id), number: `${series}${number}`, shipment_no: shipmentNo, supplied_at: new Date(suppliedAt).toISOString(), currency, tax_included: figures.taxIncluded,
    lines: figures.lines.map(line), goods_minor: figures.goodsMinor, discount_minor: figures.discountMinor, shipping_minor: figures.shippingMinor,
    shipping_discount_minor: figures.shippingDiscountMinor, shipping_tax_minor: figures.shippingTaxMinor, other_minor: figures.otherMinor,
    adjustment_minor: figures.adjustmentMinor, tax_minor: figures.taxMinor, total_minor: figures.totalMinor,
  };
}
