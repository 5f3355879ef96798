import { afterAll, beforeAll, expect, test } from "vitest";
import { publicId } from "../../src/domain/kernel/index.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { aChannel, anItem, aNode, anOrder, orderIdOf } from "../support/world.ts";

type Body = Record<string, any>;
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let server: TestApi;

beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  const { world } = server;
  await world.facts({
    items: [anItem("A"), anItem("W", { backorder: true }), anItem("K", { components: [{ sku: "A", quantity: 2 }] })], nodes: [aNode("berlin"), aNode("munich", { priority: 2 })], channels: [aChannel("web")],
  });
  await world.receive("A", "berlin", 100);
  await world.receive("A", "munich", 100);
});
afterAll(async () => {
  await server?.close();
  await database?.drop();
});

async function call(method: string, path: string, body?: unknown): Promise<{ status: number; body: Body }> {
  const response = await fetch(server.url + path, {
    method, headers: { authorization: `Bearer ${server.adminKey}`, ...(body === undefined ? {} : { "content-type": "application/json" }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() as Body };
}
const order = async (quantity = 1, sku = "A"): Promise<string> => publicId("order", orderIdOf((await server.world.capture(anOrder([{ sku, quantity }])))[0]));
const preview = async (id: string, action: string, args?: Body): Promise<Body> => (await call("POST", `/v1/orders/${id}/preview`, { action, ...(args ? { args } : {}) })).body;
const shipment = (id: string): string => `/v1/shipments/shp_${id.slice(4)}_1`;

test("the order says what can be done to it, and each reason is that of the decision itself", async () => {
  const [planned, held, released, shipped, cancelled, waiting] = [await order(), await order(), await order(), await order(), await order(), await order(9, "W")];
  await call("POST", `/v1/orders/${held}/holds`, { kind: "FRAUD", reason: "odd" });
  await call("POST", `${shipment(released)}/release`, {});
  for (const fact of ["release", "ship"]) await call("POST", `${shipment(shipped)}/${fact}`, {});
  await call("POST", `/v1/orders/${cancelled}/cancel`, { reason: "none" });
  const refused = { planned: "release_hold reroute", held: "release reroute", released: "override release release_hold reroute", shipped: "cancel hold override release release_hold reroute", cancelled: "cancel hold override release release_hold reroute", waiting: "release release_hold" };
  for (const [name, id] of Object.entries({ planned, held, released, shipped, cancelled, waiting })) {
    const { actions } = (await call("GET", `/v1/orders/${id}`)).body as { actions: Body[] };
    expect(actions.map(({ action }) => action)).toEqual(["hold", "release_hold", "release", "cancel", "reroute", "override"]);
    expect(actions.filter(({ allowed }) => !allowed).map(({ action }) => action).toSorted().join(" "), name).toBe(refused[name as keyof typeof refused]);
    for (const { action, allowed, reason } of actions) {
      const seen = await preview(id, action, action === "override" ? { node: "munich" } : undefined);
      if (!allowed) {
        expect(seen, `${name} ${action}`).toMatchObject({ allowed: false, reason: { code: reason.code }, events: [], order: null });
        expect(reason.detail + reason.fix).not.toBe("");
      } else if (name !== "waiting") {
        expect(seen["allowed"], `${name} ${action}: ${JSON.stringify(seen["reason"])}`).toBe(true);
      }
    }
  }
});

test("a preview of a cancellation names what it comes to and who hears of it, and writes nothing", async () => {
  const id = await order(3);
  await server.world.query("insert into ordo.channel_mail (tenant_id, channel_id, kinds, confirm_when, document) select tenant_id, id, '{cancelled}', 'captured', '{}' from ordo.channel limit 1");
  expect(await preview(id, "cancel", { lines: [{ line: 1, quantity: 2 }] })).toMatchObject({
    allowed: true, reversible: false, cancelled: { lines: [{ line: 1, quantity: 2 }], goods_minor: 2000, currency: "EUR" }, told: { customer: true, connection: null }, events: [{ type: "LinesCancelled" }],
  });
  expect(await preview(id, "cancel")).toMatchObject({ cancelled: { goods_minor: 3000 }, order: { status: "CANCELLED" } });
  expect(await preview(await order(2, "K"), "cancel")).toMatchObject({ cancelled: { lines: [{ line: 2, quantity: 4 }], goods_minor: 2000 } });
  expect(await preview(id, "hold", { kind: "MANUAL" })).toMatchObject({ allowed: true, reversible: true, told: null, cancelled: null, order: { holds: [{ kind: "MANUAL" }] } });
  expect(await preview(id, "override", { node: "munich" })).toMatchObject({ allowed: true, order: { shipments: [{ status: "CANCELLED" }, { status: "PLANNED" }] } });
  expect(await preview(id, "override", { node: "moon" })).toMatchObject({ allowed: false, reason: { code: "UNKNOWN_NODE" } });
  expect((await call("GET", `/v1/orders/${id}`)).body).toMatchObject({ status: "PROCESSING", holds: [], shipments: [{ status: "PLANNED" }] });
  expect(await server.world.query("select from ordo.event where type in ('LinesCancelled', 'HoldPlaced') and order_id = $1::uuid", [id.slice(4)])).toEqual([]);
  expect(await call("POST", "/v1/orders/ord_0192aaaabbbb7ccc8dddeeeeffff0000/preview", { action: "cancel" })).toMatchObject({ status: 404 });
});
