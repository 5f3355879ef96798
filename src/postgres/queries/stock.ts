import { publicId } from "../../domain/kernel/index.ts";
import type { Page, StockFilter, StockMovementView, StockView } from "../../flows/queries.ts";
import { statement } from "../database.ts";
import { iso, pageOf, type Reader } from "./reader.ts";

const STOCK = statement("stock_list", `
  select s.item_id, s.node_id, s.owner, s.condition, s.on_hand, s.reserved, s.soft, s.short,
    (select i.sku from item i where i.tenant_id = s.tenant_id and i.id = s.item_id limit 1) as sku,
    (select i.quantity_scale from item i where i.tenant_id = s.tenant_id and i.id = s.item_id order by i.valid_from desc limit 1) as quantity_scale,
    (select n.code from node n where n.tenant_id = s.tenant_id and n.id = s.node_id limit 1) as node
  from stock s where s.tenant_id = (select current_tenant())
    and ($1::uuid is null or (s.item_id, s.node_id, s.owner, s.condition) > ($1, $2::uuid, $3::text, $4::text))
    and ($5::text is null or s.item_id = (select i.id from item i where i.tenant_id = (select current_tenant()) and i.sku = $5 limit 1))
    and ($6::text is null or s.node_id = (select n.id from node n where n.tenant_id = (select current_tenant()) and n.code = $6 limit 1)) and ($8::uuid[] is null or s.node_id = any($8))
  order by s.item_id, s.node_id, s.owner, s.condition limit $7`);

const MOVEMENTS = statement("stock_movement_list", `
  select m.event_id, m.ordinal, m.owner, m.condition, m.kind, m.on_hand, m.unit_cost_micros, m.cause_kind, m.cause_id, m.reason, m.occurred_at,
    (select n.code from node n where n.tenant_id = m.tenant_id and n.id = m.node_id limit 1) as node
  from stock_movement m where m.tenant_id = (select current_tenant())
    and m.item_id = (select i.id from item i where i.tenant_id = (select current_tenant()) and i.sku = $1 limit 1)
    and ($2::text is null or m.node_id = (select n.id from node n where n.tenant_id = (select current_tenant()) and n.code = $2 limit 1)) and ($6::uuid[] is null or m.node_id = any($6))
    and ($3::uuid is null or (m.event_id, m.ordinal) < ($3, $4::smallint))
  order by m.event_id desc, m.ordinal desc limit $5`);

interface StockDb extends StockView { item_id: string; node_id: string }
interface MovementDb extends Omit<StockMovementView, "event" | "sku" | "cause" | "occurred_at"> { event_id: string; ordinal: number; cause_id: string; occurred_at: Date }

export async function listStock(reader: Reader, tenantId: number, { sku, node, places, after, limit }: StockFilter): Promise<Page<StockView>> {
  const key = [0, 1, 2, 3].map((part) => after?.[part] ?? null);
  const rows = await reader.rows<StockDb>(tenantId, STOCK, [...key, sku, node, limit + 1, idsOf(places)]);
  return pageOf(rows, limit, ({ item_id: _item, node_id: _node, ...row }) => row, (row) => [row.item_id, row.node_id, row.owner, row.condition]);
}

const idsOf = (places: StockFilter["places"]): readonly string[] | null => places?.map(({ id }) => id) ?? null;

const causeOf = ({ cause_kind: kind, cause_id: id }: MovementDb): string => (kind === "order" ? publicId("order", id) : kind === "supply" ? publicId("supply", id) : publicId("event", id));

export async function listStockMovements(reader: Reader, tenantId: number, { sku, node, places, after, limit }: StockFilter): Promise<Page<StockMovementView>> {
  const rows = await reader.rows<MovementDb>(tenantId, MOVEMENTS, [sku, node, after?.[0] ?? null, after?.[1] ?? null, limit + 1, idsOf(places)]);
  return pageOf(rows, limit, (row): StockMovementView => ({
    event: publicId("event", row.event_id), sku: sku ?? "", node: row.node, owner: row.owner, condition: row.condition, kind: row.kind, on_hand: row.on_hand,
    unit_cost_micros: row.unit_cost_micros, cause_kind: row.cause_kind, cause: causeOf(row), reason: row.reason, occurred_at: iso(row.occurred_at),
  }), (row) => [row.event_id, String(row.ordinal)]);
}
