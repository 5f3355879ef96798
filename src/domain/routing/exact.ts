import { EMPTY_LOAD, type Load, loadOf, type NodeOf, type Problem, type ProblemNode } from "./problem.ts";

export const EXACT_LIMIT = 12;

/**
 * Exact plan for up to EXACT_LIMIT demands: the most demands, and of such plans the one whose figures come first. First as if a node
 * could send several shipments, which a dynamic programme over sets answers in 3^L / 2 steps; where that plan uses no node twice, none is
 * better. Otherwise node by node.
 */
export function solveExact(problem: Problem): NodeOf {
  const loads = loadsOf(problem);
  const offers = bestOffers(problem, loads);
  return freely(problem, offers) ?? nodeByNode(problem, offers);
}

/**
 * D_i(M) = min over S of D_{i-1}(M \ S) + g_i(S), so that no node sends two shipments. Of the nodes that can send a set only as
 * many as there are demands can matter: where a plan used a worse one, a better one would be free to take its place. So it takes
 * L x 3^L steps at most, whatever the number of nodes.
 */
function nodeByNode(problem: Problem, offers: Offers): NodeOf {
  const table = new PlanTable(problem);
  offers.byNode().forEach((offer, node) => {
    if (offer.sets.length > 0) table.add(node, problem.nodes[node]?.opens === true, offer);
  });
  return table.widest();
}

/** D(M) = min over S with M's lowest demand of best(S) + D(M \ S); null where that uses a node twice, or the number of nodes is limited. */
function freely(problem: Problem, { found, best, bestNode, ranks, own }: Offers): NodeOf | null {
  const { levels, demands, maximumNodes } = problem;
  const size = 1 << demands.length;
  if (maximumNodes < Math.min(demands.length, problem.nodes.length) || own.length > 0) return null;
  const figures = new Float64Array(size * levels);
  const taken = new Int32Array(size);
  const trial = new Float64Array(levels);
  let widest = 0;
  for (let mask = 1; mask < size; mask++) {
    const low = mask & -mask;
    for (let set = mask; set > 0; set = (set - 1) & mask) {
      const rest = mask ^ set;
      if ((set & low) === 0 || found[set] === 0 || (rest !== 0 && taken[rest] === 0)) continue;
      for (let level = 0; level < levels; level++) trial[level] = (best[set * ranks * levels + level] ?? 0) + (figures[rest * levels + level] ?? 0);
      if (taken[mask] !== 0 && !isBefore(trial, 0, figures, mask * levels, levels)) continue;
      for (let level = 0; level < levels; level++) figures[mask * levels + level] = trial[level] ?? 0;
      taken[mask] = set;
    }
    if (taken[mask] === 0) continue;
    const more = bits(mask) - bits(widest);
    if (more > 0 || (more === 0 && isBefore(figures, mask * levels, figures, widest * levels, levels))) widest = mask;
  }
  const nodeOf = demands.map(() => -1);
  const used = new Set<number>();
  for (let mask = widest; mask !== 0; mask ^= taken[mask] ?? mask) {
    const set = taken[mask] ?? 0;
    const node = bestNode[set * ranks] ?? -1;
    if (used.has(node)) return null;
    used.add(node);
    for (let demand = 0; demand < demands.length; demand++) if ((set >> demand) & 1) nodeOf[demand] = node;
  }
  return nodeOf;
}

/** The load of every set of demands, by its bit mask. */
function loadsOf(problem: Problem): Load[] {
  const loads: Load[] = [EMPTY_LOAD];
  for (let mask = 1; mask < 1 << problem.demands.length; mask++) {
    const highest = 31 - Math.clz32(mask);
    loads.push(loadOf(problem, [...(loads[mask ^ (1 << highest)]?.members ?? []), highest]));
  }
  return loads;
}

/** The sets a node may be used for, and their figures one after the other. */
interface Offer {
  readonly sets: number[];
  readonly figures: number[];
}

const maskOf = ({ fills }: ProblemNode): number => fills.reduce((mask, can, demand) => (can ? mask | (1 << demand) : mask), 0);

/** For each set of demands the best nodes for it, as many as there are demands: by figures, then the earlier node. */
interface Offers {
  readonly ranks: number;
  readonly found: Uint8Array;
  readonly best: Float64Array;
  readonly bestNode: Int32Array;
  /** Of nodes that open nothing: no other one can take their place. */
  readonly own: readonly { readonly node: number; readonly set: number; readonly figures: Float64Array }[];
  byNode(): Offer[];
}

function bestOffers(problem: Problem, loads: readonly Load[]): Offers {
  const { levels, nodes } = problem;
  const ranks = problem.demands.length;
  const best = new Float64Array(loads.length * ranks * levels);
  const bestNode = new Int32Array(loads.length * ranks);
  const found = new Uint8Array(loads.length);
  const scratch = new Float64Array(levels);
  const own: { readonly node: number; readonly set: number; readonly figures: Float64Array }[] = [];
  nodes.forEach((node, index) => {
    const mask = maskOf(node);
    let scored = false;
    for (let set = mask; set > 0; set = (set - 1) & mask) {
      const load = loads[set] ?? EMPTY_LOAD;
      if (load.members.length > 1 && !node.fits(load)) continue;
      if (!scored && !node.score(load, scratch, 0)) continue;
      scored = problem.flat;
      if (!node.opens) {
        own.push({ node: index, set, figures: Float64Array.from(scratch) });
        continue;
      }
      const known = found[set] ?? 0;
      let rank = known;
      while (rank > 0 && isBefore(scratch, 0, best, (set * ranks + rank - 1) * levels, levels)) rank--;
      if (rank === ranks) continue;
      const [from, last] = [set * ranks + rank, set * ranks + Math.min(known, ranks - 1)];
      if (last > from) {
        best.copyWithin((from + 1) * levels, from * levels, last * levels);
        bestNode.copyWithin(from + 1, from, last);
      }
      for (let level = 0; level < levels; level++) best[from * levels + level] = scratch[level] ?? 0;
      bestNode[from] = index;
      if (known < ranks) found[set] = known + 1;
    }
  });
  const byNode = (): Offer[] => {
    const offers = nodes.map((): Offer => ({ sets: [], figures: [] }));
    for (const { node, set, figures } of own) keep(offers[node], set, figures, 0, levels);
    for (let set = 1; set < loads.length; set++) {
      for (let rank = 0; rank < (found[set] ?? 0); rank++) keep(offers[bestNode[set * ranks + rank] ?? 0], set, best, (set * ranks + rank) * levels, levels);
    }
    return offers;
  };
  return { ranks, found, best, bestNode, own, byNode };
}

function keep(offer: Offer | undefined, set: number, figures: Float64Array, at: number, levels: number): void {
  offer?.sets.push(set);
  for (let level = 0; level < levels; level++) offer?.figures.push(figures[at + level] ?? 0);
}

function isBefore(a: ArrayLike<number>, at: number, b: ArrayLike<number>, bt: number, levels: number): boolean {
  for (let level = 0; level < levels; level++) {
    const [own = 0, other = 0] = [a[at + level], b[bt + level]];
    if (own !== other) return own < other;
  }
  return false;
}

/** The best plan for every set of demands (and, where the number of nodes is limited, every number of opened nodes). */
class PlanTable {
  readonly #problem: Problem;
  readonly #size: number;
  readonly #layers: number;
  readonly #isLimited: boolean;
  #figures: Float64Array;
  #next: Float64Array;
  /** The last shipment of the best plan, -1 where there is no plan; shipments know the one before them. */
  #last: Int32Array;
  #nextLast: Int32Array;
  readonly #shipments: { readonly node: number; readonly set: number; readonly before: number }[] = [];
  readonly #trial: Float64Array;

  constructor(problem: Problem) {
    this.#problem = problem;
    this.#size = 1 << problem.demands.length;
    const { maximumNodes } = problem;
    this.#isLimited = maximumNodes < Math.min(problem.demands.length, problem.nodes.length);
    this.#layers = this.#isLimited ? maximumNodes : 0;
    const places = this.#size * (this.#layers + 1);
    this.#figures = new Float64Array(places * problem.levels);
    this.#next = new Float64Array(places * problem.levels);
    this.#last = new Int32Array(places).fill(NO_PLAN);
    this.#nextLast = new Int32Array(places);
    this.#last[0] = NOTHING_YET;
    this.#trial = new Float64Array(problem.levels);
  }

  add(node: number, opens: boolean, { sets, figures }: Offer): void {
    this.#next.set(this.#figures);
    this.#nextLast.set(this.#last);
    const step = opens && this.#isLimited ? 1 : 0;
    for (let layer = 0; layer + step <= this.#layers; layer++) {
      // Of equals the first stays: the earlier node has the earlier demands.
      for (let n = sets.length - 1; n >= 0; n--) this.#extend(node, sets[n] ?? 0, figures, n * this.#problem.levels, layer, layer + step);
    }
    [this.#figures, this.#next] = [this.#next, this.#figures];
    [this.#last, this.#nextLast] = [this.#nextLast, this.#last];
  }

  /** Every plan for demands outside the set, with this shipment after it. */
  #extend(node: number, set: number, figures: readonly number[], at: number, layer: number, to: number): void {
    const { levels } = this.#problem;
    const outside = (this.#size - 1) ^ set;
    for (let rest = outside; ; rest = (rest - 1) & outside) {
      const from = layer * this.#size + rest;
      const last = this.#last[from] ?? NO_PLAN;
      if (last !== NO_PLAN) {
        for (let level = 0; level < levels; level++) this.#trial[level] = (this.#figures[from * levels + level] ?? 0) + (figures[at + level] ?? 0);
        const place = to * this.#size + (rest | set);
        if (this.#nextLast[place] === NO_PLAN || isBefore(this.#trial, 0, this.#next, place * levels, levels)) {
          this.#next.set(this.#trial, place * levels);
          this.#nextLast[place] = this.#shipments.push({ node, set, before: last }) - 1;
        }
      }
      if (rest === 0) return;
    }
  }

  /** The plan for the most demands, of those the best, of those the earliest demands. */
  widest(): NodeOf {
    const { levels, demands } = this.#problem;
    let best = 0;
    for (let layer = 0; layer <= this.#layers; layer++) {
      for (let mask = 0; mask < this.#size; mask++) {
        const place = layer * this.#size + mask;
        if (this.#last[place] === NO_PLAN) continue;
        const more = bits(mask) - bits(best % this.#size);
        if (more > 0 || (more === 0 && isBefore(this.#figures, place * levels, this.#figures, best * levels, levels))) best = place;
      }
    }
    const nodeOf = demands.map(() => -1);
    for (let shipment = this.#shipments[this.#last[best] ?? NO_PLAN]; shipment !== undefined; shipment = this.#shipments[shipment.before]) {
      for (let demand = 0; demand < demands.length; demand++) if ((shipment.set >> demand) & 1) nodeOf[demand] = shipment.node;
    }
    return nodeOf;
  }
}

const NO_PLAN = -2;
const NOTHING_YET = -1;

function bits(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}
