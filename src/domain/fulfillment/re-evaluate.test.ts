import { describe, expect, test } from "vitest";
import { DAY, MINUTE, present } from "../kernel/index.ts";
import { type Order, placeHold } from "../order/index.ts";
import { defaultGroup, PRESETS, type Strategy, type StrategyGroup } from "../routing/index.ts";
import { aChannel, aLine, aNode, anItem, limitedTo, NOW, openShop, type Shop, shipmentOf, stockOf, unitsOf } from "../shop.testing.ts";
import { applyReplans, consolidate, contendedBuckets, exchange, overrideRouting, reEvaluationOf, releaseShipment, type Replan, replanSentence, restsFromReEvaluation } from "./index.ts";

/** East is one degree away, middle three, west five; a kilometre costs 10,000 micro-units and a further shipment 5. */
const NODES = [aNode("east", { latitude: 0, longitude: 1 }), aNode("middle", { latitude: 0, longitude: 3 }), aNode("west", { latitude: 0, longitude: 5 })];
const HERE = { destination: { latitude: 0, longitude: 0 } };
const ITEMS = [anItem("A"), anItem("B"), anItem("CUP"), anItem("TEA"), anItem("BOX", { components: [{ sku: "CUP", quantity: 2 }, { sku: "TEA", quantity: 1 }], shipTogether: true })];
type Stock = readonly (readonly [sku: string, node: string, onHand: number])[];
const shopOf = (stock: Stock, over: Partial<Parameters<typeof openShop>[0]> = {}): Shop => openShop({
  items: ITEMS, nodes: NODES.map((node) => ({ ...node })), channel: aChannel({ routing: { distanceCostPerKmMicros: 10_000, splitCostMicros: 5_000_000 } }), ...over, stock: [
    ...stock.map(([sku, node, onHand]) => stockOf(sku, node, onHand)),
    // Everything has a row everywhere, as in a shop that once had it.
    ...ITEMS.flatMap(({ sku }) => NODES.filter(({ code }) => !stock.some((one) => one[0] === sku && one[1] === code)).map(({ code }) => stockOf(sku, code, 0))),
  ],
});
const arrives = (shop: Shop, sku: string, node: string, units: number): void => void shop.book.changeOnHand(`item-${sku}`, `node-${node}`, "", "A", units);
const places = (order: Order): string[] => order.shipments.filter(({ status }) => status !== "CANCELLED").flatMap(({ nodeId, lines }) =>
  [...lines].flatMap(([lineNo, { reserved }]) => (reserved > 0 ? [`${lineNo}: ${reserved} ${nodeId.replace("node-", "")}`] : []))).toSorted();
const look = (shop: Shop, order: Order, minimum = 1): Replan | null => consolidate(shop.journal, order, shop.facts, minimum);
function change(shop: Shop, order: Order): void {
  applyReplans(shop.journal, [{ order, facts: shop.facts, replan: present(look(shop, order), "replan") }]);
}

/** An order of A and B that is split over east and west, and could leave from east alone since B came in there. */
function split(over: Partial<Parameters<typeof openShop>[0]> = {}, capture: Parameters<Shop["capture"]>[1] = {}): { shop: Shop; order: Order } {
  const shop = shopOf([["A", "east", 9], ["B", "west", 9]], over);
  const order = shop.capture([aLine("A", 1), aLine("B", 2)], { ...HERE, ...capture });
  expect(places(order)).toEqual(["1: 1 east", "2: 2 west"]);
  arrives(shop, "B", "east", 9);
  return { shop, order };
}

describe("an order that could be sent better now", () => {
  test("is sent so, and its decision says what that saves", () => {
    const { shop, order } = split();
    const replan = present(look(shop, order), "replan");
    // 556 km from west, and a further shipment.
    expect(replan.saving).toEqual({ criterion: "cost", micros: 10_559_750 });
    expect(replanSentence(replan, shop.facts)).toBe("From EAST instead of EAST and WEST: saves 10.56 of 11.67.");
    applyReplans(shop.journal, [{ order, facts: shop.facts, replan }]);
    expect(places(order)).toEqual(["1: 1 east", "2: 2 east"]);
    const made = present(shop.journal.decisions.at(-1), "decision");
    expect(made).toMatchObject({ trigger: "RE_EVALUATED", reason: expect.stringMatching(/^From EAST instead of EAST and WEST: saves 10\.56 of 11\.67\. Ships from EAST/) });
    expect(JSON.parse(made.detail)).toMatchObject({ re_evaluated: { was: ["east", "west"], saving_micros: 10_559_750, better_by: "cost" }, total_cost_micros: 1_111_950 });
    expect([shop.book.counters("item-B", "node-west").reserved, shop.book.counters("item-B", "node-east").reserved]).toEqual([0, 2]);
    expect(order.document.re_evaluated).toEqual({ times: 1, at: NOW });
  });

  test("changes nothing by being looked at, and nothing a second time", () => {
    const { shop, order } = split();
    const before = JSON.stringify([order, [...shipmentOf(order).lines], shop.journal.events.length, shop.book.stockDeltas(), shop.journal.lineMovements.length]);
    look(shop, order);
    contendedBuckets(shop.journal, order, shop.facts, 1);
    expect(JSON.stringify([order, [...shipmentOf(order).lines], shop.journal.events.length, shop.book.stockDeltas(), shop.journal.lineMovements.length])).toBe(before);
    change(shop, order);
    expect(look(shop, order)).toBeNull();
  });

  test("stays where it is where that saves less than it has to", () => {
    const { shop, order } = split();
    expect([look(shop, order, 10_559_750) === null, look(shop, order, 10_559_751) === null]).toEqual([false, true]);
  });

  test("moves to a cheaper node also where it is not split", () => {
    const shop = shopOf([["A", "west", 9]]);
    const order = shop.capture([aLine("A", 3)], HERE);
    arrives(shop, "A", "middle", 9);
    change(shop, order);
    expect(places(order)).toEqual(["1: 3 middle"]);
  });

  test("gathers a line that was in pieces", () => {
    const shop = shopOf([["A", "east", 2], ["A", "west", 2]]);
    const order = shop.capture([aLine("A", 4)], HERE);
    arrives(shop, "A", "east", 2);
    change(shop, order);
    expect([places(order), unitsOf(order)]).toEqual([["1: 4 east"], { reserved: 4 }]);
  });

  test("keeps kits together that ship together", () => {
    const shop = shopOf([["CUP", "west", 9], ["TEA", "west", 9], ["A", "east", 9]]);
    const order = shop.capture([aLine("BOX", 2), aLine("A", 1)], HERE);
    const lineOf = (sku: string): number => order.lines.find(({ itemId }) => itemId === `item-${sku}`)?.lineNo ?? 0;
    arrives(shop, "CUP", "east", 9);
    expect(look(shop, order)).toBeNull();
    arrives(shop, "TEA", "east", 2);
    change(shop, order);
    expect(places(order)).toEqual([`${lineOf("CUP")}: 4 east`, `${lineOf("TEA")}: 2 east`, `${lineOf("A")}: 1 east`].toSorted());
  });

  test("leaves what a node was told of where it is", () => {
    const { shop, order } = split();
    arrives(shop, "B", "middle", 9);
    releaseShipment(shop.journal, order, shipmentOf(order, 1), shop.node("east"), NOW);
    arrives(shop, "B", "east", -9);
    change(shop, order);
    expect([shipmentOf(order, 1).status, places(order)]).toEqual(["RELEASED", ["2: 2 middle"]]);
  });

  test("leaves what waits for stock waiting", () => {
    const shop = shopOf([["A", "west", 2]], { items: ITEMS.map((item) => ({ ...item, backorder: true })) });
    const order = shop.capture([aLine("A", 3)], HERE);
    arrives(shop, "A", "middle", 2);
    change(shop, order);
    expect([places(order), unitsOf(order)]).toEqual([["1: 2 middle"], { reserved: 2, backordered: 1 }]);
  });

  test("moves with its day's capacity", () => {
    const shop = shopOf([["A", "west", 9]], { nodes: NODES.map((node) => ({ ...node, ...limitedTo({ ordersPerDay: 1 }) })) });
    const order = shop.capture([aLine("A", 3)], HERE);
    arrives(shop, "A", "middle", 9);
    change(shop, order);
    expect(shop.book.capacity.deltas().map(({ nodeId, orders, units }) => [nodeId, orders, units])).toEqual([["node-middle", 1, 3]]);
  });
});

describe("an order is left as it is", () => {
  const holding = (scope: "order" | "shipment", kind: "MANUAL" | "ADDRESS") => ({ order }: { order: Order }): void =>
    void placeHold(order, { kind, scope, lineNo: null, shipmentNo: scope === "shipment" ? 1 : null, reason: "wait", owner: null, dueAt: null }, NOW);

  test.each<[string, (scene: { shop: Shop; order: Order }) => void]>([
    ["by a hold that keeps it from routing", holding("order", "ADDRESS")], ["by a hold of one of its shipments", holding("shipment", "MANUAL")],
    ["because somebody collects it", ({ order }) => void (order.document = { ...order.document, promise: { option: "pickup/east", arrives_at: null, arrivals: {} } })],
    ["because a node it is at is short", ({ shop }) => arrives(shop, "B", "west", -8)],
    ["because the rules would not allow what stands, so that nothing can be compared", ({ shop }) => Object.assign(shop.node("west"), { status: "offline" })],
    ["because its line may not go back to the better node yet", ({ shop, order }) => shop.journal.exclude(order, 2, "node-east", NOW + DAY, "REJECTED")],
    ["because a node was named for its line", ({ order }) => void Object.assign(present(order.lines[1], "line"), { document: { ...order.lines[1]?.document, node: "west" } })],
  ])("%s", (_, spoil) => {
    const scene = split();
    expect(look(scene.shop, scene.order)).not.toBeNull();
    spoil(scene);
    expect(look(scene.shop, scene.order)).toBeNull();
  });

  test("where a person sent it", () => {
    const shop = shopOf([["A", "east", 9], ["A", "west", 9]]);
    const order = shop.capture([aLine("A", 1)], HERE);
    expect(overrideRouting(shop.journal, order, shop.node("west"), null, "they asked for it", shop.facts)).toMatchObject({ ok: true });
    expect(look(shop, order)).toBeNull();
  });

  test("while other holds keep it from being released it is decided anew all the same", () => {
    const scene = split();
    holding("order", "MANUAL")(scene);
    expect(look(scene.shop, scene.order)).not.toBeNull();
  });

  test("because it would leave later", () => {
    const late = NODES.map((node) => (node.code === "east" ? { ...node, cutOff: "01:00" } : node));
    const shop = shopOf([["A", "west", 9]], { nodes: late });
    const order = shop.capture([aLine("A", 1)], HERE);
    arrives(shop, "A", "east", 9);
    expect(look(shop, order)).toBeNull();
    arrives(shop, "A", "middle", 9);
    shop.at(NOW + DAY);
    // What did not leave yesterday leaves today from either of the two; east would send it tomorrow.
    expect(look(shop, order)?.plan.assignments).toEqual([{ lineNo: 1, nodeId: "node-middle", quantity: 1 }]);
  });
});

describe("how often an order is decided anew by itself", () => {
  test("is limited by its channel's cool-down and attempts", () => {
    const { shop, order } = split({ channel: aChannel({ routing: { distanceCostPerKmMicros: 10_000, splitCostMicros: 5_000_000, coolDownMinutes: 30, attemptLimit: 2 } }) });
    const rests = (now: number): boolean => restsFromReEvaluation(order, shop.facts, now);
    expect(rests(NOW)).toBe(false);
    change(shop, order);
    expect([rests(NOW + 30 * MINUTE - 1), rests(NOW + 30 * MINUTE)]).toEqual([true, false]);
    order.document = { ...order.document, re_evaluated: { times: 2, at: NOW } };
    expect(rests(NOW + 365 * DAY)).toBe(true);
  });
});

describe("strategies", () => {
  const NEAREST = present(PRESETS["nearest"]?.groups[0], "preset");
  const policy = { everyMinutes: 5, minimumSavingMicros: 0, consolidate: true, swap: true };
  const steered = (group: Partial<StrategyGroup>): Partial<Parameters<typeof openShop>[0]> => {
    const strategy: Strategy = { code: "mine", version: 1, groups: [{ ...NEAREST, ...group }] };
    return { channel: aChannel({ strategy: "mine" }), strategies: [strategy] };
  };

  test("say which orders are looked at", () => {
    const [on, off] = [split(steered({ reEvaluate: policy })), split(steered({}))];
    expect([reEvaluationOf(on.order, on.shop.facts), reEvaluationOf(off.order, off.shop.facts), reEvaluationOf(on.order, { ...on.shop.facts, channel: aChannel() })]).toEqual([{ strategy: "mine", group: "nearest", policy }, null, null]);
  });

  test.each<[string, Partial<StrategyGroup>, string | null]>([
    ["by distance", {}, "distance"], ["by splits", { objective: { ...NEAREST.objective, kind: "ranks", by: ["splits", "node_priority"] } }, "splits"],
    ["not by work that waits, which changes by the minute", { objective: { ...NEAREST.objective, kind: "ranks", by: ["load", "splits"] } }, "splits"],
    ["never at a higher cost", { objective: { ...defaultGroup(aChannel().routing).objective, kind: "ranks", by: ["splits"], weights: { handling: 1000 } } }, null],
  ])("rank %s", (_, group, criterion) => {
    const nodes = NODES.map((node) => (node.code === "east" ? { ...node, operations: { ...node.operations, handling: { ...node.operations.handling, perUnitMicros: 1_000 } } } : node));
    const { shop, order } = split({ ...steered(group), nodes });
    expect(look(shop, order)?.saving.criterion ?? null).toBe(criterion);
  });
});

describe("two orders", () => {
  const WEST = { destination: { latitude: 0, longitude: 6 } };
  /** Both took the last unit where the other one would be better off: east came in late for the first, west was full of others then. */
  function crossed(): { shop: Shop; one: Order; other: Order } {
    const shop = shopOf([["A", "west", 1]]);
    const one = shop.capture([aLine("A", 1)], HERE);
    arrives(shop, "A", "east", 1);
    const other = shop.capture([aLine("A", 1)], { ...WEST, externalId: "X-2" });
    expect([places(one), places(other)]).toEqual([["1: 1 west"], ["1: 1 east"]]);
    return { shop, one, other };
  }
  const swap = ({ shop, one, other }: ReturnType<typeof crossed>, minimum = 1): ReturnType<typeof exchange> =>
    exchange(shop.journal, { order: one, facts: shop.facts }, { order: other, facts: shop.facts }, minimum);

  test("that hold what the other one wants exchange it, and both decisions say so", () => {
    const scene = crossed();
    const { shop, one, other } = scene;
    expect([look(shop, one), look(shop, other)]).toEqual([null, null]);
    expect(contendedBuckets(shop.journal, one, shop.facts, 1)).toEqual([{ itemId: "item-A", nodeId: "node-east" }]);
    const found = present(swap(scene), "exchange");
    expect(found.savingMicros).toBe(8_895_600);
    applyReplans(shop.journal, found.parts.map((replan) => ({ order: replan.orderId === one.id ? one : other, facts: shop.facts, replan })));
    expect([places(one), places(other)]).toEqual([["1: 1 east"], ["1: 1 west"]]);
    expect(shop.journal.decisions.slice(-2).map(({ reason }) => reason.split(".", 3).join("."))).toEqual([
      "From EAST instead of WEST, by a swap with another order that saves 8.90 in all", "From WEST instead of EAST, by a swap with another order that saves 8.90 in all",
    ].map((words) => expect.stringContaining(words)));
    expect([swap(scene), contendedBuckets(shop.journal, one, shop.facts, 1)]).toEqual([null, []]);
  });

  test("do not exchange for less than it has to save", () => {
    const scene = crossed();
    expect([swap(scene, 8_895_600) === null, swap(scene, 8_895_601) === null]).toEqual([false, true]);
  });

  test("change where one gives up a unit that the other one is whole with, and takes it from farther away", () => {
    const shop = shopOf([["A", "east", 1], ["B", "west", 5], ["A", "middle", 1]]);
    const holder = shop.capture([aLine("A", 1)], HERE);
    const torn = shop.capture([aLine("A", 1), aLine("B", 1)], { ...HERE, externalId: "X-2" });
    expect([places(holder), places(torn)]).toEqual([["1: 1 east"], ["1: 1 middle", "2: 1 west"]]);
    arrives(shop, "B", "east", 1);
    const found = present(exchange(shop.journal, { order: torn, facts: shop.facts }, { order: holder, facts: shop.facts }, 1), "exchange");
    expect(found.parts.map(({ orderId, plan }) => [orderId === torn.id ? "torn" : "holder", plan.assignments.map(({ nodeId }) => nodeId)])).toEqual([
      ["torn", ["node-east", "node-east"]], ["holder", ["node-middle"]],
    ]);
  });

  test("never at the cost of a date that one of them was told", () => {
    const scene = crossed();
    scene.other.document = { ...scene.other.document, promise: { option: "ship", arrives_at: NOW + DAY, arrivals: { 1: NOW + DAY } } };
    expect(swap(scene)).toBeNull();
  });
});
