import { expect, test } from "vitest";
import { DEFAULT_OPERATIONS } from "../../domain/catalog/index.ts";
import { factOfNode, isGtin, itemBody, nodeBody } from "./facts.ts";

test.each([["4006381333931", true], ["4006381333932", false], ["96385074", true], ["036000291452", true], ["00012345600012", true], ["12345", false], ["400638133393x", false]])("GTIN %s: %s", (code, valid) => {
  expect(isGtin(code)).toBe(valid);
});

test("units and components stand once each, and none is the base unit", () => {
  const { error } = itemBody.safeParse({ name: "n", base_unit: "kg", units: [{ name: "bag", factor: 2 }, { name: "bag", factor: 3 }, { name: "kg", factor: 1 }], components: [{ sku: "A", quantity: 1 }, { sku: "A", quantity: 2 }] });
  expect(error?.issues.map((issue) => issue.path.join("/"))).toEqual(["units/1", "components/1", "units/2/name"]);
});

test("a node says how it works; what it leaves out has its default", () => {
  const operations = (given: object): unknown => factOfNode("n", nodeBody.parse({ name: "n", operations: given })).operations;
  expect(factOfNode("n", nodeBody.parse({ name: "n" })).operations).toEqual(DEFAULT_OPERATIONS);
  expect(operations({ calendar: null, services: null, pickup: null, paused_until: null, capacity: { units_per_day: null } })).toEqual(DEFAULT_OPERATIONS);
  expect(operations({
    calendar: "five-days", cut_offs: [{ time: "14:00" }, { carrier: "dhl", time: "15:30:15" }], processing: { minutes: 5, minutes_per_backlog_order: "0.125", maximum_minutes: 60 },
    capacity: { orders_per_day: 9 }, services: ["dhl/parcel"], handling: { per_line_micros: 7 }, pickup: { slot_minutes: 15 }, paused_until: "2026-03-01T10:00:00+01:00",
  })).toEqual({
    calendar: "five-days", cutOffs: [{ carrier: null, service: null, time: "14:00:00" }, { carrier: "dhl", service: null, time: "15:30:15" }],
    processing: { minutes: 5, milliMinutesPerBacklogOrder: 125, maximumMinutes: 60 }, capacity: { ...DEFAULT_OPERATIONS.capacity, ordersPerDay: 9 }, services: ["dhl/parcel"],
    handling: { ...DEFAULT_OPERATIONS.handling, perLineMicros: 7 }, pickup: { slotMinutes: 15, ordersPerSlot: null }, pausedUntil: Date.UTC(2026, 2, 1, 9),
  });
});

test.each([
  [{ cut_offs: [{ service: "parcel", time: "14:00" }] }, "cut_offs/0/carrier"], [{ cut_offs: [{ time: "24:00" }] }, "cut_offs/0/time"], [{ cut_offs: [{ time: "14:00" }, { time: "15:00" }] }, "cut_offs/1"],
  [{ processing: { minutes_per_backlog_order: "0.0005" } }, "processing/minutes_per_backlog_order"], [{ processing: { minutes_per_backlog_order: "-1" } }, "processing/minutes_per_backlog_order"],
  [{ processing: { minutes: -1 } }, "processing/minutes"], [{ capacity: { orders_per_day: 0 } }, "capacity/orders_per_day"], [{ services: ["dhl"] }, "services/0"],
  [{ services: ["dhl/parcel", "dhl/parcel"] }, "services/1"], [{ pickup: { slot_minutes: 0 } }, "pickup/slot_minutes"], [{ paused_until: "tomorrow" }, "paused_until"],
])("a node does not work like %j", (operations, path) => {
  expect(nodeBody.safeParse({ name: "n", operations }).error?.issues.map((issue) => issue.path.join("/"))).toEqual([`operations/${path}`]);
});
