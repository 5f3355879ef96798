import { expect, test } from "vitest";
import { type ChannelHolds, openHolds, type Order, releaseHold } from "../order/index.ts";
import { aLine, aNode, anItem, codeOf, NOW, openShop, shipmentOf, stockOf } from "../shop.testing.ts";
import { cancelUnits, followHolds, releaseShipment } from "./index.ts";

const given = (): { shop: ReturnType<typeof openShop>; order: Order } => {
  const shop = openShop({ items: [anItem("A"), anItem("B")], nodes: [aNode("berlin")], stock: [stockOf("A", "berlin", 9), stockOf("B", "berlin", 9)] });
  return { shop, order: shop.capture([aLine("A", 1, { externalId: "11" }), aLine("B", 1, { externalId: "12" })]) };
};
const state = (version: number, ...held: [part: string, reason: string, ...lines: string[]][]): ChannelHolds =>
  ({ externalId: "X-1", version, held: held.map(([part, reason, ...lines]) => ({ part, reason, lines })) });
const open = (order: Order): unknown[] => openHolds(order.holds).map(({ kind, lineNo, reason }) => [kind, lineNo, reason]);
const WHOLE = ["one", "awaiting payment", "11", "12"] as const;

test("what the channel holds is not released here, and is once the channel lets it go", () => {
  const { shop: { journal, node }, order } = given();
  expect(followHolds(journal, order, state(1, [...WHOLE]))).toEqual(["Held: awaiting payment."]);
  expect(open(order)).toEqual([["CHANNEL_CHANGE", null, "The channel holds it: awaiting payment."]]);
  expect(codeOf(releaseShipment(journal, order, shipmentOf(order), node("berlin"), NOW))).toBe("HOLD_BLOCKS");
  expect(followHolds(journal, order, state(2))).toEqual(["Released: awaiting payment."]);
  expect(open(order)).toEqual([]);
  expect(codeOf(releaseShipment(journal, order, shipmentOf(order), node("berlin"), NOW))).toBe("ok");
});

test("a part of the order holds its lines alone", () => {
  const { shop: { journal }, order } = given();
  followHolds(journal, order, state(1, ["one", "incorrect address", "12"], ["two", "another reason", "99"]));
  expect(open(order)).toEqual([["CHANNEL_CHANGE", 2, "The channel holds it: incorrect address."]]);
});

test("a kit is held by its line, which holds back its components", () => {
  const items = [anItem("A"), anItem("B"), anItem("SET", { components: [{ sku: "A", quantity: 2 }] })];
  const { journal, capture, node } = openShop({ items, nodes: [aNode("berlin")], stock: [stockOf("A", "berlin", 9), stockOf("B", "berlin", 9)] });
  const order = capture([aLine("SET", 1, { externalId: "11" }), aLine("B", 1, { externalId: "12" })]);
  expect(followHolds(journal, order, state(1, ["one", "incorrect address", "11"]))).toEqual(["Held: incorrect address."]);
  expect(open(order)).toEqual([["CHANNEL_CHANGE", 1, "The channel holds it: incorrect address."]]);
  expect(codeOf(releaseShipment(journal, order, shipmentOf(order), node("berlin"), NOW))).toBe("HOLD_BLOCKS");
  followHolds(journal, order, state(2, [...WHOLE]));
  expect(open(order)).toEqual([["CHANNEL_CHANGE", null, "The channel holds it: awaiting payment."]]);
});

test("the same state again changes nothing, an older one neither", () => {
  const { shop: { journal }, order } = given();
  followHolds(journal, order, state(5, [...WHOLE]));
  const events = journal.events.length;
  expect(followHolds(journal, order, state(5, [...WHOLE]))).toEqual([]);
  expect(followHolds(journal, order, state(4))).toBeNull();
  expect(open(order)).toHaveLength(1);
  expect(journal.events).toHaveLength(events);
});

test("another reason, or other lines, replace what was held", () => {
  const { shop: { journal }, order } = given();
  followHolds(journal, order, state(1, [...WHOLE]));
  followHolds(journal, order, state(2, ["one", "high risk of fraud", "11", "12"]));
  expect(open(order)).toEqual([["CHANNEL_CHANGE", null, "The channel holds it: high risk of fraud."]]);
  followHolds(journal, order, state(3, ["one", "high risk of fraud", "11"]));
  expect(open(order)).toEqual([["CHANNEL_CHANGE", 1, "The channel holds it: high risk of fraud."]]);
});

test("what a person released stays released until the channel holds something else", () => {
  const { shop: { journal }, order } = given();
  followHolds(journal, order, state(1, [...WHOLE]));
  for (const hold of openHolds(order.holds)) releaseHold(hold, 0, "somebody", "paid by hand");
  followHolds(journal, order, state(2, [...WHOLE]));
  expect(open(order)).toEqual([]);
  followHolds(journal, order, state(3, ["one", "incorrect address", "11", "12"]));
  expect(open(order)).toHaveLength(1);
});

test("nothing is held where nothing is left, and a line that comes later is held then", () => {
  const { shop: { journal }, order } = given();
  followHolds(journal, order, state(1, ["two", "other", "13"]));
  expect(open(order)).toEqual([]);
  const [line] = order.lines;
  if (!line) throw new Error("no line");
  line.document = { ...line.document, external_id: "13" };
  followHolds(journal, order, state(1, ["two", "other", "13"]));
  expect(open(order)).toEqual([["CHANNEL_CHANGE", 1, "The channel holds it: other."]]);
  const { shop, order: gone } = given();
  cancelUnits(shop.journal, gone, null, "not wanted", false);
  followHolds(shop.journal, gone, state(1, [...WHOLE]));
  expect(open(gone)).toEqual([]);
});
