import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULT_ROUTING_POLICY, type Item, type Node } from "../catalog/index.ts";
import { StockBook } from "../inventory/index.ts";
import { aDemand, aNode, anItem, itemOf, candidatesOf } from "../shop.testing.ts";
import { boundedDetail, decideRouting, type RoutingPlan, type RoutingRequest } from "./index.ts";

/** Small enough to try every assignment, tight enough that lines compete. */
interface Instance {
  readonly lines: readonly { item: number; quantity: number; preselected: number | null; excluded: readonly number[] }[];
  readonly nodes: readonly { longitude: number | null; priority: number; online: boolean; pooled: boolean; bulky: boolean; stock: readonly number[] }[];
  readonly split: number;
  readonly maximumDistanceKm: number | null;
  readonly pending: readonly number[];
}

const CLASSES = ["standard", "standard", "standard", "bulky"];
const item = (index: number): Item => anItem(String(index), { handlingClass: CLASSES[index] ?? "standard", safetyStock: index === 2 ? 1 : 0 });

const instances = (over: { lines?: number; items?: number; rules?: boolean; pending?: boolean; minimumLines?: number } = {}): fc.Arbitrary<Instance> => {
  const { lines = 5, items = 4, rules = true, pending = false, minimumLines = 1 } = over;
  const seldom = <T>(value: fc.Arbitrary<T>, otherwise: T): fc.Arbitrary<T> => (rules ? fc.oneof({ weight: 9, arbitrary: fc.constant(otherwise) }, { weight: 1, arbitrary: value }) : fc.constant(otherwise));
  return fc.record({
    lines: fc.array(fc.record({
      item: fc.integer({ min: 0, max: items - 1 }), quantity: fc.integer({ min: 1, max: 4 }), preselected: seldom(fc.integer({ min: 0, max: 5 }), null as number | null),
      excluded: seldom(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 2 }), [] as number[]),
    }), { minLength: minimumLines, maxLength: lines }),
    nodes: fc.array(fc.record({
      longitude: seldom(fc.constant(null as number | null), 1).chain((one) => (one === null ? fc.constant(null) : fc.integer({ min: 0, max: 12 }))), priority: fc.integer({ min: 1, max: 3 }),
      online: seldom(fc.constant(false), true), pooled: seldom(fc.constant(false), true), bulky: seldom(fc.constant(false), true),
      stock: fc.array(fc.integer({ min: 0, max: 6 }), { minLength: items, maxLength: items }),
    }), { minLength: 1, maxLength: 6 }),
    split: fc.constantFrom(0, 500_000, 5_000_000, 20_000_000), maximumDistanceKm: seldom(fc.constant(700 as number | null), null as number | null),
    pending: fc.array(pending ? fc.integer({ min: 0, max: 6 }) : fc.constant(0), { minLength: items, maxLength: items }),
  });
};

function requestOf({ lines, nodes, split, maximumDistanceKm, pending }: Instance): RoutingRequest {
  const all = nodes.map((node, n): Node => aNode(`n${n}`, {
    latitude: node.longitude === null ? null : 0, longitude: node.longitude, priority: node.priority, status: node.online ? "online" : "offline", itemClasses: node.bulky ? null : ["standard"],
  }));
  const items = pending.map((_, index) => item(index));
  const rows = nodes.flatMap(({ stock }, n) => stock.map((onHand, index) => ({ itemId: `item-${index}`, nodeId: `node-n${n}`, owner: "", condition: "A" as const, onHand, reserved: 0, soft: 0, short: 0 })));
  return {
    nodes: all, nodePool: nodes.every(({ pooled }) => pooled) ? null : nodes.flatMap(({ pooled }, n) => (pooled ? [`n${n}`] : [])),
    policy: { ...DEFAULT_ROUTING_POLICY, splitCostMicros: split, maximumDistanceKm }, destination: { latitude: 0, longitude: 0 },
    book: new StockBook(rows, pending.map((units, index) => ({ itemId: `item-${index}`, pending: units, waiting: 0, soft: 0 }))), ownPending: new Map(), trigger: "CAPTURE", now: 0,
    demands: lines.map((line, index) => aDemand({
      lineNo: index + 1, item: items[line.item] ?? item(0), quantity: line.quantity, preselected: line.preselected === null ? null : `n${line.preselected}`,
      excluded: new Set(line.excluded.map((n) => `node-n${n}`)),
    })),
  };
}

const costOf = (request: RoutingRequest, nodeIds: Iterable<string>): number => {
  const used = new Set(nodeIds);
  const known = new Map(candidatesOf(request).map((candidate) => [candidate.node.id, candidate.costMicros]));
  return [...used].reduce((sum, id) => sum + (known.get(id) ?? 0), 0) + Math.max(0, used.size - 1) * request.policy.splitCostMicros;
};

/** What a node may give a line at all, from the rules as the reference states them. */
function mayServe({ nodePool, policy, destination }: RoutingRequest, node: Node, demand: RoutingRequest["demands"][number]): boolean {
  if (node.status !== "online" || (nodePool !== null && !nodePool.includes(node.code))) return false;
  if (demand.excluded.has(node.id) || (demand.preselected !== null && demand.preselected !== node.code)) return false;
  if (node.itemClasses !== null && !node.itemClasses.includes(itemOf(demand).handlingClass)) return false;
  const kilometres = destination === null || node.longitude === null ? null : (Math.abs(node.longitude - (destination.longitude ?? 0)) * Math.PI * 6371.0088) / 180;
  return policy.maximumDistanceKm === null || kilometres === null || kilometres <= policy.maximumDistanceKm;
}

/** Tries every assignment of whole lines: the most lines, and of those the least cost. */
function bruteForce(request: RoutingRequest): { covered: number; cost: number } {
  const left = new Map<string, number>();
  const key = (itemId: string, nodeId: string): string => `${itemId} ${nodeId}`;
  for (const node of request.nodes) for (const demand of request.demands) left.set(key(itemOf(demand).id, node.id), request.book.available(itemOf(demand), node.id));
  const costs = new Map(candidatesOf(request).map((candidate) => [candidate.node.id, candidate.costMicros]));
  let best = { covered: 0, cost: 0 };
  const used: string[] = [];
  const visit = (d: number, covered: number): void => {
    const demand = request.demands[d];
    if (!demand) {
      const nodes = new Set(used);
      const cost = [...nodes].reduce((sum, id) => sum + (costs.get(id) ?? 0), 0) + Math.max(0, nodes.size - 1) * request.policy.splitCostMicros;
      if (covered > best.covered || (covered === best.covered && cost < best.cost)) best = { covered, cost };
      return;
    }
    if (covered + request.demands.length - d < best.covered) return;
    for (const node of request.nodes) {
      const place = key(itemOf(demand).id, node.id);
      const units = left.get(place) ?? 0;
      if (units < demand.quantity || !mayServe(request, node, demand)) continue;
      left.set(place, units - demand.quantity);
      used.push(node.id);
      visit(d + 1, covered + 1);
      used.pop();
      left.set(place, units);
    }
    visit(d + 1, covered);
  };
  visit(0, 0);
  return best;
}

/** Lines that one node fills alone, and those nodes. */
function wholeLines(request: RoutingRequest, plan: RoutingPlan): { covered: number; nodes: string[] } {
  const whole = plan.assignments.filter((one) => request.demands.some((demand) => demand.lineNo === one.lineNo && demand.quantity === one.quantity));
  return { covered: whole.length, nodes: whole.map((one) => one.nodeId) };
}

function expectPossible(request: RoutingRequest, plan: RoutingPlan): void {
  const given = new Map<string, number>();
  const networkGiven = new Map<string, number>();
  for (const { lineNo, nodeId, quantity } of plan.assignments) {
    const demand = request.demands.find((one) => one.lineNo === lineNo);
    const node = request.nodes.find((one) => one.id === nodeId);
    if (!demand || !node) throw new Error("an assignment of something unknown");
    expect(quantity).toBeGreaterThan(0);
    expect(mayServe(request, node, demand), `line ${lineNo} at ${node.code}`).toBe(true);
    const sum = (given.get(`${itemOf(demand).id} ${nodeId}`) ?? 0) + quantity;
    given.set(`${itemOf(demand).id} ${nodeId}`, sum);
    expect(sum).toBeLessThanOrEqual(request.book.available(itemOf(demand), nodeId));
    networkGiven.set(itemOf(demand).id, (networkGiven.get(itemOf(demand).id) ?? 0) + quantity);
  }
  for (const [itemId, quantity] of networkGiven) {
    const one = request.demands.map(itemOf).find(({ id }) => id === itemId);
    const { pending, soft } = request.book.demand(itemId);
    const online = request.nodes.filter((node) => node.status === "online").reduce((sum, node) => sum + (one ? request.book.available(one, node.id) : 0), 0);
    if (pending + soft > 0) expect(quantity).toBeLessThanOrEqual(Math.max(0, online - pending - soft));
  }
  for (const demand of request.demands) {
    const placed = plan.assignments.filter((one) => one.lineNo === demand.lineNo).reduce((sum, one) => sum + one.quantity, 0);
    const waiting = plan.unplaced.filter((one) => one.lineNo === demand.lineNo).reduce((sum, one) => sum + one.quantity, 0);
    expect(placed + waiting).toBe(demand.quantity);
  }
}

function expectExplained(request: RoutingRequest, plan: RoutingPlan): void {
  expect(Buffer.byteLength(boundedDetail(plan.detail))).toBeLessThanOrEqual(4096);
  const chosen = request.nodes.filter((node) => plan.assignments.some((one) => one.nodeId === node.id));
  expect(plan.reason.length).toBeGreaterThan(10);
  const named = chosen.filter((node) => plan.reason.includes(node.name));
  expect(named.length, plan.reason).toBeGreaterThanOrEqual(Math.min(chosen.length, 4));
  if (named.length < chosen.length) expect(plan.reason).toContain("more node");
}

/** The plan does not depend on the order in which the nodes come. */
function expectStable(request: RoutingRequest, plan: RoutingPlan): void {
  const turned = decideRouting({ ...request, nodes: request.nodes.toReversed() });
  expect({ assignments: turned.assignments, unplaced: turned.unplaced, reason: turned.reason }).toEqual({ assignments: plan.assignments, unplaced: plan.unplaced, reason: plan.reason });
}

describe("routing, against every possible assignment", () => {
  const runs = 3000;

  test("covers the most whole lines at the least cost, whatever the rules and the competition", () => {
    fc.assert(fc.property(instances(), (instance) => {
      const request = requestOf(instance);
      const plan = decideRouting(request);
      expectPossible(request, plan);
      const { covered, nodes } = wholeLines(request, plan);
      expect({ covered, cost: costOf(request, nodes) }).toEqual(bruteForce(request));
    }), { numRuns: runs });
  });

  test("is possible, explained and stable, with earlier orders waiting", () => {
    fc.assert(fc.property(instances({ pending: true }), (instance) => {
      const request = requestOf(instance);
      const plan = decideRouting(request);
      expectPossible(request, plan);
      expectExplained(request, plan);
      expectStable(request, plan);
    }), { numRuns: runs });
  });

  test("leaves nothing unplaced that some node could still give", () => {
    fc.assert(fc.property(instances({ rules: false }), (instance) => {
      const request = requestOf(instance);
      const plan = decideRouting(request);
      for (const index of new Set(instance.lines.map((line) => line.item))) {
        const one = item(index);
        const wanted = instance.lines.filter((line) => line.item === index).reduce((sum, line) => sum + line.quantity, 0);
        const there = request.nodes.reduce((sum, node) => sum + request.book.available(one, node.id), 0);
        const lineNos = instance.lines.flatMap((line, n) => (line.item === index ? [n + 1] : []));
        expect(plan.assignments.filter((a) => lineNos.includes(a.lineNo)).reduce((sum, a) => sum + a.quantity, 0)).toBe(Math.min(wanted, there));
      }
    }), { numRuns: 1000 });
  });
});

describe("orders of more than twelve lines", () => {
  /** Many lines of distinct items, of which only a few kinds differ in who has them. */
  const manyKinds = fc.record({
    nodes: fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 6 }), split: fc.constantFrom(0, 500_000, 5_000_000),
    holders: fc.array(fc.integer({ min: 1, max: 63 }), { minLength: 1, maxLength: 5 }), kinds: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 13, maxLength: 40 }),
  }).map(({ nodes, split, holders, kinds }) => {
    const has = (line: number, n: number): boolean => ((((holders[(kinds[line] ?? 0) % holders.length] ?? 1) >> n) & 1) === 1);
    const request: RoutingRequest = {
      nodes: nodes.map((longitude, n) => aNode(`n${n}`, { latitude: 0, longitude })), nodePool: null, policy: { ...DEFAULT_ROUTING_POLICY, splitCostMicros: split }, destination: { latitude: 0, longitude: 0 },
      book: new StockBook(kinds.flatMap((_, line) => nodes.flatMap((__, n) => (has(line, n) ? [{ itemId: `item-${line}`, nodeId: `node-n${n}`, owner: "", condition: "A" as const, onHand: 2, reserved: 0, soft: 0, short: 0 }] : []))), []),
      ownPending: new Map(), trigger: "CAPTURE", now: 0, demands: kinds.map((_, line) => aDemand({ lineNo: line + 1, item: anItem(String(line)), quantity: 1 + (line % 2), preselected: null, excluded: new Set<string>() })),
    };
    return { request, has };
  });

  test("with distinct items are still placed at the least cost", () => {
    fc.assert(fc.property(manyKinds, ({ request, has }) => {
      const plan = decideRouting(request);
      expectPossible(request, plan);
      const servable = request.demands.flatMap((_, line) => (request.nodes.some((__, n) => has(line, n)) ? [line] : []));
      expect(plan.assignments).toHaveLength(servable.length);
      // The optimum over whole lines of distinct items is a cheapest set of nodes that together have every line.
      let best = servable.length === 0 ? 0 : Infinity;
      for (let open = 1; open < 1 << request.nodes.length; open++) {
        if (servable.every((line) => request.nodes.some((_, n) => ((open >> n) & 1) === 1 && has(line, n)))) {
          best = Math.min(best, costOf(request, request.nodes.filter((_, n) => ((open >> n) & 1) === 1).map((node) => node.id)));
        }
      }
      expect(costOf(request, plan.assignments.map((one) => one.nodeId))).toBe(best);
      expect(plan.detail["method"]).toMatch(/^exact/);
    }), { numRuns: 400 });
  });

  test("with shared items never break a rule or take what is not there, and stay stable", () => {
    fc.assert(fc.property(instances({ lines: 30, items: 8, minimumLines: 13, pending: true }), (instance) => {
      const request = requestOf(instance);
      const plan = decideRouting(request);
      expectPossible(request, plan);
      expectExplained(request, plan);
      expectStable(request, plan);
    }), { numRuns: 400 });
  });
});
