import { assert } from "../kernel/index.ts";
import { CapacityBook } from "./capacity-book.ts";
import type { Condition, DemandRow, StockRow } from "./types.ts";
import { SELLABLE } from "./types.ts";

type Counters = { -readonly [K in "onHand" | "reserved" | "soft" | "short"]: number };
type DemandCounters = { -readonly [K in "pending" | "waiting" | "soft"]: number };

export interface StockDelta extends Readonly<Counters> {
  readonly itemId: string;
  readonly nodeId: string;
  readonly owner: string;
  readonly condition: Condition;
}
export interface DemandDelta extends Readonly<DemandCounters> {
  readonly itemId: string;
}

/** A batch reads thousands of rows and changes hundreds, so figures are copied when first changed. */
interface Entry {
  readonly row: StockRow;
  /** False where the book made the row up: the item was never at this place. */
  readonly read: boolean;
  now: Readonly<Counters>;
  change: { readonly now: Counters; readonly delta: Counters } | null;
}

const zero = (): Counters => ({ onHand: 0, reserved: 0, soft: 0, short: 0 });
const NOTHING: Readonly<Counters> = zero();

/** What is kept back from sale at a node: the larger of the fixed number and the share of what is on hand. */
export const protectedUnits = (onHand: number, item: { safetyStock: number; safetyPercent: number }): number =>
  Math.max(item.safetyStock, Math.ceil((item.safetyPercent * onHand) / 100));

/**
 * The running remainder of one batch. It starts from the locked rows, every decision of the batch changes it,
 * so two lines or two orders that want the last unit are decided against the same figure, and it remembers
 * the differences to be written. It never lets a sale raise reserved above what is there.
 */
export class StockBook {
  readonly #entries = new Map<string, Map<string, Entry>>();
  readonly #demand = new Map<string, { now: DemandCounters; delta: DemandCounters }>();

  /** The most units that may wait for an item, where there is a limit. */
  readonly #mostWaiting = new Map<string, number>();
  readonly #safety = new Map<string, { safetyStock: number; safetyPercent: number }>();

  /** What nodes can take on, read beside their stock. */
  readonly capacity: CapacityBook;

  constructor(rows: readonly StockRow[], demand: readonly DemandRow[], capacity: CapacityBook = new CapacityBook()) {
    this.capacity = capacity;
    for (const row of rows) this.#put(row, true);
    for (const { itemId, pending, waiting, soft } of demand) {
      this.#demand.set(itemId, { now: { pending, waiting, soft }, delta: { pending: 0, waiting: 0, soft: 0 } });
    }
  }

  /** Takes in rows that were read after the others. */
  read(rows: readonly StockRow[]): void {
    for (const row of rows) this.#put(row, true);
  }

  /**
   * A book of its own on some items that starts from how this one stands now: what is tried in it changes nothing here.
   * @param unreserved as if nobody had reserved anything.
   */
  fork(itemIds: Iterable<string>, unreserved = false): StockBook {
    const [rows, demand]: [StockRow[], DemandRow[]] = [[], []];
    for (const itemId of new Set(itemIds)) {
      for (const { row, now } of this.#entries.get(itemId)?.values() ?? []) rows.push({ ...row, ...now, ...(unreserved ? { reserved: 0 } : {}) });
      demand.push({ itemId, ...this.demand(itemId) });
    }
    const book = new StockBook(rows, demand, this.capacity.fork());
    for (const [itemId, most] of this.#mostWaiting) book.limitWaiting(itemId, most);
    return book;
  }

  #put(row: StockRow, read: boolean): Entry {
    const entry: Entry = { row, read, now: row, change: null };
    let byPlace = this.#entries.get(row.itemId);
    if (!byPlace) this.#entries.set(row.itemId, (byPlace = new Map()));
    byPlace.set(placeOf(row.nodeId, row.owner, row.condition), entry);
    return entry;
  }

  #entry(itemId: string, nodeId: string, owner: string = SELLABLE.owner, condition: Condition = SELLABLE.condition): Entry {
    const found = this.#entries.get(itemId)?.get(placeOf(nodeId, owner, condition));
    return found ?? this.#put({ itemId, nodeId, owner, condition, onHand: 0, reserved: 0, soft: 0, short: 0 }, false);
  }

  /** Node ids that have a sellable row of the item. */
  nodesOf(itemId: string): string[] {
    return [...(this.#entries.get(itemId)?.values() ?? [])].filter(({ row }) => row.owner === "" && row.condition === "A").map(({ row }) => row.nodeId);
  }

  counters(itemId: string, nodeId: string): Readonly<Counters> {
    return this.#entries.get(itemId)?.get(placeOf(nodeId, SELLABLE.owner, SELLABLE.condition))?.now ?? NOTHING;
  }

  /** What is physically there, of any owner and condition. */
  onHand(itemId: string, nodeId: string, owner: string, condition: Condition): number {
    return this.#entries.get(itemId)?.get(placeOf(nodeId, owner, condition))?.now.onHand ?? 0;
  }

  /** Places where claims exceed what is there because of this batch. */
  shortPlaces(): { itemId: string; nodeId: string }[] {
    return [...this.#entries.values()].flatMap((byPlace) =>
      [...byPlace.values()].filter(({ now, change }) => now.short > 0 && change !== null && change.delta.short > 0).map(({ row }) => ({ itemId: row.itemId, nodeId: row.nodeId })));
  }

  /** Places where this batch ended a shortage. */
  settledPlaces(): { itemId: string; nodeId: string }[] {
    return [...this.#entries.values()].flatMap((byPlace) =>
      [...byPlace.values()].filter(({ row, now }) => row.short > 0 && now.short === 0).map(({ row }) => ({ itemId: row.itemId, nodeId: row.nodeId })));
  }

  /** Units a new reservation may take at a node: nothing while the node is physically short. */
  available(item: { id: string; safetyStock: number; safetyPercent: number }, nodeId: string): number {
    const { onHand, reserved, soft, short } = this.counters(item.id, nodeId);
    if (!this.#safety.has(item.id)) this.#safety.set(item.id, item);
    return short > 0 ? 0 : Math.max(0, onHand - reserved - soft - protectedUnits(onHand, item));
  }

  demand(itemId: string): Readonly<DemandCounters> {
    return this.#demand.get(itemId)?.now ?? { pending: 0, waiting: 0, soft: 0 };
  }

  limitWaiting(itemId: string, most: number): void {
    this.#mostWaiting.set(itemId, most);
  }

  /** Units more that may wait for an item. */
  waitingRoom(itemId: string): number {
    return Math.max(0, (this.#mostWaiting.get(itemId) ?? Infinity) - this.demand(itemId).waiting);
  }

  /** Whether a limit is kept where so many wait already that this book's are added to. */
  keepsLimit({ itemId, waiting }: DemandDelta, waitingNow: number): boolean {
    return waiting <= 0 || waitingNow + waiting <= (this.#mostWaiting.get(itemId) ?? Infinity);
  }

  reserve(itemId: string, nodeId: string, quantity: number): void {
    const entry = this.#entry(itemId, nodeId);
    assert(entry.now.short === 0, "a reservation needs a node that is not short");
    assert(entry.now.reserved + quantity <= entry.now.onHand, "a sale never reserves what is not there");
    add(entry, "reserved", quantity);
  }

  unreserve(itemId: string, nodeId: string, quantity: number): void {
    const entry = this.#entry(itemId, nodeId);
    add(entry, "reserved", -quantity);
    settleShort(entry);
  }

  /** Physical change; returns the shortage it leaves (units reserved that are not there). */
  changeOnHand(itemId: string, nodeId: string, owner: string, condition: Condition, change: number): number {
    const entry = this.#entry(itemId, nodeId, owner, condition);
    add(entry, "onHand", change);
    const missing = entry.now.reserved - entry.now.onHand - entry.now.short;
    if (missing > 0) add(entry, "short", missing);
    settleShort(entry);
    return entry.now.short;
  }

  /** A soft claim taken (positive) or given back (negative), on a node or, with null, on the network. */
  changeSoft(itemId: string, nodeId: string | null, change: number): void {
    if (nodeId === null) return this.changeDemand(itemId, "soft", change);
    add(this.#entry(itemId, nodeId), "soft", change);
  }

  changeDemand(itemId: string, counter: keyof DemandCounters, change: number): void {
    let entry = this.#demand.get(itemId);
    if (!entry) {
      entry = { now: { pending: 0, waiting: 0, soft: 0 }, delta: { pending: 0, waiting: 0, soft: 0 } };
      this.#demand.set(itemId, entry);
    }
    entry.now[counter] += change;
    entry.delta[counter] += change;
    assert(entry.now[counter] >= 0, `unassigned demand ${counter} below zero`);
  }

  /**
   * Whether a row as it is now still bears what this book takes from it or gives back to it. A book that was read without
   * locks is confirmed row by row before it is written. A shortage found meanwhile changes what giving back means.
   */
  stillBears(delta: StockDelta, row: StockRow): boolean {
    const onHand = row.onHand + delta.onHand;
    const reserved = row.reserved + delta.reserved;
    if (row.short > 0 || reserved > onHand) return false;
    if (delta.reserved <= 0) return true;
    const kept = protectedUnits(onHand, this.#safety.get(delta.itemId) ?? { safetyStock: 0, safetyPercent: 0 });
    return row.soft === 0 && reserved + delta.soft + kept <= onHand;
  }

  wasRead({ itemId, nodeId, owner, condition }: StockDelta): boolean {
    return this.#entries.get(itemId)?.get(placeOf(nodeId, owner, condition))?.read ?? false;
  }

  stockDeltas(): StockDelta[] {
    const changed: StockDelta[] = [];
    for (const byPlace of this.#entries.values()) {
      for (const { row, change } of byPlace.values()) {
        if (change === null) continue;
        const { delta } = change;
        if (delta.onHand !== 0 || delta.reserved !== 0 || delta.soft !== 0 || delta.short !== 0) {
          changed.push({ itemId: row.itemId, nodeId: row.nodeId, owner: row.owner, condition: row.condition, ...delta });
        }
      }
    }
    return changed;
  }

  demandDeltas(): DemandDelta[] {
    return [...this.#demand]
      .filter(([, { delta }]) => delta.pending !== 0 || delta.waiting !== 0 || delta.soft !== 0)
      .map(([itemId, { delta }]) => ({ itemId, ...delta }));
  }
}

const placeOf = (nodeId: string, owner: string, condition: Condition): string =>
  owner === "" && condition === "A" ? nodeId : `${nodeId}|${owner}|${condition}`;

function add(entry: Entry, counter: keyof Counters, change: number): void {
  if (entry.change === null) {
    const { onHand, reserved, soft, short } = entry.row;
    entry.change = { now: { onHand, reserved, soft, short }, delta: zero() };
    entry.now = entry.change.now;
  }
  entry.change.now[counter] += change;
  entry.change.delta[counter] += change;
  assert(entry.change.now[counter] >= 0, `stock ${counter} below zero for item ${entry.row.itemId} at node ${entry.row.nodeId}`);
}

/** Short never outlives its cause: it falls as soon as claims fall or goods arrive. */
function settleShort(entry: Entry): void {
  const needed = Math.max(0, entry.now.reserved - entry.now.onHand);
  if (entry.now.short > needed) add(entry, "short", needed - entry.now.short);
}
