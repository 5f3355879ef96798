import { describe, expect, test } from "vitest";
import { changesOf, classOf, NO_NODE, type OrderFigures, secondsOf, SLOT_MS, sumsOf } from "./count-order.ts";

const PLACED = Date.UTC(2026, 2, 2, 9, 7);
const anOrder = (over: Partial<OrderFigures> = {}): OrderFigures => ({
  channelId: "web", placedAt: PLACED, status: "PROCESSING", currency: "EUR", totalMinor: 1000, lines: 1, units: 2_000_000, cancelled: 0, shipped: 0, shipments: 1, cost: null, promise: null, left: [], arrived: [], ...over,
});
const amount = (order: OrderFigures, measure: string): number => sumsOf(order).filter((sum) => sum.measure === measure).reduce((total, sum) => total + sum.amount, 0);

describe("what an order adds", () => {
  test("stands in the quarter of an hour in which it was placed", () => {
    expect(sumsOf(anOrder())).toContainEqual({ measure: "value", slot: Date.UTC(2026, 2, 2, 9), channelId: "web", nodeId: NO_NODE, part: "EUR", amount: 1000 });
    expect(sumsOf(anOrder()).every(({ slot }) => slot % SLOT_MS === 0)).toBe(true);
  });

  test.each<[what: string, order: Partial<OrderFigures>, kept: number]>([
    ["all arrived in time", { status: "COMPLETED", arrived: [{ nodeId: "n", at: PLACED + 5 }] }, 1],
    ["one arrived late", { status: "COMPLETED", shipments: 2, arrived: [{ nodeId: "n", at: PLACED + 5 }, { nodeId: "n", at: PLACED + 50 }] }, 0],
    ["one is still on its way", { status: "SHIPPED", shipments: 2, arrived: [{ nodeId: "n", at: PLACED + 5 }] }, 0],
    ["something is still to leave", { status: "PARTIALLY_SHIPPED", arrived: [{ nodeId: "n", at: PLACED + 5 }] }, 0],
  ])("a promise of which %s", (_what, order, kept) => {
    const promised = anOrder({ ...order, promise: { at: PLACED + 10, ofDeparture: false, changed: false } });
    expect([amount(promised, "promised"), amount(promised, "promise_kept")]).toEqual([1, kept]);
  });

  test("a cancelled order keeps no promise and breaks none", () => {
    expect(amount(anOrder({ status: "CANCELLED", promise: { at: PLACED, ofDeparture: false, changed: false } }), "promised")).toBe(0);
  });
});

test("counting an order again changes what differs, and counting it the same changes nothing", () => {
  expect(changesOf([anOrder()], [anOrder()])).toEqual([]);
  expect(changesOf([anOrder()], [anOrder({ status: "CANCELLED", cancelled: 2_000_000, shipments: 0 })]).map(({ measure, amount: by }) => [measure, by]))
    .toEqual([["cancelled_orders", 1], ["cancelled_units", 2_000_000], ["open_orders", -1], ["planned_orders", -1]]);
});

test("a class of durations is told to two percent", () => {
  for (const seconds of [1, 59, 3_600, 86_400, 30 * 86_400, 400 * 86_400]) expect(Math.abs(secondsOf(classOf(seconds)) / seconds - 1)).toBeLessThanOrEqual(0.0201);
});
