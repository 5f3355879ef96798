import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openApi, type TestApi } from "../support/api.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";

/** docs/how-to/price-shipments.md, command by command, as somebody would who has never seen Ordo. */

let database: TestDatabase;
let server: TestApi;
let guide: string;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  guide = await readFile("docs/how-to/price-shipments.md", "utf8");
});
afterAll(async () => {
  await server.close();
  await database.drop();
});

async function call<T = Record<string, unknown>>(method: string, path: string, body: string): Promise<{ status: number; body: T }> {
  const answer = await fetch(server.url + path, { method, headers: { authorization: `Bearer ${server.adminKey}`, "content-type": "application/json" }, body });
  return { status: answer.status, body: await answer.json() as T };
}
interface Quote { readonly service: string; readonly price: string | null; readonly base_price: string | null; readonly missing: { readonly kind: string; readonly detail: string } | null; readonly parcels: object[]; readonly surcharges: object[] }
const quotes = async (over: object): Promise<Record<string, Quote>> => {
  const { status, body } = await call<{ base: string; quotes: Quote[] }>("POST", "/v1/shipping-quotes", JSON.stringify({ node: "kassel", destination: { country: "DE", postcode: "10115" }, goods: [{ sku: "TEAPOT", quantity: 2 }], ...over }));
  expect(status, JSON.stringify(body)).toBe(200);
  expect(body.base).toBe("EUR");
  return Object.fromEntries(body.quotes.map((quote) => [quote.service, quote]));
};

test("every command of the guide is accepted as it stands", async () => {
  const commands = [...guide.matchAll(/^(put|ordo import rates) (\S+)(?: (\S+))?$/gm)];
  expect(commands).toHaveLength(9);
  for (const [line, command, first = "", file = ""] of commands) {
    if (command === "put") {
      const answer = await call("PUT", `/v1/${first}`, await readFile(`docs/examples/shipping/${file}`, "utf8"));
      expect(answer.status, `${line}: ${JSON.stringify(answer.body)}`).toBe(201);
    } else {
      const { code, out, err } = await server.ordo("import", "rates", first);
      expect(code, out + err).toBe(0);
      expect(out).toMatch(/1 created, 0 updated, 0 there already, 0 failed/);
    }
  }
  for (const [, path = "", body = ""] of guide.matchAll(/PUT "\$ORDO_URL(\/v1\/\S+)" .*\\\n {2}-d '(.+)'/g)) expect((await call("PUT", path, body)).status, path).toBe(201);
});

test("the quote that the guide shows comes out as the guide says", async () => {
  const { standard, express } = await quotes({});
  expect(standard).toMatchObject({ zone: "1", transit_days: { least: 1, most: 2 }, rate_card: "EXAMPLE-STANDARD", currency: "EUR", price: "5.4", base_price: "6.02", missing: null });
  expect(standard?.parcels).toEqual([{ package_type: "box-medium", grams: 2120, edges_mm: [400, 300, 200], packaging: "0.62" }]);
  // 24 litres by 4,000 are 6,000 g: 8.40 and four started kilograms above two; fuel on that; fragile for six.
  expect(express).toMatchObject({ price: "15.403", currency: "GBP", surcharges: [{ code: "fuel", amount: "1.403" }, { code: "fragile", amount: "1.8" }] });
  expect(Number(express?.base_price)).toBeCloseTo(Number(express?.price) * 1.15 + 0.62, 5);
});

test("where there is no price, the quote says what is missing", async () => {
  expect((await quotes({ destination: { country: "DE", postcode: "26548" } }))["standard"]).toMatchObject({ zone: "islands", price: "14.8" });
  expect((await quotes({ destination: { country: "FR", postcode: "75001" } }))["express"]?.missing).toEqual({ kind: "NO_LANE", detail: "example-post express does not go from kassel to FR 75001: it has no such lane." });
  await call("PUT", "/v1/items/ANVIL", JSON.stringify({ name: "Anvil", weight_grams: 25_000, handling_class: "bulky" }));
  const heavy = await quotes({ goods: [{ sku: "ANVIL", quantity: 1 }], destination: { country: "GB", postcode: "E2 7DP" } });
  expect(heavy["standard"]?.missing).toEqual({ kind: "WEIGHT", detail: "example-post standard has no price for zone 4 at 25,000 g: its rate card EXAMPLE-STANDARD ends at 20,000 g." });
  expect((await quotes({ goods: [{ sku: "ANVIL", quantity: 1 }] }))["express"]?.missing?.kind).toBe("TOO_HEAVY");
  await call("PUT", "/v1/items/RUG", JSON.stringify({ name: "Rug", weight_grams: 3000, handling_class: "bulky" }));
  expect((await quotes({ goods: [{ sku: "RUG", quantity: 1 }] }))["express"]?.missing).toEqual({ kind: "CLASS", detail: 'example-post express does not carry "bulky".' });
});

test("a node ships with the services that it names", async () => {
  await call("PUT", "/v1/nodes/choosy", JSON.stringify({ name: "Choosy", address: { country: "DE" }, operations: { services: ["example-post/express"] } }));
  const { standard, express } = await quotes({ node: "choosy" });
  expect([standard?.missing?.kind, express?.missing]).toEqual(["NOT_AT_NODE", null]);
});

test("kits go as what they consist of, and bad questions name every field", async () => {
  await call("PUT", "/v1/items/TEA-SET", JSON.stringify({ name: "Two teapots", components: [{ sku: "TEAPOT", quantity: 2 }] }));
  expect(await quotes({ goods: [{ sku: "TEA-SET", quantity: 1 }] })).toEqual(await quotes({}));
  const wrong = await call<{ errors: { pointer: string; code: string }[] }>("POST", "/v1/shipping-quotes", JSON.stringify({ node: "moon", destination: { country: "DE" }, goods: [{ sku: "NONE", quantity: 1 }, { sku: "TEAPOT", quantity: "0.5" }, { sku: "TEAPOT", quantity: 1, unit: "crate" }] }));
  expect(wrong.status).toBe(422);
  expect(wrong.body.errors.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual(["#/node UNKNOWN_NODE", "#/goods/0/sku UNKNOWN_ITEM", "#/goods/1/quantity QUANTITY_TOO_FINE", "#/goods/2/unit UNKNOWN_UNIT"]);
});
