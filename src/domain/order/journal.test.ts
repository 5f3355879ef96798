import { describe, expect, test } from "vitest";
import { aLine, aNode, anItem, NOW, openShop, shipmentOf, type Shop, stockOf, unitsOf } from "../shop.testing.ts";
import type { Order } from "./index.ts";

function given(): { shop: Shop; order: Order } {
  const shop = openShop({ items: [anItem("A", { backorder: true })], nodes: [aNode("n")], stock: [stockOf("A", "n", 2)] });
  return { shop, order: shop.capture([aLine("A", 3)]) };
}

describe("moving units", () => {
  test("keeps line, shipment, reservation, unassigned demand and ledger in step", () => {
    const { shop, order } = given();
    expect(unitsOf(order)).toEqual({ reserved: 2, backordered: 1 });
    expect(shipmentOf(order).lines.get(1)?.reserved).toBe(2);
    expect(shop.book.counters("item-A", "node-n").reserved).toBe(2);
    expect(shop.book.demand("item-A")).toEqual({ pending: 0, waiting: 1, soft: 0 });
    expect(shop.journal.lineMovements.map(({ from, to, quantity, nodeId }) => [from, to, quantity, nodeId])).toEqual([[null, "reserved", 2, "node-n"], [null, "backordered", 1, null]]);
  });

  test("of units that are not there, or of none, is a defect", () => {
    const { shop, order } = given();
    const [line] = order.lines;
    const event = shop.journal.event("OrderRouted", order.id, {});
    if (!line) throw new Error("no line");
    expect(() => shop.journal.move(event, order, line, "pending", "cancelled", 1, null)).toThrow("has not 1 pending");
    expect(() => shop.journal.move(event, order, line, "backordered", "cancelled", 0, null)).toThrow("moves something");
  });

  test("a carrier's outcome marks shipped units and moves none", () => {
    const { shop, order } = given();
    const [line] = order.lines;
    const event = shop.journal.event("ShipmentShipped", order.id, {});
    if (!line) throw new Error("no line");
    shop.journal.move(event, order, line, "reserved", "shipped", 2, shipmentOf(order));
    shop.journal.move(event, order, line, "shipped", "delivered", 1, shipmentOf(order));
    expect(unitsOf(order)).toEqual({ backordered: 1, shipped: 2, delivered: 1 });
    expect(shipmentOf(order).lines.get(1)).toMatchObject({ reserved: 0, shipped: 2, delivered: 1 });
  });
});

describe("a batch's journal", () => {
  test("names who decided, and goes back to who did before", () => {
    const { shop } = given();
    shop.journal.as({ actor: "someone" }, () => shop.journal.event("StockReceived", null, {}));
    expect(() => shop.journal.as({ actor: "someone else" }, () => { throw new Error("no"); })).toThrow("no");
    shop.journal.event("StockReceived", null, {});
    expect(shop.journal.events.slice(-2).map(({ actor }) => actor)).toEqual(["someone", "tester"]);
  });

  test("writes only the rows that changed, and nothing of a new order twice", () => {
    const { shop, order } = given();
    const [touched] = shop.journal.touched.values();
    expect([touched?.lines, touched?.shipments]).toEqual([new Set([1]), new Set([1])]);
    const fresh = { ...order, id: "order-new" };
    shop.journal.addOrder(fresh);
    shop.journal.touch(fresh, {});
    expect(shop.journal.touched.has("order-new")).toBe(false);
  });

  test("keeps one exclusion per line and node, the latest", () => {
    const { shop, order } = given();
    shop.journal.exclude(order, 1, "node-n", NOW + 1, "SHORT");
    shop.journal.exclude(order, 1, "node-n", NOW + 2, "CLOSED");
    expect(order.excluded).toEqual([{ lineNo: 1, nodeId: "node-n", until: NOW + 2, reason: "CLOSED" }]);
  });
});
