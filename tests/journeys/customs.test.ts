import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Problem } from "../../client/src/index.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";

/** The guide about borders, with its examples: duties that decide, and goods that may not leave. */

let database: TestDatabase;
let server: TestApi;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  folder = await mkdtemp(join(tmpdir(), "ordo-customs-"));
  await put("customs-territories/EU", JSON.parse(await readFile("docs/examples/shipping/territory-eu.json", "utf8")));
  expect((await server.ordo("import", "duties", "docs/examples/shipping/duties.csv", "--errors", join(folder, "first.csv"))).code).toBe(0);
  await put("exchange-rates", { base: "EUR", rates: { USD: "0.5" } });
  await put("items/TEAPOT", { name: "Teapot", hs_code: "69120023", country_of_origin: "CN" });
  await put("items/CAMERA", { name: "Camera", hs_code: "852589" });
  for (const [code, country, longitude] of [["berlin", "DE", 13.4], ["zurich", "CH", 8.5]] as const) {
    await put(`nodes/${code}`, { name: code, address: { country }, coordinates: { latitude: 50, longitude } });
    for (const sku of ["TEAPOT", "CAMERA"]) await call("POST", "/v1/stock/receipts", { sku, node: code, quantity: 50 });
  }
  await call("PUT", "/v1/strategies/duty/draft", { groups: [{ name: "all", objective: { kind: "cost", weights: { distance: 1000, duty: 1000 }, distance_micros_per_km: 20_000 } }] });
  await call("POST", "/v1/strategies/duty/publish", {});
  for (const incoterm of ["DDP", "DAP"]) await put(`channels/${incoterm.toLowerCase()}`, { name: incoterm, currency: "EUR", strategy: "duty", incoterm, when_unavailable: "exception" });
});
afterAll(async () => {
  await server.close();
  await database.drop();
  await rm(folder, { recursive: true });
});

async function call<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }> {
  const answer = await fetch(server.url + path, { method, headers: { authorization: `Bearer ${server.adminKey}`, ...(body === undefined ? {} : { "content-type": "application/json" }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  return { status: answer.status, body: await answer.json() as T };
}
async function put(path: string, body: unknown): Promise<void> {
  const answer = await call("PUT", `/v1/${path}`, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
}
const faults = async (path: string, body: unknown): Promise<string[]> => {
  const answer = await call<Problem>("PUT", `/v1/${path}`, body);
  expect(answer.status).toBe(422);
  return (answer.body.errors ?? []).map(({ pointer, code }) => `${pointer.replace(/^#/, "")} ${code}`);
};

let orders = 0;
interface Decision { readonly reason: string; readonly chosen: readonly { node: string; incoterm: string | null; duty_micros: number | null }[]; readonly terms_micros: Readonly<Record<string, number>> }
async function decided(channel: string, sku: string, country: string, unitPrice = 100): Promise<Decision> {
  const shipTo = { name: "A", street: "1 Way", city: "Town", postcode: country === "DE" ? "10115" : "60601", country, coordinates: { latitude: 50, longitude: 8.4 }, ...(country === "US" ? { region: "IL" } : {}) };
  const order = await call("POST", "/v1/orders", { channel, external_id: `C-${(orders += 1)}`, currency: "EUR", lines: [{ sku, quantity: 2, unit_price: unitPrice }], ship_to: shipTo, payment: { state: "paid" } });
  expect(order.status, JSON.stringify(order.body)).toBe(201);
  const { body: { data: [decision] } } = await call<{ data: Decision[] }>("GET", `/v1/orders/${String(order.body["id"])}/routing-decisions`);
  if (!decision) throw new Error("no decision");
  return decision;
}

describe("what is said is read back, and decides", () => {
  test("rates of a destination are one thing, by prefix and origin", async () => {
    expect((await call("GET", "/v1/duty-rates/EU")).body).toMatchObject({ destination: "EU", currency: "EUR", de_minimis: "150", rates: [{ hs_prefix: "61", percent: "12" }, { hs_prefix: "69" }, { hs_prefix: "6912", origin: null }, { hs_prefix: "6912", origin: "CN", percent: "12", per_unit: "0.3" }] });
    expect((await call<{ data: object[] }>("GET", "/v1/duty-rates")).body.data).toHaveLength(2);
    expect((await call("GET", "/v1/items/TEAPOT")).body).toMatchObject({ hs_code: "69120023", country_of_origin: "CN" });
    expect((await call("GET", "/v1/channels/ddp")).body).toMatchObject({ incoterm: "DDP" });
    const again = await server.ordo("import", "duties", "docs/examples/shipping/duties.csv", "--errors", join(folder, "again.csv"), "--json");
    expect(JSON.parse(again.out)).toMatchObject({ rows: 7, counts: { create: 0, update: 0, skip: 2, fail: 0 } });
  });

  test("the seller's duty turns the decision, the customer's is shown", async () => {
    expect(await decided("ddp", "TEAPOT", "DE")).toMatchObject({ chosen: [{ node: "berlin", incoterm: null, duty_micros: null }] });
    expect(await decided("dap", "TEAPOT", "DE")).toMatchObject({ chosen: [{ node: "zurich", incoterm: "DAP", duty_micros: 24_600_000 }], reason: expect.stringContaining("The customer pays duty of 24.60.") });
    // Up to 150 nothing is due.
    expect(await decided("ddp", "TEAPOT", "DE", 75)).toMatchObject({ chosen: [{ node: "zurich", incoterm: "DDP", duty_micros: 0 }] });
    expect(await decided("ddp", "TEAPOT", "US")).toMatchObject({ chosen: [{ node: "zurich", duty_micros: 19_600_000 }], terms_micros: { duty: 19_600_000 } });
  });

  test("what is missing is named", async () => {
    expect((await decided("ddp", "TEAPOT", "AE")).reason).toContain("There are no duty rates for AE");
    expect((await decided("ddp", "CAMERA", "US")).reason).toContain("US has no duty rate for HS 852589 (CAMERA)");
  });

  test("what may not leave goes to a person, with the reason in the decision", async () => {
    const answer = await call("PUT", "/v1/export-restrictions/dual-use", JSON.parse(await readFile("docs/examples/shipping/export-dual-use.json", "utf8")));
    expect(answer.status).toBe(201);
    expect((await decided("dap", "CAMERA", "KP")).reason).toContain("Example: dual-use goods: CAMERA may not go from DE to KP");
    expect((await decided("dap", "CAMERA", "US")).chosen).toMatchObject([{ node: "zurich" }]);
    expect((await call<{ data: { kind: string }[] }>("GET", "/v1/exceptions")).body.data.map(({ kind }) => kind)).toContain("NO_ROUTE");
    expect((await call("DELETE", "/v1/export-restrictions/dual-use")).status).toBe(200);
    expect((await decided("dap", "CAMERA", "KP")).chosen).toMatchObject([{ node: "zurich" }]);
  });

  test("what-if asks with another weight", async () => {
    const order = await call("POST", "/v1/orders", { channel: "dap", external_id: "W-1", currency: "EUR", lines: [{ sku: "TEAPOT", quantity: 2, unit_price: 100 }], ship_to: { country: "US", name: "A", street: "1 Way", city: "Town", postcode: "60601", region: "IL" }, payment: { state: "paid" } });
    expect((await call("POST", `/v1/orders/${String(order.body["id"])}/what-if`, { weights: { duty: 0.5 } })).body).toMatchObject({ what_if: { chosen: [{ incoterm: "DAP", duty_micros: 19_600_000 }] } });
  });
});

describe("bad input", () => {
  const rates = (...given: object[]): object => ({ currency: "EUR", rates: given });
  test.each<readonly [string, string, object, readonly string[]]>([
    ["every field at once", "duty-rates/GB", { currency: "EURO", de_minimis: "-1", rates: [{ hs_prefix: "6", percent: "1001" }, { origin: "China", per_unit: "x" }] }, ["/currency UNKNOWN_CURRENCY", "/de_minimis INVALID_FIELD", "/rates/0/hs_prefix INVALID_FIELD", "/rates/0/percent INVALID_FIELD", "/rates/1/origin INVALID_FIELD", "/rates/1/per_unit INVALID_FIELD"]],
    ["the same goods twice", "duty-rates/GB", rates({ hs_prefix: "61", percent: "1" }, { hs_prefix: "61", origin: null, percent: "2" }), ["/rates/1/hs_prefix DUPLICATE_VALUE"]],
    ["a rate that says nothing", "duty-rates/GB", rates({ hs_prefix: "61" }), ["/rates/0/percent INVALID_FIELD"]],
    ["no place", "duty-rates/EFTA", rates({ percent: "1" }), ["/destination UNKNOWN_TERRITORY"]],
    ["a country of a territory", "duty-rates/DE", rates({ percent: "1" }), ["/destination DUTY_RATES_OVERLAP"]],
    ["a country of two territories", "customs-territories/X", { countries: ["CH", "FR"] }, ["/countries/1 TERRITORIES_OVERLAP"]],
    ["a country with rates", "customs-territories/NAFTA", { countries: ["US"] }, ["/countries/0 DUTY_RATES_OVERLAP"]],
    ["a restriction of everything", "export-restrictions/all", {}, ["/to_countries INVALID_FIELD"]],
    ["numbers and countries that are none", "items/BAD", { name: "Bad", hs_code: "6912.00", country_of_origin: "china" }, ["/hs_code INVALID_FIELD", "/country_of_origin INVALID_FIELD"]],
    ["a channel whose duty nobody pays", "channels/bad", { name: "Bad", currency: "EUR", incoterm: "EXW" }, ["/incoterm INVALID_FIELD"]],
  ])("%s", async (_, path, body, expected) => {
    expect(await faults(path, body)).toEqual(expected);
  });

  test("a territory with rates stays until they end", async () => {
    expect(await call("DELETE", "/v1/customs-territories/EU")).toMatchObject({ status: 409, body: { code: "FACT_IN_USE", data: { named_by: ["set of duty rates EU"] } } });
  });

  test("a file of duties: numbers with points, several destinations, faults row by row", async () => {
    const text = ["destination;currency;hs;origin;percent", "JP;EUR;69.12 00;CN;2,5", "JP;EUR;;;1", "XX;EUR;;;1", "CN;EUR;61;;", "KR;EUR;61;;1", "KR;USD;62;;1"].join("\n");
    await writeFile(join(folder, "duties.csv"), text);
    const result = JSON.parse((await server.ordo("import", "duties", join(folder, "duties.csv"), "--errors", join(folder, "errors.csv"), "--json")).out) as object;
    expect(result).toMatchObject({ counts: { create: 1, update: 0, skip: 0, fail: 3 }, first: [{ line: 4, code: "UNKNOWN_TERRITORY" }, { line: 5, code: "INVALID_FIELD" }, { line: 6, code: "UNREADABLE_ROW", detail: expect.stringContaining("currency") }] });
    expect((await call("GET", "/v1/duty-rates/JP")).body).toMatchObject({ rates: [{ hs_prefix: "", percent: "1" }, { hs_prefix: "691200", origin: "CN", percent: "2.5" }] });
    await writeFile(join(folder, "items.csv"), "sku,name,tariff_code,made_in\nIMPORTED,Imported,6912.00.23,cn\n");
    expect((await server.ordo("import", "items", join(folder, "items.csv"), "--errors", join(folder, "items-errors.csv"))).code).toBe(0);
    expect((await call("GET", "/v1/items/IMPORTED")).body).toMatchObject({ hs_code: "69120023", country_of_origin: "CN" });
  });
});
