import { describe, expect, test } from "vitest";
import { DEFAULT_ROUTING_POLICY } from "../catalog/index.ts";
import { StockBook, type StockRow } from "../inventory/index.ts";
import { aDemand, aNode, anItem, stockOf } from "../shop.testing.ts";
import { type AppliedRules, decideRouting, defaultGroup, type RoutingPlan } from "./index.ts";

const NODES = [aNode("near", { latitude: 0, longitude: 1 }), aNode("far", { latitude: 0, longitude: 9 })];
const group = defaultGroup(DEFAULT_ROUTING_POLICY);
const rules = (split: Partial<typeof group.split>): readonly AppliedRules[] => [{ strategy: { code: "s", version: 1 }, group: { ...group, split: { ...group.split, ...split } }, holds: () => false }];

/** Three units of A and two of B, both frozen, and one of C. */
const decide = (stock: readonly StockRow[], split: Partial<typeof group.split>, pending = 0): RoutingPlan => decideRouting({
  demands: [["A", 3], ["B", 2], ["C", 1]].map(([sku, quantity], n) => aDemand({ lineNo: n + 1, item: anItem(String(sku), { handlingClass: sku === "C" ? "dry" : "frozen" }), quantity: Number(quantity), preselected: null, excluded: new Set() })),
  nodes: NODES, nodePool: null, policy: DEFAULT_ROUTING_POLICY, destination: { latitude: 0, longitude: 0 }, ownPending: new Map(), trigger: "CAPTURE", now: 0, rules: rules(split),
  book: new StockBook(stock, [{ itemId: "item-A", pending, waiting: 0, soft: 0 }]),
});
const placed = ({ assignments }: RoutingPlan): unknown[] => assignments.map(({ lineNo, nodeId, quantity }) => [lineNo, nodeId.slice(5), quantity]).toSorted();
const waiting = ({ unplaced }: RoutingPlan): unknown[] => unplaced.map(({ lineNo, quantity }) => [lineNo, quantity]);

describe("lines that leave together", () => {
  const stock = [stockOf("A", "near", 9), stockOf("B", "far", 9), stockOf("A", "far", 9), stockOf("C", "near", 9)];

  test("go to the node that has all of them, each with its own quantity", () => {
    const plan = decide(stock, { keepTogether: "handling_class" });
    expect(placed(plan)).toEqual([[1, "far", 3], [2, "far", 2], [3, "near", 1]]);
    expect(plan.unplaced).toEqual([]);
  });

  test("go nowhere where no node has all of them, and wait line by line", () => {
    const plan = decide(stock.filter(({ itemId, nodeId }) => !(itemId === "item-A" && nodeId === "node-far")), { keepTogether: "handling_class" });
    expect(placed(plan)).toEqual([[3, "near", 1]]);
    expect(waiting(plan)).toEqual([[1, 3], [2, 2]]);
  });

  test("go nowhere where a part of them is promised to earlier orders", () => {
    const plan = decide(stock, { keepTogether: "handling_class" }, 17);
    expect(placed(plan)).toEqual([[3, "near", 1]]);
    expect(waiting(plan)).toEqual([[1, 3], [2, 2]]);
  });

  test("are as divided as any others where nothing keeps them together", () => {
    expect(placed(decide(stock.filter(({ itemId, nodeId }) => !(itemId === "item-A" && nodeId === "node-far")), {}))).toEqual([[1, "near", 3], [2, "far", 2], [3, "near", 1]]);
  });
});
