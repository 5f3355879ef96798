import type { Hold, Order, OrderLine, OrderStatus } from "./types.ts";

export const openHolds = (holds: readonly Hold[]): Hold[] => holds.filter((hold) => hold.releasedAt === null);

/**
 * The one place where an order's status comes from its quantities and open holds.
 * Gone = shipped or handed over; live = neither gone nor cancelled.
 */
export function deriveStatus(lines: readonly Pick<OrderLine, "units">[], hasOpenHold: boolean): OrderStatus {
  let gone = 0, waiting = 0, working = 0, pending = 0, cancelled = 0, settled = 0;
  for (const { units } of lines) {
    gone += units.shipped + units.handed_over;
    settled += units.delivered + units.lost + units.returned_to_sender + units.handed_over;
    waiting += units.backordered + units.preordered;
    working += units.reserved + units.released + units.picked + units.packed;
    pending += units.pending;
    cancelled += units.cancelled;
  }
  if (pending + waiting + working === 0) {
    if (gone === 0) return "CANCELLED";
    if (settled < gone) return "SHIPPED";
    return cancelled > 0 ? "PARTIALLY_CANCELLED" : "COMPLETED";
  }
  if (hasOpenHold) return "ON_HOLD";
  if (gone > 0) return "PARTIALLY_SHIPPED";
  if (working > 0) return "PROCESSING";
  return waiting > 0 ? "BACKORDERED" : "PENDING";
}

export const statusOf = (order: Pick<Order, "lines" | "holds">): OrderStatus => deriveStatus(order.lines, openHolds(order.holds).length > 0);
