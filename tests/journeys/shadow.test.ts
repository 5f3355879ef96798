import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { putStrategyInShadow, type Problem } from "../../client/src/index.ts";
import { followInShadow } from "../../src/flows/look-in-shadow.ts";
import { SHADOW_ORDERS_KEPT, type Shadows } from "../../src/flows/shadows.ts";
import { postgresOutbox } from "../../src/postgres/outbox.ts";
import { postgresShadows } from "../../src/postgres/shadows.ts";
import { verifyTenant } from "../../src/postgres/verify/index.ts";
import { openPacking } from "../../src/server/packing/index.ts";
import { createRules } from "../../src/server/rules/index.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { runWorkers, until } from "../support/workers.ts";
import { aChannel, anItem, aNode, anOrder, orderIdOf } from "../support/world.ts";

/** Live sends from Berlin, which is near and dear; the draft in shadow from Munich, which is far and cheap to handle. */

let database: TestDatabase;
let server: TestApi;
const HERE = { latitude: 52.5, longitude: 13.4 };
type Body = Record<string, any>;
async function call(method: string, path: string, body?: unknown, key = server.adminKey): Promise<{ status: number; body: Body }> {
  const answer = await fetch(server.url + path, { method, headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { "content-type": "application/json" }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  return { status: answer.status, body: await answer.json() as Body };
}
const groups = (over: object = {}): object => ({ groups: [{ name: "all", objective: { kind: "cost", weights: { distance: 1000, split: 1000 }, distance_micros_per_km: 10_000 }, ...over }] });
const AWAY = { filters: [{ kind: "not_nodes", nodes: ["berlin"] }] };
const draft = (body: object, code = "main"): ReturnType<typeof call> => call("PUT", `/v1/strategies/${code}/draft`, body);
const put = (body: object = {}, code = "main"): ReturnType<typeof call> => call("PUT", `/v1/strategies/${code}/shadow`, body);
const shown = async (code = "main"): Promise<Body> => (await call("GET", `/v1/strategies/${code}/shadow`)).body;
const listed = async (query = "", code = "main"): Promise<Body> => (await call("GET", `/v1/strategies/${code}/shadow/orders${query}`)).body;

async function order(lines: Parameters<typeof anOrder>[0] = [{ sku: "A", quantity: 2 }], over: Parameters<typeof anOrder>[1] = {}): Promise<string> {
  const [answer] = await server.world.capture(anOrder(lines, { destination: HERE, contact: { coordinates: HERE }, ...over }));
  return orderIdOf(answer);
}

let fence = 0;
/** The consumer, by hand: as a process that has just got the lease. */
async function follow(over: Partial<Shadows> = {}, limit = 100): Promise<number> {
  const { pool, store, tenantId, ambient } = server.world;
  const lease = { tenantId, name: "shadow", holder: "test", fence: (fence += 1) };
  await postgresOutbox(pool).adopt(lease, "shadow");
  const deps = { store, shadows: { ...postgresShadows(pool), ...over }, ambient: { ...ambient, tools: { rules: createRules(), pack: openPacking() } } };
  for (let turns = 1; ; turns++) {
    const done = await followInShadow(deps, lease, "shadow", limit);
    if (done === null || done.events < limit) return turns;
  }
}
/** Everything of the orders' world that a decision writes. */
const world = (): Promise<unknown> => server.world.query(`select (select count(*) from ordo.event) as events, (select count(*) from ordo.routing_decision) as decisions, (select sum(reserved) from ordo.stock) as reserved,
  (select json_agg(s order by order_id, shipment_no) from ordo.shipment s) as shipments`);

beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  await server.world.facts({
    items: [anItem("A"), anItem("B"), anItem("RARE", { backorder: true })],
    nodes: [aNode("berlin", { name: "Berlin", latitude: 52.5, longitude: 13.4 }), aNode("munich", { name: "Munich", latitude: 48.1, longitude: 11.6 })], channels: [aChannel("web"), aChannel("plain")],
  });
  for (const node of ["berlin", "munich"]) for (const sku of ["A", "B"]) await server.world.receive(sku, node, 500);
  await server.world.receive("RARE", "berlin", 3);
  await call("PUT", "/v1/exchange-rates", { base: "EUR", rates: {} });
  await draft(groups());
  await call("POST", "/v1/strategies/main/publish", {});
  expect(await call("PUT", "/v1/channels/web", { name: "Web", currency: "EUR", strategy: "main" })).toMatchObject({ status: 200 });
});
afterAll(async () => {
  await server?.close();
  await database?.drop();
});
beforeEach(async () => {
  await call("DELETE", "/v1/strategies/main/shadow");
  await follow();
  await draft(groups(AWAY));
});

test("orders that come in are asked of the draft too, and stay where they are", async () => {
  const earlier = await order();
  expect(await put()).toMatchObject({ status: 200, body: { strategy: "main", state: "on", version: 2, channel: null, until: null, orders: 0, moved: 0, currency: "EUR" } });
  expect((await listed())["data"]).toEqual([]);
  const ids = [await order(), await order([{ sku: "A", quantity: 1 }, { sku: "B", quantity: 3 }])];
  await order([{ sku: "A", quantity: 1 }], { channel: "plain" });
  // What becomes of the draft meanwhile is another draft's business.
  await draft(groups());
  const before = await world();
  await follow();
  expect(await world()).toEqual(before);
  const now = await shown();
  expect(now).toMatchObject({ orders: 2, moved: 2, left_out: 0, costed_orders: 2, live: { split_orders: 0, late_orders: 0, unplaced_orders: 0, cost_micros: 0 }, draft: { split_orders: 0, unplaced_orders: 0 } });
  expect(now["draft"].cost_micros).toBeGreaterThan(2 * 400 * 10_000);
  const page = await listed();
  expect(page["data"]).toMatchObject([
    { before: { placed: [{ line: 1, node: "berlin", quantity: 1 }, { line: 2, node: "berlin", quantity: 3 }] }, after: { placed: [{ line: 1, node: "munich", quantity: 1 }, { line: 2, node: "munich", quantity: 3 }] } },
    {
      order: `ord_${ids[0]?.replaceAll("-", "")}`, before: { placed: [{ node: "berlin", quantity: 2 }], waiting: false, cost_micros: 0, reason: expect.stringContaining("Ships from Berlin") },
      after: { placed: [{ node: "munich", quantity: 2 }], cost_micros: expect.any(Number), reason: expect.stringContaining("Ships from Munich") },
      difference: { sentence: expect.stringMatching(/^Would ship from Munich instead of Berlin: .* dearer/), moved: [{ line: 1, quantity: 2, from: "berlin", to: "munich" }] },
    },
  ]);
  expect(JSON.stringify(page)).not.toContain(earlier.replaceAll("-", ""));
  const [first] = (await listed("?limit=1"))["data"] as Body[];
  const next = await listed(`?limit=1&cursor=${(await listed("?limit=1"))["next_cursor"]}`);
  expect([first?.["order"], next["data"][0]["order"], next["next_cursor"]]).toEqual([page["data"][0]["order"], page["data"][1]["order"], null]);
  expect((await verifyTenant(server.world.pool, server.world.tenantId)).clean).toBe(true);
});

test("a draft that says the same moves nothing, nor does it where the order took the last there was", async () => {
  await draft(groups());
  await put();
  await order([{ sku: "RARE", quantity: 3 }]);
  await order([{ sku: "RARE", quantity: 2 }]);
  await follow();
  expect(await shown()).toMatchObject({ orders: 2, moved: 0, left_out: 0, costed_orders: 1, live: { unplaced_orders: 1 }, draft: { unplaced_orders: 1 } });
});

test("what is not as it was decided is left out, and so is what the world and not the draft would move", async () => {
  await put();
  const released = await order();
  const cancelled = await order();
  const back = await order();
  const act = server.world.act;
  expect(await act(cancelled, { type: "cancel", lines: null, reason: "no longer wanted", force: false })).toMatchObject({ ok: true });
  expect(await act(released, { type: "release", shipmentNo: 1 })).toMatchObject({ ok: true });
  await follow();
  expect(await shown()).toMatchObject({ orders: 2, moved: 2, left_out: 1 });
  expect((await listed())["data"].map(({ order: id }: Body) => id)).toEqual([back, released].map((id) => `ord_${id.replaceAll("-", "")}`));
  await draft(groups({ ...AWAY, name: "again" }));
  await put();
  await order();
  const berlin = (status: string): ReturnType<typeof server.world.facts> => server.world.facts({ nodes: [aNode("berlin", { name: "Berlin", latitude: 52.5, longitude: 13.4, status: status as "online" })] });
  await berlin("offline");
  await follow();
  expect(await shown()).toMatchObject({ orders: 0, moved: 0, left_out: 1 });
  await berlin("online");
});

test("an order that may not be routed yet is asked about its first decision, if it came in since", async () => {
  const held = { requestedHolds: [{ kind: "ADDRESS", reason: "look", dueAt: null }] } as const;
  const earlier = await order(undefined, held);
  await put();
  const since = await order(undefined, held);
  await follow();
  expect(await shown()).toMatchObject({ orders: 0, left_out: 0 });
  for (const id of [earlier, since]) expect(await server.world.act(id, { type: "release_hold", holdNo: 1, reason: "found" })).toMatchObject({ ok: true });
  await follow();
  expect(await shown()).toMatchObject({ orders: 1, moved: 1, left_out: 0 });
});

test("a consumer that is killed, or that another has taken over from, counts nothing twice", async () => {
  await put();
  for (let n = 0; n < 3; n++) await order();
  await expect(follow({ keep: () => Promise.reject(new Error("killed")) })).rejects.toThrow("killed");
  expect(await shown()).toMatchObject({ orders: 0, moved: 0 });
  const { keep } = postgresShadows(server.world.pool);
  // The commit went through, and nobody heard of it.
  await expect(follow({ keep: async (...kept) => { await keep(...kept); throw new Error("killed"); } })).rejects.toThrow("killed");
  await follow();
  expect(await shown()).toMatchObject({ orders: 3, moved: 3 });
  await order();
  const late: boolean[] = [];
  await follow({ keep: async (...kept) => {
    await follow();
    late.push(await keep(...kept));
    return false;
  } });
  expect(late).toEqual([false]);
  expect(await shown()).toMatchObject({ orders: 4, moved: 4 });
  expect(await follow({}, 2)).toBe(1);
});

test("one that was taken out is still read and finds no more; the next one begins anew, the same one does not", async () => {
  await put();
  await order();
  await follow();
  expect(await put()).toMatchObject({ body: { orders: 1, moved: 1 } });
  await order();
  expect(await call("DELETE", "/v1/strategies/main/shadow")).toMatchObject({ status: 200, body: { state: "ended", until: expect.any(String), orders: 1 } });
  await follow();
  expect(await shown()).toMatchObject({ state: "ended", orders: 1, moved: 1 });
  expect((await listed())["data"]).toHaveLength(1);
  // With nothing in shadow the consumer is at the end of the log, whatever comes.
  expect(await server.world.query("select k.position - c.position as behind from ordo.consumer c join ordo.event_counter k using (tenant_id) where c.name = 'shadow'")).toEqual([{ behind: "0" }]);
  expect((await put()).body).toMatchObject({ state: "on", orders: 0, moved: 0 });
  expect((await listed())["data"]).toEqual([]);
});

test("with a channel its orders are asked, whatever it goes by; two drafts beside each other", async () => {
  await draft(groups(AWAY), "new");
  expect((await put({}, "new")).body).toMatchObject({ errors: [{ pointer: "#/channel", code: "INVALID_FIELD" }] });
  expect(await put({ channel: "plain" }, "new")).toMatchObject({ status: 200, body: { channel: "plain" } });
  await put();
  await order([{ sku: "A", quantity: 1 }], { channel: "plain" });
  await order();
  await follow();
  expect([await shown("new"), await shown()]).toMatchObject([{ orders: 1, moved: 1 }, { orders: 1, moved: 1 }]);
  await call("DELETE", "/v1/strategies/new/shadow");
});

test("the newest orders are kept, and all are counted", async () => {
  await put();
  const { pool, tenantId, query } = server.world;
  const [row] = await query<{ id: string }>("select id from ordo.routing_shadow where code = 'main'");
  const lease = { tenantId, name: "shadow", holder: "test", fence };
  const side = { split: 0, late: 0, unplaced: 0, costMicros: 0 };
  const moved = Array.from({ length: 600 }, (_, n) => ({ n }));
  const found = { shadow: { code: "main", id: String(row?.id) }, moved, sum: { compared: 600, leftOut: 0, moved: 600, costed: 0, live: side, draft: side } };
  const [at] = await query<{ position: string }>("select position from ordo.consumer where name = 'shadow'");
  const batch = { from: Number(at?.position), until: Number(at?.position) };
  for (let n = 0; n < 2; n++) expect(await postgresShadows(pool).keep(lease, "shadow", batch, [found])).toBe(true);
  expect(await query("select count(*)::int as kept, min(row_no)::int as first, max(row_no)::int as last from ordo.routing_shadow_order where code = 'main'")).toEqual([{ kept: SHADOW_ORDERS_KEPT, first: 201, last: 1200 }]);
  expect(await postgresShadows(pool).keep(lease, "shadow", batch, [{ ...found, shadow: { code: "main", id: "00000000-0000-0000-0000-000000000000" } }])).toBe(true);
  expect((await postgresShadows(pool).find(tenantId, "main"))?.sum.moved).toBe(1200);
  await call("DELETE", "/v1/strategies/main/shadow");
  await query("update ordo.routing_shadow set ended_at = now() - interval '31 days'");
  await postgresShadows(pool).forget(tenantId, 100);
  expect(await query("select from ordo.routing_shadow union all select from ordo.routing_shadow_order")).toEqual([]);
});

test("what cannot be put in shadow is refused, with what to do", async () => {
  expect(await put({}, "none")).toMatchObject({ status: 404, body: { code: "NOT_FOUND" } });
  expect((await put({ channel: "none", more: 1 })).status).toBe(422);
  expect((await put({ channel: "none" })).body).toMatchObject({ errors: [{ pointer: "#/channel", code: "UNKNOWN_CHANNEL" }] } satisfies Partial<Record<keyof Problem, unknown>>);
  for (const path of ["/v1/strategies/none/shadow", "/v1/strategies/none/shadow/orders"]) expect((await call("GET", path)).status).toBe(404);
  expect((await call("DELETE", "/v1/strategies/none/shadow")).status).toBe(404);
  expect((await call("GET", "/v1/strategies/main/shadow/orders?cursor=nonsense")).status).toBeGreaterThanOrEqual(400);
  const reader = await server.keyWith(["orders:read", "catalogue:read"]);
  expect((await call("PUT", "/v1/strategies/main/shadow", {}, reader)).status).toBe(403);
  expect((await call("DELETE", "/v1/strategies/main/shadow", undefined, reader)).status).toBe(403);
  await call("DELETE", "/v1/strategies/main/draft");
  const { error } = await putStrategyInShadow({ client: server.clientWith(server.adminKey), path: { code: "main" }, body: {} });
  expect(error).toMatchObject({ code: "NOT_IN_STATE", status: 409, detail: expect.stringContaining("no draft") });
});

test("workers follow by themselves, and the command line shows it", async () => {
  expect(await server.ordo("routing", "shadow", "main", "--on")).toMatchObject({ code: 0, out: expect.stringContaining("0 of 0 orders would have gone elsewhere.") });
  const { world: { ambient } } = server;
  // Leases count their holders from one; those by hand before had no lease.
  await server.world.query("update ordo.consumer set fence = 0 where name = 'shadow'");
  const workers = runWorkers({ ...server.world, ambient: { ...ambient, tools: { rules: createRules(), pack: openPacking() } } }, { settings: { leaseTtlMs: 2_000 } });
  try {
    await order();
    await until("the worker to look", async () => (await shown())["moved"] === 1, 20_000);
  } finally {
    await workers.stop();
  }
  const said = await server.ordo("routing", "shadow", "main");
  expect(said.out).toMatch(/1 of 1 orders would have gone elsewhere\.[^]*cost of 1 orders, EUR +0\.00 +\d+\.\d\d[^]*Would ship from Munich instead of Berlin[^]*Now: Ships from Berlin[^]*Then: Ships from Munich/);
  expect(JSON.parse((await server.ordo("routing", "shadow", "main", "--json")).out)).toMatchObject({ moved: 1, moved_orders: [{ after: { placed: [{ node: "munich" }] } }] });
  expect(await server.ordo("routing", "shadow", "main", "--off")).toMatchObject({ code: 0, out: expect.stringContaining("was in shadow from") });
  for (const wrong of [["main", "--on", "--off"], ["main", "--channel", "web"], []]) expect(await server.ordo("routing", "shadow", ...wrong)).toMatchObject({ code: 2 });
  expect(await server.ordo("routing", "shadow", "none")).toMatchObject({ code: 1 });
});
