// Until when what is on the morning list has to be ready: what can still be caught, what has been missed, and what has no cut-off today.
import type { Shown } from '../exceptions/stay.ts';
import type { MorningEntry, OrdoNode } from './api.ts';

const MINUTE = 60_000;

export const isClosed = ({ status, operations: { paused_until: until } }: OrdoNode, now: number): boolean => status === 'offline' || (until !== null && Date.parse(until) > now);

export type CutOff = NonNullable<NonNullable<MorningEntry['shipment']>['cut_off']>;

/** Ahead: it can still leave today. Passed: it has missed its collection. None: nothing leaves its node today with its carrier, or no node has it. */
export const PARTS = ['ahead', 'passed', 'none'] as const;
export type Part = (typeof PARTS)[number];

export const partOf = (cutOff: Pick<CutOff, 'at'> | null, now: number): Part => (cutOff === null ? 'none' : Date.parse(cutOff.at) > now ? 'ahead' : 'passed');

/** Before 0, after above it: as the server sorts by cut-off. */
export function inOrder(a: MorningEntry, b: MorningEntry, now: number): number {
  const [one, other] = [a.shipment?.cut_off ?? null, b.shipment?.cut_off ?? null];
  const [part, otherPart] = [partOf(one, now), partOf(other, now)];
  const apart = one && other ? (Date.parse(one.at) - Date.parse(other.at)) * (part === 'ahead' ? 1 : -1) : 0;
  return PARTS.indexOf(part) - PARTS.indexOf(otherPart) || apart || b.total_minor - a.total_minor;
}

export interface Group {
  readonly key: string;
  readonly part: Part;
  /** Code; empty for what waits for stock and has no node. */
  readonly node: string;
  readonly cutOff: CutOff | null;
  /** Of those that are collected then, each once. */
  readonly carriers: readonly string[];
  readonly entries: readonly Shown<MorningEntry>[];
}

/** By node and cut-off: the one that comes next first, then those that have passed, the latest first, then the rest. */
export function grouped(entries: readonly Shown<MorningEntry>[], now: number): readonly Group[] {
  const groups = new Map<string, Shown<MorningEntry>[]>();
  for (const one of entries) {
    const { shipment } = one.item;
    const key = `${shipment?.node ?? ''} ${shipment?.cut_off?.at ?? ''}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const place = (a: Group, b: Group): number => {
    const [first, other] = [a.entries[0], b.entries[0]];
    if (!first || !other || (a.part === b.part && a.cutOff?.at === b.cutOff?.at)) return Number(a.node === '') - Number(b.node === '') || a.node.localeCompare(b.node);
    return inOrder(first.item, other.item, now);
  };
  return [...groups].map(([key, own]): Group => {
    const { node = '', cut_off: cutOff = null } = own[0]?.item.shipment ?? {};
    return { key, part: partOf(cutOff, now), node, cutOff, carriers: [...new Set(own.flatMap(({ item }) => item.shipment?.carrier ?? []))].toSorted(), entries: own };
  }).toSorted(place);
}

/** Hours and minutes between two instants. */
export function span(from: number, to: number): { readonly hours: number; readonly minutes: number } {
  const minutes = Math.floor(Math.abs(to - from) / MINUTE);
  return { hours: Math.floor(minutes / 60), minutes: minutes % 60 };
}
