import { expect, test } from "vitest";
import { aLine, aNode, anItem, NOW, openShop, shipmentOf, stockOf, unitsOf } from "../shop.testing.ts";
import { pickShipment, releaseShipment, sourceWaiting } from "./index.ts";

test("orders that wait together after a shortage do not keep each other from what is left", () => {
  const shop = openShop({ items: [anItem("A")], nodes: [aNode("n"), aNode("other")], stock: [stockOf("A", "n", 4)] });
  const orders = [1, 2].map(() => shop.capture([aLine("A", 2)]));
  for (const order of orders) {
    releaseShipment(shop.journal, order, shipmentOf(order), shop.node("n"), NOW);
    pickShipment(shop.journal, order, shipmentOf(order), [], true, shop.facts, NOW);
    expect(unitsOf(order)).toEqual({ pending: 2 });
  }
  const event = shop.journal.event("StockReceived", null, {});
  shop.journal.moveStock(event, { itemId: "item-A", nodeId: "node-other", kind: "receipt", onHand: 2, causeKind: "manual", causeId: "x" });
  for (const order of orders) sourceWaiting(shop.journal, order, shop.facts, "STOCK_ARRIVED");
  expect(orders.map((order) => unitsOf(order))).toEqual([{ reserved: 2 }, { pending: 2 }]);
});

test("units that a claim holds are not given to a waiting order", () => {
  const shop = openShop({ items: [anItem("A")], nodes: [aNode("n"), aNode("other")], stock: [stockOf("A", "n", 2)] });
  const order = shop.capture([aLine("A", 2)]);
  releaseShipment(shop.journal, order, shipmentOf(order), shop.node("n"), NOW);
  pickShipment(shop.journal, order, shipmentOf(order), [], true, shop.facts, NOW);
  const event = shop.journal.event("StockReceived", null, {});
  shop.journal.moveStock(event, { itemId: "item-A", nodeId: "node-other", kind: "receipt", onHand: 2, causeKind: "manual", causeId: "x" });
  shop.book.changeSoft("item-A", null, 1);
  sourceWaiting(shop.journal, order, shop.facts, "STOCK_ARRIVED");
  expect(unitsOf(order)).toEqual({ reserved: 1, pending: 1 });
});
