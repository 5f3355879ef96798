import { supplyOrderStatus } from "../../domain/inventory/index.ts";
import { publicId } from "../../domain/kernel/index.ts";
import type { Page, PlaceFilter } from "../../flows/queries.ts";
import type { SupplyOrderFilter, SupplyOrderView, SupplyView } from "../../flows/supply-views.ts";
import { statement } from "../database.ts";
import { iso, isoOrNull, isoText, isoTextOrNull, pageOf, type Reader } from "./reader.ts";

const SUPPLIES = statement("supply_list", `
  select s.id, s.kind, s.reference, s.due_at, s.confidence, s.quantity, s.received, s.damaged, s.claimed, s.supply_order_id, s.closed_at,
    (select i.sku from item i where i.tenant_id = s.tenant_id and i.id = s.item_id limit 1) as sku,
    (select n.code from node n where n.tenant_id = s.tenant_id and n.id = s.node_id limit 1) as node
  from supply s where s.tenant_id = (select current_tenant()) and ($1::uuid is null or s.id < $1) and (not $2::boolean or s.closed_at is null)
    and ($3::text is null or s.item_id = (select i.id from item i where i.tenant_id = (select current_tenant()) and i.sku = $3 limit 1))
    and ($4::text is null or s.node_id = (select n.id from node n where n.tenant_id = (select current_tenant()) and n.code = $4 limit 1))
  order by s.id desc limit $5`);

const SUPPLY_ORDERS = statement("supply_order_list", `
  select o.id, o.kind, o.reference, o.supplier, o.created_at, o.shipped_at,
    (select n.code from node n where n.tenant_id = o.tenant_id and n.id = o.node_id limit 1) as node,
    (select n.code from node n where n.tenant_id = o.tenant_id and n.id = o.from_node_id limit 1) as from_node,
    (select coalesce(json_agg(row_to_json(l) order by l.id), '[]') from (
      select s.id, s.kind, s.reference, s.due_at, s.confidence, s.quantity, s.received, s.damaged, s.claimed, s.closed_at,
        (select i.sku from item i where i.tenant_id = s.tenant_id and i.id = s.item_id limit 1) as sku
      from supply s where s.tenant_id = o.tenant_id and s.supply_order_id = o.id) l) as lines
  from supply_order o where o.tenant_id = (select current_tenant()) and ($1::uuid is null or o.id < $1) and ($2::uuid is null or o.id = $2)
    and ($3::text is null or o.kind = $3) and ($4::text is null or o.reference = $4)
    and (not $5::boolean or exists (select from supply s where s.tenant_id = o.tenant_id and s.supply_order_id = o.id and s.closed_at is null))
  order by o.id desc limit $6`);

interface LineJson extends Omit<SupplyView, "node" | "supply_order"> { readonly id: string }
interface OrderDb { id: string; kind: string; reference: string; supplier: string | null; created_at: Date; shipped_at: Date | null; node: string; from_node: string | null; lines: LineJson[] }
interface SupplyDb extends Omit<SupplyView, "due_at" | "closed_at" | "supply_order"> { supply_order_id: string | null; due_at: Date; closed_at: Date | null }

export async function listSupplies(reader: Reader, tenantId: number, { sku, node, open, after, limit }: PlaceFilter & { readonly open: boolean }): Promise<Page<SupplyView>> {
  const rows = await reader.rows<SupplyDb>(tenantId, SUPPLIES, [after?.[0] ?? null, open, sku, node, limit + 1]);
  return pageOf(rows, limit, ({ supply_order_id: orderId, ...row }) => ({
    ...row, id: publicId("supply", row.id), supply_order: orderId === null ? null : publicId("supplyOrder", orderId), due_at: iso(row.due_at), closed_at: isoOrNull(row.closed_at),
  }), (row) => [row.id]);
}

export async function listSupplyOrders(reader: Reader, tenantId: number, { id, kind, reference, open, after, limit }: SupplyOrderFilter): Promise<Page<SupplyOrderView>> {
  const rows = await reader.rows<OrderDb>(tenantId, SUPPLY_ORDERS, [after?.[0] ?? null, id, kind, reference, open, limit + 1]);
  return pageOf(rows, limit, ({ lines, ...row }): SupplyOrderView => ({
    ...row, id: publicId("supplyOrder", row.id), created_at: iso(row.created_at), shipped_at: isoOrNull(row.shipped_at),
    status: supplyOrderStatus({ shippedAt: row.shipped_at?.getTime() ?? null }, lines.map((line) => ({ ...line, closedAt: line.closed_at === null ? null : Date.parse(line.closed_at) }))),
    lines: lines.map((line) => ({
      ...line, id: publicId("supply", line.id), node: row.node, supply_order: publicId("supplyOrder", row.id), due_at: isoText(line.due_at), closed_at: isoTextOrNull(line.closed_at),
    })),
  }), (row) => [row.id]);
}
