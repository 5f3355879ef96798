import { afterAll, beforeAll, expect, test } from "vitest";
import { DEFAULT_ROUTING_POLICY } from "../../src/domain/catalog/index.ts";
import { reEvaluate, type ReEvaluated } from "../../src/flows/re-evaluate.ts";
import { verifyTenant } from "../../src/postgres/verify/index.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { aChannel, anItem, anOrder, aNode, openWorld, orderIdOf, type World } from "../support/world.ts";

/** Two stores that know nothing of each other capture, cancel, release and receive, while both decide the same orders anew. */

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let worlds: World[];
const NODES = ["n0", "n1", "n2"];
const SKUS = ["A", "B", "C"];
beforeAll(async () => {
  database = await createTestDatabase();
  worlds = [await openWorld(database), await openWorld(database)];
  await worlds[0]?.facts({
    items: SKUS.map((sku) => anItem(sku, { backorder: true })), nodes: NODES.map((code, n) => aNode(code, { latitude: 0, longitude: n * 3 })),
    channels: [aChannel("web", { routing: { ...DEFAULT_ROUTING_POLICY, distanceCostPerKmMicros: 10_000, splitCostMicros: 3_000_000 } })],
  });
});
afterAll(async () => {
  for (const world of worlds) await world.close();
  await database.drop();
});

const ASKED = { actor: "test", dryRun: false, orderIds: null, after: null, limit: 500, consolidate: null, swap: null, minimumSavingMicros: null, due: null } as const;
async function again(world: World): Promise<ReEvaluated> {
  const done = await reEvaluate(world.store, world.tenantId, ASKED, world.ambient);
  if (!done.ok) throw new Error(done.refusal.detail);
  return done.value;
}

test("no unit is reserved twice or lost, every counter agrees, and in the end nothing is left to save", async () => {
  const [first] = worlds;
  if (!first) throw new Error("no world");
  const ORDERS = 24;
  let next = 0;
  let changes = 0;
  const shipmentsOf = async (orderId: string): Promise<number[]> => (await first.query<{ no: number }>("select shipment_no as no from ordo.shipment where order_id = $1 and status = 'PLANNED'", [orderId])).map(({ no }) => no);
  const buyer = async (world: World): Promise<void> => {
    for (let n = next++; n < ORDERS; n = next++) {
      await world.receive(SKUS[n % 3] ?? "", NODES[(n * 7) % 3] ?? "", 2);
      const [answer] = await world.capture(anOrder([{ sku: SKUS[n % 3] ?? "", quantity: 1 }, { sku: SKUS[(n + 1) % 3] ?? "", quantity: 1 + (n % 2) }], { destination: { latitude: 0, longitude: (n % 4) * 2 } }));
      const orderId = orderIdOf(answer);
      if (n % 5 === 0) await world.act(orderId, { type: "cancel", lines: n % 2 === 0 ? null : [{ lineNo: 1, quantity: 1 }], reason: "changed my mind", force: false });
      if (n % 4 === 0) for (const shipmentNo of await shipmentsOf(orderId)) await world.act(orderId, { type: "release", shipmentNo });
    }
  };
  const planner = async (world: World): Promise<void> => {
    while (next < ORDERS) changes += (await again(world)).changes.length;
  };
  await Promise.all(worlds.flatMap((world) => [buyer(world), buyer(world), planner(world)]));
  for (const sku of SKUS) for (const node of NODES) await first.receive(sku, node, 3);
  for (let round = 0; round < 10; round++) {
    const done = await again(first);
    changes += done.changes.length;
    if (done.changes.length === 0) break;
    expect(round).toBeLessThan(9);
  }
  expect(changes).toBeGreaterThan(0);
  expect((await again(first)).changes).toEqual([]);
  expect((await verifyTenant(first.pool, first.tenantId)).checks.flatMap(({ named }) => [...named])).toEqual([]);
  const [row] = await first.query<{ over: string }>("select count(*) as over from ordo.stock where reserved > on_hand + short");
  expect(Number(row?.over)).toBe(0);
  const decisions = await first.query<{ n: string }>("select count(*) as n from ordo.routing_decision where trigger = 'RE_EVALUATED'");
  expect(Number(decisions[0]?.n)).toBeGreaterThanOrEqual(changes);
}, 60_000);
