import { afterAll, beforeAll, expect, test } from "vitest";
import { HOUR } from "../../src/domain/kernel/index.ts";
import { watchRates } from "../../src/flows/channel-rates.ts";
import { watchPromises } from "../../src/flows/watch-promises.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";

/** Dates that channels ask for, dates that are at risk, and rates against their limits, over HTTP and on the command line. */

let database: TestDatabase;
let server: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  const week = Object.fromEntries(["monday", "tuesday", "wednesday", "thursday", "friday"].map((day) => [day, [{ opens: "08:00", closes: "18:00" }]]));
  expect((await call("PUT", "/v1/calendars/office", { week })).status).toBe(201);
  for (const [path, body] of [
    ["items/A", { name: "A", backorder: true }], ["nodes/berlin", { name: "Berlin", address: { country: "DE" } }], ["channels/web", { name: "Web", currency: "EUR" }], ["channels/market", MARKET],
  ] as const) expect((await call("PUT", `/v1/${path}`, body)).status, path).toBe(201);
  expect((await call("POST", "/v1/stock/receipts", { sku: "A", node: "berlin", quantity: 10 })).status).toBeLessThan(300);
});
afterAll(async () => {
  await server.close();
  await database.drop();
});

const MARKET = {
  name: "Market", currency: "EUR",
  deadlines: {
    ship_by: { business_days: 2, calendar: "office", time_zone: "Europe/Berlin", cut_off: "14:00" }, deliver_by: { hours: 96 }, late_shipments: { threshold_percent: "20" }, cancellations: { threshold_percent: 2.5, window_days: 14 },
  },
};

async function call<T = Record<string, unknown>>(method: string, path: string, body?: object): Promise<{ status: number; body: T }> {
  const answer = await fetch(server.url + path, {
    method, headers: { authorization: `Bearer ${server.adminKey}`, ...(body === undefined ? {} : { "content-type": "application/json" }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: await answer.json() as T };
}
const read = async <T>(path: string): Promise<T> => {
  const { status, body } = await call<T>("GET", path);
  expect(status, path).toBe(200);
  return body;
};

let serial = 0;
async function order(over: object = {}, quantity = 1): Promise<string> {
  const { status, body } = await call<{ id: string }>("POST", "/v1/orders", {
    channel: "market", external_id: `D-${(serial += 1)}`, currency: "EUR", ship_to: { name: "A", street: "Weg 1", city: "Berlin", postcode: "10115", country: "DE" }, lines: [{ sku: "A", quantity, unit_price: "1" }], ...over,
  });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.id;
}
const ago = (hours: number): string => new Date(Date.now() - hours * HOUR).toISOString();
const ship = async (id: string): Promise<void> => {
  for (const fact of ["release", "ship"]) expect((await call("POST", `/v1/shipments/shp_${id.slice(4)}_1/${fact}`, {})).status, fact).toBe(200);
};
const look = (): ReturnType<typeof watchPromises> => watchPromises(server.world.store, server.world.tenantId, server.world.ambient);

test("a channel tells what it asks for in the words in which it was said", async () => {
  expect(await read("/v1/channels/web")).toMatchObject({ deadlines: { ship_by: null, deliver_by: null, warn_minutes: 120, rescue_cost_micros: 10_000_000, late_shipments: null, cancellations: null } });
  const { deadlines } = await read<{ deadlines: object }>("/v1/channels/market");
  expect(deadlines).toEqual({
    ship_by: { hours: null, business_days: 2, calendar: "office", time_zone: "Europe/Berlin", cut_off: "14:00:00" }, deliver_by: { hours: 96, business_days: null, calendar: null, time_zone: "UTC", cut_off: null },
    warn_minutes: 120, rescue_cost_micros: 10_000_000, late_shipments: { threshold_percent: "20", window_days: 30 }, cancellations: { threshold_percent: "2.5", window_days: 14 },
  });
  expect((await call("PUT", "/v1/channels/market", { ...MARKET, deadlines })).status).toBe(200);
  expect((await call("DELETE", "/v1/calendars/office")).body).toMatchObject({ code: "FACT_IN_USE", data: { named_by: ["channel market"] } });
});

test("bad limits name every field, and change nothing", async () => {
  const wrong = await call<{ errors: { pointer: string; code: string }[] }>("PUT", "/v1/channels/market", {
    ...MARKET, deadlines: {
      ship_by: { hours: 24, business_days: 1, time_zone: "Berlin" }, deliver_by: { business_days: -1, cut_off: "25:00" }, warn_minutes: -1, rescue_cost_micros: "10", late_shipments: { threshold_percent: "0", window_days: 0 },
      cancellations: { threshold_percent: "100.001" }, other: 1,
    },
  });
  expect(wrong.status).toBe(422);
  expect(wrong.body.errors.map(({ pointer }) => pointer).toSorted()).toEqual([
    "cancellations/threshold_percent", "deliver_by/business_days", "deliver_by/cut_off", "late_shipments/threshold_percent", "late_shipments/window_days", "other", "rescue_cost_micros", "ship_by/hours", "ship_by/time_zone", "warn_minutes",
  ].map((field) => `#/deadlines/${field}`));
  for (const [time, pointer, code] of [
    [{ hours: 24, business_days: 1 }, "hours", "INVALID_FIELD"], [{}, "business_days", "INVALID_FIELD"], [{ hours: 1, cut_off: "14:00" }, "cut_off", "INVALID_FIELD"], [{ hours: 1, calendar: "none" }, "calendar", "UNKNOWN_CALENDAR"],
  ] as const) {
    const { status, body } = await call<{ errors: { pointer: string; code: string }[] }>("PUT", "/v1/channels/market", { ...MARKET, deadlines: { ship_by: time } });
    expect([status, body.errors.map((error) => [error.pointer, error.code])], JSON.stringify(time)).toEqual([422, [[`#/deadlines/ship_by/${pointer}`, code]]]);
  }
  expect(await read("/v1/channels/market")).toMatchObject({ deadlines: { ship_by: { business_days: 2 } } });
});

test("an order without dates of its own has those of its channel, counted from when it was placed", async () => {
  const id = await order({ placed_at: "2026-03-06T13:00:01Z" });
  expect(await read(`/v1/orders/${id}`)).toMatchObject({ ship_by: "2026-03-11T22:59:59.000Z", deliver_by: "2026-03-10T13:00:01.000Z" });
  const own = await order({ placed_at: "2026-03-06T13:00:01Z", ship_by: "2026-03-07T00:00:00Z" });
  expect(await read(`/v1/orders/${own}`)).toMatchObject({ ship_by: "2026-03-07T00:00:00.000Z", deliver_by: "2026-03-10T13:00:01.000Z" });
  const web = await order({ channel: "web" });
  expect(await read(`/v1/orders/${web}`)).toMatchObject({ ship_by: null, deliver_by: null, watch: null });
  expect(await read(`/v1/orders/${id}`), "nobody has looked at it yet").toMatchObject({ watch: { level: null, looked_at: null, missed: false } });
  for (const one of [id, own, web]) expect((await call("POST", `/v1/orders/${one}/cancel`, { reason: "only tried", requested_by: "customer" })).status).toBe(200);
});

test("dates at risk are listed with what was tried, page by page", async () => {
  const soon = new Date(Date.now() + 100 * HOUR).toISOString();
  const late = await order({ ship_by: ago(1), deliver_by: soon });
  const waiting = await order({ ship_by: soon, deliver_by: soon }, 50);
  expect(await look()).toMatchObject({ looked: 2, missed: 1 });
  const { data } = await read<{ data: Record<string, unknown>[] }>("/v1/promises/at-risk");
  expect(data.map(({ order: id, level, deadline, cause, missed, shipment }) => [id, level, deadline, cause, missed, shipment])).toEqual([
    [late, "late", "ship_by", "NO_COLLECTION_IN_TIME", true, `shp_${late.slice(4)}_1`], [waiting, "at_risk", expect.any(String), "WAITS_FOR_STOCK", false, null],
  ]);
  expect(data[0]).toMatchObject({ channel: "market", reason: "no collection that would be soon enough is left", tried: null, predicted_at: expect.stringMatching(/Z$/) });
  const watchOf = async (id: string): Promise<unknown> => (await read<{ watch: unknown }>(`/v1/orders/${id}`)).watch;
  for (const [id, entry] of [[late, data[0]], [waiting, data[1]]] as const) {
    const { order: _order, number: _number, external_id: _external, channel: _channel, ...found } = entry ?? {};
    expect(await watchOf(id), "an order says of its dates what the list says").toEqual({ ...found, left_at: null });
  }
  const first = await read<{ data: object[]; next_cursor: string }>("/v1/promises/at-risk?limit=1");
  expect([first.data, (await read<{ data: object[] }>(`/v1/promises/at-risk?limit=1&cursor=${first.next_cursor}`)).data].flat()).toEqual(data);
  expect((await read<{ data: object[] }>("/v1/promises/at-risk?level=at_risk&channel=market")).data).toHaveLength(1);
  expect((await read<{ data: object[] }>("/v1/promises/at-risk?channel=none")).data).toEqual([]);
  for (const query of ["level=safe", "limit=0", "cursor=e30", "more=1"]) expect((await call("GET", `/v1/promises/at-risk?${query}`)).status, query).toBe(422);
  const shown = await server.ordo("promises", "at-risk", "--level", "late");
  expect([shown.code, shown.out.split("\n").length]).toEqual([0, 3]);
  expect(shown.out).toMatch(/market +late +ship_by/);
  expect((await server.ordo("promises", "at-risk", "--level", "safe")).code).toBe(2);
  expect(await look()).toMatchObject({ looked: 0 });
  await ship(late);
  expect(await watchOf(late)).toMatchObject({ level: null, deadline: null, due_at: null, reason: null, missed: true, left_at: expect.stringMatching(/Z$/) });
  expect((await call("POST", `/v1/orders/${waiting}/cancel`, { reason: "not wanted", requested_by: "customer" })).status).toBe(200);
  expect((await read<{ data: object[] }>("/v1/promises/at-risk")).data).toEqual([]);
});

test("rates count what is the seller's, tell who crosses a limit once, and name the orders", async () => {
  // One left late already; four more in time.
  for (let n = 0; n < 4; n++) await ship(await order({ ship_by: new Date(Date.now() + 2_000).toISOString() }));
  const { ambient, store, tenantId } = server.world;
  const later = { ...ambient, now: () => Date.now() + HOUR };
  const raised = async (): Promise<unknown[]> => (await server.world.query<{ data: Record<string, unknown> }>("select data from ordo.event where type = 'ChannelRateRaised' order by position")).map(({ data }) => [data["rate"], data["state"], data["failed"], data["orders"]]);
  expect([await watchRates(store, tenantId, later), await watchRates(store, tenantId, later)]).toEqual([1, 0]);
  expect(await raised()).toEqual([["late_shipments", "near", 1, 5]]);
  const open = await order({ ship_by: ago(2) });
  const cancelled = await order();
  expect((await call("POST", `/v1/orders/${cancelled}/cancel`, { reason: "none left" })).status).toBe(200);
  expect([await watchRates(store, tenantId, later), await watchRates(store, tenantId, later)]).toEqual([2, 0]);
  expect((await raised()).slice(1)).toEqual([["late_shipments", "over", 2, 6], ["cancellations", "over", 1, expect.any(Number)]].toSorted());
  const found = await read<Record<string, Record<string, unknown>>>("/v1/channels/market/performance");
  expect(found["cancellations"]).toMatchObject({ state: "over", failed: 1, threshold_percent: "2.5", window_days: 14 });
  const late = await read<{ data: Record<string, unknown>[] }>("/v1/channels/market/performance/orders?rate=late_shipments");
  expect(late.data.map(({ order: id, open: left, left_at: leftAt }) => [id === open, left, leftAt === null])).toEqual([[false, false, false], [true, true, true]]);
  const gone = await read<{ data: Record<string, unknown>[] }>("/v1/channels/market/performance/orders?rate=cancellations&limit=1");
  expect(gone.data).toMatchObject([{ order: cancelled, open: false, cancelled_at: expect.stringMatching(/Z$/) }]);
  const shown = await server.ordo("channels", "performance", "market");
  expect([shown.code, shown.out]).toEqual([3, expect.stringMatching(/cancellations +over/)]);
  expect((await server.ordo("channels", "performance", "market", "--orders", "late_shipments")).out).toContain("still to leave");
  expect(await read("/v1/channels/web/performance")).toMatchObject({ channel: "web", late_shipments: null, cancellations: null });
  expect((await read<{ data: object[] }>("/v1/channels/web/performance/orders?rate=cancellations")).data).toEqual([]);
  expect((await call("GET", "/v1/channels/none/performance")).status).toBe(404);
  expect((await call("GET", "/v1/channels/market/performance/orders")).status).toBe(422);
  expect((await server.ordo("channels", "performance", "market", "--orders", "other")).code).toBe(2);
});
