import { DAY } from "../domain/kernel/index.ts";
import { actOnOrders, type OrderCommand } from "./act-on-orders.ts";
import { claimStock } from "./claim-stock.ts";
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
export async function sweep(store: Store, tenantId: number, ambient: Ambient): Promise<number> {
  const now = ambient.now();
  const claims = await store.transact(tenantId, (tx) => tx.findDueClaims(now, SWEEP_BATCH));
  if (claims.length > 0) await claimStock(store, tenantId, claims.map((claimId) => ({ ...SWEEPER, type: "expire", claimId })), ambient);
  const found = await Promise.all([
    act(store, tenantId, ambient, { type: "expire_reservation" }, (tx) => tx.findDueHolds(now, SWEEP_BATCH)),
    act(store, tenantId, ambient, { type: "route", trigger: "STOCK_ARRIVED" }, (tx) => tx.findLaunchedOrders(now, SWEEP_BATCH)),
    act(store, tenantId, ambient, { type: "expire_pickups" }, (tx) => uncollected(tx, now)),
    act(store, tenantId, ambient, { type: "time_out" }, (tx) => tx.findOverdueShipments(now, SWEEP_BATCH)),
  ]);
  await serveWaiting(store, tenantId, ambient, now);
  const expired = await expireBackorders(store, tenantId, ambient, now);
  return found.reduce((sum, count) => sum + count, claims.length + expired);
}

/**
 * Stock comes free in many ways: a cancellation, a claim or hold that ran out, a node back from its cool-down. Whoever
 * waits is served in order of age, page by page, so that orders which cannot be served keep nobody from it.
 */
async function serveWaiting(store: Store, tenantId: number, ambient: Ambient, now: number): Promise<void> {
  let after: string | null = null;
  do {
    const ids: readonly string[] = await store.transact(tenantId, (tx) => tx.findServableOrders(now, after, SWEEP_BATCH));
    if (ids.length > 0) await actOnOrders(store, tenantId, ids.map((orderId) => command(orderId, { type: "route", trigger: "STOCK_ARRIVED" })), ambient);
    after = ids.length < SWEEP_BATCH ? null : (ids.at(-1) ?? null);
  } while (after !== null);
}

async function uncollected(tx: Transaction, now: number): Promise<readonly string[]> {
  const stores = (await tx.loadNodes(now)).flatMap(({ code, operations: { pickup } }) => (pickup?.holdDays === undefined ? [] : [{ code, since: now - pickup.holdDays * DAY }]));
  return stores.length === 0 ? [] : tx.findUncollected(stores, SWEEP_BATCH);
}

/** Units that waited longer than their channel allows are cancelled, after everybody was served who can be. */
async function expireBackorders(store: Store, tenantId: number, ambient: Ambient, now: number): Promise<number> {
  const found = await store.transact(tenantId, async (tx) =>
    ((await tx.loadChannels(now)).some(({ backorders }) => backorders.cancelAfterDays !== null) ? tx.findExpiredBackorders(now, SWEEP_BATCH) : []));
  if (found.length > 0) await actOnOrders(store, tenantId, found.map(({ orderId, lines }) => command(orderId, { type: "expire_backorders", lines })), ambient);
  return found.length;
}

async function act(store: Store, tenantId: number, ambient: Ambient, action: OrderAction, find: (tx: Transaction) => Promise<readonly string[]>): Promise<number> {
  const ids = await store.transact(tenantId, find);
  if (ids.length === 0) return 0;
  await actOnOrders(store, tenantId, ids.map((orderId) => command(orderId, action)), ambient);
  return ids.length;
}

const command = (orderId: string, action: OrderAction): OrderCommand => ({ ...SWEEPER, orderId, expectedVersion: null, occurredAt: null, action });

/** Moves the unreleased plans of a node that went offline, a batch at a time; returns how many orders it took up. */
export async function leaveOfflineNode(store: Store, tenantId: number, nodeId: string, ambient: Ambient): Promise<number> {
  const online = await store.transact(tenantId, async (tx) => (await tx.loadNodes(ambient.now())).some((node) => node.id === nodeId && node.status === "online"));
  return online ? 0 : act(store, tenantId, ambient, { type: "leave_node", nodeId, trigger: "NODE_OFFLINE" }, (tx) => tx.findPlannedOrders(nodeId, null, SWEEP_BATCH));
}
