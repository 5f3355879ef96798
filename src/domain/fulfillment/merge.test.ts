import { describe, expect, test } from "vitest";
import { HOUR, MINUTE, shipmentId } from "../kernel/index.ts";
import { type Order, placeHold, recipientOf } from "../order/index.ts";
import { cardOf, serviceOf, travelBy } from "../routing/routing.testing.ts";
import type { Merging, Strategy } from "../routing/index.ts";
import { defaultGroup } from "../routing/index.ts";
import { aChannel, aLine, aNode, anItem, NOW, openShop, type Shop, shipmentOf, stockOf } from "../shop.testing.ts";
import { mergingOf, type Parcelled, releasePlanned, shareParcels, waitsForOthers } from "./index.ts";

/** A label is 4 up to a kilogram, 6 up to two and 9 up to five; every item weighs a kilogram. It is Monday, 09:00. */
const GERMANY = { address: { country: "DE" } };
const DESTINATION = { contact: { ship_to: { street: "Weg 1", city: "Berlin", postcode: "10115", country: "DE" } } };
const MERGE: Merging = { withinMinutes: 30, minimumSavingMicros: 0 };

function shopOf({ merge = MERGE, cutOff = null, nodes = ["east"] }: { merge?: Merging | null; cutOff?: string | null; nodes?: readonly string[] } = {}): Shop {
  const base = defaultGroup(aChannel().routing);
  const strategy: Strategy = { code: "mine", version: 1, groups: [{ ...base, objective: { ...base.objective, weights: { label: 1000, split: 1000 } }, ...(merge ? { merge } : {}) }] };
  const shop = openShop({
    items: [anItem("A", { weightGrams: 1000 }), anItem("B", { weightGrams: 1000 })], channel: aChannel({ strategy: "mine", autoRelease: true }), strategies: [strategy],
    nodes: nodes.map((code) => aNode(code, { ...GERMANY, cutOff })), stock: nodes.map((code, n) => stockOf(n === 0 ? "A" : "B", code, 50)),
  });
  const { facts, pack } = travelBy([serviceOf("parcel", 1)], [cardOf("parcel", { "1": [[1000, 4], [2000, 6], [5000, 9]] })]);
  Object.assign(shop.facts, { shipping: facts, tools: { ...shop.facts.tools, pack } });
  return shop;
}
let serial = 0;
function ordered(shop: Shop, { skus = ["A"], after = 0 }: { skus?: readonly string[]; after?: number } = {}): Order {
  const order = shop.capture(skus.map((sku) => aLine(sku, 1)), { ...DESTINATION, externalId: `X-${(serial += 1)}` });
  return Object.assign(order, { capturedAt: NOW + after * MINUTE });
}
const party = (shop: Shop, order: Order, merging = MERGE): Parcelled => ({ order, facts: shop.facts, merging });
const parcels = (shop: Shop, orders: readonly Order[], due: readonly Order[] = orders, merging = MERGE): (string | undefined)[] => {
  shareParcels(shop.journal, orders.map((order) => party(shop, order, merging)), (id) => due.some((order) => order.id === id));
  const ids = [...new Set(orders.flatMap(({ shipments }) => shipments.flatMap(({ document: { parcel } }) => parcel?.id ?? [])))];
  return orders.flatMap(({ shipments }) => shipments.map(({ document: { parcel } }) => (parcel ? `parcel ${ids.indexOf(parcel.id) + 1}` : undefined)));
};

describe("orders of one customer", () => {
  test("go in one parcel whose label is paid once", () => {
    const shop = shopOf();
    const [one, other] = [ordered(shop), ordered(shop, { after: 20 })];
    expect(parcels(shop, [one, other])).toEqual(["parcel 1", "parcel 1"]);
    // Two labels of 4, or one of 6.
    expect(shipmentOf(one).document.parcel).toMatchObject({ shipments: [one, other].map(({ id }) => shipmentId(id, 1)), label_micros: 6_000_000, saving_micros: 2_000_000 });
    releasePlanned(shop.journal, one, shop.facts, NOW);
    expect(shop.journal.events.at(-1)).toMatchObject({ type: "ShipmentReleased", data: { parcel: shipmentOf(other).document.parcel?.id, saving_micros: 2_000_000 } });
  });

  test("that are due take along one that still waits, and nobody else decides for them", () => {
    const shop = shopOf();
    const [one, other] = [ordered(shop), ordered(shop, { after: 20 })];
    expect(shareParcels(shop.journal, [party(shop, one), party(shop, other)], () => false)).toEqual([]);
    expect(shareParcels(shop.journal, [party(shop, one), party(shop, other)], (id) => id === one.id).map(({ order, shipment }) => [order.id, shipment.shipmentNo])).toEqual([[other.id, 1]]);
  });

  test.each<[string, (scene: { shop: Shop; one: Order; other: Order }) => void]>([
    ["come too late for the first one's window", ({ other }) => void Object.assign(other, { capturedAt: NOW + 30 * MINUTE + 1 })],
    ["are held", ({ other }) => void placeHold(other, { kind: "PAYMENT", scope: "order", lineNo: null, shipmentNo: null, reason: "wait", owner: null, dueAt: null }, NOW)],
    ["are with their node already", ({ shop, other }) => releasePlanned(shop.journal, other, shop.facts, NOW)],
    ["leave on another day", ({ other }) => void (shipmentOf(other).plannedShipDate = "2026-03-05")],
    ["go by another service", ({ other }) => void (shipmentOf(other).document = { ...shipmentOf(other).document, plan: { carrier: "dhl", service: "night", arrival_date: "2026-03-03" } })],
    ["go by no service", ({ other }) => void (shipmentOf(other).document = { packages: [], cancel_lines: [] })],
    ["are collected at a node", ({ other }) => void (other.document = { ...other.document, pickup_node: "store" })],
    ["are promised to be collected", ({ other }) => void (other.document = { ...other.document, promise: { option: "pickup/east", arrives_at: null, arrivals: {} } })],
    ["cannot be told to their node", ({ shop }) => void Object.assign(shop.node("east"), { operations: { ...shop.node("east").operations, calendar: "gone" } })],
    ["come over a border where goods up to a worth are free of duty", ({ shop }) => {
      const { shipping, nodes } = shop.facts;
      Object.assign(shop.facts, { nodes: nodes.map((node) => ({ ...node, address: { country: "CH" } })), shipping: { ...shipping, customs: { ...shipping.customs, dutyRates: new Map([["DE", { destination: "DE", currency: "EUR", deMinimisMicros: 150_000_000, rates: [] }]]) } } });
    }],
    ["are of another channel", () => undefined],
  ])("do not where they %s", (what, spoil) => {
    const shop = shopOf();
    const [one, other] = [ordered(shop), ordered(shop)];
    spoil({ shop, one, other });
    const facts = what === "are of another channel" ? { ...shop.facts, channel: aChannel({ id: "other" }) } : shop.facts;
    expect(shareParcels(shop.journal, [party(shop, one), { ...party(shop, other), facts }], () => true)).toEqual([]);
    expect([one, other].map((order) => shipmentOf(order).document.parcel)).toEqual([undefined, undefined]);
  });

  test("do not where that saves nothing, or too little, or nobody knows what it costs", () => {
    const shop = shopOf();
    expect(parcels(shop, [ordered(shop), ordered(shop)], undefined, { ...MERGE, minimumSavingMicros: 2_000_001 })).toEqual([undefined, undefined]);
    const many = Array.from({ length: 6 }, () => ordered(shop));
    Object.assign(shop.facts, { shipping: travelBy([serviceOf("parcel", 1)], [cardOf("parcel", { "1": [[1000, 1], [9000, 7]] })]).facts });
    expect(parcels(shop, many)).toEqual(Array.from({ length: 6 }, () => undefined));
    Object.assign(shop.facts, { shipping: travelBy([serviceOf("parcel", 1)]).facts });
    expect(parcels(shop, many)).toEqual(Array.from({ length: 6 }, () => undefined));
  });

  test("share a parcel node by node", () => {
    const shop = shopOf({ nodes: ["east", "west"] });
    const [one, other] = [ordered(shop, { skus: ["A", "B"] }), ordered(shop, { skus: ["B"] })];
    expect(parcels(shop, [one, other])).toEqual([undefined, "parcel 1", "parcel 1"]);
  });
});

describe("an order waits for others", () => {
  const waits = (shop: Shop, order: Order, now: number): boolean => waitsForOthers(order, MERGE, shop.facts, now);

  test("until its window ends", () => {
    const shop = shopOf();
    const order = ordered(shop);
    expect([waits(shop, order, NOW), waits(shop, order, NOW + 30 * MINUTE - 1), waits(shop, order, NOW + 30 * MINUTE)]).toEqual([true, true, false]);
  });

  test("unless it would leave on a later day then", () => {
    const [soon, later] = [shopOf({ cutOff: "09:15" }), shopOf({ cutOff: "09:45" })];
    expect([waits(soon, ordered(soon), NOW), waits(later, ordered(later), NOW)]).toEqual([false, true]);
    const missed = shopOf({ cutOff: "08:00" });
    expect(waits(missed, Object.assign(ordered(missed), { capturedAt: NOW + HOUR }), NOW + HOUR)).toBe(true);
  });

  test("unless it is collected: it shares no parcel, and may be ready sooner", () => {
    const shop = shopOf();
    const [there, promised] = [ordered(shop), ordered(shop)];
    there.document = { ...there.document, pickup_node: "east" };
    promised.document = { ...promised.document, promise: { option: "pickup/east", arrives_at: null, arrivals: {} } };
    expect([waits(shop, there, NOW), waits(shop, promised, NOW)]).toEqual([false, false]);
  });

  test("where the group that it falls into says so", () => {
    const [on, off] = [shopOf(), shopOf({ merge: null })];
    expect([mergingOf(ordered(on), on.facts), mergingOf(ordered(off), off.facts), mergingOf(ordered(on), { ...on.facts, channel: aChannel() })]).toEqual([MERGE, null, null]);
  });
});

test("a customer is who has the same e-mail, or without one the same phone, at the same address", () => {
  const to = { street: "Weg 1", postcode: "10115", city: "Berlin", country: "DE", name: "Ada Lovelace" };
  const of = (customer: object, over: object = {}): string | null => recipientOf({ customer, ship_to: { ...to, ...over }, ship_to_normalised: { ...to, ...over } });
  const same = of({ email: "ada@example.com" });
  expect(of({ email: "ADA+shop@example.com", phone: "030 12345678" }, { name: "ada  lovelace" })).toBe(same);
  expect([of({ email: "bob@example.com" }) === same, of({ email: "ada@example.com" }, { street: "Weg 2" }) === same, of({ email: "ada@example.com" }, { name: "Bob" }) === same]).toEqual([false, false, false]);
  expect([of({ phone: "030 12345678" }) === of({ phone: "+49 30 12345678" }), of({}), recipientOf({ customer: { email: "ada@example.com" } })]).toEqual([true, null, null]);
});
