import { describe, expect, test } from "vitest";
import { DEFAULT_OPERATIONS, type Node, type NodeOperations } from "../catalog/index.ts";
import { HOUR } from "../kernel/index.ts";
import type { Order } from "../order/index.ts";
import type { StrategyGroup } from "../routing/index.ts";
import { rulesWith } from "../routing/routing.testing.ts";
import { shippingFactsOf } from "../shipping/index.ts";
import { aCalendar, aLane, aService } from "../shipping/shipping.testing.ts";
import { aChannel, aCommand, aLine, anItem, aNode, codeOf, NOW, openShop, type Shop, stockOf } from "../shop.testing.ts";
import { checkCapture } from "../order/index.ts";
import { applyPlan, arriveAtStore, cancelUnits, overrideRouting, planLines, promiseFor, type PromiseOption, releaseShipment, shipShipment, unitsToPlace, waitingUnits, watchPromise } from "./index.ts";

/** NOW is Monday, nine o'clock. The store opens from ten to two with a place or two in each of its slots of an hour; a van goes there overnight. */
const store = (over: Partial<NodeOperations> = {}, perSlot: number | null = 1): Node =>
  aNode("store", { kind: "store", name: "Store", address: { country: "DE", postcode: "10115" }, operations: { ...DEFAULT_OPERATIONS, calendar: "store", pickup: { slotMinutes: 60, ordersPerSlot: perSlot }, ...over } });
const WAREHOUSE = aNode("warehouse", { name: "Warehouse", address: { country: "DE" } });
const van = aService({ carrier: "own", code: "van", storesOnly: true, lanes: [{ ...aLane(0, 0), fromNodes: ["warehouse"] }] });
const at = (day: number, hour: number): number => Date.UTC(2026, 2, day, hour);

function shopOf(node: Node, stock: Readonly<Record<string, number>> = { store: 50, warehouse: 50 }): Shop {
  const group: StrategyGroup = { ...rulesWith({}).group, shipToStore: "allowed" };
  const shop = openShop({
    items: [anItem("A"), anItem("B", { backorder: true })], nodes: [node, WAREHOUSE], channel: aChannel({ strategy: "pickup", whenUnavailable: "exception" }), strategies: [{ code: "pickup", version: 1, groups: [group] }],
    stock: Object.entries(stock).map(([code, units]) => stockOf("A", code, units)),
  });
  const shipping = shippingFactsOf([
    { kind: "calendar", code: "store", document: aCalendar("10:00-14:00", { code: "store", days: [1, 2, 3, 4, 5, 6, 7] }) }, { kind: "carrier_service", code: "own/van", document: van },
  ]);
  return { ...shop, facts: { ...shop.facts, shipping } };
}

let serial = 0;
function basket(shop: Shop, quantity: number): Order {
  const checked = checkCapture(aCommand([aLine("A", quantity)], { pickupNode: "store", contact: { ship_to: { country: "DE", postcode: "10115" } } }), shop.captureFacts, `order-${(serial += 1)}`, serial);
  if (!checked.ok) throw new Error(checked.refusal.detail);
  return checked.value.order;
}
function captured(shop: Shop, quantity = 1, promise?: Order["document"]["promise"]): Order {
  const order = basket(shop, quantity);
  if (promise) order.document = { ...order.document, promise };
  const { routable } = unitsToPlace(order);
  applyPlan(shop.journal, order, routable, planLines(shop.journal, order, routable, shop.facts, "CAPTURE"), shop.facts, "CAPTURE");
  return order;
}
const beginOf = ({ document }: Order): number | null => document.pickup_slot?.starts_at ?? null;
const takenOf = ({ book }: Shop): number => book.capacity.deltas().reduce((sum, { orders }) => sum + orders, 0);
const optionOf = (shop: Shop): PromiseOption => promiseFor(shop.journal, basket(shop, 1), shop.facts, { pickup: true }).find(({ id }) => id === "pickup/store") ?? expect.fail("no option");
const promised = (arrives: number): NonNullable<Order["document"]["promise"]> => ({ option: "pickup/store", arrives_at: arrives, arrivals: { 1: arrives } });

describe("an order that is collected", () => {
  test("has a place in the first slot with room, one for all of it", () => {
    const shop = shopOf(store({}, 2));
    expect([1, 9, 1, 1, 1].map((quantity) => beginOf(captured(shop, quantity)))).toEqual([at(2, 10), at(2, 10), at(2, 11), at(2, 11), at(2, 12)]);
    expect(takenOf(shop)).toBe(5);
  });

  test("has none where nobody counts them, or nothing of it has a node", () => {
    expect(beginOf(captured(shopOf(store({}, null))))).toBeNull();
    expect(beginOf(captured(shopOf(store(), { store: 0 })))).toBeNull();
  });

  test("has one in the slot by which what is sent there arrives, and one only where part of it is there already", () => {
    const sent = captured(shopOf(store(), { store: 0, warehouse: 9 }));
    expect([sent.shipments[0]?.document.to_store, beginOf(sent)]).toEqual(["store", at(3, 10)]);
    const shop = shopOf(store(), { store: 2, warehouse: 4 });
    const both = captured(shop, 5);
    expect([both.shipments.length, beginOf(both), takenOf(shop)]).toEqual([2, at(3, 10), 1]);
  });

  test("gives it back with its last unit, not before", () => {
    const shop = shopOf(store());
    const order = captured(shop, 2);
    cancelUnits(shop.journal, order, [{ lineNo: 1, quantity: 1 }], "less", false);
    expect([beginOf(order), takenOf(shop)]).toEqual([at(2, 10), 1]);
    cancelUnits(shop.journal, order, [{ lineNo: 1, quantity: 1 }], "less", false);
    expect([beginOf(order), takenOf(shop)]).toEqual([null, 0]);
    expect(beginOf(captured(shop))).toBe(at(2, 10));
  });

  test("has another when it comes from elsewhere", () => {
    const shop = shopOf(store());
    const order = captured(shop);
    expect(codeOf(overrideRouting(shop.journal, order, shop.node("warehouse"), [1], "the store is short", shop.facts))).toBe("ok");
    expect(takenOf(shop)).toBe(1);
  });

  test("keeps the one it was promised; where others were quicker it has the next one, and its customer hears of that", () => {
    const shop = shopOf(store());
    expect(beginOf(captured(shop, 1, promised(at(2, 13))))).toBe(at(2, 12));
    const late = captured(shop, 1, promised(at(2, 13)));
    expect(beginOf(late)).toBe(at(2, 13));
    expect(shop.journal.events.filter(({ type }) => type === "PromiseChanged").map(({ orderId, data }) => [orderId, data["from"], data["to"]])).toEqual([
      [late.id, "2026-03-02T13:00:00.000Z", "2026-03-02T14:00:00.000Z"],
    ]);
  });

  test("has a later one where what is missing at the store is sent again", () => {
    const shop = shopOf(store(), { store: 0, warehouse: 9 });
    const order = captured(shop, 2);
    const shipment = order.shipments[0] ?? expect.fail("no shipment");
    releaseShipment(shop.journal, order, shipment, shop.node("warehouse"), NOW);
    shop.at(at(3, 9));
    expect(codeOf(shipShipment(shop.journal, order, shipment, { carrier: null, service: null, trackingNumbers: [] }, shop.facts, at(2, 18)))).toBe("ok");
    expect(codeOf(arriveAtStore(shop.journal, order, shipment, [{ lineNo: 1, quantity: 1 }], shop.facts, at(3, 9)))).toBe("ok");
    expect([beginOf(order), takenOf(shop)]).toEqual([at(4, 10), 1]);
  });
});

describe("a promise", () => {
  test("is of the next slot with room, and says that earlier ones are full", () => {
    const shop = shopOf(store());
    expect(optionOf(shop)).toMatchObject({ arrivesAt: at(2, 11), complete: true });
    expect(optionOf(shop).reason).not.toContain("full");
    captured(shop);
    expect(optionOf(shop)).toMatchObject({ arrivesAt: at(2, 12), reason: expect.stringContaining("An earlier slot at Store is full.") });
    captured(shop);
    expect(optionOf(shop)).toMatchObject({ arrivesAt: at(2, 13), reason: expect.stringContaining("2 earlier slots at Store are full.") });
  });

  test("is of nothing where no slot in sight has room", () => {
    const shop = shopOf(store({}, 0));
    expect(optionOf(shop)).toMatchObject({ complete: false, pickup: { slot: null } });
    expect(beginOf(captured(shop))).toBeNull();
    expect(shop.journal.decisions.at(-1)?.reason).toContain("full");
  });
});

test("an order that is late for its slot has a place in one that has room", () => {
  const shop = shopOf(store(), { store: 0, warehouse: 9 });
  const order = captured(shop, 1, promised(at(3, 11)));
  const other = captured(shop);
  expect([beginOf(order), beginOf(other)]).toEqual([at(3, 10), at(3, 11)]);
  shop.at(at(4, 9) - HOUR);
  watchPromise(shop.journal, order, shop.facts, { level: "safe", missed: false });
  expect(beginOf(order)).toBe(at(5, 10));
  expect(waitingUnits(order)).toEqual([]);
});
