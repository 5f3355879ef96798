import { expect, test } from "vitest";
import { changedFields, toldChanges } from "./changed-fields.ts";

test("names what differs, with values that may be told", () => {
  expect(changedFields({ a: 1, b: { x: 1, y: 2 }, gone: "x", same: [1] }, { a: 2, b: { y: 2, x: 1 }, same: [1], came: null, secret: "s", long: "l".repeat(300) }, ["secret"]))
    .toEqual({ a: [1, 2], gone: ["x", null], secret: "hidden", long: "hidden" });
});

test("says nothing of what stayed as it was", () => {
  expect(toldChanges(changedFields({ a: 1 }, { a: 1 }))).toEqual({});
});
