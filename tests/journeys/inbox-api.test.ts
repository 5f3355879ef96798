import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type App, type AppDeps, buildApp } from "../../src/server/http/app.ts";
import { CONNECTORS } from "../../src/connectors/index.ts";
import type { Inbox, Settlement } from "../../src/flows/inbox.ts";
import type { Lease } from "../../src/flows/integration.ts";
import { postgresConnections } from "../../src/postgres/connections.ts";
import { keepMessages, postgresInbox } from "../../src/postgres/inbox.ts";
import { postgresLeases } from "../../src/postgres/leases.ts";
import { newId } from "../../src/postgres/tenants.ts";
import { createBatcher } from "../../src/server/batcher.ts";
import { keepTogether, MESSAGE_LIMIT_BYTES, receiveRoutes, rememberConnections } from "../../src/server/http/receive.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { aChannel, anItem } from "../support/world.ts";

/** Connections and messages over HTTP and the command line, and the address that channels call. */

let database: TestDatabase;
let server: TestApi;
let inbox: Inbox;
let lease: Lease;
let serial = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  const { world } = server;
  await world.facts({ channels: [aChannel("web"), aChannel("shop")], items: [anItem("HAT", { gtin: "12345670" })] });
  inbox = postgresInbox(world.pool);
  const held = await postgresLeases(world.pool).acquire(world.tenantId, "inbox", "test", 600_000);
  if (!held) throw new Error("the lease is held");
  lease = held;
});
afterAll(async () => {
  await server?.close();
  await database?.drop();
});

type Body = Record<string, any>;
interface Answered { readonly status: number; readonly body: Body; readonly headers: Headers }

async function call(method: string, path: string, body?: unknown, key = server.adminKey): Promise<Answered> {
  const response = await fetch(server.url + path, {
    method, headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { "content-type": "application/json" }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() as Body, headers: response.headers };
}

async function connected(over: object = {}): Promise<{ connection: Body; secret: string }> {
  serial += 1;
  const secret = `secret-${serial}`;
  const { status, body } = await call("POST", "/v1/connections", { code: `shop-${serial}`, connector: "shopify", channel: "web", secret, ...over });
  expect(status, JSON.stringify(body)).toBe(201);
  return { connection: body["connection"], secret: body["secret"] ?? secret };
}

const sign = (secret: string, body: string | Uint8Array): string => createHmac("sha256", secret).update(body).digest("base64");
const shopifyHeaders = (secret: string, body: string | Uint8Array<ArrayBuffer>, delivery: string): Record<string, string> =>
  ({ "x-shopify-webhook-id": delivery, "x-shopify-topic": "orders/create", "x-shopify-hmac-sha256": sign(secret, body), "content-type": "application/json" });

async function deliver(path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>): Promise<Answered> {
  const response = await fetch(server.url + path, { method: "POST", headers, body });
  return { status: response.status, body: await response.json() as Body, headers: response.headers };
}
async function sent({ connection, secret }: { connection: Body; secret: string }, delivery: string, body = '{"id":1}'): Promise<Body> {
  const answer = await deliver(connection["receive_path"], body, shopifyHeaders(secret, body, delivery));
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
}
const uuidOf = (id: string): string => id.slice(4).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
const settle = (id: string, over: Partial<Settlement> = {}): Promise<boolean> => inbox.settle(lease, [
  { id: uuidOf(id), state: "done", externalId: "1001", version: 5, orderId: null, reason: null, errors: null, translationVersion: 1, ...over },
]);
const messages = async (connection: Body): Promise<number> => (await call("GET", `/v1/inbox?connection=${connection["code"]}`)).body["data"].length;

describe("connections", () => {
  test("are made, shown, changed and deleted; a secret that was made is shown once", async () => {
    const { connection, secret } = await connected({ secret: undefined, connector: "woocommerce", match_by_sku: false });
    expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(connection).toMatchObject({
      id: expect.stringMatching(/^con_[0-9a-f]{32}$/), connector: "woocommerce", channel: "web", status: "active", match_by_sku: false, capture_test_orders: false,
      receive_path: `/in/${connection["id"]}`, previous_secret_until: null, messages: { waiting: 0, done: 0, ignored: 0, kept: 0, quarantined: 0, dropped: 0 }, lag_seconds: 0, last_received_at: null,
    });
    const path = `/v1/connections/${connection["id"]}`;
    expect((await call("GET", path)).body).toEqual(connection);
    expect((await call("PATCH", path, { status: "paused", capture_test_orders: true })).body).toMatchObject({ status: "paused", capture_test_orders: true, match_by_sku: false });
    const all = await call("GET", "/v1/connections");
    expect(all.body["data"].find((one: Body) => one["id"] === connection["id"])).toMatchObject({ status: "paused" });
    expect(JSON.stringify(all.body)).not.toContain(secret);
    expect((await call("DELETE", path)).body).toEqual({ id: connection["id"], deleted: true });
    expect((await call("GET", path)).status).toBe(404);
  });

  test("show a given secret never, and refuse what cannot be", async () => {
    const made = await call("POST", "/v1/connections", { code: "given", connector: "shopify", channel: "web", secret: "from the channel" });
    expect([made.status, made.body["secret"], made.headers.get("cache-control")]).toEqual([201, null, "no-store"]);
    expect(JSON.stringify(made.body)).not.toContain("from the channel");
    const wrong = async (over: object): Promise<unknown> => {
      const { status, body } = await call("POST", "/v1/connections", { code: "wrong", connector: "shopify", channel: "web", ...over });
      return [status, body["code"], body["errors"][0]?.pointer];
    };
    expect(await wrong({ code: "given" })).toEqual([409, "CONNECTION_EXISTS", "#/code"]);
    expect(await wrong({ connector: "fax" })).toEqual([422, "INVALID_FIELD", "#/connector"]);
    expect(await wrong({ channel: "nowhere" })).toEqual([422, "UNKNOWN_CHANNEL", "#/channel"]);
    expect(await wrong({ secret: "short" })).toEqual([422, "INVALID_FIELD", "#/secret"]);
    expect(await wrong({ password: "x" })).toEqual([422, "INVALID_BODY", "#/password"]);
  });

  test("say what their kind of channel can be told, and refuse what it cannot", async () => {
    const kinds = (await call("GET", "/v1/connectors")).body["data"] as Body[];
    expect(kinds.map((kind) => [kind["connector"], kind["stock_at_once"], kind["told"].includes("stock_by_place")])).toEqual([["shopify", 250, true], ["woocommerce", 100, false]]);
    expect(kinds[0]?.["receives"]).toContainEqual({ what: "cancellations", topics: ["orders/cancelled"] });
    const { connection } = await connected({ connector: "woocommerce" });
    const path = `/v1/connections/${connection["id"]}`;
    expect(connection).toMatchObject({ acknowledge: false, told: [] });
    expect((await call("PATCH", path, { places: { north: "1" } })).body).toMatchObject({ status: 422, code: "INVALID_FIELD", errors: [{ pointer: "#/places", detail: "WooCommerce keeps no stock by place." }] });
    const told = await call("PATCH", path, { base_url: "https://shop.example.com", acknowledge: true, push_stock: true });
    expect(told.body).toMatchObject({ acknowledge: true, told: ["acknowledgements", "fulfilments", "tracking", "partial_fulfilments", "cancellations", "stock"] });
    for (const base_url of ["https://shop.example.com/?x=", "https://shop.example.com/#", "https://shop.example.com?"]) {
      expect((await call("PATCH", path, { base_url })).body).toMatchObject({ status: 422, code: "TARGET_REFUSED", errors: [{ pointer: "#/base_url" }] });
    }
    expect((await call("PATCH", path, { acknowledge: false, push_stock: false })).body["told"]).toEqual(["fulfilments", "tracking", "partial_fulfilments", "cancellations"]);
    await server.world.query("update ordo.connection set connector = 'fax' where id = $1", [uuidOf(connection["id"])]);
    expect((await call("PATCH", path, { base_url: "https://fax.example.com", acknowledge: true, push_stock: true, places: { north: "1" } })).body).toMatchObject({
      status: 422, errors: ["base_url", "push_stock", "acknowledge", "places"].map((field) => ({ pointer: `#/${field}` })),
    });
  });

  test("accept both secrets while one replaces the other", async () => {
    const one = await connected();
    const rotated = await call("POST", `/v1/connections/${one.connection["id"]}/rotate-secret`, { secret: "the next secret", overlap_seconds: 60 });
    expect([rotated.status, rotated.body["secret"]]).toEqual([201, null]);
    expect(Date.parse(rotated.body["connection"].previous_secret_until)).toBeGreaterThan(Date.now());
    expect(await sent(one, "by the old")).toMatchObject({ new: true });
    expect(await sent({ ...one, secret: "the next secret" }, "by the new")).toMatchObject({ new: true });
    const again = await call("POST", `/v1/connections/${one.connection["id"]}/rotate-secret`, { overlap_seconds: 0 });
    expect(again.body["secret"]).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect((await deliver(one.connection["receive_path"], "{}", shopifyHeaders("the next secret", "{}", "too late"))).status).toBe(401);
    expect(await sent({ ...one, secret: again.body["secret"] }, "in time")).toMatchObject({ new: true });
  });

  test("stay while messages wait, and show how far behind they are", async () => {
    const one = await connected();
    const { id } = await sent(one, "a");
    const path = `/v1/connections/${one.connection["id"]}`;
    expect((await call("GET", path)).body).toMatchObject({ messages: { waiting: 1 }, last_received_at: expect.any(String) });
    expect((await call("DELETE", path)).body).toMatchObject({ status: 409, code: "CONNECTION_IN_USE" });
    await settle(id);
    expect((await call("DELETE", path)).status).toBe(200);
    expect((await call("GET", `/v1/inbox/${id}`)).status).toBe(404);
  });

  test("need their scopes, and belong to their tenant", async () => {
    const { connection } = await connected();
    const reader = await server.keyWith(["channels:read"]);
    const seller = await server.keyWith(["orders:write"]);
    const other = await server.otherTenant(`other-${serial}`);
    expect((await call("GET", "/v1/connections", undefined, reader)).status).toBe(200);
    expect((await call("PATCH", `/v1/connections/${connection["id"]}`, { status: "paused" }, reader)).status).toBe(403);
    expect((await call("GET", "/v1/inbox", undefined, seller)).status).toBe(403);
    expect((await call("GET", `/v1/connections/${connection["id"]}`, undefined, other.key)).status).toBe(404);
    expect((await call("GET", "/v1/connections", undefined, other.key)).body).toEqual({ data: [] });
    expect((await call("GET", "/v1/inbox", undefined, other.key)).body).toMatchObject({ data: [] });
  });
});

describe("many messages", () => {
  const bulk = (body: object, key?: string): Promise<Answered> => call("POST", "/v1/inbox/bulk", body, key);
  const outcomes = ({ body }: Answered): string[] => body["results"].map((one: Body) => `${one["outcome"]}${one["problem"] === undefined ? "" : ` ${one["problem"].code}`}`);

  test("are taken in again or set aside by their ids, each with its own outcome", async () => {
    const one = await connected();
    const [bad, done] = [await sent(one, "a"), await sent(one, "b")];
    await settle(bad["id"], { state: "quarantined", reason: "because" });
    await settle(done["id"]);
    const ids = [bad["id"], done["id"], "msg_0192aaaabbbb7ccc8dddeeeeffff0009", "nonsense"];
    expect(outcomes(await bulk({ action: "drop", reason: "old", ids, dry_run: true }))).toEqual(["would_do", "failed MESSAGE_SETTLED", "not_there", "not_there"]);
    expect((await call("GET", `/v1/inbox/${bad["id"]}`)).body).toMatchObject({ state: "quarantined" });
    const dropped = await bulk({ action: "drop", reason: "old", ids });
    expect([dropped.body["dry_run"], dropped.body["next_cursor"], outcomes(dropped)]).toEqual([false, null, ["done", "failed MESSAGE_SETTLED", "not_there", "not_there"]]);
    expect((await call("GET", `/v1/inbox/${bad["id"]}`)).body).toMatchObject({ state: "dropped", reason: "old" });
    await call("POST", `/v1/inbox/${bad["id"]}/erase`, {});
    expect(outcomes(await bulk({ action: "replay", ids: ids.slice(0, 2) }))).toEqual(["failed MESSAGE_ERASED", "done"]);
  });

  test("that match a filter are found page by page, whatever is on a screen", async () => {
    const one = await connected();
    await Promise.all(Array.from({ length: 252 }, (_, n) => sent(one, `d${n}`)));
    await server.world.query("update ordo.inbox set state = 'quarantined' where connection_id = $1", [uuidOf(one.connection["id"])]);
    const filter = { connection: one.connection["code"], state: "quarantined" };
    const first = await bulk({ action: "replay", filter, dry_run: true });
    const second = await bulk({ action: "replay", filter, dry_run: true, cursor: first.body["next_cursor"] });
    expect([outcomes(first).length, outcomes(second), second.body["next_cursor"]]).toEqual([250, ["would_do", "would_do"], null]);
    expect(outcomes(await bulk({ action: "replay", filter })).every((outcome) => outcome === "done")).toBe(true);
    expect((await call("GET", `/v1/connections/${one.connection["id"]}`)).body["messages"]).toMatchObject({ waiting: 250, quarantined: 2 });
  });

  test("have to be named, and need the scope", async () => {
    const wrong = async (body: object): Promise<unknown> => (await bulk(body)).body["errors"]?.map((one: Body) => one["pointer"]);
    expect(await wrong({ action: "replay" })).toEqual(["#/ids"]);
    expect(await wrong({ action: "drop", filter: {} })).toEqual(["#/reason"]);
    expect(await wrong({ action: "replay", filter: { connection: "nowhere" } })).toEqual(["#/filter/connection"]);
    expect(await wrong({ action: "replay", filter: {}, cursor: "abc" })).toEqual(["#/cursor"]);
    expect(await wrong({ action: "replay", ids: [] })).toEqual(["#/ids"]);
    expect(await wrong({ action: "replay", ids: ["msg_1"], filter: {}, cursor: "abc", reason: "why" })).toEqual(["#/filter", "#/cursor", "#/reason"]);
    expect(await wrong({ action: "drop" })).toEqual(["#/ids", "#/reason"]);
    expect((await bulk({ action: "replay", filter: {} }, await server.keyWith(["channels:read"]))).status).toBe(403);
  });
});

describe("the address that a channel calls", () => {
  test("keeps each delivery once, and gives the same id for it again", async () => {
    const one = await connected();
    const first = await sent(one, "a", '{"n":1}');
    expect(first).toEqual({ id: expect.stringMatching(/^msg_[0-9a-f]{32}$/), new: true });
    expect(await sent(one, "a", '{"n":2}')).toEqual({ id: first["id"], new: false });
    expect((await call("GET", `/v1/inbox/${first["id"]}`)).body).toMatchObject({
      connection: one.connection["code"], delivery_id: "a", topic: "orders/create", state: "waiting", body: '{"n":1}', body_hidden: false, order: null, reason: null, errors: null, attempts: 0,
    });
  });

  test("takes bytes of whatever kind, as long as they are signed", async () => {
    const one = await connected();
    const bodies: [string, string | Uint8Array<ArrayBuffer>, string][] = [
      ["json", '{"a":1}', "application/json; charset=utf-8"], ["broken", '{"a":', "application/json"], ["form", "a=1", "application/x-www-form-urlencoded"], ["prototype", '{"__proto__":{}}', "application/json"],
      ["bytes", Uint8Array.from([0, 255, 254, 92, 120]), "application/octet-stream"], ["plain", "hello", "text/plain"], ["utf-16", "{}", "application/json; charset=utf-16"], ["empty", "", "application/json"],
      ["large", "x".repeat(MESSAGE_LIMIT_BYTES), "application/json"],
    ];
    for (const [delivery, body, type] of bodies) {
      const answer = await deliver(one.connection["receive_path"], body, { ...shopifyHeaders(one.secret, body, delivery), "content-type": type });
      expect([delivery, answer.status, answer.body["new"]]).toEqual([delivery, 200, true]);
      const kept = await inbox.find(server.world.tenantId, uuidOf(answer.body["id"]));
      expect(Buffer.from(kept?.body ?? []).equals(Buffer.from(body as string)), delivery).toBe(true);
    }
  });

  test("refuses what nobody signed before it is looked at, and keeps nothing of it", async () => {
    const one = await connected();
    const path = one.connection["receive_path"];
    const good = shopifyHeaders(one.secret, "{}", "a");
    const { "x-shopify-hmac-sha256": _, ...unsigned } = good;
    for (const headers of [unsigned, { ...good, "x-shopify-hmac-sha256": sign("another secret", "{}") }, { ...good, "x-shopify-hmac-sha256": "" }, { ...good, "x-shopify-hmac-sha256": sign(one.secret, "{} ") }]) {
      const { status, body } = await deliver(path, "{}", headers);
      expect([status, body["code"]]).toEqual([401, "SIGNATURE_WRONG"]);
    }
    expect((await deliver(path, "not json, not signed", unsigned)).body["code"]).toBe("SIGNATURE_WRONG");
    expect(await messages(one.connection)).toBe(0);
  });

  test("names the header that would say which delivery it is", async () => {
    const one = await connected();
    const { "x-shopify-topic": _, ...headers } = shopifyHeaders(one.secret, "{}", "a");
    const { status, body } = await deliver(one.connection["receive_path"], "{}", headers);
    expect([status, body["code"], body["errors"]]).toEqual([422, "INVALID_FIELD", [{ pointer: "#/headers/x-shopify-topic", code: "INVALID_FIELD", detail: "The header x-shopify-topic is missing." }]]);
    const long = await deliver(one.connection["receive_path"], "{}", shopifyHeaders(one.secret, "{}", "x".repeat(501)));
    expect([long.status, long.body["code"]]).toEqual([422, "INVALID_FIELD"]);
    expect(await messages(one.connection)).toBe(0);
  });

  test("answers WooCommerce's unsigned first ping, and nobody else's", async () => {
    const shop = await connected({ connector: "woocommerce" });
    const form = { "content-type": "application/x-www-form-urlencoded" };
    expect(await deliver(shop.connection["receive_path"], "webhook_id=17", form)).toMatchObject({ status: 200, body: { new: false } });
    expect((await deliver(shop.connection["receive_path"], "webhook_id=17&x=1", form)).status).toBe(401);
    expect(await messages(shop.connection)).toBe(0);
    const other = await connected();
    expect((await deliver(other.connection["receive_path"], "webhook_id=17", form)).status).toBe(401);
  });

  test("is nowhere for ids that name no connection, and takes no more than five megabytes", async () => {
    for (const id of ["con_0192aaaabbbb7ccc8dddeeeeffff0000", "shop-1", "con_x", "ord_0192aaaabbbb7ccc8dddeeeeffff0000"]) {
      const { status, body } = await deliver(`/in/${id}`, "{}", { "content-type": "application/json" });
      expect([status, body["code"]]).toEqual([404, "NOT_FOUND"]);
    }
    const one = await connected();
    const large = "x".repeat(MESSAGE_LIMIT_BYTES + 1);
    const { status, body } = await deliver(one.connection["receive_path"], large, shopifyHeaders(one.secret, large, "a"));
    expect([status, body["code"], body["detail"]]).toEqual([413, "BODY_TOO_LARGE", "The message has more than the 5,242,880 bytes allowed here."]);
    expect((await fetch(server.url + one.connection["receive_path"])).status).toBe(405);
  });

  test("keeps a storm with repeats once each", async () => {
    const one = await connected();
    const deliveries = Array.from({ length: 400 }, (_, n) => `d${(n * 11) % 280}`);
    const answers = await Promise.all(deliveries.map((delivery) => sent(one, delivery, JSON.stringify({ delivery }))));
    expect(answers.filter((answer) => answer["new"])).toHaveLength(280);
    expect(new Set(answers.map((answer) => answer["id"])).size).toBe(280);
    expect((await call("GET", `/v1/connections/${one.connection["id"]}`)).body["messages"]).toMatchObject({ waiting: 280 });
  });
});

describe("what the address asks of the rest", () => {
  const absent = <T extends object>(): T => new Proxy({}, { get: () => () => Promise.reject(new Error("not part of this test")) }) as T;
  /** The address alone, with some of its parts replaced. */
  async function address(over: { waitingMax?: number; keep?: typeof keepMessages; classify?: AppDeps["classifyError"]; now?: () => number }): Promise<{ app: App; asked: () => number; told: number[]; refused: string[] }> {
    const { world } = server;
    const { receiving } = postgresConnections(world.pool);
    const told: number[] = [];
    const refused: string[] = [];
    let asked = 0;
    const keep = over.keep ?? keepMessages;
    const flow = keepTogether((tenantId, arrived) => keep(world.pool, tenantId, arrived), (tenantId) => void told.push(tenantId));
    const app = await buildApp({
      flows: absent(), queries: absent(), exceptions: absent(), sessions: absent(), site: { publicUrl: null }, apiKeys: absent(), ready: async () => ({ ok: true, checks: {} }), metricsText: async () => "",
      classifyError: over.classify ?? (() => "defect"), now: Date.now, authenticate: async () => null,
      extraRoutes: [receiveRoutes({
        receiving: rememberConnections((id) => {
          asked += 1;
          return receiving(id);
        }, over.now ?? Date.now),
        doors: CONNECTORS, newId, refused: (connector) => void refused.push(connector),
        keep: createBatcher(flow, { store: world.store, ambient: world.ambient, batchMax: 200, flights: 1, waitingMax: over.waitingMax ?? 1000 }).submit,
      })],
    });
    return { app, asked: () => asked, told, refused };
  }
  const post = async (app: App, { connection, secret }: { connection: Body; secret: string }, delivery: string, headers: object = {}): Promise<{ statusCode: number; headers: Record<string, unknown>; json(): Body }> =>
    app.inject({ method: "POST", url: connection["receive_path"], headers: { ...shopifyHeaders(secret, "{}", delivery), ...headers }, payload: "{}" });

  test("looks a connection up once in a while, tells of new messages only, and counts refusals", async () => {
    const one = await connected();
    let at = 0;
    const { app, asked, told, refused } = await address({ now: () => at });
    await Promise.all(["a", "b"].map((delivery) => post(app, one, delivery)));
    expect((await post(app, one, "a")).json()).toMatchObject({ new: false });
    expect([asked(), told]).toEqual([1, [server.world.tenantId]]);
    expect((await post(app, one, "c", { "x-shopify-hmac-sha256": "no" })).statusCode).toBe(401);
    expect(refused).toEqual(["shopify"]);
    at += 2_000;
    await post(app, one, "d");
    expect(asked()).toBe(2);
    await app.close();
  });

  test("says when to come again where too much waits, where the database is away, and where nobody knows", async () => {
    const one = await connected();
    let release = (): void => undefined;
    const gate = new Promise<void>((open) => (release = open));
    const slow = await address({ waitingMax: 2, keep: async (...given) => gate.then(() => keepMessages(...given)) });
    const all = Promise.all(Array.from({ length: 8 }, (_, n) => post(slow.app, one, `slow ${n}`)));
    setTimeout(release, 200);
    const answers = await all;
    const refused = answers.filter(({ statusCode }) => statusCode === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(answers.filter(({ statusCode }) => statusCode === 200).length).toBe(8 - refused.length);
    expect(refused[0]?.headers["retry-after"]).toBe("1");
    await slow.app.close();

    const away = await address({ keep: () => Promise.reject(new Error("connect ECONNREFUSED")), classify: () => "unavailable" });
    const answer = await post(away.app, one, "away");
    expect([answer.statusCode, answer.headers["retry-after"], answer.json()["code"]]).toEqual([503, "1", "UNAVAILABLE"]);
    await away.app.close();

    // The first answer gets lost after the commit; asked again, the same message is still the new one.
    let times = 0;
    const lost = await address({
      keep: async (...given) => {
        const kept = await keepMessages(...given);
        times += 1;
        if (times === 1) throw Object.assign(new Error("the connection was lost during commit"), { name: "OutcomeUnknown" });
        return kept;
      },
    });
    const [first, second] = await Promise.all(["lost 1", "lost 2"].map((delivery) => post(lost.app, one, delivery)));
    expect([first?.json(), second?.json()]).toEqual([{ id: expect.any(String), new: true }, { id: expect.any(String), new: true }]);
    await lost.app.close();
  });

  test("a connection that is gone keeps nothing, even while it is remembered", async () => {
    const one = await connected();
    const { app } = await address({});
    await post(app, one, "a");
    await server.world.query("delete from ordo.connection where id = $1", [uuidOf(one.connection["id"])]);
    expect((await post(app, one, "b")).statusCode).toBe(404);
    await app.close();
  });
});

describe("messages", () => {
  test("are listed by their filters, page by page", async () => {
    const one = await connected();
    const ids = [];
    for (const delivery of ["a", "b", "c"]) ids.push((await sent(one, delivery))["id"]);
    const orderId = newId();
    await settle(ids[0], { orderId, externalId: "7001" });
    const listed = async (query: string): Promise<string> => (await call("GET", `/v1/inbox?connection=${one.connection["code"]}${query}`)).body["data"].map((row: Body) => row["delivery_id"]).join("");
    expect([await listed(""), await listed("&state=waiting"), await listed("&external_id=7001"), await listed(`&order=ord_${orderId.replaceAll("-", "")}`)]).toEqual(["cba", "cb", "a", "a"]);
    const first = await call("GET", `/v1/inbox?connection=${one.connection["code"]}&limit=2`);
    expect(first.body).toMatchObject({ has_more: true, next_cursor: expect.any(String) });
    expect(await listed(`&limit=2&cursor=${first.body["next_cursor"]}`)).toBe("a");
    for (const [query, pointer] of [["connection=nobody", "connection"], ["order=7", "order"], ["state=lost", "state"], ["cursor=abc", "cursor"], ["colour=red", "colour"]]) {
      const { status, body } = await call("GET", `/v1/inbox?${query}`);
      expect([query, status, body["errors"][0]?.pointer]).toEqual([query, 422, `#/query/${pointer}`]);
    }
  });

  test("show their body to whoever may see people's data", async () => {
    const one = await connected();
    const { id } = await sent(one, "a", '{"customer":"Ada"}');
    const reader = await server.keyWith(["channels:read"]);
    const personal = await server.keyWith(["channels:read", "orders:read_personal"]);
    expect((await call("GET", `/v1/inbox/${id}`, undefined, reader)).body).toMatchObject({ body: null, body_hidden: true });
    expect((await call("GET", `/v1/inbox/${id}`, undefined, personal)).body).toMatchObject({ body: '{"customer":"Ada"}', body_hidden: false });
    expect(JSON.stringify((await call("GET", "/v1/inbox")).body)).not.toContain("Ada");
  });

  test("are replayed and dropped as far as that makes sense", async () => {
    const one = await connected();
    const { id } = await sent(one, "a");
    await settle(id, { state: "quarantined", reason: "A price is missing.", errors: [{ pointer: "/lines/0", code: "INVALID_FIELD", detail: "No price." }] });
    expect((await call("GET", `/v1/inbox/${id}`)).body).toMatchObject({ state: "quarantined", reason: "A price is missing.", errors: [{ pointer: "/lines/0", code: "INVALID_FIELD", detail: "No price." }], attempts: 1 });
    expect((await call("POST", `/v1/inbox/${id}/replay`, {})).body).toMatchObject({ id, state: "waiting", reason: null, errors: null, attempts: 0 });
    expect((await call("POST", `/v1/inbox/${id}/drop`, { reason: "A test." })).body).toMatchObject({ id, state: "dropped", reason: "A test." });
    expect((await call("POST", `/v1/inbox/${id}/drop`, {})).body).toMatchObject({ status: 422, errors: [{ pointer: "#/reason" }] });
    await call("POST", `/v1/inbox/${id}/replay`, {});
    await settle(id);
    expect((await call("POST", `/v1/inbox/${id}/drop`, { reason: "late" })).body).toMatchObject({ status: 409, code: "MESSAGE_SETTLED" });
    expect((await call("POST", `/v1/inbox/${id}/erase`, {})).body).toMatchObject({ id, state: "done", reason: null, errors: null });
    expect((await call("POST", `/v1/inbox/${id}/replay`, {})).body).toMatchObject({ status: 409, code: "MESSAGE_ERASED" });
    expect((await call("GET", `/v1/inbox/${id}`)).body).toMatchObject({ body: null, body_hidden: false });
    for (const action of ["", "/replay", "/drop", "/erase"]) {
      for (const unknown of ["msg_0192aaaabbbb7ccc8dddeeeeffff0000", "x"]) {
        expect((await call(action === "" ? "GET" : "POST", `/v1/inbox/${unknown}${action}`, action === "" ? undefined : action === "/drop" ? { reason: "x" } : {})).status).toBe(404);
      }
    }
  });
});

test("listings are listed by channel and by whether they are mapped", async () => {
  const { tenantId, query } = server.world;
  const [channel] = await query<{ id: string }>("select id from ordo.channel where code = 'shop'");
  for (const [variant, sku] of [["v1", "HAT"], ["v2", "12345670"], ["v3", null]]) {
    await query("insert into ordo.listing (tenant_id, channel_id, variant_id, sku, title) values ($1, $2, $3, $4, 'A hat')", [tenantId, channel?.id, variant, sku]);
  }
  const first = await call("GET", "/v1/listings?channel=shop&mapped=false&limit=2");
  expect(first.body).toMatchObject({
    data: [
      { channel: "shop", variant_id: "v1", sku: "HAT", title: "A hat", item: null, waiting_lines: 0, suggestions: [{ sku: "HAT", because: "sku", id: expect.stringMatching(/^itm_/) }] },
      { variant_id: "v2", suggestions: [{ sku: "HAT", because: "gtin" }] },
    ],
    has_more: true,
  });
  const second = await call("GET", `/v1/listings?channel=shop&mapped=false&limit=2&cursor=${first.body["next_cursor"]}`);
  expect(second.body).toMatchObject({ data: [{ variant_id: "v3", sku: null, suggestions: [] }], has_more: false });
  expect((await call("GET", "/v1/listings?channel=shop&mapped=true")).body["data"]).toEqual([]);
  expect((await call("GET", "/v1/listings?channel=nowhere")).body).toMatchObject({ code: "UNKNOWN_CHANNEL", errors: [{ pointer: "#/query/channel" }] });
});

describe("the command line", () => {
  test("connects a channel and lists connections", async () => {
    const made = await server.ordo("connections", "create", "--code", "by-hand", "--connector", "woocommerce", "--channel", "web");
    expect(made.code).toBe(0);
    expect(made.out.split("\n")).toEqual([expect.stringMatching(new RegExp(`^${server.url}/in/con_[0-9a-f]{32}$`)), expect.stringMatching(/^[A-Za-z0-9_-]{43}$/), ""]);
    const given = await server.ordo("connections", "create", "--code", "by-hand-2", "--connector", "shopify", "--channel", "web", "--secret", "from the channel", "--json");
    expect(JSON.parse(given.out)).toMatchObject({ connection: { code: "by-hand-2" }, secret: null });
    for (const words of [["connections"], ["connections", "list"]]) expect((await server.ordo(...words)).out).toMatch(/by-hand +woocommerce +web +active/);
    expect(made.err).toContain("Subscribe there: order.created, order.updated, order.refunded.");
    expect((await server.ordo("connections")).out).toMatch(/TOLD +LAST SWEEP +ID\n(?:.*\n)*by-hand .* nothing +never +con_/);
    const kinds = await server.ordo("connections", "kinds");
    for (const words of ["Shopify (--connector shopify)", "receives cancellations  orders/cancelled", "told     acknowledgements, fulfilments", "250 variants of stock at once, with access_token"]) expect(kinds.out).toContain(words);
    expect((await server.ordo("connections", "create", "--code", "x")).code).toBe(2);
    const taken = await server.ordo("connections", "create", "--code", "by-hand", "--connector", "shopify", "--channel", "web");
    expect([taken.code, taken.err]).toEqual([1, expect.stringContaining('There is a connection "by-hand" already.')]);
  });

  test("lists, shows, replays and drops messages", async () => {
    const one = await connected();
    const code = String(one.connection["code"]);
    const ids = [];
    for (const delivery of ["a", "b", "c"]) ids.push(String((await sent(one, delivery, '{"customer":{"name":"Ada"}}'))["id"]));
    for (const id of ids) await settle(id, { state: "quarantined", reason: "A price is missing.", errors: [{ pointer: "/lines/0", code: "INVALID_FIELD", detail: "No price." }] });
    const listed = await server.ordo("inbox", "list", "--state", "quarantined", "--connection", code, "--limit", "2");
    expect(listed.out.match(/msg_/g)).toHaveLength(2);
    expect([listed.code, listed.err]).toEqual([0, expect.stringContaining("--cursor ")]);
    const shown = await server.ordo("inbox", "show", ids[0] ?? "");
    for (const text of ["quarantined", "A price is missing.", "/lines/0: No price. (INVALID_FIELD)", '"name": "Ada"']) expect(shown.out).toContain(text);

    expect((await server.ordo("inbox", "replay", ids[0] ?? "", "--json")).out).toMatch(/"replayed": 1/);
    const partly = await server.ordo("inbox", "replay", ids[0] ?? "", "msg_0192aaaabbbb7ccc8dddeeeeffff0000");
    expect([partly.code, partly.out]).toEqual([3, "Replayed 1 message; 1 could not be.\n"]);
    expect((await server.ordo("inbox", "replay", "msg_0192aaaabbbb7ccc8dddeeeeffff0000")).code).toBe(1);
    expect(await server.ordo("inbox", "replay", "--state", "quarantined", "--connection", code)).toMatchObject({ code: 0, out: "Replayed 2 messages.\n" });
    expect((await server.ordo("inbox", "list", "--state", "waiting", "--connection", code)).out.match(/msg_/g)).toHaveLength(3);
    for (const words of [["inbox", "replay"], ["inbox", "replay", ids[0] ?? "", "--state", "done"], ["inbox", "drop", ids[0] ?? ""]]) expect((await server.ordo(...words)).code).toBe(2);

    expect(await server.ordo("inbox", "drop", ids[0] ?? "", "--reason", "A test.")).toMatchObject({ code: 0, out: "Dropped.\n" });
    expect(JSON.parse((await server.ordo("inbox", "show", ids[0] ?? "", "--json")).out)).toMatchObject({ state: "dropped", reason: "A test." });
    expect(await server.ordo("inbox", "erase", ids[0] ?? "")).toMatchObject({ code: 0, out: "Erased.\n" });
    const erased = (await server.ordo("inbox", "show", ids[0] ?? "")).out;
    expect(erased).not.toContain("Ada");
    expect(erased).not.toContain("No price.");
  });
});
