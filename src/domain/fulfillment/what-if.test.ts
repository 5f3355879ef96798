import { describe, expect, test } from "vitest";
import { present } from "../kernel/index.ts";
import { defaultGroup, type StrategyGroup } from "../routing/index.ts";
import { aChannel, aLine, aNode, anItem, limitedTo, NOW, openShop, type Shop, shipmentOf, stockOf } from "../shop.testing.ts";
import { planLines, releaseShipment, suppose, supposedFacts, type Supposition, takeBack } from "./index.ts";

const HERE = { destination: { latitude: 0, longitude: 0 } };
const NOTHING: Supposition = { excludeNodes: [], onlyNodes: null, weights: {}, strategy: null, destination: null, stock: [], serviceLevel: null, deliverBy: null };
const NODES = [aNode("near", { latitude: 0, longitude: 1, ...limitedTo({ ordersPerDay: 1, unitsPerDay: 5 }) }), aNode("far", { latitude: 0, longitude: 5 })];
const shopOf = (near: number, far: number): Shop => openShop({ items: [anItem("A", { backorder: true })], nodes: NODES, stock: [stockOf("A", "near", near), stockOf("A", "far", far)] });

const places = (shop: Shop, order: ReturnType<Shop["capture"]>, over: Partial<Supposition> = {}): string[] => {
  const { wanted, scope } = takeBack(shop.journal, order);
  suppose(shop.journal, order, { ...NOTHING, ...over });
  const plan = planLines(shop.journal, order, wanted, supposedFacts(shop.facts, { ...NOTHING, ...over }), "MANUAL");
  return [scope, ...plan.assignments.map(({ nodeId, quantity }) => `${nodeId.replace("node-", "")} ${quantity}`), ...plan.unplaced.map(({ quantity }) => `nowhere ${quantity}`)];
};

describe("what an order has", () => {
  test("does not stand in its own way: neither its stock nor its day's capacity", () => {
    const shop = shopOf(5, 0);
    expect(places(shop, shop.capture([aLine("A", 5)], HERE))).toEqual(["unreleased", "near 5"]);
  });

  test("is decided anew together with what waits of it", () => {
    const shop = shopOf(3, 0);
    const order = shop.capture([aLine("A", 5)], HERE);
    expect(order.lines[0]?.units).toMatchObject({ reserved: 3, backordered: 2 });
    expect(places(shop, order, { stock: [{ itemId: "item-A", nodeId: "node-far", onHand: 9 }] })).toEqual(["unreleased", "far 5"]);
  });

  test("stays out of it once a node was told, as long as anything else is left to route", () => {
    const shop = shopOf(3, 0);
    const order = shop.capture([aLine("A", 5)], HERE);
    releaseShipment(shop.journal, order, shipmentOf(order), shop.node("near"), NOW, shop.facts.shipping);
    expect(places(shop, order, { stock: [{ itemId: "item-A", nodeId: "node-far", onHand: 9 }] })).toEqual(["unreleased", "far 2"]);
  });

  test("is looked at as a whole where nothing is left to route", () => {
    const shop = shopOf(5, 9);
    const order = shop.capture([aLine("A", 5)], HERE);
    releaseShipment(shop.journal, order, shipmentOf(order), shop.node("near"), NOW, shop.facts.shipping);
    order.excluded.push({ lineNo: 1, nodeId: "node-far", until: Infinity, reason: "CLOSED" });
    expect(places(shop, order, { excludeNodes: ["near"] })).toEqual(["whole_order", "far 5"]);
  });
});

describe("the rules of a question", () => {
  const groupOf = (over: Partial<Supposition>, group: Partial<StrategyGroup> = {}): StrategyGroup => {
    const strategy = { code: "mine", version: 2, groups: [{ ...defaultGroup(aChannel().routing), ...group }] };
    const { facts } = openShop({ items: [], nodes: NODES, channel: aChannel({ strategy: "mine" }), strategies: [strategy] });
    return present(supposedFacts(facts, { ...NOTHING, ...over }).strategies.get("mine")?.groups[0], "group");
  };

  test("are those that hold where it says nothing of them", () => {
    const { facts } = shopOf(1, 1);
    expect(supposedFacts(facts, NOTHING)).toBe(facts);
    expect(supposedFacts(facts, { ...NOTHING, weights: { split: 0 } })).toMatchObject({ channel: { strategy: "what-if" } });
  });

  test("weigh costs as it says, and others as before", () => {
    expect(groupOf({ weights: { split: 0, label: 500 } }).objective.weights).toEqual({ distance: 1000, split: 0, label: 500 });
  });

  test("never fall back on a node that it leaves out", () => {
    const after = { alternate: null, fallbackNode: "near", unplaced: "channel" } as const;
    expect(groupOf({ excludeNodes: ["far"] }, { after })).toMatchObject({ filters: [{ kind: "not_nodes", nodes: ["far"], tier: null }], after: { fallbackNode: "near" } });
    expect([groupOf({ excludeNodes: ["near"] }, { after }), groupOf({ onlyNodes: ["far"] }, { after })].map((one) => one.after.fallbackNode)).toEqual([null, null]);
  });
});
