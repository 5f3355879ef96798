import { z } from "zod";
import { type OrderFilter } from "../../../flows/queries.ts";
import { ORDER_STATUSES } from "../../../domain/order/index.ts";
import { parsePublicId } from "../../../domain/kernel/index.ts";
import { callerOf, hasScope } from "../access.ts";
import type { App, AppDeps } from "../app.ts";
import { canonicalText, captureCommand } from "../capture.ts";
import { headOf, listOf, notFound, operation, PART, placeOf, sendAnswer } from "../route.ts";
import { captureBody } from "../schemas/capture.ts";
import { codeText, cursor, holdKind, instant, limit, repeatable, text } from "../schemas/fields.ts";
import { captured, decision, event, order, orderSummary, page } from "../schemas/views.ts";

/** Orders that are counted at most when a count is asked for. */
const COUNT_MAX = 10_000;

/** What a list of orders may be narrowed down to. */
export const orderFilterQuery = z.strictObject({
  status: repeatable(z.enum(ORDER_STATUSES), 20).optional(), channel: codeText.optional(), node: codeText.optional(), hold: holdKind.optional(),
  external_id: text(200).optional(), number: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
  placed_from: instant.optional(), placed_to: instant.optional(), captured_from: instant.optional(), captured_to: instant.optional(),
});
const listQuery = orderFilterQuery.extend({ cursor: cursor.optional(), limit: limit(250, 50), count: z.enum(["none", "estimate"]).optional() });
const counted = z.object({ value: z.int(), exact: z.boolean() });
export const orderParams = z.object({ id: z.string() });

/** The order behind a public id; what is no such id is as absent as one that nobody has. */
export function orderIdOf(id: string): string {
  const orderId = parsePublicId("order", id);
  if (orderId === undefined) throw notFound(`order ${id.slice(0, 100)}`);
  return orderId;
}

export function orderRoutes(app: App, deps: AppDeps): void {
  const about = { tag: "orders", scope: "orders:read" } as const;
  app.post("/v1/orders", operation(
    { id: "captureOrder", tag: "orders", scope: "orders:write", summary: "Capture an order: validated, held where a rule says so, routed and reserved in one commit",
      description: "Channel and external_id identify the order: the same order again answers 200 with what is there." },
    { body: captureBody }, { 200: captured, 201: captured },
  ), async (request, reply) => {
    const head = headOf(request, canonicalText(request.body));
    return sendAnswer(request, reply, await deps.flows.capture(callerOf(request).tenantId, captureCommand(head, request.body)));
  });

  app.get("/v1/orders", operation(
    { ...about, id: "listOrders", summary: "List orders, newest first",
      description: "Newest by capture; with a range of placed_at or captured_at, by that instant. Ranges include their start and not their end. Status may be repeated." },
    { querystring: listQuery }, { 200: page(orderSummary).extend({ count: counted.optional() }) },
  ), async (request) => {
    const { tenantId } = callerOf(request);
    const filter = filterOf(request.query);
    const list = listOf(await deps.queries.listOrders(tenantId, filter));
    if (request.query.count !== "estimate") return list;
    const value = await deps.queries.countOrders(tenantId, filter, COUNT_MAX + 1);
    return { ...list, count: { value: Math.min(value, COUNT_MAX), exact: value <= COUNT_MAX } };
  });

  app.get("/v1/orders/:id", operation(
    { ...about, id: "getOrder", summary: "Read an order", description: "Contact is null without the scope orders:read_personal." }, { params: orderParams }, { 200: order },
  ), async (request, reply) => {
    const caller = callerOf(request);
    const found = await deps.queries.findOrder(caller.tenantId, orderIdOf(request.params.id), hasScope(caller, "orders:read_personal"));
    if (!found) throw notFound(`order ${request.params.id}`);
    reply.header("etag", `"${found.commercial_version}"`);
    return found;
  });

  app.get("/v1/orders/:id/timeline", operation(
    { ...about, id: "getOrderTimeline", summary: "Read what happened to an order, oldest first" },
    { params: orderParams, querystring: z.strictObject({ cursor: cursor.optional(), limit: limit(1000, 200) }) }, { 200: page(event) },
  ), async (request) => {
    const after = Number(placeOf(request.query.cursor, [PART.number])?.[0] ?? 0);
    const found = await deps.queries.timeline(callerOf(request).tenantId, orderIdOf(request.params.id), after, Number(request.query.limit));
    if (!found) throw notFound(`order ${request.params.id}`);
    return listOf(found);
  });

  app.get("/v1/orders/:id/routing-decisions", operation(
    { ...about, id: "listRoutingDecisions", summary: "Read why an order ships from where it ships, newest decision last" },
    { params: orderParams }, { 200: z.object({ data: z.array(decision) }) },
  ), async (request) => {
    const found = await deps.queries.routingDecisions(callerOf(request).tenantId, orderIdOf(request.params.id));
    if (!found) throw notFound(`order ${request.params.id}`);
    return { data: found };
  });
}

function filterOf(query: z.infer<typeof listQuery>): OrderFilter {
  const byInstant = [query.placed_from, query.placed_to, query.captured_from, query.captured_to].some((bound) => bound !== undefined);
  return { ...wantedOrders(query), limit: Number(query.limit), after: placeOf(query.cursor, byInstant ? [PART.millis, PART.uuid] : [PART.uuid]) };
}

export function wantedOrders(query: z.infer<typeof orderFilterQuery>): Omit<OrderFilter, "limit" | "after"> {
  return {
    statuses: query.status ?? null, channel: query.channel ?? null, node: query.node ?? null, holdKind: query.hold ?? null, externalId: query.external_id ?? null,
    number: query.number ?? null, placedFrom: query.placed_from ?? null, placedTo: query.placed_to ?? null, capturedFrom: query.captured_from ?? null,
    capturedTo: query.captured_to ?? null,
  };
}
