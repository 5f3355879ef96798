import { describe, expect, test } from "vitest";
import { aChannel, aCommand, aLine, aNode, anItem, NOW, openShop } from "../shop.testing.ts";
import { type CaptureCommand, captureHolds, type CaptureLine, checkCapture, type CheckedOrder } from "./index.ts";

const items = [anItem("A"), anItem("K", { quantityScale: 3, baseUnit: "kilogram" }), anItem("blocked", { status: "blocked" })];
const { captureFacts: facts } = openShop({ items, nodes: [aNode("n")] });
const check = (lines: readonly CaptureLine[], over: Partial<CaptureCommand> = {}, currency = "EUR"): ReturnType<typeof checkCapture> =>
  checkCapture(aCommand(lines, { currency, ...over }), { ...facts, channel: aChannel({ currency }) }, "order-1", 1001);
const accepted = (...given: Parameters<typeof check>): CheckedOrder => {
  const checked = check(...given);
  if (!checked.ok) throw new Error(checked.refusal.detail);
  return checked.value;
};
const errors = (checked: ReturnType<typeof check>): string[] => (checked.ok ? [] : (checked.refusal.errors ?? []).map(({ pointer, code }) => `${pointer} ${code}`));
const totals = (over: Partial<CaptureCommand["totals"]>): Partial<CaptureCommand> => ({ totals: { ...aCommand([]).totals, ...over } });

describe("capture refuses with a pointer", () => {
  test.each([
    ["an unknown SKU", [aLine("nope", 1)], {}, ["/lines/0/sku UNKNOWN_ITEM"]], ["an unknown unit", [aLine("A", 1, { unit: "pallet" })], {}, ["/lines/0/unit UNKNOWN_UNIT"]],
    ["zero", [aLine("A", 0)], {}, ["/lines/0/quantity QUANTITY_NOT_POSITIVE"]], ["a negative quantity", [aLine("A", -1)], {}, ["/lines/0/quantity QUANTITY_NOT_POSITIVE"]],
    ["half a piece", [aLine("A", "0.5")], {}, ["/lines/0/quantity QUANTITY_TOO_FINE"]], ["2^53 + 1", [aLine("A", "9007199254740993")], {}, ["/lines/0/quantity QUANTITY_TOO_LARGE"]],
    ["a negative price", [aLine("A", 1, { unitPrice: "-1" })], {}, ["/lines/0/unit_price INVALID_FIELD"]], ["a price finer than a millionth", [aLine("A", 1, { unitPrice: "0.0000001" })], {}, ["/lines/0/unit_price INVALID_FIELD"]],
    ["a price that is none", [aLine("A", 1, { unitPrice: "free" })], {}, ["/lines/0/unit_price INVALID_FIELD"]], ["more money than can be counted", [aLine("A", "1000000000000", { unitPrice: "1000000" })], {}, ["/lines/0/unit_price INVALID_FIELD"]],
    ["an unknown node", [aLine("A", 1, { node: "nowhere" })], {}, ["/lines/0/node UNKNOWN_NODE"]], ["a currency nobody uses", [aLine("A", 1)], { currency: "DEM" }, ["/currency UNKNOWN_CURRENCY"]],
    ["another currency than the channel's", [aLine("A", 1)], { currency: "USD" }, ["/currency CURRENCY_MISMATCH"]], ["a time well after now", [aLine("A", 1)], { placedAt: NOW + 6 * 60_000 }, ["/placed_at OCCURRED_IN_FUTURE"]],
    ["everything at once", [aLine("nope", 1), aLine("A", 0), aLine("A", 1)], { currency: "USD" }, ["/currency CURRENCY_MISMATCH", "/lines/0/sku UNKNOWN_ITEM", "/lines/1/quantity QUANTITY_NOT_POSITIVE"]],
  ])("%s", (_, lines, over, expected) => {
    expect(errors(checkCapture(aCommand(lines, over), facts, "order-1", 1))).toEqual(expected);
  });

  test("an unknown channel", () => {
    expect(errors(checkCapture(aCommand([aLine("A", 1)]), { ...facts, channel: undefined }, "order-1", 1))).toEqual(["/channel UNKNOWN_CHANNEL"]);
  });

  test("one code where all fields have the same, a general one otherwise", () => {
    const code = (lines: readonly CaptureLine[]): string | null => {
      const checked = check(lines);
      return checked.ok ? null : checked.refusal.code;
    };
    expect(code([aLine("x", 1), aLine("y", 1)])).toBe("UNKNOWN_ITEM");
    expect(code([aLine("x", 1), aLine("A", 0)])).toBe("INVALID_FIELD");
  });

  test("nothing where a caller's clock is a little ahead", () => {
    expect(check([aLine("A", 1)], { placedAt: NOW + 5 * 60_000 }).ok).toBe(true);
  });
});

describe("what lines cost", () => {
  test.each([
    ["EUR", aLine("A", 3, { unitPrice: "9.99" }), 2997], ["EUR", aLine("A", 3, { unitPrice: "0.333333" }), 100], ["EUR", aLine("A", 1, { unitPrice: "0.005" }), 1], ["EUR", aLine("A", 1, { unitPrice: "0.004999" }), 0],
    ["JPY", aLine("A", 2, { unitPrice: "150" }), 300], ["JPY", aLine("A", 1, { unitPrice: "0.5" }), 1], ["KWD", aLine("A", 1, { unitPrice: "1.2345" }), 1235], ["EUR", aLine("K", "1.25", { unitPrice: "3.20" }), 400],
    ["EUR", aLine("A", 2, { unit: "case", unitPrice: "12.00" }), 2400], ["EUR", aLine("A", "0.5", { unit: "case", unitPrice: "12.00" }), 600], ["EUR", aLine("A", 2, { unitPrice: "10.00", discountMinor: 150 }), 1850],
  ])("in %s: %o is %i minor units", (currency, line, expected) => {
    const { order } = accepted([line], {}, currency);
    expect(order.lines[0]?.document.total_minor).toBe(expected);
  });

  test.each([
    ["tax beside the prices", { taxMinor: 190, shippingMinor: 490, discountMinor: 100, otherMinor: 10 }, 1000 + 190 + 490 - 100 + 10],
    ["tax within the prices", { taxMinor: 160, taxIncluded: true, shippingMinor: 490 }, 1490],
  ])("and the whole order, with %s", (_, over, expected) => {
    expect(accepted([aLine("A", 1)], totals(over)).expectedTotalMinor).toBe(expected);
  });
});

describe("the rules an order passes at capture ask for holds:", () => {
  const kinds = (lines: readonly CaptureLine[], over: Partial<CaptureCommand> = {}): string[] =>
    captureHolds(accepted(lines, over), facts.item).map(({ kind, scope, lineNo }) => (scope === "line" ? `${kind} line ${lineNo}` : kind));
  const paid = { state: "paid", payments: [] };

  test.each([
    ["none for a plain order", [aLine("A", 1)], {}, []], ["ITEM on each blocked line", [aLine("A", 1), aLine("blocked", 1)], {}, ["ITEM line 2"]],
    ["ADDRESS where the address is incomplete", [aLine("A", 1)], { contact: { ship_to: { city: "c", postcode: "10115", country: "DE" } } }, ["ADDRESS"]], ["PAYMENT while it is pending", [aLine("A", 1)], { payment: { ...paid, state: "pending" } }, ["PAYMENT"]],
    ["PAYMENT when it failed", [aLine("A", 1)], { payment: { ...paid, state: "failed" } }, ["PAYMENT"]], ["none when it is authorised", [aLine("A", 1)], { payment: { ...paid, state: "authorized" } }, []],
    ["FRAUD at high risk", [aLine("A", 1)], { risk: "high" as const }, ["FRAUD"]], ["none at medium risk", [aLine("A", 1)], { risk: "medium" as const }, []],
    ["PRICING where the total is wrong", [aLine("A", 1)], totals({ totalMinor: 999 }), ["PRICING"]], ["none where it is right", [aLine("A", 1)], totals({ totalMinor: 1000 }), []],
    ["PRICING where a line's total is wrong", [aLine("A", 1, { totalMinor: 999 })], {}, ["PRICING"]], ["TAX where the lines' tax differs", [aLine("A", 1, { taxMinor: 19 })], totals({ taxMinor: 20 }), ["TAX"]],
    ["no TAX where lines carry none", [aLine("A", 1)], totals({ taxMinor: 20 }), []], ["whatever the caller asks for", [aLine("A", 1)], { requestedHolds: [{ kind: "CUSTOMER" as const, reason: "gift", dueAt: null }] }, ["CUSTOMER"]],
    ["all that apply", [aLine("blocked", 1)], { risk: "high" as const, contact: { ship_to: {} }, payment: { ...paid, state: "pending" } }, ["ITEM line 1", "ADDRESS", "PAYMENT", "FRAUD"]],
  ])("%s", (_, lines, over, expected) => {
    expect(kinds(lines, over)).toEqual(expected);
  });

  test("stated totals are kept as stated, and the reason names both figures", () => {
    const checked = accepted([aLine("A", 1)], totals({ totalMinor: 999 }));
    expect(checked.order.totalMinor).toBe(999);
    expect(captureHolds(checked, facts.item)[0]?.reason).toMatch(/999 EUR .* 1000/);
  });

  test("holds that keep stock get the channel's time to do so, unless the caller gave one", () => {
    const due = (dueAt: number | null): (number | null)[] => captureHolds(accepted([aLine("A", 1)], { requestedHolds: [{ kind: "FRAUD", reason: "x", dueAt }, { kind: "MANUAL", reason: "x", dueAt }] }), facts.item).map((hold) => hold.dueAt);
    expect(due(null)).toEqual([NOW + 72 * 3_600_000, null]);
    expect(due(NOW + 1)).toEqual([NOW + 1, NOW + 1]);
  });
});
