// When a node's last parcel leaves today, by its own clock, and what of the morning list hangs on it.
import { dayOf } from '../exceptions/rest.ts';
import type { Shown } from '../exceptions/stay.ts';
import { startOfDay } from '../time.ts';
import type { MorningEntry, OrdoNode } from './api.ts';

const MINUTE = 60_000;
const CLOCK = /^(\d\d):(\d\d)/;

/** Today's instant of a time of day in a zone; null where there is no cut-off or no such zone. */
export function cutOffToday(time: string | null, zone: string, now: number): number | null {
  const [, hour, minute] = CLOCK.exec(time ?? '') ?? [];
  if (hour === undefined || minute === undefined) return null;
  const day = dayOf(now, zone);
  const [start, end] = [startOfDay(day, zone), startOfDay(day, zone, 1)];
  if (start === null || end === null) return null;
  const wall = (Number(hour) * 60 + Number(minute)) * MINUTE;
  // Clocks change in the night: what the day is longer or shorter is past by then.
  return start + wall + (end - start - 24 * 60 * MINUTE);
}

export const isClosed = ({ status, operations: { paused_until: until } }: OrdoNode, now: number): boolean => status === 'offline' || (until !== null && Date.parse(until) > now);

export interface Group {
  /** Code; empty for what waits for stock and has no node. */
  readonly node: string;
  readonly cutOff: number | null;
  readonly entries: readonly Shown<MorningEntry>[];
}

/** By node: the cut-off that comes next first, then those that have passed, then the rest. */
export function grouped(entries: readonly Shown<MorningEntry>[], nodes: ReadonlyMap<string, OrdoNode>, now: number): readonly Group[] {
  const byNode = new Map<string, Shown<MorningEntry>[]>();
  for (const one of entries) {
    const code = one.item.shipment?.node ?? '';
    byNode.set(code, [...(byNode.get(code) ?? []), one]);
  }
  const rank = ({ node, cutOff }: Group): number => (node === '' ? Infinity : cutOff === null ? Number.MAX_SAFE_INTEGER : cutOff > now ? cutOff - now : 1e12 + (now - cutOff));
  return [...byNode].map(([code, own]): Group => {
    const node = nodes.get(code);
    return { node: code, cutOff: node ? cutOffToday(node.cut_off, node.time_zone, now) : null, entries: own };
  }).toSorted((a, b) => rank(a) - rank(b) || a.node.localeCompare(b.node));
}

/** Hours and minutes between two instants. */
export function span(from: number, to: number): { readonly hours: number; readonly minutes: number } {
  const minutes = Math.floor(Math.abs(to - from) / MINUTE);
  return { hours: Math.floor(minutes / 60), minutes: minutes % 60 };
}
