import { publicId, shipmentId } from "../../domain/kernel/index.ts";
import { SHIPMENT_STAGES, type ShipmentDocument } from "../../domain/order/index.ts";
import type { Page, ShipmentFilter, ShipmentView } from "../../flows/queries.ts";
import { statement } from "../database.ts";
import { isoText, pageOf, type Reader } from "./reader.ts";

const ONE = statement("shipment_detail", `
  select row_to_json(s) as shipment from (
    select s.order_id, s.shipment_no, s.status, s.state_since, s.planned_ship_date, s.time_zone, s.cancel_requested, s.document,
      (select n.code from node n where n.tenant_id = s.tenant_id and n.id = s.node_id limit 1) as node,
      (select coalesce(json_agg(row_to_json(l) order by l.line_no), '[]') from (
        select l.line_no, l.reserved, l.released, l.picked, l.packed, l.shipped, l.handed_over, l.delivered, l.lost, l.returned_to_sender, ol.document ->> 'sku' as sku
        from shipment_line l join order_line ol using (tenant_id, order_id, line_no)
        where l.tenant_id = s.tenant_id and l.order_id = s.order_id and l.shipment_no = s.shipment_no) l) as lines
    from shipment s where s.tenant_id = (select current_tenant()) and s.order_id = $1 and s.shipment_no = $2) s`);

const LIST = statement("shipment_list", `
  select row_to_json(s) as shipment from (
    select s.order_id, s.shipment_no, s.status, s.state_since, s.planned_ship_date, s.time_zone, s.cancel_requested, s.document,
      (select n.code from node n where n.tenant_id = s.tenant_id and n.id = s.node_id limit 1) as node,
      (select coalesce(json_agg(row_to_json(l) order by l.line_no), '[]') from (
        select l.line_no, l.reserved, l.released, l.picked, l.packed, l.shipped, l.handed_over, l.delivered, l.lost, l.returned_to_sender, ol.document ->> 'sku' as sku
        from shipment_line l join order_line ol using (tenant_id, order_id, line_no)
        where l.tenant_id = s.tenant_id and l.order_id = s.order_id and l.shipment_no = s.shipment_no) l) as lines
    from (
      select * from shipment s
      where s.tenant_id = (select current_tenant()) and ($1::uuid is null or (s.order_id, s.shipment_no) < ($1, $2::smallint))
        and ($3::text is null or s.node_id = (select n.id from node n where n.tenant_id = (select current_tenant()) and n.code = $3 limit 1))
        and ($4::text is null or s.status = $4) and ($6::uuid[] is null or s.node_id = any($6) or s.document ->> 'to_store' = any($7::text[]))
      order by s.order_id desc, s.shipment_no desc limit $5) s
    order by s.order_id desc, s.shipment_no desc) s`);

/** A shipment as the statements above write it. */
export interface ShipmentJson {
  readonly order_id: string; readonly shipment_no: number; readonly status: string; readonly state_since: string; readonly planned_ship_date: string | null; readonly time_zone: string;
  readonly cancel_requested: boolean; readonly document: ShipmentDocument; readonly node: string | null;
  readonly lines: readonly ({ readonly line_no: number; readonly sku: string } & Readonly<Record<(typeof SHIPMENT_STAGES)[number], number>>)[];
}

const quantities = (lines: readonly { readonly line_no: number; readonly quantity: number }[]): { line: number; quantity: number }[] =>
  lines.map(({ line_no, quantity }) => ({ line: line_no, quantity }));

export function readShipment(row: ShipmentJson): ShipmentView {
  const { plan, to_store: store = null } = row.document;
  return {
    id: shipmentId(row.order_id, row.shipment_no), order: publicId("order", row.order_id), node: row.node, to_store: store, status: row.status, state_since: isoText(row.state_since),
    planned_ship_date: row.planned_ship_date, planned_carrier: plan?.carrier ?? null, planned_service: plan?.service ?? null, expected_arrival_date: plan?.arrival_date ?? null, time_zone: row.time_zone, cancel_requested: row.cancel_requested,
    ...(row.document.parcel ? { parcel: row.document.parcel } : {}),
    lines: row.lines.map((line) => ({ line: line.line_no, sku: line.sku, ...Object.fromEntries(SHIPMENT_STAGES.map((stage) => [stage, line[stage]])) })),
    packages: row.document.packages.map((one) => ({ ...one, lines: quantities(one.lines) })), cancel_lines: quantities(row.document.cancel_lines),
  };
}

export async function findShipment(reader: Reader, tenantId: number, orderId: string, shipmentNo: number): Promise<ShipmentView | null> {
  const [row] = await reader.rows<{ shipment: ShipmentJson }>(tenantId, ONE, [orderId, shipmentNo]);
  return row ? readShipment(row.shipment) : null;
}

export async function listShipments(reader: Reader, tenantId: number, { node, status, places, after, limit }: ShipmentFilter): Promise<Page<ShipmentView>> {
  const rows = await reader.rows<{ shipment: ShipmentJson }>(tenantId, LIST, [after?.[0] ?? null, after?.[1] ?? null, node, status, limit + 1, places?.map(({ id }) => id) ?? null, places?.map(({ code }) => code) ?? null]);
  return pageOf(rows, limit, (row) => readShipment(row.shipment), ({ shipment }) => [shipment.order_id, String(shipment.shipment_no)]);
}
