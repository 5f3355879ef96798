import { afterAll, beforeAll, expect, test } from "vitest";
import type { Problem } from "../../client/src/index.ts";
import { SCOPES, type Scope } from "../../src/flows/access.ts";
import { scopesOf } from "../../src/flows/roles.ts";
import { hasScope } from "../../src/server/http/access.ts";
import { parsePublicId } from "../../src/domain/kernel/index.ts";
import { inTransaction } from "../../src/postgres/database.ts";
import { linkOrders } from "../../src/postgres/customer-links.ts";
import { createInvoices } from "../../src/flows/create-invoices.ts";
import { aPerson, everyRole, OWN_PAGE } from "../support/people.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { ask, type Answered } from "../support/ask.ts";
import { addressOf, allOperations, BODIES, type Operation } from "../support/operations.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { aChannel, anItem, aNode } from "../support/world.ts";

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let server: TestApi;
let operations: Operation[];
/** Ids of the first tenant, by the operation's first path part. */
let owned: Record<string, string>;
const CANARY = "canary-of-the-first-tenant";

beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  operations = await allOperations();
  const { world } = server;
  await world.facts({ items: [anItem("A"), anItem(CANARY)], nodes: [aNode("berlin"), aNode(CANARY)], channels: [aChannel("web"), aChannel(CANARY)] });
  await world.receive("A", "berlin", 5);
  const order = await asked(server.adminKey, "POST", "/v1/orders", { ...BODIES["captureOrder"] as object, external_id: CANARY, attributes: { note: CANARY }, customer: { name: CANARY, email: `${CANARY}@example.com` } });
  const claim = await asked(server.adminKey, "POST", "/v1/claims", { ttl_seconds: 600, reference: CANARY, lines: [{ sku: "A", node: "berlin", quantity: 1 }] });
  const waiting = await asked(server.adminKey, "POST", "/v1/orders", { ...BODIES["captureOrder"] as object, external_id: `${CANARY}-2`, lines: [{ sku: "A", quantity: 99, unit_price: 1 }] });
  const { data: [exception] } = told<{ data: { id: string }[] }>(await call(server.adminKey, "GET", "/v1/exceptions"));
  const { data: [key] } = told<{ data: { id: string }[] }>(await call(server.adminKey, "GET", "/v1/api-keys"));
  expect(waiting["status"]).toBeDefined();
  const { webhook } = await asked(server.adminKey, "POST", "/v1/webhooks", { url: "https://shop.example.com/hook", description: CANARY }) as unknown as { webhook: { id: string } };
  const delivery = await asked(server.adminKey, "POST", `/v1/webhooks/${webhook.id}/test`, {});
  const { connection } = await asked(server.adminKey, "POST", "/v1/connections", { code: CANARY, connector: "shopify", channel: "web", secret: CANARY }) as unknown as { connection: { id: string } };
  const job = told<{ id: string }>(await call(server.adminKey, "POST", `/v1/jobs/imports?kind=items&file=${CANARY}`, "sku\n", "text/csv"));
  await createInvoices(world.store, world.tenantId, [await shipped(String(order["id"]))], world.ambient);
  await asked(server.adminKey, "PUT", "/v1/invoice-sellers", { name: CANARY, footer: CANARY });
  const { data: [invoice] } = told<{ data: { id: string }[] }>(await call(server.adminKey, "GET", "/v1/invoices"));
  await asked(server.adminKey, "PUT", `/v1/price-lists/${CANARY}`, { currency: "EUR" });
  await asked(server.adminKey, "POST", "/v1/prices", { price_list: CANARY, sku: "A", unit_price: "1" });
  const purchase = await asked(server.adminKey, "POST", "/v1/purchase-orders", { reference: CANARY, node: "berlin", due_at: "2030-01-01T00:00:00Z", lines: [{ sku: "A", quantity: 1 }] });
  const [{ supply } = { supply: "none" }] = purchase["lines"] as { supply: string }[];
  await asked(server.adminKey, "PUT", `/v1/strategies/${CANARY}/draft`, BODIES["putStrategyDraft"]);
  await asked(server.adminKey, "PUT", `/v1/calendars/${CANARY}`, BODIES["putCalendar"]);
  await asked(server.adminKey, "PUT", `/v1/carriers/${CANARY}/services/${CANARY}`, BODIES["putCarrierService"]);
  await asked(server.adminKey, "PUT", `/v1/rate-cards/${CANARY}`, { ...BODIES["putRateCard"] as object, carrier: CANARY, service: CANARY });
  await asked(server.adminKey, "PUT", `/v1/package-types/${CANARY}`, BODIES["putPackageType"]);
  const simulation = await asked(server.adminKey, "POST", "/v1/routing-simulations", { from: new Date(Date.now() - 3_600_000).toISOString(), to: new Date(Date.now() + 1_000).toISOString() });
  await asked(server.adminKey, "PUT", `/v1/customs-territories/${CANARY}`, { countries: ["CH"] });
  await asked(server.adminKey, "PUT", `/v1/duty-rates/${CANARY}`, BODIES["putDutyRates"]);
  await asked(server.adminKey, "PUT", `/v1/export-restrictions/${CANARY}`, BODIES["putExportRestriction"]);
  const closure = await asked(server.adminKey, "POST", "/v1/node-closures", { nodes: [CANARY], reason: CANARY });
  const { data: [user] } = told<{ data: { id: string }[] }>(await call(server.adminKey, "GET", "/v1/users"));
  const view = await asked(server.adminKey, "POST", "/v1/views", { screen: "orders", name: CANARY, query: "?q=1", shared: true });
  const schedule = await asked(server.adminKey, "POST", "/v1/report-schedules", { ...BODIES["createReportSchedule"] as object, name: CANARY });
  const action = await asked(server.adminKey, "POST", "/v1/order-actions", { action: "tag", args: { tags: [CANARY] }, orders: { filter: {} }, dry_run: true });
  await inTransaction(world.pool, world.tenantId, (session) => linkOrders(session, [parsePublicId("order", String(order["id"])) ?? ""]));
  const { data: [customer] } = told<{ data: { id: string }[] }>(await call(server.adminKey, "GET", "/v1/customers"));
  const draft = await asked(server.adminKey, "POST", "/v1/order-drafts", { channel: CANARY, note: CANARY });
  owned = { customers: customer?.id ?? "none", "order-drafts": String(draft["id"]), "report-schedules": String(schedule["id"]), "order-actions": String(action["id"]), views: String(view["id"]), "work-queues": "queue-of-nobody", reports: "report-of-nobody", users: user?.id ?? "none", "routing-simulations": String(simulation["id"]), "customs-territories": CANARY, "duty-rates": CANARY, "export-restrictions": CANARY, "node-closures": String(closure["id"]), strategies: CANARY, calendars: CANARY, carriers: CANARY, "rate-cards": CANARY, "package-types": CANARY, supplies: supply, "supply-orders": String(purchase["id"]), jobs: job.id, invoices: invoice?.id ?? "none", "price-lists": CANARY, orders: String(order["id"]), shipments: `shp_${String(order["id"]).slice(4)}_1`, claims: String(claim["id"] ?? "none"), exceptions: exception?.id ?? "none", "api-keys": key?.id ?? "none", items: CANARY, nodes: CANARY, channels: CANARY,
    webhooks: webhook.id, "webhook-deliveries": String(delivery["id"]), connections: connection.id, inbox: "msg_0192aaaabbbb7ccc8dddeeeeffff0001", "parked-work": "prk_0192aaaabbbb7ccc8dddeeeeffff0001", "channel-calls": "cal_0192aaaabbbb7ccc8dddeeeeffff0001", mails: "mal_0192aaaabbbb7ccc8dddeeeeffff0001" };
});
afterAll(async () => {
  await server?.close();
  await database?.drop();
});

/** Ships the one shipment of an order. */
async function shipped(id: string): Promise<{ orderId: string; shipmentNo: number; leftAt: number }> {
  for (const fact of ["release", "ship"]) await asked(server.adminKey, "POST", `/v1/shipments/shp_${id.slice(4)}_1/${fact}`, {});
  return { orderId: parsePublicId("order", id) ?? "", shipmentNo: 1, leftAt: Date.now() };
}

const call = (key: string | null, method: string, path: string, body?: unknown, contentType = "application/json"): Promise<Answered> => ask(server.url + path, {
  method, headers: { ...(key === null ? {} : { authorization: `Bearer ${key}` }), ...(body === undefined ? {} : { "content-type": contentType }) }, body: textOf(body),
});
const textOf = (body: unknown): string | undefined => (body === undefined || typeof body === "string" ? body : JSON.stringify(body));
const told = <T>({ body }: Answered): T => JSON.parse(body) as T;
/** As a page of the server would, with somebody's session. */
const callAs = ({ cookie }: { readonly cookie: string }, operation: Operation, path: string, headers: Readonly<Record<string, string>> = OWN_PAGE): Promise<Answered> => ask(server.url + path, {
  method: operation.method, headers: { cookie, ...headers, ...(operation.takes === null ? {} : { "content-type": operation.takes }) }, body: textOf(bodyOf(operation)),
});
const asked = async (key: string, method: string, path: string, body: unknown): Promise<Record<string, unknown>> => told(await call(key, method, path, body));
const bodyOf = (operation: Operation): unknown => (operation.takes === null ? undefined : operation.takes.endsWith("ndjson") ? "\n" : BODIES[operation.id]);
const QUERIES: Readonly<Record<string, string>> = { getAvailability: "?sku=A", listStockMovements: "?sku=A", importFile: "?kind=items", getPrice: "?sku=A&channel=web", listChannelFailures: "?rate=late_shipments", diffStrategy: "?from=1&to=1" };

test("every operation names what it needs, and has a body for these tests", () => {
  expect(operations.length).toBeGreaterThan(45);
  for (const { id, scope, takes } of operations) {
    expect(scope === null || scope === "person" || SCOPES.some((one) => one === scope), `${id}: ${scope}`).toBe(true);
    if (takes === "application/json") expect(BODIES[id], id).toBeDefined();
  }
  expect(operations.filter(({ scope }) => scope === null).map(({ id }) => id).sort()).toEqual(["beginPasskeySignIn", "beginProviderSignIn", "getLiveness", "getReadiness", "getSignInMethods", "recoverPassword", "resetPassword", "signInWithCode", "signInWithPasskey", "signInWithPassword"]);
});

test("without a key, with a wrong one or a mangled one, every operation answers 401", async () => {
  const wrong = ["ordo_live_00000000000000000000000000000000000000", "x".repeat(400), `${server.adminKey}x`, server.adminKey.slice(0, -1)];
  let asked = 0;
  for (const operation of operations.filter(({ scope }) => scope !== null)) {
    const path = addressOf(operation, () => "x");
    for (const key of [null, wrong[asked % wrong.length] ?? ""]) {
      const answer = await call(key, operation.method, path, bodyOf(operation), operation.takes ?? undefined);
      expect(answer.status, operation.id).toBe(401);
      expect(answer.header("www-authenticate")).toBe("Bearer");
      expect(told<Problem>(answer)).toMatchObject({ code: "UNAUTHENTICATED", instance: path });
      asked += 1;
    }
  }
  expect(asked).toBeGreaterThan(90);
  for (const authorization of ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer a b", `Bearer ${server.adminKey},x`, "Bearer null"]) {
    expect((await fetch(`${server.url}/v1/orders`, { headers: { authorization } })).status, authorization).toBe(401);
  }
});

test("a key opens what its scopes say and nothing else", async () => {
  const keys = new Map<Scope, string>();
  for (const scope of SCOPES) keys.set(scope, await server.keyWith([scope]));
  const path = (operation: Operation): string => addressOf(operation, (parameter) => (parameter === "id" ? "ord_00000000000000000000000000000000" : "none")) + (QUERIES[operation.id] ?? "");
  for (const operation of operations.filter(({ scope }) => scope !== null)) {
    for (const [scope, key] of keys) {
      // No key is a person, not even an administrator's.
      const opens = operation.scope !== "person" && (scope === operation.scope || scope === "admin" || (scope === "orders:read_personal" && operation.scope === "orders:read"));
      // What is opened is not called: it may change something. GETs are.
      if (opens && operation.method !== "GET") continue;
      const { status } = await call(key, operation.method, path(operation), bodyOf(operation), operation.takes ?? undefined);
      expect(status === 403, `${operation.id} with ${scope}: ${status}`).toBe(!opens);
    }
  }
});

test("what belongs to another tenant is answered like what never existed, to the byte", async () => {
  const other = await server.otherTenant("second");
  const before = await counts();
  const answered = async (operation: Operation, id: string): Promise<string> => {
    const path = addressOf(operation, (parameter) => (parameter === "hold_no" || parameter === "version" ? "1" : id)) + (QUERIES[operation.id] ?? "");
    const answer = await call(other.key, operation.method, path, bodyOf(operation), operation.takes ?? undefined);
    // A strategy may be checked before there is any; the answer depends on the body alone.
    expect(answer.status, `${operation.id}: ${answer.body}`).toBe(operation.id === "checkStrategy" ? 200 : 404);
    return answer.body.replaceAll(encodeURIComponent(id), "ID").replaceAll(id, "ID").replaceAll(id.replace("shp_", "ord_").replace(/_1$/, ""), "ID").replace(/req_\w+/, "REQUEST");
  };
  let compared = 0;
  for (const operation of operations.filter((one) => one.path.includes("{") && one.method !== "PUT" && one.scope !== "person")) {
    const part = operation.path.split("/")[2] ?? "";
    const id = owned[part] ?? "";
    expect(id, operation.id).not.toMatch(/^$|none/);
    const random = id === CANARY ? "nobody-has-this" : id.replace(/_([0-9a-f]{32})/, "_0192aaaabbbb7ccc8dddeeeeffff0000");
    expect(await answered(operation, id), operation.id).toBe(await answered(operation, random));
    compared += 1;
  }
  expect(compared).toBeGreaterThan(25);
  expect(await counts()).toEqual(before);
});

/** They answer until their caller leaves. */
const STREAMS: ReadonlySet<string> = new Set(["streamEvents", "followOrders"]);

test("a person may do what the roles say and nothing else", async () => {
  const path = (operation: Operation): string => addressOf(operation, (parameter) => (parameter === "id" ? "ord_00000000000000000000000000000000" : "none")) + (QUERIES[operation.id] ?? "");
  let closed = 0;
  for (const [role, person] of await everyRole(server)) {
    for (const operation of operations.filter(({ scope }) => scope !== null)) {
      const opens = operation.scope === "person" || hasScope({ scopes: scopesOf([role]) }, operation.scope as Scope);
      if (opens && operation.method !== "GET") continue;
      if (STREAMS.has(operation.id) && opens) continue;
      const { status } = await callAs(person, operation, path(operation));
      expect(status === 403, `${operation.id} as ${role}: ${status}`).toBe(!opens);
      closed += opens ? 0 : 1;
    }
  }
  expect(closed).toBeGreaterThan(500);
});

/** What can be limited to nodes, and is: whatever is not named here is closed to who is limited to some. */
const LIMITED: ReadonlySet<string> = new Set([
  "listOrders", "getOrder", "getOrderTimeline", "listRoutingDecisions", "exportOrders", "listShipments", "getShipment", "releaseShipment", "acceptShipment", "rejectShipment", "pickShipment", "packShipment",
  "shipShipment", "handOverShipment", "arriveAtStore", "deliverShipment", "loseShipment", "returnShipmentToSender", "answerCancel", "listStock", "listStockMovements", "receiveStock", "adjustStock", "countStock", "exportStock",
  "followOrders", "lookAtOrder", "leaveOrder", "listPeople", "getAvailability", "queryAvailability", "listNodes", "getNode", "getNodeCapacity", "listItems", "getItem",
  "listSupplyOrders", "getSupplyOrder", "listSupplyHistory", "shipTransfer", "receiveSupplyOrder", "previewCounts", "listShortages",
]);

test("whoever is limited to nodes may call only what keeps to that limit", async () => {
  const person = await aPerson(server, ["manager"], [CANARY]);
  const path = (operation: Operation): string => addressOf(operation, () => "none") + (QUERIES[operation.id] ?? "");
  for (const operation of operations.filter(({ scope }) => scope !== null && scope !== "admin" && scope !== "person")) {
    const answer = await callAs(person, operation, path(operation));
    expect(answer.status === 403, `${operation.id}: ${answer.status}`).toBe(!LIMITED.has(operation.id));
    if (answer.status === 403) expect(told<Problem>(answer).detail).toContain(`only what is at ${CANARY}`);
  }
});

test("every change that a session asks for has to come from a page of this server", async () => {
  const person = await aPerson(server, ["admin"]);
  const foreign: Record<string, string>[] = [{}, { "sec-fetch-site": "cross-site" }, { "sec-fetch-site": "same-site" }, { origin: "https://evil.example" }, { origin: "null" }, { "sec-fetch-site": "none" }];
  for (const operation of operations.filter(({ method, scope }) => method !== "GET" && scope !== null)) {
    for (const headers of foreign) {
      const answer = await callAs(person, operation, addressOf(operation, () => "none"), headers);
      expect([answer.status, told<Problem>(answer).code], operation.id).toEqual([403, "CROSS_SITE_REQUEST"]);
    }
  }
  expect((await person.call("PATCH", "/v1/me", { language: "de" }, { origin: server.url })).status).toBe(200);
  expect((await person.call("PATCH", "/v1/me", { language: "en" }, OWN_PAGE)).status).toBe(200);
});

/** What a stream says from the first event on, within a moment. */
async function streamed(key: string, path = "/v1/events/stream"): Promise<string> {
  const chunks: Uint8Array[] = [];
  const response = await fetch(`${server.url}${path}?after=0`, { headers: { authorization: `Bearer ${key}` }, signal: AbortSignal.timeout(700) });
  try {
    for await (const chunk of response.body ?? []) chunks.push(chunk);
  } catch {
    // The moment is over.
  }
  return Buffer.concat(chunks).toString();
}

test("lists, bodies and availability hold nothing of another tenant", async () => {
  const other = await server.otherTenant("third");
  expect(await streamed(server.adminKey)).toContain('"ord_');
  for (const operation of operations.filter(({ method, path, scope }) => method === "GET" && !path.includes("{") && scope !== null)) {
    const text = STREAMS.has(operation.id) ? await streamed(other.key, operation.path) : (await call(other.key, "GET", operation.path + (QUERIES[operation.id] ?? ""))).body;
    expect(text, operation.id).not.toContain(CANARY);
    if (operation.scope === "person") expect(JSON.parse(text), operation.id).toMatchObject({ code: "FORBIDDEN" });
    if (operation.id !== "listApiKeys") expect(text).not.toMatch(/"(?:ord|shp|clm)_/);
  }
  const order = await asked(other.key, "POST", "/v1/orders", BODIES["captureOrder"]);
  expect(order).toMatchObject({ errors: [{ pointer: "#/channel", code: "UNKNOWN_CHANNEL" }, { pointer: "#/lines/0/sku", code: "UNKNOWN_ITEM" }] });
  const claimed = await asked(other.key, "POST", "/v1/availability", { pairs: [{ sku: "A", node: "berlin" }] });
  expect(claimed).toMatchObject({ errors: [{ code: "UNKNOWN_ITEM" }, { code: "UNKNOWN_NODE" }] });
});

const counts = async (): Promise<unknown[]> => server.world.query(
  "select (select count(*) from ordo.event) as events, (select count(*) from ordo.hold) as holds, (select count(*) from ordo.api_key where revoked_at is not null) as revoked");
