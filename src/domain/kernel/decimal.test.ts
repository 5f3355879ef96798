import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { divideRounded, formatScaled, scaledInteger } from "./index.ts";

describe("reading a decimal", () => {
  test.each([
    ["12", 0, 12n], ["0.25", 2, 25n], ["0.250", 2, 25n], ["-1.5", 1, -15n], ["007", 0, 7n], ["9007199254740993", 0, 9007199254740993n], ["0", 6, 0n], ["1.000000", 0, 1n],
    ["0.001", 2, undefined], ["", 2, undefined], ["1e3", 0, undefined], [".5", 1, undefined], ["5.", 1, undefined], ["+1", 0, undefined], [" 1", 0, undefined], ["1,5", 1, undefined],
    ["NaN", 0, undefined], ["Infinity", 0, undefined], ["0x10", 0, undefined], ["١", 0, undefined], ["1234567890123456789", 0, undefined],
  ])("%j at scale %i is %s", (text, scale, expected) => {
    expect(scaledInteger(text, scale)).toBe(expected);
  });

  test("is the inverse of writing it", () => {
    fc.assert(fc.property(fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 }), fc.integer({ min: 0, max: 6 }), (value, scale) => {
      expect(scaledInteger(formatScaled(value, scale), scale)).toBe(BigInt(value));
    }));
  });
});

describe("rounding a division", () => {
  test.each([[5n, 2n, 3n], [-5n, 2n, -3n], [4n, 3n, 1n], [-4n, 3n, -1n], [1n, 3n, 0n], [0n, 7n, 0n], [7n, 7n, 1n], [15n, 10n, 2n], [14n, 10n, 1n]])("%s / %s is %s, half away from zero", (a, b, expected) => {
    expect(divideRounded(a, b)).toBe(expected);
  });

  test("is never off by more than half", () => {
    fc.assert(fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.bigInt({ min: 1n, max: 10n ** 9n }), (numerator, denominator) => {
      const error = 2n * (divideRounded(numerator, denominator) * denominator - numerator);
      expect(error <= denominator && error >= -denominator).toBe(true);
    }));
  });
});
