import { publicId } from "../../domain/kernel/index.ts";
import type { Page, PlaceFilter } from "../../flows/queries.ts";
import type { SupplyView } from "../../flows/supply-views.ts";
import { statement } from "../database.ts";
import { iso, isoOrNull, pageOf, type Reader } from "./reader.ts";

const SUPPLIES = statement("supply_list", `
  select s.id, s.kind, s.reference, s.due_at, s.confidence, s.quantity, s.received, s.damaged, s.claimed, s.supply_order_id, s.closed_at,
    (select i.sku from item i where i.tenant_id = s.tenant_id and i.id = s.item_id limit 1) as sku,
    (select n.code from node n where n.tenant_id = s.tenant_id and n.id = s.node_id limit 1) as node
  from supply s where s.tenant_id = (select current_tenant()) and ($1::uuid is null or s.id < $1) and (not $2::boolean or s.closed_at is null)
    and ($3::text is null or s.item_id = (select i.id from item i where i.tenant_id = (select current_tenant()) and i.sku = $3 limit 1))
    and ($4::text is null or s.node_id = (select n.id from node n where n.tenant_id = (select current_tenant()) and n.code = $4 limit 1))
  order by s.id desc limit $5`);

interface SupplyDb extends Omit<SupplyView, "due_at" | "closed_at" | "supply_order"> { supply_order_id: string | null; due_at: Date; closed_at: Date | null }

export async function listSupplies(reader: Reader, tenantId: number, { sku, node, open, after, limit }: PlaceFilter & { readonly open: boolean }): Promise<Page<SupplyView>> {
  const rows = await reader.rows<SupplyDb>(tenantId, SUPPLIES, [after?.[0] ?? null, open, sku, node, limit + 1]);
  return pageOf(rows, limit, ({ supply_order_id: orderId, ...row }) => ({
    ...row, id: publicId("supply", row.id), supply_order: orderId === null ? null : publicId("supplyOrder", orderId), due_at: iso(row.due_at), closed_at: isoOrNull(row.closed_at),
  }), (row) => [row.id]);
}
