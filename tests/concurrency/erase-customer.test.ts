import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import pg from "pg";
import { customerIdentities, type OrderContact } from "../../src/domain/order/index.ts";
import { captureOrders } from "../../src/flows/capture-orders.ts";
import { eraseCustomer, mergeCustomers } from "../../src/flows/customers.ts";
import type { Inbox, Settlement } from "../../src/flows/inbox.ts";
import { postgresConnections } from "../../src/postgres/connections.ts";
import { linkOrders } from "../../src/postgres/customer-links.ts";
import { postgresCustomers } from "../../src/postgres/customers.ts";
import { inTransaction, statement } from "../../src/postgres/database.ts";
import { postgresInbox } from "../../src/postgres/inbox.ts";
import { postgresLeases } from "../../src/postgres/leases.ts";
import { postgresDrafts } from "../../src/postgres/order-drafts.ts";
import { deskStatements } from "../../src/postgres/order-desk.ts";
import { newId } from "../../src/postgres/tenants.ts";
import { verifyTenant } from "../../src/postgres/verify/index.ts";
import { without } from "../support/mutants.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { until } from "../support/workers.ts";
import { aChannel, anItem, anOrder, aNode, openWorld, orderIdOf, type World } from "../support/world.ts";

/**
 * Whoever erases or merges a customer meets those who link, settle, note and take down what is the customer's. One of the two is stopped
 * in the middle; what is left at the end is personal data of nobody who was erased. Each guard has a mutant beside it.
 */

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let world: World;
let holder: pg.Client;
let inbox: Inbox;
let connectionId: string;
let run = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await openWorld(database);
  await world.facts({ items: [anItem("A", { backorder: true })], nodes: [aNode("north")], channels: [aChannel("web")] });
  holder = new pg.Client({ connectionString: database.ownerUrl });
  await holder.connect();
  inbox = postgresInbox(world.pool);
  const [channel] = await world.query<{ id: string }>("select id from ordo.channel");
  connectionId = (await postgresConnections(world.pool).create(world.tenantId, { id: newId(), code: "shop", connector: "shopify", channelId: channel?.id ?? "", secret: "a secret", matchBySku: true, captureTestOrders: false }))?.id ?? "";
});
beforeEach(() => void (run += 1));
afterAll(async () => {
  await holder.end();
  await world.close();
  await database.drop();
});

const customers = (): ReturnType<typeof postgresCustomers> => postgresCustomers(world.pool);
const by = (): { ambient: World["ambient"]; actor: string } => ({ ambient: world.ambient, actor: "test" });
const erase = (id: string): Promise<unknown> => eraseCustomer(customers(), world.tenantId, id, by());
const link = (...ids: string[]): Promise<number> => inTransaction(world.pool, world.tenantId, (session) => linkOrders(session, ids.toSorted()));
const IDA = (): NonNullable<OrderContact["customer"]> => ({ name: "Ida Lind", email: `ida${run}@example.com`, phone: `0301234${String(run).padStart(3, "0")}` });

async function capture(customer: OrderContact["customer"], over: Parameters<typeof anOrder>[1] = {}, ahead = 0): Promise<string> {
  const [answer] = await captureOrders(world.store, world.tenantId, [anOrder([{ sku: "A", quantity: 1 }], { contact: customer ? { customer } : {}, ...over })], { ...world.ambient, now: () => Date.now() + ahead });
  return orderIdOf(answer);
}
const customerOf = async (orderId: string): Promise<string> => (await world.query<{ customer_id: string }>("select customer_id from ordo.customer_order where order_id = $1", [orderId]))[0]?.customer_id ?? "";
async function known(customer: OrderContact["customer"]): Promise<{ orderId: string; customerId: string }> {
  const orderId = await capture(customer);
  await link(orderId);
  return { orderId, customerId: await customerOf(orderId) };
}

/** Everything that a verification has to say, of what this run is about and of all before it that was not a mutant's. */
async function named(): Promise<string[]> {
  const { checks } = await verifyTenant(world.pool, world.tenantId);
  return checks.flatMap((check) => check.named.map(({ what, key }) => `${what} ${key}`));
}
const publicOrder = (id: string): string => `ord_${id.replaceAll("-", "")}`;

interface Running { readonly done: Promise<unknown>; isDone: boolean }
function running(work: Promise<unknown>): Running {
  const one: Running = { done: work, isDone: false };
  const end = (): void => void (one.isDone = true);
  work.then(end, end);
  return one;
}
const waiting = async (): Promise<number> => (await world.query("select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")).length;
/** Goes on when all of them have ended or wait for a lock. */
const stopped = (...all: Running[]): Promise<void> => until("they are done or wait", async () => {
  const before = all.filter(({ isDone }) => !isDone).length;
  return (await waiting()) >= before && all.filter(({ isDone }) => !isDone).length === before;
});
async function holding<T>(text: string, values: readonly unknown[], work: () => Promise<T>): Promise<T> {
  await holder.query("begin");
  await holder.query(text, [...values]);
  try {
    return await work();
  } finally {
    await holder.query("rollback");
  }
}

/** A note is being written while its order's customer is erased. Answers how many notes say something still. */
async function noteMeetsErasure(): Promise<number> {
  const { orderId, customerId } = await known(IDA());
  let [written, go] = [(): void => {}, (): void => {}];
  const [isWritten, goes] = [new Promise<void>((resolve) => (written = resolve)), new Promise<void>((resolve) => (go = resolve))];
  const noting = running(inTransaction(world.pool, world.tenantId, async (session) => {
    await deskStatements(session).saveNote({ id: newId(), orderId, author: "test", mentions: [], writtenAt: Date.now(), text: "Ida has moved" });
    written();
    await goes;
  }));
  await isWritten;
  const erasing = running(erase(customerId));
  await stopped(erasing);
  go();
  await Promise.all([noting.done, erasing.done]);
  return (await world.query("select from ordo.order_note_body where order_id = $1", [orderId])).length;
}

test("a note that is being written goes with the contact, and one that is written later goes when it is asked for again", async () => {
  expect(await noteMeetsErasure()).toBe(0);
  const { orderId, customerId } = await known(IDA());
  await erase(customerId);
  await inTransaction(world.pool, world.tenantId, (session) => deskStatements(session).saveNote({ id: newId(), orderId, author: "test", mentions: [], writtenAt: Date.now(), text: "Ida called" }));
  const [{ hash } = { hash: null }] = await world.query<{ hash: Buffer }>("select erased_hash as hash from ordo.order_contact where order_id = $1", [orderId]);
  await erase(customerId);
  expect(await world.query("select from ordo.order_note_body where order_id = $1", [orderId])).toEqual([]);
  expect(await world.query("select erased_hash as hash from ordo.order_contact where order_id = $1", [orderId])).toEqual([{ hash }]);
});
test("mutant: a writer of notes that does not keep the contact leaves one behind", async () => {
  expect(await without("keep_contact", noteMeetsErasure)).toBe(1);
});

const settled = (id: string, orderId: string): Settlement => ({ id, state: "done", externalId: "1001", version: 5, orderId, reason: null, errors: null, translationVersion: 1 });
/**
 * The message that brought an order is settled while the order is linked to somebody who was erased: the one is stopped when it has looked
 * at the order's contact (`first` is "settle"), or comes afterwards.
 */
async function messageMeetsErasure(first: "settle" | "link"): Promise<string[]> {
  const { customerId } = await known(IDA());
  const orderId = await capture(IDA());
  await erase(customerId);
  const id = newId();
  await inbox.keep(world.tenantId, [{ id, connectionId, deliveryId: id, topic: "orders/create", bodyHash: "00", body: Buffer.from(JSON.stringify(IDA())) }]);
  const leases = postgresLeases(world.pool);
  const lease = await leases.acquire(world.tenantId, "inbox", "test", 60_000);
  if (lease === null) throw new Error("the lease is held");
  if (first === "link") await link(orderId);
  const both = await holding("select from ordo.inbox where id = $1 for update", [id], async () => {
    const settling = running(inbox.settle(lease, [settled(id, orderId)]));
    await stopped(settling);
    const linking = running(first === "settle" ? link(orderId) : Promise.resolve());
    await stopped(settling, linking);
    return [settling.done, linking.done];
  });
  await Promise.all(both);
  await leases.release(lease);
  return (await named()).filter((one) => one.includes(publicOrder(orderId)));
}

test.each(["settle", "link"] as const)("what a channel sent goes with the contact, whoever comes first: %s", async (first) => {
  expect(await messageMeetsErasure(first)).toEqual([]);
});
test("mutant: an eraser that waits for nobody who settles leaves a message behind", async () => {
  expect(await without("after_settling", () => messageMeetsErasure("settle"))).toEqual([expect.stringContaining("inbox_body.body")]);
  await mend();
});
test("mutant: who settles and does not look whether the contact was erased leaves a message behind", async () => {
  expect(await without("messages_about_erased", () => messageMeetsErasure("link"))).toEqual([expect.stringContaining("inbox_body.body")]);
  await mend();
});

/** Asking again erases what a mutant left. */
async function mend(): Promise<void> {
  for (const { id } of await world.query<{ id: string }>("select id from ordo.customer where erased_at is not null")) await erase(id);
  expect(await named()).toEqual([]);
}

/** Somebody is erased or merged while an order that names them in a new way is linked: it has been found whose it is, and not yet written. */
async function linkMeets(what: "erase" | "merge"): Promise<string[]> {
  const { customerId } = await known(IDA());
  const { customerId: other } = await known({ name: "Bo Berg", email: `bo${run}@example.com` });
  const contact = { customer: { ...IDA(), phone: `0409876${String(run).padStart(3, "0")}` } };
  // It says nothing new of her but another number, so that her own row is not written.
  const orderId = await capture(contact.customer, { placedAt: Date.now() - 86_400_000 });
  const phone = customerIdentities("", contact).find(({ kind }) => kind === "phone")?.key;
  const both = await holding(`insert into ordo.customer_identity (tenant_id, hash, customer_id)
    select tenant_id, substr(sha256(trace_secret || convert_to($1, 'UTF8')), 1, 16), $2 from ordo.tenant`, [phone, other], async () => {
    const linking = running(link(orderId));
    await stopped(linking);
    const ending = running(what === "erase" ? erase(customerId) : mergeCustomers(customers(), world.tenantId, customerId, other, by()));
    await stopped(linking, ending);
    return [linking.done, ending.done];
  });
  await Promise.all(both);
  const lost = await world.query<{ order_id: string }>(`select k.order_id from ordo.customer_order k join ordo.customer c on c.tenant_id = k.tenant_id and c.id = k.customer_id
    where c.merged_into is not null or c.erased_at is not null and exists (select from ordo.order_contact t where t.tenant_id = k.tenant_id and t.order_id = k.order_id and t.data is not null)`);
  await world.query("update ordo.customer_order k set customer_id = c.merged_into from ordo.customer c where c.id = k.customer_id and c.merged_into is not null");
  return lost.map((row) => row.order_id).filter((id) => id === orderId);
}

describe.each(["erase", "merge"] as const)("an order that is being linked while somebody asks to %s its customer", (what) => {
  test("is the customer's before it happens", async () => expect(await linkMeets(what)).toEqual([]));
  test("mutant: who is not alone with the customers leaves it with somebody who is gone", async () => {
    expect(await without("alone_with_customers", () => linkMeets(what))).toHaveLength(1);
    await mend();
  });
});

/** A draft is begun for somebody whose erasure is under way. Answers whose it is. */
async function draftMeetsErasure(): Promise<string | null> {
  const { customerId } = await known(IDA());
  const noteId = newId();
  await world.query("insert into ordo.customer_note (tenant_id, id, customer_id, author, written_at, text) values ($1, $2, $3, 'test', now(), 'a note')", [world.tenantId, noteId, customerId]);
  const id = newId();
  const both = await holding("select from ordo.customer_note where id = $1 for update", [noteId], async () => {
    const erasing = running(erase(customerId));
    await stopped(erasing);
    const beginning = running(postgresDrafts(world.pool).create(world.tenantId, {
      id, owner: "test", customerId, version: 1, createdAt: Date.now(), updatedAt: Date.now(), orderId: null,
      document: { channel: "web", customer: { id: null, name: "Ida Lind", email: null, phone: null, class: null }, ship_to: null, lines: [], tax_included: true, discount_percent: null, shipping_minor: 0, payment: "paid", note: null, promise: null },
    }));
    await stopped(erasing, beginning);
    return [erasing.done, beginning.done];
  });
  await Promise.all(both);
  return (await world.query<{ customer_id: string | null }>("select customer_id from ordo.order_draft where id = $1", [id]))[0]?.customer_id ?? null;
}

test("a draft that is begun while its customer is erased is nobody's", async () => {
  expect(await draftMeetsErasure()).toBeNull();
  expect(await named()).toEqual([]);
});

test("mutant: whoever begins a draft and does not wait gives it to somebody who is gone", async () => {
  expect(await without("living_customer", draftMeetsErasure, " for share")).toEqual(expect.any(String));
  await mend();
});

test("an order that was there before the erasure is erased, though its process's clock is ahead", async () => {
  const { customerId } = await known(IDA());
  const orderId = await capture(IDA(), {}, 60_000);
  await erase(customerId);
  const later = await capture(IDA(), {}, 61_000);
  await link(orderId, later);
  expect(await customerOf(orderId)).toBe(customerId);
  expect(await world.query("select from ordo.order_contact where order_id = $1 and data is null", [orderId])).toHaveLength(1);
  expect(await customerOf(later)).not.toBe(customerId);
  expect(await named()).toEqual([]);
});
test("mutant: by times alone it would be somebody new's, with its address", async () => {
  const { customerId } = await known(IDA());
  const orderId = await capture(IDA(), {}, 60_000);
  await erase(customerId);
  await without("positions_of_orders", () => link(orderId));
  expect(await customerOf(orderId)).not.toBe(customerId);
});

test("a storm of orders, links, merges and erasures ends with nothing of anybody who was erased", async () => {
  const people = Array.from({ length: 4 }, (_, n) => ({ name: "Storm Petrel", email: `storm${n}@example.com`, phone: `0501234${n}` }));
  const unlinked: string[] = [];
  const living = (): Promise<{ id: string }[]> => inTransaction(world.pool, world.tenantId, (session) => session.rows(statement("storm_petrels", "select id from customer where name = 'Storm Petrel' order by random()"), []));
  const captures = Array.from({ length: 24 }, async (_, n) => void unlinked.push(await capture(people[n % 4])));
  const links = Array.from({ length: 8 }, async () => {
    const some = unlinked.splice(0, 5);
    await link(...some);
  });
  await Promise.all([...captures, ...links]);
  const ends = Array.from({ length: 6 }, async (_, n) => {
    const [one, other] = await living();
    if (one && (n % 2 === 0 || !other)) await erase(one.id);
    else if (one && other) await mergeCustomers(customers(), world.tenantId, one.id, other.id, by());
  });
  const more = Array.from({ length: 12 }, async (_, n) => void unlinked.push(await capture(people[n % 4])));
  const late = Array.from({ length: 6 }, async () => {
    const some = unlinked.splice(0, 4);
    await link(...some);
  });
  await Promise.all([...ends, ...more, ...late]);
  await link(...unlinked);
  expect(await world.query("select from ordo.customer_order k join ordo.customer c on c.tenant_id = k.tenant_id and c.id = k.customer_id where c.merged_into is not null")).toEqual([]);
  expect(await named()).toEqual([]);
});
