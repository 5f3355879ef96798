import { describe, expect, test } from "vitest";
import { aLine, anItem, NOW, openShop } from "../shop.testing.ts";
import { type Hold, type HoldKind, lineMayRoute, openHolds, type OrderLine, placeHold, releaseBlockers, releaseHold, stockExpires } from "./index.ts";

const KINDS: readonly HoldKind[] = ["ITEM", "ADDRESS", "PAYMENT", "FRAUD", "CREDIT", "APPROVAL", "PRICING", "TAX", "CHANNEL_CHANGE", "CHANNEL_PAUSED", "CUSTOMER", "MANUAL"];
const order = (lines: OrderLine[] = []): { holds: Hold[]; lines: OrderLine[] } => ({ holds: [], lines });
const place = (to: { holds: Hold[] }, kind: HoldKind, over: Partial<Pick<Hold, "scope" | "lineNo" | "shipmentNo" | "dueAt">> = {}): Hold =>
  placeHold(to, { kind, scope: "order", lineNo: null, shipmentNo: null, reason: "why", owner: null, dueAt: NOW + 1, ...over }, NOW);

describe("what a hold blocks", () => {
  test.each(KINDS)("an open %s hold blocks release; only ITEM and ADDRESS block routing", (kind) => {
    const held = order();
    const hold = place(held, kind);
    expect(lineMayRoute(held, 1)).toBe(kind !== "ITEM" && kind !== "ADDRESS");
    expect(releaseBlockers(held, 1, [1])).toEqual([hold]);
    releaseHold(hold, NOW, "me", "fine");
    expect(lineMayRoute(held, 1)).toBe(true);
    expect(releaseBlockers(held, 1, [1])).toEqual([]);
  });

  test.each(KINDS)("a %s hold without a due time has let its stock go where such a hold keeps it for a while", (kind) => {
    const held = order();
    place(held, kind, { dueAt: null });
    expect(lineMayRoute(held, 1)).toBe(!["ITEM", "ADDRESS", "PAYMENT", "FRAUD", "CREDIT", "APPROVAL"].includes(kind));
    expect(stockExpires(kind)).toBe(["PAYMENT", "FRAUD", "CREDIT", "APPROVAL"].includes(kind));
  });

  test("a line's hold concerns that line alone, a shipment's that shipment", () => {
    const held = order();
    place(held, "ITEM", { scope: "line", lineNo: 2 });
    place(held, "MANUAL", { scope: "shipment", shipmentNo: 3 });
    expect([lineMayRoute(held, 1), lineMayRoute(held, 2)]).toEqual([true, false]);
    expect(releaseBlockers(held, 1, [1])).toEqual([]);
    expect(releaseBlockers(held, 1, [1, 2]).map(({ kind }) => kind)).toEqual(["ITEM"]);
    expect(releaseBlockers(held, 3, [1]).map(({ kind }) => kind)).toEqual(["MANUAL"]);
  });

  test("a hold on a kit's line holds its components back, one on a component that alone", () => {
    const lineOf = (lineNo: number, parentLineNo: number | null): OrderLine => ({ ...openShop({ items: [anItem("A")], nodes: [] }).capture([aLine("A", 1)]).lines[0]!, lineNo, parentLineNo });
    const held = order([lineOf(1, null), lineOf(2, 1), lineOf(3, 1), lineOf(4, null)]);
    const hold = place(held, "ITEM", { scope: "line", lineNo: 1 });
    expect([1, 2, 3, 4].map((lineNo) => lineMayRoute(held, lineNo))).toEqual([false, false, false, true]);
    expect(releaseBlockers(held, 1, [2])).toEqual([hold]);
    releaseHold(hold, NOW, "me", "fine");
    place(held, "ITEM", { scope: "line", lineNo: 3 });
    expect([1, 2, 3, 4].map((lineNo) => lineMayRoute(held, lineNo))).toEqual([true, true, false, true]);
  });

  test("holds are numbered in order and stay as history", () => {
    const held = order();
    releaseHold(place(held, "MANUAL"), NOW, "me", "fine");
    expect(place(held, "FRAUD").holdNo).toBe(2);
    expect(openHolds(held.holds).map(({ holdNo }) => holdNo)).toEqual([2]);
    expect(held.holds[0]).toMatchObject({ releasedAt: NOW, releasedBy: "me", releaseReason: "fine" });
  });
});
