import { describe, expect, test } from "vitest";
import { daysOfPeriod, nextTime, type ScheduleTimes } from "./report-schedules.ts";

const daily = (time: string, zone = "Europe/Berlin"): ScheduleTimes => ({ cadence: "daily", minute: Number(time.slice(0, 2)) * 60 + Number(time.slice(3)), weekday: null, monthDay: null, zone });
const weekly = (weekday: number): ScheduleTimes => ({ ...daily("07:00"), cadence: "weekly", weekday });
const monthly = (monthDay: number): ScheduleTimes => ({ ...daily("07:00"), cadence: "monthly", monthDay });

describe("when a report is sent", () => {
  test.each<readonly [string, ScheduleTimes, string, string]>([
    ["later the same day", daily("07:00"), "2026-01-15T05:59Z", "2026-01-15T06:00Z"],
    ["not twice at its own instant", daily("07:00"), "2026-01-15T06:00Z", "2026-01-16T06:00Z"],
    ["in summer an hour earlier", daily("07:00"), "2026-07-15T04:00Z", "2026-07-15T05:00Z"],
    ["a time that the night in spring leaves out comes at the change", daily("02:30"), "2026-03-28T12:00Z", "2026-03-29T01:00Z"],
    ["and is not sent again that day", daily("02:30"), "2026-03-29T01:00Z", "2026-03-30T00:30Z"],
    ["a time that comes twice in autumn is the first", daily("02:30"), "2026-10-24T12:00Z", "2026-10-25T00:30Z"],
    ["and is not sent at the second", daily("02:30"), "2026-10-25T00:30Z", "2026-10-26T01:30Z"],
    ["midnight of a day that begins at one", daily("00:00", "Africa/Cairo"), "2026-04-23T20:00Z", "2026-04-23T22:00Z"],
    ["a zone that is a day ahead", daily("07:00", "Pacific/Kiritimati"), "2026-01-14T18:00Z", "2026-01-15T17:00Z"],
    ["on Mondays", weekly(1), "2026-01-15T12:00Z", "2026-01-19T06:00Z"],
    ["on Sundays, the night of the change", weekly(7), "2026-03-28T12:00Z", "2026-03-29T05:00Z"],
    ["on the 1st", monthly(1), "2026-01-01T06:00Z", "2026-02-01T06:00Z"],
    ["the 31st of a short month is its last day", monthly(31), "2026-01-31T06:00Z", "2026-02-28T06:00Z"],
    ["and of a leap year", monthly(30), "2028-01-30T06:00Z", "2028-02-29T06:00Z"],
    ["the 30th of a month with 31 days is the 30th", monthly(30), "2026-03-01T06:00Z", "2026-03-30T05:00Z"],
  ])("%s", (_, times, after, expected) => {
    expect(new Date(nextTime(times, Date.parse(after))).toISOString()).toBe(new Date(expected).toISOString());
  });

  test("after a week of downtime there is one next time, not seven", () => {
    const [missed, back] = [Date.parse("2026-01-05T06:00Z"), Date.parse("2026-01-12T09:00Z")];
    expect(missed < back && nextTime(daily("07:00"), back)).toBe(Date.parse("2026-01-13T06:00Z"));
  });
});

test.each([
  ["yesterday", "2026-03-29T00:30Z", "2026-03-28", "2026-03-28"], ["last_7_days", "2026-03-29T12:00Z", "2026-03-22", "2026-03-28"], ["last_30_days", "2026-01-01T12:00Z", "2025-12-02", "2025-12-31"],
  ["last_week", "2026-03-30T12:00Z", "2026-03-23", "2026-03-29"], ["last_week", "2026-03-29T12:00Z", "2026-03-16", "2026-03-22"],
  ["last_month", "2026-03-01T12:00Z", "2026-02-01", "2026-02-28"], ["last_month", "2026-01-31T23:30Z", "2026-01-01", "2026-01-31"],
] as const)("%s, sent at %s, is %s to %s", (period, at, from, to) => {
  expect(daysOfPeriod(period, Date.parse(at), "Europe/Berlin")).toEqual({ from, to });
});
