import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { promisable, SupplyBook, type WaitingUnits, withReceived } from "./supply-book.ts";
import type { Supply } from "./types.ts";

const aSupply = (id: string, over: Partial<Supply> = {}): Supply => ({
  id, kind: "purchase_order", reference: "PO", itemId: "A", nodeId: "n", dueAt: 1, confidence: 100, quantity: 10, received: 0, damaged: 0, claimed: 0, closedAt: null, orderId: null, ...over,
});
const waiting = (orderId: string, units: number, over: Partial<WaitingUnits> = {}): WaitingUnits => ({ orderId, lineNo: 1, itemId: "A", before: 0, units, mayUse: () => true, ...over });
const shown = (book: SupplyBook): unknown[] => book.changedClaims().map(({ supplyId, orderId, quantity }) => [orderId, supplyId, quantity]);

describe("claims on inbound goods", () => {
  test("take what is due first, and what exceeds all of it waits without a date", () => {
    const book = new SupplyBook([aSupply("late", { dueAt: 9 }), aSupply("soon", { dueAt: 3, quantity: 4 })], []);
    book.fit(waiting("one", 6));
    book.fit(waiting("two", 20));
    expect(shown(book)).toEqual([["one", "soon", 4], ["one", "late", 2], ["two", "late", 8]]);
    expect([book.expectedAt(waiting("one", 6)), book.expectedAt(waiting("two", 20))]).toEqual([9, null]);
  });

  test("count on no more than the confidence allows, rounded down, and on no place that may not serve", () => {
    const book = new SupplyBook([aSupply("half", { quantity: 5, confidence: 50 }), aSupply("elsewhere", { nodeId: "m" })], []);
    book.fit(waiting("one", 9, { mayUse: (node) => node === "n" }));
    expect(shown(book)).toEqual([["one", "half", 2]]);
    expect(promisable(aSupply("x", { quantity: 5, received: 2, confidence: 50 }))).toBe(1);
    expect(promisable(aSupply("x", { closedAt: 1 }))).toBe(0);
  });

  test("give back what is due last first", () => {
    const claims = [["soon", 2], ["late", 2]].map(([supplyId, quantity]) => ({ supplyId: String(supplyId), itemId: "A", orderId: "one", lineNo: 1, quantity: Number(quantity) }));
    const book = new SupplyBook([aSupply("soon", { dueAt: 1, claimed: 2 }), aSupply("late", { dueAt: 2, claimed: 2 })], claims);
    const line = waiting("one", 1, { before: 4 });
    book.fit(line);
    expect(shown(book)).toEqual([["one", "soon", 1], ["one", "late", 0]]);
    expect([book.expectedBefore(line), book.expectedAt(line)]).toEqual([2, 1]);
    expect(book.freedItems()).toEqual(["A"]);
  });

  test("a supply that has arrived in full is closed, and damaged units count as arrived", () => {
    expect(withReceived(aSupply("a"), 4, "B", 7)).toMatchObject({ received: 4, damaged: 4, closedAt: null });
    expect(withReceived(aSupply("a", { received: 6 }), 4, "A", 7)).toMatchObject({ received: 10, damaged: 0, closedAt: 7 });
  });
});

const step = fc.oneof(
  fc.record({ type: fc.constant("wait" as const), order: fc.integer({ min: 0, max: 5 }), units: fc.integer({ min: 0, max: 12 }) }),
  fc.record({ type: fc.constant("supply" as const), supply: fc.integer({ min: 0, max: 3 }), quantity: fc.integer({ min: 1, max: 20 }), confidence: fc.integer({ min: 0, max: 100 }), dueAt: fc.integer({ min: 1, max: 9 }) }),
  fc.record({ type: fc.constant("receive" as const), supply: fc.integer({ min: 0, max: 3 }), units: fc.integer({ min: 1, max: 8 }) }),
);

test("whatever happens in whatever order, nobody claims more than waits, no supply is claimed beyond what it may promise, and nothing free is left while somebody waits", () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
    const book = new SupplyBook([], []);
    const units = new Map<string, number>();
    const lines = (): WaitingUnits[] => [...units].map(([orderId, quantity]) => waiting(orderId, quantity)).toSorted((a, b) => (a.orderId < b.orderId ? -1 : 1));
    for (const one of steps) {
      if (one.type === "wait") {
        units.set(`o${one.order}`, one.units);
        book.fit(waiting(`o${one.order}`, one.units));
        continue;
      }
      const id = `s${one.supply}`;
      const known = book.supply(id);
      if (one.type === "supply") book.put(aSupply(id, { ...known, quantity: Math.max(one.quantity, known?.received ?? 0), confidence: one.confidence, dueAt: one.dueAt }));
      else if (known && known.closedAt === null) book.put(withReceived(known, one.units, "A", 1));
      book.shareOut(new Set(["A"]), lines());
    }
    book.shareOut(new Set(["A"]), lines());
    const supplies = ["s0", "s1", "s2", "s3"].flatMap((id) => book.supply(id) ?? []);
    const claims = book.changedClaims();
    for (const supply of supplies) {
      expect(claims.filter(({ supplyId }) => supplyId === supply.id).reduce((sum, { quantity }) => sum + quantity, 0)).toBe(supply.claimed);
      expect(supply.claimed).toBeLessThanOrEqual(promisable(supply));
    }
    const missing = lines().map((line) => line.units - book.claimedBy(line));
    expect(missing.every((left) => left >= 0)).toBe(true);
    const free = supplies.reduce((sum, supply) => sum + promisable(supply) - supply.claimed, 0);
    if (free > 0) expect(missing.every((left) => left === 0)).toBe(true);
    // First come, first served: once somebody lacks something, nobody after them has anything.
    const short = missing.findIndex((left) => left > 0);
    if (short >= 0) expect(lines().slice(short + 1).every((line) => book.claimedBy(line) === 0)).toBe(true);
  }));
});
