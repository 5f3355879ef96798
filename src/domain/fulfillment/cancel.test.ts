import { describe, expect, test } from "vitest";
import { aLine, aNode, anItem, codeOf, openShop, shipmentOf, type Shop, stockOf, unitsOf } from "../shop.testing.ts";
import { NOW } from "../shop.testing.ts";
import { openHolds, type Order, placeHold, statusOf } from "../order/index.ts";
import { answerCancel, cancelUnits, handOverShipment, packShipment, pickShipment, recordCarrierOutcome, rejectShipment, releaseShipment, shipShipment } from "./index.ts";

const STAGES = ["reserved", "released", "picked", "packed", "shipped", "handed_over", "delivered"] as const;

function given(quantity: number, stage: (typeof STAGES)[number] | "pending" | "backordered", onHand = 10): { shop: Shop; order: Order } {
  const shop = openShop({ items: [anItem("A", { backorder: stage === "backordered" })], nodes: [aNode("n")], stock: stage === "pending" || stage === "backordered" ? [] : [stockOf("A", "n", onHand)] });
  const order = shop.capture([aLine("A", quantity)]);
  advance(shop, order, stage);
  return { shop, order };
}

function advance(shop: Shop, order: Order, stage: string): void {
  const shipment = order.shipments[0];
  if (!shipment || stage === "reserved") return;
  releaseShipment(shop.journal, order, shipment, shop.node("n"), NOW);
  if (stage === "released") return;
  if (stage === "handed_over") return void handOverShipment(shop.journal, order, shipment, shop.facts, NOW);
  pickShipment(shop.journal, order, shipment, null, true, shop.facts, NOW);
  if (stage === "picked") return;
  packShipment(shop.journal, order, shipment, null, NOW);
  if (stage === "packed") return;
  shipShipment(shop.journal, order, shipment, { carrier: null, service: null, trackingNumbers: [] }, shop.facts, NOW);
  if (stage === "delivered") recordCarrierOutcome(shop.journal, order, shipment, "delivered", shop.facts, NOW);
}

const cancel = (shop: Shop, order: Order, quantity: number | null, force = false): ReturnType<typeof cancelUnits> =>
  cancelUnits(shop.journal, order, quantity === null ? null : [{ lineNo: 1, quantity }], "changed my mind", force);

describe("the change matrix for cancelling", () => {
  test.each([
    ["pending", "at once"], ["backordered", "at once"], ["reserved", "at once"], ["released", "asked"], ["picked", "asked"], ["packed", "asked"],
    ["shipped", "ALREADY_SHIPPED"], ["handed_over", "ALREADY_SHIPPED"], ["delivered", "ALREADY_SHIPPED"],
  ] as const)("units that are %s: %s", (stage, expected) => {
    const { shop, order } = given(3, stage);
    const result = cancel(shop, order, 2);
    if (!result.ok) return expect(result.refusal.code).toBe(expected);
    const lines = [{ lineNo: 1, quantity: 2 }];
    expect(result.value).toEqual(expected === "at once" ? { cancelled: lines, asked: [] } : { cancelled: [], asked: lines });
    expect(unitsOf(order)).toEqual(expected === "at once" ? { [stage]: 1, cancelled: 2 } : { [stage]: 3 });
  });

  test.each(["released", "picked", "packed"] as const)("with force, %s units are taken from the node", (stage) => {
    const { shop, order } = given(3, stage);
    expect(cancel(shop, order, 2, true)).toMatchObject({ ok: true, value: { cancelled: [{ lineNo: 1, quantity: 2 }], asked: [] } });
    expect(unitsOf(order)["cancelled"]).toBe(2);
    expect(shop.book.counters("item-A", "node-n")).toMatchObject({ onHand: 10, reserved: 1 });
  });

  test("cancelling everything closes the shipment, the holds and the order, and frees the stock", () => {
    const { shop, order } = given(3, "reserved");
    placeHold(order, { kind: "MANUAL", scope: "order", lineNo: null, shipmentNo: null, reason: "look", owner: null, dueAt: null }, NOW);
    cancel(shop, order, null);
    expect(shipmentOf(order).status).toBe("CANCELLED");
    expect(openHolds(order.holds)).toEqual([]);
    expect(statusOf(order)).toBe("CANCELLED");
    expect(shop.book.counters("item-A", "node-n").reserved).toBe(0);
  });

  test.each([["more than there is", 4, "QUANTITY_NOT_THERE"], ["all of it again", 3, "ok"]] as const)("cancelling %s of three", (_, quantity, code) => {
    const { shop, order } = given(3, "reserved");
    expect(codeOf(cancel(shop, order, quantity))).toBe(code);
  });

  test("a line's hold ends with the line, a kit's with its components; the order's own stays", () => {
    const kit = anItem("KIT", { status: "blocked", components: [{ sku: "A", quantity: 2 }, { sku: "B", quantity: 1 }] });
    const { capture, journal } = openShop({ items: [anItem("A"), anItem("B"), { ...anItem("C"), status: "blocked" }, kit], nodes: [aNode("n")], stock: [stockOf("A", "n", 9)] });
    const order = capture([aLine("C", 2), aLine("KIT", 1), aLine("A", 1)], { payment: { state: "pending", payments: [] } });
    const open = (): (string | number | null)[] => openHolds(order.holds).map(({ kind, lineNo }) => lineNo ?? kind);
    expect(open()).toEqual([1, 2, "PAYMENT"]);
    expect(codeOf(cancelUnits(journal, order, [{ lineNo: 1, quantity: 1 }, { lineNo: 4, quantity: 2 }], "one less", false))).toBe("ok");
    expect(open()).toEqual([1, 2, "PAYMENT"]);
    expect(codeOf(cancelUnits(journal, order, [{ lineNo: 1, quantity: 1 }, { lineNo: 5, quantity: 1 }], "the rest", false))).toBe("ok");
    expect(open()).toEqual(["PAYMENT"]);
    expect(journal.events.filter(({ type }) => type === "HoldReleased").map(({ data }) => data)).toEqual([{ hold_no: 1, kind: "ITEM" }, { hold_no: 2, kind: "ITEM" }]);
  });

  test("a line that does not exist is refused and nothing moves", () => {
    const { shop, order } = given(3, "reserved");
    const result = cancelUnits(shop.journal, order, [{ lineNo: 1, quantity: 1 }, { lineNo: 9, quantity: 1 }], "x", false);
    expect(codeOf(result)).toBe("QUANTITY_NOT_THERE");
    expect(unitsOf(order)).toEqual({ reserved: 3 });
  });

  test("waiting units go before reserved ones, and units of the latest shipment before earlier ones", () => {
    const shop = openShop({ items: [anItem("A", { backorder: true })], nodes: [aNode("m"), aNode("n")], stock: [stockOf("A", "m", 2), stockOf("A", "n", 2)] });
    const order = shop.capture([aLine("A", 5)]);
    cancel(shop, order, 2);
    expect(unitsOf(order)).toEqual({ reserved: 3, cancelled: 2 });
    expect(order.shipments.map((one) => one.lines.get(1)?.reserved)).toEqual([2, 1]);
  });
});

describe("a node that is asked to cancel", () => {
  test("who accepts keeps the goods and the units are cancelled", () => {
    const { shop, order } = given(3, "picked");
    cancel(shop, order, 2);
    expect(codeOf(answerCancel(shop.journal, order, shipmentOf(order), true, null))).toBe("ok");
    expect(unitsOf(order)).toEqual({ picked: 1, cancelled: 2 });
    expect(shop.book.counters("item-A", "node-n")).toMatchObject({ onHand: 10, reserved: 1 });
    expect(shipmentOf(order).cancelRequested).toBe(false);
  });

  test("who declines goes on, and may be asked again", () => {
    const { shop, order } = given(3, "picked");
    cancel(shop, order, 2);
    answerCancel(shop.journal, order, shipmentOf(order), false, "too late");
    expect(unitsOf(order)).toEqual({ picked: 3 });
    expect(codeOf(answerCancel(shop.journal, order, shipmentOf(order), true, null))).toBe("NO_CANCEL_REQUESTED");
    cancel(shop, order, 1);
    expect(shipmentOf(order).document.cancel_lines).toEqual([{ line_no: 1, quantity: 1 }]);
  });

  test("a package that lost units is opened again", () => {
    const { shop, order } = given(3, "packed");
    cancel(shop, order, 1);
    answerCancel(shop.journal, order, shipmentOf(order), true, null);
    expect(unitsOf(order)).toEqual({ picked: 2, cancelled: 1 });
    expect(shipmentOf(order)).toMatchObject({ status: "PICKED", document: { packages: [] } });
  });

  test("a package that lost units by force is opened again too", () => {
    const { shop, order } = given(3, "packed");
    cancel(shop, order, 1, true);
    expect(unitsOf(order)).toEqual({ picked: 2, cancelled: 1 });
    expect(shipmentOf(order)).toMatchObject({ status: "PICKED", document: { packages: [] } });
  });

  test("a second request adds to the first", () => {
    const { shop, order } = given(3, "released");
    cancel(shop, order, 2);
    cancel(shop, order, 1);
    expect(shipmentOf(order).document.cancel_lines).toEqual([{ line_no: 1, quantity: 3 }]);
  });

  test("a request for another line keeps the first line's request", () => {
    const shop = openShop({ items: [anItem("A"), anItem("B")], nodes: [aNode("n")], stock: [stockOf("A", "n", 5), stockOf("B", "n", 5)] });
    const order = shop.capture([aLine("A", 2), aLine("B", 2)]);
    advance(shop, order, "released");
    cancelUnits(shop.journal, order, [{ lineNo: 1, quantity: 1 }], "x", false);
    cancelUnits(shop.journal, order, [{ lineNo: 2, quantity: 2 }], "x", false);
    answerCancel(shop.journal, order, shipmentOf(order), true, null);
    expect([unitsOf(order, 1), unitsOf(order, 2)]).toEqual([{ released: 1, cancelled: 1 }, { cancelled: 2 }]);
  });

  test("nobody is asked for more than the shipment has", () => {
    const { shop, order } = given(3, "released");
    cancel(shop, order, null);
    cancel(shop, order, null);
    expect(shipmentOf(order).document.cancel_lines).toEqual([{ line_no: 1, quantity: 3 }]);
  });

  test("what force takes needs no answer any more", () => {
    const { shop, order } = given(3, "released");
    cancel(shop, order, 2);
    cancel(shop, order, 2, true);
    expect(unitsOf(order)).toEqual({ released: 1, cancelled: 2 });
    expect(shipmentOf(order)).toMatchObject({ cancelRequested: false, document: { cancel_lines: [] } });
  });

  test("who rejects the work has answered: what was to be cancelled is not sent elsewhere", () => {
    const shop = openShop({ items: [anItem("A")], nodes: [aNode("n"), aNode("other", { priority: 2 })], stock: [stockOf("A", "n", 5), stockOf("A", "other", 5)] });
    const order = shop.capture([aLine("A", 3)]);
    advance(shop, order, "released");
    cancel(shop, order, 2);
    rejectShipment(shop.journal, order, shipmentOf(order), "CLOSED", null, shop.facts, NOW);
    expect(unitsOf(order)).toEqual({ cancelled: 2, reserved: 1 });
    expect(shipmentOf(order)).toMatchObject({ status: "CANCELLED", cancelRequested: false });
    expect(shipmentOf(order, 2).nodeId).toBe("node-other");
    expect(shop.journal.events.map(({ type }) => type)).toContain("CancelAnswered");
  });

  test("who rejects all that was to be cancelled writes goods and units off in one event", () => {
    const { shop, order } = given(3, "released", 3);
    cancel(shop, order, 3);
    rejectShipment(shop.journal, order, shipmentOf(order), "OUT_OF_STOCK", null, shop.facts, NOW);
    expect(unitsOf(order)).toEqual({ cancelled: 3 });
    const [writtenOff] = shop.journal.stockMovements;
    expect(shop.journal.lineMovements.filter(({ eventId }) => eventId === writtenOff?.eventId)).toMatchObject([{ from: "released", to: "cancelled", quantity: 3 }]);
  });

  test("who finds less than was asked for cancels what is missing first", () => {
    const { shop, order } = given(3, "released", 3);
    cancel(shop, order, 1);
    pickShipment(shop.journal, order, shipmentOf(order), [{ lineNo: 1, quantity: 2 }], true, shop.facts, NOW);
    expect(unitsOf(order)).toEqual({ picked: 2, cancelled: 1 });
    expect(shipmentOf(order).cancelRequested).toBe(false);
  });

  test("goods that leave answer the request with no", () => {
    const { shop, order } = given(3, "packed");
    cancel(shop, order, 3);
    shipShipment(shop.journal, order, shipmentOf(order), { carrier: "DHL", service: null, trackingNumbers: [] }, shop.facts, NOW);
    expect(unitsOf(order)).toEqual({ shipped: 3 });
    expect(codeOf(answerCancel(shop.journal, order, shipmentOf(order), true, null))).toBe("NO_CANCEL_REQUESTED");
  });
});
