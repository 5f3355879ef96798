import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openApi, type TestApi } from "../support/api.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";

let database: TestDatabase;
let server: TestApi;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  folder = await mkdtemp(join(tmpdir(), "ordo-rates-"));
  for (const service of ["standard", "express"]) await call("PUT", `/v1/carriers/post/services/${service}`, { lanes: [{ to_country: "DE", zone: "1", transit_days: { least: 1, most: 2 } }] });
});
afterAll(async () => {
  await server.close();
  await database.drop();
  await rm(folder, { recursive: true });
});

async function call<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(server.url + path, { method, headers: { authorization: `Bearer ${server.adminKey}`, "content-type": "application/json" }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  return await answer.json() as T;
}
interface Counts { readonly rows: number; readonly counts: object; readonly first: readonly { line: number; code: string; detail: string }[]; readonly errors_file: string }
async function imported(name: string, text: string, ...words: string[]): Promise<Counts> {
  await writeFile(join(folder, name), text);
  const { out, err } = await server.ordo("import", "rates", join(folder, name), "--errors", join(folder, `${name}.errors`), "--json", ...words);
  expect(out, err).not.toBe("");
  return JSON.parse(out) as Counts;
}
const counts = (create: number, update: number, skip: number, fail: number): object => ({ create, update, skip, fail });

const HEADING = "card,carrier,service,currency,zone,up_to_grams,price,per_kilogram";
const TWO = [HEADING, "STD,post,standard,eur,1,5000,5.90,", "STD,post,standard,EUR,1,2000,4.90,", "STD,post,standard,EUR,1,31500,5.90,0.50", "STD,post,standard,EUR,2,31500,9,", "EXP,post,express,EUR,1,31500,12.5,"].join("\n");

test("each card of a file is saved whole, its cells by weight, and the same file again changes nothing", async () => {
  expect(await imported("trial.csv", TWO, "--dry-run")).toMatchObject({ rows: 5, counts: counts(2, 0, 0, 0) });
  expect(await imported("two.csv", TWO)).toMatchObject({ rows: 5, counts: counts(2, 0, 0, 0) });
  expect(await call("GET", "/v1/rate-cards/STD")).toMatchObject({
    carrier: "post", service: "standard", currency: "EUR", surcharges: [],
    zones: { "1": [{ up_to_grams: 2000, price: "4.9", per_kilogram: "0" }, { up_to_grams: 5000, price: "5.9" }, { up_to_grams: 31_500, price: "5.9", per_kilogram: "0.5" }], "2": [{ price: "9" }] },
  });
  expect(await imported("two.csv", TWO)).toMatchObject({ counts: counts(0, 0, 2, 0) });
});

test("what a table cannot say stays: surcharges are kept when the prices change", async () => {
  const { code, valid_from, ...card } = await call("GET", "/v1/rate-cards/STD");
  expect([code, typeof valid_from]).toEqual(["STD", "string"]);
  await call("PUT", "/v1/rate-cards/STD", { ...card, surcharges: [{ code: "fuel", kind: "percent", amount: "9.5" }] });
  expect(await imported("dearer.csv", TWO.replace("4.90", "4.95"))).toMatchObject({ counts: counts(0, 1, 1, 0) });
  expect(await call("GET", "/v1/rate-cards/STD")).toMatchObject({ zones: { "1": [{ price: "4.95" }, {}, {}] }, surcharges: [{ code: "fuel", amount: "9.5" }] });
});

test("a file without card names is one card, named on the command line; lines of JSON are cards with surcharges", async () => {
  const plain = ["carrier;service;currency;zone;up_to_grams;price", "post;express;EUR;1;31500;11,50"].join("\n");
  expect(await imported("plain.csv", plain, "--card", "EXP-2")).toMatchObject({ counts: counts(1, 0, 0, 0) });
  expect(await call("GET", "/v1/rate-cards/EXP-2")).toMatchObject({ zones: { "1": [{ price: "11.5" }] } });
  const json = JSON.stringify({ code: "EXP-3", carrier: "post", service: "express", currency: "EUR", zones: { "1": [{ up_to_grams: 1000, price: "10" }] }, surcharges: [{ code: "x", kind: "fixed", amount: "1" }] });
  expect(await imported("cards.ndjson", `${json}\n`)).toMatchObject({ counts: counts(1, 0, 0, 0) });
  expect(await call("GET", "/v1/rate-cards/EXP-3")).toMatchObject({ surcharges: [{ code: "x" }] });
});

test("a card with a fault is left out whole, its rows written to the file of errors as they were", async () => {
  const text = [HEADING, "A,post,standard,EUR,1,2000,4.90,", "A,post,express,EUR,1,5000,5.90,", "B,post,none,EUR,1,2000,4.90,", "C,post,standard,EUR,1,2000,4.90,", "C,post,standard,EUR,1,2000,5.90,", "D,post,standard,EUR,1,heavy,5.90,", "E,post,standard,EUR,9,2000,1,"].join("\n");
  const result = await imported("faults.csv", text);
  expect(result).toMatchObject({ rows: 7, counts: counts(0, 0, 0, 5) });
  expect(result.first).toMatchObject([
    { line: 2, code: "UNREADABLE_ROW", detail: 'service is "express" here, and "standard" in a row of the same card before' },
    { line: 4, code: "UNKNOWN_SERVICE" }, { line: 5, code: "DUPLICATE_VALUE", detail: expect.stringContaining("/zones/1/1/up_to_grams") }, { line: 7, code: "UNREADABLE_ROW" },
    { line: 8, code: "ZONE_UNPRICED" },
  ]);
  const errors = (await readFile(result.errors_file, "utf8")).trim().split("\n");
  expect(errors).toHaveLength(8);
  expect(await imported("noname.csv", text.split("\n").slice(0, 2).map((row) => row.replace(/^\w+,/, "")).join("\n"))).toMatchObject({ counts: counts(0, 0, 0, 1), first: [{ code: "INVALID_BODY", detail: expect.stringContaining("/code") }] });
});

test("the server imports such a file as well", async () => {
  const answer = await fetch(`${server.url}/v1/jobs/imports?kind=rates&file=rates.csv&card=JOB`, { method: "POST", headers: { authorization: `Bearer ${server.adminKey}`, "content-type": "text/csv" }, body: TWO });
  expect(answer.status).toBe(202);
  expect((await fetch(`${server.url}/v1/jobs/imports?kind=items&card=JOB`, { method: "POST", headers: { authorization: `Bearer ${server.adminKey}`, "content-type": "text/csv" }, body: "sku\n" })).status).toBe(422);
});
