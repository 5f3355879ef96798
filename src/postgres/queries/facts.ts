import { formatScaled, parsePublicId, publicId } from "../../domain/kernel/index.ts";
import { type BackorderPolicy, type ChannelChecks, type DeadlinePolicy, DEFAULT_BACKORDERS, DEFAULT_CHECKS, DEFAULT_DEADLINES, DEFAULT_OPERATIONS, DEFAULT_ROUTING_POLICY, type NodeOperations, type PriceCheck, type RoutingPolicy, type WaitingPolicy } from "../../domain/catalog/index.ts";
import { deadlinesView } from "../../flows/deadline-views.ts";
import type { GateView } from "../../flows/channel-gates.ts";
import type { ChannelView, CodeFilter, ItemFilter, ItemView, NodeFilter, NodeOperationsView, NodeView, Page } from "../../flows/queries.ts";
import { instant } from "../columns.ts";
import { statement } from "../database.ts";
import { iso, pageOf, type Reader } from "./reader.ts";

/** Taking a SKU apart is dear, so it is only done where the word stands in it at all. */
const ITEMS = statement("item_list", `
  select id, sku, gtin, name, status, quantity_scale, base_unit, units, handling_class, weight_grams, dimensions_mm, backorder, safety_stock, safety_percent, components, ship_together, attributes, waiting, hs_code, country_of_origin, valid_from
  from item where tenant_id = (select current_tenant()) and valid_from <= $1 and $1 < valid_to and ($2::text is null or sku > $2) and ($3::text is null or sku = $3)
    and ($5::text[] is null or id = $6::uuid or gtin = any($5) or not exists (
      select from unnest($5) as w (word) where position(' ' || w.word in lower(' ' || sku || ' ' || name)) = 0
        and case when position(w.word in lower(sku)) = 0 then true else position(' ' || w.word in lower(' ' || regexp_replace(sku, '[^[:alnum:]]+', ' ', 'g'))) = 0 end))
  order by sku limit $4`);
const NODES = statement("node_list", `
  select id, code, name, kind, status, priority, address, latitude, longitude, time_zone, to_char(cut_off, 'HH24:MI') as cut_off, item_classes, operations, valid_from
  from node where tenant_id = (select current_tenant()) and valid_from <= $1 and $1 < valid_to and ($2::text is null or code > $2) and ($3::text is null or code = $3) and ($5::uuid[] is null or id = any($5))
  order by code limit $4`);
const CHANNELS = statement("channel_list", `
  select c.id, c.code, c.name, c.kind, c.currency, c.node_pool, c.buffer, c.when_unavailable, c.auto_release, c.price_check, c.routing, c.strategy, c.checks, c.backorders, c.deadlines, c.valid_from,
    (select json_build_object('state', g.state, 'until', g.until, 'orders', g.orders, 'per_seconds', g.per_seconds, 'reason', g.reason, 'set_at', g.set_at, 'set_by', g.set_by, 'waiting', w.waiting, 'through_by', w.through_by)
      from channel_gate g cross join lateral (select count(*) as waiting, case when count(h.due_at) = count(*) then max(h.due_at) end as through_by from hold h join sales_order o
        on o.tenant_id = (select current_tenant()) and o.id = h.order_id and o.channel_id = c.id
        where h.tenant_id = (select current_tenant()) and h.kind = 'CHANNEL_PAUSED' and h.released_at is null) w
      where g.tenant_id = (select current_tenant()) and g.channel_id = c.id and ((g.state <> 'open' and (g.until is null or g.until > $1)) or w.waiting > 0)) as gate
  from channel c where c.tenant_id = (select current_tenant()) and c.valid_from <= $1 and $1 < c.valid_to and ($2::text is null or c.code > $2) and ($3::text is null or c.code = $3)
  order by c.code limit $4`);
type ItemDb = Omit<ItemView, "valid_from" | "backorder_limit" | "launch_at" | "preorder_limit"> & { waiting: Partial<WaitingPolicy>; valid_from: Date };
interface NodeDb extends Omit<NodeView, "coordinates" | "operations" | "valid_from"> { latitude: number | null; longitude: number | null; operations: Partial<NodeOperations>; valid_from: Date }
type Rules = Pick<ChannelView, "payment_rules" | "address_rules" | "duplicate_rules" | "velocity_rules" | "risk_rules">;
interface ChannelDb extends Omit<ChannelView, "price_check" | "routing" | "backorder_release" | "backorder_cancel_after_days" | "deadlines" | "incoterm" | "valid_from" | "gate" | keyof Rules> {
  price_check: PriceCheck | null; routing: RoutingPolicy; checks: Partial<ChannelChecks>; backorders: Partial<BackorderPolicy>; deadlines: Partial<DeadlinePolicy>; gate: GateView | null; valid_from: Date;
}
const parameters = ({ after, code, limit }: CodeFilter, now: number): unknown[] => [instant(now), after?.[0] ?? null, code, limit + 1];

/** Words are looked for at the beginnings of words of SKU and name. */
export async function listItems(reader: Reader, tenantId: number, filter: ItemFilter, now: number): Promise<Page<ItemView>> {
  const words = (filter.search ?? "").toLowerCase().split(/\s+/).filter((word) => word !== "");
  const rows = await reader.rows<ItemDb>(tenantId, ITEMS, [...parameters(filter, now), words.length === 0 ? null : words, parsePublicId("item", words[0] ?? "") ?? null]);
  return pageOf(rows, filter.limit, ({ waiting: { backorderLimit = null, launchAt = null, preorderLimit = null }, ...row }) => ({
    ...row, id: publicId("item", row.id), backorder_limit: backorderLimit, launch_at: launchAt === null ? null : new Date(launchAt).toISOString(), preorder_limit: preorderLimit, valid_from: iso(row.valid_from),
  }), (row) => [row.sku]);
}

export async function listNodes(reader: Reader, tenantId: number, filter: NodeFilter, now: number): Promise<Page<NodeView>> {
  const rows = await reader.rows<NodeDb>(tenantId, NODES, [...parameters(filter, now), filter.places?.map(({ id }) => id) ?? null]);
  return pageOf(rows, filter.limit, ({ latitude, longitude, operations, ...row }) => ({
    ...row, id: publicId("node", row.id), coordinates: latitude === null || longitude === null ? null : { latitude, longitude }, valid_from: iso(row.valid_from),
    operations: operationsOf({ ...DEFAULT_OPERATIONS, ...operations }),
  }), (row) => [row.code]);
}

const operationsOf = ({ calendar, cutOffs, processing, capacity, services, handling, pickup, pausedUntil }: NodeOperations): NodeOperationsView => ({
  calendar, cut_offs: cutOffs, services, paused_until: pausedUntil === null ? null : new Date(pausedUntil).toISOString(),
  processing: {
    minutes: processing.minutes, minutes_per_backlog_order: formatScaled(processing.milliMinutesPerBacklogOrder, 3), maximum_minutes: processing.maximumMinutes,
  },
  capacity: {
    orders_per_day: capacity.ordersPerDay, units_per_day: capacity.unitsPerDay, orders_per_hour: capacity.ordersPerHour, units_per_hour: capacity.unitsPerHour,
  },
  handling: { per_shipment_micros: handling.perShipmentMicros, per_line_micros: handling.perLineMicros, per_unit_micros: handling.perUnitMicros },
  pickup: pickup && { slot_minutes: pickup.slotMinutes, orders_per_slot: pickup.ordersPerSlot, hold_days: pickup.holdDays ?? null },
});

export async function listChannels(reader: Reader, tenantId: number, filter: CodeFilter, now: number): Promise<Page<ChannelView>> {
  const rows = await reader.rows<ChannelDb>(tenantId, CHANNELS, parameters(filter, now));
  return pageOf(rows, filter.limit, ({ price_check: check, routing, checks, backorders, deadlines, gate, ...row }) => ({
    ...row, gate: gate && { ...gate, until: utc(gate.until), set_at: iso(new Date(gate.set_at)), through_by: utc(gate.through_by) }, ...rulesOf({ ...DEFAULT_CHECKS, ...checks }), id: publicId("channel", row.id), valid_from: iso(row.valid_from),
    price_check: check && { tolerance_percent: formatScaled(check.toleranceBasisPoints, 2), tolerance_minor: check.toleranceMinor, when_unpriced: check.whenUnpriced },
    routing: {
      distance_cost_per_km_micros: routing.distanceCostPerKmMicros, split_cost_micros: routing.splitCostMicros, maximum_distance_km: routing.maximumDistanceKm,
      attempt_limit: routing.attemptLimit, cool_down_minutes: routing.coolDownMinutes, accept_within_minutes: routing.acceptWithinMinutes,
      hold_keeps_stock_minutes: routing.holdKeepsStockMinutes,
    },
    incoterm: routing.incoterm ?? DEFAULT_ROUTING_POLICY.incoterm, backorder_release: backorders.release ?? DEFAULT_BACKORDERS.release, backorder_cancel_after_days: backorders.cancelAfterDays ?? null, deadlines: deadlinesView({ ...DEFAULT_DEADLINES, ...deadlines }),
  }), (row) => [row.code]);
}

/** Instants within JSON come in the session's zone. */
const utc = (at: string | null): string | null => (at === null ? null : new Date(at).toISOString());

const rulesOf = ({ payment, address, duplicates, velocity, risk }: ChannelChecks): Rules => ({
  payment_rules: { hold: payment.hold, accept_tenders: payment.acceptTenders, due_minutes: payment.dueMinutes }, address_rules: { due_minutes: address.dueMinutes },
  duplicate_rules: duplicates && { within_minutes: duplicates.withinMinutes, by: duplicates.by, hold: duplicates.hold },
  velocity_rules: velocity && { within_minutes: velocity.withinMinutes, by: velocity.by, maximum_orders: velocity.maximumOrders, maximum_total_minor: velocity.maximumTotalMinor },
  risk_rules: risk && { review_from: risk.reviewFrom, reject_above: risk.rejectAbove, usual_total_minor: risk.usualTotalMinor },
});
