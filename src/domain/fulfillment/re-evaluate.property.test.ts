import fc from "fast-check";
import { expect, test } from "vitest";
import type { Order } from "../order/index.ts";
import { PRESETS, type Strategy } from "../routing/index.ts";
import { aChannel, aLine, aNode, anItem, limitedTo, openShop, type Shop, stockOf } from "../shop.testing.ts";
import { applyReplans, consolidate, exchange, openTrial } from "./index.ts";

const SKUS = ["A", "B", "C"] as const;
const NODES = 4;
const spot = fc.record({ latitude: fc.integer({ min: -5, max: 5 }), longitude: fc.integer({ min: -5, max: 5 }) });
const world = fc.record({
  nodes: fc.array(fc.record({ spot, limit: fc.option(fc.integer({ min: 1, max: 4 }), { freq: 2 }), store: fc.boolean() }), { minLength: NODES, maxLength: NODES }),
  stock: fc.array(fc.nat(3), { minLength: SKUS.length * NODES, maxLength: SKUS.length * NODES }),
  later: fc.array(fc.nat(2), { minLength: SKUS.length * NODES, maxLength: SKUS.length * NODES }),
  orders: fc.array(fc.record({ spot, lines: fc.array(fc.tuple(fc.constantFrom(...SKUS), fc.integer({ min: 1, max: 2 })), { minLength: 1, maxLength: 3 }) }), { minLength: 1, maxLength: 6 }),
  preset: fc.constantFrom(null, "nearest", "fewest_splits", "stores_first"), maximumNodes: fc.option(fc.constant(2)),
});
type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

function open({ nodes, stock, later, orders, preset, maximumNodes }: World): { shop: Shop; orders: Order[] } {
  const groups = preset === null ? [] : (PRESETS[preset]?.groups ?? []).map((group) => ({ ...group, split: { ...group.split, maximumNodes } }));
  const strategies: Strategy[] = preset === null ? [] : [{ code: "mine", version: 1, groups }];
  const shop = openShop({
    items: SKUS.map((sku) => anItem(sku, { backorder: true })), strategies,
    nodes: nodes.map(({ spot: at, limit, store }, n) => aNode(`n${n}`, { ...at, kind: store ? "store" : "dc", ...limitedTo({ ordersPerDay: limit }) })),
    channel: aChannel({ strategy: preset === null ? null : "mine", routing: { distanceCostPerKmMicros: 10_000, splitCostMicros: 4_000_000 } }),
    stock: SKUS.flatMap((sku, s) => nodes.map((_, n) => stockOf(sku, `n${n}`, stock[s * NODES + n] ?? 0))),
  });
  const captured = orders.map(({ spot: destination, lines }, index) => shop.capture(lines.map(([sku, quantity]) => aLine(sku, quantity)), { externalId: `X-${index}`, destination }));
  SKUS.forEach((sku, s) => nodes.forEach((_, n) => shop.book.changeOnHand(`item-${sku}`, `node-n${n}`, "", "A", later[s * NODES + n] ?? 0)));
  return { shop, orders: captured };
}

/** Everything once, as the flow does it: orders on their own, then pairs. Returns how many changes were made. */
function round(shop: Shop, orders: readonly Order[], seen: (saved: number) => void): number {
  let changes = 0;
  const make = (parts: Parameters<typeof applyReplans>[1]): void => {
    changes += 1;
    applyReplans(shop.journal, parts);
    seen(parts.reduce((sum, { replan }) => sum + replan.saving.micros, 0));
  };
  for (const order of orders) {
    const replan = consolidate(shop.journal, order, shop.facts, 1);
    if (replan) make([{ order, facts: shop.facts, replan }]);
  }
  for (const one of orders) {
    for (const other of orders.filter((each) => each.id > one.id)) {
      const found = exchange(shop.journal, { order: one, facts: shop.facts }, { order: other, facts: shop.facts }, 1);
      if (found) make(found.parts.map((replan) => ({ order: replan.orderId === one.id ? one : other, facts: shop.facts, replan })));
    }
  }
  return changes;
}

test("whatever came in since: costs fall by what was said, nothing leaves later, no rule is broken, no unit is lost, and a last round changes nothing", () => {
  fc.assert(fc.property(world, (given) => {
    const { shop, orders } = open(given);
    const cost = (): number => orders.reduce((sum, order) => sum + (openTrial(shop.journal, [{ order, facts: shop.facts }])?.[0]?.standing.figures.cost ?? 0), 0);
    const leaves = (order: Order): string => order.shipments.filter(({ status }) => status === "PLANNED").map(({ plannedShipDate }) => plannedShipDate ?? "").toSorted().at(-1) ?? "";
    const units = orders.map(({ lines }) => lines.map((line) => ({ ...line.units })));
    const dates = orders.map(leaves);
    let before = cost();
    let rounds = 0;
    const seen = (saved: number): void => {
      const after = cost();
      expect(saved).toBeGreaterThanOrEqual(0);
      expect(before - after).toBe(saved);
      before = after;
    };
    while (round(shop, orders, seen) > 0) expect(rounds += 1).toBeLessThan(20);
    expect(orders.map(({ lines }) => lines.map((line) => ({ ...line.units })))).toEqual(units);
    orders.forEach((order, index) => expect(leaves(order) <= (dates[index] ?? "")).toBe(true));
    for (const order of orders) {
      const nodes = new Set(order.shipments.filter(({ status }) => status === "PLANNED").map(({ nodeId }) => nodeId));
      if (given.preset !== null) expect(nodes.size).toBeLessThanOrEqual(given.maximumNodes ?? NODES);
    }
    SKUS.forEach((sku) => given.nodes.forEach((_, n) => {
      const reserved = orders.reduce((sum, order) => sum + order.shipments.filter(({ nodeId, status }) => nodeId === `node-n${n}` && status === "PLANNED").reduce((own, { lines }) =>
        own + [...lines].reduce((all, [lineNo, stages]) => all + (order.lines.some((line) => line.lineNo === lineNo && line.itemId === `item-${sku}`) ? stages.reserved : 0), 0), 0), 0);
      const counters = shop.book.counters(`item-${sku}`, `node-n${n}`);
      expect(counters.reserved).toBe(reserved);
      expect(reserved).toBeLessThanOrEqual(counters.onHand);
    }));
    for (const { nodeId, orders: taken } of shop.book.capacity.deltas()) expect(taken).toBeLessThanOrEqual(shop.node(nodeId.slice(5)).operations.capacity.ordersPerDay ?? Infinity);
  }), { numRuns: 60 });
}, 60_000);
