import { hash } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import type { Scope } from "../../../flows/access.ts";
import type { CommandHead } from "../../../flows/ports.ts";
import { actorOf, callerOf } from "../access.ts";
import type { App, AppDeps } from "../app.ts";
import { canonicalText, captureCommand } from "../capture.ts";
import { checkItem, factOfItem, itemFields } from "../facts.ts";
import { acceptNdjson, answerLines, NDJSON } from "../ndjson.ts";
import { operation } from "../route.ts";
import { captureLine } from "../schemas/capture.ts";
import { skuText, text } from "../schemas/fields.ts";
import { FACT_BODIES, factCommand } from "../shipment-facts.ts";

const lineKey = { idempotency_key: text(255).regex(/^[\x20-\x7e]+$/, "Only printable ASCII characters.").optional() };
const itemLine = itemFields.extend({ sku: skuText, ...lineKey }).superRefine(checkItem);

const named = { shipment: text(60), ...lineKey };
const factLine = z.discriminatedUnion("action", [
  FACT_BODIES.release.extend({ ...named, action: z.literal("release") }), FACT_BODIES.accept.extend({ ...named, action: z.literal("accept") }),
  FACT_BODIES.reject.extend({ ...named, action: z.literal("reject") }), FACT_BODIES.pick.extend({ ...named, action: z.literal("pick") }),
  FACT_BODIES.pack.extend({ ...named, action: z.literal("pack") }), FACT_BODIES.ship.extend({ ...named, action: z.literal("ship") }),
  FACT_BODIES["hand-over"].extend({ ...named, action: z.literal("hand-over") }), FACT_BODIES.deliver.extend({ ...named, action: z.literal("deliver") }),
  FACT_BODIES.lost.extend({ ...named, action: z.literal("lost") }), FACT_BODIES["return-to-sender"].extend({ ...named, action: z.literal("return-to-sender") }),
  FACT_BODIES["answer-cancel"].extend({ ...named, action: z.literal("answer-cancel") }),
]);

const bulk = (id: string, tag: string, scope: Scope, summary: string): object => {
  const { config, schema } = operation({
    id, tag, scope, summary,
    description: `One JSON object a line, each like the body of the single operation with an optional idempotency_key; one answer a line in the same order: {line, status, body} or {line, status, problem}. Empty lines are skipped.`,
  }, {});
  const lines = { description: "Lines of JSON", content: { [NDJSON]: { schema: z.string() } } };
  return {
    config, validatorCompiler: () => (value: unknown) => ({ value }),
    schema: { ...schema, consumes: [NDJSON], body: z.string(), response: { 200: lines, ...schema.response } },
  };
};

export function bulkRoutes(app: App, deps: AppDeps): void {
  acceptNdjson(app);
  const heads = (request: FastifyRequest) => {
    const actor = actorOf(callerOf(request));
    return (kind: string, key: string | undefined, content: string): CommandHead =>
      ({ actor, idempotencyKey: key ?? null, bodyHash: hash("sha256", kind + content) });
  };

  app.post("/v1/orders/bulk", bulk("captureOrders", "orders", "orders:write", "Capture many orders"), (request, reply) => {
    const { tenantId } = callerOf(request);
    const head = heads(request);
    return answerLines(request, reply, {
      schema: captureLine,
      // The same text as a single capture hashes, so an order is recognised whichever way it comes again.
      submit: ({ idempotency_key: key, ...order }) => deps.flows.capture(tenantId, captureCommand(head("", key, canonicalText(order)), order)),
    }, deps);
  });

  app.post("/v1/shipments/bulk", bulk("reportShipments", "shipments", "shipments:write", "Report what happened to many shipments"), (request, reply) => {
    const { tenantId } = callerOf(request);
    const head = heads(request);
    return answerLines(request, reply, {
      schema: factLine,
      submit: (line) => {
        const { idempotency_key: key, ...content } = line;
        return deps.flows.act(tenantId, factCommand(head("shipment\n", key, JSON.stringify(content)), line.shipment, line.action, line, deps.now()));
      },
    }, deps);
  });

  app.post("/v1/items/bulk", bulk("putItems", "catalogue", "catalogue:write", "Create or change many items"), (request, reply) => {
    const { tenantId } = callerOf(request);
    const head = heads(request);
    return answerLines(request, reply, {
      schema: itemLine,
      submit: ({ idempotency_key: key, sku, ...item }) =>
        deps.flows.facts(tenantId, { ...head("item\n", key, JSON.stringify({ sku, item })), type: "item", validFrom: item.valid_from ?? null, fact: factOfItem(sku, item) }),
    }, deps);
  });
}
