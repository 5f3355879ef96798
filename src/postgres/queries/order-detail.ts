import { type DeadlineKind, RISK_CAUSES, type RiskCause, type RiskLevel } from "../../domain/fulfillment/index.ts";
import { publicId, shipmentId } from "../../domain/kernel/index.ts";
import { BUCKETS, CARRIER_OUTCOMES, type Geocode, NO_ITEM, type LineDocument, type OrderDocument } from "../../domain/order/index.ts";
import type { OrderWatchView } from "../../flows/deadline-views.ts";
import { possibleActions } from "../../flows/possible-actions.ts";
import type { HoldView, OrderLineView, OrderView } from "../../flows/queries.ts";
import { statement } from "../database.ts";
import { iso, isoText, isoTextOrNull, type Reader } from "./reader.ts";
import { readShipment, type ShipmentJson } from "./shipments.ts";

/** One statement for any number of orders, so that header, lines, holds and shipments are of one moment. */
const ORDER = statement("order_detail", `
  select o.id, o.number, o.external_id, o.status, o.currency, o.total_minor, o.placed_at, o.captured_at, o.commercial_version, o.document,
    (select c.code from channel c where c.tenant_id = o.tenant_id and c.id = o.channel_id limit 1) as channel,
    case when $2::boolean then (select c.data from order_contact c where c.tenant_id = o.tenant_id and c.order_id = o.id) end as contact,
    (select c.data -> 'geocode' from order_contact c where c.tenant_id = o.tenant_id and c.order_id = o.id) as geocode,
    (select coalesce(json_agg(row_to_json(l) order by l.line_no), '[]') from (
      select l.line_no, l.item_id, l.parent_line_no, l.ordered, l.pending, l.backordered, l.preordered, l.reserved, l.released, l.picked, l.packed, l.shipped, l.handed_over, l.cancelled,
        l.delivered, l.lost, l.returned_to_sender, l.attempts, l.document, i.name, i.quantity_scale,
        case when l.backordered + l.preordered > 0 then (
          select case when sum(c.quantity) >= l.backordered + l.preordered then max(s.due_at) end from supply_claim c join supply s on s.tenant_id = c.tenant_id and s.id = c.supply_id
          where c.tenant_id = l.tenant_id and c.order_id = l.order_id and c.line_no = l.line_no) end as expected_at
      from order_line l left join lateral (
        select i.name, i.quantity_scale from item i where i.tenant_id = l.tenant_id and i.id = l.item_id order by i.valid_from desc limit 1) i on true
      where l.tenant_id = o.tenant_id and l.order_id = o.id) l) as lines,
    (select coalesce(json_agg(row_to_json(h) order by h.hold_no), '[]') from (
      select h.hold_no, h.kind, h.scope, h.line_no, h.shipment_no, h.reason, h.owner, h.placed_at, h.due_at, h.released_at, h.released_by, h.release_reason
      from hold h where h.tenant_id = o.tenant_id and h.order_id = o.id) h) as holds,
    array(select t.tag from order_tag t where t.tenant_id = o.tenant_id and t.order_id = o.id order by t.tag collate "C") as tags,
    (select d.assignee from order_desk d where d.tenant_id = o.tenant_id and d.order_id = o.id) as assignee,
    (select row_to_json(d) from (select d.level, d.deadline, d.due_at, d.predicted_at, d.cause, d.shipment_no, d.missed, d.tried, d.tried_at, d.left_at, d.looked_at, d.open
      from order_deadline d where d.tenant_id = o.tenant_id and d.order_id = o.id) d) as watch,
    (select count(*)::int from order_note n where n.tenant_id = o.tenant_id and n.order_id = o.id) as note_count,
    (select coalesce(json_agg(row_to_json(s) order by s.shipment_no), '[]') from (
      select s.order_id, s.shipment_no, s.status, s.state_since, s.planned_ship_date, s.time_zone, s.cancel_requested, s.document,
        (select n.code from node n where n.tenant_id = s.tenant_id and n.id = s.node_id limit 1) as node,
        (select coalesce(json_agg(row_to_json(l) order by l.line_no), '[]') from (
          select l.line_no, l.reserved, l.released, l.picked, l.packed, l.shipped, l.handed_over, l.delivered, l.lost, l.returned_to_sender, ol.document ->> 'sku' as sku
          from shipment_line l join order_line ol using (tenant_id, order_id, line_no)
          where l.tenant_id = s.tenant_id and l.order_id = s.order_id and l.shipment_no = s.shipment_no) l) as lines
      from shipment s where s.tenant_id = o.tenant_id and s.order_id = o.id) s) as shipments
  from sales_order o where o.tenant_id = (select current_tenant()) and o.id = any($1::uuid[])`);

interface LineJson extends Readonly<Record<(typeof BUCKETS)[number] | (typeof CARRIER_OUTCOMES)[number], number>> {
  readonly line_no: number; readonly item_id: string; readonly parent_line_no: number | null; readonly ordered: number; readonly attempts: number; readonly document: LineDocument;
  readonly name: string | null; readonly quantity_scale: number | null;
  readonly expected_at: string | null;
}
interface HoldJson {
  readonly hold_no: number; readonly kind: string; readonly scope: string; readonly line_no: number | null; readonly shipment_no: number | null; readonly reason: string; readonly owner: string | null;
  readonly placed_at: string; readonly due_at: string | null; readonly released_at: string | null; readonly released_by: string | null; readonly release_reason: string | null;
}
interface WatchJson {
  readonly level: Exclude<RiskLevel, "safe"> | null; readonly deadline: DeadlineKind | null; readonly due_at: string | null; readonly predicted_at: string | null; readonly cause: RiskCause | null; readonly shipment_no: number | null;
  readonly missed: boolean; readonly tried: string | null; readonly tried_at: string | null; readonly left_at: string | null; readonly looked_at: string | null; readonly open: boolean;
}
interface OrderDb {
  id: string; number: number; external_id: string; status: string; currency: string; total_minor: number; placed_at: Date; captured_at: Date; commercial_version: number;
  document: OrderDocument; channel: string; contact: Record<string, unknown> | null; geocode: Geocode | null; lines: LineJson[]; holds: HoldJson[]; shipments: ShipmentJson[]; tags: string[]; assignee: string | null; note_count: number; watch: WatchJson | null;
}

export async function findOrder(reader: Reader, tenantId: number, orderId: string, personal: boolean): Promise<OrderView | null> {
  return (await findOrders(reader, tenantId, [orderId], personal))[0] ?? null;
}

export async function findOrders(reader: Reader, tenantId: number, orderIds: readonly string[], personal: boolean): Promise<OrderView[]> {
  const rows = new Map((await reader.rows<OrderDb>(tenantId, ORDER, [orderIds, personal])).map((row) => [row.id, row]));
  return orderIds.flatMap((id) => {
    const row = rows.get(id);
    return row ? [readOrder(row)] : [];
  });
}

function readOrder(row: OrderDb): OrderView {
  const { document } = row;
  const work = { status: row.status, lines: row.lines.map(readLine), holds: row.holds.map((hold) => readHold(row.id, hold)), shipments: row.shipments.map(readShipment) };
  return {
    id: publicId("order", row.id), number: row.number, channel: row.channel, external_id: row.external_id, ...work, actions: possibleActions(work), currency: row.currency, total_minor: row.total_minor,
    placed_at: iso(row.placed_at), captured_at: iso(row.captured_at), commercial_version: row.commercial_version, payment_state: document.payment_state,
    tags: row.tags, assignee: row.assignee, note_count: row.note_count,
    money: {
      merchandise_minor: document.merchandise_minor, shipping_minor: document.shipping_minor, discount_minor: document.discount_minor, tax_minor: document.tax_minor,
      tax_included: document.tax_included, other_minor: document.other_minor, total_minor: row.total_minor, payments: document.payments,
    },
    promise: document.promise ? promiseOf(document.promise) : null, watch: row.watch && readWatch(row.id, row.watch), customer_class: document.customer_class ?? null, service_level: document.service_level ?? null, pickup_node: document.pickup_node ?? null,
    pickup_slot: document.pickup_slot ? { starts_at: isoText(document.pickup_slot.starts_at), ends_at: isoText(document.pickup_slot.ends_at) } : null,
    deliver_by: isoTextOrNull(document.deliver_by), ship_by: isoTextOrNull(document.ship_by), attributes: document.attributes, geocode: row.geocode, risk: document.risk ?? null, contact: row.contact,
  };
}

/** What was found of a date stays with its row when the order has left: it is told while it is watched. */
function readWatch(orderId: string, { open, ...row }: WatchJson): OrderWatchView {
  const found = open && row.level !== null ? row : null;
  return {
    level: open && row.looked_at !== null ? (row.level ?? "safe") : null, deadline: found?.deadline ?? null, due_at: isoTextOrNull(found?.due_at ?? null), predicted_at: isoTextOrNull(found?.predicted_at ?? null),
    cause: found?.cause ?? null, reason: found?.cause ? RISK_CAUSES[found.cause] : null, shipment: found?.shipment_no ? shipmentId(orderId, found.shipment_no) : null, missed: row.missed,
    tried: found?.tried && found.tried_at ? { at: isoText(found.tried_at), outcome: found.tried } : null, left_at: isoTextOrNull(row.left_at), looked_at: isoTextOrNull(row.looked_at),
  };
}

function promiseOf({ option, arrives_at, arrivals }: NonNullable<OrderDocument["promise"]>): OrderView["promise"] {
  const all = Object.values(arrivals);
  const last = all.reduce((latest, one) => (latest === null || one === null ? null : Math.max(latest, one)), all[0] ?? null);
  return { option, arrives_at: isoTextOrNull(arrives_at), expected_at: isoTextOrNull(last) };
}

function readLine(row: LineJson): OrderLineView {
  const { document } = row;
  return {
    line: row.line_no, sku: document.sku, item: row.item_id === NO_ITEM ? null : publicId("item", row.item_id), name: row.name ?? document.title ?? null, quantity: document.quantity, unit: document.unit, quantity_scale: row.quantity_scale ?? 0,
    unit_price: document.unit_price, list_price: document.list_price ?? null, discount_minor: document.discount_minor, tax_minor: document.tax_minor, total_minor: document.total_minor, external_id: document.external_id,
    parent_line: row.parent_line_no, kit: document.kit ?? null, variant: document.variant_id ?? null, properties: document.properties ?? [], node: document.node, expected_at: isoTextOrNull(row.expected_at), ordered: row.ordered, attempts: row.attempts,
    buckets: Object.fromEntries(BUCKETS.map((bucket) => [bucket, row[bucket]])), outcomes: Object.fromEntries(CARRIER_OUTCOMES.map((outcome) => [outcome, row[outcome]])),
  };
}

const readHold = (orderId: string, row: HoldJson): HoldView => ({
  hold_no: row.hold_no, kind: row.kind, scope: row.scope, line: row.line_no, shipment: row.shipment_no === null ? null : shipmentId(orderId, row.shipment_no), reason: row.reason,
  owner: row.owner, placed_at: isoText(row.placed_at), due_at: isoTextOrNull(row.due_at), released_at: isoTextOrNull(row.released_at), released_by: row.released_by,
  release_reason: row.release_reason,
});
