import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { parsePublicId } from "../../src/domain/kernel/index.ts";
import type { RecordedEvent } from "../../src/flows/integration.ts";
import { sweep } from "../../src/flows/sweep.ts";
import { announceSupply } from "../../src/flows/save-facts.ts";
import { verifyTenant } from "../../src/postgres/verify/index.ts";
import { takeNextSteps } from "../../src/server/journey.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { aChannel, anItem, anOrder, aNode, openWorld, orderIdOf, type World } from "../support/world.ts";

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 5, 1, 8);
const HEAD = { idempotencyKey: null, bodyHash: "00", actor: "test" } as const;
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let world: World;
let now = NOW;
beforeAll(async () => {
  database = await createTestDatabase();
  world = await openWorld(database, () => now);
  await world.facts({
    items: [anItem("A", { backorder: true }), anItem("B", { backorder: true })], nodes: [aNode("north"), aNode("south", { priority: 2 })],
    channels: [aChannel("web"), aChannel("local", { nodePool: ["south"] }), aChannel("hasty", { backorders: { release: "first_come", cancelAfterDays: 10 } }), aChannel("vip", { backorders: { release: "priority", cancelAfterDays: null } })],
  });
});
afterAll(async () => {
  await world.close();
  await database.drop();
});
/** Every test begins with empty shelves and nothing on its way, and ends with every counter equal to its ledger. */
beforeEach(async () => {
  const verification = await verifyTenant(world.pool, world.tenantId);
  expect(verification.checks.filter(({ differences }) => differences > 0)).toEqual([]);
  const orders = await world.query<{ id: string }>("select id from ordo.sales_order where status not in ('CANCELLED', 'COMPLETED')");
  for (const { id } of orders) await world.act(id, { type: "cancel", lines: null, reason: "the test is over", force: true });
  for (const { sku, code, on_hand: onHand } of await world.query<{ sku: string; code: string; on_hand: string }>(
    "select i.sku, n.code, s.on_hand from ordo.stock s join ordo.item i on i.id = s.item_id join ordo.node n on n.id = s.node_id where s.on_hand > 0 and s.condition = 'A'")) {
    await world.stock({ type: "adjust", sku, node: code, owner: "", condition: "A", change: -Number(onHand), reasonCode: "LOST", note: null });
  }
  await world.query("update ordo.supply set closed_at = now() where closed_at is null");
  now = NOW;
});

const inDays = (days: number): number => NOW + days * DAY;
async function announce(sku: string, node: string, quantity: number, days: number, confidence = 100): Promise<string> {
  const [answer] = await announceSupply(world.store, world.tenantId, [{ ...HEAD, sku, node, supply: { kind: "purchase_order", reference: `PO-${days}`, dueAt: inDays(days), confidence, quantity } }], world.ambient);
  if (!answer?.ok) throw new Error(JSON.stringify(answer));
  return parsePublicId("supply", String(answer.body["id"])) ?? "";
}
/** The journey of everything that was recorded since. */
async function follow(since: number): Promise<RecordedEvent[]> {
  const events = await world.query<{ position: string; id: string; type: RecordedEvent["type"]; order_id: string | null; occurred_at: Date; recorded_at: Date; actor: string; reason: string | null; data: Record<string, unknown> }>(
    "select * from ordo.event where position > $1 order by position", [since]);
  const recorded = events.map((row): RecordedEvent => ({
    position: Number(row.position), id: row.id, type: row.type, orderId: row.order_id, occurredAt: row.occurred_at.getTime(), recordedAt: row.recorded_at.getTime(), actor: row.actor, reason: row.reason, data: row.data,
  }));
  await takeNextSteps({ store: world.store, ambient: world.ambient }, world.tenantId, recorded);
  return recorded;
}
const position = async (): Promise<number> => Number((await world.query<{ position: string }>("select position from ordo.event_counter"))[0]?.position);
const order = async (sku: string, quantity: number, over: Parameters<typeof anOrder>[1] = {}): Promise<string> => orderIdOf((await world.capture(anOrder([{ sku, quantity }], over)))[0]);
const claims = async (orderId: string): Promise<[string, number][]> => (await world.query<{ reference: string; quantity: string }>(
  "select s.reference, c.quantity from ordo.supply_claim c join ordo.supply s on s.id = c.supply_id where c.order_id = $1 order by s.due_at", [orderId])).map((row) => [row.reference, Number(row.quantity)]);
const changes = async (since: number): Promise<unknown[]> => (await world.query<{ order_id: string; data: { from: string | null; to: string | null } }>(
  "select order_id, data from ordo.event where type = 'PromiseChanged' and position > $1 order by position", [since])).map(({ order_id: id, data }) => [id, day(data.from), day(data.to)]);
const day = (at: string | null): number | null => (at === null ? null : Math.round((Date.parse(at) - NOW) / DAY));
const buckets = async (orderId: string): Promise<{ waiting: number; reserved: number }> => {
  const [row] = await world.query<{ waiting: string; reserved: string }>("select sum(backordered + preordered) as waiting, sum(reserved) as reserved from ordo.order_line where order_id = $1", [orderId]);
  return { waiting: Number(row?.waiting), reserved: Number(row?.reserved) };
};
const receive = (sku: string, node: string, quantity: number, supplyId: string): ReturnType<World["stock"]> =>
  world.stock({ type: "receive", sku, node, owner: "", condition: "A", quantity, supplyId, unitCostMicros: null });

test("a line that waits claims what is due first, and cancelling gives it back to who waits without a date", async () => {
  await announce("A", "north", 5, 10);
  await announce("A", "north", 5, 3);
  const first = await order("A", 7);
  const second = await order("A", 6);
  expect([await claims(first), await claims(second)]).toEqual([[["PO-3", 5], ["PO-10", 2]], [["PO-10", 3]]]);
  const before = await position();
  await world.act(first, { type: "cancel", lines: [{ lineNo: 1, quantity: 4 }], reason: "fewer", force: false });
  expect(await claims(first)).toEqual([["PO-3", 3]]);
  await follow(before);
  expect(await claims(second)).toEqual([["PO-3", 2], ["PO-10", 4]]);
  expect(await changes(before)).toEqual([[first, 10, 3], [second, null, 10]]);
});

test("orders that wait already are dated when goods are announced, oldest first and only where their channel may be served from there", async () => {
  const local = await order("A", 2, { channel: "local" });
  const web = await order("A", 2);
  const before = await position();
  await announce("A", "north", 3, 5);
  await follow(before);
  expect([await claims(local), await claims(web)]).toEqual([[], [["PO-5", 2]]]);
  expect(await changes(before)).toEqual([[web, null, 5]]);
});

test("what arrives goes to those who claimed it, though others are older, and the rest is shared out anew", async () => {
  const old = await order("A", 2);
  const supply = await announce("A", "south", 3, 5);
  const claimant = await order("A", 3, { channel: "local" });
  const later = await announce("A", "south", 9, 8);
  expect(await claims(claimant)).toEqual([["PO-5", 3]]);
  const before = await position();
  expect((await receive("A", "south", 2, supply)).ok).toBe(true);
  expect([await buckets(claimant), await buckets(old)]).toEqual([{ waiting: 1, reserved: 2 }, { waiting: 2, reserved: 0 }]);
  // Shared out anew, the older order comes first.
  expect([await claims(old), await claims(claimant)]).toEqual([[["PO-5", 1], ["PO-8", 1]], [["PO-8", 1]]]);
  expect(await changes(before)).toEqual([[old, null, 8], [claimant, 5, 8]]);
  expect((await receive("A", "south", 9, later)).ok).toBe(true);
  expect([await buckets(claimant), await buckets(old)]).toEqual([{ waiting: 0, reserved: 3 }, { waiting: 0, reserved: 2 }]);
  expect(await claims(old)).toEqual([]);
});

test("orders of a channel that releases by priority come first with a smaller number", async () => {
  const plain = await order("B", 2);
  const urgent = await order("B", 2, { channel: "vip", attributes: { priority: "1" } });
  const patient = await order("B", 2, { channel: "vip", attributes: { priority: "500" } });
  const before = await position();
  const supply = await announce("B", "north", 3, 4);
  await follow(before);
  expect([await claims(urgent), await claims(plain), await claims(patient)]).toEqual([[["PO-4", 2]], [["PO-4", 1]], []]);
  await receive("B", "north", 3, supply);
  expect([await buckets(urgent), await buckets(plain)]).toEqual([{ waiting: 0, reserved: 2 }, { waiting: 1, reserved: 1 }]);
});

test("what is claimed is not available to others, and those who count on it take nothing from the shelf", async () => {
  await announce("A", "north", 10, 5);
  await order("A", 4);
  const facts = async (days: number): Promise<unknown> => {
    const found = (await world.availability(world.tenantId, { skus: ["A"], at: inDays(days), now, channel: null })).items.get("A");
    return { demand: found?.demand, inbound: found?.places.get("north")?.inbound ?? 0 };
  };
  expect([await facts(1), await facts(5)]).toEqual([{ demand: 0, inbound: 0 }, { demand: 0, inbound: 6 }]);
});

test("units that wait longer than their channel allows are cancelled, and what they claimed goes to others", async () => {
  await announce("A", "north", 3, 20);
  const hasty = await order("A", 3, { channel: "hasty" });
  const patient = await order("A", 3);
  now = NOW + 5 * DAY;
  const young = await order("A", 2, { channel: "hasty" });
  await sweep(world.store, world.tenantId, world.ambient);
  now = NOW + 10 * DAY + 1;
  const before = await position();
  await sweep(world.store, world.tenantId, world.ambient);
  await follow(before);
  expect([await buckets(hasty), await buckets(patient), await buckets(young)]).toEqual([{ waiting: 0, reserved: 0 }, { waiting: 3, reserved: 0 }, { waiting: 2, reserved: 0 }]);
  expect(await claims(patient)).toEqual([["PO-20", 3]]);
  const [event] = await world.query<{ actor: string; reason: string }>("select actor, reason from ordo.event where order_id = $1 and type = 'LinesCancelled'", [hasty]);
  expect(event).toEqual({ actor: "sweeper", reason: "BACKORDER_EXPIRED" });
});

const exceptions = async (orderId: string): Promise<string[]> => (await world.query<{ reason: string }>("select reason from ordo.exception where order_id = $1 and resolved_at is null", [orderId])).map(({ reason }) => reason);
const pending = async (orderId: string): Promise<number> => Number((await world.query<{ n: string }>("select sum(pending) as n from ordo.order_line where order_id = $1", [orderId]))[0]?.n);

test("no more wait for an item than its limit allows beyond what is on its way", async () => {
  await world.facts({ items: [anItem("CAP", { backorder: true, waiting: { backorderLimit: 2, launchAt: null, preorderLimit: null } }), anItem("ONLY", { backorder: true, waiting: { backorderLimit: 0, launchAt: null, preorderLimit: null } })] });
  await announce("CAP", "north", 5, 4, 80);
  const [first, second, third] = [await order("CAP", 4), await order("CAP", 5), await order("ONLY", 1)];
  expect([await buckets(first), await buckets(second), await buckets(third)]).toEqual([{ waiting: 4, reserved: 0 }, { waiting: 2, reserved: 0 }, { waiting: 0, reserved: 0 }]);
  expect([await pending(second), await exceptions(second)]).toEqual([3, ["3 of CAP cannot be placed and may not wait for stock."]]);
  expect(await pending(third)).toBe(1);
  // Two processes at once do not exceed it together either.
  const both = await Promise.all(Array.from({ length: 6 }, () => world.capture(anOrder([{ sku: "CAP", quantity: 1 }]))));
  expect(both.every(([answer]) => answer?.ok)).toBe(true);
  const [row] = await world.query<{ waiting: string }>("select d.waiting from ordo.unassigned_demand d join ordo.item i on i.id = d.item_id where i.sku = 'CAP'");
  expect(Number(row?.waiting)).toBe(6);
});

test("two processes at once keep the limit", async () => {
  await world.facts({ items: [anItem("RACE", { backorder: true, waiting: { backorderLimit: 3, launchAt: null, preorderLimit: null } })] });
  await Promise.all(Array.from({ length: 8 }, () => world.capture(anOrder([{ sku: "RACE", quantity: 1 }]))));
  const [row] = await world.query<{ waiting: string; pending: string }>("select d.waiting, d.pending from ordo.unassigned_demand d join ordo.item i on i.id = d.item_id where i.sku = 'RACE'");
  expect(row).toEqual({ waiting: "3", pending: "5" });
});

test("before its launch an item is pre-ordered, whatever lies on the shelf, and what was pre-ordered is sent from the launch on", async () => {
  await world.facts({ items: [anItem("NEW", { waiting: { backorderLimit: null, launchAt: inDays(7), preorderLimit: 6 } })], channels: [aChannel("strict", { whenUnavailable: "refuse" })] });
  await world.receive("NEW", "north", 3);
  await announce("NEW", "north", 10, 3);
  const first = await order("NEW", 3);
  const second = await order("NEW", 2);
  const [row] = await world.query<{ preordered: string; status: string }>("select l.preordered, o.status from ordo.order_line l join ordo.sales_order o on o.id = l.order_id where l.order_id = $1", [first]);
  expect(row).toEqual({ preordered: "3", status: "BACKORDERED" });
  expect(await claims(first)).toEqual([["PO-3", 3]]);
  const third = await order("NEW", 2);
  expect([await pending(third), await exceptions(third)]).toEqual([1, ["1 of NEW are more than may be pre-ordered."]]);
  await world.act(third, { type: "cancel", lines: null, reason: "too late", force: false });
  const [refused] = await world.capture(anOrder([{ sku: "NEW", quantity: 2 }], { channel: "strict" }));
  expect(refused?.ok === false && refused.refusal.code).toBe("INSUFFICIENT_STOCK");
  await sweep(world.store, world.tenantId, world.ambient);
  expect(await buckets(first)).toEqual({ waiting: 3, reserved: 0 });
  now = inDays(7);
  await sweep(world.store, world.tenantId, world.ambient);
  expect([await buckets(first), await buckets(second)]).toEqual([{ waiting: 0, reserved: 3 }, { waiting: 0, reserved: 0 }]);
  // It may not wait for stock once it is on sale, so a person has to look.
  expect(await pending(second)).toBe(2);
});

test("a pre-ordered kit waits for its own launch with all its parts", async () => {
  await world.facts({ items: [anItem("PART"), anItem("BOX", { components: [{ sku: "PART", quantity: 2 }], shipTogether: true, waiting: { backorderLimit: null, launchAt: inDays(2), preorderLimit: null } })] });
  await world.receive("PART", "north", 9);
  const kit = await order("BOX", 1);
  expect(await buckets(kit)).toEqual({ waiting: 2, reserved: 0 });
  expect(await buckets(await order("PART", 1))).toEqual({ waiting: 0, reserved: 1 });
  now = inDays(2);
  await sweep(world.store, world.tenantId, world.ambient);
  expect(await buckets(kit)).toEqual({ waiting: 0, reserved: 2 });
});
