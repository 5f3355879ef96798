import { afterAll, beforeAll, expect, test } from "vitest";
import pg from "pg";
import type { Draft, DraftDocument } from "../../src/flows/draft-types.ts";
import { postgresDrafts } from "../../src/postgres/order-drafts.ts";
import { newId } from "../../src/postgres/tenants.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { until } from "../support/workers.ts";
import { openWorld, type World } from "../support/world.ts";

/** Who discards old drafts meets who changes or places one of them: their work comes first, and nobody waits. */

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let world: World;
let person: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await openWorld(database);
  person = new pg.Client({ connectionString: database.ownerUrl });
  await person.connect();
});
afterAll(async () => {
  await person.end();
  await world.close();
  await database.drop();
});

const DOCUMENT: DraftDocument = {
  channel: "", customer: { id: null, name: "Ida Lind", email: null, phone: null, class: null }, ship_to: null, lines: [], tax_included: true, discount_percent: null, shipping_minor: 0, payment: "paid", note: null, promise: null,
};
const draft = async (changedAt: number): Promise<Draft> => {
  const one: Draft = { id: newId(), owner: "usr_1", customerId: null, document: DOCUMENT, version: 1, createdAt: changedAt, updatedAt: changedAt, orderId: null };
  await postgresDrafts(world.pool).create(world.tenantId, one);
  return one;
};
const open = async (): Promise<string[]> => (await world.query<{ id: string }>("select id from ordo.order_draft where document is not null order by id")).map(({ id }) => id);

test.each([
  ["changes", "update ordo.order_draft set updated_at = to_timestamp(5000), version = 2 where id = $1", 1],
  ["places", "update ordo.order_draft set document = null, order_id = gen_random_uuid() where id = $1", 0],
])("a draft that somebody %s at that moment is not discarded, and the others are", async (_what, statement, left) => {
  await world.query("delete from ordo.order_draft");
  const [busy, old] = [await draft(1_000), await draft(2_000)];
  const before = await world.query("select from ordo.event where type = 'OrderDraftDiscarded'");
  await person.query("begin");
  await person.query(statement, [busy.id]);
  let done = false;
  const discarding = postgresDrafts(world.pool).discard(world.tenantId, 3_000, 10, { actor: "sweeper", now: 4_000, reason: "old" }).finally(() => void (done = true));
  await until("who discards is done, or waits", async () => done || (await world.query("select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")).length === 1);
  expect(done).toBe(true);
  await person.query("commit");
  expect(await discarding).toEqual([{ id: old.id, claim: null }]);
  expect(await open()).toEqual(left === 1 ? [busy.id] : []);
  expect(await world.query("select from ordo.event where type = 'OrderDraftDiscarded'")).toHaveLength(before.length + 1);
});
