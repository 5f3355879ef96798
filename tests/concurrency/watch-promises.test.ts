import { afterEach, beforeEach, expect, test } from "vitest";
import { DEFAULT_DEADLINES, DEFAULT_OPERATIONS } from "../../src/domain/catalog/index.ts";
import { type Instant, SECOND } from "../../src/domain/kernel/index.ts";
import { aCalendar, aLane, aService } from "../../src/domain/shipping/shipping.testing.ts";
import { takeNextSteps } from "../../src/server/journey.ts";
import { lookSoon, watchPromises, type WatchRound } from "../../src/flows/watch-promises.ts";
import { saveShippingFacts } from "../../src/flows/save-shipping-facts.ts";
import { openPool } from "../../src/postgres/database.ts";
import type { PostgresStore } from "../../src/postgres/store.ts";
import type { WatchStore } from "../../src/flows/watch-store.ts";
import { verifyTenant } from "../../src/postgres/verify/index.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { aChannel, anItem, anOrder, aNode, openWorld, orderIdOf, type World } from "../support/world.ts";

/** The watch over dates on real tables: beside buyers and people who cancel, repeated, and by two programs at once. */

/** A Monday, nine o'clock; nodes are collected from at two in the afternoon. */
const NOW = Date.UTC(2026, 2, 2, 9);
const CUT_OFF = Date.UTC(2026, 2, 2, 14);
const [MONDAY_END, THURSDAY_END] = [Date.UTC(2026, 2, 2, 23, 59, 59), Date.UTC(2026, 2, 5, 23, 59, 59)];

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let world: World;
let other: World;
let now: number;

beforeEach(async () => {
  now = NOW;
  database = await createTestDatabase();
  [world, other] = [await openWorld(database, () => now), await openWorld(database, () => now)];
  const operations = { ...DEFAULT_OPERATIONS, cutOffs: [{ carrier: null, service: null, time: "14:00:00" }] };
  const head = { idempotencyKey: null, bodyHash: "00", actor: "test", action: "save", validFrom: null } as const;
  const saved = await saveShippingFacts(world.store, world.tenantId, [
    { ...head, fact: { kind: "calendar", code: "weekdays", document: aCalendar("00:00-24:00", { code: "weekdays" }) } },
    { ...head, fact: { kind: "carrier_service", code: "dhl/parcel", document: aService({ lanes: [aLane(2, 2)] }) } },
  ], world.ambient);
  expect(saved.every(({ ok }) => ok)).toBe(true);
  await world.facts({
    items: [anItem("A")], nodes: [aNode("south", { address: { country: "DE" }, operations: { ...operations, calendar: "weekdays" } }), aNode("east", { priority: 2, address: { country: "DE" }, operations })],
    channels: [aChannel("web", { whenUnavailable: "refuse" }), aChannel("market", { deadlines: { ...DEFAULT_DEADLINES, shipBy: { kind: "business_days", days: 0, calendar: "weekdays", timeZone: "UTC", cutOff: null } } })],
  });
  for (const code of ["south", "east"]) await world.receive("A", code, 1_000);
});
afterEach(async () => {
  await world.close();
  await other.close();
  await database.drop();
});

const order = (over: Parameters<typeof anOrder>[1] = {}): ReturnType<typeof anOrder> => anOrder([{ sku: "A", quantity: 1 }], { contact: { ship_to: { name: "A", street: "Weg 1", city: "Berlin", country: "DE", postcode: "10115" } }, ...over });
const watch = (by = world): Promise<WatchRound> => watchPromises(by.store, world.tenantId, world.ambient);
const events = async (type: string): Promise<Record<string, unknown>[]> => (await world.query<{ data: Record<string, unknown> }>("select data from ordo.event where type = $1 order by position", [type])).map(({ data }) => data);
const risks = (): Promise<Record<string, unknown>[]> => world.query("select level, deadline, cause, shipment_no, missed, open, next_look_at from ordo.order_deadline order by order_id");

async function verified(): Promise<unknown> {
  const pool = openPool({ url: database.runtimeUrl, connections: 2, plans: "custom", applicationName: "verify" });
  try {
    return (await verifyTenant(pool, world.tenantId)).checks.flatMap((check) => check.named);
  } finally {
    await pool.end();
  }
}

test("an order with dates is watched from its capture until it has left; one without is not", async () => {
  const id = orderIdOf((await world.capture(order({ channel: "market" })))[0]);
  await world.capture(order());
  expect(await risks()).toMatchObject([{ level: null, open: true, next_look_at: new Date(NOW) }]);
  expect(await watch()).toEqual({ looked: 1, saved: 0, changed: 0, missed: 0 });
  expect(await watch()).toEqual({ looked: 0, saved: 0, changed: 0, missed: 0 });
  now = CUT_OFF - 3_600 * SECOND;
  expect(await watch()).toMatchObject({ looked: 1 });
  expect(await risks()).toMatchObject([{ level: "at_risk", deadline: "ship_by", cause: "LAST_COLLECTION", shipment_no: 1 }]);
  await world.act(id, { type: "release", shipmentNo: 1 });
  await world.act(id, { type: "ship", shipmentNo: 1, carrier: "dhl", service: null, trackingNumbers: [] });
  expect(await risks()).toMatchObject([{ level: null, open: false, next_look_at: null }]);
  expect(await events("PromiseAtRisk")).toMatchObject([{ level: "at_risk", deadline: "ship_by", due_at: new Date(MONDAY_END).toISOString() }]);
  expect(await verified()).toEqual([]);
});

test("a node that goes on holiday loses what would be late to one that keeps the date, and two programs move it once", async () => {
  for (let n = 0; n < 20; n++) await world.capture(order({ deliverBy: THURSDAY_END, shipBy: MONDAY_END }));
  await watch();
  const closed = aCalendar("00:00-24:00", { code: "weekdays", exceptions: { "2026-03-02": "", "2026-03-03": "" } });
  await saveShippingFacts(world.store, world.tenantId, [{ idempotencyKey: null, bodyHash: "00", actor: "test", action: "save", validFrom: null, fact: { kind: "calendar", code: "weekdays", document: closed } }], world.ambient);
  expect(await watch()).toMatchObject({ looked: 0 });
  const change = { id: "e", position: 1, type: "ShippingFactSaved", orderId: null, occurredAt: now, recordedAt: now, actor: "test", reason: null, data: { kind: "calendar", code: "weekdays" } } as const;
  await takeNextSteps({ store: world.store, ambient: world.ambient }, world.tenantId, [change]);
  const rounds = await Promise.all([watch(world), watch(other)]);
  expect(rounds.reduce((sum, { saved }) => sum + saved, 0)).toBe(20);
  expect(await world.query("select n.code, count(*)::int as shipments from ordo.shipment s join ordo.node n on n.id = s.node_id and n.valid_to = 'infinity' where s.status = 'PLANNED' group by 1")).toEqual([{ code: "east", shipments: 20 }]);
  const before = (await world.query<{ position: number }>("select position::int from ordo.event_counter"))[0]?.position;
  for (let round = 0; round < 3; round++) expect(await watch()).toMatchObject({ saved: 0, changed: 0 });
  expect((await world.query<{ position: number }>("select position::int from ordo.event_counter"))[0]?.position).toBe(before);
  expect(await verified()).toEqual([]);
});

test("what cannot be saved is told once, and counted once when it is missed", async () => {
  await world.capture(order({ channel: "market" }));
  now = CUT_OFF + SECOND;
  expect(await watch()).toMatchObject({ looked: 1, saved: 0, missed: 0 });
  expect(await risks()).toMatchObject([{ level: "late", cause: "NO_COLLECTION_IN_TIME", missed: false }]);
  now = MONDAY_END + 4 * 3_600 * SECOND;
  expect(await watch()).toMatchObject({ looked: 1, missed: 1 });
  now += 4 * 3_600 * SECOND;
  expect(await watch()).toMatchObject({ looked: 1, missed: 0 });
  expect((await events("PromiseAtRisk")).map(({ level }) => level)).toEqual(["late"]);
});

/** Two programs look at what cannot be saved; returns how often that is told. */
async function toldByTwo(store = world.store): Promise<number> {
  for (let n = 0; n < 10; n++) await world.capture(order({ channel: "market" }));
  now = CUT_OFF + SECOND;
  const ids = await world.store.transact(world.tenantId, (tx) => tx.findDueLooks(now, 100));
  // Both have found the same orders before either has looked.
  const found: WatchStore = { transact: (tenantId, work) => store.transact(tenantId, (tx) => work({ ...tx, findDueLooks: async () => ids })) };
  await Promise.all([watchPromises(found, world.tenantId, world.ambient), watchPromises(found, world.tenantId, world.ambient)]);
  return (await events("PromiseAtRisk")).length;
}

test("a change of facts has all looked at again, and keeps none of them from its own time", async () => {
  const looked = async (limit: number): Promise<string[]> => {
    now += SECOND;
    await watchPromises(world.store, world.tenantId, world.ambient, limit);
    return (await world.query<{ order_id: string }>("select order_id from ordo.order_deadline where looked_at = $1 order by order_id", [new Date(now)])).map((row) => row.order_id);
  };
  const ids = (await world.capture(...[THURSDAY_END, THURSDAY_END, NOW + 600 * SECOND].map((shipBy) => order({ shipBy })))).map(orderIdOf);
  const near = ids.at(-1);
  expect([await looked(9), await looked(9)]).toEqual([ids, []]);
  expect(await lookSoon(world.store, world.tenantId, world.ambient)).toBe(false);
  expect(await looked(1)).toEqual([near]);
  now += 120 * SECOND;
  expect([await looked(1), await looked(9), await looked(9)]).toEqual([[near], ids.slice(0, 2), []]);
});
test("two programs that found the same orders tell of each once", async () => {
  expect(await toldByTwo()).toBe(10);
});

test("without a second look under the lock, each of them tells", async () => {
  const risks = (ids: readonly string[]) => new Map(ids.map((id) => [id, { level: "safe", missed: false } as const]));
  const blind: PostgresStore = { look: world.store.look, transact: (tenantId, work) => world.store.transact(tenantId, (tx) => work({ ...tx, loadRisks: async (ids) => risks(ids) })) };
  expect(await toldByTwo(blind)).toBe(20);
});

test("beside buyers and cancellations every unit stays accounted for", async () => {
  const places: Instant[] = [MONDAY_END, THURSDAY_END];
  const shopping = async (by: World): Promise<void> => {
    for (let n = 0; n < 15; n++) {
      const [answer] = await by.capture(order({ shipBy: places[n % 2] ?? MONDAY_END, deliverBy: THURSDAY_END }));
      if (n % 3 === 0) await by.act(orderIdOf(answer), { type: "cancel", lines: null, reason: "not wanted", force: false });
      if (n === 7) now = CUT_OFF + SECOND;
    }
  };
  const watching = async (by: World): Promise<void> => {
    for (let n = 0; n < 12; n++) await watchPromises(by.store, world.tenantId, world.ambient, 7);
  };
  await Promise.all([shopping(world), shopping(other), watching(world), watching(other)]);
  expect(await verified()).toEqual([]);
  expect(await world.query("select count(*)::int as wrong from ordo.order_deadline d where d.open is distinct from exists (select from ordo.order_line l where l.order_id = d.order_id and l.cancelled + l.shipped + l.handed_over < l.ordered) or (not d.open and d.next_look_at is not null)")).toEqual([{ wrong: 0 }]);
});
