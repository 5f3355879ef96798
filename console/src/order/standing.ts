// How far an order is on its way, and how it stands with its date: two axes of their own beside its status and its payment.
import type { Order } from '../api.ts';
import type { Look } from '../words.ts';
import { s } from './standing-words.ts';

type Units = Pick<Order['lines'][number], 'kit' | 'ordered' | 'quantity_scale' | 'buckets'>;

/** Whole units, of all lines together; the line of a kit has none. */
function unitsIn(lines: readonly Units[], ...buckets: readonly string[]): number {
  const sum = lines.filter(({ kit }) => kit === null).reduce((all, { buckets: of, quantity_scale: scale }) => all + buckets.reduce((one, name) => one + (of[name] ?? 0), 0) / 10 ** scale, 0);
  return Math.round(sum * 1000) / 1000;
}

/** Null where nothing of it is left to be sent. */
export function fulfilmentLook(lines: readonly Units[]): Look | null {
  const gone = unitsIn(lines, 'shipped', 'handed_over');
  const routed = gone + unitsIn(lines, 'reserved', 'released', 'picked', 'packed');
  const waiting = unitsIn(lines, 'backordered', 'preordered');
  const all = routed + waiting + unitsIn(lines, 'pending');
  if (all === 0) return null;
  if (gone === all) return { word: s('fulfilled'), tone: 'green', glyph: 'full' };
  if (gone > 0) return { word: s('partFulfilled', { units: gone, all }), tone: 'blue', glyph: 'half' };
  if (waiting > 0) return { word: waiting === all ? s('backordered') : s('partBackordered', { units: waiting, all }), tone: 'violet', glyph: 'dashed' };
  if (routed === all) return { word: s('routed'), tone: 'blue', glyph: 'third' };
  return { word: routed === 0 ? s('unrouted') : s('partRouted', { units: routed, all }), tone: 'neutral', glyph: 'empty' };
}

export interface Clock {
  readonly date: 'promise' | 'deliver_by' | 'ship_by';
  readonly dueAt: string;
  /** When everything is expected by what is known now; null where nobody can say, or that is no longer asked. */
  readonly expectedAt: string | null;
  readonly standing: 'kept' | 'missed' | 'onTrack' | 'atRisk' | 'late';
}

const ARRIVED: ReadonlySet<string> = new Set(['DELIVERED', 'HANDED_OVER']);
const ASTRAY: ReadonlySet<string> = new Set(['LOST', 'RETURNED_TO_SENDER']);
const LEFT: ReadonlySet<string> = new Set([...ARRIVED, ...ASTRAY, 'SHIPPED', 'AT_STORE']);

/**
 * The date that matters most, and how it stands: the one that the watch finds in danger, else the first of those that the order has.
 * Null where it has none, or was cancelled.
 */
export function clockOf({ status, promise, deliver_by: deliverBy, ship_by: shipBy, watch, lines, shipments }: Pick<Order, 'status' | 'promise' | 'deliver_by' | 'ship_by' | 'watch' | 'lines' | 'shipments'>, now: number): Clock | null {
  if (status === 'CANCELLED') return null;
  if (watch?.deadline && watch.due_at !== null) {
    return { date: watch.deadline, dueAt: watch.due_at, expectedAt: watch.predicted_at, standing: watch.level === 'late' || now > Date.parse(watch.due_at) ? 'late' : 'atRisk' };
  }
  const promised = promise?.arrives_at ?? null;
  const dueAt = promised ?? deliverBy ?? shipBy;
  if (dueAt === null) return null;
  const date = promised !== null ? 'promise' : deliverBy !== null ? 'deliver_by' : 'ship_by';
  const due = Date.parse(dueAt);
  const live = shipments.filter((one) => one.status !== 'CANCELLED');
  const there = date === 'ship_by' ? LEFT : ARRIVED;
  const nothingWaits = unitsIn(lines, 'pending', 'backordered', 'preordered') === 0;
  if (nothingWaits && live.length > 0 && live.every((one) => there.has(one.status))) {
    // What left long ago may have arrived since, so the time of a shipment's latest state says nothing of when it left.
    const ended = date === 'ship_by' ? Date.parse(watch?.left_at ?? '') : Math.max(...live.map((one) => Date.parse(one.state_since)));
    return Number.isNaN(ended) ? null : { date, dueAt, expectedAt: null, standing: ended > due ? 'missed' : 'kept' };
  }
  // A customer who was told another day, or that nobody can say, was told so by the watch; and what got lost under way it does not watch.
  const expectedAt = date === 'promise' ? promise?.expected_at ?? null : null;
  const late = now > due || (expectedAt !== null && Date.parse(expectedAt) > due);
  const doubtful = (date === 'promise' && expectedAt === null) || live.some((one) => ASTRAY.has(one.status));
  return { date, dueAt, expectedAt, standing: late ? 'late' : doubtful ? 'atRisk' : 'onTrack' };
}

const LOOKS = { kept: ['green', 'full'], missed: ['red', 'alert'], onTrack: ['blue', 'third'], atRisk: ['amber', 'alert'], late: ['red', 'alert'] } as const;

export const clockLook = ({ standing }: Clock): Look => ({ word: s(`clock.${standing}`), tone: LOOKS[standing][0], glyph: LOOKS[standing][1] });
