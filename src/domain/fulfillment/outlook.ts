import type { Node } from "../catalog/index.ts";
import { dateOfDay, dayOfDate, type Instant, instantOfDay, localDay, MINUTE } from "../kernel/index.ts";
import { lineMayRoute, type Order, releaseBlockers, type Shipment, type ShipmentStatus } from "../order/index.ts";
import { countryOf, placeOf } from "../routing/index.ts";
import { type Arrival, arrival, type CarrierService, laneOf, nextPickupSlot, serviceKey, shipTime, type ShippingNode, type ShipTime } from "../shipping/index.ts";
import { deliverUntil, isPickupPromise, pickupAt, promiseKeptUntil, storeCodeOf, zoneOfOrder } from "./order-place.ts";
import { claimedUnits } from "./resource.ts";
import type { SourcingFacts } from "./source.ts";
import { storeOf } from "./store-arrival.ts";

export type DeadlineKind = "promise" | "deliver_by" | "ship_by";

/** A date that an order, or some of its lines, has to keep: that it is there, or on its way, by then. */
export interface Deadline {
  readonly kind: DeadlineKind;
  readonly at: Instant;
  /** What leaves, or arrives, until then keeps it. */
  readonly keptUntil: Instant;
}

/** late: by what is known now it will be missed; at_risk: it will be unless work goes on within the channel's warning time. */
export const RISK_LEVELS = ["safe", "at_risk", "late"] as const;
export type RiskLevel = (typeof RISK_LEVELS)[number];

export const RISK_CAUSES = {
  WAITS_FOR_STOCK: "units of it wait for stock",
  HOLD: "an open hold keeps it back",
  NODE_OFFLINE: "its node is offline",
  NODE_PAUSED: "its node is paused",
  NODE_CLOSED: "no day comes on which its node sends it",
  BACKLOG: "too much work waits at its node before it",
  NO_COLLECTION_IN_TIME: "no collection that would be soon enough is left",
  LAST_COLLECTION: "the last collection that is soon enough is near",
} as const;
export type RiskCause = keyof typeof RISK_CAUSES;

/** What becomes of one deadline of one part of an order that has not left yet. */
export interface Outlook {
  readonly level: RiskLevel;
  readonly deadline: Deadline;
  /** When it will leave (for ship_by) or be there, where its service is known; null where nobody can say. */
  readonly predictedAt: Instant | null;
  /** The local day of the arrival; null where no service is known. */
  readonly arrivalDate: string | null;
  /** Null where it is safe. */
  readonly cause: RiskCause | null;
  /** Null for units without a node. */
  readonly shipment: Shipment | null;
  /** Whether a hold keeps it back: the prediction is for the case that it ends now. */
  readonly held: boolean;
  /** Until when the prediction holds, if nothing changes. */
  readonly validUntil: Instant | null;
}

const WITH_NODE: ReadonlySet<ShipmentStatus> = new Set(["PLANNED", "RELEASED", "ACCEPTED", "PICKED", "PACKED"]);

/** Every deadline of every part of an order that is still to leave, by the function that promises are made by. The worst comes first. */
export function outlooksOf(order: Order, facts: SourcingFacts, now: Instant): Outlook[] {
  const parts = order.shipments.filter(({ status }) => WITH_NODE.has(status)).flatMap((shipment) => shipmentOutlooks(order, shipment, facts, now));
  const waiting = order.lines.filter(({ units }) => units.pending + units.backordered + units.preordered > 0).map(({ lineNo }) => lineNo);
  const cause: RiskCause = waiting.every((lineNo) => lineMayRoute(order, lineNo)) ? "WAITS_FOR_STOCK" : "HOLD";
  const without = waiting.length === 0 ? [] : deadlinesOf(order, waiting, facts, null).map((deadline): Outlook => ({
    level: deadline.at <= now ? "late" : "at_risk", deadline, predictedAt: null, arrivalDate: null, cause, shipment: null, held: cause === "HOLD", validUntil: null,
  }));
  return [...parts, ...without].toSorted((a, b) => RISK_LEVELS.indexOf(b.level) - RISK_LEVELS.indexOf(a.level) || a.deadline.at - b.deadline.at);
}

/**
 * Dates that lines have to keep, in a shipment or (null) without a node. What a store hands out of its own keeps its promise once it is packed,
 * whenever its customer comes.
 */
export function deadlinesOf(order: Order, lineNos: readonly number[], facts: SourcingFacts, shipment: Shipment | null): Deadline[] {
  const { promise, deliver_by: deliverBy, ship_by: shipBy } = order.document;
  const isOver = promise !== undefined && isPickupPromise(promise.option) && shipment !== null && shipment.document.to_store === undefined && (shipment.status === "PACKED" || !isHandedOut(order, shipment, facts.nodes));
  const told = promise === undefined || isOver ? [] : lineNos.flatMap((lineNo) => {
    const line = order.lines.find((one) => one.lineNo === lineNo);
    return promise.arrivals[line?.parentLineNo ?? lineNo] ?? [];
  });
  const [promised, deliver] = [Math.min(...told), deliverUntil(order, facts)];
  return [
    ...(promise && told.length > 0 ? [{ kind: "promise", at: promised, keptUntil: promiseKeptUntil(promise.option, promised, zoneOfOrder(order, facts.nodes)) } as const] : []),
    ...(deliverBy === undefined || deliver === null ? [] : [{ kind: "deliver_by", at: deliverBy, keptUntil: deliver } as const]),
    ...(shipBy === undefined ? [] : [{ kind: "ship_by", at: shipBy, keptUntil: shipBy } as const]),
  ];
}

function shipmentOutlooks(order: Order, shipment: Shipment, facts: SourcingFacts, now: Instant): Outlook[] {
  const lineNos = [...new Set(claimedUnits(order, shipment).map(({ line }) => line.lineNo))];
  const deadlines = lineNos.length === 0 ? [] : deadlinesOf(order, lineNos, facts, shipment);
  const node = facts.nodes.find(({ id }) => id === shipment.nodeId);
  if (deadlines.length === 0 || !node) return [];
  const asked = { order, shipment, node, facts };
  const online = node.status === "online";
  const soon = online ? forecast(asked, now, facts.backlog(node.id)) : null;
  const later = online ? forecast(asked, now + facts.channel.deadlines.warnMinutes * MINUTE, facts.backlog(node.id)) : null;
  const held = releaseBlockers(order, shipment.shipmentNo, lineNos).length > 0;
  return deadlines.map((deadline): Outlook => {
    const level = deadline.at <= now || !keeps(soon, deadline) ? "late" : keeps(later, deadline) ? "safe" : "at_risk";
    const cause = level === "safe" ? null : causeOf(asked, deadline, level, soon, now, held);
    return { level, deadline, held, predictedAt: soon && timeOf(soon, deadline), arrivalDate: soon?.arrivalDate ?? null, cause, shipment, validUntil: soon?.validUntil ?? null };
  });
}

/** Whether a store hands a shipment out to its customer: its own goods, that go nowhere. */
export const isHandedOut = (order: Order, { nodeId, document }: Shipment, nodes: readonly Node[]): boolean =>
  document.to_store === undefined && nodes.some(({ id, code }) => id === nodeId && code === storeCodeOf(order));

interface Asked {
  readonly order: Order;
  readonly shipment: Shipment;
  readonly node: Node;
  readonly facts: SourcingFacts;
}

interface Forecast {
  readonly leavesAt: Instant;
  readonly arrivesAt: Instant | null;
  readonly arrivalDate: string | null;
  readonly validUntil: Instant;
}

/** Where no service is known, it is there when it leaves at the soonest. */
const timeOf = ({ leavesAt, arrivesAt }: Forecast, { kind }: Deadline): Instant => (kind === "ship_by" ? leavesAt : (arrivesAt ?? leavesAt));
const keeps = (found: Forecast | null, deadline: Deadline): boolean => found !== null && timeOf(found, deadline) <= deadline.keptUntil;

interface Way {
  readonly ship: ShipTime;
  /** Where it goes: at its customer's door, or at the store. Null where no service is known. */
  readonly there: Arrival | null;
}

/** How a shipment gets where it goes if work on it goes on at `at`; null where it never leaves. */
function wayOf({ order, shipment, node, facts }: Asked, at: Instant, backlogOrders: number): Way | null {
  const { shipping } = facts;
  const { plan } = shipment.document;
  const service = (plan && shipping.services.get(serviceKey(plan.carrier, plan.service))) ?? null;
  const ship = leaving(shipment, node, service, facts, at, backlogOrders);
  if (ship === null) return null;
  const store = storeOf(shipment, facts.nodes);
  const { country = null, postcode = null } = (store ? placeOf(store) : order.destination) ?? {};
  const lane = service && laneOf(service, { code: node.code, country: countryOf(node) }, { country, postcode });
  return { ship, there: service && lane && arrival(ship, service, lane, shipping, zoneOfOrder(order, facts.nodes)) };
}

/** When a shipment is where it goes, be it a store, if work on it goes on at `at`; null where nobody can say. */
export const arrivalAfter = (order: Order, shipment: Shipment, node: Node, facts: SourcingFacts, at: Instant): Instant | null =>
  wayOf({ order, shipment, node, facts }, at, facts.backlog(node.id))?.there?.at ?? null;

/** When a shipment leaves and arrives if work on it goes on at `at`; null where it never leaves. */
function forecast(asked: Asked, at: Instant, backlogOrders: number): Forecast | null {
  const way = wayOf(asked, at, backlogOrders);
  if (way === null) return null;
  const { ship, there } = way;
  if (isHandedOut(asked.order, asked.shipment, asked.facts.nodes)) {
    const ready = readyAt(asked, at, backlogOrders);
    return ready && { leavesAt: ship.leavesAt, arrivesAt: ready.at, arrivalDate: ready.date, validUntil: Math.min(ship.validUntil, ready.validUntil) };
  }
  const pickup = pickupAt(asked.shipment.document.to_store, asked.facts);
  const desk = pickup && there && pickup.ready(there.at);
  const arrives = pickup === null ? there : desk && { at: desk.endsAt, date: desk.date };
  return { leavesAt: ship.leavesAt, arrivesAt: arrives?.at ?? null, arrivalDate: arrives?.date ?? null, validUntil: ship.validUntil };
}

/** When a store has made its own goods ready: the end of the first slot after that, as it was promised; now where it has begun and should have ended. */
function readyAt({ shipment: { status, stateSince }, node, facts: { shipping } }: Asked, at: Instant, backlogOrders: number): { readonly at: Instant; readonly date: string; readonly validUntil: Instant } | null {
  const now = { at, date: dateOfDay(localDay(at, node.timeZone)), validUntil: Infinity };
  if (status === "PICKED" || status === "PACKED") return now;
  const isBegun = status === "ACCEPTED";
  const slot = nextPickupSlot(node, shipping, isBegun ? stateSince : at, Math.max(0, status === "PLANNED" ? backlogOrders : backlogOrders - 1));
  if (isBegun && (slot === null || slot.startsAt < at)) return now;
  return slot && { at: slot.endsAt, date: slot.date, validUntil: isBegun ? slot.startsAt : slot.validUntil };
}

/** Nothing is left to be done but the collection. */
const done = (node: Node): ShippingNode => ({ timeZone: node.timeZone, cutOff: node.cutOff, operations: { ...node.operations, processing: { minutes: 0, milliMinutesPerBacklogOrder: 0, maximumMinutes: null } } });

function leaving({ status, stateSince, capacity }: Shipment, node: Node, service: CarrierService | null, { shipping }: SourcingFacts, at: Instant, backlogOrders: number): ShipTime | null {
  if (status === "PICKED" || status === "PACKED") return shipTime(done(node), service, shipping, at, 0);
  if (status === "ACCEPTED") {
    // Work began when the node took it on; what should have left already is taken to be as good as ready.
    const begun = shipTime(node, service, shipping, stateSince, Math.max(0, backlogOrders - 1));
    return begun !== null && begun.leavesAt >= at ? begun : shipTime(done(node), service, shipping, at, 0);
  }
  // A shipment that its node was told of counts in the node's backlog, and does not wait for itself.
  const soonest = shipTime(node, service, shipping, at, status === "RELEASED" ? Math.max(0, backlogOrders - 1) : backlogOrders);
  return soonest === null || capacity === null || capacity.date <= soonest.shipDate ? soonest : shipTime(node, service, shipping, instantOfDay(dayOfDate(capacity.date), 0, node.timeZone), 0);
}

function causeOf(asked: Asked, deadline: Deadline, level: RiskLevel, found: Forecast | null, now: Instant, held: boolean): RiskCause {
  const { node } = asked;
  if (node.status !== "online") return "NODE_OFFLINE";
  if ((node.operations.pausedUntil ?? 0) > now) return "NODE_PAUSED";
  if (found === null) return "NODE_CLOSED";
  if (held) return "HOLD";
  if (level === "at_risk") return "LAST_COLLECTION";
  return !keeps(found, deadline) && keeps(forecast(asked, now, 0), deadline) ? "BACKLOG" : "NO_COLLECTION_IN_TIME";
}
