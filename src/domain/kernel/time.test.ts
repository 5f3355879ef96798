import { describe, expect, test } from "vitest";
import { isTimeZone, localDateTime, nextDate } from "./index.ts";

describe("local time", () => {
  test.each([
    ["2026-01-15T12:00:00Z", "UTC", "2026-01-15", "12:00"], ["2026-01-15T23:59:59.999Z", "Europe/Berlin", "2026-01-16", "00:59"], ["2026-07-15T12:00:00Z", "Europe/Berlin", "2026-07-15", "14:00"],
    ["2026-03-29T00:59:00Z", "Europe/Berlin", "2026-03-29", "01:59"], ["2026-03-29T01:00:00Z", "Europe/Berlin", "2026-03-29", "03:00"], ["2026-10-25T00:30:00Z", "Europe/Berlin", "2026-10-25", "02:30"],
    ["2026-10-25T01:30:00Z", "Europe/Berlin", "2026-10-25", "02:30"], ["2026-01-01T00:00:00Z", "America/Sao_Paulo", "2025-12-31", "21:00"], ["2026-01-01T00:00:00Z", "Asia/Kathmandu", "2026-01-01", "05:45"],
    ["2026-12-31T12:00:00Z", "Pacific/Kiritimati", "2027-01-01", "02:00"], ["2026-01-01T00:00:00Z", "UTC", "2026-01-01", "00:00"],
  ])("%s in %s is %s %s", (at, zone, date, time) => {
    expect(localDateTime(Date.parse(at), zone)).toEqual({ date, time });
  });

  test.each([["2026-02-28", "2026-03-01"], ["2028-02-28", "2028-02-29"], ["2026-12-31", "2027-01-01"], ["2026-03-29", "2026-03-30"]])("after %s comes %s", (date, next) => {
    expect(nextDate(date)).toBe(next);
  });

  test.each([["Europe/Berlin", true], ["UTC", true], ["Mars/Olympus", false], ["", false]])("%j is a zone: %s", (name, expected) => {
    expect(isTimeZone(name)).toBe(expected);
  });
});
