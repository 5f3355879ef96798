import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Integration, Lease } from "../../src/flows/integration.ts";
import { postgresIntegration } from "../../src/postgres/integration.ts";
import { newId } from "../../src/postgres/tenants.ts";
import { verifyTenant } from "../../src/postgres/verify/index.ts";
import { without } from "../support/mutants.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { aChannel, anItem, anOrder, aNode, openWorld, orderIdOf, type World } from "../support/world.ts";

/** Messages about what a person takes back, while senders claim them: of deed and counter-deed each webhook is sent both or none. */

let database: TestDatabase;
let world: World;
let integration: Integration;
let lease: Lease;
let webhooks: string[];
beforeAll(async () => {
  database = await createTestDatabase();
  world = await openWorld(database);
  integration = postgresIntegration(world.pool);
  await world.facts({ items: [anItem("A")], nodes: [aNode("north")], channels: [aChannel("web")] });
  await world.receive("A", "north", 10_000);
  const taken = await integration.leases.acquire(world.tenantId, "webhooks", "test", 600_000);
  if (taken === null) throw new Error("the lease is held");
  lease = taken;
  await integration.outbox.adopt(lease, "webhooks");
});
beforeEach(async () => {
  await world.query("delete from ordo.webhook_subscription");
  await drain();
  webhooks = await Promise.all(["one", "two"].map(async (name) => {
    const id = newId();
    await integration.webhooks.create(world.tenantId, { id, url: `https://${name}.example.com/`, description: "", types: ["HoldPlaced", "HoldReleased", "OrderTagged", "ShipmentReleased"], secret: "whsec_AAAA" });
    return id;
  }));
});
afterAll(async () => {
  expect((await verifyTenant(world.pool, world.tenantId)).checks.flatMap(({ named }) => [...named])).toEqual([]);
  await world.close();
  await database.drop();
});

const ANNA = { actor: "usr_anna" };
async function drain(): Promise<void> {
  while (((await integration.webhooks.fanOut(lease, "webhooks", 1_000, 60_000))?.events ?? 0) > 0);
}
const orders = async (count: number): Promise<string[]> => (await world.capture(...Array.from({ length: count }, () => anOrder([{ sku: "A", quantity: 1 }])))).map(orderIdOf);
async function hold(orderId: string, over: { actor: string } = ANNA): Promise<void> {
  expect(await world.act(orderId, { type: "place_hold", kind: "MANUAL", lineNo: null, shipmentNo: null, reason: "look", owner: null, dueAt: null }, over)).toMatchObject({ ok: true });
}
const letGo = (orderId: string, over: { actor: string } = ANNA): Promise<unknown> => world.act(orderId, { type: "release_hold", holdNo: 1, reason: "undone" }, over);
const waitIsOver = (): Promise<unknown> => world.query("update ordo.webhook_delivery set next_attempt_at = now() where state = 'pending' and claimed_until is null");
/** What senders took, as "type of order" in the order in which it was claimed. */
const claim = async (perWebhook = 1_000, slots = new Map<string, number>()): Promise<string[]> => (await integration.webhooks.claim(world.tenantId, { reader: "webhooks", limit: 1_000, perWebhook, slots, claimMs: 600_000, patienceMs: 1_000 }))
  .map(({ webhookId, event }) => `${webhooks.indexOf(webhookId)} ${event?.type} ${event?.orderId}`);
const states = async (): Promise<string[]> => (await world.query<{ told: string }>(
  "select concat(d.state, ' ', e.type, ' ', d.withdrawn_with - e.position) as told from ordo.webhook_delivery d join ordo.event e using (tenant_id, position) order by e.position, d.subscription_id")).map(({ told }) => told);

test("what is taken back in time is withdrawn, both facts stay in the log, and what follows overtakes nothing that waits", async () => {
  const [one, two] = await orders(2) as [string, string];
  await drain();
  await hold(one);
  await hold(two);
  await hold(two, { actor: "key_shop" });
  await drain();
  expect(await claim(), "what a person did waits, and what a key does to the same order").toEqual([]);
  await letGo(one);
  await drain();
  const ofBoth = (told: string): string[] => [told, told];
  expect(await states()).toEqual(["withdrawn HoldPlaced 3", "pending HoldPlaced ", "pending HoldPlaced ", "withdrawn HoldReleased -3"].flatMap(ofBoth));
  expect(await world.query("select from ordo.event where order_id = $1 and type in ('HoldPlaced', 'HoldReleased')", [one])).toHaveLength(2);
  await waitIsOver();
  expect((await claim()).toSorted()).toEqual([0, 0, 1, 1].map((webhook) => `${webhook} HoldPlaced ${two}`));
  const [withdrawn] = await integration.webhooks.deliveries(world.tenantId, webhooks[0] ?? "", { state: "withdrawn", before: null, limit: 1 });
  expect(withdrawn).toMatchObject({ type: "HoldReleased", state: "withdrawn", withdrawnWith: expect.any(String), nextAttemptAt: null, attempts: [] });
  await integration.webhooks.redeliver(world.tenantId, withdrawn?.id ?? "");
  expect(await claim(), "whoever asks for it is sent it all the same").toEqual([`0 HoldReleased ${one}`]);
});

test("a key's taking back, and its deeds, are sent as ever", async () => {
  const [one] = await orders(1) as [string];
  await drain();
  await hold(one, { actor: "key_shop" });
  await letGo(one, { actor: "key_shop" });
  await drain();
  expect((await claim()).filter((told) => told.startsWith("0"))).toEqual([`0 HoldPlaced ${one}`, `0 HoldReleased ${one}`]);
});

test("a fan-out that dies while it withdraws has done nothing, and the next one does it", async () => {
  const [one] = await orders(1) as [string];
  await drain();
  await hold(one);
  await drain();
  await letGo(one);
  await world.query("alter table ordo.webhook_delivery add constraint dies check (state <> 'withdrawn') not valid");
  await expect(drain()).rejects.toThrow("dies");
  expect(await states()).toEqual(["pending HoldPlaced ", "pending HoldPlaced "]);
  await world.query("alter table ordo.webhook_delivery drop constraint dies");
  await drain();
  expect((await states()).every((told) => told.startsWith("withdrawn"))).toBe(true);
});

/** A sender has the deed of one webhook already when it is taken back. */
async function claimedFirst(): Promise<string[]> {
  const [one] = await orders(1) as [string];
  await drain();
  await hold(one);
  await drain();
  await waitIsOver();
  const sent = await claim(1, new Map([[webhooks[1] ?? "", 0]]));
  await letGo(one);
  await drain();
  await waitIsOver();
  return [...sent, ...(await claim())].map((told) => told.split(" ").slice(0, 2).join(" ")).toSorted();
}

/** The wait is over, and nobody has read yet that it was taken back. */
async function unreadFirst(): Promise<string[]> {
  const [one] = await orders(1) as [string];
  await drain();
  await hold(one);
  await drain();
  await waitIsOver();
  await letGo(one);
  const sent = await claim();
  await drain();
  await waitIsOver();
  return [...sent, ...(await claim())];
}

test("what a sender has claimed is sent, and then what took it back is sent too, while another webhook hears of neither; seen to break where claims are not looked at", async () => {
  const first = ["0 HoldPlaced", "0 HoldReleased"];
  expect(await claimedFirst()).toEqual(first);
  expect(await without("withdraw_deliveries", claimedFirst, "and d.fence = 0")).not.toEqual(first);
});

test("nothing leaves that was taken back before, however late that is read; seen to break where senders do not wait for it", async () => {
  expect(await unreadFirst()).toEqual([]);
  const unread = "and (d.waits_until is null or d.fence > 0 or not exists (select from event e where e.tenant_id = (select current_tenant()) and e.order_id = d.order_id and e.position > r.position offset 0))";
  expect(await without("claim_deliveries", unreadFirst, unread)).not.toEqual([]);
});

test("senders and people at once: each webhook hears of deed and counter-deed, or of neither", async () => {
  for (let round = 0; round < 5; round += 1) {
    const some = await orders(20);
    await drain();
    for (const one of some) await hold(one);
    await drain();
    await waitIsOver();
    const sent: string[] = [];
    let working = true;
    const people = (async () => {
      for (const [index, one] of some.entries()) {
        await letGo(one);
        if (index % 2 === 0) await drain();
      }
      working = false;
    })();
    const send = async (): Promise<void> => {
      while (working) {
        sent.push(...(await claim(2)));
      }
    };
    await Promise.all([people, send(), send()]);
    await drain();
    await waitIsOver();
    sent.push(...(await claim()));
    expect(new Set(sent).size, "nothing is sent twice").toBe(sent.length);
    for (const one of some) for (const webhook of [0, 1]) expect(sent.includes(`${webhook} HoldPlaced ${one}`), one).toBe(sent.includes(`${webhook} HoldReleased ${one}`));
    expect(await world.query("select from ordo.webhook_delivery where state = 'pending' and fence = 0"), "nothing is left unsent").toEqual([]);
  }
}, 60_000);
