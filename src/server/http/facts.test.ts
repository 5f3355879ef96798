import { expect, test } from "vitest";
import { isGtin, itemBody } from "./facts.ts";

test.each([["4006381333931", true], ["4006381333932", false], ["96385074", true], ["036000291452", true], ["00012345600012", true], ["12345", false], ["400638133393x", false]])("GTIN %s: %s", (code, valid) => {
  expect(isGtin(code)).toBe(valid);
});

test("units and components stand once each, and none is the base unit", () => {
  const { error } = itemBody.safeParse({ name: "n", base_unit: "kg", units: [{ name: "bag", factor: 2 }, { name: "bag", factor: 3 }, { name: "kg", factor: 1 }], components: [{ sku: "A", quantity: 1 }, { sku: "A", quantity: 2 }] });
  expect(error?.issues.map((issue) => issue.path.join("/"))).toEqual(["units/1", "components/1", "units/2/name"]);
});
