import { dateOfDay, type Instant, localDay, MINUTE } from "../kernel/index.ts";
import { HORIZON_DAYS, lastStart, openTimes } from "./calendar.ts";
import { type ShippingNode, workOf } from "./ship-times.ts";
import type { ShippingFacts } from "./types.ts";

/** A time in which a customer may collect: the node's local date, and its beginning and end. */
export interface PickupSlot {
  readonly date: string;
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  /** An order that comes up to this second, but not before the one asked about, is ready for the same slot. */
  readonly validUntil: Instant;
}

/**
 * The first whole slot of a node's opening hours, counted from each opening on, that begins when the goods of an order that
 * comes at `at` are ready, or later. Null where the node hands nothing out, or no slot comes within 400 days.
 */
export function nextPickupSlot(node: ShippingNode, facts: Pick<ShippingFacts, "calendars">, at: Instant, backlogOrders = 0): PickupSlot | null {
  const { pickup } = node.operations;
  const work = pickup && workOf(node, facts, at, backlogOrders);
  if (!pickup || !work) return null;
  const length = pickup.slotMinutes * MINUTE;
  const first = localDay(work.readyAt, node.timeZone);
  for (let day = first; day <= first + HORIZON_DAYS; day += 1) {
    for (const { from, to } of openTimes(work.calendar, node.timeZone, day)) {
      const startsAt = from + Math.ceil(Math.max(0, work.readyAt - from) / length) * length;
      if (startsAt + length > to) continue;
      const latest = lastStart(work.calendar, node.timeZone, startsAt, work.minutes, localDay(at, node.timeZone)) ?? at;
      return { date: dateOfDay(day), startsAt, endsAt: startsAt + length, validUntil: Math.max(at, latest) };
    }
  }
  return null;
}
