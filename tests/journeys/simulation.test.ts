import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { MovedOrder } from "../../src/domain/fulfillment/index.ts";
import type { StrategyGroup } from "../../src/domain/routing/index.ts";
import { simulate, type SimulationQuestion, type SimulationResult } from "../../src/flows/simulate.ts";
import { postgresPast } from "../../src/postgres/past.ts";
import { newId } from "../../src/postgres/tenants.ts";
import { Random } from "../simulation/random.ts";
import { type BusyDay, byCost, liveBusyDay } from "../support/busy-day.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";

let database: TestDatabase;
let day: BusyDay;
beforeAll(async () => {
  database = await createTestDatabase();
  day = await liveBusyDay(database, 7, 24);
}, 120_000);
afterAll(async () => {
  await day.world.close();
  await database.drop();
});

type Decided = Parameters<NonNullable<Parameters<typeof simulate>[3]["decided"]>>[0][number];
async function run(over: Partial<SimulationQuestion> = {}, decided: (decision: Decided) => void = () => {}): Promise<{ result: SimulationResult; moved: MovedOrder[] }> {
  const { world: { pool, tenantId }, ambient: { tools }, from, to } = day;
  if (!tools) throw new Error("no tools");
  const moved: MovedOrder[] = [];
  const random = new Random(1);
  const result = await simulate(postgresPast(pool), tenantId, { range: { from, to, channelId: null }, strategy: null, generated: null, ...over }, {
    tools, breathe: async () => {}, progress: async () => {}, newId, draw: (least, most) => random.integer(least, most), moved: async (orders) => void moved.push(...orders), decided: (all) => all.forEach(decided),
  });
  return { result, moved };
}
const draft = (groups: readonly StrategyGroup[]): SimulationQuestion["strategy"] => ({ code: "main", version: 99, groups });
const countEverything = async (): Promise<unknown> => (await day.world.query(`select (select max(position) from ordo.event_counter) as position, (select count(*) from ordo.sales_order) as orders,
  (select count(*) from ordo.routing_decision) as decisions, (select sum(reserved) from ordo.stock) as reserved, (select sum(orders) from ordo.node_capacity) as capacity`))[0];

describe("a simulation of yesterday", () => {
  test("under yesterday's strategies decides as yesterday: same nodes, same shipments, same cost, in the same words", async () => {
    const stored = await day.world.query<{ order_id: string; decision_no: number; reason: string; detail: string; trigger: string }>(
      "select order_id, decision_no, reason, detail, trigger from ordo.routing_decision where order_id = any($1) and decided_at < $2 order by decision_no", [day.orders, new Date(day.to)]);
    const before = await countEverything();
    // What a person decided is not made again, so numbers may differ: each order's decisions are compared in their order.
    const said = (of: Map<string, string[]>, id: string, one: { readonly trigger: string; readonly reason: string; readonly detail: string }): unknown =>
      of.set(id, [...(of.get(id) ?? []), `${one.trigger} ${one.reason} ${one.detail}`]);
    const [made, kept] = [new Map<string, string[]>(), new Map<string, string[]>()];
    const { result, moved } = await run({}, (one) => said(made, one.orderId, one));
    expect(moved).toEqual([]);
    expect(result).toMatchObject({ orders: day.orders.length, reproduced: day.orders.length, moved: 0, draft: null, live: { losses: { notReserved: 0 } } });
    const byCode = stored.filter(({ detail }) => !detail.includes("manual override"));
    for (const one of byCode) said(kept, one.order_id, one);
    expect(Object.fromEntries(kept)).toEqual(Object.fromEntries(made));
    expect(await countEverything()).toEqual(before);
    // What the day was made of.
    expect(day.orders.length).toBeGreaterThan(250);
    expect(stored.length).toBeGreaterThan(byCode.length);
    expect([...new Set(stored.map(({ trigger }) => trigger))]).toEqual(expect.arrayContaining(["CAPTURE", "STOCK_ARRIVED", "HOLD_RELEASED", "REJECTED"]));
    expect(new Set(byCode.map(({ detail }) => (JSON.parse(detail) as { strategy_version?: number }).strategy_version))).toEqual(new Set([1, 2, undefined]));
    for (const verdict of ["AT_CAPACITY", "PAUSED"]) expect(byCode.filter(({ detail }) => detail.includes(verdict)).length).toBeGreaterThan(3);
    expect(result.live.splitOrders).toBeGreaterThan(10);
    expect(result.live.waitingOrders).toBeGreaterThan(10);
    expect(result.live.costMicros).toBeGreaterThan(0);
  });

  test("under other rules says what moves, and the figures of both add up", async () => {
    const { result, moved } = await run({ strategy: draft(byCost(500_000_000)) });
    const { live, draft: other, orders } = result;
    if (other === null) throw new Error("no draft");
    expect(result.reproduced).toBe(orders);
    expect(result.moved).toBe(moved.length);
    expect(moved.length).toBeGreaterThan(5);
    expect(moved.length).toBeLessThan(orders);
    expect(other.splitOrders).toBeLessThan(live.splitOrders);
    for (const { orders: all, unitsPlaced, shipments, unitsWanted, nodes } of [live, other]) {
      expect([all, unitsWanted]).toEqual([orders, live.unitsWanted]);
      expect(nodes.reduce((sum, node) => sum + node.units, 0)).toBe(unitsPlaced);
      expect(nodes.reduce((sum, node) => sum + node.shipments, 0)).toBe(shipments);
    }
    for (const { before, after, beforeReason, afterReason, difference } of moved) {
      expect(JSON.stringify(before.placed)).not.toBe(JSON.stringify(after.placed));
      expect([beforeReason, afterReason, difference.sentence].every((words) => words.length > 10)).toBe(true);
    }
    const again = await run({ strategy: draft(byCost(500_000_000)) });
    expect(again.result).toEqual(result);
  });

  test("of orders of another channel leaves the others as they were", async () => {
    const [shop] = await day.world.query<{ id: string }>("select id from ordo.channel where code = 'shop'");
    const range = { from: day.from, to: day.to, channelId: shop?.id ?? "" };
    const kept = await run({ range });
    expect(kept.result).toMatchObject({ moved: 0, reproduced: kept.result.orders });
    expect(kept.result.orders).toBeLessThan(day.orders.length / 2);
    const { moved } = await run({ range, strategy: draft([{ ...byCost(0)[0]!, filters: [{ kind: "not_nodes", nodes: ["north", "small"], tier: null }] }]) });
    expect(moved.length).toBeGreaterThan(3);
    expect(moved.every(({ replayed }) => replayed.order.channelId === shop?.id)).toBe(true);
  });

  test("reads open claims page by page, and by their ids no others", async () => {
    const { world: { pool, tenantId, query } } = day;
    const past = postgresPast(pool);
    const open = await query<{ id: string }>("select id from ordo.soft_claim where status = 'open' order by expires_at, id");
    expect(open.length).toBeGreaterThan(2);
    const [first] = await past.openClaims(tenantId, null, 1);
    const rest = await past.openClaims(tenantId, first ?? null, open.length);
    expect([first, ...rest].map((claim) => claim?.id)).toEqual(open.map(({ id }) => id));
    expect(await past.claims(tenantId, [first?.id ?? ""])).toEqual([first]);
  });

  test("can be asked without anything to compare with", async () => {
    expect((await run({ generated: 50 })).result).toMatchObject({ orders: 50, moved: 0, reproduced: null, draft: null });
  });

  test("makes orders up that look like those of the range, the same ones each time", async () => {
    const { result } = await run({ generated: 400, strategy: draft(byCost(500_000_000)) });
    expect(result).toMatchObject({ orders: 400, reproduced: null, live: { orders: 400, losses: { notReserved: expect.any(Number) } } });
    expect(result.live.unitsPlaced).toBeGreaterThan(100);
    expect((await run({ generated: 400, strategy: draft(byCost(500_000_000)) })).result.live.costMicros).toBe(result.live.costMicros);
  });
});
