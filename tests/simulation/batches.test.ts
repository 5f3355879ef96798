import { beforeEach, describe, expect, test } from "vitest";
import { parsePublicId } from "../../src/domain/kernel/index.ts";
import { actOnOrders, type OrderCommand } from "../../src/flows/act-on-orders.ts";
import { captureOrders, type CaptureOrder } from "../../src/flows/capture-orders.ts";
import { changeStock, type StockCommand } from "../../src/flows/change-stock.ts";
import { claimStock } from "../../src/flows/claim-stock.ts";
import type { OrderAction } from "../../src/flows/order-actions.ts";
import type { Ambient, Answer, Store } from "../../src/flows/ports.ts";
import { saveFacts } from "../../src/flows/save-facts.ts";
import { sweep } from "../../src/flows/sweep.ts";
import { aChannel, anItem, aNode, anOrder } from "../support/world.ts";
import { audit } from "./audit.ts";
import { Database } from "./database.ts";
import { memoryStore } from "./memory-store.ts";
import { asCommands } from "./world.ts";

/** Commands that share a batch are decided against what the ones before them left. */

const HEAD = { idempotencyKey: null, bodyHash: "00", actor: "test" };
let db: Database;
let store: Store;
let now: number;
let ids: number;
const ambient: Ambient = { now: () => now, newId: () => `00000000-0000-7000-8000-${String((ids += 1)).padStart(12, "0")}` };

beforeEach(async () => {
  [db, now, ids] = [new Database(), Date.UTC(2026, 2, 2, 9), 0];
  store = memoryStore(db);
  await saveFacts(store, 1, asCommands({ items: [anItem("A"), anItem("B", { backorder: true })], nodes: [aNode("n")] }), ambient);
  await saveFacts(store, 1, asCommands({ channels: [aChannel("web"), aChannel("shop", { whenUnavailable: "refuse" })] }), ambient);
});

const receive = (sku: string, quantity: number, over: Partial<StockCommand> = {}): StockCommand => ({
  ...HEAD, occurredAt: null, change: { type: "receive", sku, node: "n", owner: "", condition: "A", quantity, supplyId: null, unitCostMicros: null }, ...over,
});
const capture = (...commands: CaptureOrder[]): Promise<Answer[]> => captureOrders(store, 1, commands, ambient);
const order = (quantity: number, over: Partial<CaptureOrder> = {}, sku = "A"): CaptureOrder => anOrder([{ sku, quantity }], over);
const act = (orderId: string, ...actions: OrderAction[]): Promise<Answer[]> =>
  actOnOrders(store, 1, actions.map((action): OrderCommand => ({ ...HEAD, orderId, expectedVersion: null, occurredAt: null, action })), ambient);
const codes = (answers: readonly Answer[]): string[] => answers.map((answer) => (answer.ok ? "ok" : answer.refusal.code));
const idOf = (answer: Answer | undefined): string => (answer?.ok ? (parsePublicId("order", String(answer.body["id"])) ?? "") : "");
const statuses = (): string[] => [...db.orders.values()].map(({ status }) => status);
const claim = async (quantity: number): Promise<string> => {
  const [made] = await claimStock(store, 1, [{ ...HEAD, type: "create", reference: null, ttlSeconds: 600, lines: [{ sku: "A", node: "n", quantity }] }], ambient);
  return made?.ok ? (parsePublicId("claim", String(made.body["id"])) ?? "") : "";
};

describe("one batch", () => {
  test("never gives the last unit to two orders", async () => {
    await changeStock(store, 1, [receive("A", 1)], ambient);
    expect(codes(await capture(order(1, { channel: "shop" }), order(1, { channel: "shop" })))).toEqual(["ok", "INSUFFICIENT_STOCK"]);
  });

  test("gives a soft claim to the first order that names it", async () => {
    await changeStock(store, 1, [receive("A", 5)], ambient);
    const [mine] = [await claim(2), await claim(2)];
    expect(codes(await capture(order(1, { claimId: mine }), order(1, { claimId: mine })))).toEqual(["ok", "CLAIM_NOT_OPEN"]);
    expect(audit(db)).toEqual([]);
  });

  test("answers a twin with the order it is", async () => {
    await changeStock(store, 1, [receive("A", 5)], ambient);
    const one = order(1);
    const [first, twin] = await capture(one, one);
    expect(twin).toMatchObject({ ok: true, body: { id: first?.ok ? first.body["id"] : null, existing: true, status: "PROCESSING" } });
  });

  test("gives a refused order's twin the same refusal", async () => {
    const one = order(1, { channel: "shop" });
    expect(codes(await capture(one, one))).toEqual(["INSUFFICIENT_STOCK", "INSUFFICIENT_STOCK"]);
  });

  test("replays a key that comes twice, and refuses it with another body", async () => {
    const one = receive("A", 3, { idempotencyKey: "k" });
    const answers = await changeStock(store, 1, [one, one, { ...one, bodyHash: "01" }], ambient);
    expect(codes(answers)).toEqual(["ok", "ok", "IDEMPOTENCY_KEY_REUSED"]);
    expect(answers[1]).toMatchObject({ replayed: true });
    expect([...db.stock.values()]).toMatchObject([{ onHand: 3 }]);
  });

  test("places no hold on an order that a command before it closed", async () => {
    const [captured] = await capture(order(1, {}, "B"));
    const hold: OrderAction = { type: "place_hold", kind: "MANUAL", lineNo: null, shipmentNo: null, reason: "look", owner: null, dueAt: null };
    expect(codes(await act(idOf(captured), { type: "cancel", lines: null, reason: "x", force: false }, hold))).toEqual(["ok", "NOT_IN_STATE"]);
    expect(statuses()).toEqual(["CANCELLED"]);
  });
});

describe("holds", () => {
  test.each(["PAYMENT", "FRAUD", "CREDIT", "APPROVAL"] as const)("a %s hold placed later keeps stock for the channel's time and no longer", async (kind) => {
    await changeStock(store, 1, [receive("A", 1)], ambient);
    const [captured] = await capture(order(1));
    await act(idOf(captured), { type: "place_hold", kind, lineNo: null, shipmentNo: null, reason: "look", owner: null, dueAt: null });
    now += 72 * 3_600_000;
    await sweep(store, 1, ambient);
    expect(db.orders.get(idOf(captured))?.lines[0]?.units).toMatchObject({ reserved: 0, backordered: 1 });
    const [other] = await capture(order(1, { channel: "shop" }));
    expect(other?.ok).toBe(true);
    await act(idOf(captured), { type: "release_hold", holdNo: 1, reason: "paid" });
    expect(db.orders.get(idOf(captured))?.lines[0]?.units).toMatchObject({ pending: 1 });
    expect(audit(db)).toEqual([]);
  });

  test("on an order that has left are refused", async () => {
    await changeStock(store, 1, [receive("A", 2)], ambient);
    const [captured] = await capture(order(2));
    await act(idOf(captured), { type: "cancel", lines: [{ lineNo: 1, quantity: 1 }], reason: "x", force: false }, { type: "release", shipmentNo: 1 }, { type: "hand_over", shipmentNo: 1 });
    expect(statuses()).toEqual(["PARTIALLY_CANCELLED"]);
    expect(codes(await act(idOf(captured), { type: "place_hold", kind: "MANUAL", lineNo: null, shipmentNo: null, reason: "look", owner: null, dueAt: null }))).toEqual(["NOT_IN_STATE"]);
  });
});

describe("stock that becomes free", () => {
  const waitingUnits = (): number[] => [...db.orders.values()].map((one) => one.lines[0]?.units.backordered ?? 0);

  test("by a cancellation goes to who waits for it at the next sweep, oldest first", async () => {
    await changeStock(store, 1, [receive("B", 2)], ambient);
    const [holder] = await capture(order(2, {}, "B"), order(2, {}, "B"), order(1, {}, "B"));
    expect(waitingUnits()).toEqual([0, 2, 1]);
    await act(idOf(holder), { type: "cancel", lines: null, reason: "x", force: false });
    await sweep(store, 1, ambient);
    expect(waitingUnits()).toEqual([0, 0, 1]);
  });

  test("by the end of a cool-down goes to who waits for it, even hours later", async () => {
    await changeStock(store, 1, [receive("B", 2)], ambient);
    const [captured] = await capture(order(2, {}, "B"));
    await act(idOf(captured), { type: "release", shipmentNo: 1 }, { type: "reject", shipmentNo: 1, reasonCode: "NO_CAPACITY", note: null });
    await sweep(store, 1, ambient);
    expect(waitingUnits()).toEqual([2]);
    now += 48 * 3_600_000;
    await sweep(store, 1, ambient);
    expect(waitingUnits()).toEqual([0]);
  });
});
