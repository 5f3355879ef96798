import { parsePublicId } from "../domain/kernel/index.ts";
import { addFacts, type CustomerFacts, type CustomerIdentity, customerIdentities, customerOf, customerWords, type OrderContact } from "../domain/order/index.ts";
import { columns, instant } from "./columns.ts";
import { eraseContacts } from "./contacts.ts";
import { type Session, statement } from "./database.ts";
import { eraseMessagesOf } from "./inbox.ts";
import { newId } from "./tenants.ts";

/** Whoever links, merges or erases is alone with the tenant's customers. Capture does none of it. */
const ALONE = statement("alone_with_customers", `select pg_advisory_xact_lock(hashtextextended('customers', (select current_tenant())))`);
const ORDERS = statement("orders_of_customers", `
  select k.id, o.channel_id, o.placed_at, o.captured_at, o.document ->> 'customer_class' as class, c.data as contact, l.customer_id
  from (select * from unnest($1::uuid[]) limit cardinality($1)) as k (id)
    cross join lateral (select o.channel_id, o.placed_at, o.captured_at, o.document from sales_order o where o.tenant_id = (select current_tenant()) and o.id = k.id offset 0) o
    cross join lateral (select c.data from order_contact c where c.tenant_id = (select current_tenant()) and c.order_id = k.id and c.data is not null for share offset 0) c
    left join lateral (select l.customer_id from customer_order l where l.tenant_id = (select current_tenant()) and l.order_id = k.id offset 0) l on true
  order by k.id`);
const KNOWN = statement("known_identities", `
  select k.key, i.customer_id
  from (select * from unnest($1::text[]) limit cardinality($1)) as k (key)
    cross join lateral (select substr(sha256((select s.trace_secret from tenant s where s.tenant_id = (select current_tenant())) || convert_to(k.key, 'UTF8')), 1, 16) as hash offset 0) h
    cross join lateral (select i.customer_id from customer_identity i where i.tenant_id = (select current_tenant()) and i.hash = h.hash offset 0) i`);
/** A customer that was merged is the one that has all of it now. */
const CUSTOMERS = statement("customers_by_id", `
  select k.id as asked, c.id, c.name, c.email, c.phone, c.class, c.locale, c.seen_at, c.erased_at, c.erased_position
  from (select * from unnest($1::uuid[]) limit cardinality($1)) as k (id)
    cross join lateral (select coalesce(m.merged_into, m.id) as id from customer m where m.tenant_id = (select current_tenant()) and m.id = k.id offset 0) m
    cross join lateral (select * from customer c where c.tenant_id = (select current_tenant()) and c.id = m.id offset 0) c`);
const SAVE = statement("save_customers", `
  insert into customer as c (tenant_id, id, name, email, phone, class, locale, created_at, seen_at)
  select (select current_tenant()), * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[])
  on conflict (tenant_id, id) do update set name = excluded.name, email = excluded.email, phone = excluded.phone, class = excluded.class, locale = excluded.locale, seen_at = excluded.seen_at`);
/** Where orders stand in the log. */
const POSITIONS = statement("positions_of_orders", `
  select k.id, e.position from (select * from unnest($1::uuid[]) limit cardinality($1)) as k (id)
    cross join lateral (select e.position from event e where e.tenant_id = (select current_tenant()) and e.order_id = k.id order by e.position limit 1) e`);
/** What an erased customer was known by may be somebody's again. */
const SAVE_IDENTITIES = statement("save_customer_identities", `
  insert into customer_identity as i (tenant_id, hash, customer_id)
  select (select current_tenant()), substr(sha256((select s.trace_secret from tenant s where s.tenant_id = (select current_tenant())) || convert_to(d.key, 'UTF8')), 1, 16), d.customer_id
  from unnest($1::text[], $2::uuid[]) as d (key, customer_id)
  on conflict (tenant_id, hash) do update set customer_id = excluded.customer_id
  where exists (select from customer c where c.tenant_id = i.tenant_id and c.id = i.customer_id and c.erased_at is not null)`);
const LINK = statement("link_customer_orders", `
  insert into customer_order (tenant_id, order_id, customer_id) select (select current_tenant()), * from unnest($1::uuid[], $2::uuid[]) on conflict do nothing`);
const DROP_WORDS = statement("drop_customer_words", `delete from customer_word where tenant_id = (select current_tenant()) and customer_id = any($1::uuid[])`);
const ADD_WORDS = statement("add_customer_words", `
  insert into customer_word (tenant_id, word, customer_id) select (select current_tenant()), * from unnest($1::text[], $2::uuid[]) on conflict do nothing`);
/** By then the reader has passed every order that was captured before the erasure. */
const FORGET_IDENTITIES = statement("forget_erased_identities", `
  delete from customer_identity i using (
    select c.id from customer c where c.tenant_id = (select current_tenant()) and c.erased_at < $1 and c.erased_at > $1::timestamptz - interval '30 days') as gone
  where i.tenant_id = (select current_tenant()) and i.customer_id = gone.id`);

interface OrderDb { id: string; channel_id: string; placed_at: Date; captured_at: Date; class: string | null; contact: OrderContact; customer_id: string | null }
interface CustomerDb extends CustomerFacts { asked: string; id: string; seen_at: Date; erased_at: Date | null; erased_position: number | null }
/** When a customer was erased, and where the log ended then. */
interface Erasure { readonly at: number; readonly position: number }
interface Linked { readonly id: string; facts: CustomerFacts; seenAt: number; readonly createdAt: number; readonly erased: Erasure | null; changed: boolean }

export const aloneWithCustomers = (session: Session): Promise<unknown> => session.rows(ALONE, []);

/** Writes the words of customers anew. */
export async function keepCustomerWords(session: Session, customers: readonly { readonly id: string; readonly facts: CustomerFacts }[]): Promise<void> {
  if (customers.length === 0) return;
  const words = customers.flatMap(({ id, facts }) => customerWords(facts).map((word) => ({ id, word })));
  await Promise.all([session.run(DROP_WORDS, [customers.map(({ id }) => id)]), session.run(ADD_WORDS, columns(words, [({ word }) => word, ({ id }) => id]))]);
}

/** Says whose these orders are, as far as they say it, and what is new about who ordered. Answers how many were linked. */
export async function linkOrders(session: Session, orderIds: readonly string[]): Promise<number> {
  await aloneWithCustomers(session);
  const orders = await session.rows<OrderDb>(ORDERS, [orderIds]);
  const identitiesOf = new Map(orders.map((order) => [order.id, customerIdentities(order.channel_id, order.contact)]));
  const { known, customers } = await readKnown(session, orders, [...identitiesOf.values()].flat());
  const isBefore = await earlierThan(session, orders, [...customers.values()]);
  const links: { order: string; customer: string }[] = [];
  const identities: { key: string; customer: string }[] = [];
  const erased: string[] = [];
  for (const order of orders) {
    const its = identitiesOf.get(order.id) ?? [];
    const customer = whose(order, its, known, customers, isBefore);
    if (customer === null) continue;
    if (order.customer_id === null) links.push({ order: order.id, customer: customer.id });
    if (customer.erased !== null) {
      erased.push(order.id);
      continue;
    }
    tellOf(customer, order);
    for (const { kind, key } of its) {
      if (kind === "own" || isOfLiving(known.get(key), customers)) continue;
      known.set(key, customer.id);
      identities.push({ key, customer: customer.id });
    }
  }
  await save(session, [...new Set(customers.values())].filter(({ changed }) => changed), identities, links);
  if (erased.length > 0) {
    await eraseContacts(session, erased);
    await eraseMessagesOf(session, erased);
  }
  const earliest = orders.reduce((least, { captured_at: at }) => Math.min(least, at.getTime()), Infinity);
  if (Number.isFinite(earliest)) await session.run(FORGET_IDENTITIES, [instant(earliest - TOMBSTONE_MS)]);
  return links.length;
}

/** Clocks of processes differ, and a batch may wait: an identity of an erased customer is forgotten so long after the erasure. */
const TOMBSTONE_MS = 3_600_000;

async function readKnown(session: Session, orders: readonly OrderDb[], identities: readonly CustomerIdentity[]): Promise<{ known: Map<string, string>; customers: Map<string, Linked> }> {
  const keys = [...new Set(identities.map(({ key }) => key))];
  const known = new Map((await session.rows<{ key: string; customer_id: string }>(KNOWN, [keys])).map((row) => [row.key, row.customer_id]));
  for (const { kind, key } of identities) {
    const own = kind === "own" ? parsePublicId("customer", key.slice(key.lastIndexOf("|") + 1)) : undefined;
    if (own !== undefined) known.set(key, own);
  }
  const ids = [...new Set([...known.values(), ...orders.flatMap(({ customer_id: id }) => id ?? [])])];
  const customers = new Map<string, Linked>();
  for (const { asked, id, seen_at: seen, erased_at: erased, erased_position: position, name, email, phone, class: its, locale } of await session.rows<CustomerDb>(CUSTOMERS, [ids])) {
    const one = customers.get(id) ?? { id, facts: { name, email, phone, class: its, locale }, seenAt: seen.getTime(), createdAt: seen.getTime(), erased: erased === null ? null : { at: erased.getTime(), position: position ?? 0 }, changed: false };
    customers.set(asked, one);
    customers.set(id, one);
  }
  return { known, customers };
}

const isOfLiving = (id: string | undefined, customers: ReadonlyMap<string, Linked>): boolean => id !== undefined && customers.get(id)?.erased === null;

type IsBefore = (order: OrderDb, erased: Erasure) => boolean;

/** Whether an order was there before an erasure: by its time, or by its place in the log, which is asked for only where somebody was erased. */
async function earlierThan(session: Session, orders: readonly OrderDb[], customers: readonly Linked[]): Promise<IsBefore> {
  const rows = customers.every(({ erased }) => erased === null) ? [] : await session.rows<{ id: string; position: number }>(POSITIONS, [orders.map(({ id }) => id)]);
  const positions = new Map(rows.map(({ id, position }) => [id, position]));
  return ({ id, captured_at: captured }, { at, position }) => captured.getTime() <= at || (positions.get(id) ?? Infinity) <= position;
}

/** Null where the order does not say whose it is. An order from before an erasure is the erased customer's; a later one makes somebody new. */
function whose(order: OrderDb, identities: readonly CustomerIdentity[], known: ReadonlyMap<string, string>, customers: Map<string, Linked>, isBefore: IsBefore): Linked | null {
  const linked = order.customer_id === null ? undefined : customers.get(order.customer_id);
  if (linked !== undefined) return linked;
  if (identities.length === 0) return null;
  const id = customerOf(identities, (key) => {
    const one = customers.get(known.get(key) ?? "");
    if (one === undefined || (one.erased !== null && !isBefore(order, one.erased))) return undefined;
    return { customerId: one.id, hasEmail: one.facts.email !== null };
  });
  const found = id === null ? undefined : customers.get(id);
  if (found !== undefined) return found;
  if (identities.every(({ kind }) => kind === "own")) return null;
  const placedAt = order.placed_at.getTime();
  const fresh: Linked = { id: newId(), facts: { name: null, email: null, phone: null, class: null, locale: null }, seenAt: placedAt, createdAt: placedAt, erased: null, changed: true };
  customers.set(fresh.id, fresh);
  return fresh;
}

function tellOf(customer: Linked, { contact, placed_at: placed, class: its }: OrderDb): void {
  const told = contact.customer ?? {};
  const facts = addFacts(customer.facts, { name: told.name ?? null, email: told.email ?? null, phone: told.phone ?? null, class: its, locale: told.locale ?? null }, placed.getTime() >= customer.seenAt);
  const seenAt = Math.max(customer.seenAt, placed.getTime());
  customer.changed ||= seenAt !== customer.seenAt || JSON.stringify(facts) !== JSON.stringify(customer.facts);
  customer.facts = facts;
  customer.seenAt = seenAt;
}

async function save(session: Session, customers: readonly Linked[], identities: readonly { key: string; customer: string }[], links: readonly { order: string; customer: string }[]): Promise<void> {
  await Promise.all([
    customers.length === 0 ? 0 : session.run(SAVE, columns(customers, [
      ({ id }) => id, ({ facts }) => facts.name, ({ facts }) => facts.email, ({ facts }) => facts.phone, ({ facts }) => facts.class, ({ facts }) => facts.locale,
      ({ createdAt }) => instant(createdAt), ({ seenAt }) => instant(seenAt),
    ])),
    keepCustomerWords(session, customers),
    identities.length === 0 ? 0 : session.run(SAVE_IDENTITIES, columns(identities, [({ key }) => key, ({ customer }) => customer])),
    links.length === 0 ? 0 : session.run(LINK, columns(links, [({ order }) => order, ({ customer }) => customer])),
  ]);
}
