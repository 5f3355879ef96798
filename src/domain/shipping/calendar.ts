import { dateOfDay, HOUR, type Instant, instantOfDay, localDay, MINUTE, SECOND, weekdayOfDay } from "../kernel/index.ts";
import type { Calendar, OpenSpan } from "./types.ts";

/** How many days are looked at for an opening: beyond it there is none. */
export const HORIZON_DAYS = 400;

/** Open hours of one local day, in milliseconds from its 00:00: sorted, apart from each other. */
export interface Hours {
  readonly opens: number;
  readonly closes: number;
}

const WHOLE_DAY: readonly Hours[] = [{ opens: 0, closes: 24 * HOUR }];

/** "HH:MM" or "HH:MM:SS" in milliseconds from 00:00. */
export const timeOfDay = (text: string): number =>
  Number(text.slice(0, 2)) * HOUR + Number(text.slice(3, 5)) * MINUTE + (text.length > 5 ? Number(text.slice(6, 8)) * SECOND : 0);

/** Open time from `from` up to `to`, the end not included. */
export interface OpenTime {
  readonly from: Instant;
  readonly to: Instant;
}

/** Days that were asked for: a calendar of any length is read where it is used, and each of its days once for each zone. */
interface Days {
  readonly hours: Map<number, readonly Hours[]>;
  readonly times: Map<string, Map<number, readonly OpenTime[]>>;
}
const read = new WeakMap<Calendar, Days>();

function daysOf(calendar: Calendar): Days {
  let days = read.get(calendar);
  if (!days) read.set(calendar, (days = { hours: new Map(), times: new Map() }));
  return days;
}

/** When a calendar is open on a local day; no calendar is open at all times. */
export function hoursOf(calendar: Calendar | null, day: number): readonly Hours[] {
  if (calendar === null) return WHOLE_DAY;
  const { hours } = daysOf(calendar);
  let found = hours.get(day);
  if (!found) hours.set(day, (found = joined(calendar.exceptions[dateOfDay(day)]?.spans ?? calendar.week[weekdayOfDay(day) - 1] ?? [])));
  return found;
}

/** The same as instants of a zone: on the nights that change the clocks they are an hour longer or shorter. */
export function openTimes(calendar: Calendar | null, timeZone: string, day: number): readonly OpenTime[] {
  const known = calendar && daysOf(calendar).times;
  let days = known?.get(timeZone);
  if (known && !days) known.set(timeZone, (days = new Map()));
  let found = days?.get(day);
  if (!found) {
    found = hoursOf(calendar, day).map(({ opens, closes }) => ({ from: instantOfDay(day, opens, timeZone), to: instantOfDay(day, closes, timeZone) }));
    days?.set(day, found);
  }
  return found;
}

function joined(spans: readonly OpenSpan[]): readonly Hours[] {
  const sorted = spans.map(({ opens, closes }) => ({ opens: timeOfDay(opens), closes: timeOfDay(closes) })).filter(({ opens, closes }) => opens < closes).sort((a, b) => a.opens - b.opens);
  const hours: Hours[] = [];
  for (const one of sorted) {
    const last = hours.at(-1);
    if (last && one.opens <= last.closes) hours[hours.length - 1] = { opens: last.opens, closes: Math.max(last.closes, one.closes) };
    else hours.push(one);
  }
  return hours;
}

export const isOpenOn = (calendar: Calendar | null, day: number): boolean => hoursOf(calendar, day).length > 0;

/** The first open day that is not before `day`; null where none comes. */
export function nextOpenDay(calendar: Calendar | null, day: number): number | null {
  for (let next = day; next <= day + HORIZON_DAYS; next += 1) if (isOpenOn(calendar, next)) return next;
  return null;
}

export const isOpen = (calendar: Calendar | null, timeZone: string, at: Instant): boolean => addOpenMinutes(calendar, timeZone, at, 0) === at;

/** `at` itself where it is open then, else the next opening; null where none comes. */
export const nextOpening = (calendar: Calendar | null, timeZone: string, at: Instant): Instant | null => addOpenMinutes(calendar, timeZone, at, 0);

/** When work that begins at `at` is done, if it goes on only while it is open; null where it never is. Work of no length is done at the next opening. */
export function addOpenMinutes(calendar: Calendar | null, timeZone: string, at: Instant, minutes: number): Instant | null {
  let left = Math.round(minutes * MINUTE);
  if (calendar === null) return at + left;
  const first = localDay(at, timeZone);
  for (let day = first; day <= first + HORIZON_DAYS; day += 1) {
    for (const { from, to } of openTimes(calendar, timeZone, day)) {
      const start = Math.max(at, from);
      if (start >= to) continue;
      if (left <= to - start) return start + left;
      left -= to - start;
    }
  }
  return null;
}

/** The last instant at which work may begin to be done by `end`, in whole seconds where it has no length; null where it would have to be before `day`. */
export function lastStart(calendar: Calendar | null, timeZone: string, end: Instant, minutes: number, day: number): Instant | null {
  let left = Math.round(minutes * MINUTE);
  if (calendar === null) return end - left;
  for (let last = localDay(end, timeZone); last >= day; last -= 1) {
    for (const { from, to } of openTimes(calendar, timeZone, last).toReversed()) {
      // Work of no length is done within opening hours, and those do not include their end.
      const until = Math.min(end, minutes === 0 ? to - SECOND : to);
      if (until < from || (until === from && left > 0)) continue;
      if (left <= until - from) return until - left;
      left -= until - from;
    }
  }
  return null;
}
