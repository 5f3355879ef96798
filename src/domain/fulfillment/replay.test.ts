import { describe, expect, test } from "vitest";
import { StockBook } from "../inventory/index.ts";
import { distanceMetres } from "../routing/index.ts";
import { present } from "../kernel/index.ts";
import type { Order } from "../order/index.ts";
import { aChannel, aLine, anItem, aNode, NOW, openShop, stockOf } from "../shop.testing.ts";
import { asCaptured, type PastEvent, type PastMove } from "./replay-past.ts";
import { movedOrder, WorldSum } from "./replay-report.ts";
import { Replay } from "./replay.ts";

const items = [anItem("A", { backorder: true })];
const nodes = [aNode("one"), aNode("two", { priority: 2 })];

/** A world with five units of A at node one, and what a shop's orders are when they come. */
function world(channel = aChannel(), units = 5, at = nodes, unitsAtTwo = 0): { readonly replay: Replay; readonly book: StockBook; order(quantity: number, at?: number): Order } {
  const shop = openShop({ items, nodes: at, stock: [stockOf("A", "one", 1_000)], channel });
  const book = new StockBook([stockOf("A", "one", units), stockOf("A", "two", unitsAtTwo)], []);
  const replay: Replay = new Replay({ book, limits: new Map(), items: new Set(["item-A"]), backlog: new Map(), shipments: new Map(), claims: [], promisable: new Map(), facts: () => shop.facts });
  return {
    replay, book,
    order: (quantity, capturedAt = NOW) => {
      const order = shop.capture([aLine("A", quantity)]);
      return asCaptured({ ...order, capturedAt }, [move({ orderId: order.id, from: null, quantity })]);
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

  test("lets no more goods leave than were there, where two lines of one item go in one shipment", () => {
    const { replay, book, order } = world();
    const mine = order(3);
    replay.apply(came(mine), mine, null);
    // Of its two and one units, two are left; of both lines some were never there.
    const lines = (from: PastMove["from"], to: PastMove["to"]): PastMove[] => [move({ from, to, quantity: 2 }), move({ lineNo: 2, from, to, quantity: 2 })];
    replay.apply(event("OrderRouted", { orderId: "other", moves: [move({ quantity: 3 }), move({ lineNo: 2, quantity: 2 })] }), null, null);
    expect([counters(book), replay.losses.notReserved]).toEqual([{ onHand: 5, reserved: 5 }, 3]);
    const left = (onHand: number): PastEvent["stock"][number] => ({ itemId: "item-A", nodeId: "node-one", owner: "", condition: "A", kind: "ship", onHand });
    replay.apply(event("ShipmentShipped", { orderId: "other", moves: lines("packed", "shipped"), stock: [left(-2), left(-2)] }), null, null);
    replay.apply(event("ShipmentShipped", { orderId: "other", moves: [move({ from: "packed", to: "shipped" })], stock: [left(-1)] }), null, null);
    expect([counters(book), replay.losses.short]).toEqual([{ onHand: 3, reserved: 3 }, 0]);
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

  test("counts units, shipments, distance and cost where they stand at last, not where a node refused them", () => {
    const place = { latitude: 50, longitude: 10, country: "DE", region: null, postcode: null };
    const far = [aNode("one", { latitude: 51, longitude: 10 }), aNode("two", { latitude: 53, longitude: 10 })];
    const { replay, order } = world(aChannel(), 5, far, 5);
    const [mine, other] = [order(2), order(1)].map((one): Order => ({ ...one, destination: place }));
    if (!mine || !other) throw new Error("no orders");
    const decided: number[] = [];
    for (const one of [mine, other]) {
      replay.apply(came(one), one, null);
      replay.apply(event("OrderRouted", { orderId: one.id, data: { trigger: "CAPTURE", decision_no: 1 }, moves: [move({ orderId: one.id, quantity: 1 })] }), null, null);
      decided.push(present(replay.orders.get(one.id), "order").made.costMicros ?? 0);
    }
    replay.apply(event("ShipmentReleased", { orderId: mine.id, data: { shipment_no: 1 }, moves: [move({ orderId: mine.id, from: "reserved", to: "released", quantity: 2 })] }), null, null);
    replay.apply(event("ShipmentRejected", { orderId: mine.id, data: { shipment_no: 1 }, moves: [move({ orderId: mine.id, from: "released", to: "pending", quantity: 2 })] }), null, null);
    replay.apply(event("OrderRouted", { orderId: mine.id, data: { trigger: "REJECTED", decision_no: 2 }, moves: [move({ orderId: mine.id, from: "pending", nodeId: "node-two", shipmentNo: 2, quantity: 2 })] }), null, null);
    const sum = new WorldSum();
    const add = (one: Order): void => sum.add(present(replay.orders.get(one.id), "order"), (id) => far.find((node) => node.id === id));
    add(mine);
    const metres = distanceMetres({ latitude: 53, longitude: 10 }, place);
    const anew = (present(replay.orders.get(mine.id), "order").made.costMicros ?? 0) - (decided[0] ?? 0);
    expect(anew).toBeGreaterThan(2 * (decided[0] ?? 0));
    expect(sum.figures(replay.losses)).toMatchObject({ unitsWanted: 2, unitsPlaced: 2, shipments: 1, splitOrders: 0, metres, measured: 1, costMicros: anew, nodes: [{ nodeId: "node-two", shipments: 1, units: 2 }] });
    // What a customer cancelled stands nowhere, and what a person sends elsewhere keeps its cost.
    replay.apply(event("LinesCancelled", { orderId: mine.id, moves: [move({ orderId: mine.id, from: "reserved", to: "cancelled", quantity: 2, nodeId: "node-two", shipmentNo: 2 })] }), null, null);
    replay.apply(event("OrderRouted", { orderId: other.id, data: { trigger: "MANUAL", decision_no: 2 }, moves: [move({ orderId: other.id, from: "pending", nodeId: "node-two", shipmentNo: 2 })] }), null, null);
    const last = new WorldSum();
    for (const one of [mine, other]) last.add(present(replay.orders.get(one.id), "order"), (id) => far.find((node) => node.id === id));
    expect(last.figures(replay.losses)).toMatchObject({ unitsPlaced: 1, shipments: 1, metres, costMicros: decided[1], nodes: [{ nodeId: "node-two", units: 1 }] });
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

  test.each([
    ["divides it", 3, 1, "Split over node-one (line 1) and node-two (line 1), in 2 decisions. The first: One has three."],
    ["gives all of it out again", 4, 4, "Given out more than once, to node-one (line 1) and node-two (line 1), in 2 decisions. The first: One has three."],
  ])("says of an order to how many nodes it went, where a later decision %s", (_what, first, second, said) => {
    const { replay, order } = world();
    const mine = order(4);
    replay.apply(came(mine), mine, null);
    const routed = (no: number, trigger: string, reason: string, nodeId: string, quantity: number): PastEvent => event("OrderRouted", { orderId: mine.id, reason, data: { trigger, decision_no: no }, moves: [move({ orderId: mine.id, from: "pending", nodeId, shipmentNo: no, quantity })] });
    replay.apply(routed(1, "CAPTURE", "One has three.", "node-one", first), null, null);
    replay.apply(routed(2, "STOCK_ARRIVED", "Two has the rest.", "node-two", second), null, null);
    const moved = movedOrder(present(replay.orders.get(mine.id), "order"), null, (id) => id);
    expect([moved?.beforeReason, moved?.afterReason]).toEqual([said, expect.stringMatching(/^Ships from /)]);
  });
});
