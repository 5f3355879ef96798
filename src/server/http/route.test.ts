import { expect, test } from "vitest";
import { ID_PREFIXES, type IdKind } from "../../domain/kernel/index.ts";
import { found, idOf } from "./route.ts";

test("what is not there is called as people call it", () => {
  for (const kind of Object.keys(ID_PREFIXES) as IdKind[]) {
    for (const ask of [() => idOf(kind, "nope"), () => found(null, kind, "nope")]) expect(ask, kind).toThrow(/^There is no [a-z ]+ nope here\.$/);
  }
  expect(() => idOf("orderAction", "nope")).toThrow("There is no order action nope here.");
});
