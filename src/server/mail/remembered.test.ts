import { expect, it } from "vitest";
import { Bounded, remembered } from "./remembered.ts";

it("makes a thing once for the same words, however they are cut", () => {
  const made: string[] = [];
  const make = remembered(2, (a: string, b: string) => (made.push(`${a}|${b}`), { a, b }));
  expect(make("de", "EUR")).toBe(make("de", "EUR"));
  expect(make("d", "eEUR")).toEqual({ a: "d", b: "eEUR" });
  expect(made).toEqual(["de|EUR", "d|eEUR"]);
});

it("forgets the oldest and never holds more than its bound", () => {
  const known = new Bounded<number>(2);
  known.set("a", 1).set("b", 2).set("a", 3).set("c", 4);
  expect([...known]).toEqual([["b", 2], ["c", 4]]);
});
