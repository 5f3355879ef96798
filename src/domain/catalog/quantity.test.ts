import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anItem, codeOf } from "../shop.testing.ts";
import { countedQuantity, readQuantity, spokenQuantity } from "./index.ts";

const pieces = anItem("P", { units: [{ name: "case", factor: 12 }] });
const grams = anItem("G", { quantityScale: 3, baseUnit: "kilogram", units: [{ name: "sack", factor: 25 }] });

describe("an ordered quantity", () => {
  test.each([
    [pieces, "2", null, 2], [pieces, "2", "each", 2], [pieces, "2", "case", 24], [pieces, "0.5", "case", 6], [pieces, "2.000", null, 2],
    [grams, "1.25", null, 1250], [grams, "0.001", "kilogram", 1], [grams, "0.5", "sack", 12_500], [pieces, "1000000000000", null, 1_000_000_000_000],
  ])("of $sku: %s %s is counted", (item, text, unit, expected) => {
    expect(countedQuantity(item, text, unit)).toMatchObject({ ok: true, value: { quantity: expected } });
  });

  test.each([
    ["0", null, "QUANTITY_NOT_POSITIVE"], ["0.000", null, "QUANTITY_NOT_POSITIVE"], ["-1", null, "QUANTITY_NOT_POSITIVE"], ["-0.5", "case", "QUANTITY_NOT_POSITIVE"],
    ["0.5", null, "QUANTITY_TOO_FINE"], ["0.1", "case", "QUANTITY_TOO_FINE"], ["1.0000000000001", null, "QUANTITY_TOO_FINE"], ["1000000000001", null, "QUANTITY_TOO_LARGE"],
    ["9007199254740993", null, "QUANTITY_TOO_LARGE"], ["100000000000", "case", "QUANTITY_TOO_LARGE"], ["12345678901234567890", null, "QUANTITY_TOO_LARGE"], ["1", "pallet", "UNKNOWN_UNIT"], ["1", "", "UNKNOWN_UNIT"],
    ["1e3", null, "QUANTITY_TOO_FINE"], ["", null, "QUANTITY_TOO_FINE"], ["NaN", null, "QUANTITY_TOO_FINE"],
  ])("of pieces: %j %s is refused as %s", (text, unit, code) => {
    expect(codeOf(countedQuantity(pieces, text, unit))).toBe(code);
  });

  test("counted and spoken again is the same", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 1_000_000_000_000 }), (units) => {
      expect(countedQuantity(grams, spokenQuantity(grams, units), null)).toMatchObject({ value: { quantity: units } });
    }));
  });
});

describe("a given quantity", () => {
  test.each([
    ["0", "zero", 0], ["-3", "signed", -3], ["3", "signed", 3], ["2", "positive", 2],
  ] as const)("%j where %s is allowed is %i", (text, allowed, expected) => {
    expect(readQuantity(pieces, { text, unit: null }, allowed)).toEqual({ ok: true, value: expected });
  });

  test.each([["0", "positive", "QUANTITY_NOT_POSITIVE"], ["0", "signed", "QUANTITY_NOT_POSITIVE"], ["-1", "zero", "QUANTITY_NOT_POSITIVE"], ["--1", "signed", "QUANTITY_NOT_POSITIVE"]] as const)("%j where %s is allowed is refused", (text, allowed, code) => {
    expect(codeOf(readQuantity(pieces, { text, unit: null }, allowed))).toBe(code);
  });
});
