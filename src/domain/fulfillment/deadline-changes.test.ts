import { describe, expect, test } from "vitest";
import type { Order } from "../order/index.ts";
import { aLine, anItem, aNode, NOW, openShop, type Shop, shipmentOf, stockOf } from "../shop.testing.ts";
import { answerCancel, type Canceller, cancelUnits, type DeadlineChange, deadlineChanges, handOverShipment, releaseShipment, rejectShipment } from "./index.ts";

const shop = (): Shop => openShop({ items: [anItem("A")], nodes: [aNode("north")], stock: [stockOf("A", "north", 10)] });

/** What the last step made of the order, and nothing before it. */
function changesOf({ journal }: Shop, order: Order, step: () => unknown): DeadlineChange[] {
  journal.events.splice(0);
  journal.lineMovements.splice(0);
  journal.newOrders.splice(0);
  journal.touched.clear();
  step();
  journal.touch(order);
  return deadlineChanges(journal, () => true);
}
const released = (one: Shop): Order => {
  const order = one.capture([aLine("A", 2)]);
  releaseShipment(one.journal, order, shipmentOf(order), one.node("north"), NOW);
  return order;
};

describe("an order's dates", () => {
  test("matter to nobody where it has none and its channel counts nothing", () => {
    const one = shop();
    const order = one.capture([aLine("A", 1)]);
    one.journal.touched.clear();
    one.journal.addOrder(order);
    expect(deadlineChanges(one.journal, () => false)).toEqual([]);
    expect(deadlineChanges(one.journal, () => true)).toMatchObject([{ open: true, lookAt: null, shipBy: null }]);
    order.document = { ...order.document, ship_by: NOW };
    expect(deadlineChanges(one.journal, () => false)).toMatchObject([{ open: true, lookAt: NOW, shipBy: NOW }]);
  });

  test("are over when the last of it has left, at the time at which it left", () => {
    const one = shop();
    const order = released(one);
    expect(changesOf(one, order, () => handOverShipment(one.journal, order, shipmentOf(order), one.facts, NOW - 5_000))).toMatchObject([{ open: false, leftAt: NOW - 5_000, cancelledAt: null }]);
    expect(changesOf(one, order, () => {})).toEqual([]);
  });

  test.each<[Canceller, number | null]>([["seller", NOW], ["customer", null]])("count what the %s cancels once it is cancelled, and not while a node is asked", (by, counted) => {
    const one = shop();
    const order = released(one);
    expect(changesOf(one, order, () => cancelUnits(one.journal, order, null, "none left", false, NOW, by))).toMatchObject([{ open: true, cancelledAt: null }]);
    expect(changesOf(one, order, () => answerCancel(one.journal, order, shipmentOf(order), true, null))).toMatchObject([{ open: false, cancelledAt: counted }]);
    expect(shipmentOf(order).document.cancel_by).toBeUndefined();
  });

  test("do not count what a node could not stop any more, and count what it gives up instead", () => {
    const [kept, given] = [shop(), shop()];
    const order = released(kept);
    cancelUnits(kept.journal, order, null, "none left", false, NOW, "seller");
    expect(changesOf(kept, order, () => answerCancel(kept.journal, order, shipmentOf(order), false, null))).toMatchObject([{ open: true, cancelledAt: null }]);
    const other = released(given);
    cancelUnits(given.journal, other, null, "none left", false, NOW, "seller");
    expect(changesOf(given, other, () => rejectShipment(given.journal, other, shipmentOf(other), "OTHER", null, given.facts, NOW))).toMatchObject([{ open: false, cancelledAt: NOW }]);
  });

  test("a customer who asks after the seller did changes nothing about the seller's part", () => {
    const one = shop();
    const order = released(one);
    cancelUnits(one.journal, order, [{ lineNo: 1, quantity: 1 }], "one is broken", false, NOW, "seller");
    cancelUnits(one.journal, order, [{ lineNo: 1, quantity: 1 }], "not wanted", false, NOW, "customer");
    expect(shipmentOf(order).document).toMatchObject({ cancel_by: "seller", cancel_lines: [{ line_no: 1, quantity: 2 }] });
  });
});
