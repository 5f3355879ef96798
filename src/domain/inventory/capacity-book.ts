import type { Capacity } from "../catalog/index.ts";
import { assert, present } from "../kernel/index.ts";

/** The hour under which a day as a whole is counted. */
export const WHOLE_DAY = -1;
/** Slots in which customers collect are counted after the hours, by the minutes from the beginning of the local day to theirs. */
export const FIRST_SLOT = 24;

/** When a shipment is to be made ready, in the node's local time: a day, and the hour where the node has limits by the hour, else WHOLE_DAY. */
export interface ShipSlot {
  /** YYYY-MM-DD. */
  readonly date: string;
  /** 0 to 23, or WHOLE_DAY; from FIRST_SLOT on a slot in which customers collect. */
  readonly hour: number;
}

/** What a node has taken on for a day (hour WHOLE_DAY), for one of its hours, or for one of its slots. */
export interface CapacityRow extends ShipSlot {
  readonly nodeId: string;
  /** Shipments: a node's share of an order counts once. In a slot, the orders that are collected. */
  readonly orders: number;
  /** Counted units, as stock counts them. */
  readonly units: number;
}
export type CapacityDelta = CapacityRow;
/** What is free; Infinity where there is no limit. */
export type CapacityRoom = Pick<CapacityRow, "orders" | "units">;

interface Entry {
  readonly row: CapacityRow;
  /** False where nothing was claimed of it before, or it was not asked for. */
  readonly read: boolean;
  orders: number;
  units: number;
  /** The most that a claim found itself adding, orders and units: what a second look has to find room for. */
  mostOrders: number;
  mostUnits: number;
}

const sizeOf = (limit: number | null): number => limit ?? Infinity;

export const isLimited = (capacity: Capacity): boolean => Object.values(capacity).some((limit) => limit !== null);
export const isLimitedByHour = ({ ordersPerHour, unitsPerHour }: Capacity): boolean => ordersPerHour !== null || unitsPerHour !== null;

/**
 * The running remainder of what nodes can take on in one batch, as StockBook is of stock: it starts from what is claimed
 * already, every shipment that is planned, moved or given up changes it, and it remembers the differences to be written.
 * Nodes that are not named have no limits. A row that was not read counts nothing so far.
 */
export class CapacityBook {
  readonly #limits: ReadonlyMap<string, Capacity>;
  readonly #slotLimits: ReadonlyMap<string, number>;
  readonly #entries = new Map<string, Entry>();
  #changes = 0;

  constructor(limits: ReadonlyMap<string, Capacity> = new Map(), rows: readonly CapacityRow[] = [], slotLimits: ReadonlyMap<string, number> = new Map()) {
    this.#limits = limits;
    this.#slotLimits = slotLimits;
    for (const row of rows) this.#put(row, true);
  }

  /** A book of its own that starts from how this one stands now. */
  fork(): CapacityBook {
    return new CapacityBook(this.#limits, [...this.#entries.values()].map(({ row, orders, units }) => ({ ...row, orders: row.orders + orders, units: row.units + units })), this.#slotLimits);
  }

  #put(row: CapacityRow, read: boolean): Entry {
    const entry: Entry = { row, read, orders: 0, units: 0, mostOrders: -Infinity, mostUnits: -Infinity };
    this.#entries.set(keyOf(row), entry);
    return entry;
  }

  /** The rows of a slot: the day, and the hour if there is one; or that of the slot in which customers collect. */
  #rowsOf(nodeId: string, { date, hour }: ShipSlot): Entry[] {
    const hours = hour === WHOLE_DAY || hour >= FIRST_SLOT ? [hour] : [WHOLE_DAY, hour];
    return hours.map((each) => this.#entries.get(keyOf({ nodeId, date, hour: each })) ?? this.#put({ nodeId, date, hour: each, orders: 0, units: 0 }, false));
  }

  /** How often something was claimed, given back or moved. */
  get changes(): number {
    return this.#changes;
  }

  /** Whether no node has a limit. */
  get isEmpty(): boolean {
    return this.#limits.size === 0;
  }

  /** The node's limits, or null where it has none. */
  limitsOf(nodeId: string): Capacity | null {
    return this.#limits.get(nodeId) ?? null;
  }

  /** Orders that can be collected at a node in one slot; null where nobody counts them. */
  slotLimitOf(nodeId: string): number | null {
    return this.#slotLimits.get(nodeId) ?? null;
  }

  /** What a node can still take on; nothing less than zero where a limit was lowered below what is claimed. */
  free(nodeId: string, slot: ShipSlot): CapacityRoom {
    const own = this.#roomOf(nodeId, slot.date, slot.hour);
    if (slot.hour === WHOLE_DAY || slot.hour >= FIRST_SLOT) return own;
    const day = this.#roomOf(nodeId, slot.date, WHOLE_DAY);
    return { orders: Math.min(day.orders, own.orders), units: Math.min(day.units, own.units) };
  }

  /** The most of a day, hour or slot; Infinity where there is no limit. */
  #mostOf(nodeId: string, hour: number): readonly [orders: number, units: number] {
    if (hour >= FIRST_SLOT) return [sizeOf(this.slotLimitOf(nodeId)), Infinity];
    const limits = this.limitsOf(nodeId);
    return limits === null ? [Infinity, Infinity] : limitsAt(limits, hour);
  }

  #roomOf(nodeId: string, date: string, hour: number): CapacityRoom {
    const [orders, units] = this.#mostOf(nodeId, hour);
    const entry = this.#entries.get(keyOf({ nodeId, date, hour }));
    if (!entry) return { orders, units };
    return { orders: Math.max(0, orders - entry.row.orders - entry.orders), units: Math.max(0, units - entry.row.units - entry.units) };
  }

  /** The first of the slots, in their order, that can take on one more order with so many units; null where none can. */
  firstFree(nodeId: string, slots: Iterable<ShipSlot>, units: number): ShipSlot | null {
    for (const slot of slots) {
      const room = this.free(nodeId, slot);
      if (room.orders >= 1 && room.units >= units) return slot;
    }
    return null;
  }

  /** Takes on orders (one, or none where the units join what is claimed) and units for which there is room. */
  claim(nodeId: string, slot: ShipSlot, orders: number, units: number): void {
    const room = this.free(nodeId, slot);
    assert(orders === 0 || room.orders >= orders, "a shipment is never planned where no order is free");
    assert(room.units >= units, "a shipment is never planned where its units are not free");
    this.#changes += 1;
    for (const entry of this.#rowsOf(nodeId, slot)) {
      entry.orders += orders;
      entry.units += units;
      if (orders > 0) entry.mostOrders = Math.max(entry.mostOrders, entry.orders);
      entry.mostUnits = Math.max(entry.mostUnits, entry.units);
    }
  }

  giveBack(nodeId: string, slot: ShipSlot, orders: number, units: number): void {
    this.#add(nodeId, slot, -orders, -units);
  }

  /** Takes again what was given back to look what could be without it. It was there, so nobody asks whether there is room. */
  takeBack(nodeId: string, slot: ShipSlot, orders: number, units: number): void {
    this.#add(nodeId, slot, orders, units);
  }

  /** One order's claim goes to another slot, whatever is free there: the shipment exists, and its day has moved on. */
  move(nodeId: string, from: ShipSlot, to: ShipSlot, units: number): void {
    this.#add(nodeId, from, -1, -units);
    this.#add(nodeId, to, 1, units);
  }

  #add(nodeId: string, slot: ShipSlot, orders: number, units: number): void {
    this.#changes += 1;
    for (const entry of this.#rowsOf(nodeId, slot)) {
      entry.orders += orders;
      entry.units += units;
    }
  }

  wasRead(delta: CapacityDelta): boolean {
    return this.#entries.get(keyOf(delta))?.read ?? false;
  }

  /** Differences to be written. */
  deltas(): CapacityDelta[] {
    return [...this.#entries.values()].filter(({ orders, units }) => orders !== 0 || units !== 0).map(({ row, orders, units }) => ({ nodeId: row.nodeId, date: row.date, hour: row.hour, orders, units }));
  }

  /** Whether a row as it is now still bears what was claimed of it. What was given back or moved needs no room. */
  stillBears(row: CapacityRow): boolean {
    const [orders, units] = this.#mostOf(row.nodeId, row.hour);
    if (orders === Infinity && units === Infinity) return true;
    const { mostOrders, mostUnits } = present(this.#entries.get(keyOf(row)), "capacity row");
    return row.orders + mostOrders <= orders && row.units + mostUnits <= units;
  }
}

const keyOf = ({ nodeId, date, hour }: Pick<CapacityRow, "nodeId" | "date" | "hour">): string => `${nodeId}|${date}|${hour}`;

const limitsAt = (limits: Capacity, hour: number): readonly [orders: number, units: number] =>
  hour === WHOLE_DAY ? [sizeOf(limits.ordersPerDay), sizeOf(limits.unitsPerDay)] : [sizeOf(limits.ordersPerHour), sizeOf(limits.unitsPerHour)];
