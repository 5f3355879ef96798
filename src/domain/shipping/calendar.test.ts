import { describe, expect, test } from "vitest";
import { dateOfDay, dayOfDate } from "../kernel/index.ts";
import { addOpenMinutes, hoursOf, isOpen, isOpenOn, lastStart, nextOpenDay, nextOpening } from "./index.ts";
import { aCalendar } from "./shipping.testing.ts";
import type { Calendar } from "./types.ts";

const BERLIN = "Europe/Berlin";
const at = (text: string): number => Date.parse(text);
const iso = (instant: number | null): string | null => (instant === null ? null : new Date(instant).toISOString().slice(0, 19));

const office = aCalendar("08:00-16:00", { exceptions: { "2026-04-03": "", "2026-04-06": "", "2026-04-04": "10:00-12:00" } });
const overnight = aCalendar("22:00-24:00 00:00-06:00", { days: [1, 2, 3, 4, 5, 6, 7] });
const split = aCalendar("08:00-12:00 13:00-17:00");
const never = aCalendar("");
const once = aCalendar("", { exceptions: { "2027-03-01": "09:00-10:00" } });

describe("a calendar", () => {
  test.each([
    ["before it opens", office, "2026-03-02T06:59:59Z", false], ["as it opens", office, "2026-03-02T07:00:00Z", true], ["as it closes", office, "2026-03-02T15:00:00Z", false],
    ["on Sunday", office, "2026-03-01T10:00:00Z", false], ["on a holiday", office, "2026-04-03T10:00:00Z", false], ["on a Saturday that is opened", office, "2026-04-04T08:30:00Z", true],
    ["over midnight", overnight, "2026-03-01T23:00:00Z", true], ["without one", null, "2026-03-01T03:00:00Z", true], ["in a break", split, "2026-03-02T11:30:00Z", false],
  ])("%s", (_, calendar, when, expected) => {
    expect(isOpen(calendar, BERLIN, at(when))).toBe(expected);
  });

  test.each([
    ["now", office, "2026-03-02T10:00:00Z", "2026-03-02T10:00:00"], ["this morning", office, "2026-03-02T01:00:00Z", "2026-03-02T07:00:00"], ["over the weekend", office, "2026-03-06T15:00:00Z", "2026-03-09T07:00:00"],
    ["over holidays, in summer time", office, "2026-04-04T10:00:00Z", "2026-04-07T06:00:00"], ["never", never, "2026-03-02T10:00:00Z", null],
    ["within 400 days", once, "2026-01-25T10:00:00Z", "2027-03-01T08:00:00"], ["beyond them", once, "2026-01-24T10:00:00Z", null],
  ])("opens next: %s", (_, calendar, when, expected) => {
    expect(iso(nextOpening(calendar, BERLIN, at(when)))).toBe(expected);
  });

  test.each([
    ["within the day", office, "2026-03-02T09:00:00Z", 90, "2026-03-02T10:30:00"], ["to the last minute", office, "2026-03-02T14:00:00Z", 60, "2026-03-02T15:00:00"],
    ["on the next day", office, "2026-03-02T14:00:00Z", 61, "2026-03-03T07:01:00"], ["over a weekend", office, "2026-03-06T14:30:00Z", 90, "2026-03-09T08:00:00"],
    ["over a break", split, "2026-03-02T10:30:00Z", 45, "2026-03-02T12:15:00"], ["over midnight", overnight, "2026-03-02T22:30:00Z", 60, "2026-03-02T23:30:00"],
    ["without a calendar, around the clock", null, "2026-03-06T22:00:00Z", 24 * 60, "2026-03-07T22:00:00"], ["of no length, at the opening", office, "2026-03-07T10:00:00Z", 0, "2026-03-09T07:00:00"],
    ["never", never, "2026-03-07T10:00:00Z", 1, null], ["more than there is in 400 days", once, "2026-02-01T00:00:00Z", 61, null],
    // 22:00 to 06:00 is seven hours of work on the night that loses one, and nine on the night that gains one.
    ["in a short night", overnight, "2026-03-28T21:00:00Z", 7 * 60, "2026-03-29T04:00:00"], ["and no longer", overnight, "2026-03-28T21:00:00Z", 7 * 60 + 1, "2026-03-29T20:01:00"],
    ["in a long night", overnight, "2026-10-24T20:00:00Z", 9 * 60, "2026-10-25T05:00:00"],
  ])("work is done %s", (_, calendar, when, minutes, expected) => {
    expect(iso(addOpenMinutes(calendar, BERLIN, at(when), minutes))).toBe(expected);
  });

  test.each([
    ["today", office, "2026-03-02T13:00:00Z", 60, "2026-03-02T12:00:00"], ["yesterday evening", office, "2026-03-03T07:30:00Z", 60, "2026-03-02T14:30:00"],
    ["an end after closing counts as closing", office, "2026-03-02T18:00:00Z", 60, "2026-03-02T14:00:00"], ["no length: the last open second", office, "2026-03-02T18:00:00Z", 0, "2026-03-02T14:59:59"],
    ["a whole day", office, "2026-03-02T15:00:00Z", 480, "2026-03-02T07:00:00"], ["before the day that is asked for", office, "2026-03-02T07:30:00Z", 1000, null],
    ["around the clock", null, "2026-03-02T00:00:00Z", 60, "2026-03-01T23:00:00"],
  ])("work begins at the latest: %s", (_, calendar, end, minutes, expected) => {
    expect(iso(lastStart(calendar, BERLIN, at(end), minutes, dayOfDate("2026-03-02")))).toBe(expected);
  });

  test("open days pass over weekends and holidays, and end somewhere", () => {
    const next = (calendar: Calendar | null, date: string): string | null => { const day = nextOpenDay(calendar, dayOfDate(date)); return day === null ? null : dateOfDay(day); };
    expect([next(office, "2026-04-02"), next(office, "2026-04-03"), next(office, "2026-04-05"), next(null, "2026-04-05"), next(never, "2026-04-05")]).toEqual(["2026-04-02", "2026-04-04", "2026-04-07", "2026-04-05", null]);
  });

  test("spans may come in any order, touch and overlap; one that ends before it begins is none", () => {
    const HOUR = 3_600_000;
    expect(hoursOf(aCalendar("13:00-15:00 08:00-10:00 10:00-12:00 09:00-11:00 20:00-19:00"), dayOfDate("2026-03-02"))).toEqual([{ opens: 8 * HOUR, closes: 12 * HOUR }, { opens: 13 * HOUR, closes: 15 * HOUR }]);
  });

  test("of a calendar of 100,000 open hours only the days that matter are read, and each once", () => {
    const hourly = Array.from({ length: 24 }, (_, hour) => ({ opens: `${String(hour).padStart(2, "0")}:00`, closes: `${String(hour).padStart(2, "0")}:30` }));
    const days = Array.from({ length: 4_200 }, (_, day) => [dateOfDay(dayOfDate("2020-01-01") + day), { name: null, spans: hourly }]);
    let reads = 0;
    const exceptions = new Proxy(Object.fromEntries(days) as Calendar["exceptions"], { get: (all, date: string) => { reads += 1; return all[date]; }, ownKeys: () => { throw new Error("the whole calendar is read"); } });
    const calendar: Calendar = { ...never, exceptions };
    for (let order = 0; order < 10_000; order += 1) addOpenMinutes(calendar, BERLIN, at("2026-03-02T00:00:00Z") + order * 1000, 720 * 3);
    expect(reads).toBeLessThanOrEqual(5);
    expect(isOpenOn(calendar, dayOfDate("2026-03-02"))).toBe(true);
  });
});
