import { describe, expect, test } from "vitest";
import { discountDraft, discountsBeyond, draftEndsAt } from "./index.ts";

test("a draft ends so many days after its last change, or never", () => {
  expect([draftEndsAt(1_000, 30), draftEndsAt(1_000, 0)]).toEqual([1_000 + 30 * 86_400_000, null]);
});

const agent = { percent: 10, further: [{ role: "manager", percent: 30 }, { role: "admin", percent: 100 }] };
const line = (grossMinor: number | null, percent: string | null = null) => ({ grossMinor, percent });

describe("discounts of a draft", () => {
  test("are exact to the minor unit: of each line, then of what the lines come to", () => {
    expect(discountDraft({ lines: [line(1990, "2.5"), line(1001), line(5, "10")], percent: "5" }, { percent: 100, further: [] })).toEqual({
      lines: [{ discountMinor: 50, totalMinor: 1940 }, { discountMinor: 0, totalMinor: 1001 }, { discountMinor: 1, totalMinor: 4 }], goodsMinor: 2945, orderDiscountMinor: 147, errors: [],
    });
  });

  test("leave out what nobody can price", () => {
    expect(discountDraft({ lines: [line(null, "5"), line(100)], percent: null }, agent)).toMatchObject({ lines: [null, { totalMinor: 100 }], goodsMinor: 100, errors: [] });
  });

  test("go as far as the limit and say who may go further", () => {
    expect(discountDraft({ lines: [line(100, "10")], percent: null }, agent).errors).toEqual([]);
    expect(discountDraft({ lines: [line(100, "10.01")], percent: null }, agent).errors).toEqual([
      { pointer: "/lines/0/discount_percent", code: "DISCOUNT_TOO_HIGH", detail: "10.01 % off is more than the 10 % that you may give; who may give more: manager up to 30 %, admin up to 100 %." },
    ]);
  });

  test("count together: two that are within the limit may be beyond it", () => {
    expect(discountDraft({ lines: [line(100, "6")], percent: "4" }, agent).errors).toEqual([]);
    expect(discountDraft({ lines: [line(100, "6")], percent: "5" }, agent).errors).toMatchObject([{ pointer: "/discount_percent", detail: expect.stringMatching(/^10.7 % off/) }]);
    expect(discountDraft({ lines: [], percent: "11" }, agent).errors).toMatchObject([{ pointer: "/discount_percent" }]);
  });

  test("are percentages, each told at its field", () => {
    expect(discountDraft({ lines: [line(100, "-1"), line(100, "ten"), line(100, "1.234")], percent: "101" }, agent).errors.map(({ pointer, code }) => [pointer, code])).toEqual([
      ["/discount_percent", "INVALID_FIELD"], ["/lines/0/discount_percent", "INVALID_FIELD"], ["/lines/1/discount_percent", "INVALID_FIELD"], ["/lines/2/discount_percent", "INVALID_FIELD"],
    ]);
  });
});

describe("discounts that a person's order comes with", () => {
  const beyond = (lines: readonly (readonly [list: number, total: number])[], offMinor = 0): unknown[] =>
    discountsBeyond({ lines: lines.map(([listMinor, totalMinor]) => ({ listMinor, totalMinor, field: "discount_minor" })), offMinor, offField: "discount_minor" }, agent).map(({ pointer, detail }) => [pointer, detail.split(" off")[0]]);

  test("go as far as a draft's do, to the minor unit", () => {
    expect(beyond([[1000, 900], [1000, 1200], [5, 4], [0, 0]])).toEqual([]);
    expect(beyond([[1000, 899], [1000, 900]])).toEqual([["/lines/0/discount_minor", "10.1 %"]]);
  });
  test("count together with what goes off the whole order, which is shared out over the lines", () => {
    expect(beyond([[1000, 950], [1000, 950]], 100)).toEqual([]);
    expect(beyond([[1000, 950], [3000, 3000]], 300)).toEqual([["/totals/discount_minor", "12.3 %"]]);
    expect(beyond([[1000, 1000]], 1000)).toEqual([["/totals/discount_minor", "100 %"]]);
    expect(beyond([[999, 999], [999, 999], [999, 999]], 300)).toEqual([]);
  });
});
