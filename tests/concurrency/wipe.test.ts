import { afterEach, beforeEach, expect, test } from "vitest";
import pg from "pg";
import { DEFAULT_CHECKS } from "../../src/domain/catalog/index.ts";
import type { Answer } from "../../src/flows/ports.ts";
import { postgresSandbox, wipeDemonstration } from "../../src/postgres/sandbox.ts";
import { verifyTenant } from "../../src/postgres/verify/index.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { runWorkers, until } from "../support/workers.ts";
import { aChannel, anItem, anOrder, aNode, openWorld, orderIdOf, type World } from "../support/world.ts";

/** A demonstration is wiped while orders are captured: of each of them all is left, or nothing. */

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let world: World;
let holder: pg.Client;

beforeEach(async () => {
  database = await createTestDatabase();
  world = await openWorld(database);
  await postgresSandbox(world.pool).begin(world.tenantId, Date.now());
  const checks = { ...DEFAULT_CHECKS, velocity: { withinMinutes: 60, by: ["email" as const], maximumOrders: 1000, maximumTotalMinor: null } };
  await world.facts({ items: [anItem("A", { backorder: true }), anItem("B")], nodes: [aNode("north")], channels: [aChannel("web"), aChannel("screened", { checks })] });
  await world.receive("B", "north", 500);
  holder = new pg.Client({ connectionString: database.ownerUrl });
  await holder.connect();
});
afterEach(async () => {
  await holder.end();
  await world.close();
  await database.drop();
});

const wipe = (): Promise<void> => wipeDemonstration(database.ownerUrl, world.tenantId);
async function named(): Promise<string[]> {
  const { checks } = await verifyTenant(world.pool, world.tenantId);
  return checks.flatMap((check) => check.named.map(({ what, recomputed }) => `${what} ${recomputed}`));
}
const waiting = async (): Promise<number> => (await world.query("select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")).length;

/** An order is captured that has read its facts and waits to be screened; then everything is wiped. */
async function captureMeetsWipe(): Promise<Answer | undefined> {
  await holder.query("begin");
  await holder.query("select pg_advisory_xact_lock(hashtextextended(id::text, 5104 + tenant_id)) from ordo.channel where code = 'screened'");
  const capturing = world.capture(anOrder([{ sku: "A", quantity: 1 }], { channel: "screened", contact: { customer: { email: "ida@example.com" } } }));
  await until("the order waits to be screened", async () => (await waiting()) === 1);
  let isWiped = false;
  const wiping = wipe().then(() => void (isWiped = true));
  await until("the wipe has ended or waits", async () => isWiped || (await waiting()) === 2);
  await holder.query("rollback");
  const [[answer]] = await Promise.all([capturing, wiping]);
  return answer;
}

test("an order that has read what there is comes first, and goes with everything", async () => {
  expect((await captureMeetsWipe())?.ok).toBe(true);
  expect(await world.query("select from ordo.sales_order")).toEqual([]);
  expect(await named()).toEqual([]);
  const [after] = await world.capture(anOrder([{ sku: "A", quantity: 1 }], { channel: "screened" }));
  expect(after).toMatchObject({ ok: false, refusal: { errors: [{ code: "UNKNOWN_CHANNEL" }, { code: "UNKNOWN_ITEM" }] } });
});
test("mutant: a wipe that waits for nobody leaves an order of goods that are gone", async () => {
  const [{ text } = { text: "" }] = await world.query<{ text: string }>("select pg_get_functiondef('ordo.wipe_demonstration'::regproc) as text");
  const gate = "lock table ordo.fact_version in access exclusive mode;";
  expect(text).toContain(gate);
  await world.query(text.replace(gate, ""));
  await captureMeetsWipe();
  expect(await world.query("select from ordo.sales_order")).toHaveLength(1);
  expect(await named()).toContainEqual(expect.stringContaining("order_line.item_id"));
});

test("a storm of captures, changes and workers meets a wipe: nothing is left, and what comes later is refused", async () => {
  const workers = runWorkers(world);
  const answers: Answer[] = [];
  let over = false;
  const buyer = async (channel: string): Promise<void> => {
    while (!over) {
      const [answer] = await world.capture(anOrder([{ sku: "A", quantity: 1 }, { sku: "B", quantity: 2 }], { channel, contact: { customer: { name: "Ida Lind", email: "ida@example.com" } } }));
      if (answer === undefined) return;
      answers.push(answer);
      if (!answer.ok) return;
      // Whether it is there still is what the wipe decides.
      if (answers.length % 3 === 0) await world.act(orderIdOf(answer), { type: "cancel", lines: null, reason: "less", force: false });
    }
  };
  const buyers = Promise.all(["web", "web", "screened", "web"].map(buyer));
  await until("orders have come", () => answers.length > 20);
  await wipe();
  over = true;
  await buyers;
  await workers.stop();
  expect(answers.filter(({ ok }) => !ok).every((answer) => !answer.ok && answer.refusal.errors?.[0]?.code === "UNKNOWN_CHANNEL")).toBe(true);
  expect(await world.query("select from ordo.sales_order union all select from ordo.order_contact union all select from ordo.customer")).toEqual([]);
  expect(await named()).toEqual([]);
});
