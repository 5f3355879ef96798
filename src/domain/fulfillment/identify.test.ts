import { describe, expect, test } from "vitest";
import { releaseHold } from "../order/index.ts";
import { aLine, aNode, anItem, codeOf, NOW, openShop, type Shop, stockOf, unitsOf } from "../shop.testing.ts";
import { identifyLines, sourceWaiting } from "./index.ts";

const CUP = anItem("CUP");
const TEA = anItem("TEA");
const variant = { id: "v1", title: "Gift", identified: false, properties: [] };
const shop = (): Shop => openShop({ items: [CUP, TEA], nodes: [aNode("east")], stock: [stockOf("CUP", "east", 100), stockOf("TEA", "east", 100)] });
const mapped = (item = CUP, unit: string | null = null) => ({ item, parts: [], unit, listPrice: () => undefined });

describe("goods that nobody has identified", () => {
  test("go nowhere without a hold either, and can still be identified", () => {
    const { capture, journal, facts } = shop();
    const order = capture([aLine("GIFT", 2, { variant }), aLine("TEA", 1)]);
    for (const hold of order.holds) releaseHold(hold, NOW, "somebody", "before it was refused");
    expect(sourceWaiting(journal, order, facts, "STOCK_ARRIVED")).toBe(false);
    expect(codeOf(identifyLines(journal, order, "v1", mapped(), facts))).toBe("ok");
    expect(unitsOf(order)).toEqual({ reserved: 2 });
  });
});
