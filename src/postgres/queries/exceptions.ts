import type pg from "pg";
import { publicId, shipmentId } from "../../domain/kernel/index.ts";
import type { ExceptionFilter, Exceptions, ExceptionView, Page } from "../../flows/queries.ts";
import { instant } from "../columns.ts";
import { inTransaction, statement } from "../database.ts";
import { appendEvents } from "../events.ts";
import { newId } from "../tenants.ts";
import { fromMillis, iso, isoOrNull, pageOf, type Reader } from "./reader.ts";

const LIST = statement("exception_list", `
  select e.id, e.kind, e.order_id, e.line_no, e.shipment_no, e.reason, e.opened_at, e.resolved_at,
    (select o.number from sales_order o where o.tenant_id = e.tenant_id and o.id = e.order_id) as order_number,
    (select i.sku from item i where i.tenant_id = e.tenant_id and i.id = e.item_id limit 1) as sku,
    (select n.code from node n where n.tenant_id = e.tenant_id and n.id = e.node_id limit 1) as node
  from exception e where e.tenant_id = (select current_tenant()) and e.resolved_at is null and ($1::text is null or e.kind = $1)
    and ($2::timestamptz is null or (e.opened_at, e.id) > ($2, $3::uuid))
  order by e.opened_at, e.id limit $4`);
/** An order has few, so they are looked up by it and sorted. */
const OF_ORDER = statement("exceptions_of_order", `
  select e.id, e.kind, e.order_id, e.line_no, e.shipment_no, e.reason, e.opened_at, e.resolved_at,
    (select o.number from sales_order o where o.tenant_id = e.tenant_id and o.id = e.order_id) as order_number,
    (select i.sku from item i where i.tenant_id = e.tenant_id and i.id = e.item_id limit 1) as sku,
    (select n.code from node n where n.tenant_id = e.tenant_id and n.id = e.node_id limit 1) as node
  from exception e where e.tenant_id = (select current_tenant()) and e.order_id = $5::uuid and e.resolved_at is null and ($1::text is null or e.kind = $1)
    and ($2::timestamptz is null or (e.opened_at, e.id) > ($2, $3::uuid))
  order by e.opened_at, e.id limit $4`);
const RESOLVE = statement("resolve_exception", `
  update exception set resolved_at = $2, resolved_by = $3 where tenant_id = (select current_tenant()) and id = $1 and resolved_at is null returning kind, order_id`);
const EXISTS = statement("exception_exists", `select from exception where tenant_id = (select current_tenant()) and id = $1`);

interface ExceptionDb {
  id: string; kind: string; order_id: string | null; line_no: number | null; shipment_no: number | null; reason: string; opened_at: Date; resolved_at: Date | null;
  order_number: number | null; sku: string | null; node: string | null;
}

const read = (row: ExceptionDb): ExceptionView => ({
  id: publicId("exception", row.id), kind: row.kind, order: row.order_id === null ? null : publicId("order", row.order_id), order_number: row.order_number, line: row.line_no,
  shipment: row.order_id === null || row.shipment_no === null ? null : shipmentId(row.order_id, row.shipment_no), sku: row.sku, node: row.node, reason: row.reason,
  opened_at: iso(row.opened_at), resolved_at: isoOrNull(row.resolved_at),
});

export async function listExceptions(reader: Reader, tenantId: number, { kind, orderId, after, limit }: ExceptionFilter): Promise<Page<ExceptionView>> {
  const values = [kind, fromMillis(after?.[0]), after?.[1] ?? null, limit + 1];
  const rows = orderId === null ? await reader.rows<ExceptionDb>(tenantId, LIST, values) : await reader.rows<ExceptionDb>(tenantId, OF_ORDER, [...values, orderId]);
  return pageOf(rows, limit, read, (row) => [String(row.opened_at.getTime()), row.id]);
}

/** Settles an exception and records who did and why, in one commit. */
export const postgresExceptions = (pool: pg.Pool): Exceptions => ({
  resolve: (tenantId, exceptionId, { actor, origin, reason, now }) => inTransaction(pool, tenantId, async (session) => {
    const [resolved] = await session.rows<{ kind: string; order_id: string | null }>(RESOLVE, [exceptionId, instant(now), actor]);
    if (!resolved) return (await session.rows(EXISTS, [exceptionId])).length > 0;
    await appendEvents(session, [{
      id: newId(), type: "ExceptionResolved", orderId: resolved.order_id, occurredAt: now, actor, reason, data: { exception: publicId("exception", exceptionId), kind: resolved.kind }, origin,
    }]);
    return true;
  }),
});
