import type { ExceptionNote, LineMovement, RoutingDecision, SettledLine } from "../domain/order/index.ts";
import type { StockMovement } from "../domain/inventory/index.ts";
import { columns, instant } from "./columns.ts";
import { type Session, statement } from "./database.ts";

const LINE_MOVEMENTS = statement("insert_line_movements", `
  insert into line_movement (tenant_id, order_id, event_id, ordinal, line_no, from_bucket, to_bucket, quantity, node_id, shipment_no)
  select (select current_tenant()), * from unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::smallint[], $5::text[], $6::text[], $7::bigint[], $8::uuid[], $9::smallint[])`);
const STOCK_MOVEMENTS = statement("insert_stock_movements", `
  insert into stock_movement (tenant_id, event_id, ordinal, item_id, node_id, owner, condition, kind, on_hand, unit_cost_micros, cause_kind, cause_id, reason, occurred_at)
  select (select current_tenant()), * from unnest($1::uuid[], $2::smallint[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::bigint[], $10::text[], $11::text[], $12::text[], $13::timestamptz[])`);
const DECISIONS = statement("insert_decisions", `
  insert into routing_decision (tenant_id, order_id, decision_no, decided_at, trigger, reason, detail)
  select (select current_tenant()), * from unnest($1::uuid[], $2::smallint[], $3::timestamptz[], $4::text[], $5::text[], $6::text[])`);
/** A line has at most one open exception of a kind, however often it is tried again. */
const EXCEPTIONS = statement("insert_exceptions", `
  insert into exception (tenant_id, id, kind, order_id, line_no, shipment_no, item_id, node_id, reason, opened_at)
  select (select current_tenant()), * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::smallint[], $5::smallint[], $6::uuid[], $7::uuid[], $8::text[], $9::timestamptz[])
  on conflict (tenant_id, order_id, line_no, kind) where resolved_at is null do nothing`);
/** A placed or cancelled line needs nobody's attention any more. */
const RESOLVE = statement("resolve_exceptions", `
  update exception e set resolved_at = now()
  from (select * from unnest($1::uuid[], $2::smallint[], $3::boolean[]) limit cardinality($1)) as d (order_id, line_no, is_backordered)
  where e.tenant_id = (select current_tenant()) and e.order_id = d.order_id and e.line_no = d.line_no and e.resolved_at is null
    and (e.kind in ('NO_STOCK', 'ATTEMPTS_EXHAUSTED') or (e.kind = 'NO_ROUTE' and not d.is_backordered))`);

/** Goods came, or claims fell: the node will find nothing short. A new note about the same place takes the place of the old one. */
const RESOLVE_SHORT = statement("resolve_shortages", `
  update exception e set resolved_at = now() from (select * from unnest($1::uuid[], $2::uuid[]) limit cardinality($1)) as d (item_id, node_id)
  where e.tenant_id = (select current_tenant()) and e.kind = 'SHORT_RELEASED' and e.resolved_at is null and e.item_id = d.item_id and e.node_id = d.node_id`);

/** The n-th row of its event: an event and its rows are written together, so this numbers them without a counter. */
function ordinals(rows: readonly { eventId: string }[]): string {
  const counts = new Map<string, number>();
  const numbers = rows.map(({ eventId }) => {
    const next = (counts.get(eventId) ?? 0) + 1;
    counts.set(eventId, next);
    return next;
  });
  return `{${numbers.join(",")}}`;
}

export async function insertLineMovements(session: Session, movements: readonly LineMovement[]): Promise<void> {
  if (movements.length === 0) return;
  const [orderIds, eventIds, ...rest] = columns(movements, [
    (m) => m.orderId, (m) => m.eventId, (m) => m.lineNo, (m) => m.from, (m) => m.to, (m) => m.quantity, (m) => m.nodeId, (m) => m.shipmentNo,
  ]);
  await session.run(LINE_MOVEMENTS, [orderIds, eventIds, ordinals(movements), ...rest]);
}

export async function insertStockMovements(session: Session, movements: readonly StockMovement[]): Promise<void> {
  if (movements.length === 0) return;
  const [eventIds, ...rest] = columns(movements, [
    (m) => m.eventId, (m) => m.itemId, (m) => m.nodeId, (m) => m.owner, (m) => m.condition, (m) => m.kind, (m) => m.onHand, (m) => m.unitCostMicros,
    (m) => m.causeKind, (m) => m.causeId, (m) => m.reason, (m) => instant(m.occurredAt),
  ]);
  await session.run(STOCK_MOVEMENTS, [eventIds, ordinals(movements), ...rest]);
}

export async function insertDecisions(session: Session, decisions: readonly RoutingDecision[]): Promise<void> {
  if (decisions.length === 0) return;
  await session.run(DECISIONS, columns(decisions, [
    (d) => d.orderId, (d) => d.decisionNo, (d) => instant(d.decidedAt), (d) => d.trigger, (d) => d.reason, (d) => d.detail,
  ]));
}

export async function saveExceptions(
  session: Session, notes: readonly ExceptionNote[], resolved: readonly SettledLine[], settled: readonly { itemId: string; nodeId: string }[],
): Promise<void> {
  if (resolved.length > 0) await session.run(RESOLVE, columns(resolved, [(r) => r.orderId, (r) => r.lineNo, (r) => r.isBackordered]));
  const places = [...settled, ...notes.filter(({ kind }) => kind === "SHORT_RELEASED")];
  if (places.length > 0) await session.run(RESOLVE_SHORT, columns(places, [(p) => p.itemId, (p) => p.nodeId]));
  if (notes.length === 0) return;
  await session.run(EXCEPTIONS, columns(notes, [
    (n) => n.id, (n) => n.kind, (n) => n.orderId, (n) => n.lineNo, (n) => n.shipmentNo, (n) => n.itemId, (n) => n.nodeId, (n) => n.reason, (n) => instant(n.openedAt),
  ]));
}
