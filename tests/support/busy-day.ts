import { DEFAULT_BACKORDERS, DEFAULT_OPERATIONS, DEFAULT_ROUTING_POLICY } from "../../src/domain/catalog/index.ts";
import { DAY, HOUR, MINUTE, parsePublicId, SECOND } from "../../src/domain/kernel/index.ts";
import { defaultGroup, type StrategyGroup } from "../../src/domain/routing/index.ts";
import { actOnOrders } from "../../src/flows/act-on-orders.ts";
import { captureOrders } from "../../src/flows/capture-orders.ts";
import { changeStrategy } from "../../src/flows/change-strategy.ts";
import { claimStock } from "../../src/flows/claim-stock.ts";
import type { OrderAction } from "../../src/flows/order-actions.ts";
import type { Ambient } from "../../src/flows/ports.ts";
import { openPacking } from "../../src/server/packing/index.ts";
import { createRules } from "../../src/server/rules/index.ts";
import { Random } from "../simulation/random.ts";
import { aChannel, anItem, aNode, anOrder, openWorld, orderIdOf, type World } from "./world.ts";

/** A shop through two days: the clock is the test's, all else goes through the flows that live orders go through. */
export interface BusyDay {
  readonly world: World;
  readonly ambient: Ambient;
  /** The beginning and the end of the second day. */
  readonly from: number;
  readonly to: number;
  readonly orders: readonly string[];
}

const MIDDLE = { latitude: 50, longitude: 9 };
const HEAD = { idempotencyKey: null, bodyHash: "00", actor: "test" } as const;
const SKUS = Array.from({ length: 14 }, (_, n) => `S${n}`);
const PLACES: readonly (readonly [string, number, number])[] = [["north", 53.5, 10], ["south", 48.1, 11.6], ["west", 51.2, 6.8], ["east", 52.5, 13.4], ["small", 50.1, 8.7]];
/** Distance at a cent a kilometre, and so much for each further shipment; nodes that are nearly full are dearer. */
export const byCost = (splitMicros: number): StrategyGroup[] => [{ ...defaultGroup(DEFAULT_ROUTING_POLICY), name: `split ${splitMicros}`, objective: {
  kind: "cost", weights: { distance: 1000, split: 1000, capacity: 1000 }, distanceMicrosPerKm: 10_000, splitMicros, latenessMicrosPerDay: 0, capacityMicros: 1_000_000,
} }];

export async function liveBusyDay(database: { ownerUrl: string; runtimeUrl: string }, seed: number, rounds: number): Promise<BusyDay> {
  const random = new Random(seed);
  const from = Date.UTC(2026, 2, 3);
  let now = from - DAY + 8 * HOUR;
  const world = await openWorld(database, () => now);
  const rules = createRules();
  const ambient: Ambient = { ...world.ambient, tools: { rules, pack: openPacking() } };
  const { store, tenantId } = world;
  const node = (code: string, latitude: number, longitude: number, over: object = {}): ReturnType<typeof aNode> => aNode(code, { latitude, longitude, ...over });
  const limited = { operations: { ...DEFAULT_OPERATIONS, capacity: { ...DEFAULT_OPERATIONS.capacity, ordersPerDay: 5 } } };
  const publish = async (groups: readonly StrategyGroup[]): Promise<void> => {
    for (const command of [{ ...HEAD, code: "main", type: "draft" as const, name: null, groups, note: null, expectedRevision: null }, { ...HEAD, code: "main", type: "publish" as const, version: null, expectedRevision: null, note: null, validFrom: null }]) {
      const answer = await changeStrategy(store, rules, tenantId, command, ambient);
      if (!answer.ok) throw new Error(JSON.stringify(answer.refusal));
    }
  };
  await world.facts({
    items: SKUS.map((sku, n) => anItem(sku, { backorder: n % 3 === 0, safetyStock: n % 5 === 0 ? 1 : 0 })),
    nodes: PLACES.map(([code, latitude, longitude]) => node(code, latitude, longitude, code === "west" ? limited : {})),
  });
  await publish(byCost(0));
  await world.facts({ channels: [aChannel("web", { strategy: "main", routing: { ...DEFAULT_ROUTING_POLICY, holdKeepsStockMinutes: 30 }, backorders: DEFAULT_BACKORDERS }), aChannel("shop", { whenUnavailable: "exception" })] });
  for (const sku of SKUS) for (const [code] of PLACES) if (random.chance(0.75)) await world.receive(sku, code, random.integer(10, 90));

  const orders: string[] = [];
  const act = async (orderId: string, action: OrderAction): Promise<void> => void (await actOnOrders(store, tenantId, [{ ...HEAD, orderId, expectedVersion: null, occurredAt: null, action }], ambient));
  const batch = async (): Promise<void> => {
    const commands = Array.from({ length: random.integer(4, 26) }, () => {
      const place = { latitude: 47 + random.integer(0, 700) / 100, longitude: 6 + random.integer(0, 900) / 100 };
      const lines = Array.from({ length: random.integer(1, 4) }, (_, n) => ({ sku: SKUS[(random.integer(0, 5) + n * 3) % (random.chance(0.5) ? 4 : SKUS.length)] ?? "S0", quantity: random.integer(1, 5) }));
      return anOrder(lines.filter((line, n, all) => all.findIndex(({ sku }) => sku === line.sku) === n), {
        channel: random.chance(0.8) ? "web" : "shop", destination: place, contact: { coordinates: place },
        requestedHolds: random.chance(0.1) ? [{ kind: "MANUAL", reason: "look", dueAt: null }] : random.chance(0.1) ? [{ kind: "ADDRESS", reason: "look", dueAt: null }] : [],
      });
    });
    for (const answer of await captureOrders(store, tenantId, commands, ambient)) if (answer.ok) orders.push(orderIdOf(answer));
  };
  const shipmentsOf = (orderId: string): Promise<{ shipment_no: number; status: string }[]> => world.query("select shipment_no, status from ordo.shipment where order_id = $1 order by shipment_no", [orderId]);
  const some = (): string => orders[random.integer(Math.max(0, orders.length - 60), orders.length - 1)] ?? "";
  const work = async (): Promise<void> => {
    for (const orderId of [some(), some(), some()]) for (const { shipment_no: shipmentNo, status } of await shipmentsOf(orderId)) {
      if (status === "PLANNED") await act(orderId, { type: "release", shipmentNo });
      else if (status === "RELEASED" && random.chance(0.4)) await act(orderId, { type: "reject", shipmentNo, reasonCode: random.chance(0.5) ? "DAMAGED" : "NO_CAPACITY", note: null });
      else if (status === "RELEASED") await act(orderId, { type: "pick", shipmentNo, lines: null, correctStock: true });
      else if (status === "PICKED") await act(orderId, { type: "pack", shipmentNo, packages: null });
      else if (status === "PACKED") await act(orderId, { type: "ship", shipmentNo, carrier: null, service: null, trackingNumbers: [] });
    }
  };
  const arrive = async (): Promise<void> => {
    const sku = SKUS[random.integer(0, SKUS.length - 1)] ?? "S0";
    await world.receive(sku, PLACES[random.integer(0, 4)]?.[0] ?? "north", random.integer(4, 30));
    now += SECOND;
    const [item] = await world.query<{ id: string }>("select id from ordo.item where sku = $1", [sku]);
    const waiting = await store.transact(tenantId, (tx) => tx.findWaitingOrders([item?.id ?? ""], 20));
    for (const orderId of waiting) await act(orderId, { type: "route", trigger: "STOCK_ARRIVED" });
  };
  const hold = async (): Promise<void> => {
    const orderId = some();
    const open = await world.query<{ hold_no: number }>("select hold_no from ordo.hold where order_id = $1 and released_at is null", [orderId]);
    const [first] = open;
    if (first) await act(orderId, { type: "release_hold", holdNo: first.hold_no, reason: "fine" });
    else await act(orderId, { type: "place_hold", kind: "ADDRESS", lineNo: null, shipmentNo: null, reason: "look", owner: null, dueAt: null });
  };
  const claim = async (): Promise<void> => {
    const sku = SKUS[random.integer(0, 5)] ?? "S0";
    const [answer] = await claimStock(store, tenantId, [{ ...HEAD, type: "create", reference: null, ttlSeconds: 1_200, lines: [{ sku, node: random.chance(0.5) ? null : "north", quantity: 1 }] }], ambient);
    const claimId = answer?.ok ? String(answer.body["id"]) : null;
    if (claimId === null || random.chance(0.4)) return;
    now += MINUTE;
    for (const one of await captureOrders(store, tenantId, [anOrder([{ sku, quantity: 1 }], { claimId: parsePublicId("claim", claimId) ?? null, destination: MIDDLE, contact: { coordinates: MIDDLE } })], ambient)) if (one.ok) orders.push(orderIdOf(one));
  };
  const turn = async (): Promise<void> => {
    await batch();
    for (const step of [work, work, work, arrive, hold, claim]) {
      now += random.integer(1, 4 * MINUTE);
      if (random.chance(0.6)) await step();
    }
    if (random.chance(0.5)) await act(some(), { type: "cancel", lines: null, reason: "changed mind", force: false });
    for (const node of ["north", "south"]) await act(some(), { type: "override_routing", node, lines: null, reason: "by hand" });
  };

  for (let n = 0; n < rounds / 4; n++) await turn();
  now = Math.max(now, from + HOUR);
  const begun = now;
  const before = orders.length;
  for (let n = 0; n < rounds; n++) {
    now = Math.max(now, begun + (n * 16 * HOUR) / rounds);
    if (n === Math.floor(rounds / 2)) await publish(byCost(20_000_000));
    if (n === Math.floor((rounds * 2) / 3)) await world.facts({ nodes: [node("east", 52.5, 13.4, { operations: { ...DEFAULT_OPERATIONS, pausedUntil: now + 2 * HOUR } })] });
    if (n === Math.floor((rounds * 3) / 4)) await world.stock({ type: "adjust", sku: "S1", node: "north", owner: "", condition: "A", change: -1, reasonCode: "DAMAGED", note: null });
    now += SECOND;
    await turn();
  }
  const to = now + MINUTE;
  const after = orders.length;
  // What comes later has to be counted back.
  now = to + HOUR;
  await batch();
  await work();
  await arrive();
  return { world, ambient, from, to, orders: orders.slice(before, after) };
}
