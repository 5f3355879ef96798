import { canShip } from "../catalog/index.ts";
import { networkAvailable } from "../inventory/index.ts";
import { contenders } from "./contenders.ts";
import { explain } from "./explain.ts";
import { EXACT_LIMIT, type Problem, solveExact } from "./exact.ts";
import { solveHeuristic } from "./heuristic.ts";
import type { Assignment, Candidate, Demand, RoutingPlan, RoutingRequest, Solution } from "./types.ts";

/**
 * Decides which node ships what: strike out what a hard rule forbids, cap by what is promised to earlier orders,
 * place whole lines at least cost (exact up to 12 distinct sets of candidates), split only lines that no single node
 * can fill, and say why. Changes nothing: the caller reserves.
 */
export function decideRouting(request: RoutingRequest): RoutingPlan {
  const capped = capByNetwork(request);
  const all = contenders({ ...request, demands: capped });
  const eligible = all.filter((candidate) => candidate.struck === null && candidate.room.some((units) => units > 0));
  const whole = capped.map((demand, d) => demand.quantity > 0 && eligible.some(({ room }) => (room[d] ?? 0) >= demand.quantity));
  const solution = placeWhole(request, capped, eligible, whole);
  const assignments: Assignment[] = [];
  capped.forEach((demand, d) => {
    const node = eligible[solution.nodeOf[d] ?? -1];
    if (node) assignments.push({ lineNo: demand.lineNo, nodeId: node.node.id, quantity: demand.quantity });
  });
  const pieces = splitRest(capped, eligible, assignments);
  assignments.push(...pieces);
  const unplaced = request.demands.flatMap((demand) => {
    const placed = assignments.filter((a) => a.lineNo === demand.lineNo).reduce((sum, a) => sum + a.quantity, 0);
    return placed < demand.quantity ? [{ lineNo: demand.lineNo, quantity: demand.quantity - placed }] : [];
  });
  return { assignments, unplaced, ...explain(request, all, assignments, unplaced, solution.method, pieces.length > 0) };
}

/** Earlier orders that are accepted but not placed keep their claim: nobody routes past them. */
function capByNetwork(request: RoutingRequest): Demand[] {
  const left = new Map<string, number>();
  return request.demands.map((demand) => {
    const own = request.ownPending.get(demand.item.id) ?? 0;
    const { pending, soft } = request.book.demand(demand.item.id);
    if (pending - own + soft === 0) return demand;
    let free = left.get(demand.item.id);
    if (free === undefined) {
      const online = request.nodes.filter(canShip).map((node) => node.id);
      free = Math.max(0, networkAvailable(request.book, demand.item, online) + own);
    }
    const quantity = Math.min(demand.quantity, free);
    left.set(demand.item.id, free - quantity);
    return { ...demand, quantity };
  });
}

function placeWhole(request: RoutingRequest, demands: readonly Demand[], eligible: readonly Candidate[], whole: readonly boolean[]): Solution {
  const indexes = demands.flatMap((_, d) => (whole[d] ? [d] : []));
  const groupOf = new Map<string, number>();
  const group = indexes.map((d) => {
    const itemId = demands[d]?.item.id ?? "";
    if (!groupOf.has(itemId)) groupOf.set(itemId, groupOf.size);
    return groupOf.get(itemId) ?? 0;
  });
  const problem: Problem = {
    quantity: indexes.map((d) => demands[d]?.quantity ?? 0),
    group,
    nodes: eligible.map(({ costMicros, metres, room }) => ({ costMicros, metres: metres ?? 0, room: indexes.map((d) => room[d] ?? 0) })),
    splitCostMicros: request.policy.splitCostMicros,
  };
  const { nodeOf: placed, method } = solve(problem, groupOf.size === indexes.length);
  const nodeOf = demands.map(() => -1);
  indexes.forEach((d, i) => (nodeOf[d] = placed[i] ?? -1));
  return { nodeOf, method };
}

function solve(problem: Problem, distinctItems: boolean): Solution {
  if (problem.quantity.length <= EXACT_LIMIT) {
    const nodeOf = solveExact(problem);
    if (nodeOf) return { nodeOf, method: "exact" };
  } else if (distinctItems) {
    const merged = solveMerged(problem);
    if (merged) return { nodeOf: merged, method: "exact after merging lines with the same candidates" };
  }
  return { nodeOf: solveHeuristic(problem), method: "greedy cover with local search" };
}

/** Lines that the same nodes can fill travel together in some optimum, because opening a node costs the same for one or many. */
function solveMerged(problem: Problem): Solution["nodeOf"] | null {
  const kindOf = new Map<string, number>();
  const kinds = problem.quantity.map((wanted, d) => {
    const who = problem.nodes.map(({ room }) => ((room[d] ?? 0) >= wanted ? "1" : "0")).join("");
    if (!kindOf.has(who)) kindOf.set(who, kindOf.size);
    return kindOf.get(who) ?? 0;
  });
  if (kindOf.size > EXACT_LIMIT) return null;
  const masks = [...kindOf.keys()];
  const merged = solveExact({
    quantity: masks.map(() => 1),
    group: masks.map((_, kind) => kind),
    nodes: problem.nodes.map((node, n) => ({ ...node, room: masks.map((who) => (who[n] === "1" ? 1 : 0)) })),
    splitCostMicros: problem.splitCostMicros,
  });
  return merged && kinds.map((kind) => merged[kind] ?? -1);
}

/** What no single node can fill (or lost to a neighbour) is split: nodes already used first, then the cheapest with units. */
function splitRest(demands: readonly Demand[], eligible: readonly Candidate[], placed: readonly Assignment[]): Assignment[] {
  const pieces: Assignment[] = [];
  const itemOf = new Map(demands.map((demand) => [demand.lineNo, demand.item.id]));
  const taken = (nodeId: string, itemId: string): number =>
    [...placed, ...pieces].filter((a) => a.nodeId === nodeId && itemOf.get(a.lineNo) === itemId).reduce((sum, a) => sum + a.quantity, 0);
  demands.forEach((demand, d) => {
    if (demand.quantity === 0 || placed.some((a) => a.lineNo === demand.lineNo)) return;
    let rest = demand.quantity;
    const used = new Set([...placed, ...pieces].map((a) => a.nodeId));
    const order = [...eligible.filter((c) => used.has(c.node.id)), ...eligible.filter((c) => !used.has(c.node.id))];
    for (const { node, room } of order) {
      const quantity = Math.min(rest, Math.max(0, (room[d] ?? 0) - taken(node.id, demand.item.id)));
      if (quantity > 0) pieces.push({ lineNo: demand.lineNo, nodeId: node.id, quantity });
      rest -= quantity;
      if (rest === 0) break;
    }
  });
  return pieces;
}
