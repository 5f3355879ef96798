import { z } from "zod";
import { COST_TERMS, type CostWeights } from "../../domain/routing/index.ts";
import { type Outcome, scaledInteger } from "../../domain/kernel/index.ts";
import type { AnswerBody } from "../../flows/ports.ts";
import type { WhatIf } from "../../flows/what-if.ts";
import { callerOf } from "./access.ts";
import type { App } from "./app.ts";
import { Refused } from "./problem.ts";
import { operation } from "./route.ts";
import { orderIdOf, orderParams } from "./routes/orders.ts";
import { codeText, coordinates, decimal, instant, skuText, text } from "./schemas/fields.ts";
import { groupOf, groups } from "./schemas/strategy.ts";
import { whatIfAnswer } from "./schemas/views.ts";

const WEIGHT_MOST = 1_000_000n;

/** A weight as people write it, in thousandths. */
const weight = decimal.transform((value, context): number => {
  const thousandths = scaledInteger(value, 3);
  if (thousandths !== undefined && thousandths >= 0n && thousandths <= WEIGHT_MOST) return Number(thousandths);
  context.addIssue({ code: "custom", message: "Not a weight from 0 to 1000 with at most three decimal places." });
  return z.NEVER;
});
const weights = z.strictObject(Object.fromEntries(COST_TERMS.map((term) => [term, weight.optional()])) as Record<(typeof COST_TERMS)[number], z.ZodOptional<typeof weight>>);
const codes = z.array(codeText).min(1).max(10_000);

const body = z.strictObject({
  exclude_nodes: codes.optional(), only_nodes: codes.optional(), weights: weights.optional(), strategy: codeText.optional(), draft: z.boolean().optional(), groups: groups.optional(),
  destination: z.strictObject({ country: text(100), region: text(100).optional(), postcode: text(40).optional(), city: text(200).optional(), coordinates: coordinates.optional() }).optional(),
  stock: z.array(z.strictObject({ sku: skuText, node: codeText, on_hand: decimal, unit: text(50).optional() })).max(1_000).optional(),
  service_level: codeText.optional(), deliver_by: instant.optional(), now: instant.optional(),
});

/** Questions about where an order would go. */
export const whatIfRoutes = (ask: (tenantId: number, question: WhatIf) => Promise<Outcome<AnswerBody>>) => (app: App): void => {
  app.post("/v1/orders/:id/what-if", operation({
    id: "whatIf", tag: "routing", scope: "orders:read", summary: "Read where an order would go if something were otherwise",
    description: "Decides by the code that routes orders, and writes nothing. What no node was told of yet is decided anew, as if its own reservations were free; where nothing is left of that, the whole order, as if it came in now. " +
      "Holds are no matter. weights are factors of the cost terms (1 counts a cost as it is); strategy goes by another strategy, with draft by its draft (without strategy by that of the channel's own), groups by rules that are given here. " +
      "destination replaces where it goes, stock what is on hand of an item at a node, now the present (which may not have passed).",
  }, { params: orderParams, body }, { 200: whatIfAnswer }), async (request) => {
    const answer = await ask(callerOf(request).tenantId, questionOf(orderIdOf(request.params.id), request.body));
    if (!answer.ok) throw new Refused(answer.refusal);
    return answer.value;
  });
};

const questionOf = (orderId: string, asked: z.infer<typeof body>): WhatIf => ({
  orderId, excludeNodes: asked.exclude_nodes ?? [], onlyNodes: asked.only_nodes ?? null,
  weights: Object.fromEntries(Object.entries(asked.weights ?? {}).filter(([, one]) => one !== undefined)) as CostWeights,
  strategy: asked.strategy ?? null, draft: asked.draft ?? false, groups: asked.groups?.map(groupOf) ?? null, destination: asked.destination ?? null,
  stock: (asked.stock ?? []).map(({ sku, node, on_hand: onHand, unit }) => ({ sku, node, onHand: { text: onHand, unit: unit ?? null } })),
  serviceLevel: asked.service_level ?? null, deliverBy: asked.deliver_by ?? null, now: asked.now ?? null,
});
