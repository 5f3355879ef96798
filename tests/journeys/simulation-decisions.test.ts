import { afterAll, beforeAll, expect, test } from "vitest";
import { DEFAULT_OPERATIONS, DEFAULT_ROUTING_POLICY } from "../../src/domain/catalog/index.ts";
import { DAY, HOUR, MINUTE } from "../../src/domain/kernel/index.ts";
import { defaultGroup, type StrategyGroup } from "../../src/domain/routing/index.ts";
import { type CarrierService, type ShippingFact } from "../../src/domain/shipping/index.ts";
import { aLane, aService } from "../../src/domain/shipping/shipping.testing.ts";
import type { CaptureOrder } from "../../src/flows/capture-orders.ts";
import { changeStrategy } from "../../src/flows/change-strategy.ts";
import type { OrderAction } from "../../src/flows/order-actions.ts";
import { actOnOrders } from "../../src/flows/act-on-orders.ts";
import { captureOrders } from "../../src/flows/capture-orders.ts";
import type { Ambient } from "../../src/flows/ports.ts";
import { reEvaluate } from "../../src/flows/re-evaluate.ts";
import { saveShippingFacts } from "../../src/flows/save-shipping-facts.ts";
import { simulate } from "../../src/flows/simulate.ts";
import { watchPromises } from "../../src/flows/watch-promises.ts";
import { postgresPast } from "../../src/postgres/past.ts";
import { newId } from "../../src/postgres/tenants.ts";
import { openPacking } from "../../src/server/packing/index.ts";
import { createRules } from "../../src/server/rules/index.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { aChannel, anItem, aNode, anOrder, openWorld, orderIdOf, type World } from "../support/world.ts";

/** A simulation of a day of ship-to-store orders, of orders that were re-evaluated, and of one whose date was kept by another node. */

const HEAD = { idempotencyKey: null, bodyHash: "00", actor: "test" } as const;
const BEGIN = Date.UTC(2026, 2, 2, 8);
const DE = { address: { country: "DE" }, timeZone: "UTC" };
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
let now = BEGIN;
let database: TestDatabase;
let world: World;
let ambient: Ambient;

const works = { ...DEFAULT_OPERATIONS, cutOffs: [{ carrier: null, service: null, time: "14:00:00" }] };
const near = aNode("near", { ...DE, operations: works });
const van = aService({ carrier: "own", code: "van", name: "Own van", storesOnly: true, deliveryWeekdays: EVERY_DAY, lanes: [{ ...aLane(0, 0), fromNodes: ["near"], toPostcodes: [{ from: "10115", to: "10115" }] }] });
const parcel = aService({ deliveryWeekdays: EVERY_DAY, lanes: [{ ...aLane(1, 1), fromNodes: ["near"] }, { ...aLane(1, 1), fromNodes: ["far"], zone: "2" }] });
const price = (service: CarrierService, micros: Readonly<Record<string, number>>): ShippingFact => ({ kind: "rate_card", code: service.code, document: {
  code: service.code, carrier: service.carrier, service: service.code, currency: "EUR", surcharges: [], zones: Object.fromEntries(Object.entries(micros).map(([zone, one]) => [zone, [{ upToGrams: 200_000, micros: one, perKilogramMicros: 0 }]])),
} });
const groups: StrategyGroup[] = [{
  ...defaultGroup(DEFAULT_ROUTING_POLICY), name: "all", shipToStore: "allowed",
  objective: { kind: "cost", weights: { label: 1000, split: 1000 }, distanceMicrosPerKm: 0, splitMicros: 5_000_000, latenessMicrosPerDay: 0, capacityMicros: 0 },
}];

beforeAll(async () => {
  database = await createTestDatabase();
  world = await openWorld(database, () => now);
  const rules = createRules();
  ambient = { ...world.ambient, tools: { rules, pack: openPacking() } };
  await world.facts({ items: ["A", "B", "C", "D"].map((sku) => anItem(sku, { weightGrams: 500 })), nodes: [
    near, aNode("far", { ...DE, operations: works, priority: 2 }),
    aNode("store", { ...DE, kind: "store", address: { country: "DE", postcode: "10115" }, operations: { ...DEFAULT_OPERATIONS, pickup: { slotMinutes: 60, ordersPerSlot: null, holdDays: 5 } } }),
  ] });
  const facts: ShippingFact[] = [
    ...[van, parcel].map((document): ShippingFact => ({ kind: "carrier_service", code: `${document.carrier}/${document.code}`, document })),
    price(van, { 1: 600_000 }), price(parcel, { 1: 4_000_000, 2: 6_000_000 }), { kind: "exchange_rates", code: "exchange-rates", document: { base: "EUR", perMillion: {} } },
  ];
  const saved = [
    ...await saveShippingFacts(world.store, world.tenantId, facts.map((fact) => ({ ...HEAD, action: "save", fact, validFrom: null })), ambient),
    await changeStrategy(world.store, rules, world.tenantId, { ...HEAD, code: "main", type: "draft", name: null, groups, note: null, expectedRevision: null }, ambient),
    await changeStrategy(world.store, rules, world.tenantId, { ...HEAD, code: "main", type: "publish", version: null, expectedRevision: null, note: null, validFrom: null }, ambient),
  ];
  expect(saved.filter(({ ok }) => !ok)).toEqual([]);
  await world.facts({ channels: [aChannel("web", { strategy: "main", whenUnavailable: "exception" })] });
  for (const [sku, node, units] of [["A", "near", 20], ["B", "near", 1], ["C", "far", 1], ["D", "near", 5], ["D", "far", 5]] as const) await world.receive(sku, node, units);
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

const HOME = { ship_to: { street: "Weg 1", city: "Muenchen", postcode: "80331", country: "DE" } };
async function ordered(skus: readonly string[], over: Partial<CaptureOrder> = {}, quantity = 1): Promise<string> {
  now += MINUTE;
  const [answer] = await captureOrders(world.store, world.tenantId, [anOrder(skus.map((sku) => ({ sku, quantity })), { contact: HOME, ...over })], ambient);
  return orderIdOf(answer);
}
async function act(orderId: string, ...actions: OrderAction[]): Promise<void> {
  for (const action of actions) {
    now += MINUTE;
    expect(await actOnOrders(world.store, world.tenantId, [{ ...HEAD, orderId, expectedVersion: null, occurredAt: null, action }], ambient)).toMatchObject([{ ok: true }]);
  }
}
const ship = { type: "ship", carrier: null, service: null, trackingNumbers: [] } as const;
const nodesOf = async (orderId: string): Promise<string[]> => (await world.query<{ said: string }>(`
  select s.shipment_no || ' ' || n.code || ' ' || s.status as said from ordo.shipment s join ordo.node n on n.id = s.node_id and n.valid_to = 'infinity' where s.order_id = $1 order by s.shipment_no`, [orderId])).map(({ said }) => said);

test("reproduces what was sent to a store, what was re-evaluated, and what was moved to keep its date", async () => {
  const collected = await ordered(["A"], { pickupNode: "store" }, 3);
  const other = await ordered(["A"], { pickupNode: "store" });
  await act(collected, { type: "release", shipmentNo: 1 }, { ...ship, shipmentNo: 1 }, { type: "arrive_at_store", shipmentNo: 1, lines: [{ lineNo: 1, quantity: 2 }] });
  expect(await nodesOf(collected)).toEqual(["1 near AT_STORE", "2 near PLANNED"]);
  await act(collected, { type: "release", shipmentNo: 2 }, { ...ship, shipmentNo: 2 }, { type: "arrive_at_store", shipmentNo: 2, lines: null }, { type: "hand_over", shipmentNo: 1 }, { type: "hand_over", shipmentNo: 2 });

  const split = await ordered(["B", "C"]);
  await world.receive("C", "near", 1);
  now += MINUTE;
  expect(await reEvaluate(world.store, world.tenantId, { actor: "test", dryRun: false, orderIds: [split], after: null, limit: 10, consolidate: true, swap: false, minimumSavingMicros: 0, due: null }, ambient)).toMatchObject({ ok: true, value: { changes: [{ kind: "consolidate" }] } });
  expect((await nodesOf(split)).filter((said) => !said.includes("CANCELLED"))).toEqual([expect.stringContaining("near PLANNED")]);

  const dated = await ordered(["D"], { deliverBy: Date.UTC(2026, 2, 4, 22) });
  now += MINUTE;
  await world.facts({ nodes: [{ ...near, operations: { ...works, pausedUntil: BEGIN + 3 * DAY } }] });
  now += HOUR;
  await world.query("update ordo.order_deadline set next_look_at = $1 where order_id = $2", [new Date(now), dated]);
  expect(await watchPromises(world.store, world.tenantId, ambient)).toMatchObject({ saved: 1 });
  expect((await nodesOf(dated)).filter((said) => !said.includes("CANCELLED"))).toEqual([expect.stringContaining("far PLANNED")]);
  await act(other, { type: "release", shipmentNo: 1 });

  const orders = [collected, other, split, dated];
  const made = new Map<string, string[]>();
  const result = await simulate(postgresPast(world.pool), world.tenantId, { range: { from: BEGIN, to: now + MINUTE, channelId: null }, strategy: null, generated: null }, {
    tools: { rules: createRules(), pack: openPacking() }, breathe: async () => {}, progress: async () => {}, newId, draw: (least) => least,
    moved: async (moved) => expect(moved.map(({ difference: { sentence } }) => sentence)).toEqual([]),
    decided: (all) => all.forEach(({ orderId, trigger, reason, detail }) => made.set(orderId, [...(made.get(orderId) ?? []), `${trigger} ${reason} ${detail}`])),
  });
  const stored = await world.query<{ order_id: string; trigger: string; said: string }>("select order_id, trigger, trigger || ' ' || reason || ' ' || detail as said from ordo.routing_decision order by order_id, decision_no");
  expect([...new Set(stored.map(({ trigger }) => trigger))].toSorted()).toEqual(["AT_RISK", "CAPTURE", "RE_EVALUATED", "SHORT_PICK"]);
  // What looked at several orders, or at the time, is kept, and not made again.
  const again = stored.filter(({ trigger }) => trigger !== "AT_RISK" && trigger !== "RE_EVALUATED");
  expect(Object.fromEntries(made)).toEqual(Object.fromEntries(orders.map((id) => [id, again.filter(({ order_id: one }) => one === id).map(({ said }) => said)])));
  expect(result).toMatchObject({ orders: 4, moved: 0, reproduced: 4, live: { unitsWanted: 7, unitsPlaced: 7, splitOrders: 0, losses: { notReserved: 0, short: 0 } } });
});
