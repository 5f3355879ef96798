import { describe, expect, test } from "vitest";
import { decideInvoice, NOTHING_INVOICED } from "../billing/index.ts";
import { openHolds, releaseHold } from "../order/index.ts";
import { aLine, aNode, anItem, codeOf, NOW, openShop, shipmentOf, type Shop, stockOf, unitsOf } from "../shop.testing.ts";
import { cancelUnits, identifyLines, releaseShipment, shipShipment, sourceWaiting } from "./index.ts";

const CUP = anItem("CUP");
const TEA = anItem("TEA");
const SET = anItem("SET", { components: [{ sku: "CUP", quantity: 2 }, { sku: "TEA", quantity: 1 }] });
const variant = { id: "v1", title: "Gift", identified: false, properties: [] };
const shop = (): Shop => openShop({ items: [CUP, TEA, SET], nodes: [aNode("east")], stock: [stockOf("CUP", "east", 100), stockOf("TEA", "east", 100)] });
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

  test.each([
    ["more units than a line may have", [aLine("GIFT", 1_000_000_000, { unitPrice: "0.01", variant })], mapped({ ...CUP, units: [{ name: "case", factor: 1_000_000 }] }, "case")],
    ["more components than an order may have", Array.from({ length: 60 }, () => aLine("GIFT", 1, { variant })), { ...mapped(SET), parts: Array.from({ length: 100 }, () => ({ item: CUP, quantity: 1 })) }],
  ])("that would be %s are left alone", (_what, lines, item) => {
    const { capture, journal, facts } = shop();
    const order = capture(lines);
    expect(codeOf(identifyLines(journal, order, "v1", item, facts))).toBe("QUANTITY_TOO_LARGE");
    expect([order.lines.length, journal.identified.length, openHolds(order.holds).length]).toEqual([lines.length, 0, lines.length]);
  });

  test.each([["cases of an item", mapped(CUP, "case")], ["kits", { ...mapped(SET), parts: [{ item: CUP, quantity: 2 }, { item: TEA, quantity: 1 }] }]])("that turn out to be %s cost what is left of them where some were cancelled before", (_what, item) => {
    const { capture, journal, facts, node } = shop();
    const order = capture([aLine("GIFT", 3, { variant })]);
    expect(codeOf(cancelUnits(journal, order, [{ lineNo: 1, quantity: 1 }], "one less", false))).toBe("ok");
    expect(codeOf(identifyLines(journal, order, "v1", item, facts))).toBe("ok");
    for (const line of order.lines) expect(line.units.reserved).toBe(2 * line.units.cancelled);
    expect(codeOf(releaseShipment(journal, order, shipmentOf(order), node("east"), NOW))).toBe("ok");
    expect(codeOf(shipShipment(journal, order, shipmentOf(order), { carrier: null, service: null, trackingNumbers: [] }, facts, NOW))).toBe("ok");
    expect(decideInvoice(order, shipmentOf(order), NOTHING_INVOICED).totalMinor).toBe(2000);
  });
});
