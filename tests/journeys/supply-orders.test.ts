import { afterAll, beforeAll, expect, test } from "vitest";
import { DEFAULT_OPERATIONS } from "../../src/domain/catalog/index.ts";
import { verifyTenant } from "../../src/postgres/verify/index.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { aChannel, anItem, anOrder, aNode, orderIdOf } from "../support/world.ts";

/** Purchase orders and transfers from announcement to the last discrepancy, through the interface. */

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let server: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  await server.world.facts({
    items: ["A", "B", "C", "D", "E", "F"].map((sku) => anItem(sku, { backorder: true })), nodes: [aNode("dock"), aNode("store", { priority: 2 })], channels: [aChannel("web")],
  });
});
afterAll(async () => {
  const found = await verifyTenant(server.world.pool, server.world.tenantId);
  await server?.close();
  await database?.drop();
  expect(found.checks.flatMap(({ named }) => [...named])).toEqual([]);
});

type Body = Record<string, any>;
async function send(method: string, path: string, body?: unknown, status = 200): Promise<Body> {
  const answer = await fetch(server.url + path, {
    method, headers: { authorization: `Bearer ${server.adminKey}`, ...(body === undefined ? {} : { "content-type": "application/json" }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  expect(answer.status, text).toBe(status);
  return JSON.parse(text) as Body;
}
const order = async (sku: string, quantity: number): Promise<string> => `ord_${orderIdOf((await server.world.capture(anOrder([{ sku, quantity }])))[0]).replaceAll("-", "")}`;
const expected = async (id: string): Promise<string | null> => (await send("GET", `/v1/orders/${id}`))["lines"][0].expected_at;
const told = async (id: string): Promise<unknown[]> => {
  const rows = await server.world.query<{ data: Body; reason: string }>("select data, reason from ordo.event where type = 'PromiseChanged' and replace(order_id::text, '-', '') = $1 order by position", [id.slice(4)]);
  return rows.map(({ data, reason }) => [data["from"]?.slice(0, 10) ?? null, data["to"]?.slice(0, 10) ?? null, reason]);
};
const discrepancies = async (reference: string): Promise<unknown[]> => (await server.world.query<{ data: Body; reason: string }>(
  "select e.data, e.reason from ordo.event e join ordo.supply s on concat('sup_', replace(s.id::text, '-', '')) = e.data ->> 'supply' where e.type = 'SupplyDiscrepancy' and s.reference = $1 order by position", [reference],
)).map(({ data, reason }) => [data["kind"], data["quantity"], reason]);
const stock = async (sku: string): Promise<Body[]> => (await send("GET", `/v1/stock?sku=${sku}`))["data"].map(({ node, condition, on_hand: onHand, reserved }: Body) => [node, condition, onHand, reserved]).toSorted();
const purchase = (reference: string, sku: string, quantity: number, due: string): Promise<Body> =>
  send("POST", "/v1/purchase-orders", { reference, node: "dock", supplier: "Mill", due_at: `${due}T08:00:00Z`, lines: [{ sku, quantity }] }, 201);

test("a purchase order dates who waits, a shipping notice dates them anew, and what comes short is waited for no longer", async () => {
  const early = await order("A", 4);
  const late = await order("A", 4);
  const first = await purchase("PO-1", "A", 8, "2030-03-01");
  await purchase("PO-2", "A", 8, "2030-06-01");
  expect([await expected(early), await expected(late)]).toEqual(["2030-03-01T08:00:00.000Z", "2030-03-01T08:00:00.000Z"]);
  const [{ supply }] = first["lines"];
  await send("PATCH", `/v1/supplies/${supply}`, { due_at: "2030-04-01T08:00:00Z", quantity: 7, reason: "the ship is late" });
  expect([await expected(early), await expected(late)]).toEqual(["2030-04-01T08:00:00.000Z", "2030-06-01T08:00:00.000Z"]);
  const received = await send("POST", `/v1/supply-orders/${first["id"]}/receive`, { lines: [{ sku: "A", quantity: 4, damaged: 1, reason: "wet" }], close: true, reason: "the rest is sold out" });
  expect(received).toMatchObject({ status: "closed", lines: [{ quantity: 7, received: 5, damaged: 1, closed: true }] });
  expect(await server.world.query("select data ->> 'node' as node, data ->> 'condition' as condition from ordo.event where type = 'StockReceived' and data ->> 'supply' is not null order by position")).toEqual([{ node: "dock", condition: "A" }, { node: "dock", condition: "quarantine" }]);
  expect(await stock("A")).toEqual([["dock", "A", 4, 4], ["dock", "quarantine", 1, 0]]);
  expect([(await send("GET", `/v1/orders/${early}`))["status"], await expected(late)]).toEqual(["PROCESSING", "2030-06-01T08:00:00.000Z"]);
  expect(await discrepancies("PO-1")).toEqual([["damaged", 1, "wet"], ["short", 2, "the rest is sold out"]]);
  expect(await told(late)).toEqual([[null, "2030-03-01", "goods that are on their way changed"], ["2030-03-01", "2030-06-01", "the ship is late"]]);
  await send("POST", `/v1/supply-orders/${first["id"]}/receive`, { lines: [{ sku: "A", quantity: 1 }] }, 409);
});

test("goods that arrive at a place with a limit serve who waits, and take from a day of which nobody took anything before", async () => {
  await server.world.facts({ items: [anItem("G", { backorder: true })], nodes: [aNode("limited", { priority: 3, operations: { ...DEFAULT_OPERATIONS, capacity: { ...DEFAULT_OPERATIONS.capacity, ordersPerDay: 9 } } })] });
  const waiting = await order("G", 2);
  const { id } = await send("POST", "/v1/purchase-orders", { reference: "PO-LIMIT", node: "limited", supplier: "Mill", due_at: "2030-03-01T08:00:00Z", lines: [{ sku: "G", quantity: 2 }] }, 201);
  expect(await expected(waiting)).toBe("2030-03-01T08:00:00.000Z");
  expect(await send("POST", `/v1/supply-orders/${id}/receive`, { lines: [{ sku: "G", quantity: 2 }] })).toMatchObject({ status: "received" });
  expect((await send("GET", `/v1/orders/${waiting}`))["status"]).toBe("PROCESSING");
  expect(await server.world.query("select orders::int, units::int from ordo.node_capacity c join ordo.node n on n.id = c.node_id where n.code = 'limited'")).toEqual([{ orders: 1, units: 2 }]);
});

test("more than was announced is taken in and told, and the document is done", async () => {
  const { id } = await purchase("PO-3", "B", 5, "2030-03-01");
  expect(await send("POST", `/v1/supply-orders/${id}/receive`, { lines: [{ sku: "B", quantity: 3 }] })).toMatchObject({ status: "partly_received" });
  expect(await send("POST", `/v1/supply-orders/${id}/receive`, { lines: [{ sku: "B", quantity: 4, damaged: 1, damaged_condition: "B" }] })).toMatchObject({ status: "received", lines: [{ received: 8, damaged: 1 }] });
  expect(await discrepancies("PO-3")).toEqual([["damaged", 1, "arrived damaged"], ["over", 3, "more arrived than was announced"]]);
  expect(await stock("B")).toEqual([["dock", "A", 7, 0], ["dock", "B", 1, 0]]);
  expect((await send("GET", "/v1/supply-orders?reference=PO-3"))["data"]).toEqual([]);
  expect((await send("GET", "/v1/supply-orders?reference=PO-3&open=false"))["data"]).toHaveLength(1);
});

test("closing what nobody will send lets who waited wait without a date", async () => {
  const { id } = await purchase("PO-4", "C", 5, "2030-03-01");
  const waiting = await order("C", 5);
  expect(await expected(waiting)).toBe("2030-03-01T08:00:00.000Z");
  await send("POST", `/v1/supply-orders/${id}/close`, { reason: "the mill burned down" });
  expect([await expected(waiting), await told(waiting)]).toEqual([null, [["2030-03-01", null, "the mill burned down"]]]);
});

test("a transfer leaves its source when it is shipped, is in transit, and arrives", async () => {
  await server.world.receive("D", "store", 6);
  await order("D", 2);
  const transfer = { reference: "T-1", node: "dock", from_node: "store", due_at: "2030-02-01T08:00:00Z", lines: [{ sku: "D", quantity: 5 }] };
  const { id, lines: [{ supply }] } = await send("POST", "/v1/transfers", transfer, 201);
  await send("POST", `/v1/supply-orders/${id}/receive`, { lines: [{ sku: "D", quantity: 5 }] }, 409);
  await send("POST", "/v1/stock/receipts", { sku: "D", node: "dock", quantity: 5, supply }, 409);
  // Two of six are promised to somebody, so five cannot leave.
  expect(await send("POST", `/v1/supply-orders/${id}/ship`, {}, 409)).toMatchObject({ code: "QUANTITY_NOT_THERE", data: { missing: [{ sku: "D", available: 4, wanted: 5 }] } });
  await send("PATCH", `/v1/supplies/${supply}`, { quantity: 4 });
  expect(await send("POST", `/v1/supply-orders/${id}/ship`, { due_at: "2030-02-02T08:00:00Z" })).toMatchObject({ status: "in_transit" });
  await send("POST", `/v1/supply-orders/${id}/ship`, {}, 409);
  expect(await stock("D")).toEqual([["store", "A", 2, 2]]);
  const waiting = await order("D", 3);
  expect(await expected(waiting)).toBe("2030-02-02T08:00:00.000Z");
  expect(await send("POST", `/v1/supply-orders/${id}/receive`, { lines: [{ sku: "D", quantity: 4 }] })).toMatchObject({ status: "received" });
  expect(await stock("D")).toEqual([["dock", "A", 4, 3], ["store", "A", 2, 2]]);
  const { data } = await send("GET", "/v1/stock/movements?sku=D&node=store");
  expect(data[0]).toMatchObject({ kind: "transfer_out", on_hand: -4, cause_kind: "supply", cause: supply });
});

test("what can be promised is told date by date, less what somebody counts on", async () => {
  const days = (count: number): string => new Date(Date.now() + count * 86_400_000).toISOString().slice(0, 10);
  await server.world.receive("F", "store", 2);
  await purchase("PO-F1", "F", 5, days(10));
  await purchase("PO-F2", "F", 6, days(20));
  await purchase("PO-F3", "F", 9, days(90));
  await order("F", 9);
  const asked = await send("GET", "/v1/availability?sku=F&horizon_days=30");
  expect(asked["data"][0]["by_date"].map(({ at, atp }: Body) => [at.slice(0, 10), atp])).toEqual([[days(0), 0], [days(20), 4]]);
  expect((await send("POST", "/v1/availability", { pairs: [{ sku: "F" }], horizon_days: 120 }))["data"][0]["by_date"].at(-1)).toEqual({ at: `${days(90)}T08:00:00.000Z`, atp: 13 });
  expect((await send("GET", "/v1/availability?sku=F"))["data"][0]).not.toHaveProperty("by_date");
});

test("what cannot be is refused field by field, and nothing of it is kept", async () => {
  await purchase("PO-9", "E", 1, "2030-03-01");
  const wrong = await send("POST", "/v1/purchase-orders", { reference: "PO-9", node: "moon", due_at: "2030-03-01T00:00:00Z", lines: [{ sku: "E", quantity: 1 }, { sku: "E", quantity: 1 }, { sku: "Z", quantity: 1 }, { sku: "A", quantity: "0.5" }] }, 422);
  expect(wrong["errors"].map(({ pointer, code }: Body) => `${code} ${pointer}`)).toEqual([
    "UNKNOWN_NODE #/node", "DUPLICATE_VALUE #/reference", "DUPLICATE_VALUE #/lines/1/sku", "UNKNOWN_ITEM #/lines/2/sku", "QUANTITY_TOO_FINE #/lines/3/quantity",
  ]);
  await send("POST", "/v1/transfers", { reference: "T-9", node: "dock", from_node: "dock", due_at: "2030-03-01T00:00:00Z", lines: [{ sku: "E", quantity: 1 }] }, 422);
  const { id, lines: [{ supply }] } = await purchase("PO-10", "E", 3, "2030-03-01");
  const twice = await send("POST", `/v1/supply-orders/${id}/receive`, { lines: [{ sku: "E", quantity: 1 }, { sku: "E", quantity: 1 }, { sku: "A", quantity: 1 }] }, 422);
  expect(twice["errors"].map(({ pointer }: Body) => pointer)).toEqual(["#/lines/1/sku", "#/lines/2/sku"]);
  expect(await stock("E")).toEqual([]);
  await send("POST", `/v1/supply-orders/${id}/receive`, { lines: [{ sku: "E", quantity: 2 }] });
  await send("PATCH", `/v1/supplies/${supply}`, { quantity: 1 }, 409);
  await send("POST", `/v1/supply-orders/${id}/ship`, {}, 409);
  await send("POST", `/v1/supply-orders/${id.replace(/.{4}$/, "0000")}/close`, { reason: "none" }, 404);
});
