import type { HandlingCost, Node } from "../catalog/index.ts";
import { DAY } from "../kernel/index.ts";
import type { Incoterm } from "../shipping/index.ts";
import { countryOf, FARTHEST_METRES, isPlaced } from "./candidates.ts";
import type { DutyTable } from "./duties.ts";
import type { Load } from "./problem.ts";
import type { NodeOffers, Offer } from "./sending.ts";
import { COST_TERMS, type CostTerm, type Criterion, type Objective, type StrategyGroup } from "./strategy.ts";
import type { NodeVerdict, PlanFigures, RoutingRequest, Terms } from "./types.ts";

/** What settles ties whatever the objective: fewer shipments, earlier arrival, shorter distance, better priority; then the node's id. */
const TIE_BREAKS: readonly Criterion[] = ["splits", "arrival", "distance", "node_priority"];

/** What decides between two plans, the most important first. */
export const criteriaOf = (objective: Objective): readonly Criterion[] => (objective.kind === "cost" ? ["cost"] : objective.by);

const weighted = (micros: number, weight: number | undefined): number => (weight === undefined ? 0 : Math.round((micros * weight) / 1000));

/** The figures of shipments under one objective. */
export class Scoring {
  readonly criteria: readonly Criterion[];
  readonly objective: Objective;
  readonly minimumValueMinor: number;
  readonly request: RoutingRequest;
  /** Figures of the shipment that is being looked at. */
  readonly trial: Float64Array;
  readonly #leastPriority: number;

  /** `arrivalSettled`: where the arrival ranks first, until when everything arrives is known, and the next criterion decides. */
  constructor(request: RoutingRequest, { objective, split }: StrategyGroup, arrivalSettled = false) {
    this.criteria = [...new Set([...(arrivalSettled ? criteriaOf(objective).slice(1) : criteriaOf(objective)), ...TIE_BREAKS])];
    this.objective = objective;
    this.minimumValueMinor = split.minimumValueMinor;
    this.request = request;
    this.trial = new Float64Array(this.criteria.length);
    this.#leastPriority = request.nodes.reduce((least, { priority }) => Math.min(least, priority), 0);
  }

  /** Whether labels cost anything. */
  get priced(): boolean {
    return (this.objective.weights.label ?? 0) > 0;
  }

  /** Whether duty counts, where the seller pays it. */
  get countsDuty(): boolean {
    return (this.objective.weights.duty ?? 0) > 0;
  }

  /** A node ready to be asked for many loads. `duties` is null where its goods cross no border, or nobody asks. */
  of(node: Node, metres: number | null, { offers }: NodeOffers, duties: DutyTable | null): NodeScore {
    const { destination, load = null, travel } = this.request;
    const { weights, distanceMicrosPerKm, splitMicros, capacityMicros } = this.objective;
    const charged = metres ?? (isPlaced(destination) ? FARTHEST_METRES : 0);
    const taken = load?.utilisation(node) ?? 0;
    const country = countryOf(node);
    const handling = this.#handlingOf(node);
    return new NodeScore(this, node, handling, offers, duties, {
      handling: weighted(handling.perShipmentMicros, weights.handling), split: weighted(splitMicros, weights.split),
      distance: weighted(Math.round((charged * distanceMicrosPerKm) / 1000), weights.distance), capacity: weighted(Math.round(capacityMicros * taken * taken), weights.capacity),
    }, {
      metres: charged, priority: node.priority - this.#leastPriority, store: node.kind === "store" ? 0 : 1, abroad: country !== null && country === destination?.country ? 0 : 1,
      load: load !== null && taken > 0 ? Math.round(taken * 1000) : (travel?.backlog(node.id) ?? 0),
    });
  }

  /** Goods that a node sends to a store are handled there too. */
  #handlingOf({ id, operations: { handling } }: Node): HandlingCost {
    const store = this.request.pickup?.node;
    if (!store || store.id === id) return handling;
    const { handling: there } = store.operations;
    return { perShipmentMicros: handling.perShipmentMicros + there.perShipmentMicros, perLineMicros: handling.perLineMicros + there.perLineMicros, perUnitMicros: handling.perUnitMicros + there.perUnitMicros };
  }
}

/** What is due on a shipment at the border, in base micro-units and not weighted. */
export interface Duty {
  readonly incoterm: Incoterm;
  readonly micros: number | null;
}

interface Fixed {
  readonly handling: number;
  readonly split: number;
  readonly distance: number;
  readonly capacity: number;
}

interface Figures {
  readonly metres: number;
  readonly priority: number;
  readonly store: number;
  readonly abroad: number;
  readonly load: number;
}

export class NodeScore {
  readonly #scoring: Scoring;
  readonly #node: Node;
  readonly #handlingCost: HandlingCost;
  readonly #offers: readonly Offer[];
  readonly #duties: DutyTable | null;
  readonly #fixed: Fixed;
  readonly #fixedMicros: number;
  readonly #figures: Figures;

  constructor(scoring: Scoring, node: Node, handling: HandlingCost, offers: readonly Offer[], duties: DutyTable | null, fixed: Fixed, figures: Figures) {
    this.#scoring = scoring;
    this.#node = node;
    this.#handlingCost = handling;
    this.#offers = offers;
    this.#duties = duties;
    this.#fixed = fixed;
    this.#fixedMicros = fixed.handling + fixed.split + fixed.distance + fixed.capacity;
    this.#figures = figures;
  }

  /** Writes the figures of a shipment with this load, by the service that is best for it; false where there is none, or the rules forbid it. */
  score(load: Load, into: Float64Array, at: number): boolean {
    const { request, minimumValueMinor, trial } = this.#scoring;
    if (request.load?.hasRoom(this.#node, load.units) === false || (!load.everything && load.valueMinor < minimumValueMinor)) return false;
    if (this.#offers.length === 0) return this.#write(load, null, into, at);
    let found = false;
    for (const offer of this.#offers) {
      if (!this.#write(load, offer, trial, 0) || (found && !isBefore(trial, into, at))) continue;
      for (let level = 0; level < trial.length; level++) into[at + level] = trial[level] ?? 0;
      found = true;
    }
    return found;
  }

  /** The service that score chose for a load; null where goods travel by none, undefined where none takes it or nobody has said what duty is due. */
  offerFor(load: Load): Offer | null | undefined {
    if (this.#offers.length === 0) return this.#duty(load, null) < 0 ? undefined : null;
    const { trial } = this.#scoring;
    const best = new Float64Array(trial.length);
    let chosen: Offer | undefined;
    for (const offer of this.#offers) {
      if (!this.#write(load, offer, trial, 0) || (chosen !== undefined && !isBefore(trial, best, 0))) continue;
      best.set(trial);
      chosen = offer;
    }
    return chosen;
  }

  /** Local days on which goods could arrive, by each service. */
  arrivals(): number[] {
    return this.#offers.map(({ arrival }) => arrival.day);
  }

  /** Why a load cannot be sent at all: no service takes it or has a price for it, or nobody has said what duty is due. */
  lack(load: Load): { readonly verdict: NodeVerdict; readonly why: string } | null {
    for (const offer of this.#offers) {
      const missing = offer.missing(load);
      if (missing !== null) return { verdict: this.#scoring.priced ? "NO_PRICE" : "SERVICE", why: missing };
    }
    const payable = this.#offers.length === 0 ? this.#incoterm(null) === "DDP" : this.#offers.some((offer) => this.#incoterm(offer) === "DDP");
    const why = payable ? (this.#duties?.missing(load) ?? null) : null;
    return why === null ? null : { verdict: "NO_PRICE", why };
  }

  /** What is due at the border, and who pays it; null where nothing crosses one. Micros are null where nobody has said what is due. */
  dutyOf(load: Load, offer: Offer | null): Duty | null {
    if (this.#duties === null) return null;
    const micros = this.#duties.micros(load);
    return { incoterm: this.#incoterm(offer), micros: micros < 0 ? null : micros };
  }

  #incoterm(offer: Offer | null): Incoterm {
    return offer?.service.incoterm ?? this.#scoring.request.policy.incoterm;
  }

  /** Base micro-units that the seller pays; -1 where nobody has said what is due. */
  #duty(load: Load, offer: Offer | null): number {
    return this.#duties === null || this.#incoterm(offer) === "DAP" ? 0 : this.#duties.micros(load);
  }

  termsOf(load: Load, offer: Offer | null): Terms {
    const terms: Partial<Record<CostTerm, number>> = {};
    for (const term of COST_TERMS) {
      const micros = this.costOf(term, load, offer);
      if (micros !== 0) terms[term] = micros;
    }
    return terms;
  }

  /** What a term comes to, in base micro-units and weighted. */
  costOf(term: CostTerm, load: Load, offer: Offer | null): number {
    const fixed = this.#fixed;
    switch (term) {
      case "handling": return fixed.handling + this.#handling(load);
      case "split": return fixed.split;
      case "distance": return fixed.distance;
      case "capacity": return fixed.capacity;
      case "label": return this.#label(load, offer);
      case "duty": return this.#weightedDuty(load, offer);
      case "lateness": return this.#lateness(offer);
      case "stock": case "markdown": return 0;
    }
  }

  /** Every figure of a shipment, whatever ranks. */
  figuresOf(load: Load, offer: Offer | null): PlanFigures {
    const label = offer?.label(load) ?? 0;
    const figure = (criterion: Criterion): number => this.#figure(criterion, load, offer, label);
    return {
      cost: figure("cost"), splits: 1, same_country: figure("same_country"), distance: figure("distance"), arrival: figure("arrival"), node_priority: figure("node_priority"),
      stores_first: figure("stores_first"), load: figure("load"),
    };
  }

  /** What a shipment costs alone, without what further shipments cost. */
  costAlone(load: Load, offer: Offer | null): number {
    return this.#fixedMicros - this.#fixed.split + this.#handling(load) + this.#label(load, offer) + this.#weightedDuty(load, offer) + this.#lateness(offer);
  }

  #weightedDuty(load: Load, offer: Offer | null): number {
    return weighted(Math.max(0, this.#duty(load, offer)), this.#scoring.objective.weights.duty);
  }

  #label(load: Load, offer: Offer | null): number {
    return offer === null ? 0 : weighted(offer.label(load), this.#scoring.objective.weights.label);
  }

  #handling({ lines, units }: Load): number {
    const { weights } = this.#scoring.objective;
    if (weights.handling === undefined) return 0;
    const { perLineMicros, perUnitMicros } = this.#handlingCost;
    return weighted(perLineMicros * lines + perUnitMicros * units, weights.handling);
  }

  #lateness(offer: Offer | null): number {
    if (offer === null || offer.lateDays === 0) return 0;
    const { weights, latenessMicrosPerDay } = this.#scoring.objective;
    return weighted(offer.lateDays * latenessMicrosPerDay, weights.lateness);
  }

  #write(load: Load, offer: Offer | null, into: Float64Array, at: number): boolean {
    const { criteria } = this.#scoring;
    const label = offer?.label(load) ?? 0;
    if (label < 0 || this.#duty(load, offer) < 0) return false;
    for (let level = 0; level < criteria.length; level++) {
      into[at + level] = this.#figure(criteria[level], load, offer, label);
    }
    return true;
  }

  #figure(criterion: Criterion | undefined, load: Load, offer: Offer | null, label: number): number {
    const figures = this.#figures;
    switch (criterion) {
      case "cost": return this.#fixedMicros + this.#handling(load) + weighted(label, this.#scoring.objective.weights.label) + this.#weightedDuty(load, offer) + this.#lateness(offer);
      case "splits": return 1;
      case "arrival": return offer === null ? 0 : Math.max(0, offer.arrival.day - Math.floor(this.#scoring.request.now / DAY));
      case "distance": return figures.metres;
      case "node_priority": return figures.priority;
      case "stores_first": return figures.store;
      case "same_country": return figures.abroad;
      case "load": return figures.load;
      case undefined: return 0;
    }
  }
}

function isBefore(own: Float64Array, other: Float64Array, at: number): boolean {
  for (let level = 0; level < own.length; level++) {
    const [mine = 0, theirs = 0] = [own[level], other[at + level]];
    if (mine !== theirs) return mine < theirs;
  }
  return false;
}


