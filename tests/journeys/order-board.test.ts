import { afterAll, beforeAll, expect, test } from "vitest";
import { publicId } from "../../src/domain/kernel/index.ts";
import { postgresOrderSearch } from "../../src/postgres/order-search.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { aChannel, anItem, aNode, anOrder, orderIdOf } from "../support/world.ts";

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let server: TestApi;
const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);
/** Placed a day apart, the first of them first. */
const ids: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  const { world } = server;
  await world.facts({ items: [anItem("A", { backorder: true }), anItem("B-7", { backorder: true })], nodes: [aNode("berlin")], channels: [aChannel("web"), aChannel("us", { currency: "USD" })] });
  const made = [
    anOrder([{ sku: "A", quantity: 1 }], { placedAt: START, payment: { state: "pending", payments: [] }, contact: { ship_to: { country: "DE" } } }),
    anOrder([{ sku: "A", quantity: 3 }], { placedAt: START + 2 * DAY, contact: { ship_to: { country: "FR" } } }),
    anOrder([{ sku: "B-7", quantity: 2 }], { placedAt: START + DAY, channel: "us", currency: "USD" }),
  ];
  for (const one of made) ids.push(publicId("order", orderIdOf((await world.capture(one))[0])));
  const uuid = (n: number): string => (ids[n] ?? "").slice(4);
  await world.query("delete from ordo.order_deadline");
  await world.query(`insert into ordo.order_deadline (tenant_id, order_id, channel_id, placed_at, ship_by, open, level, deadline, due_at, cause, looked_at)
    select tenant_id, id, channel_id, placed_at, '2026-03-01', true, case when id = $1::uuid then 'late' end, case when id = $1::uuid then 'ship_by' end, case when id = $1::uuid then timestamptz '2026-02-01' end,
      case when id = $1::uuid then 'NO_STOCK' end, case when id = $1::uuid then now() end from ordo.sales_order where id = any($2::uuid[])`, [uuid(1), [uuid(0), uuid(1)]]);
});
afterAll(async () => {
  await server?.close();
  await database?.drop();
});

interface List { readonly data: readonly { readonly id: string }[]; readonly has_more: boolean; readonly next_cursor: string | null; readonly count?: { value: number; exact: boolean } }
const get = async (query: string): Promise<{ status: number; body: List & Record<string, unknown> }> => {
  const response = await fetch(`${server.url}/v1/orders?${query}`, { headers: { authorization: `Bearer ${server.adminKey}` } });
  return { status: response.status, body: await response.json() as List & Record<string, unknown> };
};
/** Which of the first orders a list has, in its order. */
const found = async (query: string): Promise<number[]> => (await get(query)).body.data.map(({ id }) => ids.indexOf(id));
async function paged(query: string): Promise<number[]> {
  const all: number[] = [];
  for (let cursor = ""; ;) {
    const { body } = await get(`${query}&limit=1${cursor}`);
    all.push(...body.data.map(({ id }) => ids.indexOf(id)));
    if (body.next_cursor === null) return all;
    cursor = `&cursor=${body.next_cursor}`;
  }
}
const put = (path: string, body: unknown): Promise<Response> => fetch(server.url + path, { method: "PUT", headers: { authorization: `Bearer ${server.adminKey}`, "content-type": "application/json" }, body: JSON.stringify(body) });

test("complaint 8: each filter finds what it says, alone and with others", async () => {
  await put(`/v1/orders/${ids[0]}/tags`, { tags: ["vip"] });
  await put(`/v1/orders/${ids[2]}/tags`, { tags: ["vip", "gift"] });
  await put(`/v1/orders/${ids[2]}/assignee`, { assignee: "me" });
  expect(await found("payment_state=pending")).toEqual([0]);
  expect(await found("tag=vip")).toEqual([2, 0]);
  expect(await found("tag=vip&currency=USD")).toEqual([2]);
  expect(await found("assignee=me")).toEqual([2]);
  expect(await found("assignee=none")).toEqual([1, 0]);
  expect(await found("level=late")).toEqual([1]);
  expect(await found("level=at_risk")).toEqual([]);
  expect(await found("country=FR")).toEqual([1]);
  expect(await found("currency=EUR&total_from=1000&total_to=1000")).toEqual([0]);
  expect(await found("currency=EUR&total_from=1001")).toEqual([1]);
  expect(await found("tag=vip&sort=placed")).toEqual([2, 0]);
  expect((await get("tag=vip&count=estimate")).body.count).toEqual({ value: 2, exact: true });
});

test("each order of the list goes on from page to page, and its cursors serve no other", async () => {
  expect(await paged("sort=placed")).toEqual([1, 2, 0]);
  expect(await paged("sort=-placed")).toEqual([0, 2, 1]);
  expect(await paged("sort=deadline")).toEqual([1, 0]);
  expect(await paged("sort=-placed&assignee=none")).toEqual([0, 1]);
  expect(await paged("")).toEqual([2, 1, 0]);
  const cursor = (await get("sort=placed&limit=1")).body.next_cursor;
  for (const query of ["sort=-placed", "sort=deadline", "", "captured_from=2020-01-01T00:00:00Z", "level=late"]) {
    expect(await get(`${query}&cursor=${cursor}`), query).toMatchObject({ status: 422, body: { errors: [{ pointer: "#/query/cursor" }] } });
  }
});

test("what does not go together is refused by name", async () => {
  expect(await get("total_from=5")).toMatchObject({ status: 422, body: { errors: [{ pointer: "#/query/total_from" }] } });
  expect(await get("q=A&sort=placed")).toMatchObject({ status: 422, body: { errors: [{ pointer: "#/query/sort" }] } });
});

test("an SKU is found through the search, and exactly", async () => {
  const { world } = server;
  await postgresOrderSearch(world.pool).rebuild(world.tenantId, () => undefined);
  expect(await found("sku=B-7")).toEqual([2]);
  expect(await found("sku=B")).toEqual([]);
  expect(await found("sku=A&country=FR")).toEqual([1]);
});

test("a page looks at so many orders and no more, and goes on from there", async () => {
  await server.world.query(`insert into ordo.sales_order select (r).* from (
    select jsonb_populate_record(o, jsonb_build_object('id', lpad(to_hex(n), 32, '0')::uuid, 'number', 1000000 + n, 'external_id', 'many-' || n, 'placed_at', timestamptz '2025-01-01' + n * interval '1 second')) as r
    from ordo.sales_order o cross join generate_series(1, 5600) n where o.id = $1::uuid) s`, [(ids[1] ?? "").slice(4)]);
  const first = (await get("sort=-placed&tag=gift")).body;
  expect(first).toMatchObject({ data: [], has_more: true });
  const second = (await get(`sort=-placed&tag=gift&cursor=${first.next_cursor}`)).body;
  expect(second).toMatchObject({ data: [{ id: ids[2] }], has_more: false });
  expect((await get("count=estimate&limit=1")).body.count).toEqual({ value: 5603, exact: true });
  expect(await found("tag=gift")).toEqual([2]);
});
