import { describe, expect, test } from "vitest";
import { type Channel, DEFAULT_DEADLINES, DEFAULT_OPERATIONS, type DeadlinePolicy, type Node, type NodeOperations } from "../catalog/index.ts";
import { HOUR, type Instant, MINUTE, SECOND } from "../kernel/index.ts";
import { type CaptureCommand, type CaptureLine, checkCapture, type Order, placeHold } from "../order/index.ts";
import type { CapacityRow } from "../inventory/index.ts";
import { rulesWith } from "../routing/routing.testing.ts";
import { type CarrierService, shippingFactsOf } from "../shipping/index.ts";
import { aCalendar, aLane, aService } from "../shipping/shipping.testing.ts";
import { aChannel, aCommand, aLine, anItem, aNode, NOW, openShop, shipmentOf, type Shop, stockOf, unitsOf } from "../shop.testing.ts";
import { acceptShipment, applyPlan, cancelUnits, type KnownRisk, outlooksOf, overrideRouting, packShipment, pickShipment, planLines, promiseFor, releaseShipment, type SourcingFacts, unitsToPlace, type WatchedOrder, watchPromise, zoneOfOrder } from "./index.ts";

/** NOW is Monday, 2 March 2026, nine o'clock. Nodes work in UTC and are collected from at two in the afternoon. */
const CUT_OFF = Date.UTC(2026, 2, 2, 14);
const [MONDAY_END, TUESDAY_END, WEDNESDAY_END] = [2, 3, 4].map((day) => Date.UTC(2026, 2, day, 23, 59, 59)) as [number, number, number];
const iso = (at: Instant): string => new Date(at).toISOString();
const NEVER_SEEN: KnownRisk = { level: "safe", missed: false };

const operations = { ...DEFAULT_OPERATIONS, cutOffs: [{ carrier: null, service: null, time: "14:00:00" }] };
const node = (code: string, over: Partial<Node> = {}): Node => aNode(code, { address: { country: "DE" }, latitude: 52, longitude: 13, operations, ...over });
const slowNode = node("near", { operations: { ...operations, calendar: "late-week" } });
const [standard, express] = [aService({ level: "standard", code: "standard", lanes: [aLane(2, 2)] }), aService({ level: "express", code: "express", lanes: [aLane(1, 1)] })];

function shop(nodes: readonly Node[], { stock = [["near", 5]], deadlines = {}, routing = {} }: { stock?: readonly [string, number][]; deadlines?: Partial<DeadlinePolicy>; routing?: Partial<Channel["routing"]> } = {}): Shop {
  const channel = aChannel({ deadlines: { ...DEFAULT_DEADLINES, ...deadlines }, routing });
  const one = openShop({ items: [anItem("A", { backorder: true })], nodes, channel, stock: stock.map(([code, quantity]) => stockOf("A", code, quantity)) });
  return { ...one, facts: { ...one.facts, shipping: shippingFactsOf([
    { kind: "calendar", code: "late-week", document: aCalendar("00:00-24:00", { code: "late-week", days: [3, 4, 5] }) },
    { kind: "carrier_service", code: "dhl/standard", document: standard }, { kind: "carrier_service", code: "dhl/express", document: express },
  ]) } };
}

interface Wanted {
  readonly level?: string;
  readonly told?: Instant;
  readonly over?: Partial<CaptureCommand>;
  readonly quantity?: number;
  readonly lines?: readonly CaptureLine[];
}

/** An order of some of A for Berlin, routed; with a promise, by the service of its level. */
function captured({ journal, facts, captureFacts }: Shop, { level = "standard", told, over = {}, quantity = 1, lines = [aLine("A", quantity)] }: Wanted = {}): Order {
  const contact = { ship_to: { country: "DE", postcode: "10115" } };
  const checked = checkCapture(aCommand(lines, { contact, destination: { latitude: 52.1, longitude: 13.1 }, serviceLevel: level, ...over }), captureFacts, "order", 1);
  if (!checked.ok) throw new Error(checked.refusal.detail);
  const { order } = checked.value;
  if (told !== undefined) order.document = { ...order.document, promise: { option: "ship/standard", arrives_at: told, arrivals: { 1: told } } };
  journal.addOrder(order);
  const { routable } = unitsToPlace(order);
  applyPlan(journal, order, routable, planLines(journal, order, routable, facts, "CAPTURE"), facts, "CAPTURE");
  journal.events.splice(0);
  return order;
}
/** The service level is no matter any more: the promise is. */
function anyService(order: Order): Order {
  const { service_level: _level, ...document } = order.document;
  order.document = document;
  return order;
}
const look = (one: Shop, order: Order, known = NEVER_SEEN, facts: SourcingFacts = one.facts): WatchedOrder => watchPromise(one.journal, order, facts, known);
const nodesOf = (order: Order): string[] => order.shipments.filter(({ status }) => status !== "CANCELLED").map(({ nodeId, document: { plan } }) => `${nodeId.slice(5)} ${plan?.service ?? "-"}`);
const eventsOf = ({ journal }: Shop, type: string): unknown[] => journal.events.filter((event) => event.type === type).map(({ data }) => data);
const riskOf = ({ outlook }: WatchedOrder): unknown => outlook && [outlook.level, outlook.deadline.kind, outlook.cause];

describe("what is known of a date", () => {
  test.each<[string, Instant, { shipBy?: Instant; deliverBy?: Instant }, string]>([
    ["far from the cut-off", NOW, { shipBy: MONDAY_END }, "safe"],
    ["two hours and a second before it", CUT_OFF - 2 * HOUR - SECOND, { shipBy: MONDAY_END }, "safe"],
    ["two hours before it, to the second, what leaves then still leaves", CUT_OFF - 2 * HOUR, { shipBy: MONDAY_END }, "safe"],
    ["within two hours of it", CUT_OFF - 2 * HOUR + SECOND, { shipBy: MONDAY_END }, "at_risk LAST_COLLECTION"],
    ["at the last second", CUT_OFF, { shipBy: MONDAY_END }, "at_risk LAST_COLLECTION"],
    ["a second later", CUT_OFF + SECOND, { shipBy: MONDAY_END }, "late NO_COLLECTION_IN_TIME"],
    ["when the date is over", MONDAY_END, { shipBy: MONDAY_END }, "late NO_COLLECTION_IN_TIME"],
    ["a delivery that standard makes", NOW, { deliverBy: WEDNESDAY_END }, "safe"],
    ["a delivery that only express could make", NOW, { deliverBy: TUESDAY_END }, "late NO_COLLECTION_IN_TIME"],
  ])("%s", (_, at, dates, expected) => {
    const one = shop([node("near")]);
    const order = captured(one, { over: dates });
    const [outlook] = outlooksOf(order, one.facts, at);
    expect([outlook?.level, outlook?.cause].filter((part) => part !== null).join(" ")).toBe(expected);
  });

  test("work that was begun is not begun again, and what is packed only waits for its collection", () => {
    const slow = node("near", { operations: { ...operations, processing: { minutes: 180, milliMinutesPerBacklogOrder: 0, maximumMinutes: null } } });
    const one = shop([slow]);
    const order = captured(one, { over: { shipBy: MONDAY_END } });
    const shipment = shipmentOf(order);
    releaseShipment(one.journal, order, shipment, slow, NOW, one.facts.shipping);
    const at = (time: Instant): unknown => outlooksOf(order, one.facts, time).map(({ level }) => level)[0];
    expect([at(NOW), at(CUT_OFF - 180 * MINUTE), at(CUT_OFF - 179 * MINUTE)]).toEqual(["safe", "at_risk", "late"]);
    acceptShipment(one.journal, order, shipment, NOW);
    expect([at(CUT_OFF - 179 * MINUTE), at(CUT_OFF), at(CUT_OFF + SECOND)]).toEqual(["safe", "at_risk", "late"]);
    pickShipment(one.journal, order, shipment, null, false, one.facts, NOW);
    packShipment(one.journal, order, shipment, null, NOW);
    expect([at(CUT_OFF), at(CUT_OFF + SECOND)]).toEqual(["at_risk", "late"]);
  });

  test("a backlog, a pause, a hold and a node that is offline are named", () => {
    const paced = node("near", { operations: { ...operations, processing: { minutes: 10, milliMinutesPerBacklogOrder: 60_000, maximumMinutes: null } } });
    const one = shop([paced]);
    const order = captured(one, { over: { shipBy: MONDAY_END } });
    const causeWith = (over: Partial<SourcingFacts>): unknown => outlooksOf(order, { ...one.facts, ...over }, NOW)[0]?.cause;
    expect(causeWith({})).toBeNull();
    expect(causeWith({ backlog: () => 9 })).toBe("BACKLOG");
    expect(causeWith({ nodes: [{ ...paced, operations: { ...paced.operations, pausedUntil: TUESDAY_END } }] })).toBe("NODE_PAUSED");
    expect(causeWith({ nodes: [{ ...paced, status: "offline" }] })).toBe("NODE_OFFLINE");
    expect(causeWith({ nodes: [{ ...paced, operations: { ...paced.operations, calendar: "gone" } }] })).toBe("NODE_CLOSED");
    placeHold(order, { kind: "MANUAL", scope: "order", lineNo: null, shipmentNo: null, reason: "ask", owner: null, dueAt: null }, NOW);
    expect(outlooksOf(order, one.facts, CUT_OFF + 1000)[0]?.cause).toBe("HOLD");
  });

  test("units without a node are at risk, and an order without dates has none", () => {
    const one = shop([node("near")], { stock: [["near", 1]] });
    const order = captured(one, { quantity: 3, over: { shipBy: WEDNESDAY_END } });
    expect(outlooksOf(order, one.facts, NOW).map(({ level, cause }) => [level, cause])).toEqual([["at_risk", "WAITS_FOR_STOCK"], ["safe", null]]);
    expect(look(one, captured(shop([node("near")]), { over: {} }))).toMatchObject({ outlook: null, nextLookAt: null });
  });

  test("the night on which the clocks go forward does not move a local cut-off", () => {
    const berlin = node("near", { timeZone: "Europe/Berlin", operations: { ...operations, cutOffs: [{ carrier: null, service: null, time: "03:30:00" }], services: [] } });
    const one = shop([berlin]);
    one.at(Date.UTC(2026, 2, 28, 12));
    // Sunday, 29 March: 02:00 is followed by 03:00, so half past three is half past one in UTC.
    const at = Date.UTC(2026, 2, 29, 1, 30);
    const order = captured(one, { over: { shipBy: at, serviceLevel: null } });
    const levelAt = (time: Instant): unknown => outlooksOf(order, one.facts, time)[0]?.level;
    expect([levelAt(at - 2 * HOUR), levelAt(at - HOUR), levelAt(at + SECOND)]).toEqual(["safe", "at_risk", "late"]);
  });
});

describe("a shipment that would be late", () => {
  const twoNodes = (): Node[] => [slowNode, node("far", { latitude: 48, longitude: 11, priority: 2 })];

  test("is sent from a node that keeps the date, with a decision that says why, and only once", () => {
    const one = shop(twoNodes(), { stock: [["near", 5], ["far", 5]] });
    const order = captured({ ...one, facts: { ...one.facts, nodes: [{ ...slowNode, operations }] } }, { told: WEDNESDAY_END });
    expect(nodesOf(order)).toEqual(["near standard"]);
    const first = look(one, order);
    expect([first.saved, first.changed, first.tried?.saved, riskOf(first)]).toEqual([1, 0, true, ["safe", "promise", null]]);
    expect([nodesOf(order), unitsOf(order), order.lines[0]?.attempts]).toEqual([["far standard"], { reserved: 1 }, 1]);
    expect(order.excluded).toMatchObject([{ nodeId: "node-near", reason: "AT_RISK" }]);
    expect(one.journal.decisions.at(-1)).toMatchObject({ trigger: "AT_RISK", reason: expect.stringMatching(/^To keep the date: Ships from FAR/) });
    expect(eventsOf(one, "OrderRouted")).toMatchObject([{ trigger: "AT_RISK", left: 1 }, { trigger: "AT_RISK", placed: [[1, 1, "far"]] }]);
    one.journal.events.splice(0);
    expect([look(one, order).saved, one.journal.events]).toEqual([0, []]);
  });

  test("goes by a faster service from where it is, even where its own goods are the last there", () => {
    const one = shop([node("near")], { stock: [["near", 1]] });
    const order = anyService(captured(one, { told: WEDNESDAY_END }));
    one.at(CUT_OFF + HOUR);
    expect([look(one, order).saved, nodesOf(order), order.excluded]).toEqual([1, ["near express"], []]);
    expect(one.book.counters("item-A", "node-near")).toMatchObject({ onHand: 1, reserved: 1 });
  });

  test.each<[string, Partial<DeadlinePolicy>, string[], RegExp]>([
    ["at any cost", { rescueMicros: null }, ["far standard"], /^Sent otherwise to keep the date, for 4\.\d\d more\.$/],
    ["within the limit", { rescueMicros: 10_000_000 }, ["far standard"], /more\.$/],
    ["not beyond it", { rescueMicros: 1_000_000 }, ["near standard"], /costs 4\.\d\d more, and at most 1\.00 may be spent/],
    ["not at all where nothing may be spent", { rescueMicros: 0 }, ["near standard"], /at most 0\.00/],
  ])("is moved %s", (_, deadlines, nodes, sentence) => {
    const one = shop(twoNodes(), { stock: [["near", 5], ["far", 5]], deadlines });
    const order = captured({ ...one, facts: { ...one.facts, nodes: [{ ...slowNode, operations }] } }, { told: WEDNESDAY_END });
    const { tried } = look(one, order);
    expect([nodesOf(order), tried?.sentence]).toEqual([nodes, expect.stringMatching(sentence)]);
  });

  test("stays where no other plan keeps the date, and its customer hears of the new day, once", () => {
    const one = shop([node("near"), node("other", { priority: 2 })], { stock: [["near", 5], ["other", 5]] });
    const order = captured(one, { told: WEDNESDAY_END });
    one.at(CUT_OFF + SECOND);
    const first = look(one, order);
    expect([first.saved, first.changed, first.tried?.sentence, nodesOf(order)]).toEqual([0, 1, "No other plan would keep the date.", ["near standard"]]);
    const thursday = Date.UTC(2026, 2, 5, 23, 59, 59);
    expect(one.journal.events.map(({ type, data, reason }) => [type, data, reason])).toEqual([["PromiseChanged", { line: 1, from: iso(WEDNESDAY_END), to: iso(thursday) }, "no collection that would be soon enough is left"]]);
    expect(order.document.promise).toEqual({ option: "ship/standard", arrives_at: WEDNESDAY_END, arrivals: { 1: thursday } });
    expect(riskOf(first)).toEqual(["safe", "promise", null]);
    one.journal.events.splice(0);
    expect([look(one, order).changed, one.journal.events]).toEqual([0, []]);
  });

  test("under a hold, its customer hears of the new day when the warning time has come and not before", () => {
    const one = shop([slowNode]);
    const order = captured({ ...one, facts: { ...one.facts, nodes: [{ ...slowNode, operations }] } }, { told: WEDNESDAY_END });
    placeHold(order, { kind: "MANUAL", scope: "order", lineNo: null, shipmentNo: null, reason: "ask", owner: null, dueAt: null }, NOW);
    expect(look(one, order)).toMatchObject({ changed: 0, outlook: { level: "late", cause: "HOLD", held: true }, tried: { sentence: "It is held." } });
    one.at(WEDNESDAY_END - 121 * MINUTE);
    expect(look(one, order).changed).toBe(0);
    one.at(WEDNESDAY_END - 120 * MINUTE);
    expect([look(one, order).changed, look(one, order).changed]).toEqual([1, 0]);
  });

  test("is told of while nobody was promised anything, once for each level", () => {
    const one = shop([node("near")]);
    const order = captured(one, { over: { shipBy: MONDAY_END } });
    one.at(CUT_OFF - HOUR);
    const risky = look(one, order);
    expect(riskOf(risky)).toEqual(["at_risk", "ship_by", "LAST_COLLECTION"]);
    expect(look(one, order, { level: "at_risk", missed: false }).missed).toBe(false);
    one.at(CUT_OFF + SECOND);
    const late = look(one, order, { level: "at_risk", missed: false });
    expect(riskOf(late)).toEqual(["late", "ship_by", "NO_COLLECTION_IN_TIME"]);
    look(one, order, { level: "late", missed: false });
    expect(eventsOf(one, "PromiseAtRisk")).toMatchObject([{ level: "at_risk", deadline: "ship_by", due_at: iso(MONDAY_END), shipment_no: 1 }, { level: "late", tried: "No other plan would keep the date." }]);
    one.at(MONDAY_END + SECOND);
    expect(look(one, order, { level: "late", missed: false })).toMatchObject({ missed: true, tried: null });
  });

  test("is left alone once its node works on it, when it is held, or was moved as often as may be", () => {
    const moved = (prepare: (one: Shop, order: Order) => void): string | undefined => {
      const one = shop(twoNodes(), { stock: [["near", 5], ["far", 5]] });
      const order = captured({ ...one, facts: { ...one.facts, nodes: [{ ...slowNode, operations }] } }, { told: WEDNESDAY_END });
      prepare(one, order);
      return look(one, order).tried?.sentence;
    };
    const release = ({ journal, facts }: Shop, order: Order): unknown => releaseShipment(journal, order, shipmentOf(order), slowNode, NOW, facts.shipping);
    expect(moved((one, order) => void release(one, order))).toMatch(/^Sent otherwise/);
    expect(moved((one, order) => { release(one, order); acceptShipment(one.journal, order, shipmentOf(order), NOW); })).toBe("Its node has taken it on already.");
    expect(moved((one, order) => { release(one, order); cancelUnits(one.journal, order, null, "not wanted", false); })).toBe("Its node was asked to cancel it.");
    expect(moved((_, order) => void placeHold(order, { kind: "MANUAL", scope: "order", lineNo: null, shipmentNo: null, reason: "ask", owner: null, dueAt: null }, NOW))).toBe("It is held.");
    expect(moved((_, order) => { for (const line of order.lines) line.attempts = 3; })).toBe("It was sent elsewhere as often as the channel allows.");
  });

  test("a ship-by date is saved by a node that is collected from in time", () => {
    const one = shop(twoNodes(), { stock: [["near", 5], ["far", 5]] });
    const order = captured({ ...one, facts: { ...one.facts, nodes: [{ ...slowNode, operations }] } }, { over: { shipBy: MONDAY_END } });
    expect([look(one, order).saved, nodesOf(order)]).toEqual([1, ["far standard"]]);
  });
});

describe("a rescue", () => {
  const dear = (code: string, days: number, from: string, calendar: string | null = null): CarrierService => aService({ code, level: "standard", calendar, lanes: [{ ...aLane(days, days), fromNodes: [from] }] });
  /** By services that cost as much as is said. */
  function priced(nodes: readonly Node[], stock: readonly [string, number][], services: readonly (readonly [CarrierService, number])[], capacity: readonly CapacityRow[] = []): Shop {
    const { group } = rulesWith({ objective: { weights: { label: 1000, split: 1000 }, splitMicros: 0 } });
    const one = openShop({ items: [anItem("A", { weightGrams: 500 }), anItem("B", { weightGrams: 500 })], nodes, channel: aChannel({ strategy: "priced" }), strategies: [{ code: "priced", version: 1, groups: [group] }], stock: stock.map(([code, quantity]) => stockOf("A", code, quantity)), capacity });
    return { ...one, facts: { ...one.facts, shipping: shippingFactsOf([
      { kind: "exchange_rates", code: "exchange-rates", document: { base: "EUR", perMillion: {} } }, { kind: "calendar", code: "friday", document: aCalendar("00:00-24:00", { code: "friday", days: [5] }) },
      ...services.flatMap(([service, euros]) => [
        { kind: "carrier_service" as const, code: `dhl/${service.code}`, document: service },
        { kind: "rate_card" as const, code: service.code, document: { code: service.code, carrier: "dhl", service: service.code, currency: "EUR", zones: { 1: [{ upToGrams: 31_500, micros: euros * 1e6, perKilogramMicros: 0 }] }, surcharges: [] } },
      ]),
    ]) } };
  }
  const promisedFor = (order: Order, arrivals: Record<number, Instant>): Order => {
    order.document = { ...order.document, promise: { option: "ship", arrives_at: Math.max(...Object.values(arrivals)), arrivals } };
    return order;
  };
  const limited = (capacity: Partial<NodeOperations["capacity"]>): Node => node("near", { operations: { ...operations, capacity: { ...operations.capacity, ...capacity } } });

  test("does not join a shipment by a slower service", () => {
    const far = node("far", { priority: 2 });
    const one = priced([node("near"), far], [["near", 9]], [[standard, 4], [express, 9]]);
    one.book.changeOnHand("item-B", "node-far", "", "A", 9);
    const order = promisedFor(captured(one, { lines: [aLine("A", 1), aLine("B", 1)], over: { serviceLevel: null } }), { 1: TUESDAY_END, 2: WEDNESDAY_END });
    expect(nodesOf(order)).toEqual(["near standard", "far standard"]);
    one.book.changeOnHand("item-A", "node-far", "", "A", 9);
    const found = look(one, order, NEVER_SEEN, { ...one.facts, nodes: [node("near", { status: "offline" }), far] });
    expect([found.saved, found.changed, nodesOf(order)]).toEqual([1, 0, ["far standard", "far express"]]);
  });

  test("is none where a node has room for nothing but what goes by a slower service", () => {
    const far = { ...limited({ ordersPerDay: 1 }), id: "node-far", code: "far", priority: 2 };
    const full = ["03", "04", "05", "06", "07", "08", "09", "10"].map((day) => ({ nodeId: "node-far", date: `2026-03-${day}`, hour: -1, orders: 1, units: 1 }));
    const one = priced([node("near"), far], [["near", 9]], [[standard, 4], [express, 9]], full);
    one.book.changeOnHand("item-B", "node-far", "", "A", 9);
    const order = promisedFor(captured(one, { lines: [aLine("A", 1), aLine("B", 1)], over: { serviceLevel: null } }), { 1: TUESDAY_END, 2: WEDNESDAY_END });
    one.book.changeOnHand("item-A", "node-far", "", "A", 9);
    const found = look(one, order, NEVER_SEEN, { ...one.facts, nodes: [node("near", { status: "offline" }), far] });
    expect([found.saved, found.tried?.sentence, nodesOf(order)]).toEqual([0, "No other plan would keep the date.", ["near standard", "far standard"]]);
  });

  test("leaves alone what a person sent somewhere", () => {
    const far = node("far", { priority: 2 });
    const one = priced([node("near"), far], [["near", 9], ["far", 9]], [[standard, 4], [express, 6]]);
    const order = captured(one, { over: { serviceLevel: null } });
    overrideRouting(one.journal, order, far, null, "its customer asked for it", one.facts);
    const paused = { ...far, operations: { ...operations, pausedUntil: WEDNESDAY_END } };
    const found = look(one, promisedFor(order, { 1: TUESDAY_END }), NEVER_SEEN, { ...one.facts, nodes: [node("near"), paused] });
    expect([found.tried?.sentence, nodesOf(order)]).toEqual(["A person chose its node.", ["far -"]]);
  });

  test("costs no more than it may where the node it leaves is full of it", () => {
    const full = ["03", "04", "05", "06", "07", "08", "09", "10"].map((day) => ({ nodeId: "node-near", date: `2026-03-${day}`, hour: -1, orders: 1, units: 1 }));
    const one = priced([limited({ ordersPerDay: 1 }), node("far", { priority: 2 })], [["near", 9], ["far", 9]], [[dear("cheap", 2, "near"), 4], [dear("dear", 1, "far"), 204]], full);
    const order = promisedFor(captured(one, { over: { serviceLevel: null } }), { 1: TUESDAY_END });
    releaseShipment(one.journal, order, shipmentOf(order), one.node("near"), NOW, one.facts.shipping);
    expect([look(one, order).tried?.sentence, nodesOf(order)]).toEqual(["The plan that would keep the date costs 200.00 more, and at most 10.00 may be spent.", ["near cheap"]]);
    expect(one.book.capacity.free("node-near", { date: "2026-03-02", hour: -1 }).orders).toBe(0);
  });

  test("has the room that the shipment itself takes", () => {
    const one = priced([limited({ unitsPerDay: 10 })], [["near", 30]], [[standard, 4], [express, 6]]);
    const order = promisedFor(captured(one, { quantity: 8, over: { serviceLevel: null } }), { 1: TUESDAY_END });
    expect([look(one, order).saved, nodesOf(order)]).toEqual([1, ["near express"]]);
    expect(one.book.capacity.free("node-near", { date: "2026-03-02", hour: -1 }).units).toBe(2);
  });

  test("by a ship-by date asks each service when it collects", () => {
    const one = priced([node("near")], [["near", 9]], [[dear("weekly", 1, "near", "friday"), 3], [dear("daily", 1, "near"), 5]]);
    const order = captured(one, { over: { serviceLevel: null, shipBy: TUESDAY_END } });
    expect([nodesOf(order), look(one, order).saved, nodesOf(order)]).toEqual([["near weekly"], 1, ["near daily"]]);
  });

  test("says so to the node that was told of it", () => {
    const one = priced([node("near")], [["near", 9]], [[standard, 4], [express, 6]]);
    const order = promisedFor(captured(one, { over: { serviceLevel: null } }), { 1: TUESDAY_END });
    releaseShipment(one.journal, order, shipmentOf(order), one.node("near"), NOW, one.facts.shipping);
    look(one, order);
    expect(eventsOf(one, "ShipmentRejected")).toEqual([{ shipment_no: 1, reason_code: "AT_RISK" }]);
    expect(eventsOf(one, "OrderRouted")).toMatchObject([{ trigger: "AT_RISK", placed: [[1, 1, "near"]] }]);
  });
});

describe("a day that is asked for", () => {
  const SIX = Date.UTC(2026, 2, 4, 18);

  test("is kept until it ends, by routing, the watch and the promise", () => {
    const one = shop([node("near")]);
    const order = anyService(captured(one, { over: { deliverBy: SIX } }));
    expect(JSON.parse(one.journal.decisions.at(-1)?.detail ?? "{}")).toMatchObject({ chosen: [{ arrives: "2026-03-04" }] });
    expect(riskOf(look(one, order))).toEqual(["safe", "deliver_by", null]);
    expect(promiseFor(one.journal, order, one.facts, { pickup: false }).map(({ id, inTime }) => [id, inTime])).toEqual([["ship/express", true], ["ship/standard", true]]);
  });

  test("is saved by the plan that keeps it, and not refused by another rule than it was found by", () => {
    const one = shop([node("near")]);
    const order = anyService(captured(one, { over: { deliverBy: SIX } }));
    one.at(CUT_OFF + HOUR);
    expect([look(one, order).saved, nodesOf(order), riskOf(look(one, order))]).toEqual([1, ["near express"], ["safe", "deliver_by", null]]);
  });

  test("counts in one zone wherever the goods leave: that of the node nearest to where they go", () => {
    const told = Date.UTC(2026, 2, 5, 4, 59, 59);
    const [lisbon, york, angeles] = [["lisbon", "Europe/Lisbon"], ["york", "America/New_York"], ["angeles", "America/Los_Angeles"]].map(([code = "", timeZone = ""], index) => node(code, { timeZone, latitude: 40 + index * 10, longitude: 13, priority: index }));
    const nodes = [lisbon, york, angeles].flatMap((one) => one ?? []);
    const placed = (latitude: number, country = "DE"): string => zoneOfOrder({ ...captured(shop([node("near")])), destination: { latitude, longitude: 13, country } as Order["destination"] }, nodes);
    expect([placed(39), placed(52), placed(89), placed(52, "FR")]).toEqual(["Europe/Lisbon", "America/New_York", "America/Los_Angeles", "America/New_York"]);
    // Standard arrives on the day that was told at the soonest from both coasts, in the days of New York.
    const one = shop(nodes, { stock: [["york", 5], ["angeles", 5]] });
    one.at(Date.UTC(2026, 2, 2, 17));
    const order = captured(one, { told });
    expect(order.shipments.map(({ document: { plan } }) => plan)).toMatchObject([{ arrival_date: "2026-03-04", arrives_at: told }]);
    const [from] = order.shipments;
    const elsewhere = { ...one.facts, nodes: nodes.map((each) => (each.id === from?.nodeId ? { ...each, status: "offline" as const } : each)) };
    expect([look(one, order, NEVER_SEEN, elsewhere).saved, eventsOf(one, "PromiseChanged")]).toEqual([1, []]);
    // A day later neither of them keeps it.
    one.at(Date.UTC(2026, 2, 3, 17));
    const late = captured(one);
    late.document = { ...late.document, promise: { option: "ship", arrives_at: told, arrivals: { 1: told } } };
    expect(look(one, late).tried?.sentence).toBe("No other plan would keep the date.");
  });

  test.each<[string, Instant]>([["UTC", WEDNESDAY_END], ["America/Los_Angeles", Date.UTC(2026, 2, 5, 7, 59, 59)]])("by a channel that counts days in %s is a day there", (timeZone, deliverBy) => {
    const berlin = node("near", { timeZone: "Europe/Berlin" });
    const rule = { kind: "business_days" as const, days: 2, calendar: null, timeZone, cutOff: null };
    const one = shop([berlin], { deadlines: { deliverBy: rule } });
    const order = captured(one, { over: { deliverBy } });
    expect([order.shipments[0]?.document.plan?.arrival_date, riskOf(look(one, order))]).toEqual(["2026-03-04", ["safe", "deliver_by", null]]);
    one.at(CUT_OFF);
    expect(riskOf(look(one, order))).toEqual(["late", "deliver_by", "NO_COLLECTION_IN_TIME"]);
  });

  test("by a channel of another zone is kept on the day itself", () => {
    const lisbon = node("near", { timeZone: "Europe/Lisbon" });
    const one = shop([lisbon]);
    const order = captured(one, { over: { deliverBy: Date.UTC(2026, 2, 4, 22, 59, 59) } });
    expect([order.shipments[0]?.document.plan?.arrival_date, riskOf(look(one, order))]).toEqual(["2026-03-04", ["safe", "deliver_by", null]]);
  });
});

describe("the next look", () => {
  test.each<[string, Instant, Instant]>([
    ["is in three hours where the date is far", NOW, NOW + 3 * HOUR],
    ["comes with the end of the prediction", CUT_OFF - 30 * MINUTE, CUT_OFF + SECOND],
    ["is an eighth of what is left", Date.UTC(2026, 2, 4, 19, 59, 59), Date.UTC(2026, 2, 4, 20, 29, 59)],
    ["is a minute away at the soonest", WEDNESDAY_END - 2 * SECOND, WEDNESDAY_END + 58 * SECOND],
  ])("%s", (_, at, expected) => {
    const one = shop([node("near")]);
    const order = captured(one, { over: { deliverBy: WEDNESDAY_END } });
    one.at(at);
    expect(iso(look(one, order).nextLookAt ?? 0)).toBe(iso(expected));
  });
});
