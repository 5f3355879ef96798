import { describe, expect, test } from "vitest";
import { DEFAULT_ROUTING_POLICY, type Item, type Node } from "../catalog/index.ts";
import { StockBook, type StockRow } from "../inventory/index.ts";
import { aDemand, aNode, anItem, stockOf } from "../shop.testing.ts";
import { boundedDetail, decideRouting, type NodeLoad, type RoutingRequest, spokenDecision } from "./index.ts";
import { aRequest, candidatesIn, cardOf, operating, rulesWith, serviceOf, travelBy } from "./routing.testing.ts";

const request = (lines: readonly { item: Item; quantity: number; node?: string }[], nodes: readonly Node[], stock: readonly StockRow[], over: Partial<RoutingRequest> = {}): RoutingRequest => ({
  demands: lines.map(({ item, quantity, node }, index) => aDemand({ lineNo: index + 1, item, quantity, preselected: node ?? null, excluded: new Set() })),
  nodes, nodePool: null, policy: DEFAULT_ROUTING_POLICY, destination: { latitude: 0, longitude: 0 }, book: new StockBook(stock, []), ownPending: new Map(), trigger: "CAPTURE", now: 0, ...over,
});
const at = (code: string, longitude: number, over: Partial<Node> = {}): Node => aNode(code, { latitude: 0, longitude, ...over });
const [A, B] = [anItem("A"), anItem("B")];

describe("the sentence says", () => {
  test("which node, against how many, and who was next", () => {
    const { reason } = decideRouting(request([{ item: A, quantity: 1 }], [at("near", 1), at("far", 3)], [stockOf("A", "near", 1), stockOf("A", "far", 1)]));
    expect(reason).toBe("Ships from NEAR: 2 nodes have the line and it costs least to ship from (111 km; next is FAR, 334 km).");
  });

  test("why a node that is nearer and has the goods does not send them; one that lacks them is no surprise", () => {
    const [nodes, has] = [[at("bare", 0.5), at("near", 1), at("far", 3)], (code: string) => stockOf("A", code, 9)];
    const load = { hasRoom: ({ code }: { readonly code: string }) => code !== "near", startsOn: () => null, utilisation: () => 0, taken: () => null };
    const { reason } = decideRouting(request([{ item: A, quantity: 1 }], nodes, [has("near"), has("far")], { load }));
    expect(reason).toBe("Ships from FAR (334 km): the only eligible node that has the line. NEAR is nearer (111 km) but has no capacity for it in the days ahead.");
  });

  test("that only one node could", () => {
    const { reason } = decideRouting(request([{ item: A, quantity: 1 }, { item: B, quantity: 1 }], [at("near", 1), at("far", 3)], [stockOf("A", "near", 1), stockOf("A", "far", 1), stockOf("B", "far", 1)]));
    expect(reason).toBe("Ships from FAR (334 km): the only eligible node that has all 2 lines.");
  });

  test("the nearest, not the one whose coordinates nobody entered", () => {
    const { assignments } = decideRouting(request([{ item: A, quantity: 1 }], [aNode("nowhere"), at("far", 60)], [stockOf("A", "nowhere", 1), stockOf("A", "far", 1)]));
    expect(assignments).toMatchObject([{ nodeId: "node-far" }]);
  });

  test("that the order named the node", () => {
    const { reason } = decideRouting(request([{ item: A, quantity: 1, node: "far" }], [at("near", 1), at("far", 3)], [stockOf("A", "near", 1), stockOf("A", "far", 1)]));
    expect(reason).toBe("Ships from FAR: the order names this node.");
  });

  test("why an order is split, and what that costs", () => {
    const { reason } = decideRouting(request([{ item: A, quantity: 1 }, { item: B, quantity: 1 }], [at("near", 1), at("far", 3)], [stockOf("A", "near", 1), stockOf("B", "far", 1)]));
    expect(reason).toMatch(/^Split over NEAR \(line 1\) and FAR \(line 2\): no single node has everything; this costs 4\.45 for distance and 5\.00 for extra parcels\.$/);
  });

  test("that one node would do but costs more", () => {
    const nodes = [at("near", 1), at("next", 2), at("far", 60)];
    const { reason } = decideRouting(request([{ item: A, quantity: 1 }, { item: B, quantity: 1 }], nodes, [stockOf("A", "near", 1), stockOf("B", "next", 1), stockOf("A", "far", 1), stockOf("B", "far", 1)]));
    expect(reason).toContain("FAR has everything but would cost more");
  });

  test("that no node has everything when two lines of one item share too little", () => {
    const plan = decideRouting(request([{ item: A, quantity: 3 }, { item: A, quantity: 3 }], [at("near", 1), at("far", 3), at("third", 5)], [stockOf("A", "near", 3), stockOf("A", "far", 3), stockOf("A", "third", 5)]));
    expect(plan.assignments).toHaveLength(2);
    expect(plan.reason).toContain("no single node has everything");
    expect(JSON.stringify(plan.detail)).not.toContain("COSTLIER");
    expect(plan.detail["runner_up"]).toBeNull();
  });

  test.each([
    ["nobody has it", [], {}, "No node can ship this. Line 1 cannot be placed: no node has enough."],
    ["who has it is offline", [stockOf("A", "off", 5)], {}, "No node can ship this. Line 1 cannot be placed: no eligible node has enough (for instance OFF is offline)."],
    ["who has it is not in the pool", [stockOf("A", "near", 5)], { nodePool: ["far"] }, "No node can ship this. Line 1 cannot be placed: no eligible node has enough (for instance NEAR is not in the channel's pool)."],
  ] as const)("why a line waits: %s", (_, stock, over, expected) => {
    const nodes = [at("near", 1), ...(stock.some(({ nodeId }) => nodeId === "node-off") ? [at("off", 2, { status: "offline" })] : [])];
    expect(decideRouting(request([{ item: A, quantity: 1 }], nodes, stock, over)).reason).toBe(expected);
  });

  test("what it has when the rest waits", () => {
    const plan = decideRouting(request([{ item: A, quantity: 3 }], [at("near", 1)], [stockOf("A", "near", 2)]));
    expect(plan).toMatchObject({ assignments: [{ quantity: 2 }], unplaced: [{ quantity: 1 }] });
    expect(plan.reason).toBe("Ships from NEAR what it has. Line 1 cannot be placed: no node has enough.");
  });
});

describe("the stored detail", () => {
  const long = "ÄÖÜ-".repeat(6);

  test.each([["each line somewhere else", 200], ["all at one node", 1]])("stays within its bound with 500 nodes and 200 lines, %s", (_, spread) => {
    const nodes = Array.from({ length: 500 }, (__, n) => at(`${long}${n}`, n / 10));
    const items = Array.from({ length: 200 }, (__, n) => anItem(`${n}`));
    const stock = items.map((item, n) => stockOf(item.sku, `${long}${n % spread}`, 1));
    const plan = decideRouting(request(items.map((item) => ({ item, quantity: 2 - (item.sku.length % 2) })), nodes, stock));
    const text = boundedDetail(plan.detail);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4096);
    expect(JSON.parse(text)).toMatchObject({ method: expect.any(String), chosen: expect.any(Array), candidates: expect.any(Array) });
    expect(plan.reason.length).toBeLessThanOrEqual(600);
    expect(plan.reason).toMatch(/\.$/);
  });

  test("keeps of each candidate the stock it had then, every term of its cost, when it would arrive and how full its day was", () => {
    const nodes = [at("near", 1, operating({ handling: { perShipmentMicros: 300_000, perLineMicros: 0, perUnitMicros: 0 } })), at("far", 3), at("off", 2, { status: "offline" })];
    const load: NodeLoad = { hasRoom: () => true, startsOn: () => null, utilisation: () => 0, taken: ({ code }) => (code === "near" ? 0.256 : null) };
    const rules = [rulesWith({ objective: { weights: { label: 1000, handling: 1000, distance: 1000, split: 1000 } } })];
    const travel = travelBy([serviceOf("one", 2)], [cardOf("one", { 1: [[9_000, 3]] })]);
    const lines: [Item, number][] = [[A, 2], [B, 1]];
    const { detail } = decideRouting(aRequest(lines, nodes, { near: "A 7, B 1", far: "A 2", off: "A 3, B 2" }, { rules, travel, load }));
    const [off, near, far] = candidatesIn(JSON.parse(boundedDetail(detail)));
    expect(near).toEqual({
      node: "near", verdict: "CHOSEN", reason: "chosen", km: 111.2, cost_micros: 5_523_900, lines_filled: 2, stock: [{ line: 1, units: 7 }, { line: 2, units: 1 }],
      terms_micros: { label: 3_000_000, handling: 300_000, distance: 2_223_900 }, taken_percent: 26, arrival_date: "2026-03-04",
    });
    expect(off).toMatchObject({ node: "off", verdict: "OFFLINE", stock: [{ line: 1, units: 3 }, { line: 2, units: 2 }], terms_micros: { distance: 4_447_800 } });
    expect(far).toMatchObject({ node: "far", verdict: "PARTIAL", lines_filled: 1, stock: [{ line: 1, units: 2 }, { line: 2, units: 0 }], terms_micros: { label: 3_000_000, distance: 6_671_700 } });
    expect(far).not.toHaveProperty("taken_percent");
  });

  test("is still told where it was stored before stock and terms were kept", () => {
    expect(spokenDecision({ candidates: [["near", "COSTLIER", 1.5, 30, 1], ["off", "EXPORT", 2, 40, 0, "an embargo"], ["far", "NO_STOCK"]] }).candidates).toEqual([
      { node: "near", verdict: "COSTLIER", reason: "can fill everything but costs more", km: 1.5, cost_micros: 30, lines_filled: 1 }, expect.objectContaining({ node: "off", why: "an embargo", lines_filled: 0 }), { node: "far", verdict: "NO_STOCK", reason: expect.any(String) },
    ]);
  });

  test("leaves the distant candidates out first and says how many", () => {
    const nodes = Array.from({ length: 500 }, (_, n) => at(`node${n}`, n / 10));
    const detail: Record<string, unknown> = JSON.parse(boundedDetail(decideRouting(request([{ item: A, quantity: 1 }], nodes, nodes.map((node) => stockOf("A", node.code, 1)))).detail));
    const kept = detail["candidates"] as unknown[];
    expect(kept[0]).toContain("node0");
    expect(kept.length + Number(detail["candidates_left_out"])).toBe(500);
  });

  test("does not spell out a thousand candidates to keep a hundred", () => {
    let spelled = 0;
    const candidates = Array.from({ length: 1000 }, (_, n) => ({ toJSON: () => ((spelled += 1), [`a-node-with-a-longer-code-${n}`, "NO_STOCK"]) }));
    const detail: Record<string, unknown> = JSON.parse(boundedDetail({ method: "exact", candidates }));
    expect(spelled).toBeLessThan(1000);
    const kept = detail["candidates"] as unknown[];
    expect(kept.length + Number(detail["candidates_left_out"])).toBe(1000);
  });
});
