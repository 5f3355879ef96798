import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { verifyTenant } from "../../src/postgres/verify/index.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { aChannel, anItem } from "../support/world.ts";

let database: TestDatabase;
let server: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  await server.world.facts({ items: [anItem("A")], channels: [aChannel("web")] });
});
afterAll(async () => {
  const { checks } = await verifyTenant(server.world.pool, server.world.tenantId);
  await server.close();
  await database.drop();
  expect(checks.filter(({ differences }) => differences > 0)).toEqual([]);
});

async function call<T>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }> {
  const answer = await fetch(server.url + path, {
    method, headers: { authorization: `Bearer ${server.adminKey}`, ...(body === undefined ? {} : { "content-type": "application/json" }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: await answer.json() as T };
}
interface Usage { limit: number | null; taken: number; free: number | null }
interface Taken { node: string; days: { date: string; orders: Usage; units: Usage; hours: { hour: number; orders: Usage; units: Usage }[] }[] }
interface Captured { id: string; shipments: { id: string }[] }
interface Shipment { planned_ship_date: string; status: string }

let serial = 0;
const capture = async (node: string, quantity: number): Promise<Captured> =>
  (await call<Captured>("POST", "/v1/orders", { channel: "web", external_id: `C-${(serial += 1)}`, currency: "EUR", lines: [{ sku: "A", quantity, unit_price: "1.00", node }] })).body;
const putNode = async (code: string, capacity: object): Promise<void> => {
  await call("PUT", `/v1/nodes/${code}`, { name: code, operations: { capacity } });
  await server.world.receive("A", code, 1000);
};
const shipment = async (order: Captured): Promise<Shipment> => (await call<Shipment>("GET", `/v1/shipments/${order.shipments[0]?.id}`)).body;
const day = (after: number): string => new Date(Date.now() + after * 86_400_000).toISOString().slice(0, 10);

describe("what a node can send", () => {
  test("and what is taken of it stands there day by day, while orders are planned for the days with room", async () => {
    await putNode("daily", { orders_per_day: 2, units_per_day: 10 });
    const orders = [await capture("daily", 3), await capture("daily", 4), await capture("daily", 5)];
    expect((await Promise.all(orders.map(shipment))).map((one) => [one.planned_ship_date, one.status])).toEqual([[day(0), "PLANNED"], [day(0), "PLANNED"], [day(1), "PLANNED"]]);
    const { status, body } = await call<Taken>("GET", "/v1/nodes/daily/capacity");
    expect(status).toBe(200);
    expect(body).toMatchObject({ node: "daily", time_zone: "UTC" });
    expect(body.days.map(({ date }) => date)).toEqual([0, 1, 2, 3, 4, 5, 6].map(day));
    expect(body.days.slice(0, 3).map(({ orders: o, units: u }) => [o.taken, o.free, u.taken, u.free])).toEqual([[2, 0, 7, 3], [1, 1, 5, 5], [0, 2, 0, 10]]);
    await call("POST", `/v1/orders/${orders[0]?.id}/cancel`, { reason: "less" });
    const { body: after } = await call<Taken>("GET", `/v1/nodes/daily/capacity?from=${day(0)}&to=${day(0)}`);
    expect(after.days).toEqual([{ date: day(0), orders: { limit: 2, taken: 1, free: 1 }, units: { limit: 10, taken: 4, free: 6 }, hours: [], slots: [] }]);
  });

  test("is shown by hours where it has limits by the hour", async () => {
    await putNode("hourly", { units_per_hour: 6 });
    for (const quantity of [4, 4]) await capture("hourly", quantity);
    const { body } = await call<Taken>("GET", "/v1/nodes/hourly/capacity");
    const hours = body.days.flatMap((one) => one.hours);
    expect(hours.map(({ units, orders }) => [units, orders])).toEqual([0, 1].map(() => [{ limit: 6, taken: 4, free: 2 }, { limit: null, taken: 1, free: null }]));
    expect(body.days.reduce((sum, { units }) => sum + units.taken, 0)).toBe(8);
  });

  test("is shown by the slots in which customers collect, and an order says its own", async () => {
    await call("PUT", "/v1/nodes/shop", { name: "Shop", kind: "store", address: { country: "DE" }, operations: { pickup: { slot_minutes: 120, orders_per_slot: 2 } } });
    await server.world.receive("A", "shop", 100);
    const basket = { channel: "web", lines: [{ sku: "A", quantity: 1 }], destination: { country: "DE", postcode: "10115" } };
    const slot = async (): Promise<{ reason: string; pickup: { starts_at: string } }> =>
      (await call<{ options: { option: string; reason: string; pickup: { starts_at: string } }[] }>("POST", "/v1/promises", basket)).body.options.find(({ option }) => option === "pickup/shop") ?? expect.fail("no option");
    const before = await slot();
    const orders = [];
    for (let n = 0; n < 3; n++) orders.push((await call<{ id: string }>("POST", "/v1/orders", { channel: "web", external_id: `P-${n}`, currency: "EUR", pickup_node: "shop", lines: [{ sku: "A", quantity: 5, unit_price: "1.00" }] })).body.id);
    const { body } = await call<{ days: { slots: { starts_at: string; orders: Usage }[] }[] }>("GET", "/v1/nodes/shop/capacity");
    const slots = body.days.flatMap((one) => one.slots);
    expect(slots.map(({ orders: taken }) => taken)).toEqual([{ limit: 2, taken: 2, free: 0 }, { limit: 2, taken: 1, free: 1 }]);
    const own = (await call<{ pickup_slot: { starts_at: string; ends_at: string } }>("GET", `/v1/orders/${orders[2]}`)).body.pickup_slot;
    expect(own.starts_at).toBe(slots[1]?.starts_at);
    expect(Date.parse(own.ends_at) - Date.parse(own.starts_at)).toBe(2 * 3_600_000);
    const after = await slot();
    expect([before.pickup.starts_at, after.pickup.starts_at]).toEqual([slots[0]?.starts_at, slots[1]?.starts_at]);
    expect([before.reason.includes("full"), after.reason.includes("An earlier slot at Shop is full.")]).toEqual([false, true]);
    await call("POST", `/v1/orders/${orders[0]}/cancel`, { reason: "less" });
    expect((await call<{ pickup_slot: object | null }>("GET", `/v1/orders/${orders[0]}`)).body.pickup_slot).toBeNull();
    expect((await slot()).reason).not.toContain("full");
  });

  test("is without end, and counts nothing, at a node without limits", async () => {
    await putNode("endless", {});
    await capture("endless", 4);
    const { body } = await call<Taken>("GET", "/v1/nodes/endless/capacity");
    expect(body.days[0]).toMatchObject({ orders: { limit: null, taken: 0, free: null }, hours: [] });
  });

  test.each([
    ["a date that is none", "?from=2026-02-30", "#/query/from"], ["a day beyond all calendars", "?to=9999-12-31", "#/query/to"], ["an end before its beginning", "?from=2026-03-02&to=2026-03-01", "#/query/to"],
    ["more days than are answered at once", "?from=2026-03-02&to=2026-09-01", "#/query/to"], ["an end that is too far from today", "?to=2190-01-01", "#/query/to"],
  ])("is not told for %s", async (_what, search, pointer) => {
    const { status, body } = await call<{ errors: { pointer: string }[] }>("GET", `/v1/nodes/endless/capacity${search}`);
    expect([status, body.errors.map((error) => error.pointer)]).toEqual([422, [pointer]]);
  });

  test("is not told of a node that does not exist; days before today are", async () => {
    expect((await call("GET", "/v1/nodes/nowhere/capacity")).status).toBe(404);
    expect((await call<Taken>("GET", `/v1/nodes/endless/capacity?to=${day(-3)}`)).body.days.map(({ date }) => date)).toEqual([day(-3)]);
  });
});
