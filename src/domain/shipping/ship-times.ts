import type { CutOff, Node, Processing } from "../catalog/index.ts";
import { dateOfDay, DAY, HOUR, type Instant, instantOfDay, localDay, SECOND, zoneOffset } from "../kernel/index.ts";
import { addOpenMinutes, HORIZON_DAYS, hoursOf, isOpenOn, lastStart, timeOfDay } from "./calendar.ts";
import type { Calendar, CarrierService, CutOffOfDay, ShippingFacts, ShipTime } from "./types.ts";

export type ShippingNode = Pick<Node, "timeZone" | "cutOff" | "operations">;
type Calendars = Pick<ShippingFacts, "calendars">;

/** Monday to Friday. */
export const WORKING_WEEK: Calendar = {
  code: "", name: "Monday to Friday", exceptions: {}, week: Array.from({ length: 7 }, (_, day) => (day < 5 ? [{ opens: "00:00", closes: "24:00" }] : [])),
};

/** The calendar of this code; without a code, the usual one. Undefined where there is none with the code. */
export const calendarOf = <T>(code: string | null, usual: T, { calendars }: Calendars): Calendar | T | undefined => (code === null ? usual : calendars.get(code));

/** The days on which a service collects and moves goods. */
export const serviceCalendar = (service: CarrierService, facts: Calendars): Calendar | undefined => calendarOf(service.calendar, WORKING_WEEK, facts);

/** Opening minutes until the goods of an order are ready, with so many orders before it. */
export function processingMinutes({ minutes, milliMinutesPerBacklogOrder, maximumMinutes }: Processing, backlogOrders: number): number {
  return minutes + Math.min(maximumMinutes ?? Infinity, (milliMinutesPerBacklogOrder * backlogOrders) / 1000);
}

interface Work {
  readonly calendar: Calendar | null;
  readonly minutes: number;
  readonly readyAt: Instant;
  readonly workHour: number;
}

/** Processing of an order that comes at `at`: not before the end of a pause, and only while the node is open. Null where it is never done. */
export function workOf({ timeZone, operations }: ShippingNode, facts: Calendars, at: Instant, backlogOrders: number): Work | null {
  const calendar = calendarOf(operations.calendar, null, facts);
  if (calendar === undefined) return null;
  const minutes = processingMinutes(operations.processing, backlogOrders);
  const readyAt = addOpenMinutes(calendar, timeZone, Math.max(at, operations.pausedUntil ?? at), minutes);
  if (readyAt === null) return null;
  // Work that ends on the hour is done in the hour before.
  const end = minutes > 0 ? readyAt - 1 : readyAt;
  const local = end + zoneOffset(end, timeZone);
  return { calendar, minutes, readyAt, workHour: Math.floor((local - Math.floor(local / DAY) * DAY) / HOUR) };
}

/** When goods leave on one of a node's days, and the last second at which they may be ready for that. */
interface Collection {
  readonly last: Instant;
  readonly leaves: Instant;
}

/** The most particular cut-off for a service: its own, its carrier's, that of every carrier. */
function cutOffFor(cutOffs: readonly CutOff[], service: CarrierService | null): CutOff | undefined {
  const own = (carrier: string | null, code: string | null): CutOff | undefined => cutOffs.find((one) => one.carrier === carrier && one.service === code);
  return (service ? own(service.carrier, service.code) ?? own(service.carrier, null) : undefined) ?? own(null, null);
}

/** When a service collects on a local day of a node: at the cut-off, else when the node closes. */
function collectionOn({ timeZone, cutOff }: ShippingNode, calendar: Calendar | null, chosen: CutOff | undefined, day: number): Collection {
  if (chosen) {
    const at = instantOfDay(day, timeOfDay(chosen.time), timeZone);
    return { last: at, leaves: at };
  }
  // What is ready at the minute of the node's own cut-off goes on the next day.
  if (cutOff !== null) {
    const leaves = instantOfDay(day, timeOfDay(cutOff), timeZone);
    return { last: leaves - SECOND, leaves };
  }
  const closes = instantOfDay(day, hoursOf(calendar, day).at(-1)?.closes ?? DAY, timeZone);
  const at = Math.min(closes, instantOfDay(day, DAY, timeZone) - SECOND);
  return { last: at, leaves: at };
}

/** Until when goods have to be ready at a node to leave with a service on the node's local day of `at`, passed or not. Null where nothing leaves with it on that day. */
export function cutOffOfDay(node: ShippingNode, service: CarrierService | null, facts: Calendars, at: Instant): CutOffOfDay | null {
  const [calendar, collecting] = [calendarOf(node.operations.calendar, null, facts), service && serviceCalendar(service, facts)];
  const day = localDay(at, node.timeZone);
  if (calendar === undefined || collecting === undefined || !isOpenOn(calendar, day) || !isOpenOn(collecting, day)) return null;
  const chosen = cutOffFor(node.operations.cutOffs, service);
  return { at: collectionOn(node, calendar, chosen, day).leaves, kind: chosen || node.cutOff !== null ? "cut_off" : "closing" };
}

/**
 * When the goods of an order that comes at `at` leave with a service: node-local now, processing in opening hours, the
 * cut-off, then the first day on which the node is open and the service collects. Without a service (own delivery, or
 * nothing is known) every day collects on which the node is open. Null where they never leave: no such day comes within
 * 400 days, or there is no calendar of the code that the node or the service names.
 */
export function shipTime(node: ShippingNode, service: CarrierService | null, facts: Calendars, at: Instant, backlogOrders: number): ShipTime | null {
  const work = workOf(node, facts, at, backlogOrders);
  const collecting = service && serviceCalendar(service, facts);
  if (work === null || collecting === undefined) return null;
  const { calendar, minutes, readyAt, workHour } = work;
  const { timeZone } = node;
  const cutOff = cutOffFor(node.operations.cutOffs, service);
  const readySecond = Math.floor(readyAt / SECOND) * SECOND;
  const first = localDay(readyAt, timeZone);
  for (let day = first; day <= first + HORIZON_DAYS; day += 1) {
    if (!isOpenOn(calendar, day) || !isOpenOn(collecting, day)) continue;
    const { last, leaves } = collectionOn(node, calendar, cutOff, day);
    if (readySecond > last) continue;
    // Whatever is ready within the last second is in time, so work may end with that second.
    const until = lastStart(calendar, timeZone, last + SECOND - 1, minutes, localDay(at, timeZone)) ?? at;
    return { shipDate: dateOfDay(day), workHour, readyAt, leavesAt: Math.max(leaves, readyAt), validUntil: Math.max(at, Math.floor(until / SECOND) * SECOND) };
  }
  return null;
}
