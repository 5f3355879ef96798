// Instants as people read them: how long ago, when in their own zone, and when in the zone of the place and in UTC.
import { locale, words } from './i18n/words.ts';

const t = words(
  { now: 'just now', ago: '{text} ago', ahead: 'in {text}', you: 'you' },
  { now: 'gerade eben', ago: 'vor {text}', ahead: 'in {text}', you: 'Sie' },
);

let ahead = 0;

/** How far the server's clock was moved on, in milliseconds; 0 but in a sandbox. */
export const setAhead = (ms: number): void => void (ahead = ms);
/** What time it is for orders and dates. */
export const currentTime = (): number => Date.now() + ahead;

let viewers: string | undefined;
export const viewerZone = (): string => (viewers ??= new Intl.DateTimeFormat().resolvedOptions().timeZone);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "just now", "4 min ago", "3 h ago", "yesterday", "6 d ago"; what lies ahead gets "in". */
export function relative(at: number, now: number): string {
  const distance = Math.abs(now - at);
  if (distance < MINUTE) return t('now');
  const [amount, unit] = distance < HOUR ? [distance / MINUTE, 'min'] : distance < DAY ? [distance / HOUR, 'h'] : [distance / DAY, 'd'];
  const text = `${Math.floor(amount)} ${unit}`;
  return t(at > now ? 'ahead' : 'ago', { text });
}

const FULL: Intl.DateTimeFormatOptions = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'short' };

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Making a formatter takes a hundred times as long as using it, and a row of a list has five. */
function formatted(at: number, options: Intl.DateTimeFormatOptions): string {
  const key = `${locale()} ${JSON.stringify(options)}`;
  let made = formatters.get(key);
  if (!made) formatters.set(key, (made = new Intl.DateTimeFormat(locale(), { hourCycle: 'h23', ...options })));
  return made.format(at);
}

/** Whole, in a zone; a zone this browser does not know is read as UTC. */
export function inZone(at: number, zone: string): string {
  try {
    return formatted(at, { ...FULL, timeZone: zone });
  } catch {
    return formatted(at, { ...FULL, timeZone: 'UTC' });
  }
}

/** The time of day where that is enough, the day where it is not. */
export function brief(at: number, now: number): string {
  const sameDay = formatted(at, { dateStyle: 'short' }) === formatted(now, { dateStyle: 'short' });
  const time: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' };
  if (sameDay) return formatted(at, time);
  const day: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' };
  return formatted(at, now - at > 300 * DAY ? { ...day, year: 'numeric' } : { ...day, ...time });
}

export const dayAndTime = (at: number): string => formatted(at, { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' });

/** The time of day by the clock of a zone, which it names: "14:00 CET". A zone this browser does not know is read as UTC. */
export function clockIn(at: number, zone: string): string {
  const options: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', timeZoneName: 'short' };
  return formatted(at, { ...options, timeZone: isZone(zone) ? zone : 'UTC' });
}

/** A date of a calendar, without a time and therefore without a zone. */
export function calendarDay(date: string): string {
  const at = Date.parse(`${date.slice(0, 10)}T00:00:00Z`);
  return Number.isNaN(at) ? date : formatted(at, { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' });
}

/** Every zone that matters, for the hover: the store's where there is one, the viewer's and UTC. */
export function everyZone(at: number, store: string | null = null): string {
  const zones = [...(store === null ? [] : [`${inZone(at, store)} (${store})`]), `${inZone(at, viewerZone())} (${t('you')})`, inZone(at, 'UTC')];
  return [...new Set(zones)].join('\n');
}

/** What a zone adds to UTC at an instant, in milliseconds. */
function offsetAt(at: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric', era: 'short',
  }).formatToParts(at);
  const value = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.find((part) => part.type === type)?.value ?? 0);
  const local = Date.UTC(value('year'), value('month') - 1, value('day'), value('hour'), value('minute'), value('second'));
  return local - Math.floor(at / 1000) * 1000;
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/**
 * The first instant of a calendar day in a zone, `days` later. Where the clock jumps over midnight, the day begins after the
 * jump. Null where the text is no date or the zone is unknown.
 */
export function startOfDay(date: string, zone: string, days = 0): number | null {
  const [, year, month, day] = DATE.exec(date) ?? [];
  if (year === undefined || month === undefined || day === undefined) return null;
  const wall = Date.UTC(Number(year), Number(month) - 1, Number(day) + days);
  try {
    const guess = wall - offsetAt(wall, zone);
    const offset = offsetAt(guess, zone);
    const at = wall - offset;
    return offsetAt(at, zone) < offset ? wall - offsetAt(at, zone) : at;
  } catch {
    return null;
  }
}

export const isZone = (zone: string): boolean => startOfDay('2000-01-01', zone) !== null;
