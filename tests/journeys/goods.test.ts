import { afterAll, beforeAll, expect, test } from "vitest";
import { openApi, type TestApi } from "../support/api.ts";
import { aPerson, type Person } from "../support/people.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { aChannel, anItem, anOrder, aNode } from "../support/world.ts";

/** What people see of goods before they change them: supply by date, who waits, previews, shortages, and what is kept back. */

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let server: TestApi;
let berliner: Person;
type Body = Record<string, any>;

beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  await server.world.facts({
    items: [anItem("A", { backorder: true }), anItem("B", { backorder: true }), anItem("C"), anItem("CUP-BLUE", { name: "Blue cup, large" }), anItem("CUP-RED", { name: "Red cup" })],
    nodes: [aNode("berlin"), aNode("munich")], channels: [aChannel("web"), aChannel("shop")],
  });
  berliner = await aPerson(server, ["store"], ["berlin"]);
});
afterAll(async () => {
  await server?.close();
  await database?.drop();
});

async function send(method: string, path: string, body?: unknown, status = 200): Promise<Body> {
  const answer = await fetch(server.url + path, {
    method, headers: { authorization: `Bearer ${server.adminKey}`, ...(body === undefined ? {} : { "content-type": "application/json" }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  expect(answer.status, text).toBe(status);
  return JSON.parse(text) as Body;
}
const purchase = (reference: string, sku: string, quantity: number, due: string, node = "berlin"): Promise<Body> =>
  send("POST", "/v1/purchase-orders", { reference, node, due_at: `${due}T08:00:00Z`, lines: [{ sku, quantity }] }, 201);
const references = async (query: string): Promise<string[]> => (await send("GET", `/v1/supply-orders?${query}`))["data"].map(({ reference }: Body) => reference);

test("documents come by date, what is late first, page by page; the history of one names who did what, and claims who waits", async () => {
  const late = await purchase("LATE", "C", 3, "2020-01-01");
  await purchase("SOON", "C", 3, "2040-01-01", "munich");
  await purchase("LATER", "C", 3, "2041-01-01");
  const first = await send("GET", "/v1/supply-orders?sort=due&limit=2");
  expect(first["data"].map(({ reference, due_at: due }: Body) => [reference, due.slice(0, 4)])).toEqual([["LATE", "2020"], ["SOON", "2040"]]);
  expect(await references(`sort=due&limit=2&cursor=${first["next_cursor"]}`)).toEqual(["LATER"]);
  expect([await references("sort=due&node=munich"), await references("node=berlin")]).toEqual([["SOON"], ["LATER", "LATE"]]);
  expect(first["data"][0]["lines"][0]).toMatchObject({ sku: "C", name: "Item C", gtin: null, base_unit: "each", quantity_scale: 0 });
  await send("PATCH", `/v1/supplies/${late["lines"][0]["supply"]}`, { due_at: "2039-01-01T08:00:00Z", reason: "the ship waits" });
  await send("POST", `/v1/supply-orders/${late["id"]}/receive`, { lines: [{ sku: "C", quantity: 2 }], close: true, reason: "sold out" });
  const { data: history } = await send("GET", `/v1/supply-orders/${late["id"]}/history`);
  expect(history.map(({ type, reason }: Body) => [type, reason])).toEqual([
    ["SupplyDiscrepancy", "sold out"], ["StockReceived", null], ["SupplyChanged", "the ship waits"], ["SupplyCreated", null], ["SupplyOrderCreated", null]]);
  expect(await references("sort=due&open=false")).toEqual(["SOON", "LATER", "LATE"]);
});

test("another date is told order by order before it is said, and nothing of that stays", async () => {
  await server.world.capture(anOrder([{ sku: "A", quantity: 4 }], { externalId: "W-1" }));
  const { id, lines: [{ supply }] } = await purchase("DATED", "A", 10, "2030-03-01");
  const { data: [claim] } = await send("GET", `/v1/supply-orders/${id}/claims`);
  expect(claim).toMatchObject({ supply, sku: "A", line: 1, quantity: 4 });
  const { supply: changed, effect } = await send("POST", `/v1/supplies/${supply}/preview`, { due_at: "2030-05-01T08:00:00Z" });
  expect(changed).toMatchObject({ due_at: "2030-05-01T08:00:00.000Z", quantity: 10 });
  expect(effect.promises).toEqual([{ order: claim["order"], order_number: claim["order_number"], line: 1, from: "2030-03-01T08:00:00.000Z", to: "2030-05-01T08:00:00.000Z" }]);
  expect((await send("GET", `/v1/orders/${claim["order"]}`))["lines"][0].expected_at).toBe("2030-03-01T08:00:00.000Z");
  expect(await send("POST", `/v1/supplies/${supply}/preview`, { quantity: "x" }, 422)).toMatchObject({ errors: [{ pointer: "#/quantity" }] });
});

test("counts show what they would take from whom, line by line, and what is owed is listed once they are done", async () => {
  await server.world.receive("B", "berlin", 5);
  const order = await send("POST", "/v1/orders", { channel: "web", external_id: "S-1", currency: "EUR", lines: [{ sku: "B", quantity: 4, unit_price: "1" }] }, 201);
  await server.world.receive("B", "munich", 9);
  const body = { node: "berlin", lines: [{ sku: "B", quantity: "1" }, { sku: "NOPE", quantity: "1" }, { sku: "C", quantity: "-1" }] };
  const { lines, effect } = await send("POST", "/v1/stock/counts/preview", body);
  expect(lines[0]).toEqual({ sku: "B", on_hand: 1, change: -4, short: 3, quantity_scale: 0, problem: null });
  expect(lines.slice(1).map(({ problem }: Body) => problem.code)).toEqual(["UNKNOWN_ITEM", "QUANTITY_NOT_POSITIVE"]);
  expect(effect.displaced).toMatchObject([{ order: order["id"], unplaced: 0, to: [{ node: "munich" }] }]);
  expect((await send("GET", "/v1/stock?sku=B&node=berlin"))["data"][0]).toMatchObject({ on_hand: 5, reserved: 4 });
  await send("POST", `/v1/shipments/shp_${String(order["id"]).slice(4)}_1/release`, {});
  await send("POST", "/v1/stock/counts", { sku: "B", node: "berlin", quantity: 1 });
  const { data: owed } = await send("GET", "/v1/stock/shortages");
  expect(owed).toMatchObject([{ sku: "B", node: "berlin", on_hand: 1, short: 3, orders: [{ order: order["id"], status: "RELEASED", quantity: 4 }] }]);
  expect((await send("GET", "/v1/stock/shortages?node=munich"))["data"]).toEqual([]);
});

test("what is kept back is said with one reason, all of it or nothing, and leaves the rest of item and channel alone", async () => {
  await send("PUT", "/v1/items/KEPT", { name: "Kept", backorder: true, safety_percent: 5, weight_grams: 7 }, 201);
  expect(await send("POST", "/v1/stock/protection", { reason: "peak", items: [{ sku: "KEPT", safety_stock: 3 }], channels: [{ code: "shop", buffer: 2 }, { code: "web", buffer: 0 }] })).toEqual({ items: ["KEPT"], channels: ["shop"] });
  expect(await send("GET", "/v1/items/KEPT")).toMatchObject({ safety_stock: 3, safety_percent: 5, backorder: true, weight_grams: 7 });
  expect((await send("GET", "/v1/channels/shop"))["buffer"]).toBe(2);
  await server.world.receive("KEPT", "berlin", 10);
  const network = async (channel: string): Promise<unknown> => (await send("GET", `/v1/availability?sku=KEPT${channel}`))["data"][0].network.atp;
  expect([await network(""), await network("&channel=shop")]).toEqual([7, 5]);
  const refused = await send("POST", "/v1/stock/protection", { reason: "peak", items: [{ sku: "KEPT", safety_stock: 9 }, { sku: "NOPE", safety_stock: 1 }], channels: [{ code: "nope", buffer: 1 }] }, 422);
  expect(refused["errors"].map(({ pointer }: Body) => pointer)).toEqual(["#/items/1/sku", "#/channels/0/code"]);
  expect((await send("GET", "/v1/items/KEPT"))["safety_stock"]).toBe(3);
  const [said] = await server.world.query<Body>("select reason, data -> 'changes' as changes from ordo.event where type = 'ItemSaved' and data ->> 'sku' = 'KEPT' order by position desc limit 1");
  expect(said?.["reason"]).toBe("peak");
});

test("items are found by the beginnings of words, on the server", async () => {
  const found = async (q: string): Promise<string[]> => (await send("GET", `/v1/items?q=${encodeURIComponent(q)}`))["data"].map(({ sku }: Body) => sku);
  expect([await found("cup"), await found("blue"), await found("cup LAR"), await found("cup-r"), await found("up"), await found("100%")]).toEqual([["CUP-BLUE", "CUP-RED"], ["CUP-BLUE"], ["CUP-BLUE"], ["CUP-RED"], [], []]);
  const { id } = await send("GET", "/v1/items/CUP-RED");
  expect(await found(String(id))).toEqual(["CUP-RED"]);
});

test("whoever works at one node sees and receives only what comes to it", async () => {
  const transfer = await send("POST", "/v1/transfers", { reference: "T-1", node: "berlin", from_node: "munich", due_at: "2030-01-01T08:00:00Z", lines: [{ sku: "B", quantity: 2 }] }, 201);
  const { data: [elsewhere] } = await send("GET", "/v1/supply-orders?node=munich");
  const own = await (await berliner.call("GET", "/v1/supply-orders?limit=100")).json() as Body;
  expect(own["data"].map(({ reference }: Body) => reference)).not.toContain("SOON");
  expect((await berliner.call("GET", `/v1/supply-orders/${elsewhere.id}`)).status).toBe(404);
  expect((await berliner.call("POST", `/v1/supply-orders/${elsewhere.id}/receive`, { lines: [] })).status).toBe(404);
  expect((await berliner.call("POST", `/v1/supply-orders/${transfer["id"]}/ship`, {})).status).toBe(403);
  await send("POST", `/v1/supply-orders/${transfer["id"]}/ship`, {});
  expect((await berliner.call("POST", `/v1/supply-orders/${transfer["id"]}/receive`, { lines: [{ sku: "B", quantity: 2 }] })).status).toBe(200);
  expect((await berliner.call("POST", "/v1/stock/counts/preview", { node: "munich", lines: [{ sku: "B", quantity: 1 }] })).status).toBe(422);
  expect(((await (await berliner.call("GET", "/v1/stock/shortages")).json()) as Body)["data"].every(({ node }: Body) => node === "berlin")).toBe(true);
});
