import { z } from "zod";
import type { GoodsPreview } from "../../flows/preview-goods.ts";
import type { StockCommand } from "../../flows/change-stock.ts";
import type { Answer, CommandHead } from "../../flows/ports.ts";
import type { ProtectStock } from "../../flows/protect-stock.ts";
import type { Queries } from "../../flows/queries.ts";
import type { SupplyOrderCommand } from "../../flows/supply-orders.ts";
import { QUANTITY_MAX, REFUSALS } from "../../domain/kernel/index.ts";
import { actorOf, callerOf } from "./access.ts";
import type { App } from "./app.ts";
import { Refused } from "./problem.ts";
import { headOf, listOf, operation, PART, placeOf, sendAnswer } from "./route.ts";
import { given, onlyAt } from "./routes/stock.ts";
import { changeBody, changeCommand } from "./routes/supply-orders.ts";
import { codeText, cursor, decimal, limit, reasonText, skuText, text, unique } from "./schemas/fields.ts";
import { goodsEffect, shortage, supplyChanged } from "./schemas/supply-views.ts";
import { page } from "./schemas/views.ts";

export interface GoodsRouteDeps {
  readonly queries: Queries;
  readonly previewSupply: (tenantId: number, command: SupplyOrderCommand) => Promise<GoodsPreview>;
  readonly previewStock: (tenantId: number, commands: readonly StockCommand[]) => Promise<GoodsPreview>;
  readonly protect: (tenantId: number, command: ProtectStock) => Promise<Answer>;
}

const LINES_MAX = 1_000;
const countsBody = z.strictObject({ node: codeText, lines: z.array(z.strictObject({ sku: skuText, quantity: decimal, unit: text(50).optional() })).min(1).max(LINES_MAX) });
const units = z.int().min(0).max(QUANTITY_MAX);
const protectBody = z.strictObject({
  reason: reasonText, items: z.array(z.strictObject({ sku: skuText, safety_stock: units.optional(), safety_percent: z.int().min(0).max(100).optional() })).max(LINES_MAX).optional(),
  channels: z.array(z.strictObject({ code: codeText, buffer: units })).max(LINES_MAX).optional(),
}).superRefine(({ items = [], channels = [] }, context) => {
  unique(items, ({ sku }) => sku, context, "items");
  unique(channels, ({ code }) => code, context, "channels");
});
const problem = z.nullable(z.object({ code: z.string(), detail: z.string(), fix: z.string() }));
const [name, whole] = [z.string(), z.int()];
const counted = z.object({
  sku: name, on_hand: z.nullable(whole).describe("As it would be."), change: z.nullable(whole), short: z.nullable(whole).describe("Units that are claimed and would not be there, before orders are sent from elsewhere."),
  quantity_scale: z.nullable(whole), problem,
});

/** Previews and shortages of goods: for AppDeps.extraRoutes. */
export const goodsRoutes = ({ queries, previewSupply, previewStock, protect }: GoodsRouteDeps) => (app: App): void => {
  const head = (actor: string): CommandHead => ({ idempotencyKey: null, bodyHash: "", actor });
  const DECIDED = "Decided by the code that does it, on everything as it is; nothing is written.";

  app.post("/v1/supplies/:id/preview", operation(
    { tag: "stock", scope: "stock:read", id: "previewSupplyChange", summary: "See what another date, quantity or confidence of inbound goods would mean to orders", description: DECIDED },
    { params: z.object({ id: z.string() }), body: changeBody }, { 200: z.object({ supply: supplyChanged, effect: goodsEffect }) },
  ), async (request) => {
    const caller = callerOf(request);
    const { answers: [answer], effect } = await previewSupply(caller.tenantId, changeCommand(head(actorOf(caller)), request.params.id, request.body));
    if (answer?.ok !== true) throw answer === undefined ? new Error("a command has an answer") : new Refused(answer.refusal);
    return { supply: supplyChanged.parse(answer.body), effect };
  });

  app.post("/v1/stock/counts/preview", operation(
    { tag: "stock", scope: "stock:read", limitedByNode: true, id: "previewCounts", summary: "See what counts at a node would change, and which orders would be sent from elsewhere",
      description: `${DECIDED} Every line is answered, those that would be refused with the reason.` },
    { body: countsBody }, { 200: z.object({ lines: z.array(counted), effect: goodsEffect }) },
  ), async (request) => {
    const caller = callerOf(request);
    const { node, lines } = request.body;
    onlyAt(caller, node);
    const { answers, effect } = await previewStock(caller.tenantId, lines.map((line): StockCommand => ({
      ...head(actorOf(caller)), occurredAt: null, change: { type: "count", sku: line.sku, node, owner: "", condition: "A", counted: given(line), note: null },
    })));
    // Of orders elsewhere, somebody limited to nodes is told nothing: what is displaced leaves a node of theirs.
    const shown = caller.places === null ? effect : { ...effect, promises: [], served: [] };
    return { lines: lines.map(({ sku }, index) => lineOf(sku, answers[index])), effect: shown };
  });

  app.post("/v1/stock/protection", operation(
    { tag: "stock", scope: "catalogue:write", id: "protectStock", summary: "Say how much of items and by channels is kept back, all of it or nothing",
      description: "Of an item, safety_stock counted units at each node or safety_percent of what is on hand there, whichever is more, are promised to nobody; a channel's buffer is taken off what it may offer of every item. What is left out stays." },
    { body: protectBody }, { 200: z.object({ items: z.array(name).describe("SKUs that were changed."), channels: z.array(name) }) },
  ), async (request, reply) => {
    const { reason, items = [], channels = [] } = request.body;
    return sendAnswer(request, reply, await protect(callerOf(request).tenantId, {
      ...headOf(request), reason, channels, items: items.map((one) => ({ sku: one.sku, safetyStock: one.safety_stock ?? null, safetyPercent: one.safety_percent ?? null })),
    }));
  });

  app.get("/v1/stock/shortages", operation(
    { tag: "stock", scope: "stock:read", limitedByNode: true, id: "listShortages", summary: "List items at nodes that owe units, with the shipments that claim what is not there" },
    { querystring: z.strictObject({ node: codeText.optional(), cursor: cursor.optional(), limit: limit(250, 50) }) }, { 200: page(shortage) },
  ), async (request) => {
    const { tenantId, places } = callerOf(request);
    return listOf(await queries.listShortages(tenantId, { places, node: request.query.node ?? null, limit: Number(request.query.limit), after: placeOf(request.query.cursor, [PART.uuid, PART.uuid]) }));
  });
};

function lineOf(sku: string, answer: GoodsPreview["answers"][number] | undefined): z.infer<typeof counted> {
  if (answer === undefined) throw new Error("every line has an answer");
  if (!answer.ok) {
    const { code, detail, errors } = answer.refusal;
    return { sku, on_hand: null, change: null, short: null, quantity_scale: null, problem: { code: errors?.[0]?.code ?? code, detail: errors?.[0]?.detail ?? detail, fix: REFUSALS[errors?.[0]?.code ?? code].fix } };
  }
  const { on_hand: onHand, change, short, quantity_scale: scale } = answer.body;
  return { sku, on_hand: Number(onHand), change: Number(change), short: Number(short), quantity_scale: Number(scale), problem: null };
}
