import type { Channel } from "../catalog/index.ts";
import type { EventType, Instant, OrdoEvent } from "../kernel/index.ts";
import type { Journal, Order } from "../order/index.ts";
import { liveUnits } from "./source.ts";

/** What a batch makes of an order that has a date to keep. */
export interface DeadlineChange {
  readonly order: Order;
  readonly shipBy: Instant | null;
  /** Whether units of it are still to leave. */
  readonly open: boolean;
  /** When something of it left in this batch; null where nothing did. */
  readonly leftAt: Instant | null;
  /** When the seller cancelled something of it in this batch; null where not. */
  readonly cancelledAt: Instant | null;
  /** Its dates have to be looked at from then on; null where it has none. */
  readonly lookAt: Instant | null;
}

/** Facts after which an order's dates may be kept otherwise than before, or be over. */
const MATTERS: ReadonlySet<EventType> = new Set<EventType>([
  "OrderRouted", "HoldPlaced", "HoldReleased", "ReservationExpired", "LinesCancelled", "CancelAnswered", "ShipmentReleased", "ShipmentShipped", "ShipmentHandedOver", "ShipmentArrivedAtStore", "OrderFollowedChannel", "LineIdentified",
]);
const LEFT: ReadonlySet<EventType> = new Set<EventType>(["ShipmentShipped", "ShipmentHandedOver"]);

/** Orders of a batch whose dates somebody has to look at, or need not any more. Most batches have none. */
export function deadlineChanges(journal: Journal, counts: (channelId: string) => boolean): DeadlineChange[] {
  const fresh = journal.newOrders.filter((order) => matters(order, counts));
  const touched = [...journal.touched.values()].flatMap(({ order }) => (matters(order, counts) ? [order] : []));
  if (fresh.length + touched.length === 0) return [];
  const events = new Map<string, OrdoEvent[]>();
  for (const event of journal.events) {
    if (event.orderId === null || !MATTERS.has(event.type)) continue;
    const own = events.get(event.orderId);
    if (own) own.push(event);
    else events.set(event.orderId, [event]);
  }
  return [...fresh, ...touched.filter(({ id }) => events.has(id))].map((order) => changeOf(journal, order, events.get(order.id) ?? []));
}

const hasDates = ({ document }: Order): boolean => document.promise !== undefined || document.ship_by !== undefined || document.deliver_by !== undefined;
const matters = (order: Order, counts: (channelId: string) => boolean): boolean => hasDates(order) || counts(order.channelId);

function changeOf(journal: Journal, order: Order, events: readonly OrdoEvent[]): DeadlineChange {
  const left = events.flatMap(({ type, occurredAt }) => (LEFT.has(type) ? [occurredAt] : []));
  const bySeller = events.find(({ type, data }) => (type === "LinesCancelled" || type === "CancelAnswered") && data["requested_by"] === "seller");
  // A node that is asked may say no.
  const cancelled = bySeller !== undefined && journal.lineMovements.some(({ orderId, to }) => orderId === order.id && to === "cancelled");
  return {
    order, shipBy: order.document.ship_by ?? null, open: order.lines.some((line) => liveUnits(line) > 0), leftAt: left.length === 0 ? null : Math.max(...left),
    cancelledAt: cancelled ? bySeller.occurredAt : null, lookAt: hasDates(order) ? journal.context.now : null,
  };
}

/** Channels of whose orders every one counts, because they watch a rate. */
export const countedChannels = (channels: readonly Channel[]): ReadonlySet<string> =>
  new Set(channels.flatMap(({ id, deadlines }) => (deadlines.lateShipments !== null || deadlines.cancellations !== null ? [id] : [])));
