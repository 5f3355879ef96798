import { describe, expect, test } from "vitest";
import { aChannel, aLine, aNode, anItem, openShop, shipmentOf, type Shop, stockOf, unitsOf } from "../shop.testing.ts";
import { acceptShipment, pickShipment } from "./node-work.ts";
import { closedUntil, leaveNodes, type Leaving, type NodeExit } from "./leave-nodes.ts";
import { releaseShipment } from "./release.ts";
import type { Order } from "../order/index.ts";
import type { SourcingFacts } from "./source.ts";

const AWAY = { latitude: 48, longitude: 11 };
const HERE = { latitude: 52, longitude: 13 };
/** The near node has the goods first; the far one has so many. */
const shopWith = (far: number, over: Parameters<typeof aChannel>[0] = {}): Shop => openShop({
  items: [anItem("A", { backorder: true })], nodes: [aNode("near", HERE), aNode("far", AWAY)], channel: aChannel(over), stock: [stockOf("A", "near", 10), stockOf("A", "far", far)],
});
const closing = (shop: Shop): SourcingFacts => ({ ...shop.facts, nodes: shop.facts.nodes.map((node) => (node.code === "near" ? closedUntil(node, null) : node)) });
const leave = (shop: Shop, order: Order, over: Partial<Leaving> = {}): NodeExit =>
  leaveNodes(shop.journal, order, closing(shop), { closed: new Set(["node-near"]), includeAccepted: false, reason: "flood", ...over });
const captured = (shop: Shop, quantity = 2): Order => shop.capture([aLine("A", quantity)], { destination: HERE });
const types = (shop: Shop): string[] => shop.journal.events.map(({ type }) => type);

describe("an order at a node that closes", () => {
  test("goes to another node in one step, and says what that costs more than staying", () => {
    const shop = shopWith(5);
    const order = captured(shop);
    expect(leave(shop, order)).toMatchObject({ result: "moved", moved: [{ lineNo: 1, quantity: 2, from: "node-near", to: "node-far" }], waiting: [], kept: [], costMicros: 4_671_390 });
    expect(unitsOf(order)).toEqual({ reserved: 2 });
    expect(shipmentOf(order).status).toBe("CANCELLED");
    expect(shop.book.counters("item-A", "node-near").reserved).toBe(0);
  });
  test("waits with what no other node has, and its node may have it again", () => {
    const shop = shopWith(1);
    const order = captured(shop, 3);
    expect(leave(shop, order)).toMatchObject({ result: "waiting", moved: [{ quantity: 1, to: "node-far" }], waiting: [{ lineNo: 1, quantity: 2, from: "node-near" }], costMicros: null });
    expect(unitsOf(order)).toEqual({ reserved: 1, backordered: 2 });
    expect(order.excluded).toEqual([]);
  });
  test("is taken back from a node that was told of it, and rejected as closed", () => {
    const shop = shopWith(5);
    const order = captured(shop);
    releaseShipment(shop.journal, order, shipmentOf(order), shop.node("near"), shop.journal.context.now);
    expect(leave(shop, order)).toMatchObject({ result: "moved" });
    expect(shop.journal.events.find(({ type }) => type === "ShipmentRejected")).toMatchObject({ reason: "flood", data: { shipment_no: 1, reason_code: "CLOSED" } });
    expect(order.lines[0]?.attempts).toBe(0);
  });
  test("stays where the node accepted it, unless that is wanted too", () => {
    const shop = shopWith(5);
    const order = captured(shop);
    const at = shop.journal.context.now;
    releaseShipment(shop.journal, order, shipmentOf(order), shop.node("near"), at);
    acceptShipment(shop.journal, order, shipmentOf(order), at);
    expect(leave(shop, order)).toMatchObject({ result: "kept", kept: [{ shipmentNo: 1, nodeId: "node-near", status: "ACCEPTED" }] });
    expect(leave(shop, order, { includeAccepted: true })).toMatchObject({ result: "moved" });
  });
  test.each([["that somebody opened", { status: "online" }, null], ["whose time has come", {}, 0]] as const)("stays at a node %s before its turn came", (_why, over, until) => {
    const shop = shopWith(5);
    const order = captured(shop);
    const { now } = shop.journal.context;
    releaseShipment(shop.journal, order, shipmentOf(order), shop.node("near"), now);
    const before = types(shop).length;
    const nodes = shop.facts.nodes.map((node) => (node.code === "near" ? { ...closedUntil(node, until === null ? null : now), ...over } : node));
    expect(leaveNodes(shop.journal, order, { ...shop.facts, nodes }, { closed: new Set(["node-near"]), includeAccepted: true, reason: "flood" }))
      .toMatchObject({ result: "kept", kept: [{ shipmentNo: 1, status: "RELEASED" }], reason: "The node was opened before its turn came." });
    expect(types(shop)).toHaveLength(before);
  });
  test("leaves only the nodes that are closed still", () => {
    const shop = openShop({ items: [anItem("A"), anItem("B")], nodes: [aNode("near", HERE), aNode("near2", HERE), aNode("far", AWAY)], stock: [stockOf("A", "near", 5), stockOf("B", "near2", 5), stockOf("A", "far", 0), stockOf("B", "far", 0)] });
    const order = shop.capture([aLine("A", 1), aLine("B", 1)], { destination: HERE });
    for (const item of ["item-A", "item-B"]) shop.book.changeOnHand(item, "node-far", "", "A", 5);
    const closed = new Set(order.shipments.map(({ nodeId }) => nodeId));
    const [stays = ""] = closed;
    const nodes = shop.facts.nodes.map((node) => (closed.has(node.id) && node.id !== stays ? closedUntil(node, null) : node));
    const exit = leaveNodes(shop.journal, order, { ...shop.facts, nodes }, { closed, includeAccepted: false, reason: "flood" });
    expect(exit).toMatchObject({ result: "moved", kept: [{ nodeId: stays, status: "PLANNED" }] });
    expect(exit.moved.some(({ from }) => from === stays)).toBe(false);
  });
  test("stays where another node sends it to be collected there, which is said", () => {
    const shop = shopWith(5);
    const order = captured(shop);
    const shipment = shipmentOf(order);
    shipment.document = { ...shipment.document, to_store: "far" };
    const nodes = shop.facts.nodes.map((node) => (node.code === "far" ? closedUntil(node, null) : node));
    expect(leaveNodes(shop.journal, order, { ...shop.facts, nodes }, { closed: new Set(["node-far"]), includeAccepted: false, reason: "flood" }))
      .toMatchObject({ result: "kept", kept: [{ shipmentNo: 1, nodeId: "node-near", status: "PLANNED" }], reason: "It is sent from elsewhere to be collected at a store that closed: ask its customer." });
    expect(order.shipments).toHaveLength(1);
  });
  test("stays where it is picked, whatever is wanted", () => {
    const shop = shopWith(5);
    const order = captured(shop);
    const at = shop.journal.context.now;
    releaseShipment(shop.journal, order, shipmentOf(order), shop.node("near"), at);
    pickShipment(shop.journal, order, shipmentOf(order), null, false, shop.facts, at);
    const before = types(shop).length;
    expect(leave(shop, order, { includeAccepted: true })).toMatchObject({ result: "kept", kept: [{ status: "PICKED" }] });
    expect(types(shop)).toHaveLength(before);
  });
  test("that is gone from there changes nothing", () => {
    const shop = shopWith(5);
    const order = captured(shop);
    leave(shop, order);
    const before = types(shop).length;
    expect(leave(shop, order)).toMatchObject({ result: "gone", moved: [], waiting: [] });
    expect(types(shop)).toHaveLength(before);
  });
});

test("a closure does not shorten a longer pause", () => {
  const paused = closedUntil(aNode("near"), 2_000);
  expect([closedUntil(paused, 1_000), closedUntil(paused, 3_000)].map(({ operations }) => operations.pausedUntil)).toEqual([2_000, 3_000]);
});

describe("what its customer counts on", () => {
  const promised = Date.UTC(2026, 2, 5);
  test("a promise is broken by waiting, and said once", () => {
    const shop = shopWith(0);
    const order = captured(shop);
    order.document = { ...order.document, promise: { option: "ship", arrives_at: promised, arrivals: { 1: promised } } };
    expect(leave(shop, order).expected).toEqual({ by: "promise", from: promised, to: null, broken: true });
    expect(types(shop).filter((type) => type === "PromiseChanged")).toEqual(["PromiseChanged"]);
  });
  test("a promise is kept where nothing says otherwise", () => {
    const shop = shopWith(5);
    const order = captured(shop);
    order.document = { ...order.document, promise: { option: "ship", arrives_at: promised, arrivals: { 1: promised } } };
    expect(leave(shop, order).expected).toEqual({ by: "promise", from: promised, to: promised, broken: false });
  });
  test("the time an order asks for is missed by waiting", () => {
    const shop = shopWith(0);
    const order = captured(shop);
    order.document = { ...order.document, deliver_by: promised };
    expect(leave(shop, order).expected).toEqual({ by: "deliver_by", from: promised, to: null, broken: true });
  });
});
