// Days on which goods come, in the zone of the node they come to.
import { startOfDay } from '../time.ts';

const MINUTE = 60_000;

/** Goods count from the end of their day on: nobody is promised what may come in the evening for the morning. */
export function endOfDay(day: string, zone: string): string | null {
  const next = startOfDay(day, zone, 1);
  return next === null ? null : new Date(next - MINUTE).toISOString();
}

/** The calendar day of an instant in a zone. */
export const dayOf = (iso: string, zone: string): string => new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date(iso));
