import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULT_OPERATIONS, type Node, type NodeOperations } from "../catalog/index.ts";
import type { SoftClaim } from "../inventory/index.ts";
import { DAY, HOUR, type Instant } from "../kernel/index.ts";
import { checkCapture, type Order, statusOf } from "../order/index.ts";
import type { RoutingPlan, ShipToStore, StrategyGroup } from "../routing/index.ts";
import { rulesWith } from "../routing/routing.testing.ts";
import { type CarrierService, type RateCard, shippingFactsOf } from "../shipping/index.ts";
import { aCalendar, aLane, aService } from "../shipping/shipping.testing.ts";
import { aChannel, aCommand, aLine, anItem, aNode, codeOf, NOW, openShop, type Shop, shipmentOf, stockOf, unitsOf } from "../shop.testing.ts";
import {
  acceptShipment, applyPlan, arriveAtStore, consolidate, deadlineChanges, expirePickups, handOverShipment, type Outlook, outlooksOf, packShipment, pickShipment, planAsPromised, planLines, promiseFor, recordCarrierOutcome, releaseShipment, RISK_CAUSES, shipShipment, suppose, supposedFacts, takePromise, tellNode, unitsToPlace, waitingUnits, watchPromise,
} from "./index.ts";

/** NOW is Monday, 2 March 2026, nine o'clock UTC. The store opens from ten to six but on Wednesdays; a van goes there from the warehouse, and a carrier goes everywhere. */
const works = (over: Partial<NodeOperations> = {}): NodeOperations => ({ ...DEFAULT_OPERATIONS, ...over });
const STORE = aNode("store", { kind: "store", name: "Berlin store", address: { country: "DE", postcode: "10 115" }, latitude: 52, longitude: 13, operations: works({ calendar: "store", pickup: { slotMinutes: 60, ordersPerSlot: null, holdDays: 5 }, handling: { perShipmentMicros: 500_000, perLineMicros: 0, perUnitMicros: 100_000 } }) });
const WAREHOUSE = aNode("warehouse", { name: "Warehouse", address: { country: "DE" }, latitude: 52, longitude: 12, operations: works({ handling: { perShipmentMicros: 1_000_000, perLineMicros: 0, perUnitMicros: 0 } }) });
const FAR = aNode("far", { name: "Far", address: { country: "DE" }, latitude: 48, longitude: 11 });
const van = aService({ carrier: "own", code: "van", name: "Own van", level: "transfer", storesOnly: true, lanes: [{ ...aLane(0, 0), fromNodes: ["warehouse"], toPostcodes: [{ from: "10115", to: "10115" }] }] });
const parcel = aService({ lanes: [aLane(2, 2)] });
const card = ({ carrier, code: service }: CarrierService, micros: number): RateCard => ({ code: service, carrier, service, currency: "EUR", zones: { 1: [{ upToGrams: 31_500, micros, perKilogramMicros: 0 }] }, surcharges: [] });

interface Given {
  readonly rule?: ShipToStore;
  readonly nodes?: readonly Node[];
  readonly stock?: Readonly<Record<string, number>>;
  readonly services?: readonly CarrierService[];
  readonly group?: Parameters<typeof rulesWith>[0];
}
const PRICED = { objective: { weights: { label: 1000, handling: 1000, split: 1000 }, splitMicros: 5_000_000 } };

function shopOf({ rule = "allowed", nodes = [STORE, WAREHOUSE, FAR], stock = { warehouse: 10, far: 10 }, services = [van, parcel], group: over = PRICED }: Given = {}): Shop {
  const { group } = rulesWith(over);
  const chosen: StrategyGroup = rule === "never" ? group : { ...group, shipToStore: rule };
  const shop = openShop({
    items: [anItem("A", { weightGrams: 500 }), anItem("B", { weightGrams: 500 })], nodes, channel: aChannel({ strategy: "pickup", whenUnavailable: "exception" }), strategies: [{ code: "pickup", version: 1, groups: [chosen] }],
    stock: Object.entries(stock).flatMap(([node, units]) => (units > 0 ? [stockOf("A", node, units), stockOf("B", node, units)] : [])),
  });
  const shipping = shippingFactsOf([
    { kind: "calendar", code: "store", document: aCalendar("10:00-18:00", { code: "store", days: [1, 2, 3, 4, 5, 6], exceptions: { "2026-03-04": "" } }) },
    ...services.map((document) => ({ kind: "carrier_service" as const, code: `${document.carrier}/${document.code}`, document })), ...services.map((one) => ({ kind: "rate_card" as const, code: one.code, document: card(one, one === van ? 2_000_000 : 4_000_000) })),
    { kind: "exchange_rates", code: "exchange-rates", document: { base: "EUR", perMillion: {} } },
  ]);
  return { ...shop, facts: { ...shop.facts, shipping } };
}

function captured(shop: Shop, lines: readonly (readonly [sku: string, quantity: number])[] = [["A", 2]], claim?: SoftClaim): Order {
  const checked = checkCapture(aCommand(lines.map(([sku, quantity]) => aLine(sku, quantity)), claim ? { contact: { ship_to: { country: "DE", postcode: "10115" } } } : { pickupNode: "store" }), shop.captureFacts, "order", 1);
  if (!checked.ok) throw new Error(checked.refusal.detail);
  const { order } = checked.value;
  if (claim) takePromise(order, claim, shop.facts.nodes);
  shop.journal.addOrder(order);
  const { routable } = unitsToPlace(order);
  applyPlan(shop.journal, order, routable, claim ? planAsPromised(shop.journal, order, routable, shop.facts, claim) : planOf(shop, order), shop.facts, "CAPTURE");
  return order;
}
const planOf = (shop: Shop, order: Order): RoutingPlan => planLines(shop.journal, order, unitsToPlace(order).routable, shop.facts, "CAPTURE");
const detailOf = ({ journal }: Shop): Record<string, unknown> => JSON.parse(journal.decisions.at(-1)?.detail ?? "{}") as Record<string, unknown>;
const reasonOf = ({ journal }: Shop): string => journal.decisions.at(-1)?.reason ?? "";
const placesOf = ({ shipments }: Order): string[] => shipments.filter(({ status }) => status !== "CANCELLED").map(({ nodeId, document }) => `${nodeId.slice(5)}${document.to_store ? ` to ${document.to_store}` : ""}`);

describe("which node's goods are collected at a store", () => {
  test.each<readonly [string, Given, readonly string[]]>([
    ["its own, and nobody else's, unless a rule says otherwise", { rule: "never", stock: { warehouse: 9, store: 9 } }, ["store"]], ["nobody's where it has none and no rule lets others send", { rule: "never" }, []],
    ["its own where it has them: they need no way", { stock: { warehouse: 9, store: 9 } }, ["store"]], ["those of whoever sends cheapest where it has none", {}, ["warehouse to store"]],
    ["those of another where its own are not for sale", { rule: "only", stock: { warehouse: 9, store: 9 } }, ["warehouse to store"]], ["not those of a node that a rule excludes", { group: { ...PRICED, filters: [{ kind: "not_nodes", nodes: ["warehouse"], tier: null }] } }, ["far to store"]],
    ["nobody else's while the store is offline", { nodes: [{ ...STORE, status: "offline" }, WAREHOUSE] }, []], ["nobody else's where it hands nothing out", { nodes: [{ ...STORE, operations: works() }, WAREHOUSE] }, []],
    ["not those of a node that no service goes from", { services: [van], stock: { far: 9 } }, []], ["what there is, where no service is known at all", { services: [], group: {} }, ["warehouse to store"]],
  ])("%s", (_, given, expected) => {
    const shop = shopOf(given);
    expect(placesOf(captured(shop))).toEqual(expected);
  });

  test("part of it may be sent beside what the store has, within the split limits", () => {
    const stock = { store: 1, warehouse: 1 };
    expect(placesOf(captured(shopOf({ stock })))).toEqual(["store", "warehouse to store"]);
    expect(placesOf(captured(shopOf({ stock, group: { ...PRICED, split: { maximumNodesPerLine: 1 } } })))).toEqual([]);
  });

  test("costs the first hop, the sender's work and the store's", () => {
    const shop = shopOf();
    captured(shop);
    expect(detailOf(shop)).toMatchObject({ terms_micros: { label: 2_000_000, handling: 1_000_000 + 500_000 + 2 * 100_000 }, chosen: [{ node: "warehouse", service: "own/van", leaves: "2026-03-02", arrives: "2026-03-03" }] });
  });

  test("the store's own goods cost only its own work, so a transfer may be dearer or cheaper than them", () => {
    const dear = { ...STORE, operations: { ...STORE.operations, handling: { perShipmentMicros: 0, perLineMicros: 0, perUnitMicros: 0 } } };
    const shop = shopOf({ nodes: [dear, WAREHOUSE], stock: { store: 9, warehouse: 9 } });
    captured(shop);
    expect(detailOf(shop)).toMatchObject({ total_cost_micros: 0, chosen: [{ node: "store" }], runner_up: { node: "warehouse", total_cost_micros: 3_000_000 } });
  });

  test("the decision speaks of both hops", () => {
    const shop = shopOf();
    captured(shop);
    expect(reasonOf(shop)).toBe("Ships from Warehouse: 2 nodes have the line and it costs least (3.70; next is FAR, 4.70). By Own van, leaving on 2026-03-02, to Berlin store, where it can be collected from 2026-03-03.".replace("FAR", "Far"));
    const never = shopOf({ rule: "never" });
    captured(never);
    expect(reasonOf(never)).toContain("Far is not where the order is collected");
  });
});

describe("when it can be collected", () => {
  test.each<readonly [string, Instant, NodeOperations["processing"], string, string]>([
    ["the van of today, the first slot of tomorrow", NOW, DEFAULT_OPERATIONS.processing, "2026-03-03", "10:00"], ["not on a day on which the store is closed", NOW + DAY, DEFAULT_OPERATIONS.processing, "2026-03-05", "10:00"],
    ["after the store's own work on it", NOW, { minutes: 90, milliMinutesPerBacklogOrder: 0, maximumMinutes: null }, "2026-03-03", "12:00"], ["the van does not go on Saturdays, the store opens on Tuesday", NOW + 5 * DAY, DEFAULT_OPERATIONS.processing, "2026-03-10", "10:00"],
  ])("%s", (_, at, processing, date, time) => {
    const shop = shopOf({ nodes: [{ ...STORE, operations: { ...STORE.operations, processing } }, WAREHOUSE] });
    shop.at(at);
    const order = captured(shop);
    const desk = planOf(shopOf({ nodes: shop.facts.nodes }), order).shipments.map(({ desk: slot }) => slot);
    expect(shipmentOf(order).document.plan?.arrival_date).toBe(date);
    if (at === NOW) expect(desk).toMatchObject([{ date, startsAt: Date.parse(`${date}T${time}:00Z`) }]);
  });

  test("at a store far to the west of who sends it, after the day of its arrival there has ended", () => {
    const late = works({ calendar: "late", pickup: { slotMinutes: 60, ordersPerSlot: null } });
    const shop = shopOf({ nodes: [{ ...STORE, timeZone: "America/Los_Angeles", operations: late }, { ...WAREHOUSE, timeZone: "America/New_York" }], services: [parcel] });
    const calendars = new Map([["late", aCalendar("10:00-22:00", { code: "late", days: [1, 2, 3, 4, 5, 6, 7] })]]);
    const asked = { ...shop, facts: { ...shop.facts, shipping: { ...shop.facts.shipping, calendars } } };
    // It arrives on Wednesday by the store's clock, at whatever hour.
    expect(planOf(asked, captured(asked)).shipments.map(({ desk }) => desk)).toMatchObject([{ date: "2026-03-05", startsAt: Date.UTC(2026, 2, 5, 18) }]);
  });

  test.each<readonly [string, Given, Instant, string, Instant]>([
    ["by a van that goes to nobody else", { services: [van] }, Date.UTC(2026, 2, 2, 23, 59, 59), "late", Date.UTC(2026, 2, 3, 11)],
    ["by a parcel service", { services: [parcel] }, Date.UTC(2026, 2, 3, 23, 59, 59), "late", Date.UTC(2026, 2, 5, 11)],
    ["in time", { services: [parcel] }, Date.UTC(2026, 2, 5, 23, 59, 59), "safe", Date.UTC(2026, 2, 5, 11)],
  ])("is what its date is held against: %s", (_, given, deliverBy, level, predictedAt) => {
    const shop = shopOf(given);
    const order = captured(shop);
    order.document = { ...order.document, deliver_by: deliverBy };
    expect(outlooksOf(order, shop.facts, NOW)).toMatchObject([{ level, predictedAt }]);
  });

  test("a promise has the slot, and its claim sends the goods to the store", () => {
    const shop = shopOf();
    const order = captured(shopOf(), [["A", 2]]);
    const { pickup_node: _store, ...document } = order.document;
    const basket: Order = { ...order, document, destination: { latitude: 52, longitude: 13, country: "DE", region: null, postcode: "10115" } as Order["destination"], shipments: [] };
    for (const line of basket.lines) Object.assign(line.units, { reserved: 0 });
    const options = promiseFor(shop.journal, basket, shop.facts, { pickup: true });
    const option = options.find(({ id }) => id === "pickup/store");
    expect(option).toMatchObject({ complete: true, shipDate: "2026-03-03", arrivalDate: "2026-03-03", arrivesAt: Date.UTC(2026, 2, 3, 11), pickup: { slot: { startsAt: Date.UTC(2026, 2, 3, 10) } }, shipments: [{ node: { code: "warehouse" }, shipDate: "2026-03-02", travel: { service: "van" } }] });
    expect(option?.reason).toContain("to Berlin store");
    // The van goes to the store, and to nobody who lives beside it.
    expect(options.map(({ id }) => id)).toEqual(["ship/standard", "pickup/store"]);
    const claim: SoftClaim = {
      id: "claim", status: "open", reference: null, createdAt: NOW, expiresAt: NOW + 1000, lines: [{ itemId: "item-A", nodeId: "node-warehouse", quantity: 2 }],
      promise: { option: "pickup/store", service_level: null, arrives_at: option?.arrivesAt ?? null, arrivals: { A: option?.arrivesAt ?? null } },
    };
    expect(placesOf(captured(shop, [["A", 2]], claim))).toEqual(["warehouse to store"]);
    // It was promised for the end of that slot, and nothing has changed since.
    expect(shop.journal.events.map(({ type }) => type)).toEqual(["OrderRouted"]);
    // What the store hands out of its own is as it was: nothing says that it has to go there.
    const own = captured(shopOf({ stock: { store: 9 } }), [["A", 2]], { ...claim, lines: [{ itemId: "item-A", nodeId: "node-store", quantity: 2 }] });
    expect([own.document.pickup_node, placesOf(own)]).toEqual([undefined, ["store"]]);
  });

  test("by a promise is held to its slot, and its customer hears of the next one before that is over", () => {
    const shop = shopOf({ services: [van] });
    const told = Date.UTC(2026, 2, 3, 11);
    const order = captured(shop);
    order.document = { ...order.document, promise: { option: "pickup/store", arrives_at: told, arrivals: { 1: told } } };
    const seen = { level: "safe" as const, missed: false };
    expect(watchPromise(shop.journal, order, shop.facts, seen)).toMatchObject({ outlook: { level: "safe", predictedAt: told }, changed: 0 });
    // The van of Monday is gone, and the store is closed on Wednesday.
    shop.at(Date.UTC(2026, 2, 3));
    expect(watchPromise(shop.journal, order, shop.facts, seen)).toMatchObject({ outlook: { level: "safe", deadline: { at: Date.UTC(2026, 2, 5, 11) } }, changed: 1, tried: { saved: false } });
    expect(shop.journal.events.filter(({ type }) => type === "PromiseChanged").map(({ data }) => data)).toEqual([{ line: 1, from: "2026-03-03T11:00:00.000Z", to: "2026-03-05T11:00:00.000Z" }]);
    expect(shipmentOf(order).document.plan).toMatchObject({ arrival_date: "2026-03-05", arrives_at: Date.UTC(2026, 2, 5, 11) });
  });

  describe("of the store's own", () => {
    const SLOT_ENDS = NOW + 2 * HOUR;
    const watched = (over: Partial<NodeOperations> = {}): { readonly shop: Shop; readonly order: Order } => {
      const shop = shopOf({ stock: { store: 9 }, nodes: [{ ...STORE, operations: { ...STORE.operations, ...over } }, WAREHOUSE] });
      const order = captured(shop);
      order.document = { ...order.document, promise: { option: "pickup/store", arrives_at: SLOT_ENDS, arrivals: { 1: SLOT_ENDS } } };
      return { shop, order };
    };
    const look = (shop: Shop, order: Order, at: Instant): Outlook[] => (shop.at(at), outlooksOf(order, shop.facts, at));

    test("is watched by the slot after it is ready", () => {
      const { shop, order } = watched();
      expect(look(shop, order, NOW)).toMatchObject([{ level: "at_risk", deadline: { kind: "promise", at: SLOT_ENDS }, predictedAt: SLOT_ENDS, arrivalDate: "2026-03-02", cause: "LAST_COLLECTION" }]);
      expect(look(shop, order, NOW - 3 * HOUR)).toMatchObject([{ level: "safe" }]);
      expect(look(shop, order, NOW + HOUR + 1)).toMatchObject([{ level: "late", predictedAt: SLOT_ENDS + HOUR }]);
    });

    test.each([["with more orders before it", {}, 30, "BACKLOG"], ["while the store is paused", { pausedUntil: NOW + 4 * HOUR }, 0, "NODE_PAUSED"]] as const)("is late %s, and its customer hears of the new slot before the old one", (_, over, waiting, cause) => {
      const { shop, order } = watched();
      const now = { ...STORE, operations: { ...STORE.operations, processing: { minutes: 0, milliMinutesPerBacklogOrder: 4_000, maximumMinutes: null }, ...over } };
      const facts = { ...shop.facts, nodes: [now, WAREHOUSE], backlog: () => waiting };
      const found = watchPromise(shop.journal, order, facts, { level: "safe", missed: false });
      expect(found).toMatchObject({ changed: 1, saved: 0, tried: { saved: false, sentence: "Its customer collects it there." } });
      const changes = shop.journal.events.filter(({ type }) => type === "PromiseChanged");
      expect(changes).toMatchObject([{ reason: RISK_CAUSES[cause], data: { line: 1, from: new Date(SLOT_ENDS).toISOString() } }]);
      expect(order.document.promise?.arrivals["1"]).toBeGreaterThan(SLOT_ENDS);
      expect(watchPromise(shop.journal, order, facts, { level: "safe", missed: false })).toMatchObject({ changed: 0 });
    });

    test("that is begun is ready when it was to be, and packed keeps its promise whenever its customer comes", () => {
      const { shop, order } = watched({ processing: { minutes: 30, milliMinutesPerBacklogOrder: 0, maximumMinutes: null } });
      const shipment = shipmentOf(order);
      expect(codeOf(tellNode(shop.journal, order, shipment, shop.facts, NOW))).toBe("ok");
      acceptShipment(shop.journal, order, shipment, NOW);
      expect(look(shop, order, NOW + HOUR)).toMatchObject([{ level: "late", predictedAt: NOW + 3 * HOUR }]);
      expect(look(shop, order, NOW + 2.5 * HOUR - HOUR)).toMatchObject([{ level: "late" }]);
      pickShipment(shop.journal, order, shipment, null, false, shop.facts, NOW);
      expect(look(shop, order, NOW + HOUR)).toMatchObject([{ level: "at_risk", predictedAt: NOW + HOUR }]);
      packShipment(shop.journal, order, shipment, null, NOW);
      expect(look(shop, order, NOW + HOUR)).toEqual([]);
      expect(look(shop, order, SLOT_ENDS + 9 * HOUR)).toEqual([]);
    });

    test("that waits for its node to open is late when nobody can say when", () => {
      const { shop, order } = watched();
      const facts = { ...shop.facts, nodes: [{ ...shop.node("store"), status: "offline" as const }] };
      expect(outlooksOf(order, facts, NOW)).toMatchObject([{ level: "late", cause: "NODE_OFFLINE", predictedAt: null }]);
    });
  });

  test("without a rule a promise is of the store's own goods", () => {
    const shop = shopOf({ rule: "never" });
    const order = captured(shopOf({ stock: {} }));
    const options = promiseFor(shop.journal, { ...order, document: { ...order.document }, destination: { latitude: 52, longitude: 13, country: "DE" } as Order["destination"] }, shop.facts, { pickup: true });
    expect(options.find(({ id }) => id === "pickup/store")).toMatchObject({ complete: false, shipments: [] });
  });

  test("what-if without the warehouse, and under rules that let nobody send", () => {
    const shop = shopOf();
    const order = captured(shopOf());
    const supposition = { excludeNodes: ["warehouse"], onlyNodes: null, weights: {}, strategy: null, destination: null, stock: [], serviceLevel: null, deliverBy: null };
    suppose(shop.journal, order, supposition);
    expect(planLines(shop.journal, order, unitsToPlace(order).routable, supposedFacts(shop.facts, supposition), "MANUAL").assignments).toMatchObject([{ nodeId: "node-far", quantity: 2 }]);
  });
});

/** Sends the order's one shipment. */
function sent(shop: Shop, lines?: Parameters<typeof captured>[1]): Order {
  const order = captured(shop, lines);
  const shipment = shipmentOf(order);
  releaseShipment(shop.journal, order, shipment, shop.node("warehouse"), NOW, shop.facts.shipping);
  expect(codeOf(shipShipment(shop.journal, order, shipment, { carrier: "own", service: "van", trackingNumbers: [] }, shop.facts, NOW))).toBe("ok");
  return order;
}
const arrive = (shop: Shop, order: Order, named: readonly (readonly [number, number])[] | null = null, shipmentNo = 1): string =>
  codeOf(arriveAtStore(shop.journal, order, shipmentOf(order, shipmentNo), named && named.map(([lineNo, quantity]) => ({ lineNo, quantity })), shop.facts, NOW));

describe("goods on their way to a store", () => {
  test("are reserved at their node until they leave, and never the store's to sell", () => {
    const shop = shopOf();
    const before = captured(shop);
    expect(shop.book.counters("item-A", "node-warehouse")).toMatchObject({ onHand: 10, reserved: 2 });
    expect(unitsOf(before)).toEqual({ reserved: 2 });
    const other = shopOf();
    const order = sent(other);
    expect(other.book.counters("item-A", "node-warehouse")).toMatchObject({ onHand: 8, reserved: 0 });
    expect(arrive(other, order)).toBe("ok");
    expect([shipmentOf(order).status, statusOf(order), unitsOf(order)]).toEqual(["AT_STORE", "SHIPPED", { shipped: 2 }]);
    expect(other.book.counters("item-A", "node-store").onHand).toBe(0);
    expect(codeOf(handOverShipment(other.journal, order, shipmentOf(order), other.facts, NOW))).toBe("ok");
    expect([shipmentOf(order).status, statusOf(order), unitsOf(order)]).toEqual(["DELIVERED", "COMPLETED", { shipped: 2, delivered: 2 }]);
    expect(other.journal.events.map(({ type }) => type).slice(-2)).toEqual(["ShipmentArrivedAtStore", "ShipmentDelivered"]);
  });

  test("that arrive short are sent again, in the same commit", () => {
    const shop = shopOf();
    const order = sent(shop, [["A", 3], ["B", 1]]);
    expect(arrive(shop, order, [[1, 2]])).toBe("ok");
    expect([unitsOf(order, 1), unitsOf(order, 2)]).toEqual([{ shipped: 2, reserved: 1 }, { reserved: 1 }]);
    expect(order.shipments.map(({ status, document }) => [status, document.to_store])).toEqual([["AT_STORE", "store"], ["PLANNED", "store"]]);
    expect(shop.journal.events.find(({ type }) => type === "ShipmentArrivedAtStore")?.data).toMatchObject({ node: "store", lines: [[1, 2]], short: [[1, 1], [2, 1]] });
    expect(shop.book.counters("item-A", "node-warehouse")).toMatchObject({ onHand: 7, reserved: 1 });
  });

  test("that arrive short and came back as often as may be are told to a person, and their dates are looked at again", () => {
    const shop = shopOf();
    const order = sent(shop);
    order.document = { ...order.document, deliver_by: NOW + 9 * DAY };
    for (const line of order.lines) line.attempts = 3;
    shop.journal.events.splice(0);
    shop.journal.newOrders.splice(0);
    shop.journal.touched.set(order.id, { order, lines: new Set(), shipments: new Set(), holds: new Set(), content: false });
    expect(arrive(shop, order, [[1, 1]])).toBe("ok");
    expect([unitsOf(order), shop.journal.exceptions.map(({ kind, lineNo }) => [kind, lineNo])]).toEqual([{ shipped: 1, pending: 1 }, [["ATTEMPTS_EXHAUSTED", 1]]]);
    expect(deadlineChanges(shop.journal, () => false)).toMatchObject([{ open: true, lookAt: NOW }]);
  });

  test("of which nothing arrived leave no shipment behind, and wait for a person where nobody has more", () => {
    const shop = shopOf({ stock: { warehouse: 2 } });
    const order = sent(shop);
    expect(arrive(shop, order, [])).toBe("ok");
    expect([shipmentOf(order).status, unitsOf(order), waitingUnits(order).length]).toEqual(["CANCELLED", { pending: 2 }, 1]);
    expect(shop.journal.exceptions.map(({ kind }) => kind)).toEqual(["NO_STOCK"]);
  });

  test("that nobody collects in time go into the store's quarantine, and a person is told", () => {
    const shop = shopOf();
    const order = sent(shop);
    arrive(shop, order);
    shop.at(NOW + 5 * DAY - 1);
    expect(expirePickups(shop.journal, order, shop.facts)).toBe(0);
    shop.at(NOW + 5 * DAY);
    expect([expirePickups(shop.journal, order, shop.facts), expirePickups(shop.journal, order, shop.facts)]).toEqual([1, 0]);
    expect([shipmentOf(order).status, unitsOf(order)]).toEqual(["RETURNED_TO_SENDER", { shipped: 2, returned_to_sender: 2 }]);
    expect([shop.book.onHand("item-A", "node-store", "", "quarantine"), shop.book.onHand("item-A", "node-warehouse", "", "quarantine")]).toEqual([2, 0]);
    expect(shop.journal.exceptions).toMatchObject([{ kind: "RETURNED_TO_SENDER", nodeId: "node-store", reason: "Nobody collected shipment 1 at store." }]);
  });

  test("are kept for ever by a store without such days", () => {
    const shop = shopOf({ nodes: [{ ...STORE, operations: { ...STORE.operations, pickup: { slotMinutes: 60, ordersPerSlot: null } } }, WAREHOUSE] });
    const order = sent(shop);
    arrive(shop, order);
    shop.at(NOW + 400 * DAY);
    expect(expirePickups(shop.journal, order, shop.facts)).toBe(0);
  });

  test("can be lost, and come back to their node where they never arrived", () => {
    const shop = shopOf();
    const [lost, back] = [sent(shop), sent(shop)];
    expect(codeOf(recordCarrierOutcome(shop.journal, lost, shipmentOf(lost), "lost", shop.facts, NOW))).toBe("ok");
    expect(codeOf(recordCarrierOutcome(shop.journal, back, shipmentOf(back), "returned_to_sender", shop.facts, NOW))).toBe("ok");
    expect(shop.book.onHand("item-A", "node-warehouse", "", "quarantine")).toBe(2);
  });

  test("refuse what is not possible where they are", () => {
    const shop = shopOf();
    const order = sent(shop);
    expect([codeOf(recordCarrierOutcome(shop.journal, order, shipmentOf(order), "delivered", shop.facts, NOW)), codeOf(handOverShipment(shop.journal, order, shipmentOf(order), shop.facts, NOW)), arrive(shop, order, [[1, 3]]), arrive(shop, order, [[9, 1]])])
      .toEqual(["NOT_IN_STATE", "NOT_IN_STATE", "QUANTITY_NOT_THERE", "QUANTITY_NOT_THERE"]);
    expect([arrive(shop, order), arrive(shop, order)]).toEqual(["ok", "NOT_IN_STATE"]);
    const own = captured(shopOf({ stock: { store: 9 } }));
    expect(arrive(shop, own)).toBe("NOT_IN_STATE");
  });

  test("whatever arrives, every unit is somewhere once and nobody has more than there was", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 }), fc.integer({ min: 4, max: 6 }), (a, b, arrivedA, arrivedB, stock) => {
      const shop = shopOf({ stock: { warehouse: stock, far: 1 } });
      const order = sent(shop, [["A", a], ["B", b]]);
      expect(arrive(shop, order, [[1, Math.min(a, arrivedA)], [2, Math.min(b, arrivedB)]])).toBe("ok");
      order.lines.forEach((line, index) => {
        const { shipped, reserved, pending } = line.units;
        expect([shipped + reserved + pending, shipped]).toEqual([[a, b][index], Math.min([a, b][index] ?? 0, [arrivedA, arrivedB][index] ?? 0)]);
        const { onHand, reserved: claimed } = shop.book.counters(line.itemId, "node-warehouse");
        expect([onHand, claimed <= onHand]).toEqual([stock - ([a, b][index] ?? 0), true]);
      });
    }), { numRuns: 60 });
  });
});

test("what the store hands out today is not sent there later because a node of better rank has it too", () => {
  const shop = shopOf({ nodes: [{ ...STORE, priority: 2 }, WAREHOUSE], stock: { store: 10, warehouse: 1 }, services: [parcel], group: { ranks: ["node_priority"], objective: { weights: {} } } });
  const order = captured(shop);
  expect([shipmentOf(order).nodeId, shipmentOf(order).document.plan]).toEqual(["node-store", undefined]);
  shop.book.changeOnHand("item-A", "node-warehouse", "", "A", 10);
  expect(consolidate(shop.journal, order, shop.facts, 0)).toBeNull();
});
