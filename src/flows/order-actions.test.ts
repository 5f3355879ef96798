import { describe, expect, test } from "vitest";
import { type Order, openHolds } from "../domain/order/index.ts";
import { aLine, aNode, anItem, NOW, openShop, type Shop, stockOf } from "../domain/shop.testing.ts";
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
});
