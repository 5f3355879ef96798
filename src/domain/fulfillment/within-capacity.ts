import type { Node } from "../catalog/index.ts";
import type { Journal, Order } from "../order/index.ts";
import { type Demand, decideRouting, roomFor, type RoutingPlan, type RoutingRequest } from "../routing/index.ts";
import type { Calendars } from "./ship-date.ts";
import { hasRoomFor } from "./ship-slot.ts";

/** Counted units that one unit of a demand takes. */
const unitsEach = ({ parts }: Demand): number => parts.reduce((sum, { perUnit }) => sum + perUnit, 0);

/**
 * Decides so that every node has capacity for all it is given. A node takes its share of a line whole or not at all: it is no candidate
 * for a line of which it could send more than it has room for on any one day that counts. What lines are too much for a node only
 * together is found out by deciding, and decided again without the node for those that did not fit.
 */
export function decideWithinCapacity(journal: Journal, order: Order, request: RoutingRequest, shipping: Calendars): RoutingPlan {
  const { book } = journal;
  const limited = book.capacity.isEmpty ? [] : request.nodes.filter((node) => book.capacity.limitsOf(node.id) !== null);
  if (limited.length === 0) return decideRouting(request);
  // Mostly every line fits by itself: nodes with room for the largest are not asked about each.
  const largest = request.demands.reduce((most, demand) => Math.max(most, demand.quantity * unitsEach(demand)), 0);
  const tight = limited.filter((node) => !hasRoomFor(journal, order, node, largest, shipping));
  let demands = request.demands.map((demand) => without(demand, tight.filter((node) => {
    const units = Math.min(demand.quantity, roomFor(demand, node, book)) * unitsEach(demand);
    return units > 0 && !hasRoomFor(journal, order, node, units, shipping);
  })));
  for (;;) {
    const plan = decideRouting({ ...request, demands });
    const used = new Set(plan.assignments.map(({ nodeId }) => nodeId));
    const crowded = limited.filter(({ id }) => used.has(id)).map((node) => ({ node, lines: crowdedOut(demands, plan, node, (units) => hasRoomFor(journal, order, node, units, shipping)) })).filter(({ lines }) => lines.size > 0);
    if (crowded.length === 0) return plan;
    demands = demands.map((demand) => without(demand, crowded.filter(({ lines }) => lines.has(demand.lineNo)).map(({ node }) => node)));
  }
}

const without = (demand: Demand, nodes: readonly Node[]): Demand =>
  (nodes.length === 0 ? demand : { ...demand, atCapacity: new Set([...(demand.atCapacity ?? []), ...nodes.map((node) => node.id)]) });

/** The lines that a node has no room for beside others; those that were crowded out elsewhere are kept first. */
function crowdedOut(demands: readonly Demand[], plan: RoutingPlan, node: Node, fits: (units: number) => boolean): ReadonlySet<number> {
  const crowded = new Set<number>();
  const left = plan.assignments.filter((one) => one.nodeId === node.id);
  let taken = 0;
  for (const { lineNo, parts, atCapacity } of demands.toSorted((a, b) => (b.atCapacity?.size ?? 0) - (a.atCapacity?.size ?? 0))) {
    if (left.length === 0 || atCapacity?.has(node.id) === true) continue;
    // A line whose kits and single pieces are two demands counts with the first of them.
    const own = left.filter((one) => parts.some((part) => part.lineNo === one.lineNo));
    const units = own.reduce((sum, one) => sum + one.quantity, 0);
    left.splice(0, left.length, ...left.filter((one) => !own.includes(one)));
    if (units === 0) continue;
    if (fits(taken + units)) taken += units;
    else crowded.add(lineNo);
  }
  return crowded;
}
