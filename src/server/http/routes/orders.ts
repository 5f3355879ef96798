import { z } from "zod";
import { parseSearch, QUERY_WORDS_MAX } from "../../../domain/order/index.ts";
import type { Principal } from "../../../flows/access.ts";
import { type OrderFilter } from "../../../flows/queries.ts";
import { ORDER_STATUSES } from "../../../domain/order/index.ts";
import { parsePublicId } from "../../../domain/kernel/index.ts";
import { callerOf, hasScope } from "../access.ts";
import type { App, AppDeps } from "../app.ts";
import { canonicalText, captureCommand } from "../capture.ts";
import { headOf, listOf, notFound, operation, PART, placeOf, sendAnswer } from "../route.ts";
import { captureBody } from "../schemas/capture.ts";
import { codeText, cursor, holdKind, instant, limit, repeatable, text, withCode } from "../schemas/fields.ts";
import { captured, decision, event, order, orderSummary, page } from "../schemas/views.ts";

/** Orders that are counted at most when a count is asked for. */
const COUNT_MAX = 10_000;

/** What is looked for. Whatever is neither letter nor digit only parts words, so there is nothing to escape and nothing to inject. */
const searched = text(500).transform((value, context) => {
  const query = parseSearch(value);
  if (query.words.length === 0) context.addIssue(withCode("INVALID_FIELD", "There is no letter or digit to search for."));
  if (query.words.length > QUERY_WORDS_MAX) context.addIssue(withCode("INVALID_FIELD", `At most ${QUERY_WORDS_MAX} words can be searched for at once; there are ${query.words.length}.`));
  return { text: value.trim(), query };
});

/** What a list of orders may be narrowed down to. */
export const orderFilterQuery = z.strictObject({
  status: repeatable(z.enum(ORDER_STATUSES), 20).optional(), channel: codeText.optional(), node: codeText.optional(), hold: holdKind.optional(),
  external_id: text(200).optional(), number: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
  placed_from: instant.optional(), placed_to: instant.optional(), captured_from: instant.optional(), captured_to: instant.optional(),
});
const listQuery = orderFilterQuery.extend({ q: searched.optional(), cursor: cursor.optional(), limit: limit(250, 50), count: z.enum(["none", "estimate"]).optional() });
const counted = z.object({ value: z.int(), exact: z.boolean() });
const searchState = z.object({
  indexed_to: z.int().describe("Position of the last event that searching knows of."), behind: z.int().describe("Events that it does not know of yet."),
  personal: z.boolean().describe("Whether what is personal was searched too."),
}).describe("With q: what was searched.").meta({ id: "SearchState" });
export const orderParams = z.object({ id: z.string() });

/** The order behind a public id; what is no such id is as absent as one that nobody has. */
export function orderIdOf(id: string): string {
  const orderId = parsePublicId("order", id);
  if (orderId === undefined) throw notFound(`order ${id.slice(0, 100)}`);
  return orderId;
}

/** The same, for who may see it: to somebody limited to nodes, an order of which nothing is there is as absent as one that nobody has. */
async function visibleOrder({ queries }: AppDeps, { tenantId, places }: Principal, id: string): Promise<string> {
  const orderId = orderIdOf(id);
  if (places !== null && !(await queries.isAtPlaces(tenantId, orderId, places))) throw notFound(`order ${id}`);
  return orderId;
}

export function orderRoutes(app: App, deps: AppDeps): void {
  const about = { tag: "orders", scope: "orders:read", limitedByNode: true } as const;
  app.post("/v1/orders", operation(
    { id: "captureOrder", tag: "orders", scope: "orders:write", summary: "Capture an order: validated, held where a rule says so, routed and reserved in one commit",
      description: "Channel and external_id identify the order: the same order again answers 200 with what is there. A line without unit_price costs what its price list says at placed_at." },
    { body: captureBody }, { 200: captured, 201: captured },
  ), async (request, reply) => {
    const head = headOf(request, canonicalText(request.body));
    return sendAnswer(request, reply, await deps.flows.capture(callerOf(request).tenantId, captureCommand(head, request.body)));
  });

  app.get("/v1/orders", operation(
    { ...about, id: "listOrders", summary: "List orders, newest first",
      description: "Newest by capture; with a range of placed_at or captured_at, by that instant. Ranges include their start and not their end. Status may be repeated. " +
        "With q, orders in which every word of it begins a word of their number, external id, name at the channel, e-mail address, customer's name, company, telephone number, tracking number, SKU, title, postcode or town; " +
        "of numbers, ids and telephone numbers the end is enough. What is called exactly so comes first, then the newest; a page may be shorter than its limit. " +
        "What is personal is searched only with the scope orders:read_personal. Search follows the log; the answer says how far." },
    { querystring: listQuery }, { 200: page(orderSummary).extend({ count: counted.optional(), search: searchState.optional() }) },
  ), async (request) => {
    const caller = callerOf(request);
    const { tenantId } = caller;
    const personal = hasScope(caller, "orders:read_personal");
    const filter = { ...filterOf(request.query, personal), places: caller.places };
    const [page, progress] = await Promise.all([deps.queries.listOrders(tenantId, filter), filter.search === null ? null : deps.queries.searchProgress(tenantId)]);
    const list = { ...listOf(page), ...(progress === null ? {} : { search: { indexed_to: progress.position, behind: progress.behind, personal } }) };
    if (request.query.count !== "estimate") return list;
    const value = await deps.queries.countOrders(tenantId, filter, COUNT_MAX + 1);
    return { ...list, count: { value: Math.min(value, COUNT_MAX), exact: value <= COUNT_MAX } };
  });

  app.get("/v1/orders/:id", operation(
    { ...about, id: "getOrder", summary: "Read an order", description: "Contact is null without the scope orders:read_personal." }, { params: orderParams }, { 200: order },
  ), async (request, reply) => {
    const caller = callerOf(request);
    const orderId = await visibleOrder(deps, caller, request.params.id);
    const found = await deps.queries.findOrder(caller.tenantId, orderId, hasScope(caller, "orders:read_personal"));
    if (!found) throw notFound(`order ${request.params.id}`);
    reply.header("etag", `"${found.commercial_version}"`);
    return found;
  });

  app.get("/v1/orders/:id/timeline", operation(
    { ...about, id: "getOrderTimeline", summary: "Read what happened to an order, oldest first" },
    { params: orderParams, querystring: z.strictObject({ cursor: cursor.optional(), limit: limit(1000, 200) }) }, { 200: page(event) },
  ), async (request) => {
    const after = Number(placeOf(request.query.cursor, [PART.number])?.[0] ?? 0);
    const caller = callerOf(request);
    const found = await deps.queries.timeline(caller.tenantId, await visibleOrder(deps, caller, request.params.id), after, Number(request.query.limit));
    if (!found) throw notFound(`order ${request.params.id}`);
    return listOf(found);
  });

  app.get("/v1/orders/:id/routing-decisions", operation(
    { ...about, id: "listRoutingDecisions", summary: "Read why an order ships from where it ships, newest decision last" },
    { params: orderParams }, { 200: z.object({ data: z.array(decision) }) },
  ), async (request) => {
    const caller = callerOf(request);
    const found = await deps.queries.routingDecisions(caller.tenantId, await visibleOrder(deps, caller, request.params.id));
    if (!found) throw notFound(`order ${request.params.id}`);
    return { data: found };
  });
}

function filterOf(query: z.infer<typeof listQuery>, personal: boolean): Omit<OrderFilter, "places"> {
  const named = query.q ?? query.number ?? query.external_id;
  const byInstant = named === undefined && [query.placed_from, query.placed_to, query.captured_from, query.captured_to].some((bound) => bound !== undefined);
  const search = query.q === undefined ? null : { ...query.q, personal };
  return { ...wantedOrders(query), search, limit: Number(query.limit), after: placeOf(query.cursor, byInstant ? [PART.millis, PART.uuid] : [PART.uuid]) };
}

export function wantedOrders(query: z.infer<typeof orderFilterQuery>): Omit<OrderFilter, "search" | "limit" | "after" | "places"> {
  return {
    statuses: query.status ?? null, channel: query.channel ?? null, node: query.node ?? null, holdKind: query.hold ?? null, externalId: query.external_id ?? null,
    number: query.number ?? null, placedFrom: query.placed_from ?? null, placedTo: query.placed_to ?? null, capturedFrom: query.captured_from ?? null,
    capturedTo: query.captured_to ?? null,
  };
}
