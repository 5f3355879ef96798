import { DEFAULT_OPERATIONS, DEFAULT_ROUTING_POLICY, type Item, type Node } from "../catalog/index.ts";
import { StockBook, type StockRow } from "../inventory/index.ts";
import { aNode, stockOf } from "../shop.testing.ts";
import { type CarrierService, type CustomsFacts, packIntoBoxes, type RateCard, serviceKey, type ShippingFacts, ShipTimes } from "../shipping/index.ts";
import { aService } from "../shipping/shipping.testing.ts";
import { decideRouting } from "./decide.ts";
import { spokenDecision } from "./spoken.ts";
import type { StrategyGroup } from "./strategy.ts";
import type { AppliedRules, Demand, NodeLoad, RoutingPlan, RoutingRequest, Travel } from "./types.ts";

/** Monday 2 March 2026, 09:00 UTC. */
export const MONDAY = Date.UTC(2026, 2, 2, 9);

/** A node on the equator: a degree of longitude is 111.2 km from a destination at 0. */
export const at = (code: string, longitude: number, over: Partial<Node> = {}): Node => aNode(code, { latitude: 0, longitude, address: { country: "DE" }, ...over });
export const operating = (over: Partial<Node["operations"]>): Pick<Node, "operations"> => ({ operations: { ...DEFAULT_OPERATIONS, ...over } });

export interface GroupOver {
  readonly filters?: StrategyGroup["filters"];
  readonly objective?: Partial<StrategyGroup["objective"]>;
  readonly ranks?: Extract<StrategyGroup["objective"], { kind: "ranks" }>["by"];
  readonly split?: Partial<StrategyGroup["split"]>;
  readonly after?: Partial<StrategyGroup["after"]>;
}

/** Rules that count distance at 0.02 a kilometre and 5 for each further shipment, unless told otherwise. */
export function rulesWith({ filters = [], objective = {}, ranks, split = {}, after = {} }: GroupOver = {}, holds: AppliedRules["holds"] = () => true): AppliedRules {
  const pricing = { weights: { distance: 1000, split: 1000 }, distanceMicrosPerKm: 20_000, splitMicros: 5_000_000, latenessMicrosPerDay: 0, capacityMicros: 0, ...objective };
  return {
    strategy: { code: "tested", version: 1 }, holds,
    group: {
      name: "tested", when: null, filters, objective: ranks ? { ...pricing, kind: "ranks", by: ranks } : { ...pricing, kind: "cost" },
      split: { maximumNodes: null, maximumNodesPerLine: null, minimumValueMinor: 0, keepTogether: null, partial: true, ...split },
      after: { alternate: null, fallbackNode: null, unplaced: "channel", ...after },
    },
  };
}

export interface RequestOver extends Partial<Omit<RoutingRequest, "demands" | "nodes" | "book" | "load">> {
  readonly load?: NodeLoad | null;
  readonly pending?: ConstructorParameters<typeof StockBook>[1];
}

/** Lines as [item, quantity], numbered from 1, and stock as "node: item units, item units". */
export function aRequest(lines: readonly (readonly [Item, number, Partial<Demand>?])[], nodes: readonly Node[], stock: Readonly<Record<string, string>>, { pending = [], ...over }: RequestOver = {}): RoutingRequest {
  const rows = Object.entries(stock).flatMap(([node, text]) => text.split(", ").flatMap((pair): StockRow[] => {
    const [sku = "", units = ""] = pair.split(" ");
    return sku === "" ? [] : [stockOf(sku, node, Number(units))];
  }));
  return {
    demands: lines.map(([item, quantity, more = {}], index) => ({ lineNo: index + 1, parts: [{ lineNo: index + 1, item, perUnit: 1 }], quantity, preselected: null, excluded: new Set(), ...more })),
    nodes, nodePool: null, policy: DEFAULT_ROUTING_POLICY, destination: { latitude: 0, longitude: 0, country: "DE", postcode: "10115" }, book: new StockBook(rows, pending),
    ownPending: new Map(), trigger: "CAPTURE", now: MONDAY, rules: [rulesWith()], ...over,
  };
}

/** What goes where, as "line x units @ node", in the order of the plan; what waits as "line x units waits". */
export function placesOf(request: RoutingRequest, plan: RoutingPlan = decideRouting(request)): string[] {
  const codeOf = new Map(request.nodes.map(({ id, code }) => [id, code]));
  return [...plan.assignments.map(({ lineNo, nodeId, quantity }) => `${lineNo}x${quantity}@${codeOf.get(nodeId)}`), ...plan.unplaced.map(({ lineNo, quantity }) => `${lineNo}x${quantity} waits`)];
}

/** A service to all of Germany that takes so many days, from the named nodes or all. */
export const serviceOf = (code: string, days: number, { fromNodes = null, zone = "1", ...over }: Partial<CarrierService> & { fromNodes?: readonly string[] | null; zone?: string } = {}): CarrierService =>
  aService({ code, name: code, lanes: [{ fromNodes, fromCountries: null, toCountry: "DE", toPostcodes: null, zone, transitDays: { least: days, most: days } }], ...over });

/** Cells as [up to grams, price in euros], by zone. */
export const cardOf = (service: string, zones: Readonly<Record<string, readonly (readonly [number, number])[]>>, over: Partial<RateCard> = {}): RateCard => ({
  code: `${service}-card`, carrier: "dhl", service, currency: "EUR", surcharges: [],
  zones: Object.fromEntries(Object.entries(zones).map(([zone, cells]) => [zone, cells.map(([upToGrams, price]) => ({ upToGrams, micros: Math.round(price * 1e6), perKilogramMicros: 0 }))])), ...over,
});

export const NO_CUSTOMS: CustomsFacts = { territories: new Map(), dutyRates: new Map(), restrictions: [] };

export function travelBy(services: readonly CarrierService[], cards: readonly RateCard[] = [], { facts: more = {}, ...over }: Partial<Omit<Travel, "facts">> & { readonly facts?: Partial<ShippingFacts> } = {}): Travel {
  const facts: ShippingFacts = {
    calendars: new Map(), services: new Map(services.map((one) => [serviceKey(one.carrier, one.code), one])), rateCards: new Map(cards.map((one) => [serviceKey(one.carrier, one.service), one])),
    packageTypes: [], exchangeRates: { base: "EUR", perMillion: {} }, customs: NO_CUSTOMS, ...more,
  };
  return { facts, times: new ShipTimes(facts), pack: (request) => packIntoBoxes(request, () => null), backlog: () => 0, serviceLevel: null, deliverBy: null, timeZone: "UTC", ...over };
}

/** The candidates of a decision's detail, as they are told. */
export const candidatesIn = (detail: RoutingPlan["detail"]): readonly Readonly<Record<string, unknown>>[] => spokenDecision(detail).candidates as readonly Readonly<Record<string, unknown>>[];
