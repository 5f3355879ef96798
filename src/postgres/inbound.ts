import type { StoredWaitingLine } from "../domain/fulfillment/index.ts";
import { type Supply, SupplyBook, type SupplyClaim, type SupplyOrder } from "../domain/inventory/index.ts";
import { assert } from "../domain/kernel/index.ts";
import { columns, instant, millis } from "./columns.ts";
import { type Session, statement } from "./database.ts";

/** Goods that are on their way, and who counts on them. Whoever changes claims of an item holds the item's demand row. */

const LOCK = statement("lock_inbound", `
  select id, kind, reference, item_id, node_id, due_at, confidence, quantity, received, damaged, claimed, closed_at, supply_order_id from supply
  where tenant_id = (select current_tenant()) and id = any(array(
    select s.id from (select * from unnest($1::uuid[]) limit cardinality($1)) as k (item_id)
    cross join lateral (select id from supply where tenant_id = (select current_tenant()) and item_id = k.item_id and (closed_at is null or claimed > 0) offset 0) as s))
  order by id for no key update`);
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

const PROMISABLE = statement("load_promisable", `
  select k.item_id, sum(s.units)::bigint as units from (select * from unnest($1::uuid[]) limit cardinality($1)) as k (item_id)
  cross join lateral (
    select greatest(0, quantity - received) * confidence / 100 as units from supply where tenant_id = (select current_tenant()) and item_id = k.item_id and closed_at is null offset 0) as s
  group by k.item_id`);

const INSERT = statement("insert_supplies", `
  insert into supply (tenant_id, id, kind, reference, item_id, node_id, due_at, confidence, quantity, received, damaged, closed_at, supply_order_id, claimed)
  select (select current_tenant()), id, kind, reference, item_id, node_id, due_at, confidence, quantity, received, damaged, closed_at, supply_order_id, claimed
  from unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::uuid[], $6::timestamptz[], $7::smallint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::timestamptz[], $12::uuid[], $13::bigint[])
    as s (id, kind, reference, item_id, node_id, due_at, confidence, quantity, received, damaged, closed_at, supply_order_id, claimed)`);
/** What is claimed is written as a difference: two writers that both passed a broken lock would still meet the table's CHECKs. */
const UPDATE = statement("update_supplies", `
  update supply s set due_at = d.due_at, confidence = d.confidence, quantity = d.quantity, received = d.received, damaged = d.damaged, closed_at = d.closed_at, claimed = s.claimed + d.claimed
  from (select * from unnest($1::uuid[], $2::timestamptz[], $3::smallint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::timestamptz[], $8::bigint[]) limit cardinality($1))
    as d (id, due_at, confidence, quantity, received, damaged, closed_at, claimed)
  where s.tenant_id = (select current_tenant()) and s.id = d.id and s.id = any($1::uuid[])`);
const SAVE_CLAIMS = statement("save_supply_claims", `
  insert into supply_claim (tenant_id, supply_id, order_id, line_no, item_id, quantity)
  select (select current_tenant()), supply_id, order_id, line_no, item_id, quantity
  from unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::uuid[], $5::bigint[]) as c (supply_id, order_id, line_no, item_id, quantity)
  on conflict (tenant_id, supply_id, order_id, line_no) do update set quantity = excluded.quantity`);
const DROP_CLAIMS = statement("drop_supply_claims", `
  delete from supply_claim c using (select * from unnest($1::uuid[], $2::uuid[], $3::smallint[]) limit cardinality($1)) as k (supply_id, order_id, line_no)
  where c.tenant_id = (select current_tenant()) and c.supply_id = k.supply_id and c.order_id = k.order_id and c.line_no = k.line_no`);

const LOCK_ORDERS = statement("lock_supply_orders", `
  select id, kind, reference, node_id, from_node_id, supplier, created_at, shipped_at from supply_order
  where tenant_id = (select current_tenant()) and id = any($1::uuid[]) order by id for update`);
const ORDERS_BY_REFERENCE = statement("load_supply_orders_by_reference", `
  select o.id, o.kind, o.reference, o.node_id, o.from_node_id, o.supplier, o.created_at, o.shipped_at from (select * from unnest($1::text[], $2::text[]) limit cardinality($1)) as k (kind, reference)
  join supply_order o on o.tenant_id = (select current_tenant()) and o.kind = k.kind and o.reference = k.reference`);
const LINES_OF_ORDERS = statement("load_supply_order_lines", `
  select id, kind, reference, item_id, node_id, due_at, confidence, quantity, received, damaged, claimed, closed_at, supply_order_id from supply
  where tenant_id = (select current_tenant()) and supply_order_id = any($1::uuid[]) order by id`);
const SAVE_ORDERS = statement("save_supply_orders", `
  insert into supply_order (tenant_id, id, kind, reference, node_id, from_node_id, supplier, created_at, shipped_at)
  select (select current_tenant()), id, kind, reference, node_id, from_node_id, supplier, created_at, shipped_at
  from unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::uuid[], $6::text[], $7::timestamptz[], $8::timestamptz[])
    as o (id, kind, reference, node_id, from_node_id, supplier, created_at, shipped_at)
  on conflict (tenant_id, id) do update set shipped_at = excluded.shipped_at`);

interface SupplyOrderDb { id: string; kind: SupplyOrder["kind"]; reference: string; node_id: string; from_node_id: string | null; supplier: string | null; created_at: Date; shipped_at: Date | null }
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

const readOrder = (row: SupplyOrderDb): SupplyOrder => ({
  id: row.id, kind: row.kind, reference: row.reference, nodeId: row.node_id, fromNodeId: row.from_node_id, supplier: row.supplier, createdAt: millis(row.created_at) ?? 0,
  shippedAt: millis(row.shipped_at),
});

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

export const loadPromisable = async (session: Session, itemIds: readonly string[]): Promise<ReadonlyMap<string, number>> =>
  new Map((await session.rows<{ item_id: string; units: number }>(PROMISABLE, [itemIds])).map((row) => [row.item_id, row.units]));

export const findClaimants = async (session: Session, supplyIds: readonly string[], limit: number): Promise<readonly string[]> =>
  (await session.rows<{ order_id: string }>(CLAIMANTS, [supplyIds, limit])).map((row) => row.order_id);

export async function saveInbound(session: Session, book: SupplyBook): Promise<void> {
  const changes = book.changes();
  const [fresh, known] = [changes.filter(({ isNew }) => isNew), changes.filter(({ isNew }) => !isNew)];
  const claims = book.changedClaims();
  const [kept, dropped] = [claims.filter(({ quantity }) => quantity > 0), claims.filter(({ quantity }) => quantity === 0)];
  const [, updated] = await Promise.all([
    fresh.length === 0 ? 0 : session.run(INSERT, columns(fresh, [
      (c) => c.supply.id, (c) => c.supply.kind, (c) => c.supply.reference, (c) => c.supply.itemId, (c) => c.supply.nodeId, (c) => instant(c.supply.dueAt), (c) => c.supply.confidence,
      (c) => c.supply.quantity, (c) => c.supply.received, (c) => c.supply.damaged, (c) => instant(c.supply.closedAt), (c) => c.supply.orderId, (c) => c.claimed,
    ])),
    known.length === 0 ? 0 : session.run(UPDATE, columns(known, [
      (c) => c.supply.id, (c) => instant(c.supply.dueAt), (c) => c.supply.confidence, (c) => c.supply.quantity, (c) => c.supply.received, (c) => c.supply.damaged, (c) => instant(c.supply.closedAt), (c) => c.claimed,
    ])),
    dropped.length === 0 ? 0 : session.run(DROP_CLAIMS, columns(dropped, [(c) => c.supplyId, (c) => c.orderId, (c) => c.lineNo])),
    kept.length === 0 ? 0 : session.run(SAVE_CLAIMS, columns(kept, [(c) => c.supplyId, (c) => c.orderId, (c) => c.lineNo, (c) => c.itemId, (c) => c.quantity])),
  ]);
  assert(updated === known.length, "every supply that changed is there");
}

/** Documents by id or by kind and reference, locked, with the lines of those named by id; and further supplies by id. */
export async function lockSupplyOrders(
  session: Session, orderIds: readonly string[], supplyIds: readonly string[], references: readonly Pick<SupplyOrder, "kind" | "reference">[],
): Promise<{ readonly orders: readonly SupplyOrder[]; readonly supplies: readonly Supply[] }> {
  const [named, referred, lines, supplies] = await Promise.all([
    orderIds.length === 0 ? [] : session.rows<SupplyOrderDb>(LOCK_ORDERS, [orderIds]),
    references.length === 0 ? [] : session.rows<SupplyOrderDb>(ORDERS_BY_REFERENCE, columns(references, [(r) => r.kind, (r) => r.reference])),
    orderIds.length === 0 ? [] : session.rows<SupplyDb>(LINES_OF_ORDERS, [orderIds]), supplyIds.length === 0 ? [] : session.rows<SupplyDb>(LOAD_BY_ID, [supplyIds]),
  ]);
  return { orders: [...named, ...referred].map(readOrder), supplies: [...lines, ...supplies].map(readSupply) };
}

export async function saveSupplyOrders(session: Session, orders: readonly SupplyOrder[]): Promise<void> {
  if (orders.length === 0) return;
  await session.run(SAVE_ORDERS, columns(orders, [
    (o) => o.id, (o) => o.kind, (o) => o.reference, (o) => o.nodeId, (o) => o.fromNodeId, (o) => o.supplier, (o) => instant(o.createdAt), (o) => instant(o.shippedAt),
  ]));
}
