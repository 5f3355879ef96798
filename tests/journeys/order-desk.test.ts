import { afterAll, beforeAll, expect, test } from "vitest";
import { publicId } from "../../src/domain/kernel/index.ts";
import { findPrincipal } from "../../src/postgres/api-keys.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { aChannel, anItem, aNode, anOrder, orderIdOf } from "../support/world.ts";

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let server: TestApi;
const ANNA = { id: "0192aaaa-bbbb-7ccc-8ddd-eeeeffff0001", key: "anna" };
const BEN = { id: "0192aaaa-bbbb-7ccc-8ddd-eeeeffff0002", key: "ben" };
const [anna, ben] = [publicId("user", ANNA.id), publicId("user", BEN.id)];
/** An order of its own for every test. */
const order = async (): Promise<string> => publicId("order", orderIdOf((await server.world.capture(anOrder([{ sku: "A", quantity: 1 }])))[0]));

beforeAll(async () => {
  database = await createTestDatabase();
  const people = new Map([[ANNA.key, anna], [BEN.key, ben]]);
  server = await openApi(database, {
    authenticate: async (key) => {
      const userId = people.get(key);
      return userId === undefined ? findPrincipal(server.world.pool, key, Date.now())
        : { tenantId: server.world.tenantId, keyId: null, sessionId: null, places: null, userId, name: key, scopes: ["orders:read", "orders:read_personal", "orders:write"] };
    },
  });
  const { world } = server;
  await world.facts({ items: [anItem("A", { backorder: true })], nodes: [aNode("berlin")], channels: [aChannel("web")] });
  for (const { id, key } of [ANNA, BEN]) {
    await world.query("insert into ordo.app_user (tenant_id, id, email, name, roles, created_at) values ($1, $2, $3, $3, '{}', now())", [world.tenantId, id, key]);
  }
});
afterAll(async () => {
  await server?.close();
  await database?.drop();
});

async function ask(key: string, method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<{ status: number; body: Record<string, any> }> {
  const response = await fetch(server.url + path, {
    method, headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers }, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() as Record<string, any> };
}

test("a view belongs to whoever saved it; shared ones are everybody's to see, and one that names what is gone is listed and mended", async () => {
  const mine = await ask("anna", "POST", "/v1/views", { screen: "orders", name: "Gone", query: "?colour=red&status=NO_SUCH", columns: ["number", "tags"] });
  expect(mine).toMatchObject({ status: 201, body: { id: expect.stringMatching(/^viw_/), mine: true, shared: false, owner: anna, columns: ["number", "tags"], position: 0 } });
  const path = `/v1/views/${mine.body["id"]}`;
  expect((await ask("ben", "GET", "/v1/views?screen=orders")).body["data"]).toEqual([]);
  expect(await ask("ben", "PATCH", path, { name: "Mine now" })).toMatchObject({ status: 404 });
  expect(await ask("anna", "PATCH", path, { query: "?status=PROCESSING", shared: true, position: 2, columns: null })).toMatchObject({ status: 200, body: { query: "?status=PROCESSING", shared: true, columns: null } });
  expect((await ask("ben", "GET", "/v1/views?screen=orders")).body["data"]).toMatchObject([{ name: "Gone", mine: false }]);
  expect(await ask("ben", "DELETE", path)).toMatchObject({ status: 403, body: { code: "FORBIDDEN" } });
  expect((await ask("anna", "GET", "/v1/views?screen=shipments")).body["data"]).toEqual([]);
  expect(await ask(server.adminKey, "DELETE", path)).toMatchObject({ status: 200, body: { deleted: true } });
  expect(await ask("anna", "POST", "/v1/views", { screen: "Orders!", name: "", query: "x".repeat(2049) })).toMatchObject({ status: 422 });
});

test("tags and the assignee stand on the order and in the list, with events and a way back", async () => {
  const id = await order();
  const tagged = await ask("anna", "PUT", `/v1/orders/${id}/tags`, { tags: ["vip", "call back"] });
  expect(tagged).toMatchObject({ status: 200, body: { tags: ["call back", "vip"], undo: { method: "PUT", path: `/v1/orders/${id}/tags`, body: { tags: [] } } } });
  expect((await ask("anna", "PUT", `/v1/orders/${id}/tags`, { tags: ["vip", "call back"] })).body["undo"]).toBeNull();
  const given = await ask("anna", "PUT", `/v1/orders/${id}/assignee`, { assignee: "me" });
  expect(given).toMatchObject({ status: 200, body: { assignee: anna, undo: { body: { assignee: null } } } });
  expect((await ask("anna", "GET", `/v1/orders/${id}`)).body).toMatchObject({ tags: ["call back", "vip"], assignee: anna, note_count: 0 });
  expect((await ask("anna", "GET", "/v1/orders")).body["data"].find((one: { id: string }) => one.id === id)).toMatchObject({ tags: ["call back", "vip"], assignee: anna });
  const { method, path, body } = given.body["undo"];
  expect(await ask("ben", method, path, body)).toMatchObject({ body: { assignee: null } });
  const events = (await ask(server.adminKey, "GET", `/v1/orders/${id}/timeline`)).body["data"].filter((one: { type: string }) => /OrderTagged|OrderAssigned/.test(one.type));
  expect(events).toMatchObject([
    { type: "OrderTagged", actor: anna, actor_name: "anna", data: { added: ["call back", "vip"], removed: [] } }, { type: "OrderAssigned", actor: anna, data: { from: null, to: anna } }, { type: "OrderAssigned", actor: ben, actor_name: "ben", data: { from: anna, to: null } },
  ]);
  const logged = (await ask(server.adminKey, "GET", "/v1/events?limit=250")).body["data"].find((one: { type: string; order: string }) => one.order === id && one.type === "OrderTagged");
  expect(logged).toMatchObject({ actor: anna, actor_name: "anna" });
  expect((await ask("anna", "GET", "/v1/order-tags?limit=1")).body).toMatchObject({ data: [{ tag: "call back" }], has_more: true });
  expect((await ask("anna", "GET", "/v1/order-tags")).body["data"]).toEqual([{ tag: "call back" }, { tag: "vip" }]);
});

test("two who add a tag each at the same moment lose none, and each takes back only their own", async () => {
  const id = await order();
  const path = `/v1/orders/${id}/tags`;
  // Both read the order without tags.
  const [mine, theirs] = await Promise.all([ask("anna", "PATCH", path, { add: ["anna's"] }), ask("ben", "PATCH", path, { add: ["ben's"] })]);
  expect([mine.status, theirs.status]).toEqual([200, 200]);
  expect((await ask("anna", "GET", `/v1/orders/${id}`)).body["tags"]).toEqual(["anna's", "ben's"]);
  const { method, path: back, body } = mine.body["undo"];
  expect(await ask("anna", method, back, body)).toMatchObject({ status: 200, body: { tags: ["ben's"] } });
  expect(await ask("anna", "PATCH", path, { add: ["ben's"], remove: ["gone"] })).toMatchObject({ status: 200, body: { tags: ["ben's"], undo: null } });
  expect(await ask("anna", "PATCH", path, {})).toMatchObject({ status: 422, body: { errors: [{ pointer: "#/add" }] } });
  expect(await ask("anna", "PATCH", path, { add: ["a"], remove: ["b", "a"] })).toMatchObject({ status: 422, body: { errors: [{ pointer: "#/remove/1" }] } });
});

test("what is no tag and who is nobody is refused with the caller's own values", async () => {
  const id = await order();
  expect(await ask("anna", "PUT", `/v1/orders/${id}/tags`, { tags: ["ok", " padded", "x".repeat(41)] })).toMatchObject({ status: 422, body: { errors: [{ pointer: "#/tags/1" }, { pointer: "#/tags/2" }] } });
  expect(await ask("anna", "PUT", `/v1/orders/${id}/assignee`, { assignee: "usr_0192aaaabbbb7ccc8dddeeeeffff0009" })).toMatchObject({ body: { errors: [{ pointer: "#/assignee", code: "NOT_FOUND" }] } });
  expect(await ask("anna", "PUT", "/v1/orders/ord_0192aaaabbbb7ccc8dddeeeeffff0000/tags", { tags: ["vip"] })).toMatchObject({ status: 404 });
});

test("a note reaches who it mentions, is deleted by who wrote it, and its words are in no event and no kept answer", async () => {
  const id = await order();
  const secret = "Mrs Smith called about the dog";
  const written = await ask("anna", "POST", `/v1/orders/${id}/notes`, { text: secret, mentions: [ben, ben] }, { "idempotency-key": "note-1" });
  expect(written).toMatchObject({ status: 201, body: { author: anna, mentions: [ben] } });
  expect(await ask("anna", "POST", `/v1/orders/${id}/notes`, { text: secret, mentions: [ben, ben] }, { "idempotency-key": "note-1" })).toMatchObject({ status: 200, body: written.body });
  expect((await ask("ben", "GET", `/v1/orders/${id}/notes`)).body["data"]).toMatchObject([{ text: secret, author: anna }]);
  expect((await ask(await server.keyWith(["orders:read"]), "GET", `/v1/orders/${id}/notes`)).body["data"]).toMatchObject([{ text: null }]);
  expect((await ask("ben", "GET", "/v1/mentions")).body).toMatchObject({ unread: 1, data: [{ unread: true, note: { order: id, text: secret } }] });
  expect((await ask("anna", "GET", "/v1/mentions")).body).toMatchObject({ unread: 0, data: [] });
  const later = await ask("anna", "POST", `/v1/orders/${id}/notes`, { text: "again", mentions: [ben] });
  expect(await ask("ben", "POST", "/v1/mentions/read", { notes: [later.body["id"]] })).toMatchObject({ body: { read: 1 } });
  const first = (await ask("ben", "GET", "/v1/mentions?limit=1")).body;
  expect(first).toMatchObject({ unread: 1, has_more: true, data: [{ unread: true, note: { id: written.body["id"] } }] });
  expect((await ask("ben", "GET", `/v1/mentions?cursor=${first["next_cursor"]}`)).body).toMatchObject({ has_more: false, data: [{ unread: false, note: { id: later.body["id"] } }] });
  expect(await ask("ben", "POST", "/v1/mentions/read", {})).toMatchObject({ body: { read: 1 } });
  expect((await ask("anna", "GET", `/v1/orders/${id}`)).body["note_count"]).toBe(2);
  for (const table of ["event", "idempotency"]) {
    expect(await server.world.query(`select from ordo.${table} t where tenant_id = $1 and t::text like '%Smith called%'`, [server.world.tenantId])).toEqual([]);
  }
  expect(await ask("ben", "DELETE", `/v1/orders/${id}/notes/${written.body["id"]}`)).toMatchObject({ status: 403 });
  expect(await ask("anna", "DELETE", `/v1/orders/${id}/notes/${written.body["id"]}`)).toMatchObject({ status: 200 });
  expect((await ask("anna", "GET", `/v1/orders/${id}/notes`)).body["data"]).toMatchObject([{ text: "again" }]);
  await server.world.query("update ordo.order_contact set data = null where tenant_id = $1 and order_id = $2", [server.world.tenantId, orderUuid(id)]);
  expect((await ask("anna", "GET", `/v1/orders/${id}/notes`)).body["data"]).toMatchObject([{ text: null, author: anna }]);
});

const orderUuid = (id: string): string => id.slice(4).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

test("a hold says how it is undone", async () => {
  const id = await order();
  const held = await ask("anna", "POST", `/v1/orders/${id}/holds`, { kind: "MANUAL", reason: "look" });
  expect(held.body["undo"]).toEqual({ method: "POST", path: `/v1/orders/${id}/holds/1/release`, body: { reason: "undone" }, untold_seconds: 10 });
  const { method, path, body } = held.body["undo"];
  expect(await ask("anna", method, path, body)).toMatchObject({ status: 200, body: { order: { holds: [] } } });
});
