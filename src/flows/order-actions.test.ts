import { describe, expect, test } from "vitest";
import { identifyLines } from "../domain/fulfillment/index.ts";
import { DAY } from "../domain/kernel/index.ts";
import { openHolds, type Order } from "../domain/order/index.ts";
import { aLine, aNode, anItem, NOW, openShop, type Shop, stockOf, unitsOf } from "../domain/shop.testing.ts";
import { decideAction } from "./order-actions.ts";

const CUP = anItem("CUP");
const variant = { id: "v1", title: "Gift", identified: false, properties: [] };
const shop = (): Shop => openShop({ items: [CUP], nodes: [aNode("east")], stock: [stockOf("CUP", "east", 100)] });
const open = (order: Order): string[] => openHolds(order.holds).map(({ kind }) => kind);

describe("goods that nobody has identified", () => {
  test("keep their hold until they are: releasing it by hand is refused, and says what to do", () => {
    const { capture, journal, facts } = shop();
    const order = capture([aLine("GIFT", 2, { variant })]);
    expect(decideAction(journal, order, { type: "release_hold", holdNo: 1, reason: "seen" }, facts, NOW)).toMatchObject({ ok: false, refusal: { code: "NOT_IN_STATE", data: { line: 1, variant: "v1" } } });
    expect(open(order)).toEqual(["ITEM"]);
  });

  test("are still found by whoever maps them after an unpaid order let its stock go", () => {
    const { capture, journal, facts, at, book } = shop();
    const order = capture([aLine("GIFT", 2, { variant }), aLine("CUP", 1)], { payment: { state: "pending", payments: [] } });
    at(NOW + 365 * DAY);
    expect(decideAction(journal, order, { type: "expire_reservation" }, facts, NOW)).toMatchObject({ value: { expired: true } });
    expect([unitsOf(order, 1), unitsOf(order, 2)]).toEqual([{ pending: 2 }, { backordered: 1 }]);
    expect(identifyLines(journal, order, "v1", { item: CUP, parts: [], unit: null, listPrice: () => undefined }, facts)).toMatchObject({ value: { lines: [1] } });
    expect(open(order)).toEqual(["PAYMENT"]);
    // They keep no stock from later orders either.
    expect([unitsOf(order, 1), book.demand(CUP.id).pending]).toEqual([{ backordered: 2 }, 0]);
    expect(decideAction(journal, order, { type: "release_hold", holdNo: 2, reason: "paid" }, facts, NOW)).toMatchObject({ value: { routed: true } });
    expect([unitsOf(order, 1), unitsOf(order, 2)]).toEqual([{ reserved: 2 }, { reserved: 1 }]);
  });
});
