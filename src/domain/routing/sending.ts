import type { Node } from "../catalog/index.ts";
import { dayOfDate, localDay } from "../kernel/index.ts";
import { type Arrival, arrival, type CarrierService, type CompiledRates, compileRates, laneOf, type Parcel, parcelsOf, type RateCard, type ShipTime, toBase } from "../shipping/index.ts";
import { countryOf } from "./candidates.ts";
import type { Load } from "./problem.ts";
import type { Filter } from "./strategy.ts";
import type { Demand, NodeVerdict, RoutingRequest, Travel } from "./types.ts";

/** One way in which a node could send goods of the order. */
export interface Offer {
  readonly service: CarrierService;
  readonly ship: ShipTime;
  readonly arrival: Arrival;
  /** The local day of the arrival, from 1970-01-01. */
  readonly arrivalDay: number;
  /** Days after the one on which the order has to be there, by the node's calendar. */
  readonly lateDays: number;
  /** Base micro-units of labels and boxes for a load; -1 where it has no price. */
  label(load: Load): number;
  /** Why a load has no price, in words. */
  missing(load: Load): string | null;
}

export interface NodeOffers {
  readonly offers: readonly Offer[];
  /** Why there is none. */
  readonly verdict: NodeVerdict | null;
  readonly why: string | null;
}

interface PriceTable {
  label(load: Load): number;
  missing(load: Load): string | null;
}

/** How goods of one order can travel: prices are worked out once per service and zone, parcels once per load. */
export class Sending {
  readonly #travel: Travel;
  readonly #request: RoutingRequest;
  readonly #demands: readonly Demand[];
  readonly #filters: readonly Filter[];
  /** By key, so that of equal offers always the same one comes first. */
  readonly #services: readonly (readonly [string, CarrierService])[];
  readonly #priced: boolean;
  readonly #arrivesBy: number;
  readonly #tables = new Map<string, PriceTable>();
  readonly #parcels = new Map<string, Map<Load, readonly Parcel[]>>();
  readonly #arrivals = new Map<string, Arrival | null>();

  /** `priced`: whether labels cost anything under the order's rules; `arrivesBy`: what arrives on a later day is no offer. */
  constructor(request: RoutingRequest, travel: Travel, demands: readonly Demand[], filters: readonly Filter[], { priced, arrivesBy }: { readonly priced: boolean; readonly arrivesBy: number }) {
    this.#request = request;
    this.#travel = travel;
    this.#services = [...travel.facts.services].sort(([a], [b]) => (a < b ? -1 : 1));
    this.#demands = demands;
    this.#filters = filters;
    this.#priced = priced;
    this.#arrivesBy = Math.min(arrivesBy, travel.notAfterDay ?? Infinity);
  }

  /** Every service by which the node can send to the destination as the rules ask, or why there is none. */
  offersOf(node: Node): NodeOffers {
    const { serviceLevel } = this.#travel;
    const offers: Offer[] = [];
    let nearest: { verdict: NodeVerdict; why: string | null } = { verdict: "NO_LANE", why: null };
    for (const [key, service] of this.#services) {
      if (node.operations.services !== null && !node.operations.services.includes(key)) continue;
      if (serviceLevel !== null && service.level !== serviceLevel) continue;
      const found = this.#offer(node, key, service);
      if ("verdict" in found) nearest = further(nearest, found);
      else offers.push(found);
    }
    return offers.length > 0 ? { offers, verdict: null, why: null } : { offers, ...nearest };
  }

  #offer(node: Node, key: string, service: CarrierService): Offer | { verdict: NodeVerdict; why: string | null } {
    const { facts, times, backlog, deliverBy } = this.#travel;
    const { now } = this.#request;
    const { country = null, postcode = null } = this.#request.destination ?? {};
    const lane = laneOf(service, { code: node.code, country: countryOf(node) }, { country, postcode });
    if (lane === null) return { verdict: "NO_LANE", why: null };
    if (this.#filters.some((filter) => (filter.kind === "service_levels" && !filter.levels.includes(service.level)) || (filter.kind === "carriers" && !filter.carriers.includes(service.carrier)))) {
      return { verdict: "SERVICE", why: null };
    }
    const ship = times.of(node, service, now, backlog(node.id));
    if (ship === null) return { verdict: "CLOSED", why: null };
    const arrivalKey = `${key} ${lane.zone} ${lane.transitDays.least} ${lane.transitDays.most} ${ship.shipDate} ${node.timeZone}`;
    const arrives = this.#arrivals.get(arrivalKey) ?? arrival(ship, service, lane, facts, node.timeZone);
    this.#arrivals.set(arrivalKey, arrives);
    if (arrives === null) return { verdict: "CLOSED", why: null };
    const lateDays = deliverBy === null ? 0 : Math.max(0, dayOfDate(arrives.date) - localDay(deliverBy, node.timeZone));
    for (const filter of this.#filters) {
      if (filter.kind === "ships_within" && dayOfDate(ship.shipDate) > localDay(now, node.timeZone) + filter.days) return { verdict: "SHIPS_LATER", why: null };
      if (filter.kind === "arrives_in_time" && lateDays > 0) return { verdict: "ARRIVES_LATE", why: null };
    }
    const arrivalDay = dayOfDate(arrives.date);
    if (arrivalDay > this.#arrivesBy) return { verdict: "ARRIVES_LATE", why: null };
    const table = this.#table(key, service, lane.zone);
    return { service, ship, arrival: arrives, arrivalDay, lateDays, label: table.label, missing: table.missing };
  }

  #table(key: string, service: CarrierService, zone: string): PriceTable {
    const name = `${key} ${zone}`;
    const known = this.#tables.get(name);
    if (known) return known;
    const table = this.#priced ? this.#pricedTable(key, service, zone) : this.#freeTable(service, zone);
    this.#tables.set(name, table);
    return table;
  }

  #pricedTable(key: string, service: CarrierService, zone: string): PriceTable {
    const { facts } = this.#travel;
    const { country = null, postcode = null } = this.#request.destination ?? {};
    const card = facts.rateCards.get(key);
    const prices = new Map<Load, number>();
    if (card === undefined) return { label: () => -1, missing: () => `${service.carrier} ${service.code} has no rate card.` };
    const rates = compileRates(card, service, zone, { country, postcode });
    const rate = toBase(0, rates.currency, facts.exchangeRates);
    if (!rate.ok) return { label: () => -1, missing: () => rate.refusal.detail };
    const total = (load: Load): number => this.#total(rates, this.#parcelsOf(service, load), this.#classesOf(load));
    return {
      label: (load) => {
        const known = prices.get(load);
        if (known !== undefined) return known;
        const price = total(load);
        prices.set(load, price);
        return price;
      },
      missing: (load) => {
        const classes = this.#classesOf(load);
        for (const { grams, edgesMm } of this.#parcelsOf(service, load)) {
          const missing = rates.missing(grams, edgesMm, classes);
          if (missing) return missing.detail;
        }
        return null;
      },
    };
  }

  /** Where labels cost nothing, a service still takes only what it carries. */
  #freeTable(service: CarrierService, zone: string): PriceTable {
    if (service.handlingClasses === null && service.maximumGrams === null && service.maximumLengthMm === null) return FREE;
    const rates = compileRates(NO_CARD, service, zone, { country: null, postcode: null });
    const unfit = (load: Load): string | null => {
      const classes = this.#classesOf(load);
      for (const { grams, edgesMm } of this.#parcelsOf(service, load)) {
        const missing = rates.missing(grams, edgesMm, classes);
        if (missing !== null && missing.kind !== "ZONE") return missing.detail;
      }
      return null;
    };
    return { label: (load) => (unfit(load) === null ? 0 : -1), missing: unfit };
  }

  #total(rates: CompiledRates, parcels: readonly Parcel[], classes: readonly string[]): number {
    let sum = 0;
    let packaging = 0;
    for (const { grams, edgesMm, packagingMicros } of parcels) {
      const price = rates.pricePerParcel(grams, edgesMm, classes);
      if (price < 0) return -1;
      sum += price;
      packaging += packagingMicros;
    }
    const base = toBase(sum, rates.currency, this.#travel.facts.exchangeRates);
    return base.ok ? base.value + packaging : -1;
  }

  #parcelsOf(service: CarrierService, load: Load): readonly Parcel[] {
    const limits = `${service.maximumGrams} ${service.maximumLengthMm}`;
    let byLoad = this.#parcels.get(limits);
    if (!byLoad) this.#parcels.set(limits, (byLoad = new Map()));
    const known = byLoad.get(load);
    if (known) return known;
    const goods = load.members.flatMap((member) => {
      const demand = this.#demands[member];
      return demand ? demand.parts.map(({ item, perUnit }) => ({ item, quantity: perUnit * demand.quantity })) : [];
    });
    const parcels = parcelsOf(goods, this.#travel.facts.packageTypes, service, this.#travel.pack);
    byLoad.set(load, parcels);
    return parcels;
  }

  #classesOf(load: Load): readonly string[] {
    return [...new Set(load.members.flatMap((member) => this.#demands[member]?.parts.map(({ item }) => item.handlingClass) ?? []))];
  }
}

const NO_CARD: RateCard = { code: "", carrier: "", service: "", currency: "", zones: {}, surcharges: [] };
const FREE: PriceTable = { label: () => 0, missing: () => null };

/** Reasons in the order in which a service fails: whoever came further says more. */
const STEPS: readonly NodeVerdict[] = ["NO_LANE", "SERVICE", "CLOSED", "SHIPS_LATER", "ARRIVES_LATE"];
const further = <T extends { readonly verdict: NodeVerdict }>(one: T, other: T): T => (STEPS.indexOf(other.verdict) > STEPS.indexOf(one.verdict) ? other : one);
