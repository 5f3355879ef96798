import { describe, expect, test } from "vitest";
import type { Capacity } from "../catalog/index.ts";
import { type CapacityRow, type ShipSlot, WHOLE_DAY } from "../inventory/index.ts";
import { HOUR } from "../kernel/index.ts";
import { type Order, placeHold } from "../order/index.ts";
import { aCalendar, calendarFacts } from "../shipping/shipping.testing.ts";
import { aLine, anItem, aNode, codeOf, limitedTo, NOW, openShop, type Shop, shipmentOf, stockOf, unitsOf } from "../shop.testing.ts";
import { acceptShipment, cancelUnits, claimedUnits, NO_CALENDARS, overrideRouting, pickShipment, releaseShipment, resource, shipShipment, shipSlots, sourceWaiting } from "./index.ts";

/** NOW is a Monday, nine o'clock. */
const [MONDAY, TUESDAY] = ["2026-03-02", "2026-03-03"];
const day = (date: string): ShipSlot => ({ date, hour: WHOLE_DAY });
const taken = (date: string, orders: number, units = orders, node = "near"): CapacityRow => ({ nodeId: `node-${node}`, date, hour: WHOLE_DAY, orders, units });
const week = (orders: number, units = orders, node = "near"): CapacityRow[] => [...Array(7).keys()].map((n) => taken(`2026-03-0${n + 2}`, orders, units, node));

const ITEM = anItem("A", { backorder: true });
/** A near node with limits, and a far one with none. */
function shop(capacity: Partial<Capacity>, rows: readonly CapacityRow[] = [], over: { far?: Partial<Capacity>; farStock?: number } = {}): Shop {
  return openShop({
    items: [ITEM, anItem("B")], nodes: [aNode("near", limitedTo(capacity)), aNode("far", { priority: 2, ...limitedTo(over.far ?? {}) })], capacity: rows,
    stock: [stockOf("A", "near", 100), stockOf("B", "near", 100), stockOf("A", "far", over.farStock ?? 100), stockOf("B", "far", over.farStock ?? 100)],
  });
}
const plans = (order: Order): unknown[] => order.shipments.map(({ nodeId, plannedShipDate, capacity }) => [nodeId.slice(5), plannedShipDate, capacity?.units ?? null]);
const reason = ({ journal }: Shop): string => journal.decisions.at(-1)?.reason ?? "";

describe("a shipment is planned", () => {
  test("for the day a release now would leave, and claims nothing at a node without limits", () => {
    const { capture, book } = shop({});
    expect(plans(capture([aLine("A", 2)]))).toEqual([["near", MONDAY, null]]);
    expect(book.capacity.deltas()).toEqual([]);
  });

  test("with one order and its units, however many lines it has", () => {
    const { capture, book } = shop({ ordersPerDay: 5, unitsPerDay: 50 });
    expect(plans(capture([aLine("A", 2), aLine("B", 3)]))).toEqual([["near", MONDAY, 5]]);
    expect(book.capacity.deltas()).toEqual([taken(MONDAY, 1, 5)]);
  });

  test("for the next day with room, where today is used up by orders before it or in the same batch", () => {
    const { capture } = shop({ ordersPerDay: 2 }, [taken(MONDAY, 1)]);
    expect([capture([aLine("A", 1)]), capture([aLine("A", 1)])].map(plans)).toEqual([[["near", MONDAY, 1]], [["near", TUESDAY, 1]]]);
  });

  test("elsewhere, where a node has no room on any day of the horizon, and the decision says why", () => {
    const one = shop({ ordersPerDay: 2 }, week(2));
    expect(plans(one.capture([aLine("A", 1)]))).toEqual([["far", MONDAY, null]]);
    expect(JSON.parse(one.journal.decisions[0]?.detail ?? "{}")).toMatchObject({ candidates: [["near", "AT_CAPACITY"], ["far", "CHOSEN"]].map(([node]) => expect.arrayContaining([node])) });
    expect(one.journal.decisions[0]?.detail).toContain("AT_CAPACITY");
  });

  test("nowhere, where no node has room: the line waits, and the reason says so", () => {
    const one = shop({ ordersPerDay: 2 }, week(2), { farStock: 0 });
    const order = one.capture([aLine("A", 1)]);
    expect(unitsOf(order)).toEqual({ backordered: 1 });
    expect(reason(one)).toContain("NEAR has no capacity for it in the days ahead");
  });

  test("never with more than the limit of a day: a line that is larger than any day is another node's, or waits", () => {
    expect(plans(shop({ unitsPerDay: 10 }).capture([aLine("A", 11)]))).toEqual([["far", MONDAY, null]]);
    expect(unitsOf(shop({ unitsPerDay: 10 }, [], { farStock: 0 }).capture([aLine("A", 11)]))).toEqual({ backordered: 11 });
  });

  test("at two nodes, where lines are too much for each of them together", () => {
    const order = shop({ unitsPerDay: 10 }, [], { far: { unitsPerDay: 10 } }).capture([aLine("A", 6), aLine("B", 6)]);
    expect(plans(order)).toEqual([["near", MONDAY, 6], ["far", MONDAY, 6]]);
  });

  test("in the hour with room, from the present one to the cut-off, then on the next day", () => {
    const { capture } = openShop({
      items: [ITEM], nodes: [aNode("near", { cutOff: "11:00", ...limitedTo({ ordersPerHour: 1 }) })], stock: [stockOf("A", "near", 9)],
    });
    expect([1, 2, 3].map(() => shipmentOf(capture([aLine("A", 1)])).capacity)).toEqual([
      { date: MONDAY, hour: 9, units: 1 }, { date: MONDAY, hour: 10, units: 1 }, { date: TUESDAY, hour: 0, units: 1 },
    ]);
  });
});

describe("the hours of a node", () => {
  test.each([["11:00", 10], ["11:30", 11], ["24:00", 23], ["00:00", 23], [null, 23]] as const)("end before its cut-off %s, with %i", (cutOff, last) => {
    const node = aNode("n", { cutOff: cutOff === "24:00" ? null : cutOff, ...limitedTo({ unitsPerHour: 1 }) });
    const hours = [...shipSlots(node, NOW, NO_CALENDARS)].filter(({ date }) => date === TUESDAY).map(({ hour }) => hour);
    expect([hours[0], hours.at(-1)]).toEqual([0, last]);
  });

  test("are those of its own day", () => {
    const node = aNode("n", { timeZone: "Pacific/Auckland", ...limitedTo({ unitsPerHour: 1 }) });
    expect(shipSlots(node, NOW, NO_CALENDARS)[0]).toEqual({ date: "2026-03-02", hour: 22 });
    expect([...shipSlots(aNode("n"), NOW, NO_CALENDARS)].map(({ date }) => date)).toEqual([2, 3, 4, 5, 6, 7, 8].map((n) => `2026-03-0${n}`));
  });

  test("are those in which it is open, on its next days of work", () => {
    const office = aCalendar("08:00-12:30 14:00-16:00", { code: "office", exceptions: { [TUESDAY]: "" } });
    const { operations } = limitedTo({ unitsPerHour: 1 });
    const slots = shipSlots(aNode("n", { cutOff: "15:00", operations: { ...operations, calendar: "office" } }), NOW, calendarFacts(office));
    expect(slots.filter(({ date }) => date === MONDAY).map(({ hour }) => hour)).toEqual([9, 10, 11, 12, 14]);
    expect(slots.filter(({ date }) => date === "2026-03-04").map(({ hour }) => hour)).toEqual([8, 9, 10, 11, 12, 14]);
    expect([...new Set(slots.map(({ date }) => date.slice(-2)))]).toEqual(["02", "04", "05", "06", "09", "10", "11"]);
    const daily = { ...limitedTo({ unitsPerDay: 1 }).operations, calendar: "office" };
    expect(shipSlots(aNode("n", { operations: daily }), NOW + 8 * HOUR, calendarFacts(office))[0]).toEqual(day("2026-03-04"));
    expect(shipSlots(aNode("n", { operations: daily }), NOW, NO_CALENDARS)).toEqual([]);
  });

  test("are none where no day of work comes within 30 days", () => {
    const [may, soon] = ["2026-05-04", "2026-04-01"].map((date) => aCalendar("", { code: "rare", exceptions: { [date]: "08:00-10:00" } }));
    const node = aNode("n", { operations: { ...limitedTo({ unitsPerDay: 1 }).operations, calendar: "rare" } });
    expect([may, soon].map((calendar) => (calendar ? shipSlots(node, NOW, calendarFacts(calendar)).length : -1))).toEqual([0, 1]);
  });

  test("are all it is open, where its cut-off comes before", () => {
    const late = aCalendar("14:00-17:00", { code: "late" });
    const operations = { ...limitedTo({ unitsPerHour: 1 }).operations, calendar: "late" };
    expect(shipSlots(aNode("n", { cutOff: "09:00", operations }), NOW, calendarFacts(late)).slice(0, 4).map(({ date, hour }) => [date, hour])).toEqual([[TUESDAY, 14], [TUESDAY, 15], [TUESDAY, 16], ["2026-03-04", 14]]);
  });
});

describe("a claim on capacity", () => {
  const released = (one: Shop, order: Order): string => codeOf(releaseShipment(one.journal, order, shipmentOf(order), one.node("near"), one.journal.context.now));

  test("is given back unit by unit on cancelling, and the order with the last one", () => {
    const one = shop({ ordersPerDay: 5 });
    const order = one.capture([aLine("A", 3)]);
    cancelUnits(one.journal, order, [{ lineNo: 1, quantity: 2 }], "less", false);
    expect(one.book.capacity.deltas()).toEqual([taken(MONDAY, 1)]);
    cancelUnits(one.journal, order, null, "all", false);
    expect(one.book.capacity.deltas()).toEqual([]);
    expect(shipmentOf(order)).toMatchObject({ status: "CANCELLED", capacity: null });
  });

  test("goes to another node with what is sent back", () => {
    const one = shop({ ordersPerDay: 5 }, [], { far: { ordersPerDay: 1 } });
    const order = one.capture([aLine("A", 3)]);
    const event = one.journal.event("ShipmentRejected", order.id, {});
    resource(one.journal, event, order, shipmentOf(order), claimedUnits(order, shipmentOf(order)), one.facts, "REJECTED", "OUT_OF_STOCK");
    expect(one.book.capacity.deltas()).toEqual([taken(MONDAY, 1, 3, "far")]);
    expect(plans(order)).toEqual([["near", MONDAY, null], ["far", MONDAY, 3]]);
  });

  test("stays with what was shipped: that day's work was done", () => {
    const one = shop({ ordersPerDay: 5 });
    const order = one.capture([aLine("A", 3)]);
    expect(released(one, order)).toBe("ok");
    expect(codeOf(acceptShipment(one.journal, order, shipmentOf(order), NOW))).toBe("ok");
    expect(codeOf(pickShipment(one.journal, order, shipmentOf(order), [{ lineNo: 1, quantity: 2 }], false, { ...one.facts, nodes: [one.node("near")] }, NOW))).toBe("ok");
    expect(codeOf(shipShipment(one.journal, order, shipmentOf(order), { carrier: "DHL", service: null, trackingNumbers: [] }, one.facts, NOW))).toBe("ok");
    expect(one.book.capacity.deltas()).toEqual([taken(MONDAY, 1, 2)]);
    expect(shipmentOf(order)).toMatchObject({ status: "SHIPPED", capacity: { ...day(MONDAY), units: 2 } });
  });

  test("moves with a late release to a day that is full, unasked; an earlier release leaves the day as planned", () => {
    const one = shop({ ordersPerDay: 1 }, [taken("2026-03-05", 1)]);
    const [late, planned] = [one.capture([aLine("A", 2)]), one.capture([aLine("A", 1)])];
    one.at(NOW + 72 * HOUR);
    expect(released(one, late)).toBe("ok");
    expect(shipmentOf(late)).toMatchObject({ plannedShipDate: "2026-03-05", capacity: { ...day("2026-03-05"), units: 2 } });
    one.at(NOW);
    expect(released(one, planned)).toBe("ok");
    expect(shipmentOf(planned)).toMatchObject({ plannedShipDate: TUESDAY, capacity: { ...day(TUESDAY), units: 1 } });
    expect(one.book.capacity.deltas()).toEqual([taken("2026-03-05", 1, 2), taken(TUESDAY, 1)]);
  });

  test("is joined by a later line where the day has room, else the line gets a parcel of its own", () => {
    const one = shop({ unitsPerDay: 5 }, [], { farStock: 0 });
    const order = one.capture([aLine("A", 2), aLine("A", 3), aLine("A", 1)], { requestedHolds: [] });
    expect(plans(order)).toEqual([["near", MONDAY, 5]]);
    expect(unitsOf(order, 3)).toEqual({ backordered: 1 });
    sourceWaiting(one.journal, order, one.facts, "STOCK_ARRIVED");
    expect(plans(order)).toEqual([["near", MONDAY, 5], ["near", TUESDAY, 1]]);
    cancelUnits(one.journal, order, [{ lineNo: 1, quantity: 2 }], "less", false);
    sourceWaiting(one.journal, order, one.facts, "STOCK_ARRIVED");
    expect(one.book.capacity.deltas()).toEqual([taken(MONDAY, 1, 3), taken(TUESDAY, 1)]);
  });

  test("is not joined once its day is over", () => {
    const one = shop({ ordersPerDay: 5 }, [], { farStock: 0 });
    const order = one.capture([aLine("A", 1), aLine("A", 2)]);
    const hold = placeHold(order, { kind: "PAYMENT", scope: "order", lineNo: null, shipmentNo: null, reason: "later", owner: null, dueAt: null }, NOW);
    cancelUnits(one.journal, order, [{ lineNo: 2, quantity: 2 }], "less", false);
    hold.releasedAt = NOW;
    one.at(NOW + 24 * HOUR);
    const event = one.journal.event("OrderCaptured", order.id, {});
    const [line] = order.lines;
    if (!line) throw new Error("no line");
    one.journal.move(event, order, line, null, "backordered", 2, null);
    sourceWaiting(one.journal, order, one.facts, "STOCK_ARRIVED");
    expect(plans(order)).toEqual([["near", MONDAY, 1], ["near", TUESDAY, 2]]);
  });

  test("by hand asks for room like any other", () => {
    const one = shop({ ordersPerDay: 5 }, [], { far: { ordersPerDay: 1, unitsPerDay: 2 } });
    const [small, large] = [one.capture([aLine("A", 1), aLine("B", 1)]), one.capture([aLine("A", 3)])];
    const override = (order: Order): ReturnType<typeof overrideRouting> => overrideRouting(one.journal, order, one.node("far"), null, "nearer to the customer", one.facts);
    expect(codeOf(override(small))).toBe("ok");
    expect(override(large)).toMatchObject({ ok: false, refusal: { code: "NODE_CANNOT_TAKE", detail: "FAR has no capacity for 3 units more of an order on any of the next 7 days." } });
    expect(one.book.capacity.deltas()).toEqual([taken(MONDAY, 1, 3), taken(MONDAY, 1, 2, "far")]);
  });
});
