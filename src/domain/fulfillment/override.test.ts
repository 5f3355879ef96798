import { describe, expect, test } from "vitest";
import { placeHold, type Order } from "../order/index.ts";
import { aChannel, aLine, aNode, anItem, codeOf, NOW, openShop, shipmentOf, type Shop, stockOf, unitsOf } from "../shop.testing.ts";
import type { ExportRestriction } from "../shipping/index.ts";
import { overrideRouting, rejectShipment, releaseShipment } from "./index.ts";

function given(): { shop: Shop; order: Order } {
  const shop = openShop({
    items: [anItem("A"), anItem("B", { handlingClass: "bulky" })],
    nodes: [aNode("n"), aNode("m", { priority: 2 }), aNode("empty"), aNode("closed", { status: "offline" }), aNode("small", { itemClasses: ["standard"] })],
    channel: aChannel({ nodePool: ["n", "m"], routing: { attemptLimit: 1 } }),
    stock: ["n", "m", "closed", "small"].flatMap((node) => [stockOf("A", node, 4), stockOf("B", node, 4)]),
  });
  return { shop, order: shop.capture([aLine("A", 3), aLine("B", 1)]) };
}
const send = (shop: Shop, order: Order, node: string, lines: readonly number[] | null = null): string => codeOf(overrideRouting(shop.journal, order, shop.node(node), lines, "closer", shop.facts));

describe("sending an order by hand", () => {
  test("moves unreleased units with their reservation, and writes down why", () => {
    const { shop, order } = given();
    expect(send(shop, order, "m")).toBe("ok");
    expect(shipmentOf(order, 1).status).toBe("CANCELLED");
    expect(shipmentOf(order, 2).nodeId).toBe("node-m");
    expect([shop.book.counters("item-A", "node-n").reserved, shop.book.counters("item-A", "node-m").reserved]).toEqual([0, 3]);
    expect(shop.journal.decisions.at(-1)).toMatchObject({ trigger: "MANUAL", reason: "Sent to M by hand: closer" });
  });

  test.each([
    ["an offline node", "closed", "NODE_CANNOT_TAKE"], ["a node that may not hold the class", "small", "NODE_CANNOT_TAKE"], ["a node without stock", "empty", "NODE_CANNOT_TAKE"],
    ["the node it is at", "n", "NOT_IN_STATE"],
  ])("to %s is refused and moves nothing", (_, node, code) => {
    const { shop, order } = given();
    expect(send(shop, order, node)).toBe(code);
    expect(unitsOf(order)).toEqual({ reserved: 3 });
  });

  test("over a border that its goods may not cross is refused, also where they are collected behind it", () => {
    const berlin = aNode("berlin", { address: { country: "DE" } }), zurich = aNode("zurich", { address: { country: "CH" } });
    const shop = openShop({ items: [anItem("A")], nodes: [berlin, zurich, aNode("licensed", { address: { country: "CH" }, itemClasses: ["standard", "permit"] })], stock: ["berlin", "zurich", "licensed"].map((node) => stockOf("A", node, 4)) });
    const restriction: ExportRestriction = { code: "a", name: "Tools", handlingClasses: null, hsPrefixes: null, skus: ["A"], fromCountries: ["CH"], toCountries: null, licence: "permit" };
    const facts = { ...shop.facts, shipping: { ...shop.facts.shipping, customs: { ...shop.facts.shipping.customs, restrictions: [restriction] } } };
    const by = (order: Order, node: string): ReturnType<typeof overrideRouting> => overrideRouting(shop.journal, order, shop.node(node), null, "closer", facts);
    const sent = shop.capture([aLine("A", 1)], { contact: { ship_to: { street: "Weg 1", city: "Berlin", country: "DE", postcode: "10115" } } });
    expect(by(sent, "zurich")).toMatchObject({ refusal: { code: "NODE_CANNOT_TAKE", detail: 'Tools: A needs the licence "permit" to go from CH to DE.' } });
    expect([unitsOf(sent), shipmentOf(sent).nodeId, codeOf(by(sent, "licensed"))]).toEqual([{ reserved: 1 }, "node-berlin", "ok"]);
    const collected = shop.capture([aLine("A", 1)], { pickupNode: "berlin", contact: { ship_to: { street: "Weg 1", city: "Basel", country: "CH", postcode: "4001" } } });
    expect(codeOf(by(collected, "zurich"))).toBe("NODE_CANNOT_TAKE");
  });

  test("a line named twice counts once", () => {
    const { shop, order } = given();
    expect(send(shop, order, "m", [1, 1])).toBe("ok");
    expect(shop.book.counters("item-A", "node-m").reserved).toBe(3);
  });

  test("one line leaves the others where they are", () => {
    const { shop, order } = given();
    expect(send(shop, order, "small", [1])).toBe("ok");
    expect([...shipmentOf(order, 1).lines].map(([lineNo, stages]) => [lineNo, stages.reserved])).toEqual([[1, 0], [2, 1]]);
  });

  test("an unknown line, released units and a routing hold are refused", () => {
    const unknown = given();
    expect(send(unknown.shop, unknown.order, "m", [9])).toBe("NOT_IN_STATE");
    const released = given();
    releaseShipment(released.shop.journal, released.order, shipmentOf(released.order), released.shop.node("n"), NOW);
    expect(send(released.shop, released.order, "m")).toBe("NOT_IN_STATE");
    const held = given();
    placeHold(held.order, { kind: "ITEM", scope: "line", lineNo: 1, shipmentNo: null, reason: "which?", owner: null, dueAt: null }, NOW);
    expect(send(held.shop, held.order, "m")).toBe("NODE_CANNOT_TAKE");
  });

  test("gives a line that ran out of attempts a new start", () => {
    const { shop, order } = given();
    releaseShipment(shop.journal, order, shipmentOf(order), shop.node("n"), NOW);
    rejectShipment(shop.journal, order, shipmentOf(order), "NO_CAPACITY", null, shop.facts, NOW);
    expect(unitsOf(order)).toEqual({ pending: 3 });
    expect(send(shop, order, "n")).toBe("ok");
    expect(order.lines.map((line) => line.attempts)).toEqual([0, 0]);
    expect(unitsOf(order)).toEqual({ reserved: 3 });
  });
});
