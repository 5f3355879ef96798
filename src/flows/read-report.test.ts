import { expect, test } from "vitest";
import { dateOfDay } from "../domain/kernel/index.ts";
import { comparedDays, stretchesOf } from "./read-report.ts";

const shown = (from: string, to: string, group: "day" | "week" | "channel"): string[][] => stretchesOf(from, to, group).map(({ first, end }) => [dateOfDay(first), dateOfDay(end - 1)]);

test("weeks begin on Mondays, and the first and last may be parts of one", () => {
  expect(shown("2026-03-04", "2026-03-16", "week")).toEqual([["2026-03-04", "2026-03-08"], ["2026-03-09", "2026-03-15"], ["2026-03-16", "2026-03-16"]]);
  expect(shown("2026-03-04", "2026-03-16", "channel")).toEqual([["2026-03-04", "2026-03-16"]]);
  expect(shown("2026-02-28", "2026-03-01", "day")).toEqual([["2026-02-28", "2026-02-28"], ["2026-03-01", "2026-03-01"]]);
});

test("as many days before, or the same a year earlier", () => {
  expect(comparedDays({ from: "2026-03-01", to: "2026-03-31", compare: "previous" })).toEqual({ from: "2026-01-29", to: "2026-02-28" });
  expect(comparedDays({ from: "2024-02-29", to: "2024-03-01", compare: "year" })).toEqual({ from: "2023-02-28", to: "2023-03-01" });
});
