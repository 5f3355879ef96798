import { parseSearch, QUERY_WORDS_MAX } from "../../domain/order/index.ts";
import { type OrderFilter, type OrderSort, sortOf } from "../../flows/queries.ts";
import { instant } from "../columns.ts";
import { type Statement, statement } from "../database.ts";
import { queryText } from "../order-search.ts";
import { nodeIdOf } from "./order-filter.ts";
import { fromMillis, type Reader } from "./reader.ts";

/**
 * The ways into the list: each walks along one index from a place on. Places are always bounded by a value, never by "or it is null",
 * so that every plan begins in the index where the page does. By id: 1 the id before which to go on, 2 limit, 3 what the way is about.
 */

const NEWEST = statement("orders_newest", `
  select o.id from sales_order o where o.tenant_id = (select current_tenant()) and o.id < $1::uuid order by o.id desc limit $2`);
/** Each status has its own place in the index, so each is read newest first and the streams are merged. */
const BY_STATUS = statement("orders_by_status", `
  select p.id from unnest($3::text[]) as wanted (status) cross join lateral (
    select o.id from sales_order o where o.tenant_id = (select current_tenant()) and o.status = wanted.status and o.id < $1::uuid order by o.id desc limit $2) p
  order by p.id desc limit $2`);
/** An order counts once however many shipments a node has of it: by its first there. */
const BY_NODE = statement("orders_by_node", `
  select first.order_id as id from shipment first
  where first.tenant_id = (select current_tenant()) and first.node_id = $3::uuid and first.order_id < $1::uuid
    and not exists (select from shipment e where e.tenant_id = first.tenant_id and e.order_id = first.order_id and e.node_id = $3 and e.shipment_no < first.shipment_no)
  order by first.order_id desc limit $2`);
/** What the nodes that somebody is limited to send, by each node's newest, and what is sent to them. */
const BY_PLACES = statement("orders_by_places", `
  select p.id from (
    select sent.id from unnest($3::uuid[]) as wanted (node_id) cross join lateral (
      select first.order_id as id from shipment first
      where first.tenant_id = (select current_tenant()) and first.node_id = wanted.node_id and first.order_id < $1::uuid and first.document -> 'left' is null
        and not exists (select from shipment e where e.tenant_id = first.tenant_id and e.order_id = first.order_id and e.node_id = wanted.node_id and e.shipment_no < first.shipment_no and e.document -> 'left' is null)
      order by first.order_id desc limit $2) sent
    union
    select received.id from unnest($4::text[]) as wanted (code) cross join lateral (
      select distinct first.order_id as id from shipment first
      where first.tenant_id = (select current_tenant()) and (first.document ->> 'to_store') is not null and first.document ->> 'to_store' = wanted.code and first.order_id < $1 and first.document -> 'left' is null
      order by first.order_id desc limit $2) received) p
  order by p.id desc limit $2`);
const BY_HOLD = statement("orders_by_hold", `
  select first.order_id as id from hold first
  where first.tenant_id = (select current_tenant()) and first.kind = $3::text and first.released_at is null and first.order_id < $1::uuid
    and not exists (select from hold e where e.tenant_id = first.tenant_id and e.order_id = first.order_id and e.kind = $3 and e.released_at is null and e.hold_no < first.hold_no)
  order by first.order_id desc limit $2`);
const BY_TAG = statement("orders_by_tag", `
  select t.order_id as id from order_tag t where t.tenant_id = (select current_tenant()) and t.tag = $3::text and t.order_id < $1::uuid order by t.order_id desc limit $2`);
const BY_ASSIGNEE = statement("orders_by_assignee", `
  select d.order_id as id from order_desk d where d.tenant_id = (select current_tenant()) and d.assignee = $3::text and d.order_id < $1::uuid order by d.order_id desc limit $2`);
/** An external id is unique per channel: one look into the index for each channel. */
const BY_EXTERNAL_ID = statement("orders_by_external_id", `
  select o.id from sales_order o
  where o.tenant_id = (select current_tenant()) and o.external_id = $3::text
    and o.channel_id = any(array(select c.id from channel c where c.tenant_id = (select current_tenant()))) and o.id < $1::uuid
  order by o.id desc limit $2`);
const BY_NUMBER = statement("orders_by_number", `
  select o.id from sales_order o where o.tenant_id = (select current_tenant()) and o.number = $3::bigint and o.id < $1::uuid order by o.id desc limit $2`);
const BY_WORDS = statement("orders_by_words", `select f.id from search_orders($3, $1::uuid, $2::int) as f (id) order by f.id desc`);

/** By an instant: 1 and 2 the instant and id after which to go on, 3 limit, 4 to 5 what the way is about. */
const PLACED = statement("orders_placed_latest", `
  select o.id, o.placed_at as at from sales_order o
  where o.tenant_id = (select current_tenant()) and (o.placed_at, o.id) < ($1::timestamptz, $2::uuid) and o.placed_at >= $4::timestamptz and o.placed_at < $5::timestamptz
  order by o.placed_at desc, o.id desc limit $3`);
const PLACED_FIRST = statement("orders_placed_oldest", `
  select o.id, o.placed_at as at from sales_order o
  where o.tenant_id = (select current_tenant()) and (o.placed_at, o.id) > ($1::timestamptz, $2::uuid) and o.placed_at >= $4::timestamptz and o.placed_at < $5::timestamptz
  order by o.placed_at, o.id limit $3`);
const CAPTURED = statement("orders_captured_latest", `
  select o.id, o.captured_at as at from sales_order o
  where o.tenant_id = (select current_tenant()) and (o.captured_at, o.id) < ($1::timestamptz, $2::uuid) and o.captured_at >= $4::timestamptz and o.captured_at < $5::timestamptz
  order by o.captured_at desc, o.id desc limit $3`);
const DUE = statement("orders_due", `
  select d.order_id as id, case when d.due_at is null then d.ship_by else d.due_at end as at from order_deadline d
  where d.tenant_id = (select current_tenant()) and d.open and case when d.due_at is null then d.ship_by else d.due_at end is not null and (case when d.due_at is null then d.ship_by else d.due_at end, d.order_id) > ($1::timestamptz, $2::uuid)
  order by case when d.due_at is null then d.ship_by else d.due_at end, d.order_id limit $3`);
/** The same for those that somebody has to look at; such an order always has due_at. */
const AT_RISK = statement("orders_at_risk", `
  select d.order_id as id, d.due_at as at from order_deadline d
  where d.tenant_id = (select current_tenant()) and d.level is not null and d.level = $4 and (d.due_at, d.order_id) > ($1::timestamptz, $2::uuid) order by d.due_at, d.order_id limit $3`);

/** Where an order stands in a list. */
export interface Key { readonly id: string; readonly at?: Date }
interface Place { readonly id: string; readonly at?: Date | string | null | undefined }

export interface Way {
  /** The part of the filter that whoever is on this way passes. */
  readonly serves: keyof OrderFilter | null;
  /** The place that a list's cursor names. */
  after(cursor: readonly string[] | null): Place;
  placeOf(key: Key): readonly string[];
  read(reader: Reader, tenantId: number, after: Place, limit: number): Promise<readonly Key[]>;
}

const LAST = "ffffffff-ffff-ffff-ffff-ffffffffffff";
const FIRST = "00000000-0000-0000-0000-000000000000";

const byId = (what: Statement, own: readonly unknown[], serves: Way["serves"] = null): Way => ({
  serves,
  after: (cursor) => ({ id: cursor?.[0] ?? LAST }),
  placeOf: ({ id }) => [id],
  read: (reader, tenantId, { id }, limit) => reader.rows<Key>(tenantId, what, [id, limit, ...own]),
});

const byInstant = (sort: Exclude<OrderSort, "newest">, what: Statement, own: readonly unknown[], serves: Way["serves"] = null): Way => ({
  serves,
  after: (cursor) => (cursor !== null ? { at: fromMillis(cursor[1]), id: cursor[2] ?? FIRST } : ASCENDING.has(sort) ? { at: "-infinity", id: FIRST } : { at: "infinity", id: LAST }),
  placeOf: ({ at, id }) => [sort, String(at?.getTime()), id],
  read: (reader, tenantId, { at, id }, limit) => reader.rows<Key>(tenantId, what, [at, id, limit, ...own]),
});
const ASCENDING: ReadonlySet<OrderSort> = new Set(["-placed", "deadline"]);

export const byWords = (query: string): Way => byId(BY_WORDS, [query]);

/** The list's order fixes the way; where it is the newest first, the most selective part of the filter leads. */
export async function wayIn(reader: Reader, tenantId: number, filter: OrderFilter): Promise<Way> {
  const sort = sortOf(filter);
  const { number, externalId, placedFrom, placedTo, capturedFrom, capturedTo } = filter;
  const placed = [instant(placedFrom) ?? "-infinity", instant(placedTo) ?? "infinity"];
  switch (sort) {
    case "placed": return byInstant(sort, PLACED, placed);
    case "-placed": return byInstant(sort, PLACED_FIRST, placed);
    case "captured": return byInstant(sort, CAPTURED, [instant(capturedFrom) ?? "-infinity", instant(capturedTo) ?? "infinity"]);
    case "deadline": return filter.level === null ? byInstant(sort, DUE, []) : byInstant(sort, AT_RISK, [filter.level], "level");
    case "newest": return number !== null ? byId(BY_NUMBER, [number]) : externalId !== null ? byId(BY_EXTERNAL_ID, [externalId]) : newest(reader, tenantId, filter);
  }
}

async function newest(reader: Reader, tenantId: number, { tag, assignee, holdKind, sku, node, statuses, places }: OrderFilter): Promise<Way> {
  if (tag !== null) return byId(BY_TAG, [tag], "tag");
  if (assignee !== null) return byId(BY_ASSIGNEE, [assignee], "assignee");
  if (holdKind !== null) return byId(BY_HOLD, [holdKind], "holdKind");
  if (places !== null) return byId(BY_PLACES, [places.map(({ id }) => id), places.map(({ code }) => code)], "places");
  const words = sku === null ? null : wordsOf(sku);
  if (words !== null) return byWords(words);
  const nodeId = node === null ? undefined : await nodeIdOf(reader, tenantId, node);
  if (nodeId !== undefined) return byId(BY_NODE, [nodeId], "node");
  return statuses === null ? byId(NEWEST, []) : byId(BY_STATUS, [[...new Set(statuses)]], "statuses");
}

/** What orders of an SKU are searched by; null where there is nothing in it that can be. */
function wordsOf(sku: string): string | null {
  const query = parseSearch(sku);
  return query.words.length === 0 || query.words.length > QUERY_WORDS_MAX ? null : queryText(query, false);
}
