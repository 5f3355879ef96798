import type { Node } from "../catalog/index.ts";
import { FIRST_SLOT } from "../inventory/index.ts";
import { DAY, dayOfDate, type Instant, instantOfDay, MINUTE } from "../kernel/index.ts";
import type { Journal, Order, PickupPlace, Shipment } from "../order/index.ts";
import type { Pickup } from "../routing/index.ts";
import { type PickupSlot, pickupSlotFrom, type SlotRoom } from "../shipping/index.ts";
import { isPickupPromise, pickupAt, storeCodeOf } from "./order-place.ts";
import { plannedArrival } from "./planned-arrival.ts";
import { CAPACITY_WINDOW_DAYS } from "./ship-slot.ts";
import type { SourcingFacts } from "./source.ts";

/** Where an order is collected, in slots that have room for it; null where it is sent, or the node is there no longer. */
export const deskOf = (journal: Journal, order: Order, facts: SourcingFacts): Pickup | null =>
  pickupAt(order.document.pickup_node, facts, (node) => roomAtDesk(journal, order, node));

/**
 * Which slots of a node can take the order: the one it has, and within the days that are counted each that is not full, though none before
 * the one its customer was promised. Undefined where the node's slots are without limit.
 */
function roomAtDesk({ book: { capacity }, context: { now } }: Journal, { document }: Order, node: Node): SlotRoom | undefined {
  if (capacity.slotLimitOf(node.id) === null) return undefined;
  const { promise, pickup_slot: own } = document;
  const told = promise && isPickupPromise(promise.option) ? Math.max(...Object.values(promise.arrivals).map((at) => at ?? -Infinity)) : -Infinity;
  return (slot) => (own?.node_id === node.id && own.starts_at === slot.startsAt)
    || (slot.endsAt >= told && slot.startsAt <= now + CAPACITY_WINDOW_DAYS * DAY && capacity.free(node.id, slotPlace(slot, node)).orders >= 1);
}

const minuteOf = ({ date, startsAt }: Pick<PickupSlot, "date" | "startsAt">, { timeZone }: Node): number => (startsAt - instantOfDay(dayOfDate(date), 0, timeZone)) / MINUTE;
const slotPlace = (slot: Pick<PickupSlot, "date" | "startsAt">, node: Node): { date: string; hour: number } => ({ date: slot.date, hour: FIRST_SLOT + minuteOf(slot, node) });

/**
 * Gives an order that is collected its place in the first slot with room by which all that is reserved of it is there; the one it has stays
 * as long as that is soon enough, and is not before `atLeast`. Comes after its units have found their nodes. Where no slot is left it has none: somebody decided that by hand.
 */
export function takePickupSlot(journal: Journal, order: Order, facts: SourcingFacts, atLeast: Instant | null = null): void {
  const code = storeCodeOf(order);
  const node = facts.nodes.find((one) => one.code === code);
  const { pickup_slot: own } = order.document;
  if (!node || journal.book.capacity.slotLimitOf(node.id) === null) return;
  const room = roomAtDesk(journal, order, node);
  const ready = pickupAt(code, facts, () => room)?.ready(journal.context.now) ?? null;
  const planned = order.shipments.flatMap((shipment) => (isOnItsWay(shipment) ? (readyIn(shipment, node, ready, own) ?? []) : []));
  const ends = atLeast === null ? planned : [...planned, atLeast];
  const slot = ends.length === 0 ? null : pickupSlotFrom(node, facts.shipping, Math.max(...ends) - (node.operations.pickup?.slotMinutes ?? 0) * MINUTE, room);
  if (!slot || (own?.node_id === node.id && own.ends_at >= Math.max(...ends))) return;
  journal.placeInSlot(order, { node_id: node.id, date: slot.date, minute: minuteOf(slot, node), starts_at: slot.startsAt, ends_at: slot.endsAt });
}

const isOnItsWay = ({ lines }: Shipment): boolean => [...lines.values()].some((s) => s.reserved + s.released + s.picked + s.packed + s.shipped > 0);

/** The end of the slot in which a shipment can be collected; what the store has begun to make ready keeps its slot, and where nobody can say when it arrives the first one counts. */
function readyIn(shipment: Shipment, node: Node, ready: PickupSlot | null, own: PickupPlace | undefined): Instant | null {
  if (shipment.nodeId !== node.id) return plannedArrival(shipment) ?? ready?.endsAt ?? null;
  return shipment.status === "PLANNED" ? (ready?.endsAt ?? null) : (own?.ends_at ?? null);
}
