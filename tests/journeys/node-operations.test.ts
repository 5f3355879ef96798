import { afterAll, beforeAll, expect, test } from "vitest";
import type { Problem } from "../../client/src/index.ts";
import { DAY, dateOfDay, localDay } from "../../src/domain/kernel/index.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { aChannel, anItem, anOrder, orderIdOf } from "../support/world.ts";

let database: TestDatabase;
let server: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
});
afterAll(async () => {
  await server.close();
  await database.drop();
});

async function call<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }> {
  const answer = await fetch(server.url + path, { method, headers: { authorization: `Bearer ${server.adminKey}`, ...(body === undefined ? {} : { "content-type": "application/json" }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  return { status: answer.status, body: await answer.json() as T };
}

test("a node's calendar has to be there, stays while the node names it, and says on which day a release leaves", async () => {
  const { world } = server;
  const node = { name: "Monastery", time_zone: "Europe/Berlin", operations: { calendar: "rare" } };
  const unknown = await call<Problem>("PUT", "/v1/nodes/monastery", node);
  expect(unknown).toMatchObject({ status: 422, body: { errors: [{ pointer: "#/operations/calendar", code: "UNKNOWN_CALENDAR" }] } });

  const openDay = dateOfDay(localDay(world.ambient.now(), "Europe/Berlin") + 9);
  const rare = { week: {}, exceptions: { [openDay]: { spans: [{ opens: "10:00", closes: "11:00" }] } } };
  expect((await call("PUT", "/v1/calendars/rare", rare)).status).toBe(201);
  expect((await call("PUT", "/v1/nodes/monastery", node)).status).toBe(201);
  await world.facts({ items: [anItem("BEER")], channels: [aChannel("web")] });
  await world.receive("BEER", "monastery", 10);
  const [first, second] = await world.capture(anOrder([{ sku: "BEER", quantity: 1 }]), anOrder([{ sku: "BEER", quantity: 1 }]));
  expect(await world.act(orderIdOf(first), { type: "release", shipmentNo: 1 })).toMatchObject({ ok: true });
  expect(await world.query("select planned_ship_date::text from ordo.shipment where status = 'RELEASED'")).toEqual([{ planned_ship_date: openDay }]);

  expect(await call("DELETE", "/v1/calendars/rare")).toMatchObject({ status: 409, body: { code: "FACT_IN_USE", detail: 'The calendar "rare" is still named by node monastery.' } });
  await call("PUT", "/v1/calendars/rare", { week: {} });
  expect(await world.act(orderIdOf(second), { type: "release", shipmentNo: 1 })).toMatchObject({ ok: false, refusal: { code: "NODE_CANNOT_TAKE", data: { reason: "NO_SHIP_DATE", calendar: "rare" } } });

  const { operations: _named, ...plain } = node;
  await call("PUT", "/v1/nodes/monastery", plain);
  expect((await call("DELETE", "/v1/calendars/rare")).status).toBe(200);
  expect(await world.act(orderIdOf(second), { type: "release", shipmentNo: 1 })).toMatchObject({ ok: true });
});

test("a version of a node says how it worked at its time", async () => {
  const from = server.world.ambient.now() + DAY;
  await call("PUT", "/v1/nodes/dated", { name: "Dated", operations: { processing: { minutes: 10 } } });
  await call("PUT", "/v1/nodes/dated", { name: "Dated", operations: { processing: { minutes: 90 } }, valid_from: new Date(from).toISOString() });
  const minutesAt = async (at: number): Promise<number | undefined> =>
    (await server.world.query<{ minutes: number }>("select (operations -> 'processing' ->> 'minutes')::int as minutes from ordo.node where code = 'dated' and valid_from <= $1 and $1 < valid_to", [new Date(at)]))[0]?.minutes;
  expect([await minutesAt(from - 1), await minutesAt(from)]).toEqual([10, 90]);
});
