import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anItem } from "../shop.testing.ts";
import { CRITERIA, decideRouting, type Filter, type NodeLoad, type RoutingPlan, type RoutingRequest } from "./index.ts";
import { aRequest, at, candidatesIn, cardOf, operating, rulesWith, serviceOf, travelBy } from "./routing.testing.ts";

/** Orders under random rules, small enough to be priced again by hand. */

const ITEMS = ["0", "1", "2", "3"].map((sku, n) => anItem(sku, { weightGrams: 400 * (n + 1), handlingClass: n === 3 ? "hazmat" : "standard" }));
const CODES = ["a", "b", "c", "d", "e"];
const CELLS = [[1_000, 3], [3_000, 5], [8_000, 9]] as const;

const filter: fc.Arbitrary<Filter> = fc.record({
  rule: fc.constantFrom(
    { kind: "node_kinds" as const, kinds: ["dc" as const] }, { kind: "only_nodes" as const, nodes: ["a", "b", "c"] }, { kind: "not_nodes" as const, nodes: ["b"] }, { kind: "same_country" as const },
    { kind: "maximum_distance" as const, km: 600 }, { kind: "service_levels" as const, levels: ["express"] }, { kind: "arrives_in_time" as const }, { kind: "ships_within" as const, days: 0 },
    { kind: "leaves_stock" as const, units: 2 }, { kind: "whole_order" as const }, { kind: "maximum_backlog" as const, shipments: 3 }, { kind: "expression" as const, when: "node.code != 'c'" },
  ),
  tier: fc.constantFrom(null, null, 1, 2),
}).map(({ rule, tier }) => ({ ...rule, tier }));

const split = fc.record({
  maximumNodes: fc.constantFrom(null, null, 1, 2), maximumNodesPerLine: fc.constantFrom(null, 1, 2), keepTogether: fc.constantFrom(null, null, "handling_class" as const), partial: fc.constantFrom(true, true, false),
});

interface Asked {
  readonly request: RoutingRequest;
  readonly backlog: Readonly<Record<string, number>>;
  readonly room: Readonly<Record<string, number>>;
  readonly pending: number;
}

const asked = fc.record({
  filters: fc.array(filter, { maxLength: 3 }), split, ranks: fc.option(fc.uniqueArray(fc.constantFrom(...CRITERIA), { minLength: 1, maxLength: 3 }), { nil: undefined }),
  weights: fc.record({ label: fc.constantFrom(0, 500, 1000), handling: fc.constantFrom(0, 1000), split: fc.constantFrom(0, 1000, 2000), distance: fc.constantFrom(0, 1000), lateness: fc.constantFrom(0, 1000), capacity: fc.constantFrom(0, 1000) }),
  fallbackNode: fc.constantFrom(null, null, "d"), alternate: fc.boolean(),
  nodes: fc.array(fc.record({ longitude: fc.integer({ min: 1, max: 8 }), store: fc.boolean(), abroad: fc.boolean(), late: fc.boolean(), room: fc.constantFrom(1000, 1000, 6), stock: fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 4, maxLength: 4 }) }), { minLength: 1, maxLength: 5 }),
  lines: fc.array(fc.record({ item: fc.integer({ min: 0, max: 3 }), quantity: fc.integer({ min: 1, max: 6 }) }), { minLength: 1, maxLength: 5 }),
  deliverBy: fc.constantFrom(null, Date.UTC(2026, 2, 4)), pending: fc.integer({ min: 0, max: 3 }),
}).map(({ filters, split: limits, ranks, weights, fallbackNode, alternate, nodes, lines, deliverBy, pending }): Asked => {
  const objective = { weights, distanceMicrosPerKm: 20_000, splitMicros: 2_000_000, latenessMicrosPerDay: 4_000_000, capacityMicros: 3_000_000 };
  const rules = [rulesWith({ filters, objective, split: limits, after: { fallbackNode }, ...(ranks ? { ranks } : {}) }, (_, { code }) => code !== "c")];
  if (alternate) rules.push(rulesWith({ objective, split: limits }));
  const backlog = Object.fromEntries(nodes.map(({ store }, n) => [CODES[n] ?? "", store ? 5 : n]));
  const room = Object.fromEntries(nodes.map((node, n) => [CODES[n] ?? "", node.room]));
  const load: NodeLoad = { hasRoom: ({ code }, units) => units <= (room[code] ?? 0), startsOn: () => null, utilisation: ({ code }) => (code === "a" ? 0.5 : 0), taken: ({ code }) => (code === "a" ? 0.5 : null) };
  const travel = travelBy(
    [serviceOf("slow", 4), serviceOf("fast", 1, { level: "express", zone: "2", handlingClasses: ["standard"] }), serviceOf("own", 2, { fromNodes: ["a"], zone: "3" })],
    [cardOf("slow", { 1: CELLS }), cardOf("fast", { 2: CELLS.map(([grams, price]) => [grams, price + 4] as const) }), cardOf("own", { 3: [[2_000, 1]] })],
    { deliverBy, backlog: (nodeId) => backlog[nodeId.replace("node-", "")] ?? 0 },
  );
  return {
    backlog, room, pending, request: aRequest(lines.map(({ item, quantity }) => [ITEMS[item] ?? anItem("0"), quantity]), nodes.map((node, n) => at(CODES[n] ?? "", node.longitude, {
      kind: node.store ? "store" : "dc", address: { country: node.abroad ? "FR" : "DE" }, cutOff: node.late ? "08:00" : "18:00", priority: 1 + (n % 2), ...operating({ handling: { perShipmentMicros: 300_000, perLineMicros: 100_000, perUnitMicros: 20_000 } }),
    })), Object.fromEntries(nodes.map(({ stock }, n) => [CODES[n] ?? "", stock.flatMap((units, item) => (units > 0 ? [`${item} ${units}`] : [])).join(", ")])), { rules, travel, load, pending: [{ itemId: "item-0", pending, waiting: 0, soft: 0 }] }),
  };
});

const unitsOf = (assignments: RoutingPlan["assignments"], of: (one: RoutingPlan["assignments"][number]) => boolean = () => true): number => assignments.reduce((sum, one) => sum + (of(one) ? one.quantity : 0), 0);
const unitsWanted = ({ demands }: RoutingRequest, { id }: { readonly id: string }): number => demands.reduce((sum, { parts, quantity }) => sum + (parts[0]?.item.id === id ? quantity : 0), 0);
const lineOf = ({ demands }: RoutingRequest, lineNo: number) => {
  const part = demands.find((demand) => demand.lineNo === lineNo)?.parts[0];
  if (!part) throw new Error("an unknown line");
  return part.item;
};
const nodeOf = ({ nodes }: RoutingRequest, nodeId: string) => {
  const node = nodes.find(({ id }) => id === nodeId);
  if (!node) throw new Error("an unknown node");
  return node;
};
const groupOf = ({ rules = [] }: RoutingRequest) => {
  const group = rules[0]?.group;
  if (!group) throw new Error("no rules");
  return group;
};
const answer = ({ assignments, unplaced, shipments, reason, detail }: RoutingPlan): unknown => ({ assignments, unplaced, shipments, reason, total: detail["total_cost_micros"] });

describe("whatever the rules", () => {
  test("no more is assigned than ordered, there and bearable, and every limit is kept", () => {
    fc.assert(fc.property(asked, ({ request, room }) => {
      const { assignments, unplaced } = decideRouting(request);
      const { split: { maximumNodes, maximumNodesPerLine, partial, keepTogether } } = groupOf(request);
      for (const { lineNo, quantity } of request.demands) expect(unitsOf(assignments, (one) => one.lineNo === lineNo) + unitsOf(unplaced as RoutingPlan["assignments"], (one) => one.lineNo === lineNo)).toBe(quantity);
      for (const node of request.nodes) {
        const own = assignments.filter(({ nodeId }) => nodeId === node.id);
        expect(unitsOf(own)).toBeLessThanOrEqual(room[node.code] ?? 0);
        for (const item of ITEMS) expect(unitsOf(own, ({ lineNo }) => lineOf(request, lineNo).id === item.id)).toBeLessThanOrEqual(request.book.available(item, node.id));
      }
      expect(assignments.every(({ quantity }) => quantity > 0)).toBe(true);
      expect(new Set(assignments.map(({ nodeId }) => nodeId)).size).toBeLessThanOrEqual(maximumNodes ?? Infinity);
      for (const { lineNo } of request.demands) expect(new Set(assignments.flatMap((one) => (one.lineNo === lineNo ? [one.nodeId] : []))).size).toBeLessThanOrEqual(maximumNodesPerLine ?? Infinity);
      if (!partial) expect(assignments.length === 0 || unplaced.length === 0).toBe(true);
      if (keepTogether !== null) {
        const standard = assignments.filter(({ lineNo }) => lineOf(request, lineNo).handlingClass === "standard");
        if (request.demands.filter(({ lineNo }) => lineOf(request, lineNo).handlingClass === "standard").length > 1) expect(new Set(standard.map(({ nodeId }) => nodeId)).size).toBeLessThanOrEqual(1);
      }
    }), { numRuns: 300 });
  });

  test("no hard rule is broken by the rules that placed a line", () => {
    fc.assert(fc.property(asked.filter(({ request }) => request.rules?.length === 1 && groupOf(request).after.fallbackNode === null), ({ request, backlog }) => {
      const { assignments, shipments } = decideRouting(request);
      for (const rule of groupOf(request).filters) {
        if (rule.tier !== null) continue;
        for (const { lineNo, nodeId } of assignments) {
          const node = nodeOf(request, nodeId);
          if (rule.kind === "node_kinds") expect(node.kind).toBe("dc");
          if (rule.kind === "only_nodes") expect(rule.nodes).toContain(node.code);
          if (rule.kind === "not_nodes") expect(rule.nodes).not.toContain(node.code);
          if (rule.kind === "same_country") expect(node.address["country"]).toBe("DE");
          if (rule.kind === "maximum_distance") expect((node.longitude ?? 0) * 111.2).toBeLessThanOrEqual(rule.km + 1);
          if (rule.kind === "maximum_backlog") expect(backlog[node.code]).toBeLessThan(rule.shipments);
          if (rule.kind === "expression") expect(node.code).not.toBe("c");
          if (rule.kind === "whole_order") for (const item of ITEMS) expect(request.book.available(item, nodeId)).toBeGreaterThanOrEqual(unitsWanted(request, item));
          if (rule.kind === "leaves_stock") {
            const item = lineOf(request, lineNo);
            expect(request.book.available(item, nodeId) - unitsOf(assignments, (one) => one.nodeId === nodeId && lineOf(request, one.lineNo).id === item.id)).toBeGreaterThanOrEqual(rule.units);
          }
        }
        for (const { service, shipDate, arrivalDate } of shipments) {
          if (rule.kind === "service_levels") expect(service).toBe("fast");
          if (rule.kind === "ships_within") expect(shipDate).toBe("2026-03-02");
          if (rule.kind === "arrives_in_time") expect(Date.parse(arrivalDate)).toBeLessThanOrEqual(request.travel?.deliverBy ?? Infinity);
        }
      }
      for (const { nodeId, service } of shipments) if (service === "fast") expect(assignments.some((one) => one.nodeId === nodeId && lineOf(request, one.lineNo).handlingClass === "hazmat")).toBe(false);
    }), { numRuns: 300 });
  });

  test("the answer is the same again, and whatever the order of nodes and services", () => {
    fc.assert(fc.property(asked, ({ request }) => {
      const plan = answer(decideRouting(request));
      expect(answer(decideRouting(request))).toEqual(plan);
      const travel = request.travel ?? null;
      const turned = travel && { ...travel, facts: { ...travel.facts, services: new Map([...travel.facts.services].toReversed()), rateCards: new Map([...travel.facts.rateCards].toReversed()) } };
      expect(answer(decideRouting({ ...request, nodes: request.nodes.toReversed(), travel: turned }))).toEqual(plan);
    }), { numRuns: 150 });
  });

  test("the cost is the sum of its terms, and what the shipments come to when they are priced again", () => {
    fc.assert(fc.property(asked, ({ request }) => {
      const { assignments, shipments, detail } = decideRouting(request);
      const { objective: { weights } } = groupOf(request);
      const times = (micros: number, weight = 0): number => Math.round((micros * weight) / 1000);
      const used = [...new Set(assignments.map(({ nodeId }) => nodeId))];
      const total = used.reduce((sum, nodeId) => {
        const [own, node] = [assignments.filter((one) => one.nodeId === nodeId), nodeOf(request, nodeId)];
        const grams = own.reduce((all, { lineNo, quantity }) => all + quantity * (lineOf(request, lineNo).weightGrams ?? 0), 0);
        const shipment = shipments.find((one) => one.nodeId === nodeId);
        const cell = CELLS.find(([upTo]) => grams <= upTo)?.[1] ?? Number.NaN;
        const label = shipment === undefined || !weights.label ? 0 : shipment.service === "own" ? 1 : cell + (shipment.service === "fast" ? 4 : 0);
        const days = shipment && request.travel?.deliverBy ? Math.max(0, (Date.parse(shipment.arrivalDate) - request.travel.deliverBy) / 86_400_000) : 0;
        const metres = Math.round(((node.longitude ?? 0) * Math.PI * 6_371_008.8) / 180);
        return sum + times(label * 1e6, weights.label) + times(300_000, weights.handling) + times(100_000 * new Set(own.map(({ lineNo }) => lineNo)).size + 20_000 * unitsOf(own), weights.handling)
          + times(Math.round(metres * 20), weights.distance) + times(days * 4_000_000, weights.lateness) + times(node.code === "a" ? 750_000 : 0, weights.capacity);
      }, Math.max(0, used.length - 1) * times(2_000_000, weights.split));
      const terms = Object.values((detail["terms_micros"] ?? {}) as Record<string, number>).reduce((sum, micros) => sum + micros, 0);
      expect(terms + Number(detail["distance_cost_micros"]) + Number(detail["split_cost_micros"])).toBe(detail["total_cost_micros"]);
      expect(detail["total_cost_micros"]).toBe(total);
      for (const { cost_micros: cost, terms_micros: made } of candidatesIn(detail)) expect(Object.values(made as Record<string, number>).reduce((sum, micros) => sum + micros, 0)).toBe(cost);
    }), { numRuns: 300 });
  });

  test("giving up soft rules takes nothing from where it was placed", () => {
    fc.assert(fc.property(asked.filter(({ request }) => groupOf(request).split.partial), ({ request }) => {
      const all = request.rules ?? [];
      const strict = all.slice(0, 1).map((rules) => ({ ...rules, group: { ...rules.group, filters: rules.group.filters.map((one) => ({ ...one, tier: null })), after: { ...rules.group.after, fallbackNode: null } } }));
      const placed = decideRouting(request).assignments;
      for (const { lineNo, nodeId, quantity } of decideRouting({ ...request, rules: strict }).assignments) {
        expect(unitsOf(placed, (one) => one.lineNo === lineNo && one.nodeId === nodeId)).toBeGreaterThanOrEqual(quantity);
      }
    }), { numRuns: 200 });
  });

  test("without one of its nodes no plan for as many lines is cheaper", () => {
    fc.assert(fc.property(asked, fc.nat(4), ({ request, pending }, n) => {
      const [rules] = request.rules ?? [];
      if (!rules) return;
      const { objective: { weights, ...pricing }, split: { maximumNodes } } = rules.group;
      const plain = [rulesWith({ objective: { ...pricing, weights }, split: { maximumNodes, maximumNodesPerLine: 1 } })];
      // What is promised to earlier orders is promised of all nodes, and would be more of those that are left.
      const free = { ...request, rules: plain, ownPending: new Map([["item-0", pending]]) };
      const without = { ...free, nodes: request.nodes.filter((_, index) => index !== n % request.nodes.length) };
      const [best, other] = [decideRouting(free), decideRouting(without)];
      expect(other.assignments.length).toBeLessThanOrEqual(best.assignments.length);
      if (unitsOf(other.assignments) === unitsOf(best.assignments) && other.assignments.length === best.assignments.length) expect(Number(other.detail["total_cost_micros"])).toBeGreaterThanOrEqual(Number(best.detail["total_cost_micros"]));
    }), { numRuns: 200 });
  });
});
