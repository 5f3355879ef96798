import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { parsePublicId } from "../../../domain/kernel/index.ts";
import { ADJUSTMENT_REASONS, type StockChange, type StockCommand } from "../../../flows/change-stock.ts";
import type { Principal } from "../../../flows/access.ts";
import type { CommandHead } from "../../../flows/ports.ts";
import { callerOf, codesOf } from "../access.ts";
import type { App, AppDeps } from "../app.ts";
import { refused } from "../problem.ts";
import { headOf, listOf, operation, PART, placeOf, sendAnswer } from "../route.ts";
import { codeText, condition, cursor, decimal, instant, limit, skuText, text } from "../schemas/fields.ts";
import { stock, stockChanged, stockMovement } from "../schemas/fact-views.ts";
import { page } from "../schemas/views.ts";
import { happened } from "../shipment-facts.ts";

const place = {
  sku: skuText, node: codeText, owner: text(100).optional(), condition: condition.optional(), quantity: decimal, unit: text(50).optional(), occurred_at: instant.optional(),
};
export const receiptBody = z.strictObject({ ...place, supply: text(60).optional(), unit_cost_micros: z.int().min(0).max(1e15).optional() });
const adjustmentBody = z.strictObject({ ...place, reason: z.enum(ADJUSTMENT_REASONS), note: text(500).optional() });
const countBody = z.strictObject({ ...place, note: text(500).optional() });
const placeQuery = { sku: skuText.optional(), node: codeText.optional(), cursor: cursor.optional(), limit: limit(250, 50) };

export function stockRoutes(app: App, deps: AppDeps): void {
  const about = { tag: "stock", scope: "stock:write", limitedByNode: true } as const;
  const submit = async (request: FastifyRequest, reply: FastifyReply, command: StockCommand): Promise<FastifyReply> => {
    const caller = callerOf(request);
    onlyAt(caller, command.change.node);
    return sendAnswer(request, reply, await deps.flows.stock(caller.tenantId, command));
  };
  const change = (request: FastifyRequest, reply: FastifyReply, at: number | undefined, what: StockChange): Promise<FastifyReply> =>
    submit(request, reply, { ...headOf(request), occurredAt: happened(at, deps.now()), change: what });
  const answers = { 200: stockChanged };

  app.post("/v1/stock/receipts", operation(
    { ...about, id: "receiveStock", summary: "Goods arrived; orders that wait for them are served in the same commit" }, { body: receiptBody }, answers,
  ), (request, reply) => submit(request, reply, receiptCommand(headOf(request), request.body, deps.now())));
  app.post("/v1/stock/adjustments", operation(
    { ...about, id: "adjustStock", summary: "Correct what is on hand by a difference, with a reason",
      description: "A negative quantity takes away. What is then reserved but not there is taken from unreleased orders, latest first, and re-sourced." }, { body: adjustmentBody }, answers,
  ), (request, reply) => {
    const { reason, note, occurred_at: at } = request.body;
    return change(request, reply, at, { ...placeOfStock(request.body), type: "adjust", change: given(request.body), reasonCode: reason, note: note ?? null });
  });
  app.post("/v1/stock/counts", operation(
    { ...about, id: "countStock", summary: "Set what is on hand to what was counted" }, { body: countBody }, answers,
  ), (request, reply) => {
    const { note, occurred_at: at } = request.body;
    return change(request, reply, at, { ...placeOfStock(request.body), type: "count", counted: given(request.body), note: note ?? null });
  });

  const read = { tag: "stock", scope: "stock:read", limitedByNode: true } as const;
  app.get("/v1/stock", operation({ ...read, id: "listStock", summary: "List stock by item and node" }, { querystring: z.strictObject(placeQuery) }, { 200: page(stock) }), async (request) => {
    const { sku, node, cursor: at } = request.query;
    const after = placeOf(at, [PART.uuid, PART.uuid, PART.text, PART.text]);
    const { tenantId, places } = callerOf(request);
    return listOf(await deps.queries.listStock(tenantId, { places, sku: sku ?? null, node: node ?? null, limit: Number(request.query.limit), after }));
  });
  app.get("/v1/stock/movements", operation(
    { ...read, id: "listStockMovements", summary: "List what changed an item's stock, newest first" }, { querystring: z.strictObject({ ...placeQuery, sku: skuText }) }, { 200: page(stockMovement) },
  ), async (request) => {
    const { sku, node, cursor: at } = request.query;
    const { tenantId, places } = callerOf(request);
    const filter = { places, sku, node: node ?? null, limit: Number(request.query.limit), after: placeOf(at, [PART.uuid, PART.number]) };
    return listOf(await deps.queries.listStockMovements(tenantId, filter));
  });
}

/** To somebody limited to nodes every other one is as unknown as one that is not there. */
export function onlyAt(caller: Principal, node: string): void {
  if (codesOf(caller)?.includes(node) === false) throw refused("UNKNOWN_NODE", `There is no node "${node}".`, [{ pointer: "/node", code: "UNKNOWN_NODE", detail: `There is no node "${node}".` }]);
}

/** A receipt as the flow's command, whether it came alone or in bulk. */
export function receiptCommand(head: CommandHead, body: z.infer<typeof receiptBody>, now: number): StockCommand {
  const { supply, unit_cost_micros: cost, occurred_at: at } = body;
  return {
    ...head, occurredAt: happened(at, now),
    change: { ...placeOfStock(body), type: "receive", quantity: given(body), supplyId: supplyIdOf(supply), unitCostMicros: cost ?? null },
  };
}

const placeOfStock = (body: { sku: string; node: string; owner?: string | undefined; condition?: z.infer<typeof condition> | undefined }): Pick<StockChange, "sku" | "node" | "owner" | "condition"> =>
  ({ sku: body.sku, node: body.node, owner: body.owner ?? "", condition: body.condition ?? "A" });

/** As it was written; the flow, which knows the item, counts it. */
export const given = ({ quantity, unit }: { quantity: string; unit?: string | undefined }): { text: string; unit: string | null } => ({ text: quantity, unit: unit ?? null });

function supplyIdOf(supply: string | undefined): string | null {
  if (supply === undefined) return null;
  const id = parsePublicId("supply", supply);
  if (id === undefined) throw refused("SUPPLY_NOT_OPEN", `There is no supply "${supply}".`, [{ pointer: "/supply", code: "SUPPLY_NOT_OPEN", detail: `There is no supply "${supply}".` }]);
  return id;
}
