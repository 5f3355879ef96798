import { describe, expect, test } from "vitest";
import type { Node } from "../catalog/index.ts";
import { DAY } from "../kernel/index.ts";
import { anItem } from "../shop.testing.ts";
import { type CostTerm, type Criterion, decideRouting, type NodeLoad, type RoutingPlan } from "./index.ts";
import { aRequest, at, candidatesIn, cardOf, MONDAY, operating, placesOf, rulesWith, serviceOf, travelBy } from "./routing.testing.ts";

const [A, B] = [anItem("A", { weightGrams: 1000 }), anItem("B", { weightGrams: 1000 })];
const BOTH = { x: "A 9, B 9", y: "A 9, B 9" };
const loadOf = (taken: Readonly<Record<string, number>>, room = Infinity): NodeLoad => ({ hasRoom: (_, units) => units <= room, startsOn: () => null, utilisation: ({ code }) => taken[code] ?? 0, taken: ({ code }) => taken[code] ?? null });

test("a node that is full for days is late by them, and its days are those that are named", () => {
  const [near, far] = [at("near", 1), at("far", 3)];
  const load: NodeLoad = { ...loadOf({}), startsOn: ({ code }, units) => (code === "near" && units === 2 ? "2026-03-05" : null) };
  const rules = [rulesWith({ objective: { weights: { distance: 1000, lateness: 1000 }, latenessMicrosPerDay: 50_000_000 } })];
  const travel = travelBy([serviceOf("one", 1)], [], { deliverBy: Date.UTC(2026, 2, 4, 12) });
  const asked = (units: number): RoutingPlan => decideRouting(aRequest([[anItem("A"), units]], [near, far], { near: "A 9", far: "A 9" }, { rules, travel, load }));
  expect(asked(1)).toMatchObject({ assignments: [{ nodeId: "node-near" }], shipments: [{ shipDate: "2026-03-02", arrivalDate: "2026-03-03" }] });
  expect(asked(2)).toMatchObject({ assignments: [{ nodeId: "node-far" }], shipments: [{ shipDate: "2026-03-02", arrivalDate: "2026-03-03" }] });
  expect(candidatesIn(asked(2).detail).find(({ node }) => node === "near")).toMatchObject({ verdict: "COSTLIER", arrival_date: "2026-03-06", terms_micros: { lateness: 100_000_000 } });
  const alone = decideRouting({ ...aRequest([[anItem("A"), 2]], [near], { near: "A 9" }, { rules, travel, load }) });
  expect(alone.reason).toContain("leaving on 2026-03-05, there by 2026-03-06, 2 days late");
});

describe("a criterion as first rank (Shopify and Spree: ties fall through)", () => {
  const arriving = (days: number) => travelBy([serviceOf("x", 2, { fromNodes: ["x"] }), serviceOf("y", days, { fromNodes: ["y"] })]);
  const rows: readonly [Criterion, worse: Partial<Node>, over?: Parameters<typeof aRequest>[3], tied?: Parameters<typeof aRequest>[3]][] = [
    ["cost", { longitude: 2 }],
    ["same_country", { address: { country: "FR" } }],
    ["distance", { longitude: 2 }],
    ["node_priority", { priority: 9 }],
    ["stores_first", { kind: "dc" }],
    ["arrival", {}, { travel: arriving(1) }, { travel: arriving(2) }],
    ["load", {}, { load: loadOf({ x: 0.5, y: 0.4 }) }, { load: loadOf({ x: 0.5, y: 0.5 }) }],
  ];

  test.each(rows)("%s", (criterion, worse, over = {}, tied = over) => {
    const [x, y] = [at("x", 1, { kind: "store" }), at("y", 1, { kind: "store" })];
    const next: Criterion = criterion === "node_priority" ? "distance" : "node_priority";
    const rules = [rulesWith({ ranks: [criterion, next] })];
    // The second criterion speaks for X, and is heard only where the first does not tell the two apart.
    const handicap = next === "distance" ? { longitude: 3 } : { priority: 5 };
    expect(placesOf(aRequest([[A, 1]], [{ ...x, ...worse }, { ...y, ...handicap }], BOTH, { rules, ...over }))).toEqual(["1x1@y"]);
    expect(placesOf(aRequest([[A, 1]], [x, { ...y, ...handicap }], BOTH, { rules, ...tied }))).toEqual(["1x1@x"]);
  });

  test("splits: one shipment before a shorter way, and the shorter way among plans with as many", () => {
    const nodes = [at("x", 1), at("y", 2), at("z", 60)];
    const rules = (...by: Criterion[]) => [rulesWith({ ranks: by })];
    const stock = { x: "A 1", y: "B 1", z: "A 1, B 1" };
    expect(placesOf(aRequest([[A, 1], [B, 1]], nodes, stock, { rules: rules("splits", "distance") }))).toEqual(["1x1@z", "2x1@z"]);
    expect(placesOf(aRequest([[A, 1], [B, 1]], nodes, stock, { rules: rules("distance", "splits") }))).toEqual(["1x1@x", "2x1@y"]);
  });

  test("the last tie-breaks: fewer shipments, earlier, nearer, better priority, id", () => {
    const rules = [rulesWith({ ranks: ["same_country"] })];
    expect(placesOf(aRequest([[A, 1]], [at("y", 1), at("x", 1)], BOTH, { rules }))).toEqual(["1x1@x"]);
    expect(placesOf(aRequest([[A, 1]], [at("y", 1, { priority: 1 }), at("x", 1, { priority: 2 })], BOTH, { rules }))).toEqual(["1x1@y"]);
    expect(placesOf(aRequest([[A, 1]], [at("y", 1, { priority: 2 }), at("x", 2)], BOTH, { rules }))).toEqual(["1x1@y"]);
    expect(placesOf(aRequest([[A, 1]], [at("y", 2), at("x", 1)], BOTH, { rules, travel: travelBy([serviceOf("x", 3, { fromNodes: ["x"] }), serviceOf("y", 1, { fromNodes: ["y"] })], [], { serviceLevel: "standard" }) }))).toEqual(["1x1@y"]);
  });

  test("arrival: the latest part decides, not the sum", () => {
    const travel = travelBy([serviceOf("a", 1, { fromNodes: ["a"] }), serviceOf("b", 3, { fromNodes: ["b"] }), serviceOf("c", 2, { fromNodes: ["c", "d"] })]);
    const nodes = [at("a", 1), at("b", 1), at("c", 5), at("d", 5)];
    const request = aRequest([[A, 1], [B, 1]], nodes, { a: "A 1", b: "B 1", c: "A 1", d: "B 1" }, { rules: [rulesWith({ ranks: ["arrival", "splits"] })], travel });
    expect(decideRouting(request).shipments.map(({ arrivalDate }) => arrivalDate).toSorted().at(-1)).toBe("2026-03-04");
  });
});

describe("a cost by its weight", () => {
  const handling = operating({ handling: { perShipmentMicros: 1_000_000, perLineMicros: 200_000, perUnitMicros: 30_000 } });
  const travel = travelBy([serviceOf("one", 2)], [cardOf("one", { 1: [[31_500, 4]] })], { deliverBy: MONDAY });
  /** What each term comes to at weight 1 for 3 units of A on two lines from one node. */
  const rows: readonly [CostTerm, number][] = [["label", 4_000_000], ["handling", 1_490_000], ["distance", 2_223_900], ["lateness", 20_000_000], ["capacity", 2_500_000], ["stock", 0], ["markdown", 0]];

  test.each(rows.flatMap(([term, micros]) => [0, 500, 1000, 2000].map((weight) => [term, weight / 1000, weight, Math.round((micros * weight) / 1000)] as const)))("%s times %d", (term, _, weight, micros) => {
    const rules = [rulesWith({ objective: { weights: { [term]: weight }, distanceMicrosPerKm: 20_000, latenessMicrosPerDay: 10_000_000, capacityMicros: 10_000_000 } })];
    const { detail } = decideRouting(aRequest([[A, 2], [A, 1]], [at("x", 1, handling)], { x: "A 9" }, { rules, travel, load: loadOf({ x: 0.5 }) }));
    expect(detail["total_cost_micros"]).toBe(micros);
    expect(term === "distance" ? detail["distance_cost_micros"] : (detail["terms_micros"] as Record<string, number> | undefined)?.[term] ?? 0).toBe(micros);
  });

  test.each([0, 500, 1000, 2000])("split times %i thousandths, for each shipment after the first", (weight) => {
    const rules = [rulesWith({ objective: { weights: { split: weight }, splitMicros: 5_000_000 } })];
    const { detail } = decideRouting(aRequest([[A, 1], [B, 1]], [at("x", 1), at("y", 1)], { x: "A 1", y: "B 1" }, { rules }));
    expect(detail).toMatchObject({ split_cost_micros: weight * 5_000, total_cost_micros: weight * 5_000 });
  });

  test("a weight can turn the decision", () => {
    const services = [serviceOf("x", 1, { fromNodes: ["x"] }), serviceOf("y", 1, { fromNodes: ["y"], zone: "2" })];
    const cards = [cardOf("x", { 1: [[31_500, 9]] }), cardOf("y", { 2: [[31_500, 4]] })];
    const chosen = (label: number) => placesOf(aRequest([[A, 1]], [at("x", 1), at("y", 3)], BOTH, { rules: [rulesWith({ objective: { weights: { label, distance: 1000 } } })], travel: travelBy(services, cards) }));
    expect([0, 500, 1000, 2000].map(chosen)).toEqual([["1x1@x"], ["1x1@x"], ["1x1@y"], ["1x1@y"]]);
  });
});

describe("what a shipment costs to send (Microsoft tiers, IBM zone and weight)", () => {
  const weights = { label: 1000 };
  const send = (lines: Parameters<typeof aRequest>[0], stock: Readonly<Record<string, string>>, card: Partial<Parameters<typeof cardOf>[2]>, service = serviceOf("one", 1), facts = {}) =>
    decideRouting(aRequest(lines, [at("x", 1), at("y", 1)], stock, { rules: [rulesWith({ objective: { weights } })], travel: travelBy([service], [cardOf("one", { 1: [[1_000, 3], [2_000, 5], [31_500, 12]] }, card ?? {})], { facts }) }));

  test.each([[1, 3], [2, 5], [3, 12], [31, 12]])("%i kg by its tier", (kilograms, euros) => {
    expect(send([[A, kilograms]], { x: "A 99" }, {}).detail["total_cost_micros"]).toBe(euros * 1e6);
  });

  test("two light shipments where one heavy one costs more", () => {
    const stock = { x: "A 9, B 9", y: "A 9, B 9" };
    expect(new Set(send([[A, 1], [B, 1]], stock, {}).assignments.map(({ nodeId }) => nodeId)).size).toBe(1);
    expect(send([[A, 2], [B, 2]], stock, {}).detail).toMatchObject({ total_cost_micros: 10_000_000 });
  });

  test("with its surcharges", () => {
    const surcharge = { aboveGrams: null, aboveLengthMm: null, zones: null, toCountries: null, toPostcodes: null, handlingClasses: null };
    const surcharges = [
      { ...surcharge, code: "peak", kind: "fixed" as const, amount: 500_000 }, { ...surcharge, code: "fuel", kind: "percent" as const, amount: 1_000 },
      { ...surcharge, code: "heavy", kind: "per_kilogram" as const, amount: 100_000, aboveGrams: 1_500 }, { ...surcharge, code: "hazmat", kind: "fixed" as const, amount: 9_000_000, handlingClasses: ["hazmat"] },
    ];
    expect(send([[A, 2]], { x: "A 2" }, { surcharges }).detail["total_cost_micros"]).toBe(5_000_000 + 500_000 + 500_000 + 200_000);
    const hazmat = anItem("H", { weightGrams: 1000, handlingClass: "hazmat" });
    expect(send([[hazmat, 1]], { x: "H 1" }, { surcharges }).detail["total_cost_micros"]).toBe(3_000_000 + 500_000 + 300_000 + 9_000_000);
  });

  test("by volume, and with its box", () => {
    const box = { code: "box", name: "Box", innerMm: [300, 200, 100] as const, tareGrams: 200, maximumGrams: null, costMicros: 400_000 };
    const bulky = anItem("L", { weightGrams: 100, dimensionsMm: [290, 190, 90] });
    const { detail } = send([[bulky, 1]], { x: "L 1" }, {}, serviceOf("one", 1, { dimensionalDivisor: 5_000 }), { packageTypes: [box] });
    // 300 x 200 x 100 mm / 5,000 is 1,200 g, above the first tier.
    expect(detail["total_cost_micros"]).toBe(5_400_000);
  });
});

describe("lateness as money", () => {
  const services = [serviceOf("slow", 3), serviceOf("punctual", 1)];
  const cards = [cardOf("slow", { 1: [[31_500, 4]] }), cardOf("punctual", { 1: [[31_500, 14]] })];
  const chosen = (latenessMicrosPerDay: number) => decideRouting(aRequest([[A, 1]], [at("x", 1)], { x: "A 1" }, {
    rules: [rulesWith({ objective: { weights: { label: 1000, lateness: 1000 }, latenessMicrosPerDay } })], travel: travelBy(services, cards, { deliverBy: Date.UTC(2026, 2, 3) }),
  }));

  test("a dearer but punctual service where a day late costs more than the difference", () => {
    expect(chosen(5_000_000).shipments).toMatchObject([{ service: "punctual" }]);
    expect(chosen(4_999_999).shipments).toMatchObject([{ service: "slow" }]);
    expect(chosen(4_999_999).detail).toMatchObject({ terms_micros: { label: 4_000_000, lateness: 9_999_998 } });
  });

  test("a service level that the order asks for is the only one", () => {
    const travel = travelBy([serviceOf("slow", 3), serviceOf("fast", 1, { level: "express" })], [cardOf("slow", { 1: [[31_500, 4]] }), cardOf("fast", { 1: [[31_500, 40]] })], { serviceLevel: "express", deliverBy: MONDAY + 9 * DAY });
    const plan = decideRouting(aRequest([[A, 1]], [at("x", 1)], { x: "A 1" }, { rules: [rulesWith({ objective: { weights: { label: 1000 } } })], travel }));
    expect(plan.shipments).toMatchObject([{ service: "fast" }]);
    expect(placesOf(aRequest([[A, 1]], [at("x", 1)], { x: "A 1" }, { travel: { ...travel, serviceLevel: "drone" } }))).toEqual(["1x1 waits"]);
  });
});

describe("limits of divided orders (Microsoft partial orders, IBM shipments, HotWax parcel value)", () => {
  const nodes = [at("x", 1), at("y", 2), at("z", 3)];
  const C = anItem("C");

  test.each([[null, 3], [3, 3], [2, 2], [1, 1]])("at most %s nodes", (maximumNodes, placed) => {
    const plan = decideRouting(aRequest([[A, 1], [B, 1], [C, 1]], nodes, { x: "A 1", y: "B 1", z: "C 1" }, { rules: [rulesWith({ split: { maximumNodes } })] }));
    expect(plan.assignments).toHaveLength(placed);
  });

  test.each([[null, 9], [3, 9], [2, 6], [1, 0]])("a line on at most %s nodes", (maximumNodesPerLine, units) => {
    const plan = decideRouting(aRequest([[A, 9]], nodes, { x: "A 3", y: "A 3", z: "A 3" }, { rules: [rulesWith({ split: { maximumNodesPerLine } })] }));
    expect(plan.assignments.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(units);
  });

  test.each([[0, 2], [500, 2], [501, 0]])("parts worth at least %i", (minimumValueMinor, placed) => {
    const rules = [rulesWith({ split: { minimumValueMinor, maximumNodesPerLine: 1 } })];
    expect(decideRouting(aRequest([[A, 1, { valueMinor: 500 }], [B, 1, { valueMinor: 900 }]], nodes, { x: "A 1", y: "B 1" }, { rules })).assignments).toHaveLength(placed === 0 ? 1 : placed);
    expect(decideRouting(aRequest([[A, 1, { valueMinor: 5 }], [B, 1, { valueMinor: 9 }]], nodes, { x: "A 1, B 1" }, { rules })).assignments).toHaveLength(2);
  });
});

describe("capacity (fulfillmenttools, IBM)", () => {
  test("a node takes no more than it has room for, and the next takes the rest", () => {
    expect(placesOf(aRequest([[A, 3], [B, 3]], [at("x", 1), at("y", 9)], BOTH, { load: loadOf({}, 4) })).map((place) => place.slice(-1)).toSorted()).toEqual(["x", "y"]);
  });

  test("an order larger than any day waits whole, and says so", () => {
    const request = aRequest([[A, 5]], [at("x", 1)], { x: "A 9" }, { load: loadOf({}, 4) });
    expect(placesOf(request)).toEqual(["1x5 waits"]);
    expect(decideRouting(request).reason).toContain("X has no capacity for it in the days ahead");
  });

  test("what is taken already costs by its square", () => {
    const rules = [rulesWith({ objective: { weights: { capacity: 1000, distance: 1000 }, capacityMicros: 10_000_000 } })];
    const chosen = (taken: number) => placesOf(aRequest([[A, 1]], [at("x", 1), at("y", 2)], BOTH, { rules, load: loadOf({ x: taken }) }));
    expect([0, 0.4, 0.5, 1].map(chosen)).toEqual([["1x1@x"], ["1x1@x"], ["1x1@y"], ["1x1@y"]]);
  });
});

describe("kits", () => {
  const kit = { parts: [{ lineNo: 2, item: A, perUnit: 2 }, { lineNo: 3, item: B, perUnit: 1 }] };

  test("leave together, beside single lines of the same component", () => {
    const lines = (units: number): Parameters<typeof aRequest>[0] => [[A, 2, kit], [A, units, { lineNo: 4, parts: [{ lineNo: 4, item: A, perUnit: 1 }] }]];
    const nodes = [at("x", 1), at("y", 2)];
    expect(placesOf(aRequest(lines(1), nodes, { x: "A 5, B 2", y: "A 9" }))).toEqual(["2x4@x", "3x2@x", "4x1@x"]);
    expect(placesOf(aRequest(lines(2), nodes, { x: "A 5, B 2", y: "A 9" }))).toEqual(["2x4@x", "3x2@x", "4x2@y"]);
    expect(placesOf(aRequest(lines(1), nodes, { x: "A 9", y: "B 9" }))).toEqual(["4x1@x", "2x4 waits", "3x2 waits"]);
  });
});
