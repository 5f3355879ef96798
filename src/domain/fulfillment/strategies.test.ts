import { describe, expect, test } from "vitest";
import type { Channel } from "../catalog/index.ts";
import { present } from "../kernel/index.ts";
import { PRESETS, type SplitPolicy, type Strategy, type StrategyGroup } from "../routing/index.ts";
import { aChannel, aCommand, aLine, aNode, anItem, NOW, openShop, type Shop, stockOf, unitsOf } from "../shop.testing.ts";
import { demandsOf } from "./bundles.ts";
import { pickShipment, releaseShipment, sourceWaiting } from "./index.ts";

const NEAREST = present(PRESETS["nearest"]?.groups[0], "preset");
const strategy = (over: Partial<StrategyGroup>): Strategy => ({ code: "mine", version: 3, groups: [{ ...NEAREST, ...over }] });
const splitting = (over: Partial<SplitPolicy>): Strategy => strategy({ split: { ...NEAREST.split, ...over } });
const HERE = { destination: { latitude: 0, longitude: 0 } };
const [EAST, WEST] = [aNode("east", { latitude: 0, longitude: 1 }), aNode("west", { latitude: 0, longitude: 3 })];

describe("what becomes of units that no node has", () => {
  type Unplaced = StrategyGroup["after"]["unplaced"];
  const shopOf = (unplaced: Unplaced, whenUnavailable: Channel["whenUnavailable"], backorder: boolean): Shop => openShop({
    items: [anItem("A", { backorder })], nodes: [EAST], channel: aChannel({ strategy: "mine", whenUnavailable }), strategies: [strategy({ after: { ...NEAREST.after, unplaced } })],
  });
  const WAITS = { backordered: 2 };
  const PERSON = { pending: 2 };

  test.each<[Unplaced, Channel["whenUnavailable"], boolean, Record<string, number>]>([
    ["channel", "backorder", true, WAITS], ["channel", "exception", true, PERSON], ["channel", "refuse", true, PERSON], ["channel", "backorder", false, PERSON],
    ["backorder", "exception", true, WAITS], ["backorder", "refuse", true, WAITS], ["backorder", "exception", false, PERSON],
    ["exception", "backorder", true, PERSON], ["exception", "backorder", false, PERSON], ["refuse", "backorder", true, PERSON],
  ])("is decided by %s before a channel of %s, and only where the item may wait (%s)", (unplaced, whenUnavailable, backorder, expected) => {
    const shop = shopOf(unplaced, whenUnavailable, backorder);
    expect(unitsOf(shop.capture([aLine("A", 2)]))).toEqual(expected);
    expect(shop.journal.exceptions.map(({ kind }) => kind)).toEqual(expected === PERSON ? ["NO_STOCK"] : []);
  });

  test("is decided so again when they come back from a node", () => {
    const stock = [stockOf("A", "east", 2)];
    const shop = openShop({ items: [anItem("A", { backorder: true })], nodes: [EAST], stock, channel: aChannel({ strategy: "mine", whenUnavailable: "exception" }), strategies: [strategy({ after: { ...NEAREST.after, unplaced: "backorder" } })] });
    const order = shop.capture([aLine("A", 2)]);
    const shipment = present(order.shipments[0], "shipment");
    releaseShipment(shop.journal, order, shipment, EAST, shop.journal.context.now, shop.facts.shipping);
    pickShipment(shop.journal, order, shipment, [], true, shop.facts, shop.journal.context.now);
    sourceWaiting(shop.journal, order, shop.facts, "STOCK_ARRIVED");
    expect(unitsOf(order)).toEqual({ backordered: 2 });
  });
});

describe("a minimum value of parts", () => {
  const ITEMS = [
    anItem("A"), anItem("B"), anItem("CUP"), anItem("TEA"), anItem("SET", { components: [{ sku: "CUP", quantity: 2 }, { sku: "TEA", quantity: 1 }] }),
    anItem("BOX", { components: [{ sku: "CUP", quantity: 2 }, { sku: "TEA", quantity: 1 }], shipTogether: true }),
  ];
  const placed = (stock: readonly [sku: string, east: number, west: number][], minimumValueMinor: number, lines: Parameters<Shop["capture"]>[0], split: Partial<SplitPolicy> = {}): Record<string, Record<string, number>> => {
    const shop = openShop({
      items: ITEMS, nodes: [EAST, WEST], channel: aChannel({ strategy: "mine", whenUnavailable: "exception" }), strategies: [splitting({ ...split, minimumValueMinor })],
      stock: stock.flatMap(([sku, east, west]) => [stockOf(sku, "east", east), stockOf(sku, "west", west)]),
    });
    const order = shop.capture(lines, HERE);
    return Object.fromEntries(order.shipments.map((shipment) => [shipment.nodeId.replace("node-", ""), Object.fromEntries([...shipment.lines].map(([lineNo, { reserved }]) => [lineNo, reserved ?? 0]))]));
  };
  const price = (unitPrice: string) => ({ unitPrice });

  test.each<[string, Parameters<typeof placed>, Record<string, Record<string, number>>]>([
    ["divides an order whose parts are worth it", [[["A", 1, 0], ["B", 0, 1]], 1_000, [aLine("A", 1), aLine("B", 1)]], { east: { 1: 1 }, west: { 2: 1 } }],
    ["does not divide one whose parts are not", [[["A", 1, 0], ["B", 0, 1]], 1_001, [aLine("A", 1), aLine("B", 1)]], {}],
    ["sends it whole from farther away instead", [[["A", 1, 1], ["B", 0, 1]], 1_001, [aLine("A", 1), aLine("B", 1)]], { west: { 1: 1, 2: 1 } }],
    ["sends a small order that is not divided", [[["A", 1, 0]], 5_000, [aLine("A", 1)]], { east: { 1: 1 } }],
    ["counts what the customer pays", [[["A", 1, 0], ["B", 0, 1]], 1_000, [aLine("A", 1, { discountMinor: 1 }), aLine("B", 1)]], { west: { 2: 1 } }],
    ["divides a line whose parts are worth it", [[["A", 6, 4]], 4_000, [aLine("A", 10)]], { east: { 1: 6 }, west: { 1: 4 } }],
    ["gives the second part of a line enough", [[["A", 8, 8]], 4_000, [aLine("A", 10)]], { east: { 1: 6 }, west: { 1: 4 } }],
    ["divides a line whole or not at all", [[["A", 8, 2]], 4_000, [aLine("A", 10)]], {}],
    ["leaves no part of a line waiting", [[["A", 5, 4]], 4_000, [aLine("A", 10)]], {}],
    ["counts what goes along", [[["A", 8, 2], ["B", 0, 1]], 4_000, [aLine("A", 10), aLine("B", 1, price("30.00"))]], {}],
    ["counts a part that goes with something worth enough", [[["A", 8, 2], ["B", 0, 1]], 4_000, [aLine("A", 10), aLine("B", 1, price("40.00"))]], { west: { 2: 1, 1: 2 }, east: { 1: 8 } }],
    ["shares the price of a kit among its components", [[["CUP", 4, 0], ["TEA", 0, 2]], 1_000, [aLine("SET", 2, price("15.00"))]], { east: { 2: 4 }, west: { 3: 2 } }],
    ["does not divide a kit into worthless parts", [[["CUP", 4, 0], ["TEA", 0, 2]], 1_001, [aLine("SET", 2, price("15.00"))]], { east: { 2: 4 } }],
    ["counts whole kits that ship together", [[["CUP", 2, 2], ["TEA", 1, 1]], 1_500, [aLine("BOX", 2, price("15.00"))]], { east: { 2: 2, 3: 1 }, west: { 2: 2, 3: 1 } }],
    ["does not divide kits that ship together and are worth less", [[["CUP", 2, 2], ["TEA", 1, 1]], 1_501, [aLine("BOX", 2, price("15.00"))]], {}],
  ])("%s", (_, given, expected) => {
    expect(placed(...given)).toEqual(expected);
  });

  test("asks what the units are worth that are wanted, and nobody without a strategy", () => {
    const valuesOf = (code: string | null, discountMinor = 0): (number | undefined)[] => {
      const shop = openShop({ items: ITEMS, nodes: [EAST], channel: aChannel({ strategy: code }), strategies: [splitting({})] });
      const order = shop.capture([aLine("A", 3), aLine("SET", 2, price("15.00")), aLine("BOX", 2, price("15.00"))], { ...HERE, totals: { ...aCommand([]).totals, shippingMinor: 1_000, discountMinor } });
      const wanted = order.lines.filter(({ ordered }) => ordered > 0).map((line) => ({ line, from: "pending" as const, quantity: line.lineNo === 1 ? 2 : line.ordered }));
      return demandsOf(order, wanted, shop.facts, NOW).map(({ valueMinor }) => valueMinor);
    };
    expect([valuesOf("mine"), valuesOf(null)]).toEqual([[2_000, 2_000, 1_000, 3_000], [undefined, undefined, undefined, undefined]]);
    // Of goods worth 90.00 a tenth, and more than all of it, is off.
    expect([valuesOf("mine", 900), valuesOf("mine", 9_500)]).toEqual([[1_800, 1_800, 900, 2_700], [0, 0, 0, 0]]);
  });
});

describe("rules that could not be asked", () => {
  const failing = { check: () => ({ ok: true, constant: null }) as const, compile: () => () => ({ ok: false, error: "No such key: colour." }) as const };
  const decided = (nodes: number): { detail: Record<string, unknown>; bytes: number } => {
    const shop = openShop({
      items: [anItem("A")], nodes: Array.from({ length: nodes }, (_, n) => aNode(`node-${n}`)), channel: aChannel({ strategy: "mine" }), rules: failing,
      strategies: [strategy({ filters: [{ kind: "expression", when: 'node.colour == "red"', tier: null }] })],
    });
    shop.capture([aLine("A", 1)]);
    const detail = present(shop.journal.decisions[0], "decision").detail;
    return { detail: JSON.parse(detail) as Record<string, unknown>, bytes: Buffer.byteLength(detail) };
  };

  test("stand with the decision", () => {
    expect(decided(1).detail).toMatchObject({ strategy: "mine", strategy_version: 3, notes: ['The filter node.colour == "red" did not hold for node-0: No such key: colour.'] });
  });

  test("stand there up to a bound, and how many were left out", () => {
    const { detail, bytes } = decided(300);
    expect([(detail["notes"] as unknown[]).length, detail["notes_left_out"], bytes <= 4096]).toEqual([5, 295, true]);
  });
});
