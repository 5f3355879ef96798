import { afterAll, beforeAll, expect, test } from "vitest";
import { parsePublicId } from "../../src/domain/kernel/index.ts";
import { postgresConnections } from "../../src/postgres/connections.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { openShopify, type Shopify } from "../support/partners.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { type RunningWorkers, runWorkers } from "../support/workers.ts";
import { aChannel, anItem, aNode } from "../support/world.ts";

/** Sweeps and differences over HTTP and the command line. */

let database: TestDatabase;
let server: TestApi;
let shop: Shopify;
let workers: RunningWorkers;
let connection = "";

beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  shop = await openShopify({ accessToken: "shpat" });
  const { world } = server;
  await world.facts({ items: [anItem("A")], nodes: [aNode("NORTH")], channels: [aChannel("web", { currency: "USD" })] });
  await world.receive("A", "NORTH", 100);
  connection = (await call("POST", "/v1/connections", { code: "shop", connector: "shopify", channel: "web", secret: "hush-hush" })).body["connection"]["id"];
  for (const [id, currency] of [[7001, "USD"], [7002, "USD"], [7003, "EUR"], [7004, "EUR"]] as const) {
    const at = new Date().toISOString();
    shop.listed.set(id, {
      id, name: `#${id}`, created_at: at, updated_at: at, currency, taxes_included: false, financial_status: "paid", total_price: "10.50", total_tax: "0.00", total_discounts: "0.00", shipping_lines: [],
      line_items: [{ id: id * 10, variant_id: 77, sku: "A", title: "The A", quantity: 2, price: "5.25", requires_shipping: true, total_discount: "0.00", tax_lines: [], properties: [] }],
    } as never);
  }
  workers = runWorkers(world, { allow: [new URL(shop.url).host] });
});
afterAll(async () => {
  await workers?.stop();
  await shop?.close();
  await server?.close();
  await database?.drop();
});

type Body = Record<string, any>;
async function call(method: string, path: string, body?: unknown): Promise<{ status: number; body: Body }> {
  const response = await fetch(server.url + path, {
    method, headers: { authorization: `Bearer ${server.adminKey}`, ...(body === undefined ? {} : { "content-type": "application/json" }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() as Body };
}
const uuid = (): string => parsePublicId("connection", connection) ?? "";

test("a connection that cannot be called is not swept", async () => {
  const refused = (await call("POST", `/v1/connections/${connection}/sweeps`, {}));
  expect(refused).toMatchObject({ status: 409, body: { code: "SWEEP_NOT_POSSIBLE", detail: "The connection is paused, or has no base_url." } });
  expect((await server.ordo("connections", "sweep", "shop", "--last")).err).toContain("not swept yet");
  expect((await server.ordo("connections", "sweep", "nobody")).code).toBe(1);
  expect((await call("GET", `/v1/connections/${connection}`)).body["last_sweep"]).toBeNull();
  expect((await call("POST", `/v1/connections/${connection}/sweeps`, { since: "yesterday" })).body).toMatchObject({ status: 422, errors: [{ pointer: "#/since" }] });
});

test("the command sweeps, and shows what it fetched and where both sides differ", async () => {
  await postgresConnections(server.world.pool).change(server.world.tenantId, uuid(), { baseUrl: shop.url, credentials: { access_token: "shpat" } });
  const swept = await server.ordo("connections", "sweep", "shop");
  expect(swept.code, swept.err).toBe(0);
  expect(swept.out).toMatch(/Orders read 4, fetched: missing 4, newer 0; unreadable 0/);
  expect(swept.out).toMatch(/Differences open: missing here 2, unknown there 0, differing 0/);
  expect(swept.out).toMatch(/USD +2 +2 +21\.00 USD +21\.00 USD +4 +4/);
  expect(JSON.parse((await server.ordo("connections", "sweep", "shop", "--last", "--json")).out)).toMatchObject({ state: "done", orders_seen: 4 });
  expect((await server.ordo("connections")).out).toMatch(/shop +shopify .* done, 2 differences/);

  const listed = await server.ordo("connections", "differences", "shop");
  expect(listed.out).toMatch(/7003 +missing_here +10\.50 EUR, 2 units .* Its message msg_\w+ is in quarantine\./);
  expect((await server.ordo("connections", "differences", "shop", "--limit", "1")).err).toContain("--cursor ");
  expect((await server.ordo("connections", "differences", "shop", "--closed")).err).toContain("No difference.");
});

test("sweeps and differences are listed page by page", async () => {
  const sweep = await call("POST", `/v1/connections/${connection}/sweeps`, { since: "2020-01-01T00:00:00Z" });
  expect(sweep).toMatchObject({ status: 201, body: { id: expect.stringMatching(/^swp_/), state: "reading", since: "2020-01-01T00:00:00.000Z" } });
  expect((await call("POST", `/v1/connections/${connection}/sweeps`, {})).body).toMatchObject({ code: "SWEEP_NOT_POSSIBLE", detail: "A sweep of this connection is under way." });
  const first = (await call("GET", `/v1/connections/${connection}/sweeps?limit=1`)).body;
  expect(first).toMatchObject({ data: [{ id: sweep.body["id"] }], has_more: true });
  const rest = (await call("GET", `/v1/connections/${connection}/sweeps?limit=1&cursor=${first["next_cursor"]}`)).body;
  expect(rest).toMatchObject({ data: [{ state: "done" }], has_more: false });
  const [one, other] = [(await call("GET", `/v1/connections/${connection}/differences?limit=1`)).body, (await call("GET", `/v1/connections/${connection}/differences?state=open`)).body];
  expect(one).toMatchObject({ data: [{ external_id: "7003", kind: "missing_here", order: null, there: { currency: "EUR", total_minor: 1050, units: 2 }, here: null, closed_at: null }], has_more: true });
  expect((await call("GET", `/v1/connections/${connection}/differences?limit=1&cursor=${one["next_cursor"]}`)).body["data"]).toEqual([{ ...other["data"][1], last_seen_at: expect.any(String) }]);
  for (const [query, pointer] of [["state=lost", "state"], ["cursor=abc", "cursor"], ["limit=0", "limit"]]) {
    expect((await call("GET", `/v1/connections/${connection}/differences?${query}`)).body["errors"][0]?.pointer, query).toBe(`#/query/${pointer}`);
  }
  for (const path of ["sweeps", "differences"]) expect((await call("GET", `/v1/connections/con_0192aaaabbbb7ccc8dddeeeeffff0000/${path}`)).status).toBe(404);
});
