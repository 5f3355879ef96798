import type { FulfilmentOrderLine, FulfilmentOrder } from './shapes.ts';
import { plainId } from './ask.ts';

/** Units per order line (its REST number). */
export type Units = ReadonlyMap<string, number>;

/** One order line's share of a fulfilment order that is not over yet. */
export interface WaitingLine {
  readonly fulfilmentOrder: string;
  readonly fulfilmentOrderLine: string;
  readonly orderLine: string;
  readonly location: string;
  readonly remaining: number;
  /** Held: by the merchant, for a time. Barred: this connection may not fulfil it (scheduled, or another's location). */
  readonly state: 'open' | 'held' | 'barred';
  readonly status: string;
}

export interface Allotment {
  readonly line: WaitingLine;
  readonly quantity: number;
}

/** Statuses in which nothing more is fulfilled, whatever the lines still show. */
const OVER = new Set(['CLOSED', 'CANCELLED', 'INCOMPLETE']);

export function waitingLines(order: FulfilmentOrder, lines: readonly FulfilmentOrderLine[]): WaitingLine[] {
  if (OVER.has(order.status)) return [];
  const allowed = order.supportedActions.some(({ action }) => action === 'CREATE_FULFILLMENT');
  const state = order.status === 'ON_HOLD' ? 'held' : allowed ? 'open' : 'barred';
  return lines.filter(({ remainingQuantity }) => remainingQuantity > 0).map((line) => ({
    fulfilmentOrder: order.id, fulfilmentOrderLine: line.id, orderLine: plainId(line.lineItem.id),
    location: order.assignedLocation?.location?.id ?? '', remaining: line.remainingQuantity, state, status: order.status,
  }));
}

export function unitsRemaining(waiting: readonly WaitingLine[]): Units {
  const units = new Map<string, number>();
  for (const { orderLine, remaining } of waiting) units.set(orderLine, (units.get(orderLine) ?? 0) + remaining);
  return units;
}

/** Gives the units to open lines in their order, never more than remains; what finds none is missing. */
export function allot(units: Units, waiting: readonly WaitingLine[]): { readonly allotted: readonly Allotment[]; readonly missing: Units } {
  const missing = new Map(units);
  const allotted: Allotment[] = [];
  for (const line of waiting.filter(({ state }) => state === 'open')) {
    const quantity = Math.min(line.remaining, missing.get(line.orderLine) ?? 0);
    if (quantity <= 0) continue;
    allotted.push({ line, quantity });
    missing.set(line.orderLine, (missing.get(line.orderLine) ?? 0) - quantity);
  }
  return { allotted, missing: positive(missing) };
}

/** The units that were not among those told before. */
export const without = (units: Units, told: Units): Units => positive(new Map([...units].map(([line, quantity]) => [line, quantity - (told.get(line) ?? 0)])));

const positive = (units: Units): Units => new Map([...units].filter(([, quantity]) => quantity > 0));

export const totalOf = (units: Units): number => [...units.values()].reduce((total, quantity) => total + quantity, 0);

/** A fulfilment has one location: one list per location. */
export function byLocation(allotted: readonly Allotment[]): readonly (readonly Allotment[])[] {
  const groups = new Map<string, Allotment[]>();
  for (const one of allotted) groups.set(one.line.location, [...(groups.get(one.line.location) ?? []), one]);
  return [...groups.values()];
}
