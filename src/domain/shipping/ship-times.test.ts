import { describe, expect, test } from "vitest";
import type { NodeOperations } from "../catalog/index.ts";
import { arrival, nextPickupSlot, processingMinutes, shipTime, ShipTimes } from "./index.ts";
import { aCalendar, aLane, aService, aShippingNode, calendarFacts } from "./shipping.testing.ts";
import type { CarrierService } from "./types.ts";

const at = (text: string): number => Date.parse(text);
const iso = (instant: number | undefined): string => new Date(instant ?? Number.NaN).toISOString().replace(".000Z", "Z");

const office = aCalendar("08:00-16:00", { code: "office", exceptions: { "2026-04-03": "", "2026-04-06": "" } });
const night = aCalendar("22:00-24:00 00:00-06:00", { code: "night", days: [1, 2, 3, 4, 5, 6, 7] });
const daily = aCalendar("00:00-24:00", { code: "daily", days: [1, 2, 3, 4, 5, 6, 7], exceptions: { "2026-03-03": "" } });
const never = aCalendar("", { code: "never" });
const facts = calendarFacts(office, night, daily, never);
const everyDay = aService({ calendar: "daily", deliveryWeekdays: [1, 2, 3, 4, 5, 6, 7] });
const cutOff = (time: string, carrier: string | null = null, service: string | null = null): NodeOperations["cutOffs"][number] => ({ carrier, service, time });
const takes = (minutes: number): NodeOperations["processing"] => ({ minutes, milliMinutesPerBacklogOrder: 0, maximumMinutes: null });

type Row = [name: string, operations: Partial<NodeOperations>, service: CarrierService | null, when: string, shipDate: string | null, leavesAt?: string, validUntil?: string];

// The first of March 2026 is a Sunday; Berlin is an hour ahead of UTC until the 29th, then two.
describe("goods leave", () => {
  test.each<Row>([
    ["today where nothing is said", {}, null, "2026-03-01T10:00:00Z", "2026-03-01", "2026-03-01T22:59:59Z", "2026-03-01T22:59:59Z"],
    ["until the day ends", {}, null, "2026-03-01T22:59:59Z", "2026-03-01"], ["and then tomorrow", {}, null, "2026-03-01T23:00:00Z", "2026-03-02"],
    ["with a service from Monday to Friday", {}, aService(), "2026-02-28T10:00:00Z", "2026-03-02", "2026-03-02T22:59:59Z", "2026-03-02T22:59:59Z"],
    ["at the second of the cut-off", { cutOffs: [cutOff("14:00:00")] }, aService(), "2026-03-02T13:00:00Z", "2026-03-02", "2026-03-02T13:00:00Z", "2026-03-02T13:00:00Z"],
    ["within it", { cutOffs: [cutOff("14:00:00")] }, aService(), "2026-03-02T13:00:00.999Z", "2026-03-02", "2026-03-02T13:00:00.999Z", "2026-03-02T13:00:00.999Z"],
    ["and not a second later", { cutOffs: [cutOff("14:00:00")] }, aService(), "2026-03-02T13:00:01Z", "2026-03-03", "2026-03-03T13:00:00Z"],
    ["by the carrier's own cut-off", { cutOffs: [cutOff("14:00:00"), cutOff("16:00:00", "dhl")] }, aService(), "2026-03-02T14:30:00Z", "2026-03-02", "2026-03-02T15:00:00Z"],
    ["by the service's before the carrier's", { cutOffs: [cutOff("12:00:00", "dhl", "parcel"), cutOff("16:00:00", "dhl")] }, aService(), "2026-03-02T11:00:01Z", "2026-03-03"],
    ["not by another carrier's", { cutOffs: [cutOff("12:00:00", "ups"), cutOff("13:00:00", "dhl", "express"), cutOff("16:00:00")] }, aService(), "2026-03-02T14:00:00Z", "2026-03-02"],
    ["without a service by the cut-off of all", { cutOffs: [cutOff("12:00:00", "dhl"), cutOff("16:00:00")] }, null, "2026-03-02T14:00:00Z", "2026-03-02"],
    ["when the node closes, without a cut-off", { calendar: "office" }, aService(), "2026-03-02T14:59:00Z", "2026-03-02", "2026-03-02T15:00:00Z", "2026-03-02T14:59:59Z"],
    ["not when it has closed", { calendar: "office" }, aService(), "2026-03-02T15:00:00Z", "2026-03-03"],
    ["after processing", { calendar: "office", cutOffs: [cutOff("14:00:00")], processing: takes(90) }, aService(), "2026-03-02T11:30:00Z", "2026-03-02", "2026-03-02T13:00:00Z", "2026-03-02T11:30:00Z"],
    ["too late for it", { calendar: "office", cutOffs: [cutOff("14:00:00")], processing: takes(90) }, aService(), "2026-03-02T11:30:01Z", "2026-03-03", "2026-03-03T13:00:00Z", "2026-03-03T11:30:00Z"],
    ["work goes over the night", { calendar: "office", cutOffs: [cutOff("14:00:00")], processing: takes(480) }, aService(), "2026-03-02T13:00:00Z", "2026-03-03", "2026-03-03T13:00:00Z", "2026-03-02T13:00:00Z"],
    ["work rests over the weekend", { calendar: "office", processing: takes(120) }, everyDay, "2026-03-06T14:00:00Z", "2026-03-09", "2026-03-09T15:00:00Z"],
    ["work of the last minutes", { calendar: "office", processing: takes(60) }, everyDay, "2026-03-06T14:00:00Z", "2026-03-06", "2026-03-06T15:00:00Z", "2026-03-06T14:00:00Z"],
    ["after the holidays", { calendar: "office" }, everyDay, "2026-04-02T15:00:00Z", "2026-04-07", "2026-04-07T14:00:00Z"],
    ["not on a day that the carrier rests", {}, everyDay, "2026-03-03T10:00:00Z", "2026-03-04"],
    ["over night", { calendar: "night", cutOffs: [cutOff("05:00:00")], processing: takes(180) }, everyDay, "2026-03-04T21:00:00Z", "2026-03-05", "2026-03-05T04:00:00Z", "2026-03-05T01:00:00Z"],
    ["at 24:00, and so on the next day", { processing: takes(60) }, null, "2026-03-02T22:00:00Z", "2026-03-03"],
    ["just before 24:00", { processing: takes(60) }, null, "2026-03-02T21:59:59Z", "2026-03-02", "2026-03-02T22:59:59Z", "2026-03-02T21:59:59Z"],
    ["after a pause", { pausedUntil: at("2026-03-04T09:00:00Z"), cutOffs: [cutOff("14:00:00")] }, aService(), "2026-03-02T10:00:00Z", "2026-03-04", "2026-03-04T13:00:00Z", "2026-03-04T13:00:00Z"],
    ["as ever after the end of the pause", { pausedUntil: at("2026-03-02T09:00:00Z") }, aService(), "2026-03-02T10:00:00Z", "2026-03-02"],
    ["never from a node that never opens", { calendar: "never" }, aService(), "2026-03-02T10:00:00Z", null],
    ["never with a service that never collects", {}, aService({ calendar: "never" }), "2026-03-02T10:00:00Z", null],
    ["never by a calendar that is not there", { calendar: "none" }, aService(), "2026-03-02T10:00:00Z", null],
    ["never by a service's calendar that is not there", {}, aService({ calendar: "none" }), "2026-03-02T10:00:00Z", null],
    ["summer time: by the clock of the day", { cutOffs: [cutOff("14:00:00")] }, everyDay, "2026-03-28T14:00:00Z", "2026-03-29", "2026-03-29T12:00:00Z", "2026-03-29T12:00:00Z"],
    ["a cut-off that the night leaves out", { cutOffs: [cutOff("02:30:00")] }, everyDay, "2026-03-29T00:30:00Z", "2026-03-29", "2026-03-29T01:00:00Z", "2026-03-29T01:00:00Z"],
    ["a cut-off that comes twice: the first", { cutOffs: [cutOff("02:30:00")] }, everyDay, "2026-10-25T00:30:01Z", "2026-10-26"],
    ["a short night's work", { calendar: "night", cutOffs: [cutOff("06:00:00")], processing: takes(7 * 60) }, everyDay, "2026-03-28T21:00:00Z", "2026-03-29", "2026-03-29T04:00:00Z", "2026-03-28T21:00:00Z"],
    ["a long night's work", { calendar: "night", cutOffs: [cutOff("06:00:00")], processing: takes(9 * 60) }, everyDay, "2026-10-24T20:00:00Z", "2026-10-25", "2026-10-25T05:00:00Z", "2026-10-24T20:00:00Z"],
  ])("%s", (_, operations, service, when, shipDate, leavesAt, validUntil) => {
    const found = shipTime(aShippingNode(operations), service, facts, at(when), 0);
    expect(found?.shipDate ?? null).toBe(shipDate);
    if (leavesAt) expect(iso(found?.leavesAt)).toBe(leavesAt);
    if (validUntil) expect(iso(found?.validUntil)).toBe(validUntil);
  });

  test.each([
    ["America/New_York", "2026-03-08T18:59:59Z", "2026-03-08"], ["America/New_York", "2026-03-08T19:00:01Z", "2026-03-09"], ["America/New_York", "2026-03-07T19:59:59Z", "2026-03-07"],
    ["America/New_York", "2026-11-01T20:00:00Z", "2026-11-01"], ["America/New_York", "2026-11-01T20:00:01Z", "2026-11-02"],
    ["Australia/Lord_Howe", "2026-10-04T04:00:00Z", "2026-10-04"], ["Australia/Lord_Howe", "2026-10-04T04:00:01Z", "2026-10-05"],
    ["Australia/Lord_Howe", "2026-04-05T04:30:00Z", "2026-04-05"], ["Australia/Lord_Howe", "2026-04-05T04:30:01Z", "2026-04-06"],
  ])("in %s, at %s, on %s", (timeZone, when, shipDate) => {
    expect(shipTime(aShippingNode({ cutOffs: [cutOff("15:00:00")] }, { timeZone }), null, facts, at(when), 0)?.shipDate).toBe(shipDate);
  });

  test("the node's own cut-off counts where no other does, and is the first minute that goes on the next day", () => {
    const node = aShippingNode({}, { cutOff: "16:00" });
    expect(shipTime(node, null, facts, at("2026-03-02T14:59:59Z"), 0)).toMatchObject({ shipDate: "2026-03-02", leavesAt: at("2026-03-02T15:00:00Z"), validUntil: at("2026-03-02T14:59:59Z") });
    expect(shipTime(node, null, facts, at("2026-03-02T15:00:00Z"), 0)?.shipDate).toBe("2026-03-03");
    expect(shipTime(aShippingNode({ cutOffs: [cutOff("17:00:00")] }, { cutOff: "16:00" }), null, facts, at("2026-03-02T15:30:00Z"), 0)?.shipDate).toBe("2026-03-02");
  });

  test("work takes longer the more orders wait, up to its limit", () => {
    const processing = { minutes: 30, milliMinutesPerBacklogOrder: 500, maximumMinutes: 60 };
    expect([0, 1, 100, 120, 121, 10_000].map((orders) => processingMinutes(processing, orders))).toEqual([30, 30.5, 80, 90, 90, 90]);
    expect(processingMinutes({ ...processing, maximumMinutes: null }, 10_000)).toBe(5_030);
    const node = aShippingNode({ cutOffs: [cutOff("14:00:00")], processing });
    const readyWith = (orders: number): string => iso(shipTime(node, aService(), facts, at("2026-03-02T12:00:00Z"), orders)?.readyAt);
    expect([readyWith(0), readyWith(1), readyWith(60), readyWith(1000)]).toEqual(["2026-03-02T12:30:00Z", "2026-03-02T12:30:30Z", "2026-03-02T13:00:00Z", "2026-03-02T13:30:00Z"]);
    expect([60, 61].map((orders) => shipTime(node, aService(), facts, at("2026-03-02T12:00:00Z"), orders)?.shipDate)).toEqual(["2026-03-02", "2026-03-03"]);
  });

  test("the work takes the hour of the node in which it ends", () => {
    const hour = (minutes: number, when: string): number | undefined => shipTime(aShippingNode({ calendar: "office", processing: takes(minutes) }), null, facts, at(when), 0)?.workHour;
    expect([hour(0, "2026-03-02T09:00:00Z"), hour(59, "2026-03-02T09:00:00Z"), hour(60, "2026-03-02T09:00:00Z"), hour(61, "2026-03-02T09:00:00Z"), hour(60, "2026-03-02T14:00:00Z"), hour(0, "2026-03-02T20:00:00Z")])
      .toEqual([10, 10, 10, 11, 15, 8]);
  });
});

test("work that ends within the last second is in time, and the answer holds until it no longer would be", () => {
  // 40 ms more than from the first opening of the year to the last second of an opening: four minutes on Sundays, but for one.
  const weekly = aCalendar("23:56-24:00", { code: "weekly", days: [7], exceptions: { "2026-03-29": "" } });
  const node = aShippingNode({ calendar: "weekly", processing: { minutes: 147, milliMinutesPerBacklogOrder: 4984, maximumMinutes: null } });
  const time = (when: number): ReturnType<typeof shipTime> => shipTime(node, null, calendarFacts(weekly), when, 1);
  const first = time(at("2026-01-01T00:00:00Z"));
  const until = first?.validUntil ?? 0;
  expect([first?.shipDate, time(until)?.shipDate, new Date(until).toISOString()]).toEqual(["2026-09-27", "2026-09-27", "2026-01-04T22:56:00.000Z"]);
  expect(time(until + 1000)?.shipDate).toBe("2026-10-04");
});

describe("answers that are kept", () => {
  const node = { ...aShippingNode({ calendar: "office", cutOffs: [cutOff("14:00:00")], processing: takes(30) }), id: "n" };

  test("are those that would be found anew, whatever is asked in between", () => {
    const times = new ShipTimes(facts);
    for (const when of ["2026-03-02T10:00:00Z", "2026-03-02T12:15:00Z", "2026-03-02T12:30:00Z", "2026-03-02T12:30:01Z", "2026-03-03T09:00:00Z", "2026-03-02T09:00:00Z", "2026-03-06T20:00:00Z"]) {
      for (const service of [null, aService(), aService({ code: "express" })]) for (const backlog of [0, 5]) {
        const [kept, anew] = [times.of(node, service, at(when), backlog), shipTime(node, service, facts, at(when), backlog)];
        expect({ ...kept, validUntil: 0 }).toEqual({ ...anew, validUntil: 0 });
      }
    }
  });

  test("are worked out once, until they end, or the node or its work changes", () => {
    let asked = 0;
    const counting = { calendars: { ...facts.calendars, get: (code: string) => { asked += 1; return facts.calendars.get(code); } } as ReadonlyMap<string, typeof office> };
    const service = aService({ calendar: "daily" });
    const own = { ...node, operations: { ...node.operations, calendar: null } };
    const times = new ShipTimes(counting);
    const ask = (when: string, one = own, backlog = 0): number => { times.of(one, service, at(when), backlog); return asked; };
    expect([ask("2026-03-04T09:00:00Z"), ask("2026-03-04T10:00:00Z"), ask("2026-03-04T12:30:00Z")]).toEqual([1, 1, 1]);
    expect([ask("2026-03-04T12:30:01Z"), ask("2026-03-04T12:30:01Z", { ...own })]).toEqual([2, 3]);
    expect([ask("2026-03-04T12:30:01Z", own, 1), ask("2026-03-04T12:30:01Z", own, 2), ask("2026-03-04T12:30:01Z", own, 2), ask("2026-03-04T12:30:01Z", own)]).toEqual([4, 5, 5, 6]);
    expect(times.of({ ...own, operations: { ...own.operations, calendar: "never" } }, service, at("2026-03-04T09:00:00Z"), 0)).toBeNull();
  });
});

describe("goods arrive", () => {
  test.each([
    ["on the next working day", aService(), "2026-03-02", 1, 1, "2026-03-03", "2026-03-03"],
    ["over the weekend", aService(), "2026-03-05", 1, 2, "2026-03-06", "2026-03-09"],
    ["on the day they leave", aService(), "2026-03-02", 0, 0, "2026-03-02", "2026-03-02"],
    ["holidays do not count, neither at the beginning nor at the end", aService({ calendar: "office" }), "2026-04-02", 1, 2, "2026-04-07", "2026-04-08"],
    ["a holiday on the way", aService({ calendar: "daily", deliveryWeekdays: [1, 2, 3, 4, 5, 6, 7] }), "2026-03-01", 1, 3, "2026-03-02", "2026-03-05"],
    ["on a day on which it delivers", aService({ calendar: "daily", deliveryWeekdays: [2, 4] }), "2026-03-04", 1, 2, "2026-03-05", "2026-03-10"],
    ["on a delivery day that is open", aService({ calendar: "daily", deliveryWeekdays: [2] }), "2026-03-01", 1, 1, "2026-03-10", "2026-03-10"],
  ])("%s", (_, service, shipDate, least, most, earliestDate, date) => {
    expect(arrival({ shipDate }, service, aLane(least, most), facts, "Europe/Berlin")).toMatchObject({ earliestDate, date });
  });

  test("the promised day ends by the clock of the node", () => {
    const end = (shipDate: string, zone: string): string => iso(arrival({ shipDate }, everyDay, aLane(1, 1), facts, zone)?.at);
    expect([end("2026-03-28", "Europe/Berlin"), end("2026-10-24", "Europe/Berlin"), end("2026-03-27", "America/New_York")]).toEqual(["2026-03-29T21:59:59Z", "2026-10-25T22:59:59Z", "2026-03-29T03:59:59Z"]);
  });

  test.each([["without a day on which it is delivered", aService({ deliveryWeekdays: [7] })], ["without a delivery day at all", aService({ deliveryWeekdays: [] })], ["without open days", aService({ calendar: "never" })], ["by a calendar that is not there", aService({ calendar: "none" })]])("never %s", (_, service) => {
    expect(arrival({ shipDate: "2026-03-02" }, service, aLane(1, 1), facts, "Europe/Berlin")).toBeNull();
  });
});

describe("goods are handed out", () => {
  const slot = (operations: Partial<NodeOperations>, when: string, backlog?: number): string | null => {
    const found = nextPickupSlot(aShippingNode(operations), facts, at(when), backlog);
    return found && `${found.date} ${iso(found.startsAt)} ${iso(found.endsAt)}`;
  };
  const pickup = { slotMinutes: 30, ordersPerSlot: null };

  test.each<[string, Partial<NodeOperations>, string, string | null]>([
    ["in the slot that begins now", { calendar: "office", pickup }, "2026-03-02T09:30:00Z", "2026-03-02 2026-03-02T09:30:00Z 2026-03-02T10:00:00Z"],
    ["in the next slot", { calendar: "office", pickup }, "2026-03-02T09:30:01Z", "2026-03-02 2026-03-02T10:00:00Z 2026-03-02T10:30:00Z"],
    ["when the goods are ready", { calendar: "office", pickup, processing: takes(45) }, "2026-03-02T09:30:00Z", "2026-03-02 2026-03-02T10:30:00Z 2026-03-02T11:00:00Z"],
    ["in the last slot of the day", { calendar: "office", pickup }, "2026-03-02T14:30:00Z", "2026-03-02 2026-03-02T14:30:00Z 2026-03-02T15:00:00Z"],
    ["tomorrow", { calendar: "office", pickup }, "2026-03-02T14:31:00Z", "2026-03-03 2026-03-03T07:00:00Z 2026-03-03T07:30:00Z"],
    ["in whole slots only", { calendar: "office", pickup: { ...pickup, slotMinutes: 450 } }, "2026-03-02T08:00:00Z", "2026-03-03 2026-03-03T07:00:00Z 2026-03-03T14:30:00Z"],
    ["around the clock", { pickup }, "2026-03-02T22:45:00Z", "2026-03-03 2026-03-02T23:00:00Z 2026-03-02T23:30:00Z"],
    ["after the night that loses an hour", { calendar: "night", pickup: { ...pickup, slotMinutes: 60 } }, "2026-03-29T00:30:00Z", "2026-03-29 2026-03-29T01:00:00Z 2026-03-29T02:00:00Z"],
    ["never where slots are longer than a day", { calendar: "office", pickup: { ...pickup, slotMinutes: 481 } }, "2026-03-02T09:30:00Z", null],
    ["never where it never opens", { calendar: "never", pickup }, "2026-03-02T09:30:00Z", null], ["never where nothing is handed out", { calendar: "office" }, "2026-03-02T09:30:00Z", null],
  ])("%s", (_, operations, when, expected) => {
    expect(slot(operations, when)).toBe(expected);
  });

  test("later the more orders wait", () => {
    const operations = { calendar: "office", pickup, processing: { minutes: 0, milliMinutesPerBacklogOrder: 1000, maximumMinutes: null } };
    expect(slot(operations, "2026-03-02T09:00:00Z", 61)).toBe("2026-03-02 2026-03-02T10:30:00Z 2026-03-02T11:00:00Z");
  });
});
