import { afterAll, beforeAll, expect, test } from "vitest";
import { DAY, HOUR } from "../../src/domain/kernel/index.ts";
import { DEFAULT_OPERATIONS } from "../../src/domain/catalog/index.ts";
import { WHOLE_DAY } from "../../src/domain/inventory/index.ts";
import { rebuild } from "../../src/flows/rebuild-past.ts";
import { identifyWaiting, mapVariants } from "../../src/flows/map-variants.ts";
import { simulate, type SimulationResult } from "../../src/flows/simulate.ts";
import { takeIn } from "../../src/flows/take-in.ts";
import { postgresPast } from "../../src/postgres/past.ts";
import { newId } from "../../src/postgres/tenants.ts";
import { openPacking } from "../../src/server/packing/index.ts";
import { createRules } from "../../src/server/rules/index.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { aChannel, anItem, anOrder, aNode, openWorld, orderIdOf, type World } from "../support/world.ts";

/** Simulations of days on which things were not yet as they became later. */

const MONDAY = Date.UTC(2026, 2, 2);
const HEAD = { idempotencyKey: null, bodyHash: "00", actor: "test" } as const;
let database: TestDatabase;
let world: World;
let now = MONDAY;
beforeAll(async () => {
  database = await createTestDatabase();
  world = await openWorld(database, () => now);
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

const live = (from: number, to: number, channelId: string | null = null): Promise<SimulationResult> =>
  simulate(postgresPast(world.pool), world.tenantId, { range: { from, to, channelId }, strategy: null, generated: null }, {
    tools: { rules: createRules(), pack: openPacking() }, breathe: async () => {}, progress: async () => {}, newId, draw: (least) => least, moved: async () => {},
  });

test("a day on which an item did not exist can be simulated, though orders of that day bear it since", async () => {
  await world.facts({ items: [anItem("OLD")], nodes: [aNode("north")], channels: [aChannel("shop")] });
  await world.receive("OLD", "north", 5);
  const [channel] = await world.query<{ id: string }>("select id from ordo.channel");
  now = MONDAY + 9 * HOUR;
  const line = { title: "A thing", quantity: "2", unitPrice: "10.00", discountMinor: 0, taxMinor: 0, properties: [] };
  const [taken] = await takeIn(world.store, world.tenantId, [{
    messageId: "m-1", channelId: channel?.id ?? "", channel: "shop", bodyHash: "00", matchBySku: true, captureTestOrders: false,
    order: {
      externalId: "E-1", name: "#1", version: 1, test: false, cancelled: null, currency: "EUR", placedAt: now, takenOff: {}, leftThere: {},
      lines: [{ ...line, externalId: "1", variantId: "v-old", sku: "OLD" }, { ...line, externalId: "2", variantId: "v-new", sku: "NEW" }],
      totals: { totalMinor: 4000, shippingMinor: 0, discountMinor: 0, taxMinor: 0, otherMinor: 0, taxIncluded: true }, payment: { state: "paid", payments: [] }, risk: null,
      customer: { name: "Ida Test" }, shipTo: null, billTo: null, note: null, attributes: {},
    },
  }], world.ambient);
  expect(taken).toMatchObject({ state: "done" });
  now = MONDAY + DAY + 9 * HOUR;
  await world.facts({ items: [anItem("NEW")] });
  await world.receive("NEW", "north", 5);
  expect(await mapVariants(world.store, world.tenantId, [{ ...HEAD, channel: "shop", variantId: "v-new", sku: "NEW", unit: null }], world.ambient)).toMatchObject([{ ok: true }]);
  expect(await identifyWaiting(world.store, world.tenantId, "shop", "v-new", 10, world.ambient)).toBe(1);
  now += HOUR;
  expect(await live(MONDAY, MONDAY + DAY)).toMatchObject({ orders: 1, reproduced: 1, live: { unitsWanted: 4 } });
  expect(await live(MONDAY, MONDAY + 2 * DAY)).toMatchObject({ orders: 1, moved: 0, live: { unitsPlaced: 4, shipments: 1, waitingOrders: 0 } });
});

test("of one channel begins with the capacity that was free then, whatever other channels took of it since", async () => {
  now = MONDAY + 7 * DAY;
  const [begin, limit] = [now, { ...DEFAULT_OPERATIONS.capacity, ordersPerDay: 1 }];
  await world.facts({ items: [anItem("LIMITED")], nodes: [aNode("small", { operations: { ...DEFAULT_OPERATIONS, capacity: limit } })], channels: [aChannel("web", { whenUnavailable: "exception" }), aChannel("desk", { whenUnavailable: "exception" })] });
  await world.receive("LIMITED", "small", 100);
  const order = async (channel: string): Promise<string> => {
    now += HOUR;
    return orderIdOf((await world.capture(anOrder([{ sku: "LIMITED", quantity: 1 }], { channel })))[0]);
  };
  await order("desk");
  const from = now + 1;
  const ids = [await order("web"), await order("web"), await order("web")];
  now += HOUR;
  await world.act(ids[1] ?? "", { type: "cancel", lines: null, reason: "changed my mind", force: false });
  for (let n = 0; n < 4; n++) await order("desk");
  const [web] = await world.query<{ id: string }>("select id from ordo.channel where code = 'web' and valid_to = 'infinity'");
  const [node] = await world.query<{ id: string }>("select id from ordo.node where code = 'small'");
  const range = { from, to: begin + DAY, channelId: web?.id ?? "" };
  now += DAY;
  const { limits, book } = await (await rebuild(postgresPast(world.pool), world.tenantId, range, async () => {})).books();
  limits.set(node?.id ?? "", limit);
  const free = [9, 10, 11, 12, 13, 14, 15].map((day) => book.capacity.free(node?.id ?? "", { date: `2026-03-${String(day).padStart(2, "0")}`, hour: WHOLE_DAY }).orders);
  expect(free).toEqual([0, 1, 1, 1, 1, 1, 1]);
  expect(await live(range.from, range.to, range.channelId)).toMatchObject({ orders: 3, reproduced: 3 });
});
