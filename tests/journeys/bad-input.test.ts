import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Problem } from "../../client/src/index.ts";
import { ask } from "../support/ask.ts";
import { aPerson, OWN_PAGE } from "../support/people.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { addressOf, allOperations, BODIES } from "../support/operations.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { aChannel, anItem, aNode } from "../support/world.ts";

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let server: TestApi;
let accepted = 0;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  ({ cookie } = await aPerson(server, ["admin"]));
  await server.world.facts({
    items: [anItem("A"), anItem("KG", { quantityScale: 3, baseUnit: "kg", units: [{ name: "bag", factor: 25 }] })], nodes: [aNode("berlin")], channels: [aChannel("web")],
  });
  await server.world.receive("A", "berlin", 100_000);
  await server.world.receive("KG", "berlin", 100_000);
});
afterAll(async () => {
  await server?.close();
  await database?.drop();
});

/** What is for people is asked by one. */
let cookie = "";

async function send(path: string, body: string | Buffer, contentType = "application/json", method = "POST"): Promise<{ status: number; problem: Problem; text: string }> {
  const headers = { ...(path.startsWith("/v1/me") ? { cookie, ...OWN_PAGE } : { authorization: `Bearer ${server.adminKey}` }), "content-type": contentType };
  const { status, body: text, header } = await ask(server.url + path, { method, headers, body });
  const type = header("content-type");
  if (path === "/v1/orders" && status === 201) accepted += 1;
  const problem = type?.includes("json;") ? JSON.parse(text) as Problem : { code: "none" } as unknown as Problem;
  if (status >= 400) expect(type, path).toMatch(/^application\/problem\+json/);
  return { status, problem, text };
}

/** Any refusal: a 4xx with a code, a reference, and where it concerns the body a pointer; nothing of the inside. */
function expectRefusal({ status, problem, text }: Awaited<ReturnType<typeof send>>, about: string): void {
  expect(status, `${about}: ${text.slice(0, 300)}`).toBeGreaterThanOrEqual(400);
  expect(status, `${about}: ${text.slice(0, 300)}`).toBeLessThan(500);
  expect(problem.type, about).toBe(`/docs/errors#${problem.code}`);
  expect(problem.request_id, about).toMatch(/^req_/);
  expect(text, about).not.toMatch(/\n\s+at |node_modules|select |insert into|ordo\.|127\.0\.0\.1|postgres/i);
}

let serial = 0;
const order = (over: Record<string, unknown> = {}): Record<string, unknown> =>
  ({ channel: "web", external_id: `BAD-${++serial}`, currency: "EUR", lines: [{ sku: "A", quantity: 1, unit_price: "10.00" }], ...over });
const line = (over: Record<string, unknown>): Record<string, unknown> => order({ lines: [{ sku: "A", quantity: 1, unit_price: "10.00", ...over }] });

describe("orders that cannot be", () => {
  const big = (text: string): string => JSON.stringify(line({ quantity: "HERE" })).replace('"HERE"', text);
  test.each<[string, () => string | Buffer, string, string | null]>([
    ["unknown SKU", () => JSON.stringify(line({ sku: "NOPE" })), "UNKNOWN_ITEM", "#/lines/0/sku"],
    ["unknown channel", () => JSON.stringify(order({ channel: "moon" })), "UNKNOWN_CHANNEL", "#/channel"],
    ["unknown node", () => JSON.stringify(line({ node: "moon" })), "UNKNOWN_NODE", "#/lines/0/node"],
    ["unknown unit", () => JSON.stringify(line({ unit: "dozen" })), "UNKNOWN_UNIT", "#/lines/0/unit"],
    ["unknown claim", () => JSON.stringify(order({ claim: "clm_nope" })), "CLAIM_NOT_OPEN", "#/claim"],
    ["zero", () => JSON.stringify(line({ quantity: 0 })), "QUANTITY_NOT_POSITIVE", "#/lines/0/quantity"],
    ["zero as text", () => JSON.stringify(line({ quantity: "0.000" })), "QUANTITY_NOT_POSITIVE", "#/lines/0/quantity"],
    ["negative", () => JSON.stringify(line({ quantity: -1 })), "QUANTITY_NOT_POSITIVE", "#/lines/0/quantity"],
    ["too fine", () => JSON.stringify(line({ quantity: 0.1 })), "QUANTITY_TOO_FINE", "#/lines/0/quantity"],
    ["too fine for three decimals", () => JSON.stringify(line({ sku: "KG", quantity: "1.0001" })), "QUANTITY_TOO_FINE", "#/lines/0/quantity"],
    ["2^53+1 as number", () => big("9007199254740993"), "QUANTITY_TOO_LARGE", "#/lines/0/quantity"],
    ["2^53+1 as text", () => JSON.stringify(line({ quantity: "9007199254740993" })), "QUANTITY_TOO_LARGE", "#/lines/0/quantity"],
    ["1e308", () => big("1e308"), "QUANTITY_TOO_LARGE", "#/lines/0/quantity"],
    ["1e999", () => big("1e999"), "INVALID_FIELD", "#/lines/0/quantity"],
    ["1e-9", () => big("1e-9"), "QUANTITY_TOO_FINE", "#/lines/0/quantity"],
    ["NaN as text", () => JSON.stringify(line({ quantity: "NaN" })), "QUANTITY_TOO_FINE", "#/lines/0/quantity"],
    ["NaN", () => big("NaN"), "MALFORMED_JSON", "#"],
    ["negative price", () => JSON.stringify(line({ unit_price: "-1" })), "INVALID_FIELD", "#/lines/0/unit_price"],
    ["discount above the price", () => JSON.stringify(line({ discount_minor: 1_000_000 })), "INVALID_FIELD", "#/lines/0/discount_minor"],
    ["negative discount", () => JSON.stringify(line({ discount_minor: -1 })), "INVALID_FIELD", "#/lines/0/discount_minor"],
    ["fractional minor units", () => JSON.stringify(line({ tax_minor: 1.5 })), "INVALID_BODY", "#/lines/0/tax_minor"],
    ["wrong currency", () => JSON.stringify(order({ currency: "USD" })), "CURRENCY_MISMATCH", "#/currency"],
    ["no currency", () => JSON.stringify(order({ currency: "EURO" })), "UNKNOWN_CURRENCY", "#/currency"],
    ["placed tomorrow", () => JSON.stringify(order({ placed_at: new Date(Date.now() + 86_400_000).toISOString() })), "OCCURRED_IN_FUTURE", "#/placed_at"],
    ["placed in year zero", () => JSON.stringify(order({ placed_at: "0000-01-01T00:00:00Z" })), "INVALID_FIELD", "#/placed_at"],
    ["no lines", () => JSON.stringify(order({ lines: [] })), "INVALID_FIELD", "#/lines"],
    ["10,000 lines", () => JSON.stringify(order({ lines: Array.from({ length: 10_000 }, () => ({ sku: "A", quantity: 1, unit_price: 1 })) })), "INVALID_FIELD", "#/lines"],
    ["coordinates off the globe", () => JSON.stringify(order({ ship_to: { country: "DE", coordinates: { latitude: 91, longitude: 0 } } })), "INVALID_FIELD", "#/ship_to/coordinates/latitude"],
    ["unknown property", () => JSON.stringify(order({ totl: 1, "a/b~c": 2 })), "INVALID_BODY", "#/totl"],
    ["prototype key", () => JSON.stringify(order()).replace("{", '{"__proto__":{"admin":true},'), "MALFORMED_JSON", "#/__proto__"],
    ["constructor key", () => JSON.stringify(order({ attributes: { constructor: "x" } })), "MALFORMED_JSON", "#/attributes/constructor"],
    ["NUL", () => JSON.stringify(order({ note: "a\u0000b" })), "INVALID_FIELD", "#/note"],
    ["half a surrogate pair", () => JSON.stringify(order({ note: "a\ud800b" })), "INVALID_FIELD", "#/note"],
    ["half a surrogate pair in a key", () => JSON.stringify(order({ attributes: { "\udc00": "x" } })), "INVALID_FIELD", "#/attributes"],
    ["nothing", () => "", "INVALID_BODY", "#/channel"],
    ["a list", () => "[]", "INVALID_BODY", "#"],
    ["null", () => "null", "INVALID_BODY", "#"],
    ["half a document", () => '{"channel": "web"', "MALFORMED_JSON", "#"],
    ["invalid UTF-8", () => Buffer.concat([Buffer.from('{"channel":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]), "MALFORMED_JSON", "#"],
    ["overlong UTF-8", () => Buffer.concat([Buffer.from('{"channel":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')]), "MALFORMED_JSON", "#"],
    ["200,000 levels", () => `{"attributes":${"[".repeat(200_000)}${"]".repeat(200_000)}}`, "MALFORMED_JSON", null],
    ["100 levels of objects", () => `{"attributes":${'{"a":'.repeat(100)}1${"}".repeat(100)}}`, "MALFORMED_JSON", null],
    ["5 MB", () => JSON.stringify(order({ note: "x".repeat(5_000_000) })), "BODY_TOO_LARGE", "#"],
  ])("%s", async (name, body, code, pointer) => {
    const started = performance.now();
    const answer = await send("/v1/orders", body());
    expectRefusal(answer, name);
    expect(answer.problem.code).toBe(code);
    if (pointer !== null) expect(answer.problem.errors.map((error) => error.pointer)).toContain(pointer);
    else expect(answer.problem.errors.length).toBeGreaterThan(0);
    expect(performance.now() - started).toBeLessThan(1500);
  });

  test("all faults are named at once", async () => {
    const { problem } = await send("/v1/orders", JSON.stringify(order({ channel: 7, currency: undefined, extra: 1, lines: [{ sku: "", quantity: true, unit_price: "1" }] })));
    expect(problem.errors.map((error) => error.pointer)).toEqual(["#/channel", "#/currency", "#/lines/0/sku", "#/lines/0/quantity", "#/extra"]);
    const { problem: second } = await send("/v1/orders", JSON.stringify(order({ channel: "moon", lines: [{ sku: "X", quantity: 1, unit_price: "1" }, { sku: "A", quantity: 0, unit_price: "x" }] })));
    expect(second.errors.map((error) => error.pointer)).toEqual(["#/channel", "#/lines/0/sku", "#/lines/1/unit_price"]);
  });

  test("the same key with another body, and twice with the same", async () => {
    const body = JSON.stringify(order());
    const post = (text: string): Promise<Response> => fetch(`${server.url}/v1/orders`, {
      method: "POST", body: text, headers: { authorization: `Bearer ${server.adminKey}`, "content-type": "application/json", "idempotency-key": "bad-input" },
    });
    const [first, second, third] = await Promise.all([post(body), post(body), post(body)]);
    accepted += 1;
    expect([first.status, second.status, third.status].sort()).toEqual([200, 200, 201]);
    expect(new Set(await Promise.all([first, second, third].map((answer) => answer.text()))).size).toBe(1);
    expect((await post(JSON.stringify(order()))).status).toBe(409);
    const long = await fetch(`${server.url}/v1/orders`, { method: "POST", body, headers: { authorization: `Bearer ${server.adminKey}`, "content-type": "application/json", "idempotency-key": "k".repeat(256) } });
    expect(await long.json()).toMatchObject({ code: "INVALID_FIELD", errors: [{ pointer: "#/headers/idempotency-key" }] });
  });
});

/** Every text, number and flag the body has, by path. */
function leaves(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, Array.isArray(value) ? Number(key) : key]));
}

function replaced(value: unknown, path: readonly (string | number)[], by: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.map((inner: unknown, index) => (index === key ? replaced(inner, rest, by) : inner));
  return Object.fromEntries(Object.entries(value as object).map(([name, inner]) => [name, name === key ? replaced(inner, rest, by) : inner]));
}

const HOSTILE: readonly unknown[] = [
  "'; drop table sales_order; --", "\" or ''='", "$1 %s %n ${7*7} {{7*7}}", "<script>alert(1)</script><img src=x onerror=alert(1)>", "\\u0000\\", "%00%0d%0aSet-Cookie: a=b", "\u202eRTL\u0007\u001b[31m",
  "{\"a\",NULL}", "NULL", "x".repeat(20_000), "", " ", "-0", "1e5", "Infinity", "２", null, true, false, [], {}, [[]], -1, 0, 1.5, 1e308, 9_007_199_254_740_991, { toString: "x" }, ["x"],
];

const FULL_ORDER = {
  channel: "web", external_id: "full", currency: "EUR", placed_at: "2024-05-01T10:00:00Z",
  lines: [{ sku: "A", quantity: "1", unit: "each", unit_price: "10.00", discount_minor: 0, tax_minor: 0, total_minor: 1000, external_id: "l1", node: "berlin" }],
  totals: { total_minor: 1000, shipping_minor: 0, discount_minor: 0, tax_minor: 0, other_minor: 0, tax_included: true },
  payment: { state: "paid", payments: [{ tender: "card", amount_minor: 1000, reference: "r" }] }, risk: "low",
  holds: [{ kind: "MANUAL", reason: "look", due_at: "2030-01-01T00:00:00Z" }], customer: { name: "n", email: "e", phone: "p" },
  ship_to: { name: "n", company: "c", street: "s", street2: "t", city: "c", region: "r", postcode: "1", country: "DE", coordinates: { latitude: 1, longitude: 2 } },
  bill_to: { name: "n", company: "c", street: "s", street2: "t", city: "c", region: "r", postcode: "1", country: "DE" }, note: "n", attributes: { a: "b" },
};

const FULL_BODIES: Readonly<Record<string, { method: string; path: string; body: unknown }>> = {
  order: { method: "POST", path: "/v1/orders", body: FULL_ORDER },
  item: { method: "PUT", path: "/v1/items/FUZZ", body: {
    gtin: "4006381333931", name: "n", status: "active", quantity_scale: 0, base_unit: "each", units: [{ name: "case", factor: 12 }], handling_class: "standard", weight_grams: 1, dimensions_mm: [1, 2, 3],
    backorder: true, backorder_limit: 1, launch_at: "2030-01-01T00:00:00Z", preorder_limit: 1, safety_stock: 0, safety_percent: 0, components: [{ sku: "A", quantity: 1 }], attributes: { a: "b" }, valid_from: "2024-01-01T00:00:00Z" } },
  node: { method: "PUT", path: "/v1/nodes/fuzz", body: {
    name: "n", kind: "dc", status: "offline", priority: 1, address: { city: "c" }, coordinates: { latitude: 1, longitude: 2 }, time_zone: "UTC", cut_off: "15:00", item_classes: ["standard"], valid_from: "2024-01-01T00:00:00Z",
    operations: {
      cut_offs: [{ carrier: "dhl", service: "parcel", time: "14:00:00" }], processing: { minutes: 1, minutes_per_backlog_order: "0.5", maximum_minutes: 2 }, capacity: { orders_per_day: 1, units_per_hour: 1 },
      services: ["dhl/parcel"], handling: { per_shipment_micros: 1 }, pickup: { slot_minutes: 30, orders_per_slot: 1 }, paused_until: "2024-01-01T00:00:00Z",
    } } },
  channel: { method: "PUT", path: "/v1/channels/fuzz", body: {
    name: "n", kind: "web", currency: "EUR", node_pool: ["berlin"], buffer: 0, when_unavailable: "refuse", auto_release: false, valid_from: "2024-01-01T00:00:00Z",
    routing: { distance_cost_per_km_micros: 1, split_cost_micros: 1, maximum_distance_km: 1, attempt_limit: 1, cool_down_minutes: 1, accept_within_minutes: 1, hold_keeps_stock_minutes: 1 }, backorder_release: "priority", backorder_cancel_after_days: 1 } },
  adjustment: { method: "POST", path: "/v1/stock/adjustments", body: { sku: "A", node: "berlin", owner: "o", condition: "B", quantity: "1", unit: "each", occurred_at: "2024-01-01T00:00:00Z", reason: "FOUND", note: "n" } },
  supply: { method: "POST", path: "/v1/supplies", body: { sku: "A", node: "berlin", kind: "transfer", reference: "r", due_at: "2030-01-01T00:00:00Z", confidence: 1, quantity: "1", unit: "each" } },
  purchase: { method: "POST", path: "/v1/purchase-orders", body: {
    reference: "PO-FUZZ", node: "berlin", supplier: "s", due_at: "2030-01-01T00:00:00Z", lines: [{ sku: "A", quantity: "1", unit: "each", due_at: "2030-01-01T00:00:00Z", confidence: 1 }] } },
  hold: { method: "POST", path: "/v1/orders/ORDER/holds", body: { commercial_version: 1, kind: "MANUAL", reason: "r", line: 1, owner: "o", due_at: "2030-01-01T00:00:00Z" } },
  cancel: { method: "POST", path: "/v1/orders/ORDER/cancel", body: { commercial_version: 1, reason: "r", lines: [{ line: 1, quantity: 1 }], force: true } },
  webhook: { method: "POST", path: "/v1/webhooks", body: { url: "https://shop.example.com/hook", description: "d", types: ["OrderCaptured"] } },
  claim: { method: "POST", path: "/v1/claims", body: { reference: "r", ttl_seconds: 1, lines: [{ sku: "A", node: "berlin", quantity: "1", unit: "each" }] } },
};

describe("hostile values in every field", () => {
  test.each(Object.keys(FULL_BODIES))("%s", async (name) => {
    const { method, path: pattern, body } = FULL_BODIES[name] ?? { method: "", path: "", body: {} };
    const made = await send("/v1/orders", JSON.stringify(line({ quantity: 50 })));
    const path = pattern.replace("ORDER", (JSON.parse(made.text) as { id: string }).id);
    const whole = await send(path, JSON.stringify(body), "application/json", method);
    expect(whole.status, whole.text).toBeLessThan(300);
    let tried = 0;
    const attempts = leaves(body).flatMap((leaf) => HOSTILE.map((value) => ({ leaf, value })));
    const worker = async (): Promise<void> => {
      for (let next = attempts.pop(); next; next = attempts.pop()) {
        const { leaf, value } = next;
        const changed = replaced(replaced(body, name === "order" ? ["external_id"] : ["nothing"], `F-${++serial}`), leaf, value);
        const answer = await send(path, JSON.stringify(changed), "application/json", method);
        tried += 1;
        if (answer.status < 300) continue;
        expectRefusal(answer, `${leaf.join("/")} = ${JSON.stringify(value).slice(0, 60)}`);
        if (answer.status === 422) expect(answer.problem.errors.length, `${leaf.join("/")}: ${answer.text}`).toBeGreaterThan(0);
      }
    };
    await Promise.all(Array.from({ length: 12 }, worker));
    expect(tried).toBe(leaves(body).length * HOSTILE.length);
  });

  test("what is accepted is stored as it was written", async () => {
    const note = "'; drop table x; -- <script>alert(1)</script> \\ \" {NULL} \u202e🦄";
    const { text } = await send("/v1/orders", JSON.stringify(order({ note, external_id: note.slice(0, 60), attributes: { [note]: note }, customer: { name: note } })));
    const id = String((JSON.parse(text) as { id: string }).id);
    const read = await (await fetch(`${server.url}/v1/orders/${id}`, { headers: { authorization: `Bearer ${server.adminKey}` } })).json() as Record<string, unknown>;
    expect(read).toMatchObject({ contact: { note, customer: { name: note } }, attributes: { [note]: note }, external_id: note.slice(0, 60) });
  });
});

describe("every operation", () => {
  const TYPES = [
    "text/plain", "text/html", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/octet-stream", "application/json-patch+json",
    "application/vnd.api+json", "text/json", "application/json; charset=utf-16",
  ];
  test("refuses ten other content types", async () => {
    // A file comes as what it is; which kinds of file there are is tested with the imports.
    const operations = (await allOperations()).filter(({ takes }) => takes?.endsWith("json") === true);
    expect(operations.length).toBeGreaterThan(30);
    for (const operation of operations) {
      const body = JSON.stringify(BODIES[operation.id] ?? { channel: "web" });
      const own = operation.takes === "application/json" ? "application/x-ndjson" : "application/json";
      for (const type of [...TYPES.slice(0, -1), operation.takes === "application/json" ? TYPES.at(-1) ?? "" : "application/x-ndjson; charset=latin1", own]) {
        const answer = await send(addressOf(operation, () => "x"), body, type, operation.method);
        expectRefusal(answer, `${operation.id} ${type}`);
        expect(answer.problem, `${operation.id} ${type}`).toMatchObject({ code: "UNSUPPORTED_MEDIA_TYPE", status: 415 });
      }
    }
  });

  test("refuses parameters it does not know and values that cannot be", async () => {
    const get = async (path: string): Promise<Awaited<ReturnType<typeof send>>> => {
      const answer = await fetch(server.url + path, { headers: { authorization: `Bearer ${server.adminKey}` } });
      const text = await answer.text();
      return { status: answer.status, text, problem: JSON.parse(text) as Problem };
    };
    for (const query of [
      "statuss=x", "status=x", "status=", "limit=0", "limit=251", "limit=x", "cursor=x", "cursor=!!", `cursor=${Buffer.from('["x"]').toString("base64url")}`, `cursor=${Buffer.from('["\\u0000"]').toString("base64url")}`,
      "number=1e30", "number=-1", "placed_from=yesterday", "placed_from=9999-99-99T00:00:00Z", "channel=a%00b", "external_id=%00", "channel[]=x", "__proto__=x", "constructor=x", "hold=NONE", "count=exactly",
    ]) {
      const answer = await get(`/v1/orders?${query}`);
      expectRefusal(answer, query);
      expect(answer.problem.errors[0]?.pointer, query).toMatch(/^#\/query/);
    }
    for (const query of ["channel='%20or%201=1--", "external_id=%ff%fe", "node=%F0%9F%A6%84", "external_id=${jndi}"]) expect((await get(`/v1/orders?${query}`)).status, query).toBe(200);
    for (const path of ["/v1/items/a%00b", "/v1/orders/%00", "/v1/orders/ord_zz", "/v1/orders/%E0%A4%A", "/v1/shipments/shp_1", "/v1/nodes/..%2f..%2fetc", "/v1/nowhere", "/v2", "/v1/orders/", "/V1/orders", `/v1/orders/${"x".repeat(500)}`]) {
      expectRefusal(await get(path), path);
    }
    const many = Array.from({ length: 1001 }, (_, n) => `sku=S${n}`).join("&");
    expectRefusal(await get(`/v1/availability?${many}`), "1,001 pairs");
    expect((await get("/v1/availability?sku=A&sku=B&node=moon")).problem.errors.map((error) => error.pointer)).toEqual(["#/query/sku", "#/query/node"]);
  });

  test("answers a wrong method with the right ones, and noise with a problem", async () => {
    const answer = await fetch(`${server.url}/v1/orders`, { method: "DELETE" });
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, HEAD, POST"]);
    expect(await answer.json()).toMatchObject({ code: "METHOD_NOT_ALLOWED" });
    const raw = await new Promise<string>((resolve) => {
      const socket = connect(Number(new URL(server.url).port), "127.0.0.1", () => socket.write("NOT HTTP AT ALL\r\n\r\n"));
      let text = "";
      socket.on("data", (chunk) => (text += chunk.toString())).on("close", () => resolve(text));
    });
    expect(raw).toMatch(/^HTTP\/1\.1 400 [^]*application\/problem\+json[^]*"code":"MALFORMED_JSON"/);
    const gzip = await fetch(`${server.url}/v1/orders`, { method: "POST", body: "{}", headers: { authorization: `Bearer ${server.adminKey}`, "content-type": "application/json", "content-encoding": "gzip" } });
    expect(gzip.status).toBe(415);
  });

  test("bulk lines fail alone: too long, not UTF-8, not JSON, or unknown", async () => {
    const good = Buffer.from(`${JSON.stringify(order())}\n`);
    const body = Buffer.concat([good, Buffer.from(`{"note":"${"x".repeat(1_200_000)}"}\n`), Buffer.from([0x22, 0xff, 0x22, 0x0a]), Buffer.from("[1]\n{]\n\n"), Buffer.from(JSON.stringify(order()))]);
    const { status, text } = await send("/v1/orders/bulk", body, "application/x-ndjson");
    accepted += 2;
    expect(status).toBe(200);
    const answers = text.trim().split("\n").map((one) => JSON.parse(one) as { line: number; status: number; problem?: Problem });
    expect(answers.map((answer) => [answer.line, answer.problem?.code ?? answer.status])).toEqual([
      [1, 201], [2, "BODY_TOO_LARGE"], [3, "MALFORMED_JSON"], [4, "INVALID_BODY"], [5, "MALFORMED_JSON"], [7, 201],
    ]);
  });
});

test("nothing was half written: what was accepted is there whole, and nothing else", async () => {
  const [row] = await server.world.query<{ orders: string; contacts: string; captured: string; position: string; events: string }>(`
    select (select count(*) from ordo.sales_order) as orders, (select count(*) from ordo.order_contact) as contacts, (select count(*) from ordo.event where type = 'OrderCaptured') as captured,
      (select max(position) from ordo.event) as position, (select count(*) from ordo.event) as events`);
  expect(row).toMatchObject({ orders: String(accepted), contacts: String(accepted), captured: String(accepted), events: row?.position });
  const torn = await server.world.query(`
    select o.id from ordo.sales_order o where not exists (select from ordo.order_line l where l.order_id = o.id)
    union all select l.order_id from ordo.order_line l group by 1 having count(*) <> (select count(distinct m.line_no) from ordo.line_movement m where m.order_id = l.order_id)`);
  expect(torn).toEqual([]);
  expect(server.log.filter((one) => one.includes('"level":50'))).toEqual([]);
});
