/**
 * A routing problem without names: which sets of demands each node can send, and by which figures plans are compared. Demands
 * and nodes are numbered from 0; nodes stand in the order that settles the last tie.
 */
export interface Problem {
  readonly demands: readonly ProblemDemand[];
  readonly nodes: readonly ProblemNode[];
  /** Figures of a shipment, compared in turn and added up over a plan's shipments. Whole numbers, so that sums are exact. */
  readonly levels: number;
  /** Nodes that a plan may open at most. */
  readonly maximumNodes: number;
  /** Whether the figures of a node are the same whatever it sends. */
  readonly flat: boolean;
  /** Of each demand, whether others want of the same stock: a node that can fill each of them may not have enough for all. */
  readonly sharing: readonly boolean[];
}

/** What one demand adds to a shipment. */
export interface ProblemDemand {
  readonly lines: number;
  readonly units: number;
  readonly grams: number;
  readonly valueMinor: number;
}

export interface ProblemNode {
  /** Whether it can fill each demand alone. */
  readonly fills: readonly boolean[];
  /** Whether it has enough for these demands together, each of which it can fill alone. */
  fits(load: Load): boolean;
  /** Writes the figures of a shipment with this load; false where the node must not send it. */
  score(load: Load, into: Float64Array, at: number): boolean;
  /** False where the order has a shipment from it already. */
  readonly opens: boolean;
}

/** What a set of demands adds up to. */
export interface Load extends ProblemDemand {
  /** Ascending. */
  readonly members: readonly number[];
  /** Every demand of the problem. */
  readonly everything: boolean;
}

/** Node of each demand, -1 where none. */
export type NodeOf = readonly number[];

export const EMPTY_LOAD: Load = { members: [], everything: false, lines: 0, units: 0, grams: 0, valueMinor: 0 };

/** Loads of small problems by their demands and bit mask: whoever asks about the same demands gets the same load, and what is known of it holds. */
const known = new WeakMap<readonly ProblemDemand[], Map<number, Load>>();
const KEPT_UP_TO = 12;

export function loadOf({ demands }: Pick<Problem, "demands">, members: readonly number[]): Load {
  if (demands.length > KEPT_UP_TO) return addedUp(demands, members);
  let loads = known.get(demands);
  if (!loads) known.set(demands, (loads = new Map()));
  let mask = 0;
  for (const member of members) mask |= 1 << member;
  const found = loads.get(mask);
  if (found) return found;
  const load = addedUp(demands, members);
  loads.set(mask, load);
  return load;
}

function addedUp(demands: readonly ProblemDemand[], members: readonly number[]): Load {
  let [lines, units, grams, valueMinor] = [0, 0, 0, 0];
  for (const member of members) {
    const demand = demands[member];
    if (!demand) continue;
    lines += demand.lines;
    units += demand.units;
    grams += demand.grams;
    valueMinor += demand.valueMinor;
  }
  return { members, everything: members.length === demands.length, lines, units, grams, valueMinor };
}

/** A plan's worth: demands left without a node, then its figures level by level. Lower is better. */
export class Worth {
  readonly figures: Float64Array;

  constructor(levels: number) {
    this.figures = new Float64Array(levels + 1);
  }

  isBetterThan(other: Worth): boolean {
    for (let level = 0; level < this.figures.length; level++) {
      const [own = 0, theirs = 0] = [this.figures[level], other.figures[level]];
      if (own !== theirs) return own < theirs;
    }
    return false;
  }
}

/** What a plan is worth: every node sends its demands in one shipment. Null where a node must not send what it was given, or too many are opened. */
export function worthOf(problem: Problem, nodeOf: NodeOf): Worth | null {
  const worth = new Worth(problem.levels);
  const scratch = new Float64Array(problem.levels);
  const membersOf = new Map<number, number[]>();
  nodeOf.forEach((node, demand) => {
    if (node === -1) worth.figures[0] = (worth.figures[0] ?? 0) + 1;
    else membersOf.set(node, [...(membersOf.get(node) ?? []), demand]);
  });
  let opened = 0;
  for (const [index, members] of membersOf) {
    const node = problem.nodes[index];
    const load = loadOf(problem, members);
    if (!node || !node.fits(load) || !node.score(load, scratch, 0)) return null;
    opened += node.opens ? 1 : 0;
    for (let level = 0; level < problem.levels; level++) worth.figures[level + 1] = (worth.figures[level + 1] ?? 0) + (scratch[level] ?? 0);
  }
  return opened > problem.maximumNodes ? null : worth;
}
