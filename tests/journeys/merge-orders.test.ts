import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { MINUTE, shipmentId } from "../../src/domain/kernel/index.ts";
import { type MergeStore, releaseEndedWaits } from "../../src/flows/merge-orders.ts";
import type { Answer } from "../../src/flows/ports.ts";
import { verifyTenant } from "../../src/postgres/verify/index.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { shareParcels } from "../support/shared-parcels.ts";
import { runWorkers, type RunningWorkers, until } from "../support/workers.ts";
import { aChannel, anItem, anOrder, aNode, openWorld, orderIdOf, type World } from "../support/world.ts";

/** Orders of one customer that share parcels: real workers on a real database, with a clock that the test moves. */

let database: TestDatabase;
let world: World;
let workers: RunningWorkers;
/** A Monday, long before the node closes. */
const clock = { now: Date.UTC(2027, 2, 1, 6) };
const done = (answer: Answer | undefined): void => expect(answer, JSON.stringify(answer)).toMatchObject({ ok: true });

beforeAll(async () => {
  database = await createTestDatabase();
  world = await openWorld(database, () => clock.now);
  await world.facts({ items: [anItem("A", { weightGrams: 1000 }), anItem("B", { weightGrams: 1000 })], nodes: [aNode("east", { address: { country: "DE" }, cutOff: "18:00" })] });
  await shareParcels(world, [[1000, 4], [2000, 6], [9000, 9]]);
  await world.facts({ channels: [aChannel("web", { autoRelease: true, strategy: "main" })] });
  for (const sku of ["A", "B"]) await world.receive(sku, "east", 1_000);
});
beforeEach(() => {
  workers = runWorkers(world);
});
afterEach(() => workers.stop());
afterAll(async () => {
  expect((await verifyTenant(world.pool, world.tenantId)).checks.flatMap(({ named }) => [...named])).toEqual([]);
  await world.close();
  await database.drop();
});

let serial = 0;
const ADA = { customer: { email: "ada@example.com" }, ship_to: { name: "Ada", street: "Weg 1", city: "Berlin", postcode: "10115", country: "DE" } };
/** Nobody's yet: every test has a street of its own. */
const ada = (street = `Weg ${(serial += 1)}`): typeof ADA => ({ ...ADA, ship_to: { ...ADA.ship_to, street } });
async function ordered(contact: object, over: object = {}): Promise<string> {
  const [answer] = await world.capture(anOrder([{ sku: "A", quantity: 1 }], { contact, ...over }));
  workers.nudge();
  return orderIdOf(answer);
}
const shipments = (orderId: string): Promise<{ status: string; parcel: { id: string; shipments: string[]; saving_micros: number } | null; tracking: string | null }[]> =>
  world.query("select status, document -> 'parcel' as parcel, document #>> '{packages,0,tracking_number}' as tracking from ordo.shipment where order_id = $1 order by shipment_no", [orderId]);
const is = (orderId: string, status: string): Promise<unknown> => until(`order is ${status}`, async () => (await shipments(orderId)).every((one) => one.status === status));
const waiting = (...ids: string[]): Promise<unknown> => until("orders wait", async () => (await world.query("select from ordo.merge_wait where order_id = any($1)", [ids])).length === ids.length);
const later = (minutes: number): void => void (clock.now += minutes * MINUTE);

test("orders of one customer wait for each other, are told to their node together, and leave under one number once both are packed", async () => {
  const contact = ada();
  const one = await ordered(contact);
  await waiting(one);
  later(20);
  const [other, stranger] = [await ordered(contact), await ordered(ada())];
  await waiting(one, other, stranger);
  expect([await shipments(one), await shipments(other)]).toMatchObject([[{ status: "PLANNED", parcel: null }], [{ status: "PLANNED" }]]);
  later(10);
  await is(one, "RELEASED");
  const [[first], [second]] = [await shipments(one), await shipments(other)];
  expect(second?.status).toBe("RELEASED");
  expect(first?.parcel).toMatchObject({ shipments: [shipmentId(one, 1), shipmentId(other, 1)], saving_micros: 2_000_000 });
  expect(second?.parcel).toEqual(first?.parcel);
  expect(await shipments(stranger)).toMatchObject([{ status: "PLANNED", parcel: null }]);
  for (const id of [one, other]) done(await world.act(id, { type: "pick", shipmentNo: 1, lines: null, correctStock: true }));
  for (const id of [one, other]) done(await world.act(id, { type: "pack", shipmentNo: 1, packages: null }));
  done(await world.act(one, { type: "ship", shipmentNo: 1, carrier: "post", service: "parcel", trackingNumbers: ["P-1"] }));
  workers.nudge();
  await is(other, "SHIPPED");
  expect(await shipments(other)).toMatchObject([{ tracking: "P-1" }]);
  later(20);
  await is(stranger, "RELEASED");
  expect(await shipments(stranger)).toMatchObject([{ parcel: null }]);
  expect(await world.query("select from ordo.merge_wait where order_id = any($1)", [[one, stranger]])).toEqual([]);
});

test("what is not packed when the other one leaves stays with its node", async () => {
  const contact = ada();
  const [one, other] = [await ordered(contact), await ordered(contact)];
  await waiting(one, other);
  later(30);
  await is(other, "RELEASED");
  done(await world.act(one, { type: "ship", shipmentNo: 1, carrier: "post", service: "parcel", trackingNumbers: ["P-2"] }));
  workers.nudge();
  await until("the journey has read everything", async () => (await world.query<{ n: string }>("select k.position - c.position as n from ordo.consumer c join ordo.event_counter k using (tenant_id) where c.name = 'journey'"))[0]?.n === "0");
  expect([await shipments(one), await shipments(other)]).toMatchObject([[{ status: "SHIPPED" }], [{ status: "RELEASED", tracking: null }]]);
});

test("an order that was cancelled meanwhile, or is held, goes with nobody", async () => {
  const contact = ada();
  const [one, cancelled, held] = [await ordered(contact), await ordered(contact), await ordered(contact, { requestedHolds: [{ kind: "MANUAL", reason: "look", dueAt: null }] })];
  await waiting(one, cancelled, held);
  done(await world.act(cancelled, { type: "cancel", lines: null, reason: "changed my mind", force: false }));
  later(30);
  await is(one, "RELEASED");
  expect([await shipments(one), await shipments(cancelled), await shipments(held)]).toMatchObject([[{ parcel: null }], [{ status: "CANCELLED" }], [{ status: "PLANNED" }]]);
  done(await world.act(held, { type: "release_hold", holdNo: 1, reason: "looked" }));
  workers.nudge();
  await is(held, "RELEASED");
});

test("an order that would leave a day later goes at once, with who waits already", async () => {
  clock.now = Date.UTC(2027, 2, 2, 17, 20);
  const contact = ada();
  const early = await ordered(contact);
  await waiting(early);
  later(20);
  const late = await ordered(contact);
  await is(late, "RELEASED");
  expect([await shipments(early), await shipments(late)]).toMatchObject([[{ status: "RELEASED", parcel: { saving_micros: 2_000_000 } }], [{ parcel: { saving_micros: 2_000_000 } }]]);
});

test("an order whose address changes while its parcel is looked for goes there alone", async () => {
  clock.now = Date.UTC(2027, 2, 3, 6);
  const contact = ada();
  const [one, other] = [await ordered(contact), await ordered(contact)];
  await waiting(one, other);
  await workers.stop();
  later(30);
  let asked = 0;
  const meanwhile: MergeStore = {
    transact: (tenantId, work) => world.store.transact(tenantId, (tx) => work({
      ...tx,
      loadContacts: async (ids) => {
        const found = await tx.loadContacts(ids);
        if ((asked += 1) === 1) await world.query("update ordo.order_contact set data = $2 where order_id = $1", [other, await moved(other)]);
        return found;
      },
    })),
  };
  expect(await releaseEndedWaits(meanwhile, world.tenantId, world.ambient)).toBe(2);
  expect([await shipments(one), await shipments(other)]).toMatchObject([[{ status: "RELEASED", parcel: null }], [{ status: "RELEASED", parcel: null }]]);
});

/** The contact of an order, at another address. */
async function moved(orderId: string): Promise<object> {
  const [row] = await world.query<{ data: { ship_to: object; ship_to_normalised: object } }>("select data from ordo.order_contact where order_id = $1", [orderId]);
  const street = `Weg ${(serial += 1)}`;
  return { ...row?.data, ship_to: { ...row?.data.ship_to, street }, ship_to_normalised: { ...row?.data.ship_to_normalised, street } };
}

test("an order whose channel no longer releases by itself waits for a person", async () => {
  clock.now = Date.UTC(2027, 2, 3, 8);
  const one = await ordered(ada());
  await waiting(one);
  await workers.stop();
  await world.facts({ channels: [aChannel("web", { autoRelease: false, strategy: "main" })] });
  later(30);
  expect(await releaseEndedWaits(world.store, world.tenantId, world.ambient)).toBe(1);
  expect(await shipments(one)).toMatchObject([{ status: "PLANNED", parcel: null }]);
  expect(await releaseEndedWaits(world.store, world.tenantId, world.ambient)).toBe(0);
  await world.facts({ channels: [aChannel("web", { autoRelease: true, strategy: "main" })] });
});

test("an order still goes where nobody merges any more, and one that was erased goes alone", async () => {
  clock.now = Date.UTC(2027, 2, 3, 10);
  const contact = ada();
  const [one, other] = [await ordered(contact), await ordered(contact)];
  await waiting(one, other);
  await workers.stop();
  await world.query("update ordo.order_contact set data = null, erased_hash = '\\x00' where order_id = $1", [other]);
  await world.facts({ channels: [aChannel("web", { autoRelease: true })] });
  later(30);
  expect(await releaseEndedWaits(world.store, world.tenantId, world.ambient)).toBe(2);
  expect([await shipments(one), await shipments(other)]).toMatchObject([[{ status: "RELEASED", parcel: null }], [{ status: "RELEASED", parcel: null }]]);
  expect(await releaseEndedWaits(world.store, world.tenantId, world.ambient)).toBe(0);
});
