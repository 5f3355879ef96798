import { protectedUnits } from "./stock-book.ts";

/** What one node has of one item and what is promised of it, in counted units. */
export interface PlaceCounters {
  readonly onHand: number;
  /** Announced, due by the time asked about, each supply times its confidence and rounded down, nothing received counted twice. */
  readonly inbound: number;
  readonly reserved: number;
  readonly soft: number;
}

/**
 * ATP(t) = max(0, on hand + inbound due by t x confidence - reserved - soft - protected), in counted units. All claims of
 * today count from today on, so supply minus demand only grows with time and its look-ahead minimum is its value at t.
 * A node that is physically short has nothing to promise from hand: what is reserved exceeds what is there.
 */
export function availableToPromise(item: { readonly safetyStock: number; readonly safetyPercent: number }, place: PlaceCounters): { atp: number; kept: number } {
  const kept = protectedUnits(place.onHand, item);
  return { kept, atp: Math.max(0, place.onHand + place.inbound - place.reserved - place.soft - kept) };
}

/** Network ATP = sum over eligible nodes - unassigned demand - the channel's buffer, never below zero. */
export const networkTotal = (sumOfNodes: number, unassignedDemand: number, buffer: number): number => Math.max(0, sumOfNodes - unassignedDemand - buffer);
