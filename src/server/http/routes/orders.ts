import { z } from "zod";
import { parseSearch, QUERY_WORDS_MAX } from "../../../domain/order/index.ts";
import { ANY_ORDER, type OrderFilter, sortOf } from "../../../flows/queries.ts";
import { PAYMENT_STATES } from "../../../domain/catalog/index.ts";
import type { Principal } from "../../../flows/access.ts";
import { ORDER_STATUSES } from "../../../domain/order/index.ts";
import { parsePublicId } from "../../../domain/kernel/index.ts";
import { actorOf, callerOf, hasScope } from "../access.ts";
import type { App, AppDeps } from "../app.ts";
import { canonicalText, captureCommand, discountLimitFor, limited } from "../capture.ts";
import { headOf, listOf, notFound, operation, PART, placeOf, sendAnswer } from "../route.ts";
import { captureBody } from "../schemas/capture.ts";
import { codeText, countryCode, currencyCode, cursor, holdKind, instant, limit, repeatable, skuText, text, withCode } from "../schemas/fields.ts";
import { captured, decision, event, order, orderSummary, page } from "../schemas/views.ts";

/** How a list may be sorted: placed latest or oldest first, or next due first. */
const ORDER_SORTS = ["placed", "-placed", "deadline"] as const;

/** Orders that are counted at most when a count is asked for. */
const COUNT_MAX = 10_000;

/** What is looked for. Whatever is neither letter nor digit only parts words, so there is nothing to escape and nothing to inject. */
export const searched = text(500).transform((value, context) => {
  const query = parseSearch(value);
  if (query.words.length === 0) context.addIssue(withCode("INVALID_FIELD", "There is no letter or digit to search for."));
  if (query.words.length > QUERY_WORDS_MAX) context.addIssue(withCode("INVALID_FIELD", `At most ${QUERY_WORDS_MAX} words can be searched for at once; there are ${query.words.length}.`));
  return { text: value.trim(), query };
});

const totalMinor = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** What a list of orders may be narrowed down to. */
export const orderFilterQuery = z.strictObject({
  status: repeatable(z.enum(ORDER_STATUSES), 20).optional(), channel: codeText.optional(), node: codeText.optional(), hold: holdKind.optional(),
  external_id: text(200).optional(), number: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
  placed_from: instant.optional(), placed_to: instant.optional(), captured_from: instant.optional(), captured_to: instant.optional(),
  payment_state: z.enum(PAYMENT_STATES).optional(), tag: text(40).optional(), assignee: text(60).describe("A person's id, me for the caller, or none for orders that nobody has.").optional(),
  level: z.enum(["at_risk", "late"]).describe("What is known of the date that it has to keep.").optional(), sku: skuText.describe("A line has it; found by searching, which follows the log.").optional(),
  country: countryCode.describe("Where it goes.").optional(), currency: currencyCode.optional(), total_from: totalMinor.describe("Minor units of currency, included.").optional(), total_to: totalMinor.optional(),
});
/** Totals of different currencies do not compare. */
export const refineOrders = (query: { currency?: string | undefined; total_from?: number | undefined; total_to?: number | undefined; q?: unknown; sort?: unknown }, context: z.core.$RefinementCtx): void => {
  for (const name of ["total_from", "total_to"] as const) {
    if (query[name] !== undefined && query.currency === undefined) context.addIssue({ ...withCode("INVALID_FIELD", `${name} is in minor units of a currency: name the currency, too.`), path: [name] });
  }
  if (query.q !== undefined && query.sort !== undefined) context.addIssue({ ...withCode("INVALID_FIELD", "What is searched for comes with the best match first: leave sort out."), path: ["sort"] });
};
const listQuery = orderFilterQuery.extend({
  q: searched.optional(), sort: z.enum(ORDER_SORTS).optional(), cursor: cursor.optional(), limit: limit(250, 50), count: z.enum(["none", "estimate"]).optional(),
}).superRefine(refineOrders);
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
export async function visibleOrder({ queries }: { readonly queries: Pick<AppDeps["queries"], "isAtPlaces"> }, { tenantId, places }: Principal, id: string): Promise<string> {
  const orderId = orderIdOf(id);
  if (places !== null && !(await queries.isAtPlaces(tenantId, orderId, places))) throw notFound(`order ${id}`);
  return orderId;
}

export function orderRoutes(app: App, deps: AppDeps): void {
  const about = { tag: "orders", scope: "orders:read", limitedByNode: true } as const;
  app.post("/v1/orders", operation(
    { id: "captureOrder", tag: "orders", scope: "orders:write", summary: "Capture an order: validated, held where a rule says so, routed and reserved in one commit",
      description: "Channel and external_id identify the order: the same order again answers 200 with what is there. A line without unit_price costs what its price list says at placed_at. What a person brings may be cheaper than its price lists by no more than the person's discount limit (DISCOUNT_TOO_HIGH); a key brings the prices of its channel." },
    { body: captureBody }, { 200: captured, 201: captured },
  ), async (request, reply) => {
    const caller = callerOf(request);
    const head = limited(headOf(request, canonicalText(request.body)), discountLimitFor(caller));
    return sendAnswer(request, reply, await deps.flows.capture(caller.tenantId, captureCommand(head, request.body)));
  });

  app.get("/v1/orders", operation(
    { ...about, id: "listOrders", summary: "List orders, newest first",
      description: "Newest by capture; with a range of placed_at or captured_at, by that instant; with level, next due first. sort says otherwise: placed is the latest first, -placed the oldest first, deadline the next due first (only orders with a date at risk, or with ship_by). " +
        "Ranges include their start and not their end, totals both. Status may be repeated. Each page looks at a bounded number of orders, so it may be shorter than its limit, even empty, while has_more is true. " +
        "With q, orders in which every word of it begins a word of their number, external id, name at the channel, e-mail address, customer's name, company, telephone number, tracking number, SKU, title, postcode or town; " +
        "of numbers, ids and telephone numbers the end is enough. What is called exactly so comes first, then the newest; a page may be shorter than its limit. " +
        "What is personal is searched only with the scope orders:read_personal. Search follows the log; the answer says how far." },
    { querystring: listQuery }, { 200: page(orderSummary).extend({ count: counted.optional(), search: searchState.optional() }) },
  ), async (request) => {
    const caller = callerOf(request);
    const { tenantId } = caller;
    const personal = hasScope(caller, "orders:read_personal");
    const filter = filterOf(request.query, personal, caller);
    const [page, progress] = await Promise.all([deps.queries.listOrders(tenantId, filter), filter.search === null && filter.sku === null ? null : deps.queries.searchProgress(tenantId)]);
    const list = { ...listOf(page), ...(progress === null ? {} : { search: { indexed_to: progress.position, behind: progress.behind, personal } }) };
    if (request.query.count !== "estimate") return list;
    return { ...list, count: await deps.queries.countOrders(tenantId, { ...filter, limit: COUNT_MAX }) };
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

function filterOf(query: z.infer<typeof listQuery>, personal: boolean, caller: Principal): OrderFilter {
  const wanted = { ...wantedOrders(query, caller), search: query.q === undefined ? null : { ...query.q, personal }, sort: query.sort ?? null };
  const sort = sortOf(wanted);
  return { ...wanted, limit: Number(query.limit), after: placeOf(query.cursor, sort === "newest" ? [PART.uuid] : [new RegExp(`^${sort}$`), PART.millis, PART.uuid]) };
}

/** The filter of an address or body, limited to the nodes of who asks; `caller` is who "me" is. */
export function wantedOrders(query: z.infer<typeof orderFilterQuery>, caller: Principal): Omit<OrderFilter, "limit" | "after"> {
  const { assignee } = query;
  return {
    ...ANY_ORDER, statuses: query.status ?? null, channel: query.channel ?? null, node: query.node ?? null, holdKind: query.hold ?? null, externalId: query.external_id ?? null,
    number: query.number ?? null, placedFrom: query.placed_from ?? null, placedTo: query.placed_to ?? null, capturedFrom: query.captured_from ?? null,
    capturedTo: query.captured_to ?? null, paymentState: query.payment_state ?? null, tag: query.tag ?? null, unassigned: assignee === "none",
    assignee: assignee === undefined || assignee === "none" ? null : assignee === "me" ? actorOf(caller) : assignee, level: query.level ?? null, sku: query.sku ?? null, country: query.country ?? null,
    currency: query.currency ?? null, totalFrom: query.total_from ?? null, totalTo: query.total_to ?? null, places: caller.places,
  };
}
