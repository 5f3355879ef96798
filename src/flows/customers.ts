import { accept, type By, type EventType, type OrdoEvent, type Outcome, parsePublicId, publicId, refuse } from "../domain/kernel/index.ts";
import type { ConsentKind } from "../domain/order/index.ts";
import type { Lease } from "./integration.ts";
import type { Ambient } from "./ports.ts";
import type { OrderView, Page } from "./queries.ts";

/** The reader of the log that says whose each order is. */
export const CUSTOMER_CONSUMER = "customers";

/** Facts that say, or change, who ordered. */
export const CUSTOMER_FACTS: readonly EventType[] = ["OrderCaptured", "OrderFollowedChannel"];

export interface CustomerSummary {
  readonly id: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly class: string | null;
  readonly orders: number;
  readonly last_order_at: string | null;
  readonly created_at: string;
}

export interface CustomerView extends CustomerSummary {
  readonly locale: string | null;
  /** Who has all of it now; null where it is a customer of its own. */
  readonly merged_into: string | null;
  readonly erased_at: string | null;
  readonly open_orders: number;
  readonly cancelled_orders: number;
  /** Units that carriers brought back. */
  readonly returned_units: number;
  /** Totals of all orders that were not cancelled, in minor units. */
  readonly spend: readonly { readonly currency: string; readonly total_minor: number; readonly orders: number }[];
  readonly open_promises: readonly CustomerPromise[];
  /** The latest of each kind. */
  readonly consents: readonly ConsentView[];
}

export interface CustomerPromise {
  readonly order: string;
  readonly number: number;
  readonly due_at: string | null;
  readonly predicted_at: string | null;
  readonly level: string | null;
}

export interface CustomerOrder {
  readonly id: string;
  readonly number: number;
  readonly channel: string;
  readonly external_id: string;
  readonly placed_at: string;
  readonly status: string;
  readonly currency: string;
  readonly total_minor: number;
}

export interface CustomerNote { readonly id: string; readonly author: string; readonly written_at: string; readonly text: string }
export interface ConsentView { readonly id: string; readonly kind: string; readonly given: boolean; readonly at: string; readonly source: string; readonly actor: string; readonly recorded_at: string }

/** All that a merge or an erasure concerns. */
export interface CustomerHoldings { readonly orders: number; readonly notes: number; readonly consents: number; readonly drafts: number }

export interface CustomerFilter {
  /** What is searched for, as its spelt words; null for everybody, who was seen last first. */
  readonly words: readonly (readonly { readonly word: string; readonly begins: boolean }[])[] | null;
  readonly phone: readonly { readonly word: string; readonly begins: boolean }[];
  /** Whose this order is; null for no such wish. */
  readonly orderId: string | null;
  readonly after: readonly string[] | null;
  readonly limit: number;
}

interface Paged { readonly after: readonly string[] | null; readonly limit: number }

export interface CustomerQueries {
  listCustomers(tenantId: number, filter: CustomerFilter): Promise<Page<CustomerSummary>>;
  findCustomer(tenantId: number, id: string): Promise<CustomerView | null>;
  listCustomerOrders(tenantId: number, id: string, page: Paged): Promise<Page<CustomerOrder>>;
  listCustomerNotes(tenantId: number, id: string, page: Paged): Promise<Page<CustomerNote>>;
  /** The whole history, the latest first. */
  listConsents(tenantId: number, id: string): Promise<readonly ConsentView[]>;
  customerHoldings(tenantId: number, id: string): Promise<CustomerHoldings>;
  /** What lies beside some orders and is about a person: their notes and mails. */
  personalBeside(tenantId: number, orderIds: readonly string[]): Promise<readonly { readonly order: string; readonly notes: readonly object[]; readonly mails: readonly object[] }[]>;
  customerDrafts(tenantId: number, id: string): Promise<readonly object[]>;
}

export interface CustomerState { readonly id: string; readonly mergedInto: string | null; readonly erasedAt: number | null }

/** One transaction on the customers of a tenant: linking, merging and erasing exclude one another. */
export interface CustomerTransaction {
  lock(ids: readonly string[]): Promise<ReadonlyMap<string, CustomerState>>;
  addNote(note: { readonly id: string; readonly customerId: string; readonly author: string; readonly writtenAt: number; readonly text: string }): Promise<void>;
  /** Who wrote it; null where the customer has no such note. */
  noteAuthor(customerId: string, noteId: string): Promise<string | null>;
  deleteNote(noteId: string): Promise<void>;
  addConsent(consent: { readonly id: string; readonly customerId: string; readonly kind: ConsentKind; readonly given: boolean; readonly at: number; readonly source: string; readonly actor: string; readonly recordedAt: number }): Promise<void>;
  /** Moves everything of one customer to another and leaves of it who it is now. */
  merge(from: string, into: string): Promise<CustomerHoldings>;
  /** Erases what is personal of a customer, and the contacts of its orders with all that hangs on them. */
  erase(id: string, now: number): Promise<CustomerHoldings>;
  append(events: readonly OrdoEvent[]): Promise<void>;
}

export interface CustomerStore {
  transact<T>(tenantId: number, work: (tx: CustomerTransaction) => Promise<T>): Promise<T>;
  /** Says whose the orders are of which events beyond the consumer's cursor tell, and moves it, in one commit; null where the fence is stale. */
  feed(lease: Lease, consumer: string, limit: number): Promise<{ readonly events: number; readonly made: number } | null>;
  /** Erases what channels sent of a customer's orders. Apart from the erasure itself, because messages are locked before the orders that they change. */
  eraseMessages(tenantId: number, id: string): Promise<number>;
}

interface Doer extends By { readonly ambient: Ambient }

const eventOf = (type: EventType, data: OrdoEvent["data"], { ambient, actor, origin }: Doer): OrdoEvent => ({ id: ambient.newId(), type, orderId: null, occurredAt: ambient.now(), actor, reason: null, data, origin });
const noSuch = (id: string): ReturnType<typeof refuse> => refuse("NOT_FOUND", `There is no customer ${publicId("customer", id)}.`);

/** Whoever was merged or erased takes nothing on any more. */
function living(found: ReadonlyMap<string, CustomerState>, id: string): Outcome<CustomerState> {
  const one = found.get(id);
  if (one === undefined) return noSuch(id);
  if (one.erasedAt !== null) return refuse("CUSTOMER_GONE", "The customer was erased.");
  if (one.mergedInto !== null) return refuse("CUSTOMER_GONE", `The customer is ${publicId("customer", one.mergedInto)} now.`, { data: { merged_into: publicId("customer", one.mergedInto) } });
  return accept(one);
}

/** Writes a note about a customer. What it says stands in no event. */
export const noteCustomer = (store: CustomerStore, tenantId: number, customerId: string, text: string, by: Doer): Promise<Outcome<CustomerNote>> => store.transact(tenantId, async (tx) => {
  const customer = living(await tx.lock([customerId]), customerId);
  if (!customer.ok) return customer;
  const note = { id: by.ambient.newId(), customerId, author: by.actor, writtenAt: by.ambient.now(), text };
  await tx.addNote(note);
  await tx.append([eventOf("CustomerChanged", { customer: publicId("customer", customerId), note: publicId("note", note.id) }, by)]);
  return accept({ id: publicId("note", note.id), author: by.actor, written_at: new Date(note.writtenAt).toISOString(), text });
});

/** Deletes a note; that of somebody else only where `anybodys`. */
export const deleteCustomerNote = (store: CustomerStore, tenantId: number, customerId: string, noteId: string, anybodys: boolean, by: Doer): Promise<Outcome<{ readonly id: string; readonly deleted: true }>> =>
  store.transact(tenantId, async (tx) => {
    if (!(await tx.lock([customerId])).has(customerId)) return noSuch(customerId);
    const author = await tx.noteAuthor(customerId, noteId);
    const note = publicId("note", noteId);
    if (author === null) return refuse("NOT_FOUND", `The customer has no note ${note}.`);
    if (author !== by.actor && !anybodys) return refuse("FORBIDDEN", "A note is deleted by who wrote it, or by an administrator.");
    await tx.deleteNote(noteId);
    await tx.append([eventOf("CustomerChanged", { customer: publicId("customer", customerId), note, deleted: true }, by)]);
    return accept({ id: note, deleted: true });
  });

export interface ConsentGiven { readonly kind: ConsentKind; readonly given: boolean; readonly at: number | null; readonly source: string }

/** Records that a customer agreed to something or took it back. Earlier records stay: they are the proof. */
export const recordConsent = (store: CustomerStore, tenantId: number, customerId: string, { kind, given, at, source }: ConsentGiven, by: Doer): Promise<Outcome<ConsentView>> => store.transact(tenantId, async (tx) => {
  const customer = living(await tx.lock([customerId]), customerId);
  if (!customer.ok) return customer;
  const recordedAt = by.ambient.now();
  if (at !== null && at > recordedAt) return refuse("OCCURRED_IN_FUTURE", "The consent would be given after now.", { errors: [{ pointer: "/at", code: "OCCURRED_IN_FUTURE", detail: `at ${new Date(at).toISOString()} is after now.` }] });
  const consent = { id: by.ambient.newId(), customerId, kind, given, at: at ?? recordedAt, source, actor: by.actor, recordedAt };
  await tx.addConsent(consent);
  await tx.append([eventOf("CustomerChanged", { customer: publicId("customer", customerId), consent: publicId("consent", consent.id), kind, given }, by)]);
  return accept({ id: publicId("consent", consent.id), kind, given, at: new Date(consent.at).toISOString(), source, actor: by.actor, recorded_at: new Date(recordedAt).toISOString() });
});

/** Makes two customers one. Nothing tells their orders apart afterwards, so it cannot be undone. */
export const mergeCustomers = (store: CustomerStore, tenantId: number, from: string, into: string, by: Doer): Promise<Outcome<CustomerHoldings>> => store.transact(tenantId, async (tx) => {
  if (from === into) return refuse("INVALID_FIELD", "A customer cannot be merged into itself.", { errors: [{ pointer: "/into", code: "INVALID_FIELD", detail: "This is the same customer." }] });
  const found = await tx.lock([from, into]);
  for (const id of [from, into]) {
    const one = living(found, id);
    if (!one.ok) return one;
  }
  const moved = await tx.merge(from, into);
  const { orders, notes, consents } = moved;
  await tx.append([eventOf("CustomerMerged", { customer: publicId("customer", from), merged_into: publicId("customer", into), orders, notes, consents }, by)]);
  return accept(moved);
});

/** Erases what is personal of a customer everywhere. To ask again is no mistake: what came since then of the same orders goes too. */
export async function eraseCustomer(store: CustomerStore, tenantId: number, id: string, by: Doer): Promise<Outcome<CustomerHoldings & { readonly messages: number }>> {
  const erased = await store.transact(tenantId, async (tx): Promise<Outcome<CustomerHoldings>> => {
    const one = (await tx.lock([id])).get(id);
    if (one === undefined) return noSuch(id);
    if (one.mergedInto !== null) return refuse("CUSTOMER_GONE", `The customer is ${publicId("customer", one.mergedInto)} now.`, { data: { merged_into: publicId("customer", one.mergedInto) } });
    return accept(await tx.erase(id, by.ambient.now()));
  });
  if (!erased.ok) return erased;
  const messages = await store.eraseMessages(tenantId, id);
  const { orders, notes, consents, drafts } = erased.value;
  await store.transact(tenantId, (tx) => tx.append([eventOf("CustomerErased", { customer: publicId("customer", id), orders, notes, consents, drafts, messages }, by)]));
  return accept({ ...erased.value, messages });
}

interface ExportDeps { readonly store: CustomerStore; readonly queries: CustomerQueries & { findOrders(tenantId: number, orderIds: readonly string[], personal: boolean): Promise<readonly OrderView[]> } }

/** Orders that are read together. */
const EXPORT_PAGE = 50;

/** Everything that is held of a customer, piece by piece, as the text of one JSON object. */
export async function* exportCustomer({ store, queries }: ExportDeps, tenantId: number, customer: CustomerView, id: string, by: Doer): AsyncGenerator<string> {
  const [notes, consents, drafts] = [await allOf((after) => queries.listCustomerNotes(tenantId, id, { after, limit: EXPORT_PAGE })), await queries.listConsents(tenantId, id), await queries.customerDrafts(tenantId, id)];
  yield `${JSON.stringify({ exported_at: new Date(by.ambient.now()).toISOString(), customer, notes, consents, drafts }).slice(0, -1)},"orders":[`;
  let orders = 0;
  let after: readonly string[] | null = null;
  do {
    const page: Page<CustomerOrder> = await queries.listCustomerOrders(tenantId, id, { after, limit: EXPORT_PAGE });
    const ids = page.rows.map((row) => uuidOf(row.id));
    const [views, beside] = await Promise.all([queries.findOrders(tenantId, ids, true), queries.personalBeside(tenantId, ids)]);
    for (const view of views) {
      const besides = beside.find(({ order }) => order === view.id);
      yield `${orders === 0 ? "" : ","}${JSON.stringify({ ...view, notes: besides?.notes ?? [], mails: besides?.mails ?? [] })}`;
      orders += 1;
    }
    after = page.next;
  } while (after !== null);
  await store.transact(tenantId, (tx) => tx.append([eventOf("CustomerExported", { customer: publicId("customer", id), orders }, by)]));
  yield "]}";
}

async function allOf<T>(read: (after: readonly string[] | null) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  let after: readonly string[] | null = null;
  do {
    const page: Page<T> = await read(after);
    all.push(...page.rows);
    after = page.next;
  } while (after !== null);
  return all;
}

const uuidOf = (id: string): string => parsePublicId("order", id) ?? "";
