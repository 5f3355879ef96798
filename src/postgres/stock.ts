import { StockBook, type StockRow, type Supply } from "../domain/inventory/index.ts";
import { columns, instant, millis } from "./columns.ts";
import { type Session, statement } from "./database.ts";

const ENSURE_DEMAND = statement("ensure_demand", `
  insert into unassigned_demand (tenant_id, item_id, segment) select current_tenant(), item_id, '' from unnest($1::uuid[]) as i (item_id) on conflict do nothing`);

/** The lock of every stock decision: one row per item, in sorted order. */
const LOCK_DEMAND = statement("lock_demand", `
  select item_id, pending, waiting, soft from unassigned_demand
  where tenant_id = current_tenant() and segment = '' and item_id = any($1::uuid[]) order by item_id for no key update`);

const LOAD_STOCK = statement("load_stock", `
  select item_id, node_id, owner, condition, on_hand, reserved, soft, short from stock where tenant_id = current_tenant() and item_id = any($1::uuid[])`);

const UNSWEPT_CLAIMS = statement("unswept_claims", `
  select l.item_id, l.node_id, sum(l.quantity)::bigint as quantity from soft_claim c join soft_claim_line l using (tenant_id)
  where c.tenant_id = current_tenant() and l.claim_id = c.id and c.status = 'open' and c.expires_at <= $2 and l.item_id = any($1::uuid[])
  group by 1, 2`);

const UPDATE_STOCK = statement("update_stock", `
  update stock s set on_hand = s.on_hand + d.on_hand, reserved = s.reserved + d.reserved, soft = s.soft + d.soft, short = s.short + d.short
  from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])
    as d (item_id, node_id, owner, condition, on_hand, reserved, soft, short)
  where s.tenant_id = current_tenant() and s.item_id = d.item_id and s.node_id = d.node_id and s.owner = d.owner and s.condition = d.condition`);

const ENSURE_STOCK = statement("ensure_stock", `
  insert into stock (tenant_id, item_id, node_id, owner, condition)
  select current_tenant(), item_id, node_id, owner, condition from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) as d (item_id, node_id, owner, condition)
  on conflict do nothing`);

const UPDATE_DEMAND = statement("update_demand", `
  update unassigned_demand u set pending = u.pending + d.pending, waiting = u.waiting + d.waiting, soft = u.soft + d.soft
  from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[]) as d (item_id, pending, waiting, soft)
  where u.tenant_id = current_tenant() and u.segment = '' and u.item_id = d.item_id`);

const LOAD_SUPPLIES = statement("load_supplies", `
  select id, kind, reference, item_id, node_id, due_at, confidence, quantity, received from supply
  where tenant_id = current_tenant() and id = any($1::uuid[]) and closed_at is null order by id for update`);

const SAVE_SUPPLIES = statement("save_supplies", `
  insert into supply (tenant_id, id, kind, reference, item_id, node_id, due_at, confidence, quantity, received, closed_at)
  select current_tenant(), id, kind, reference, item_id, node_id, due_at, confidence, quantity, received, case when received >= quantity then now() end
  from unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::uuid[], $6::timestamptz[], $7::smallint[], $8::bigint[], $9::bigint[])
    as s (id, kind, reference, item_id, node_id, due_at, confidence, quantity, received)
  on conflict (tenant_id, id) do update set received = excluded.received, closed_at = excluded.closed_at`);

const NETWORK = "00000000-0000-0000-0000-000000000000";

/** Every item has its demand row from the start, so that there is always something to lock. */
export const ensureDemandRows = (session: Session, itemIds: readonly string[]): Promise<number> => session.run(ENSURE_DEMAND, [itemIds.toSorted()]);

interface DemandDb { item_id: string; pending: number; waiting: number; soft: number }
interface StockDb extends DemandDb { node_id: string; owner: string; condition: StockRow["condition"]; on_hand: number; reserved: number; short: number }

export async function lockSupply(session: Session, itemIds: readonly string[], now: number | null): Promise<StockBook> {
  if (itemIds.length === 0) return new StockBook([], []);
  const ids = itemIds.toSorted();
  const demand = await session.rows<DemandDb>(LOCK_DEMAND, [ids]);
  const stock = await session.rows<StockDb>(LOAD_STOCK, [ids]);
  const claimed = demand.some((row) => row.soft > 0) || stock.some((row) => row.soft > 0);
  const unswept = new Map<string, number>();
  if (now !== null && claimed) {
    const rows = await session.rows<{ item_id: string; node_id: string; quantity: number }>(UNSWEPT_CLAIMS, [ids, instant(now)]);
    for (const row of rows) unswept.set(`${row.item_id}|${row.node_id}`, row.quantity);
  }
  const gone = (itemId: string, nodeId: string): number => unswept.get(`${itemId}|${nodeId}`) ?? 0;
  return new StockBook(
    stock.map((row) => ({
      itemId: row.item_id, nodeId: row.node_id, owner: row.owner, condition: row.condition, onHand: row.on_hand, reserved: row.reserved, short: row.short,
      soft: row.soft - (row.owner === "" && row.condition === "A" ? gone(row.item_id, row.node_id) : 0),
    })),
    demand.map((row) => ({ itemId: row.item_id, pending: row.pending, waiting: row.waiting, soft: row.soft - gone(row.item_id, NETWORK) })),
  );
}

/** Writes differences, never figures: two writers that both passed a broken lock would still meet the table's CHECKs. */
export async function saveStock(session: Session, book: StockBook): Promise<void> {
  const deltas = book.stockDeltas();
  if (deltas.length > 0) {
    const keys = columns(deltas, [(d) => d.itemId, (d) => d.nodeId, (d) => d.owner, (d) => d.condition]);
    const figures = columns(deltas, [(d) => d.onHand, (d) => d.reserved, (d) => d.soft, (d) => d.short]);
    const updated = await session.run(UPDATE_STOCK, [...keys, ...figures]);
    if (updated < deltas.length) await insertThenUpdate(session, deltas);
  }
  const demand = book.demandDeltas();
  if (demand.length > 0) await session.run(UPDATE_DEMAND, columns(demand, [(d) => d.itemId, (d) => d.pending, (d) => d.waiting, (d) => d.soft]));
}

/** Some rows are new. The first update already changed the others, so only the new ones are inserted and then updated. */
async function insertThenUpdate(session: Session, deltas: ReturnType<StockBook["stockDeltas"]>): Promise<void> {
  const existing = await session.rows<StockDb>(LOAD_STOCK, [[...new Set(deltas.map((d) => d.itemId))]]);
  const known = new Set(existing.map((row) => `${row.item_id}|${row.node_id}|${row.owner}|${row.condition}`));
  const fresh = deltas.filter((d) => !known.has(`${d.itemId}|${d.nodeId}|${d.owner}|${d.condition}`));
  const keys = columns(fresh, [(d) => d.itemId, (d) => d.nodeId, (d) => d.owner, (d) => d.condition]);
  await session.run(ENSURE_STOCK, keys);
  await session.run(UPDATE_STOCK, [...keys, ...columns(fresh, [(d) => d.onHand, (d) => d.reserved, (d) => d.soft, (d) => d.short])]);
}

interface SupplyDb {
  id: string; kind: Supply["kind"]; reference: string; item_id: string; node_id: string; due_at: Date; confidence: number; quantity: number; received: number;
}

export const readSupply = (row: SupplyDb): Supply => ({
  id: row.id, kind: row.kind, reference: row.reference, itemId: row.item_id, nodeId: row.node_id, dueAt: millis(row.due_at) ?? 0,
  confidence: row.confidence, quantity: row.quantity, received: row.received,
});

export async function loadSupplies(session: Session, ids: readonly string[]): Promise<readonly Supply[]> {
  return ids.length === 0 ? [] : (await session.rows<SupplyDb>(LOAD_SUPPLIES, [ids])).map(readSupply);
}

export async function saveSupplies(session: Session, supplies: readonly Supply[]): Promise<void> {
  if (supplies.length === 0) return;
  await session.run(SAVE_SUPPLIES, columns(supplies, [
    (s) => s.id, (s) => s.kind, (s) => s.reference, (s) => s.itemId, (s) => s.nodeId, (s) => instant(s.dueAt), (s) => s.confidence, (s) => s.quantity, (s) => s.received,
  ]));
}
