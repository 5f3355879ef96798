import { dateOfDay, dayOfDate, instantOfDay, SECOND, weekdayOfDay } from "../kernel/index.ts";
import { HORIZON_DAYS, isOpenOn, nextOpenDay } from "./calendar.ts";
import { serviceCalendar } from "./ship-times.ts";
import type { Arrival, CarrierService, Lane, ShippingFacts, ShipTime } from "./types.ts";

/**
 * When goods that a service collects arrive on a lane: transit days are its calendar's open days after the collection, and
 * then comes the next open day on which it delivers. Null where none comes within 400 days, or its calendar is not there.
 * @param timeZone whose end of the day counts.
 */
export function arrival({ shipDate }: Pick<ShipTime, "shipDate">, service: CarrierService, { transitDays }: Lane, facts: Pick<ShippingFacts, "calendars">, timeZone: string): Arrival | null {
  const calendar = serviceCalendar(service, facts);
  if (calendar === undefined) return null;
  const dayAfter = (transit: number): number | null => {
    let day: number | null = dayOfDate(shipDate);
    for (let moved = 0; moved < transit && day !== null; moved += 1) day = nextOpenDay(calendar, day + 1);
    if (day === null) return null;
    for (const horizon = day + HORIZON_DAYS; day <= horizon; day += 1) if (isOpenOn(calendar, day) && service.deliveryWeekdays.includes(weekdayOfDay(day))) return day;
    return null;
  };
  const [earliest, latest] = [dayAfter(transitDays.least), dayAfter(transitDays.most)];
  if (earliest === null || latest === null) return null;
  return { earliestDate: dateOfDay(earliest), date: dateOfDay(latest), day: latest, at: instantOfDay(latest + 1, 0, timeZone) - SECOND };
}
