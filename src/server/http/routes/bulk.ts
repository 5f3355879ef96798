import { hash } from "node:crypto";
import { z } from "zod";
import type { DiscountLimit } from "../../../domain/order/index.ts";
import type { Scope } from "../../../flows/access.ts";
import type { Answer, AnswerBody, CommandHead } from "../../../flows/ports.ts";
import type { By } from "../../../domain/kernel/index.ts";
import { actorOf, callerOf, originOf } from "../access.ts";
import type { App, AppDeps } from "../app.ts";
import { canonicalText, captureCommand, discountLimitFor, limited } from "../capture.ts";
import { checkItem, factOfItem, factOfNode, itemFields, nodeBody } from "../facts.ts";
import { acceptNdjson, answerLines, lineTaker, NDJSON, type TakeLine } from "../ndjson.ts";
import { operation, validateAddress } from "../route.ts";
import { captureLine } from "../schemas/capture.ts";
import { codeText, skuText, text } from "../schemas/fields.ts";
import { FACT_BODIES, factCommand } from "../shipment-facts.ts";
import { dutyLine as dutyRates, dutyRatesOf } from "../customs-bodies.ts";
import { rateCardBody, rateCardOf } from "../shipping-bodies.ts";
import { priceBody, priceCommand } from "./prices.ts";
import { purchaseBody, purchaseCommand, transferBody, transferCommand } from "../supply-bodies.ts";
import { receiptBody, receiptCommand } from "./stock.ts";

const lineKey = { idempotency_key: text(255).regex(/^[\x20-\x7e]+$/, "Only printable ASCII characters.").optional() };
const itemLine = itemFields.extend({ sku: skuText, ...lineKey }).superRefine(checkItem);
const nodeLine = nodeBody.extend({ code: codeText, ...lineKey });
const receiptLine = receiptBody.extend(lineKey);
const priceLine = priceBody.extend(lineKey);
const dutyLine = dutyRates.safeExtend(lineKey);
const rateCardLine = rateCardBody.safeExtend({ code: codeText, ...lineKey });

const supplyLine = z.discriminatedUnion("kind", [
  purchaseBody.extend({ kind: z.literal("purchase_order"), ...lineKey }), transferBody.extend({ kind: z.literal("transfer"), ...lineKey }),
]);

const named = { shipment: text(60), ...lineKey };
const factLine = z.discriminatedUnion("action", [
  FACT_BODIES.release.extend({ ...named, action: z.literal("release") }), FACT_BODIES.accept.extend({ ...named, action: z.literal("accept") }),
  FACT_BODIES.reject.extend({ ...named, action: z.literal("reject") }), FACT_BODIES.pick.extend({ ...named, action: z.literal("pick") }),
  FACT_BODIES.pack.extend({ ...named, action: z.literal("pack") }), FACT_BODIES.ship.extend({ ...named, action: z.literal("ship") }),
  FACT_BODIES["arrive-at-store"].extend({ ...named, action: z.literal("arrive-at-store") }), FACT_BODIES["hand-over"].extend({ ...named, action: z.literal("hand-over") }), FACT_BODIES.deliver.extend({ ...named, action: z.literal("deliver") }),
  FACT_BODIES.lost.extend({ ...named, action: z.literal("lost") }), FACT_BODIES["return-to-sender"].extend({ ...named, action: z.literal("return-to-sender") }),
  FACT_BODIES["answer-cancel"].extend({ ...named, action: z.literal("answer-cancel") }),
]);

const bulkQuery = z.strictObject({ dry_run: z.enum(["true", "false"]).optional() });

const bulk = (id: string, tag: string, scope: Scope, summary: string): object => {
  const { config, schema } = operation({
    id, tag, scope, summary,
    description: `One JSON object a line, each like the body of the single operation, with what there stands in the address and an optional idempotency_key; one answer a line in the same order: {line, status, body} or {line, status, problem}. Empty lines are skipped. dry_run: true decides and keeps nothing; the body is then an outcome, create, update or skip.`,
  }, { querystring: bulkQuery });
  const lines = { description: "Lines of JSON", content: { [NDJSON]: { schema: z.string() } } };
  return { config, schema: { ...schema, consumes: [NDJSON], body: z.string(), response: { 200: lines, ...schema.response } } };
};

/** Makes a line's head: its kind and content are what its key stands for. */
type Head = (kind: string, key: string | undefined, content: string) => CommandHead;

/** Who sends lines. */
export interface Sender extends By {
  readonly tenantId: number;
  /** How far a person may go with discounts; none for a key, or for a file of a channel. */
  readonly discountLimit?: DiscountLimit | undefined;
}

interface Door {
  readonly options: object;
  /** Takes lines of this sender, one by one; a trial says what would come of them. */
  readonly takerFor: (sender: Sender, isTrial: boolean) => TakeLine;
}

type Flows = AppDeps["flows"]["trial"];

/** Where lines of one kind go. `unlessCreated`: what came of one that was done and created nothing. */
type OpenDoor = <T>(
  options: object, schema: z.ZodType<T>, unlessCreated: (body: AnswerBody) => "create" | "update" | "skip", submit: (flows: Flows, line: T, head: Head, sender: Sender) => Promise<Answer>,
) => Door;

const opening = (flows: AppDeps["flows"]): OpenDoor => (options, schema, unlessCreated, submit) => ({
  options,
  takerFor(sender, isTrial) {
    const { actor, origin } = sender;
    const head: Head = (kind, key, content) => ({ idempotencyKey: key ?? null, bodyHash: hash("sha256", kind + content), actor, origin });
    if (!isTrial) return lineTaker(schema, (line) => submit(flows, line, head, sender));
    return lineTaker(schema, async (line) => {
      const answer = await submit(flows.trial, line, head, sender);
      if (!answer.ok) return answer;
      return { ok: true, created: false, replayed: false, body: { outcome: answer.created && !answer.replayed ? "create" : unlessCreated(answer.body) } };
    });
  },
});

/** Where many things are taken in, by address: what comes over HTTP and what an import of a file sends goes the same way. */
export function bulkDoors({ flows, now }: Pick<AppDeps, "flows" | "now">) {
  const door = opening(flows);
  return {
    "/v1/orders/bulk": door(bulk("captureOrders", "orders", "orders:write", "Capture many orders"), captureLine,
      // The same text as a single capture hashes, so an order is recognised whichever way it comes again.
      () => "skip", (to, { idempotency_key: key, ...order }, head, { tenantId, discountLimit }) =>
        to.capture(tenantId, captureCommand(limited(head("", key, canonicalText(order)), discountLimit), order))),

    "/v1/shipments/bulk": door(bulk("reportShipments", "shipments", "shipments:write", "Report what happened to many shipments"), factLine, () => "update", (to, line, head, { tenantId }) => {
      const { idempotency_key: key, ...content } = line;
      return to.act(tenantId, factCommand(head("shipment\n", key, JSON.stringify(content)), line.shipment, line.action, line, now()));
    }),

    "/v1/stock/receipts/bulk": door(bulk("reportReceipts", "stock", "stock:write", "Goods arrived at many places; orders that wait for them are served in the same commit"), receiptLine,
      // Whether goods arrived before is told by no answer.
      () => "create", (to, { idempotency_key: key, ...receipt }, head, { tenantId }) => to.stock(tenantId, receiptCommand(head("receipt\n", key, JSON.stringify(receipt)), receipt, now()))),

    "/v1/items/bulk": door(bulk("putItems", "catalogue", "catalogue:write", "Create or change many items"), itemLine, () => "update", (to, { idempotency_key: key, sku, ...item }, head, { tenantId }) =>
      to.facts(tenantId, { ...head("item\n", key, JSON.stringify({ sku, item })), type: "item", validFrom: item.valid_from ?? null, fact: factOfItem(sku, item) })),

    "/v1/supply-orders/bulk": door(bulk("createSupplyOrders", "stock", "stock:write", "Announce many purchase orders and transfers"), supplyLine, () => "skip", (to, { idempotency_key: key, ...order }, head, { tenantId }) => {
      const own = head("supply order\n", key, JSON.stringify(order));
      if (order.kind === "transfer") return to.supplyOrder(tenantId, transferCommand(own, order));
      return to.supplyOrder(tenantId, purchaseCommand(own, order));
    }),

    "/v1/prices/bulk": door(bulk("savePrices", "catalogue", "catalogue:write", "Add or change many prices of lists"), priceLine,
      ({ changed }) => (changed === true ? "update" : "skip"), (to, { idempotency_key: key, ...price }, head, { tenantId }) => to.prices(tenantId, priceCommand(head("price\n", key, JSON.stringify(price)), price))),

    "/v1/rate-cards/bulk": door(bulk("putRateCards", "shipping", "catalogue:write", "Create or change many rate cards"), rateCardLine,
      ({ changed }) => (changed === true ? "update" : "skip"), (to, { idempotency_key: key, code, ...card }, head, { tenantId }) => to.shippingFacts(tenantId, {
        ...head("rate card\n", key, JSON.stringify({ code, card })), action: "save", fact: { kind: "rate_card", code, document: rateCardOf(code, card) }, validFrom: card.valid_from ?? null,
      })),

    "/v1/duty-rates/bulk": door(bulk("putManyDutyRates", "shipping", "catalogue:write", "Create or change the duty rates of many destinations"), dutyLine,
      ({ changed }) => (changed === true ? "update" : "skip"), (to, { idempotency_key: key, destination, ...rates }, head, { tenantId }) => to.shippingFacts(tenantId, {
        ...head("duty rates\n", key, JSON.stringify({ destination, rates })), action: "save", fact: { kind: "duty_rates", code: destination, document: dutyRatesOf(destination, rates) }, validFrom: rates.valid_from ?? null,
      })),

    "/v1/nodes/bulk": door(bulk("putNodes", "catalogue", "catalogue:write", "Create or change many nodes"), nodeLine, () => "update", (to, { idempotency_key: key, code, ...node }, head, { tenantId }) =>
      to.facts(tenantId, { ...head("node\n", key, JSON.stringify({ code, node })), type: "node", validFrom: node.valid_from ?? null, fact: factOfNode(code, node) })),
  } as const satisfies Readonly<Record<string, Door>>;
}

export function bulkRoutes(app: App, deps: AppDeps): void {
  acceptNdjson(app);
  for (const [path, { options, takerFor }] of Object.entries(bulkDoors(deps))) {
    app.post<{ Querystring: z.infer<typeof bulkQuery> }>(path, { ...options, validatorCompiler: validateAddress(app) }, (request, reply) => {
      const caller = callerOf(request);
      return answerLines(request, reply, takerFor({ tenantId: caller.tenantId, actor: actorOf(caller), origin: originOf(request), discountLimit: discountLimitFor(caller) }, request.query.dry_run === "true"), deps);
    });
  }
}
