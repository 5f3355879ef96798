import { describe, expect, test } from "vitest";
import { anItem } from "../shop.testing.ts";
import { decideRouting, type FilterRule, type NodeVerdict } from "./index.ts";
import { aRequest, at, candidatesIn, MONDAY, placesOf, rulesWith, serviceOf, travelBy, type RequestOver } from "./routing.testing.ts";

const A = anItem("A", { weightGrams: 1000 });
const B = anItem("B", { weightGrams: 1000 });
/** What the rules of the field keep out is always the nearest node, which would win otherwise. */
const NEAR = at("near", 9, { kind: "store", address: { country: "FR" } });
const FAR = at("far", 20);
const HOUR = 3_600_000;
const SLOW_NEAR = travelBy([serviceOf("slow", 5, { fromNodes: ["near"], level: "economy", carrier: "ups" }), serviceOf("fast", 1, { fromNodes: ["far"] })], [], { deliverBy: MONDAY + 60 * HOUR, backlog: (nodeId) => (nodeId === "node-near" ? 7 : 2) });

const RULES: readonly [from: string, filter: FilterRule, verdict: NodeVerdict, over?: RequestOver][] = [
  ["node kinds (fulfillmenttools FACILITY-BUSINESSTYPE)", { kind: "node_kinds", kinds: ["dc"] }, "NODE_KIND"],
  ["location priority, only listed locations (Microsoft), node pools (IBM distribution groups)", { kind: "only_nodes", nodes: ["far"] }, "NOT_LISTED"],
  ["excluded locations (HotWax facility exclusion)", { kind: "not_nodes", nodes: ["near"] }, "NOT_LISTED"],
  ["destination market (Shopify)", { kind: "same_country" }, "OTHER_COUNTRY"],
  ["country fence (fulfillmenttools FACILITY-COUNTRY, NetSuite regions)", { kind: "countries", countries: ["DE", "AT"] }, "OTHER_COUNTRY"],
  ["service commitments (IBM levels of service)", { kind: "service_levels", levels: ["standard"] }, "SERVICE", { travel: SLOW_NEAR }],
  ["carriers (fulfillmenttools FACILITY-CARRIERAVAILABILITY)", { kind: "carriers", carriers: ["dhl"] }, "SERVICE", { travel: SLOW_NEAR }],
  ["delivery date (IBM SLA, Microsoft timings)", { kind: "arrives_in_time" }, "ARRIVES_LATE", { travel: SLOW_NEAR }],
  ["safety stock for routing (HotWax), minimum inventory (Microsoft), zero stock (fulfillmenttools AVOID-ZERO-STOCK)", { kind: "leaves_stock", units: 3 }, "NO_STOCK"],
  ["maximum orders (Microsoft)", { kind: "maximum_backlog", shipments: 7 }, "BACKLOG", { travel: SLOW_NEAR }],
  ["an expression over the node (Kibo filters, toolkit fences)", { kind: "expression", when: "node.code != 'near'" }, "RULE"],
];
const far = { near: "A 3", far: "A 9" };
const only = { near: "A 3" };
const holds = (expression: string, { code }: { code: string }): boolean => expression === "node.code != 'near'" && code !== "near";
const verdictOf = (detail: Readonly<Record<string, unknown>>, code: string): unknown => candidatesIn(detail).find(({ node }) => node === code)?.["verdict"];

describe.each(RULES)("%s", (_, filter, verdict, over = {}) => {
  const rules = (tier: number | null) => [rulesWith({ filters: [{ ...filter, tier }] }, holds)];
  const withStock = (stock: Readonly<Record<string, string>>, tier: number | null) => aRequest([[A, 1]], [NEAR, FAR], stock, { ...over, rules: rules(tier) });

  test("hard, keeps the node out and says so", () => {
    expect(placesOf(aRequest([[A, 1]], [NEAR, FAR], far, { ...over, rules: [rulesWith()] }))).toEqual(["1x1@near"]);
    const plan = decideRouting(withStock(far, null));
    expect(plan.assignments).toMatchObject([{ nodeId: "node-far" }]);
    expect(verdictOf(plan.detail, "near")).toBe(verdict);
    expect(placesOf(withStock(only, null))).toEqual(["1x1 waits"]);
  });

  test("soft, keeps it out where another can, and is given up where none can", () => {
    expect(placesOf(withStock(far, 1))).toEqual(["1x1@far"]);
    expect(decideRouting(withStock(far, 1)).detail).not.toHaveProperty("relaxed");
    const plan = decideRouting(withStock(only, 1));
    expect(plan.assignments).toMatchObject([{ nodeId: "node-near" }]);
    expect(plan.detail["relaxed"]).toEqual([{ rule: filter.kind, tier: 1 }]);
    expect(plan.reason).toContain(`To place it, a soft rule was given up: ${filter.kind.replaceAll("_", " ")}.`);
  });
});

describe("maximum distance (Microsoft)", () => {
  test.each([[1000, "1x1@near"], [1001, "1x1@near"], [1002, "1x1@near"]])("of %i km, and one kilometre less keeps the node out", (km, place) => {
    const node = at("near", (km / 6371.0088) * (180 / Math.PI));
    const request = (limit: number) => aRequest([[A, 1]], [node], only, { rules: [rulesWith({ filters: [{ kind: "maximum_distance", km: limit, tier: null }] })] });
    expect(placesOf(request(km))).toEqual([place]);
    expect(placesOf(request(km - 1))).toEqual(["1x1 waits"]);
  });
});

describe("ships within (fulfillmenttools SAMEDAY-POSSIBLE)", () => {
  test("so many local days of the node, cut-off to the second", () => {
    const node = at("near", 1, { timeZone: "Asia/Tokyo", cutOff: "18:00" });
    const request = (now: number, days: number) =>
      aRequest([[A, 1]], [node], only, { now, rules: [rulesWith({ filters: [{ kind: "ships_within", days, tier: null }] })], travel: travelBy([serviceOf("one", 1)]) });
    const cutOff = Date.UTC(2026, 2, 2, 9);
    expect(placesOf(request(cutOff - 1, 0))).toEqual(["1x1@near"]);
    expect(placesOf(request(cutOff, 0))).toEqual(["1x1 waits"]);
    expect(placesOf(request(cutOff, 1))).toEqual(["1x1@near"]);
  });
});

describe("the whole order (fulfillmenttools STOCK-AVAILABILITY, HotWax all items available)", () => {
  const rules = (tier: number | null) => [rulesWith({ filters: [{ kind: "whole_order", tier }] })];

  test("hard, only nodes that have everything", () => {
    expect(placesOf(aRequest([[A, 1], [B, 1]], [NEAR, FAR], { near: "A 1", far: "A 1, B 1" }, { rules: rules(null) }))).toEqual(["1x1@far", "2x1@far"]);
    expect(placesOf(aRequest([[A, 1], [B, 1]], [NEAR, FAR], { near: "A 1", far: "B 1" }, { rules: rules(null) }))).toEqual(["1x1 waits", "2x1 waits"]);
  });

  test("is whole only with all that is asked for, and not with what earlier orders leave of it", () => {
    const pending = [{ itemId: "item-A", pending: 1, waiting: 0, soft: 0 }];
    const request = (near: string, tier: number | null) => aRequest([[A, 5]], [NEAR, FAR], { near, far: "A 1" }, { pending, rules: rules(tier) });
    expect(placesOf(request("A 5", null))).toEqual(["1x5@near"]);
    expect(placesOf(request("A 4", null))).toEqual(["1x5 waits"]);
    expect(placesOf(request("A 4", 1))).toEqual(["1x4@near", "1x1 waits"]);
  });

  test("of lines that want the same item, has enough for all", () => {
    expect(placesOf(aRequest([[A, 3], [A, 2]], [NEAR, FAR], { near: "A 4", far: "A 5" }, { rules: rules(null) }))).toEqual(["1x3@far", "2x2@far"]);
    expect(placesOf(aRequest([[A, 3], [A, 2]], [NEAR, FAR], { near: "A 4", far: "A 4" }, { rules: rules(null) }))).toEqual(["1x3 waits", "2x2 waits"]);
  });

  test("soft, divided where none has", () => {
    expect(placesOf(aRequest([[A, 1], [B, 1]], [NEAR, FAR], { near: "A 1", far: "B 1" }, { rules: rules(1) }))).toEqual(["1x1@near", "2x1@far"]);
  });
});

describe("tiers of soft rules", () => {
  const nodes = [at("a", 1), at("b", 2), at("c", 3)];
  const rules = [rulesWith({ filters: [{ kind: "not_nodes", nodes: ["c"], tier: 2 }, { kind: "not_nodes", nodes: ["b"], tier: 1 }, { kind: "not_nodes", nodes: ["x"], tier: null }] })];

  test("are given up lowest first, for lines that are still without a node", () => {
    const lines = [[A, 1], [B, 1], [anItem("C"), 1]] as const;
    const request = aRequest(lines, nodes, { a: "A 1", b: "A 1, B 1", c: "A 1, B 1, C 1" }, { rules });
    const plan = decideRouting(request);
    // One node has everything; but what was placed stays where it was.
    expect(placesOf(request, plan)).toEqual(["1x1@a", "2x1@b", "3x1@c"]);
    expect(plan.detail["relaxed"]).toEqual([{ rule: "not_nodes", tier: 1 }, { rule: "not_nodes", tier: 2 }]);
    expect(plan.reason).toContain("To place it, soft rules were given up: not nodes.");
  });

  test("end with the one that helps", () => {
    const plan = decideRouting(aRequest([[A, 1], [B, 1]], nodes, { a: "A 1", b: "B 1", c: "B 1" }, { rules }));
    expect(plan.detail["relaxed"]).toEqual([{ rule: "not_nodes", tier: 1 }]);
  });

  test("never touch a hard one", () => {
    expect(placesOf(aRequest([[A, 1]], [at("x", 1)], { x: "A 1" }, { rules }))).toEqual(["1x1 waits"]);
  });
});

describe("what becomes of lines that no node can have", () => {
  const [first, near, third] = [{ kind: "only_nodes", nodes: ["c"], tier: null }, { kind: "only_nodes", nodes: ["near"], tier: null }, { kind: "only_nodes", nodes: ["far"], tier: null }] as const;
  const stock = { near: "A 1", far: "B 1" };

  test("the alternate strategy, and the alternate of that (Microsoft IOM)", () => {
    const rules = [rulesWith({ filters: [first], after: { alternate: "second" } }), rulesWith({ filters: [near], after: { alternate: "third" } }), rulesWith({ filters: [third] })];
    expect(placesOf(aRequest([[A, 1], [B, 1]], [NEAR, FAR], stock, { rules }))).toEqual(["1x1@near", "2x1@far"]);
    expect(placesOf(aRequest([[A, 1], [B, 1]], [NEAR, FAR], stock, { rules: rules.slice(0, 2) }))).toEqual(["1x1@near", "2x1 waits"]);
  });

  test("a fallback node that the filters keep out, where it has the goods and is a node that ships", () => {
    const rules = [rulesWith({ filters: [first], after: { fallbackNode: "far" } })];
    expect(placesOf(aRequest([[A, 1], [B, 1]], [NEAR, FAR], stock, { rules }))).toEqual(["2x1@far", "1x1 waits"]);
    expect(placesOf(aRequest([[A, 1], [B, 1]], [NEAR, { ...FAR, status: "offline" }], stock, { rules }))).toEqual(["1x1 waits", "2x1 waits"]);
  });

  test.each(["channel", "backorder", "exception", "refuse"] as const)("else %s, as the first rules say", (unplaced) => {
    const rules = [rulesWith({ filters: [first], after: { unplaced, alternate: "second" } }), rulesWith({ filters: [first] })];
    expect(decideRouting(aRequest([[A, 1]], [NEAR], only, { rules })).unplacedAction).toBe(unplaced);
  });
});

describe("the node that a line names, and those that were tried before", () => {
  test("bind whatever the rules prefer", () => {
    const lines = [[A, 1, { preselected: "far" }], [A, 1, { excluded: new Set(["node-near"]) }], [A, 1]] as const;
    expect(placesOf(aRequest(lines, [NEAR, FAR], { near: "A 5", far: "A 2" }, { rules: [rulesWith({ objective: { splitMicros: 0, weights: { distance: 1000 } } })] }))).toEqual(["1x1@far", "2x1@far", "3x1@near"]);
  });

  test("are not given up with soft rules", () => {
    const rules = [rulesWith({ filters: [{ kind: "not_nodes", nodes: ["far"], tier: 1 }] })];
    expect(placesOf(aRequest([[A, 1, { preselected: "gone" }], [A, 1, { excluded: new Set(["node-near", "node-far"]) }]], [NEAR, FAR], { near: "A 5", far: "A 5" }, { rules }))).toEqual(["1x1 waits", "2x1 waits"]);
  });
});
