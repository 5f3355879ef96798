import { describe, expect, test } from "vitest";
import type { Capacity } from "../catalog/index.ts";
import { CapacityBook, type CapacityRow, type ShipSlot, WHOLE_DAY } from "./index.ts";

const NONE: Capacity = { ordersPerDay: null, unitsPerDay: null, ordersPerHour: null, unitsPerHour: null };
const MONDAY: ShipSlot = { date: "2026-03-02", hour: WHOLE_DAY };
const TUESDAY: ShipSlot = { date: "2026-03-03", hour: WHOLE_DAY };
const at = (hour: number): ShipSlot => ({ date: "2026-03-02", hour });
const row = (over: Partial<CapacityRow>): CapacityRow => ({ nodeId: "n", ...MONDAY, orders: 0, units: 0, ...over });
const bookOf = (limits: Partial<Capacity>, ...rows: CapacityRow[]): CapacityBook => new CapacityBook(new Map([["n", { ...NONE, ...limits }]]), rows);

describe("what is free", () => {
  test("is without end where a node has no limits, and claims there write rows of their own only", () => {
    const book = bookOf({ ordersPerDay: 1 });
    expect(book.free("other", MONDAY)).toEqual({ orders: Infinity, units: Infinity });
    expect(book.limitsOf("other")).toBeNull();
    expect([row({}), row(TUESDAY)].map((one) => bookOf({ ordersPerDay: 1 }, row({})).wasRead(one))).toEqual([true, false]);
    expect([book.isEmpty, new CapacityBook().isEmpty]).toEqual([false, true]);
  });

  test("is the limit less what was claimed before and in this batch", () => {
    const book = bookOf({ ordersPerDay: 10, unitsPerDay: 50 }, row({ orders: 4, units: 20 }));
    book.claim("n", MONDAY, 1, 7);
    expect(book.free("n", MONDAY)).toEqual({ orders: 5, units: 23 });
    expect(book.free("n", TUESDAY)).toEqual({ orders: 10, units: 50 });
  });

  test("is nothing where a limit was lowered below what is claimed, until enough of it is given back", () => {
    const book = bookOf({ ordersPerDay: 2 }, row({ orders: 4, units: 4 }));
    expect(book.free("n", MONDAY).orders).toBe(0);
    book.giveBack("n", MONDAY, 1, 1);
    book.giveBack("n", MONDAY, 1, 1);
    expect(book.free("n", MONDAY).orders).toBe(0);
    book.giveBack("n", MONDAY, 1, 1);
    expect(book.free("n", MONDAY).orders).toBe(1);
  });

  test("of an hour is bounded by its day, and an hour's claim counts for both", () => {
    const book = bookOf({ ordersPerDay: 3, ordersPerHour: 2, unitsPerHour: 5 }, row({ orders: 1, units: 1 }));
    expect(book.free("n", at(9))).toEqual({ orders: 2, units: 5 });
    book.claim("n", at(9), 1, 2);
    expect(book.free("n", at(9))).toEqual({ orders: 1, units: 3 });
    book.claim("n", at(10), 1, 1);
    expect(book.free("n", at(9)).orders).toBe(0);
    expect(book.deltas()).toEqual([
      { nodeId: "n", date: "2026-03-02", hour: WHOLE_DAY, orders: 2, units: 3 },
      { nodeId: "n", date: "2026-03-02", hour: 9, orders: 1, units: 2 }, { nodeId: "n", date: "2026-03-02", hour: 10, orders: 1, units: 1 },
    ]);
  });
});

describe("the first free slot", () => {
  test.each([
    ["has room for the order and all its units", 5, TUESDAY], ["is today where both fit", 2, MONDAY], ["is none where no day takes so many units", 11, null],
  ] as const)("%s", (_what, units, expected) => {
    const book = bookOf({ ordersPerDay: 2, unitsPerDay: 10 }, row({ orders: 1, units: 8 }));
    expect(book.firstFree("n", [MONDAY, TUESDAY], units)).toEqual(expected);
  });

  test("passes over a day whose orders are used up", () => {
    expect(bookOf({ ordersPerDay: 2 }, row({ orders: 2, units: 2 })).firstFree("n", [MONDAY, TUESDAY], 1)).toEqual(TUESDAY);
  });
});

describe("claims", () => {
  test("are refused where there is no room, units that join an order need no further order", () => {
    const book = bookOf({ ordersPerDay: 1, unitsPerDay: 3 });
    book.claim("n", MONDAY, 1, 2);
    expect(() => book.claim("n", MONDAY, 1, 1)).toThrow("no order is free");
    book.claim("n", MONDAY, 0, 1);
    expect(() => book.claim("n", MONDAY, 0, 1)).toThrow("units are not free");
  });

  test("move to a full day with what they hold, unasked", () => {
    const book = bookOf({ ordersPerDay: 1 }, row({ orders: 1, units: 2 }), row({ ...TUESDAY, orders: 1, units: 1 }));
    book.move("n", MONDAY, TUESDAY, 2);
    expect(book.deltas()).toEqual([{ nodeId: "n", ...MONDAY, orders: -1, units: -2 }, { nodeId: "n", ...TUESDAY, orders: 1, units: 2 }]);
    expect(book.free("n", MONDAY).orders).toBe(1);
    expect(book.free("n", TUESDAY).orders).toBe(0);
  });

  test("that are given back in the same batch leave nothing to write", () => {
    const book = bookOf({ ordersPerDay: 1 });
    book.claim("n", at(9), 1, 2);
    book.giveBack("n", at(9), 1, 2);
    expect(book.deltas()).toEqual([]);
  });
});

describe("the second look", () => {
  test("finds room for the most that was claimed at a time, not for what moved in afterwards", () => {
    const book = bookOf({ ordersPerDay: 3, unitsPerDay: 9 });
    book.claim("n", MONDAY, 1, 3);
    book.move("n", TUESDAY, MONDAY, 3);
    book.move("n", TUESDAY, MONDAY, 3);
    expect(book.stillBears(row({ orders: 2, units: 6 }))).toBe(true);
    expect(book.stillBears(row({ orders: 3, units: 6 }))).toBe(false);
    expect(book.stillBears(row({ orders: 2, units: 7 }))).toBe(false);
    expect(book.stillBears(row({ ...TUESDAY, orders: 99, units: 99 }))).toBe(true);
  });

  test("asks for no order where units only joined one", () => {
    const book = bookOf({ ordersPerDay: 1, unitsPerDay: 9 }, row({ orders: 1, units: 1 }));
    book.claim("n", MONDAY, 0, 1);
    expect(book.stillBears(row({ orders: 2, units: 2 }))).toBe(true);
  });

  test("looks at the hour with the hour's limits", () => {
    const book = bookOf({ ordersPerDay: 9, ordersPerHour: 2 });
    book.claim("n", at(9), 1, 1);
    expect(book.stillBears(row({ hour: 9, orders: 1 }))).toBe(true);
    expect(book.stillBears(row({ hour: 9, orders: 2 }))).toBe(false);
    expect(book.stillBears(row({ orders: 8 }))).toBe(true);
  });
});
