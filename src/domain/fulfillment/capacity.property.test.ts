import fc from "fast-check";
import { expect, test } from "vitest";
import { WHOLE_DAY } from "../inventory/index.ts";
import { HOUR } from "../kernel/index.ts";
import type { Order } from "../order/index.ts";
import { aChannel, aLine, anItem, aNode, limitedTo, NOW, openShop, type Shop, stockOf } from "../shop.testing.ts";
import { cancelUnits, claimedUnits, overrideRouting, releaseShipment, resource, sourceWaiting } from "./index.ts";

const limit = fc.option(fc.integer({ min: 1, max: 12 }), { freq: 2 });
const limits = fc.record({ ordersPerDay: fc.option(fc.integer({ min: 1, max: 3 })), unitsPerDay: limit, ordersPerHour: fc.option(fc.integer({ min: 1, max: 2 })), unitsPerHour: limit });
const basket = fc.array(fc.tuple(fc.constantFrom("A", "B", "KIT"), fc.integer({ min: 1, max: 6 })), { minLength: 1, maxLength: 4 });
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant("capture" as const), basket }) },
  fc.record({ type: fc.constantFrom("cancel", "send back", "override", "route", "release", "later"), pick: fc.nat(20), units: fc.integer({ min: 1, max: 3 }) }),
);

const SKUS = ["A", "B"] as const;
function open(capacities: readonly Parameters<typeof limitedTo>[0][], turned: boolean): Shop {
  const nodes = capacities.map((capacity, n) => aNode(`n${n}`, { priority: n, cutOff: n === 1 ? "15:00" : null, ...limitedTo(capacity) }));
  const kit = anItem("KIT", { components: [{ sku: "A", quantity: 2 }, { sku: "B", quantity: 1 }], shipTogether: true, backorder: true });
  return openShop({
    items: [anItem("A", { backorder: true }), anItem("B", { backorder: true }), kit], nodes: turned ? nodes.toReversed() : nodes, channel: aChannel({ routing: { coolDownMinutes: 60 } }),
    stock: SKUS.flatMap((sku) => nodes.map((node, n) => stockOf(sku, node.code, n === 0 ? 9 : 60))),
  });
}

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Does what is said; a claim that does not fit would throw. */
function live(shop: Shop, steps: readonly Step[]): Order[] {
  const orders: Order[] = [];
  let now = NOW;
  for (const one of steps) {
    if ("basket" in one) {
      orders.push(shop.capture(one.basket.map(([sku, quantity]) => aLine(sku, quantity))));
      continue;
    }
    const order = orders[one.pick % Math.max(1, orders.length)];
    const shipment = order?.shipments[one.pick % Math.max(1, order.shipments.length)];
    if (one.type === "later") shop.at((now += one.units * 9 * HOUR));
    if (!order) continue;
    if (one.type === "cancel") cancelUnits(shop.journal, order, [{ lineNo: 1, quantity: one.units }], "less", false, now);
    if (one.type === "route") sourceWaiting(shop.journal, order, shop.facts, "STOCK_ARRIVED");
    if (one.type === "override") overrideRouting(shop.journal, order, shop.node(`n${one.units - 1}`), null, "because", shop.facts);
    if (!shipment) continue;
    if (one.type === "release") releaseShipment(shop.journal, order, shipment, shop.node(shipment.nodeId.slice(5)), now, shop.facts.shipping);
    if (one.type === "send back") resource(shop.journal, shop.journal.event("ShipmentRejected", order.id, {}), order, shipment, claimedUnits(order, shipment), shop.facts, "REJECTED", "CLOSED");
  }
  return orders;
}

function claimsOf(orders: readonly Order[]): Map<string, { orders: number; units: number }> {
  const sums = new Map<string, { orders: number; units: number }>();
  for (const { nodeId, capacity } of orders.flatMap((order) => order.shipments)) {
    if (capacity === null) continue;
    for (const hour of new Set([WHOLE_DAY, capacity.hour])) {
      const key = `${nodeId} ${capacity.date} ${hour}`;
      const sum = sums.get(key) ?? { orders: 0, units: 0 };
      sums.set(key, { orders: sum.orders + 1, units: sum.units + capacity.units });
    }
  }
  return sums;
}

test("whatever happens to orders, what is taken is what their shipments claim, and without late releases never more than there is", () => {
  fc.assert(fc.property(fc.array(limits, { minLength: 3, maxLength: 3 }), fc.array(step, { minLength: 1, maxLength: 40 }), (capacities, steps) => {
    const shop = open(capacities, false);
    const orders = live(shop, steps);
    const sums = claimsOf(orders);
    expect(new Map(shop.book.capacity.deltas().map(({ nodeId, date, hour, orders: count, units }) => [`${nodeId} ${date} ${hour}`, { orders: count, units }]))).toEqual(sums);
    for (const order of orders) {
      for (const { capacity, lines } of order.shipments) if (capacity) expect([...lines.values()].reduce((sum, stages) => sum + stages.reserved + stages.released, 0)).toBe(capacity.units);
    }
    if (steps.some(({ type }) => type === "release")) return;
    for (const [key, { orders: count, units }] of sums) {
      const [nodeId = "", , hour = ""] = key.split(" ");
      const { ordersPerDay, unitsPerDay, ordersPerHour, unitsPerHour } = shop.node(nodeId.slice(5)).operations.capacity;
      const [most, mostUnits] = Number(hour) === WHOLE_DAY ? [ordersPerDay, unitsPerDay] : [ordersPerHour, unitsPerHour];
      expect(count).toBeLessThanOrEqual(most ?? Infinity);
      expect(units).toBeLessThanOrEqual(mostUnits ?? Infinity);
    }
  }), { numRuns: 80 });
});

test("the same happens whatever the order in which nodes are read", () => {
  fc.assert(fc.property(fc.array(limits, { minLength: 3, maxLength: 3 }), fc.array(step, { minLength: 1, maxLength: 20 }), (capacities, steps) => {
    expect(claimsOf(live(open(capacities, true), steps))).toEqual(claimsOf(live(open(capacities, false), steps)));
  }), { numRuns: 30 });
});
