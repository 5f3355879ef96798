import { describe, expect, test } from "vitest";
import { aChannel, aLine, aNode, anItem, NOW, openShop, shipmentOf, stockOf, unitsOf } from "../shop.testing.ts";
import { overrideRouting, rejectShipment, releaseShipment, sourceWaiting } from "./index.ts";

const MINUTE = 60_000;

describe("attempts, cool-down and limit", () => {
  test("a node that sent work back is avoided until the cool-down is over", () => {
    const shop = openShop({ items: [anItem("A", { backorder: true })], nodes: [aNode("n")], channel: aChannel({ routing: { coolDownMinutes: 30 } }), stock: [stockOf("A", "n", 5)] });
    const order = shop.capture([aLine("A", 2)]);
    releaseShipment(shop.journal, order, shipmentOf(order), shop.node("n"), NOW);
    rejectShipment(shop.journal, order, shipmentOf(order), "NO_CAPACITY", null, shop.facts, NOW);
    expect(unitsOf(order)).toEqual({ backordered: 2 });
    shop.at(NOW + 30 * MINUTE - 1);
    sourceWaiting(shop.journal, order, shop.facts, "STOCK_ARRIVED");
    expect(unitsOf(order)).toEqual({ backordered: 2 });
    shop.at(NOW + 30 * MINUTE);
    sourceWaiting(shop.journal, order, shop.facts, "STOCK_ARRIVED");
    expect(unitsOf(order)).toEqual({ reserved: 2 });
  });

  test("each return counts, and after the limit only a person may route it", () => {
    const codes = ["a", "b", "c"];
    const shop = openShop({ items: [anItem("A")], nodes: codes.map((code) => aNode(code)), channel: aChannel({ routing: { attemptLimit: 2 } }), stock: codes.map((code) => stockOf("A", code, 5)) });
    const order = shop.capture([aLine("A", 1)]);
    for (const shipmentNo of [1, 2]) {
      releaseShipment(shop.journal, order, shipmentOf(order, shipmentNo), shop.node("a"), NOW);
      rejectShipment(shop.journal, order, shipmentOf(order, shipmentNo), "CLOSED", null, shop.facts, NOW);
    }
    expect(unitsOf(order)).toEqual({ pending: 1 });
    expect(sourceWaiting(shop.journal, order, shop.facts, "STOCK_ARRIVED")).toBe(false);
    expect(sourceWaiting(shop.journal, order, shop.facts, "MANUAL")).toBe(true);
    expect(unitsOf(order)).toEqual({ reserved: 1 });
  });

  test("units that only wait for stock are served all the same: they never came back", () => {
    const shop = openShop({ items: [anItem("A", { backorder: true })], nodes: [aNode("a"), aNode("b")], channel: aChannel({ routing: { attemptLimit: 1 } }), stock: [stockOf("A", "a", 2)] });
    const order = shop.capture([aLine("A", 3)]);
    releaseShipment(shop.journal, order, shipmentOf(order), shop.node("a"), NOW);
    rejectShipment(shop.journal, order, shipmentOf(order), "CLOSED", null, shop.facts, NOW);
    expect(unitsOf(order)).toEqual({ pending: 2, backordered: 1 });
    const event = shop.journal.event("StockReceived", null, {});
    shop.journal.moveStock(event, { itemId: "item-A", nodeId: "node-b", kind: "receipt", onHand: 3, causeKind: "manual", causeId: "x" });
    expect(sourceWaiting(shop.journal, order, shop.facts, "STOCK_ARRIVED")).toBe(true);
    expect(unitsOf(order)).toEqual({ pending: 2, reserved: 1 });
  });

  test("an exception that the same batch settles is not left open", () => {
    const shop = openShop({ items: [anItem("A")], nodes: [aNode("a"), aNode("b")], channel: aChannel({ routing: { attemptLimit: 1 } }), stock: [stockOf("A", "a", 5), stockOf("A", "b", 5)] });
    const order = shop.capture([aLine("A", 1)]);
    releaseShipment(shop.journal, order, shipmentOf(order), shop.node("a"), NOW);
    rejectShipment(shop.journal, order, shipmentOf(order), "CLOSED", null, shop.facts, NOW);
    expect(shop.journal.exceptions).toHaveLength(1);
    overrideRouting(shop.journal, order, shop.node("b"), null, "closer", shop.facts);
    shop.journal.close();
    expect(shop.journal.exceptions).toEqual([]);
  });
});

describe("serving waiting lines", () => {
  test("a retry that places nothing leaves no decision and no second exception behind", () => {
    const shop = openShop({ items: [anItem("A"), anItem("B", { backorder: true })], nodes: [aNode("n")] });
    const order = shop.capture([aLine("A", 1), aLine("B", 1)]);
    const before = [shop.journal.decisions.length, shop.journal.exceptions.length];
    sourceWaiting(shop.journal, order, shop.facts, "STOCK_ARRIVED");
    expect([shop.journal.decisions.length, shop.journal.exceptions.length]).toEqual(before);
  });

  test("what arrives is reserved, and only the rest waits on", () => {
    const shop = openShop({ items: [anItem("B", { backorder: true })], nodes: [aNode("n")] });
    const order = shop.capture([aLine("B", 3)]);
    const event = shop.journal.event("StockReceived", null, {});
    shop.journal.moveStock(event, { itemId: "item-B", nodeId: "node-n", kind: "receipt", onHand: 2, causeKind: "manual", causeId: "x" });
    sourceWaiting(shop.journal, order, shop.facts, "STOCK_ARRIVED");
    expect(unitsOf(order)).toEqual({ reserved: 2, backordered: 1 });
    expect(shop.book.demand("item-B")).toEqual({ pending: 0, waiting: 1, soft: 0 });
  });

  test("stock that is promised to an earlier order is not given to a later one", () => {
    const shop = openShop({ items: [anItem("A")], nodes: [aNode("n")], stock: [stockOf("A", "n", 2)], demand: [{ itemId: "item-A", pending: 2, waiting: 0, soft: 0 }] });
    const order = shop.capture([aLine("A", 1)]);
    expect(unitsOf(order)).toEqual({ pending: 1 });
    expect(shop.journal.decisions[0]?.reason).toContain("promised to earlier orders");
  });
});
