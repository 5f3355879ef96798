import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parsePublicId } from "../../src/domain/kernel/index.ts";
import { actOnOrders } from "../../src/flows/act-on-orders.ts";
import type { OrderAction } from "../../src/flows/order-actions.ts";
import type { Answer, Store } from "../../src/flows/ports.ts";
import { sweep } from "../../src/flows/sweep.ts";
import { verifyTenant } from "../../src/postgres/verify/index.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { aChannel, anItem, anOrder, aNode, openWorld, type World } from "../support/world.ts";

/** What the flows ask the real store to find, and what they read under its locks. */

const HOUR = 3_600_000;
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let world: World;
let now = Date.now();
beforeAll(async () => {
  database = await createTestDatabase();
  world = await openWorld(database, () => now);
  await world.facts({ items: [anItem("A"), anItem("B", { backorder: true }), anItem("S", { backorder: true, safetyStock: 2 })], nodes: [aNode("n"), aNode("m", { priority: 2 })], channels: [aChannel("web")] });
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

const idOf = (answer: Answer | undefined): string => (answer?.ok ? (parsePublicId("order", String(answer.body["id"])) ?? "") : "");
const capture = async (sku: string, quantity: number, over: Parameters<typeof anOrder>[1] = {}): Promise<string> => idOf((await world.capture(anOrder([{ sku, quantity }], over)))[0]);
const servable = (): Promise<readonly string[]> => world.store.transact(world.tenantId, (tx) => tx.findServableOrders(now, null, 100));
const lineOf = async (orderId: string): Promise<{ reserved: string; backordered: string; pending: string }> => {
  const [row] = await world.query<{ reserved: string; backordered: string; pending: string }>("select reserved, backordered, pending from ordo.order_line where order_id = $1", [orderId]);
  if (!row) throw new Error("no line");
  return row;
};

test("stock that came free goes to who waits for it, in order of age", async () => {
  await world.receive("B", "n", 2);
  const [holder, first, second] = [await capture("B", 2), await capture("B", 2), await capture("B", 1)];
  expect(await servable()).toEqual([]);
  await world.act(holder, { type: "cancel", lines: null, reason: "x", force: false });
  expect(await servable()).toEqual([first, second]);
  expect(await world.store.transact(world.tenantId, (tx) => tx.findServableOrders(now, first, 100))).toEqual([second]);
  await sweep(world.store, world.tenantId, world.ambient);
  expect([await lineOf(first), await lineOf(second)]).toMatchObject([{ reserved: "2", backordered: "0" }, { reserved: "0", backordered: "1" }]);
  expect(await servable()).toEqual([]);
});

test("nothing is found for stock that is kept back, nor at a node that sent the line back, until its cool-down is over", async () => {
  await world.receive("S", "n", 2);
  const waiting = await capture("S", 1);
  expect(await servable()).not.toContain(waiting);
  await world.receive("S", "n", 1);
  expect(await lineOf(waiting)).toMatchObject({ reserved: "1" });
  await world.act(waiting, { type: "release", shipmentNo: 1 });
  await world.act(waiting, { type: "reject", shipmentNo: 1, reasonCode: "NO_CAPACITY", note: null });
  expect(await servable()).not.toContain(waiting);
  now += 25 * HOUR;
  expect(await servable()).toContain(waiting);
});

test("what no rule lets go is told of once however often it is looked at, until it has a node", async () => {
  await world.facts({ items: [anItem("ACID", { backorder: true, handlingClass: "hazmat" })], nodes: [aNode("plain", { itemClasses: ["standard"] }), aNode("licensed")], channels: [] });
  const open = (): Promise<unknown[]> => world.query("select e.kind from ordo.exception e join ordo.item i on i.id = e.item_id where i.sku = 'ACID' and e.resolved_at is null", []);
  const waiting = await capture("ACID", 1);
  expect([await lineOf(waiting), await open()]).toMatchObject([{ backordered: "1" }, []]);
  await world.receive("ACID", "plain", 3);
  expect([await lineOf(waiting), await open()]).toMatchObject([{ backordered: "1" }, [{ kind: "NO_ROUTE" }]]);
  const decided = (): Promise<unknown[]> => world.query("select decision_no from ordo.routing_decision where order_id = $1", [waiting]);
  const before = await decided();
  for (let n = 0; n < 2; n++) await sweep(world.store, world.tenantId, world.ambient);
  expect([await open(), await decided()]).toEqual([[{ kind: "NO_ROUTE" }], before]);
  await world.receive("ACID", "licensed", 1);
  expect([await lineOf(waiting), await open()]).toMatchObject([{ reserved: "1", backordered: "0" }, []]);
});

test("a hold that ran out keeps neither stock nor a place in the queue", async () => {
  await world.receive("A", "m", 1);
  const unpaid = await capture("A", 1, { payment: { state: "pending", payments: [] } });
  now += 73 * HOUR;
  await sweep(world.store, world.tenantId, world.ambient);
  expect(await lineOf(unpaid)).toMatchObject({ reserved: "0", backordered: "1" });
  expect(await servable()).not.toContain(unpaid);
  expect(await lineOf(await capture("A", 1))).toMatchObject({ reserved: "1" });
});

test("due holds that keep no stock are not found again and again", async () => {
  const held = await capture("A", 1, { requestedHolds: [{ kind: "MANUAL", reason: "look", dueAt: now }] });
  expect(await world.store.transact(world.tenantId, (tx) => tx.findDueHolds(now + 1, 100))).not.toContain(held);
});

test("decisions made at the same moment on one order have different numbers", async () => {
  await world.receive("A", "n", 8);
  const orderId = await capture("A", 4);
  await Promise.all(Array.from({ length: 6 }, (_, n) => world.act(orderId, { type: "override_routing", node: n % 2 === 0 ? "m" : "n", lines: null, reason: "to and fro" })));
  await world.receive("A", "m", 8);
  await Promise.all(Array.from({ length: 6 }, (_, n) => world.act(orderId, { type: "override_routing", node: n % 2 === 0 ? "m" : "n", lines: null, reason: "to and fro" })));
  const rows = await world.query<{ decision_no: number }>("select decision_no from ordo.routing_decision where order_id = $1 order by decision_no", [orderId]);
  expect(rows.length).toBeGreaterThan(2);
  expect(rows.map((row) => row.decision_no)).toEqual(rows.map((_, index) => index + 1));
});

describe("a count that is committed between another's look at the stock and its writing", () => {
  const SKUS: Readonly<Record<string, string>> = { cancel: "R1", pick: "R2", ship: "R3", reject: "R4" };
  beforeAll(() => world.facts({ items: Object.values(SKUS).map((sku) => anItem(sku)) }));

  const deeds: readonly OrderAction[] = [
    { type: "cancel", lines: [{ lineNo: 1, quantity: 3 }], reason: "x", force: true }, { type: "pick", shipmentNo: 1, lines: [{ lineNo: 1, quantity: 3 }], correctStock: true },
    { type: "ship", shipmentNo: 1, carrier: null, service: null, trackingNumbers: [] }, { type: "reject", shipmentNo: 1, reasonCode: "NO_CAPACITY", note: null },
  ];
  test.each(deeds)("leaves what one after the other would leave: $type", async (deed) => {
    const sku = SKUS[deed.type] ?? "";
    await world.receive(sku, "n", 5);
    const orderId = await capture(sku, 5);
    await world.act(orderId, { type: "release", shipmentNo: 1 });
    let counted = false;
    const interrupted: Store = {
      transact: (tenantId, work) => world.store.transact(tenantId, (tx) => work({
        ...tx,
        readSupply: async (itemIds, at) => {
          const book = await tx.readSupply(itemIds, at);
          if (!counted) {
            counted = true;
            await world.stock({ type: "count", sku, node: "n", owner: "", condition: "A", counted: 3, note: null });
          }
          return book;
        },
      })),
    };
    const [answer] = await actOnOrders(interrupted, world.tenantId, [{ idempotencyKey: null, bodyHash: "00", actor: "test", orderId, expectedVersion: null, occurredAt: null, action: deed }], world.ambient);
    expect([counted, answer?.ok]).toEqual([true, true]);
    const [row] = await world.query<{ figures: string }>("select concat_ws(' ', s.on_hand, s.reserved, s.short) as figures from ordo.stock s join ordo.item i on i.id = s.item_id where i.sku = $1 and s.on_hand + s.reserved + s.short >= 0 order by s.node_id limit 1", [sku]);
    expect(row?.figures).toBe({ cancel: "3 2 0", pick: "3 3 0", ship: "0 0 0", reject: "3 0 0" }[deed.type as "cancel"]);
    expect(await world.query("select e.kind from ordo.exception e join ordo.item i on i.id = e.item_id where i.sku = $1 and e.kind = 'SHORT_RELEASED' and e.resolved_at is null", [sku])).toEqual([]);
    expect((await verifyTenant(world.pool, world.tenantId)).checks.filter((check) => check.check === "stock_short")).toMatchObject([{ differences: 0 }]);
  });
});
