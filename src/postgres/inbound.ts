import type { StoredWaitingLine } from "../domain/fulfillment/index.ts";
import { type Supply, SupplyBook, type SupplyClaim } from "../domain/inventory/index.ts";
import { columns, instant, millis } from "./columns.ts";
import { type Session, statement } from "./database.ts";

/** Goods that are on their way, and who counts on them. Whoever changes claims of an item holds the item's demand row. */

const LOCK = statement("lock_inbound", `
  select id, kind, reference, item_id, node_id, due_at, confidence, quantity, received, damaged, claimed, closed_at, supply_order_id from supply
  where tenant_id = (select current_tenant()) and item_id = any($1::uuid[]) and (closed_at is null or claimed > 0) order by id for no key update`);
const LOAD_BY_ID = statement("load_supplies", `
  select id, kind, reference, item_id, node_id, due_at, confidence, quantity, received, damaged, claimed, closed_at, supply_order_id from supply
  where tenant_id = (select current_tenant()) and id = any($1::uuid[])`);
const LINE_CLAIMS = statement("load_line_supply_claims", `
  select c.supply_id, c.order_id, c.line_no, c.item_id, c.quantity from (select * from unnest($1::uuid[], $2::smallint[]) limit cardinality($1)) as k (order_id, line_no)
  join supply_claim c on c.tenant_id = (select current_tenant()) and c.order_id = k.order_id and c.line_no = k.line_no`);
const ITEM_CLAIMS = statement("load_item_supply_claims", `
  select supply_id, order_id, line_no, item_id, quantity from supply_claim where tenant_id = (select current_tenant()) and item_id = any($1::uuid[])`);
const WAITING_LINES = statement("load_waiting_lines", `
  select l.order_id, l.line_no, l.item_id, l.backordered + l.preordered as units, l.document ->> 'node' as node, o.channel_id, o.document -> 'attributes' as attributes
  from unnest($1::uuid[]) as k (item_id)
    cross join lateral (select * from order_line l where l.tenant_id = (select current_tenant()) and l.item_id = k.item_id and (l.pending > 0 or l.backordered > 0 or l.preordered > 0)
      and l.backordered + l.preordered > 0 offset 0) l
    cross join lateral (select o.channel_id, o.document from sales_order o where o.tenant_id = (select current_tenant()) and o.id = l.order_id offset 0) o`);
const CLAIMANTS = statement("find_claimants", `
  select order_id from supply_claim where tenant_id = (select current_tenant()) and supply_id = any($1::uuid[]) group by order_id order by order_id limit $2`);

const SAVE = statement("save_supplies", `
  insert into supply (tenant_id, id, kind, reference, item_id, node_id, due_at, confidence, quantity, received, damaged, closed_at, supply_order_id)
  select (select current_tenant()), id, kind, reference, item_id, node_id, due_at, confidence, quantity, received, damaged, closed_at, supply_order_id
  from unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::uuid[], $6::timestamptz[], $7::smallint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::timestamptz[], $12::uuid[])
    as s (id, kind, reference, item_id, node_id, due_at, confidence, quantity, received, damaged, closed_at, supply_order_id)
  on conflict (tenant_id, id) do update set due_at = excluded.due_at, confidence = excluded.confidence, quantity = excluded.quantity, received = excluded.received,
    damaged = excluded.damaged, closed_at = excluded.closed_at`);
/** Differences, never figures: two writers that both passed a broken lock would still meet the table's CHECKs. */
const SAVE_CLAIMED = statement("save_supply_claimed", `
  update supply s set claimed = s.claimed + d.claimed from (select * from unnest($1::uuid[], $2::bigint[]) limit cardinality($1)) as d (id, claimed)
  where s.tenant_id = (select current_tenant()) and s.id = d.id and s.id = any($1::uuid[])`);
const SAVE_CLAIMS = statement("save_supply_claims", `
  insert into supply_claim (tenant_id, supply_id, order_id, line_no, item_id, quantity)
  select (select current_tenant()), supply_id, order_id, line_no, item_id, quantity
  from unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::uuid[], $5::bigint[]) as c (supply_id, order_id, line_no, item_id, quantity)
  on conflict (tenant_id, supply_id, order_id, line_no) do update set quantity = excluded.quantity`);
const DROP_CLAIMS = statement("drop_supply_claims", `
  delete from supply_claim c using (select * from unnest($1::uuid[], $2::uuid[], $3::smallint[]) limit cardinality($1)) as k (supply_id, order_id, line_no)
  where c.tenant_id = (select current_tenant()) and c.supply_id = k.supply_id and c.order_id = k.order_id and c.line_no = k.line_no`);

interface SupplyDb {
  id: string; kind: Supply["kind"]; reference: string; item_id: string; node_id: string; due_at: Date; confidence: number; quantity: number; received: number; damaged: number; claimed: number;
  closed_at: Date | null; supply_order_id: string | null;
}
interface ClaimDb { supply_id: string; order_id: string; line_no: number; item_id: string; quantity: number }
interface WaitingDb { order_id: string; line_no: number; item_id: string; units: number; node: string | null; channel_id: string; attributes: Record<string, string> | null }

const readSupply = (row: SupplyDb): Supply => ({
  id: row.id, kind: row.kind, reference: row.reference, itemId: row.item_id, nodeId: row.node_id, dueAt: millis(row.due_at) ?? 0, confidence: row.confidence, quantity: row.quantity,
  received: row.received, damaged: row.damaged, claimed: row.claimed, closedAt: millis(row.closed_at), orderId: row.supply_order_id,
});
const readClaim = (row: ClaimDb): SupplyClaim => ({ supplyId: row.supply_id, itemId: row.item_id, orderId: row.order_id, lineNo: row.line_no, quantity: row.quantity });

export async function findSupplies(session: Session, ids: readonly string[]): Promise<readonly Supply[]> {
  return ids.length === 0 ? [] : (await session.rows<SupplyDb>(LOAD_BY_ID, [ids])).map(readSupply);
}

/** The items' open and claimed supplies, locked, with all their claims or only those of the lines named. */
export async function lockInbound(session: Session, itemIds: readonly string[], lines: readonly { readonly orderId: string; readonly lineNo: number }[] | null): Promise<SupplyBook> {
  const [supplies, claims] = await Promise.all([
    session.rows<SupplyDb>(LOCK, [itemIds]),
    lines === null ? session.rows<ClaimDb>(ITEM_CLAIMS, [itemIds]) : session.rows<ClaimDb>(LINE_CLAIMS, columns(lines, [(l) => l.orderId, (l) => l.lineNo])),
  ]);
  return new SupplyBook(supplies.map(readSupply), claims.map(readClaim));
}

export async function loadWaitingLines(session: Session, itemIds: readonly string[]): Promise<readonly StoredWaitingLine[]> {
  return (await session.rows<WaitingDb>(WAITING_LINES, [itemIds])).map((row) => ({
    orderId: row.order_id, lineNo: row.line_no, itemId: row.item_id, units: row.units, channelId: row.channel_id, node: row.node, attributes: row.attributes ?? {},
  }));
}

export const findClaimants = async (session: Session, supplyIds: readonly string[], limit: number): Promise<readonly string[]> =>
  (await session.rows<{ order_id: string }>(CLAIMANTS, [supplyIds, limit])).map((row) => row.order_id);

export async function saveInbound(session: Session, book: SupplyBook): Promise<void> {
  const supplies = book.changedSupplies();
  const deltas = book.claimDeltas();
  const claims = book.changedClaims();
  const [kept, dropped] = [claims.filter(({ quantity }) => quantity > 0), claims.filter(({ quantity }) => quantity === 0)];
  await Promise.all([
    supplies.length === 0 ? 0 : session.run(SAVE, columns(supplies, [
      (s) => s.id, (s) => s.kind, (s) => s.reference, (s) => s.itemId, (s) => s.nodeId, (s) => instant(s.dueAt), (s) => s.confidence, (s) => s.quantity, (s) => s.received,
      (s) => s.damaged, (s) => instant(s.closedAt), (s) => s.orderId,
    ])),
    dropped.length === 0 ? 0 : session.run(DROP_CLAIMS, columns(dropped, [(c) => c.supplyId, (c) => c.orderId, (c) => c.lineNo])),
    kept.length === 0 ? 0 : session.run(SAVE_CLAIMS, columns(kept, [(c) => c.supplyId, (c) => c.orderId, (c) => c.lineNo, (c) => c.itemId, (c) => c.quantity])),
    deltas.length === 0 ? 0 : session.run(SAVE_CLAIMED, columns(deltas, [(d) => d.supplyId, (d) => d.claimed])),
  ]);
}
