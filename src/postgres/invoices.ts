import { type InvoiceAmounts, type InvoiceLine } from "../domain/billing/index.ts";
import { type BillingTransaction, DEFAULT_SERIES, type Invoice, type Invoiced, type InvoiceSeller } from "../flows/billing-store.ts";
import { columns, instant } from "./columns.ts";
import { type Session, statement } from "./database.ts";
import { countInvoiced } from "./order-changes.ts";

/** Stands in invoice_seller for every channel without a seller of its own. */
export const ANY_CHANNEL = "00000000-0000-0000-0000-000000000000";

const AMOUNTS = statement("load_invoiced_amounts", `
  select order_id, array_agg(shipment_no::int) as shipments, sum(goods_minor)::bigint as goods_minor, sum(discount_minor)::bigint as discount_minor, sum(shipping_minor)::bigint as shipping_minor,
    sum(shipping_discount_minor)::bigint as shipping_discount_minor, sum(shipping_tax_minor)::bigint as shipping_tax_minor, sum(other_minor)::bigint as other_minor,
    sum(adjustment_minor)::bigint as adjustment_minor, sum(tax_minor)::bigint as tax_minor, sum(total_minor)::bigint as total_minor
  from invoice where tenant_id = (select current_tenant()) and order_id = any($1::uuid[]) group by order_id`);
const LINES = statement("load_invoiced_lines", `
  select order_id, line_no, sum(quantity)::bigint as quantity, sum(total_minor)::bigint as total_minor, sum(discount_minor)::bigint as discount_minor,
    sum(order_discount_minor)::bigint as order_discount_minor, sum(tax_minor)::bigint as tax_minor
  from invoice_line where tenant_id = (select current_tenant()) and order_id = any($1::uuid[]) group by order_id, line_no`);
/** A seller of the channel's own goes before the one of every channel, and the latest before those it replaced. */
const SERIES = statement("load_invoice_series", `
  select k.channel_id, coalesce(
    (select s.series from invoice_seller s where s.tenant_id = (select current_tenant()) and s.channel_id = k.channel_id and s.valid_from <= $2 order by s.valid_from desc limit 1),
    (select s.series from invoice_seller s where s.tenant_id = (select current_tenant()) and s.channel_id = $3 and s.valid_from <= $2 order by s.valid_from desc limit 1), $4) as series
  from (select * from unnest($1::uuid[]) limit cardinality($1)) as k (channel_id)`);
/** The rows stay locked until the transaction ends; a transaction that fails gives its numbers back. */
const NUMBERS = statement("take_invoice_numbers", `
  insert into invoice_counter as c (tenant_id, series, last) select (select current_tenant()), * from unnest($1::text[], $2::bigint[])
  on conflict (tenant_id, series) do update set last = c.last + excluded.last returning c.series, c.last`);
const INSERT = statement("insert_invoices", `
  insert into invoice (tenant_id, order_id, shipment_no, id, series, number, channel_id, currency, tax_included, goods_minor, discount_minor, shipping_minor, shipping_discount_minor,
    shipping_tax_minor, other_minor, adjustment_minor, tax_minor, total_minor, issued_at, supplied_at)
  select (select current_tenant()), * from unnest($1::uuid[], $2::smallint[], $3::uuid[], $4::text[], $5::bigint[], $6::uuid[], $7::text[], $8::boolean[], $9::bigint[], $10::bigint[], $11::bigint[],
    $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[], $18::timestamptz[], $19::timestamptz[])`);
const INSERT_LINES = statement("insert_invoice_lines", `
  insert into invoice_line (tenant_id, order_id, shipment_no, line_no, quantity, total_minor, discount_minor, order_discount_minor, tax_minor)
  select (select current_tenant()), * from unnest($1::uuid[], $2::smallint[], $3::smallint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])`);
const SAVE_SELLER = statement("save_invoice_seller", `
  insert into invoice_seller (tenant_id, channel_id, valid_from, name, address, tax_id, footer, series)
  values ((select current_tenant()), $1, $2, $3, $4, $5, $6, $7)
  on conflict (tenant_id, channel_id, valid_from) do update set name = excluded.name, address = excluded.address, tax_id = excluded.tax_id, footer = excluded.footer, series = excluded.series`);

/** An invoice's amounts by the names of their columns, in the order of the statements. */
export const AMOUNT_COLUMNS = {
  goods_minor: "goodsMinor", discount_minor: "discountMinor", shipping_minor: "shippingMinor", shipping_discount_minor: "shippingDiscountMinor", shipping_tax_minor: "shippingTaxMinor",
  other_minor: "otherMinor", adjustment_minor: "adjustmentMinor", tax_minor: "taxMinor", total_minor: "totalMinor",
} as const satisfies Readonly<Record<string, keyof InvoiceAmounts>>;

export type AmountsDb = Readonly<Record<keyof typeof AMOUNT_COLUMNS, number>>;
interface LineDb { order_id: string; line_no: number; quantity: number; total_minor: number; discount_minor: number; order_discount_minor: number; tax_minor: number }

const readAmounts = (row: AmountsDb): InvoiceAmounts => ({
  goodsMinor: row.goods_minor, discountMinor: row.discount_minor, shippingMinor: row.shipping_minor, shippingDiscountMinor: row.shipping_discount_minor,
  shippingTaxMinor: row.shipping_tax_minor, otherMinor: row.other_minor, adjustmentMinor: row.adjustment_minor, taxMinor: row.tax_minor, totalMinor: row.total_minor,
});

async function loadInvoiced(session: Session, orderIds: readonly string[]): Promise<ReadonlyMap<string, Invoiced>> {
  if (orderIds.length === 0) return new Map();
  const [amounts, lines] = await Promise.all([
    session.rows<AmountsDb & { order_id: string; shipments: number[] }>(AMOUNTS, [orderIds]), session.rows<LineDb>(LINES, [orderIds]),
  ]);
  const linesOf = new Map<string, Map<number, InvoiceLine>>(amounts.map((row) => [row.order_id, new Map()]));
  for (const row of lines) {
    linesOf.get(row.order_id)?.set(row.line_no, {
      lineNo: row.line_no, quantity: row.quantity, totalMinor: row.total_minor, discountMinor: row.discount_minor, orderDiscountMinor: row.order_discount_minor, taxMinor: row.tax_minor,
    });
  }
  return new Map(amounts.map((row) => [row.order_id, { shipments: new Set(row.shipments), before: { amounts: readAmounts(row), lines: linesOf.get(row.order_id) ?? new Map() } }]));
}

async function loadInvoiceSeries(session: Session, channelIds: readonly string[], now: number): Promise<ReadonlyMap<string, string>> {
  const rows = await session.rows<{ channel_id: string; series: string }>(SERIES, [channelIds, instant(now), ANY_CHANNEL, DEFAULT_SERIES]);
  return new Map(rows.map((row) => [row.channel_id, row.series]));
}

async function takeInvoiceNumbers(session: Session, counts: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, number>> {
  const sorted = [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const rows = await session.rows<{ series: string; last: number }>(NUMBERS, columns(sorted, [([series]) => series, ([, count]) => count]));
  return new Map(rows.map((row) => [row.series, row.last]));
}

async function saveInvoices(session: Session, invoices: readonly Invoice[]): Promise<void> {
  const lines = invoices.flatMap(({ orderId, shipmentNo, figures }) => figures.lines.map((line) => ({ orderId, shipmentNo, line })));
  await Promise.all([
    session.run(INSERT, columns(invoices, [
      (i) => i.orderId, (i) => i.shipmentNo, (i) => i.id, (i) => i.series, (i) => i.number, (i) => i.channelId, (i) => i.currency, (i) => i.figures.taxIncluded,
      ...Object.values(AMOUNT_COLUMNS).map((amount) => (i: Invoice) => i.figures[amount]), (i) => instant(i.issuedAt), (i) => instant(i.suppliedAt),
    ])),
    session.run(INSERT_LINES, columns(lines, [
      (l) => l.orderId, (l) => l.shipmentNo, (l) => l.line.lineNo, (l) => l.line.quantity, (l) => l.line.totalMinor, (l) => l.line.discountMinor, (l) => l.line.orderDiscountMinor, (l) => l.line.taxMinor,
    ])),
    countInvoiced(session, summed(lines)),
  ]);
}

/** Several shipments of one order may be invoiced in one batch. */
function summed(lines: readonly { readonly orderId: string; readonly line: InvoiceLine }[]): { orderId: string; lineNo: number; quantity: number }[] {
  const sums = new Map<string, { orderId: string; lineNo: number; quantity: number }>();
  for (const { orderId, line: { lineNo, quantity } } of lines) {
    const key = `${orderId}|${lineNo}`;
    sums.set(key, { orderId, lineNo, quantity: (sums.get(key)?.quantity ?? 0) + quantity });
  }
  return [...sums.values()];
}

async function saveInvoiceSeller(session: Session, seller: InvoiceSeller, validFrom: number): Promise<void> {
  await session.run(SAVE_SELLER, [seller.channelId ?? ANY_CHANNEL, instant(validFrom), seller.name, seller.address, seller.taxId, seller.footer, seller.series]);
}

export const invoiceStatements = (session: Session): Pick<BillingTransaction, "loadInvoiced" | "loadInvoiceSeries" | "takeInvoiceNumbers" | "saveInvoices" | "saveInvoiceSeller"> => ({
  loadInvoiced: (orderIds) => loadInvoiced(session, orderIds),
  loadInvoiceSeries: (channelIds, now) => loadInvoiceSeries(session, channelIds, now),
  takeInvoiceNumbers: (counts) => takeInvoiceNumbers(session, counts),
  saveInvoices: (invoices) => saveInvoices(session, invoices),
  saveInvoiceSeller: (seller, validFrom) => saveInvoiceSeller(session, seller, validFrom),
});
