import { expect, test } from "vitest";
import { DEFAULT_OPERATIONS, type Node, type NodeOperations } from "../catalog/index.ts";
import { HOUR, MINUTE } from "../kernel/index.ts";
import { serviceKey } from "../shipping/index.ts";
import { aCalendar, aService } from "../shipping/shipping.testing.ts";
import { aNode } from "../shop.testing.ts";
import { ANY_NUMBER, cutOffTonight, tonightAt } from "./tonight.ts";

/** A Monday, nine o'clock. */
const NOW = Date.UTC(2026, 2, 2, 9);
const node = (operations: Partial<NodeOperations>, over: Partial<Node> = {}): Node => aNode("n", { operations: { ...DEFAULT_OPERATIONS, ...operations }, cutOff: "17:00", ...over });
const work = (minutes: number, perOrder: number, maximumMinutes: number | null = null): Partial<NodeOperations> => ({ processing: { minutes, milliMinutesPerBacklogOrder: perOrder * 1000, maximumMinutes } });

test.each<[string, Node, number, { closed: boolean; manages: number }]>([
  ["takes no time for an order", node({}), NOW, { closed: false, manages: ANY_NUMBER }],
  // Less than 480 minutes are left: with n before it an order is ready after 30 + 10 n.
  ["takes ten minutes each after half an hour", node(work(30, 10)), NOW, { closed: false, manages: 45 }],
  ["is done with any number by noon", node(work(30, 10, 120)), NOW, { closed: false, manages: ANY_NUMBER }],
  ["has one minute left for what takes none", node({}), NOW + 8 * HOUR - MINUTE, { closed: false, manages: ANY_NUMBER }],
  ["has missed its cut-off", node({}), NOW + 8 * HOUR + MINUTE, { closed: false, manages: 0 }],
  ["can send twelve a day", node({ capacity: { ...DEFAULT_OPERATIONS.capacity, ordersPerDay: 12 } }), NOW, { closed: false, manages: 12 }],
  ["is offline", node({}, { status: "offline" }), NOW, { closed: true, manages: 0 }],
  ["is paused until tomorrow", node({ pausedUntil: NOW + 20 * HOUR }), NOW, { closed: true, manages: 0 }],
  ["is paused until noon", node({ ...work(0, 60), pausedUntil: NOW + 3 * HOUR }), NOW, { closed: false, manages: 5 }],
  ["has a calendar that is not there", node({ calendar: "gone" }), NOW, { closed: false, manages: 0 }],
])("a node that %s", (_name, given, at, expected) => {
  expect(tonightAt(given, { calendars: new Map(), services: new Map() }, at)).toMatchObject({ date: "2026-03-02", endsAt: Date.UTC(2026, 2, 3), ...expected });
});

test("its day is its own", () => {
  expect(tonightAt(node({}, { timeZone: "America/Los_Angeles" }), { calendars: new Map(), services: new Map() }, Date.UTC(2026, 2, 3, 2))).toMatchObject({ date: "2026-03-02", endsAt: Date.UTC(2026, 2, 3, 8), manages: 0 });
});

test("a carrier that comes earlier, or not today, takes less with it than the node gets ready", () => {
  const services = [aService({ carrier: "dhl", code: "express", calendar: null }), aService({ carrier: "dhl", code: "parcel", calendar: null }), aService({ carrier: "van", code: "friday", calendar: "fridays" }), aService({ carrier: "ups", code: "late", calendar: null })];
  const facts = { services: new Map(services.map((one) => [serviceKey(one.carrier, one.code), one])), calendars: new Map([["fridays", aCalendar("08:00-18:00", { code: "fridays", days: [5] })]]) };
  const given = node({ ...work(0, 60), cutOffs: [{ carrier: "dhl", service: "express", time: "12:00" }, { carrier: "dhl", service: null, time: "14:30" }] });
  expect(tonightAt(given, facts, NOW)).toMatchObject({ manages: 8, services: [{ carrier: "dhl", service: "express", manages: 4 }, { carrier: "dhl", service: "parcel", manages: 6 }, { carrier: "van", service: "friday", manages: 0 }] });
  expect(tonightAt({ ...given, operations: { ...given.operations, services: ["ups/late"] } }, facts, NOW).services).toEqual([]);
});

test("what leaves today has to be ready by the cut-off of its service, its carrier or its node, or before the node closes; where nothing is collected there is none", () => {
  const services = [aService({ carrier: "dhl", code: "express", calendar: null }), aService({ carrier: "dhl", code: "parcel", calendar: null }), aService({ carrier: "van", code: "friday", calendar: "fridays" })];
  const facts = { services: new Map(services.map((one) => [serviceKey(one.carrier, one.code), one])), calendars: new Map([["fridays", aCalendar("08:00-18:00", { code: "fridays", days: [5] })], ["office", aCalendar("08:00-18:00", { code: "office", days: [1, 2, 3, 4, 5] })]]) };
  const given = node({ cutOffs: [{ carrier: "dhl", service: "express", time: "12:00" }, { carrier: "dhl", service: null, time: "14:30" }] }, { timeZone: "Europe/Berlin" });
  const at = (one: Node, carrier: string | null, service: string | null, now = NOW): unknown => {
    const found = cutOffTonight(tonightAt(one, facts, now), carrier, service);
    return found && `${new Date(found.at).toISOString().slice(5, 16)} ${found.kind}`;
  };
  expect([at(given, "dhl", "express"), at(given, "dhl", "parcel"), at(given, "van", "friday"), at(given, null, null), at(given, "post", "gone")]).toEqual(["03-02T11:00 cut_off", "03-02T13:30 cut_off", null, "03-02T16:00 cut_off", "03-02T16:00 cut_off"]);
  // It is said of a node that is closed, and of a time that has passed.
  expect([at({ ...given, status: "offline" }, "dhl", "express"), at(given, "dhl", "express", NOW + 12 * HOUR)]).toEqual(["03-02T11:00 cut_off", "03-02T11:00 cut_off"]);
  const office = node({ calendar: "office" }, { cutOff: null });
  expect([at(office, null, null), at(office, null, null, NOW - 24 * HOUR), at(node({ calendar: "gone" }), null, null)]).toEqual(["03-02T18:00 closing", null, null]);
  // On a Saturday the node works and the carrier does not come.
  expect([at(given, null, null, NOW + 5 * 24 * HOUR), at(given, "dhl", "express", NOW + 5 * 24 * HOUR)]).toEqual(["03-07T16:00 cut_off", null]);
});
