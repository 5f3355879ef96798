import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULT_ROUTING_POLICY, type Node } from "../catalog/index.ts";
import { StockBook } from "../inventory/index.ts";
import { aDemand, aNode, anItem, stockOf, itemOf, candidatesOf } from "../shop.testing.ts";
import { boundedDetail, type Candidate, decideRouting, type RoutingPlan, type RoutingRequest } from "./index.ts";

/** Orders of which each line names its node, in a network of many: who else there is changes nothing but the table. */

const ITEMS = ["0", "1", "2"];

const requests = fc.record({
  nodes: fc.integer({ min: 1, max: 400 }), spread: fc.integer({ min: 1, max: 90 }), codeLength: fc.constantFrom(1, 8, 40), restricted: fc.boolean(), addressed: fc.boolean(),
  maximumDistanceKm: fc.constantFrom(null, 3000), pending: fc.integer({ min: 0, max: 2 }),
  lines: fc.array(fc.record({ item: fc.integer({ min: 0, max: 2 }), quantity: fc.integer({ min: 1, max: 4 }), node: fc.nat(399), excluded: fc.boolean() }), { minLength: 1, maxLength: 6 }),
  stock: fc.array(fc.record({ line: fc.nat(5), units: fc.integer({ min: 0, max: 8 }) }), { maxLength: 8 }),
}).map((one): RoutingRequest => {
  const nodes = Array.from({ length: one.nodes }, (_, n): Node => aNode(`${"n".repeat(one.codeLength)}${n}`, {
    latitude: n % 11 === 5 ? null : 0, longitude: (n * 37) % one.spread, priority: n % 3, status: n % 17 === 3 ? "offline" : "online", itemClasses: n % 13 === 7 ? ["bulky"] : null,
  }));
  const codeOf = (n: number): string => nodes[n % nodes.length]?.code ?? "";
  const places = new Map(one.stock.flatMap(({ line, units }) => {
    const wanted = one.lines[line % one.lines.length];
    return wanted ? [[`${wanted.item} ${codeOf(wanted.node)}`, stockOf(ITEMS[wanted.item] ?? "0", codeOf(wanted.node), units)] as const] : [];
  }));
  return {
    nodes, nodePool: one.restricted ? nodes.flatMap(({ code }, n) => (n % 4 === 1 ? [] : [code])) : null, policy: { ...DEFAULT_ROUTING_POLICY, maximumDistanceKm: one.maximumDistanceKm },
    destination: one.addressed ? { latitude: 0, longitude: 0 } : null, ownPending: new Map(), trigger: "CAPTURE", now: 0,
    book: new StockBook([...places.values()], [{ itemId: "item-0", pending: one.pending, waiting: 0, soft: 0 }]),
    demands: one.lines.map((line, index) => aDemand({
      lineNo: index + 1, item: anItem(ITEMS[line.item] ?? "0"), quantity: line.quantity, preselected: codeOf(line.node),
      excluded: new Set(line.excluded && index % 3 === 2 ? [`node-${codeOf(line.node)}`] : []),
    })),
  };
});

const chosenOf = (plan: RoutingPlan): Set<string> => new Set(plan.assignments.map(({ nodeId }) => nodeId));

/** The row of one node, from what the reference says of verdicts; promises to earlier orders leave room for none of it. */
function row(request: RoutingRequest, chosen: ReadonlySet<string>, { node, struck, room, metres, costMicros }: Candidate, index: number): unknown[] {
  const fills = request.demands.filter((wanted, d) => {
    const before = request.demands.slice(0, d).filter((demand) => itemOf(demand).id === itemOf(wanted).id).reduce((sum, demand) => sum + demand.quantity, 0);
    return (room[d] ?? 0) >= before + wanted.quantity;
  }).length;
  const rule = request.demands.flatMap(({ preselected, excluded }) => (preselected !== node.code ? ["NOT_PRESELECTED"] : excluded.has(node.id) ? ["EXCLUDED"] : node.itemClasses ? ["ITEM_CLASS"] : []))[0];
  const verdict = chosen.has(node.id) ? "CHOSEN" : struck ?? (fills === request.demands.length ? "COSTLIER" : room.some((units) => units > 0) ? "PARTIAL" : rule ?? "NO_STOCK");
  const stock = request.demands.map((demand) => Math.max(0, request.book.available(itemOf(demand), node.id)));
  return index < 20 ? [node.code, verdict, metres === null ? null : Math.round(metres / 100) / 10, costMicros, fills, stock] : [node.code, verdict];
}

describe("an order whose lines all name a node", () => {
  test("goes where it would go if every other node were excluded", () => {
    fc.assert(fc.property(requests, (request) => {
      const free = request.demands.map((demand) => ({
        ...demand, preselected: null, excluded: new Set([...demand.excluded, ...request.nodes.flatMap(({ id, code }) => (code === demand.preselected ? [] : [id]))]),
      }));
      const [named, other] = [decideRouting(request), decideRouting({ ...request, demands: free })];
      expect({ assignments: named.assignments, unplaced: named.unplaced }).toEqual({ assignments: other.assignments, unplaced: other.unplaced });
      const spoken = (reason: string): string => reason.replace(/^Ships from [^.]*\.$/, "Ships.").replace(/\(for instance .*\)/, "");
      expect(spoken(named.reason)).toBe(spoken(other.reason));
    }), { numRuns: 500 });
  });

  test("is stored as if every node had been ranked", () => {
    fc.assert(fc.property(requests, (request) => {
      const plan = decideRouting(request);
      const { candidates_left_out: _, ...detail } = plan.detail;
      const all = candidatesOf(request).map((candidate, index) => row(request, chosenOf(plan), candidate, index));
      expect(boundedDetail(plan.detail)).toBe(boundedDetail({ ...detail, candidates: all }));
    }), { numRuns: 500 });
  });

  test("does not have a thousand nodes ranked for it", () => {
    const nodes = Array.from({ length: 1000 }, (_, n) => aNode(`a-node-with-a-longer-code-${n}`, { latitude: 0, longitude: (n * 7) % 90 + n / 1000 }));
    const last = nodes.at(-1)?.code ?? "";
    const plan = decideRouting({
      nodes, nodePool: null, policy: DEFAULT_ROUTING_POLICY, destination: { latitude: 0, longitude: 0 }, ownPending: new Map(), trigger: "CAPTURE", now: 0,
      book: new StockBook([stockOf("0", last, 1)], []), demands: [aDemand({ lineNo: 1, item: anItem("0"), quantity: 1, preselected: last, excluded: new Set() })],
    });
    expect(plan).toMatchObject({ assignments: [{ nodeId: `node-${last}` }], reason: `Ships from ${last.toUpperCase()}: the order names this node.` });
    const { candidates: ranked, candidates_left_out: rest } = plan.detail;
    expect(ranked).toHaveLength(101);
    expect(rest).toBe(899);
  });
});
