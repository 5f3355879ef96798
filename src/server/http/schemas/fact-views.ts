import { z } from "zod";
import type { NodeCapacityView, UsageView } from "../../../flows/node-capacity.ts";
import type { PriceAnswer } from "../../../flows/explain-price.ts";
import type { ChannelView, ClaimView, ExceptionView, ItemView, NodeView, PriceListView, PriceView, StockMovementView, StockView } from "../../../flows/queries.ts";
import { SCOPES } from "../../../flows/access.ts";

const maybe = <T extends z.ZodType>(one: T): z.ZodNullable<T> => z.nullable(one);
const text = z.string();
const whole = z.int();
const instant = z.iso.datetime();
const texts = z.record(text, text);

export const item: z.ZodType<ItemView> = z.object({
  id: text, sku: text, gtin: maybe(text), name: text, status: text, quantity_scale: whole, base_unit: text, units: z.array(z.object({ name: text, factor: whole })),
  handling_class: text, weight_grams: maybe(whole), dimensions_mm: maybe(z.array(whole)), backorder: z.boolean(), backorder_limit: maybe(whole), launch_at: maybe(instant), preorder_limit: maybe(whole), safety_stock: whole, safety_percent: whole,
  components: maybe(z.array(z.object({ sku: text, quantity: whole }))), ship_together: z.boolean(), hs_code: maybe(text), country_of_origin: maybe(text), attributes: texts, valid_from: instant,
}).meta({ id: "Item" });

export const node: z.ZodType<NodeView> = z.object({
  id: text, code: text, name: text, kind: text, status: text, priority: whole, address: texts, coordinates: maybe(z.object({ latitude: z.number(), longitude: z.number() })),
  time_zone: text, cut_off: maybe(text), item_classes: maybe(z.array(text)), valid_from: instant,
  operations: z.object({
    calendar: maybe(text), cut_offs: z.array(z.object({ carrier: maybe(text), service: maybe(text), time: text })),
    processing: z.object({ minutes: whole, minutes_per_backlog_order: text, maximum_minutes: maybe(whole) }),
    capacity: z.object({ orders_per_day: maybe(whole), units_per_day: maybe(whole), orders_per_hour: maybe(whole), units_per_hour: maybe(whole) }),
    services: maybe(z.array(text)), handling: z.object({ per_shipment_micros: whole, per_line_micros: whole, per_unit_micros: whole }),
    pickup: maybe(z.object({ slot_minutes: whole, orders_per_slot: maybe(whole), hold_days: maybe(whole) })), paused_until: maybe(instant),
  }),
}).meta({ id: "Node" });

const usage: z.ZodType<UsageView> = z.object({ limit: maybe(whole), taken: whole, free: maybe(whole) });
export const capacityOfNode: z.ZodType<NodeCapacityView> = z.object({
  node: text, time_zone: text, days: z.array(z.object({ date: z.iso.date(), orders: usage, units: usage, hours: z.array(z.object({ hour: whole, orders: usage, units: usage })),
    slots: z.array(z.object({ starts_at: instant, orders: usage })).describe("Slots in which orders are to be collected, of which some place is taken.") })),
}).meta({ id: "NodeCapacity" });

const handlingTime = maybe(z.object({
  hours: maybe(whole), business_days: maybe(whole), calendar: maybe(text), time_zone: text, cut_off: maybe(text),
}));
const rateLimit = maybe(z.object({ threshold_percent: text, window_days: whole }));

export const channel: z.ZodType<ChannelView> = z.object({
  id: text, code: text, name: text, kind: text, currency: text, node_pool: maybe(z.array(text)), buffer: whole, when_unavailable: text, auto_release: z.boolean(),
  price_check: maybe(z.object({ tolerance_percent: text, tolerance_minor: whole, when_unpriced: text })),
  routing: z.record(text, maybe(whole)), strategy: maybe(text), incoterm: text, backorder_release: text, backorder_cancel_after_days: maybe(whole), payment_rules: z.object({ hold: z.array(text), accept_tenders: z.array(text), due_minutes: maybe(whole) }),
  address_rules: z.object({ due_minutes: maybe(whole) }), duplicate_rules: maybe(z.object({ within_minutes: whole, by: z.array(text), hold: text })),
  velocity_rules: maybe(z.object({ within_minutes: whole, by: z.array(text), maximum_orders: maybe(whole), maximum_total_minor: maybe(whole) })),
  risk_rules: maybe(z.object({ review_from: whole, reject_above: maybe(whole), usual_total_minor: maybe(whole) })),
  deadlines: z.object({ ship_by: handlingTime, deliver_by: handlingTime, warn_minutes: whole, rescue_cost_micros: maybe(whole), late_shipments: rateLimit, cancellations: rateLimit }),
  gate: maybe(z.object({ state: text, until: maybe(instant), orders: maybe(whole), per_seconds: maybe(whole), reason: text, set_at: instant, set_by: text, waiting: whole, through_by: maybe(instant) }))
    .describe("Where it is paused or throttled: how, and how many orders wait until when."), valid_from: instant,
}).meta({ id: "Channel" });

export const priceList: z.ZodType<PriceListView> = z.object({
  id: text, code: text, name: text, currency: text, tax_included: z.boolean(), channels: maybe(z.array(text)), customer_class: maybe(text),
}).meta({ id: "PriceList" });

const priceFields = { sku: text, unit: maybe(text), minimum_quantity: text, unit_price: text, valid_from: instant, valid_to: maybe(instant) };
export const price: z.ZodType<PriceView> = z.object(priceFields).meta({ id: "Price" });
/** A price as it is now; changed says whether it was otherwise before. */
export const savedPrice = z.object({ price_list: text, ...priceFields, changed: z.boolean() }).meta({ id: "SavedPrice" });
export const explainedPrice: z.ZodType<PriceAnswer> = z.object({
  at: instant, currency: text, tax_included: z.boolean(), unit_price: maybe(text), price_list: maybe(text), reason: text, prices: z.array(z.object({ price_list: text, ...priceFields })),
}).meta({ id: "ExplainedPrice" });

export const stock: z.ZodType<StockView> = z.object({
  sku: text, node: text, owner: text, condition: text, on_hand: whole, reserved: whole, soft: whole, short: whole, quantity_scale: whole,
}).meta({ id: "Stock" });

export const stockMovement: z.ZodType<StockMovementView> = z.object({
  event: text, sku: text, node: text, owner: text, condition: text, kind: text, on_hand: whole, unit_cost_micros: maybe(whole), cause_kind: text, cause: text,
  reason: maybe(text), occurred_at: instant,
}).meta({ id: "StockMovement" });

export const claim: z.ZodType<ClaimView> = z.object({
  id: text, status: text, reference: maybe(text), created_at: instant, expires_at: instant, lines: z.array(z.object({ sku: text, node: maybe(text), quantity: whole })),
}).meta({ id: "Claim" });

export const exception: z.ZodType<ExceptionView> = z.object({
  id: text, kind: text, order: maybe(text), order_number: maybe(whole), line: maybe(whole), shipment: maybe(text), sku: maybe(text), node: maybe(text), reason: text,
  opened_at: instant, resolved_at: maybe(instant),
}).meta({ id: "Exception" });

export const savedItem = z.object({ id: text, sku: text });
export const savedFact = z.object({ id: text, code: text });
export const stockChanged = z.object({ sku: text, node: text, on_hand: whole, change: whole, short: whole }).meta({ id: "StockChange" });
export const claimChanged = z.object({ id: text, status: text, reference: maybe(text), expires_at: instant }).meta({ id: "ClaimChange" });

export const apiKey = z.object({
  id: text, name: text, hint: text, scopes: z.array(z.enum(SCOPES)), created_at: instant, expires_at: maybe(instant), revoked_at: maybe(instant), last_used_at: maybe(instant), rotated_from: maybe(text),
}).meta({ id: "ApiKey" });
/** A new key: the one time it is shown. */
export const newApiKey = z.object({ key: text, api_key: apiKey }).meta({ id: "NewApiKey" });
export const signInLink = z.object({ path: text, url: text.nullable(), expires_at: instant }).meta({ id: "SignInLink" });
