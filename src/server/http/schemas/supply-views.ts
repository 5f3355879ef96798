import { z } from "zod";
import type { SupplyOrderView, SupplyView } from "../../../flows/supply-views.ts";

const text = z.string();
const whole = z.int();
const instant = z.iso.datetime();
const status = z.enum(["open", "in_transit", "partly_received", "received", "closed"]);

export const supply: z.ZodType<SupplyView> = z.object({
  id: text, kind: text, reference: text, sku: text, node: text, due_at: instant, confidence: whole, quantity: whole,
  received: whole.describe("All that arrived, the damaged units among them."), damaged: whole, claimed: whole.describe("Units that waiting order lines count on."),
  supply_order: z.nullable(text), closed_at: z.nullable(instant),
}).meta({ id: "Supply" });

export const supplyOrder: z.ZodType<SupplyOrderView> = z.object({
  id: text, kind: text, reference: text, node: text, from_node: z.nullable(text), supplier: z.nullable(text), status, created_at: instant, shipped_at: z.nullable(instant), lines: z.array(supply),
}).meta({ id: "SupplyOrder" });

export const supplyOrderChanged = z.object({
  id: text, status, lines: z.array(z.object({ supply: text, sku: text, quantity: whole, received: whole, damaged: whole, closed: z.boolean() })),
}).meta({ id: "SupplyOrderChange" });

export const supplyChanged = z.object({ id: text, due_at: instant, quantity: whole, confidence: whole }).meta({ id: "SupplyChange" });
