import { describe, expect, test } from "vitest";
import { aChannel, aCommand, aLine, aNode, anItem, NOW, openShop } from "../shop.testing.ts";
import type { AppliedPrice, PriceCheck } from "../catalog/index.ts";
import { captureHolds, type CaptureLine, checkCapture, type CheckedOrder, type PriceDifference, priceDifferences, priceReason } from "./index.ts";

const CHECK: PriceCheck = { toleranceBasisPoints: 100, toleranceMinor: 0, whenUnpriced: "accept" };
const { captureFacts } = openShop({ items: [anItem("A"), anItem("B")], nodes: [aNode("n")] });
const listed = (unitPrice: string): AppliedPrice =>
  ({ unitPrice, price: { list: { code: "list", currency: "EUR", taxIncluded: false, channels: null, customerClass: null }, unit: null, minimumQuantity: 0, validFrom: NOW, validTo: null, unitPrice } });
const checked = (lines: readonly CaptureLine[], priceCheck: PriceCheck | null, prices: Readonly<Record<string, AppliedPrice | null>>): CheckedOrder => {
  const order = checkCapture(aCommand(lines), { ...captureFacts, channel: aChannel({ priceCheck }), listPrice: (line) => prices[line.sku] }, "order-1", 1);
  if (!order.ok) throw new Error(JSON.stringify(order.refusal.errors));
  return order.value;
};
const holds = (...given: Parameters<typeof checked>): string[] => captureHolds(checked(...given), captureFacts.item).map(({ kind, reason, owner }) => `${kind} ${owner}: ${reason}`);

describe("captured prices", () => {
  const lines = [aLine("A", 1, { unitPrice: "10.10" }), aLine("B", 1, { unitPrice: "5" }), aLine("A", 2, { unitPrice: "10.11" })];
  test.each<[string, PriceCheck | null, Readonly<Record<string, AppliedPrice | null>>, string[]]>([
    ["are taken where the channel checks none", null, { A: listed("1") }, []], ["are taken where nobody asked the lists", CHECK, {}, []],
    ["hold the order beyond the tolerance, each line by name", CHECK, { A: listed("10"), B: listed("4") }, ["PRICING price-lists: Line 2, B: 5 EUR instead of 4 (list list). Line 3, A: 10.11 EUR instead of 10 (list list)."]],
    ["are taken where no list has one", CHECK, { A: null, B: null }, []],
    ["hold the order where a list should have one", { ...CHECK, whenUnpriced: "hold" }, { A: listed("10.105"), B: null }, ["PRICING price-lists: Line 2, B: 5 EUR, and no price list has a price."]],
  ])("%s", (_, priceCheck, prices, expected) => {
    expect(holds(lines, priceCheck, prices)).toEqual(expected);
  });

  test("that the sender left out are those of the list, for whatever channel", () => {
    const { order } = checked([aLine("A", 3, { unitPrice: null })], null, { A: listed("3.333333") });
    expect(order.lines[0]?.document).toMatchObject({ unit_price: "3.333333", total_minor: 1000, list_price: { price_list: "list", unit_price: "3.333333" } });
    expect(() => checked([aLine("A", 1, { unitPrice: null }), aLine("B", 1, { unitPrice: null })], CHECK, { A: null })).toThrow(/"\/lines\/0\/unit_price","code":"UNPRICED".*"\/lines\/1\/unit_price","code":"UNPRICED"/);
  });
});

test("a reason names as many lines as there is room for, and counts the others", () => {
  const differences = Array.from({ length: 1000 }, (_, n): PriceDifference => ({ line: n + 1, sku: "S".repeat(n % 200), unit_price: "1", list_price: "2", price_list: "l".repeat(n % 100) }));
  for (let n = 0; n < 1000; n += 37) {
    const some = differences.slice(n);
    const reason = priceReason(some, "EUR");
    expect(reason.length).toBeLessThanOrEqual(500);
    const named = reason.match(/Line \d+,/g)?.length ?? 0;
    expect(named).toBeGreaterThan(0);
    expect(named + Number(/And (\d+) more\.$/.exec(reason)?.[1] ?? 0)).toBe(some.length);
  }
  expect(priceDifferences([], "EUR", CHECK)).toEqual([]);
});
