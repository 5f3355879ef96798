import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Capacity, DEFAULT_OPERATIONS, type Node } from "../../src/domain/catalog/index.ts";
import { CapacityBook } from "../../src/domain/inventory/index.ts";
import { parsePublicId } from "../../src/domain/kernel/index.ts";
import type { Answer } from "../../src/flows/ports.ts";
import { saveShippingFacts } from "../../src/flows/save-shipping-facts.ts";
import { sweep } from "../../src/flows/sweep.ts";
import { openPool } from "../../src/postgres/database.ts";
import { verifyTenant } from "../../src/postgres/verify/index.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { aChannel, anItem, anOrder, aNode, openWorld, type World } from "../support/world.ts";

/**
 * Many buyers, plenty of goods, nodes that can send few orders a day, and three stores that know nothing of each other on one
 * database. Nothing but the tables is asked what came of it, and every storm ends with a verification.
 */

const STORES = 3;
/** A Monday, nine o'clock; the clock stands still unless a test moves it. */
const NOW = Date.UTC(2026, 2, 2, 9);

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let worlds: World[];
let now: number;

beforeEach(async () => {
  now = NOW;
  database = await createTestDatabase();
  worlds = [];
  for (let n = 0; n < STORES; n++) worlds.push(await openWorld(database, () => now));
});
afterEach(async () => {
  for (const world of worlds) await world.close();
  await database.drop();
});

function first(): World {
  const [world] = worlds;
  if (!world) throw new Error("no world");
  return world;
}

const aLimitedNode = (code: string, capacity: Partial<Capacity>, over: Partial<Node> = {}): Omit<Node, "id"> =>
  aNode(code, { operations: { ...DEFAULT_OPERATIONS, capacity: { ...DEFAULT_OPERATIONS.capacity, ...capacity } }, ...over });

async function open(nodes: readonly Omit<Node, "id">[]): Promise<void> {
  await first().facts({ items: [anItem("HOT"), anItem("SIDE")], nodes: [...nodes], channels: [aChannel("web", { whenUnavailable: "refuse" })] });
  for (const { code } of nodes) for (const sku of ["HOT", "SIDE"]) await first().receive(sku, code, 10_000);
}

/** Every store captures small groups at the same time, until all buyers were served or refused. */
async function storm(buyers: number, order: (buyer: number) => ReturnType<typeof anOrder>, act?: (id: string, buyer: number, world: World) => Promise<unknown>): Promise<Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  const serve = async (world: World): Promise<void> => {
    while (next < buyers) {
      const group = Array.from({ length: Math.min(7, buyers - next) }, () => next++);
      const got = await world.capture(...group.map(order));
      answers.push(...got);
      for (const [index, answer] of got.entries()) {
        const id = answer.ok ? parsePublicId("order", String(answer.body["id"])) : undefined;
        if (act && id !== undefined) await act(id, group[index] ?? 0, world);
      }
    }
  };
  await Promise.all(worlds.flatMap((world) => [serve(world), serve(world)]));
  return answers;
}

const accepted = (answers: readonly Answer[]): number => answers.filter((answer) => answer.ok).length;

/** What shipments have claimed, counted from the shipments themselves: node, date and hour (-1 without), orders, units. */
const claimed = (): Promise<{ node: string; date: string; hour: number; orders: number; units: number }[]> => first().query(`
  select n.code as node, s.capacity_date::text as date, s.capacity_hour::int as hour, count(*)::int as orders, sum(s.capacity_units)::int as units
  from ordo.shipment s join ordo.node n on n.id = s.node_id and n.valid_to = 'infinity' where s.capacity_units is not null group by 1, 2, 3 order by 1, 2, 3`);

async function verified(): Promise<unknown> {
  const pool = openPool({ url: database.runtimeUrl, connections: 2, plans: "custom", applicationName: "verify" });
  try {
    return (await verifyTenant(pool, first().tenantId)).checks.flatMap((check) => check.named);
  } finally {
    await pool.end();
  }
}

const BUYERS = 200;

describe("what nodes can send", () => {
  test("is claimed to the last order of every day, never beyond, and nobody is refused while a day has room", async () => {
    await open([aLimitedNode("east", { ordersPerDay: 12 }), aLimitedNode("west", { ordersPerDay: 9 })]);
    const answers = await storm(BUYERS, () => anOrder([{ sku: "HOT", quantity: 1 }]));
    expect(accepted(answers)).toBe(7 * (12 + 9));
    const found = await claimed();
    expect(found).toHaveLength(14);
    for (const { node, orders } of found) expect(orders).toBe(node === "east" ? 12 : 9);
    expect(await verified()).toEqual([]);
  });

  test("is claimed by hours up to the cut-off, and by units, of orders of many sizes that are cancelled again", async () => {
    await open([aLimitedNode("east", { ordersPerHour: 4, unitsPerDay: 60 }, { cutOff: "12:00" }), aLimitedNode("west", { unitsPerDay: 40, ordersPerDay: 30 })]);
    const answers = await storm(BUYERS, (buyer) => anOrder(buyer % 3 === 0 ? [{ sku: "HOT", quantity: 2 }, { sku: "SIDE", quantity: 3 }] : [{ sku: "HOT", quantity: 1 + (buyer % 4) }]),
      (id, buyer, world) => (buyer % 4 === 0 ? world.act(id, { type: "cancel", lines: null, reason: "changed my mind", force: false }) : Promise.resolve()));
    expect(accepted(answers)).toBeGreaterThan(120);
    const days = new Map<string, number>();
    for (const { node, date, hour, orders, units } of await claimed()) {
      days.set(`${node} ${date}`, (days.get(`${node} ${date}`) ?? 0) + units);
      if (node === "east") expect([orders <= 4, hour >= (date === "2026-03-02" ? 9 : 0), hour < 12]).toEqual([true, true, true]);
      else expect([orders <= 30, hour]).toEqual([true, -1]);
    }
    for (const [day, units] of days) expect(units).toBeLessThanOrEqual(day.startsWith("east") ? 60 : 40);
    expect(await verified()).toEqual([]);
  });

  test("is not asked for again at release: what is late goes to a full day, beside those who claim that day meanwhile", async () => {
    await open([aLimitedNode("east", { ordersPerDay: 10 })]);
    await storm(20, () => anOrder([{ sku: "HOT", quantity: 1 }]));
    const planned = await first().query<{ order_id: string }>("select order_id from ordo.shipment where capacity_date = '2026-03-02'");
    now += 24 * 3_600_000;
    let next = 0;
    const answers = await storm(40, () => anOrder([{ sku: "HOT", quantity: 1 }]), async (_id, _buyer, world) => {
      const late = planned[next++];
      if (late) await world.act(late.order_id, { type: "release", shipmentNo: 1 });
    });
    expect(accepted(answers)).toBe(40);
    expect(await claimed()).toMatchObject([{ date: "2026-03-03", orders: 20 }, ...[4, 5, 6, 7].map((n) => ({ date: `2026-03-0${n}`, orders: 10 }))]);
    expect(await verified()).toEqual([]);
  });

  test("keeps its claims where a limit is lowered below them, and takes no new ones until they fall", async () => {
    await open([aLimitedNode("east", { ordersPerDay: 4 })]);
    const ids = (await storm(4, () => anOrder([{ sku: "HOT", quantity: 1 }]))).map((answer) => (answer.ok ? parsePublicId("order", String(answer.body["id"])) ?? "" : ""));
    now += 1000;
    await first().facts({ nodes: [aLimitedNode("east", { ordersPerDay: 2 })] });
    const dates = async (): Promise<unknown[]> => (await claimed()).map(({ date, orders }) => [date.slice(-2), orders]);
    await first().capture(anOrder([{ sku: "HOT", quantity: 1 }]));
    expect(await dates()).toEqual([["02", 4], ["03", 1]]);
    for (const id of ids.slice(0, 3)) await first().act(id, { type: "cancel", lines: null, reason: "less", force: false });
    await first().capture(anOrder([{ sku: "HOT", quantity: 1 }]));
    expect(await dates()).toEqual([["02", 2], ["03", 1]]);
    expect(await verified()).toEqual([]);
  });
});

/** A store that is open from ten to two with slots of an hour, and a warehouse beside it. */
const SLOTS = 4;
const aStore = (perSlot: number | null): Omit<Node, "id"> => aNode("store", { kind: "store", operations: { ...DEFAULT_OPERATIONS, calendar: "store", pickup: { slotMinutes: 60, ordersPerSlot: perSlot } } });
const collect = (quantity = 1): ReturnType<typeof anOrder> => anOrder([{ sku: "HOT", quantity }], { pickupNode: "store" });

async function openStore(perSlot: number | null): Promise<void> {
  const saved = await saveShippingFacts(first().store, first().tenantId, [{
    idempotencyKey: null, bodyHash: "00", actor: "test", validFrom: null, action: "save",
    fact: { kind: "calendar", code: "store", document: { code: "store", name: "Store", exceptions: {}, week: Array.from({ length: 7 }, () => [{ opens: "10:00", closes: "14:00" }]) } },
  }], first().ambient);
  expect(saved.every(({ ok }) => ok)).toBe(true);
  await open([aStore(perSlot), aNode("warehouse")]);
}

/** Orders by the slot in which they have a place, counted from the orders themselves. */
const places = (): Promise<{ date: string; minute: number; orders: number }[]> => first().query(`
  select s ->> 'date' as date, (s ->> 'minute')::int as minute, count(*)::int as orders from (select document -> 'pickup_slot' as s from ordo.sales_order) o where s is not null group by 1, 2 order by 1, 2`);

describe("slots in which customers collect", () => {
  test("are filled to the last place, in their order, never beyond, and nobody is refused while one in sight has room", async () => {
    await openStore(5);
    const answers = await storm(BUYERS, () => collect());
    expect(accepted(answers)).toBe(BUYERS);
    const found = await places();
    expect(found).toHaveLength(BUYERS / 5);
    for (const [index, { date, minute, orders }] of found.entries()) expect([date, minute, orders]).toEqual([`2026-03-${String(2 + Math.floor(index / SLOTS)).padStart(2, "0")}`, (10 + (index % SLOTS)) * 60, 5]);
    expect(await verified()).toEqual([]);
  });

  test("have one place for an order however much it is, which it gives back when it is cancelled or goes elsewhere", async () => {
    await openStore(3);
    const answers = await storm(90, (buyer) => collect(1 + (buyer % 4)), (id, buyer, world) => (
      buyer % 3 === 0 ? world.act(id, { type: "cancel", lines: null, reason: "changed my mind", force: false }) : Promise.resolve()));
    expect(accepted(answers)).toBe(90);
    const found = await places();
    expect(found.reduce((sum, { orders }) => sum + orders, 0)).toBe(60);
    for (const { orders } of found) expect(orders).toBeLessThanOrEqual(3);
    expect(await verified()).toEqual([]);
  });

  test("refuse an order when all are taken, by name", async () => {
    await openStore(1);
    await storm(SLOTS * 31, () => collect());
    const [answer] = await first().capture(collect());
    expect(answer).toMatchObject({ ok: false, refusal: { code: "INSUFFICIENT_STOCK" } });
    expect(JSON.stringify(answer)).toContain("slots in the days ahead: they are full");
    expect(await verified()).toEqual([]);
  });
});

test("whoever waits for capacity is served when a place comes free, and when another day comes into sight", async () => {
  await first().facts({ items: [anItem("HOT", { backorder: true })], nodes: [aLimitedNode("east", { ordersPerDay: 1 })], channels: [aChannel("web")] });
  await first().receive("HOT", "east", 100);
  const answers = await first().capture(...Array.from({ length: 9 }, () => anOrder([{ sku: "HOT", quantity: 1 }])));
  const orders = answers.map((answer) => (answer.ok ? parsePublicId("order", String(answer.body["id"])) ?? "" : ""));
  // They wait for a place and not for stock: no round finds them, and asks in vain where they could go.
  const found: (readonly string[])[] = [];
  const { store, tenantId, ambient } = first();
  await sweep({ transact: (tenant, work) => store.transact(tenant, (tx) => work({ ...tx, findServableOrders: async (...asked) => {
    const ids = await tx.findServableOrders(...asked);
    found.push(ids);
    return ids;
  } })) }, tenantId, ambient);
  expect(found).toEqual([[]]);
  const waiting = async (): Promise<number> => {
    await sweep(first().store, first().tenantId, first().ambient);
    return Number((await first().query<{ n: string }>("select count(*) as n from ordo.order_line where backordered > 0"))[0]?.n);
  };
  expect(await waiting()).toBe(2);
  await first().act(orders[3] ?? "", { type: "cancel", lines: null, reason: "less", force: false });
  expect(await waiting()).toBe(1);
  now += 24 * 3_600_000;
  expect(await waiting()).toBe(0);
  expect((await claimed()).map(({ date, orders: count }) => [date.slice(-2), count])).toEqual([2, 3, 4, 5, 6, 7, 8, 9].map((n) => [`0${n}`, 1]));
  expect(await verified()).toEqual([]);
});

describe("mutants: the storm notices", () => {
  test("a missing second look: a slot takes more orders than it can", async () => {
    Reflect.set(CapacityBook.prototype, "stillBears", () => true);
    await openStore(3);
    await storm(60, () => collect());
    expect(Math.max(...(await places()).map(({ orders }) => orders))).toBeGreaterThan(3);
  });


  const stillBears: unknown = Reflect.get(CapacityBook.prototype, "stillBears");
  afterEach(() => void Reflect.set(CapacityBook.prototype, "stillBears", stillBears));

  test("a missing second look: a day takes more orders than it can", async () => {
    Reflect.set(CapacityBook.prototype, "stillBears", () => true);
    await open([aLimitedNode("east", { ordersPerDay: 3 })]);
    let most = 0;
    // Whether two stores look at one day before either of them writes is up to the moment, so there are more weeks than one.
    for (let week = 0; week < 10 && most <= 3; week += 1) {
      await storm(60, () => anOrder([{ sku: "HOT", quantity: 1 }]));
      most = Math.max(...(await claimed()).map(({ orders }) => orders));
      now += 14 * 24 * 3_600_000;
    }
    expect(most).toBeGreaterThan(3);
  });
});
