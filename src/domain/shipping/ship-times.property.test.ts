import fc from "fast-check";
import { expect, test } from "vitest";
import type { NodeOperations } from "../catalog/index.ts";
import { DAY, HOUR, localDateTime } from "../kernel/index.ts";
import { addOpenMinutes, arrival, isOpen, nextOpening, nextPickupSlot, shipTime } from "./index.ts";
import { aCalendar, aLane, aService, aShippingNode, calendarFacts } from "./shipping.testing.ts";
import type { Calendar } from "./types.ts";

const two = (value: number): string => String(value).padStart(2, "0");
const clock = fc.tuple(fc.nat(23), fc.nat(59)).map(([hour, minute]) => `${two(hour)}:${two(minute)}`);
const hours = fc.array(fc.tuple(clock, fc.oneof(clock, fc.constant("24:00"))).filter(([opens, closes]) => opens < closes).map(([opens, closes]) => `${opens}-${closes}`), { maxLength: 3 }).map((spans) => spans.join(" "));
const zone = fc.constantFrom("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Chatham", "Africa/Cairo", "UTC");
/** About a change of the clocks as often as anywhere. */
const instant = fc.oneof(
  fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2027, 0) }),
  fc.tuple(fc.constantFrom("2026-03-29", "2026-10-25", "2026-03-08", "2026-11-01", "2026-10-03", "2026-04-04", "2026-04-24"), fc.integer({ min: -2 * DAY, max: 2 * DAY })).map(([date, shift]) => Date.parse(`${date}T01:00:00Z`) + shift),
).map((at) => at - (at % 250));
const calendar = (code: string): fc.Arbitrary<Calendar> => fc.record({ hours, days: fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 }), holiday: fc.constantFrom("2026-03-29", "2026-03-30", "2026-10-25", "2026-10-26") })
  .map((one) => aCalendar(one.hours, { code, days: one.days, exceptions: { [one.holiday]: "" } }));
const processing = fc.record({ minutes: fc.nat(900), milliMinutesPerBacklogOrder: fc.nat(5000), maximumMinutes: fc.option(fc.nat(300)) });

const world = fc.record({
  zone, at: instant, own: fc.option(calendar("own")), carrier: fc.option(calendar("carrier")), hasService: fc.boolean(), processing, backlog: fc.nat(200),
  cutOff: fc.option(clock), own_cut_off: fc.option(clock), pausedUntil: fc.option(instant), later: fc.nat(3 * DAY), within: fc.double({ min: 0, max: 1, noNaN: true }),
}).map((one) => {
  const operations: Partial<NodeOperations> = {
    calendar: one.own?.code ?? null, processing: one.processing, pausedUntil: one.pausedUntil, cutOffs: one.cutOff === null ? [] : [{ carrier: null, service: null, time: `${one.cutOff}:00` }],
    pickup: { slotMinutes: 45, ordersPerSlot: null },
  };
  const facts = calendarFacts(...[one.own, one.carrier].filter((known) => known !== null));
  const node = aShippingNode(operations, { timeZone: one.zone, cutOff: one.own_cut_off });
  const service = one.hasService ? aService({ calendar: one.carrier?.code ?? null, deliveryWeekdays: [1, 3, 6] }) : null;
  return { ...one, node, service, facts, time: (at: number) => shipTime(node, service, facts, at, one.backlog) };
});

test("goods leave when they are ready, in the future, on an open day, and never before those of an earlier order", () => {
  fc.assert(fc.property(world, ({ time, at, later, pausedUntil, zone: timeZone, own }) => {
    const first = time(at);
    if (first === null) return;
    expect(first.readyAt).toBeGreaterThanOrEqual(Math.max(at, pausedUntil ?? at));
    expect(first.leavesAt).toBeGreaterThanOrEqual(first.readyAt);
    expect(localDateTime(first.leavesAt, timeZone).date).toBe(first.shipDate);
    expect(first.workHour).toBeGreaterThanOrEqual(0);
    expect(first.workHour).toBeLessThan(24);
    if (own) expect(own.exceptions[first.shipDate]).toBeUndefined();
    const second = time(at + later);
    if (second === null) return;
    expect([second.shipDate >= first.shipDate, second.readyAt >= first.readyAt, second.leavesAt >= first.leavesAt]).toEqual([true, true, true]);
  }), { numRuns: 400 });
});

test("an answer holds until it says so, and not a second longer", () => {
  fc.assert(fc.property(world, ({ time, at, within }) => {
    const first = time(at);
    if (first === null) return;
    expect(first.validUntil).toBeGreaterThanOrEqual(at);
    for (const share of [within, 1]) expect(time(Math.round(at + (first.validUntil - at) * share))?.shipDate).toBe(first.shipDate);
    expect(time(first.validUntil + 1000)?.shipDate).not.toBe(first.shipDate);
  }), { numRuns: 400 });
});

test("work of a length takes that much open time", () => {
  fc.assert(fc.property(zone, instant, calendar("any"), fc.nat(1500), fc.nat(1500), (timeZone, at, one, first, second) => {
    const opening = nextOpening(one, timeZone, at);
    if (opening === null) return;
    expect(isOpen(one, timeZone, opening)).toBe(true);
    expect(opening === at || !isOpen(one, timeZone, at)).toBe(true);
    const half = addOpenMinutes(one, timeZone, at, first);
    const whole = addOpenMinutes(one, timeZone, at, first + second);
    if (half !== null && whole !== null && second > 0) expect(addOpenMinutes(one, timeZone, half, second)).toBe(whole);
  }), { numRuns: 300 });
});

test("goods arrive on a day on which they are delivered, after they left; slots begin when they are ready and open", () => {
  fc.assert(fc.property(world, fc.nat(3), fc.nat(3), ({ time, at, node, facts, service, zone: timeZone, own, backlog }, least, more) => {
    const ship = time(at);
    const slot = nextPickupSlot(node, facts, at, backlog);
    if (ship && slot) {
      expect(slot.startsAt).toBeGreaterThanOrEqual(ship.readyAt);
      expect(isOpen(own, timeZone, slot.startsAt) && isOpen(own, timeZone, slot.endsAt - 1)).toBe(true);
    }
    const found = ship && service && arrival(ship, service, aLane(least, least + more), facts, timeZone);
    if (!ship || !found) return;
    expect([found.earliestDate >= ship.shipDate, found.date >= found.earliestDate, found.at >= ship.leavesAt - HOUR]).toEqual([true, true, true]);
    expect([1, 3, 6]).toContain(((new Date(`${found.date}T00:00:00Z`).getUTCDay() + 6) % 7) + 1);
  }), { numRuns: 300 });
});
