import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Integration } from "../../src/flows/integration.ts";
import type { Scope } from "../../src/flows/access.ts";
import { postgresIntegration } from "../../src/postgres/integration.ts";
import { newId } from "../../src/postgres/tenants.ts";
import { type App, type AppDeps, buildApp } from "../../src/server/http/app.ts";
import { webhookRoutes } from "../../src/server/http/webhook-routes.ts";
import { createOutgoing } from "../../src/server/outgoing.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { anItem, openWorld, type World } from "../support/world.ts";

/** The API of webhooks and parked work, on the real store; everything else of the application is absent. */

let database: TestDatabase;
let world: World;
let integration: Integration;
let app: App;
const absent = <T extends object>(): T => new Proxy({}, { get: () => () => Promise.reject(new Error("not part of this test")) }) as T;
const KEYS: Readonly<Record<string, readonly Scope[]>> = { writer: ["webhooks:read", "webhooks:write"], reader: ["webhooks:read"], admin: ["admin"], seller: ["orders:write"] };

beforeAll(async () => {
  database = await createTestDatabase();
  world = await openWorld(database);
  integration = postgresIntegration(world.pool);
  const deps: AppDeps = {
    flows: absent(), queries: absent(), exceptions: absent(), sessions: absent(), site: { publicUrl: null }, apiKeys: absent(), ready: async () => ({ ok: true, checks: {} }), metricsText: async () => "",
    classifyError: () => "defect", now: Date.now,
    authenticate: async (name) => (KEYS[name] ? { tenantId: world.tenantId, keyId: name, userId: null, sessionId: null, places: null, name, scopes: KEYS[name] } : null),
    extraRoutes: [webhookRoutes({
      webhooks: integration.webhooks, failedWork: integration.failedWork, newId,
      outgoing: createOutgoing({ allow: ["receiver.test:8080"], lookup: async (host) => [{ address: host.startsWith("inside") ? "10.0.0.1" : "93.184.216.34", family: 4 }] }),
    })],
  };
  app = await buildApp(deps);
  await world.facts({ items: ["A", "B", "C"].map((sku) => anItem(sku)) });
});
afterAll(async () => {
  await app.close();
  await world.close();
  await database.drop();
});

type Body = Record<string, any>;
async function call(method: "GET" | "POST" | "PATCH" | "DELETE", url: string, body?: object, key = "writer"): Promise<{ status: number; body: Body }> {
  const response = await app.inject({
    method, url, headers: { authorization: `Bearer ${key}`, ...(body ? { "content-type": "application/json" } : {}) }, ...(body ? { payload: JSON.stringify(body) } : {}),
  });
  return { status: response.statusCode, body: response.json() };
}
const created = async (over: object = {}): Promise<Body> => {
  const { status, body } = await call("POST", "/v1/webhooks", { url: "https://shop.example.com/hook", ...over });
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
};

describe("subscriptions", () => {
  it("show their secret once and never again", async () => {
    const { webhook, secret } = await created({ description: "our shop", types: ["OrderCaptured"] });
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(webhook).toMatchObject({ id: expect.stringMatching(/^whk_[0-9a-f]{32}$/), url: "https://shop.example.com/hook", types: ["OrderCaptured"], status: "active", previous_secret_until: null });
    const rotated = await call("POST", `/v1/webhooks/${webhook.id}/rotate-secret`, { overlap_seconds: 60 });
    expect(rotated.status).toBe(201);
    expect(rotated.body["secret"]).not.toBe(secret);
    expect(Date.parse(rotated.body["webhook"].previous_secret_until)).toBeGreaterThan(Date.now());
    for (const [method, path, body] of [
      ["GET", "", undefined], ["GET", `/${webhook.id}`, undefined], ["GET", `/${webhook.id}/deliveries`, undefined], ["PATCH", `/${webhook.id}`, { status: "paused" }],
    ] as const) {
      const answer = await call(method, `/v1/webhooks${path}`, body);
      expect(answer.status).toBe(200);
      expect(JSON.stringify(answer.body)).not.toContain("whsec_");
    }
  });

  it.each([
    "http://shop.example.com/", "https://127.0.0.1/", "https://inside.example.com/", "https://user@shop.example.com/", "https://169.254.169.254/latest", "https://[::1]/", "https://shop.example.com:22/", "nonsense",
  ])("refuse %s at save and at change", async (url) => {
    const { webhook } = await created();
    for (const answer of [await call("POST", "/v1/webhooks", { url }), await call("PATCH", `/v1/webhooks/${webhook.id}`, { url })]) {
      expect(answer.status).toBe(422);
      expect(answer.body).toMatchObject({ code: "TARGET_REFUSED", errors: [{ pointer: "#/url", code: "TARGET_REFUSED" }] });
    }
    expect((await call("GET", `/v1/webhooks/${webhook.id}`)).body["url"]).toBe("https://shop.example.com/hook");
  });

  it("take a private address that the operator allows", async () => {
    expect((await created({ url: "http://receiver.test:8080/in" }))["webhook"].url).toBe("http://receiver.test:8080/in");
  });

  it("refuse what is not theirs: types, fields, ids, scopes", async () => {
    const { webhook } = await created();
    expect((await call("POST", "/v1/webhooks", { url: "https://shop.example.com/", types: ["NoSuch"] })).status).toBe(422);
    expect((await call("POST", "/v1/webhooks", { url: "https://shop.example.com/", secret: "mine" })).body["code"]).toBe("INVALID_BODY");
    for (const id of ["x", "whk_00000000000000000000000000000000", webhook.id.replace("whk", "ord")]) {
      expect((await call("GET", `/v1/webhooks/${id}`)).status).toBe(404);
      for (const action of ["rotate-secret", "test"]) expect((await call("POST", `/v1/webhooks/${id}/${action}`, {})).status).toBe(404);
      expect((await call("POST", `/v1/webhooks/${id}/replay`, { from_position: 1 })).status).toBe(404);
      expect((await call("GET", `/v1/webhooks/${id}/deliveries`)).status).toBe(404);
      expect((await call("DELETE", `/v1/webhooks/${id}`)).status).toBe(404);
      expect((await call("POST", `/v1/webhook-deliveries/${id}/redeliver`, {})).status).toBe(404);
      expect((await call("POST", `/v1/parked-work/${id}/retry`, {}, "admin")).status).toBe(404);
    }
    expect((await call("GET", "/v1/webhooks", undefined, "seller")).status).toBe(403);
    expect((await call("DELETE", `/v1/webhooks/${webhook.id}`, undefined, "reader")).status).toBe(403);
    expect((await call("GET", "/v1/parked-work")).status).toBe(403);
    expect((await call("DELETE", `/v1/webhooks/${webhook.id}`)).body).toEqual({ id: webhook.id, deleted: true });
    expect((await call("GET", `/v1/webhooks/${webhook.id}`)).status).toBe(404);
  });
});

it("deliveries are listed page by page, replayed, tested and redelivered", async () => {
  const { webhook } = await created();
  const replay = await call("POST", `/v1/webhooks/${webhook.id}/replay`, { from_position: 1, to_position: 3, types: ["ItemSaved"] });
  expect(replay).toEqual({ status: 200, body: { deliveries: 3, last_position: 3, complete: true } });
  expect((await call("POST", `/v1/webhooks/${webhook.id}/test`, {})).body).toMatchObject({ type: "test", event: null, state: "pending", attempts: [] });
  const first = await call("GET", `/v1/webhooks/${webhook.id}/deliveries?limit=3`);
  expect(first.body).toMatchObject({ has_more: true, next_cursor: expect.any(String) });
  expect(first.body["data"].map((one: Body) => one["sequence"])).toEqual([expect.any(Number), 3, 2]);
  const second = await call("GET", `/v1/webhooks/${webhook.id}/deliveries?limit=3&cursor=${first.body["next_cursor"]}`);
  expect(second.body).toMatchObject({ has_more: false, next_cursor: null, data: [{ sequence: 1, type: "ItemSaved", webhook: webhook.id, event: expect.stringMatching(/^evt_/) }] });
  expect((await call("GET", `/v1/webhooks/${webhook.id}/deliveries?cursor=abc`)).status).toBe(422);
  const id = second.body["data"][0].id;
  await world.query("update ordo.webhook_delivery set state = 'dead', next_attempt_at = null where position = 1");
  expect((await call("GET", `/v1/webhooks/${webhook.id}/deliveries?state=dead`)).body["data"]).toHaveLength(1);
  const since = { since: new Date(Date.now() - 60_000).toISOString() };
  const failed = `/v1/webhooks/${webhook.id}/redeliver-failed`;
  expect((await call("POST", failed, { ...since, dry_run: true })).body).toEqual({ dry_run: true, deliveries: 1, complete: true });
  expect((await call("POST", failed, { since: "yesterday" })).body).toMatchObject({ status: 422, errors: [{ pointer: "#/since" }] });
  expect((await call("POST", failed, since, "reader")).status).toBe(403);
  expect((await call("POST", failed, since)).body).toEqual({ dry_run: false, deliveries: 1, complete: true });
  expect((await call("POST", failed, since)).body).toMatchObject({ deliveries: 0 });
  expect((await call("POST", `/v1/webhook-deliveries/${id}/redeliver`, {})).body).toMatchObject({ id, state: "pending" });
});

it("parked work is listed and retried", async () => {
  const lease = await integration.leases.acquire(world.tenantId, "journey", "test", 60_000);
  if (lease === null) throw new Error("no lease");
  await integration.outbox.adopt(lease, "journey");
  for (const position of [1, 2]) await integration.failedWork.keep(lease, "journey", position, "Error: no", null);
  const first = await call("GET", "/v1/parked-work?state=parked&limit=1", undefined, "admin");
  expect(first.body).toMatchObject({ has_more: true, data: [{ state: "parked", attempts: 1, error: "Error: no", event: { position: 1, type: "ItemSaved", order: null } }] });
  const second = await call("GET", `/v1/parked-work?state=parked&limit=1&cursor=${first.body["next_cursor"]}`, undefined, "admin");
  expect(second.body).toMatchObject({ has_more: false, data: [{ event: { position: 2 } }] });
  const { id } = first.body["data"][0];
  expect((await call("POST", `/v1/parked-work/${id}/retry`, {}, "admin")).body).toEqual({ id, state: "retrying" });
  expect((await call("GET", "/v1/parked-work?state=retrying", undefined, "admin")).body["data"]).toMatchObject([{ id, next_attempt_at: expect.any(String) }]);
});
