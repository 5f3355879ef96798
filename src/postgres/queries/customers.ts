import { publicId } from "../../domain/kernel/index.ts";
import type { ConsentView, CustomerFilter, CustomerHoldings, CustomerNote, CustomerOrder, CustomerPromise, CustomerQueries, CustomerSummary, CustomerView } from "../../flows/customers.ts";
import type { Page } from "../../flows/queries.ts";
import { json } from "../columns.ts";
import { statement } from "../database.ts";
import { iso, pageOf, type Reader } from "./reader.ts";

const LIST = statement("list_customers", `
  select c.id, c.name, c.email, c.phone, c.class, c.locale, c.created_at, c.seen_at, c.merged_into, c.erased_at,
  (select count(*)::int from customer_order o where o.tenant_id = c.tenant_id and o.customer_id = c.id) as orders from customer c where c.tenant_id = (select current_tenant()) and c.merged_into is null and c.erased_at is null
    and ($1::timestamptz is null or (c.seen_at, c.id) < ($1, $2::uuid)) order by c.seen_at desc, c.id desc limit $3`);
const OF_ORDER = statement("customer_of_order", `
  select c.id, c.name, c.email, c.phone, c.class, c.locale, c.created_at, c.seen_at, c.merged_into, c.erased_at,
  (select count(*)::int from customer_order o where o.tenant_id = c.tenant_id and o.customer_id = c.id) as orders from customer_order k join customer c on c.tenant_id = k.tenant_id and c.id = k.customer_id where k.tenant_id = (select current_tenant()) and k.order_id = $1`);
/**
 * Those for whom each group of words has one that fits: the first group says who comes into question, the others are looked up for each of
 * them. A word is a span of the index, so a beginning is found like a whole.
 */
const SEARCH = statement("search_customers", `
  with spans as materialized (
    select g.ordinality as part, s ->> 0 as low, s ->> 1 as high from json_array_elements($1::json) with ordinality as g (spans, ordinality) cross join lateral json_array_elements(g.spans) as s),
  found as materialized (
    select distinct w.customer_id as id from spans cross join lateral (
      select w.customer_id from customer_word w where w.tenant_id = (select current_tenant()) and w.word >= spans.low collate "C" and w.word < spans.high collate "C" order by w.word limit $2) w
    where spans.part = 1)
  select c.id, c.name, c.email, c.phone, c.class, c.locale, c.created_at, c.seen_at, c.merged_into, c.erased_at,
  (select count(*)::int from customer_order o where o.tenant_id = c.tenant_id and o.customer_id = c.id) as orders from found k join customer c on c.tenant_id = (select current_tenant()) and c.id = k.id
  where not exists (select from (select distinct part from spans where part > 1) p where not exists (
    select from spans s cross join lateral (
      select from customer_word w where w.tenant_id = (select current_tenant()) and w.customer_id = k.id and w.word >= s.low collate "C" and w.word < s.high collate "C" limit 1) w
    where s.part = p.part))
  order by c.seen_at desc, c.id desc limit $3`);
const FIND = statement("find_customer", `select c.id, c.name, c.email, c.phone, c.class, c.locale, c.created_at, c.seen_at, c.merged_into, c.erased_at,
  (select count(*)::int from customer_order o where o.tenant_id = c.tenant_id and o.customer_id = c.id) as orders from customer c where c.tenant_id = (select current_tenant()) and c.id = $1`);
const FIGURES = statement("customer_figures", `
  select o.currency, o.status, count(*)::int as orders, sum(o.total_minor)::bigint as total_minor, coalesce(sum(r.returned), 0)::bigint as returned
  from customer_order k join sales_order o on o.tenant_id = k.tenant_id and o.id = k.order_id
    cross join lateral (select sum(l.returned_to_sender) as returned from shipment_line l where l.tenant_id = k.tenant_id and l.order_id = k.order_id) r
  where k.tenant_id = (select current_tenant()) and k.customer_id = $1 group by o.currency, o.status`);
const PROMISES = statement("customer_promises", `
  select o.id, o.number, case when d.due_at is null then d.ship_by else d.due_at end as due_at, d.predicted_at, d.level
  from customer_order k join order_deadline d on d.tenant_id = k.tenant_id and d.order_id = k.order_id join sales_order o on o.tenant_id = k.tenant_id and o.id = k.order_id
  where k.tenant_id = (select current_tenant()) and k.customer_id = $1 and d.open and (d.due_at is not null or d.ship_by is not null)
  order by 3, o.id limit $2`);
const CONSENTS = statement("customer_consents", `
  select id, kind, given, at, source, actor, recorded_at from customer_consent where tenant_id = (select current_tenant()) and customer_id = $1 order by at desc, id desc`);
const ORDERS = statement("customer_orders", `
  select o.id, o.number, o.external_id, o.placed_at, o.status, o.currency, o.total_minor,
    (select h.code from channel h where h.tenant_id = o.tenant_id and h.id = o.channel_id order by h.valid_from desc limit 1) as channel
  from customer_order k join sales_order o on o.tenant_id = k.tenant_id and o.id = k.order_id
  where k.tenant_id = (select current_tenant()) and k.customer_id = $1 and ($2::uuid is null or k.order_id < $2) order by k.order_id desc limit $3`);
const NOTES = statement("customer_notes", `
  select id, author, written_at, text from customer_note where tenant_id = (select current_tenant()) and customer_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`);
const HOLDINGS = statement("customer_holdings", `
  select (select count(*)::int from customer_order where tenant_id = (select current_tenant()) and customer_id = $1) as orders,
    (select count(*)::int from customer_note where tenant_id = (select current_tenant()) and customer_id = $1) as notes,
    (select count(*)::int from customer_consent where tenant_id = (select current_tenant()) and customer_id = $1) as consents,
    (select count(*)::int from order_draft where tenant_id = (select current_tenant()) and customer_id = $1) as drafts`);
const BESIDE = statement("personal_beside_orders", `
  select k.id,
    (select coalesce(json_agg(json_build_object('author', n.author, 'written_at', n.written_at, 'text', b.text) order by n.id), '[]') from order_note n
      join order_note_body b on b.tenant_id = n.tenant_id and b.note_id = n.id where n.tenant_id = (select current_tenant()) and n.order_id = k.id) as notes,
    (select coalesce(json_agg(json_build_object('kind', m.kind, 'state', m.state, 'created_at', m.created_at, 'message', b.message) order by m.id), '[]') from mail m
      join mail_body b on b.tenant_id = m.tenant_id and b.mail_id = m.id where m.tenant_id = (select current_tenant()) and m.order_id = k.id) as mails
  from unnest($1::uuid[]) as k (id)`);
const DRAFTS = statement("customer_drafts", `
  select id, owner, updated_at, document from order_draft where tenant_id = (select current_tenant()) and customer_id = $1 and document is not null order by id`);

interface CustomerDb {
  id: string; name: string | null; email: string | null; phone: string | null; class: string | null; locale: string | null; created_at: Date; seen_at: Date; merged_into: string | null; erased_at: Date | null; orders: number;
}
interface ConsentDb { id: string; kind: string; given: boolean; at: Date; source: string; actor: string; recorded_at: Date }

const summary = (row: CustomerDb): CustomerSummary => ({
  id: publicId("customer", row.id), name: row.name, email: row.email, phone: row.phone, class: row.class, orders: row.orders,
  last_order_at: row.orders === 0 ? null : iso(row.seen_at), created_at: iso(row.created_at),
});
const consent = (row: ConsentDb): ConsentView => ({ ...row, id: publicId("consent", row.id), at: iso(row.at), recorded_at: iso(row.recorded_at) });

/** Nothing happens to these any more by itself. */
const CLOSED: ReadonlySet<string> = new Set(["SHIPPED", "COMPLETED", "PARTIALLY_CANCELLED", "CANCELLED"]);
/** Whom a rare word names is found whole; of a common one those that are looked at first. */
const CANDIDATES = 5_000;
/** Dates that are shown of one customer. */
const PROMISES_MAX = 50;
const LAST = "\u{10FFFF}";

type Patterns = readonly { readonly word: string; readonly begins: boolean }[];
const spans = (patterns: Patterns): readonly (readonly [string, string])[] =>
  patterns.filter(({ word }) => /^[pq]/.test(word)).map(({ word, begins }) => [word, begins ? word + LAST : `${word}\u0001`] as const);

async function search(reader: Reader, tenantId: number, { words, phone, limit }: CustomerFilter): Promise<Page<CustomerSummary>> {
  const longest = (patterns: Patterns): number => Math.max(0, ...patterns.map(({ word }) => word.length));
  const groups = (words ?? []).toSorted((a, b) => longest(b) - longest(a)).map(spans);
  const asked = [...(groups.length === 0 ? [] : [groups]), ...(phone.length === 0 ? [] : [[spans(phone)]])];
  const found = await Promise.all(asked.map((question) => reader.rows<CustomerDb>(tenantId, SEARCH, [json(question), CANDIDATES, limit])));
  const rows = [...new Map(found.flat().map((row) => [row.id, row])).values()].toSorted((a, b) => b.seen_at.getTime() - a.seen_at.getTime());
  return { rows: rows.slice(0, limit).map(summary), next: null };
}

async function find(reader: Reader, tenantId: number, id: string): Promise<CustomerView | null> {
  const [[row], figures, promises, consents] = await Promise.all([
    reader.rows<CustomerDb>(tenantId, FIND, [id]), reader.rows<{ currency: string; status: string; orders: number; total_minor: number; returned: number }>(tenantId, FIGURES, [id]),
    reader.rows<{ id: string; number: number; due_at: Date | null; predicted_at: Date | null; level: string | null }>(tenantId, PROMISES, [id, PROMISES_MAX]), reader.rows<ConsentDb>(tenantId, CONSENTS, [id]),
  ]);
  if (!row) return null;
  const kept = figures.filter(({ status }) => status !== "CANCELLED");
  const spend = new Map<string, { currency: string; total_minor: number; orders: number }>();
  for (const { currency, total_minor: total, orders } of kept) {
    const before = spend.get(currency) ?? { currency, total_minor: 0, orders: 0 };
    spend.set(currency, { currency, total_minor: before.total_minor + total, orders: before.orders + orders });
  }
  const count = (rows: readonly { readonly orders: number }[]): number => rows.reduce((sum, { orders }) => sum + orders, 0);
  return {
    ...summary(row), locale: row.locale, merged_into: row.merged_into === null ? null : publicId("customer", row.merged_into), erased_at: row.erased_at === null ? null : iso(row.erased_at),
    open_orders: count(figures.filter(({ status }) => !CLOSED.has(status))), cancelled_orders: count(figures) - count(kept), returned_units: figures.reduce((sum, { returned }) => sum + returned, 0),
    spend: [...spend.values()].toSorted((a, b) => b.orders - a.orders), consents: [...new Map(consents.toReversed().map((one) => [one.kind, consent(one)])).values()],
    open_promises: promises.map((one): CustomerPromise => ({ order: publicId("order", one.id), number: one.number, due_at: one.due_at && iso(one.due_at), predicted_at: one.predicted_at && iso(one.predicted_at), level: one.level })),
  };
}

/** What customers have, and what is held of them. */
export const customerQueries = (reader: Reader): CustomerQueries => ({
  listCustomers: async (tenantId, filter) => {
    if (filter.orderId !== null) return { rows: (await reader.rows<CustomerDb>(tenantId, OF_ORDER, [filter.orderId])).map(summary), next: null };
    if (filter.words !== null) return search(reader, tenantId, filter);
    const { after, limit } = filter;
    return pageOf(await reader.rows<CustomerDb>(tenantId, LIST, [after === null ? null : new Date(Number(after[0])).toISOString(), after?.[1] ?? null, limit + 1]), limit, summary, (row) => [String(row.seen_at.getTime()), row.id]);
  },
  findCustomer: (tenantId, id) => find(reader, tenantId, id),
  listCustomerOrders: async (tenantId, id, { after, limit }) => pageOf(
    await reader.rows<Omit<CustomerOrder, "placed_at"> & { placed_at: Date }>(tenantId, ORDERS, [id, after?.[0] ?? null, limit + 1]), limit,
    (row): CustomerOrder => ({ ...row, id: publicId("order", row.id), placed_at: iso(row.placed_at) }), (row) => [row.id]),
  listCustomerNotes: async (tenantId, id, { after, limit }) => pageOf(
    await reader.rows<{ id: string; author: string; written_at: Date; text: string }>(tenantId, NOTES, [id, after?.[0] ?? null, limit + 1]), limit,
    (row): CustomerNote => ({ ...row, id: publicId("note", row.id), written_at: iso(row.written_at) }), (row) => [row.id]),
  listConsents: async (tenantId, id) => (await reader.rows<ConsentDb>(tenantId, CONSENTS, [id])).map(consent),
  customerHoldings: async (tenantId, id) => (await reader.rows<CustomerHoldings>(tenantId, HOLDINGS, [id]))[0] ?? { orders: 0, notes: 0, consents: 0, drafts: 0 },
  personalBeside: async (tenantId, orderIds) => (await reader.rows<{ id: string; notes: object[]; mails: object[] }>(tenantId, BESIDE, [orderIds])).map(({ id, ...rest }) => ({ order: publicId("order", id), ...rest })),
  customerDrafts: async (tenantId, id) => (await reader.rows<{ id: string }>(tenantId, DRAFTS, [id])).map((row) => ({ ...row, id: publicId("draft", row.id) })),
});
