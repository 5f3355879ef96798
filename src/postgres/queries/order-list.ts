import { publicId } from "../../domain/kernel/index.ts";
import type { Place } from "../../flows/access.ts";
import type { OrderFilter, OrderSummary, OrderUnits, Page } from "../../flows/queries.ts";
import { instant } from "../columns.ts";
import { type Statement, statement } from "../database.ts";
import { fromMillis, iso, type Reader } from "./reader.ts";

/**
 * One statement per way into the list, each driven by the index of its filter; what else is asked for is checked row by
 * row. Parameters, everywhere: 1 id after which to go on, 2 limit, 3 statuses, 4 channel, 5 node, 6 hold kind, 7 to 8 placed,
 * 9 to 10 captured, 11 to 12 ids and codes of the nodes that who asks is limited to, 13 what the statement's own key needs.
 */

const NEWEST = statement("orders_newest", `
  select o.id from sales_order o
  where o.tenant_id = (select current_tenant()) and ($1::uuid is null or o.id < $1)
    and ($3::text[] is null or o.status = any($3)) and ($4::uuid is null or o.channel_id = $4)
    and ($5::uuid is null or exists (select from shipment s where s.tenant_id = o.tenant_id and s.order_id = o.id and s.node_id = $5))
    and ($6::text is null or exists (select from hold h where h.tenant_id = o.tenant_id and h.order_id = o.id and h.kind = $6 and h.released_at is null))
    and ($7::timestamptz is null or o.placed_at >= $7) and ($8::timestamptz is null or o.placed_at < $8)
    and ($9::timestamptz is null or o.captured_at >= $9) and ($10::timestamptz is null or o.captured_at < $10)
    and ($11::uuid[] is null or exists (select from shipment s where s.tenant_id = o.tenant_id and s.order_id = o.id and (s.node_id = any($11) or s.document ->> 'to_store' = any($12::text[]))))
  order by o.id desc limit $2`);

/** Each status has its own place in the index, so each is read newest first and the streams are merged. */
const BY_STATUS = statement("orders_by_status", `
  select p.id from unnest($3::text[]) as wanted (status) cross join lateral (
    select o.id from sales_order o
    where o.tenant_id = (select current_tenant()) and o.status = wanted.status and ($1::uuid is null or o.id < $1) and ($4::uuid is null or o.channel_id = $4)
      and ($5::uuid is null or exists (select from shipment s where s.tenant_id = o.tenant_id and s.order_id = o.id and s.node_id = $5))
      and ($6::text is null or exists (select from hold h where h.tenant_id = o.tenant_id and h.order_id = o.id and h.kind = $6 and h.released_at is null))
      and ($7::timestamptz is null or o.placed_at >= $7) and ($8::timestamptz is null or o.placed_at < $8)
      and ($9::timestamptz is null or o.captured_at >= $9) and ($10::timestamptz is null or o.captured_at < $10)
    and ($11::uuid[] is null or exists (select from shipment s where s.tenant_id = o.tenant_id and s.order_id = o.id and (s.node_id = any($11) or s.document ->> 'to_store' = any($12::text[]))))
    order by o.id desc limit $2) p
  order by p.id desc limit $2`);

/** An order counts once however many shipments a node has of it: by its first there. */
const BY_NODE = statement("orders_by_node", `
  select o.id from shipment first join sales_order o on o.tenant_id = first.tenant_id and o.id = first.order_id
  where first.tenant_id = (select current_tenant()) and first.node_id = $5::uuid and ($1::uuid is null or first.order_id < $1)
    and not exists (select from shipment e where e.tenant_id = first.tenant_id and e.order_id = first.order_id and e.node_id = $5 and e.shipment_no < first.shipment_no)
    and ($3::text[] is null or o.status = any($3)) and ($4::uuid is null or o.channel_id = $4)
    and ($6::text is null or exists (select from hold h where h.tenant_id = o.tenant_id and h.order_id = o.id and h.kind = $6 and h.released_at is null))
    and ($7::timestamptz is null or o.placed_at >= $7) and ($8::timestamptz is null or o.placed_at < $8)
    and ($9::timestamptz is null or o.captured_at >= $9) and ($10::timestamptz is null or o.captured_at < $10)
    and ($11::uuid[] is null or exists (select from shipment s where s.tenant_id = o.tenant_id and s.order_id = o.id and (s.node_id = any($11) or s.document ->> 'to_store' = any($12::text[]))))
  order by first.order_id desc limit $2`);

/** What the nodes that somebody is limited to send, by each node's newest, and what is sent to them. */
const BY_PLACES = statement("orders_by_places", `
  select p.id from (
    select sent.id from unnest($11::uuid[]) as wanted (node_id) cross join lateral (
      select o.id from shipment first join sales_order o on o.tenant_id = first.tenant_id and o.id = first.order_id
      where first.tenant_id = (select current_tenant()) and first.node_id = wanted.node_id and ($1::uuid is null or first.order_id < $1)
        and not exists (select from shipment e where e.tenant_id = first.tenant_id and e.order_id = first.order_id and e.node_id = wanted.node_id and e.shipment_no < first.shipment_no)
        and ($3::text[] is null or o.status = any($3)) and ($4::uuid is null or o.channel_id = $4)
        and ($5::uuid is null or exists (select from shipment s where s.tenant_id = o.tenant_id and s.order_id = o.id and s.node_id = $5))
        and ($6::text is null or exists (select from hold h where h.tenant_id = o.tenant_id and h.order_id = o.id and h.kind = $6 and h.released_at is null))
        and $7::timestamptz is null and $8::timestamptz is null and $9::timestamptz is null and $10::timestamptz is null
      order by first.order_id desc limit $2) sent
    union
    select received.id from unnest($12::text[]) as wanted (code) cross join lateral (
      select distinct o.id from shipment first join sales_order o on o.tenant_id = first.tenant_id and o.id = first.order_id
      where first.tenant_id = (select current_tenant()) and (first.document ->> 'to_store') is not null and first.document ->> 'to_store' = wanted.code and ($1::uuid is null or first.order_id < $1)
        and ($3::text[] is null or o.status = any($3)) and ($4::uuid is null or o.channel_id = $4)
        and ($5::uuid is null or exists (select from shipment s where s.tenant_id = o.tenant_id and s.order_id = o.id and s.node_id = $5))
        and ($6::text is null or exists (select from hold h where h.tenant_id = o.tenant_id and h.order_id = o.id and h.kind = $6 and h.released_at is null))
      order by o.id desc limit $2) received) p
  order by p.id desc limit $2`);

const BY_HOLD = statement("orders_by_hold", `
  select o.id from hold first join sales_order o on o.tenant_id = first.tenant_id and o.id = first.order_id
  where first.tenant_id = (select current_tenant()) and first.kind = $6::text and first.released_at is null and ($1::uuid is null or first.order_id < $1)
    and not exists (select from hold e where e.tenant_id = first.tenant_id and e.order_id = first.order_id and e.kind = $6 and e.released_at is null and e.hold_no < first.hold_no)
    and ($3::text[] is null or o.status = any($3)) and ($4::uuid is null or o.channel_id = $4)
    and ($5::uuid is null or exists (select from shipment s where s.tenant_id = o.tenant_id and s.order_id = o.id and s.node_id = $5))
    and ($7::timestamptz is null or o.placed_at >= $7) and ($8::timestamptz is null or o.placed_at < $8)
    and ($9::timestamptz is null or o.captured_at >= $9) and ($10::timestamptz is null or o.captured_at < $10)
    and ($11::uuid[] is null or exists (select from shipment s where s.tenant_id = o.tenant_id and s.order_id = o.id and (s.node_id = any($11) or s.document ->> 'to_store' = any($12::text[]))))
  order by first.order_id desc limit $2`);

const BY_PLACED = statement("orders_by_placed", `
  select o.id from sales_order o
  where o.tenant_id = (select current_tenant()) and ($13::timestamptz is null or (o.placed_at, o.id) < ($13, $1::uuid))
    and ($7::timestamptz is null or o.placed_at >= $7) and ($8::timestamptz is null or o.placed_at < $8)
    and ($3::text[] is null or o.status = any($3)) and ($4::uuid is null or o.channel_id = $4)
    and ($5::uuid is null or exists (select from shipment s where s.tenant_id = o.tenant_id and s.order_id = o.id and s.node_id = $5))
    and ($6::text is null or exists (select from hold h where h.tenant_id = o.tenant_id and h.order_id = o.id and h.kind = $6 and h.released_at is null))
    and ($9::timestamptz is null or o.captured_at >= $9) and ($10::timestamptz is null or o.captured_at < $10)
    and ($11::uuid[] is null or exists (select from shipment s where s.tenant_id = o.tenant_id and s.order_id = o.id and (s.node_id = any($11) or s.document ->> 'to_store' = any($12::text[]))))
  order by o.placed_at desc, o.id desc limit $2`);

const BY_CAPTURED = statement("orders_by_captured", `
  select o.id from sales_order o
  where o.tenant_id = (select current_tenant()) and ($13::timestamptz is null or (o.captured_at, o.id) < ($13, $1::uuid))
    and ($9::timestamptz is null or o.captured_at >= $9) and ($10::timestamptz is null or o.captured_at < $10)
    and ($11::uuid[] is null or exists (select from shipment s where s.tenant_id = o.tenant_id and s.order_id = o.id and (s.node_id = any($11) or s.document ->> 'to_store' = any($12::text[]))))
    and ($3::text[] is null or o.status = any($3)) and ($4::uuid is null or o.channel_id = $4)
    and ($5::uuid is null or exists (select from shipment s where s.tenant_id = o.tenant_id and s.order_id = o.id and s.node_id = $5))
    and ($6::text is null or exists (select from hold h where h.tenant_id = o.tenant_id and h.order_id = o.id and h.kind = $6 and h.released_at is null))
    and ($7::timestamptz is null or o.placed_at >= $7) and ($8::timestamptz is null or o.placed_at < $8)
  order by o.captured_at desc, o.id desc limit $2`);

/** An external id is unique per channel: one look into the index for each channel. */
const BY_EXTERNAL_ID = statement("orders_by_external_id", `
  select o.id from sales_order o
  where o.tenant_id = (select current_tenant()) and o.external_id = $13::text
    and o.channel_id = any(array(select c.id from channel c where c.tenant_id = (select current_tenant()))) and ($1::uuid is null or o.id < $1)
    and ($3::text[] is null or o.status = any($3)) and ($4::uuid is null or o.channel_id = $4)
    and ($5::uuid is null or exists (select from shipment s where s.tenant_id = o.tenant_id and s.order_id = o.id and s.node_id = $5))
    and ($6::text is null or exists (select from hold h where h.tenant_id = o.tenant_id and h.order_id = o.id and h.kind = $6 and h.released_at is null))
    and ($7::timestamptz is null or o.placed_at >= $7) and ($8::timestamptz is null or o.placed_at < $8)
    and ($9::timestamptz is null or o.captured_at >= $9) and ($10::timestamptz is null or o.captured_at < $10)
    and ($11::uuid[] is null or exists (select from shipment s where s.tenant_id = o.tenant_id and s.order_id = o.id and (s.node_id = any($11) or s.document ->> 'to_store' = any($12::text[]))))
  order by o.id desc limit $2`);

const BY_NUMBER = statement("orders_by_number", `
  select o.id from sales_order o
  where o.tenant_id = (select current_tenant()) and o.number = $13::bigint and ($1::uuid is null or o.id < $1)
    and ($3::text[] is null or o.status = any($3)) and ($4::uuid is null or o.channel_id = $4)
    and ($5::uuid is null or exists (select from shipment s where s.tenant_id = o.tenant_id and s.order_id = o.id and s.node_id = $5))
    and ($6::text is null or exists (select from hold h where h.tenant_id = o.tenant_id and h.order_id = o.id and h.kind = $6 and h.released_at is null))
    and ($7::timestamptz is null or o.placed_at >= $7) and ($8::timestamptz is null or o.placed_at < $8)
    and ($9::timestamptz is null or o.captured_at >= $9) and ($10::timestamptz is null or o.captured_at < $10)
    and ($11::uuid[] is null or exists (select from shipment s where s.tenant_id = o.tenant_id and s.order_id = o.id and (s.node_id = any($11) or s.document ->> 'to_store' = any($12::text[]))))
  order by o.id desc limit $2`);

const CHANNEL_ID = statement("channel_id_of", `select id from channel where tenant_id = (select current_tenant()) and code = $1 limit 1`);
const NODE_ID = statement("node_id_of", `select id from node where tenant_id = (select current_tenant()) and code = $1 limit 1`);

/** Lines are summed in base units and counted again in the finest scale among them: 3 pieces and 2.5 kg are 5.500. */
const SUMMARIES = statement("order_summaries", `
  select o.id, o.number, o.external_id, o.status, o.currency, o.total_minor, o.placed_at, o.captured_at, o.commercial_version, o.document ->> 'payment_state' as payment_state,
    (select c.code from channel c where c.tenant_id = o.tenant_id and c.id = o.channel_id limit 1) as channel,
    sums.line_count, sums.quantity_scale, (sums.ordered * sums.grain)::float8 as ordered, (sums.cancelled * sums.grain)::float8 as cancelled, (sums.shipped * sums.grain)::float8 as shipped,
    array(select distinct (select n.code from node n where n.tenant_id = s.tenant_id and n.id = s.node_id limit 1)
      from shipment s where s.tenant_id = o.tenant_id and s.order_id = o.id and s.status <> 'CANCELLED') as nodes,
    array(select h.kind from hold h where h.tenant_id = o.tenant_id and h.order_id = o.id and h.released_at is null order by h.hold_no) as open_holds
  from unnest($1::uuid[]) with ordinality as wanted (id, place) join sales_order o on o.tenant_id = (select current_tenant()) and o.id = wanted.id
  cross join lateral (
    select (count(*) filter (where l.parent_line_no is null))::int as line_count, coalesce(max(l.scale), 0) as quantity_scale, power(10::numeric, coalesce(max(l.scale), 0)) as grain,
      coalesce(sum(l.ordered * l.unit), 0) as ordered, coalesce(sum(l.cancelled * l.unit), 0) as cancelled, coalesce(sum((l.shipped + l.handed_over) * l.unit), 0) as shipped
    from (
      select l.parent_line_no, l.ordered, l.cancelled, l.shipped, l.handed_over, coalesce(i.quantity_scale, 0)::int as scale, power(10::numeric, -coalesce(i.quantity_scale, 0)) as unit
      from order_line l left join lateral (
        select i.quantity_scale from item i where i.tenant_id = l.tenant_id and i.id = l.item_id order by i.valid_from desc limit 1) i on true
      where l.tenant_id = o.tenant_id and l.order_id = o.id) l) sums
  order by wanted.place`);

interface SummaryDb extends Omit<OrderSummary, "id" | "placed_at" | "captured_at" | "units">, OrderUnits { id: string; placed_at: Date; captured_at: Date }

const summary = (row: SummaryDb): OrderSummary => ({
  id: publicId("order", row.id), number: row.number, channel: row.channel, external_id: row.external_id, status: row.status, currency: row.currency, total_minor: row.total_minor,
  placed_at: iso(row.placed_at), captured_at: iso(row.captured_at), commercial_version: row.commercial_version, payment_state: row.payment_state, line_count: row.line_count,
  units: { ordered: row.ordered, cancelled: row.cancelled, shipped: row.shipped, quantity_scale: row.quantity_scale },
  nodes: row.nodes, open_holds: row.open_holds,
});

export async function listOrders(reader: Reader, tenantId: number, filter: OrderFilter): Promise<Page<OrderSummary>> {
  const ids = await matching(reader, tenantId, filter, filter.limit + 1);
  const rows = await summariesOf(reader, tenantId, ids.slice(0, filter.limit));
  const last = rows.at(-1);
  const { key } = wayIn(filter);
  return { rows: rows.map((row) => row.summary), next: ids.length > filter.limit && last ? [...(key === null ? [] : [String(last[key].getTime())]), last.id] : null };
}

/** Rows of the list, in the order of their ids. */
export async function summariesOf(reader: Reader, tenantId: number, ids: readonly string[]): Promise<{ readonly id: string; readonly placed_at: Date; readonly captured_at: Date; readonly summary: OrderSummary }[]> {
  if (ids.length === 0) return [];
  const rows = await reader.rows<SummaryDb>(tenantId, SUMMARIES, [ids]);
  return rows.map((row) => ({ id: row.id, placed_at: row.placed_at, captured_at: row.captured_at, summary: summary(row) }));
}

export const countOrders = async (reader: Reader, tenantId: number, filter: OrderFilter, limit: number): Promise<number> =>
  (await matching(reader, tenantId, { ...filter, after: null }, limit)).length;

/** Ids of orders that pass the filter, whatever it searches for. */
export async function matching(reader: Reader, tenantId: number, filter: OrderFilter, limit: number): Promise<string[]> {
  const values = await filterValues(reader, tenantId, filter, limit);
  if (values === null) return [];
  const { statement: what, key, own } = wayIn(filter);
  const last = key === null ? own : [fromMillis(filter.after?.[0])];
  return (await reader.rows<{ id: string }>(tenantId, what, [...values, ...last])).map((row) => row.id);
}

/** Parameters 1 to 12; null where the filter names a channel or node that is not there. */
export async function filterValues(reader: Reader, tenantId: number, filter: OrderFilter, limit: number): Promise<readonly unknown[] | null> {
  const channel = filter.channel === null ? null : await idOf(reader, tenantId, CHANNEL_ID, filter.channel);
  const node = filter.node === null ? null : await idOf(reader, tenantId, NODE_ID, filter.node);
  if (channel === undefined || node === undefined) return null;
  return [
    filter.after?.at(-1) ?? null, limit, filter.statuses === null ? null : [...new Set(filter.statuses)], channel, node, filter.holdKind,
    instant(filter.placedFrom), instant(filter.placedTo), instant(filter.capturedFrom), instant(filter.capturedTo),
    filter.places?.map(({ id }) => id) ?? null, filter.places?.map(({ code }) => code) ?? null,
  ];
}

interface WayIn {
  readonly statement: Statement;
  /** The instant the list is sorted by, where it is not capture order. */
  readonly key: "placed_at" | "captured_at" | null;
  readonly own: readonly unknown[];
}

/** The most selective filter leads. Ranges come before all that names no single order, because they fix the order of the list. */
function wayIn({ number, externalId, placedFrom, placedTo, capturedFrom, capturedTo, holdKind, node, statuses, places }: OrderFilter): WayIn {
  if (number !== null) return { statement: BY_NUMBER, key: null, own: [number] };
  if (externalId !== null) return { statement: BY_EXTERNAL_ID, key: null, own: [externalId] };
  if (placedFrom !== null || placedTo !== null) return { statement: BY_PLACED, key: "placed_at", own: [] };
  if (capturedFrom !== null || capturedTo !== null) return { statement: BY_CAPTURED, key: "captured_at", own: [] };
  if (places !== null) return { statement: BY_PLACES, key: null, own: [] };
  if (holdKind !== null) return { statement: BY_HOLD, key: null, own: [] };
  if (node !== null) return { statement: BY_NODE, key: null, own: [] };
  return { statement: statuses === null ? NEWEST : BY_STATUS, key: null, own: [] };
}

const idOf = async (reader: Reader, tenantId: number, what: Statement, code: string): Promise<string | undefined> =>
  (await reader.rows<{ id: string }>(tenantId, what, [code]))[0]?.id;

const IS_AT = statement("order_is_at_places", `
  select from shipment s where s.tenant_id = (select current_tenant()) and s.order_id = $1 and (s.node_id = any($2::uuid[]) or s.document ->> 'to_store' = any($3::text[])) limit 1`);

/** Whether one of these nodes sends something of the order, or something of it is sent there. */
export const isAtPlaces = async (reader: Reader, tenantId: number, orderId: string, places: readonly Place[]): Promise<boolean> =>
  (await reader.rows(tenantId, IS_AT, [orderId, places.map(({ id }) => id), places.map(({ code }) => code)])).length > 0;
