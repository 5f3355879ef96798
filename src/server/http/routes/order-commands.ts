import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { parseShipmentId } from "../../../domain/kernel/index.ts";
import type { OrderAction } from "../../../flows/order-actions.ts";
import { callerOf } from "../access.ts";
import type { App, AppDeps } from "../app.ts";
import { seenFields, withChanges } from "../changes-since.ts";
import { refused } from "../problem.ts";
import { expectedVersion, headOf, notFound, operation, sendAnswer } from "../route.ts";
import { codeText, countedUnits, askedHoldKind, instant, lineNumber, NAMED_LINES_MAX, reasonText, text } from "../schemas/fields.ts";
import { changed } from "../schemas/views.ts";
import { happened } from "../shipment-facts.ts";
import { orderIdOf, orderParams } from "./orders.ts";

/** The version the caller saw; the same may stand in If-Match. */
const version = { commercial_version: z.int().min(1).max(1_000_000_000).optional(), ...seenFields };
/** When it happened, where it is reported afterwards. */
const when = { occurred_at: instant.optional() };
export const lineQuantities = z.array(z.strictObject({ line: lineNumber, quantity: countedUnits })).min(1).max(NAMED_LINES_MAX);
export const toLineQuantities = (lines: z.infer<typeof lineQuantities> | undefined): { lineNo: number; quantity: number }[] | null =>
  lines?.map(({ line, quantity }) => ({ lineNo: line, quantity })) ?? null;

const holdBody = z.strictObject({
  ...version, kind: askedHoldKind, reason: reasonText, line: lineNumber.optional(), shipment: text(60).optional(), owner: text(100).optional(), due_at: instant.optional(),
}).refine((body) => body.line === undefined || body.shipment === undefined, { path: ["shipment"], error: "A hold is on a line, on a shipment or on the order: name one of line and shipment." });
const cancelBody = z.strictObject({ ...version, ...when, reason: reasonText, lines: lineQuantities.optional(), force: z.boolean().optional(), requested_by: z.enum(["customer", "seller"]).optional() });
const overrideBody = z.strictObject({ ...version, node: codeText, reason: reasonText, lines: z.array(lineNumber).min(1).max(NAMED_LINES_MAX).optional() });
const releaseBody = z.strictObject({ ...version, ...when, reason: reasonText.optional() });

export function orderCommandRoutes(app: App, deps: AppDeps): void {
  const about = { tag: "orders", scope: "orders:write" } as const;
  type Body = { readonly commercial_version?: number | undefined; readonly seen_position?: number | undefined; readonly occurred_at?: number | undefined };
  const act = async (request: FastifyRequest, reply: FastifyReply, id: string, { commercial_version: version, seen_position: seen, occurred_at: at }: Body, action: OrderAction): Promise<FastifyReply> => {
    const { tenantId } = callerOf(request);
    const orderId = orderIdOf(id);
    const answer = await deps.flows.act(tenantId, { ...headOf(request), orderId, expectedVersion: expectedVersion(request, version), occurredAt: happened(at, deps.now()), action });
    return sendAnswer(request, reply, await withChanges(deps.queries, tenantId, orderId, seen, answer));
  };

  app.post("/v1/orders/:id/holds", operation({ ...about, id: "placeHold", summary: "Hold an order, a line or a shipment" }, { params: orderParams, body: holdBody }, { 200: changed }), (request, reply) => {
    const { kind, line, shipment, reason, owner, due_at: dueAt } = request.body;
    return act(request, reply, request.params.id, request.body, {
      type: "place_hold", kind, lineNo: line ?? null, shipmentNo: shipment === undefined ? null : shipmentNoOf(shipment, orderIdOf(request.params.id)), reason, owner: owner ?? null, dueAt: dueAt ?? null,
    });
  });

  app.post("/v1/orders/:id/holds/:hold_no/release", operation(
    { ...about, id: "releaseHold", summary: "Release a hold; what waited for it is routed in the same commit" }, { params: orderParams.extend({ hold_no: z.string() }), body: releaseBody }, { 200: changed },
  ), (request, reply) => {
    const holdNo = /^[1-9]\d{0,3}$/.test(request.params.hold_no) ? Number(request.params.hold_no) : 0;
    if (holdNo === 0) throw notFound(`hold ${request.params.hold_no.slice(0, 20)}`);
    return act(request, reply, request.params.id, request.body, { type: "release_hold", holdNo, reason: request.body.reason ?? "released" });
  });

  app.post("/v1/orders/:id/cancel", operation(
    { ...about, id: "cancelOrder", summary: "Cancel an order or some of its lines",
      description: "What no node was told of is cancelled at once; what a node works on is asked of the node, or taken with force. What has left is a return. Say requested_by: customer where the customer asked for it: without it the cancellation is the seller's, and counts in its channel's rate." },
    { params: orderParams, body: cancelBody }, { 200: changed },
  ), (request, reply) => act(request, reply, request.params.id, request.body, {
    type: "cancel", lines: toLineQuantities(request.body.lines), reason: request.body.reason, force: request.body.force ?? false, by: request.body.requested_by ?? "seller",
  }));

  app.post("/v1/orders/:id/route", operation(
    { ...about, id: "routeOrder", summary: "Look again for nodes for what waits" }, { params: orderParams, body: z.strictObject(version) }, { 200: changed },
  ), (request, reply) => act(request, reply, request.params.id, request.body, { type: "route", trigger: "MANUAL" }));

  app.post("/v1/orders/:id/override-routing", operation(
    { ...about, id: "overrideRouting", summary: "Send unreleased lines to a node of your choice" }, { params: orderParams, body: overrideBody }, { 200: changed },
  ), (request, reply) => act(request, reply, request.params.id, request.body, {
    type: "override_routing", node: request.body.node, lines: request.body.lines ?? null, reason: request.body.reason,
  }));
}

export function shipmentNoOf(shipment: string, orderId: string): number {
  const parsed = parseShipmentId(shipment);
  if (parsed?.orderId !== orderId) throw refused("NOT_FOUND", "The order has no such shipment.", [{ pointer: "/shipment", code: "NOT_FOUND", detail: `The order has no shipment "${shipment}".` }]);
  return parsed.shipmentNo;
}
