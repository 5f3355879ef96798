import type { Solution } from "./types.ts";

/** A routing problem without names: which demands a node can fill, and what opening it costs. */
export interface Problem {
  /** Units wanted, per demand. */
  readonly quantity: readonly number[];
  /** Demands with the same number draw on the same stock. */
  readonly group: readonly number[];
  /** Per node, in tie-break order. */
  readonly nodes: readonly { readonly costMicros: number; readonly metres: number; readonly room: readonly number[] }[];
  readonly splitCostMicros: number;
}

export const EXACT_LIMIT = 12;
/** Subset pairs a contested order may try before the heuristic takes over (about a quarter of a second). */
const CONTESTED_WORK_LIMIT = 30_000_000;

/** Costs are compared in turn: money, then parcels, then metres; what still ties goes to the earlier node. */
interface Table {
  readonly cost: Float64Array;
  readonly parcels: Uint8Array;
  readonly metres: Float64Array;
  readonly node: Int32Array;
  readonly taken: Int32Array;
}

function table(size: number): Table {
  return {
    cost: new Float64Array(size).fill(Infinity), parcels: new Uint8Array(size), metres: new Float64Array(size),
    node: new Int32Array(size).fill(-1), taken: new Int32Array(size),
  };
}

function better(t: Table, at: number, cost: number, parcels: number, metres: number): boolean {
  const old = t.cost[at] ?? Infinity;
  if (cost !== old) return cost < old;
  const oldParcels = t.parcels[at] ?? 0;
  return parcels !== oldParcels ? parcels < oldParcels : metres < (t.metres[at] ?? 0);
}

function put(t: Table, at: number, cost: number, parcels: number, metres: number, node: number, taken: number): void {
  t.cost[at] = cost;
  t.parcels[at] = parcels;
  t.metres[at] = metres;
  t.node[at] = node;
  t.taken[at] = taken;
}

/** Whether two demands at some node compete for units that are not enough for both. */
function contested({ quantity, group, nodes }: Problem): boolean {
  const total = new Map<number, number>();
  group.forEach((g, d) => total.set(g, (total.get(g) ?? 0) + (quantity[d] ?? 0)));
  if (total.size === group.length) return false;
  return nodes.some(({ room }) => room.some((units, d) => units >= (quantity[d] ?? 0) && units < (total.get(group[d] ?? 0) ?? 0)));
}

function fillMask({ quantity }: Problem, room: readonly number[]): number {
  let mask = 0;
  for (let d = 0; d < quantity.length; d++) if ((room[d] ?? 0) >= (quantity[d] ?? 0)) mask |= 1 << d;
  return mask;
}

/**
 * Subset dynamic programme over the order's demands (sourcing-science 1.1): best(S) is the cheapest node that fills
 * all of S, D(M) = min over S of M holding M's lowest demand of best(S) + D(M \ S). Exact; N x 2^L + 3^L / 2 steps.
 */
function uncontested(problem: Problem, size: number): Table {
  const best = new Int32Array(size).fill(-1);
  problem.nodes.forEach(({ room }, node) => {
    const mask = fillMask(problem, room);
    if (best[mask] === -1) best[mask] = node;
  });
  // A node that fills a set fills its subsets; nodes are in tie-break order, so the smallest index is the best.
  for (let bit = 1; bit < size; bit <<= 1) {
    for (let mask = size - 1; mask >= 0; mask--) {
      if ((mask & bit) !== 0) continue;
      const wider = best[mask | bit] ?? -1;
      if (wider !== -1 && (best[mask] === -1 || wider < (best[mask] ?? 0))) best[mask] = wider;
    }
  }
  const d = table(size);
  put(d, 0, 0, 0, 0, -1, 0);
  for (let mask = 1; mask < size; mask++) {
    const low = mask & -mask;
    for (let sub = mask; sub > 0; sub = (sub - 1) & mask) {
      if ((sub & low) === 0) continue;
      const node = best[sub] ?? -1;
      if (node !== -1) extend(problem, d, mask, mask ^ sub, node, sub);
    }
  }
  return d;
}

function extend(problem: Problem, d: Table, mask: number, rest: number, node: number, taken: number): void {
  const before = d.cost[rest] ?? Infinity;
  if (before === Infinity) return;
  const { costMicros = 0, metres = 0 } = problem.nodes[node] ?? {};
  const cost = before + costMicros + (rest === 0 ? 0 : problem.splitCostMicros);
  const parcels = (d.parcels[rest] ?? 0) + 1;
  const all = (d.metres[rest] ?? 0) + metres;
  if (better(d, mask, cost, parcels, all)) put(d, mask, cost, parcels, all, node, taken);
}

/** Where demands share stock, node by node, so that no node is used twice: D_i(M) = min over S of D_{i-1}(M \ S) + g_i(S). */
function contestedAssignment(problem: Problem, size: number): Solution["nodeOf"][] {
  let d = table(size);
  put(d, 0, 0, 0, 0, -1, 0);
  let chosen: Solution["nodeOf"][] = Array.from({ length: size }, () => problem.quantity.map(() => -1));
  problem.nodes.forEach(({ room }, node) => {
    const fits = fillable(problem, room, size);
    const next = table(size);
    const nextChosen = chosen.slice();
    for (let mask = 0; mask < size; mask++) {
      put(next, mask, d.cost[mask] ?? Infinity, d.parcels[mask] ?? 0, d.metres[mask] ?? 0, -1, 0);
      const bestTaken = bestAtNode(problem, d, next, mask, node, fits);
      if (bestTaken !== 0) nextChosen[mask] = (chosen[mask ^ bestTaken] ?? []).map((n, i) => ((bestTaken >> i) & 1 ? node : n));
    }
    d = next;
    chosen = nextChosen;
  });
  return chosen.map((assignment, mask) => (d.cost[mask] === Infinity ? [] : assignment));
}

function bestAtNode(problem: Problem, d: Table, next: Table, mask: number, node: number, fits: Uint8Array): number {
  const { costMicros = 0, metres = 0 } = problem.nodes[node] ?? {};
  let bestTaken = 0;
  for (let sub = mask; sub > 0; sub = (sub - 1) & mask) {
    const before = d.cost[mask ^ sub] ?? Infinity;
    if (fits[sub] === 0 || before === Infinity) continue;
    const cost = before + costMicros + (mask === sub ? 0 : problem.splitCostMicros);
    const parcels = (d.parcels[mask ^ sub] ?? 0) + 1;
    const all = (d.metres[mask ^ sub] ?? 0) + metres;
    if (better(next, mask, cost, parcels, all)) {
      put(next, mask, cost, parcels, all, node, sub);
      bestTaken = sub;
    }
  }
  return bestTaken;
}

function fillable({ quantity, group }: Problem, room: readonly number[], size: number): Uint8Array {
  const fits = new Uint8Array(size);
  for (let mask = 1; mask < size; mask++) {
    const wanted = new Map<number, number>();
    let ok = true;
    for (let d = 0; d < quantity.length && ok; d++) {
      if (((mask >> d) & 1) === 0) continue;
      const sum = (wanted.get(group[d] ?? 0) ?? 0) + (quantity[d] ?? 0);
      wanted.set(group[d] ?? 0, sum);
      ok = sum <= (room[d] ?? 0);
    }
    fits[mask] = ok ? 1 : 0;
  }
  return fits;
}

/** The set of demands that can be filled: the most of them, and of those the cheapest, and of those the earliest lines. */
function widest(size: number, costOf: (mask: number) => number): number {
  let best = 0;
  for (let mask = 1; mask < size; mask++) {
    const cost = costOf(mask);
    if (cost === Infinity) continue;
    const more = bits(mask) - bits(best);
    if (more > 0 || (more === 0 && cost < costOf(best))) best = mask;
  }
  return best;
}

function bits(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** Exact assignment of up to EXACT_LIMIT demands, or null where the problem is too large to be exact. */
export function solveExact(problem: Problem): Solution["nodeOf"] | null {
  const count = problem.quantity.length;
  if (count > EXACT_LIMIT) return null;
  const size = 1 << count;
  const nodeOf = problem.quantity.map(() => -1);
  if (contested(problem)) {
    if (problem.nodes.length * 3 ** count > CONTESTED_WORK_LIMIT) return null;
    const all = contestedAssignment(problem, size);
    const planCost = (mask: number): number => assignmentCost(problem, all[mask] ?? []);
    return all[widest(size, planCost)] ?? nodeOf;
  }
  const d = uncontested(problem, size);
  let mask = size - 1;
  if (d.cost[mask] === Infinity) mask = widest(size, (m) => d.cost[m] ?? Infinity);
  while (mask !== 0) {
    const taken = d.taken[mask] ?? 0;
    for (let i = 0; i < count; i++) if ((taken >> i) & 1) nodeOf[i] = d.node[mask] ?? -1;
    mask ^= taken;
  }
  return nodeOf;
}

/** What an assignment costs: each node used once, and the split cost for every parcel after the first. */
export function assignmentCost(problem: Problem, nodeOf: readonly number[]): number {
  const used = new Set(nodeOf.filter((node) => node !== -1));
  if (nodeOf.length === 0) return Infinity;
  let cost = 0;
  for (const node of used) cost += problem.nodes[node]?.costMicros ?? 0;
  return cost + Math.max(0, used.size - 1) * problem.splitCostMicros;
}
