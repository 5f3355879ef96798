/** An instant: milliseconds since 1970-01-01T00:00:00Z. The domain never reads a clock; every command carries one. */
export type Instant = number;

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat("sv-SE", {
      timeZone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
    });
    formats.set(timeZone, format);
  }
  return format;
}

export function isTimeZone(name: string): boolean {
  try {
    formatFor(name);
    return true;
  } catch {
    return false;
  }
}

export interface LocalTime {
  readonly date: string;
  readonly time: string;
}

/** A batch asks for one instant again and again, in few zones; asking the formatter takes as long as a whole look at a node otherwise. */
const lastAsked = new Map<string, { readonly at: Instant; readonly local: LocalTime }>();

/** The local date (YYYY-MM-DD) and time (HH:MM) of an instant in an IANA zone. */
export function localDateTime(at: Instant, timeZone: string): LocalTime {
  const last = lastAsked.get(timeZone);
  if (last?.at === at) return last.local;
  const [date = "", time = ""] = formatFor(timeZone).format(at).split(" ");
  lastAsked.set(timeZone, { at, local: { date, time } });
  return { date, time };
}

/** The calendar day after a local date, as YYYY-MM-DD. */
export const nextDate = (date: string): string => new Date(Date.parse(`${date}T00:00:00Z`) + DAY).toISOString().slice(0, 10);
