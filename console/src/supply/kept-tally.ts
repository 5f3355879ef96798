// A count that is not booked yet outlives a reload of the page, in this tab.
import { EMPTY, type Scan, type Tally } from './tally.ts';

const nameOf = (id: string): string => `ordo.receive.${id}`;
const isScan = (value: unknown): value is Scan => typeof value === 'object' && value !== null && 'sku' in value && typeof value.sku === 'string' && 'units' in value && Number.isSafeInteger(value.units) && 'damaged' in value && typeof value.damaged === 'boolean';

export function keptTally(id: string): Tally {
  try {
    const scans: unknown = JSON.parse(sessionStorage.getItem(nameOf(id)) ?? '[]');
    return Array.isArray(scans) && scans.every(isScan) ? { scans, wrong: null } : EMPTY;
  } catch {
    return EMPTY;
  }
}

export function keepTally(id: string, { scans }: Tally): void {
  try {
    if (scans.length === 0) sessionStorage.removeItem(nameOf(id));
    else sessionStorage.setItem(nameOf(id), JSON.stringify(scans));
  } catch {
    // A browser that keeps nothing counts all the same.
  }
}
