import { publicId, shipmentId } from "../../domain/kernel/index.ts";
import type { InvoiceDocument, InvoiceFilter, InvoiceLineView, Invoices, InvoiceSummary, InvoiceView, SellerView } from "../../flows/invoices.ts";
import type { Page } from "../../flows/queries.ts";
import { instant } from "../columns.ts";
import { statement } from "../database.ts";
import { ANY_CHANNEL, AMOUNT_COLUMNS, type AmountsDb } from "../invoices.ts";
import { fromMillis, iso, pageOf, type Reader } from "./reader.ts";

const LIST = statement("invoice_list", `
  select i.*, (select o.number from sales_order o where o.tenant_id = i.tenant_id and o.id = i.order_id) as order_number,
    (select c.code from channel c where c.tenant_id = i.tenant_id and c.id = i.channel_id limit 1) as channel
  from invoice i where i.tenant_id = (select current_tenant()) and ($1::timestamptz is null or (i.issued_at, i.id) < ($1, $2::uuid))
    and ($3::uuid is null or i.order_id = $3)
    and ($4::text is null or i.channel_id = (select c.id from channel c where c.tenant_id = (select current_tenant()) and c.code = $4 limit 1))
    and ($5::timestamptz is null or i.issued_at >= $5) and ($6::timestamptz is null or i.issued_at < $6)
  order by i.issued_at desc, i.id desc limit $7`);
/** Goods are called what the channel called them, or what they were called when the invoice was issued. */
const DETAIL = statement("invoice_detail", `
  select i.*, o.number as order_number, (select c.code from channel c where c.tenant_id = i.tenant_id and c.id = i.channel_id limit 1) as channel,
    (select coalesce(json_agg(row_to_json(l) order by l.line_no), '[]') from (
      select l.line_no, l.quantity, l.total_minor, l.discount_minor, l.order_discount_minor, l.tax_minor, p.document ->> 'sku' as sku,
        case when p.parent_line_no is null then p.document ->> 'unit_price' end as unit_price,
        (select k.document ->> 'sku' from order_line k where k.tenant_id = p.tenant_id and k.order_id = p.order_id and k.line_no = p.parent_line_no) as kit,
        p.document ->> 'unit' as unit, coalesce(p.document ->> 'title', g.name, p.document ->> 'sku') as name, coalesce(g.quantity_scale, 0) as quantity_scale, coalesce(g.base_unit, 'each') as base_unit
      from invoice_line l join order_line p using (tenant_id, order_id, line_no)
      left join lateral (select g.name, g.quantity_scale, g.base_unit from item g where g.tenant_id = l.tenant_id and g.id = p.item_id
        order by g.valid_from <= i.issued_at desc, g.valid_from desc limit 1) g on true
      where l.tenant_id = i.tenant_id and l.order_id = i.order_id and l.shipment_no = i.shipment_no) l) as lines
  from invoice i join sales_order o on o.tenant_id = i.tenant_id and o.id = i.order_id
  where i.tenant_id = (select current_tenant()) and ($1::uuid is null or i.id = $1) and ($2::uuid is null or i.order_id = $2)
  order by i.issued_at, i.number`);
const ORDER_EXISTS = statement("invoiced_order_exists", `select from sales_order where tenant_id = (select current_tenant()) and id = $1`);
/** Whom it is from and for. The seller is the one of then; the buyer is who is known now. */
const PARTIES = statement("invoice_parties", `
  select o.external_id, s.time_zone, c.erased_hash is not null or c.data is null as erased, case when $2::boolean then c.data end as contact,
    (select t.name from tenant t where t.tenant_id = i.tenant_id) as tenant,
    (select row_to_json(w) from invoice_seller w where w.tenant_id = i.tenant_id and w.channel_id in (i.channel_id, $3) and w.valid_from <= i.issued_at
      order by w.channel_id = i.channel_id desc, w.valid_from desc limit 1) as seller
  from invoice i join sales_order o on o.tenant_id = i.tenant_id and o.id = i.order_id
    join shipment s on s.tenant_id = i.tenant_id and s.order_id = i.order_id and s.shipment_no = i.shipment_no
    left join order_contact c on c.tenant_id = i.tenant_id and c.order_id = i.order_id
  where i.tenant_id = (select current_tenant()) and i.id = $1`);
const SELLERS = statement("invoice_sellers", `
  select distinct on (s.channel_id) s.name, s.address, s.tax_id, s.footer, s.series, s.valid_from,
    (select c.code from channel c where c.tenant_id = s.tenant_id and c.id = s.channel_id limit 1) as channel
  from invoice_seller s where s.tenant_id = (select current_tenant()) order by s.channel_id, s.valid_from desc`);

interface InvoiceDb extends AmountsDb {
  id: string; order_id: string; shipment_no: number; series: string; number: number; order_number: number; channel: string; currency: string; tax_included: boolean; issued_at: Date; supplied_at: Date;
}
interface DetailDb extends InvoiceDb { lines: (Omit<InvoiceLineView, "line"> & { line_no: number })[] }
interface PartiesDb { external_id: string; time_zone: string; erased: boolean; contact: Readonly<Record<string, unknown>> | null; tenant: string; seller: InvoiceDocument["seller"] | null }
interface SellerDb { channel: string | null; name: string; address: string[]; tax_id: string | null; footer: string | null; series: string; valid_from: Date }

const amounts = (row: AmountsDb): AmountsDb => Object.fromEntries(Object.keys(AMOUNT_COLUMNS).map((column) => [column, row[column as keyof AmountsDb]])) as unknown as AmountsDb;

const summary = (row: InvoiceDb): InvoiceSummary => ({
  id: publicId("invoice", row.id), number: `${row.series}${row.number}`, order: publicId("order", row.order_id), order_number: row.order_number, shipment: shipmentId(row.order_id, row.shipment_no),
  channel: row.channel, currency: row.currency, tax_included: row.tax_included, ...amounts(row), issued_at: iso(row.issued_at), supplied_at: iso(row.supplied_at),
});

const detail = (row: DetailDb): InvoiceView => ({ ...summary(row), lines: row.lines.map(({ line_no: line, ...rest }) => ({ line, ...rest })) });

async function list(reader: Reader, tenantId: number, { orderId, channel, issuedFrom, issuedTo, after, limit }: InvoiceFilter): Promise<Page<InvoiceSummary>> {
  const rows = await reader.rows<InvoiceDb>(tenantId, LIST, [fromMillis(after?.[0]), after?.[1] ?? null, orderId, channel, instant(issuedFrom), instant(issuedTo), limit + 1]);
  return pageOf(rows, limit, summary, (row) => [String(row.issued_at.getTime()), row.id]);
}

async function find(reader: Reader, tenantId: number, invoiceId: string): Promise<InvoiceView | null> {
  const [row] = await reader.rows<DetailDb>(tenantId, DETAIL, [invoiceId, null]);
  return row ? detail(row) : null;
}

async function ofOrder(reader: Reader, tenantId: number, orderId: string): Promise<readonly InvoiceView[] | null> {
  const rows = await reader.rows<DetailDb>(tenantId, DETAIL, [null, orderId]);
  if (rows.length === 0 && (await reader.rows(tenantId, ORDER_EXISTS, [orderId])).length === 0) return null;
  return rows.map(detail);
}

async function document(reader: Reader, tenantId: number, invoiceId: string, personal: boolean): Promise<InvoiceDocument | null> {
  const invoice = await find(reader, tenantId, invoiceId);
  const [parties] = await reader.rows<PartiesDb>(tenantId, PARTIES, [invoiceId, personal, ANY_CHANNEL]);
  if (!invoice || !parties) return null;
  const { seller, contact, erased, tenant } = parties;
  return {
    invoice, external_id: parties.external_id, time_zone: parties.time_zone,
    seller: seller === null ? { name: tenant, address: [], tax_id: null, footer: null } : { name: seller.name, address: seller.address, tax_id: seller.tax_id, footer: seller.footer },
    buyer: erased ? { state: "erased" } : contact === null ? { state: "hidden" } : { state: "shown", contact },
  };
}

/** The nil UUID stands for every channel and sorts first. */
const sellers = async (reader: Reader, tenantId: number): Promise<SellerView[]> => (await reader.rows<SellerDb>(tenantId, SELLERS, []))
  .map(({ series, valid_from: from, ...row }) => ({ ...row, number_prefix: series, valid_from: iso(from) }))
  .toSorted((a, b) => ((a.channel ?? "") < (b.channel ?? "") ? -1 : 1));

export const invoiceQueries = (reader: Reader): Invoices => ({
  list: (tenantId, filter) => list(reader, tenantId, filter), find: (tenantId, invoiceId) => find(reader, tenantId, invoiceId),
  ofOrder: (tenantId, orderId) => ofOrder(reader, tenantId, orderId), document: (tenantId, invoiceId, personal) => document(reader, tenantId, invoiceId, personal),
  sellers: (tenantId) => sellers(reader, tenantId),
});
