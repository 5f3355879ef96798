import type { Node } from "../catalog/index.ts";
import { type CapacityBook, isLimitedByHour, type ShipSlot, WHOLE_DAY } from "../inventory/index.ts";
import { dateOfDay, dayOfDate, HOUR, type Instant, instantOfDay, localDateTime, localDay, present } from "../kernel/index.ts";
import type { Journal, Order, Shipment, ShipmentDocument } from "../order/index.ts";
import { countryOf, type NodeLoad, placeOf, type ShipmentPlan } from "../routing/index.ts";
import { arrival, type Calendar, hoursOf, laneOf, nextOpenDay, serviceKey, type ShippingNode, shipTime, timeOfDay } from "../shipping/index.ts";
import { zoneOfOrder } from "./order-place.ts";
import { deskOf } from "./pickup-slot.ts";
import { plannedArrival } from "./planned-arrival.ts";
import type { Calendars } from "./ship-date.ts";
import type { SourcingFacts } from "./source.ts";

/** Days on which it works, the first included, on which a node is asked for room: a node without any is no candidate. */
export const CAPACITY_HORIZON_DAYS = 7;
/** Days, open or not, that are looked at for them. */
export const CAPACITY_WINDOW_DAYS = 30;

interface Known {
  readonly at: Instant;
  readonly shipping: Calendars;
  readonly slots: readonly ShipSlot[];
}
/** A batch asks for one instant again and again. */
const known = new WeakMap<ShippingNode, Known>();

/**
 * When a node could make ready what it is told of at an instant, earliest first: its next days of work, or their hours where it
 * has limits by the hour. Nothing where no day comes, because its calendar never opens or is not there.
 */
export function shipSlots(node: ShippingNode, at: Instant, shipping: Calendars): readonly ShipSlot[] {
  let last = known.get(node);
  if (last?.at !== at || last.shipping !== shipping) known.set(node, (last = { at, shipping, slots: slotsFrom(node, at, shipping) }));
  return last.slots;
}

function slotsFrom(node: ShippingNode, at: Instant, shipping: Calendars): readonly ShipSlot[] {
  const first = shipTime(node, null, shipping, at, 0);
  const code = node.operations.calendar;
  const calendar = code === null ? null : shipping.calendars.get(code);
  if (first === null || calendar === undefined) return [];
  const hourly = isLimitedByHour(node.operations.capacity);
  const latest = localDay(at, node.timeZone) + CAPACITY_WINDOW_DAYS;
  const days: string[] = [];
  for (let day: number | null = dayOfDate(first.shipDate); day !== null && day <= latest && days.length < CAPACITY_HORIZON_DAYS; day = nextOpenDay(calendar, day + 1)) days.push(dateOfDay(day));
  if (!hourly) return days.map((date) => ({ date, hour: WHOLE_DAY }));
  const earliest = localDateTime(first.readyAt, node.timeZone).date === first.shipDate ? first.workHour : 0;
  return days.flatMap((date) => workHours(node, calendar, date).filter((hour) => date !== first.shipDate || hour >= earliest).map((hour) => ({ date, hour })));
}

/** The hours of a day in which goods are made ready for it: while the node is open, up to its cut-off. */
function workHours({ cutOff, operations }: ShippingNode, calendar: Calendar | null, date: string): number[] {
  const open = hoursOf(calendar, dayOfDate(date)).flatMap(({ opens, closes }) => {
    const from = Math.floor(opens / HOUR);
    return Array.from({ length: Math.ceil(closes / HOUR) - from }, (_, hour) => from + hour);
  });
  const last = operations.cutOffs.find(({ carrier, service }) => carrier === null && service === null)?.time ?? cutOff;
  const before = last === null ? open : open.filter((hour) => hour * HOUR < timeOfDay(last));
  // What goes before the node opens was made ready when it was open last.
  return [...new Set(before.length > 0 ? before : open)];
}

type Place = { readonly open: Shipment } | { readonly date: string | null; readonly claim: ShipSlot | null };

const isSameWay = ({ document: { plan: open } }: Shipment, plan: ShipmentPlan | undefined): boolean => !open || !plan || (open.carrier === plan.carrier && open.service === plan.service);

/**
 * Where units of an order could go at a node: an open plan of the order by the same service, or a new one, or, where there is no room for
 * one more, an open plan by another; null where it has no room within the horizon.
 */
function placeAt({ book, context }: Journal, order: Order, node: Node, units: number, shipping: Calendars, plan?: ShipmentPlan): Place | null {
  const { capacity } = book;
  const slots = shipSlots(node, context.now, shipping);
  const from = slots[0]?.date ?? null;
  const bears = ({ capacity: claim }: Shipment): boolean => claim === null || (from !== null && claim.date >= from && capacity.free(node.id, claim).units >= units);
  const open = order.shipments.filter((shipment) => shipment.nodeId === node.id && shipment.status === "PLANNED" && bears(shipment));
  const joined = open.find((shipment) => isSameWay(shipment, plan));
  if (joined) return { open: joined };
  if (capacity.limitsOf(node.id) === null) return { date: from, claim: null };
  // Work on goods that a carrier collects later is done on that day, or, where it is full, on one before it.
  const claim = capacity.firstFree(node.id, slots.filter(({ date }) => date === plan?.shipDate), units) ?? capacity.firstFree(node.id, slots, units);
  const [other] = open;
  return claim ? { date: claim.date, claim } : other ? { open: other } : null;
}

/** Whether a node has capacity for so many units more of an order, all in one shipment, on one of the days that count. */
export const hasRoomFor = (journal: Journal, order: Order, node: Node, units: number, shipping: Calendars): boolean =>
  placeAt(journal, order, node, units, shipping) !== null;

/** Nodes with limits that have no room for even one unit of one more order on any of the days that count. */
export const fullNodes = (nodes: readonly Node[], capacity: CapacityBook, at: Instant, shipping: Calendars): readonly Node[] =>
  nodes.filter((node) => capacity.limitsOf(node.id) !== null && capacity.firstFree(node.id, shipSlots(node, at, shipping), 1) === null);

/** What routing asks about nodes' capacity; null where no node has limits. */
export function nodeLoad(journal: Journal, order: Order, shipping: Calendars): NodeLoad | null {
  const { capacity } = journal.book;
  if (capacity.isEmpty) return null;
  // A search asks about many loads of one node: where so much had room, less has it too, until something is claimed or given back.
  const hadRoom = new Map<string, number>();
  let asOf = capacity.changes;
  const firstDay = (node: Node): { readonly orders: number; readonly units: number } | null => {
    const [slot] = shipSlots(node, journal.context.now, shipping);
    return slot === undefined ? null : capacity.free(node.id, { date: slot.date, hour: WHOLE_DAY });
  };
  return {
    hasRoom: (node, units) => {
      if (capacity.limitsOf(node.id) === null) return true;
      if (asOf !== capacity.changes) hadRoom.clear();
      asOf = capacity.changes;
      if (units <= (hadRoom.get(node.id) ?? -1)) return true;
      const has = hasRoomFor(journal, order, node, units, shipping);
      if (has) hadRoom.set(node.id, units);
      return has;
    },
    startsOn: (node, units) => {
      if (capacity.limitsOf(node.id) === null) return null;
      const place = placeAt(journal, order, node, units, shipping);
      return place === null || "open" in place || place.date === shipSlots(node, journal.context.now, shipping)[0]?.date ? null : place.date;
    },
    utilisation: (node) => {
      const limits = capacity.limitsOf(node.id);
      return limits === null || limits.ordersPerDay === null ? 0 : 1 - (firstDay(node)?.orders ?? limits.ordersPerDay) / Math.max(1, limits.ordersPerDay);
    },
    taken: (node) => {
      const { ordersPerDay: orders = null, unitsPerDay: units = null } = capacity.limitsOf(node.id) ?? {};
      const free = orders === null && units === null ? null : firstDay(node);
      const share = (left: number, most: number | null): number => (most === null ? 0 : 1 - left / Math.max(1, most));
      return free === null ? null : Math.max(share(free.orders, orders), share(free.units, units));
    },
  };
}

/**
 * The order's open plan for a node: later lines of the same order join it rather than open another parcel, as long as it goes by the same
 * service, and its day is to come and has room for them. Takes nothing yet: capacity is claimed unit by unit, as the units move in.
 */
export function plannedShipment(journal: Journal, order: Order, node: Node, units: number, shipping: Calendars, plan?: ShipmentPlan): Shipment {
  const place = present(placeAt(journal, order, node, units, shipping, plan), "capacity");
  if ("open" in place) return place.open;
  const shipment: Shipment = {
    shipmentNo: order.shipments.length + 1, nodeId: node.id, timeZone: node.timeZone, status: "PLANNED", stateSince: journal.context.now,
    plannedShipDate: laterDate(place.date, plan?.shipDate ?? null), capacity: place.claim && { ...place.claim, units: 0 }, cancelRequested: false, document: { packages: [], cancel_lines: [], ...(plan ? { plan: { carrier: plan.carrier, service: plan.service, arrival_date: plan.arrivalDate, arrives_at: plan.arrivesAt } } : {}), ...toStore(order, node) }, lines: new Map(),
  };
  order.shipments.push(shipment);
  journal.touch(order, { shipment });
  return shipment;
}

/** What another node sends of an order goes to where it is collected. */
const toStore = ({ document: { pickup_node: store } }: Order, { code }: Node): Pick<ShipmentDocument, "to_store"> => (store === undefined || store === code ? {} : { to_store: store });

/**
 * How goods of an order travel from a node: as the decision has it, or later by as much as the node has no room before a later day.
 * The work of that day is not begun before it, and what waits before it has its own day.
 */
export function travelWithRoom(journal: Journal, order: Order, node: Node, units: number, facts: SourcingFacts, plan: ShipmentPlan): ShipmentPlan {
  const { shipping } = facts;
  const place = placeAt(journal, order, node, units, shipping, plan);
  if (place !== null && "open" in place) return notBefore(plan, place.open);
  const service = shipping.services.get(serviceKey(plan.carrier, plan.service));
  if (place === null || place.date === null || place.date <= plan.shipDate || !service) return plan;
  const pickup = deskOf(journal, order, facts);
  const { country = null, postcode = null } = (pickup ? placeOf(pickup.node) : order.destination) ?? {};
  const lane = laneOf(service, { code: node.code, country: countryOf(node) }, { country, postcode });
  const ship = shipTime(node, service, shipping, instantOfDay(dayOfDate(place.date), 0, node.timeZone), 0);
  const arrives = ship && lane && arrival(ship, service, lane, shipping, zoneOfOrder(order, facts.nodes));
  const desk = pickup && arrives && pickup.ready(arrives.at);
  if (!ship || !arrives || (pickup !== null && desk === null)) return plan;
  const there = desk ? { arrivalDate: desk.date, arrivesAt: desk.endsAt, desk } : { arrivalDate: arrives.date, arrivesAt: arrives.at };
  return { ...plan, shipDate: ship.shipDate, leavesAt: ship.leavesAt, ...there };
}

/** What joins an open plan is there with it. */
function notBefore(plan: ShipmentPlan, open: Shipment): ShipmentPlan {
  const arrivesAt = plannedArrival(open) ?? plan.arrivesAt;
  return arrivesAt <= plan.arrivesAt ? plan : { ...plan, arrivalDate: open.document.plan?.arrival_date ?? plan.arrivalDate, arrivesAt };
}

const laterDate = (a: string | null, b: string | null): string | null => (a === null || b === null ? (a ?? b) : a > b ? a : b);

/** The slot that a release moves a shipment to; null where the one that it has claimed is still to come, or none comes. */
export function releaseSlot({ capacity }: Shipment, node: Node, at: Instant, shipping: Calendars): ShipSlot | null {
  const first = shipSlots(node, at, shipping)[0] ?? null;
  return first !== null && capacity !== null && capacity.date >= first.date ? null : first;
}
