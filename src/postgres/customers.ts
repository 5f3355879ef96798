import type pg from "pg";
import { addFacts, type CustomerFacts } from "../domain/order/index.ts";
import { CUSTOMER_FACTS, type CustomerHoldings, type CustomerState, type CustomerStore, type CustomerTransaction } from "../flows/customers.ts";
import { instant } from "./columns.ts";
import { eraseContacts } from "./contacts.ts";
import { aloneWithCustomers, keepCustomerWords, linkOrders } from "./customer-links.ts";
import { inTransaction, type Session, statement, unflushed } from "./database.ts";
import { appendEvents } from "./events.ts";
import { eraseMessagesOf } from "./inbox.ts";
import { readLog } from "./log-reader.ts";

const LOCK = statement("lock_customers", `
  select id, merged_into, erased_at from customer where tenant_id = (select current_tenant()) and id = any($1::uuid[]) order by id for update`);
const ADD_NOTE = statement("add_customer_note", `
  insert into customer_note (tenant_id, id, customer_id, author, written_at, text) values ((select current_tenant()), $1, $2, $3, $4, $5)`);
const NOTE_AUTHOR = statement("customer_note_author", `select author from customer_note where tenant_id = (select current_tenant()) and id = $2 and customer_id = $1`);
const DELETE_NOTE = statement("delete_customer_note", `delete from customer_note where tenant_id = (select current_tenant()) and id = $1`);
const ADD_CONSENT = statement("add_consent", `
  insert into customer_consent (tenant_id, id, customer_id, kind, given, at, source, actor, recorded_at) values ((select current_tenant()), $1, $2, $3, $4, $5, $6, $7, $8)`);
const FACTS = statement("facts_of_customers", `
  select id, name, email, phone, class, locale, seen_at from customer where tenant_id = (select current_tenant()) and id = any($1::uuid[])`);

const MOVE_ORDERS = statement("move_customer_orders", `update customer_order set customer_id = $2 where tenant_id = (select current_tenant()) and customer_id = $1`);
const MOVE_NOTES = statement("move_customer_notes", `update customer_note set customer_id = $2 where tenant_id = (select current_tenant()) and customer_id = $1`);
const MOVE_CONSENTS = statement("move_consents", `update customer_consent set customer_id = $2 where tenant_id = (select current_tenant()) and customer_id = $1`);
const MOVE_DRAFTS = statement("move_customer_drafts", `update order_draft set customer_id = $2 where tenant_id = (select current_tenant()) and customer_id = $1`);
const MOVE_IDENTITIES = statement("move_customer_identities", `update customer_identity set customer_id = $2 where tenant_id = (select current_tenant()) and customer_id = $1`);
const LEAVE = statement("leave_customer", `
  update customer set merged_into = $2, name = null, email = null, phone = null where tenant_id = (select current_tenant()) and id = $1`);
/** Whoever was merged before leads to the one that stays, too, in one step. */
const FOLLOW = statement("follow_merged_customers", `update customer set merged_into = $2 where tenant_id = (select current_tenant()) and merged_into = $1`);
const TAKE = statement("take_customer_facts", `
  update customer set name = $2, email = $3, phone = $4, class = $5, locale = $6, seen_at = $7 where tenant_id = (select current_tenant()) and id = $1`);

const ORDERS = statement("order_ids_of_customer", `select order_id from customer_order where tenant_id = (select current_tenant()) and customer_id = $1 order by order_id`);
const ERASE = statement("erase_customer", `
  update customer set name = null, email = null, phone = null, locale = null, erased_at = coalesce(erased_at, $2),
    erased_position = (select e.position from event_counter e where e.tenant_id = (select current_tenant())) where tenant_id = (select current_tenant()) and id = $1`);
const DROP_NOTES = statement("drop_customer_notes", `delete from customer_note where tenant_id = (select current_tenant()) and customer_id = $1`);
const DROP_CONSENTS = statement("drop_consents", `delete from customer_consent where tenant_id = (select current_tenant()) and customer_id = $1`);
const DROP_DRAFTS = statement("drop_customer_drafts", `delete from order_draft where tenant_id = (select current_tenant()) and customer_id = $1 and document is not null`);
const isKnown = (facts: CustomerFacts & { seen_at: Date } | undefined): facts is CustomerFacts & { seen_at: Date } => facts !== undefined;

async function merge(session: Session, from: string, into: string): Promise<CustomerHoldings> {
  const rows = await session.rows<CustomerFacts & { id: string; seen_at: Date }>(FACTS, [[from, into]]);
  const [gone, kept] = [from, into].map((id) => rows.find((row) => row.id === id));
  const [orders, notes, consents, drafts] = await Promise.all([MOVE_ORDERS, MOVE_NOTES, MOVE_CONSENTS, MOVE_DRAFTS, MOVE_IDENTITIES, LEAVE, FOLLOW].map((what) => session.run(what, [from, into])));
  if (isKnown(gone) && isKnown(kept)) {
    const facts = addFacts(kept, gone, false);
    const seenAt = new Date(Math.max(gone.seen_at.getTime(), kept.seen_at.getTime())).toISOString();
    await session.run(TAKE, [into, facts.name, facts.email, facts.phone, facts.class, facts.locale, seenAt]);
    await keepCustomerWords(session, [{ id: into, facts }, { id: from, facts: NOBODY }]);
  }
  return { orders: orders ?? 0, notes: notes ?? 0, consents: consents ?? 0, drafts: drafts ?? 0 };
}

const NOBODY: CustomerFacts = { name: null, email: null, phone: null, class: null, locale: null };
const ordersOf = async (session: Session, id: string): Promise<string[]> => (await session.rows<{ order_id: string }>(ORDERS, [id])).map((row) => row.order_id);

/** Orders whose contacts are erased together. */
const ERASED_AT_ONCE = 500;

async function erase(session: Session, id: string, now: number): Promise<CustomerHoldings> {
  const ids = await ordersOf(session, id);
  await session.run(ERASE, [id, instant(now)]);
  await keepCustomerWords(session, [{ id, facts: NOBODY }]);
  const [notes, consents, drafts] = await Promise.all([DROP_NOTES, DROP_CONSENTS, DROP_DRAFTS].map((what) => session.run(what, [id])));
  for (let first = 0; first < ids.length; first += ERASED_AT_ONCE) await eraseContacts(session, ids.slice(first, first + ERASED_AT_ONCE));
  return { orders: ids.length, notes: notes ?? 0, consents: consents ?? 0, drafts: drafts ?? 0 };
}

const transaction = (session: Session): CustomerTransaction => ({
  lock: async (ids) => {
    await aloneWithCustomers(session);
    const rows = await session.rows<{ id: string; merged_into: string | null; erased_at: Date | null }>(LOCK, [ids]);
    return new Map(rows.map((row): [string, CustomerState] => [row.id, { id: row.id, mergedInto: row.merged_into, erasedAt: row.erased_at?.getTime() ?? null }]));
  },
  addNote: async ({ id, customerId, author, writtenAt, text }) => void (await session.run(ADD_NOTE, [id, customerId, author, instant(writtenAt), text])),
  noteAuthor: async (customerId, noteId) => (await session.rows<{ author: string }>(NOTE_AUTHOR, [customerId, noteId]))[0]?.author ?? null,
  deleteNote: async (noteId) => void (await session.run(DELETE_NOTE, [noteId])),
  addConsent: async ({ id, customerId, kind, given, at, source, actor, recordedAt }) => void (await session.run(ADD_CONSENT, [id, customerId, kind, given, instant(at), source, actor, instant(recordedAt)])),
  merge: (from, into) => merge(session, from, into),
  erase: (id, now) => erase(session, id, now),
  append: (events) => appendEvents(session, events),
});

/** Customers, kept beside the orders that say who they are. */
export const postgresCustomers = (pool: pg.Pool): CustomerStore => ({
  transact: (tenantId, work) => inTransaction(pool, tenantId, (session) => work(transaction(session))),
  feed: ({ tenantId, fence }, consumer, limit) => unflushed(pool, tenantId, (session) => readLog(session, { consumer, fence, limit, types: CUSTOMER_FACTS }, (orderIds) => linkOrders(session, orderIds))),
  eraseMessages: (tenantId, id) => inTransaction(pool, tenantId, async (session) => eraseMessagesOf(session, await ordersOf(session, id))),
});
