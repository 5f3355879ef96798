import type { Node } from "../catalog/index.ts";
import { isLimitedByHour, type ShipSlot, WHOLE_DAY } from "../inventory/index.ts";
import { type Instant, localDateTime, nextDate, present } from "../kernel/index.ts";
import type { Journal, Order, Shipment } from "../order/index.ts";

/** Days, the first included, on which a node is asked for room: a node without any is no candidate. */
export const CAPACITY_HORIZON_DAYS = 7;

/** The node-local day a shipment released now leaves: today before the node's cut-off, else the next day. */
export function plannedShipDate(node: Pick<Node, "cutOff" | "timeZone">, now: Instant): string {
  const { date, time } = localDateTime(now, node.timeZone);
  return node.cutOff !== null && time >= node.cutOff ? nextDate(date) : date;
}

/** The hour in which a day's last goods are made ready: that before the cut-off. */
function lastHour({ cutOff }: Pick<Node, "cutOff">): number {
  const [hours = 24, minutes = 0] = cutOff === null ? [] : cutOff.split(":").map(Number);
  return hours + minutes === 0 ? 23 : minutes === 0 ? hours - 1 : hours;
}

type Timed = Pick<Node, "cutOff" | "timeZone" | "operations">;

/** When a node could make ready what it is told of now, earliest first: days, or their hours where it has limits by the hour. */
export function* shipSlots(node: Timed, now: Instant): Generator<ShipSlot, undefined> {
  const local = localDateTime(now, node.timeZone);
  const hourly = isLimitedByHour(node.operations.capacity);
  let date = plannedShipDate(node, now);
  for (let day = 0; day < CAPACITY_HORIZON_DAYS; day++) {
    if (!hourly) yield { date, hour: WHOLE_DAY };
    else for (let hour = date === local.date ? Number(local.time.slice(0, 2)) : 0; hour <= lastHour(node); hour++) yield { date, hour };
    date = nextDate(date);
  }
}

const firstSlot = (node: Timed, now: Instant): ShipSlot => present(shipSlots(node, now).next().value, "slot");

type Place = { readonly open: Shipment } | { readonly slot: ShipSlot };

/** Where units of an order could go at a node: an open plan of the order, or a slot for a new one; null where it has no room within the horizon. */
function placeAt({ book, context }: Journal, order: Order, node: Node, units: number): Place | null {
  const { capacity } = book;
  const from = plannedShipDate(node, context.now);
  const bears = ({ capacity: claim }: Shipment): boolean => claim === null || (claim.date >= from && capacity.free(node.id, claim).units >= units);
  const open = order.shipments.find((shipment) => shipment.nodeId === node.id && shipment.status === "PLANNED" && bears(shipment));
  if (open) return { open };
  if (capacity.limitsOf(node.id) === null) return { slot: { date: from, hour: WHOLE_DAY } };
  const slot = capacity.firstFree(node.id, shipSlots(node, context.now), units);
  return slot && { slot };
}

/** Whether a node has capacity for so many units more of an order, all in one shipment, on one of the days that count. */
export const hasRoomFor = (journal: Journal, order: Order, node: Node, units: number): boolean => placeAt(journal, order, node, units) !== null;

/**
 * The order's open plan for a node: later lines of the same order join it rather than open another parcel, as long as its day is to
 * come and has room for them. Takes nothing yet: capacity is claimed unit by unit, as the units move in.
 */
export function plannedShipment(journal: Journal, order: Order, node: Node, units: number): Shipment {
  const place = present(placeAt(journal, order, node, units), "capacity");
  if ("open" in place) return place.open;
  const limited = journal.book.capacity.limitsOf(node.id) !== null;
  const shipment: Shipment = {
    shipmentNo: order.shipments.length + 1, nodeId: node.id, timeZone: node.timeZone, status: "PLANNED", stateSince: journal.context.now,
    plannedShipDate: place.slot.date, capacity: limited ? { ...place.slot, units: 0 } : null, cancelRequested: false, document: { packages: [], cancel_lines: [] }, lines: new Map(),
  };
  order.shipments.push(shipment);
  journal.touch(order, { shipment });
  return shipment;
}

/** The slot that a release moves a shipment to; null where what it is planned for is still to come. */
export function releaseSlot({ capacity }: Shipment, node: Node, at: Instant): ShipSlot | null {
  const first = firstSlot(node, at);
  return capacity !== null && capacity.date >= first.date ? null : first;
}
