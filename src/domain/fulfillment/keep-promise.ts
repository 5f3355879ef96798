import type { SoftClaim } from "../inventory/index.ts";
import type { Journal, Order } from "../order/index.ts";
import type { RoutingPlan } from "../routing/index.ts";
import { planLines, type SourcingFacts, type Wanted } from "./source.ts";

/** Gives an order that names a claim what was promised with it. A service level of the order's own stays. */
export function takePromise(order: Order, { promise }: SoftClaim): void {
  if (!promise) return;
  const arrivals = Object.fromEntries(order.lines.flatMap(({ lineNo, parentLineNo, document: { sku } }) => {
    const arrives = parentLineNo === null ? promise.arrivals[sku] : undefined;
    return arrives === undefined ? [] : [[String(lineNo), arrives] as const];
  }));
  const level = order.document.service_level ?? promise.service_level;
  order.document = { ...order.document, ...(level === null ? {} : { service_level: level }), promise: { option: promise.option, arrives_at: promise.arrives_at, arrivals } };
}

/** Routes an order to the nodes whose stock was claimed with its promise, while they bear it; else to whoever has it, or has it sooner. */
export function planAsPromised(journal: Journal, order: Order, wanted: readonly Wanted[], facts: SourcingFacts, { lines, promise }: SoftClaim): RoutingPlan {
  const claimed = new Set(lines.map(({ nodeId }) => nodeId));
  const nodePool = facts.nodes.filter(({ id }) => claimed.has(id)).map(({ code }) => code);
  const kept = planLines(journal, order, wanted, { ...facts, channel: { ...facts.channel, nodePool } }, "CAPTURE");
  const isWhole = ({ unplaced }: RoutingPlan): boolean => unplaced.length === 0;
  const latest = ({ shipments }: RoutingPlan): number => shipments.reduce((last, { arrivesAt }) => Math.max(last, arrivesAt), 0);
  if (isWhole(kept) && latest(kept) <= (promise?.arrives_at ?? Infinity)) return kept;
  const free = planLines(journal, order, wanted, facts, "CAPTURE");
  return isWhole(kept) && (!isWhole(free) || latest(free) >= latest(kept)) ? kept : free;
}
