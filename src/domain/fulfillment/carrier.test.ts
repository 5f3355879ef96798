import { describe, expect, test } from "vitest";
import { openHolds, type Order, placeHold, statusOf } from "../order/index.ts";
import { aLine, aNode, anItem, codeOf, NOW, openShop, shipmentOf, type Shop, stockOf, unitsOf } from "../shop.testing.ts";
import { handOverShipment, packShipment, pickShipment, recordCarrierOutcome, releaseShipment, shipShipment } from "./index.ts";

function given(released = true): { shop: Shop; order: Order } {
  const shop = openShop({ items: [anItem("A"), anItem("B")], nodes: [aNode("n")], stock: [stockOf("A", "n", 5), stockOf("B", "n", 5)] });
  const order = shop.capture([aLine("A", 3), aLine("B", 1)]);
  if (released) releaseShipment(shop.journal, order, shipmentOf(order), shop.node("n"), NOW);
  return { shop, order };
}
const ship = (shop: Shop, order: Order, trackingNumbers: readonly string[] = ["T1"]): ReturnType<typeof shipShipment> =>
  shipShipment(shop.journal, order, shipmentOf(order), { carrier: "DHL", service: "parcel", trackingNumbers }, shop.facts, NOW);

describe("goods that leave", () => {
  test("take their claim and what is on hand with them", () => {
    const { shop, order } = given();
    expect(codeOf(ship(shop, order))).toBe("ok");
    expect(shop.book.counters("item-A", "node-n")).toEqual({ onHand: 2, reserved: 0, soft: 0, short: 0 });
    expect(shop.journal.stockMovements.map(({ kind, onHand }) => [kind, onHand])).toEqual([["ship", -3], ["ship", -1]]);
    expect(statusOf(order)).toBe("SHIPPED");
  });

  test("are picked and packed on the way where the node only reports the departure", () => {
    const { shop, order } = given();
    ship(shop, order);
    expect(shop.journal.events.map(({ type }) => type).slice(-3)).toEqual(["ShipmentPicked", "ShipmentPacked", "ShipmentShipped"]);
  });

  test("carry one tracking number for all packages, or one each", () => {
    const { shop, order } = given();
    pickShipment(shop.journal, order, shipmentOf(order), null, true, shop.facts, NOW);
    packShipment(shop.journal, order, shipmentOf(order), [{ lines: [{ lineNo: 1, quantity: 3 }], weightGrams: 5 }, { lines: [{ lineNo: 2, quantity: 1 }], weightGrams: null }], NOW);
    ship(shop, order, ["T1", "T2"]);
    expect(shipmentOf(order).document.packages.map((one) => one.tracking_number)).toEqual(["T1", "T2"]);
  });

  test("cannot leave before release, or twice", () => {
    const early = given(false);
    expect(codeOf(ship(early.shop, early.order))).toBe("NOT_IN_STATE");
    const { shop, order } = given();
    ship(shop, order);
    expect(codeOf(ship(shop, order))).toBe("NOT_IN_STATE");
    expect(codeOf(handOverShipment(shop.journal, order, shipmentOf(order), shop.facts, NOW))).toBe("NOT_IN_STATE");
  });

  test("were there, whatever the last count said: the count is corrected before they go", () => {
    const { shop, order } = given();
    const event = shop.journal.event("StockAdjusted", null, {});
    shop.journal.moveStock(event, { itemId: "item-A", nodeId: "node-n", kind: "count", onHand: -4, causeKind: "manual", causeId: "count" });
    expect(codeOf(ship(shop, order))).toBe("ok");
    expect(shop.book.counters("item-A", "node-n")).toEqual({ onHand: 0, reserved: 0, soft: 0, short: 0 });
    expect(shop.journal.stockMovements.filter(({ itemId }) => itemId === "item-A").map(({ kind, onHand }) => [kind, onHand])).toEqual([["count", -4], ["adjustment", 2], ["ship", -3]]);
  });

  test("close the order's holds when they are the last of it", () => {
    const { shop, order } = given();
    placeHold(order, { kind: "MANUAL", scope: "order", lineNo: null, shipmentNo: null, reason: "look", owner: null, dueAt: null }, NOW);
    ship(shop, order);
    expect(openHolds(order.holds)).toEqual([]);
  });

  test("handed over in person need no carrier and complete the order", () => {
    const { shop, order } = given();
    expect(codeOf(handOverShipment(shop.journal, order, shipmentOf(order), shop.facts, NOW))).toBe("ok");
    expect(unitsOf(order)).toEqual({ handed_over: 3 });
    expect(statusOf(order)).toBe("COMPLETED");
  });
});

describe("what the carrier says", () => {
  test.each([["delivered", "DELIVERED", []], ["lost", "LOST", ["LOST_IN_TRANSIT"]], ["returned_to_sender", "RETURNED_TO_SENDER", ["RETURNED_TO_SENDER"]]] as const)("%s", (outcome, status, exceptions) => {
    const { shop, order } = given();
    ship(shop, order);
    expect(codeOf(recordCarrierOutcome(shop.journal, order, shipmentOf(order), outcome, shop.facts, NOW))).toBe("ok");
    expect(unitsOf(order)).toEqual({ shipped: 3, [outcome]: 3 });
    expect(shipmentOf(order).status).toBe(status);
    expect(shop.journal.exceptions.map(({ kind }) => kind)).toEqual(exceptions);
    expect(shop.book.onHand("item-A", "node-n", "", "quarantine")).toBe(outcome === "returned_to_sender" ? 3 : 0);
    expect(shop.book.counters("item-A", "node-n").onHand).toBe(2);
    expect(statusOf(order)).toBe("COMPLETED");
    expect(codeOf(recordCarrierOutcome(shop.journal, order, shipmentOf(order), "delivered", shop.facts, NOW))).toBe("NOT_IN_STATE");
  });
});
