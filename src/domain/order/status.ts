import type { Hold, Order, OrderLine, OrderStatus } from "./types.ts";
import { BUCKETS } from "./types.ts";

type Totals = Readonly<Record<string, number>>;

export function totalUnits(lines: readonly Pick<OrderLine, "units">[]): Totals {
  const totals: Record<string, number> = { delivered: 0, lost: 0, returned_to_sender: 0 };
  for (const bucket of BUCKETS) totals[bucket] = 0;
  for (const line of lines) {
    for (const [stage, units] of Object.entries(line.units)) totals[stage] = (totals[stage] ?? 0) + units;
  }
  return totals;
}

export const openHolds = (holds: readonly Hold[]): Hold[] => holds.filter((hold) => hold.releasedAt === null);

/**
 * The one place where an order's status comes from its quantities and open holds.
 * Gone = shipped or handed over; live = neither gone nor cancelled.
 */
export function deriveStatus(lines: readonly Pick<OrderLine, "units">[], hasOpenHold: boolean): OrderStatus {
  const totals = totalUnits(lines);
  const of = (name: string): number => totals[name] ?? 0;
  const gone = of("shipped") + of("handed_over");
  const waiting = of("backordered") + of("preordered");
  const working = of("reserved") + of("released") + of("picked") + of("packed");
  const live = of("pending") + waiting + working;
  if (live === 0) {
    if (gone === 0) return "CANCELLED";
    const settled = of("delivered") + of("lost") + of("returned_to_sender") + of("handed_over") === gone;
    if (!settled) return "SHIPPED";
    return of("cancelled") > 0 ? "PARTIALLY_CANCELLED" : "COMPLETED";
  }
  if (hasOpenHold) return "ON_HOLD";
  if (gone > 0) return "PARTIALLY_SHIPPED";
  if (working > 0) return "PROCESSING";
  return waiting > 0 ? "BACKORDERED" : "PENDING";
}

export const statusOf = (order: Pick<Order, "lines" | "holds">): OrderStatus => deriveStatus(order.lines, openHolds(order.holds).length > 0);
