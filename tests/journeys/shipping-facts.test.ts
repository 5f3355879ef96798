import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Problem } from "../../client/src/index.ts";
import type { Calendar, ShippingFacts } from "../../src/domain/shipping/index.ts";
import { changedSince } from "../../src/flows/changed-since.ts";
import { saveFacts } from "../../src/flows/save-facts.ts";
import { saveShippingFacts } from "../../src/flows/save-shipping-facts.ts";
import { verifyTenant } from "../../src/postgres/verify/index.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { without } from "../support/mutants.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { aNode } from "../support/world.ts";

let database: TestDatabase;
let server: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
});
afterAll(async () => {
  expect((await verifyTenant(server.world.pool, server.world.tenantId)).checks.flatMap(({ named }) => [...named])).toEqual([]);
  await server.close();
  await database.drop();
});

async function call<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }> {
  const answer = await fetch(server.url + path, { method, headers: { authorization: `Bearer ${server.adminKey}`, ...(body === undefined ? {} : { "content-type": "application/json" }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  return { status: answer.status, body: await answer.json() as T };
}
const faults = async (method: string, path: string, body?: unknown): Promise<string[]> => {
  const answer = await call<Problem>(method, path, body);
  expect(answer.status).toBeGreaterThan(399);
  return (answer.body.errors ?? []).map(({ pointer, code }) => `${pointer.replace(/^#/, "")} ${code}`);
};
const factsAt = (at: number): Promise<ShippingFacts> => server.world.store.transact(server.world.tenantId, (tx) => tx.loadShippingFacts(at));
const now = (): number => server.world.ambient.now();

const week = { monday: [{ opens: "08:00", closes: "12:00" }, { opens: "13:00", closes: "24:00" }] };
const lane = { to_country: "DE", zone: "1", transit_days: { least: 1, most: 2 } };
const cell = { up_to_grams: 5000, price: "4.90" };
const card = (service: string, over: object = {}): object => ({ carrier: "post", service, currency: "EUR", zones: { "1": [cell] }, ...over });
const tomorrow = (): string => new Date(Date.now() + 86_400_000).toISOString();

describe("what is saved is read back", () => {
  test("a calendar, with its days that differ", async () => {
    const saved = await call("PUT", "/v1/calendars/berlin", { name: "Berlin", week, exceptions: { "2026-12-25": { name: "Christmas" }, "2026-12-24": { spans: [{ opens: "08:00", closes: "12:00" }] } } });
    expect(saved).toMatchObject({ status: 201, body: { kind: "calendar", code: "berlin", changed: true } });
    const { body } = await call("GET", "/v1/calendars/berlin");
    expect(body).toMatchObject({ code: "berlin", name: "Berlin", week: { ...week, tuesday: [] }, exceptions: { "2026-12-25": { name: "Christmas", spans: [] } } });
    // What is read can be sent as it is, without its code and time.
    const { code, valid_from, ...again } = body;
    expect(await call("PUT", `/v1/calendars/${String(code)}`, again)).toMatchObject({ status: 200, body: { changed: false, valid_from } });
  });

  test("a service, its rate card, package types and exchange rates, as decisions read them", async () => {
    const service = { name: "Parcel", level: "standard", calendar: "berlin", delivery_weekdays: ["saturday", "monday"], dimensional_divisor: 5000, maximum_grams: 31_500, maximum_length_mm: 1200, handling_classes: ["standard"],
      lanes: [{ ...lane, from_nodes: ["berlin"] }, { ...lane, from_countries: ["DE"], to_postcodes: [{ from: "25 8", to: "259" }], zone: "islands" }] };
    expect(await call("PUT", "/v1/carriers/post/services/parcel", service)).toMatchObject({ status: 201, body: { code: "post/parcel" } });
    const rates = card("parcel", { zones: { "1": [cell, { up_to_grams: 31_500, price: "5.5", per_kilogram: "0.45" }], islands: [{ up_to_grams: 31_500, price: "19" }] },
      surcharges: [{ code: "fuel", kind: "percent", amount: "12.5" }, { code: "long", kind: "fixed", amount: "20", above_length_mm: 1000, zones: ["1"] }] });
    expect(await call("PUT", "/v1/rate-cards/POST-2026", rates)).toMatchObject({ status: 201 });
    expect(await call("PUT", "/v1/package-types/S", { inner_mm: [300, 200, 100], tare_grams: 120, cost: "0.35" })).toMatchObject({ status: 201 });
    expect(await call("PUT", "/v1/exchange-rates", { base: "EUR", rates: { USD: "0.92", IDR: "0.0000575" } })).toMatchObject({ status: 201 });

    expect((await call("GET", "/v1/rate-cards/POST-2026")).body).toMatchObject({ zones: { "1": [{ up_to_grams: 5000, price: "4.9", per_kilogram: "0" }, { price: "5.5", per_kilogram: "0.45" }] }, surcharges: [{ amount: "12.5" }, { amount: "20", above_length_mm: 1000 }] });
    expect((await call("GET", "/v1/carriers/post/services/parcel")).body).toMatchObject({ carrier: "post", code: "parcel", delivery_weekdays: ["monday", "saturday"], lanes: [{ from_nodes: ["berlin"] }, { to_postcodes: [{ from: "258", to: "259" }] }] });
    expect((await call("GET", "/v1/package-types/S")).body).toMatchObject({ name: "S", cost: "0.35", maximum_grams: null });
    expect((await call("GET", "/v1/exchange-rates")).body).toMatchObject({ base: "EUR", rates: { USD: "0.92", IDR: "0.0000575" } });
    for (const path of ["calendars", "carrier-services", "rate-cards", "package-types"]) expect((await call<{ data: object[] }>("GET", `/v1/${path}`)).body.data, path).toHaveLength(1);

    const facts = await factsAt(now());
    expect(facts.rateCards.get("post/parcel")).toMatchObject({ zones: { "1": [{ micros: 4_900_000 }, { perKilogramMicros: 450_000 }] }, surcharges: [{ amount: 1250 }, { amount: 20_000_000 }] });
    expect(facts.services.get("post/parcel")).toMatchObject({ deliveryWeekdays: [1, 6], calendar: "berlin" });
    expect(facts.exchangeRates).toEqual({ base: "EUR", perMillion: { IDR: 57.5, USD: 920_000 } });
    expect(facts.packageTypes).toMatchObject([{ code: "S", innerMm: [300, 200, 100], costMicros: 350_000 }]);
    expect(facts.calendars.get("berlin")?.week[0]).toEqual(week.monday);
  });
});

describe("facts are dated", () => {
  test("an announced change counts from its time, and the one before until then", async () => {
    const from = tomorrow();
    await call("PUT", "/v1/package-types/dated", { inner_mm: [1, 1, 1] });
    expect(await call("PUT", "/v1/package-types/dated", { inner_mm: [2, 2, 2], valid_from: from })).toMatchObject({ status: 200, body: { valid_from: from } });
    expect((await call("GET", "/v1/package-types/dated")).body).toMatchObject({ inner_mm: [1, 1, 1] });
    const edges = async (at: number): Promise<unknown> => (await factsAt(at)).packageTypes.find(({ code }) => code === "dated")?.innerMm;
    expect(await edges(now())).toEqual([1, 1, 1]);
    expect(await edges(Date.parse(from))).toEqual([2, 2, 2]);
    // A change between the two ends where the announced one begins.
    await call("PUT", "/v1/package-types/dated", { inner_mm: [3, 3, 3] });
    expect(await edges(now())).toEqual([3, 3, 3]);
    expect(await edges(Date.parse(from))).toEqual([2, 2, 2]);
  });

  test("of two cards of a service the one that began last counts", async () => {
    await call("PUT", "/v1/carriers/post/services/two", { lanes: [lane] });
    await call("PUT", "/v1/rate-cards/TWO-B", card("two", { valid_from: "2026-01-01T00:00:00Z" }));
    await call("PUT", "/v1/rate-cards/TWO-A", card("two", { valid_from: "2026-02-01T00:00:00Z" }));
    expect((await factsAt(now())).rateCards.get("post/two")?.code).toBe("TWO-A");
    expect((await factsAt(Date.parse("2026-01-15T00:00:00Z"))).rateCards.get("post/two")?.code).toBe("TWO-B");
  });

  test("deleting ends a fact now, with what was announced of it, and the past stays", async () => {
    await call("PUT", "/v1/package-types/gone", { inner_mm: [1, 1, 1], valid_from: "2026-01-01T00:00:00Z" });
    await call("PUT", "/v1/package-types/gone", { inner_mm: [2, 2, 2], valid_from: tomorrow() });
    expect(await call("DELETE", "/v1/package-types/gone")).toMatchObject({ status: 200, body: { kind: "package_type", code: "gone" } });
    expect((await call("GET", "/v1/package-types/gone")).status).toBe(404);
    expect((await call("DELETE", "/v1/package-types/gone")).status).toBe(404);
    const there = async (at: number): Promise<boolean> => (await factsAt(at)).packageTypes.some(({ code }) => code === "gone");
    expect([await there(Date.parse("2026-01-02T00:00:00Z")), await there(now()), await there(Date.now() + 172_800_000)]).toEqual([true, false, false]);
    expect(await call("PUT", "/v1/package-types/gone", { inner_mm: [4, 4, 4] })).toMatchObject({ body: { changed: true } });
    expect(await there(now())).toBe(true);
  });

  test("each change is one event, and none where nothing changed", async () => {
    const events = (): Promise<unknown[]> => server.world.query("select data->>'ended' as ended from ordo.event where type = 'ShippingFactSaved' and data->>'code' = 'told' order by position");
    for (let times = 0; times < 2; times++) await call("PUT", "/v1/calendars/told", { week });
    await call("DELETE", "/v1/calendars/told");
    expect(await events()).toEqual([{ ended: "false" }, { ended: "true" }]);
  });
});

describe("somebody else's change is not written over", () => {
  const body = (path: string, name: string): object => (path.startsWith("nodes") ? { name, time_zone: "Europe/Berlin" } : { name, week });
  type Answered = { status: number; body: Record<string, unknown> };
  const put = (path: string, name: string, expected: string | null): Promise<Answered> => call("PUT", `/v1/${path}`, { ...body(path, name), expected_valid_from: expected });
  const since = async (path: string): Promise<string> => ((await call("GET", `/v1/${path}`)).body as { valid_from: string }).valid_from;

  test.each(["calendars/shared", "nodes/shared"])("%s: of changes to what was read, one counts", async (path) => {
    expect(await put(path, "first", "2026-01-01T00:00:00Z")).toMatchObject({ status: 409, body: { code: "STALE_VERSION", data: { valid_from: null } } });
    expect(await put(path, "first", null)).toMatchObject({ status: 201 });
    expect(await put(path, "again", null)).toMatchObject({ status: 409, body: { code: "STALE_VERSION" } });
    const read = await since(path);
    const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => put(path, `hand ${n}`, read)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array.from({ length: 7 }, () => 409)]);
    const { name, valid_from: changed } = (await call("GET", `/v1/${path}`)).body;
    expect(name).toBe(`hand ${answers.findIndex(({ status }) => status === 200)}`);
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ data: { valid_from: changed } });
    // Whoever does not ask changes it as ever.
    expect((await call("PUT", `/v1/${path}`, body(path, "unasked"))).status).toBe(200);
  });

  /** Eight transactions of their own, as of eight processes; one process takes changes that come together into one. */
  const race = async (path: string): Promise<number> => {
    const { store, tenantId, ambient } = server.world;
    const expectedFrom = Date.parse(await since(path));
    const head = { idempotencyKey: null, bodyHash: "00", actor: "test", validFrom: null, expectedFrom };
    const [kind, code = ""] = path.split("/");
    const calendar = (name: string): Calendar => ({ code, name, week: Array.from({ length: 7 }, () => []), exceptions: {} });
    const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => (kind === "nodes"
      ? saveFacts(store, tenantId, [{ ...head, type: "node", fact: aNode(code, { name: `${expectedFrom} ${n}` }) }], ambient)
      : saveShippingFacts(store, tenantId, [{ ...head, action: "save", fact: { kind: "calendar", code, document: calendar(`${expectedFrom} ${n}`) } }], ambient))));
    return answers.flat().filter(({ ok }) => ok).length;
  };

  test("a version of this very millisecond may be another than the one that was read", () => {
    expect([changedSince("node", 5, 5, 5)?.ok, changedSince("node", 5, 5, 6), changedSince("node", undefined, 5, 5), changedSince("node", null, null, 5)]).toEqual([false, null, null, null]);
  });

  test.each(["calendars/hands", "nodes/hands"])("%s: of eight transactions one counts; mutant: without the lock on facts more do", async (path) => {
    expect(await put(path, "first", null)).toMatchObject({ status: 201 });
    for (let n = 0; n < 5; n++) {
      // Nobody reads, decides and writes within a millisecond.
      const read = Date.parse(await since(path));
      await expect.poll(() => Date.now() > read, { interval: 1 }).toBe(true);
      expect(await race(path)).toBe(1);
    }
    const most = await without("lock_fact_version", async () => {
      const counts: number[] = [];
      while (counts.length < 50 && Math.max(1, ...counts) === 1) counts.push(await race(path));
      return Math.max(...counts);
    });
    expect(most).toBeGreaterThan(1);
  });
});

describe("what does not fit is refused, every field at once", () => {
  test.each([
    ["calendars/x", { week: { monday: [{ opens: "12:00", closes: "08:00" }], funday: [], tuesday: [{ opens: "08:00", closes: "12:00" }, { opens: "11:59", closes: "13:00" }], friday: [{ opens: "24:00", closes: "24:01" }] }, exceptions: { "2026-02-30": {} } },
      ["/week/monday/0 INVALID_FIELD", "/week/tuesday/1 INVALID_FIELD", "/week/friday/0/opens INVALID_FIELD", "/week/friday/0/closes INVALID_FIELD", "/week/funday INVALID_BODY", "/exceptions/2026-02-30 INVALID_FIELD"]],
    ["carriers/post/services/x", { lanes: [{ to_country: "Germany", zone: "", transit_days: { least: 3, most: 2 } }, { ...lane, to_postcodes: [{ from: "30", to: "20" }, { from: "--", to: "1" }] }], delivery_weekdays: ["someday"], maximum_grams: 0 },
      ["/delivery_weekdays/0 INVALID_FIELD", "/maximum_grams INVALID_FIELD", "/lanes/0/to_country INVALID_FIELD", "/lanes/0/zone INVALID_FIELD", "/lanes/0/transit_days INVALID_FIELD", "/lanes/1/to_postcodes/0/from INVALID_FIELD", "/lanes/1/to_postcodes/1/from INVALID_FIELD"]],
    ["rate-cards/x", { ...card("parcel"), currency: "EURO", zones: { "1": [{ up_to_grams: 2000, price: "4.90" }, { up_to_grams: 2000, price: "-1" }, { up_to_grams: 1000, price: "1.1234567" }], "2": [] },
      surcharges: [{ code: "a", kind: "percent", amount: "12.345" }, { code: "b", kind: "fixed", amount: "12,50" }] },
    ["/currency UNKNOWN_CURRENCY", "/zones/1/1/price INVALID_FIELD", "/zones/1/2/price INVALID_FIELD", "/zones/1/1/up_to_grams DUPLICATE_VALUE", "/zones/1/2/up_to_grams INVALID_FIELD", "/zones/2 INVALID_FIELD", "/surcharges/0/amount INVALID_FIELD", "/surcharges/1/amount INVALID_FIELD"]],
    ["rate-cards/x", card("parcel", { surcharges: [{ code: "a", kind: "fixed", amount: "1", zones: ["9"] }, { code: "a", kind: "fixed", amount: "1" }] }), ["/surcharges/0/zones/0 INVALID_FIELD", "/surcharges/1/code DUPLICATE_VALUE"]],
    ["package-types/x", { inner_mm: [0, 1, 1], cost: "free" }, ["/inner_mm/0 INVALID_FIELD", "/cost INVALID_FIELD"]],
    ["exchange-rates", { base: "XXX", rates: { USD: "0", GBP: "1.2", EURO: "1" } }, ["/base UNKNOWN_CURRENCY", "/rates/USD INVALID_FIELD", "/rates/EURO UNKNOWN_CURRENCY"]],
    ["exchange-rates", { base: "EUR", rates: { EUR: "1", EURO: "1" } }, ["/rates/EUR INVALID_FIELD", "/rates/EURO UNKNOWN_CURRENCY"]],
  ])("%s", async (path, body, expected) => {
    expect((await faults("PUT", `/v1/${path}`, body)).toSorted()).toEqual([...expected].toSorted());
  });

  test("lanes that overlap are named, both of them", async () => {
    const answer = await call<Problem>("PUT", "/v1/carriers/post/services/overlap", { lanes: [{ ...lane, from_countries: ["DE", "AT"] }, { ...lane, from_countries: ["CH"] }, { ...lane, from_countries: ["AT"], zone: "2" }] });
    expect(answer).toMatchObject({ status: 422, body: { code: "LANES_OVERLAP", errors: [{ pointer: "#/lanes/2", detail: "Lane 2 (from AT to DE) and lane 0 (from DE, AT to DE) are equally particular, and both go to DE." }] } });
  });

  test("a card names a service that is there and prices every zone of its lanes, and lanes lead to zones with prices", async () => {
    expect(await faults("PUT", "/v1/rate-cards/none", card("none"))).toEqual(["/service UNKNOWN_SERVICE"]);
    expect(await faults("PUT", "/v1/carriers/post/services/zoned", { calendar: "nowhere", lanes: [lane] })).toEqual(["/calendar UNKNOWN_CALENDAR"]);
    await call("PUT", "/v1/carriers/post/services/zoned", { lanes: [lane, { ...lane, to_country: "AT", zone: "2" }] });
    expect(await faults("PUT", "/v1/rate-cards/zoned", card("zoned"))).toEqual(["/zones ZONE_UNPRICED"]);
    expect((await call("PUT", "/v1/rate-cards/zoned", card("zoned", { zones: { "1": [cell], "2": [cell] } }))).status).toBe(201);
    expect(await faults("PUT", "/v1/carriers/post/services/zoned", { lanes: [lane, { ...lane, to_country: "AT", zone: "3" }] })).toEqual(["/lanes/1/zone ZONE_UNPRICED"]);
  });

  test("a node names services that are there, every slip with its place", async () => {
    await call("PUT", "/v1/carriers/post/services/there", { lanes: [lane] });
    expect(await faults("PUT", "/v1/nodes/slip", { name: "Slip", operations: { calendar: "nowhere", services: ["post/there", "post/ther", "pots/there"] } }))
      .toEqual(["/operations/calendar UNKNOWN_CALENDAR", "/operations/services/1 UNKNOWN_SERVICE", "/operations/services/2 UNKNOWN_SERVICE"]);
    expect((await call("PUT", "/v1/nodes/right", { name: "Right", operations: { services: ["post/there"] } })).status).toBe(201);
    expect((await call("PUT", "/v1/nodes/right", { name: "Right" })).status).toBe(200);
    expect((await call("DELETE", "/v1/carriers/post/services/there")).status).toBe(200);
  });

  test("what something else names cannot be deleted before it", async () => {
    await call("PUT", "/v1/calendars/used", { week });
    await call("PUT", "/v1/carriers/post/services/used", { calendar: "used", lanes: [lane] });
    await call("PUT", "/v1/rate-cards/used", card("used"));
    expect(await call("DELETE", "/v1/calendars/used")).toMatchObject({ status: 409, body: { code: "FACT_IN_USE", detail: 'The calendar "used" is still named by carrier service post/used.' } });
    expect(await call("DELETE", "/v1/carriers/post/services/used")).toMatchObject({ status: 409, body: { code: "FACT_IN_USE" } });
    await call("PUT", "/v1/nodes/user", { name: "User", operations: { calendar: "used", services: ["post/used"] } });
    await call("DELETE", "/v1/rate-cards/used");
    expect(await call("DELETE", "/v1/carriers/post/services/used")).toMatchObject({ status: 409, body: { detail: 'The carrier service "post/used" is still named by node user.' } });
    await call("PUT", "/v1/rate-cards/used", card("used"));
    await call("PUT", "/v1/nodes/user", { name: "User" });
    for (const path of ["rate-cards/used", "carriers/post/services/used", "calendars/used"]) expect((await call("DELETE", `/v1/${path}`)).status, path).toBe(200);
  });
});

test("what one process saves another reads, once the version says so", async () => {
  await call("PUT", "/v1/package-types/seen", { inner_mm: [1, 1, 1] });
  const first = await factsAt(now());
  expect(await factsAt(now())).toBe(first);
  await call("PUT", "/v1/package-types/seen", { inner_mm: [5, 5, 5] });
  expect((await factsAt(now())).packageTypes.find(({ code }) => code === "seen")?.innerMm).toEqual([5, 5, 5]);
});
