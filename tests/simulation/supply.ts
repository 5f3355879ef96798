import { CapacityBook, isLimited, StockBook, type StockRow } from "../../src/domain/inventory/index.ts";
import { type Database, factsAt, placeKey, slotKey } from "./database.ts";

/** What was read is no longer so: the transaction starts again, and locks before it reads. */
export class StockMoved extends Error {
  override readonly name = "StockMoved";
}

/** What a transaction lends: a turn of the scheduler, and its locks. */
export interface Access {
  turn(): Promise<void>;
  lock(kind: string, ids: Iterable<string>): Promise<void>;
}

/**
 * The real store's two ways to stock, statement by statement: read freely and confirm what is taken, or lock first. The
 * locks are those of the rows: an item's demand row, then its stock rows.
 */
export class Supply {
  readonly #db: Database;
  readonly #access: Access;
  readonly #locks: boolean;
  #locking: boolean;
  #unusual = false;
  #confirmed = false;
  /** Rows as this transaction read them, for a store that writes figures instead of differences. */
  readonly read = new Map<string, StockRow>();

  constructor(db: Database, access: Access, locking: boolean) {
    this.#db = db;
    this.#access = access;
    this.#locking = locking;
    this.#locks = db.mutant !== "no item lock";
  }

  async lock(itemIds: readonly string[], now: number | null): Promise<StockBook> {
    this.#locking = true;
    if (itemIds.length === 0) return new StockBook([], []);
    await this.#access.turn();
    if (this.#locks) await this.#access.lock("demand", itemIds.filter((id) => this.#db.demand.has(id)));
    await this.#access.turn();
    if (this.#locks) await this.#access.lock("stock", this.#rowsOf(itemIds).map(placeKey));
    await this.#access.turn();
    if (now !== null) await this.#access.lock("capacity", this.#db.capacity.keys());
    return this.#book(this.#rowsOf(itemIds), itemIds, now);
  }

  async readFreely(itemIds: readonly string[], now: number): Promise<StockBook> {
    if (this.#locking || itemIds.length === 0) return this.lock(itemIds, now);
    await this.#access.turn();
    const demand = this.#demandOf(itemIds);
    await this.#access.turn();
    const rows = this.#rowsOf(itemIds);
    this.#unusual = rows.some((row) => row.soft > 0 || row.short > 0) || demand.some((row) => row.soft > 0);
    for (const row of rows) this.read.set(placeKey(row), row);
    await this.#access.turn();
    return new StockBook(rows, demand, this.#capacity(now));
  }

  #capacity(now: number | null): CapacityBook {
    const limited = now === null ? [] : factsAt(this.#db.nodes, now).filter(({ operations }) => isLimited(operations.capacity));
    return new CapacityBook(new Map(limited.map((node) => [node.id, node.operations.capacity])), [...this.#db.capacity.values()].filter(({ nodeId }) => limited.some(({ id }) => id === nodeId)));
  }

  /** Also what was locked when it was read: a row that was not there may have come meanwhile. */
  async confirmCapacity(book: CapacityBook): Promise<void> {
    if (book.deltas().length === 0) return;
    await this.#access.turn();
    await this.#access.lock("capacity", book.deltas().map(slotKey));
    if (this.#db.mutant === "capacity without a second look") return;
    for (const { nodeId, date, hour } of book.deltas()) {
      const slot = { nodeId, date, hour };
      if (!book.stillBears(this.#db.capacity.get(slotKey(slot)) ?? { ...slot, orders: 0, units: 0 })) throw new StockMoved(slotKey(slot));
    }
  }

  /** Locks what a book that was read freely takes or gives back, and looks again. */
  async confirm(book: StockBook, furtherItems: readonly string[] = []): Promise<void> {
    if (this.#locking || this.#confirmed || !this.#locks || this.#db.mutant === "taken without a second look") return;
    const stock = book.stockDeltas();
    const demand = book.demandDeltas();
    if (this.#unusual || stock.some((d) => d.short !== 0 || d.soft !== 0) || demand.some((d) => d.soft !== 0)) throw new StockMoved("claims or shortages need locks first");
    const onlyTaken = this.#db.mutant === "given back without a second look";
    const changed = stock.filter((d) => d.owner === "" && d.condition === "A" && (d.reserved > 0 || !onlyTaken));
    this.#confirmed = true;
    if (changed.length + demand.length + furtherItems.length === 0) return;
    await this.#access.turn();
    await this.#access.lock("demand", [...demand.map((d) => d.itemId), ...furtherItems]);
    await this.#access.turn();
    await this.#access.lock("stock", changed.map(placeKey));
    const current = new Map(this.#rowsOf(changed.map((d) => d.itemId)).map((row) => [placeKey(row), row]));
    await this.#access.turn();
    for (const delta of changed) {
      const row = current.get(placeKey(delta));
      if (!row || !book.stillBears(delta, row)) throw new StockMoved(placeKey(delta));
    }
    if (this.#demandOf(changed.filter((d) => d.reserved > 0).map((d) => d.itemId)).some((row) => row.soft > 0)) throw new StockMoved("a network claim came in between");
  }

  /** An update locks its rows as it meets them. */
  async lockWritten(book: StockBook): Promise<void> {
    if (!this.#locks) return;
    await this.#access.turn();
    for (const delta of book.stockDeltas()) await this.#access.lock("stock", [placeKey(delta)]);
    for (const delta of book.demandDeltas()) await this.#access.lock("demand", [delta.itemId]);
  }

  #rowsOf(itemIds: readonly string[]): StockRow[] {
    const wanted = new Set(itemIds);
    return [...this.#db.stock.values()].filter((row) => wanted.has(row.itemId));
  }

  #demandOf(itemIds: readonly string[]): { itemId: string; pending: number; waiting: number; soft: number }[] {
    const wanted = new Set(itemIds);
    return [...this.#db.demand.values()].filter((row) => wanted.has(row.itemId));
  }

  #book(rows: readonly StockRow[], itemIds: readonly string[], now: number | null): StockBook {
    for (const row of rows) this.read.set(placeKey(row), row);
    const gone = now === null ? new Map<string, number>() : this.#unsweptUnits(now);
    return new StockBook(
      rows.map((row) => (row.owner === "" && row.condition === "A" ? { ...row, soft: row.soft - (gone.get(`${row.itemId}|${row.nodeId}`) ?? 0) } : row)),
      this.#demandOf(itemIds).map((row) => ({ ...row, soft: row.soft - (gone.get(`${row.itemId}|null`) ?? 0) })),
      this.#capacity(now),
    );
  }

  /** Soft claims that have run out but are still counted, by "item id|node id". */
  #unsweptUnits(now: number): Map<string, number> {
    const units = new Map<string, number>();
    for (const claim of this.#db.claims.values()) {
      if (claim.status !== "open" || claim.expiresAt > now) continue;
      for (const { itemId, nodeId, quantity } of claim.lines) units.set(`${itemId}|${nodeId}`, (units.get(`${itemId}|${nodeId}`) ?? 0) + quantity);
    }
    return units;
  }
}
