/** An instant: milliseconds since 1970-01-01T00:00:00Z. The domain never reads a clock; every command carries one. */
export type Instant = number;

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Zones change their offsets on the half hour, so one answer serves each. */
const SLOT = 30 * MINUTE;
/** Half hours remembered of a zone: more than a year. */
const SLOTS_KEPT = 20_000;

interface Zone {
  readonly format: Intl.DateTimeFormat;
  readonly offsets: Map<number, number>;
}

const zones = new Map<string, Zone>();

function zoneOf(timeZone: string): Zone {
  let zone = zones.get(timeZone);
  if (!zone) {
    const format = new Intl.DateTimeFormat("sv-SE", {
      timeZone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
    });
    zone = { format, offsets: new Map() };
    zones.set(timeZone, zone);
  }
  return zone;
}

export function isTimeZone(name: string): boolean {
  try {
    zoneOf(name);
    return true;
  } catch {
    return false;
  }
}

/** Milliseconds by which the clocks of an IANA zone are ahead of UTC. */
export function zoneOffset(at: Instant, timeZone: string): number {
  const { format, offsets } = zoneOf(timeZone);
  const slot = Math.floor(at / SLOT);
  let offset = offsets.get(slot);
  if (offset === undefined) {
    if (offsets.size >= SLOTS_KEPT) offsets.clear();
    offset = Date.parse(`${format.format(slot * SLOT).replace(" ", "T")}Z`) - slot * SLOT;
    offsets.set(slot, offset);
  }
  return offset;
}

/** The local date (YYYY-MM-DD) and time (HH:MM) of an instant in an IANA zone. */
export function localDateTime(at: Instant, timeZone: string): { date: string; time: string } {
  const text = new Date(at + zoneOffset(at, timeZone)).toISOString();
  return { date: text.slice(0, 10), time: text.slice(11, 16) };
}

/** The local day of an instant, in days since 1970-01-01. */
export const localDay = (at: Instant, timeZone: string): number => Math.floor((at + zoneOffset(at, timeZone)) / DAY);

/** The date (YYYY-MM-DD) of a day that is counted from 1970-01-01, and the day of a date. */
export const dateOfDay = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);
export const dayOfDate = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY;

/** ISO weekday: 1 is Monday, 7 Sunday. */
export const weekdayOfDay = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1;

/**
 * The first instant at which the clocks of a zone show a time of a local day, or more: a time that comes twice is the
 * first, one that a change to summer time leaves out is the change.
 * @param time milliseconds from the day's 00:00, up to 24 hours.
 */
export function instantOfDay(day: number, time: number, timeZone: string): Instant {
  const wall = day * DAY + time;
  // No zone is a whole day away from UTC: these lie on the two sides of any change that matters.
  const [before, after] = [zoneOffset(wall - DAY, timeZone), zoneOffset(wall + DAY, timeZone)];
  if (before === after) return wall - before;
  const early = Math.min(wall - before, wall - after);
  const late = Math.max(wall - before, wall - after);
  for (const at of [early, late]) if (at + zoneOffset(at, timeZone) === wall) return at;
  let change = Math.ceil(early / SLOT) * SLOT;
  while (change < late && change + zoneOffset(change, timeZone) < wall) change += SLOT;
  return change;
}

/** The calendar day after a local date, as YYYY-MM-DD. */
export const nextDate = (date: string): string => dateOfDay(dayOfDate(date) + 1);
