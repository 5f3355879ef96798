import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anItem, stockOf } from "../shop.testing.ts";
import { availableToPromise, networkTotal, protectedUnits, StockBook } from "./index.ts";

const item = anItem("A");
const place = ["item-A", "node-n"] as const;
const physical = (book: StockBook, change: number): number => book.changeOnHand(...place, "", "A", change);

describe("what a node keeps back", () => {
  test.each([[10, 0, 0, 0], [10, 3, 0, 3], [10, 3, 20, 3], [10, 3, 50, 5], [11, 0, 10, 2], [0, 3, 50, 3], [1, 0, 1, 1]])("of %i with %i fixed and %i percent is %i", (onHand, safetyStock, safetyPercent, expected) => {
    expect(protectedUnits(onHand, { safetyStock, safetyPercent })).toBe(expected);
  });
});

describe("available to promise", () => {
  test.each([
    ["what is on hand", { onHand: 5, inbound: 0, reserved: 0, soft: 0 }, {}, 5], ["less what is reserved and claimed", { onHand: 5, inbound: 0, reserved: 2, soft: 1 }, {}, 2],
    ["less what is kept back", { onHand: 5, inbound: 0, reserved: 1, soft: 0 }, { safetyStock: 2 }, 2], ["and what is due", { onHand: 1, inbound: 4, reserved: 3, soft: 0 }, {}, 2],
    ["never below zero", { onHand: 1, inbound: 0, reserved: 3, soft: 0 }, {}, 0], ["goods that are due make up for a shortage first", { onHand: 1, inbound: 5, reserved: 3, soft: 0 }, {}, 3],
  ])("is %s", (_, counters, over, expected) => {
    expect(availableToPromise(anItem("A", over), counters).atp).toBe(expected);
  });

  test.each([[10, 3, 2, 5], [3, 5, 0, 0], [5, 0, 9, 0]])("over the network with %i at nodes, %i unassigned and a buffer of %i is %i", (sum, demand, buffer, expected) => {
    expect(networkTotal(sum, demand, buffer)).toBe(expected);
  });
});

describe("the stock book", () => {
  test("starts from the rows and remembers only differences", () => {
    const book = new StockBook([stockOf("A", "n", 5, { reserved: 1 })], [{ itemId: "item-A", pending: 2, waiting: 0, soft: 0 }]);
    book.reserve(...place, 2);
    book.changeDemand("item-A", "pending", -2);
    expect(book.stockDeltas()).toEqual([{ itemId: "item-A", nodeId: "node-n", owner: "", condition: "A", onHand: 0, reserved: 2, soft: 0, short: 0 }]);
    expect(book.demandDeltas()).toEqual([{ itemId: "item-A", pending: -2, waiting: 0, soft: 0 }]);
  });

  test("changes that cancel each other out are not written", () => {
    const book = new StockBook([stockOf("A", "n", 5)], []);
    book.reserve(...place, 2);
    book.unreserve(...place, 2);
    expect(book.stockDeltas()).toEqual([]);
  });

  test("never lets a sale reserve what is not there", () => {
    const book = new StockBook([stockOf("A", "n", 2)], []);
    book.reserve(...place, 2);
    expect(() => book.reserve(...place, 1)).toThrow("a sale never reserves what is not there");
    expect(() => new StockBook([], []).reserve(...place, 1)).toThrow();
  });

  test("reserves nothing where the node is short", () => {
    const book = new StockBook([stockOf("A", "n", 2, { reserved: 3, short: 1 })], []);
    expect(book.available(item, "node-n")).toBe(0);
    expect(() => book.reserve(...place, 1)).toThrow("not short");
  });

  test("records a shortage when goods turn out to be missing, and settles it as claims fall or goods arrive", () => {
    const book = new StockBook([stockOf("A", "n", 5, { reserved: 4 })], []);
    expect(physical(book, -3)).toBe(2);
    expect(book.shortPlaces()).toEqual([{ itemId: "item-A", nodeId: "node-n" }]);
    book.unreserve(...place, 1);
    expect(book.counters(...place)).toMatchObject({ onHand: 2, reserved: 3, short: 1 });
    expect(physical(book, 5)).toBe(0);
    expect(book.settledPlaces()).toEqual([]);
    const later = new StockBook([stockOf("A", "n", 2, { reserved: 3, short: 1 })], []);
    expect(later.settledPlaces()).toEqual([]);
    expect(physical(later, 1)).toBe(0);
    expect(later.settledPlaces()).toEqual([{ itemId: "item-A", nodeId: "node-n" }]);
  });

  test("keeps owners and conditions apart: only our own first quality is for sale", () => {
    const book = new StockBook([stockOf("A", "n", 5, { owner: "guest" }), stockOf("A", "n", 4, { condition: "quarantine" })], []);
    expect(book.available(item, "node-n")).toBe(0);
    expect(book.nodesOf("item-A")).toEqual([]);
    expect(book.onHand(...place, "guest", "A")).toBe(5);
    book.changeOnHand(...place, "", "quarantine", -1);
    expect(book.stockDeltas()).toMatchObject([{ condition: "quarantine", onHand: -1 }]);
  });

  test("treats a counter below zero as a defect", () => {
    const book = new StockBook([stockOf("A", "n", 1)], []);
    expect(() => physical(book, -2)).toThrow("below zero");
    expect(() => book.unreserve(...place, 1)).toThrow("below zero");
    expect(() => book.changeSoft("item-A", null, -1)).toThrow("below zero");
  });

  test("whatever happens: reserved is there or short, and differences lead from the rows to the figures", () => {
    const step = fc.record({ kind: fc.constantFrom("reserve", "unreserve", "physical", "soft"), units: fc.integer({ min: -5, max: 5 }) });
    fc.assert(fc.property(fc.integer({ min: 0, max: 9 }), fc.array(step, { maxLength: 30 }), (onHand, steps) => {
      const book = new StockBook([stockOf("A", "n", onHand)], []);
      for (const { kind, units } of steps) {
        const now = book.counters(...place);
        const size = Math.abs(units);
        if (kind === "reserve" && size > 0 && size <= book.available(item, "node-n")) book.reserve(...place, size);
        if (kind === "unreserve" && size <= now.reserved) book.unreserve(...place, size);
        if (kind === "physical" && now.onHand + units >= 0) physical(book, units);
        if (kind === "soft" && now.soft + units >= 0) book.changeSoft(...place, units);
        const after = book.counters(...place);
        expect(after.short).toBe(Math.max(0, after.reserved - after.onHand));
      }
      const [delta] = book.stockDeltas();
      expect(onHand + (delta?.onHand ?? 0)).toBe(book.counters(...place).onHand);
      expect(delta?.reserved ?? 0).toBe(book.counters(...place).reserved);
    }));
  });
});
