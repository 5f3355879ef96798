import { type Journal, type Order, type Shipment, SHIPMENT_STAGES, type ShipmentStage } from "../domain/order/index.ts";
import { columns, documents, instant } from "./columns.ts";
import { type Session, statement } from "./database.ts";
import { grouped } from "./orders.ts";

const SAVE = statement("save_shipments", `
  insert into shipment (tenant_id, order_id, shipment_no, node_id, status, state_since, planned_ship_date, time_zone, cancel_requested, capacity_date, capacity_hour, capacity_units, document)
  select (select current_tenant()), * from rows from (
    unnest($1::uuid[], $2::smallint[], $3::uuid[], $4::text[], $5::timestamptz[], $6::date[], $7::text[], $8::boolean[], $9::date[], $10::smallint[], $11::bigint[]), json_array_elements($12::json))
  on conflict (tenant_id, order_id, shipment_no) do update set status = excluded.status, state_since = excluded.state_since, planned_ship_date = excluded.planned_ship_date,
    cancel_requested = excluded.cancel_requested, capacity_date = excluded.capacity_date, capacity_hour = excluded.capacity_hour, capacity_units = excluded.capacity_units,
    document = excluded.document`);
const SAVE_LINES = statement("save_shipment_lines", `
  insert into shipment_line (tenant_id, order_id, shipment_no, line_no, reserved, released, picked, packed, shipped, handed_over, delivered, lost, returned_to_sender)
  select (select current_tenant()), * from unnest($1::uuid[], $2::smallint[], $3::smallint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[])
  on conflict (tenant_id, order_id, shipment_no, line_no) do update set reserved = excluded.reserved, released = excluded.released, picked = excluded.picked, packed = excluded.packed,
    shipped = excluded.shipped, handed_over = excluded.handed_over, delivered = excluded.delivered, lost = excluded.lost, returned_to_sender = excluded.returned_to_sender`);
/** New orders' shipments are planned: everything in them is reserved. */
const INSERT = statement("insert_shipments", `
  with headers as (
    insert into shipment (tenant_id, order_id, shipment_no, node_id, status, state_since, planned_ship_date, time_zone, cancel_requested, capacity_date, capacity_hour, capacity_units, document)
    select (select current_tenant()), * from rows from (
      unnest($1::uuid[], $2::smallint[], $3::uuid[], $4::text[], $5::timestamptz[], $6::date[], $7::text[], $8::boolean[], $9::date[], $10::smallint[], $11::bigint[]), json_array_elements($12::json)))
  insert into shipment_line (tenant_id, order_id, shipment_no, line_no, reserved)
  select (select current_tenant()), * from unnest($13::uuid[], $14::smallint[], $15::smallint[], $16::bigint[])`);
const LOAD = statement("load_shipments", `
  select order_id, shipment_no, node_id, status, state_since, planned_ship_date::text as planned_ship_date, time_zone, cancel_requested,
    capacity_date::text as capacity_date, capacity_hour, capacity_units, document from shipment
  where tenant_id = (select current_tenant()) and order_id = any($1::uuid[]) order by order_id, shipment_no`);
const LOAD_LINES = statement("load_shipment_lines", `
  select order_id, shipment_no, line_no, reserved, released, picked, packed, shipped, handed_over, delivered, lost, returned_to_sender from shipment_line
  where tenant_id = (select current_tenant()) and order_id = any($1::uuid[]) order by order_id, shipment_no, line_no`);

const FIND_PLANNED = statement("find_planned_orders", `
  select s.order_id from shipment s where s.tenant_id = (select current_tenant()) and s.node_id = $1 and s.status = 'PLANNED'
    and ($2::uuid is null or exists (select from shipment_line l
      where l.tenant_id = s.tenant_id and l.order_id = s.order_id and l.shipment_no = s.shipment_no and l.reserved > 0
        and $2 = (select o.item_id from order_line o where o.tenant_id = l.tenant_id and o.order_id = l.order_id and o.line_no = l.line_no)))
  order by s.order_id desc limit $3`);
/** Through the statuses that orders with something unreleased can have, which every order is indexed by. */
const FIND_UNRELEASED = statement("find_unreleased_orders", `
  select o.order_id from (values ('PENDING'), ('ON_HOLD'), ('BACKORDERED'), ('PROCESSING'), ('PARTIALLY_SHIPPED')) as w (status)
    cross join lateral (select o.id as order_id from sales_order o where o.tenant_id = (select current_tenant()) and o.status = w.status and o.id > $1
      and exists (select from (select s.status from shipment s where s.tenant_id = o.tenant_id and s.order_id = o.id offset 0) s where s.status = 'PLANNED') order by o.id limit $2) as o
  order by o.order_id limit $2`);
const FIND_OVERDUE = statement("find_overdue_shipments", `
  with released as materialized (
    select order_id, state_since from shipment where tenant_id = (select current_tenant()) and status = 'RELEASED'
      and state_since <= $1::timestamptz - make_interval(mins => (select min((c.routing ->> 'acceptWithinMinutes')::int) from channel c
        where c.tenant_id = (select current_tenant()) and c.valid_from <= $1 and $1 < c.valid_to)))
  select distinct s.order_id from released s
    cross join lateral (select o.channel_id from sales_order o where o.tenant_id = (select current_tenant()) and o.id = s.order_id offset 0) o
    cross join lateral (select (c.routing ->> 'acceptWithinMinutes')::int as minutes from channel c
      where c.tenant_id = (select current_tenant()) and c.id = o.channel_id and c.valid_from <= $1 and $1 < c.valid_to offset 0) c
  where s.state_since <= $1 - make_interval(mins => c.minutes) limit $2`);

const FIND_UNCOLLECTED = statement("find_uncollected_shipments", `
  select distinct s.order_id from (select * from unnest($1::text[], $2::timestamptz[]) limit cardinality($1)) as n (code, since)
    cross join lateral (select s.order_id from shipment s where s.tenant_id = (select current_tenant()) and s.status = 'AT_STORE'
      and s.document ->> 'to_store' = n.code and s.state_since <= n.since order by s.state_since limit $3 offset 0) s limit $3`);

interface Owned { readonly orderId: string; readonly shipment: Shipment }

const shipmentColumns = (rows: readonly Owned[]): string[] => [...columns(rows, [
  (r) => r.orderId, (r) => r.shipment.shipmentNo, (r) => r.shipment.nodeId, (r) => r.shipment.status, (r) => instant(r.shipment.stateSince), (r) => r.shipment.plannedShipDate,
  (r) => r.shipment.timeZone, (r) => r.shipment.cancelRequested, (r) => r.shipment.capacity?.date, (r) => r.shipment.capacity?.hour, (r) => r.shipment.capacity?.units,
]), documents(rows, (r) => r.shipment.document)];

function lineColumns(rows: readonly Owned[]): string[] {
  const lines = rows.flatMap(({ orderId, shipment }) => [...shipment.lines].map(([lineNo, stages]) => ({ orderId, shipmentNo: shipment.shipmentNo, lineNo, stages })));
  return columns(lines, [
    (l) => l.orderId, (l) => l.shipmentNo, (l) => l.lineNo, ...SHIPMENT_STAGES.map((stage) => (l: { stages: Record<ShipmentStage, number> }) => l.stages[stage]),
  ]);
}

/** Shipments of new orders, and those that changed of existing ones (their orders are locked). */
const COUNT_BACKLOG = statement("count_backlog", `
  select node_id, count(*) as waiting from shipment where tenant_id = (select current_tenant()) and status in ('RELEASED', 'ACCEPTED', 'PICKED') group by node_id`);

/** Shipments that nodes were told of and have not packed, by node. */
export async function countBacklog(session: Session): Promise<ReadonlyMap<string, number>> {
  const rows = await session.rows<{ node_id: string; waiting: number }>(COUNT_BACKLOG, []);
  return new Map(rows.map(({ node_id: node, waiting }) => [node, waiting]));
}

export async function saveShipments(session: Session, journal: Journal): Promise<void> {
  const fresh = journal.newOrders.flatMap((order) => order.shipments.map((shipment) => ({ orderId: order.id, shipment })));
  const changed = [...journal.touched.values()].flatMap(({ order, shipments }) =>
    order.shipments.filter((shipment) => shipments.has(shipment.shipmentNo)).map((shipment) => ({ orderId: order.id, shipment })));
  await Promise.all([
    fresh.length === 0 ? 0 : session.run(INSERT, [...shipmentColumns(fresh), ...lineColumns(fresh).slice(0, 4)]),
    ...(changed.length === 0 ? [] : [session.run(SAVE, shipmentColumns(changed)), session.run(SAVE_LINES, lineColumns(changed))]),
  ]);
}

interface ShipmentDb {
  order_id: string; shipment_no: number; node_id: string; status: Shipment["status"]; state_since: Date; planned_ship_date: string | null; time_zone: string;
  cancel_requested: boolean; capacity_date: string | null; capacity_hour: number; capacity_units: number; document: Shipment["document"];
}
type LineDb = Record<ShipmentStage, number> & { order_id: string; shipment_no: number; line_no: number };

/** Fills in the shipments of orders that are locked already. */
export async function loadShipments(session: Session, orders: readonly Order[]): Promise<void> {
  if (orders.length === 0) return;
  const ids = orders.map((order) => order.id);
  const [shipmentRows, lineRows] = await Promise.all([session.rows<ShipmentDb>(LOAD, [ids]), session.rows<LineDb>(LOAD_LINES, [ids])]);
  const [shipments, lines] = [grouped(shipmentRows), grouped(lineRows)];
  for (const order of orders) {
    const own = lines.get(order.id) ?? [];
    order.shipments.push(...(shipments.get(order.id) ?? []).map((row): Shipment => ({
      shipmentNo: row.shipment_no, nodeId: row.node_id, timeZone: row.time_zone, status: row.status, stateSince: row.state_since.getTime(), plannedShipDate: row.planned_ship_date,
      capacity: row.capacity_date === null ? null : { date: row.capacity_date, hour: row.capacity_hour, units: row.capacity_units },
      cancelRequested: row.cancel_requested, document: row.document,
      lines: new Map(own.filter((l) => l.shipment_no === row.shipment_no).map(({ order_id: _o, shipment_no: _s, line_no, ...stages }) => [line_no, stages])),
    })));
  }
}

export const findPlannedOrders = async (session: Session, nodeId: string, itemId: string | null, limit: number): Promise<readonly string[]> =>
  (await session.rows<{ order_id: string }>(FIND_PLANNED, [nodeId, itemId, limit])).map((row) => row.order_id);

export const findUncollected = async (session: Session, stores: readonly { readonly code: string; readonly since: number }[], limit: number): Promise<readonly string[]> =>
  (await session.rows<{ order_id: string }>(FIND_UNCOLLECTED, [...columns(stores, [(one) => one.code, (one) => instant(one.since)]), limit])).map((row) => row.order_id);

/** No order has it: the least of ids. */
const BEFORE_ALL = "00000000-0000-0000-0000-000000000000";

export const findUnreleasedOrders = async (session: Session, after: string | null, limit: number): Promise<readonly string[]> =>
  (await session.rows<{ order_id: string }>(FIND_UNRELEASED, [after ?? BEFORE_ALL, limit])).map((row) => row.order_id);

export const findOverdueShipments = async (session: Session, now: number, limit: number): Promise<readonly string[]> =>
  (await session.rows<{ order_id: string }>(FIND_OVERDUE, [instant(now), limit])).map((row) => row.order_id);
