import { type CapacityRow, FIRST_SLOT, WHOLE_DAY } from "../domain/inventory/index.ts";
import { dayOfDate, instantOfDay, MINUTE, nextDate } from "../domain/kernel/index.ts";
import type { NodeView } from "./node-view.ts";

/** What is taken of a limit; limit and free are null where there is none, and free is nothing where more is taken than a lowered limit allows. */
export interface UsageView {
  readonly limit: number | null;
  readonly taken: number;
  readonly free: number | null;
}

/** What a node can send in its days and hours, as its limits are now, and what shipments have claimed of it. Dates and hours are node-local. */
export interface NodeCapacityView {
  readonly node: string;
  readonly time_zone: string;
  readonly days: readonly {
    readonly date: string;
    /** Shipments, planned or sent: an order's share of the node counts once. */
    readonly orders: UsageView;
    /** Counted units. */
    readonly units: UsageView;
    /** Hours, 0 to 23, of which something was claimed. */
    readonly hours: readonly { readonly hour: number; readonly orders: UsageView; readonly units: UsageView }[];
    /** Slots in which orders are to be collected, by when they begin. */
    readonly slots: readonly { readonly starts_at: string; readonly orders: UsageView }[];
  }[];
}

const usage = (limit: number | null, taken: number): UsageView => ({ limit, taken, free: limit === null ? null : Math.max(0, limit - taken) });

/** Every day from one to another, both included (YYYY-MM-DD), with the rows that a node has of them. */
export function nodeCapacity({ code, time_zone, operations: { capacity, pickup } }: NodeView, rows: readonly CapacityRow[], from: string, to: string): NodeCapacityView {
  const days: NodeCapacityView["days"][number][] = [];
  for (let date = from; date <= to; date = nextDate(date)) {
    const own = rows.filter((row) => row.date === date);
    const day = own.find(({ hour }) => hour === WHOLE_DAY);
    days.push({
      date, orders: usage(capacity.orders_per_day, day?.orders ?? 0), units: usage(capacity.units_per_day, day?.units ?? 0),
      hours: own.filter(({ hour, units }) => hour !== WHOLE_DAY && hour < FIRST_SLOT && units > 0).map(({ hour, orders, units }) => ({ hour, orders: usage(capacity.orders_per_hour, orders), units: usage(capacity.units_per_hour, units) })),
      slots: own.filter(({ hour, orders }) => hour >= FIRST_SLOT && orders > 0).map(({ hour, orders }) => ({
        starts_at: new Date(instantOfDay(dayOfDate(date), 0, time_zone) + (hour - FIRST_SLOT) * MINUTE).toISOString(), orders: usage(pickup?.orders_per_slot ?? null, orders),
      })),
    });
  }
  return { node: code, time_zone, days };
}
