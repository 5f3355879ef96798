import { supplyOrderStatus } from "../../domain/inventory/index.ts";
import { publicId, shipmentId } from "../../domain/kernel/index.ts";
import type { EventView, Page, PlaceFilter } from "../../flows/queries.ts";
import type { ShortageView, SupplyClaimView, SupplyOrderFilter, SupplyOrderView, SupplyQueries, SupplyView } from "../../flows/supply-views.ts";
import { statement } from "../database.ts";
import { type EventDb, readEvent } from "./events.ts";
import { fromMillis, iso, isoOrNull, isoText, isoTextOrNull, pageOf, type Reader } from "./reader.ts";

const SUPPLIES = statement("supply_list", `
  select s.id, s.kind, s.reference, s.due_at, s.confidence, s.quantity, s.received, s.damaged, s.claimed, s.supply_order_id, s.closed_at, i.sku, i.name, i.gtin, i.base_unit, i.quantity_scale,
    (select n.code from node n where n.tenant_id = s.tenant_id and n.id = s.node_id limit 1) as node
  from supply s cross join lateral (select i.* from item i where i.tenant_id = s.tenant_id and i.id = s.item_id order by i.valid_from desc limit 1) i where s.tenant_id = (select current_tenant()) and ($1::uuid is null or s.id < $1) and (not $2::boolean or s.closed_at is null)
    and ($3::text is null or s.item_id = (select i.id from item i where i.tenant_id = (select current_tenant()) and i.sku = $3 limit 1))
    and ($4::text is null or s.node_id = (select n.id from node n where n.tenant_id = (select current_tenant()) and n.code = $4 limit 1))
  order by s.id desc limit $5`);

/** Later than whatever is due: where documents stand of which nothing is still to come. */
const NEVER = Date.UTC(9999, 0);
/** In one of two orders; the one that is not asked for is a constant, which nothing is sorted by. */
const SUPPLY_ORDERS = statement("supply_order_list", `
  select o.id, o.kind, o.reference, o.supplier, o.created_at, o.shipped_at, d.due_at,
    (select n.code from node n where n.tenant_id = o.tenant_id and n.id = o.node_id limit 1) as node,
    (select n.code from node n where n.tenant_id = o.tenant_id and n.id = o.from_node_id limit 1) as from_node,
    (select coalesce(json_agg(row_to_json(l) order by l.id), '[]') from (
      select s.id, s.kind, s.reference, s.due_at, s.confidence, s.quantity, s.received, s.damaged, s.claimed, s.closed_at, i.sku, i.name, i.gtin, i.base_unit, i.quantity_scale
      from supply s cross join lateral (select i.* from item i where i.tenant_id = s.tenant_id and i.id = s.item_id order by i.valid_from desc limit 1) i
      where s.tenant_id = o.tenant_id and s.supply_order_id = o.id) l) as lines
  from supply_order o cross join lateral (select min(s.due_at) filter (where s.closed_at is null) as due_at from supply s where s.tenant_id = o.tenant_id and s.supply_order_id = o.id) d
  where o.tenant_id = (select current_tenant()) and ($2::uuid is null or o.id = $2) and ($3::text is null or o.kind = $3) and ($4::text is null or o.reference = $4)
    and (not $5::boolean or d.due_at is not null) and ($7::uuid[] is null or o.node_id = any($7) or o.from_node_id = any($7))
    and ($8::text is null or o.node_id = (select n.id from node n where n.tenant_id = (select current_tenant()) and n.code = $8 limit 1))
    and ($1::uuid is null or case when $10::boolean then (coalesce(d.due_at, '9999-01-01Z'), o.id) > ($9::timestamptz, $1) else o.id < $1 end)
  order by case when $10 then coalesce(d.due_at, '9999-01-01Z') end, case when $10 then o.id end, o.id desc limit $6`);

const CLAIMS = statement("supply_order_claims", `
  select c.supply_id, c.order_id, c.line_no, c.quantity, s.due_at, i.sku, i.quantity_scale, o.number
  from supply s cross join lateral (select i.* from item i where i.tenant_id = s.tenant_id and i.id = s.item_id order by i.valid_from desc limit 1) i join supply_claim c on c.tenant_id = s.tenant_id and c.supply_id = s.id join sales_order o on o.tenant_id = c.tenant_id and o.id = c.order_id
  where s.tenant_id = (select current_tenant()) and s.supply_order_id = $1 and ($2::uuid is null or (c.supply_id, c.order_id, c.line_no) > ($2, $3::uuid, $4::smallint))
  order by c.supply_id, c.order_id, c.line_no limit $5`);

/** Word for word the condition of the index. */
const HISTORY = statement("supply_order_history", `
  select e.position, e.id, e.type, e.order_id, e.actor, e.reason, e.occurred_at, e.recorded_at, e.data, coalesce(k.name, u.name) as actor_name
  from event e left join api_key k on k.tenant_id = e.tenant_id and e.actor like 'key\\_%' and e.actor = 'key_' || replace(k.id::text, '-', '')
    left join app_user u on u.tenant_id = e.tenant_id and e.actor like 'usr\\_%' and e.actor = 'usr_' || replace(u.id::text, '-', '')
  where e.tenant_id = (select current_tenant()) and coalesce(e.data ->> 'supply_order', e.data ->> 'supply') = any($1::text[])
    and e.type in ('SupplyOrderCreated', 'SupplyCreated', 'SupplyShipped', 'SupplyChanged', 'SupplyDiscrepancy', 'StockReceived')
  order by e.position desc limit $2`);

const SHORTAGES = statement("shortage_list", `
  select s.item_id, s.node_id, s.on_hand, s.reserved, s.short, i.sku, i.name, i.base_unit, i.quantity_scale, n.code as node, coalesce(w.orders, '[]') as orders
  from stock s cross join lateral (select i.* from item i where i.tenant_id = s.tenant_id and i.id = s.item_id order by i.valid_from desc limit 1) i cross join lateral (select n.code from node n where n.tenant_id = s.tenant_id and n.id = s.node_id order by n.valid_from desc limit 1) n
  left join lateral (select json_agg(x order by x.planned, x.order_id) as orders from (
    select p.order_id, p.shipment_no, p.status, p.status = 'PLANNED' as planned, o.number, sum(l.reserved + l.released + l.picked + l.packed) as quantity
    from shipment p join shipment_line l on l.tenant_id = p.tenant_id and l.order_id = p.order_id and l.shipment_no = p.shipment_no
      join order_line x on x.tenant_id = l.tenant_id and x.order_id = l.order_id and x.line_no = l.line_no and x.item_id = s.item_id join sales_order o on o.tenant_id = p.tenant_id and o.id = p.order_id
    where p.tenant_id = s.tenant_id and p.node_id = s.node_id and p.status in ('PLANNED', 'RELEASED', 'ACCEPTED', 'PICKED', 'PACKED') and l.reserved + l.released + l.picked + l.packed > 0
    group by p.order_id, p.shipment_no, p.status, o.number order by planned, p.order_id limit 50) x) w on true
  where s.tenant_id = (select current_tenant()) and s.short > 0 and s.owner = '' and s.condition = 'A' and ($1::uuid is null or (s.item_id, s.node_id) > ($1, $2::uuid))
    and ($3::uuid[] is null or s.node_id = any($3)) and ($4::text is null or n.code = $4)
  order by s.item_id, s.node_id limit $5`);

const NUMBERS = statement("order_numbers", `select id, number from sales_order where tenant_id = (select current_tenant()) and id = any($1::uuid[])`);

interface LineJson extends Omit<SupplyView, "node" | "supply_order"> { readonly id: string }
interface OrderDb { id: string; kind: string; reference: string; supplier: string | null; created_at: Date; shipped_at: Date | null; due_at: Date | null; node: string; from_node: string | null; lines: LineJson[] }
interface SupplyDb extends Omit<SupplyView, "due_at" | "closed_at" | "supply_order"> { supply_order_id: string | null; due_at: Date; closed_at: Date | null }

async function listSupplies(reader: Reader, tenantId: number, { sku, node, open, after, limit }: PlaceFilter & { readonly open: boolean }): Promise<Page<SupplyView>> {
  const rows = await reader.rows<SupplyDb>(tenantId, SUPPLIES, [after?.[0] ?? null, open, sku, node, limit + 1]);
  return pageOf(rows, limit, ({ supply_order_id: orderId, ...row }) => ({
    ...row, id: publicId("supply", row.id), supply_order: orderId === null ? null : publicId("supplyOrder", orderId), due_at: iso(row.due_at), closed_at: isoOrNull(row.closed_at),
  }), (row) => [row.id]);
}

async function listSupplyOrders(reader: Reader, tenantId: number, { id, kind, reference, open, node, places, sort, after, limit }: SupplyOrderFilter): Promise<Page<SupplyOrderView>> {
  const [key = null, at] = after ?? [];
  const rows = await reader.rows<OrderDb>(tenantId, SUPPLY_ORDERS, [key, id, kind, reference, open, limit + 1, places?.map((place) => place.id) ?? null, node, sort === "due" && at !== undefined ? fromMillis(at) : null, sort === "due"]);
  return pageOf(rows, limit, ({ lines, ...row }): SupplyOrderView => ({
    ...row, id: publicId("supplyOrder", row.id), created_at: iso(row.created_at), shipped_at: isoOrNull(row.shipped_at), due_at: isoOrNull(row.due_at),
    status: supplyOrderStatus({ shippedAt: row.shipped_at?.getTime() ?? null }, lines.map((line) => ({ ...line, closedAt: line.closed_at === null ? null : Date.parse(line.closed_at) }))),
    lines: lines.map((line) => ({
      ...line, id: publicId("supply", line.id), node: row.node, supply_order: publicId("supplyOrder", row.id), due_at: isoText(line.due_at), closed_at: isoTextOrNull(line.closed_at),
    })),
  }), (row) => [row.id, ...(sort === "due" ? [String(row.due_at?.getTime() ?? NEVER)] : [])]);
}

interface ClaimDb extends Pick<SupplyClaimView, "quantity" | "sku" | "quantity_scale"> { supply_id: string; order_id: string; line_no: number; number: number; due_at: Date }
interface ShortageDb extends Omit<ShortageView, "orders"> { item_id: string; node_id: string; orders: { order_id: string; shipment_no: number; status: string; number: number; quantity: number }[] }

async function listSupplyClaims(reader: Reader, tenantId: number, { id, after, limit }: Parameters<SupplyQueries["listSupplyClaims"]>[1]): Promise<Page<SupplyClaimView>> {
  const rows = await reader.rows<ClaimDb>(tenantId, CLAIMS, [id, after?.[0] ?? null, after?.[1] ?? null, after?.[2] ?? null, limit + 1]);
  return pageOf(rows, limit, (row): SupplyClaimView => ({
    supply: publicId("supply", row.supply_id), sku: row.sku, order: publicId("order", row.order_id), order_number: row.number, line: row.line_no, quantity: row.quantity, quantity_scale: row.quantity_scale, due_at: iso(row.due_at),
  }), (row) => [row.supply_id, row.order_id, String(row.line_no)]);
}

async function listShortages(reader: Reader, tenantId: number, { places, node, after, limit }: Parameters<SupplyQueries["listShortages"]>[1]): Promise<Page<ShortageView>> {
  const rows = await reader.rows<ShortageDb>(tenantId, SHORTAGES, [after?.[0] ?? null, after?.[1] ?? null, places?.map(({ id }) => id) ?? null, node, limit + 1]);
  return pageOf(rows, limit, ({ item_id: _item, node_id: _node, orders, ...row }): ShortageView => ({
    ...row, orders: orders.map((one) => ({ order: publicId("order", one.order_id), order_number: one.number, shipment: shipmentId(one.order_id, one.shipment_no), status: one.status, quantity: one.quantity })),
  }), (row) => [row.item_id, row.node_id]);
}

export const supplyQueries = (reader: Reader): SupplyQueries => ({
  listSupplies: (tenantId, filter) => listSupplies(reader, tenantId, filter),
  listSupplyOrders: (tenantId, filter) => listSupplyOrders(reader, tenantId, filter),
  listSupplyClaims: (tenantId, filter) => listSupplyClaims(reader, tenantId, filter),
  supplyHistory: async (tenantId, { id, lines }, limit): Promise<readonly EventView[]> => (await reader.rows<EventDb>(tenantId, HISTORY, [[id, ...lines.map((line) => line.id)], limit])).map(readEvent),
  listShortages: (tenantId, filter) => listShortages(reader, tenantId, filter),
  orderNumbers: async (tenantId, orderIds) => (orderIds.length === 0 ? new Map() : new Map((await reader.rows<{ id: string; number: number }>(tenantId, NUMBERS, [orderIds])).map(({ id, number }) => [id, number]))),
});
