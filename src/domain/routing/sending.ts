import type { Node } from "../catalog/index.ts";
import { dayOfDate, instantOfDay, localDay } from "../kernel/index.ts";
import { type Arrival, arrival, type CarrierService, type CompiledRates, compileRates, type Lane, lanesTo, type Origin, type Parcel, parcelsOf, type PickupSlot, type RateCard, type ShipTime, toBase } from "../shipping/index.ts";
import { countryOf } from "./candidates.ts";
import type { Load } from "./problem.ts";
import type { Filter } from "./strategy.ts";
import type { Demand, NodeVerdict, RoutingRequest, Travel } from "./types.ts";

/** One way in which a node could send goods of the order. */
export interface Offer {
  readonly service: CarrierService;
  readonly ship: ShipTime;
  readonly arrival: Arrival;
  /** Days after the one on which the order has to be there. */
  readonly lateDays: number;
  /** Where the goods go to a store, the slot from which on they can be collected: it is their arrival. */
  readonly desk: PickupSlot | null;
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

/** One service as the order could use it. What holds for all nodes is found out once: an order has a hundred times as many nodes as ship dates. */
interface Way {
  readonly key: string;
  readonly service: CarrierService;
  /** Whether the filters take it. */
  readonly isAllowed: boolean;
  laneFrom(node: Origin): Lane | null;
  readonly arriving: Map<Lane, Arriving[]>;
  readonly tables: Map<string, PriceTable>;
}

/** When what leaves on a day arrives, and whether the rules take that. */
interface Arriving {
  readonly shipDate: string;
  readonly timeZone: string;
  readonly arrival: Arrival | null;
  readonly desk: PickupSlot | null;
  readonly lateDays: number;
  readonly verdict: NodeVerdict | null;
}

/** How goods of one order can travel: prices are worked out once per service and zone, parcels once per load. */
export class Sending {
  readonly #travel: Travel;
  readonly #request: RoutingRequest;
  readonly #demands: readonly Demand[];
  readonly #filters: readonly Filter[];
  /** By key, so that of equal offers always the same one comes first. */
  readonly #ways: readonly Way[];
  readonly #priced: boolean;
  readonly #arrivesBy: number;
  readonly #classes: readonly string[];
  readonly #parcels = new Map<string, Map<Load, readonly Parcel[]>>();

  /** `priced`: whether labels cost anything under the order's rules; `arrivesBy`: what arrives on a later day is no offer. */
  constructor(request: RoutingRequest, travel: Travel, demands: readonly Demand[], filters: readonly Filter[], { priced, arrivesBy }: { readonly priced: boolean; readonly arrivesBy: number }) {
    this.#request = request;
    this.#travel = travel;
    const { country = null, postcode = null } = request.destination ?? {};
    // What an order asks for is said of its way to the customer, who comes to the store.
    const isAsked = ({ level, storesOnly }: CarrierService): boolean => (request.pickup ? true : !storesOnly && (travel.serviceLevel === null || level === travel.serviceLevel));
    const asked = [...travel.facts.services].filter(([, service]) => isAsked(service)).sort(([a], [b]) => (a < b ? -1 : 1));
    this.#ways = asked.map(([key, service]): Way => ({
      key, service, isAllowed: !filters.some((filter) => keepsOut(filter, service)), laneFrom: lanesTo(service, { country, postcode }), arriving: new Map(), tables: new Map(),
    }));
    this.#demands = demands;
    this.#classes = [...new Set(demands.flatMap(({ parts }) => parts.map(({ item }) => item.handlingClass)))];
    this.#filters = filters;
    this.#priced = priced;
    this.#arrivesBy = Math.min(arrivesBy, travel.notAfterDay ?? Infinity);
  }

  /** Every service by which the node can send so many units to the destination as the rules ask, or why there is none. */
  offersOf(node: Node, units: number): NodeOffers {
    // What is there already needs no way.
    if (this.#request.pickup?.node.id === node.id) return { offers: [], verdict: null, why: null };
    const origin = { code: node.code, country: countryOf(node) };
    const from = this.#request.load?.startsOn(node, units) ?? null;
    const offers: Offer[] = [];
    let nearest: NodeVerdict = "NO_LANE";
    for (const way of this.#ways) {
      if (node.operations.services !== null && !node.operations.services.includes(way.key)) continue;
      const found = this.#offer(node, origin, way, from);
      if (typeof found === "string") nearest = further(nearest, found);
      else offers.push(found);
    }
    return { offers, verdict: offers.length > 0 ? null : nearest, why: null };
  }

  #offer(node: Node, origin: Origin, way: Way, from: string | null): Offer | NodeVerdict {
    const lane = way.laneFrom(origin);
    if (lane === null) return "NO_LANE";
    if (!way.isAllowed) return "SERVICE";
    const ship = this.#shipTime(node, way.service, from);
    if (ship === null) return "CLOSED";
    if (ship.leavesAt > (this.#travel.until?.leaves ?? Infinity)) return "SHIPS_LATER";
    const { arrival: arrives, desk, lateDays, verdict } = this.#arriving(way, lane, ship.shipDate, node.timeZone);
    if (arrives === null || verdict !== null) return verdict ?? "CLOSED";
    const table = this.#table(way, lane.zone);
    return { service: way.service, ship, arrival: arrives, lateDays, desk, label: table.label, missing: table.missing };
  }

  /** A day on which it has room comes before its work: that of the days before is done by then. */
  #shipTime(node: Node, service: CarrierService, from: string | null): ShipTime | null {
    const { times, backlog } = this.#travel;
    const soonest = times.of(node, service, this.#request.now, backlog(node.id));
    if (from === null || soonest === null || from <= soonest.shipDate) return soonest;
    const later = times.of(node, service, instantOfDay(dayOfDate(from), 0, node.timeZone), 0);
    return later && { ...later, validUntil: soonest.validUntil };
  }

  #arriving(way: Way, lane: Lane, shipDate: string, timeZone: string): Arriving {
    let days = way.arriving.get(lane);
    if (days === undefined) way.arriving.set(lane, (days = []));
    for (const one of days) if (one.shipDate === shipDate && one.timeZone === timeZone) return one;
    const { facts, deliverBy, timeZone: arrivalZone } = this.#travel;
    const { pickup = null } = this.#request;
    const there = arrival({ shipDate }, way.service, lane, facts, arrivalZone);
    const desk = pickup && there && pickup.ready(there.at);
    const arrives = pickup === null ? there : there && desk && { ...there, date: desk.date, day: dayOfDate(desk.date), at: desk.endsAt };
    const lateDays = deliverBy === null || arrives === null ? 0 : Math.max(0, arrives.day - localDay(deliverBy, arrivalZone));
    const isFull = pickup !== null && there !== null && desk === null && pickup.isFull(there.at);
    const found = { shipDate, timeZone, arrival: arrives, desk, lateDays, verdict: arrives === null ? (isFull ? "SLOTS_FULL" as const : null) : this.#tooLate(arrives, lateDays, shipDate, timeZone) };
    days.push(found);
    return found;
  }

  #tooLate({ day, at }: Arrival, lateDays: number, shipDate: string, timeZone: string): NodeVerdict | null {
    for (const filter of this.#filters) {
      if (filter.kind === "ships_within" && dayOfDate(shipDate) > localDay(this.#request.now, timeZone) + filter.days) return "SHIPS_LATER";
      if (filter.kind === "arrives_in_time" && lateDays > 0) return "ARRIVES_LATE";
    }
    return day > this.#arrivesBy || at > (this.#travel.until?.arrives ?? Infinity) ? "ARRIVES_LATE" : null;
  }

  #table({ tables, key, service }: Way, zone: string): PriceTable {
    const known = tables.get(zone);
    if (known) return known;
    const table = this.#priced ? this.#pricedTable(key, service, zone) : this.#freeTable(service, zone);
    tables.set(zone, table);
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
    return this.#classes.length === 1 ? this.#classes : [...new Set(load.members.flatMap((member) => this.#demands[member]?.parts.map(({ item }) => item.handlingClass) ?? []))];
  }
}

const NO_CARD: RateCard = { code: "", carrier: "", service: "", currency: "", zones: {}, surcharges: [] };
const FREE: PriceTable = { label: () => 0, missing: () => null };

/** Reasons in the order in which a service fails: whoever came further says more. */
const STEPS: readonly NodeVerdict[] = ["NO_LANE", "SERVICE", "CLOSED", "SHIPS_LATER", "SLOTS_FULL", "ARRIVES_LATE"];
const further = (one: NodeVerdict, other: NodeVerdict): NodeVerdict => (STEPS.indexOf(other) > STEPS.indexOf(one) ? other : one);

const keepsOut = (filter: Filter, { level, carrier }: CarrierService): boolean =>
  (filter.kind === "service_levels" && !filter.levels.includes(level)) || (filter.kind === "carriers" && !filter.carriers.includes(carrier));
