import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULT_OPERATIONS } from "../catalog/index.ts";
import { localDateTime, nextDate, zoneOffset } from "../kernel/index.ts";
import { placeHold, type HoldKind } from "../order/index.ts";
import { aCalendar, calendarFacts } from "../shipping/shipping.testing.ts";
import { aLine, aNode, anItem, codeOf, NOW, openShop, shipmentOf, stockOf, unitsOf } from "../shop.testing.ts";
import { overrideRouting, plannedShipDate, releaseShipment } from "./index.ts";

describe("the planned ship date", () => {
  const utc = (text: string): number => Date.parse(`${text}Z`);

  test.each([
    ["before the cut-off it is today", "Europe/Berlin", "16:00", "2026-03-02T14:59", "2026-03-02"],
    ["at the cut-off it is tomorrow", "Europe/Berlin", "16:00", "2026-03-02T15:00", "2026-03-03"],
    ["a node without a cut-off ships today until midnight", "Europe/Berlin", null, "2026-03-02T22:59", "2026-03-02"],
    ["today is the node's day, which may be ahead", "Pacific/Auckland", "12:00", "2026-03-02T11:30", "2026-03-03"],
    ["or behind", "America/Los_Angeles", null, "2026-03-02T07:59", "2026-03-01"],
    ["a day's half hour offset counts", "Asia/Kolkata", "17:00", "2026-03-02T11:30", "2026-03-03"],
    ["summer time moves the cut-off an hour: before the change", "Europe/Berlin", "16:00", "2026-03-28T15:00", "2026-03-29"],
    ["and after it", "Europe/Berlin", "16:00", "2026-03-29T14:00", "2026-03-30"],
    ["the hour that does not exist is after the cut-off", "America/New_York", "02:30", "2026-03-08T07:00", "2026-03-09"],
    ["the hour that comes twice counts both times", "America/New_York", "01:30", "2026-11-01T06:40", "2026-11-02"],
    ["the first time too", "America/New_York", "01:30", "2026-11-01T05:20", "2026-11-01"],
    ["the month and the year roll over", "UTC", "00:00", "2026-12-31T00:00", "2027-01-01"],
    ["a leap day follows the 28th", "UTC", "12:00", "2028-02-28T12:00", "2028-02-29"],
  ])("%s", (_, timeZone, cutOff, at, expected) => {
    expect(plannedShipDate({ timeZone, cutOff, operations: DEFAULT_OPERATIONS }, utc(at), calendarFacts())).toBe(expected);
  });

  test("a node that says nothing of how it works ships today until its cut-off, and else tomorrow, on every day of the week", () => {
    const zone = fc.constantFrom("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC");
    const cutOff = fc.option(fc.tuple(fc.nat(23), fc.nat(59)).map(([hour, minute]) => `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`));
    fc.assert(fc.property(zone, cutOff, fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2027, 0) }), (timeZone, time, at) => {
      // In the hour that comes a second time the goods are gone with the first.
      if (zoneOffset(at, timeZone) !== zoneOffset(at - 3_600_000, timeZone)) return;
      const local = localDateTime(at, timeZone);
      expect(plannedShipDate({ timeZone, cutOff: time, operations: DEFAULT_OPERATIONS }, at, calendarFacts())).toBe(time !== null && local.time >= time ? nextDate(local.date) : local.date);
    }), { numRuns: 500 });
  });

  test("one that says how it works ships on the first of its days by which the goods are ready", () => {
    const office = aCalendar("08:00-16:00", { code: "office", exceptions: { "2026-03-03": "" } });
    const operations = { ...DEFAULT_OPERATIONS, calendar: "office", processing: { ...DEFAULT_OPERATIONS.processing, minutes: 60 } };
    const on = (at: string): string | null => plannedShipDate({ timeZone: "Europe/Berlin", cutOff: null, operations }, utc(at), calendarFacts(office));
    expect([on("2026-03-02T14:00"), on("2026-03-02T14:01"), on("2026-03-07T10:00")]).toEqual(["2026-03-02", "2026-03-04", "2026-03-09"]);
  });
});

describe("releasing a shipment", () => {
  const given = (): { shop: ReturnType<typeof openShop>; order: ReturnType<ReturnType<typeof openShop>["capture"]> } => {
    const shop = openShop({
      items: [anItem("A"), anItem("B")], nodes: [aNode("n"), aNode("m", { priority: 2 })], stock: [stockOf("A", "n", 5), stockOf("B", "n", 5), stockOf("A", "m", 5), stockOf("B", "m", 5)],
    });
    return { shop, order: shop.capture([aLine("A", 1), aLine("B", 1)]) };
  };

  test("keeps the day on which the carrier comes, where that is later than the node's own", () => {
    const { shop, order } = given();
    const shipment = shipmentOf(order);
    shipment.document = { ...shipment.document, plan: { carrier: "dhl", service: "weekly", arrival_date: "2026-03-07" } };
    shipment.plannedShipDate = "2026-03-06";
    releaseShipment(shop.journal, order, shipment, shop.node("n"), NOW);
    expect([shipment.plannedShipDate, shop.journal.events.at(-1)?.data]).toMatchObject(["2026-03-06", { planned_ship_date: "2026-03-06" }]);
    const late = given();
    releaseShipment(late.shop.journal, late.order, shipmentOf(late.order), late.shop.node("n"), NOW + 24 * 3_600_000);
    expect(shipmentOf(late.order).plannedShipDate).toBe("2026-03-03");
  });

  test("tells the node once", () => {
    const { shop, order } = given();
    expect(codeOf(releaseShipment(shop.journal, order, shipmentOf(order), shop.node("n"), NOW))).toBe("ok");
    expect(unitsOf(order)).toEqual({ released: 1 });
    expect(shipmentOf(order)).toMatchObject({ status: "RELEASED", plannedShipDate: "2026-03-02" });
    expect(codeOf(releaseShipment(shop.journal, order, shipmentOf(order), shop.node("n"), NOW))).toBe("NOT_IN_STATE");
  });

  test("is refused where no day comes on which it leaves, and changes nothing", () => {
    const { shop, order } = given();
    const closed = { ...shop.node("n"), operations: { ...DEFAULT_OPERATIONS, calendar: "closed" } };
    for (const facts of [calendarFacts(), calendarFacts(aCalendar("", { code: "closed" }))]) {
      expect(releaseShipment(shop.journal, order, shipmentOf(order), closed, NOW, facts)).toMatchObject({ ok: false, refusal: { code: "NODE_CANNOT_TAKE", data: { reason: "NO_SHIP_DATE", calendar: "closed" } } });
    }
    expect(shipmentOf(order)).toMatchObject({ status: "PLANNED", plannedShipDate: "2026-03-02" });
  });

  const kinds: readonly HoldKind[] = ["ITEM", "ADDRESS", "PAYMENT", "FRAUD", "CREDIT", "APPROVAL", "PRICING", "TAX", "CHANNEL_CHANGE", "CHANNEL_PAUSED", "CUSTOMER", "MANUAL"];
  test.each(kinds)("waits for an open %s hold and not for a released one", (kind) => {
    const { shop, order } = given();
    const hold = placeHold(order, { kind, scope: "order", lineNo: null, shipmentNo: null, reason: "wait", owner: null, dueAt: null }, NOW);
    expect(codeOf(releaseShipment(shop.journal, order, shipmentOf(order), shop.node("n"), NOW))).toBe("HOLD_BLOCKS");
    hold.releasedAt = NOW;
    expect(codeOf(releaseShipment(shop.journal, order, shipmentOf(order), shop.node("n"), NOW))).toBe("ok");
  });

  test("waits for a hold on one of its lines, and not for one of a line that went elsewhere", () => {
    const { shop, order } = given();
    overrideRouting(shop.journal, order, shop.node("m"), [2], "closer", shop.facts);
    placeHold(order, { kind: "MANUAL", scope: "line", lineNo: 2, shipmentNo: null, reason: "wait", owner: null, dueAt: null }, NOW);
    expect(codeOf(releaseShipment(shop.journal, order, shipmentOf(order, 1), shop.node("n"), NOW))).toBe("ok");
    expect(codeOf(releaseShipment(shop.journal, order, shipmentOf(order, 2), shop.node("m"), NOW))).toBe("HOLD_BLOCKS");
  });

  test("waits for a hold on itself, and not on another shipment", () => {
    const { shop, order } = given();
    overrideRouting(shop.journal, order, shop.node("m"), [2], "closer", shop.facts);
    placeHold(order, { kind: "MANUAL", scope: "shipment", lineNo: null, shipmentNo: 2, reason: "wait", owner: null, dueAt: null }, NOW);
    expect(codeOf(releaseShipment(shop.journal, order, shipmentOf(order, 1), shop.node("n"), NOW))).toBe("ok");
    expect(codeOf(releaseShipment(shop.journal, order, shipmentOf(order, 2), shop.node("m"), NOW))).toBe("HOLD_BLOCKS");
  });
});
