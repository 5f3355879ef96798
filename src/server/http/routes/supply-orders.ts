import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { DAMAGED_CONDITIONS, type SupplyOrderCommand } from "../../../flows/supply-orders.ts";
import type { Principal } from "../../../flows/access.ts";
import type { CommandHead } from "../../../flows/ports.ts";
import type { SupplyOrderView } from "../../../flows/supply-views.ts";
import { callerOf, codesOf } from "../access.ts";
import type { App, AppDeps } from "../app.ts";
import { refused } from "../problem.ts";
import { found, headOf, idOf, listOf, operation, PART, placeOf, sendAnswer } from "../route.ts";
import { codeText, cursor, decimal, instant, limit, reasonText, skuText, text } from "../schemas/fields.ts";
import { supplyChanged, supplyClaim, supplyOrder, supplyOrderChanged } from "../schemas/supply-views.ts";
import { event, page } from "../schemas/views.ts";
import { LINES_MAX, purchaseBody, purchaseCommand, transferBody, transferCommand } from "../supply-bodies.ts";
import { given } from "./stock.ts";

const shipBody = z.strictObject({ due_at: instant.optional() });
const receivedLine = z.strictObject({
  sku: skuText, quantity: decimal, unit: text(50).optional(), damaged: decimal.optional(), damaged_condition: z.enum(DAMAGED_CONDITIONS).optional(), reason: reasonText.optional(),
});
const receiveBody = z.strictObject({ lines: z.array(receivedLine).max(LINES_MAX), close: z.boolean().optional(), reason: reasonText.optional() });
const closeBody = z.strictObject({ reason: reasonText, lines: z.array(skuText).min(1).max(LINES_MAX).optional() });
export const changeBody = z.strictObject({ due_at: instant.optional(), quantity: decimal.optional(), unit: text(50).optional(), confidence: z.int().min(0).max(100).optional(), reason: reasonText.optional() });
const params = z.object({ id: z.string() });
const query = z.strictObject({
  kind: z.enum(["purchase_order", "transfer", "production", "return"]).optional(), reference: text(200).optional(), node: codeText.optional(), sort: z.enum(["newest", "due"]).optional(), open: z.enum(["true", "false"]).optional(), cursor: cursor.optional(), limit: limit(100, 50),
});

export const changeCommand = (head: CommandHead, id: string, { due_at: dueAt, quantity, unit, confidence, reason }: z.infer<typeof changeBody>): SupplyOrderCommand => ({
  ...head, type: "change", supplyId: idOf("supply", id), dueAt: dueAt ?? null, quantity: quantity === undefined ? null : given({ quantity, unit }), confidence: confidence ?? null, reason: reason ?? null,
});

export function supplyOrderRoutes(app: App, deps: AppDeps): void {
  const about = { tag: "stock", scope: "stock:write" } as const;
  const limited = { ...about, limitedByNode: true } as const;
  const submit = async (request: FastifyRequest, reply: FastifyReply, command: SupplyOrderCommand): Promise<FastifyReply> =>
    sendAnswer(request, reply, await deps.flows.supplyOrder(callerOf(request).tenantId, command));

  app.post("/v1/purchase-orders", operation(
    { ...about, id: "createPurchaseOrder", summary: "Announce the goods of a purchase order", description: "Each line counts as available from its due_at on, as far as its confidence (percent) says; orders that wait are dated by it." },
    { body: purchaseBody }, { 201: supplyOrderChanged },
  ), (request, reply) => submit(request, reply, purchaseCommand(headOf(request), request.body)));
  app.post("/v1/transfers", operation(
    { ...about, id: "createTransfer", summary: "Plan a transfer from one node to another", description: "Nobody counts on its goods before it is shipped." }, { body: transferBody }, { 201: supplyOrderChanged },
  ), (request, reply) => submit(request, reply, transferCommand(headOf(request), request.body)));
  app.post("/v1/supply-orders/:id/ship", operation(
    { ...limited, id: "shipTransfer", summary: "The goods of a transfer left their source", description: "They are taken from its stock, all of them or, where some have a claim on them, none (QUANTITY_NOT_THERE), and are in transit to the other node." },
    { params, body: shipBody }, { 200: supplyOrderChanged },
  ), async (request, reply) => {
    await onlyOwn(deps, callerOf(request), request.params.id, "from_node");
    return submit(request, reply, { ...headOf(request), type: "ship", supplyOrderId: idOf("supplyOrder", request.params.id), dueAt: request.body.due_at ?? null });
  });
  app.post("/v1/supply-orders/:id/receive", operation(
    { ...limited, id: "receiveSupplyOrder", summary: "Goods of a purchase order or transfer arrived",
      description: "quantity counts what is for sale, damaged what is not. Orders that claimed the goods are served first, in the same commit. With close, nobody waits for the rest any more." },
    { params, body: receiveBody }, { 200: supplyOrderChanged },
  ), async (request, reply) => {
    await onlyOwn(deps, callerOf(request), request.params.id, "node");
    const { lines, close, reason } = request.body;
    return submit(request, reply, {
      ...headOf(request), type: "receive", supplyOrderId: idOf("supplyOrder", request.params.id), close: close ?? false, reason: reason ?? null,
      lines: lines.map((one) => ({
        sku: one.sku, quantity: given(one), damaged: one.damaged === undefined ? null : given({ quantity: one.damaged, unit: one.unit }), damagedCondition: one.damaged_condition ?? "quarantine", reason: one.reason ?? null,
      })),
    });
  });
  app.post("/v1/supply-orders/:id/close", operation(
    { ...about, id: "closeSupplyOrder", summary: "Wait no longer for what is still to come", description: "Of the SKUs in lines, or of all. Orders that counted on it are dated anew." }, { params, body: closeBody }, { 200: supplyOrderChanged },
  ), (request, reply) => submit(request, reply, { ...headOf(request), type: "close", supplyOrderId: idOf("supplyOrder", request.params.id), skus: request.body.lines ?? null, reason: request.body.reason }));
  app.patch("/v1/supplies/:id", operation(
    { ...about, id: "changeSupply", summary: "Announce inbound goods otherwise", description: "An advance shipping notice, or a supplier's word: another date, quantity or confidence. What is left out stays; orders that count on the goods are dated anew." },
    { params, body: changeBody }, { 200: supplyChanged },
  ), (request, reply) => submit(request, reply, changeCommand(headOf(request), request.params.id, request.body)));
  readRoutes(app, deps);
}

function readRoutes(app: App, deps: AppDeps): void {
  const about = { tag: "stock", scope: "stock:read", limitedByNode: true } as const;
  app.get("/v1/supply-orders", operation(
    { ...about, id: "listSupplyOrders", summary: "List purchase orders and transfers, newest first or, with sort=due, what is due first; without open=false only those of which something is still to come" }, { querystring: query }, { 200: page(supplyOrder) },
  ), async (request) => {
    const { kind, reference, node, sort = "newest", open, cursor: at } = request.query;
    const { tenantId, places } = callerOf(request);
    const filter = { id: null, kind: kind ?? null, reference: reference ?? null, node: node ?? null, places, sort, open: open !== "false", limit: Number(request.query.limit), after: placeOf(at, sort === "due" ? [PART.uuid, PART.number] : [PART.uuid]) };
    return listOf(await deps.queries.listSupplyOrders(tenantId, filter));
  });
  app.get("/v1/supply-orders/:id", operation({ ...about, id: "getSupplyOrder", summary: "Read a purchase order or transfer" }, { params }, { 200: supplyOrder }), (request) => documentOf(deps, callerOf(request), request.params.id));
  app.get("/v1/supply-orders/:id/history", operation(
    { ...about, id: "listSupplyHistory", summary: "Read what became of a purchase order or transfer: the latest 250 events, the latest first" }, { params }, { 200: z.object({ data: z.array(event) }) },
  ), async (request) => {
    const caller = callerOf(request);
    return { data: [...await deps.queries.supplyHistory(caller.tenantId, await documentOf(deps, caller, request.params.id), HISTORY_MAX)] };
  });
  app.get("/v1/supply-orders/:id/claims", operation(
    { tag: "stock", scope: "stock:read", id: "listSupplyClaims", summary: "List order lines that count on the goods of a purchase order or transfer" }, { params, querystring: z.strictObject({ cursor: cursor.optional(), limit: limit(250, 50) }) }, { 200: page(supplyClaim) },
  ), async (request) => {
    const caller = callerOf(request);
    await documentOf(deps, caller, request.params.id);
    return listOf(await deps.queries.listSupplyClaims(caller.tenantId, { id: idOf("supplyOrder", request.params.id), limit: Number(request.query.limit), after: placeOf(request.query.cursor, [PART.uuid, PART.uuid, PART.number]) }));
  });
}

const HISTORY_MAX = 250;

/** A document that the caller may see. */
async function documentOf({ queries }: AppDeps, { tenantId, places }: Principal, id: string): Promise<SupplyOrderView> {
  const filter = { id: idOf("supplyOrder", id), kind: null, reference: null, node: null, places, sort: "newest" as const, open: false, limit: 1, after: null };
  return found((await queries.listSupplyOrders(tenantId, filter)).rows[0] ?? null, "supplyOrder", id);
}

/** Whoever is limited to nodes ships only what leaves one of them, and receives only what comes to one. */
async function onlyOwn(deps: AppDeps, caller: Principal, id: string, end: "node" | "from_node"): Promise<void> {
  const codes = codesOf(caller);
  if (codes === null) return;
  const document = await documentOf(deps, caller, id);
  const at = document[end];
  if (at === null || codes.includes(at)) return;
  throw refused("FORBIDDEN", `${document.reference} ${end === "node" ? "comes to" : "leaves"} ${at}, and you may change only what is at ${codes.join(", ") || "no node"}.`);
}
