import { dayOfDate, type Instant, instantOfDay, SECOND } from "../kernel/index.ts";
import type { Shipment } from "../order/index.ts";

/** When a shipment is there by its plan; null where it names no day. A plan without a time is there when its day ends where it leaves. */
export function plannedArrival({ document: { plan }, timeZone }: Pick<Shipment, "document" | "timeZone">): Instant | null {
  return plan ? (plan.arrives_at ?? instantOfDay(dayOfDate(plan.arrival_date) + 1, 0, timeZone) - SECOND) : null;
}
