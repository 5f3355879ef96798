import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { saveFacts } from "../../src/flows/save-facts.ts";
import type { WorkerStore } from "../../src/flows/worker-store.ts";
import { JOURNEY } from "../../src/server/journey.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { runWorkers, type RunningWorkers, until } from "../support/workers.ts";
import { aChannel, anItem, anOrder, aNode, openWorld, orderIdOf, type World } from "../support/world.ts";

/** What happens by itself after a commit: src/server/journey.ts and the sweeper, as real workers on a real database. */

let database: TestDatabase;
let world: World;
let workers: RunningWorkers | null = null;
beforeAll(async () => {
  database = await createTestDatabase();
  world = await openWorld(database);
  await world.facts({
    items: [anItem("A"), anItem("LATE", { backorder: true }), anItem("MOVE"), anItem("POISON")], nodes: [aNode("north"), aNode("south", { priority: 2 })],
    channels: [aChannel("web", { autoRelease: true }), aChannel("desk")],
  });
  for (const sku of ["A", "MOVE", "POISON"]) await world.receive(sku, "north", 1_000);
});
afterEach(async () => {
  await workers?.stop();
  workers = null;
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

const statuses = async (orderId: string): Promise<string[]> =>
  (await world.query<{ status: string }>("select status from ordo.shipment where order_id = $1 order by shipment_no", [orderId])).map(({ status }) => status);
const shipmentsAre = (orderId: string, ...expected: string[]) => until(`shipments ${expected.join()}`, async () => (await statuses(orderId)).join() === expected.join());
const count = async (text: string, values: unknown[] = []): Promise<number> => Number((await world.query<{ n: string }>(text, values))[0]?.n);
const drained = () => until("the journey has read everything", async () =>
  (await count("select k.position - c.position as n from ordo.consumer c join ordo.event_counter k using (tenant_id) where c.name = 'journey'")) === 0);

test("planned shipments are released where the channel says so, unless a hold is in the way", async () => {
  workers = runWorkers(world);
  const [free, held, desk] = (await world.capture(anOrder([{ sku: "A", quantity: 1 }]), anOrder([{ sku: "A", quantity: 1 }], { requestedHolds: [{ kind: "MANUAL", reason: "look", dueAt: null }] }),
    anOrder([{ sku: "A", quantity: 1 }], { channel: "desk" }))).map(orderIdOf);
  workers.nudge();
  await shipmentsAre(free ?? "", "RELEASED");
  await drained();
  expect([await statuses(held ?? ""), await statuses(desk ?? "")]).toEqual([["PLANNED"], ["PLANNED"]]);
  expect((await world.act(held ?? "", { type: "release_hold", holdNo: 1, reason: "looked" })).ok).toBe(true);
  await shipmentsAre(held ?? "", "RELEASED");
  const [event] = await world.query<{ actor: string }>("select actor from ordo.event where order_id = $1 and type = 'ShipmentReleased'", [held]);
  expect(event?.actor).toBe("journey");
});

test("a hold on a line that left a shipment does not keep the rest of it from its node", async () => {
  const [orderId = ""] = (await world.capture(anOrder([{ sku: "A", quantity: 1 }, { sku: "MOVE", quantity: 1 }]))).map(orderIdOf);
  await world.receive("MOVE", "south", 10);
  await world.act(orderId, { type: "place_hold", kind: "MANUAL", lineNo: 2, shipmentNo: null, reason: "ask the buyer", owner: null, dueAt: null });
  expect(await world.act(orderId, { type: "override_routing", node: "south", lines: [2], reason: "closer" })).toMatchObject({ ok: true });
  workers = runWorkers(world);
  await shipmentsAre(orderId, "RELEASED", "PLANNED");
});

test("reading the whole log again changes nothing", async () => {
  workers = runWorkers(world);
  await drained();
  await workers.stop();
  const before = await count("select position as n from ordo.event_counter");
  await world.query("update ordo.consumer set position = 0 where name = 'journey'");
  workers = runWorkers(world);
  await drained();
  expect(await count("select position as n from ordo.event_counter")).toBe(before);
});

test("a receipt serves more waiting orders than its own commit takes", async () => {
  const waiting = (await world.capture(...Array.from({ length: 230 }, () => anOrder([{ sku: "LATE", quantity: 1 }], { channel: "desk" })))).map(orderIdOf);
  await world.receive("LATE", "north", 230);
  const left = "select count(*) as n from ordo.order_line where backordered > 0 and order_id = any($1)";
  expect(await count(left, [waiting])).toBe(30);
  workers = runWorkers(world);
  await until("all are served", async () => (await count(left, [waiting])) === 0);
});

test("a node that goes offline is left, at once or when its time comes", async () => {
  await world.receive("MOVE", "south", 1_000);
  const moving = (await world.capture(...Array.from({ length: 150 }, () => anOrder([{ sku: "MOVE", quantity: 1 }], { channel: "desk" })))).map(orderIdOf);
  const at = "select count(*) as n from ordo.shipment s where s.status = 'PLANNED' and s.order_id = any($2) and s.node_id = (select n.id from ordo.node n where n.code = $1 and n.valid_to = 'infinity')";
  expect(await count(at, ["north", moving])).toBe(150);
  workers = runWorkers(world);
  await world.facts({ nodes: [aNode("north", { status: "offline" })] });
  await until("everything moved south", async () => (await count(at, ["south", moving])) === 150 && (await count(at, ["north", moving])) === 0);
  await workers.stop();

  await world.facts({ nodes: [aNode("north")] });
  const head = { idempotencyKey: null, bodyHash: "00", actor: "test", validFrom: Date.now() + 400 };
  await saveFacts(world.store, world.tenantId, [{ ...head, type: "node", fact: aNode("south", { status: "offline" }) }], world.ambient);
  workers = runWorkers(world);
  await drained();
  await workers.stop();
  await until("its time has come", () => Date.now() > head.validFrom + 50);
  workers = runWorkers(world);
  await until("everything moved back north", async () => (await count(at, ["north", moving])) === 150);
  await world.facts({ nodes: [aNode("south", { priority: 2 })] });
});

test("work that fails is tried again and then parked; the rest goes on", async () => {
  const orders = (await world.capture(...Array.from({ length: 5 }, () => anOrder([{ sku: "POISON", quantity: 1 }])))).map(orderIdOf);
  const [poisoned = "", ...others] = orders;
  let broken = true;
  let tries = 0;
  const store: WorkerStore = {
    transact: (tenantId, work) => world.store.transact(tenantId, (tx) => work({
      ...tx, lockOrders: (ids) => (broken && ids.includes(poisoned) ? (tries++, Promise.reject(new TypeError("cannot read this order"))) : tx.lockOrders(ids)),
    })),
  };
  workers = runWorkers(world, { store, settings: { failedWorkPausesMs: [10, 20, 30, 40] } });
  for (const other of others) await shipmentsAre(other, "RELEASED");
  const { failedWork } = workers.deps.integration;
  await until("both events of it are parked", async () => (await failedWork.counts(world.tenantId)).parked === 2);
  const parked = await failedWork.list(world.tenantId, "parked", null, 10);
  expect(parked.map(({ event, attempts, error }) => [event.type, event.orderId, attempts, error])).toEqual(
    ["OrderCaptured", "OrderRouted"].map((type) => [type, poisoned, 5, "TypeError: cannot read this order"]));
  expect(tries, "twice in batches, and five times each alone").toBeGreaterThanOrEqual(10);
  expect(workers.logged.filter(({ level, message }) => level === "error" && message.includes("parked"))).toHaveLength(2);
  expect(await statuses(poisoned)).toEqual(["PLANNED"]);
  broken = false;
  for (const { id } of parked) await failedWork.retry(world.tenantId, id);
  await shipmentsAre(poisoned, "RELEASED");
  await until("nothing is left", async () => (await failedWork.counts(world.tenantId)).retrying === 0);
  expect(await failedWork.counts(world.tenantId)).toEqual({ retrying: 0, parked: 0 });
});

test("an event that ends the process again and again is parked, and those beside it are done", async () => {
  const [killer, neighbour] = (await world.capture(anOrder([{ sku: "A", quantity: 1 }]), anOrder([{ sku: "A", quantity: 1 }]))).map(orderIdOf);
  const [captured] = await world.query<{ position: string }>("select position from ordo.event where order_id = $1 and type = 'OrderCaptured'", [killer]);
  const position = Number(captured?.position);
  // As three processes leave it: the batch begun and not ended, then the event alone, twice.
  await world.query("update ordo.consumer set position = $1, begun_until = $2, crashes = 1 where name = 'journey'", [position - 1, position + 3]);
  workers = runWorkers(world);
  await shipmentsAre(neighbour ?? "", "RELEASED");
  const [parked] = await workers.deps.integration.failedWork.list(world.tenantId, "parked", null, 10);
  expect(parked).toMatchObject({ event: { position }, error: "The process ended again and again while it worked on this event." });
  await workers.deps.integration.failedWork.retry(world.tenantId, parked?.id ?? "");
  await until("settled", async () => (await workers?.deps.integration.failedWork.counts(world.tenantId))?.retrying === 0);
});

test("a database that ends its connections holds the work up and nothing else", async () => {
  workers = runWorkers(world);
  await drained();
  const orders = (await world.capture(...Array.from({ length: 50 }, () => anOrder([{ sku: "A", quantity: 1 }])))).map(orderIdOf);
  for (let n = 0; n < 5; n++) {
    workers.nudge();
    await world.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'test'");
  }
  await until("all released", async () => (await count("select count(*) as n from ordo.shipment where status = 'RELEASED' and order_id = any($1)", [orders])) === 50);
  expect(await count("select count(*) as n from ordo.event where type = 'ShipmentReleased' and order_id = any($1)", [orders])).toBe(50);
  expect(workers.logged.filter(({ level }) => level === "error")).toEqual([]);
  expect((await workers.deps.integration.failedWork.counts(world.tenantId)).retrying).toBe(0);
});

test("the sweeper does what time brings, and measures are kept", async () => {
  const [order] = (await world.capture(anOrder([{ sku: "A", quantity: 1 }], { payment: { state: "pending", payments: [] } }))).map(orderIdOf);
  await world.query("update ordo.hold set due_at = now() - interval '1 second' where order_id = $1", [order]);
  workers = runWorkers(world, { settings: { measureEveryMs: 50 } });
  await shipmentsAre(order ?? "", "CANCELLED");
  await drained();
  await until("lag is measured", async () => /ordo_outbox_lag_positions\{tenant="\d+",consumer="journey"\} 0/.test(await (workers?.deps.metrics.text() ?? "")));
  expect(await workers.deps.metrics.text()).toMatch(/ordo_swept_total [1-9]/);
});

test("every fact has its place in the table", () => {
  expect(Object.keys(JOURNEY).length).toBeGreaterThanOrEqual(29);
});
