import { parsePublicId, publicId } from "../domain/kernel/index.ts";
import type { Desk } from "../domain/order/index.ts";
import type { DeskTransaction, OrderNote } from "../flows/desk-store.ts";
import type { Transaction } from "../flows/ports.ts";
import { columns, instant, json } from "./columns.ts";
import { keepContact } from "./contacts.ts";
import { type Session, statement } from "./database.ts";

/** Tags, assignees and notes of orders. */

const OPEN = statement("open_desks", `
  insert into order_desk (tenant_id, order_id)
  select (select current_tenant()), o.id from (select * from unnest($1::uuid[]) limit cardinality($1)) as k (id)
    cross join lateral (select o.id from sales_order o where o.tenant_id = (select current_tenant()) and o.id = k.id offset 0) o
  order by o.id on conflict do nothing`);
const LOCK = statement("lock_desks", `select order_id from order_desk where tenant_id = (select current_tenant()) and order_id = any($1::uuid[]) order by order_id for update`);
const READ = statement("read_desks", `
  select o.id as order_id, d.assignee, coalesce(d.version, 0) as version,
    array(select t.tag from order_tag t where t.tenant_id = (select current_tenant()) and t.order_id = o.id order by t.tag collate "C") as tags
  from (select * from unnest($1::uuid[]) limit cardinality($1)) as k (id)
    cross join lateral (select o.id from sales_order o where o.tenant_id = (select current_tenant()) and o.id = k.id offset 0) o
    left join lateral (select d.assignee, d.version from order_desk d where d.tenant_id = (select current_tenant()) and d.order_id = k.id offset 0) d on true`);
const SAVE = statement("save_desks", `
  update order_desk d set assignee = s.assignee, version = s.version
  from (select * from unnest($1::uuid[], $2::text[], $3::int[]) limit cardinality($1)) as s (order_id, assignee, version)
  where d.tenant_id = (select current_tenant()) and d.order_id = s.order_id`);
const DROP_TAGS = statement("drop_order_tags", `delete from order_tag where tenant_id = (select current_tenant()) and order_id = any($1::uuid[])`);
const ADD_TAGS = statement("add_order_tags", `
  insert into order_tag (tenant_id, tag, order_id) select (select current_tenant()), * from unnest($1::text[], $2::uuid[])`);
const PEOPLE = statement("find_people", `select id from app_user where tenant_id = (select current_tenant()) and id = any($1::uuid[]) and disabled_at is null`);
const ADD_NOTE = statement("add_order_note", `
  insert into order_note (tenant_id, id, order_id, author, mentions, written_at)
  values ((select current_tenant()), $1, $2, $3, array(select json_array_elements_text($4::json)), $5)`);
const ADD_BODY = statement("add_note_body", `insert into order_note_body (tenant_id, note_id, order_id, text) values ((select current_tenant()), $1, $2, $3)`);
const MENTION = statement("mention_people", `
  insert into note_mention (tenant_id, person, note_id) select (select current_tenant()), person, $2 from unnest($1::text[]) as m (person)`);
const LOCK_NOTE = statement("lock_order_note", `select author from order_note where tenant_id = (select current_tenant()) and id = $1 and order_id = $2 for update`);
const DELETE_NOTE = statement("delete_order_note", `delete from order_note where tenant_id = (select current_tenant()) and id = $1`);

async function read(session: Session, orderIds: readonly string[]): Promise<ReadonlyMap<string, Desk>> {
  const rows = await session.rows<{ order_id: string; assignee: string | null; version: number; tags: string[] }>(READ, [orderIds]);
  return new Map(rows.map((row) => [row.order_id, { orderId: row.order_id, tags: row.tags, assignee: row.assignee, version: row.version }]));
}

async function lock(session: Session, orderIds: readonly string[]): Promise<ReadonlyMap<string, Desk>> {
  // In statements of their own, so that what is read is what the transaction we waited for left.
  await Promise.all([session.run(OPEN, [orderIds]), session.run(LOCK, [orderIds])]);
  return read(session, orderIds);
}

async function save(session: Session, desks: readonly Desk[]): Promise<void> {
  const ids = desks.map((desk) => desk.orderId);
  const tags = desks.flatMap((desk) => desk.tags.map((tag) => ({ tag, orderId: desk.orderId })));
  await Promise.all([
    session.run(SAVE, columns(desks, [(d) => d.orderId, (d) => d.assignee, (d) => d.version])), session.run(DROP_TAGS, [ids]),
    session.run(ADD_TAGS, columns(tags, [(t) => t.tag, (t) => t.orderId])),
  ]);
}

async function findPeople(session: Session, people: readonly string[]): Promise<ReadonlySet<string>> {
  const ids = people.flatMap((person) => parsePublicId("user", person) ?? []);
  return new Set((await session.rows<{ id: string }>(PEOPLE, [ids])).map(({ id }) => publicId("user", id)));
}

async function saveNote(session: Session, note: OrderNote): Promise<void> {
  await Promise.all([
    keepContact(session, note.orderId),
    session.run(ADD_NOTE, [note.id, note.orderId, note.author, json(note.mentions), instant(note.writtenAt)]), session.run(ADD_BODY, [note.id, note.orderId, note.text]),
    session.run(MENTION, [note.mentions, note.id]),
  ]);
}

/** The part of a transaction that is about what people keep beside orders. */
export const deskStatements = (session: Session): Omit<DeskTransaction, keyof Transaction> => ({
  readDesks: (orderIds) => read(session, orderIds),
  lockDesks: (orderIds) => lock(session, orderIds),
  saveDesks: (desks) => save(session, desks),
  findPeople: (people) => findPeople(session, people),
  saveNote: (note) => saveNote(session, note),
  lockNote: async (orderId, noteId) => (await session.rows<{ author: string }>(LOCK_NOTE, [noteId, orderId]))[0]?.author ?? null,
  deleteNote: async (noteId) => void (await session.run(DELETE_NOTE, [noteId])),
});
