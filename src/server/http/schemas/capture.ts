import { z } from "zod";
import { PAYMENT_STATES } from "../../../domain/catalog/index.ts";
import { MINOR_MAX } from "../../../domain/kernel/index.ts";
import { billTo, shipTo } from "./address.ts";
import { attributes, codeText, currencyCode, decimal, askedHoldKind, instant, minorUnits, reasonText, signedMinorUnits, skuText, text } from "./fields.ts";

/** Lines one order may have. */
export const LINES_MAX = 1000;

const line = z.strictObject({
  sku: skuText, quantity: decimal, unit: text(50).optional(), unit_price: decimal.optional(), discount_minor: minorUnits.optional(), tax_minor: minorUnits.optional(),
  total_minor: z.int().min(-MINOR_MAX).max(MINOR_MAX).optional(), external_id: text(200).optional(), node: codeText.optional(),
});

const totals = z.strictObject({
  total_minor: minorUnits.optional(), shipping_minor: minorUnits.optional(), discount_minor: minorUnits.optional(), tax_minor: minorUnits.optional(),
  other_minor: signedMinorUnits.optional(), tax_included: z.boolean().optional(),
});

const payment = z.strictObject({
  state: z.enum(PAYMENT_STATES).optional(),
  payments: z.array(z.strictObject({ tender: text(100), amount_minor: minorUnits, reference: text(200).optional() })).max(50).optional(),
});

/** An order as a channel sends it. A line without unit_price costs what its price list says. Without ship_to it is collected or handed over. Without payment it counts as paid elsewhere. service_level is the service it asks for; deliver_by and ship_by say until when it should be there and on its way; pickup_node is where its customer collects it. */
export const captureBody = z.strictObject({
  channel: codeText, external_id: text(200), currency: currencyCode, placed_at: instant.optional(),
  lines: z.array(line).min(1).max(LINES_MAX), totals: totals.optional(), payment: payment.optional(), risk: z.enum(["low", "medium", "high"]).optional(),
  service_level: text(50).optional(), deliver_by: instant.optional(), ship_by: instant.optional(), pickup_node: codeText.optional(),
  holds: z.array(z.strictObject({ kind: askedHoldKind, reason: reasonText, due_at: instant.optional() })).max(20).optional(),
  customer: z.strictObject({ id: text(200).optional().describe("What the channel calls the customer, or the id that Ordo has for it."), name: text(200).optional(), email: text(320).optional(), phone: text(50).optional(), class: text(100).optional(), locale: text(35).optional(),
    ip: z.union([z.ipv4(), z.ipv6()], { error: "Not an IPv4 or IPv6 address." }).optional() }).optional(),
  ship_to: shipTo.optional(), bill_to: billTo.optional(), note: text(5000).optional(), claim: text(64).optional(), attributes: attributes.optional(),
});
/** One line of a bulk capture. */
export const captureLine = captureBody.extend({ idempotency_key: text(255).regex(/^[\x20-\x7e]+$/, "Only printable ASCII characters.").optional() });

export type CaptureBody = z.infer<typeof captureBody>;
