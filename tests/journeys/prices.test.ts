import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CaptureOrderData, Problem } from "../../client/src/index.ts";
import type { Channel } from "../../src/domain/catalog/index.ts";
import { captureOrders } from "../../src/flows/capture-orders.ts";
import type { Store, Transaction } from "../../src/flows/ports.ts";
import { verifyTenant } from "../../src/postgres/verify/index.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { aChannel, anItem, aNode, anOrder } from "../support/world.ts";

let database: TestDatabase;
let server: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  const checks = (over: Partial<Channel["priceCheck"] & object> = {}): Channel["priceCheck"] => ({ toleranceBasisPoints: 100, toleranceMinor: 0, whenUnpriced: "accept", ...over });
  await server.world.facts({
    items: [anItem("A", { units: [{ name: "case", factor: 12 }] }), anItem("B"), anItem("KG", { quantityScale: 3, baseUnit: "kg" }), anItem("C")], nodes: [aNode("n")],
    channels: [
      aChannel("web", { priceCheck: checks() }), aChannel("free"), aChannel("strict", { priceCheck: checks({ toleranceBasisPoints: 0, whenUnpriced: "hold" }) }),
      ...["JPY", "KWD"].map((currency) => aChannel(currency, { currency, priceCheck: checks({ toleranceBasisPoints: 0, toleranceMinor: 1 }) })),
    ],
  });
  for (const sku of ["A", "B", "KG", "C"]) await server.world.receive(sku, "n", 1_000_000);
});
afterAll(async () => {
  const { checks } = await verifyTenant(server.world.pool, server.world.tenantId);
  await server.close();
  await database.drop();
  expect(checks.filter(({ differences }) => differences > 0)).toEqual([]);
});

async function call<T = Record<string, unknown>>(method: string, path: string, body?: unknown, key = server.adminKey): Promise<{ status: number; body: T }> {
  const answer = await fetch(server.url + path, { method, headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { "content-type": "application/json" }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  return { status: answer.status, body: await answer.json() as T };
}
const putList = (code: string, over: object = {}): ReturnType<typeof call> => call("PUT", `/v1/price-lists/${code}`, { currency: "EUR", ...over });
interface Line { status: number; body?: Record<string, unknown>; problem?: Problem }
async function bulk(...prices: object[]): Promise<Line[]> {
  const answer = await fetch(`${server.url}/v1/prices/bulk`, {
    method: "POST", headers: { authorization: `Bearer ${server.adminKey}`, "content-type": "application/x-ndjson" }, body: prices.map((price) => JSON.stringify(price)).join("\n"),
  });
  return (await answer.text()).trim().split("\n").map((line) => JSON.parse(line) as Line);
}
const faults = ({ problem }: Line): string[] => (problem?.errors ?? []).map(({ pointer, code }) => `${pointer} ${code}`);

let serial = 0;
type OrderLine = Partial<CaptureOrderData["body"]["lines"][number]>;
const order = (lines: OrderLine[], over: object = {}): object => ({ channel: "web", external_id: `P-${(serial += 1)}`, currency: "EUR", lines: lines.map((line) => ({ sku: "A", quantity: 1, ...line })), ...over });
interface Captured { id: string; holds: { hold_no: number; kind: string; reason: string }[] }
const capture = async (...given: Parameters<typeof order>): Promise<Captured> => {
  const { status, body } = await call<Captured>("POST", "/v1/orders", order(...given));
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
};
const reasons = async (...given: Parameters<typeof order>): Promise<string[]> => (await capture(...given)).holds.map(({ kind, reason }) => `${kind}: ${reason}`);
const LONG_AGO = "2020-01-01T00:00:00Z";

describe("price lists", () => {
  test("are for the channels and the class that they name; what their prices mean stays", async () => {
    expect(await putList("base", { name: "Base" })).toMatchObject({ status: 201, body: { code: "base" } });
    expect((await putList("base")).status).toBe(200);
    expect((await putList("web", { channels: ["web"], customer_class: "vip" })).status).toBe(201);
    expect((await call("GET", "/v1/price-lists/web")).body).toMatchObject({ code: "web", name: "web", currency: "EUR", tax_included: false, channels: ["web"], customer_class: "vip" });
    const wrong = await call<Problem>("PUT", "/v1/price-lists/base", { currency: "USD", tax_included: true, channels: ["web", "moon"] });
    expect([wrong.status, ...faults({ status: 422, problem: wrong.body })]).toEqual([422, "#/currency INVALID_FIELD", "#/tax_included INVALID_FIELD", "#/channels/0 CURRENCY_MISMATCH", "#/channels/1 UNKNOWN_CHANNEL"]);
    expect((await call<Problem>("PUT", "/v1/price-lists/new", { currency: "EURO", channels: ["web", "web"] })).body.errors).toMatchObject([{ pointer: "#/currency", code: "UNKNOWN_CURRENCY" }, { pointer: "#/channels/1", code: "DUPLICATE_VALUE" }]);
    expect((await call("GET", "/v1/price-lists/none")).status).toBe(404);
    expect((await call("GET", "/v1/price-lists/none/prices")).status).toBe(404);
    const first = await call<{ data: { code: string }[]; next_cursor: string }>("GET", "/v1/price-lists?limit=1");
    const second = await call<{ data: { code: string }[]; next_cursor: null }>("GET", `/v1/price-lists?limit=1&cursor=${first.body.next_cursor}`);
    expect([first, second].map(({ body }) => body.data.map(({ code }) => code))).toEqual([["base"], ["web"]]);
    expect(second.body.next_cursor).toBeNull();
  });

  test("take prices in bulk, each line on its own, and every bad field is named", async () => {
    const lines = await bulk(
      { price_list: "base", sku: "A", unit_price: "10.000000", valid_from: LONG_AGO }, { price_list: "base", sku: "A", unit: "case", minimum_quantity: "0.5", unit_price: 110, valid_from: LONG_AGO },
      { price_list: "none", sku: "none", unit_price: "-1", valid_from: LONG_AGO, valid_to: "2019-01-01T00:00:00Z" }, { price_list: "base", sku: "A", unit: "pallet", minimum_quantity: "0", unit_price: "1.0000001" },
      { price_list: "base", sku: "A", minimum_quantity: "0.5", unit_price: "1000000000000" }, { price_list: "base", sku: "KG", minimum_quantity: "-1", unit_price: "free" }, { price: 1 },
      { price_list: "base", sku: "KG", minimum_quantity: "2.5", unit_price: "3.2", valid_from: "2020-01-01T01:00:00+01:00" },
    );
    expect(lines.map((line) => (line.problem ? faults(line) : line.status))).toEqual([
      201, 201, ["#/price_list UNKNOWN_PRICE_LIST", "#/sku UNKNOWN_ITEM", "#/unit_price INVALID_FIELD", "#/valid_to INVALID_FIELD"], ["#/unit_price INVALID_FIELD", "#/unit UNKNOWN_UNIT"],
      ["#/unit_price INVALID_FIELD", "#/minimum_quantity QUANTITY_TOO_FINE"], ["#/unit_price INVALID_FIELD", "#/minimum_quantity QUANTITY_NOT_POSITIVE"],
      ["#/price_list INVALID_BODY", "#/sku INVALID_BODY", "#/unit_price INVALID_FIELD", "#/price INVALID_BODY"], 201,
    ]);
    expect(lines[1]?.body).toEqual({ price_list: "base", sku: "A", unit: "case", minimum_quantity: "0.5", unit_price: "110", valid_from: "2020-01-01T00:00:00.000Z", valid_to: null, changed: true });
    const { body: { data } } = await call<{ data: unknown[] }>("GET", "/v1/price-lists/base/prices?sku=A");
    expect(data).toEqual([
      { sku: "A", unit: null, minimum_quantity: "0", unit_price: "10", valid_from: "2020-01-01T00:00:00.000Z", valid_to: null },
      { sku: "A", unit: "case", minimum_quantity: "0.5", unit_price: "110", valid_from: "2020-01-01T00:00:00.000Z", valid_to: null },
    ]);
  });

  test("show their prices page by page, and those of a time", async () => {
    const all: unknown[] = [];
    for (let cursor = ""; ;) {
      const { body } = await call<{ data: unknown[]; next_cursor: string | null }>("GET", `/v1/price-lists/base/prices?limit=1${cursor}`);
      all.push(...body.data);
      if (body.next_cursor === null) break;
      cursor = `&cursor=${body.next_cursor}`;
    }
    expect(all).toHaveLength(3);
    expect((await call<{ data: unknown[] }>("GET", `/v1/price-lists/base/prices?at=${LONG_AGO}`)).body.data).toHaveLength(3);
    expect((await call<{ data: unknown[] }>("GET", "/v1/price-lists/base/prices?at=2019-12-31T23:59:59.999Z")).body.data).toHaveLength(0);
  });

  test("take the same price once; without valid_from it holds from now on", async () => {
    const events = async (): Promise<unknown[]> => server.world.query("select data from ordo.event where type = 'PricesSaved' order by position");
    const before = (await events()).length;
    const again = { price_list: "base", sku: "C", unit_price: "5" };
    expect((await bulk(again, again, { ...again, sku: "B", unit_price: "7" })).map(({ status, body }) => [status, body?.["changed"]])).toEqual([[201, true], [200, false], [201, true]]);
    expect((await events()).slice(before)).toMatchObject([{ data: { code: "base", prices: 2, skus: ["C", "B"] } }]);
    expect((await bulk(again)).map(({ status, body }) => [status, body?.["changed"]])).toEqual([[200, false]]);
    expect((await bulk({ ...again, unit_price: "6" })).map(({ status, body }) => [status, body?.["changed"]])).toEqual([[200, true]]);
    expect((await call<{ data: { unit_price: string }[] }>("GET", "/v1/price-lists/base/prices?sku=C")).body.data.map(({ unit_price: price }) => price)).toEqual(["5", "6"]);
    const one = { ...again, unit_price: "4", valid_from: "2021-01-01T00:00:00Z" };
    expect((await call("POST", "/v1/prices", one)).status).toBe(201);
    expect((await call("POST", "/v1/prices", { ...one, unit_price: "3", valid_to: one.valid_from })).body).toMatchObject({ unit_price: "3", changed: true });
    expect((await call("GET", "/v1/prices?sku=C&channel=web&at=2021-06-01T00:00:00Z")).body, "a price that was withdrawn").toMatchObject({ unit_price: null, prices: [] });
  });
});

describe("an order of a channel that checks prices", () => {
  test("is held by one hold that names every line beyond the tolerance, until a person releases it", async () => {
    expect(await reasons([{ unit_price: "10.10" }, { unit_price: "9.9" }])).toEqual([]);
    const held = await capture([{ unit_price: "10.100001" }, { unit_price: "10" }, { sku: "KG", quantity: "2.5", unit_price: "3" }]);
    expect(held.holds).toEqual([{ hold_no: 1, kind: "PRICING", reason: "Line 1, A: 10.100001 EUR instead of 10 (list base). Line 3, KG: 3 EUR instead of 3.2 (list base)." }]);
    const { body: { data: [event] } } = await call<{ data: { data: object }[] }>("GET", `/v1/orders/${held.id}/timeline`);
    expect(event?.data).toMatchObject({ holds: ["PRICING"], differing_prices: 2, price_differences: [
      { line: 1, sku: "A", unit_price: "10.100001", list_price: "10", price_list: "base" }, { line: 3, sku: "KG", unit_price: "3", list_price: "3.2", price_list: "base" },
    ] });
    const { body: { shipments: [shipment] } } = await call<{ shipments: { id: string }[] }>("GET", `/v1/orders/${held.id}`);
    expect(await call("POST", `/v1/shipments/${shipment?.id}/release`, {})).toMatchObject({ status: 409, body: { code: "HOLD_BLOCKS" } });
    expect((await call("POST", `/v1/orders/${held.id}/holds/1/release`, { reason: "agreed" })).status).toBe(200);
    expect((await call("POST", `/v1/shipments/${shipment?.id}/release`, {})).status).toBe(200);
  });

  test("is compared in every currency at its own edge", async () => {
    for (const [currency, list, near, far] of [["JPY", "100", "101", "101.5"], ["KWD", "1.5", "1.501", "1.5011"]] as const) {
      await putList(`in-${currency}`, { currency });
      await bulk({ price_list: `in-${currency}`, sku: "A", unit_price: list, valid_from: LONG_AGO });
      expect(await reasons([{ unit_price: near }], { channel: currency, currency }), currency).toEqual([]);
      expect(await reasons([{ unit_price: far }], { channel: currency, currency }), currency).toEqual([`PRICING: Line 1, A: ${far} ${currency} instead of ${list} (list in-${currency}).`]);
    }
  });

  test("is compared with its own tier, unit, class and tax", async () => {
    await bulk({ price_list: "base", sku: "A", minimum_quantity: 100, unit_price: "8", valid_from: LONG_AGO }, { price_list: "web", sku: "A", unit_price: "9", valid_from: LONG_AGO });
    expect(await reasons([{ quantity: 99, unit_price: "10" }, { quantity: 100, unit_price: "8" }, { unit: "case", unit_price: "110" }])).toEqual([]);
    expect(await reasons([{ quantity: 100, unit_price: "10" }])).toEqual(["PRICING: Line 1, A: 10 EUR instead of 8 (list base)."]);
    expect(await reasons([{ unit_price: "9" }], { customer: { name: "Ida", class: "vip" } })).toEqual([]);
    expect(await reasons([{ unit_price: "9" }], { customer: { class: "staff" } })).toEqual(["PRICING: Line 1, A: 9 EUR instead of 10 (list base)."]);
    expect(await reasons([{ unit_price: "1" }], { totals: { tax_included: true } }), "no list with tax").toEqual([]);
    expect(await reasons([{ unit: "each", unit_price: "10" }])).toEqual([]);
  });

  test("is compared with the prices of the moment it was placed, whatever zone says it and whatever they are now", async () => {
    const change = { price_list: "base", sku: "B", unit_price: "20", valid_from: "2026-03-29T00:00:00+01:00" };
    await bulk({ ...change, unit_price: "10", valid_from: LONG_AGO }, change, { ...change, unit_price: "15", valid_from: "2026-04-01T00:00:00Z", valid_to: "2026-04-02T00:00:00Z" });
    const at = (placed: string, price: string): Promise<string[]> => reasons([{ sku: "B", unit_price: price }], { placed_at: placed });
    expect(await at("2026-03-28T22:59:59.999Z", "10")).toEqual([]);
    expect(await at("2026-03-28T23:00:00Z", "10")).toEqual(["PRICING: Line 1, B: 10 EUR instead of 20 (list base)."]);
    expect(await at("2026-03-29T00:00:00+01:00", "20")).toEqual([]);
    expect(await at("2026-04-01T12:00:00Z", "15"), "an offer within").toEqual([]);
    expect(await at("2026-04-02T00:00:00Z", "20"), "and after it").toEqual([]);
  });

  test("waits where a list should have a price and has none", async () => {
    expect(await reasons([{ sku: "KG", quantity: "1", unit_price: "3" }, { unit_price: "10" }], { channel: "strict" })).toEqual(["PRICING: Line 1, KG: 3 EUR, and no price list has a price."]);
    expect(await reasons([{ sku: "KG", quantity: "1", unit_price: "3" }])).toEqual([]);
  });

  test("asks lists once for a whole batch, and not at all for channels that do not check", async () => {
    const asked: number[] = [];
    const counting: Store = { transact: (tenantId, work) => server.world.store.transact(tenantId, (tx) => work(new Proxy(tx, {
      get: (target, name) => (name === "findPrices" ? (lookups: Parameters<Transaction["findPrices"]>[0]) => { asked.push(lookups.length); return target.findPrices(lookups); } : Reflect.get(target, name)),
    }))) };
    const { tenantId, ambient } = server.world;
    const lines = [{ sku: "A", quantity: 1 }, { sku: "B", quantity: 1 }];
    const web = anOrder(lines);
    await captureOrders(counting, tenantId, [anOrder(lines, { channel: "free" })], ambient);
    expect(asked).toEqual([]);
    await captureOrders(counting, tenantId, [anOrder(lines, { channel: "free" }), web, anOrder(lines)], ambient);
    expect(asked).toEqual([4]);
    await captureOrders(counting, tenantId, [web], ambient);
    expect(asked, "an order that is there already").toEqual([4]);
  });
});

describe("a line without a price", () => {
  test("costs what its list says, on any channel; a repetition is the same order", async () => {
    const body = order([{ quantity: 3 }, { unit_price: "1" }], { channel: "free", customer: { name: "Ida", class: "vip" } });
    const { body: { id } } = await call<Captured>("POST", "/v1/orders", body);
    await bulk({ price_list: "base", sku: "A", unit_price: "11" });
    expect((await call("POST", "/v1/orders", body)).body).toMatchObject({ id, existing: true });
    const shown = await call<{ lines: object[]; customer_class: string; contact: object }>("GET", `/v1/orders/${id}`);
    expect(shown.body).toMatchObject({
      total_minor: 3100, customer_class: "vip", contact: { customer: { name: "Ida" } },
      lines: [{ unit_price: "10", list_price: { price_list: "base", unit_price: "10" } }, { unit_price: "1", list_price: null }],
    });
    expect(JSON.stringify(shown.body.contact)).not.toContain("vip");
    await bulk({ price_list: "base", sku: "A", unit_price: "10" });
  });

  test("is refused where no list has one, with every such line", async () => {
    const { status, body } = await call<Problem>("POST", "/v1/orders", order([{ sku: "KG", quantity: 1 }, { sku: "NOPE" }, { sku: "KG", quantity: "2.5" }, { sku: "KG", quantity: "0.1" }], { channel: "free" }));
    expect([status, ...faults({ status, problem: body })]).toEqual([422, "#/lines/0/unit_price UNPRICED", "#/lines/1/sku UNKNOWN_ITEM", "#/lines/3/unit_price UNPRICED"]);
  });
});

describe("the price of an item", () => {
  const ask = (query: string): ReturnType<typeof call> => call("GET", `/v1/prices?${query}`);
  test("is answered with the list and the entry that say it, and with all that apply", async () => {
    expect((await ask("sku=A&channel=web&quantity=120&customer_class=vip&at=2026-01-01T00:00:00Z")).body).toMatchObject({
      at: "2026-01-01T00:00:00.000Z", currency: "EUR", tax_included: false, unit_price: "9", price_list: "web",
      reason: "List web serves channel web and class vip: 9 EUR for one each, valid since 2020-01-01T00:00:00.000Z.",
      prices: [{ price_list: "web", unit_price: "9" }, { price_list: "base", minimum_quantity: "100", unit_price: "8" }, { price_list: "base", minimum_quantity: "0", unit_price: "10" }],
    });
    expect((await ask("sku=A&channel=web&quantity=2&unit=case&at=2026-01-01T00:00:00Z")).body).toMatchObject({ unit_price: "110", prices: [{ unit: "case", minimum_quantity: "0.5" }, { unit: null }] });
    expect((await ask("sku=A&channel=web&tax_included=true")).body).toMatchObject({ unit_price: null, price_list: null, reason: "No list with prices in EUR including tax has one for this.", prices: [] });
  });

  test("is refused with what is wrong with the question", async () => {
    expect((await ask("sku=X&channel=moon")).body).toMatchObject({ errors: [{ pointer: "#/query/channel", code: "UNKNOWN_CHANNEL" }, { pointer: "#/query/sku", code: "UNKNOWN_ITEM" }] });
    expect((await ask("sku=A&channel=web&quantity=0")).body).toMatchObject({ errors: [{ pointer: "#/query/quantity", code: "QUANTITY_NOT_POSITIVE" }] });
    expect((await ask("sku=A&channel=web&unit=pallet")).body).toMatchObject({ errors: [{ pointer: "#/query/unit", code: "UNKNOWN_UNIT" }] });
    expect((await ask("channel=web&tax_included=perhaps")).body).toMatchObject({ errors: [{ pointer: "#/query/sku" }, { pointer: "#/query/tax_included" }] });
  });

  test("of another tenant is nobody's business: lists of one name and one item are two", async () => {
    const other = await server.otherTenant("other");
    await call("PUT", "/v1/items/A", { name: "A" }, other.key);
    await call("PUT", "/v1/channels/web", { name: "Web", currency: "EUR", price_check: {} }, other.key);
    expect((await call("GET", "/v1/price-lists/base", undefined, other.key)).status).toBe(404);
    expect((await call("GET", "/v1/prices?sku=A&channel=web", undefined, other.key)).body).toMatchObject({ unit_price: null });
    await call("PUT", "/v1/price-lists/base", { currency: "EUR" }, other.key);
    await call("POST", "/v1/prices", { price_list: "base", sku: "A", unit_price: "77" }, other.key);
    expect((await ask("sku=A&channel=web")).body).toMatchObject({ unit_price: "10" });
    expect((await call("GET", "/v1/prices?sku=A&channel=web", undefined, other.key)).body).toMatchObject({ unit_price: "77" });
  });
});

test("a channel says how it checks prices, in the bounds there are", async () => {
  const put = (check: unknown): ReturnType<typeof call> => call("PUT", "/v1/channels/shop", { name: "Shop", currency: "EUR", price_check: check });
  const shown = async (): Promise<unknown> => (await call<{ price_check: unknown }>("GET", "/v1/channels/shop")).body.price_check;
  expect((await put({ tolerance_percent: 1.25, tolerance_minor: 5, when_unpriced: "hold" })).status).toBe(201);
  expect(await shown()).toEqual({ tolerance_percent: "1.25", tolerance_minor: 5, when_unpriced: "hold" });
  expect((await put({})).status).toBe(200);
  expect(await shown()).toEqual({ tolerance_percent: "0", tolerance_minor: 0, when_unpriced: "accept" });
  await put(null);
  expect(await shown()).toBeNull();
  for (const wrong of [{ tolerance_percent: "1.255" }, { tolerance_percent: "100.01" }, { tolerance_percent: "-1" }, { tolerance_percent: "x" }, { tolerance_minor: -1 }, { when_unpriced: "ask" }]) expect((await put(wrong)).status, JSON.stringify(wrong)).toBe(422);
});
