import { expect, test } from "vitest";
import type { HandlingTime } from "../catalog/index.ts";
import { handlingEnds } from "./handling-time.ts";
import { aCalendar, calendarFacts } from "./shipping.testing.ts";

const hours = (count: number, over: Partial<Extract<HandlingTime, { kind: "hours" }>> = {}): HandlingTime => ({ kind: "hours", hours: count, calendar: null, timeZone: "Europe/Berlin", ...over });
const days = (count: number, over: Partial<Extract<HandlingTime, { kind: "business_days" }>> = {}): HandlingTime => ({ kind: "business_days", days: count, calendar: null, timeZone: "Europe/Berlin", cutOff: null, ...over });

const facts = calendarFacts(
  aCalendar("08:00-18:00", { code: "office", exceptions: { "2026-12-25": "", "2026-12-28": "" } }), aCalendar("09:00-17:00", { code: "never", days: [] }),
  aCalendar("00:00-24:00", { code: "daily", days: [1, 2, 3, 4, 5, 6, 7] }),
);

/** Winter time in Berlin is an hour ahead of UTC, summer time two; the clocks change on 29 March and 25 October 2026. */
test.each<[string, HandlingTime, string, string | null]>([
  ["a day on the clock", hours(24), "2026-03-02T09:00:00Z", "2026-03-03T09:00:00.000Z"],
  ["a day on the clock over the night of 23 hours is a day still", hours(24), "2026-03-28T12:00:00Z", "2026-03-29T12:00:00.000Z"],
  ["hours of an office go on the next morning", hours(6, { calendar: "office" }), "2026-03-02T14:00:00Z", "2026-03-03T10:00:00.000Z"],
  ["and over a weekend that is an hour shorter", hours(6, { calendar: "office" }), "2026-03-27T14:00:00Z", "2026-03-30T09:00:00.000Z"],
  ["and over holidays", hours(2, { calendar: "office" }), "2026-12-24T16:30:00Z", "2026-12-29T08:30:00.000Z"],
  ["one business day from a Monday ends with the Tuesday", days(1), "2026-03-02T09:00:00Z", "2026-03-03T22:59:59.000Z"],
  ["none ends with the day itself", days(0), "2026-03-02T22:59:58Z", "2026-03-02T22:59:59.000Z"],
  ["what comes on a Saturday counts as the Monday's", days(1), "2026-03-07T12:00:00Z", "2026-03-10T22:59:59.000Z"],
  ["the day is the zone's, not that of UTC", days(1), "2026-03-02T23:30:00Z", "2026-03-04T22:59:59.000Z"],
  ["two days over a weekend", days(2), "2026-03-05T12:00:00Z", "2026-03-09T22:59:59.000Z"],
  ["at the last second of the cut-off it is still this day's", days(1, { cutOff: "14:00:00" }), "2026-03-02T13:00:00.999Z", "2026-03-03T22:59:59.000Z"],
  ["a second later it is the next day's", days(1, { cutOff: "14:00:00" }), "2026-03-02T13:00:01Z", "2026-03-04T22:59:59.000Z"],
  ["the cut-off of a day that is closed is no matter", days(1, { cutOff: "14:00:00" }), "2026-03-07T15:00:00Z", "2026-03-10T22:59:59.000Z"],
  ["holidays at both ends are left out", days(1, { calendar: "office" }), "2026-12-25T09:00:00Z", "2026-12-30T22:59:59.000Z"],
  ["a day that ends in the night on which the clocks go forward", days(1, { calendar: "daily" }), "2026-03-27T12:00:00Z", "2026-03-28T22:59:59.000Z"],
  ["the day of 23 hours", days(0, { calendar: "daily" }), "2026-03-29T09:00:00Z", "2026-03-29T21:59:59.000Z"],
  ["the day of 25 hours", days(0, { calendar: "daily" }), "2026-10-25T09:00:00Z", "2026-10-25T22:59:59.000Z"],
  ["a cut-off that the clocks jump over is when they jump", days(0, { calendar: "daily", cutOff: "02:30:00" }), "2026-03-29T01:00:00Z", "2026-03-29T21:59:59.000Z"],
  ["and passes with that second", days(0, { calendar: "daily", cutOff: "02:30:00" }), "2026-03-29T01:00:01Z", "2026-03-30T21:59:59.000Z"],
  ["a calendar that never opens gives no date", days(1, { calendar: "never" }), "2026-03-02T09:00:00Z", null],
  ["nor do its hours", hours(1, { calendar: "never" }), "2026-03-02T09:00:00Z", null],
  ["nor does one that is not there", days(1, { calendar: "gone" }), "2026-03-02T09:00:00Z", null],
])("%s", (_, time, placed, expected) => {
  const at = handlingEnds(time, Date.parse(placed), facts);
  expect(at === null ? null : new Date(at).toISOString()).toBe(expected);
});
