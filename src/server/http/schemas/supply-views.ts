import { z } from "zod";
import type { GoodsEffect } from "../../../flows/preview-goods.ts";
import type { ShortageView, SupplyClaimView, SupplyOrderView, SupplyView } from "../../../flows/supply-views.ts";

const text = z.string();
const whole = z.int();
const instant = z.iso.datetime();
const status = z.enum(["open", "in_transit", "partly_received", "received", "closed"]);

export const supply: z.ZodType<SupplyView> = z.object({
  id: text, kind: text, reference: text, sku: text, name: text, gtin: z.nullable(text), base_unit: text, quantity_scale: whole, node: text, due_at: instant, confidence: whole, quantity: whole,
  received: whole.describe("All that arrived, the damaged units among them."), damaged: whole, claimed: whole.describe("Units that waiting order lines count on."),
  supply_order: z.nullable(text), closed_at: z.nullable(instant),
}).meta({ id: "Supply" });

export const supplyOrder: z.ZodType<SupplyOrderView> = z.object({
  id: text, kind: text, reference: text, node: text, from_node: z.nullable(text), supplier: z.nullable(text), status, created_at: instant, shipped_at: z.nullable(instant),
  due_at: z.nullable(instant).describe("When the first of what is still to come is due."), lines: z.array(supply),
}).meta({ id: "SupplyOrder" });

export const supplyOrderChanged = z.object({
  id: text, status, lines: z.array(z.object({ supply: text, sku: text, quantity: whole, received: whole, damaged: whole, closed: z.boolean() })),
}).meta({ id: "SupplyOrderChange" });

export const supplyChanged = z.object({ id: text, due_at: instant, quantity: whole, confidence: whole }).meta({ id: "SupplyChange" });

export const supplyClaim: z.ZodType<SupplyClaimView> = z.object({
  supply: text, sku: text, order: text, order_number: whole, line: whole, quantity: whole, quantity_scale: whole, due_at: instant,
}).meta({ id: "SupplyClaim" });

export const shortage: z.ZodType<ShortageView> = z.object({
  sku: text, name: text, node: text, base_unit: text, quantity_scale: whole, on_hand: whole, reserved: whole, short: whole.describe("Units that are claimed and not there."),
  orders: z.array(z.object({ order: text, order_number: whole, shipment: text, status: text, quantity: whole })).describe("Shipments that claim the item there, 50 at most."),
}).meta({ id: "Shortage" });

export const goodsEffect: z.ZodType<GoodsEffect> = z.object({
  promises: z.array(z.object({ order: text, order_number: whole, line: whole, from: z.nullable(instant), to: z.nullable(instant) })).describe("Lines whose date would be another."),
  displaced: z.array(z.object({ order: text, order_number: whole, to: z.array(z.object({ line: whole, quantity: whole, node: text })), unplaced: whole }))
    .describe("Orders that units would be taken from because they are not there, and where they would go instead."),
  served: z.array(z.object({ order: text, order_number: whole })).describe("Orders that wait and would be given a node."),
  short_released: z.array(z.object({ item: text, node: text, reason: text })).describe("What released shipments count on and would find short."),
}).meta({ id: "GoodsEffect" });
