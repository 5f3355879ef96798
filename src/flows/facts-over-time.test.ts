import { expect, test } from "vitest";
import { MINUTE } from "../domain/kernel/index.ts";
import { shippingFactsOf } from "../domain/shipping/index.ts";
import { FactsOverTime } from "./facts-over-time.ts";
import type { FactsThen } from "./past.ts";

const BEGIN = Date.UTC(2026, 2, 3);

test("facts that change again and again are loaded where something was decided, and no more than two of them are kept", async () => {
  const loaded: number[] = [];
  const then = (validFrom: number): FactsThen => ({ validFrom, channels: [], nodes: [], strategies: new Map(), shipping: shippingFactsOf([]) });
  const starts = [BEGIN, ...Array.from({ length: 500 }, (_, n) => BEGIN + (n + 1) * MINUTE)];
  const facts = new FactsOverTime({ facts: async (_, at) => {
    loaded.push(at);
    return then(at);
  } }, 1, starts, new Map());
  await facts.load(BEGIN);
  // A decision in the middle, one after all changes, and one of a commit that was overtaken.
  const [middle, end] = [BEGIN + 100 * MINUTE, BEGIN + 600 * MINUTE];
  await facts.load(middle + 1);
  await facts.load(end, end);
  await facts.load(middle + 30_000, end);
  expect(loaded).toEqual([BEGIN, middle, BEGIN + 500 * MINUTE, middle]);
  expect([facts.at(middle + 59_999).validFrom, facts.at(end).validFrom]).toEqual([middle, BEGIN + 500 * MINUTE]);
  expect(() => facts.at(middle - 1)).toThrow("facts");
  // What was decided before the beginning goes by what held at it.
  await facts.load(BEGIN - MINUTE);
  expect(facts.at(BEGIN - MINUTE).validFrom).toBe(BEGIN);
});
