import { canShip, isClosed } from "../catalog/index.ts";
import { networkAvailable } from "../inventory/index.ts";
import { roomFor } from "./candidates.ts";
import type { Demand, RoutingPlan, RoutingRequest } from "./types.ts";

/**
 * Lines of which a plan leaves units although nodes of the order's pool that ship have all of them, promised to nobody else: what
 * keeps them is a rule and not the stock. Nodes that a line was not to go to, by its own word or because they sent it back, have
 * nothing for it, and neither have nodes while they are paused.
 */
export function keptByRules({ demands, nodes, nodePool, book, ownPending, now }: RoutingRequest, { unplaced, assignments }: Pick<RoutingPlan, "unplaced" | "assignments">): ReadonlySet<number> {
  const kept = new Set<number>();
  if (unplaced.length === 0) return kept;
  const missing = new Map(unplaced.map(({ lineNo, quantity }) => [lineNo, quantity]));
  const open = nodes.filter((node) => canShip(node) && !isClosed(node, now) && (nodePool === null || nodePool.includes(node.code)));
  const itemOf = new Map(demands.flatMap(({ parts }) => parts.map(({ lineNo, item }) => [lineNo, item.id])));
  const given = (itemId: string, nodeId: string | null): number =>
    assignments.reduce((sum, one) => sum + (itemOf.get(one.lineNo) === itemId && (nodeId === null || one.nodeId === nodeId) ? one.quantity : 0), 0);
  const free = new Map<string, number>();
  for (const { parts } of demands) for (const { item } of parts) {
    if (!free.has(item.id)) free.set(item.id, networkAvailable(book, item, open.map(({ id }) => id)) + (ownPending.get(item.id) ?? 0) - given(item.id, null));
  }
  for (const demand of demands) {
    const units = unitsMissing(demand, missing);
    if (units === 0 || demand.parts.some(({ item, perUnit }) => (free.get(item.id) ?? 0) < units * perUnit)) continue;
    const able = open.filter(({ id, code }) => !demand.excluded.has(id) && (demand.preselected === null || demand.preselected === code));
    if (able.reduce((sum, node) => sum + roomFor(demand, node, book, (itemId) => given(itemId, node.id)), 0) < units) continue;
    for (const { lineNo, item, perUnit } of demand.parts) {
      kept.add(lineNo);
      free.set(item.id, (free.get(item.id) ?? 0) - units * perUnit);
    }
  }
  return kept;
}

/** Units of a demand, whole kits where it is one, that have no node. */
const unitsMissing = ({ parts }: Demand, missing: ReadonlyMap<number, number>): number =>
  parts.reduce((most, { lineNo, perUnit }) => Math.max(most, Math.ceil((missing.get(lineNo) ?? 0) / perUnit)), 0);
