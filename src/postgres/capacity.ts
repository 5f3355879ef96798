import type { Node } from "../domain/catalog/index.ts";
import { CAPACITY_WINDOW_DAYS } from "../domain/fulfillment/index.ts";
import { CapacityBook, type CapacityDelta, type CapacityRow, isLimited } from "../domain/inventory/index.ts";
import { assert, DAY } from "../domain/kernel/index.ts";
import { columns } from "./columns.ts";
import { DecisionOutdated, type Session, statement } from "./database.ts";

/** Of slots only those that are full: there are many, and a batch that takes more of one than it has is told so by the second look. */
const READ = statement("read_capacity", `
  select c.node_id, c.ship_date::text as ship_date, c.hour, c.orders, c.units
  from (select * from unnest($1::uuid[], $4::int[]) limit cardinality($1)) as k (node_id, per_slot)
  join node_capacity c on c.tenant_id = (select current_tenant()) and c.node_id = k.node_id and c.ship_date between $2::date and $3::date
  where c.hour < 24 or c.orders >= k.per_slot`);
const LOCK = statement("lock_capacity", `
  select node_id, ship_date::text as ship_date, hour, orders, units from node_capacity
  where tenant_id = (select current_tenant()) and node_id = any($1::uuid[]) and ship_date between $2::date and $3::date
  order by node_id, ship_date, hour for no key update`);
/** Rows come into being with the first claim, in key order like all locks. */
const ENSURE = statement("ensure_capacity", `
  insert into node_capacity (tenant_id, node_id, ship_date, hour)
  select (select current_tenant()), node_id, ship_date, hour from unnest($1::uuid[], $2::date[], $3::smallint[]) as d (node_id, ship_date, hour)
  order by node_id, ship_date, hour on conflict do nothing`);
const LOCK_CHANGED = statement("lock_changed_capacity", `
  select c.node_id, c.ship_date::text as ship_date, c.hour, c.orders, c.units
  from (select * from unnest($1::uuid[], $2::date[], $3::smallint[]) limit cardinality($1)) as d (node_id, ship_date, hour)
  join node_capacity c on c.tenant_id = (select current_tenant()) and c.node_id = d.node_id and c.ship_date = d.ship_date and c.hour = d.hour
  order by c.node_id, c.ship_date, c.hour for no key update of c`);
const UPDATE = statement("update_capacity", `
  update node_capacity c set orders = c.orders + d.orders, units = c.units + d.units
  from (select * from unnest($1::uuid[], $2::date[], $3::smallint[], $4::bigint[], $5::bigint[]) limit cardinality($1)) as d (node_id, ship_date, hour, orders, units)
  where c.tenant_id = (select current_tenant()) and c.node_id = d.node_id and c.ship_date = d.ship_date and c.hour = d.hour`);

interface CapacityDb { node_id: string; ship_date: string; hour: number; orders: number; units: number }

const readRow = (row: CapacityDb): CapacityRow => ({ nodeId: row.node_id, date: row.ship_date, hour: row.hour, orders: row.orders, units: row.units });
const places = (rows: readonly CapacityDelta[]): string[] => columns(rows, [(d) => d.nodeId, (d) => d.date, (d) => d.hour]);
const utcDate = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** What nodes with limits have taken on for the days on which any of them could be asked for more, wherever on Earth it is; locked or not. */
export async function readCapacity(session: Session, nodes: readonly Node[], now: number, locking: boolean): Promise<CapacityBook> {
  const limited = nodes.filter(({ operations: { capacity, pickup } }) => isLimited(capacity) || (pickup?.ordersPerSlot ?? null) !== null).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  if (limited.length === 0) return new CapacityBook();
  const days = [utcDate(now - DAY), utcDate(now + (CAPACITY_WINDOW_DAYS + 1) * DAY)];
  const perSlot = limited.map(({ operations: { pickup } }) => pickup?.ordersPerSlot ?? null);
  const ids = limited.map((node) => node.id);
  const rows = await (locking ? session.rows<CapacityDb>(LOCK, [ids, ...days]) : session.rows<CapacityDb>(READ, [ids, ...days, perSlot]));
  const limits = limited.filter(({ operations }) => isLimited(operations.capacity)).map((node) => [node.id, node.operations.capacity] as const);
  return new CapacityBook(new Map(limits), rows.map(readRow), new Map(ids.flatMap((id, index) => (perSlot[index] == null ? [] : [[id, perSlot[index]]]))));
}

/**
 * Locks the rows that a book changes and looks again, as Supply.confirm does for stock, and after it. Rows that were locked when
 * they were read pass; one that was not there yet may have come into being meanwhile.
 */
export async function confirmCapacity(session: Session, book: CapacityBook): Promise<void> {
  const deltas = book.deltas();
  if (deltas.length === 0) return;
  const fresh = deltas.filter((delta) => !book.wasRead(delta));
  const [, rows] = await Promise.all([fresh.length === 0 ? 0 : session.run(ENSURE, places(fresh)), session.rows<CapacityDb>(LOCK_CHANGED, places(deltas))]);
  for (const row of rows.map(readRow)) {
    if (!book.stillBears(row)) throw new DecisionOutdated(`capacity of node ${row.nodeId} on ${row.date}`);
  }
}

/** Writes differences, never figures. */
export async function saveCapacity(session: Session, book: CapacityBook): Promise<void> {
  const deltas = book.deltas();
  if (deltas.length === 0) return;
  const updated = await session.run(UPDATE, columns(deltas, [(d) => d.nodeId, (d) => d.date, (d) => d.hour, (d) => d.orders, (d) => d.units]));
  assert(updated === deltas.length, "every capacity row that changed is there");
}
