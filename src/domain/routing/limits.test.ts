import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { networkAvailable } from "../inventory/index.ts";
import { anItem } from "../shop.testing.ts";
import { decideRouting } from "./decide.ts";
import { aRequest, at, cardOf, placesOf, rulesWith, serviceOf, travelBy } from "./routing.testing.ts";
import type { RoutingRequest } from "./types.ts";

const [A, B, C] = [anItem("A", { weightGrams: 1000 }), anItem("B", { weightGrams: 1000 }), anItem("C", { weightGrams: 1000, handlingClass: "hazmat" })];
const [NEAR, FAR, THIRD] = [at("near", 1), at("far", 3), at("third", 5)];

describe("lines that leave together", () => {
  const together = [rulesWith({ split: { keepTogether: "handling_class" } })];

  test("are placed once and do not wait as well", () => {
    const request = aRequest([[A, 3], [B, 1], [C, 2]], [NEAR, FAR], { near: "A 3", far: "A 3, B 1, C 2" }, { rules: together });
    expect(placesOf(request)).toEqual(["1x3@far", "2x1@far", "3x2@far"]);
  });

  test("wait together where no node has all of them", () => {
    const request = aRequest([[A, 3], [B, 1], [C, 2]], [NEAR, FAR], { near: "A 3", far: "B 1, C 2" }, { rules: together });
    expect(placesOf(request)).toEqual(["3x2@far", "1x3 waits", "2x1 waits"]);
  });

  test("count an item that two of them want twice", () => {
    expect(placesOf(aRequest([[A, 3], [A, 3]], [NEAR], { near: "A 5" }, { rules: together }))).toEqual(["1x3 waits", "2x3 waits"]);
  });

  test("wait together where some of it is promised to earlier orders", () => {
    const pending = [{ itemId: "item-A", pending: 2, waiting: 0, soft: 0 }];
    expect(placesOf(aRequest([[A, 3], [B, 1]], [NEAR], { near: "A 3, B 1" }, { rules: together, pending }))).toEqual(["1x3 waits", "2x1 waits"]);
  });

  test("by the value of an attribute", () => {
    const [one, two] = [anItem("A", { attributes: { set: "sofa" } }), anItem("B", { attributes: { set: "sofa" } })];
    const rules = [rulesWith({ split: { keepTogether: { attribute: "set" } } })];
    expect(placesOf(aRequest([[one, 1], [two, 1], [C, 1]], [NEAR, FAR], { near: "A 1, C 1", far: "A 1, B 1" }, { rules }))).toEqual(["1x1@far", "2x1@far", "3x1@near"]);
  });
});

describe("the number of nodes of an order", () => {
  const soft = rulesWith({ filters: [{ kind: "only_nodes", nodes: ["near"], tier: 1 }], split: { maximumNodes: 1 } });

  test("holds for what relaxed rules place beside the rest", () => {
    expect(placesOf(aRequest([[A, 1], [B, 1]], [NEAR, FAR], { near: "A 1", far: "B 1" }, { rules: [soft] }))).toEqual(["1x1@near", "2x1 waits"]);
  });

  test("holds for the fallback node", () => {
    const rules = [rulesWith({ filters: [{ kind: "only_nodes", nodes: ["near"], tier: null }], split: { maximumNodes: 1 }, after: { fallbackNode: "far" } })];
    expect(placesOf(aRequest([[A, 1], [B, 1]], [NEAR, FAR], { near: "A 1", far: "B 1" }, { rules }))).toEqual(["1x1@near", "2x1 waits"]);
  });

  test("counts nodes that send a part of a line", () => {
    const rules = [rulesWith({ filters: [{ kind: "only_nodes", nodes: ["near"], tier: 1 }], split: { maximumNodes: 1 } })];
    expect(placesOf(aRequest([[A, 3], [B, 1]], [NEAR, FAR], { near: "A 2", far: "B 1" }, { rules }))).toEqual(["1x2@near", "1x1 waits", "2x1 waits"]);
  });
});

describe("an order that goes whole or not at all", () => {
  const whole = [rulesWith({ split: { partial: false } })];

  test("goes not at all where a line is missing", () => {
    expect(placesOf(aRequest([[A, 1], [B, 1]], [NEAR], { near: "A 1" }, { rules: whole }))).toEqual(["1x1 waits", "2x1 waits"]);
  });

  test("goes not at all where a part of it is promised to earlier orders", () => {
    const pending = [{ itemId: "item-A", pending: 2, waiting: 0, soft: 0 }];
    expect(placesOf(aRequest([[A, 3], [B, 1]], [NEAR], { near: "A 3, B 1" }, { rules: whole, pending }))).toEqual(["1x3 waits", "2x1 waits"]);
  });
});

describe("a divided line", () => {
  test("is completed by what relaxed rules let in", () => {
    const rules = [rulesWith({ filters: [{ kind: "only_nodes", nodes: ["near"], tier: 1 }] })];
    expect(placesOf(aRequest([[A, 5]], [NEAR, FAR], { near: "A 3", far: "A 5" }, { rules }))).toEqual(["1x3@near", "1x2@far"]);
  });

  test("is completed by the fallback node", () => {
    const rules = [rulesWith({ filters: [{ kind: "only_nodes", nodes: ["near"], tier: null }], after: { fallbackNode: "far" } })];
    expect(placesOf(aRequest([[A, 5]], [NEAR, FAR], { near: "A 3", far: "A 5" }, { rules }))).toEqual(["1x3@near", "1x2@far"]);
  });

  test("is on no more nodes than its limit, whatever is given up", () => {
    const rules = [rulesWith({ filters: [{ kind: "not_nodes", nodes: ["third"], tier: 1 }], split: { maximumNodesPerLine: 2 } })];
    expect(placesOf(aRequest([[A, 9]], [NEAR, FAR, THIRD], { near: "A 3", far: "A 3", third: "A 3" }, { rules }))).toEqual(["1x3@near", "1x3@far", "1x3 waits"]);
  });

  test("leaves what has to stay, though two lines want it", () => {
    const rules = [rulesWith({ filters: [{ kind: "leaves_stock", units: 2, tier: null }] })];
    expect(placesOf(aRequest([[A, 3], [A, 3]], [NEAR], { near: "A 7" }, { rules }))).toEqual(["1x3@near", "2x2@near", "2x1 waits"]);
  });

  test("goes by services that the rules allow", () => {
    const rules = [rulesWith({ filters: [{ kind: "service_levels", levels: ["express"], tier: null }], objective: { weights: { label: 1000 } } })];
    const travel = travelBy([serviceOf("slow", 3), serviceOf("fast", 1, { level: "express" })], [cardOf("slow", { 1: [[31_500, 4]] }), cardOf("fast", { 1: [[31_500, 9]] })]);
    const plan = decideRouting(aRequest([[A, 4]], [NEAR, FAR], { near: "A 2", far: "A 2" }, { rules, travel }));
    expect(plan.shipments.map(({ service }) => service)).toEqual(["fast", "fast"]);
    expect(plan.detail).toMatchObject({ total_cost_micros: 18_000_000 });
  });

  test("has no part without a price", () => {
    const rules = [rulesWith({ objective: { weights: { label: 1000 } } })];
    const travel = travelBy([serviceOf("near", 1, { fromNodes: ["near"] }), serviceOf("far", 1, { fromNodes: ["far"], zone: "2" })], [cardOf("near", { 1: [[5_000, 4]] }), cardOf("far", { 1: [[5_000, 4]] })]);
    expect(placesOf(aRequest([[A, 4]], [NEAR, FAR], { near: "A 2", far: "A 2" }, { rules, travel }))).toEqual(["1x2@near", "1x2 waits"]);
  });
});

describe("a service", () => {
  test("carries only what it takes, even where labels do not count", () => {
    const rules = [rulesWith({ ranks: ["distance"], filters: [{ kind: "carriers", carriers: ["dhl"], tier: null }] })];
    const fits = serviceOf("far", 1, { fromNodes: ["far"] });
    for (const limit of [{ handlingClasses: ["standard"] }, { maximumGrams: 500 }]) {
      const travel = travelBy([serviceOf("near", 1, { fromNodes: ["near"], ...limit }), fits]);
      expect(placesOf(aRequest([[C, 1]], [NEAR, FAR], { near: "C 1", far: "C 1" }, { rules, travel }))).toEqual(["1x1@far"]);
    }
  });

  test("leaves within local days, not within hours", () => {
    const rules = [rulesWith({ filters: [{ kind: "ships_within", days: 0, tier: null }] })];
    const late = at("near", 1, { cutOff: "08:30" });
    expect(placesOf(aRequest([[A, 1]], [late], { near: "A 1" }, { rules, travel: travelBy([serviceOf("one", 1)]) }))).toEqual(["1x1 waits"]);
    expect(placesOf(aRequest([[A, 1]], [NEAR], { near: "A 1" }, { rules, travel: travelBy([serviceOf("one", 1)]) }))).toEqual(["1x1@near"]);
  });

  test("is the same whatever the order in which equal ones come", () => {
    const rules = [rulesWith({ ranks: ["distance", "arrival"] })];
    const [one, two] = [serviceOf("a", 1), serviceOf("b", 1)];
    const used = [[one, two], [two, one]].map((services) => decideRouting(aRequest([[A, 1]], [NEAR], { near: "A 1" }, { rules, travel: travelBy(services) })).shipments[0]?.service);
    expect(used).toEqual(["a", "a"]);
  });
});

describe("what relaxed rules place at a node that has a shipment", () => {
  test("goes in one shipment by a service that takes both", () => {
    const rules = [rulesWith({ filters: [{ kind: "service_levels", levels: ["express"], tier: 1 }], objective: { weights: { label: 1000 } } })];
    const travel = travelBy([serviceOf("slow", 3), serviceOf("fast", 1, { level: "express", handlingClasses: ["standard"] })], [cardOf("slow", { 1: [[31_500, 4]] }), cardOf("fast", { 1: [[31_500, 9]] })]);
    const plan = decideRouting(aRequest([[C, 1], [A, 1]], [NEAR], { near: "A 1, C 1" }, { rules, travel }));
    expect(plan.shipments.map(({ service }) => service)).toEqual(["slow"]);
    expect(plan.detail).toMatchObject({ total_cost_micros: 4_000_000, relaxed: [{ rule: "service_levels", tier: 1 }] });
  });
});

describe("the decision says of soft rules", () => {
  test("only that they were given up where that helped", () => {
    const rules = [rulesWith({ filters: [{ kind: "only_nodes", nodes: ["near"], tier: 1 }, { kind: "same_country", tier: 2 }] })];
    expect(decideRouting(aRequest([[A, 1], [B, 1]], [NEAR], { near: "A 1" }, { rules })).detail).not.toHaveProperty("relaxed");
    expect(decideRouting(aRequest([[A, 1], [B, 1]], [NEAR, FAR], { near: "A 1", far: "B 1" }, { rules })).detail).toMatchObject({ relaxed: [{ rule: "only_nodes", tier: 1 }] });
  });
});

describe("the fastest plan", () => {
  test("is that whose last part is there first, then the one with fewest shipments", () => {
    const travel = travelBy([serviceOf("slow", 5, { fromNodes: ["near", "far"] }), serviceOf("fast", 1, { fromNodes: ["third", "fourth"] })]);
    const nodes = [NEAR, FAR, THIRD, at("fourth", 7)];
    const request = aRequest([[A, 1], [B, 1], [C, 1]], nodes, { near: "A 1", far: "B 1, C 1", third: "B 1", fourth: "C 1" }, { rules: [rulesWith({ ranks: ["arrival", "splits", "distance"] })], travel });
    expect(placesOf(request)).toEqual(["1x1@near", "2x1@far", "3x1@far"]);
  });
});

describe("what earlier orders leave of an item", () => {
  const pending = [{ itemId: "item-A", pending: 3, waiting: 0, soft: 0 }];
  /** A request whose first line may go to the far node only. */
  const bound = (request: RoutingRequest): RoutingRequest => ({ ...request, demands: request.demands.map((one, n) => (n === 0 ? { ...one, preselected: "far" } : one)) });

  test("goes to the next line where the first cannot take it", () => {
    expect(placesOf(bound(aRequest([[A, 4], [A, 3], [A, 1]], [NEAR, FAR], { near: "A 5" }, { pending })))).toEqual(["2x2@near", "1x4 waits", "2x1 waits", "3x1 waits"]);
  });

  test("goes to a line that has a part of it already", () => {
    expect(placesOf(bound(aRequest([[A, 1], [A, 3]], [NEAR, FAR], { near: "A 5" }, { pending })))).toEqual(["2x2@near", "1x1 waits", "2x1 waits"]);
    const whole = rulesWith({ split: { maximumNodesPerLine: 1 } });
    expect(placesOf(bound(aRequest([[A, 1], [A, 3]], [NEAR, FAR], { near: "A 5" }, { pending, rules: [whole] })))).toEqual(["2x2@near", "1x1 waits", "2x1 waits"]);
  });

  test("is the first line's again where relaxed rules let it go, beside what the next one took", () => {
    const rules = [rulesWith({ filters: [{ kind: "only_nodes", nodes: ["near"], tier: 1 }] })];
    expect(placesOf(bound(aRequest([[A, 2], [A, 1]], [NEAR, FAR], { near: "A 3", far: "A 3" }, { pending: [{ itemId: "item-A", pending: 4, waiting: 0, soft: 0 }], rules })))).toEqual(["1x1@far", "2x1@near", "1x1 waits"]);
  });

  test("is never more than there is", () => {
    expect(placesOf(bound(aRequest([[A, 4], [A, 3], [A, 9]], [NEAR, FAR], { near: "A 5", far: "A 1" }, { pending })))).toEqual(["1x1@far", "2x2@near", "1x3 waits", "2x1 waits", "3x9 waits"]);
  });

  test("waits only where nobody could send it", () => {
    const nodes = [NEAR, FAR, THIRD];
    const line = fc.record({ item: fc.constantFrom(A, B), quantity: fc.integer({ min: 1, max: 5 }), preselected: fc.constantFrom(null, null, "near", "far", "third") });
    const stock = fc.array(fc.tuple(fc.nat(5), fc.nat(3)), { minLength: 3, maxLength: 3 });
    fc.assert(fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), stock, fc.nat(6), (lines, units, waiting) => {
      const request = aRequest(
        lines.map(({ item, quantity, preselected }) => [item, quantity, { preselected }] as const), nodes,
        Object.fromEntries(nodes.map(({ code }, n) => [code, `A ${units[n]?.[0] ?? 0}, B ${units[n]?.[1] ?? 0}`])), { pending: [{ itemId: "item-A", pending: waiting, waiting: 0, soft: 0 }] },
      );
      const { assignments, unplaced } = decideRouting(request);
      const given = (item: string, node: string | null): number => assignments.reduce((sum, one) => sum + (lines[one.lineNo - 1]?.item.id === item && (node === null || one.nodeId === node) ? one.quantity : 0), 0);
      for (const { lineNo } of unplaced) {
        const { item, preselected } = lines[lineNo - 1] ?? { item: A, preselected: null };
        const left = networkAvailable(request.book, item, nodes.map(({ id }) => id)) - given(item.id, null);
        const there = nodes.reduce((most, { id, code }) => Math.max(most, preselected === null || preselected === code ? request.book.available(item, id) - given(item.id, id) : 0), 0);
        expect(Math.min(left, there)).toBeLessThanOrEqual(0);
      }
    }), { numRuns: 500 });
  });
});
