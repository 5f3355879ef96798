import { describe, expect, test } from "vitest";
import { DEFAULT_OPERATIONS, type NodeOperations, type Node } from "../catalog/index.ts";
import { checkCapture, type Order } from "../order/index.ts";
import { type CarrierService, shippingFactsOf, type ShippingFacts } from "../shipping/index.ts";
import { aCalendar, aLane, aService } from "../shipping/shipping.testing.ts";
import { aCommand, aLine, anItem, aNode, limitedTo, openShop, type Shop, stockOf } from "../shop.testing.ts";
import { priceOf, promiseFor, type PromiseOption } from "./index.ts";

const works = (over: Partial<NodeOperations> = {}): Pick<Node, "operations"> => ({ operations: { ...DEFAULT_OPERATIONS, calendar: "office", ...over } });
const pickup = { slotMinutes: 60, ordersPerSlot: null };
const standard = aService({ level: "standard", code: "parcel", lanes: [aLane(2, 3)] });
const express = aService({ level: "express", code: "next-day", lanes: [aLane(1, 1)] });
const office = aCalendar("08:00-18:00", { code: "office", exceptions: { "2026-03-04": "" } });

function facts(services: readonly CarrierService[] = [standard, express], over: Partial<ShippingFacts> = {}): ShippingFacts {
  return {
    ...shippingFactsOf([{ kind: "calendar", code: "office", document: office }, ...services.map((document) => ({ kind: "carrier_service" as const, code: `${document.carrier}/${document.code}`, document }))]),
    exchangeRates: { base: "EUR", perMillion: {} }, ...over,
  };
}

/** NOW is Monday, 2 March 2026, nine o'clock; nodes work from eight to six, and not on Wednesday. */
function shopOf(nodes: readonly Node[], shipping: ShippingFacts, stock = [stockOf("A", "near", 10), stockOf("A", "far", 10), stockOf("B", "far", 10)]): Shop {
  const shop = openShop({ items: [anItem("A", { weightGrams: 500 }), anItem("B", { weightGrams: 500 })], nodes, stock });
  return { ...shop, facts: { ...shop.facts, shipping, tools: { ...shop.facts.tools, pack: () => [] } } };
}
const near = (over: Partial<NodeOperations> = {}): Node => aNode("near", { address: { country: "DE" }, latitude: 52, longitude: 13, ...works(over) });
const far = (over: Partial<NodeOperations> = {}): Node => aNode("far", { priority: 2, address: { country: "DE" }, latitude: 48, longitude: 11, ...works(over) });

function basket(shop: Shop, lines: readonly [sku: string, quantity: number][], over: { serviceLevel?: string; deliverBy?: number } = {}): Order {
  const command = aCommand(lines.map(([sku, quantity]) => aLine(sku, quantity)), { contact: { ship_to: { country: "DE", postcode: "10115" } }, destination: { latitude: 52.1, longitude: 13.1 }, ...over });
  const checked = checkCapture(command, shop.captureFacts, "order", 1);
  if (!checked.ok) throw new Error(checked.refusal.detail);
  return checked.value.order;
}
const promised = (shop: Shop, lines: readonly [string, number][], over = {}): PromiseOption[] => promiseFor(shop.journal, basket(shop, lines, over), shop.facts, { pickup: true });
const dates = (options: readonly PromiseOption[]): unknown[] => options.map(({ id, shipDate, arrivalDate }) => [id, shipDate, arrivalDate]);

describe("a basket is promised", () => {
  test("for each service level that reaches it, with the nodes behind it", () => {
    const shop = shopOf([near(), far()], facts());
    const options = promised(shop, [["A", 2], ["B", 1]]);
    expect(dates(options)).toEqual([["ship/express", "2026-03-02", "2026-03-03"], ["ship/standard", "2026-03-02", "2026-03-05"]]);
    expect(options[0]?.complete).toBe(true);
    expect(options[0]?.shipments.map(({ node, lines, travel }) => [node.code, lines.map(({ line, quantity }) => [line.document.sku, quantity]), travel?.service])).toEqual([["far", [["A", 2], ["B", 1]], "next-day"]]);
  });

  test("until the first of its cut-offs has passed, and for the next open day after it", () => {
    const shop = shopOf([near({ cutOffs: [{ carrier: "dhl", service: "next-day", time: "14:00" }] }), far()], facts(), [stockOf("A", "near", 10), stockOf("B", "far", 10)]);
    const [express] = promised(shop, [["A", 1], ["B", 1]]);
    expect(express?.shipments).toHaveLength(2);
    expect(express?.validUntil).toBe(Date.UTC(2026, 2, 2, 14));
    shop.at(Date.UTC(2026, 2, 2, 14));
    expect(promised(shop, [["A", 1]])[0]).toMatchObject({ shipDate: "2026-03-02", arrivalDate: "2026-03-03" });
    shop.at(Date.UTC(2026, 2, 2, 14, 0, 1));
    expect(promised(shop, [["A", 1]])[0]).toMatchObject({ shipDate: "2026-03-03", arrivalDate: "2026-03-04" });
    // Tuesday afternoon: the node is closed on Wednesday.
    shop.at(Date.UTC(2026, 2, 3, 15));
    expect(promised(shop, [["A", 1]])[0]).toMatchObject({ shipDate: "2026-03-05", arrivalDate: "2026-03-06", validUntil: Date.UTC(2026, 2, 5, 14) });
  });

  test("with the last part's date, where parts arrive on different days", () => {
    const shop = shopOf([near(), far({ cutOffs: [{ carrier: null, service: null, time: "08:30" }] })], facts(), [stockOf("A", "near", 10), stockOf("B", "far", 10)]);
    const [express] = promised(shop, [["A", 1], ["B", 1]]);
    expect(express?.shipments.map(({ node, travel }) => [node.code, travel?.arrivalDate])).toEqual([["near", "2026-03-03"], ["far", "2026-03-04"]]);
    expect(express).toMatchObject({ shipDate: "2026-03-03", arrivalDate: "2026-03-04" });
  });

  test("only by the level that it asks for, and honestly where that does not reach it", () => {
    const shop = shopOf([near(), far()], facts());
    expect(promised(shop, [["A", 1]], { serviceLevel: "express" }).map(({ id }) => id)).toEqual(["ship/express"]);
    const [never] = promised(shop, [["A", 1]], { serviceLevel: "same_day" });
    expect(never).toMatchObject({ id: "ship/same_day", complete: false, arrivalDate: null, validUntil: null, shipments: [] });
    expect(never?.unplaced.map(({ line, quantity }) => [line.lineNo, quantity])).toEqual([[1, 1]]);
  });

  test("as far as there is stock, with what cannot be had", () => {
    const [express] = promised(shopOf([near(), far()], facts()), [["A", 1], ["B", 99]]);
    expect(express?.complete).toBe(false);
    expect(express?.unplaced.map(({ line, quantity }) => [line.document.sku, quantity])).toEqual([["B", 89]]);
    expect(express?.reason).toContain("Line 2 cannot be placed: no node has enough.");
  });

  test("for a later day, where its node has no room before", () => {
    const limited = { ...near(), ...limitedTo({ ordersPerDay: 1 }) };
    const shop = shopOf([{ ...limited, operations: { ...limited.operations, calendar: "office" } }], facts(), [stockOf("A", "near", 10)]);
    shop.book.capacity.claim("node-near", { date: "2026-03-02", hour: -1 }, 1, 1);
    const [express] = promised(shop, [["A", 1]]);
    expect(express).toMatchObject({ shipDate: "2026-03-03", arrivalDate: "2026-03-04" });
    // The sentence names the day on which it really leaves.
    expect(express?.reason).toContain("leaving on 2026-03-03, there by 2026-03-04");
  });

  test("with its day of departure alone, where no service is known", () => {
    expect(promised(shopOf([near(), far()], facts([])), [["A", 1]])).toMatchObject([{ id: "ship", complete: true, shipDate: "2026-03-02", arrivalDate: null, validUntil: null }]);
  });

  test("without what is not launched yet", () => {
    const shop = shopOf([near()], facts());
    const launched = { ...shop.facts, item: (id: string) => ({ ...shop.facts.item(id), ...(id === "item-B" ? { waiting: { ...shop.facts.item(id).waiting, launchAt: Date.UTC(2026, 3, 1) } } : {}) }) };
    const told = (lines: readonly [string, number][]): unknown => promiseFor(shop.journal, basket(shop, lines), launched, { pickup: false }).map(({ complete, arrivalDate, reason }) => [complete, arrivalDate, reason.slice(-47)]);
    expect(told([["B", 1]])).toEqual([1, 2].map(() => [false, null, "Line 1 cannot be sent before the launch."]));
    expect(told([["A", 1], ["B", 1]])).toMatchObject([[false, "2026-03-03", expect.stringContaining("Line 2 cannot")], [false, "2026-03-05", {}]].map(([a, b]) => [a, b, expect.anything()]));
  });

  test("nothing is reserved, and asking twice answers the same", () => {
    const shop = shopOf([near({ pickup }), far()], facts());
    expect(promised(shop, [["A", 10]])).toEqual(promised(shop, [["A", 10]]));
    expect([shop.book.stockDeltas(), shop.book.demandDeltas(), shop.journal.events, shop.journal.decisions]).toEqual([[], [], [], []]);
  });
});

describe("a basket can be collected", () => {
  test("at nodes that hand goods out, the nearest first, in the next slot", () => {
    const shop = shopOf([far({ pickup }), near({ pickup, processing: { minutes: 90, milliMinutesPerBacklogOrder: 0, maximumMinutes: null } })], facts([]));
    const [, first, second] = promised(shop, [["A", 1]]);
    expect([first?.id, first?.pickup?.slot?.startsAt, first?.validUntil]).toEqual(["pickup/near", Date.UTC(2026, 2, 2, 11), Date.UTC(2026, 2, 2, 9, 30)]);
    expect([second?.id, second?.arrivalDate]).toEqual(["pickup/far", "2026-03-02"]);
  });

  test("only where one of them has it", () => {
    const shop = shopOf([near({ pickup }), far({ pickup })], facts([]));
    const found = promised(shop, [["A", 1], ["B", 1]]).slice(1);
    expect(found.map(({ id, complete, unplaced }) => [id, complete, unplaced.map(({ line }) => line.document.sku)])).toEqual([["pickup/near", false, ["B"]], ["pickup/far", true, []]]);
  });

  test("in the country it goes to", () => {
    const shop = shopOf([aNode("vienna", { address: { country: "AT" }, ...works({ pickup }) }), far({ pickup })], facts([]));
    expect(promised(shop, [["A", 1]]).map(({ id }) => id)).toEqual(["ship", "pickup/far"]);
  });
});

describe("sending costs", () => {
  const card = { code: "C", carrier: "dhl", service: "parcel", currency: "EUR", zones: { "1": [{ upToGrams: 1000, micros: 4_900_000, perKilogramMicros: 0 }] }, surcharges: [] };
  const priced = (quantity: number, rateCards: ShippingFacts["rateCards"]): unknown => {
    const shop = shopOf([near(), far()], facts([standard], { rateCards }));
    const order = basket(shop, [["A", quantity]]);
    const [option] = promiseFor(shop.journal, order, shop.facts, { pickup: false });
    const price = option && priceOf(option, order, shop.facts);
    return [price?.micros, price?.missing.map(({ missing }) => missing?.kind)];
  };
  test("what its labels cost", () => expect(priced(2, new Map([["dhl/parcel", card]]))).toEqual([4_900_000, []]));
  test("nothing that can be said, where a cell is missing: it is named", () => expect(priced(3, new Map([["dhl/parcel", card]]))).toEqual([null, ["WEIGHT"]]));
  test("nothing that can be said without a card", () => expect(priced(1, new Map())).toEqual([null, ["NO_CARD"]]));
});

