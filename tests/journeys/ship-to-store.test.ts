import { afterAll, beforeAll, expect, test } from "vitest";
import { parsePublicId } from "../../src/domain/kernel/index.ts";
import type { RecordedEvent } from "../../src/flows/integration.ts";
import { verifyTenant } from "../../src/postgres/verify/index.ts";
import { sweep } from "../../src/flows/sweep.ts";
import { releaseEndedWaits } from "../../src/flows/merge-orders.ts";
import { newId } from "../../src/postgres/tenants.ts";
import { takeNextSteps } from "../../src/server/journey.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";

/** An order collected at a store that does not have it, over HTTP and on a real database. */

let database: TestDatabase;
let server: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  await put("calendars/all", { name: "All days", week: Object.fromEntries(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"].map((day) => [day, [{ opens: "08:00", closes: "20:00" }]])) });
  await put("exchange-rates", { base: "EUR", rates: {} });
  await put("items/TEAPOT", { name: "Teapot", weight_grams: 900 });
  await put("nodes/warehouse", { name: "Warehouse", address: { country: "DE" } });
  await put("nodes/berlin", { name: "Berlin store", kind: "store", address: { country: "DE", postcode: "10115" }, operations: { calendar: "all", pickup: { slot_minutes: 60, hold_days: 7 }, handling: { per_shipment_micros: 500_000 } } });
  await put("carriers/own/services/van", { name: "Own van", stores_only: true, calendar: "all", delivery_weekdays: ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
    lanes: [{ from_nodes: ["warehouse"], to_country: "DE", to_postcodes: [{ from: "10115", to: "10115" }], zone: "berlin", transit_days: { least: 0, most: 0 } }] });
  await put("rate-cards/VAN", { carrier: "own", service: "van", currency: "EUR", zones: { berlin: [{ up_to_grams: 200_000, price: "0.60" }] } });
  expect((await call("PUT", "/v1/strategies/pickup/draft", { groups: [{ name: "all", objective: { kind: "cost", weights: { label: 1000, handling: 1000 } }, ship_to_store: "allowed" }] })).status).toBeLessThan(300);
  expect((await call("POST", "/v1/strategies/pickup/publish", {})).status).toBe(200);
  await put("channels/web", { name: "Web", currency: "EUR", strategy: "pickup", when_unavailable: "exception" });
  await put("channels/plain", { name: "Plain", currency: "EUR", when_unavailable: "exception" });
  await call("POST", "/v1/stock/receipts", { sku: "TEAPOT", node: "warehouse", quantity: 100 });
});
afterAll(async () => {
  await server.close();
  await database.drop();
});

async function call<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }> {
  const answer = await fetch(server.url + path, { method, headers: { authorization: `Bearer ${server.adminKey}`, ...(body === undefined ? {} : { "content-type": "application/json" }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  return { status: answer.status, body: await answer.json() as T };
}
async function put(path: string, body: unknown): Promise<void> {
  const answer = await call("PUT", `/v1/${path}`, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
}
const basket = (quantity: number, over: object = {}): object => ({ channel: "web", external_id: `P-${Math.random()}`, currency: "EUR", lines: [{ sku: "TEAPOT", quantity, unit_price: "20" }], payment: { state: "paid" }, ...over });
interface Shipment { readonly id: string; readonly node: string; readonly to_store: string | null; readonly status: string; readonly expected_arrival_date: string | null }
interface Order { readonly id: string; readonly status: string; readonly pickup_node: string | null; readonly shipments: readonly Shipment[] }
async function ordered(quantity: number, over: object = { pickup_node: "berlin" }): Promise<Order> {
  const answer = await call<{ id: string }>("POST", "/v1/orders", basket(quantity, over));
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return read(answer.body.id);
}
const read = async (id: string): Promise<Order> => (await call<Order>("GET", `/v1/orders/${id}`)).body;
const report = async (id: string, fact: string, body: object = {}): Promise<number> => (await call("POST", `/v1/shipments/${id}/${fact}`, body)).status;
async function shipped(quantity: number): Promise<Order & { readonly shipment: string }> {
  const order = await ordered(quantity);
  const shipment = order.shipments[0]?.id ?? "";
  for (const fact of ["release", "ship"]) expect(await report(shipment, fact)).toBe(200);
  return { ...order, shipment };
}
const invoices = async (order: string): Promise<readonly { total_minor: number }[]> => {
  const { world } = server;
  const rows = await world.query<RecordedEvent & { at: Date }>('select position::int, id, type, order_id as "orderId", occurred_at as at, data from ordo.event where order_id = $1 order by position', [parsePublicId("order", order)]);
  const events = rows.map((row): RecordedEvent => ({ ...row, occurredAt: row.at.getTime() }));
  await takeNextSteps({ store: world.store, ambient: world.ambient }, world.tenantId, events);
  return (await call<{ data: { order: string; total_minor: number }[] }>("GET", "/v1/invoices")).body.data.filter((one) => one.order === order);
};
const verified = async (): Promise<void> => expect(await verifyTenant(server.world.pool, server.world.tenantId, { throttle: false })).toMatchObject({ clean: true });

test("goods are sent to the store, arrive short, are sent again, and are collected", async () => {
  const order = await shipped(3);
  expect(order).toMatchObject({ pickup_node: "berlin", shipments: [{ node: "warehouse", to_store: "berlin", expected_arrival_date: expect.stringMatching(/^\d{4}-/) }] });
  const { body: { data: [decision] } } = await call<{ data: { reason: string }[] }>("GET", `/v1/orders/${order.id}/routing-decisions`);
  expect(decision).toMatchObject({ reason: expect.stringMatching(/^Ships from Warehouse.* By Own van, leaving on \d{4}-\d\d-\d\d, to Berlin store, where it can be collected from \d{4}-/), terms_micros: { label: 600_000, handling: 500_000 } });
  expect(await invoices(order.id)).toEqual([]);
  expect(await report(order.shipment, "deliver")).toBe(409);
  expect(await report(order.shipment, "arrive-at-store", { lines: [{ line: 1, quantity: 2 }] })).toBe(200);
  const there = await read(order.id);
  expect(there).toMatchObject({ status: "PARTIALLY_SHIPPED", shipments: [{ status: "AT_STORE", to_store: "berlin" }, { status: "PLANNED", node: "warehouse", to_store: "berlin" }] });
  expect(await invoices(order.id)).toMatchObject([{ total_minor: 4000 }]);
  await verified();
  const again = there.shipments[1]?.id ?? "";
  for (const fact of ["release", "ship", "arrive-at-store", "hand-over"]) expect(await report(again, fact), fact).toBe(200);
  expect(await report(order.shipment, "hand-over")).toBe(200);
  expect(await read(order.id)).toMatchObject({ status: "COMPLETED", shipments: [{ status: "DELIVERED" }, { status: "DELIVERED" }] });
  expect((await invoices(order.id)).map(({ total_minor: total }) => total).toSorted()).toEqual([2000, 4000]);
  expect((await call<{ data: { node: string }[] }>("GET", "/v1/stock")).body.data.filter(({ node }) => node === "berlin")).toEqual([]);
  await verified();
});

test("what goes to a store that closes is named and not released until it opens", async () => {
  await put("channels/quick", { name: "Quick", currency: "EUR", strategy: "pickup", when_unavailable: "exception", auto_release: true });
  const { world } = server;
  const follow = async (after: number): Promise<void> => {
    const rows = await world.query<RecordedEvent & { at: Date }>('select position::int, id, type, order_id as "orderId", occurred_at as at, data from ordo.event where position > $1 order by position', [after]);
    await takeNextSteps({ store: world.store, ambient: world.ambient }, world.tenantId, rows.map((row): RecordedEvent => ({ ...row, occurredAt: row.at.getTime() })));
  };
  const position = async (): Promise<number> => Number((await world.query<{ position: string }>("select position from ordo.event_counter"))[0]?.position);
  const before = await position();
  const [order, plain] = [await ordered(1, { channel: "quick", pickup_node: "berlin" }), await ordered(1)];
  const closure = await call<{ id: string; expected: { kept: number } }>("POST", "/v1/node-closures", { nodes: ["berlin"], reason: "flood" });
  expect(closure.body.expected.kept).toBe(2);
  const { body: { data } } = await call<{ data: { expected: { kept: unknown; reason: string } }[] }>("GET", `/v1/node-closures/${closure.body.id}/orders`);
  expect(data[0]?.expected).toMatchObject({ kept: [{ shipment: order.shipments[0]?.id, node: "warehouse", status: "PLANNED" }], reason: expect.stringContaining("a store that closed") });
  expect((await call("POST", `/v1/node-closures/${closure.body.id}/apply`, {})).status).toBe(201);
  await follow(before);
  expect((await call("POST", `/v1/shipments/${plain.shipments[0]?.id}/release`, {})).body).toMatchObject({ code: "NODE_CANNOT_TAKE", data: { node: "berlin", reason: "STORE_CLOSED" } });
  expect((await read(order.id)).shipments).toMatchObject([{ status: "PLANNED" }]);
  await world.query("update ordo.shipment set planned_ship_date = current_date - 1 where order_id = $1", [parsePublicId("order", plain.id)]);
  expect((await call<{ data: { fix: object }[] }>("GET", "/v1/morning-list?cause=NOT_RELEASED")).body.data.map(({ fix }) => fix)).toContainEqual(
    expect.objectContaining({ kind: "tell_customer", sentence: "Berlin store, where it is to be collected, is closed: open the store, or tell the customer." }));
  const closed = await position();
  await call("POST", "/v1/node-openings", { nodes: ["berlin"], reason: "dry" });
  await follow(closed);
  expect([(await read(order.id)).shipments, (await read(plain.id)).shipments]).toMatchObject([[{ status: "RELEASED" }], [{ status: "PLANNED" }]]);
});

test("what goes to a store that is closed until a time waits, and is released so that it is there when the store opens", async () => {
  const { world } = server;
  const [order, plain, told] = [await ordered(1, { channel: "quick", pickup_node: "berlin" }), await ordered(1), await ordered(1)];
  expect((await call("POST", `/v1/shipments/${told.shipments[0]?.id}/release`, {})).status).toBe(200);
  const until = Date.now() + 5 * 86_400_000;
  const closure = await call<{ id: string; expected: object }>("POST", "/v1/node-closures", { nodes: ["berlin"], reason: "painting", until: new Date(until).toISOString() });
  const { body: { data } } = await call<{ data: { order: string; expected: { kept: { at_store: string }[]; reason: string } }[] }>("GET", `/v1/node-closures/${closure.body.id}/orders?limit=100`);
  const expected = (id: string): unknown => data.find((row) => row.order === id)?.expected;
  expect([order.id, plain.id, told.id].map(expected)).toMatchObject(["waits", "waits", "decide"].map((there) => ({ result: "kept", kept: [{ node: "warehouse", at_store: there }] })));
  const sums = { store_waits: data.flatMap((row) => row.expected.kept).filter((one) => one.at_store === "waits").length, store_decide: data.flatMap((row) => row.expected.kept).filter((one) => one.at_store === "decide").length };
  expect(closure.body.expected).toMatchObject(sums);
  expect((await call("POST", `/v1/node-closures/${closure.body.id}/apply`, {})).status).toBe(201);
  await takeNextSteps({ store: world.store, ambient: world.ambient }, world.tenantId, [
    { position: 1, id: newId(), type: "OrderRouted", orderId: parsePublicId("order", order.id) ?? null, occurredAt: 0, recordedAt: 0, actor: "x", reason: null, data: {} } as unknown as RecordedEvent]);
  expect((await call("POST", `/v1/shipments/${plain.shipments[0]?.id}/release`, {})).body).toMatchObject({ code: "NODE_CANNOT_TAKE", data: { node: "berlin", reason: "STORE_CLOSED", release_from: expect.any(String) } });
  expect((await read(order.id)).shipments).toMatchObject([{ status: "PLANNED" }]);
  await world.query("update ordo.shipment set planned_ship_date = current_date - 1 where order_id = $1", [parsePublicId("order", plain.id)]);
  expect((await call<{ data: { fix: { sentence: string } }[] }>("GET", "/v1/morning-list?cause=NOT_RELEASED")).body.data.map(({ fix }) => fix.sentence)).toContainEqual(expect.stringContaining("it is there when the store is open again"));
  const days = (count: number): typeof world.ambient => ({ ...world.ambient, now: () => world.ambient.now() + count * 86_400_000 });
  expect(await releaseEndedWaits(world.store, world.tenantId, days(3))).toBe(0);
  expect(await releaseEndedWaits(world.store, world.tenantId, days(5))).toBe(1);
  expect([(await read(order.id)).shipments, (await read(plain.id)).shipments]).toMatchObject([[{ status: "RELEASED" }], [{ status: "PLANNED" }]]);
  await call("POST", "/v1/node-openings", { nodes: ["berlin"], reason: "dry" });
  await verified();
});

test("what nobody collects goes back after the store's days", async () => {
  const [order, other] = [await shipped(1), await shipped(1)];
  for (const { shipment } of [order, other]) await report(shipment, "arrive-at-store");
  await report(other.shipment, "hand-over");
  const { world } = server;
  const days = (count: number): typeof world.ambient => ({ ...world.ambient, now: () => world.ambient.now() + count * 86_400_000 });
  await sweep(world.store, world.tenantId, days(6));
  expect(await read(order.id)).toMatchObject({ shipments: [{ status: "AT_STORE" }] });
  await sweep(world.store, world.tenantId, days(8));
  expect([await read(order.id), await read(other.id)]).toMatchObject([{ shipments: [{ status: "RETURNED_TO_SENDER" }] }, { shipments: [{ status: "DELIVERED" }] }]);
  expect((await call<{ data: { node: string; condition: string; on_hand: number }[] }>("GET", "/v1/stock")).body.data.filter(({ node }) => node === "berlin")).toMatchObject([{ condition: "quarantine" }]);
  expect((await call<{ data: { reason: string }[] }>("GET", "/v1/exceptions")).body.data.map(({ reason }) => reason)).toContain("Nobody collected shipment 1 at berlin.");
  await verified();
});

test("a promise of the store is kept by a claim at the warehouse", async () => {
  const question = { channel: "web", destination: { country: "DE", postcode: "10115" }, lines: [{ sku: "TEAPOT", quantity: 2 }] };
  const { body } = await call<{ options: { option: string; arrival_date: string; complete: boolean; shipments: { node: string; carrier: string }[]; pickup: { starts_at: string } }[] }>("POST", "/v1/promises", question);
  const option = body.options.find((one) => one.option === "pickup/berlin");
  expect(option).toMatchObject({ complete: true, shipments: [{ node: "warehouse", carrier: "own" }], pickup: { starts_at: expect.any(String) } });
  const claim = await call<{ id: string }>("POST", "/v1/promises/claim", { ...question, option: "pickup/berlin", ttl_seconds: 600 });
  expect(claim.status).toBe(201);
  expect(await ordered(2, { claim: claim.body.id })).toMatchObject({ pickup_node: "berlin", shipments: [{ node: "warehouse", to_store: "berlin", expected_arrival_date: option?.arrival_date }] });
});

test("without such a rule the store hands out what it has", async () => {
  expect(await ordered(1, { channel: "plain", pickup_node: "berlin" })).toMatchObject({ status: "PENDING", shipments: [] });
  await call("POST", "/v1/stock/receipts", { sku: "TEAPOT", node: "berlin", quantity: 1 });
  expect((await ordered(1, { channel: "plain", pickup_node: "warehouse" })).shipments).toMatchObject([{ node: "warehouse", to_store: null }]);
});

test("what is not possible is refused by name", async () => {
  const faults = async (method: string, path: string, body: object): Promise<unknown> => (await call<{ errors: { pointer: string; code: string }[] }>(method, path, body)).body.errors.map(({ pointer, code }) => `${pointer} ${code}`);
  expect(await faults("POST", "/v1/orders", basket(1, { pickup_node: "nowhere" }))).toEqual(["#/pickup_node UNKNOWN_NODE"]);
  expect(await faults("PUT", "/v1/strategies/wrong/draft", { groups: [{ name: "all", objective: { kind: "cost" }, ship_to_store: "sometimes" }] })).toEqual(["#/groups/0/ship_to_store INVALID_FIELD"]);
  expect(await faults("PUT", "/v1/nodes/wrong", { name: "Wrong", operations: { pickup: { slot_minutes: 60, hold_days: 0 } } })).toEqual(["#/operations/pickup/hold_days INVALID_FIELD"]);
  const plain = await ordered(1, { pickup_node: "warehouse" });
  const shipment = plain.shipments[0]?.id ?? "";
  for (const fact of ["release", "ship"]) await report(shipment, fact);
  expect(await report(shipment, "arrive-at-store")).toBe(409);
});
