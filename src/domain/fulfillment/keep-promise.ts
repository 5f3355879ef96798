import type { Instant } from "../kernel/index.ts";
import type { Node } from "../catalog/index.ts";
import type { SoftClaim } from "../inventory/index.ts";
import type { Journal, Order } from "../order/index.ts";
import { decideRouting, type RoutingPlan, type RoutingRequest } from "../routing/index.ts";
import { promiseKeptUntil, zoneOfOrder } from "./order-place.ts";
import { routingRequest, type SourcingFacts, type Wanted } from "./source.ts";

/** Gives an order that names a claim what was promised with it. A service level of the order's own stays. */
export function takePromise(order: Order, { promise, lines }: SoftClaim, nodes: readonly Node[]): void {
  if (!promise) return;
  const arrivals = Object.fromEntries(order.lines.flatMap(({ lineNo, parentLineNo, document: { sku } }) => {
    const arrives = parentLineNo === null ? promise.arrivals[sku] : undefined;
    return arrives === undefined ? [] : [[String(lineNo), arrives] as const];
  }));
  const level = order.document.service_level ?? promise.service_level;
  const store = nodes.find(({ code }) => promise.option === `pickup/${code}`);
  // Goods that were claimed elsewhere are sent to where they are collected.
  const pickup = store && lines.some(({ nodeId }) => nodeId !== store.id) ? { pickup_node: order.document.pickup_node ?? store.code } : {};
  order.document = { ...order.document, ...(level === null ? {} : { service_level: level }), ...pickup, promise: { option: promise.option, arrives_at: promise.arrives_at, arrivals } };
}

/**
 * Routes an order that names the claim of a promise: to the nodes whose stock was claimed while they can send all of it in time, else
 * to whoever can; where nobody can, to the claim's nodes all the same, and then to whoever has it.
 */
export function planAsPromised(journal: Journal, order: Order, wanted: readonly Wanted[], facts: SourcingFacts, { lines, promise }: SoftClaim): RoutingPlan {
  const claimed = new Set(lines.map(({ nodeId }) => nodeId));
  const free = routingRequest(journal, order, wanted, facts, "CAPTURE");
  const kept = { ...free, nodePool: facts.nodes.filter(({ id }) => claimed.has(id)).map(({ code }) => code) };
  const told = promise?.arrives_at ?? null;
  const arrives = promise && told !== null ? promiseKeptUntil(promise.option, told, zoneOfOrder(order, facts.nodes)) : null;
  const tries = arrives === null ? [kept] : [inTime(kept, { arrives }), inTime(free, { arrives }), kept];
  for (const request of tries) {
    const plan = decideRouting(request);
    if (plan.unplaced.length === 0) return plan;
  }
  return decideRouting(free);
}

/** The same decision among what arrives, and leaves, until then. */
export const inTime = (request: RoutingRequest, { arrives = Infinity, leaves = Infinity }: { readonly arrives?: Instant | undefined; readonly leaves?: Instant | undefined }): RoutingRequest =>
  ({ ...request, travel: request.travel ? { ...request.travel, until: { arrives, leaves } } : null });
