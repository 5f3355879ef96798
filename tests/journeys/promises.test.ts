import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { earliestDates } from "../../src/flows/promise-dates.ts";
import { openPacking } from "../../src/server/packing/index.ts";
import { createRules } from "../../src/server/rules/index.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";

/** Promises over HTTP, with the carrier of docs/examples/shipping. */

let database: TestDatabase;
let server: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  const put = async (path: string, file: string): Promise<void> => void expect((await call("PUT", `/v1/${path}`, await readFile(`docs/examples/shipping/${file}.json`, "utf8"))).status, path).toBe(201);
  await put("calendars/example-post", "calendar");
  for (const service of ["standard", "express"]) await put(`carriers/example-post/services/${service}`, service);
  for (const file of ["standard-rates.csv", "express-rates.ndjson"]) expect((await server.ordo("import", "rates", `docs/examples/shipping/${file}`)).code).toBe(0);
  for (const box of ["box-small", "box-medium", "box-large"]) await put(`package-types/${box}`, box);
  await put("exchange-rates", "exchange-rates");
  const save = async (path: string, body: object): Promise<void> => void expect((await call("PUT", `/v1/${path}`, JSON.stringify(body))).status, path).toBe(201);
  await save("channels/web", { name: "Web", currency: "EUR" });
  await save("items/TEAPOT", { name: "Teapot", weight_grams: 900, dimensions_mm: [220, 160, 150] });
  await save("items/CUP", { name: "Cup", weight_grams: 300 });
  await save("items/TEA-SET", { name: "Set", components: [{ sku: "TEAPOT", quantity: 1 }, { sku: "CUP", quantity: 4 }] });
  const operations = { cut_offs: [{ time: "14:00" }], pickup: { slot_minutes: 30 } };
  await save("nodes/kassel", { name: "Kassel", address: { country: "DE" }, time_zone: "Europe/Berlin", coordinates: { latitude: 51.3, longitude: 9.5 }, operations });
  await save("nodes/vienna", { name: "Vienna", address: { country: "AT" }, time_zone: "Europe/Vienna", coordinates: { latitude: 48.2, longitude: 16.4 }, operations: { cut_offs: [{ time: "14:00" }] } });
  for (const [sku, node, quantity] of [["TEAPOT", "kassel", 10], ["CUP", "kassel", 20], ["CUP", "vienna", 100]]) {
    expect((await call("POST", "/v1/stock/receipts", JSON.stringify({ sku, node, quantity }))).status).toBeLessThan(300);
  }
});
afterAll(async () => {
  await server.close();
  await database.drop();
});

async function call<T = Record<string, unknown>>(method: string, path: string, body?: string): Promise<{ status: number; body: T }> {
  const answer = await fetch(server.url + path, { method, headers: { authorization: `Bearer ${server.adminKey}`, ...(body === undefined ? {} : { "content-type": "application/json" }) }, ...(body === undefined ? {} : { body }) });
  return { status: answer.status, body: await answer.json() as T };
}

/** A Monday of next year, eleven o'clock in Kassel. */
const AT = "2027-03-01T10:00:00Z";
const DESTINATION = { country: "Germany", postcode: "10115", city: "Berlin", coordinates: { latitude: 52.5, longitude: 13.4 } };
interface Option {
  readonly option: string; readonly complete: boolean; readonly ship_date: string | null; readonly arrival_date: string | null; readonly valid_until: string | null; readonly price: string | null;
  readonly shipments: { readonly node: string; readonly service: string | null; readonly lines: object[] }[]; readonly unavailable: object[]; readonly missing: { kind: string }[]; readonly in_time: boolean | null;
}
async function promised(over: object = {}): Promise<Record<string, Option>> {
  const { status, body } = await call<{ options: Option[]; base: string }>("POST", "/v1/promises", JSON.stringify({ channel: "web", destination: DESTINATION, lines: [{ sku: "TEAPOT", quantity: 2 }], at: AT, ...over }));
  expect(status, JSON.stringify(body)).toBe(200);
  return Object.fromEntries(body.options.map((option) => [option.option, option]));
}

test("a basket has a date, a price and a plan for each way of having it", async () => {
  const options = await promised();
  expect(Object.keys(options)).toEqual(["ship/express", "ship/standard", "pickup/kassel"]);
  expect(options["ship/standard"]).toMatchObject({ complete: true, ship_date: "2027-03-01", arrival_date: "2027-03-03", valid_until: "2027-03-01T13:00:00.000Z", price: "6.02", unavailable: [], missing: [] });
  expect(options["ship/standard"]?.shipments).toMatchObject([{ node: "kassel", carrier: "example-post", service: "standard", lines: [{ line: 1, sku: "TEAPOT", quantity: 2 }] }]);
  expect(options["ship/express"]).toMatchObject({ arrival_date: "2027-03-02" });
  expect(options["pickup/kassel"]).toMatchObject({ arrival_date: "2027-03-01", price: "0", pickup: { node: "kassel", starts_at: AT.replace("Z", ".000Z") } });
});

test("after the cut-off it leaves a day later, and says whether that is in time", async () => {
  const late = { at: "2027-03-01T13:00:01Z", deliver_by: "2027-03-03T22:59:59Z" };
  const { "ship/standard": standard, "ship/express": express } = await promised(late);
  expect(standard).toMatchObject({ ship_date: "2027-03-02", arrival_date: "2027-03-04", in_time: false });
  expect(express).toMatchObject({ ship_date: "2027-03-02", arrival_date: "2027-03-03", in_time: true });
});

test("kits, splits and what cannot be had are told", async () => {
  const { "ship/standard": sets } = await promised({ lines: [{ sku: "TEA-SET", quantity: 8 }] });
  expect(sets?.complete).toBe(true);
  expect(new Set(sets?.shipments.map(({ node }) => node))).toEqual(new Set(["kassel", "vienna"]));
  const { "ship/standard": many } = await promised({ lines: [{ sku: "TEAPOT", quantity: 11 }, { sku: "CUP", quantity: 1 }] });
  expect(many).toMatchObject({ complete: false, unavailable: [{ line: 1, sku: "TEAPOT", quantity: 1 }] });
  expect(Object.keys(await promised({ service_level: "standard" }))).toEqual(["ship/standard", "pickup/kassel"]);
  const away = await promised({ destination: { country: "JP" } });
  expect(away).toEqual({});
});

test("the items of a page have one answer each", async () => {
  const ask = { channel: "web", destination: DESTINATION, at: AT, items: [{ sku: "TEAPOT", quantity: 1 }, { sku: "CUP", quantity: "200" }, { sku: "TEA-SET", quantity: 1 }] };
  const { status, body } = await call<{ data: { sku: string; options: Option[] }[] }>("POST", "/v1/promises/bulk", JSON.stringify(ask));
  expect(status, JSON.stringify(body)).toBe(200);
  expect(body.data.map(({ sku, options }) => [sku, options.map(({ option, complete, arrival_date }) => [option, complete, arrival_date])])).toEqual([
    ["TEAPOT", [["ship/express", true, "2027-03-02"], ["ship/standard", true, "2027-03-03"]]],
    ["CUP", [["ship/express", false, "2027-03-03"], ["ship/standard", false, "2027-03-04"]]],
    ["TEA-SET", [["ship/express", true, "2027-03-02"], ["ship/standard", true, "2027-03-03"]]],
  ]);
});

test("a page is answered in pieces, and others have their turn between them", async () => {
  let turns = 0;
  const pause = async (): Promise<void> => void (turns += 1);
  const items = Array.from({ length: 11 }, () => ({ sku: "CUP", quantity: "1", unit: null }));
  const question = { channel: "web", shipTo: { country: "DE", postcode: "10115" }, coordinates: null, serviceLevel: null, customerClass: null, deliverBy: null, at: null, items };
  const answer = await earliestDates(server.world.store, server.world.tenantId, question, { ...server.world.ambient, tools: { rules: createRules(), pack: openPacking() }, pause });
  expect(answer.ok && answer.value.items.map(({ options }) => options.length)).toEqual(items.map(() => 2));
  expect(turns).toBe(2);
});

test("a day on which a node takes no more is promised to nobody, on a page as in a basket", async () => {
  const save = async (path: string, body: object): Promise<void> => void expect((await call("PUT", `/v1/${path}`, JSON.stringify(body))).status, path).toBe(201);
  await save("nodes/small", { name: "Small", address: { country: "DE" }, time_zone: "Europe/Berlin", operations: { capacity: { orders_per_day: 1 } } });
  await save("items/SPOON", { name: "Spoon", weight_grams: 50 });
  await save("channels/small", { name: "Small", currency: "EUR", node_pool: ["small"] });
  expect((await call("POST", "/v1/stock/receipts", JSON.stringify({ sku: "SPOON", node: "small", quantity: 50 }))).status).toBeLessThan(300);
  const asked = { channel: "small", destination: { ...DESTINATION, street: "Street 1" }, service_level: "standard" };
  const promisedDate = async (): Promise<string | null | undefined> => {
    const page = await call<{ data: { options: Option[] }[] }>("POST", "/v1/promises/bulk", JSON.stringify({ ...asked, destination: DESTINATION, items: [{ sku: "SPOON", quantity: 1 }] }));
    const basket = await call<{ options: Option[] }>("POST", "/v1/promises", JSON.stringify({ ...asked, destination: DESTINATION, lines: [{ sku: "SPOON", quantity: 1 }] }));
    expect(page.body.data[0]?.options[0]?.ship_date).toBe(basket.body.options[0]?.ship_date);
    return basket.body.options[0]?.ship_date;
  };
  const promisedDates: unknown[] = [];
  const ordered: unknown[] = [];
  // Five days of work, more than any weekend of the carrier: each goes on the day that was promised, though its work may be done before.
  for (let n = 1; n <= 5; n++) {
    promisedDates.push(await promisedDate());
    const order = { channel: "small", external_id: `S-${n}`, currency: "EUR", service_level: "standard", ship_to: asked.destination, lines: [{ sku: "SPOON", quantity: 1, unit_price: "1.00" }], payment: { state: "paid" } };
    const placed = await call<{ id: string }>("POST", "/v1/orders", JSON.stringify(order));
    expect(placed.status, JSON.stringify(placed.body)).toBe(201);
    const { body } = await call<{ shipments: { planned_ship_date: string }[] }>("GET", `/v1/orders/${placed.body.id}`);
    ordered.push(body.shipments[0]?.planned_ship_date);
  }
  expect(ordered).toEqual(promisedDates);
  expect(new Set(ordered).size).toBeGreaterThan(1);
});

test("nothing is written", async () => {
  const state = async (): Promise<unknown> => [await call("GET", "/v1/events?limit=250"), await call("GET", "/v1/availability?sku=TEAPOT&sku=CUP")].map(({ body }) => ({ ...body, at: null }));
  const before = await state();
  await promised();
  await call("POST", "/v1/promises/bulk", JSON.stringify({ channel: "web", destination: DESTINATION, items: [{ sku: "CUP", quantity: 3 }] }));
  expect(await state()).toEqual(before);
});

test("bad questions name every field", async () => {
  const wrong = await call<{ errors: { pointer: string; code: string }[] }>("POST", "/v1/promises", JSON.stringify({
    channel: "none", destination: {}, at: "2020-01-01T00:00:00Z", lines: [{ sku: "NONE", quantity: 1 }, { sku: "TEAPOT", quantity: "0.5" }, { sku: "TEAPOT", quantity: 1, unit: "crate" }],
  }));
  expect(wrong.status).toBe(422);
  expect(wrong.body.errors.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual(["#/at INVALID_FIELD", "#/channel UNKNOWN_CHANNEL", "#/lines/0/sku UNKNOWN_ITEM", "#/lines/1/quantity QUANTITY_TOO_FINE", "#/lines/2/unit UNKNOWN_UNIT"]);
  for (const [destination, pointer] of [[{ country: "Utopia" }, "#/destination/country"], [{ country: "DE", postcode: "12" }, "#/destination/postcode"]]) {
    const nowhere = await call<{ errors: { pointer: string; code: string }[] }>("POST", "/v1/promises", JSON.stringify({ channel: "none", destination, lines: [{ sku: "TEAPOT", quantity: 1 }] }));
    expect(nowhere.body.errors.map((error) => error.pointer)).toEqual([pointer, "#/channel"]);
  }
  const bulk = await call<{ errors: { pointer: string; code: string }[] }>("POST", "/v1/promises/bulk", JSON.stringify({ channel: "none", destination: {}, items: [{ sku: "TEAPOT", quantity: 1 }, { sku: "NONE", quantity: 1 }] }));
  expect(bulk.body.errors.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual(["#/channel UNKNOWN_CHANNEL", "#/items/1/sku UNKNOWN_ITEM"]);
});

test("an order says by which service it goes and when it is expected", async () => {
  const { body } = await call<{ id: string }>("POST", "/v1/orders", JSON.stringify({ channel: "web", external_id: "P-1", currency: "EUR", service_level: "express", ship_to: { ...DESTINATION, name: "A", street: "Weg 1" }, lines: [{ sku: "CUP", quantity: 1, unit_price: "1" }] }));
  const order = await call<{ shipments: Record<string, unknown>[] }>("GET", `/v1/orders/${body.id}`);
  expect(order.body.shipments).toMatchObject([{ node: "kassel", planned_carrier: "example-post", planned_service: "express", expected_arrival_date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) }]);
  const { out } = await server.ordo("orders", "get", body.id);
  expect(out).toContain("example-post express");
});

const claimOf = (over: object): Promise<{ status: number; body: { id: string; expires_at: string } & Record<string, unknown> }> =>
  call("POST", "/v1/promises/claim", JSON.stringify({ channel: "web", destination: DESTINATION, lines: [{ sku: "CUP", quantity: 4 }], option: "ship/express", ttl_seconds: 600, ...over }));
const ordered = async (claim: string, over: object = {}): Promise<{ status: number; body: { id: string; promise: { arrives_at: string; expected_at: string | null } | null; service_level: string; shipments: Record<string, unknown>[] } }> => {
  const order = { channel: "web", external_id: claim, currency: "EUR", claim, ship_to: { ...DESTINATION, name: "A", street: "Weg 1" }, lines: [{ sku: "CUP", quantity: 4, unit_price: "1" }], ...over };
  const { status, body } = await call<{ id: string }>("POST", "/v1/orders", JSON.stringify(order));
  return status === 201 ? await call("GET", `/v1/orders/${body.id}`) as never : { status, body: body as never };
};
const changes = async (order: string): Promise<object[]> => {
  const { body } = await call<{ data: { type: string; data: object; reason: string }[] }>("GET", `/v1/orders/${order}/timeline?limit=250`);
  return body.data.filter(({ type }) => type === "PromiseChanged").map(({ data }) => data);
};

test("an order that names a promise's claim goes as promised while the claim lives", async () => {
  const { status, body: claim } = await claimOf({});
  expect(status, JSON.stringify(claim)).toBe(201);
  expect((await call<{ lines: object[] }>("GET", `/v1/claims/${claim.id}`)).body.lines).toEqual([{ sku: "CUP", node: "kassel", quantity: 4 }]);
  // Others cannot have it: of 19 cups four are claimed.
  const { "ship/express": others } = await promised({ at: undefined, lines: [{ sku: "CUP", quantity: 16 }] });
  expect(others?.shipments.map(({ node }) => node)).toContain("vienna");
  const { body: order } = await ordered(claim.id);
  expect(order).toMatchObject({ service_level: "express", promise: { option: "ship/express" }, shipments: [{ node: "kassel", planned_service: "express" }] });
  expect(order.promise?.expected_at).toBe(order.promise?.arrives_at);
  expect((await server.ordo("orders", "get", order.id)).out).toMatch(/Promised by .* \(ship\/express\)\n/);
  expect(await changes(order.id)).toEqual([]);
  expect((await call("GET", `/v1/claims/${claim.id}`)).body["status"]).toBe("converted");
  expect((await ordered(claim.id, { external_id: "again" })).body).toMatchObject({ code: "CLAIM_NOT_OPEN" });
});

test("when the claim has run out, the promise is looked at again, and what changed is told", async () => {
  const { body: claim } = await claimOf({});
  await server.world.owner.query("update ordo.soft_claim set expires_at = created_at where id = (select id from ordo.soft_claim order by created_at desc limit 1)");
  expect((await call("POST", "/v1/stock/counts", JSON.stringify({ sku: "CUP", node: "kassel", quantity: 5 }))).status).toBeLessThan(300);
  const { body: order } = await ordered(claim.id);
  expect(order.shipments).toMatchObject([{ node: "vienna" }]);
  expect(await changes(order.id)).toEqual([{ line: 1, from: order.promise?.arrives_at, to: order.promise?.expected_at }]);
  expect(String(order.promise?.expected_at) > String(order.promise?.arrives_at)).toBe(true);
});

test("a promise that cannot be had is not claimed", async () => {
  expect(await claimOf({ option: "ship/balloon" })).toMatchObject({ status: 422, body: { errors: [{ pointer: "#/option", detail: 'The basket has no option "ship/balloon"; it has ship/express, ship/standard, pickup/kassel.' }] } });
  expect(await claimOf({ lines: [{ sku: "CUP", quantity: 500 }] })).toMatchObject({ status: 409, body: { code: "INSUFFICIENT_STOCK" } });
});
