import { describe, expect, test } from "vitest";
import { present } from "../kernel/index.ts";
import { type Filter, PRESETS, type SplitPolicy, type Strategy } from "../routing/index.ts";
import { aChannel, aLine, aNode, anItem, openShop, type Shop, stockOf, unitsOf } from "../shop.testing.ts";
import { closedUntil, sourceWaiting } from "./index.ts";

const NEAREST = present(PRESETS["nearest"]?.groups[0], "preset");
const [EAST, WEST] = [aNode("east", { latitude: 0, longitude: 1 }), aNode("west", { latitude: 0, longitude: 3 })];
const ITEMS = [anItem("A", { backorder: true }), anItem("B", { backorder: true }), anItem("SET", { backorder: true, components: [{ sku: "A", quantity: 2 }, { sku: "B", quantity: 1 }], shipTogether: true })];
const NOT_EAST: Filter = { kind: "not_nodes", nodes: ["east"], tier: null };

const shopWith = (stock: Parameters<typeof openShop>[0]["stock"], filters: readonly Filter[], over: { split?: Partial<SplitPolicy>; pool?: readonly string[]; when?: "backorder" | "exception" } = {}): Shop => {
  const strategy: Strategy = { code: "mine", version: 1, groups: [{ ...NEAREST, filters, split: { ...NEAREST.split, ...over.split } }] };
  return openShop({ items: ITEMS, nodes: [EAST, WEST], stock: stock ?? [], channel: aChannel({ strategy: "mine", whenUnavailable: over.when ?? "backorder", nodePool: over.pool ?? null }), strategies: [strategy] });
};
const told = (shop: Shop): unknown[] => shop.journal.exceptions.map(({ kind, lineNo }) => [kind, lineNo]);

describe("units that are there and that no rule lets go", () => {
  test("wait as before, and a person is told why and what to do", () => {
    const shop = shopWith([stockOf("A", "east", 5)], [NOT_EAST]);
    expect(unitsOf(shop.capture([aLine("A", 2)]))).toEqual({ backordered: 2 });
    expect(shop.journal.exceptions).toMatchObject([{ kind: "NO_ROUTE", lineNo: 1, itemId: "item-A", nodeId: null }]);
    expect(shop.journal.exceptions[0]?.reason).toMatch(/^2 of A are in stock, and no rule lets them go: .*is not among the nodes that the rules allow.* Change the rules/);
  });

  test("where they may not wait, are an exception of their own kind too", () => {
    const shop = shopWith([stockOf("A", "east", 5)], [NOT_EAST], { when: "exception" });
    expect(unitsOf(shop.capture([aLine("A", 2)]))).toEqual({ pending: 2 });
    expect(told(shop)).toEqual([["NO_ROUTE", 1]]);
  });

  test.each<[string, Shop, Parameters<Shop["capture"]>[0], unknown[]]>([
    ["no stock at all", shopWith([], [NOT_EAST]), [aLine("A", 2)], []],
    ["too little of it", shopWith([stockOf("A", "east", 1)], [NOT_EAST]), [aLine("A", 2)], []],
    ["enough for one of two lines", shopWith([stockOf("A", "east", 3)], [NOT_EAST]), [aLine("A", 2), aLine("A", 2)], [["NO_ROUTE", 1]]],
    ["stock outside the channel's pool", shopWith([stockOf("A", "east", 5)], [], { pool: ["west"] }), [aLine("A", 2)], []],
    ["stock at another node than the line names", shopWith([stockOf("A", "east", 5)], []), [aLine("A", 2, { node: "west" })], []],
    ["one part of a kit only", shopWith([stockOf("A", "east", 9)], [NOT_EAST]), [aLine("SET", 1)], []],
    ["all parts of a kit", shopWith([stockOf("A", "east", 9), stockOf("B", "east", 9)], [NOT_EAST]), [aLine("SET", 1)], [["NO_ROUTE", 2], ["NO_ROUTE", 3]]],
    ["a line on two nodes that must not be divided", shopWith([stockOf("A", "east", 2), stockOf("A", "west", 2)], [], { split: { maximumNodesPerLine: 1 } }), [aLine("A", 4)], [["NO_ROUTE", 1]]],
  ])("%s", (_, shop, lines, expected) => {
    shop.capture(lines);
    expect(told(shop)).toEqual(expected);
  });

  test("are not what a paused node has: it sends them when its time has come", () => {
    const shop = shopWith([], []);
    const order = shop.capture([aLine("A", 2)]);
    shop.journal.book.changeOnHand("item-A", "node-east", "", "A", 5);
    const nodes = shop.facts.nodes.map((node) => (node.code === "east" ? closedUntil(node, shop.journal.context.now + 1) : node));
    sourceWaiting(shop.journal, order, { ...shop.facts, nodes }, "NODE_OFFLINE");
    expect([told(shop), unitsOf(order)]).toEqual([[], { backordered: 2 }]);
  });

  test("are told of when the goods come later and the rules still keep them, without a decision more", () => {
    const shop = shopWith([], [NOT_EAST]);
    const order = shop.capture([aLine("A", 2)]);
    const decisions = shop.journal.decisions.length;
    shop.journal.book.changeOnHand("item-A", "node-east", "", "A", 5);
    sourceWaiting(shop.journal, order, shop.facts, "STOCK_ARRIVED");
    expect([told(shop), shop.journal.decisions.length - decisions, unitsOf(order)]).toEqual([[["NO_ROUTE", 1]], 0, { backordered: 2 }]);
  });

  test("need nobody any more once they have a node", () => {
    const shop = shopWith([stockOf("A", "east", 5)], [NOT_EAST]);
    const order = shop.capture([aLine("A", 2)]);
    shop.journal.book.changeOnHand("item-A", "node-west", "", "A", 5);
    sourceWaiting(shop.journal, order, shop.facts, "STOCK_ARRIVED");
    shop.journal.close();
    expect([told(shop), shop.journal.resolvedLines()]).toEqual([[], [{ orderId: order.id, lineNo: 1, isBackordered: false }]]);
  });
});
