import type { Node } from "../catalog/index.ts";
import type { Instant } from "../kernel/index.ts";
import type { Journal, Order, OrderLine } from "../order/index.ts";
import { countryOf, decideRouting, metresTo, type RoutingPlan, type RoutingRequest, type ShipmentPlan } from "../routing/index.ts";
import { lanesTo, type PickupSlot, quoteService, type Quote, serviceKey } from "../shipping/index.ts";
import { deliverUntil } from "./order-place.ts";
import { deskOf } from "./pickup-slot.ts";
import { splitByLaunch } from "./preorder.ts";
import { plannedShipDate } from "./ship-date.ts";
import { shipSlots, travelWithRoom } from "./ship-slot.ts";
import { planLines, routingRequest, type SourcingFacts, unitsToPlace, type Wanted } from "./source.ts";

/** Nodes near the destination that are asked when a customer could collect. */
export const PICKUP_NODES_MAX = 5;

/** One way in which a basket can reach its customer, and when. Dates are local: of the node, and of the destination for the arrival. */
export interface PromiseOption {
  /** "ship" or "ship/LEVEL", or "pickup/NODE". */
  readonly id: string;
  readonly serviceLevel: string | null;
  /** The node where the customer collects; null for what is sent. */
  readonly pickup: { readonly node: Node; readonly slot: PickupSlot | null } | null;
  /** Whether everything can be had so. */
  readonly complete: boolean;
  /** The day on which the last part leaves, or is ready to be collected. Null where nothing can be had or no such day comes. */
  readonly shipDate: string | null;
  /** The day on which the last part is there; null where that is not known. */
  readonly arrivalDate: string | null;
  readonly arrivesAt: Instant | null;
  /** Whether all of it is there by the time that the order asks for; null where it asks for none, or nobody can say. */
  readonly inTime: boolean | null;
  /** An order that comes later may leave later; null where nothing bounds it. */
  readonly validUntil: Instant | null;
  readonly shipments: readonly PromisedShipment[];
  readonly unplaced: readonly PromisedLine[];
  /** The decision in a sentence. */
  readonly reason: string;
}

export interface PromisedLine {
  readonly line: OrderLine;
  /** Counted units. */
  readonly quantity: number;
}

export interface PromisedShipment {
  readonly node: Node;
  readonly lines: readonly PromisedLine[];
  /** Null where no service is known, or the customer collects. */
  readonly travel: ShipmentPlan | null;
  readonly shipDate: string | null;
}

/** What sending costs, label and packages in micro-units of the base currency; null with the quotes that have no price. */
export interface PromisedPrice {
  readonly micros: number | null;
  readonly missing: readonly Quote[];
}

/**
 * What can be promised for an order that nobody has placed: for each service level that reaches it (only the one it asks for, if it
 * does) and each node nearby where it can be collected, what the routing decision would do now. Reserves and changes nothing.
 */
export function promiseFor(journal: Journal, order: Order, facts: SourcingFacts, { pickup }: { readonly pickup: boolean }): PromiseOption[] {
  const { due: wanted, ahead } = splitByLaunch(order, unitsToPlace(order).routable, facts, journal.context.now);
  const options = optionsFor(journal, order, facts, wanted, pickup);
  const all = ahead.length === 0 ? options : options.map((option) => ({
    ...option, complete: false, unplaced: [...option.unplaced, ...ahead.map(({ line, quantity }) => ({ line, quantity }))],
    reason: `${option.reason} ${ahead.length === 1 ? "Line" : "Lines"} ${ahead.map(({ line }) => line.lineNo).join(", ")} cannot be sent before the launch.`.trim(),
  }));
  return all.map((option) => ({ ...option, inTime: isInTime(option, order, facts) }));
}

type Way = Omit<PromiseOption, "inTime">;

function isInTime({ complete, arrivesAt, pickup }: Way, order: Order, facts: SourcingFacts): boolean | null {
  const until = deliverUntil(pickup === null ? order : collectedAt(order, pickup.node), facts);
  return until === null || arrivesAt === null ? null : complete && arrivesAt <= until;
}

const collectedAt = (order: Order, { code }: Node): Order => ({ ...order, document: { ...order.document, pickup_node: code } });

function optionsFor(journal: Journal, order: Order, facts: SourcingFacts, wanted: readonly Wanted[], pickup: boolean): Way[] {
  const sent = levelsTo(order, facts).map((level) => shipOption(journal, withLevel(order, level), level, wanted, facts));
  return pickup ? [...sent, ...pickupNodes(order, facts).map((node) => pickupOption(journal, order, node, wanted, facts))] : sent;
}

function withLevel(order: Order, level: string | null): Order {
  return level === null ? order : { ...order, document: { ...order.document, service_level: level } };
}

/** Levels of services that lead to the destination, by name. Without any service, goods go as they went before there were any. */
function levelsTo({ document, destination }: Order, { shipping, nodes }: SourcingFacts): readonly (string | null)[] {
  if (document.service_level !== undefined) return [document.service_level];
  if (shipping.services.size === 0) return [null];
  const { country = null, postcode = null } = destination ?? {};
  const levels = new Set<string>();
  for (const service of shipping.services.values()) {
    if (levels.has(service.level) || service.storesOnly) continue;
    const laneFrom = lanesTo(service, { country, postcode });
    if (nodes.some((node) => laneFrom({ code: node.code, country: countryOf(node) }) !== null)) levels.add(service.level);
  }
  return [...levels].toSorted();
}

function shipOption(journal: Journal, order: Order, level: string | null, wanted: readonly Wanted[], facts: SourcingFacts): Way {
  const plan = wanted.length === 0 ? NOTHING_TO_SEND : planLines(journal, order, wanted, facts, "CAPTURE");
  const shipments = shipmentsOf(order, plan, facts, (node, units): Pick<PromisedShipment, "travel" | "shipDate"> => {
    const decided = plan.shipments.find(({ nodeId }) => nodeId === node.id);
    if (!decided) return { travel: null, shipDate: shipSlots(node, journal.context.now, facts.shipping)[0]?.date ?? plannedShipDate(node, journal.context.now, facts.shipping) };
    const travel = travelWithRoom(journal, order, node, units, facts, decided);
    return { travel, shipDate: travel.shipDate };
  });
  const travels = shipments.map(({ travel }) => travel);
  const arrives = latestBy(travels, (travel) => travel?.arrivesAt ?? null);
  return {
    id: level === null ? "ship" : `ship/${level}`, serviceLevel: level, pickup: null, ...whatIsPlaced(order, plan, shipments),
    shipDate: latestBy(shipments, ({ shipDate }) => shipDate)?.shipDate ?? null, arrivalDate: arrives?.arrivalDate ?? null, arrivesAt: arrives?.arrivesAt ?? null,
    validUntil: travels.reduce<number | null>((least, travel) => (travel === null ? least : Math.min(least ?? Infinity, travel.validUntil)), null),
  };
}

/** The one that is latest of all; undefined where there is none, or one of them has no time. */
function latestBy<T, K extends string | number>(all: readonly T[], of: (one: T) => K | null): T | undefined {
  let latest: { readonly one: T; readonly key: K } | undefined;
  for (const one of all) {
    const key = of(one);
    if (key === null) return undefined;
    if (latest === undefined || key > latest.key) latest = { one, key };
  }
  return latest?.one;
}

/** The nearest nodes in the destination's country that hand goods out; those that are nowhere come last, by priority. */
function pickupNodes({ destination }: Order, { nodes }: SourcingFacts): Node[] {
  const offering = nodes.filter((node) => node.operations.pickup !== null && node.status === "online" && (destination?.country ?? null) !== null && countryOf(node) === destination?.country);
  const near = offering.map((node) => ({ node, metres: metresTo({ destination }, node) ?? Infinity }));
  return near.toSorted((a, b) => (a.metres === b.metres ? a.node.priority - b.node.priority || (a.node.code < b.node.code ? -1 : 1) : a.metres - b.metres)).slice(0, PICKUP_NODES_MAX).map(({ node }) => node);
}

/** What can be collected at a node: what it has, or, where the rules allow it, what others send there too. */
function pickupOption(journal: Journal, order: Order, node: Node, wanted: readonly Wanted[], facts: SourcingFacts): Way {
  const collected = collectedAt(order, node);
  const request = routingRequest(journal, collected, wanted, facts, "CAPTURE");
  const [rules] = request.rules ?? [];
  if ((rules?.group.shipToStore ?? "never") === "never") return handedOut(journal, order, node, wanted, facts);
  const plan = wanted.length === 0 ? NOTHING_TO_SEND : decideRouting(request);
  const desk = deskOf(journal, collected, facts);
  const own = desk?.ready(journal.context.now) ?? null;
  const shipments = shipmentsOf(collected, plan, facts, (from, units): Pick<PromisedShipment, "travel" | "shipDate"> => {
    const decided = plan.shipments.find(({ nodeId }) => nodeId === from.id);
    if (from.id === node.id || !decided) return { travel: null, shipDate: from.id === node.id ? (own?.date ?? null) : null };
    const travel = travelWithRoom(journal, collected, from, units, facts, decided);
    return { travel, shipDate: travel.shipDate };
  });
  const last = latestBy(shipments.map(({ node: from, travel }) => (from.id === node.id ? own : (travel?.desk ?? null))), (slot) => slot?.endsAt ?? null) ?? null;
  const until = shipments.flatMap(({ node: from, travel }) => (from.id === node.id ? own : travel)?.validUntil ?? []);
  return {
    id: `pickup/${node.code}`, serviceLevel: null, pickup: { node, slot: last }, ...withSlotNote(whatIsPlaced(order, plan, shipments), node, last),
    shipDate: last?.date ?? null, arrivalDate: last?.date ?? null, arrivesAt: last?.endsAt ?? null, validUntil: until.length === 0 ? null : Math.min(...until),
  };
}

/** What one node could hand out: decided as a line that names its node is, by the channel's own settings, because nothing is sent. */
function handedOut(journal: Journal, order: Order, node: Node, wanted: readonly Wanted[], facts: SourcingFacts): Way {
  const { rules: _rules, ...asked } = routingRequest(journal, order, wanted, facts, "CAPTURE");
  const request: RoutingRequest = { ...asked, travel: null, demands: asked.demands.map((demand) => ({ ...demand, preselected: node.code })) };
  const desk = deskOf(journal, collectedAt(order, node), facts);
  const isFull = desk?.isFull(journal.context.now) ?? false;
  const plan = wanted.length === 0 ? NOTHING_TO_SEND : isFull ? noSlotFor(wanted, node) : decideRouting(request);
  const found = plan.assignments.length === 0 ? null : (desk?.ready(journal.context.now) ?? null);
  const day = found?.date ?? null;
  return {
    id: `pickup/${node.code}`, serviceLevel: null, pickup: { node, slot: found }, ...withSlotNote(whatIsPlaced(order, plan, shipmentsOf(order, plan, facts, () => ({ travel: null, shipDate: day }))), node, found),
    shipDate: day, arrivalDate: day, arrivesAt: found?.endsAt ?? null, validUntil: found?.validUntil ?? null,
  };
}

const NOTHING_TO_SEND: Pick<RoutingPlan, "assignments" | "shipments" | "unplaced" | "reason"> = { assignments: [], shipments: [], unplaced: [], reason: "" };

const noSlotFor = (wanted: readonly Wanted[], { name }: Node): typeof NOTHING_TO_SEND => ({
  ...NOTHING_TO_SEND, unplaced: wanted.map(({ line, quantity }) => ({ lineNo: line.lineNo, quantity })), reason: `No slot in which to collect at ${name} is free in the days ahead: all are full.`,
});

/** Says why the slot is not the first one. */
const withSlotNote = <T extends Pick<PromiseOption, "reason">>(placed: T, { name }: Node, slot: Pick<PickupSlot, "full"> | null): T =>
  (slot?.full === undefined ? placed : { ...placed, reason: `${placed.reason} ${slot.full === 1 ? "An earlier slot" : `${slot.full} earlier slots`} at ${name} ${slot.full === 1 ? "is" : "are"} full.` });

function whatIsPlaced(order: Order, plan: typeof NOTHING_TO_SEND, shipments: readonly PromisedShipment[]): Pick<PromiseOption, "complete" | "shipments" | "unplaced" | "reason"> {
  return { complete: plan.unplaced.length === 0, shipments, unplaced: linesOf(order, plan.unplaced), reason: plan.reason };
}

function shipmentsOf(order: Order, plan: typeof NOTHING_TO_SEND, { nodes }: SourcingFacts, travels: (node: Node, units: number) => Pick<PromisedShipment, "travel" | "shipDate">): PromisedShipment[] {
  const placed = new Set(plan.assignments.map(({ nodeId }) => nodeId));
  return nodes.filter(({ id }) => placed.has(id)).map((node): PromisedShipment => {
    const lines = linesOf(order, plan.assignments.filter(({ nodeId }) => nodeId === node.id));
    return { node, lines, ...travels(node, lines.reduce((sum, { quantity }) => sum + quantity, 0)) };
  });
}

const linesOf = (order: Order, units: readonly { readonly lineNo: number; readonly quantity: number }[]): PromisedLine[] =>
  units.flatMap(({ lineNo, quantity }): PromisedLine[] => {
    const line = order.lines.find((one) => one.lineNo === lineNo);
    return line ? [{ line, quantity }] : [];
  });

/** What sending an option's shipments costs; nothing for what is collected. */
export function priceOf({ shipments, pickup }: PromiseOption, { destination }: Order, { shipping, item, tools }: SourcingFacts): PromisedPrice {
  if (pickup !== null) return { micros: 0, missing: [] };
  const to = { country: destination?.country ?? null, region: destination?.region ?? null, postcode: destination?.postcode ?? null };
  const quotes = shipments.flatMap(({ node, lines, travel }): Quote[] => {
    const service = travel && shipping.services.get(serviceKey(travel.carrier, travel.service));
    const goods = lines.map(({ line, quantity }) => ({ item: item(line.itemId), quantity }));
    return service ? [quoteService(shipping, service, { code: node.code, country: countryOf(node), services: node.operations.services }, to, goods, tools.pack)] : [];
  });
  const missing = quotes.filter(({ baseMicros }) => baseMicros === null);
  // Goods that go with no known service have no price either.
  const known = missing.length === 0 && shipments.length > 0 && quotes.length === shipments.length;
  return { micros: known ? quotes.reduce((sum, { baseMicros }) => sum + (baseMicros ?? 0), 0) : null, missing };
}
