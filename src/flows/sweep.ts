import { fullNodes } from "../domain/fulfillment/index.ts";
import { DAY } from "../domain/kernel/index.ts";
import { actOnOrders, type OrderCommand } from "./act-on-orders.ts";
import { claimStock } from "./claim-stock.ts";
import { type Defects, despite, findAwake, NO_DEFECTS } from "./defects.ts";
import type { OrderAction } from "./order-actions.ts";
import type { Ambient, Store, Transaction } from "./ports.ts";

/** Orders one round of one sweep takes up; the next round follows at once while there are more. */
export const SWEEP_BATCH = 100;

const SWEEPER = { idempotencyKey: null, bodyHash: "", actor: "sweeper" } as const;

/**
 * One round of everything that happens because time passed: claims and held reservations run out, shipments that
 * nobody accepted move on, goods that nobody collected go back, and stock that came free goes to who waits for it. Each finds its work without locks, then does it like any other
 * command, so a sweep that is interrupted or runs twice is harmless. Returns how many things it took up.
 */
export async function sweep(store: Store, tenantId: number, ambient: Ambient, defects = NO_DEFECTS): Promise<number> {
  const now = ambient.now();
  const claims = await findAwake(defects, SWEEP_BATCH, (limit) => store.transact(tenantId, (tx) => tx.findDueClaims(now, limit)));
  await despite(defects, claims, (ids) => claimStock(store, tenantId, ids.map((claimId) => ({ ...SWEEPER, type: "expire", claimId })), ambient));
  const turn: Turn = { store, tenantId, ambient, defects };
  const found = await Promise.all([
    act(turn, { type: "expire_reservation" }, (tx, limit) => tx.findDueHolds(now, limit)),
    act(turn, { type: "route", trigger: "STOCK_ARRIVED" }, (tx, limit) => tx.findLaunchedOrders(now, limit)),
    act(turn, { type: "expire_pickups" }, (tx, limit) => uncollected(tx, now, limit)),
    act(turn, { type: "time_out" }, (tx, limit) => tx.findOverdueShipments(now, limit)),
  ]);
  await serveWaiting(turn, now);
  const expired = await expireBackorders(turn, now);
  return found.reduce((sum, count) => sum + count, claims.length + expired);
}

interface Turn {
  readonly store: Store;
  readonly tenantId: number;
  readonly ambient: Ambient;
  readonly defects: Defects;
}

/**
 * Stock comes free in many ways: a cancellation, a claim or hold that ran out, a node back from its cool-down. Whoever
 * waits is served in order of age, page by page, so that orders which cannot be served keep nobody from it. What only a full node has is not
 * asked for again and again.
 */
async function serveWaiting({ store, tenantId, ambient, defects }: Turn, now: number): Promise<void> {
  const resting = defects.resting();
  const full = await store.transact(tenantId, async (tx) => {
    const capacity = await tx.readCapacity(now);
    return capacity.isEmpty ? [] : fullNodes(await tx.loadNodes(now), capacity, now, await tx.loadShippingFacts(now)).map(({ id }) => id);
  });
  let after: string | null = null;
  do {
    const ids: readonly string[] = await store.transact(tenantId, (tx) => tx.findServableOrders(now, after, SWEEP_BATCH, full));
    const route = (some: readonly string[]): Promise<unknown> => actOnOrders(store, tenantId, some.map((orderId) => command(orderId, { type: "route", trigger: "STOCK_ARRIVED" })), ambient);
    await despite(defects, ids.filter((id) => !resting.has(id)), route);
    after = ids.length < SWEEP_BATCH ? null : (ids.at(-1) ?? null);
  } while (after !== null);
}

async function uncollected(tx: Transaction, now: number, limit: number): Promise<readonly string[]> {
  const stores = (await tx.loadNodes(now)).flatMap(({ code, operations: { pickup } }) => (pickup?.holdDays === undefined ? [] : [{ code, since: now - pickup.holdDays * DAY }]));
  return stores.length === 0 ? [] : tx.findUncollected(stores, limit);
}

/** Units that waited longer than their channel allows are cancelled, after everybody was served who can be. */
async function expireBackorders({ store, tenantId, ambient, defects }: Turn, now: number): Promise<number> {
  const lines = new Map<string, readonly number[]>();
  const ids = await findAwake(defects, SWEEP_BATCH, (limit) => store.transact(tenantId, async (tx) => {
    const found = (await tx.loadChannels(now)).some(({ backorders }) => backorders.cancelAfterDays !== null) ? await tx.findExpiredBackorders(now, limit) : [];
    for (const one of found) lines.set(one.orderId, one.lines);
    return found.map(({ orderId }) => orderId);
  }));
  await despite(defects, ids, (some) => actOnOrders(store, tenantId, some.map((orderId) => command(orderId, { type: "expire_backorders", lines: lines.get(orderId) ?? [] })), ambient));
  return ids.length;
}

async function act({ store, tenantId, ambient, defects }: Turn, action: OrderAction, find: (tx: Transaction, limit: number) => Promise<readonly string[]>): Promise<number> {
  const ids = await findAwake(defects, SWEEP_BATCH, (limit) => store.transact(tenantId, (tx) => find(tx, limit)));
  await despite(defects, ids, (some) => actOnOrders(store, tenantId, some.map((orderId) => command(orderId, action)), ambient));
  return ids.length;
}

const command = (orderId: string, action: OrderAction): OrderCommand => ({ ...SWEEPER, orderId, expectedVersion: null, occurredAt: null, action });

/** Moves the unreleased plans of a node that went offline, a batch at a time; returns how many orders it took up. */
export async function leaveOfflineNode(store: Store, tenantId: number, nodeId: string, ambient: Ambient, defects = NO_DEFECTS): Promise<number> {
  const online = await store.transact(tenantId, async (tx) => (await tx.loadNodes(ambient.now())).some((node) => node.id === nodeId && node.status === "online"));
  return online ? 0 : act({ store, tenantId, ambient, defects }, { type: "leave_node", nodeId, trigger: "NODE_OFFLINE" }, (tx, limit) => tx.findPlannedOrders(nodeId, null, limit));
}
