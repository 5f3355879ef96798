import { describe, expect, test } from "vitest";
import { StockBook } from "../inventory/index.ts";
import { present } from "../kernel/index.ts";
import type { Order } from "../order/index.ts";
import { aChannel, aLine, anItem, aNode, NOW, openShop, stockOf } from "../shop.testing.ts";
import { asCaptured, type PastEvent, type PastMove } from "./replay-past.ts";
import { movedOrder } from "./replay-report.ts";
import { Replay } from "./replay.ts";

const items = [anItem("A", { backorder: true })];
const nodes = [aNode("one"), aNode("two", { priority: 2 })];

/** A world with five units of A at node one, and what a shop's orders are when they come. */
function world(channel = aChannel(), units = 5): { readonly replay: Replay; readonly book: StockBook; order(quantity: number, at?: number): Order } {
  const shop = openShop({ items, nodes, stock: [stockOf("A", "one", 1_000)], channel });
  const book = new StockBook([stockOf("A", "one", units), stockOf("A", "two", 0)], []);
  const replay: Replay = new Replay({ book, limits: new Map(), items: new Set(["item-A"]), backlog: new Map(), shipments: new Map(), claims: [], promisable: new Map(), facts: () => shop.facts });
  return {
    replay, book,
    order: (quantity, at = NOW) => {
      const order = shop.capture([aLine("A", quantity)]);
      return asCaptured({ ...order, capturedAt: at }, [move({ orderId: order.id, from: null, quantity })]);
    },
  };
}
const move = (over: Partial<PastMove>): PastMove => ({ orderId: "other", lineNo: 1, itemId: "item-A", from: null, to: "reserved", quantity: 1, nodeId: "node-one", shipmentNo: 1, ...over });
let position = 0;
const event = (type: string, over: Partial<PastEvent> = {}): PastEvent => ({ position: (position += 1), commit: String(position), at: NOW, type, orderId: null, reason: null, data: {}, moves: [], stock: [], ...over });
const came = (order: Order): PastEvent => event("OrderCaptured", { orderId: order.id });
const counters = (book: StockBook): { onHand: number; reserved: number } => (({ onHand, reserved }) => ({ onHand, reserved }))(book.counters("item-A", "node-one"));

describe("a replay", () => {
  test("counts what others were given in fact and is not there any more, and never goes below zero", () => {
    const { replay, book, order } = world();
    const mine = order(4);
    replay.apply(came(mine), mine, null);
    replay.apply(event("OrderRouted", { orderId: "other", moves: [move({ quantity: 3 })] }), null, null);
    expect([counters(book), replay.losses.notReserved]).toEqual([{ onHand: 5, reserved: 5 }, 2]);
    // It leaves: of its three units one was really there.
    replay.apply(event("ShipmentShipped", { orderId: "other", moves: [move({ from: "packed", to: "shipped", quantity: 3 })], stock: [{ itemId: "item-A", nodeId: "node-one", owner: "", condition: "A", kind: "ship", onHand: -3 }] }), null, null);
    expect([counters(book), replay.losses]).toEqual([{ onHand: 4, reserved: 4 }, { notReserved: 2, short: 0 }]);
    replay.apply(event("StockAdjusted", { stock: [{ itemId: "item-A", nodeId: "node-one", owner: "", condition: "A", kind: "count", onHand: -9 }] }), null, null);
    expect([counters(book), replay.losses.short]).toEqual([{ onHand: 0, reserved: 4 }, 4]);
  });

  test("lets goods leave from where the order has them, and gives back what is cancelled", () => {
    const { replay, book, order } = world();
    const mine = order(4);
    replay.apply(came(mine), mine, null);
    // In fact, node two had sent two of them.
    replay.apply(event("ShipmentShipped", { orderId: mine.id, moves: [move({ orderId: mine.id, from: "packed", to: "shipped", quantity: 2, nodeId: "node-two" })], stock: [{ itemId: "item-A", nodeId: "node-two", owner: "", condition: "A", kind: "ship", onHand: -2 }] }), null, null);
    expect(counters(book)).toEqual({ onHand: 3, reserved: 2 });
    replay.apply(event("LinesCancelled", { orderId: mine.id, moves: [move({ orderId: mine.id, from: "reserved", to: "cancelled", quantity: 2 })] }), null, null);
    expect(counters(book)).toEqual({ onHand: 3, reserved: 0 });
    expect(present(replay.orders.get(mine.id), "order").order.lines[0]?.units).toMatchObject({ shipped: 2, cancelled: 2, reserved: 0 });
  });

  test("asks who waits only here when goods come free, the oldest first", () => {
    const { replay, book, order } = world(aChannel(), 1);
    const [first, second] = [order(2), order(2)];
    for (const one of [first, second]) {
      replay.apply(came(one), one, null);
      replay.apply(event("OrderRouted", { orderId: one.id, data: { trigger: "CAPTURE", decision_no: 1 }, moves: [move({ orderId: one.id, quantity: 2 })] }), null, null);
    }
    expect([...replay.orders.values()].map(({ isWaiting }) => isWaiting)).toEqual([true, true]);
    // Whatever happens to an order, it is seen that more of it waits than did in fact.
    replay.apply(event("StockReceived", { stock: [{ itemId: "item-A", nodeId: "node-one", owner: "", condition: "A", kind: "receipt", onHand: 1 }] }), null, null);
    expect([...replay.orders.values()].map(({ isWaiting }) => isWaiting)).toEqual([false, true]);
    expect(counters(book)).toEqual({ onHand: 2, reserved: 2 });
  });

  test("takes no order in that its channel would refuse, and leaves what happened to it in fact undone", () => {
    const { replay, book, order } = world(aChannel({ whenUnavailable: "refuse" }), 1);
    const mine = order(4);
    replay.apply(came(mine), mine, null);
    replay.apply(event("OrderRouted", { orderId: mine.id, data: { trigger: "CAPTURE", decision_no: 1 }, moves: [move({ orderId: mine.id, quantity: 4 })] }), null, null);
    const replayed = present(replay.orders.get(mine.id), "order");
    expect([replayed.refused, counters(book)]).toEqual([true, { onHand: 1, reserved: 0 }]);
    expect(movedOrder(replayed, null, (id) => id)?.difference.moved).toEqual([{ lineNo: 1, quantity: 4, from: "node-one", to: null }]);
  });
});
