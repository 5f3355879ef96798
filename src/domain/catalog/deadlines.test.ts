import { expect, test } from "vitest";
import { rateState } from "./deadlines.ts";

test.each<[number, number, number, string]>([
  [0, 0, 400, "ok"], [0, 100, 400, "ok"], [3, 100, 400, "ok"], [31, 1000, 400, "ok"], [32, 1000, 400, "near"], [4, 100, 400, "near"], [40, 1000, 400, "near"], [41, 1000, 400, "over"],
  [1, 1, 10_000, "near"], [1, 1, 9_999, "over"], [1, 1_000_000, 1, "ok"], [25, 1000, 250, "near"], [26, 1000, 250, "over"],
])("%d of %d against %d hundredths of a percent is %s", (failed, orders, thresholdBasisPoints, expected) => {
  expect(rateState(failed, orders, { thresholdBasisPoints, windowDays: 7 })).toBe(expected);
});
