import type { HandlingTime } from "../catalog/index.ts";
import { HOUR, type Instant, instantOfDay, localDay, MINUTE, SECOND } from "../kernel/index.ts";
import { addOpenMinutes, nextOpenDay, timeOfDay } from "./calendar.ts";
import { calendarOf, WORKING_WEEK } from "./ship-times.ts";
import type { ShippingFacts } from "./types.ts";

/**
 * When a handling time ends for an order that was placed at `placedAt`. Hours count on the clock, or while the calendar is open;
 * business days (Monday to Friday without a calendar) begin with the day of the order, or the next one where that is none or the
 * cut-off has passed, and the last of them counts to its last second. Null where the calendar is not there or does not open within 400 days.
 */
export function handlingEnds(time: HandlingTime, placedAt: Instant, facts: Pick<ShippingFacts, "calendars">): Instant | null {
  const { timeZone } = time;
  if (time.kind === "hours") {
    if (time.calendar === null) return placedAt + time.hours * HOUR;
    const calendar = facts.calendars.get(time.calendar);
    return calendar ? addOpenMinutes(calendar, timeZone, placedAt, (time.hours * HOUR) / MINUTE) : null;
  }
  const calendar = calendarOf(time.calendar, WORKING_WEEK, facts);
  if (calendar === undefined) return null;
  const placed = localDay(placedAt, timeZone);
  const cutOff = time.cutOff === null ? null : instantOfDay(placed, timeOfDay(time.cutOff), timeZone);
  const late = cutOff !== null && Math.floor(placedAt / SECOND) * SECOND > cutOff;
  let day = nextOpenDay(calendar, late ? placed + 1 : placed);
  for (let counted = 0; counted < time.days && day !== null; counted += 1) day = nextOpenDay(calendar, day + 1);
  return day === null ? null : instantOfDay(day + 1, 0, timeZone) - SECOND;
}
