import { afterAll, beforeAll, expect, test } from "vitest";
import type { Order as OrderAnswer } from "../../client/src/index.ts";
import { parsePublicId } from "../../src/domain/kernel/index.ts";
import type { Order } from "../../src/domain/order/index.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { aChannel, anItem, aNode } from "../support/world.ts";

let database: TestDatabase;
let server: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  await server.world.facts({ items: [anItem("A")], nodes: [aNode("n")], channels: [aChannel("web")] });
  await server.world.receive("A", "n", 100);
});
afterAll(async () => {
  await server.close();
  await database.drop();
});

const headers = (): Record<string, string> => ({ authorization: `Bearer ${server.adminKey}`, "content-type": "application/json" });
const capture = async (body: object): Promise<string> => {
  const answer = await fetch(`${server.url}/v1/orders`, { method: "POST", headers: headers(), body: JSON.stringify({ channel: "web", currency: "EUR", lines: [{ sku: "A", quantity: 1, unit_price: "1" }], ...body }) });
  expect(answer.status).toBe(201);
  return (await answer.json() as { id: string }).id;
};
const show = async (id: string): Promise<OrderAnswer> => (await fetch(`${server.url}/v1/orders/${id}`, { headers: headers() })).json() as Promise<OrderAnswer>;
const load = async (id: string): Promise<Order | undefined> => {
  const [order] = await server.world.store.transact(server.world.tenantId, (tx) => tx.lockOrders([parsePublicId("order", id) ?? ""]));
  return order;
};

test("an order says which service it asks for and until when", async () => {
  const id = await capture({ external_id: "S-1", service_level: "express", deliver_by: "2026-12-24T12:00:00+01:00", ship_by: "2026-12-22T00:00:00Z" });
  expect(await show(id)).toMatchObject({ service_level: "express", deliver_by: "2026-12-24T11:00:00.000Z", ship_by: "2026-12-22T00:00:00.000Z" });
  expect((await load(id))?.document).toMatchObject({ service_level: "express", deliver_by: Date.UTC(2026, 11, 24, 11), ship_by: Date.UTC(2026, 11, 22) });
  expect((await server.ordo("orders", "get", id)).out).toContain("\nAsks for express, ship by 2026-12-22 00:00 UTC, deliver by 2026-12-24 11:00 UTC\n");
  expect(await show(await capture({ external_id: "S-2" }))).toMatchObject({ service_level: null, deliver_by: null, ship_by: null });
});

test("routing knows country, region and postcode also where nobody knows the place, and nothing after erasing", async () => {
  const id = await capture({ external_id: "D-1", ship_to: { name: "Ida", street: "1 Main St", city: "Nowhere", region: "California", postcode: "94105-1234", country: "US" } });
  expect((await load(id))?.destination).toEqual({ latitude: null, longitude: null, country: "US", region: "CA", postcode: "941051234" });
  const placed = await capture({ external_id: "D-2", ship_to: { street: "Weg 1", city: "Köln", postcode: "50667", country: "Deutschland", coordinates: { latitude: 50.9, longitude: 6.9 } } });
  expect((await load(placed))?.destination).toEqual({ latitude: 50.9, longitude: 6.9, country: "DE", region: null, postcode: "50667" });
  await server.world.query("update ordo.order_contact set data = null, erased_hash = '\\x00' where order_id = $1", [parsePublicId("order", placed)]);
  expect((await load(placed))?.destination).toBeNull();
  expect((await load(await capture({ external_id: "D-3" })))?.destination).toBeNull();
});
