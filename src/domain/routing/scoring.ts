import type { Node } from "../catalog/index.ts";
import { DAY, type Instant } from "../kernel/index.ts";
import { countryOf, FARTHEST_METRES, isPlaced } from "./candidates.ts";
import type { Load } from "./problem.ts";
import type { NodeOffers, Offer } from "./sending.ts";
import { type CostTerm, type Criterion, type Objective, type StrategyGroup } from "./strategy.ts";
import type { RoutingRequest } from "./types.ts";

/** What settles ties whatever the objective: fewer shipments, earlier arrival, shorter distance, better priority; then the node's id. */
const TIE_BREAKS: readonly Criterion[] = ["splits", "arrival", "distance", "node_priority"];

const criteriaOf = (objective: Objective): readonly Criterion[] => (objective.kind === "cost" ? ["cost"] : objective.by);

/** What one shipment costs, term by term, in base micro-units and weighted; terms that are zero are left out. */
export type Terms = Readonly<Partial<Record<CostTerm, number>>>;

const weighted = (micros: number, weight: number | undefined): number => (weight === undefined ? 0 : Math.round((micros * weight) / 1000));

/** The figures of shipments under one objective. */
export class Scoring {
  readonly criteria: readonly Criterion[];
  readonly #objective: Objective;
  readonly #split: StrategyGroup["split"];
  readonly #request: RoutingRequest;
  readonly #leastPriority: number;

  /** `arrivalSettled`: where the arrival ranks first, until when everything arrives is known, and the next criterion decides. */
  constructor(request: RoutingRequest, { objective, split }: StrategyGroup, arrivalSettled = false) {
    this.criteria = [...new Set([...(arrivalSettled ? criteriaOf(objective).slice(1) : criteriaOf(objective)), ...TIE_BREAKS])];
    this.#objective = objective;
    this.#split = split;
    this.#request = request;
    this.#leastPriority = request.nodes.reduce((least, { priority }) => Math.min(least, priority), 0);
  }

  /** Whether labels cost anything. */
  get priced(): boolean {
    return (this.#objective.weights.label ?? 0) > 0;
  }

  /** A node ready to be asked for many loads. */
  of(node: Node, metres: number | null, { offers }: NodeOffers): NodeScore {
    const { destination, load, travel } = this.#request;
    const { weights, distanceMicrosPerKm, splitMicros, capacityMicros } = this.#objective;
    const charged = metres ?? (isPlaced(destination) ? FARTHEST_METRES : 0);
    const taken = load?.utilisation(node) ?? 0;
    const { handling } = node.operations;
    const fixed = {
      handling: weighted(handling.perShipmentMicros, weights.handling), split: weighted(splitMicros, weights.split),
      distance: weighted(Math.round((charged * distanceMicrosPerKm) / 1000), weights.distance), capacity: weighted(Math.round(capacityMicros * taken * taken), weights.capacity),
    };
    const country = countryOf(node);
    return new NodeScore({
      node, offers, fixed, fixedMicros: fixed.handling + fixed.split + fixed.distance + fixed.capacity, objective: this.#objective, criteria: this.criteria,
      minimumValueMinor: this.#split.minimumValueMinor, now: this.#request.now, hasRoom: (units) => load?.hasRoom(node, units) ?? true,
      figures: {
        metres: charged, priority: node.priority - this.#leastPriority, store: node.kind === "store" ? 0 : 1, abroad: country !== null && country === destination?.country ? 0 : 1,
        load: load !== null && load !== undefined && taken > 0 ? Math.round(taken * 1000) : (travel?.backlog(node.id) ?? 0),
      },
    });
  }
}

interface Scored {
  readonly node: Node;
  readonly offers: readonly Offer[];
  readonly fixed: Terms;
  readonly fixedMicros: number;
  readonly objective: Objective;
  readonly criteria: readonly Criterion[];
  readonly minimumValueMinor: number;
  readonly now: Instant;
  readonly hasRoom: (units: number) => boolean;
  readonly figures: { readonly metres: number; readonly priority: number; readonly store: number; readonly abroad: number; readonly load: number };
}

export class NodeScore {
  readonly #of: Scored;
  readonly #trial: Float64Array;

  constructor(scored: Scored) {
    this.#of = scored;
    this.#trial = new Float64Array(scored.criteria.length);
  }

  /** Writes the figures of a shipment with this load, by the service that is best for it; false where there is none, or the rules forbid it. */
  score(load: Load, into: Float64Array, at: number): boolean {
    const { offers, hasRoom, minimumValueMinor } = this.#of;
    if (!hasRoom(load.units) || (!load.everything && load.valueMinor < minimumValueMinor)) return false;
    if (offers.length === 0) {
      this.#write(load, null, into, at);
      return true;
    }
    let found = false;
    for (const offer of offers) {
      if (!this.#write(load, offer, this.#trial, 0) || (found && !isBefore(this.#trial, into, at))) continue;
      into.set(this.#trial, at);
      found = true;
    }
    return found;
  }

  /** The service that score chose for a load; null where goods travel by none, undefined where none takes it. */
  offerFor(load: Load): Offer | null | undefined {
    const { offers, criteria } = this.#of;
    if (offers.length === 0) return null;
    const best = new Float64Array(criteria.length);
    let chosen: Offer | undefined;
    for (const offer of offers) {
      if (!this.#write(load, offer, this.#trial, 0) || (chosen !== undefined && !isBefore(this.#trial, best, 0))) continue;
      best.set(this.#trial);
      chosen = offer;
    }
    return chosen;
  }

  /** Local days on which goods could arrive, by each service. */
  arrivals(): number[] {
    return this.#of.offers.map(({ arrivalDay }) => arrivalDay);
  }

  /** Whether labels cost anything. */
  get priced(): boolean {
    return (this.#of.objective.weights.label ?? 0) > 0;
  }

  /** Why no service has a price for a load, in words. */
  missingFor(load: Load): string | null {
    for (const offer of this.#of.offers) {
      const missing = offer.missing(load);
      if (missing !== null) return missing;
    }
    return null;
  }

  termsOf(load: Load, offer: Offer | null): Terms {
    const { fixed, objective: { weights } } = this.#of;
    const terms = { ...fixed, handling: (fixed.handling ?? 0) + this.#handling(load), label: weighted(offer?.label(load) ?? 0, weights.label), lateness: this.#lateness(offer) };
    return Object.fromEntries(Object.entries(terms).filter(([, micros]) => micros !== 0));
  }

  /** What a shipment costs alone, without what further shipments cost. */
  costAlone(load: Load, offer: Offer | null): number {
    const { fixed, fixedMicros, objective: { weights } } = this.#of;
    return fixedMicros - (fixed.split ?? 0) + this.#handling(load) + weighted(offer?.label(load) ?? 0, weights.label) + this.#lateness(offer);
  }

  #handling({ lines, units }: Load): number {
    const { node: { operations: { handling } }, objective: { weights } } = this.#of;
    return weighted(handling.perLineMicros * lines + handling.perUnitMicros * units, weights.handling);
  }

  #lateness(offer: Offer | null): number {
    const { weights, latenessMicrosPerDay } = this.#of.objective;
    return weighted((offer?.lateDays ?? 0) * latenessMicrosPerDay, weights.lateness);
  }

  #write(load: Load, offer: Offer | null, into: Float64Array, at: number): boolean {
    const { criteria, fixedMicros, figures } = this.#of;
    const label = offer?.label(load) ?? 0;
    if (label < 0) return false;
    for (let level = 0; level < criteria.length; level++) {
      into[at + level] = this.#figure(criteria[level], load, offer, label, fixedMicros, figures);
    }
    return true;
  }

  #figure(criterion: Criterion | undefined, load: Load, offer: Offer | null, label: number, fixedMicros: number, figures: Scored["figures"]): number {
    switch (criterion) {
      case "cost": return fixedMicros + this.#handling(load) + weighted(label, this.#of.objective.weights.label) + this.#lateness(offer);
      case "splits": return 1;
      case "arrival": return offer === null ? 0 : Math.max(0, offer.arrivalDay - Math.floor(this.#of.now / DAY));
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


