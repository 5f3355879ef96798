import { describe, expect, test } from "vitest";
import { dateOfDay, dayOfDate, instantOfDay, isTimeZone, localDateTime, localDay, MINUTE, nextDate, weekdayOfDay, zoneOffset } from "./index.ts";

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

  test.each([["1969-12-31", -1, 3], ["1970-01-01", 0, 4], ["2024-02-29", 19_782, 4], ["2026-03-29", 20_541, 7], ["2026-03-30", 20_542, 1], ["1969-12-28", -4, 7]])("%s is day %i, weekday %i", (date, day, weekday) => {
    expect([dayOfDate(date), dateOfDay(day), weekdayOfDay(day)]).toEqual([day, date, weekday]);
  });

  test.each([
    ["an ordinary day", "Europe/Berlin", "2026-01-15", "14:00", "2026-01-15T13:00Z"],
    ["the last hour before summer time", "Europe/Berlin", "2026-03-29", "01:59", "2026-03-29T00:59Z"],
    ["what summer time leaves out is the change", "Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T01:00Z"],
    ["the change itself", "Europe/Berlin", "2026-03-29", "03:00", "2026-03-29T01:00Z"],
    ["what comes twice is the first", "Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30Z"],
    ["after it", "Europe/Berlin", "2026-10-25", "03:00", "2026-10-25T02:00Z"],
    ["New York springs", "America/New_York", "2026-03-08", "02:00", "2026-03-08T07:00Z"],
    ["New York falls", "America/New_York", "2026-11-01", "01:00", "2026-11-01T05:00Z"],
    ["New York has fallen", "America/New_York", "2026-11-01", "02:00", "2026-11-01T07:00Z"],
    ["Lord Howe springs half an hour", "Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:30Z"],
    ["Lord Howe has sprung", "Australia/Lord_Howe", "2026-10-04", "02:30", "2026-10-03T15:30Z"],
    ["Lord Howe falls half an hour", "Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45Z"],
    ["Lord Howe has fallen", "Australia/Lord_Howe", "2026-04-05", "02:00", "2026-04-04T15:30Z"],
    ["a day that begins at one", "Africa/Cairo", "2026-04-24", "00:00", "2026-04-23T22:00Z"],
    ["a midnight that the clock turns back from", "America/Sao_Paulo", "2018-02-18", "00:00", "2018-02-18T03:00Z"],
    ["the day that Samoa left out", "Pacific/Apia", "2011-12-30", "12:00", "2011-12-30T10:00Z"],
    ["three quarters of an hour", "Pacific/Chatham", "2026-06-01", "12:00", "2026-05-31T23:15Z"],
    ["the end of a day", "Europe/Berlin", "2026-10-25", "24:00", "2026-10-25T23:00Z"],
  ])("%s: in %s, %s %s is %s", (_, zone, date, time, expected) => {
    const [hours = 0, minutes = 0] = time.split(":").map(Number);
    expect(new Date(instantOfDay(dayOfDate(date), (hours * 60 + minutes) * MINUTE, zone)).toISOString()).toBe(new Date(expected).toISOString());
  });

  test("the first instant that shows a time is found on every minute of every change", () => {
    for (const [zone, change] of [["Europe/Berlin", "2026-03-29T01:00Z"], ["Europe/Berlin", "2026-10-25T01:00Z"], ["Australia/Lord_Howe", "2026-10-03T15:30Z"], ["Australia/Lord_Howe", "2026-04-04T15:00Z"], ["America/St_Johns", "2026-11-01T04:30Z"]] as const) {
      const from = Date.parse(change) - 180 * MINUTE;
      const shown = Array.from({ length: 360 }, (_, minute) => from + minute * MINUTE).map((at) => ({ at, wall: at + zoneOffset(at, zone) }));
      for (const { wall } of shown.slice(120, 240)) {
        const day = Math.floor(wall / 86_400_000);
        expect(instantOfDay(day, wall - day * 86_400_000, zone)).toBe(shown.find((one) => one.wall >= wall)?.at);
      }
    }
    expect(dateOfDay(localDay(Date.parse("2026-03-28T23:30:00Z"), "Europe/Berlin"))).toBe("2026-03-29");
  });
});
