import { z } from "zod";
import { type ChannelChecks, DEFAULT_CHECKS, IDENTITIES, LOOK_BACK_DAYS, PAYMENT_STATES } from "../../domain/catalog/index.ts";
import { minorUnits, text } from "./schemas/fields.ts";

/** How a channel's orders are checked, in the API's words. What is left out, or null, is not checked, or has its default. */

const within = z.int().min(1).max(LOOK_BACK_DAYS * 24 * 60);
const due = z.int().min(1).max(10_000_000).nullable().optional();
const by = z.array(z.enum(IDENTITIES)).min(1).max(IDENTITIES.length).optional();
const score = z.int().min(1).max(100);

const paymentRules = z.strictObject({
  hold: z.array(z.enum(PAYMENT_STATES)).max(PAYMENT_STATES.length).optional(), accept_tenders: z.array(text(100)).max(50).optional(), due_minutes: due,
});
const addressRules = z.strictObject({ due_minutes: due });
const duplicateRules = z.strictObject({ within_minutes: within, by, hold: z.enum(["FRAUD", "MANUAL"]).optional() });
const velocityRules = z.strictObject({
  within_minutes: within, by, maximum_orders: z.int().min(1).max(100).nullable().optional(), maximum_total_minor: minorUnits.nullable().optional(),
}).refine((rules) => (rules.maximum_orders ?? null) !== null || (rules.maximum_total_minor ?? null) !== null, { path: ["maximum_orders"], error: "Name maximum_orders, maximum_total_minor or both: without either nothing is checked." });
const riskRules = z.strictObject({ review_from: score, reject_above: z.int().min(1).max(99).nullable().optional(), usual_total_minor: minorUnits.min(1).nullable().optional() })
  .refine((rules) => (rules.reject_above ?? null) === null || (rules.reject_above ?? 0) >= rules.review_from, { path: ["reject_above"], error: "An order is looked at before it is rejected: at least review_from." });

/** Fields of a channel's body. */
export const checkFields = {
  payment_rules: paymentRules.optional(), address_rules: addressRules.optional(), duplicate_rules: duplicateRules.nullable().optional(), velocity_rules: velocityRules.nullable().optional(),
  risk_rules: riskRules.nullable().optional(),
};

type Given = z.infer<z.ZodObject<typeof checkFields>>;

const CUSTOMER = ["email", "phone", "address"] as const;

export function checksOf({ payment_rules: payment, address_rules: address, duplicate_rules: duplicates, velocity_rules: velocity, risk_rules: risk }: Given): ChannelChecks {
  const usual = DEFAULT_CHECKS;
  return {
    payment: {
      hold: payment?.hold ?? usual.payment.hold, acceptTenders: payment?.accept_tenders ?? usual.payment.acceptTenders,
      dueMinutes: payment?.due_minutes === undefined ? usual.payment.dueMinutes : payment.due_minutes,
    },
    address: { dueMinutes: address?.due_minutes === undefined ? usual.address.dueMinutes : address.due_minutes },
    duplicates: duplicates ? { withinMinutes: duplicates.within_minutes, by: duplicates.by ?? CUSTOMER, hold: duplicates.hold ?? "FRAUD" } : null,
    velocity: velocity ? {
      withinMinutes: velocity.within_minutes, by: velocity.by ?? IDENTITIES, maximumOrders: velocity.maximum_orders ?? null, maximumTotalMinor: velocity.maximum_total_minor ?? null,
    } : null,
    risk: risk ? { reviewFrom: risk.review_from, rejectAbove: risk.reject_above ?? null, usualTotalMinor: risk.usual_total_minor ?? null } : null,
  };
}
