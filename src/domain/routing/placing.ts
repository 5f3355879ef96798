import type { Node } from "../catalog/index.ts";
import { roomFor } from "./candidates.ts";
import type { Contender, Contest } from "./contest.ts";
import { type Method, placedAnew, solve } from "./heuristic.ts";
import { loadOf } from "./problem.ts";
import type { Duty } from "./scoring.ts";
import type { Offer } from "./sending.ts";
import { type Assignment, type Demand, isSingle, partOf, type PlanFigures, type RoutingRequest, type ShipmentPlan, type Terms, unitsWorth, valueOf } from "./types.ts";

/** One node's part of the plan, priced. */
export interface PlannedPart {
  readonly node: Node;
  readonly lineNos: readonly number[];
  readonly terms: Terms;
  readonly figures: PlanFigures;
  readonly offer: Offer | null;
  readonly duty: Duty | null;
}

interface Piece {
  readonly demand: number;
  readonly contender: Contender;
  readonly quantity: number;
}

interface PieceLimits {
  readonly perLine: number;
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
  readonly #wanted: readonly Demand[];
  #demands: readonly Demand[];
  /** Demands that one node has whole. */
  readonly #nodeOf = new Map<number, Contender>();
  #pieces: Piece[] = [];
  /** What each node was given, until something else is. */
  #byNode: Map<string, Piece[]> | null = null;
  /** Nodes in use, as the last round that gave them something saw them: all that a node has goes in one shipment by those rules. */
  readonly #seen = new Map<string, { readonly contender: Contender; readonly contest: Contest }>();
  method: Method = "exact";

  constructor(request: RoutingRequest, demands: readonly Demand[]) {
    this.#request = request;
    this.#wanted = demands;
    this.#demands = demands;
  }

  /** What is to be placed. */
  get demands(): readonly Demand[] {
    return this.#demands;
  }

  get isComplete(): boolean {
    return this.unfinished().length === 0;
  }

  get hasPieces(): boolean {
    return this.#pieces.length > 0;
  }

  /** Units of demands that have a node. */
  get placed(): number {
    return this.#demands.reduce((sum, _, demand) => sum + this.placedOf(demand), 0);
  }

  /** Units of a demand that have a node. */
  readonly placedOf = (demand: number): number => (this.#demands[demand]?.quantity ?? 0) - this.#left(demand);

  /** Demands of which units have no node, by index. */
  unfinished(): number[] {
    return [...this.#demands.keys()].filter((demand) => this.#left(demand) > 0);
  }

  /** Sets how many units of each demand are to be placed, none less than have a node. Says whether any is to be more than it was. */
  offer(quantities: readonly number[]): boolean {
    let more = false;
    this.#demands = this.#wanted.map((wanted, index) => {
      const before = this.#demands[index]?.quantity ?? 0;
      const quantity = quantities[index] ?? before;
      const contender = quantity > before ? this.#nodeOf.get(index) : undefined;
      // It stays where it is, and what is added goes beside it.
      if (contender && this.#nodeOf.delete(index)) this.#give({ demand: index, contender, quantity: before });
      more ||= quantity > before;
      return partOf(wanted, quantity);
    });
    return more;
  }

  #left(demand: number): number {
    if (this.#nodeOf.has(demand)) return 0;
    return (this.#demands[demand]?.quantity ?? 0) - this.#pieces.reduce((sum, piece) => sum + (piece.demand === demand ? piece.quantity : 0), 0);
  }

  /**
   * Places whole demands, then pieces of what no single node can fill; where there are pieces already, what is left line by line
   * beside them. `until` opens the same contest for what arrives until a day.
   */
  place(contest: Contest, until: (arrivesBy: number) => Contest): void {
    const besidePieces = this.hasPieces;
    if (!besidePieces) {
      const soonest = contest.scoring.criteria[0] === "arrival" ? this.#soonest(contest, until) : contest;
      this.#placeWhole(soonest, this.#planned(soonest));
    }
    if (!this.isComplete) this.#placePieces(contest, besidePieces);
  }

  clear(): void {
    this.#nodeOf.clear();
    this.#pieces = [];
    this.#byNode = null;
    this.#seen.clear();
  }

  #planned({ problem, contenders }: Contest): { readonly nodeOf: readonly number[]; readonly method: Method } {
    if (this.#nodeOf.size === 0) return solve(problem);
    const indexOf = new Map(contenders.map(({ candidate }, index) => [candidate.node.id, index]));
    const before = this.#demands.map((_, demand) => indexOf.get(this.#nodeOf.get(demand)?.candidate.node.id ?? "") ?? -1);
    const free = this.#demands.flatMap(({ quantity }, demand) => (quantity > 0 && this.#left(demand) === quantity ? [[demand]] : []));
    // Nodes that these rules would not take are in use all the same.
    const others = [...this.#seen.keys()].filter((id) => !indexOf.has(id)).length;
    return { nodeOf: placedAnew({ ...problem, maximumNodes: problem.maximumNodes - others }, before, free, contenders.map((_, index) => index)), method: this.method };
  }

  #placeWhole(contest: Contest, { nodeOf, method }: { readonly nodeOf: readonly number[]; readonly method: Method }): void {
    this.method = method;
    this.#byNode = null;
    nodeOf.forEach((index, demand) => {
      const contender = contest.contenders[index];
      if (!contender || this.#left(demand) === 0) return;
      this.#nodeOf.set(demand, contender);
      this.#seen.set(contender.candidate.node.id, { contender, contest });
    });
  }

  /** The contest for the earliest day by which as much arrives as at any time: the latest part says when an order is there. */
  #soonest(contest: Contest, until: (arrivesBy: number) => Contest): Contest {
    const days = [...new Set(contest.contenders.flatMap(({ score }) => score.arrivals()))].toSorted((a, b) => a - b);
    const covered = (one: Contest): number => this.#planned(one).nodeOf.filter((node) => node !== -1).length;
    const most = covered(contest);
    let [low, high] = [0, days.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (covered(until(days[middle] ?? Infinity)) === most) high = middle;
      else low = middle + 1;
    }
    return until(days[low] ?? Infinity);
  }

  /** Takes from nodes in use first, then from the best ones; where a line may not be on so many nodes, from those that have most. */
  #placePieces(contest: Contest, besidePieces: boolean): void {
    const { maximumNodesPerLine, maximumNodes, minimumValueMinor } = contest.rules.group.split;
    const rank = new Map(contest.candidates.map(({ node }, index) => [node.id, index]));
    const byRank = (a: Contender, b: Contender): number => (rank.get(a.candidate.node.id) ?? 0) - (rank.get(b.candidate.node.id) ?? 0);
    const best = contest.contenders.toSorted(byRank);
    this.#demands.forEach((_, index) => {
      const rest = this.#left(index);
      const divided = maximumNodesPerLine !== 1 || this.placedOf(index) > 0;
      if (rest === 0 || (!divided && !besidePieces)) return;
      const used = new Set(this.#seen.keys());
      const ranked = [...best.filter(({ candidate }) => used.has(candidate.node.id)), ...best.filter(({ candidate }) => !used.has(candidate.node.id))];
      const limits = { perLine: maximumNodesPerLine ?? Infinity, opened: (maximumNodes ?? Infinity) - used.size, minimumValueMinor };
      const sole = besidePieces ? ranked.filter((contender) => this.#freeAt(contender, index, contest) >= rest) : [];
      const first = this.#piecesOf(index, divided ? [...sole, ...ranked] : sole, contest, limits);
      const sum = (pieces: typeof first): number => pieces.reduce((units, { quantity }) => units + quantity, 0);
      const other = !divided || sum(first) === rest || limits.perLine + limits.opened === Infinity ? first : this.#piecesOf(index, best.toSorted((a, b) => (b.candidate.room[index] ?? 0) - (a.candidate.room[index] ?? 0)), contest, limits);
      const chosen = sum(other) > sum(first) ? other : first;
      // Where parts have a value that they must not be below, the rest of a line would be one of them: it is divided whole or not at all.
      if (minimumValueMinor > 0 && sum(chosen) < rest) return;
      for (const piece of chosen) {
        this.#give(piece);
        this.#seen.set(piece.contender.candidate.node.id, { contender: piece.contender, contest });
      }
    });
  }

  /** Beside what the node has of the line already. */
  #give({ demand, contender, quantity }: Piece): void {
    this.#byNode = null;
    const before = this.#pieces.findIndex((piece) => piece.demand === demand && piece.contender.candidate.node.id === contender.candidate.node.id);
    if (before === -1) this.#pieces.push({ demand, contender, quantity });
    else this.#pieces[before] = { demand, contender, quantity: quantity + (this.#pieces[before]?.quantity ?? 0) };
  }

  #piecesOf(index: number, order: readonly Contender[], contest: Contest, limits: PieceLimits): Piece[] {
    const pieces: Piece[] = [];
    const holding = new Set(this.#pieces.flatMap(({ demand, contender }) => (demand === index ? [contender.candidate.node.id] : [])));
    let [rest, opened] = [this.#left(index), 0];
    for (const contender of order) {
      const { id } = contender.candidate.node;
      if (rest === 0) break;
      if (pieces.some((piece) => piece.contender === contender) || (!holding.has(id) && holding.size >= limits.perLine) || (!this.#seen.has(id) && opened >= limits.opened)) continue;
      const free = Math.min(rest, this.#freeAt(contender, index, contest));
      const demand = this.#demands[index];
      const quantity = demand ? worthSending(demand, free, rest, limits.minimumValueMinor, this.#valueAt(id)) : 0;
      const piece = { demand: index, contender, quantity };
      if (piece.quantity === 0 || !this.#canSend(piece, contest)) continue;
      pieces.push(piece);
      holding.add(id);
      rest -= piece.quantity;
      opened += this.#seen.has(id) ? 0 : 1;
    }
    return pieces;
  }

  /** Units of a demand that a node has beside what it was given. */
  #freeAt({ candidate: { node, room } }: Contender, index: number, { staying }: Contest): number {
    const demand = this.#demands[index];
    return demand && (room[index] ?? 0) > 0 ? Math.min(room[index] ?? 0, roomFor(demand, node, this.#request.book, (itemId) => staying + this.#taken(node.id, itemId))) : 0;
  }

  /** Whether a node can send a piece in one shipment with what it was given. It takes its share of a line whole or not at all: what is more than any of its days is another node's. */
  #canSend(piece: Piece, contest: Contest): boolean {
    const { node } = piece.contender.candidate;
    const goods = this.#goods([...this.#givenTo(node.id), piece]);
    const { score, load } = contest.shipmentOf(piece.contender, goods);
    return this.#request.load?.hasRoom(node, load.units) !== false && score.offerFor(load) !== undefined;
  }

  /** What is given, in the order of the demands, pieces after what is whole. */
  #given(): readonly Piece[] {
    const whole = [...this.#nodeOf].toSorted(([a], [b]) => a - b).map(([demand, contender]) => ({ demand, contender, quantity: this.#demands[demand]?.quantity ?? 0 }));
    return [...whole, ...this.#pieces];
  }

  #givenTo(nodeId: string): readonly Piece[] {
    if (this.#byNode === null) {
      this.#byNode = new Map();
      for (const piece of this.#given()) {
        const { id } = piece.contender.candidate.node;
        this.#byNode.set(id, [...(this.#byNode.get(id) ?? []), piece]);
      }
    }
    return this.#byNode.get(nodeId) ?? [];
  }

  #goods(given: readonly Piece[]): Demand[] {
    return given.flatMap(({ demand: index, quantity }) => {
      const demand = this.#demands[index];
      return demand ? [partOf(demand, quantity)] : [];
    });
  }

  #valueAt(nodeId: string): number {
    return this.#goods(this.#givenTo(nodeId)).reduce((sum, { valueMinor = 0 }) => sum + valueMinor, 0);
  }

  #taken(nodeId: string, itemId: string): number {
    return this.#goods(this.#givenTo(nodeId)).reduce((sum, { parts, quantity }) => sum + quantity * parts.reduce((units, { item, perUnit }) => units + (item.id === itemId ? perUnit : 0), 0), 0);
  }

  assignments(): Assignment[] {
    return this.#given().map(({ demand, contender, quantity }) => ({ lineNo: this.#demands[demand]?.lineNo ?? 0, nodeId: contender.candidate.node.id, quantity }));
  }

  /** What each node sends and what that costs, by the demands. */
  parts(): PlannedPart[] {
    const given = this.#given();
    return [...new Set(given.map(({ contender }) => contender.candidate.node.id))].flatMap((nodeId): PlannedPart[] => {
      const seen = this.#seen.get(nodeId);
      const own = given.filter(({ contender }) => contender.candidate.node.id === nodeId);
      return seen ? [this.#partOf(seen, own)] : [];
    });
  }

  #partOf({ contender, contest }: { readonly contender: Contender; readonly contest: Contest }, own: readonly Piece[]): PlannedPart {
    const goods = this.#goods(own);
    // Pieces are other goods than those that the contest was about: they are priced as what they are.
    const { score, load } = this.#pieces.some((piece) => own.includes(piece))
      ? contest.shipmentOf(contender, goods)
      : { score: contender.score, load: loadOf(contest.problem, own.map(({ demand }) => demand)) };
    const offer = score.offerFor(load) ?? null;
    return { node: contender.candidate.node, offer, duty: score.dutyOf(load, offer), terms: score.termsOf(load, offer), figures: score.figuresOf(load, offer), lineNos: goods.flatMap((one) => (isSingle(one) ? [one.lineNo] : one.parts.map(({ lineNo }) => lineNo))) };
  }
}

export const shipmentsOf = (parts: readonly PlannedPart[]): ShipmentPlan[] => parts.flatMap(({ node, offer }) => (offer === null ? [] : [{
  nodeId: node.id, carrier: offer.service.carrier, service: offer.service.code, shipDate: offer.ship.shipDate, leavesAt: offer.ship.leavesAt,
  arrivalDate: offer.arrival.date, arrivesAt: offer.arrival.at, validUntil: offer.ship.validUntil, ...(offer.desk === null ? {} : { desk: offer.desk }),
}]));
