import { type Instant, type OrdoEvent, present } from "../kernel/index.ts";
import { type Destination, isKit, type Journal, NO_ITEM, type Order } from "../order/index.ts";
import { type CostWeights, defaultGroup, type Filter, type Strategy, type StrategyGroup } from "../routing/index.ts";
import { claimedUnits } from "./resource.ts";
import { leaveIfEmpty, type SourcingFacts, type Wanted } from "./source.ts";

/** What a question takes to be otherwise than it is. What is null, or empty, is as it is. */
export interface Supposition {
  readonly excludeNodes: readonly string[];
  readonly onlyNodes: readonly string[] | null;
  /** Thousandths; they replace those of the same terms. */
  readonly weights: CostWeights;
  /** In place of the one of the order's channel. */
  readonly strategy: Strategy | null;
  readonly destination: Destination | null;
  readonly stock: readonly { readonly itemId: string; readonly nodeId: string; readonly onHand: number }[];
  readonly serviceLevel: string | null;
  readonly deliverBy: Instant | null;
}

/** The code that decisions show for rules which stand in no strategy. */
export const SUPPOSED_STRATEGY = "what-if";

/** Units of a line at a node. */
export interface Placed {
  readonly lineNo: number;
  readonly nodeId: string;
  readonly quantity: number;
}

/** What a question is about: the units that are to be routed, and where they are now. */
export interface Asked {
  /** What no node was told of yet; or, where nothing is left of that, the whole order. */
  readonly scope: "unreleased" | "whole_order";
  readonly wanted: readonly Wanted[];
  readonly standing: readonly Placed[];
}

/**
 * Gives an order's reservations back in the journal's books, so that they do not stand in their own way, and says what would be
 * routed. Holds are no matter: the question is where it would go. Goods that nobody has identified yet are left out.
 */
export function takeBack(journal: Journal, order: Order): Asked {
  const planned = standingUnits(order, true);
  giveBack(journal, journal.event("OrderRouted", order.id, {}), order, true);
  const known = order.lines.filter((line) => !isKit(line) && line.itemId !== NO_ITEM);
  const waiting = known.flatMap((line): Wanted[] => {
    const quantity = line.units.pending + line.units.backordered + line.units.preordered;
    return quantity > 0 ? [{ line, from: "pending", quantity }] : [];
  });
  if (waiting.length > 0) return { scope: "unreleased", wanted: waiting, standing: planned };
  const standing = standingUnits(order, false);
  giveBack(journal, journal.event("OrderRouted", order.id, {}), order, false);
  order.excluded.splice(0);
  const wanted = known.flatMap((line): Wanted[] => (line.ordered > line.units.cancelled ? [{ line, from: "pending", quantity: line.ordered - line.units.cancelled }] : []));
  return { scope: "whole_order", wanted, standing };
}

const STAGES = ["reserved", "released", "picked", "packed", "shipped", "handed_over"] as const;

/** Where units of an order are: all that have a node, or only those that no node was told of yet. */
export function standingUnits(order: Order, plannedOnly: boolean): readonly Placed[] {
  return order.shipments.filter(({ status }) => !plannedOnly || status === "PLANNED").flatMap(({ nodeId, lines }) => [...lines].flatMap(([lineNo, stages]) => {
    const quantity = STAGES.reduce((sum, stage) => sum + stages[stage], 0);
    return quantity > 0 ? [{ lineNo, nodeId, quantity }] : [];
  }));
}

/** Lets go of what nodes have of an order, or only of what they were not told of yet: its units wait for a node again. */
export function giveBack(journal: Journal, event: OrdoEvent, order: Order, plannedOnly: boolean): void {
  for (const shipment of order.shipments.filter(({ status }) => !plannedOnly || status === "PLANNED")) {
    for (const { line, stage, quantity } of claimedUnits(order, shipment)) journal.move(event, order, line, stage, "pending", quantity, shipment);
    leaveIfEmpty(journal, order, shipment);
  }
}

/** Makes an order, and the books of a journal, what a question takes them to be. */
export function suppose(journal: Journal, order: Order, { destination, stock, serviceLevel, deliverBy }: Supposition): void {
  if (destination !== null) order.destination = destination;
  order.document = { ...order.document, ...(serviceLevel === null ? {} : { service_level: serviceLevel }), ...(deliverBy === null ? {} : { deliver_by: deliverBy }) };
  for (const { itemId, nodeId, onHand } of stock) journal.book.changeOnHand(itemId, nodeId, "", "A", onHand - journal.book.onHand(itemId, nodeId, "", "A"));
}

/** The facts by which a question is decided: its rules in place of those that hold. */
export function supposedFacts(facts: SourcingFacts, supposition: Supposition): SourcingFacts {
  const { excludeNodes, onlyNodes, weights, strategy } = supposition;
  if (strategy === null && excludeNodes.length === 0 && onlyNodes === null && Object.keys(weights).length === 0) return facts;
  const { channel, strategies } = facts;
  const own = channel.strategy === null ? undefined : strategies.get(channel.strategy);
  const base = strategy ?? own ?? { code: SUPPOSED_STRATEGY, version: 0, groups: [defaultGroup(channel.routing)] };
  const all = [...new Map([...strategies, [base.code, base]]).values()];
  return {
    ...facts, channel: { ...channel, strategy: base.code },
    strategies: new Map(all.map((one) => [one.code, { ...one, groups: one.groups.map((group) => supposedGroup(group, supposition)) }])),
  };
}

function supposedGroup(group: StrategyGroup, { excludeNodes, onlyNodes, weights }: Supposition): StrategyGroup {
  const { fallbackNode } = group.after;
  const keepsFallback = fallbackNode !== null && !excludeNodes.includes(fallbackNode) && (onlyNodes === null || onlyNodes.includes(fallbackNode));
  const filters: Filter[] = [
    ...(excludeNodes.length > 0 ? [{ kind: "not_nodes", nodes: excludeNodes, tier: null } as const] : []), ...(onlyNodes === null ? [] : [{ kind: "only_nodes", nodes: onlyNodes, tier: null } as const]),
  ];
  return {
    ...group, filters: [...filters, ...group.filters], objective: { ...group.objective, weights: { ...group.objective.weights, ...weights } },
    after: { ...group.after, fallbackNode: keepsFallback ? present(fallbackNode, "fallback node") : null },
  };
}
