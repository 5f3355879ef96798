import { dateOfDay, type Instant, localDay, MINUTE } from "../kernel/index.ts";
import { HORIZON_DAYS, lastStart, openTimes } from "./calendar.ts";
import { calendarOf, type ShippingNode, workOf } from "./ship-times.ts";
import type { Calendar, ShippingFacts } from "./types.ts";

/** A time in which a customer may collect: the node's local date, and its beginning and end. */
export interface PickupSlot {
  readonly date: string;
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  /** An order that comes up to this second, but not before the one asked about, is ready for the same slot. */
  readonly validUntil: Instant;
  /** How many slots before it are taken; absent where none is. */
  readonly full?: number;
}

/** Whether one more order can be collected in a slot. */
export type SlotRoom = (slot: Pick<PickupSlot, "date" | "startsAt" | "endsAt">) => boolean;

/**
 * The first whole slot of a node's opening hours, counted from each opening on, that begins when the goods of an order that
 * comes at `at` are ready, or later, and has room for it. Null where the node hands nothing out, or no such slot comes within 400 days.
 */
export function nextPickupSlot(node: ShippingNode, facts: Pick<ShippingFacts, "calendars">, at: Instant, backlogOrders = 0, hasRoom?: SlotRoom): PickupSlot | null {
  const work = node.operations.pickup && workOf(node, facts, at, backlogOrders);
  const slot = work && firstSlot(node, work.calendar, work.readyAt, hasRoom);
  if (!slot) return null;
  const latest = lastStart(work.calendar, node.timeZone, slot.startsAt, work.minutes, localDay(at, node.timeZone)) ?? at;
  return { ...slot, validUntil: Math.max(at, latest) };
}

/** The first slot with room that begins at an instant or later, for goods that are ready by then; null as above. */
export function pickupSlotFrom(node: ShippingNode, facts: Pick<ShippingFacts, "calendars">, readyAt: Instant, hasRoom?: SlotRoom): Omit<PickupSlot, "validUntil"> | null {
  const calendar = calendarOf(node.operations.calendar, null, facts);
  return calendar === undefined ? null : firstSlot(node, calendar, readyAt, hasRoom);
}

function firstSlot({ operations: { pickup }, timeZone }: ShippingNode, calendar: Calendar | null, readyAt: Instant, hasRoom: SlotRoom = () => true): Omit<PickupSlot, "validUntil"> | null {
  if (pickup === null) return null;
  const length = pickup.slotMinutes * MINUTE;
  const first = localDay(readyAt, timeZone);
  let full = 0;
  for (let day = first; day <= first + HORIZON_DAYS; day += 1) {
    for (const { from, to } of openTimes(calendar, timeZone, day)) {
      for (let startsAt = from + Math.ceil(Math.max(0, readyAt - from) / length) * length; startsAt + length <= to; startsAt += length) {
        const slot = { date: dateOfDay(day), startsAt, endsAt: startsAt + length };
        if (hasRoom(slot)) return full === 0 ? slot : { ...slot, full };
        full += 1;
      }
    }
  }
  return null;
}
