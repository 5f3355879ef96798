import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../tests/support/postgres.ts";
import { anItem, openWorld, type World } from "../../tests/support/world.ts";
import type { ClaimedDelivery, Integration, Lease } from "../flows/integration.ts";
import { changeUrl, withConnection } from "./connect.ts";
import { openPool } from "./database.ts";
import { postgresIntegration } from "./integration.ts";
import { migrate } from "./migrate.ts";
import { ensureTenant, newId } from "./tenants.ts";

let database: TestDatabase;
let world: World;
let integration: Integration;
beforeAll(async () => {
  database = await createTestDatabase();
  world = await openWorld(database);
  integration = postgresIntegration(world.pool);
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

const TTL = 60_000;
const head = async (): Promise<number> => Number((await world.query<{ position: string }>("select position from ordo.event_counter"))[0]?.position);
let serial = 0;
/** Facts of any kind: each item saved is one event. */
const happen = (count: number): Promise<void> => world.facts({ items: Array.from({ length: count }, () => anItem(`SKU-${++serial}`)) });
async function take(name: string, holder = "a"): Promise<Lease> {
  const lease = await integration.leases.acquire(world.tenantId, name, holder, TTL);
  if (lease === null) throw new Error(`lease ${name} is held`);
  return lease;
}
/** The clock of the database, moved on: the lease has run out. */
const runOut = (name: string): Promise<unknown> => world.query("update ordo.lease set expires_at = now() - interval '1 second' where name = $1", [name]);

it("lists every tenant and prepares the months of the decisions as the runtime role", async () => {
  expect(await integration.tenants()).toEqual([world.tenantId]);
  await integration.prepareDecisionPartitions();
  await integration.prepareDecisionPartitions();
  const months = await world.query("select from pg_inherits where inhparent = 'ordo.routing_decision'::regclass");
  expect(months).toHaveLength(3);
});

it("prepares the next month where this month's decisions lie in the default partition", async () => {
  await world.query("do $$ declare p text; begin for p in select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid where c.relname ~ '_[0-9]{6}$' loop execute format('drop table ordo.%I', p); end loop; end $$");
  await world.query("insert into ordo.routing_decision (tenant_id, order_id, decision_no, decided_at, trigger, reason, detail) values ($1, gen_random_uuid(), 1, now(), 'CAPTURE', '', '{}')", [world.tenantId]);
  await integration.prepareDecisionPartitions();
  expect(await world.query("select from pg_inherits where inhparent = 'ordo.routing_decision'::regclass")).toHaveLength(2);
});

it("works where the owner of the database is no superuser, whom row-level security binds too", async () => {
  const name = `plain_${newId().slice(-12)}`;
  const { adminUrl } = inject("ordoPostgres");
  const admin = (text: string): Promise<unknown> => withConnection(adminUrl, (client) => client.query(text));
  await admin(`create role ${name} login createrole password 'plain'`);
  await admin(`create database ${name} owner ${name}`);
  const ownerUrl = changeUrl(adminUrl, { user: name, password: "plain", database: name });
  const { runtimeUrl } = await migrate(ownerUrl);
  const tenantId = await withConnection(ownerUrl, (owner) => ensureTenant(owner, "main", "Main"));
  const pool = openPool({ url: runtimeUrl, connections: 1, plans: "generic", applicationName: "test" });
  expect(await postgresIntegration(pool).tenants()).toEqual([tenantId]);
  await postgresIntegration(pool).prepareDecisionPartitions();
  await pool.end();
  await admin(`drop database ${name}`);
  await admin(`drop role ${name}_runtime`);
  await admin(`drop role ${name}`);
});

describe("a lease", () => {
  it("has one holder at a time, and each new one a greater fence", async () => {
    const won = (await Promise.all(Array.from({ length: 6 }, (_, n) => integration.leases.acquire(world.tenantId, "race", `holder ${n}`, TTL)))).filter((lease) => lease !== null);
    expect(won).toHaveLength(1);
    const [first] = won;
    if (!first) throw new Error("nobody won");
    expect(await integration.leases.renew(first, TTL)).toBe(true);
    await runOut("race");
    expect(await integration.leases.renew(first, TTL), "what ran out cannot be renewed").toBe(false);
    const second = await take("race", "next");
    expect(second.fence).toBe(first.fence + 1);
    expect(await integration.leases.renew(first, TTL)).toBe(false);
    await integration.leases.release(first);
    expect(await integration.leases.renew(second, TTL), "an old holder's release frees nothing").toBe(true);
    await integration.leases.release(second);
    expect((await take("race")).fence).toBe(second.fence + 1);
  });
});

describe("a consumer", () => {
  it("reads in order, and moves only by its newest holder and from where it stands", async () => {
    await happen(5);
    const old = await take("reader");
    expect(await integration.outbox.adopt(old, "reader")).toEqual({ position: 0, unfinishedUntil: null, crashes: 0 });
    const [first, second] = (await integration.outbox.take(old, "reader", 0, 2)) ?? [];
    expect([first?.position, second?.position]).toEqual([1, 2]);
    expect(first).toMatchObject({ type: "ItemSaved", orderId: null, data: { sku: "SKU-1" } });
    expect(await integration.outbox.take(old, "reader", 0, 2), "taken again by the same holder").toHaveLength(2);
    expect(await integration.outbox.take(old, "reader", 1, 2), "the cursor is elsewhere").toBeNull();
    expect(await integration.outbox.take(old, "reader", await head(), 2), "there is nothing after the head").toEqual([]);
    expect(await integration.outbox.advance(old, "reader", 0, 2)).toBe(true);
    expect(await integration.outbox.advance(old, "reader", 0, 3), "the cursor is elsewhere").toBe(false);

    await runOut("reader");
    const young = await take("reader", "b");
    expect(await integration.outbox.adopt(young, "reader")).toEqual({ position: 2, unfinishedUntil: null, crashes: 0 });
    expect(await integration.outbox.take(old, "reader", 2, 2)).toBeNull();
    expect(await integration.outbox.advance(old, "reader", 2, 4)).toBe(false);
    expect(await integration.failedWork.keep(old, "reader", 3, "x", 0)).toBe(false);
    expect(await integration.outbox.adopt(old, "reader"), "an old fence adopts nothing").toBeNull();
    expect(await integration.outbox.advance(young, "reader", 2, 4)).toBe(true);
    const lag = (await integration.outbox.lags(world.tenantId)).find(({ consumer }) => consumer === "reader");
    expect(lag).toMatchObject({ consumer: "reader", positions: (await head()) - 4 });
    expect(lag?.seconds).toBeGreaterThan(0);
  });

  it("shows a new holder what the one before began and never ended", async () => {
    let lease = await take("crash");
    await integration.outbox.adopt(lease, "crash");
    await integration.outbox.take(lease, "crash", 0, 4);
    for (const crashes of [1, 2]) {
      await runOut("crash");
      lease = await take("crash");
      expect(await integration.outbox.adopt(lease, "crash")).toEqual({ position: 0, unfinishedUntil: 4, crashes });
    }
    await integration.outbox.advance(lease, "crash", 0, 1);
    await runOut("crash");
    lease = await take("crash");
    expect(await integration.outbox.adopt(lease, "crash"), "one step further, the count begins anew").toEqual({ position: 1, unfinishedUntil: 4, crashes: 1 });
  });
});

it("failed work is retried when due, then parked, listed, and retried by hand", async () => {
  const { failedWork } = integration;
  const lease = await take("work");
  await integration.outbox.adopt(lease, "work");
  expect(await failedWork.keep(lease, "work", 1, "Error: first", 60_000)).toBe(true);
  expect(await failedWork.due(lease, "work", 10), "not due yet").toEqual([]);
  await failedWork.keep(lease, "work", 1, "Error: again", 0);
  const [due] = await failedWork.due(lease, "work", 10);
  expect(due).toMatchObject({ attempts: 2, state: "retrying", error: "Error: again", event: { position: 1, type: "ItemSaved" } });
  await failedWork.keep(lease, "work", 1, "Error: enough", null);
  await failedWork.keep(lease, "work", 2, "Error: other", null);
  expect(await failedWork.counts(world.tenantId)).toEqual({ retrying: 0, parked: 2 });
  const [parked] = await failedWork.list(world.tenantId, "parked", null, 1);
  expect(parked).toMatchObject({ attempts: 3, state: "parked", nextAttemptAt: null });
  const [next] = await failedWork.list(world.tenantId, "parked", parked?.id ?? "", 1);
  expect(next?.event.position).toBe(2);
  expect(await failedWork.retry(world.tenantId, newId())).toBe(false);
  expect(await failedWork.retry(world.tenantId, parked?.id ?? "")).toBe(true);
  const [again] = await failedWork.due(lease, "work", 10);
  expect(again).toMatchObject({ attempts: 0, state: "retrying" });
  expect(await failedWork.settle(lease, "work", again?.id ?? "")).toBe(true);
  expect(await failedWork.counts(world.tenantId)).toEqual({ retrying: 0, parked: 1 });
});

describe("webhooks", () => {
  const claim = { reader: "webhooks", limit: 100, perWebhook: 5, slots: new Map<string, number>(), claimMs: 60_000, patienceMs: 1_000_000 };
  const sent = { state: "delivered", retryInMs: null, durationMs: 12, status: 200, excerpt: "ok", error: null, disable: null } as const;
  const subscribe = async (types: readonly ("ItemSaved" | "NodeSaved")[] | null = null): Promise<string> => {
    const id = newId();
    await integration.webhooks.create(world.tenantId, { id, url: "https://example.com/", description: "", types, secret: "whsec_AAAA" });
    return id;
  };
  let lease: Lease;
  const fanOut = (limit = 1_000) => integration.webhooks.fanOut(lease, "webhooks", limit, 60_000);
  const drain = async (): Promise<void> => {
    while (((await fanOut())?.events ?? 0) > 0);
  };
  beforeEach(async () => {
    for (const { id } of await integration.webhooks.list(world.tenantId)) await integration.webhooks.remove(world.tenantId, id);
    await runOut("webhooks");
    lease = await take("webhooks");
    await integration.outbox.adopt(lease, "webhooks");
    await drain();
  });

  it("get one delivery for each event they want, from their beginning on, however often it is tried", async () => {
    await happen(2);
    const [all, nodes] = [await subscribe(), await subscribe(["NodeSaved"])];
    await happen(3);
    expect(await fanOut(2)).toEqual({ events: 2, made: 0 });
    expect(await fanOut(2)).toEqual({ events: 2, made: 2 });
    await world.query("update ordo.consumer set position = position - 2 where name = 'webhooks'");
    await drain();
    expect(await integration.webhooks.deliveries(world.tenantId, all, { state: null, before: null, limit: 10 })).toHaveLength(3);
    expect(await integration.webhooks.deliveries(world.tenantId, nodes, { state: null, before: null, limit: 10 })).toEqual([]);
    await runOut("webhooks");
    await integration.outbox.adopt(await take("webhooks", "b"), "webhooks");
    expect(await fanOut(), "a stale fence makes nothing").toBeNull();
  });

  it("nobody listening, the cursor goes to the head at once", async () => {
    await happen(7);
    expect(await fanOut(1)).toEqual({ events: 7, made: 0 });
  });

  it("are claimed once, each within its slots, and finished only by the claim's own fence", async () => {
    const [one, two] = [await subscribe(), await subscribe()];
    await happen(4);
    await drain();
    const first = await integration.webhooks.claim(world.tenantId, { ...claim, perWebhook: 3, slots: new Map([[two, 1]]) });
    expect(first.filter(({ webhookId }) => webhookId === one)).toHaveLength(3);
    expect(first.filter(({ webhookId }) => webhookId === two)).toHaveLength(1);
    const rest = await integration.webhooks.claim(world.tenantId, claim);
    expect(rest).toHaveLength(4);
    expect(await integration.webhooks.claim(world.tenantId, claim)).toEqual([]);

    const [mine] = first;
    if (!mine) throw new Error("nothing claimed");
    await world.query("update ordo.webhook_delivery set claimed_until = now() - interval '1 second' where id = $1", [mine.id]);
    const [taken] = await integration.webhooks.claim(world.tenantId, claim);
    expect(taken).toMatchObject({ id: mine.id, fence: mine.fence + 1, attemptNo: 1 });
    expect(await integration.webhooks.finish(world.tenantId, mine, sent), "the old claim changes nothing").toBe(false);
    expect(await integration.webhooks.deliveries(world.tenantId, mine.webhookId, { state: "delivered", before: null, limit: 10 })).toEqual([]);
    if (taken) expect(await integration.webhooks.finish(world.tenantId, taken, sent)).toBe(true);
    const [delivered] = await integration.webhooks.deliveries(world.tenantId, mine.webhookId, { state: "delivered", before: null, limit: 10 });
    expect(delivered).toMatchObject({ id: mine.id, type: "ItemSaved", attempts: [{ attemptNo: 1, durationMs: 12, status: 200, excerpt: "ok", error: null }] });
    await integration.webhooks.giveBack(world.tenantId, rest);
    expect(await integration.webhooks.claim(world.tenantId, claim)).toHaveLength(4);
  });

  it("are paged, replayed, redelivered, tested, counted and forgotten", async () => {
    const { webhooks } = integration;
    const before = await head();
    const id = await subscribe();
    await happen(3);
    await drain();
    for (const delivery of await webhooks.claim(world.tenantId, claim)) await webhooks.finish(world.tenantId, delivery, { ...sent, state: "dead", status: null, error: "no" });
    expect(await webhooks.counts(world.tenantId)).toEqual({ pending: 0, dead: 3 });
    const page = await webhooks.deliveries(world.tenantId, id, { state: null, before: null, limit: 2 });
    expect(page.map(({ position }) => position)).toEqual([before + 3, before + 2]);
    expect((await webhooks.deliveries(world.tenantId, id, { state: null, before: page[1]?.id ?? "", limit: 2 })).map(({ position }) => position)).toEqual([before + 1]);

    expect(await webhooks.redeliver(world.tenantId, newId())).toBeNull();
    expect(await webhooks.redeliver(world.tenantId, page[0]?.id ?? "")).toMatchObject({ state: "pending", attempts: [{ attemptNo: 1 }] });
    expect(await webhooks.replay(world.tenantId, id, { from: before, to: before + 2, types: null }, 2)).toEqual({ deliveries: 2, lastPosition: before + 1, complete: false });
    expect(await webhooks.replay(world.tenantId, id, { from: before + 2, to: null, types: ["NodeSaved"] }, 10)).toEqual({ deliveries: 0, lastPosition: null, complete: true });
    expect(await webhooks.test(world.tenantId, newId())).toBeNull();
    expect(await webhooks.test(world.tenantId, id)).toMatchObject({ eventId: null, type: null, state: "pending" });
    const claimed = await webhooks.claim(world.tenantId, claim);
    expect(claimed.map(({ event, attemptNo }) => [event?.position ?? null, attemptNo])).toEqual([[before, 1], [before + 1, 2], [before + 3, 2], [null, 1]]);
    await world.query("update ordo.webhook_delivery set created_at = now() - interval '31 days' where position <= $1", [before + 1]);
    expect(await webhooks.forget(world.tenantId, 10)).toBe(2);
  });

  it("that failed since a time are sent again, those that wait for another attempt, too; a trial counts them", async () => {
    const { webhooks } = integration;
    const HOUR = 3_600_000;
    const before = await head();
    const id = await subscribe();
    const failed = (hours: number, isTrial: boolean, limit = 10): Promise<number> => webhooks.redeliverFailed(world.tenantId, id, Date.now() - hours * HOUR, limit, isTrial);
    const stateOf = async (): Promise<string> => (await webhooks.deliveries(world.tenantId, id, { state: null, before: null, limit: 10 })).map(({ state, position }) => `${position - before} ${state}`).join(", ");
    const mine = async (): Promise<readonly ClaimedDelivery[]> => (await webhooks.claim(world.tenantId, claim)).filter(({ webhookId }) => webhookId === id);
    await happen(3);
    await drain();
    for (const delivery of await mine()) await webhooks.finish(world.tenantId, delivery, { ...sent, state: "dead", status: null, error: "no" });
    await world.query("update ordo.webhook_delivery set created_at = created_at - make_interval(hours => (2 * (4 - (position - $2)))::int) where subscription_id = $1", [id, before]);
    expect([await failed(9, true), await failed(5, true), await failed(1, true), await failed(9, true, 2), await webhooks.redeliverFailed(world.tenantId, newId(), 0, 10, false)]).toEqual([3, 2, 0, 2, 0]);
    expect(await stateOf()).toBe("3 dead, 2 dead, 1 dead");
    expect(await failed(5, false)).toBe(2);
    expect(await stateOf()).toBe("3 pending, 2 pending, 1 dead");
    expect(await failed(5, true), "what is due is not asked for again").toBe(0);
    const [good, bad] = await mine();
    if (!good || !bad) throw new Error("two are due");
    await webhooks.finish(world.tenantId, good, sent);
    expect(await failed(5, true), "what is in hand has not failed").toBe(0);
    await webhooks.finish(world.tenantId, bad, { ...sent, state: "pending", retryInMs: HOUR, status: 500, error: null });
    expect(await mine()).toEqual([]);
    expect(await failed(5, false)).toBe(1);
    expect(await stateOf()).toBe("3 pending, 2 delivered, 1 dead");
    expect((await mine()).map(({ attemptNo }) => attemptNo)).toEqual([3]);
  });

  it("keep two secrets while one is rotated, change, and are disabled by what a receiver says", async () => {
    const { webhooks } = integration;
    const id = await subscribe();
    const rotated = await webhooks.rotate(world.tenantId, id, "whsec_BBBB", 60_000);
    expect(rotated?.previousSecretUntil).toBeGreaterThan(Date.now());
    expect(JSON.stringify(rotated)).not.toContain("whsec_");
    await happen(1);
    await drain();
    const [delivery] = await webhooks.claim(world.tenantId, claim);
    expect(delivery?.secrets).toEqual(["whsec_BBBB", "whsec_AAAA"]);
    if (delivery) await webhooks.finish(world.tenantId, delivery, { ...sent, state: "dead", status: 410, disable: "gone" });
    expect(await webhooks.find(world.tenantId, id)).toMatchObject({ status: "disabled", statusReason: "gone" });
    const changed = await webhooks.change(world.tenantId, id, { status: "active", types: ["ItemSaved"], url: "https://example.org/" });
    expect(changed).toMatchObject({ status: "active", statusReason: null, types: ["ItemSaved"], url: "https://example.org/", description: "" });
    expect(await webhooks.change(world.tenantId, id, { types: null })).toMatchObject({ types: null, url: "https://example.org/" });
    expect(await webhooks.change(world.tenantId, newId(), { url: "https://example.org/" })).toBeNull();
    await webhooks.change(world.tenantId, id, { status: "paused" });
    await happen(1);
    await drain();
    expect(await webhooks.claim(world.tenantId, claim), "paused: kept, not sent").toEqual([]);
    expect(await webhooks.counts(world.tenantId)).toMatchObject({ pending: 1 });
  });
});
