import { z } from "zod";
import { callerOf } from "../access.ts";
import type { App, AppDeps } from "../app.ts";
import { headOf, listOf, operation, PART, placeOf, sendAnswer } from "../route.ts";
import { codeText, cursor, decimal, instant, limit, skuText, text } from "../schemas/fields.ts";
import { supply } from "../schemas/supply-views.ts";
import { page } from "../schemas/views.ts";
import { given } from "./stock.ts";

const body = z.strictObject({
  sku: skuText, node: codeText, kind: z.enum(["purchase_order", "transfer", "production", "return"]).optional(), reference: text(200), due_at: instant,
  confidence: z.int().min(0).max(100).optional(), quantity: decimal, unit: text(50).optional(),
});
const query = z.strictObject({ sku: skuText.optional(), node: codeText.optional(), open: z.enum(["true", "false"]).optional(), cursor: cursor.optional(), limit: limit(250, 50) });

export function supplyRoutes(app: App, deps: AppDeps): void {
  app.post("/v1/supplies", operation(
    { id: "announceSupply", tag: "stock", scope: "stock:write", summary: "Announce inbound goods", description: "They count as available from due_at on, as far as confidence (percent) says." },
    { body }, { 201: z.object({ id: z.string() }) },
  ), async (request, reply) => {
    const { sku, node, kind, reference, due_at: dueAt, confidence } = request.body;
    return sendAnswer(request, reply, await deps.flows.supply(callerOf(request).tenantId, {
      ...headOf(request), sku, node, supply: { kind: kind ?? "purchase_order", reference, dueAt, confidence: confidence ?? 100, quantity: given(request.body) },
    }));
  });
  app.get("/v1/supplies", operation(
    { id: "listSupplies", tag: "stock", scope: "stock:read", summary: "List announced goods, newest first; without open=false only what is still to come" }, { querystring: query }, { 200: page(supply) },
  ), async (request) => {
    const { sku, node, open, cursor: at } = request.query;
    const filter = { sku: sku ?? null, node: node ?? null, open: open !== "false", limit: Number(request.query.limit), after: placeOf(at, [PART.uuid]) };
    return listOf(await deps.queries.listSupplies(callerOf(request).tenantId, filter));
  });
}
