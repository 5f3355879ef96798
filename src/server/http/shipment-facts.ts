import { z } from "zod";
import { parseShipmentId } from "../../domain/kernel/index.ts";
import { REJECT_REASONS } from "../../domain/fulfillment/index.ts";
import { CLOCK_TOLERANCE_MS } from "../../domain/order/index.ts";
import type { OrderCommand } from "../../flows/act-on-orders.ts";
import type { OrderAction, ShipmentAction } from "../../flows/order-actions.ts";
import type { CommandHead } from "../../flows/ports.ts";
import { refused } from "./problem.ts";
import { notFound } from "./route.ts";
import { countedUnits, instant, lineNumber, NAMED_LINES_MAX, text } from "./schemas/fields.ts";

/** What a node or a carrier can report of a shipment, one by one or in bulk: the same fields, the same code. */

const when = { occurred_at: instant.optional() };
const lines = z.array(z.strictObject({ line: lineNumber, quantity: countedUnits })).max(NAMED_LINES_MAX);
const packages = z.array(z.strictObject({ lines: lines.min(1).optional(), weight_grams: z.int().min(0).max(1e9).optional() })).min(1).max(200);

export const FACT_BODIES = {
  release: z.strictObject(when),
  accept: z.strictObject(when),
  reject: z.strictObject({ ...when, reason: z.enum(REJECT_REASONS), note: text(500).optional() }),
  pick: z.strictObject({ ...when, lines: lines.optional(), correct_stock: z.boolean().optional() }),
  pack: z.strictObject({ ...when, packages: packages.optional() }),
  ship: z.strictObject({ ...when, carrier: text(100).optional(), service: text(100).optional(), tracking_numbers: z.array(text(100)).max(200).optional() }),
  "hand-over": z.strictObject(when),
  "arrive-at-store": z.strictObject({ ...when, lines: lines.optional() }),
  deliver: z.strictObject(when),
  lost: z.strictObject(when),
  "return-to-sender": z.strictObject(when),
  "answer-cancel": z.strictObject({ ...when, accepted: z.boolean(), note: text(500).optional() }),
} as const;

export type FactName = keyof typeof FACT_BODIES;
type Body<N extends FactName> = z.infer<(typeof FACT_BODIES)[N]>;

const counted = (given: readonly { line: number; quantity: number }[] | undefined): { lineNo: number; quantity: number }[] | null =>
  given?.map(({ line, quantity }) => ({ lineNo: line, quantity })) ?? null;

const ACTIONS: { readonly [N in FactName]: (body: Body<N>) => ShipmentAction } = {
  release: () => ({ type: "release" }),
  accept: () => ({ type: "accept" }),
  reject: ({ reason, note }) => ({ type: "reject", reasonCode: reason, note: note ?? null }),
  pick: (body) => ({ type: "pick", lines: counted(body.lines), correctStock: body.correct_stock ?? true }),
  pack: (body) => ({ type: "pack", packages: body.packages?.map((one) => ({ lines: counted(one.lines), weightGrams: one.weight_grams ?? null })) ?? null }),
  ship: ({ carrier, service, tracking_numbers: trackingNumbers }) => ({ type: "ship", carrier: carrier ?? null, service: service ?? null, trackingNumbers: trackingNumbers ?? [] }),
  "hand-over": () => ({ type: "hand_over" }),
  "arrive-at-store": (body) => ({ type: "arrive_at_store", lines: counted(body.lines) }),
  deliver: () => ({ type: "carrier_outcome", outcome: "delivered" }),
  lost: () => ({ type: "carrier_outcome", outcome: "lost" }),
  "return-to-sender": () => ({ type: "carrier_outcome", outcome: "returned_to_sender" }),
  "answer-cancel": ({ accepted, note }) => ({ type: "answer_cancel", accepted, note: note ?? null }),
};

/** A reported fact as the flow's command. */
export function factCommand<N extends FactName>(head: CommandHead, shipment: string, name: N, body: Body<N>, now: number): OrderCommand {
  const parsed = parseShipmentId(shipment);
  if (!parsed) throw notFound(`shipment ${shipment.slice(0, 100)}`);
  const action: OrderAction = { shipmentNo: parsed.shipmentNo, ...ACTIONS[name](body) };
  return { ...head, orderId: parsed.orderId, expectedVersion: null, occurredAt: happened(body.occurred_at, now), action };
}

/** When something is said to have happened: not after now, but for what honest clocks differ by. */
export function happened(at: number | undefined, now: number): number | null {
  if (at === undefined) return null;
  if (at > now + CLOCK_TOLERANCE_MS) {
    const detail = `occurred_at ${new Date(at).toISOString()} is after now.`;
    throw refused("OCCURRED_IN_FUTURE", detail, [{ pointer: "/occurred_at", code: "OCCURRED_IN_FUTURE", detail }]);
  }
  return Math.min(at, now);
}
