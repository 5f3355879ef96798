import { z } from "zod";
import { type Outcome, parsePublicId, publicId } from "../../domain/kernel/index.ts";
import { CRITERIA } from "../../domain/routing/index.ts";
import type { ReEvaluated, ReEvaluateOrders } from "../../flows/re-evaluate.ts";
import { byOf, callerOf } from "./access.ts";
import type { App } from "./app.ts";
import { Refused } from "./problem.ts";
import { operation } from "./route.ts";
import { text as shortText, unique } from "./schemas/fields.ts";

/** Orders that one request looks at. */
const ORDERS_MAX = 200;

const orderId = shortText(60).transform((value, context): string => {
  const id = parsePublicId("order", value);
  if (id !== undefined && id !== null) return id;
  context.addIssue({ code: "custom", message: `"${value}" is not an order's id.` });
  return z.NEVER;
});
const body = z.strictObject({
  dry_run: z.boolean().optional(), orders: z.array(orderId).min(1).max(ORDERS_MAX).optional(), after: orderId.optional(), limit: z.int().min(1).max(ORDERS_MAX).optional(),
  consolidate: z.boolean().optional(), swap: z.boolean().optional(), minimum_saving_micros: z.int().min(0).max(1e12).optional(),
}).superRefine(({ orders, after, limit, consolidate, swap }, context) => {
  unique(orders ?? [], (id) => publicId("order", id), context, "orders");
  for (const [field, given] of [["after", after], ["limit", limit]] as const) {
    if (orders !== undefined && given !== undefined) context.addIssue({ code: "custom", path: [field], message: `orders names every order to look at: leave ${field} out, or orders.` });
  }
  if (consolidate === false && swap === false) context.addIssue({ code: "custom", path: ["swap"], message: "Without consolidate and swap nothing could change: allow one of them." });
});

const [text, whole] = [z.string(), z.int()];
const changedOrder = z.object({
  order: text, number: whole, sentence: text, saving_micros: whole.describe("Less than nothing where the order costs more for the sake of the other one."),
  better_by: z.enum(CRITERIA).describe("The first criterion of its rules in which the plans differ."), cost_before_micros: whole.describe("Of what is decided anew, as it stands, by the facts of now."), cost_after_micros: whole,
  moved: z.array(z.object({ line: whole, quantity: whole, from: z.nullable(text), to: z.nullable(text) })),
});
const reEvaluation = z.object({
  dry_run: z.boolean(), looked_at: whole, saving_micros: whole.describe("All changes together, in micro-units of the base currency."),
  changes: z.array(z.object({ kind: z.enum(["consolidate", "swap"]), saving_micros: whole, orders: z.array(changedOrder) })),
  next: z.nullable(text).describe("Give it as after to look at more orders; null where there are none."),
}).meta({ id: "ReEvaluation" });

/** Looking again at orders that no node was told of yet. */
export const reEvaluationRoutes = (reEvaluate: (tenantId: number, asked: ReEvaluateOrders) => Promise<Outcome<ReEvaluated>>) => (app: App): void => {
  app.post("/v1/re-evaluations", operation({
    id: "reEvaluateOrders", tag: "routing", scope: "orders:write", summary: "Decide unreleased orders anew where that saves something, or say what would change",
    description: "Looks at orders with something that no node was told of yet, the oldest first: each on its own (consolidate), then together with others that hold what it could use (swap). An order changes only for a plan that is strictly better by its own rules, " +
      "costs no more, saves at least minimum_saving_micros, and has every line there as early as its customer was told. Without consolidate, swap and minimum_saving_micros the order's strategy says them; where it says nothing, everything is allowed at any saving. " +
      "dry_run answers the same and changes nothing. Repeating it is harmless: it ends where nothing is left to save.",
  }, { body }, { 200: reEvaluation }), async (request) => {
    const { dry_run: dryRun = false, orders, after, limit = ORDERS_MAX, consolidate, swap, minimum_saving_micros: minimum } = request.body;
    const answer = await reEvaluate(callerOf(request).tenantId, {
      ...byOf(request), dryRun, orderIds: orders ?? null, after: after ?? null, limit, consolidate: consolidate ?? null, swap: swap ?? null, minimumSavingMicros: minimum ?? null, due: null,
    });
    if (!answer.ok) throw new Refused(answer.refusal);
    const { lookedAt, changes, next } = answer.value;
    return {
      dry_run: dryRun, looked_at: lookedAt, saving_micros: changes.reduce((sum, { saving_micros: micros }) => sum + micros, 0), changes: changes as z.infer<typeof reEvaluation>["changes"],
      next: next && publicId("order", next),
    };
  });
};
