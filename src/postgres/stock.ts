import type { Node } from "../domain/catalog/index.ts";
import { CapacityBook, type DemandRow, StockBook, type StockDelta, type StockRow } from "../domain/inventory/index.ts";
import { assert } from "../domain/kernel/index.ts";
import { confirmCapacity, readCapacity, saveCapacity } from "./capacity.ts";
import { columns, instant } from "./columns.ts";
import { DecisionOutdated, type Session, statement } from "./database.ts";

const ENSURE_DEMAND = statement("ensure_demand", `
  insert into unassigned_demand (tenant_id, item_id, segment) select (select current_tenant()), item_id, '' from unnest($1::uuid[]) as i (item_id) on conflict do nothing`);

const READ_DEMAND = statement("read_demand", `
  select item_id, pending, waiting, soft from unassigned_demand where tenant_id = (select current_tenant()) and segment = '' and item_id = any($1::uuid[])`);
const LOCK_DEMAND = statement("lock_demand", `
  select item_id, pending, waiting, soft from unassigned_demand
  where tenant_id = (select current_tenant()) and segment = '' and item_id = any($1::uuid[]) order by item_id for no key update`);

/**
 * One row per item with its nodes as array text: a batch of 200 orders reads thousands of stock rows, and reading them
 * one by one costs the client four times as much (15 against 4 ms of processor time for 6,000 rows).
 */
const LOAD_STOCK = statement("load_stock", `
  select item_id, array_agg(node_id)::text, array_agg(on_hand)::text, array_agg(reserved)::text, bool_or(soft > 0 or short > 0 or owner <> '' or condition <> 'A')
  from stock where tenant_id = (select current_tenant()) and item_id = any($1::uuid[]) group by item_id`);
/** Items with soft claims, shortages or stock of other owners and conditions, row by row. */
const LOAD_UNUSUAL = statement("load_unusual_stock", `
  select item_id, node_id, owner, condition, on_hand, reserved, soft, short from stock where tenant_id = (select current_tenant()) and item_id = any($1::uuid[])`);

const UNSWEPT_CLAIMS = statement("unswept_claims", `
  select l.item_id, l.node_id, sum(l.quantity)::bigint as quantity from soft_claim c join soft_claim_line l using (tenant_id)
  where c.tenant_id = (select current_tenant()) and l.claim_id = c.id and c.status = 'open' and c.expires_at <= $2 and l.item_id = any($1::uuid[])
  group by 1, 2`);

const LOCK_STOCK = statement("lock_stock", `
  select item_id, node_id, owner, condition, on_hand, reserved, soft, short from stock where tenant_id = (select current_tenant()) and item_id = any($1::uuid[])
  order by item_id, node_id, owner, condition for no key update`);
/** Rows of ordinary stock by place; what waits for another transaction returns what that one left. */
const LOCK_CHANGED = statement("lock_changed_stock", `
  select s.item_id, s.node_id, s.owner, s.condition, s.on_hand, s.reserved, s.soft, s.short
  from (select * from unnest($1::uuid[], $2::uuid[]) limit cardinality($1)) as t (item_id, node_id)
  join stock s on s.tenant_id = (select current_tenant()) and s.item_id = t.item_id and s.item_id = any($1::uuid[]) and s.node_id = t.node_id and s.owner = '' and s.condition = 'A'
  order by s.item_id, s.node_id for no key update of s`);
const NETWORK_CLAIMS = statement("network_claims", `
  select exists (select from unassigned_demand where tenant_id = (select current_tenant()) and segment = '' and item_id = any($1::uuid[]) and soft > 0) as found`);

const UPDATE_STOCK = statement("update_stock", `
  update stock s set on_hand = s.on_hand + d.on_hand, reserved = s.reserved + d.reserved, soft = s.soft + d.soft, short = s.short + d.short
  from (select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[]) limit cardinality($1))
    as d (item_id, node_id, owner, condition, on_hand, reserved, soft, short)
  where s.tenant_id = (select current_tenant()) and s.item_id = d.item_id and s.node_id = d.node_id and s.owner = d.owner and s.condition = d.condition`);

const ENSURE_STOCK = statement("ensure_stock", `
  insert into stock (tenant_id, item_id, node_id, owner, condition)
  select (select current_tenant()), item_id, node_id, owner, condition from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) as d (item_id, node_id, owner, condition)
  on conflict do nothing`);

const UPDATE_DEMAND = statement("update_demand", `
  update unassigned_demand u set pending = u.pending + d.pending, waiting = u.waiting + d.waiting, soft = u.soft + d.soft
  from (select * from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[]) limit cardinality($1)) as d (item_id, pending, waiting, soft)
  where u.tenant_id = (select current_tenant()) and u.segment = '' and u.item_id = d.item_id and u.item_id = any($1::uuid[])`);

const NETWORK = "00000000-0000-0000-0000-000000000000";

/** Every item has its demand row from the start, so that there is always something to lock. */
export const ensureDemandRows = (session: Session, itemIds: readonly string[]): Promise<number> => session.run(ENSURE_DEMAND, [itemIds.toSorted()]);

interface DemandDb { item_id: string; pending: number; waiting: number; soft: number }
interface StockDb { item_id: string; node_id: string; owner: string; condition: StockRow["condition"]; on_hand: number; reserved: number; soft: number; short: number }
type StockByItem = [itemId: string, nodeIds: string, onHand: string, reserved: string, unusual: boolean];

const list = (arrayText: string): string[] => arrayText.slice(1, -1).split(",");

async function loadStock(session: Session, itemIds: readonly string[]): Promise<{ rows: StockRow[]; unusual: boolean }> {
  const rows: StockRow[] = [];
  const unusual: string[] = [];
  for (const [itemId, nodeIds, onHand, reserved, isUnusual] of await session.arrays<StockByItem>(LOAD_STOCK, [itemIds])) {
    if (isUnusual) {
      unusual.push(itemId);
      continue;
    }
    const units = list(onHand);
    const claimed = list(reserved);
    list(nodeIds).forEach((nodeId, n) => rows.push({ itemId, nodeId, owner: "", condition: "A", onHand: Number(units[n]), reserved: Number(claimed[n]), soft: 0, short: 0 }));
  }
  if (unusual.length === 0) return { rows, unusual: false };
  const detailed = (await session.rows<StockDb>(LOAD_UNUSUAL, [unusual])).map(readStock);
  return { rows: [...rows, ...detailed], unusual: detailed.some((row) => row.soft > 0 || row.short > 0) };
}

/**
 * Two ways to the same certainty (docs/decisions has the measurements). Ordinarily stock is read without locks, decided
 * on, and what is taken or given back is locked and looked at again just before it is written: groups of orders overlap, and one that
 * finds a row too low starts over. Starting over, and wherever soft claims or shortages are in play, the items' demand
 * rows and all their stock are locked first. Locks are always taken demand before stock before capacity, each in key order.
 */
export class Supply {
  readonly #session: Session;
  readonly #nodes: (now: number) => Promise<readonly Node[]>;
  #locking: boolean;
  #unusual = false;
  #confirmed = false;

  constructor(session: Session, nodes: (now: number) => Promise<readonly Node[]>, locking: boolean) {
    this.#session = session;
    this.#nodes = nodes;
    this.#locking = locking;
  }

  /** Without a time nothing is planned, and capacity does not matter. */
  async #capacity(now: number | null): Promise<CapacityBook> {
    return now === null ? new CapacityBook() : readCapacity(this.#session, await this.#nodes(now), now, this.#locking);
  }

  async lock(itemIds: readonly string[], now: number | null): Promise<StockBook> {
    this.#locking = true;
    return itemIds.length === 0 ? new StockBook([], []) : lockedBook(this.#session, itemIds.toSorted(), now, () => this.#capacity(now));
  }

  async read(itemIds: readonly string[], now: number): Promise<StockBook> {
    if (this.#locking || itemIds.length === 0) return this.lock(itemIds, now);
    const ids = itemIds.toSorted();
    const [demand, { rows, unusual }, capacity] = await Promise.all([this.#session.rows<DemandDb>(READ_DEMAND, [ids]), loadStock(this.#session, ids), this.#capacity(now)]);
    this.#unusual = unusual || demand.some((row) => row.soft > 0);
    return new StockBook(rows, demand.map(readDemand), capacity);
  }

  /**
   * Locks the rows that a book read freely takes from or gives back to, and the demand of further items, and looks again. A book
   * read under locks is sure already; one that was confirmed stays so. Capacity is looked at again in any case.
   */
  async confirm(book: StockBook, furtherItems: readonly string[] = []): Promise<void> {
    const isSure = this.#confirmed;
    this.#confirmed = true;
    // Days that were chosen since have no row yet where nobody has taken of them before.
    await Promise.all([isSure ? undefined : this.#confirmStock(book, furtherItems), confirmCapacity(this.#session, book.capacity)]);
  }

  async #confirmStock(book: StockBook, furtherItems: readonly string[]): Promise<void> {
    if (this.#locking) return;
    const stock = book.stockDeltas();
    const demand = book.demandDeltas();
    const needsLocks = this.#unusual || stock.some((d) => d.short !== 0 || d.soft !== 0) || demand.some((d) => d.soft !== 0);
    if (needsLocks) throw new DecisionOutdated("claims or shortages need locks first");
    const changed = stock.filter((d) => d.owner === "" && d.condition === "A");
    const locked = [...new Set([...demand.map((d) => d.itemId), ...furtherItems])];
    if (changed.length + locked.length === 0) return;
    const session = this.#session;
    const [waiting, rows, claims] = await Promise.all([
      locked.length === 0 ? [] : session.rows<DemandDb>(LOCK_DEMAND, [locked]),
      session.rows<StockDb>(LOCK_CHANGED, columns(changed, [(d) => d.itemId, (d) => d.nodeId])),
      session.rows<{ found: boolean }>(NETWORK_CLAIMS, [[...new Set(changed.filter((d) => d.reserved > 0).map((d) => d.itemId))]]),
    ]);
    const current = new Map(rows.map((row) => [`${row.item_id}|${row.node_id}`, row]));
    for (const delta of changed) {
      const row = current.get(`${delta.itemId}|${delta.nodeId}`);
      if (!row || !book.stillBears(delta, readStock(row))) throw new DecisionOutdated(`item ${delta.itemId} at node ${delta.nodeId}`);
    }
    const waits = new Map(waiting.map((row) => [row.item_id, row.waiting]));
    for (const delta of demand) if (!book.keepsLimit(delta, waits.get(delta.itemId) ?? 0)) throw new DecisionOutdated(`more wait for item ${delta.itemId} than may`);
    if (claims.some(({ found }) => found)) throw new DecisionOutdated("a network claim came in between");
  }

  /** Writes differences, never figures: two writers that both passed a broken lock would still meet the table's CHECKs. */
  async save(book: StockBook): Promise<void> {
    const stock = book.stockDeltas();
    const demand = book.demandDeltas();
    const fresh = stock.filter((d) => !book.wasRead(d));
    const [, updated] = await Promise.all([
      fresh.length === 0 ? 0 : this.#session.run(ENSURE_STOCK, deltaColumns(fresh).slice(0, 4)),
      stock.length === 0 ? 0 : this.#session.run(UPDATE_STOCK, deltaColumns(stock)),
      demand.length === 0 ? 0 : this.#session.run(UPDATE_DEMAND, columns(demand, [(d) => d.itemId, (d) => d.pending, (d) => d.waiting, (d) => d.soft])),
      saveCapacity(this.#session, book.capacity),
    ]);
    assert(updated === stock.length, "every stock row that changed is there");
  }
}

const readDemand = (row: DemandDb): DemandRow => ({ itemId: row.item_id, pending: row.pending, waiting: row.waiting, soft: row.soft });
const readStock = (row: StockDb): StockRow => ({
  itemId: row.item_id, nodeId: row.node_id, owner: row.owner, condition: row.condition, onHand: row.on_hand, reserved: row.reserved, soft: row.soft, short: row.short,
});
const deltaColumns = (deltas: readonly StockDelta[]): string[] => columns(deltas, [
  (d) => d.itemId, (d) => d.nodeId, (d) => d.owner, (d) => d.condition, (d) => d.onHand, (d) => d.reserved, (d) => d.soft, (d) => d.short,
]);

async function lockedBook(session: Session, ids: readonly string[], now: number | null, lockCapacity: () => Promise<CapacityBook>): Promise<StockBook> {
  const [demand, stockRows, capacity] = await Promise.all([session.rows<DemandDb>(LOCK_DEMAND, [ids]), session.rows<StockDb>(LOCK_STOCK, [ids]), lockCapacity()]);
  const stock = stockRows.map(readStock);
  const claimed = demand.some((row) => row.soft > 0) || stock.some((row) => row.soft > 0);
  const unswept = new Map<string, number>();
  if (now !== null && claimed) {
    const rows = await session.rows<{ item_id: string; node_id: string; quantity: number }>(UNSWEPT_CLAIMS, [ids, instant(now)]);
    for (const row of rows) unswept.set(`${row.item_id}|${row.node_id}`, row.quantity);
  }
  const gone = (itemId: string, nodeId: string): number => unswept.get(`${itemId}|${nodeId}`) ?? 0;
  const isSellable = (row: StockRow): boolean => row.owner === "" && row.condition === "A";
  return new StockBook(
    stock.map((row) => (isSellable(row) ? { ...row, soft: row.soft - gone(row.itemId, row.nodeId) } : row)),
    demand.map((row) => ({ ...readDemand(row), soft: row.soft - gone(row.item_id, NETWORK) })),
    capacity,
  );
}
