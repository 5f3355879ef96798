import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Item } from "../catalog/index.ts";
import type { StockRow } from "../inventory/index.ts";
import { checkCapture, componentsOf, NO_ITEM, type Order, perKit, releaseHold } from "../order/index.ts";
import { aChannel, aCommand, aLine, aNode, anItem, codeOf, NOW, openShop, type Shop, shipmentOf, stockOf, unitsOf } from "../shop.testing.ts";
import { cancelUnits, followChannel, identifyLines, pickShipment, releaseShipment, sendBack, sourceWaiting } from "./index.ts";

const CUP = anItem("CUP");
const TEA = anItem("TEA");
const SET = anItem("SET", { components: [{ sku: "CUP", quantity: 2 }, { sku: "TEA", quantity: 1 }] });
const BOX = anItem("BOX", { components: [{ sku: "CUP", quantity: 2 }, { sku: "TEA", quantity: 1 }], shipTogether: true });
const ITEMS = [CUP, TEA, SET, BOX];
const EAST = aNode("east", { latitude: 0, longitude: 1 });
const WEST = aNode("west", { latitude: 0, longitude: 3 });
const HERE = { destination: { latitude: 0, longitude: 0 } };

const shop = (stock: readonly StockRow[], items: readonly Item[] = ITEMS, channel = aChannel({ whenUnavailable: "exception" })): Shop => openShop({ items, nodes: [EAST, WEST], stock, channel });
/** Where the units of each line are reserved, by node. */
const placed = (order: Order): Record<string, Record<number, number>> => Object.fromEntries(order.shipments.map((shipment) => [
  shipment.nodeId.replace("node-", ""), Object.fromEntries([...shipment.lines].filter(([, { reserved }]) => (reserved ?? 0) > 0).map(([lineNo, { reserved }]) => [lineNo, reserved])),
]));

describe("a kit at capture", () => {
  test("keeps its price on its own line; its components follow after all lines, with their units", () => {
    const order = shop([stockOf("CUP", "east", 9), stockOf("TEA", "east", 9)]).capture([aLine("SET", 3, { unitPrice: "7.50", discountMinor: 50 }), aLine("TEA", 1)]);
    expect(order.totalMinor).toBe(2250 - 50 + 1000);
    expect(order.lines.map(({ lineNo, parentLineNo, ordered, document }) => [lineNo, parentLineNo, document.sku, ordered, document.total_minor])).toEqual([
      [1, null, "SET", 0, 2200], [2, null, "TEA", 1, 1000], [3, 1, "CUP", 6, 0], [4, 1, "TEA", 3, 0],
    ]);
    expect(order.lines[0]?.document.kit).toEqual({ quantity: 3, ship_together: false });
    expect(placed(order)).toEqual({ east: { 2: 1, 3: 6, 4: 3 } });
    expect(order.status).toBe("PROCESSING");
  });

  test("is counted in the unit it is ordered in", () => {
    const order = shop([]).capture([aLine("SET", 2, { unit: "case" })]);
    expect(order.lines.map(({ ordered }) => ordered)).toEqual([0, 48, 24]);
  });

  test.each([
    ["a component that is no item", [{ sku: "GONE", quantity: 1 }], "1", "UNKNOWN_ITEM", "/lines/0/sku"],
    ["a component that is a kit", [{ sku: "SET", quantity: 1 }], "1", "KIT_IN_KIT", "/lines/0/sku"],
    ["more components than can be counted", [{ sku: "CUP", quantity: 1_000_000 }], "1000000000", "QUANTITY_TOO_LARGE", "/lines/0/quantity"],
  ])("is refused with %s", (_what, components, quantity, code, pointer) => {
    const { captureFacts } = shop([], [...ITEMS, anItem("ODD", { components })]);
    const checked = checkCapture(aCommand([aLine("ODD", quantity, { unitPrice: "0.01" })]), captureFacts, "order-1", 1);
    expect(checked).toMatchObject({ ok: false, refusal: { errors: [{ pointer, code }] } });
  });

  test("holds its components back while it is blocked, and one component alone while that one is", () => {
    const stock = [stockOf("CUP", "east", 9), stockOf("TEA", "east", 9)];
    const blockedKit = shop(stock, [CUP, TEA, { ...SET, status: "blocked" }]).capture([aLine("SET", 1)]);
    expect([unitsOf(blockedKit, 2), unitsOf(blockedKit, 3)]).toEqual([{ pending: 2 }, { pending: 1 }]);
    const blockedCup = shop(stock, [{ ...CUP, status: "blocked" }, TEA, SET]).capture([aLine("SET", 1)]);
    expect([unitsOf(blockedCup, 2), unitsOf(blockedCup, 3)]).toEqual([{ pending: 2 }, { reserved: 1 }]);
  });

  test("that ships together holds all of it back while a component is blocked", () => {
    const { capture, journal, facts } = shop([stockOf("CUP", "east", 9), stockOf("TEA", "east", 9)], [{ ...CUP, status: "blocked" }, TEA, BOX]);
    const order = capture([aLine("BOX", 1), aLine("TEA", 1)]);
    expect([unitsOf(order, 2), unitsOf(order, 3), unitsOf(order, 4)]).toEqual([{ reserved: 1 }, { pending: 2 }, { pending: 1 }]);
    for (const hold of order.holds) releaseHold(hold, NOW, "me", "may be sold after all");
    sourceWaiting(journal, order, facts, "HOLD_RELEASED");
    expect([unitsOf(order, 3), unitsOf(order, 4)]).toEqual([{ reserved: 2 }, { reserved: 1 }]);
  });

  test("waits for stock where the kit may wait, whatever its components say", () => {
    const may = aChannel({ whenUnavailable: "backorder" });
    const order = shop([], [CUP, TEA, { ...SET, backorder: true }], may).capture([aLine("SET", 1)]);
    expect([unitsOf(order, 2), unitsOf(order, 3)]).toEqual([{ backordered: 2 }, { backordered: 1 }]);
    const other = shop([], [{ ...CUP, backorder: true }, TEA, SET], may).capture([aLine("SET", 1)]);
    expect([unitsOf(other, 2), unitsOf(other, 3)]).toEqual([{ pending: 2 }, { pending: 1 }]);
  });
});

describe("kits and routing", () => {
  const apart = [stockOf("CUP", "east", 9), stockOf("TEA", "west", 9)];

  test("components travel apart, unless the kit ships together", () => {
    expect(placed(shop(apart).capture([aLine("SET", 1)], HERE))).toEqual({ east: { 2: 2 }, west: { 3: 1 } });
    const together = shop(apart).capture([aLine("BOX", 1)], HERE);
    expect([unitsOf(together, 2), unitsOf(together, 3)]).toEqual([{ pending: 2 }, { pending: 1 }]);
  });

  test("a kit that ships together goes where all of it is, though a nearer node has a part", () => {
    const { capture } = shop([stockOf("CUP", "east", 9), stockOf("CUP", "west", 2), stockOf("TEA", "west", 1)]);
    expect(placed(capture([aLine("BOX", 1)], HERE))).toEqual({ west: { 2: 2, 3: 1 } });
  });

  test("several kits are divided into whole ones", () => {
    const order = shop([stockOf("CUP", "east", 5), stockOf("TEA", "east", 9), stockOf("CUP", "west", 3), stockOf("TEA", "west", 1)]).capture([aLine("BOX", 4)], HERE);
    expect(placed(order)).toEqual({ east: { 2: 4, 3: 2 }, west: { 2: 2, 3: 1 } });
    expect([unitsOf(order, 2), unitsOf(order, 3)]).toEqual([{ reserved: 6, pending: 2 }, { reserved: 3, pending: 1 }]);
  });

  test("kits and lines that share a component are decided against one remainder", () => {
    const order = shop([stockOf("CUP", "east", 5), stockOf("TEA", "east", 9)]).capture([aLine("BOX", 1), aLine("CUP", 2), aLine("BOX", 1)], HERE);
    const cups = order.shipments.flatMap((shipment) => [...shipment.lines]).filter(([lineNo]) => order.lines[lineNo - 1]?.itemId === CUP.id).reduce((sum, [, { reserved }]) => sum + (reserved ?? 0), 0);
    expect(cups).toBe(4);
  });

  test("one kit of two that want the same components is placed where only one fits", () => {
    const order = shop([stockOf("CUP", "east", 3), stockOf("TEA", "east", 9)]).capture([aLine("BOX", 1), aLine("BOX", 1)], HERE);
    expect(Object.values(placed(order)["east"] ?? {}).toSorted()).toEqual([1, 2]);
  });

  test("what is promised to earlier orders is left alone", () => {
    const { capture, book } = shop([stockOf("CUP", "east", 5), stockOf("TEA", "east", 9)]);
    book.changeDemand(CUP.id, "pending", 2);
    expect(unitsOf(capture([aLine("BOX", 2)], HERE), 2)).toEqual({ reserved: 2, pending: 2 });
  });

  test("whatever is ordered and in stock, whole kits leave a node and nothing is taken twice", () => {
    const lines = fc.array(fc.record({ sku: fc.constantFrom("CUP", "TEA", "SET", "BOX"), quantity: fc.integer({ min: 1, max: 4 }) }), { minLength: 1, maxLength: 6 });
    const stock = fc.record({ cupEast: fc.nat(9), teaEast: fc.nat(6), cupWest: fc.nat(9), teaWest: fc.nat(6) });
    fc.assert(fc.property(lines, stock, (wanted, has) => {
      const { capture } = shop([stockOf("CUP", "east", has.cupEast), stockOf("TEA", "east", has.teaEast), stockOf("CUP", "west", has.cupWest), stockOf("TEA", "west", has.teaWest)]);
      const order = capture(wanted.map(({ sku, quantity }) => aLine(sku, quantity)), HERE);
      for (const kit of order.lines.filter(({ document }) => document.kit?.ship_together)) {
        for (const { lines: at } of order.shipments) {
          expect(new Set(componentsOf(order, kit).map((part) => (at.get(part.lineNo)?.reserved ?? 0) / perKit(part))).size).toBe(1);
        }
      }
      const free = (itemId: string, at: string, has: number): number => has - order.shipments.filter(({ nodeId }) => nodeId === at).flatMap((one) => [...one.lines])
        .filter(([lineNo]) => order.lines.find((line) => line.lineNo === lineNo)?.itemId === itemId).reduce((sum, [, { reserved }]) => sum + (reserved ?? 0), 0);
      const left = [free(CUP.id, EAST.id, has.cupEast), free(TEA.id, EAST.id, has.teaEast), free(CUP.id, WEST.id, has.cupWest), free(TEA.id, WEST.id, has.teaWest)];
      expect(Math.min(...left)).toBeGreaterThanOrEqual(0);
      // Nothing waits that a node could still give.
      const waits = (lineNo: number): number => order.lines.find((line) => line.lineNo === lineNo)?.units.pending ?? 0;
      for (const line of order.lines.filter(({ document, parentLineNo }) => document.kit === undefined && (parentLineNo === null || !order.lines[parentLineNo - 1]?.document.kit?.ship_together))) {
        if (waits(line.lineNo) > 0) expect(line.itemId === CUP.id ? (left[0] ?? 0) + (left[2] ?? 0) : (left[1] ?? 0) + (left[3] ?? 0)).toBe(0);
      }
    }), { numRuns: 300 });
  });
});

describe("a kit that ships together", () => {
  test("goes back whole when a component turns out to be missing before it is released", () => {
    const { capture, journal, facts } = shop([stockOf("CUP", "east", 9), stockOf("TEA", "east", 9)]);
    const order = capture([aLine("BOX", 2)], HERE);
    const cups = order.lines[1];
    if (!cups) throw new Error("no cups");
    sendBack(journal, journal.event("OrderRouted", order.id, {}), order, shipmentOf(order), [{ line: cups, stage: "reserved", quantity: 1 }], facts, null);
    expect([unitsOf(order, 2), unitsOf(order, 3)]).toEqual([{ reserved: 2, pending: 2 }, { reserved: 1, pending: 1 }]);
  });

  test("of which a node found only a part: the rest follows alone from where it is", () => {
    const { capture, journal, facts, node } = shop([stockOf("CUP", "east", 2), stockOf("TEA", "east", 1), stockOf("CUP", "west", 1)]);
    const order = capture([aLine("BOX", 1)], HERE);
    expect(codeOf(releaseShipment(journal, order, shipmentOf(order), node("east"), NOW))).toBe("ok");
    expect(codeOf(pickShipment(journal, order, shipmentOf(order), [{ lineNo: 2, quantity: 1 }, { lineNo: 3, quantity: 1 }], false, facts, NOW))).toBe("ok");
    sourceWaiting(journal, order, facts, "STOCK_ARRIVED");
    expect(placed(order)["west"]).toEqual({ 2: 1 });
  });
});

describe("changing kits", () => {
  const stocked = (): Shop => shop([stockOf("CUP", "east", 20), stockOf("TEA", "east", 20)]);

  test("are cancelled whole by naming their line, or component by component", () => {
    const { capture, journal } = stocked();
    const order = capture([aLine("SET", 3)]);
    expect(codeOf(cancelUnits(journal, order, [{ lineNo: 1, quantity: 4 }], "too many", false))).toBe("QUANTITY_NOT_THERE");
    expect(cancelUnits(journal, order, [{ lineNo: 1, quantity: 1 }], "one less", false)).toMatchObject({ value: { cancelled: [{ lineNo: 2, quantity: 2 }, { lineNo: 3, quantity: 1 }] } });
    expect(codeOf(cancelUnits(journal, order, [{ lineNo: 2, quantity: 1 }, { lineNo: 1, quantity: 2 }], "by itself and by its kit", false))).toBe("QUANTITY_NOT_THERE");
    expect(codeOf(cancelUnits(journal, order, [{ lineNo: 2, quantity: 1 }], "a cup", false))).toBe("ok");
    expect(codeOf(cancelUnits(journal, order, [{ lineNo: 1, quantity: 2 }], "a cup is missing", false))).toBe("QUANTITY_NOT_THERE");
    expect(codeOf(cancelUnits(journal, order, null, "all", false))).toBe("ok");
    expect([unitsOf(order, 2), unitsOf(order, 3), unitsOf(order, 1)]).toEqual([{ cancelled: 6 }, { cancelled: 3 }, {}]);
  });

  test("fewer, more and new kits at the channel", () => {
    const { capture, journal, facts, captureFacts } = stocked();
    const line = (sku: string, quantity: number, externalId: string) => aLine(sku, quantity, { externalId });
    const order = capture([line("SET", 3, "a")], { sourceVersion: 1 });
    const follow = (version: number, lines: ReturnType<typeof line>[]): unknown => {
      const fresh = checkCapture(aCommand(lines, { sourceVersion: version }), captureFacts, order.id, 1);
      if (!fresh.ok) throw new Error(fresh.refusal.detail);
      const followed = followChannel(journal, order, { version, cancelled: null, takenOff: {}, leftThere: {}, fresh: fresh.value, contact: {} }, facts);
      return followed.ok ? [followed.value.applied.filter((words) => /counted units/.test(words)), followed.value.open] : followed;
    };
    expect(follow(2, [line("SET", 2, "a")])).toEqual([["SET: 1 counted units fewer"], []]);
    expect([unitsOf(order, 2), unitsOf(order, 3)]).toEqual([{ reserved: 4, cancelled: 2 }, { reserved: 2, cancelled: 1 }]);
    expect(follow(3, [line("SET", 2, "a")])).toEqual([[], []]);
    expect(follow(4, [line("SET", 4, "a"), line("BOX", 1, "b")])).toEqual([["SET: 2 counted units more", "BOX: 1 counted units more"], []]);
    expect(order.lines.map(({ lineNo, parentLineNo, ordered, document }) => [lineNo, parentLineNo, document.sku, document.kit?.quantity ?? ordered]).slice(3)).toEqual([
      [4, null, "SET", 2], [5, 4, "CUP", 4], [6, 4, "TEA", 2], [7, null, "BOX", 1], [8, 7, "CUP", 2], [9, 7, "TEA", 1],
    ]);
    expect(follow(5, [line("SET", 1, "a"), line("BOX", 1, "b")])).toEqual([["SET: 3 counted units fewer"], []]);
    expect(follow(6, [line("SET", 1, "a")])).toEqual([["BOX: 1 counted units fewer"], []]);
    expect(order.lines.filter(({ itemId }) => itemId === CUP.id).reduce((sum, { units }) => sum + units.reserved, 0)).toBe(2);
  });

  test.each([["SET", false], ["BOX", true]] as const)("goods of a channel that turn out to be the kit %s are taken apart", (sku, together) => {
    const { capture, journal, facts } = stocked();
    const variant = { id: "v1", title: "Gift", identified: false, properties: [] };
    const order = capture([aLine("GIFT", 2, { externalId: "a", variant })], { sourceVersion: 1 });
    expect(order.lines[0]?.itemId).toBe(NO_ITEM);
    const item = sku === "SET" ? SET : BOX;
    expect(codeOf(identifyLines(journal, order, "v1", { item, parts: [{ item: CUP, quantity: 2 }, { item: TEA, quantity: 1 }], unit: null, listPrice: () => undefined }, facts))).toBe("ok");
    expect(order.lines.map(({ lineNo, parentLineNo, ordered, document, units }) => [lineNo, parentLineNo, document.sku, ordered, units.reserved, document.external_id, document.total_minor])).toEqual([
      [1, 2, "CUP", 4, 4, null, 0], [2, null, sku, 0, 0, "a", 2000], [3, 2, "TEA", 2, 2, null, 0],
    ]);
    expect(order.lines[1]?.document.kit).toEqual({ quantity: 2, ship_together: together });
    expect(order.holds.every(({ releasedAt }) => releasedAt !== null)).toBe(true);
  });

  test("goods that turn out to be a blocked kit wait with all their components", () => {
    const { capture, journal, facts } = stocked();
    const order = capture([aLine("GIFT", 1, { variant: { id: "v1", title: "Gift", identified: false, properties: [] } })]);
    identifyLines(journal, order, "v1", { item: { ...SET, status: "blocked" }, parts: [{ item: CUP, quantity: 2 }, { item: TEA, quantity: 1 }], unit: null, listPrice: () => undefined }, facts);
    expect([unitsOf(order, 1), unitsOf(order, 3)]).toEqual([{ pending: 2 }, { pending: 1 }]);
    expect(order.holds.filter(({ releasedAt }) => releasedAt === null)).toMatchObject([{ kind: "ITEM", lineNo: 2 }]);
  });
});
