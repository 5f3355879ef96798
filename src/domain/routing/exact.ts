import { EMPTY_LOAD, type Load, type NodeOf, type Problem, type ProblemNode } from "./problem.ts";

export const EXACT_LIMIT = 12;

/**
 * Exact plan for up to EXACT_LIMIT demands: the most demands, and of such plans the one whose figures come first. A dynamic
 * programme over sets of demands (sourcing-science 1.1), node by node so that none sends two shipments:
 * D_i(M) = min over S of D_{i-1}(M \ S) + g_i(S). Of the nodes that can send a set only as many as there are demands can matter:
 * where a plan used a worse one, a better one would be free to take its place. So it takes L x 3^L steps at most, whatever the
 * number of nodes.
 */
export function solveExact(problem: Problem): NodeOf {
  const offers = bestOffers(problem, loadsOf(problem));
  const table = new PlanTable(problem);
  offers.forEach((offer, node) => {
    if (offer.sets.length > 0) table.add(node, problem.nodes[node]?.opens === true, offer);
  });
  return table.widest();
}

/** The load of every set of demands, by its bit mask. */
function loadsOf({ demands }: Problem): Load[] {
  const count = demands.length;
  const loads: Load[] = [EMPTY_LOAD];
  for (let mask = 1; mask < 1 << count; mask++) {
    const highest = 31 - Math.clz32(mask);
    const [before, demand] = [loads[mask ^ (1 << highest)], demands[highest]];
    if (!before || !demand) continue;
    loads.push({
      members: [...before.members, highest], everything: before.members.length + 1 === count, lines: before.lines + demand.lines, units: before.units + demand.units,
      grams: before.grams + demand.grams, valueMinor: before.valueMinor + demand.valueMinor,
    });
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
function bestOffers(problem: Problem, loads: readonly Load[]): Offer[] {
  const { levels, nodes } = problem;
  const ranks = problem.demands.length;
  const best = new Float64Array(loads.length * ranks * levels);
  const bestNode = new Int32Array(loads.length * ranks);
  const found = new Uint8Array(loads.length);
  const scratch = new Float64Array(levels);
  const offers = nodes.map((): Offer => ({ sets: [], figures: [] }));
  nodes.forEach((node, index) => {
    const mask = maskOf(node);
    for (let set = mask; set > 0; set = (set - 1) & mask) {
      const load = loads[set] ?? EMPTY_LOAD;
      if ((load.members.length > 1 && !node.fits(load)) || !node.score(load, scratch, 0)) continue;
      // No other one can take the place of a node that opens nothing.
      if (!node.opens) {
        keep(offers[index], set, scratch, 0, levels);
        continue;
      }
      const known = found[set] ?? 0;
      let rank = known;
      while (rank > 0 && isBefore(scratch, 0, best, (set * ranks + rank - 1) * levels, levels)) rank--;
      if (rank === ranks) continue;
      const [from, last] = [set * ranks + rank, set * ranks + Math.min(known, ranks - 1)];
      best.copyWithin((from + 1) * levels, from * levels, last * levels);
      bestNode.copyWithin(from + 1, from, last);
      best.set(scratch, from * levels);
      bestNode[from] = index;
      if (known < ranks) found[set] = known + 1;
    }
  });
  for (let set = 1; set < loads.length; set++) {
    for (let rank = 0; rank < (found[set] ?? 0); rank++) keep(offers[bestNode[set * ranks + rank] ?? 0], set, best, (set * ranks + rank) * levels, levels);
  }
  return offers;
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
    this.#layers = maximumNodes < Math.min(problem.demands.length, problem.nodes.length) ? maximumNodes : 0;
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
    const step = opens && this.#layers > 0 ? 1 : 0;
    for (let layer = 0; layer + step <= this.#layers; layer++) {
      sets.forEach((set, n) => this.#extend(node, set, figures, n * this.#problem.levels, layer, layer + step));
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
