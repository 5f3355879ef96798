import type { Item, Node } from "../catalog/index.ts";
import { exportRule, lineRule, metresTo, nodeRule, roomFor } from "./candidates.ts";
import { Duties } from "./duties.ts";
import { EMPTY_LOAD, type Load, loadOf, type Problem, type ProblemDemand, type ProblemNode } from "./problem.ts";
import { type NodeScore, Scoring } from "./scoring.ts";
import { type NodeOffers, type Offer, Sending } from "./sending.ts";
import type { CostTerm, Criterion, Filter, FilterRule } from "./strategy.ts";
import type { AppliedRules, Candidate, Demand, NodeVerdict, RoutingRequest } from "./types.ts";

/** A node that may send something, ready to be priced. */
export interface Contender {
  readonly candidate: Candidate;
  readonly score: NodeScore;
  readonly problem: ProblemNode;
}

/** Every node under the rules and filters that are in force, and the problem that those which may send something make. */
export interface Contest {
  readonly rules: AppliedRules;
  readonly scoring: Scoring;
  /** The best first, as far as a node alone can be compared. */
  readonly candidates: readonly Candidate[];
  /** In the order of the problem's nodes: by priority, then id. */
  readonly contenders: readonly Contender[];
  readonly problem: Problem;
  /** Units of an item that have to stay. */
  readonly staying: number;
  /** A node's shipment of other goods than those that the contest is about. */
  shipmentOf(contender: Contender, goods: readonly Demand[]): { readonly score: NodeScore; readonly load: Load };
}

const NO_OFFERS: NodeOffers = { offers: [], verdict: null, why: null };
const TRAVEL_TERMS: readonly CostTerm[] = ["label", "lateness"];
const TRAVEL_FILTERS: ReadonlySet<FilterRule["kind"]> = new Set(["service_levels", "carriers", "ships_within", "arrives_in_time"]);

/** Whether rules ask how goods travel; an order that asks for a service or a date, or is collected, does so wherever services are known. */
export function asksTravel({ group: { objective, filters } }: AppliedRules, { travel, pickup }: Pick<RoutingRequest, "travel" | "pickup">): boolean {
  if (travel === null || travel === undefined) return false;
  if ((pickup && travel.facts.services.size > 0) || (travel.until?.arrives ?? Infinity) < Infinity) return true;
  if (TRAVEL_TERMS.some((term) => (objective.weights[term] ?? 0) > 0) || filters.some(({ kind }) => TRAVEL_FILTERS.has(kind))) return true;
  return (objective.kind === "ranks" && objective.by.includes("arrival")) || (travel.facts.services.size > 0 && (travel.serviceLevel !== null || travel.deliverBy !== null));
}

/**
 * Looks at every node: whether it may send goods of the order, how much of each demand, by which services and at which figures.
 * @param arrivesBy local day (from 1970-01-01) of the latest arrival, where it is settled: what arrives until then is soon enough.
 */
export function openContest(request: RoutingRequest, demands: readonly Demand[], rules: AppliedRules, filters: readonly Filter[], arrivesBy = Infinity): Contest {
  const scoring = new Scoring(request, rules.group, arrivesBy < Infinity);
  const { travel = null } = request;
  const travels = travel !== null && asksTravel(rules, request);
  const sendingOf = (goods: readonly Demand[]): Sending | null => (travels ? new Sending(request, travel, goods, filters, { priced: scoring.priced, arrivesBy }) : null);
  const { customs = null } = request;
  const dutiesOf = (goods: readonly Demand[]): Duties | null => (customs !== null && scoring.countsDuty ? new Duties(request, customs, goods) : null);
  const [sending, duties] = [sendingOf(demands), dutiesOf(demands)];
  const staying = filters.reduce((most, filter) => (filter.kind === "leaves_stock" ? Math.max(most, filter.units) : most), 0);
  const shared = sharedItems(demands);
  const bare: Problem = {
    demands: demands.map(problemDemand), nodes: [], levels: scoring.criteria.length, maximumNodes: Infinity, flat: false, sharing: demands.map(({ parts }) => parts.some(({ item }) => shared.has(item.id))),
  };
  const view: View = {
    request, rules, filters, demands, scoring, sending, duties, staying, problem: bare, shared, stays: () => staying, whole: filters.some(({ kind }) => kind === "whole_order") ? wholeOrder(request, demands) : null,
    singles: demands.map((_, demand) => loadOf(bare, [demand])), all: loadOf(bare, demands.map((_, demand) => demand)),
  };
  const looked = ranked(request.nodes).map((node) => look(view, node));
  const contenders = looked.flatMap(({ contender }) => contender ?? []);
  return {
    rules, scoring, contenders, staying, candidates: looked.map(({ candidate }) => candidate).toSorted(inOrder(scoring.criteria)),
    problem: { ...bare, nodes: contenders.map(({ problem }) => problem), maximumNodes: rules.group.split.maximumNodes ?? Infinity, flat: sending === null && duties === null && isFlat(request, rules) },
    shipmentOf: ({ candidate: { node, metres } }, goods) => ({
      score: scoring.of(node, metres, sendingOf(goods)?.offersOf(node, unitsOf(goods.map(problemDemand), goods.keys())) ?? NO_OFFERS, dutiesOf(goods)?.of(node) ?? null), load: { ...loadOf({ ...bare, demands: goods.map(problemDemand) }, goods.map((_, index) => index)), everything: false },
    }),
  };
}

/** What looking at every node shares. */
interface View {
  readonly request: RoutingRequest;
  readonly rules: AppliedRules;
  readonly filters: readonly Filter[];
  readonly demands: readonly Demand[];
  readonly scoring: Scoring;
  readonly sending: Sending | null;
  readonly duties: Duties | null;
  readonly staying: number;
  readonly stays: () => number;
  readonly problem: Problem;
  readonly shared: ReadonlySet<string>;
  /** Where the rules ask for a node that has everything: whether one has. */
  readonly whole: ((node: Node, staying: number) => boolean) | null;
  /** The load of each demand alone, and that of all. */
  readonly singles: readonly Load[];
  readonly all: Load;
}

function look(view: View, node: Node): { readonly candidate: Candidate; readonly contender: Contender | null } {
  const { request, demands, scoring, sending, duties } = view;
  const metres = metresTo(request, node);
  const struck = nodeRule(node, metres, request, view.rules, view.filters);
  const nothing = demands.map(() => 0);
  const room = struck === null ? demands.map((demand) => (lineRule(node, demand, request) === null ? roomFor(demand, node, request.book, view.stays) : 0)) : nothing;
  const some = room.some((units) => units > 0);
  const fills = demands.map(({ quantity }, d) => quantity > 0 && (room[d] ?? 0) >= quantity);
  const members = membersOf(fills);
  const offers = some && sending !== null ? sending.offersOf(node, unitsOf(view.problem.demands, members)) : NO_OFFERS;
  const score = scoring.of(node, metres, offers, some ? (duties?.of(node) ?? null) : null);
  const verdict = struck ?? offers.verdict ?? (view.whole?.(node, view.staying) === false ? "NOT_WHOLE" : null);
  const alone = verdict === null && members.length > 0 ? aloneOf(view, score, members, node) : NOT_ALONE;
  const why = verdict ?? alone.verdict;
  const { load, offer } = alone;
  const candidate: Candidate = {
    node, metres, room: why === null ? room : nothing, struck: why, why: offers.why ?? alone.why ?? (struck === null ? barred(view, node) : null),
    costMicros: score.costAlone(load, offer), arrivalDay: offer?.arrival.day ?? null, costOf: (term) => score.costOf(term, load, offer),
  };
  return { candidate, contender: why === null && some ? { candidate, score, problem: new ContenderNode(view, node, fills, score) } : null };
}

/** Counted units of demands; a piece of one, where a node fills none. */
const unitsOf = (demands: readonly ProblemDemand[], members: Iterable<number>): number => {
  let sum = 0;
  for (const member of members) sum += demands[member]?.units ?? 0;
  return Math.max(1, sum);
};

/** Why a node may not send some of the goods across the border. */
function barred({ request, demands }: View, node: Node): string | null {
  if (!request.customs || request.customs.facts.restrictions.length === 0) return null;
  return demands.map((demand) => exportRule(node, demand, request)).find((why) => why !== null) ?? null;
}

/** Everything is all that the order wants, lines of one item together: what earlier orders leave of it is less, and then no node has the order whole. */
function wholeOrder(request: RoutingRequest, dealt: readonly Demand[]): (node: Node, staying: number) => boolean {
  const wanted = unitsByItem(request.demands);
  const left = unitsByItem(dealt);
  if ([...wanted].some(([id, { units }]) => (left.get(id)?.units ?? 0) < units)) return () => false;
  return (node, staying) =>
    request.demands.every((demand) => lineRule(node, demand, request) === null) && [...wanted.values()].every(({ item, units }) => request.book.available(item, node.id) - staying >= units);
}

/** Counted units that demands want, by item id. */
function unitsByItem(demands: readonly Demand[]): ReadonlyMap<string, { readonly item: Item; readonly units: number }> {
  const byItem = new Map<string, { readonly item: Item; readonly units: number }>();
  for (const { parts, quantity } of demands) for (const { item, perUnit } of parts) byItem.set(item.id, { item, units: (byItem.get(item.id)?.units ?? 0) + perUnit * quantity });
  return byItem;
}

function membersOf(fills: readonly boolean[]): number[] {
  const members: number[] = [];
  for (let demand = 0; demand < fills.length; demand++) if (fills[demand]) members.push(demand);
  return members;
}

/** Nodes by priority, then id: sorted once for all orders that the same list is asked about. */
const sortedNodes = new WeakMap<readonly Node[], readonly Node[]>();

function ranked(nodes: readonly Node[]): readonly Node[] {
  let sorted = sortedNodes.get(nodes);
  if (sorted === undefined) sortedNodes.set(nodes, (sorted = nodes.toSorted((a, b) => a.priority - b.priority || byId(a, b))));
  return sorted;
}

const byId = (a: Node, b: Node): number => (a.id < b.id ? -1 : 1);

interface Alone {
  readonly verdict: NodeVerdict | null;
  readonly why: string | null;
  /** What it would send by which service. */
  readonly load: Load;
  readonly offer: Offer | null;
}
const NOT_ALONE: Alone = { verdict: null, why: null, load: EMPTY_LOAD, offer: null };

/** What a node would send alone; a load that it never could send says why. */
function aloneOf({ request: { load: nodeLoad }, problem, singles, all }: View, score: NodeScore, members: readonly number[], node: Node): Alone {
  const load = members.length === singles.length ? all : loadOf(problem, members);
  const offer = score.offerFor(load);
  if (offer !== undefined && nodeLoad?.hasRoom(node, load.units) !== false) return { verdict: null, why: null, load, offer };
  // It may still send a part of it: only a node that can send not even one demand is none at all.
  const hasRoom = (some: Load): boolean => nodeLoad?.hasRoom(node, some.units) ?? true;
  const bearable = members.flatMap((member) => singles[member] ?? []).filter(hasRoom);
  if (bearable.length === 0) return { verdict: "AT_CAPACITY", why: null, load: EMPTY_LOAD, offer: null };
  if (bearable.some((single) => score.offerFor(single) !== undefined)) return NOT_ALONE;
  const [lack] = bearable.flatMap((single) => score.lack(single) ?? []);
  return { verdict: lack?.verdict ?? "SERVICE", why: lack?.why ?? null, load: EMPTY_LOAD, offer: null };
}

const isFlat = ({ load }: RoutingRequest, { group: { objective, split } }: AppliedRules): boolean =>
  (load === null || load === undefined) && split.minimumValueMinor === 0 && !((objective.weights.handling ?? 0) > 0);

function problemDemand({ parts, quantity, valueMinor = 0 }: Demand): ProblemDemand {
  let [units, grams] = [0, 0];
  for (const { item, perUnit } of parts) {
    units += perUnit * quantity;
    grams += Math.ceil(((item.weightGrams ?? 0) * perUnit * quantity) / 10 ** item.quantityScale);
  }
  return { lines: new Set(parts.map(({ lineNo }) => lineNo)).size, units, grams, valueMinor };
}

/** Items that more than one demand wants. */
function sharedItems(demands: readonly Demand[]): ReadonlySet<string> {
  const [seen, shared] = [new Set<string>(), new Set<string>()];
  for (const { parts } of demands) for (const id of new Set(parts.map(({ item }) => item.id))) (seen.has(id) ? shared : seen).add(id);
  return shared;
}

class ContenderNode implements ProblemNode {
  readonly opens = true;
  readonly fills: readonly boolean[];
  readonly #view: View;
  readonly #node: Node;
  readonly #score: NodeScore;

  constructor(view: View, node: Node, fills: readonly boolean[], score: NodeScore) {
    this.fills = fills;
    this.#view = view;
    this.#node = node;
    this.#score = score;
  }

  fits({ members }: Load): boolean {
    const { demands, request: { book }, shared, staying } = this.#view;
    if (shared.size === 0) return true;
    const wanted = new Map<string, number>();
    for (const member of members) {
      const demand = demands[member];
      for (const { item, perUnit } of demand?.parts ?? []) {
        if (!shared.has(item.id)) continue;
        const sum = (wanted.get(item.id) ?? 0) + perUnit * (demand?.quantity ?? 0);
        if (sum > book.available(item, this.#node.id) - staying) return false;
        wanted.set(item.id, sum);
      }
    }
    return true;
  }

  score(load: Load, into: Float64Array, at: number): boolean {
    return this.#score.score(load, into, at);
  }
}

/** The order of the table behind a decision: what costs least first where money decides, else what is nearest; then priority and id. */
function inOrder(criteria: readonly Criterion[]): (a: Candidate, b: Candidate) => number {
  const cost = criteria[0] === "cost";
  return (a, b) =>
    (cost ? a.costMicros - b.costMicros : 0) || (a.metres ?? Infinity) - (b.metres ?? Infinity) || a.node.priority - b.node.priority || byId(a.node, b.node);
}
