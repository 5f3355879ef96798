import type pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEFAULT_ROUTING_POLICY } from "../../src/domain/catalog/index.ts";
import { releaseTogether } from "../../src/flows/merge-orders.ts";
import { reEvaluate } from "../../src/flows/re-evaluate.ts";
import { openPool } from "../../src/postgres/database.ts";
import { type PostgresStore, postgresStore } from "../../src/postgres/store.ts";
import { verifyTenant } from "../../src/postgres/verify/index.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { shareParcels } from "../support/shared-parcels.ts";
import { DatabaseProxy, type Phase } from "../support/storm/proxy.ts";
import { aChannel, anItem, anOrder, aNode, openWorld, orderIdOf, type World } from "../support/world.ts";

/** A process that dies loses its connection, and the server rolls back what was not committed: at every named step of these changes that writes. */

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let world: World;
let proxy: DatabaseProxy;
let pool: pg.Pool;
/** Goes through the proxy. */
let store: PostgresStore;

const foreign = process.env["ORDO_TEST_DATABASE_URL"] !== undefined;
beforeAll(async () => {
  if (foreign) return;
  database = await createTestDatabase();
  world = await openWorld(database);
  proxy = await DatabaseProxy.open(database.runtimeUrl);
  pool = openPool({ url: proxy.through(database.runtimeUrl), connections: 1, plans: "generic", applicationName: "cut off" });
  store = postgresStore(pool);
  await world.facts({
    items: ["A", "B"].map((sku) => anItem(sku, { weightGrams: 1000 })), nodes: ["near", "far"].map((code, n) => aNode(code, { address: { country: "DE" }, latitude: 0, longitude: 1 + n * 3 })),
    channels: [aChannel("web", { routing: { ...DEFAULT_ROUTING_POLICY, distanceCostPerKmMicros: 10_000, splitCostMicros: 3_000_000 } })],
  });
  await shareParcels(world, [[1000, 4], [9000, 6]]);
  await world.facts({ channels: [aChannel("shared", { autoRelease: true, strategy: "main" })] });
});
afterAll(async () => {
  if (foreign) return;
  expect((await verifyTenant(world.pool, world.tenantId)).checks.flatMap(({ named }) => [...named])).toEqual([]);
  await pool.end();
  await proxy.close();
  await world.close();
  await database.drop();
});

/** A change of some orders: what it needs, how it is made, and what is there once it is made. */
interface Change {
  prepare(): Promise<readonly string[]>;
  make(orderIds: readonly string[]): Promise<unknown>;
  readonly made: object;
}

const ADA = { customer: { email: "ada@example.com" }, ship_to: { name: "Ada", street: "Weg 1", city: "Berlin", postcode: "10115", country: "DE" } };
const reEvaluation: Change = {
  async prepare() {
    await world.receive("A", "near", 1);
    await world.receive("B", "far", 1);
    const [answer] = await world.capture(anOrder([{ sku: "A", quantity: 1 }, { sku: "B", quantity: 1 }], { destination: { latitude: 0, longitude: 0 } }));
    await world.receive("B", "near", 1);
    return [orderIdOf(answer)];
  },
  make: (orderIds) => reEvaluate(store, world.tenantId, { actor: "test", dryRun: false, orderIds, after: null, limit: 1, consolidate: true, swap: false, minimumSavingMicros: 0, due: null }, world.ambient),
  made: { open: 1, reserved: 2, re_evaluated: 1, parcels: 0, waits: 0 },
};
const parcel: Change = {
  async prepare() {
    await world.receive("A", "near", 2);
    const ids = (await world.capture(...Array.from({ length: 2 }, () => anOrder([{ sku: "A", quantity: 1 }], { channel: "shared", contact: ADA })))).map(orderIdOf);
    await world.store.transact(world.tenantId, (tx) => tx.saveMergeWaits(ids.map((orderId) => ({ orderId, until: world.ambient.now() }))));
    return ids;
  },
  make: (orderIds) => releaseTogether(store, world.tenantId, orderIds, world.ambient),
  made: { open: 2, reserved: 0, re_evaluated: 0, parcels: 1, parcelled: 2, waits: 0 },
};

const state = async (ids: readonly string[]): Promise<object | undefined> => (await world.query<Record<string, unknown>>(`
  select count(*) filter (where status <> 'CANCELLED')::int as open, count(distinct document #>> '{parcel,id}')::int as parcels, count(document #>> '{parcel,id}')::int as parcelled,
    (select sum(reserved)::int from ordo.order_line where order_id = any($1)) as reserved, (select sum(reserved)::int from ordo.stock) as held, (select count(*)::int from ordo.merge_wait where order_id = any($1)) as waits,
    (select count(*)::int from ordo.routing_decision where order_id = any($1) and trigger = 'RE_EVALUATED') as re_evaluated, (select count(*)::int from ordo.event where order_id = any($1)) as events,
    (select count(*)::int from ordo.line_movement where order_id = any($1)) as movements
  from ordo.shipment where order_id = any($1)`, [ids]))[0];

describe.skipIf(foreign)("a process that is cut off from the database", () => {
  test.each<[string, Change]>([["re-evaluations", reEvaluation], ["orders that share a parcel", parcel]])("whenever %s write has changed all or nothing, and the next one finishes it", async (_, change) => {
    // The first time also loads facts that are kept in memory afterwards.
    for (let n = 0; n < 2; n++) {
      const ids = await change.prepare();
      proxy.seen.clear();
      await change.make(ids);
      expect(await state(ids)).toMatchObject(change.made);
    }
    // What only reads comes before everything that writes.
    const steps = [...proxy.seen.keys()].filter((step) => /^(append|commit$|drop|insert|resolve|save|update)/.test(step));
    expect(steps).toContain("commit");
    for (const [step, phase] of [...steps.map((one): [string, Phase] => [one, "before"]), ["commit", "after"] as const]) {
      const ids = await change.prepare();
      const before = await state(ids);
      const sprung = DatabaseProxy.spring([proxy], { step, phase }, 10_000);
      await expect(change.make(ids), step).rejects.toThrow();
      expect(await sprung, step).not.toBeNull();
      if (phase === "before") expect(await state(ids), step).toEqual(before);
      else expect(await state(ids), step).toMatchObject(change.made);
      await change.make(ids);
      expect(await state(ids), step).toMatchObject(change.made);
    }
  }, 60_000);
});
