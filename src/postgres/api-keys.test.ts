import { expect, test } from "vitest";
import { makeKey, maybeKey } from "./api-keys.ts";

test("a key carries a checksum, so that a mistyped one is known without asking anybody", () => {
  const keys = Array.from({ length: 200 }, makeKey);
  expect(new Set(keys).size).toBe(200);
  for (const key of keys) {
    expect(key).toMatch(/^ordo_live_[0-9A-Za-z]{38}$/);
    expect(maybeKey(key)).toBe(true);
    const place = 10 + (key.charCodeAt(20) % 32);
    const other = key.charAt(place) === "x" ? "y" : "x";
    expect(maybeKey(key.slice(0, place) + other + key.slice(place + 1))).toBe(false);
  }
  expect(maybeKey("any text an operator chose")).toBe(true);
});
