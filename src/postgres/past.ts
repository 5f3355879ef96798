import type pg from "pg";
import { type PastEvent, type PastMove, type PastStock, shipmentKey } from "../domain/fulfillment/index.ts";
import type { CapacityRow } from "../domain/inventory/index.ts";
import { DAY } from "../domain/kernel/index.ts";
import type { Past, PastRange, PastSpan, StateNow } from "../flows/past.ts";
import { readClaims, readOpenClaims } from "./claims.ts";
import { instant } from "./columns.ts";
import { inTransaction, type Session, statement } from "./database.ts";
import { loadChannels, loadItemVersions, loadNodes } from "./facts.ts";
import { loadPromisable } from "./inbound.ts";
import { readOrders } from "./orders.ts";
import { countBacklog } from "./shipments.ts";
import { loadShippingFacts } from "./shipping-facts.ts";
import { loadStrategies } from "./strategies.ts";

const COUNT = statement("count_past_orders", `
  select count(*) as orders from (
    select from sales_order where tenant_id = (select current_tenant()) and captured_at >= $1 and captured_at < $2 and ($3::uuid is null or channel_id = $3) limit $4) as o`);
const EDGES = statement("past_edges", `
  select (select captured_at from sales_order where tenant_id = (select current_tenant()) and captured_at > '-infinity' order by captured_at limit 1) as first,
    (select captured_at from sales_order where tenant_id = (select current_tenant()) and captured_at > '-infinity' order by captured_at desc limit 1) as last`);
/** Commits that were made at the same time may stand in the log the other way round: as many orders as may do so are looked at. */
const SPAN_START = statement("past_span_start", `
  select min(e.position) as position
  from (select id from sales_order where tenant_id = (select current_tenant()) and captured_at >= $1 and captured_at < $2 order by captured_at, id limit 2000) as o
  cross join lateral (select position from event where tenant_id = (select current_tenant()) and order_id = o.id order by position limit 1) as e`);
const SPAN_END = statement("past_span_end", `
  select max(e.position) as position
  from (select id from sales_order where tenant_id = (select current_tenant()) and captured_at >= $1 and captured_at < $2 order by captured_at desc, id desc limit 2000) as o
  cross join lateral (select position from event where tenant_id = (select current_tenant()) and order_id = o.id and occurred_at < $2 order by position desc limit 1) as e`);
const ORDER_IDS = statement("past_order_ids", `
  select id, captured_at from sales_order
  where tenant_id = (select current_tenant()) and (captured_at, id) > ($1, $2::uuid) and captured_at < $3 and ($4::uuid is null or channel_id = $4) order by captured_at, id limit $5`);
const CAPTURED_BEFORE = statement("past_captured_before", `
  select id from sales_order where tenant_id = (select current_tenant()) and id = any($1::uuid[]) and captured_at < $2`);
const ITEM_IDS = statement("past_item_ids", `
  select distinct item_id from order_line where tenant_id = (select current_tenant()) and order_id = any($1::uuid[])`);

const EVENTS = statement("past_events", `
  select position, recorded_at::text as commit, type, order_id, reason, occurred_at,
    case when type in ('OrderRouted', 'ShipmentReleased', 'HoldPlaced', 'HoldReleased', 'ClaimCreated', 'ClaimExtended', 'ClaimReleased', 'ClaimExpired') then data end as data
  from event where tenant_id = (select current_tenant()) and position > $1 and position <= $2 order by position`);
const MOVES = statement("past_line_movements", `
  select e.position, e.order_id, m.line_no, l.item_id, m.from_bucket, m.to_bucket, m.quantity, m.node_id, m.shipment_no
  from (select position, id, order_id from event where tenant_id = (select current_tenant()) and position > $1 and position <= $2 and order_id is not null offset 0) as e
  cross join lateral (select ordinal, line_no, from_bucket, to_bucket, quantity, node_id, shipment_no from line_movement
    where tenant_id = (select current_tenant()) and order_id = e.order_id and event_id = e.id offset 0) as m
  cross join lateral (select item_id from order_line where tenant_id = (select current_tenant()) and order_id = e.order_id and line_no = m.line_no offset 0) as l
  order by e.position, m.ordinal`);
const STOCK_MOVES = statement("past_stock_movements", `
  select e.position, m.item_id, m.node_id, m.owner, m.condition, m.kind, m.on_hand
  from (select position, id from event where tenant_id = (select current_tenant()) and position > $1 and position <= $2 offset 0) as e
  cross join lateral (select ordinal, item_id, node_id, owner, condition, kind, on_hand from stock_movement where tenant_id = (select current_tenant()) and event_id = e.id order by event_id, ordinal limit 32767) as m
  order by e.position, m.ordinal`);

/** One statement sees one moment: these figures are those of that position. */
const STOCK = statement("stock_at_position", `
  select s.item_id, s.node_id, s.owner, s.condition, s.on_hand, s.reserved, (select position from event_counter where tenant_id = (select current_tenant())) as position
  from stock s where s.tenant_id = (select current_tenant()) and s.item_id = any($1::uuid[])`);
const DEMAND = statement("demand_at_position", `
  select d.item_id, d.pending, d.waiting, (select position from event_counter where tenant_id = (select current_tenant())) as position
  from unassigned_demand d where d.tenant_id = (select current_tenant()) and d.segment = '' and d.item_id = any($1::uuid[])`);
const CAPACITY = statement("past_capacity", `
  select node_id, ship_date::text as ship_date, hour, orders, units from node_capacity
  where tenant_id = (select current_tenant()) and node_id = any($1::uuid[]) and ship_date between $2::date and $3::date and hour < 24`);
const CAPACITY_OF = statement("capacity_of_orders", `
  select node_id, capacity_date::text as ship_date, capacity_hour as hour, 1 as orders, capacity_units as units from shipment
  where tenant_id = (select current_tenant()) and order_id = any($1::uuid[]) and capacity_date is not null`);
const SHIPMENTS = statement("past_shipments", `
  select order_id, shipment_no, node_id, coalesce(capacity_date, planned_ship_date)::text as ship_date, coalesce(capacity_hour, -1) as hour, coalesce(capacity_units, 0) as units from shipment
  where tenant_id = (select current_tenant()) and order_id = any($1::uuid[]) and coalesce(capacity_date, planned_ship_date) is not null`);
const FACT_CHANGES = statement("past_fact_changes", `
  select valid_from from node where tenant_id = (select current_tenant()) and valid_from > $1 and valid_from <= $2
  union select valid_from from channel where tenant_id = (select current_tenant()) and valid_from > $1 and valid_from <= $2
  union select valid_from from shipping_fact where tenant_id = (select current_tenant()) and valid_from > $1 and valid_from <= $2
  union select valid_to from shipping_fact where tenant_id = (select current_tenant()) and valid_to > $1 and valid_to <= $2
  union select valid_from from routing_strategy_version where tenant_id = (select current_tenant()) and valid_from > $1 and valid_from <= $2 order by 1`);

interface EventDb { position: number; commit: string; type: string; order_id: string | null; reason: string | null; occurred_at: Date; data: Readonly<Record<string, unknown>> | null }
interface MoveDb { position: number; order_id: string; line_no: number; item_id: string; from_bucket: PastMove["from"]; to_bucket: PastMove["to"]; quantity: number; node_id: string | null; shipment_no: number | null }
interface StockMoveDb { position: number; item_id: string; node_id: string; owner: string; condition: PastStock["condition"]; kind: string; on_hand: number }
interface StockDb { item_id: string; node_id: string; owner: string; condition: PastStock["condition"]; on_hand: number; reserved: number; position: number }
interface DemandDb { item_id: string; pending: number; waiting: number; position: number }
interface CapacityDb { node_id: string; ship_date: string; hour: number; orders: number; units: number }

const NO_ID = "00000000-0000-0000-0000-000000000000";
const utcDate = (at: number): string => new Date(at).toISOString().slice(0, 10);
const readCapacity = (row: CapacityDb): CapacityRow => ({ nodeId: row.node_id, date: row.ship_date, hour: row.hour, orders: row.orders, units: row.units });

/** The past, read page by page; each page is a short transaction. */
export function postgresPast(pool: pg.Pool): Past {
  const read = <T>(tenantId: number, work: (session: Session) => Promise<T>): Promise<T> => inTransaction(pool, tenantId, work);
  return {
    count: (tenantId, range, most) => read(tenantId, (session) => count(session, range, most)),
    span: (tenantId, range) => read(tenantId, (session) => span(session, range)),
    orderIds: (tenantId, { from, to, channelId }, after, limit) => read(tenantId, async (session) => {
      const rows = await session.rows<{ id: string; captured_at: Date }>(ORDER_IDS, [instant(after?.capturedAt ?? from), after?.id ?? NO_ID, instant(to), channelId, limit]);
      return rows.map((row) => ({ id: row.id, capturedAt: row.captured_at.getTime() }));
    }),
    capturedBefore: (tenantId, orderIds, before) => read(tenantId, async (session) => (await session.rows<{ id: string }>(CAPTURED_BEFORE, [orderIds, instant(before)])).map(({ id }) => id)),
    itemIds: (tenantId, orderIds) => read(tenantId, async (session) => (await session.rows<{ item_id: string }>(ITEM_IDS, [orderIds])).map((row) => row.item_id)),
    orders: (tenantId, ids) => read(tenantId, (session) => readOrders(session, ids)),
    state: (tenantId, itemIds) => read(tenantId, (session) => state(session, itemIds)),
    items: (tenantId, ids, { from, to }) => read(tenantId, (session) => loadItemVersions(session, ids, from, to)),
    promisable: (tenantId, itemIds) => read(tenantId, (session) => loadPromisable(session, itemIds)),
    log: (tenantId, after, until) => read(tenantId, (session) => log(session, after, until)),
    backlog: (tenantId) => read(tenantId, countBacklog),
    capacity: (tenantId, nodeIds, from, to) => read(tenantId, async (session) => (await session.rows<CapacityDb>(CAPACITY, [nodeIds, utcDate(from - DAY), utcDate(to + 32 * DAY)])).map(readCapacity)),
    capacityOf: (tenantId, orderIds) => read(tenantId, async (session) => (await session.rows<CapacityDb>(CAPACITY_OF, [orderIds])).map(readCapacity)),
    shipments: (tenantId, orderIds) => read(tenantId, async (session) => {
      const rows = await session.rows<CapacityDb & { order_id: string; shipment_no: number }>(SHIPMENTS, [orderIds]);
      return new Map(rows.map((row) => [shipmentKey(row.order_id, row.shipment_no), { nodeId: row.node_id, slot: { date: row.ship_date, hour: row.hour }, units: row.units }]));
    }),
    claims: (tenantId, ids) => read(tenantId, (session) => readClaims(session, ids)),
    openClaims: (tenantId, after, limit) => read(tenantId, (session) => readOpenClaims(session, after, limit)),
    factChanges: (tenantId, from, to) => read(tenantId, async (session) => (await session.rows<{ valid_from: Date }>(FACT_CHANGES, [instant(from), instant(to)])).map((row) => row.valid_from.getTime())),
    facts: (tenantId, at) => read(tenantId, async (session) => {
      const [channels, nodes, strategies, shipping] = await Promise.all([loadChannels(session, at), loadNodes(session, at), loadStrategies(session, at), loadShippingFacts(session, at)]);
      return { validFrom: at, channels, nodes, strategies, shipping };
    }),
  };
}

async function count(session: Session, { from, to, channelId }: PastRange, most: number): Promise<{ orders: number; first: number | null; last: number | null }> {
  const [[counted], [edges]] = await Promise.all([
    session.rows<{ orders: number }>(COUNT, [instant(from), instant(to), channelId, most]), session.rows<{ first: Date | null; last: Date | null }>(EDGES, []),
  ]);
  return { orders: counted?.orders ?? 0, first: edges?.first?.getTime() ?? null, last: edges?.last?.getTime() ?? null };
}

async function span(session: Session, { from, to }: PastRange): Promise<PastSpan> {
  const between = [instant(from), instant(to)];
  const [[start], [end]] = await Promise.all([session.rows<{ position: number | null }>(SPAN_START, between), session.rows<{ position: number | null }>(SPAN_END, between)]);
  return { after: (start?.position ?? 1) - 1, until: end?.position ?? 0 };
}

async function state(session: Session, itemIds: readonly string[]): Promise<StateNow> {
  const [stock, demand] = await Promise.all([session.rows<StockDb>(STOCK, [itemIds]), session.rows<DemandDb>(DEMAND, [itemIds])]);
  return {
    stock: stock.map((row) => ({ itemId: row.item_id, nodeId: row.node_id, owner: row.owner, condition: row.condition, onHand: row.on_hand, reserved: row.reserved, soft: 0, short: 0 })),
    stockAt: stock[0]?.position ?? 0,
    demand: demand.map((row) => ({ itemId: row.item_id, pending: row.pending, waiting: row.waiting, soft: 0 })), demandAt: demand[0]?.position ?? 0,
  };
}

async function log(session: Session, after: number, until: number): Promise<readonly PastEvent[]> {
  const between = [after, until];
  const [events, moves, stock] = await Promise.all([session.rows<EventDb>(EVENTS, between), session.rows<MoveDb>(MOVES, between), session.rows<StockMoveDb>(STOCK_MOVES, between)]);
  const [movesOf, stockOf] = [new Map<number, PastMove[]>(), new Map<number, PastStock[]>()];
  for (const row of moves) {
    push(movesOf, row.position, { orderId: row.order_id, lineNo: row.line_no, itemId: row.item_id, from: row.from_bucket, to: row.to_bucket, quantity: row.quantity, nodeId: row.node_id, shipmentNo: row.shipment_no });
  }
  for (const row of stock) {
    push(stockOf, row.position, { itemId: row.item_id, nodeId: row.node_id, owner: row.owner, condition: row.condition, kind: row.kind, onHand: row.on_hand });
  }
  return events.map((row): PastEvent => ({
    position: row.position, commit: row.commit, at: row.occurred_at.getTime(), type: row.type, orderId: row.order_id, reason: row.reason, data: row.data ?? {},
    moves: movesOf.get(row.position) ?? [], stock: stockOf.get(row.position) ?? [],
  }));
}

function push<T>(groups: Map<number, T[]>, key: number, row: T): void {
  const group = groups.get(key);
  if (group) group.push(row);
  else groups.set(key, [row]);
}
