import { expect, test } from "vitest";
import { lineQuantities } from "../routes/order-commands.ts";
import { LINES_MAX } from "./capture.ts";
import { lineNumber } from "./fields.ts";

test("the components of an order's last kit can be named, all of them at once", () => {
  expect(lineNumber.safeParse(LINES_MAX + 5_000).success).toBe(true);
  expect(lineQuantities.safeParse(Array.from({ length: 5_000 }, (_, n) => ({ line: LINES_MAX + n + 1, quantity: 1 }))).success).toBe(true);
  for (const wrong of [0, 1.5, 40_000]) expect(lineNumber.safeParse(wrong).success).toBe(false);
});
