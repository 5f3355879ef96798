import type { Journal } from "../domain/order/index.ts";
import type { AnswerBody } from "../flows/ports.ts";
import { columns, documents, json } from "./columns.ts";
import { type Session, statement } from "./database.ts";

/** What a channel may change of an order that is there: its money and document, whom it goes to, its lines and what they are. */

const UPDATE_CONTENT = statement("update_order_content", `
  update sales_order o set total_minor = d.total_minor, source_version = d.source_version, document = d.document
  from (select * from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::json[]) limit cardinality($1)) as d (id, total_minor, source_version, document)
  where o.tenant_id = (select current_tenant()) and o.id = d.id`);
const UPDATE_CONTACTS = statement("update_contacts", `
  update order_contact c set data = d.data
  from (select * from unnest($1::uuid[], $2::json[]) limit cardinality($1)) as d (order_id, data)
  where c.tenant_id = (select current_tenant()) and c.order_id = d.order_id and c.erased_hash is null`);
const LOAD_CONTACTS = statement("load_contacts", `
  select c.order_id, c.data from order_contact c where c.tenant_id = (select current_tenant()) and c.order_id = any($1::uuid[])`);
/** A new line may be routed in the same commit, so it is written as that left it; the CHECK sees every unit in its bucket. */
const INSERT_LINES = statement("insert_lines", `
  insert into order_line (tenant_id, order_id, line_no, item_id, parent_line_no, ordered, pending, backordered, preordered, reserved, cancelled, document)
  select (select current_tenant()), * from rows from (unnest($1::uuid[], $2::smallint[], $3::uuid[], $4::smallint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[]),
    json_array_elements($11::json))`);
/** Before the differences of the batch: units that came with the identification are pending first, or cancelled. */
const IDENTIFY_LINES = statement("identify_lines", `
  update order_line l set item_id = d.item_id, parent_line_no = d.parent_line_no, ordered = l.ordered + d.more + d.more_cancelled, pending = l.pending + d.more,
    cancelled = l.cancelled + d.more_cancelled, document = d.document
  from (select * from unnest($1::uuid[], $2::smallint[], $3::uuid[], $4::smallint[], $5::bigint[], $6::bigint[], $7::json[]) limit cardinality($1))
    as d (order_id, line_no, item_id, parent_line_no, more, more_cancelled, document)
  where l.tenant_id = (select current_tenant()) and l.order_id = d.order_id and l.line_no = d.line_no`);

const COUNT_INVOICED = statement("count_invoiced", `
  update order_line l set invoiced = l.invoiced + d.quantity
  from (select * from unnest($1::uuid[], $2::smallint[], $3::bigint[]) limit cardinality($1)) as d (order_id, line_no, quantity)
  where l.tenant_id = (select current_tenant()) and l.order_id = d.order_id and l.line_no = d.line_no`);

/** Raises the count of units on invoices, each line once; the CHECK sees that no more are invoiced than left. */
export async function countInvoiced(session: Session, lines: readonly { readonly orderId: string; readonly lineNo: number; readonly quantity: number }[]): Promise<void> {
  await session.run(COUNT_INVOICED, columns(lines, [(l) => l.orderId, (l) => l.lineNo, (l) => l.quantity]));
}

export async function loadContacts(session: Session, orderIds: readonly string[]): Promise<ReadonlyMap<string, AnswerBody>> {
  const rows = await session.rows<{ order_id: string; data: AnswerBody | null }>(LOAD_CONTACTS, [orderIds]);
  return new Map(rows.map(({ order_id: id, data }) => [id, data ?? {}]));
}

/** Runs before the lines' differences are added up; see updateOrders. */
export async function changeOrders(session: Session, journal: Journal, contacts: ReadonlyMap<string, AnswerBody>): Promise<void> {
  const changed = [...journal.touched.values()].filter(({ content }) => content).map(({ order }) => order);
  const told = [...contacts].filter(([id]) => journal.touched.has(id));
  await Promise.all([
    changed.length === 0 ? 0 : session.run(UPDATE_CONTENT, columns(changed, [(o) => o.id, (o) => o.totalMinor, (o) => o.sourceVersion, (o) => json(o.document)])),
    told.length === 0 ? 0 : session.run(UPDATE_CONTACTS, columns(told, [([id]) => id, ([, data]) => json(data)])),
    journal.newLines.length === 0 ? 0 : session.run(INSERT_LINES, [
      ...columns(journal.newLines, [
        (n) => n.orderId, (n) => n.line.lineNo, (n) => n.line.itemId, (n) => n.line.parentLineNo, (n) => n.line.ordered,
        (n) => n.line.units.pending, (n) => n.line.units.backordered, (n) => n.line.units.preordered, (n) => n.line.units.reserved, (n) => n.line.units.cancelled,
      ]), documents(journal.newLines, (n) => n.line.document),
    ]),
    journal.identified.length === 0 ? 0 : session.run(IDENTIFY_LINES, columns(journal.identified, [
      (i) => i.orderId, (i) => i.line.lineNo, (i) => i.line.itemId, (i) => i.line.parentLineNo, (i) => i.more, (i) => i.moreCancelled, (i) => json(i.line.document),
    ])),
  ]);
}
