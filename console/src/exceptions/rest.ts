// Until when an entry may rest.
import { startOfDay, viewerZone } from '../time.ts';

const HOUR = 3_600_000;
const EIGHT = 8 * HOUR;

/** The viewer's calendar day at an instant, as 2026-03-01. */
export const dayOf = (at: number, zone = viewerZone()): string => new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);

/** Eight in the morning of a day, so many days later, by the viewer's clock; where the clocks change that night, by the new one. */
export function morningOf(day: string, days = 0, zone = viewerZone()): number | null {
  const start = startOfDay(day, zone, days);
  const end = startOfDay(day, zone, days + 1);
  if (start === null || end === null) return null;
  return start + EIGHT + (end - start - 24 * HOUR);
}

export const inAnHour = (now: number): number => now + HOUR;
export const tomorrowMorning = (now: number): number => morningOf(dayOf(now), 1) ?? now + 24 * HOUR;
