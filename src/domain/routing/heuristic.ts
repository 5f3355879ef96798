import { assignmentCost, type Problem } from "./exact.ts";
import type { Solution } from "./types.ts";

/**
 * For orders too large to be exact: repeatedly open the node with the least cost per demand it fills (greedy set cover),
 * then try to close each node and move its demands to the others while that saves money. Demands that share stock
 * are fitted one by one against the node's remainder, so nothing is taken twice.
 */
export function solveHeuristic(problem: Problem): Solution["nodeOf"] {
  const nodeOf = problem.quantity.map(() => -1);
  const open = new Set<number>();
  for (;;) {
    const next = cheapestPerDemand(problem, nodeOf, open);
    if (next === null) break;
    open.add(next.node);
    for (const demand of next.fills) nodeOf[demand] = next.node;
  }
  return closeNodes(problem, nodeOf);
}

function cheapestPerDemand(problem: Problem, nodeOf: readonly number[], open: ReadonlySet<number>): { node: number; fills: number[] } | null {
  const missing = nodeOf.flatMap((node, demand) => (node === -1 ? [demand] : []));
  let best: { node: number; fills: number[]; share: number } | null = null;
  problem.nodes.forEach(({ costMicros }, node) => {
    if (open.has(node)) return;
    const fills = fitting(problem, node, missing, []);
    const share = (costMicros + (open.size === 0 ? 0 : problem.splitCostMicros)) / fills.length;
    if (fills.length > 0 && (best === null || share < best.share || (share === best.share && fills.length > best.fills.length))) {
      best = { node, fills, share };
    }
  });
  return best;
}

/** The demands of `wanted` that a node can fill together with those it already has. */
function fitting(problem: Problem, node: number, wanted: readonly number[], already: readonly number[]): number[] {
  const room = problem.nodes[node]?.room ?? [];
  const used = new Map<number, number>();
  const take = (demand: number): boolean => {
    const group = problem.group[demand] ?? 0;
    const sum = (used.get(group) ?? 0) + (problem.quantity[demand] ?? 0);
    if (sum > (room[demand] ?? 0)) return false;
    used.set(group, sum);
    return true;
  };
  already.forEach(take);
  return wanted.filter(take);
}

function closeNodes(problem: Problem, start: number[]): number[] {
  let nodeOf = start;
  let improved = true;
  while (improved) {
    improved = false;
    for (const node of new Set(nodeOf.filter((n) => n !== -1))) {
      const without = emptied(problem, nodeOf, node);
      if (without && assignmentCost(problem, without) < assignmentCost(problem, nodeOf)) {
        nodeOf = without;
        improved = true;
        break;
      }
    }
  }
  return nodeOf;
}

/** The same assignment with one node closed, its demands moved to open ones, or to one other node; null where that is impossible. */
function emptied(problem: Problem, nodeOf: readonly number[], closing: number): number[] | null {
  const moving = nodeOf.flatMap((node, demand) => (node === closing ? [demand] : []));
  const openNodes = [...new Set(nodeOf)].filter((node) => node !== -1 && node !== closing);
  const { result, left } = distribute(problem, nodeOf, moving, openNodes);
  if (left.length === 0) return result;
  let best: { nodeOf: number[]; cost: number } | null = null;
  for (let node = 0; node < problem.nodes.length; node++) {
    if (node === closing || openNodes.includes(node) || fitting(problem, node, left, []).length < left.length) continue;
    const swapped = result.map((at, demand) => (left.includes(demand) ? node : at));
    const cost = assignmentCost(problem, swapped);
    if (best === null || cost < best.cost) best = { nodeOf: swapped, cost };
  }
  return best && best.nodeOf;
}

/** Moves demands to the targets, as many as fit; `left` are those that fit nowhere. */
function distribute(problem: Problem, nodeOf: readonly number[], moving: readonly number[], targets: readonly number[]): { result: number[]; left: number[] } {
  const result = [...nodeOf];
  let left = [...moving];
  for (const demand of moving) result[demand] = -1;
  for (const target of targets) {
    const already = result.flatMap((node, demand) => (node === target ? [demand] : []));
    const fits = fitting(problem, target, left, already);
    for (const demand of fits) result[demand] = target;
    left = left.filter((demand) => !fits.includes(demand));
  }
  return { result, left };
}
