import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../tests/support/postgres.ts";
import { aChannel, anItem, openWorld, type World } from "../../tests/support/world.ts";
import type { ArrivedMessage, Connections, Inbox, InboxFilter, MessageVerdict, Settlement } from "../flows/inbox.ts";
import type { Lease } from "../flows/integration.ts";
import { postgresConnections } from "./connections.ts";
import { keepMessages, postgresInbox } from "./inbox.ts";
import { postgresLeases } from "./leases.ts";
import { postgresListings } from "./listings.ts";
import { ensureTenant, newId } from "./tenants.ts";

let database: TestDatabase;
let world: World;
let connections: Connections;
let inbox: Inbox;
let lease: Lease;
let channelId: string;
let other: number;
/** A connection of its own for each test. */
let connectionId: string;
let serial = 0;

const newConnection = async (tenantId = world.tenantId): Promise<string> => {
  serial += 1;
  const made = await connections.create(tenantId, {
    id: newId(), code: `shop-${serial}`, connector: "shopify", channelId, secret: `secret ${serial}`, matchBySku: true, captureTestOrders: false,
  });
  if (!made) throw new Error("the code is taken");
  return made.id;
};
const message = (deliveryId: string, text = "{}", over: Partial<ArrivedMessage> = {}): ArrivedMessage => {
  const body = Buffer.from(text);
  return { id: newId(), connectionId, deliveryId, topic: "orders/create", bodyHash: createHash("sha256").update(body).digest("hex"), body, ...over };
};
const settled = (id: string, over: Partial<Settlement> = {}): Settlement => ({
  id, state: "done", externalId: "1001", version: 5, orderId: null, reason: null, errors: null, translationVersion: 1, ...over,
});
const every: InboxFilter = { connectionId: null, state: null, orderId: null, externalId: null, before: null, limit: 1000 };
const states = async (): Promise<string[]> => (await inbox.list(world.tenantId, { ...every, connectionId })).map((one) => `${one.deliveryId} ${one.state}`).toSorted();
const take = async (limit = 100, by = lease): Promise<string[] | null> => (await inbox.take(by, limit))?.filter((one) => one.connection.id === connectionId).map((one) => one.id) ?? null;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await openWorld(database);
  connections = postgresConnections(world.pool);
  inbox = postgresInbox(world.pool);
  await world.facts({ channels: [aChannel("web"), aChannel("shop")], items: [anItem("SHIRT", { gtin: "4006381333931" }), anItem("4006381333931"), anItem("CAP")] });
  [{ id: channelId } = { id: "" }] = await world.query<{ id: string }>("select id from ordo.channel where code = 'web'");
  other = await ensureTenant(world.owner, "other", "Other");
  await ensureTenant(world.owner, "main", "Main");
  const held = await postgresLeases(world.pool).acquire(world.tenantId, "inbox", "test", 600_000);
  if (!held) throw new Error("the lease is held");
  lease = held;
});
beforeEach(async () => {
  connectionId = await newConnection();
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

describe("connections", () => {
  test("have a code of their own, and are found by id across tenants with what verifies their messages", async () => {
    const code = `shop-${serial}`;
    expect(await connections.create(world.tenantId, { id: newId(), code, connector: "shopify", channelId, secret: "x", matchBySku: true, captureTestOrders: true })).toBeNull();
    expect(await connections.find(world.tenantId, connectionId)).toMatchObject({ code, channel: "web", channelId, status: "active", matchBySku: true, previousSecretUntil: null });
    expect(await connections.find(other, connectionId)).toBeNull();
    expect(await connections.receiving(connectionId)).toEqual({ tenantId: world.tenantId, id: connectionId, connector: "shopify", secrets: [`secret ${serial}`] });
    expect(await connections.receiving(newId())).toBeNull();
    expect(JSON.stringify([await connections.list(world.tenantId), await connections.health(world.tenantId)])).not.toContain("secret ");
  });

  test("accept the secret before for as long as was said", async () => {
    const rotated = await connections.rotate(world.tenantId, connectionId, "the next one", 60_000);
    expect(rotated?.previousSecretUntil).toBeGreaterThan(Date.now() + 50_000);
    expect((await connections.receiving(connectionId))?.secrets).toEqual(["the next one", `secret ${serial}`]);
    await connections.rotate(world.tenantId, connectionId, "at once", 0);
    expect((await connections.receiving(connectionId))?.secrets).toEqual(["at once"]);
    expect((await connections.find(world.tenantId, connectionId))?.previousSecretUntil).toBeNull();
    expect(await connections.rotate(other, connectionId, "theirs", 0)).toBeNull();
  });

  test("change only what is named", async () => {
    expect(await connections.change(world.tenantId, connectionId, { status: "paused" })).toMatchObject({ status: "paused", matchBySku: true, captureTestOrders: false });
    expect(await connections.change(world.tenantId, connectionId, { captureTestOrders: true, matchBySku: false })).toMatchObject({ status: "paused", matchBySku: false, captureTestOrders: true });
    expect(await connections.change(other, connectionId, { status: "active" })).toBeNull();
  });

  test("stay while a message waits or is in quarantine, and then go with their messages", async () => {
    const [waiting, bad] = [message("a"), message("b")];
    await inbox.keep(world.tenantId, [waiting, bad]);
    await inbox.settle(lease, [settled(bad.id, { state: "quarantined" })]);
    expect(await connections.remove(world.tenantId, connectionId)).toBe(false);
    await inbox.settle(lease, [settled(waiting.id)]);
    expect(await connections.remove(world.tenantId, connectionId)).toBe(false);
    await inbox.drop(world.tenantId, bad.id, "a mistake");
    expect(await connections.remove(other, connectionId)).toBeNull();
    expect(await connections.remove(world.tenantId, connectionId)).toBe(true);
    expect(await connections.remove(world.tenantId, connectionId)).toBeNull();
    expect(await inbox.find(world.tenantId, waiting.id)).toBeNull();
    expect(await world.query("select from ordo.inbox_body where message_id = $1", [waiting.id])).toEqual([]);
    expect(await keepMessages(world.pool, world.tenantId, [message("late")])).toEqual([{ id: null, isNew: false }]);
  });

  test("tell how far behind they are", async () => {
    const mine = async () => (await connections.health(world.tenantId)).find((one) => one.connectionId === connectionId);
    expect(await mine()).toEqual({ connectionId, lagSeconds: 0, lastReceivedAt: null, counts: { waiting: 0, done: 0, ignored: 0, kept: 0, quarantined: 0, dropped: 0 } });
    const messages = ["a", "b", "c"].map((name) => message(name));
    await inbox.keep(world.tenantId, messages);
    await world.query("update ordo.inbox set received_at = now() - interval '90 seconds' where connection_id = $1 and delivery_id in ('a', 'b')", [connectionId]);
    await inbox.settle(lease, [settled(messages[0]?.id ?? "")]);
    const health = await mine();
    expect(health?.counts).toMatchObject({ waiting: 2, done: 1 });
    expect(health?.lagSeconds).toBeGreaterThanOrEqual(90);
    expect(health?.lagSeconds).toBeLessThan(120);
    expect(health?.lastReceivedAt).toBeGreaterThan(Date.now() - 60_000);
  });
});

describe("keeping", () => {
  test("takes each delivery once: in one group the first, and the same for ever after", async () => {
    const [first, again, second] = [message("a", '{"n":1}'), message("a", '{"n":2}'), message("b", "not json \u0000 \\x {,}\"")];
    expect(await inbox.keep(world.tenantId, [first, again, second])).toEqual([true, false, true]);
    expect(await keepMessages(world.pool, world.tenantId, [message("b"), first])).toEqual([{ id: second.id, isNew: false }, { id: first.id, isNew: true }]);
    expect(Buffer.from((await inbox.find(world.tenantId, first.id))?.body ?? []).toString()).toBe('{"n":1}');
    expect(Buffer.from((await inbox.find(world.tenantId, second.id))?.body ?? []).equals(second.body)).toBe(true);
    expect(await inbox.find(other, first.id)).toBeNull();
  });

  test("takes the same deliveries from many at once, in any order, and empty and large bodies", async () => {
    const names = Array.from({ length: 40 }, (_, n) => `d${n}`);
    const groups = Array.from({ length: 6 }, (_, n) => names.map((name) => message(name, n === 3 && name === "d7" ? "x".repeat(3_000_000) : "")).toSorted(() => (n % 2 === 0 ? 1 : -1)));
    const answers = await Promise.all(groups.map((group) => keepMessages(world.pool, world.tenantId, group)));
    expect(answers.flat().filter(({ isNew }) => isNew)).toHaveLength(40);
    expect(new Set(answers.flat().map(({ id }) => id)).size).toBe(40);
    expect(await states()).toHaveLength(40);
  });

  test("delivery ids are a connection's own", async () => {
    const elsewhere = await newConnection();
    expect(await inbox.keep(world.tenantId, [message("a"), message("a", "{}", { connectionId: elsewhere })])).toEqual([true, true]);
  });
});

describe("taking in", () => {
  test("goes by when messages are due, and leaves those of paused connections", async () => {
    const messages = ["a", "b", "c"].map((name) => message(name, `{"name":"${name}"}`));
    await inbox.keep(world.tenantId, messages);
    await world.query("update ordo.inbox set next_attempt_at = now() + case delivery_id when 'a' then interval '-1 second' when 'b' then interval '-1 minute' else interval '1 hour' end where connection_id = $1", [connectionId]);
    expect(await take()).toEqual([messages[1]?.id, messages[0]?.id]);
    const [first] = (await inbox.take(lease, 100))?.filter((one) => one.connection.id === connectionId) ?? [];
    expect(first).toMatchObject({ topic: "orders/create", attempts: 0, connection: { channel: "web", matchBySku: true } });
    expect(Buffer.from(first?.body ?? []).toString()).toBe('{"name":"b"}');
    await connections.change(world.tenantId, connectionId, { status: "paused" });
    expect(await take()).toEqual([]);
  });

  test("settles what still waits, with everything that came of it", async () => {
    const [done, bad, dropped] = [message("a"), message("b"), message("c")];
    await inbox.keep(world.tenantId, [done, bad, dropped]);
    await inbox.drop(world.tenantId, dropped.id, "not ours");
    const orderId = newId();
    const errors = [{ pointer: "/lines/0/price", code: "INVALID_FIELD" as const, detail: 'Not "a" price.' }];
    expect(await inbox.settle(lease, [settled(done.id, { orderId }), settled(bad.id, { state: "quarantined", reason: "Not an order, {really}.", errors, externalId: null, version: null }), settled(dropped.id)])).toBe(true);
    expect(await states()).toEqual(["a done", "b quarantined", "c dropped"]);
    expect(await inbox.find(world.tenantId, bad.id)).toMatchObject({ reason: "Not an order, {really}.", errors, externalId: null, attempts: 1, settledAt: expect.any(Number) });
    expect(await inbox.find(world.tenantId, done.id)).toMatchObject({ externalId: "1001", orderId, errors: null });
    expect(await take()).toEqual([]);
  });

  test("puts off, and gives up where there is no further pause", async () => {
    const one = message("a");
    await inbox.keep(world.tenantId, [one]);
    expect(await inbox.putOff(lease, one.id, "The database was busy.", 60_000)).toBe(true);
    expect(await take()).toEqual([]);
    expect(await inbox.find(world.tenantId, one.id)).toMatchObject({ state: "waiting", attempts: 1, reason: "The database was busy.", settledAt: null });
    expect(await inbox.putOff(lease, one.id, "Still busy.", null)).toBe(true);
    expect(await inbox.find(world.tenantId, one.id)).toMatchObject({ state: "quarantined", attempts: 2, reason: "Still busy.", settledAt: expect.any(Number) });
  });

  test("a holder whose lease is somebody else's, or ran out, reads and writes nothing", async () => {
    const one = message("a");
    await inbox.keep(world.tenantId, [one]);
    const leases = postgresLeases(world.pool);
    const old = await leases.acquire(world.tenantId, "elsewhere", "test", 600_000);
    if (!old) throw new Error("the lease is held");
    expect(await take(100, old)).toEqual([one.id]);
    await leases.release(old);
    for (const stale of [old, { ...lease, fence: lease.fence - 1 }, { ...lease, name: "nobody's" }]) {
      expect(await inbox.take(stale, 10)).toBeNull();
      expect(await inbox.settle(stale, [settled(one.id)])).toBe(false);
      expect(await inbox.putOff(stale, one.id, "late", null)).toBe(false);
    }
    expect(await inbox.find(world.tenantId, one.id)).toMatchObject({ state: "waiting", attempts: 0 });
  });
});

describe("looking after messages", () => {
  test("lists the latest first, page by page, by each filter and all together", async () => {
    const orderId = newId();
    const messages = ["a", "b", "c", "d"].map((name) => message(name));
    await inbox.keep(world.tenantId, messages);
    await inbox.settle(lease, messages.slice(0, 3).map(({ id }, n) => settled(id, { externalId: n === 0 ? "77" : "78", orderId, state: n === 2 ? "ignored" : "done" })));
    const names = async (filter: Partial<InboxFilter>): Promise<string> => (await inbox.list(world.tenantId, { ...every, connectionId, ...filter })).map((one) => one.deliveryId).join("");
    expect(await names({})).toBe("dcba");
    expect(await names({ limit: 2 })).toBe("dc");
    expect(await names({ before: messages[2]?.id ?? "" })).toBe("ba");
    expect([await names({ state: "done" }), await names({ state: "waiting" }), await names({ state: "done", externalId: "78" })]).toEqual(["ba", "d", "b"]);
    expect([await names({ orderId }), await names({ orderId, state: "ignored" }), await names({ orderId, externalId: "77" }), await names({ externalId: "78" })]).toEqual(["cba", "c", "a", "cb"]);
    expect([await names({ orderId, connectionId: newId() }), await names({ orderId: newId() })]).toEqual(["", ""]);
    expect(await inbox.list(other, every)).toEqual([]);
  });

  test("replays whatever became of a message, as long as its body is there", async () => {
    const one = message("a");
    await inbox.keep(world.tenantId, [one]);
    for (const state of ["done", "quarantined"] as const) {
      await inbox.settle(lease, [settled(one.id, { state, reason: "because", errors: [{ pointer: "", code: "INVALID_BODY", detail: "No." }] })]);
      expect(await take()).toEqual([]);
      expect(await inbox.replay(world.tenantId, one.id)).toMatchObject({ state: "waiting", attempts: 0, reason: null, errors: null, settledAt: null });
      expect(await take()).toEqual([one.id]);
    }
    expect(await inbox.replay(other, one.id)).toBeNull();
    await inbox.erase(world.tenantId, one.id);
    expect(await inbox.replay(world.tenantId, one.id)).toBe(false);
    expect((await inbox.find(world.tenantId, one.id))?.body).toBeNull();
  });

  test("decides of many at once, of each what can be; a trial changes nothing", async () => {
    const [waiting, bad, done, erased] = ["a", "b", "c", "d"].map((id) => message(id));
    if (!waiting || !bad || !done || !erased) throw new Error("four messages");
    await inbox.keep(world.tenantId, [waiting, bad, done, erased]);
    await inbox.settle(lease, [settled(bad.id, { state: "quarantined", reason: "because" }), settled(done.id)]);
    await inbox.erase(world.tenantId, erased.id);
    const ids = [erased.id, done.id, bad.id, waiting.id, newId()];
    const decide = async (verdict: MessageVerdict, isTrial: boolean, tenant = world.tenantId): Promise<unknown> => {
      const decided = await inbox.decide(tenant, ids, verdict, isTrial);
      return ids.map((id) => {
        const one = decided.get(id);
        return one === undefined ? null : one && one.state;
      });
    };
    expect(await decide({ action: "replay" }, true)).toEqual([false, "done", "quarantined", "waiting", null]);
    expect(await decide({ action: "drop", reason: "old" }, true)).toEqual(["dropped", false, "quarantined", "waiting", null]);
    expect(await decide({ action: "replay" }, false, other)).toEqual([null, null, null, null, null]);
    expect((await inbox.find(world.tenantId, bad.id))?.state).toBe("quarantined");
    expect(await decide({ action: "replay" }, false)).toEqual([false, "waiting", "waiting", "waiting", null]);
    await inbox.settle(lease, [settled(done.id)]);
    expect(await decide({ action: "drop", reason: "old" }, false)).toEqual(["dropped", false, "dropped", "dropped", null]);
    expect((await inbox.find(world.tenantId, bad.id))?.reason).toBe("old");
    expect(await take()).toEqual([]);
  });

  test("are decided of by several people at once, whatever order they name them in: nobody waits for each other in a circle", async () => {
    const all = Array.from({ length: 60 }, (_, n) => message(`m${n}`));
    await inbox.keep(world.tenantId, all);
    const ids = all.map(({ id }) => id);
    const asked = Array.from({ length: 8 }, (_, n) => inbox.decide(world.tenantId, n % 2 === 0 ? ids : ids.toReversed(), n % 3 === 0 ? { action: "drop", reason: "old" } : { action: "replay" }, false));
    expect((await Promise.all(asked)).map(({ size }) => size)).toEqual(asked.map(() => 60));
    expect([["dropped"], ["waiting"]]).toContainEqual([...new Set((await inbox.list(world.tenantId, { ...every, connectionId })).map(({ state }) => state))]);
  });

  test("drops everything but what is done", async () => {
    const [waiting, done] = [message("a"), message("b")];
    await inbox.keep(world.tenantId, [waiting, done]);
    await inbox.settle(lease, [settled(done.id)]);
    expect(await inbox.drop(world.tenantId, waiting.id, "A test of the shop.")).toMatchObject({ state: "dropped", reason: "A test of the shop.", settledAt: expect.any(Number) });
    expect(await inbox.drop(world.tenantId, done.id, "too late")).toBe(false);
    expect(await inbox.drop(world.tenantId, newId(), "nothing")).toBeNull();
    expect(await take()).toEqual([]);
  });
});

test("erasing a message's body erases what quotes it, and leaves what became of it", async () => {
  const NAME = "Wilhelmina Erasable";
  const quoting = { reason: `"${NAME}" is not a country.`, errors: [{ pointer: "/country", code: "INVALID_FIELD" as const, detail: `"${NAME}" is not a country.` }] };
  const [waiting, quarantined, dropped, done] = ["a", "b", "c", "d"].map((id) => message(id, JSON.stringify({ name: NAME })));
  if (!waiting || !quarantined || !dropped || !done) throw new Error("four messages");
  const all = [waiting, quarantined, dropped, done];
  await inbox.keep(world.tenantId, all);
  await inbox.settle(lease, [settled(quarantined.id, { state: "quarantined", ...quoting }), settled(dropped.id, { state: "quarantined", ...quoting }), settled(done.id, { reason: "Taken over: the note changed." })]);
  await inbox.drop(world.tenantId, dropped.id, "A test of the shop.");
  expect(await inbox.erase(other, done.id)).toBeNull();
  expect((await inbox.find(world.tenantId, done.id))?.body).not.toBeNull();
  const GONE = "The body of this message was erased.";
  for (const [one, state, reason] of [[waiting, "dropped", GONE], [quarantined, "dropped", GONE], [dropped, "dropped", "A test of the shop."], [done, "done", "Taken over: the note changed."]] as const) {
    expect(await inbox.erase(world.tenantId, one.id)).toMatchObject({ state, reason, errors: null, settledAt: expect.any(Number) });
    expect((await inbox.find(world.tenantId, one.id))?.body).toBeNull();
    expect(await inbox.replay(world.tenantId, one.id)).toBe(false);
  }
  expect(await take()).toEqual([]);
  const rows = await world.query("select i.*, convert_from(b.body, 'UTF8') as body from ordo.inbox i left join ordo.inbox_body b on b.message_id = i.id where i.id = any($1)", [all.map(({ id }) => id)]);
  expect(rows).toHaveLength(4);
  expect(JSON.stringify(rows)).not.toContain("Wilhelmina");
  expect(rows.every((row) => row["body_hash"] !== null)).toBe(true);
});

test("listings tell what is mapped, what waits for it, and what it may be", async () => {
  const [item] = await world.query<{ id: string }>("select id from ordo.item where sku = 'CAP'");
  const insert = "insert into ordo.listing (tenant_id, channel_id, variant_id, item_id, unit, sku, title, mapped_by) values ($1, $2, $3, $4, $5, $6, $7, $8)";
  await world.query(insert, [world.tenantId, channelId, "v1", item?.id, "box", "HAT", "A cap", "key_1"]);
  await world.query(insert, [world.tenantId, channelId, "v2", null, null, "4006381333931", "A shirt", null]);
  await world.query(insert, [world.tenantId, channelId, "v3", null, null, null, "Something", null]);
  await world.query(insert, [world.tenantId, newId(), "v0", null, null, null, "Of a channel that is gone", null]);
  const listings = postgresListings(world.pool);
  const filter = { channelId, mapped: null, after: null, limit: 10 };
  const all = await listings.list(world.tenantId, filter);
  expect(all.map((one) => one.variantId)).toEqual(["v1", "v2", "v3"]);
  expect(all[0]).toMatchObject({ channel: "web", item: { id: item?.id, sku: "CAP", unit: "box", mappedBy: "key_1" }, waitingLines: 0, suggestions: [] });
  expect(all[1]).toMatchObject({ item: null, sku: "4006381333931", suggestions: [{ sku: "4006381333931", because: "sku" }, { sku: "SHIRT", because: "gtin" }] });
  expect(all[2]).toMatchObject({ item: null, sku: null, title: "Something", suggestions: [] });
  expect((await listings.list(world.tenantId, { ...filter, mapped: false, limit: 1 })).map((one) => one.variantId)).toEqual(["v2"]);
  expect((await listings.list(world.tenantId, { ...filter, mapped: true })).map((one) => one.variantId)).toEqual(["v1"]);
  expect((await listings.list(world.tenantId, { ...filter, after: [channelId, "v2"] })).map((one) => one.variantId)).toEqual(["v3"]);
  expect(await listings.list(other, { ...filter, channelId: null })).toEqual([]);
});
