import type { Instant } from "../kernel/index.ts";

/** When a node works, how fast, how much, and what that costs. Beside its address, what decisions about it read. */
export interface NodeOperations {
  /** Code of its opening calendar; null where it is open at all times. */
  readonly calendar: string | null;
  /** Local times HH:MM:SS by which goods have to be ready for a carrier's collection of the same day; the most particular counts. */
  readonly cutOffs: readonly CutOff[];
  readonly processing: Processing;
  readonly capacity: Capacity;
  /** Services it ships with, as "carrier/service"; null for all. */
  readonly services: readonly string[] | null;
  readonly handling: HandlingCost;
  /** How it hands goods to customers who collect them; null where it does not. */
  readonly pickup: PickupSlots | null;
  /** Until when it takes no new orders; null where it takes them. */
  readonly pausedUntil: Instant | null;
}

export interface CutOff {
  /** Null for every carrier. */
  readonly carrier: string | null;
  /** Null for every service of the carrier. */
  readonly service: string | null;
  /** Local, HH:MM:SS: goods ready at this second still go. */
  readonly time: string;
}

/** Opening minutes between an order's arrival at the node and its goods being ready: base + for each order that waits there already. */
export interface Processing {
  readonly minutes: number;
  /** Thousandths of a minute for each order in the backlog. */
  readonly milliMinutesPerBacklogOrder: number;
  /** The most that backlog adds up to; null for no limit. */
  readonly maximumMinutes: number | null;
}

/** What a node can send on one of its days, or in one of its hours; null for no limit. */
export interface Capacity {
  readonly ordersPerDay: number | null;
  readonly unitsPerDay: number | null;
  readonly ordersPerHour: number | null;
  readonly unitsPerHour: number | null;
}

/** Micro-units of the tenant's base currency. */
export interface HandlingCost {
  readonly perShipmentMicros: number;
  readonly perLineMicros: number;
  readonly perUnitMicros: number;
}

export interface PickupSlots {
  readonly slotMinutes: number;
  /** Orders that may be collected in one slot; null for no limit. */
  readonly ordersPerSlot: number | null;
  /** Days that goods which another node sent here wait for their customer; absent for any number. */
  readonly holdDays?: number;
}

export const DEFAULT_OPERATIONS: NodeOperations = {
  calendar: null, cutOffs: [], processing: { minutes: 0, milliMinutesPerBacklogOrder: 0, maximumMinutes: null },
  capacity: { ordersPerDay: null, unitsPerDay: null, ordersPerHour: null, unitsPerHour: null }, services: null,
  handling: { perShipmentMicros: 0, perLineMicros: 0, perUnitMicros: 0 }, pickup: null, pausedUntil: null,
};
