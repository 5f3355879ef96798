import { afterEach, beforeEach, expect, test } from "vitest";
import { actOnOrders, type OrderCommand } from "../../src/flows/act-on-orders.ts";
import { captureOrders, type CaptureOrder } from "../../src/flows/capture-orders.ts";
import { parsePublicId } from "../../src/domain/kernel/index.ts";
import type { Answer, Store } from "../../src/flows/ports.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { aChannel, anItem, anOrder, aNode, openWorld, type World } from "../support/world.ts";

/** A command arrives again while the first one is being committed: whoever asked is answered what was done, never a refusal. */

let database: TestDatabase;
let world: World;
beforeEach(async () => {
  database = await createTestDatabase();
  world = await openWorld(database);
  await world.facts({ items: [anItem("A")], nodes: [aNode("n")], channels: [aChannel("web", { whenUnavailable: "refuse" })] });
  await world.receive("A", "n", 1);
});
afterEach(async () => {
  await world.close();
  await database.drop();
});

/** Another process's store: just before it looks at the goods, the first process commits. */
function overtaken(before: "readSupply" | "lockOrders", first: () => Promise<unknown>): Store {
  let done = false;
  const overtake = async (): Promise<void> => {
    if (done) return;
    done = true;
    await first();
  };
  return {
    transact: (tenantId, work) => world.store.transact(tenantId, (tx) => work({
      ...tx,
      [before]: async (...given: [never, never]) => {
        await overtake();
        return tx[before](...given);
      },
    })),
  };
}

const sold = async (): Promise<number> => Number((await world.query<{ n: string }>("select count(*) as n from ordo.sales_order"))[0]?.n);

test("an order for the last unit is not refused for want of the unit it has", async () => {
  const command: CaptureOrder = { ...anOrder([{ sku: "A", quantity: 1 }]), idempotencyKey: "again" };
  const first: Answer[] = [];
  const store = overtaken("readSupply", async () => first.push(...(await world.capture(command))));
  const [second] = await captureOrders(store, world.tenantId, [command], world.ambient);
  expect(second).toEqual({ ...first[0], replayed: true });
  expect(await sold()).toBe(1);
});

test("without a key, the channel's order is recognised by its external id", async () => {
  const command = anOrder([{ sku: "A", quantity: 1 }]);
  const store = overtaken("readSupply", () => world.capture(command));
  const [second] = await captureOrders(store, world.tenantId, [command], world.ambient);
  expect(second).toMatchObject({ ok: true, created: false, body: { existing: true } });
  const [third] = await captureOrders(world.store, world.tenantId, [{ ...command, bodyHash: "01" }], world.ambient);
  expect(third).toMatchObject({ ok: false, refusal: { code: "ORDER_EXISTS" } });
  expect(await sold()).toBe(1);
});

test("a cancellation is not refused because it was done", async () => {
  const [captured] = await world.capture(anOrder([{ sku: "A", quantity: 1 }]));
  const orderId = parsePublicId("order", captured?.ok ? String(captured.body["id"]) : "") ?? "";
  const command: OrderCommand = {
    idempotencyKey: "again", bodyHash: "00", actor: "test", orderId, expectedVersion: null, occurredAt: null, action: { type: "cancel", lines: null, reason: "no more", force: false },
  };
  const first: Answer[] = [];
  const store = overtaken("lockOrders", async () => first.push(...(await actOnOrders(world.store, world.tenantId, [command], world.ambient))));
  const [second] = await actOnOrders(store, world.tenantId, [command], world.ambient);
  expect(second).toEqual({ ...first[0], replayed: true });
});

test("another body under the key that was just used is refused as such", async () => {
  const command: CaptureOrder = { ...anOrder([{ sku: "A", quantity: 1 }]), idempotencyKey: "again" };
  const store = overtaken("readSupply", () => world.capture(command));
  const [second] = await captureOrders(store, world.tenantId, [{ ...anOrder([{ sku: "A", quantity: 1 }]), idempotencyKey: "again", bodyHash: "01" }], world.ambient);
  expect(second).toMatchObject({ ok: false, refusal: { code: "IDEMPOTENCY_KEY_REUSED" } });
});
