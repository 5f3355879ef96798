import { describe, expect, test } from "vitest";
import { present } from "../kernel/index.ts";
import { defaultGroup, type Strategy } from "../routing/index.ts";
import { aChannel, aLine, aNode, anItem, NOW, openShop, type Shop, shipmentOf, stockOf } from "../shop.testing.ts";
import { addShadowSums, cancelUnits, LEFT_OUT, lookInShadow, type MadeDecision, openShadowTrial, releaseShipment, shadowFacts, type ShadowLook } from "./index.ts";

const HERE = { destination: { latitude: 0, longitude: 0 } };
const NODES = [aNode("near", { latitude: 0, longitude: 1 }), aNode("far", { latitude: 0, longitude: 5 })];
const AWAY: Strategy = { code: "mine", version: 2, groups: [{ ...defaultGroup(aChannel().routing), filters: [{ kind: "not_nodes", nodes: ["near"], tier: null }] }] };
const shopOf = (near: number, far: number): Shop => openShop({ items: [anItem("A", { backorder: true })], nodes: NODES, stock: [stockOf("A", "near", near), stockOf("A", "far", far)] });

/** What was decided of an order of five, in the words of its decision. */
const decided = (near: number, over: Partial<MadeDecision> = {}): MadeDecision =>
  ({ placed: near === 0 ? [] : [{ lineNo: 1, nodeId: "node-near", quantity: near }], unplaced: near === 5 ? [] : [{ lineNo: 1, quantity: 5 - near }], reason: "near", detail: { total_cost_micros: 7 }, ...over });
function look(shop: Shop, order: ReturnType<Shop["capture"]>, made: MadeDecision): ShadowLook {
  const trial = openShadowTrial(shop.journal, order, made);
  return trial ? lookInShadow(trial, made, shop.facts, shadowFacts(shop.facts, AWAY, true)) : LEFT_OUT;
}

describe("an order that a draft would send elsewhere", () => {
  test("has what it reserved to be placed anew, in books of its own", () => {
    const shop = shopOf(5, 5);
    const order = shop.capture([aLine("A", 5)], HERE);
    const { sum, move } = look(shop, order, decided(5));
    expect(sum).toMatchObject({ compared: 1, moved: 1, costed: 1, live: { costMicros: 7, unplaced: 0 }, draft: { unplaced: 0 } });
    expect(move?.difference).toMatchObject({ sentence: expect.stringContaining("Would ship from FAR instead of NEAR"), moved: [{ lineNo: 1, quantity: 5, from: "node-near", to: "node-far" }] });
    expect(shop.book.counters("item-A", "node-near")).toMatchObject({ reserved: 5 });
  });

  test("is asked as a whole where a node was told already, and what it costs is compared only where both sides place all of it", () => {
    const shop = shopOf(3, 2);
    const order = shop.capture([aLine("A", 5)], { ...HERE });
    const placed = order.shipments.flatMap(({ nodeId, lines }) => [...lines].map(([lineNo, { reserved }]) => ({ lineNo, nodeId, quantity: reserved })));
    releaseShipment(shop.journal, order, shipmentOf(order), shop.node("near"), NOW, shop.facts.shipping);
    const { sum, move } = look(shop, order, { ...decided(5), placed, unplaced: [] });
    expect(sum).toMatchObject({ compared: 1, moved: 1, costed: 0, live: { split: 1, unplaced: 0, costMicros: 0 }, draft: { split: 0, unplaced: 1, costMicros: 0 } });
    expect(move?.difference.costMicros).toBeNull();
  });

  test("counts as late by the days that its decision was late", () => {
    const shop = shopOf(5, 5);
    const made = decided(5, { detail: { total_cost_micros: 7, chosen: [{ node: "near", lines: [1], days_late: 2 }] } });
    expect(look(shop, shop.capture([aLine("A", 5)], HERE), made).sum).toMatchObject({ live: { late: 1 }, draft: { late: 0 } });
  });
});

describe("an order of which nothing can be said", () => {
  test("is one that does not stand as its decision left it", () => {
    const shop = shopOf(5, 5);
    expect(look(shop, shop.capture([aLine("A", 5)], HERE), decided(3))).toBe(LEFT_OUT);
    const cancelled = shopOf(3, 0);
    const order = cancelled.capture([aLine("A", 5)], HERE);
    cancelUnits(cancelled.journal, order, [{ lineNo: 1, quantity: 1 }], "less", false);
    expect(look(cancelled, order, decided(3))).toBe(LEFT_OUT);
  });

  test("is one that the live rules too would send there by now", () => {
    const shop = shopOf(5, 5);
    const order = shop.capture([aLine("A", 5)], HERE);
    const closed: Shop = { ...shop, facts: { ...shop.facts, nodes: NODES.map((node) => (node.code === "near" ? { ...node, status: "offline" } : node)) } };
    expect(look(closed, order, decided(5))).toBe(LEFT_OUT);
  });

  test("is counted beside the others", () => {
    const shop = shopOf(5, 5);
    const { sum } = look(shop, shop.capture([aLine("A", 5)], HERE), decided(5));
    expect(addShadowSums(addShadowSums(sum, LEFT_OUT.sum), present(sum, "sum"))).toMatchObject({ compared: 2, leftOut: 1, moved: 2, costed: 2, live: { costMicros: 14 } });
  });
});
