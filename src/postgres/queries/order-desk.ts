import { publicId } from "../../domain/kernel/index.ts";
import type { OrderDeskQueries, NoteView, ToldOfCancelling } from "../../flows/order-desk-views.ts";
import { statement } from "../database.ts";
import { iso, pageOf, type Reader } from "./reader.ts";

const ORDER_EXISTS = statement("order_exists", `select from sales_order where tenant_id = (select current_tenant()) and id = $1`);
const NOTES = statement("order_notes", `
  select n.id, n.order_id, n.author, n.mentions, n.written_at, case when $2::boolean then (select b.text from order_note_body b where b.tenant_id = n.tenant_id and b.note_id = n.id) end as text
  from order_note n where n.tenant_id = (select current_tenant()) and n.order_id = $1 and ($3::uuid is null or n.id > $3) order by n.id limit $4`);
/** False comes before true, and a later note after an earlier one: read backwards. */
const MENTIONS = statement("mentions_of", `
  select m.unread, n.id, n.order_id, n.author, n.mentions, n.written_at, o.number, case when $2::boolean then (select b.text from order_note_body b where b.tenant_id = n.tenant_id and b.note_id = n.id) end as text
  from note_mention m join order_note n on n.tenant_id = m.tenant_id and n.id = m.note_id join sales_order o on o.tenant_id = n.tenant_id and o.id = n.order_id
  where m.tenant_id = (select current_tenant()) and m.person = $1 and ($3::boolean is null or (m.unread, m.note_id) < ($3, $4::uuid))
  order by m.unread desc, m.note_id desc limit $5`);
const UNREAD = statement("unread_mentions", `
  select count(*)::int as unread from (select from note_mention where tenant_id = (select current_tenant()) and person = $1 and unread limit 1000) m`);
/** From one tag to the next one by the index, however many orders have it. */
const TAGS = statement("order_tags_in_use", `
  with recursive used (tag) as (
    (select t.tag from order_tag t where t.tenant_id = (select current_tenant()) and ($1::text is null or t.tag > $1) order by t.tag limit 1)
    union all
    select (select t.tag from order_tag t where t.tenant_id = (select current_tenant()) and t.tag > used.tag order by t.tag limit 1) from used where used.tag is not null)
  select tag from used where tag is not null limit $2`);

/** As mails and calls of channels are made of what happened. */
const TOLD = statement("told_of_cancelling", `
  select exists (select from channel_mail m where m.tenant_id = o.tenant_id and m.channel_id = o.channel_id and 'cancelled' = any(m.kinds)) as customer,
    case when o.source_version is not null then (select c.code from connection c where c.tenant_id = o.tenant_id and c.channel_id = o.channel_id and c.base_url is not null order by c.code limit 1) end as connection
  from sales_order o where o.tenant_id = (select current_tenant()) and o.id = $1`);

interface NoteDb { id: string; order_id: string; author: string; mentions: string[]; written_at: Date; text: string | null }
const readNote = (row: NoteDb): NoteView => ({
  id: publicId("note", row.id), order: publicId("order", row.order_id), author: row.author, mentions: row.mentions, written_at: iso(row.written_at), text: row.text,
});

export const orderDeskQueries = (reader: Reader): OrderDeskQueries => ({
  toldOfCancelling: async (tenantId, orderId) => (await reader.rows<ToldOfCancelling>(tenantId, TOLD, [orderId]))[0] ?? { customer: false, connection: null },
  listNotes: async (tenantId, { orderId, personal, after, limit }) => {
    if ((await reader.rows(tenantId, ORDER_EXISTS, [orderId])).length === 0) return null;
    return pageOf(await reader.rows<NoteDb>(tenantId, NOTES, [orderId, personal, after?.[0] ?? null, limit + 1]), limit, readNote, (row) => [row.id]);
  },
  listMentions: async (tenantId, { person, personal, after, limit }) => pageOf(
    await reader.rows<NoteDb & { unread: boolean; number: number }>(tenantId, MENTIONS, [person, personal, after === null ? null : after[0] === "1", after?.[1] ?? null, limit + 1]), limit,
    (row) => ({ unread: row.unread, order_number: row.number, note: readNote(row) }), (row) => [row.unread ? "1" : "0", row.id]),
  countUnread: async (tenantId, person) => (await reader.rows<{ unread: number }>(tenantId, UNREAD, [person]))[0]?.unread ?? 0,
  listOrderTags: async (tenantId, { after, limit }) => pageOf(await reader.rows<{ tag: string }>(tenantId, TAGS, [after?.[0] ?? null, limit + 1]), limit, ({ tag }) => ({ tag }), ({ tag }) => [tag]),
});
