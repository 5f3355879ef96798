import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cumulativeShare, largestRemainder } from "./index.ts";

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
const amounts = fc.oneof(fc.integer({ min: -200, max: 200 }), fc.integer({ min: -1_000_000_000_000_000, max: 1_000_000_000_000_000 }));

describe("cumulative shares", () => {
  test("however a whole is cut and in whatever order its pieces come, the pieces sum to the amount", () => {
    fc.assert(fc.property(amounts, fc.array(fc.integer({ min: 1, max: 1_000_000_000 }), { minLength: 1, maxLength: 8 }), (amount, pieces) => {
      const whole = sum(pieces);
      let done = 0;
      let given = 0;
      for (const piece of pieces) {
        const share = cumulativeShare(amount, done + piece, whole) - cumulativeShare(amount, done, whole);
        // No piece is further than one minor unit from its exact share, and none has the other sign.
        expect(Math.abs(share - (amount * piece) / whole)).toBeLessThan(1.001);
        expect(share === 0 || Math.sign(share) === Math.sign(amount)).toBe(true);
        done += piece;
        given += share;
      }
      expect(given).toBe(amount);
    }));
  });

  test("nothing of it is nothing, and half a minor unit rounds away from zero", () => {
    expect([cumulativeShare(99, 0, 7), cumulativeShare(1, 1, 2), cumulativeShare(-1, 1, 2), cumulativeShare(100, 1, 3), cumulativeShare(100, 2, 3)]).toEqual([0, 1, -1, 33, 67]);
  });
});

describe("the largest remainder", () => {
  test("parts sum to the whole, each within one of its exact share", () => {
    fc.assert(fc.property(amounts, fc.array(fc.integer({ min: 0, max: 1_000_000_000 }), { minLength: 1, maxLength: 12 }), (amount, weights) => {
      const parts = largestRemainder(amount, weights);
      expect(sum(parts)).toBe(amount);
      const whole = sum(weights);
      weights.forEach((weight, index) => {
        const exact = whole === 0 ? amount / weights.length : (amount * weight) / whole;
        expect(Math.abs((parts[index] ?? 0) - exact)).toBeLessThan(1.001);
        if (whole > 0 && weight === 0) expect(parts[index]).toBe(0);
      });
    }));
  });

  test("what is left over goes to the largest remainders, and of equal ones to the first", () => {
    expect(largestRemainder(100, [1, 1, 1])).toEqual([34, 33, 33]);
    expect(largestRemainder(10, [15, 25, 60])).toEqual([2, 2, 6]);
    expect(largestRemainder(5, [1, 2, 4])).toEqual([1, 1, 3]);
    expect(largestRemainder(-5, [1, 2, 4])).toEqual([-1, -1, -3]);
    expect(largestRemainder(3, [0, 0])).toEqual([2, 1]);
    expect(largestRemainder(0, [])).toEqual([]);
  });
});
