import { parsePublicId, publicId } from "../../domain/kernel/index.ts";
import type { Place } from "../../flows/access.ts";
import type { OrderCount, OrderFilter, OrderSummary, OrderUnits, Page } from "../../flows/queries.ts";
import { statement } from "../database.ts";
import { passing, testsOf } from "./order-filter.ts";
import { type Key, type Way, wayIn } from "./order-ways.ts";
import { iso, type Reader } from "./reader.ts";

/** Lines are summed in base units and counted again in the finest scale among them: 3 pieces and 2.5 kg are 5.500. */
const SUMMARIES = statement("order_summaries", `
  select o.id, o.number, o.external_id, o.status, o.currency, o.total_minor, o.placed_at, o.captured_at, o.commercial_version, o.document ->> 'payment_state' as payment_state,
    (select c.code from channel c where c.tenant_id = o.tenant_id and c.id = o.channel_id limit 1) as channel,
    sums.line_count, sums.quantity_scale, (sums.ordered * sums.grain)::float8 as ordered, (sums.cancelled * sums.grain)::float8 as cancelled, (sums.shipped * sums.grain)::float8 as shipped,
    array(select distinct (select n.code from node n where n.tenant_id = s.tenant_id and n.id = s.node_id limit 1)
      from shipment s where s.tenant_id = o.tenant_id and s.order_id = o.id and s.status <> 'CANCELLED') as nodes,
    array(select h.kind from hold h where h.tenant_id = o.tenant_id and h.order_id = o.id and h.released_at is null order by h.hold_no) as open_holds,
    array(select t.tag from order_tag t where t.tenant_id = o.tenant_id and t.order_id = o.id order by t.tag collate "C") as tags,
    (select d.assignee from order_desk d where d.tenant_id = o.tenant_id and d.order_id = o.id) as assignee,
    (select count(*)::int from order_note n where n.tenant_id = o.tenant_id and n.order_id = o.id) as note_count
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
  nodes: row.nodes, open_holds: row.open_holds, tags: row.tags, assignee: row.assignee, note_count: row.note_count,
});

/** Orders of which one page, and one count, looks at the filter. A filter that lets few of them through makes pages short, not slow. */
const EXAMINED_MAX = 5_000;
const COUNTED_MAX = 20_000;
/** Orders that are looked at first where something is asked of each. */
const FIRST_LOOK = 250;

export async function listOrders(reader: Reader, tenantId: number, filter: OrderFilter): Promise<Page<OrderSummary>> {
  const { rows: ids, next } = await listOrderIds(reader, tenantId, filter);
  return { rows: (await summariesOf(reader, tenantId, ids)).map((row) => row.summary), next };
}

/** A page of the list's ids. */
export const listOrderIds = async (reader: Reader, tenantId: number, filter: OrderFilter): Promise<Page<string>> => scan(reader, tenantId, filter, await wayIn(reader, tenantId, filter), EXAMINED_MAX);

export async function countOrders(reader: Reader, tenantId: number, filter: OrderFilter): Promise<OrderCount> {
  const { rows, next } = await scan(reader, tenantId, { ...filter, after: null }, await wayIn(reader, tenantId, filter), COUNTED_MAX);
  return { value: rows.length, exact: next === null };
}

/**
 * Walks along an index and asks the rest of the filter of what stands there, piece by piece, until the page is full or so many were
 * looked at. The next page begins after the last one shown, or the last one looked at.
 */
export async function scan(reader: Reader, tenantId: number, filter: OrderFilter, way: Way, most: number): Promise<Page<string>> {
  const tests = await testsOf(reader, tenantId, filter, way.serves);
  if (tests === null) return { rows: [], next: null };
  const rows: Key[] = [];
  let [after, examined, piece] = [way.after(filter.after), 0, tests.length === 0 ? filter.limit + 1 : Math.max(filter.limit + 1, FIRST_LOOK)];
  const pageUpTo = (last: Key | undefined): Page<string> => ({ rows: rows.slice(0, filter.limit).map(({ id }) => id), next: last === undefined ? null : way.placeOf(last) });
  for (;;) {
    const asked = Math.min(piece, most - examined);
    const keys = await way.read(reader, tenantId, after, asked);
    const passed = tests.length === 0 ? null : await passing(reader, tenantId, keys.map(({ id }) => id), tests);
    rows.push(...(passed === null ? keys : keys.filter(({ id }) => passed.has(id))));
    examined += keys.length;
    if (rows.length > filter.limit) return pageUpTo(rows[filter.limit - 1]);
    if (keys.length < asked) return pageUpTo(undefined);
    if (examined >= most) return pageUpTo(keys.at(-1));
    after = keys.at(-1) ?? after;
    piece *= 4;
  }
}

/** Rows of the list, in the order of their ids. */
export async function summariesOf(reader: Reader, tenantId: number, ids: readonly string[]): Promise<{ readonly id: string; readonly placed_at: Date; readonly captured_at: Date; readonly summary: OrderSummary }[]> {
  if (ids.length === 0) return [];
  const rows = await reader.rows<SummaryDb>(tenantId, SUMMARIES, [ids]);
  return rows.map((row) => ({ id: row.id, placed_at: row.placed_at, captured_at: row.captured_at, summary: summary(row) }));
}

const IS_AT = statement("order_is_at_places", `
  select from shipment s where s.tenant_id = (select current_tenant()) and s.order_id = $1 and s.document -> 'left' is null and (s.node_id = any($2::uuid[]) or s.document ->> 'to_store' = any($3::text[])) limit 1`);

/** Whether one of these nodes sends something of the order, or something of it is sent there. */
export const isAtPlaces = async (reader: Reader, tenantId: number, orderId: string, places: readonly Place[]): Promise<boolean> =>
  (await reader.rows(tenantId, IS_AT, [orderId, places.map(({ id }) => id), places.map(({ code }) => code)])).length > 0;

const ARE_AT = statement("orders_at_places", `
  select k.id from (select * from unnest($1::uuid[]) as k (id) limit cardinality($1)) as k
  where exists (select from shipment s where s.tenant_id = (select current_tenant()) and s.order_id = k.id and s.document -> 'left' is null and (s.node_id = any($2::uuid[]) or s.document ->> 'to_store' = any($3::text[])))`);

/** Where the units of these orders moved by these events: those that left a place by them. */
const LEFT = statement("orders_that_left_places", `
  select distinct k.order_id as id from (select * from unnest($1::uuid[], $2::uuid[]) as k (order_id, event_id) limit cardinality($1)) as k
    cross join lateral (select m.shipment_no from line_movement m where m.tenant_id = (select current_tenant()) and m.order_id = k.order_id and m.event_id = k.event_id and m.shipment_no is not null offset 0) m
    cross join lateral (select from shipment s where s.tenant_id = (select current_tenant()) and s.order_id = k.order_id and s.shipment_no = m.shipment_no and s.document -> 'left' is not null
      and (s.node_id = any($3::uuid[]) or s.document ->> 'to_store' = any($4::text[])) offset 0) s`);

/** Which orders, of those that events are about, left one of the places by them; whether they are at another of the places is not looked at. */
export async function ordersThatLeft(reader: Reader, tenantId: number, events: readonly { readonly id: string; readonly order: string }[], places: readonly Place[]): Promise<readonly string[]> {
  const pairs = events.flatMap(({ id, order }) => {
    const [event, orderId] = [parsePublicId("event", id), parsePublicId("order", order)];
    return event === undefined || orderId === undefined ? [] : [{ event, orderId }];
  });
  const rows = await reader.rows<{ id: string }>(tenantId, LEFT, [pairs.map(({ orderId }) => orderId), pairs.map(({ event }) => event), places.map(({ id }) => id), places.map(({ code }) => code)]);
  return rows.map(({ id }) => publicId("order", id));
}

/** Which of these orders are at one of the places. */
export async function ordersAtPlaces(reader: Reader, tenantId: number, orders: readonly string[], places: readonly Place[]): Promise<readonly string[]> {
  const rows = await reader.rows<{ id: string }>(tenantId, ARE_AT, [orders.flatMap((id) => parsePublicId("order", id) ?? []), places.map(({ id }) => id), places.map(({ code }) => code)]);
  return rows.map(({ id }) => publicId("order", id));
}
