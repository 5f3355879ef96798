import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import pg from "pg";
import { inTransaction } from "../../src/postgres/database.ts";
import { postgresMails } from "../../src/postgres/mails.ts";
import { newId } from "../../src/postgres/tenants.ts";
import { forgetOldTraces } from "../../src/postgres/traces.ts";
import type { Mails } from "../../src/flows/mails.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { until } from "../support/workers.ts";
import { aChannel, anItem, anOrder, aNode, openWorld, orderIdOf, type World } from "../support/world.ts";

/**
 * Whoever erases a contact meets those who write, join and forget what is personal. Connections are stopped between two locks,
 * so that they would wait for each other in a circle if they took them in different orders.
 */

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let world: World;
let eraser: pg.Client;
let holder: pg.Client;
let orderId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await openWorld(database);
  await world.facts({ items: [anItem("A", { backorder: true })], nodes: [aNode("north")], channels: [aChannel("web")] });
  [eraser, holder] = [new pg.Client({ connectionString: database.ownerUrl }), new pg.Client({ connectionString: database.ownerUrl })];
  await Promise.all([eraser.connect(), holder.connect()]);
});
beforeEach(async () => {
  const [answer] = await world.capture(anOrder([{ sku: "A", quantity: 1 }], { contact: { customer: { name: "Ida Lind", email: "ida@example.com" } } }));
  orderId = orderIdOf(answer);
});
afterAll(async () => {
  await Promise.all([eraser.end(), holder.end()]);
  await world.close();
  await database.drop();
});

const mails = (): Mails => postgresMails(world.pool);
const ERASE = "update ordo.order_contact set data = null, erased_hash = '\\x00' where order_id = $1";
/** So many connections to the test's database wait for a lock. */
const waiting = (count: number): Promise<void> => until(`${count} wait for a lock`, async () =>
  (await world.query("select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")).length === count);
/** The mails of the order whose bodies are there too, the first one first. */
async function written(ages: readonly string[]): Promise<string[]> {
  const ids = ages.map(() => newId());
  for (const [index, id] of ids.entries()) {
    await world.query(`insert into ordo.mail (tenant_id, id, order_id, kind, cause, position, state, due_at, created_at)
      values ($1, $2, $3, 'shipped', $4, 1, 'ready', now() + interval '1 day', now() - $5::interval)`, [world.tenantId, id, orderId, String(index), ages[index]]);
    await world.query("insert into ordo.mail_body (tenant_id, mail_id, order_id, message) values ($1, $2, $3, '{}')", [world.tenantId, id, orderId]);
  }
  return ids;
}
const left = (): Promise<{ state: string; body: boolean }[]> => world.query(
  "select m.state, exists (select from ordo.mail_body b where b.mail_id = m.id) as body from ordo.mail m where m.order_id = $1", [orderId]);

describe("whoever erases a contact", () => {
  test("meets a writer of its order's mails: neither holds what the other waits for", async () => {
    await world.query("insert into ordo.mail (tenant_id, order_id, kind, cause, position, due_at) values ($1, $2, 'confirmation', '', 1, now())", [world.tenantId, orderId]);
    await eraser.query("begin");
    await eraser.query("select from ordo.order_contact where order_id = $1 for update", [orderId]);
    const writing = mails().write(world.tenantId, 10, true, () => ({ kind: "dropped", note: "not to be written" }));
    const outcome = Promise.allSettled([writing]);
    await waiting(1);
    await eraser.query(ERASE, [orderId]);
    await eraser.query("commit");
    expect(await outcome).toEqual([{ status: "fulfilled", value: [] }]);
    expect(await left()).toEqual([{ state: "refused", body: false }]);
  });

  test("meets who forgets old mails: mails come before their bodies", async () => {
    const [young, old] = await written(["0 days", "40 days"]);
    await holder.query("begin");
    await holder.query("select from ordo.mail where id = $1 for update", [young]);
    const erasing = eraser.query(ERASE, [orderId]);
    await waiting(1);
    const outcome = Promise.allSettled([erasing, mails().forget(world.tenantId, 30, 10)]);
    await until("who forgets is done or waits", async () => (await world.query(`select from ordo.mail where id = $1 and not exists (
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' having count(*) = 2)`, [old])).length === 0);
    await holder.query("commit");
    expect((await outcome).map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
    expect(await left()).toEqual([{ state: "refused", body: false }]);
  });

  test("meets who forgets old traces: what the one has the other leaves out", async () => {
    const trace = (hash: number, age: string): Promise<unknown> => world.query(
      "insert into ordo.order_trace (tenant_id, hash, placed_at, order_id, goods) values ($1, $2, now() - $3::interval, $4, 1)", [world.tenantId, Buffer.from([hash]), age, orderId]);
    await trace(1, "200 days");
    await trace(2, "0 days");
    await trace(3, "300 days");
    await holder.query("begin");
    await holder.query("select from ordo.order_trace where hash = '\\x02' for update");
    const erasing = eraser.query(ERASE, [orderId]);
    await waiting(1);
    let forgotten: number | null = null;
    const forgetting = inTransaction(world.pool, world.tenantId, (session) => forgetOldTraces(session, 10)).then((count) => void (forgotten = count));
    const outcome = Promise.allSettled([erasing, forgetting]);
    await until("who forgets is done or waits", async () => forgotten !== null || (await world.query("select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")).length === 2);
    await holder.query("commit");
    expect((await outcome).map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
    expect(await world.query("select from ordo.order_trace")).toEqual([]);
  });
});
