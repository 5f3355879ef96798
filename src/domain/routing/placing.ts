import type { Node } from "../catalog/index.ts";
import { roomFor } from "./candidates.ts";
import { type Contender, type Contest, openContest } from "./contest.ts";
import { type Method, placedAnew, solve } from "./heuristic.ts";
import { loadOf } from "./problem.ts";
import type { Terms } from "./scoring.ts";
import type { Offer } from "./sending.ts";
import { type Assignment, type Demand, partOf, type RoutingRequest, type ShipmentPlan, unitsWorth, valueOf } from "./types.ts";

/** One node's part of the plan, priced. */
export interface PlannedPart {
  readonly node: Node;
  readonly lineNos: readonly number[];
  readonly terms: Terms;
  readonly offer: Offer | null;
}

interface PieceLimits {
  readonly perLine: number;
  /** Nodes that may be opened. */
  readonly opened: number;
  readonly minimumValueMinor: number;
}

/** Units of a line that a node sends, of those it has free, so that its shipment is worth enough and what is left for another node is too. */
function worthSending(demand: Demand, free: number, rest: number, minimumValueMinor: number, valueThere: number): number {
  if (minimumValueMinor === 0) return free;
  const least = unitsWorth(demand, minimumValueMinor);
  const quantity = rest - free > 0 && rest - free < least ? Math.min(free, rest - least) : free;
  return quantity > 0 && valueThere + valueOf(demand, quantity) >= minimumValueMinor ? quantity : 0;
}

/** A plan in the making: what one round cannot place, the next one places beside it. */
export class Placing {
  readonly #request: RoutingRequest;
  readonly #demands: readonly Demand[];
  /** Demands that one node has whole. */
  readonly #nodeOf = new Map<number, Contender>();
  #pieces: { readonly demand: number; readonly contender: Contender; readonly quantity: number }[] = [];
  #lastContest: Contest | null = null;
  method: Method = "exact";

  constructor(request: RoutingRequest, demands: readonly Demand[]) {
    this.#request = request;
    this.#demands = demands;
  }

  get isComplete(): boolean {
    return this.#demands.every(({ quantity }, demand) => this.#left(demand) === 0 || quantity === 0);
  }

  get hasPieces(): boolean {
    return this.#pieces.length > 0;
  }

  #left(demand: number): number {
    if (this.#nodeOf.has(demand)) return 0;
    return (this.#demands[demand]?.quantity ?? 0) - this.#pieces.reduce((sum, piece) => sum + (piece.demand === demand ? piece.quantity : 0), 0);
  }

  /** Places whole demands, then pieces of what no single node can fill. `until` opens the same contest for what arrives in time. */
  place(contest: Contest, until: (arrivesBy: number) => Contest): void {
    this.#lastContest = contest;
    const soonest = contest.scoring.criteria[0] === "arrival" ? this.#soonest(contest, until) : contest;
    this.#placeWhole(soonest, this.#planned(soonest));
    this.#placePieces(contest);
  }

  clear(): void {
    this.#nodeOf.clear();
    this.#pieces = [];
  }

  #planned({ problem, contenders }: Contest): { readonly nodeOf: readonly number[]; readonly method: Method } {
    if (this.#nodeOf.size === 0) return solve(problem);
    const indexOf = new Map(contenders.map(({ candidate }, index) => [candidate.node.id, index]));
    const before = this.#demands.map((_, demand) => indexOf.get(this.#nodeOf.get(demand)?.candidate.node.id ?? "") ?? -1);
    const free = this.#demands.flatMap(({ quantity }, demand) => (quantity > 0 && this.#left(demand) === quantity ? [[demand]] : []));
    return { nodeOf: placedAnew(problem, before, free, contenders.map((_, index) => index)), method: this.method };
  }

  #placeWhole({ contenders }: Contest, { nodeOf, method }: { readonly nodeOf: readonly number[]; readonly method: Method }): void {
    this.method = method;
    nodeOf.forEach((index, demand) => {
      const contender = contenders[index];
      if (contender && this.#left(demand) > 0) this.#nodeOf.set(demand, contender);
    });
  }

  /** The contest for the earliest day by which as much arrives as at any time: the latest part says when an order is there. */
  #soonest(contest: Contest, until: (arrivesBy: number) => Contest): Contest {
    const days = [...new Set(contest.contenders.flatMap(({ score }) => score.arrivals()))].toSorted((a, b) => a - b);
    const covered = (one: Contest): number => this.#planned(one).nodeOf.filter((node) => node !== -1).length;
    const most = covered(contest);
    let [low, high] = [0, days.length - 1];
    let best = contest;
    while (low < high) {
      const middle = (low + high) >> 1;
      const trial = until(days[middle] ?? Infinity);
      if (covered(trial) === most) [best, high] = [trial, middle];
      else low = middle + 1;
    }
    return best;
  }

  /** Takes from nodes in use first, then from the best ones; where a line may not be on so many nodes, from those that have most. */
  #placePieces(contest: Contest): void {
    const { maximumNodesPerLine, maximumNodes, minimumValueMinor } = contest.rules.group.split;
    if (maximumNodesPerLine === 1) return;
    const rank = new Map(contest.candidates.map(({ node }, index) => [node.id, index]));
    const byRank = (a: Contender, b: Contender): number => (rank.get(a.candidate.node.id) ?? 0) - (rank.get(b.candidate.node.id) ?? 0);
    this.#demands.forEach((demand, index) => {
      if (demand.quantity === 0 || this.#left(index) < demand.quantity) return;
      const used = this.#usedNodes();
      const ranked = contest.contenders.toSorted((a, b) => Number(used.has(b.candidate.node.id)) - Number(used.has(a.candidate.node.id)) || byRank(a, b));
      const limits = { perLine: maximumNodesPerLine ?? Infinity, opened: (maximumNodes ?? Infinity) - used.size, minimumValueMinor };
      const first = this.#piecesOf(index, demand, ranked, used, limits);
      const most = contest.contenders.toSorted((a, b) => (b.candidate.room[index] ?? 0) - (a.candidate.room[index] ?? 0) || byRank(a, b));
      const sum = (pieces: typeof first): number => pieces.reduce((units, { quantity }) => units + quantity, 0);
      const other = sum(first) === demand.quantity || limits.perLine + limits.opened === Infinity ? first : this.#piecesOf(index, demand, most, used, limits);
      const chosen = sum(other) > sum(first) ? other : first;
      // Where parts have a value that they must not be below, the rest of a line would be one of them: it is divided whole or not at all.
      if (minimumValueMinor === 0 || sum(chosen) === demand.quantity) this.#pieces.push(...chosen);
    });
  }

  #piecesOf(index: number, demand: Demand, order: readonly Contender[], used: ReadonlySet<string>, limits: PieceLimits): { demand: number; contender: Contender; quantity: number }[] {
    const pieces: { demand: number; contender: Contender; quantity: number }[] = [];
    const perUnit = demand.parts.reduce((sum, part) => sum + part.perUnit, 0);
    let [rest, opened] = [demand.quantity, 0];
    for (const contender of order) {
      const { node, room } = contender.candidate;
      if (rest === 0 || pieces.length === limits.perLine) break;
      if ((room[index] ?? 0) === 0 || (!used.has(node.id) && opened === limits.opened)) continue;
      const free = Math.min(rest, room[index] ?? 0, roomFor(demand, node, this.#request.book, (itemId) => this.#taken(node.id, itemId)));
      const quantity = worthSending(demand, free, rest, limits.minimumValueMinor, this.#valueAt(node.id));
      // A node takes its share of a line whole or not at all: what is more than any of its days is another node's.
      if (quantity === 0 || this.#request.load?.hasRoom(node, this.#unitsAt(node.id) + quantity * perUnit) === false) continue;
      pieces.push({ demand: index, contender, quantity });
      rest -= quantity;
      opened += used.has(node.id) ? 0 : 1;
    }
    return pieces;
  }

  #usedNodes(): Set<string> {
    return new Set([...this.#nodeOf.values(), ...this.#pieces.map(({ contender }) => contender)].map(({ candidate }) => candidate.node.id));
  }

  /** Assignments in the order of the demands, pieces after what is whole. */
  #given(): { readonly demand: number; readonly contender: Contender; readonly quantity: number }[] {
    const whole = [...this.#nodeOf].toSorted(([a], [b]) => a - b).map(([demand, contender]) => ({ demand, contender, quantity: this.#demands[demand]?.quantity ?? 0 }));
    return [...whole, ...this.#pieces];
  }

  #taken(nodeId: string, itemId: string): number {
    return this.#given().reduce((sum, { demand, contender, quantity }) => {
      const part = contender.candidate.node.id === nodeId ? this.#demands[demand]?.parts.filter(({ item }) => item.id === itemId) : undefined;
      return sum + quantity * (part?.reduce((units, { perUnit }) => units + perUnit, 0) ?? 0);
    }, 0);
  }

  #unitsAt(nodeId: string): number {
    return this.#given().reduce((sum, { demand, contender, quantity }) =>
      sum + (contender.candidate.node.id === nodeId ? quantity * (this.#demands[demand]?.parts.reduce((units, { perUnit }) => units + perUnit, 0) ?? 0) : 0), 0);
  }

  #valueAt(nodeId: string): number {
    return this.#given().reduce((sum, { demand, contender, quantity }) => sum + (contender.candidate.node.id === nodeId ? valueOf(this.#demands[demand] ?? EMPTY_DEMAND, quantity) : 0), 0);
  }

  result(): { readonly assignments: Assignment[]; readonly shipments: ShipmentPlan[] } {
    const assignments = this.#given().map(({ demand, contender, quantity }) => ({ lineNo: this.#demands[demand]?.lineNo ?? 0, nodeId: contender.candidate.node.id, quantity }));
    const shipments = this.parts().flatMap(({ node, offer }): ShipmentPlan[] => (offer === null ? [] : [{
      nodeId: node.id, carrier: offer.service.carrier, service: offer.service.code, shipDate: offer.ship.shipDate, leavesAt: offer.ship.leavesAt,
      arrivalDate: offer.arrival.date, arrivesAt: offer.arrival.at, validUntil: offer.ship.validUntil,
    }]));
    return { assignments, shipments };
  }

  /** What each node sends and what that costs, in the order of the last contest's table. */
  parts(): PlannedPart[] {
    const given = this.#given();
    const contest = this.#lastContest;
    if (contest === null || given.length === 0) return [];
    const nodes = new Map(given.map(({ contender }) => [contender.candidate.node.id, contender]));
    // Pieces are other goods than those that the contest was about: they are priced as what they are.
    const demands = given.map(({ demand, quantity }) => partOf(this.#demands[demand] ?? EMPTY_DEMAND, quantity));
    const whole = this.#pieces.length === 0;
    const priced = whole ? contest : openContest({ ...this.#request, nodes: [...nodes.values()].map(({ candidate }) => candidate.node), load: null }, demands, contest.rules, []);
    return [...nodes.values()].map((contender): PlannedPart => {
      const { node } = contender.candidate;
      const own = given.flatMap((one, index) => (one.contender.candidate.node.id === node.id ? [whole ? one.demand : index] : []));
      const load = loadOf(priced.problem, own.toSorted((a, b) => a - b));
      const score = whole ? contender.score : (priced.contenders.find(({ candidate }) => candidate.node.id === node.id)?.score ?? contender.score);
      const offer = score.offerFor(load) ?? null;
      return { node, offer, terms: score.termsOf(load, offer), lineNos: own.map((index) => (whole ? this.#demands : demands)[index]?.lineNo ?? 0) };
    });
  }
}

const EMPTY_DEMAND: Demand = { lineNo: 0, parts: [], quantity: 0, preselected: null, excluded: new Set() };
