import { z } from "zod";
import type { CommandHead } from "../../flows/ports.ts";
import type { SupplyOrderCommand } from "../../flows/supply-orders.ts";
import { given } from "./routes/stock.ts";
import { codeText, decimal, instant, skuText, text } from "./schemas/fields.ts";

export const LINES_MAX = 1_000;
const line = { sku: skuText, quantity: decimal, unit: text(50).optional(), due_at: instant.optional() };
const document = { reference: text(200), node: codeText, due_at: instant };
export const purchaseBody = z.strictObject({
  ...document, supplier: text(200).optional(), lines: z.array(z.strictObject({ ...line, confidence: z.int().min(0).max(100).optional() })).min(1).max(LINES_MAX),
});
export const transferBody = z.strictObject({ ...document, from_node: codeText, lines: z.array(z.strictObject(line)).min(1).max(LINES_MAX) });

export const purchaseCommand = (head: CommandHead, { reference, node, supplier, due_at: dueAt, lines }: z.infer<typeof purchaseBody>): SupplyOrderCommand => ({
  ...head, type: "create", kind: "purchase_order", reference, node, fromNode: null, supplier: supplier ?? null, dueAt,
  lines: lines.map((one) => ({ sku: one.sku, quantity: given(one), dueAt: one.due_at ?? null, confidence: one.confidence ?? null })),
});

export const transferCommand = (head: CommandHead, { reference, node, from_node: fromNode, due_at: dueAt, lines }: z.infer<typeof transferBody>): SupplyOrderCommand => ({
  ...head, type: "create", kind: "transfer", reference, node, fromNode, supplier: null, dueAt,
  lines: lines.map((one) => ({ sku: one.sku, quantity: given(one), dueAt: one.due_at ?? null, confidence: null })),
});
