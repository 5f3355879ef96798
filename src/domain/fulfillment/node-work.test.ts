import { describe, expect, test } from "vitest";
import { statusOf, type Order } from "../order/index.ts";
import { aChannel, aLine, aNode, anItem, codeOf, NOW, openShop, shipmentOf, type Shop, stockOf, unitsOf } from "../shop.testing.ts";
import { acceptShipment, packShipment, pickShipment, REJECT_REASONS, rejectShipment, releaseShipment, shipShipment } from "./index.ts";

const MINUTE = 60_000;

function given(over: { near?: number; far?: number; quantity?: number; attemptLimit?: number; backorder?: boolean } = {}): { shop: Shop; order: Order } {
  const { near = 5, far = 5, quantity = 3, attemptLimit = 3, backorder = false } = over;
  const shop = openShop({
    items: [anItem("A", { backorder })], nodes: [aNode("near"), aNode("far", { priority: 2 })], channel: aChannel({ routing: { attemptLimit, coolDownMinutes: 60 } }),
    stock: [stockOf("A", "near", near), stockOf("A", "far", far)],
  });
  const order = shop.capture([aLine("A", quantity)]);
  releaseShipment(shop.journal, order, shipmentOf(order), shop.node("near"), NOW);
  return { shop, order };
}

const pick = (shop: Shop, order: Order, quantity: number | null, correctStock = true): ReturnType<typeof pickShipment> =>
  pickShipment(shop.journal, order, shipmentOf(order), quantity === null ? null : [{ lineNo: 1, quantity }], correctStock, shop.facts, NOW);

describe("rejecting a shipment", () => {
  test.each(REJECT_REASONS)("for %s re-sources all of it away from the node in the same commit", (reason) => {
    const { shop, order } = given();
    expect(codeOf(rejectShipment(shop.journal, order, shipmentOf(order), reason, null, shop.facts, NOW))).toBe("ok");
    const corrected = reason === "OUT_OF_STOCK" || reason === "DAMAGED";
    expect(unitsOf(order)).toEqual({ reserved: 3 });
    expect(shipmentOf(order).status).toBe("CANCELLED");
    expect(shipmentOf(order, 2)).toMatchObject({ nodeId: "node-far", status: "PLANNED" });
    expect(shop.book.counters("item-A", "node-near")).toMatchObject({ onHand: corrected ? 2 : 5, reserved: 0, short: 0 });
    expect(shop.book.counters("item-A", "node-far").reserved).toBe(3);
    expect(order.lines[0]?.attempts).toBe(1);
    expect(order.excluded).toMatchObject([{ nodeId: "node-near", until: NOW + 60 * MINUTE }]);
  });

  test("is only possible before picking", () => {
    const { shop, order } = given();
    pick(shop, order, null);
    expect(codeOf(rejectShipment(shop.journal, order, shipmentOf(order), "CLOSED", null, shop.facts, NOW))).toBe("NOT_IN_STATE");
  });

  test("at the attempt limit stops routing and tells a person", () => {
    const { shop, order } = given({ attemptLimit: 1 });
    rejectShipment(shop.journal, order, shipmentOf(order), "NO_CAPACITY", null, shop.facts, NOW);
    expect(unitsOf(order)).toEqual({ pending: 3 });
    expect(shop.journal.exceptions).toMatchObject([{ kind: "ATTEMPTS_EXHAUSTED", lineNo: 1 }]);
  });

  test("waits as a backorder where nobody else has it, and asks a person where it may not wait", () => {
    const waiting = given({ far: 0, backorder: true });
    rejectShipment(waiting.shop.journal, waiting.order, shipmentOf(waiting.order), "CLOSED", null, waiting.shop.facts, NOW);
    expect(unitsOf(waiting.order)).toEqual({ backordered: 3 });
    const asking = given({ far: 0 });
    rejectShipment(asking.shop.journal, asking.order, shipmentOf(asking.order), "CLOSED", null, asking.shop.facts, NOW);
    expect(unitsOf(asking.order)).toEqual({ pending: 3 });
    expect(asking.shop.journal.exceptions).toMatchObject([{ kind: "NO_STOCK" }]);
  });

  test("of two lines of one item writes both off", () => {
    const shop = openShop({ items: [anItem("A")], nodes: [aNode("near")], stock: [stockOf("A", "near", 5)] });
    const order = shop.capture([aLine("A", 3), aLine("A", 2)]);
    releaseShipment(shop.journal, order, shipmentOf(order), shop.node("near"), NOW);
    rejectShipment(shop.journal, order, shipmentOf(order), "OUT_OF_STOCK", null, shop.facts, NOW);
    expect(shop.book.counters("item-A", "node-near")).toMatchObject({ onHand: 0, reserved: 0, short: 0 });
  });
});

describe("picking", () => {
  test("in full moves everything", () => {
    const { shop, order } = given();
    expect(codeOf(pick(shop, order, null))).toBe("ok");
    expect(unitsOf(order)).toEqual({ picked: 3 });
  });

  test("short re-sources only what is missing, and corrects the count", () => {
    const { shop, order } = given();
    pick(shop, order, 1);
    expect(unitsOf(order)).toEqual({ picked: 1, reserved: 2 });
    expect(shop.book.counters("item-A", "node-near")).toMatchObject({ onHand: 3, reserved: 1 });
    expect(shipmentOf(order, 2).nodeId).toBe("node-far");
  });

  test("short without correction leaves the count alone", () => {
    const { shop, order } = given();
    pick(shop, order, 1, false);
    expect(shop.book.counters("item-A", "node-near")).toMatchObject({ onHand: 5, reserved: 1 });
  });

  test("nothing at all ends the shipment", () => {
    const { shop, order } = given();
    pick(shop, order, 0);
    expect(shipmentOf(order).status).toBe("CANCELLED");
    expect(unitsOf(order)).toEqual({ reserved: 3 });
  });

  test("more than was released is refused", () => {
    const { shop, order } = given();
    expect(codeOf(pick(shop, order, 4))).toBe("QUANTITY_NOT_THERE");
    expect(unitsOf(order)).toEqual({ released: 3 });
  });

  test("short after a count that knew it already is written off once, and the rest still ships", () => {
    const { shop, order } = given({ far: 0, near: 5, quantity: 5 });
    const event = shop.journal.event("StockAdjusted", null, {});
    shop.journal.moveStock(event, { itemId: "item-A", nodeId: "node-near", kind: "count", onHand: -2, causeKind: "manual", causeId: "count" });
    expect(shop.book.counters("item-A", "node-near")).toMatchObject({ onHand: 3, reserved: 5, short: 2 });
    pick(shop, order, 3);
    expect(shop.book.counters("item-A", "node-near")).toMatchObject({ onHand: 3, reserved: 3, short: 0 });
    expect(codeOf(shipShipment(shop.journal, order, shipmentOf(order), { carrier: null, service: null, trackingNumbers: [] }, shop.facts, NOW))).toBe("ok");
    expect(shop.book.counters("item-A", "node-near")).toMatchObject({ onHand: 0, reserved: 0 });
  });
});

describe("packing", () => {
  const ready = (): { shop: Shop; order: Order } => {
    const one = given();
    pick(one.shop, one.order, null);
    return one;
  };
  const part = (quantity: number, lineNo = 1): { lines: { lineNo: number; quantity: number }[]; weightGrams: null } => ({ lines: [{ lineNo, quantity }], weightGrams: null });

  test.each([
    ["one package without naming anything", null, "ok"], ["two packages that hold all of it", [part(1), part(2)], "ok"], ["too little", [part(2)], "QUANTITY_NOT_THERE"],
    ["too much", [part(2), part(2)], "QUANTITY_NOT_THERE"], ["a line that was not picked", [part(3), part(1, 2)], "QUANTITY_NOT_THERE"],
  ] as const)("%s", (_, packages, code) => {
    const { shop, order } = ready();
    expect(codeOf(packShipment(shop.journal, order, shipmentOf(order), packages, NOW))).toBe(code);
    expect(unitsOf(order)).toEqual({ [code === "ok" ? "packed" : "picked"]: 3 });
  });

  test("waits until something was picked", () => {
    const { shop, order } = given();
    expect(codeOf(packShipment(shop.journal, order, shipmentOf(order), null, NOW))).toBe("NOT_IN_STATE");
  });
});

test("accepting is possible once, after release", () => {
  const { shop, order } = given();
  expect(codeOf(acceptShipment(shop.journal, order, shipmentOf(order), NOW))).toBe("ok");
  expect(codeOf(acceptShipment(shop.journal, order, shipmentOf(order), NOW))).toBe("NOT_IN_STATE");
  expect(statusOf(order)).toBe("PROCESSING");
});
