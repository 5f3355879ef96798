import { z } from "zod";
import type { Outcome } from "../../domain/kernel/index.ts";
import type { PreviewQuestion } from "../../flows/preview-action.ts";
import type { AnswerBody } from "../../flows/ports.ts";
import { actorOf, callerOf } from "./access.ts";
import type { App } from "./app.ts";
import { Refused } from "./problem.ts";
import { operation } from "./route.ts";
import { lineQuantities, shipmentNoOf, toLineQuantities } from "./routes/order-commands.ts";
import { orderIdOf, orderParams } from "./routes/orders.ts";
import { askedHoldKind, codeText, instant, lineNumber, NAMED_LINES_MAX, text } from "./schemas/fields.ts";
import { orderState } from "./schemas/views.ts";

/** What the actions themselves take, reasons left out: none is written down. */
const body = z.discriminatedUnion("action", [
  z.strictObject({ action: z.literal("hold"), args: z.strictObject({ kind: askedHoldKind.optional(), line: lineNumber.optional(), shipment: text(60).optional(), due_at: instant.optional() }).optional() }),
  z.strictObject({ action: z.literal("release_hold"), args: z.strictObject({ hold_no: z.int().min(1).max(9999).optional() }).optional() }),
  z.strictObject({ action: z.literal("release"), args: z.strictObject({ shipment: text(60).optional() }).optional() }),
  z.strictObject({ action: z.literal("cancel"), args: z.strictObject({ lines: lineQuantities.optional(), force: z.boolean().optional(), requested_by: z.enum(["customer", "seller"]).optional() }).optional() }),
  z.strictObject({ action: z.literal("reroute"), args: z.strictObject({}).optional() }),
  z.strictObject({ action: z.literal("override"), args: z.strictObject({ node: codeText, lines: z.array(lineNumber).min(1).max(NAMED_LINES_MAX).optional() }) }),
]);
const [words, whole] = [z.string(), z.int()];
const preview = z.object({
  allowed: z.boolean(), reason: z.object({ code: words, detail: words, fix: words }).nullable().describe("Why it cannot be done, and what to do about it."), events: z.array(z.object({ type: words, data: z.record(words, z.unknown()) })).describe("What would be recorded."),
  order: orderState.nullable().describe("The order as it would be."),
  cancelled: z.object({ lines: z.array(z.object({ line: whole, quantity: whole })), goods_minor: whole.describe("What the cancelled goods come to, without shipping."), currency: words }).nullable().describe("What would be cancelled at once; a node is asked for the rest."),
  told: z.object({ customer: z.boolean().describe("The channel writes mails about cancellations."), connection: words.nullable().describe("The connection through which the channel is told once the order is cancelled as a whole.") }).nullable().describe("Who would hear of a cancellation."),
  reversible: z.boolean().describe("Whether it can be taken back. What is cancelled or released to a node cannot."),
}).meta({ id: "ActionPreview" });

/** A hold ends when it is released, and what is planned can be planned anew; whom a node, a customer or a channel is told cannot be untold. */
const REVERSIBLE: ReadonlySet<string> = new Set(["hold", "release_hold", "reroute", "override"]);

const PREVIEWED = "previewed";
function actionOf(asked: z.infer<typeof body>, orderId: string): PreviewQuestion["action"] {
  switch (asked.action) {
    case "hold": {
      const { kind = "MANUAL", line, shipment, due_at: dueAt } = asked.args ?? {};
      return { type: "place_hold", kind, lineNo: line ?? null, shipmentNo: shipment === undefined ? null : shipmentNoOf(shipment, orderId), reason: PREVIEWED, owner: null, dueAt: dueAt ?? null };
    }
    case "release_hold": return asked.args?.hold_no === undefined ? { action: "release_hold", kind: null, reason: PREVIEWED } : { type: "release_hold", holdNo: asked.args.hold_no, reason: PREVIEWED };
    case "release": return asked.args?.shipment === undefined ? { action: "release" } : { type: "release", shipmentNo: shipmentNoOf(asked.args.shipment, orderId) };
    case "cancel": return { type: "cancel", lines: toLineQuantities(asked.args?.lines), reason: PREVIEWED, force: asked.args?.force ?? false, by: asked.args?.requested_by ?? "seller" };
    case "reroute": return { action: "reroute", node: null, reason: PREVIEWED };
    case "override": return { type: "override_routing", node: asked.args.node, lines: asked.args.lines ?? null, reason: PREVIEWED };
  }
}

/** What one action would do to one order: for AppDeps.extraRoutes. */
export const previewRoutes = (ask: (tenantId: number, question: PreviewQuestion) => Promise<Outcome<AnswerBody>>) => (app: App): void => {
  app.post("/v1/orders/:id/preview", operation(
    { tag: "order actions", scope: "orders:read", id: "previewAction", summary: "See what an action would do to an order, or why it cannot be done", description: "Decided by the code that does it, on everything as it is; nothing is written. Without hold_no every open hold is released, without shipment every planned one." },
    { params: orderParams, body }, { 200: preview },
  ), async (request, reply) => {
    const caller = callerOf(request);
    const orderId = orderIdOf(request.params.id);
    const seen = await ask(caller.tenantId, { orderId, actor: actorOf(caller), action: actionOf(request.body, orderId) });
    if (!seen.ok) throw new Refused(seen.refusal);
    return reply.send({ ...seen.value, reversible: REVERSIBLE.has(request.body.action) });
  });
};
