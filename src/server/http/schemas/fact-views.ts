import { z } from "zod";
import type { ChannelView, ClaimView, ExceptionView, ItemView, NodeView, StockMovementView, StockView, SupplyView } from "../../../flows/queries.ts";
import { SCOPES } from "../../../flows/access.ts";

const maybe = <T extends z.ZodType>(one: T): z.ZodNullable<T> => z.nullable(one);
const text = z.string();
const whole = z.int();
const instant = z.iso.datetime();
const texts = z.record(text, text);

export const item: z.ZodType<ItemView> = z.object({
  id: text, sku: text, gtin: maybe(text), name: text, status: text, quantity_scale: whole, base_unit: text, units: z.array(z.object({ name: text, factor: whole })),
  handling_class: text, weight_grams: maybe(whole), dimensions_mm: maybe(z.array(whole)), backorder: z.boolean(), safety_stock: whole, safety_percent: whole,
  components: maybe(z.array(z.object({ sku: text, quantity: whole }))), attributes: texts, valid_from: instant,
}).meta({ id: "Item" });

export const node: z.ZodType<NodeView> = z.object({
  id: text, code: text, name: text, kind: text, status: text, priority: whole, address: texts, coordinates: maybe(z.object({ latitude: z.number(), longitude: z.number() })),
  time_zone: text, cut_off: maybe(text), item_classes: maybe(z.array(text)), valid_from: instant,
}).meta({ id: "Node" });

export const channel: z.ZodType<ChannelView> = z.object({
  id: text, code: text, name: text, kind: text, currency: text, node_pool: maybe(z.array(text)), buffer: whole, when_unavailable: text, auto_release: z.boolean(),
  routing: z.record(text, maybe(whole)), valid_from: instant,
}).meta({ id: "Channel" });

export const supply: z.ZodType<SupplyView> = z.object({
  id: text, kind: text, reference: text, sku: text, node: text, due_at: instant, confidence: whole, quantity: whole, received: whole, closed_at: maybe(instant),
}).meta({ id: "Supply" });

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
export const signInLink = z.object({ path: text, expires_at: instant }).meta({ id: "SignInLink" });
