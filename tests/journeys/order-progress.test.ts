import { afterAll, beforeAll, expect, test } from "vitest";
import * as api from "../../client/src/index.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { createTestDatabase } from "../support/postgres.ts";

/** How far an order is, as the list shows it: units shipped or further, of units that are not cancelled. */

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let server: TestApi;
let client: api.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  client = server.client;
  await done(api.putItem({ client, path: { sku: "BOX" }, body: { name: "Box", units: [{ name: "case", factor: 12 }] } }));
  await done(api.putItem({ client, path: { sku: "TEA" }, body: { name: "Tea", base_unit: "kg", quantity_scale: 3 } }));
  for (const code of ["berlin", "munich"]) await done(api.putNode({ client, path: { code }, body: { name: code } }));
  await done(api.putChannel({ client, path: { code: "web" }, body: { name: "Web", currency: "EUR" } }));
  for (const [sku, node] of [["BOX", "berlin"], ["TEA", "munich"]] as const) await done(api.receiveStock({ client, body: { sku, node, quantity: 100 } }));
});
afterAll(async () => {
  await server?.close();
  await database?.drop();
});

async function done<T>(call: Promise<{ data?: T | undefined; error?: unknown }>): Promise<T> {
  const { data, error } = await call;
  if (data === undefined) throw new Error(JSON.stringify(error));
  return data;
}

async function capture(externalId: string, lines: readonly { sku: string; quantity: string; unit?: string }[]): Promise<api.CapturedOrder> {
  const body = { channel: "web", external_id: externalId, currency: "EUR", lines: lines.map((line) => ({ ...line, unit_price: "0" })), payment: { state: "paid" as const } };
  return done(api.captureOrder({ client, body }));
}
const unitsOf = async (externalId: string): Promise<unknown> => (await done(api.listOrders({ client, query: { external_id: externalId } }))).data.map(({ line_count, units }) => ({ line_count, ...units }));
async function send(order: api.CapturedOrder, node: string): Promise<string> {
  const path = { id: order.shipments?.find((one) => one.node === node)?.id ?? "" };
  await done(api.releaseShipment({ client, path }));
  await done(api.pickShipment({ client, path }));
  await done(api.shipShipment({ client, path }));
  return path.id;
}

test("units are counted in base units, and shipped ones stay shipped whatever the carrier says", async () => {
  const order = await capture("cases", [{ sku: "BOX", quantity: "2", unit: "case" }, { sku: "BOX", quantity: "3" }]);
  expect(await unitsOf("cases")).toEqual([{ line_count: 2, ordered: 27, cancelled: 0, shipped: 0, quantity_scale: 0 }]);
  await done(api.cancelOrder({ client, path: { id: order.id }, body: { reason: "fewer", lines: [{ line: 2, quantity: 2 }] } }));
  const shipment = await send(order, "berlin");
  expect(await unitsOf("cases")).toEqual([{ line_count: 2, ordered: 27, cancelled: 2, shipped: 25, quantity_scale: 0 }]);
  await done(api.deliverShipment({ client, path: { id: shipment } }));
  expect(await unitsOf("cases")).toEqual([{ line_count: 2, ordered: 27, cancelled: 2, shipped: 25, quantity_scale: 0 }]);
});

test("lines counted in different scales are summed in the finest of them", async () => {
  const order = await capture("mixed", [{ sku: "BOX", quantity: "3" }, { sku: "TEA", quantity: "2.5" }]);
  expect(await unitsOf("mixed")).toEqual([{ line_count: 2, ordered: 5500, cancelled: 0, shipped: 0, quantity_scale: 3 }]);
  await send(order, "berlin");
  expect(await unitsOf("mixed")).toEqual([{ line_count: 2, ordered: 5500, cancelled: 0, shipped: 3000, quantity_scale: 3 }]);
  await done(api.cancelOrder({ client, path: { id: order.id }, body: { reason: "not the tea" } }));
  expect(await unitsOf("mixed")).toEqual([{ line_count: 2, ordered: 5500, cancelled: 2500, shipped: 3000, quantity_scale: 3 }]);
});

test("goods handed over in person count, and the largest quantities break no list", async () => {
  const order = await capture("by-hand", [{ sku: "BOX", quantity: "1" }]);
  const path = { id: order.shipments?.[0]?.id ?? "" };
  for (const step of [api.releaseShipment, api.pickShipment, api.packShipment, api.handOverShipment]) await done<unknown>(step({ client, path }));
  expect(await unitsOf("by-hand")).toEqual([{ line_count: 1, ordered: 1, cancelled: 0, shipped: 1, quantity_scale: 0 }]);
  await done(api.putItem({ client, path: { sku: "DUST" }, body: { name: "Dust", base_unit: "kg", quantity_scale: 6 } }));
  await capture("huge", [...Array.from({ length: 20 }, () => ({ sku: "BOX", quantity: "1000000000000" })), { sku: "DUST", quantity: "1" }]);
  expect(await unitsOf("huge")).toEqual([{ line_count: 21, ordered: 20_000_000_000_001_000_000, cancelled: 0, shipped: 0, quantity_scale: 6 }]);
});

test("the command line shows the same", async () => {
  const { code, out: printed } = await server.ordo("orders", "list");
  expect(code).toBe(0);
  expect(printed).toMatch(/TOTAL +UNITS +SHIPPED +NODES/);
  expect(printed).toMatch(/ cases +0\.00 EUR +27 +25 of 25 +berlin/);
  expect(printed).toMatch(/ mixed +0\.00 EUR +5\.5 +3 of 3 +berlin/);
});
