import { afterAll, beforeAll, expect, test } from "vitest";
import { CONNECTORS } from "../../src/connectors/index.ts";
import type { ClaimedCall } from "../../src/flows/channel-calls.ts";
import { postgresIntegration } from "../../src/postgres/integration.ts";
import { newId } from "../../src/postgres/tenants.ts";
import { createOutgoing } from "../../src/server/outgoing.ts";
import { openApiDocument } from "../../src/server/http/openapi.ts";
import { createPaces } from "../../src/server/workers/channel-client.ts";
import { perform } from "../../src/server/workers/channel-work.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { type Canary, closedAddresses, lookup, openCanary } from "../support/closed-addresses.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { openReceiver, runWorkers, until } from "../support/workers.ts";
import { aChannel, anItem, anOrder, aNode } from "../support/world.ts";

/** Every field that takes a URL, and everything that calls one: closed addresses in every form get no connection. */

const outgoing = createOutgoing({ allow: [], lookup, connectMs: 500, totalMs: 1_000 });
let database: TestDatabase;
let server: TestApi;
let canary: Canary;
beforeAll(async () => {
  [database, canary] = await Promise.all([createTestDatabase(), openCanary()]);
  server = await openApi(database, {}, outgoing);
  await server.world.facts({ items: [anItem("A")], nodes: [aNode("north")], channels: [aChannel("web")] });
  await server.world.receive("A", "north", 1000);
});
afterAll(async () => {
  await server.close();
  await Promise.all([database.drop(), canary.close()]);
});

const send = async (method: string, path: string, body: unknown): Promise<{ status: number; body: Record<string, unknown> }> => {
  const answer = await fetch(server.url + path, { method, headers: { authorization: `Bearer ${server.adminKey}`, "content-type": "application/json" }, body: JSON.stringify(body) });
  return { status: answer.status, body: await answer.json() as Record<string, unknown> };
};

/** Fields of bodies that are URLs by their name, as "operation field". */
async function urlFields(): Promise<string[]> {
  const { paths } = await openApiDocument() as { paths: Record<string, Record<string, { operationId: string; requestBody?: { content: Record<string, { schema: unknown }> } }>> };
  const named = (schema: unknown): string[] => (typeof schema !== "object" || schema === null ? [] : Object.entries(schema).flatMap(([name, inner]) =>
    [...(name === "properties" ? Object.keys(inner as object).filter((field) => /(^|_)(url|uri|endpoint|callback)$/.test(field)) : []), ...named(inner)]));
  return Object.values(paths).flatMap((methods) => Object.values(methods)).flatMap(({ operationId, requestBody }) =>
    Object.values(requestBody?.content ?? {}).flatMap(({ schema }) => named(schema)).map((field) => `${operationId} ${field}`)).toSorted();
}

test("every field of the interface that takes a URL refuses all of them, names the field, and calls none", async () => {
  const webhook = await send("POST", "/v1/webhooks", { url: "https://93.184.216.34/hook" });
  const connection = await send("POST", "/v1/connections", { code: "shop", connector: "shopify", channel: "web" });
  expect([webhook.status, connection.status]).toEqual([201, 201]);
  const [webhookId, connectionId] = [(webhook.body["webhook"] as { id: string }).id, (connection.body["connection"] as { id: string }).id];
  const FIELDS: Readonly<Record<string, (url: string) => Promise<{ status: number; body: Record<string, unknown> }>>> = {
    "changeConnection base_url": (url) => send("PATCH", `/v1/connections/${connectionId}`, { base_url: url }),
    "changeWebhook url": (url) => send("PATCH", `/v1/webhooks/${webhookId}`, { url }),
    "createWebhook url": (url) => send("POST", "/v1/webhooks", { url }),
  };
  expect(await urlFields(), "a field that takes a URL belongs in this test").toEqual(Object.keys(FIELDS));
  let refused = 0;
  for (const [name, fill] of Object.entries(FIELDS)) {
    for (const url of closedAddresses(canary.port)) {
      const { status, body } = await fill(url);
      expect([status, body["code"]], `${name}: ${url}`).toEqual([422, url === "" || url.length > 2048 ? "INVALID_FIELD" : "TARGET_REFUSED"]);
      expect(body["errors"], url).toMatchObject([{ pointer: `#/${name.split(" ")[1]}` }]);
      refused += 1;
    }
  }
  expect(refused).toBeGreaterThanOrEqual(3 * 60);
  expect(await server.world.query("select url from ordo.webhook_subscription")).toEqual([{ url: "https://93.184.216.34/hook" }]);
  expect(await server.world.query("select base_url from ordo.connection")).toEqual([{ base_url: null }]);
  expect(canary.count()).toBe(0);
});

const call = (baseUrl: string): ClaimedCall => ({
  id: newId(), fence: 1, wanted: 1, attempts: 0, dueSince: 0, work: { kind: "cancel", told: { orderExternalId: "1", reason: "r" } },
  connection: { id: newId(), connector: "shopify", channel: "web", baseUrl, credentials: {}, places: {} },
});
const pace = () => createPaces().of("shop");

test("what was saved all the same, or leads elsewhere since, is not called: channels", async () => {
  const workers = runWorkers(server.world);
  await workers.stop();
  for (const url of closedAddresses(canary.port)) {
    const [performed] = await perform({ ...workers.deps, outgoing, connectors: CONNECTORS }, server.world.tenantId, [call(url)], pace());
    expect(performed?.result, url).toMatchObject({ kind: "dead", reason: expect.stringContaining("may not be called") });
  }
  const misleading = await openReceiver({ redirect: `http://127.0.0.1:${canary.port}/` });
  const door = createOutgoing({ allow: [misleading.host] });
  const [redirected] = await perform({ ...workers.deps, outgoing: door, connectors: CONNECTORS }, server.world.tenantId, [call(new URL(misleading.url).origin)], pace());
  expect(redirected?.result).toMatchObject({ kind: "dead", reason: expect.stringContaining("302") });
  expect(misleading.received).toHaveLength(1);
  await misleading.close();
  expect(canary.count()).toBe(0);
});

test("what was saved all the same, or leads elsewhere since, is not called: webhooks", async () => {
  const { world } = server;
  const misleading = await openReceiver({ redirect: `http://127.0.0.1:${canary.port}/` });
  const { webhooks } = postgresIntegration(world.pool);
  await world.query("delete from ordo.webhook_subscription");
  const urls = [...closedAddresses(canary.port), misleading.url];
  for (const url of urls) await webhooks.create(world.tenantId, { id: newId(), url, description: "", types: ["OrderCaptured"], secret: `whsec_${Buffer.alloc(24, 7).toString("base64")}` });
  const running = runWorkers(world, { outgoing: createOutgoing({ allow: [misleading.host], lookup, connectMs: 500, totalMs: 1_000 }) });
  await until("it listens from here on", async () => (await world.query("select from ordo.consumer where name = 'webhooks'")).length === 1);
  await world.capture(anOrder([{ sku: "A", quantity: 1 }]));
  running.nudge();
  await until("all were tried", async () => Number((await world.query<{ n: string }>("select count(distinct delivery_id) as n from ordo.webhook_attempt"))[0]?.n) === urls.length);
  await running.stop();
  expect(await world.query("select from ordo.webhook_delivery where state = 'delivered'")).toEqual([]);
  expect(misleading.received.length).toBeGreaterThan(0);
  await misleading.close();
  expect(canary.count()).toBe(0);
});
