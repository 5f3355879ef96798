import { describe, expect, test } from "vitest";
import { DEFAULT_OPERATIONS } from "../catalog/index.ts";
import { type Order } from "../order/index.ts";
import { shippingFactsOf } from "../shipping/index.ts";
import { aLane, aService } from "../shipping/shipping.testing.ts";
import { aLine, anItem, aNode, codeOf, NOW, openShop, type Shop, shipmentOf, stockOf } from "../shop.testing.ts";
import { arrivalAtClosed, leaveNodes, nextRelease, releaseFrom, tellNode } from "./index.ts";

/** NOW is Monday, nine o'clock. A van goes from the warehouse to the store; by days of transit it is there at the end of a later day. */
const HOUR = 3_600_000;
const at = (day: number, hour = 0): number => Date.UTC(2026, 2, day, hour);

function sentTo(transit: number | null, until: number | null): { readonly shop: Shop; readonly order: Order } {
  const store = aNode("store", { kind: "store", name: "Store", address: { country: "DE" }, operations: { ...DEFAULT_OPERATIONS, pickup: { slotMinutes: 60, ordersPerSlot: null }, pausedUntil: until }, ...(until === null ? { status: "offline" } : {}) });
  const shop = openShop({ items: [anItem("A")], nodes: [aNode("warehouse", { address: { country: "DE" } }), store], stock: [stockOf("A", "warehouse", 9)] });
  const order = shop.capture([aLine("A", 1)]);
  const shipment = shipmentOf(order);
  shipment.document = { ...shipment.document, to_store: "store", plan: { carrier: "own", service: "van", arrival_date: "2026-03-02" } };
  const van = aService({ carrier: "own", code: "van", lanes: [aLane(transit ?? 0, transit ?? 0)] });
  const shipping = shippingFactsOf(transit === null ? [] : [{ kind: "carrier_service", code: "own/van", document: van }]);
  return { shop: { ...shop, facts: { ...shop.facts, shipping } }, order };
}

describe("goods for a store that is closed until a time", () => {
  test.each([
    ["wait until the first day on which they do not arrive before", 1, at(5, 8), at(4)], ["wait for its opening where they are there on the same day", 0, at(5, 8), at(5)],
    ["wait until it opens where nobody can say when they arrive", null, at(5, 8), at(5, 8)], ["go now where they arrive after", 3, at(5, 8), null],
    ["go now where it opens on the day on which they arrive", 1, at(3, 18), null], ["go now where it is open again", 0, NOW - HOUR, null],
  ])("%s", (_, transit, until, expected) => {
    const { shop, order } = sentTo(transit, until);
    expect(releaseFrom(order, shipmentOf(order), shop.facts, NOW)).toBe(expected);
    expect(nextRelease(order, shop.facts, NOW)).toBe(expected);
  });

  test("are not released before, which is said, and are on that day", () => {
    const { shop, order } = sentTo(1, at(5, 8));
    const tooSoon = tellNode(shop.journal, order, shipmentOf(order), shop.facts, NOW);
    expect(tooSoon).toMatchObject({ ok: false, refusal: { code: "NODE_CANNOT_TAKE", detail: "Store, where it is to be collected, is closed when it would arrive: release it from 2026-03-04T00:00:00.000Z on, or open the store.", data: { reason: "STORE_CLOSED", release_from: "2026-03-04T00:00:00.000Z" } } });
    shop.at(at(4));
    expect(codeOf(tellNode(shop.journal, order, shipmentOf(order), shop.facts, at(4)))).toBe("ok");
    expect(nextRelease(order, shop.facts, at(4))).toBeNull();
  });

  test.each([
    ["waits where it was not released", 1, at(5, 8), false, "waits"], ["is on time where it arrives after", 3, at(5, 8), false, "on_time"], ["is on time where it was released and arrives after", 3, at(5, 8), true, "on_time"],
    ["is for a person where it was released and arrives before", 1, at(5, 8), true, "decide"], ["is for a person where nobody can say", null, at(5, 8), true, "decide"], ["is for a person where nobody knows when the store opens", 1, null, false, "decide"],
  ] as const)("%s, in the closure's preview", (_, transit, until, released, expected) => {
    const { shop, order } = sentTo(transit, until);
    if (released) {
      const nodes = shop.facts.nodes.map((node) => (node.code === "store" ? { ...node, status: "online" as const, operations: { ...node.operations, pausedUntil: null } } : node));
      expect(codeOf(tellNode(shop.journal, order, shipmentOf(order), { ...shop.facts, nodes }, NOW))).toBe("ok");
    }
    expect(arrivalAtClosed(order, shipmentOf(order), shop.facts, NOW)).toBe(expected);
    const exit = leaveNodes(shop.journal, order, shop.facts, { closed: new Set(["node-store"]), includeAccepted: false, reason: "flood" });
    expect(exit).toMatchObject({ result: "kept", kept: [{ nodeId: "node-warehouse", atStore: expected }] });
    expect(exit.reason).toContain(expected === "waits" ? "released so that it is there" : expected === "on_time" ? "is there when the store is open" : "ask its customer");
  });
});
