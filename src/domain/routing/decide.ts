import { canShip } from "../catalog/index.ts";
import { networkAvailable } from "../inventory/index.ts";
import { roomFor } from "./candidates.ts";
import { contenders } from "./contenders.ts";
import { explain } from "./explain.ts";
import { EXACT_LIMIT, type Problem, solveExact } from "./exact.ts";
import { solveHeuristic } from "./heuristic.ts";
import { type Assignment, type Candidate, type Demand, type DemandPart, isSingle, type RoutingPlan, type RoutingRequest, type Solution, stockKey } from "./types.ts";

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
  const pieces = splitRest(request, capped, eligible, assignments);
  assignments.push(...pieces);
  const unplaced = request.demands.flatMap((demand) => {
    const placed = assignments.filter((a) => a.lineNo === demand.lineNo).reduce((sum, a) => sum + a.quantity, 0);
    return placed < demand.quantity ? [{ lineNo: demand.lineNo, quantity: demand.quantity - placed }] : [];
  });
  const { reason, detail } = explain(request, all, assignments, unplaced, solution.method, pieces.length > 0);
  return { assignments: perLine(request, assignments), unplaced: perLine(request, unplaced), reason, detail };
}

/** What is decided of kits, said of the lines of their components. */
function perLine<T extends { readonly lineNo: number; readonly quantity: number }>({ demands }: RoutingRequest, decided: readonly T[]): T[] {
  if (demands.every(isSingle)) return [...decided];
  const partsOf = new Map(demands.map((demand) => [demand.lineNo, demand.parts]));
  return decided.flatMap((one) => (partsOf.get(one.lineNo) ?? []).map((part) => ({ ...one, lineNo: part.lineNo, quantity: one.quantity * part.perUnit })));
}

/** Earlier orders that are accepted but not placed keep their claim: nobody routes past them. */
function capByNetwork(request: RoutingRequest): Demand[] {
  const left = new Map<string, number>();
  const freeOf = ({ item }: DemandPart): number => {
    const own = request.ownPending.get(item.id) ?? 0;
    const { pending, soft } = request.book.demand(item.id);
    if (pending - own + soft === 0) return Infinity;
    const known = left.get(item.id);
    if (known !== undefined) return known;
    const online = request.nodes.filter(canShip).map((node) => node.id);
    return Math.max(0, networkAvailable(request.book, item, online) + own);
  };
  return request.demands.map((demand) => {
    const free = demand.parts.map(freeOf);
    if (free.every((units) => units === Infinity)) return demand;
    const quantity = demand.parts.reduce((least, { perUnit }, p) => Math.min(least, Math.floor((free[p] ?? 0) / perUnit)), demand.quantity);
    demand.parts.forEach(({ item, perUnit }, p) => left.set(item.id, (free[p] ?? 0) - quantity * perUnit));
    return { ...demand, quantity };
  });
}

function placeWhole(request: RoutingRequest, demands: readonly Demand[], eligible: readonly Candidate[], whole: readonly boolean[]): Solution {
  const indexes = demands.flatMap((_, d) => (whole[d] ? [d] : []));
  const groupOf = new Map<string, number>();
  const group = indexes.map((d) => {
    const demand = demands[d];
    const key = demand ? stockKey(demand) : "";
    if (!groupOf.has(key)) groupOf.set(key, groupOf.size);
    return groupOf.get(key) ?? 0;
  });
  const roomOf = roomBeside(request, demands);
  const problem: Problem = {
    quantity: indexes.map((d) => demands[d]?.quantity ?? 0),
    group,
    nodes: eligible.map((candidate) => ({ costMicros: candidate.costMicros, metres: candidate.metres ?? 0, room: indexes.map((d) => roomOf(candidate, d)) })),
    splitCostMicros: request.policy.splitCostMicros,
  };
  const { nodeOf: placed, method } = solve(problem, groupOf.size === indexes.length);
  const nodeOf = demands.map(() => -1);
  indexes.forEach((d, i) => (nodeOf[d] = placed[i] ?? -1));
  return { nodeOf, method };
}

/**
 * What a node can give a demand. Kits take several items at once, which the solver knows nothing of: beside others that want the
 * same items they get what those leave at most. Whoever goes without because of that is looked at again by splitRest.
 */
function roomBeside({ book }: RoutingRequest, demands: readonly Demand[]): (candidate: Candidate, d: number) => number {
  if (demands.every(isSingle)) return ({ room }, d) => room[d] ?? 0;
  const wanted = new Map<string, number>();
  for (const { parts, quantity } of demands) for (const { item, perUnit } of parts) wanted.set(item.id, (wanted.get(item.id) ?? 0) + quantity * perUnit);
  return ({ node, room }, d) => {
    const demand = demands[d];
    const most = room[d] ?? 0;
    if (!demand || isSingle(demand) || most === 0) return most;
    const own = new Map(demand.parts.map(({ item, perUnit }) => [item.id, perUnit * demand.quantity]));
    return Math.min(most, roomFor(demand, node, book, (itemId) => (wanted.get(itemId) ?? 0) - (own.get(itemId) ?? 0)));
  };
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
function splitRest({ book }: RoutingRequest, demands: readonly Demand[], eligible: readonly Candidate[], placed: readonly Assignment[]): Assignment[] {
  const pieces: Assignment[] = [];
  const takes = new Map(demands.map(({ lineNo, parts }) => [lineNo, new Map(parts.map(({ item, perUnit }) => [item.id, perUnit]))]));
  const taken = (nodeId: string, itemId: string): number =>
    [...placed, ...pieces].reduce((sum, a) => sum + (a.nodeId === nodeId ? a.quantity * (takes.get(a.lineNo)?.get(itemId) ?? 0) : 0), 0);
  demands.forEach((demand, d) => {
    if (demand.quantity === 0 || placed.some((a) => a.lineNo === demand.lineNo)) return;
    let rest = demand.quantity;
    const used = new Set([...placed, ...pieces].map((a) => a.nodeId));
    const order = [...eligible.filter((c) => used.has(c.node.id)), ...eligible.filter((c) => !used.has(c.node.id))];
    for (const { node, room } of order) {
      const quantity = (room[d] ?? 0) === 0 ? 0 : Math.min(rest, roomFor(demand, node, book, (itemId) => taken(node.id, itemId)));
      if (quantity > 0) pieces.push({ lineNo: demand.lineNo, nodeId: node.id, quantity });
      rest -= quantity;
      if (rest === 0) break;
    }
  });
  return pieces;
}
