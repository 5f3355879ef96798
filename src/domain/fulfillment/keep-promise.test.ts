import { describe, expect, test } from "vitest";
import { DEFAULT_OPERATIONS, type Node } from "../catalog/index.ts";
import type { SoftClaim } from "../inventory/index.ts";
import { checkCapture, type Order } from "../order/index.ts";
import { shippingFactsOf } from "../shipping/index.ts";
import { aCalendar, aLane, aService } from "../shipping/shipping.testing.ts";
import { aCommand, aLine, anItem, aNode, NOW, openShop, type Shop, shipmentOf, stockOf } from "../shop.testing.ts";
import { applyPlan, claimedUnits, planAsPromised, planLines, resource, takePromise, unitsToPlace } from "./index.ts";

/** NOW is Monday, 2 March 2026, nine o'clock; nodes of this shop work in UTC, and "slow" has nothing collected on Mondays. */
const [TUESDAY, WEDNESDAY] = [Date.UTC(2026, 2, 3, 23, 59, 59), Date.UTC(2026, 2, 4, 23, 59, 59)];
const day = (date: number): string => new Date(date).toISOString();
const services = { ...DEFAULT_OPERATIONS, services: null };
const near = aNode("near", { address: { country: "DE" }, latitude: 52, longitude: 13, operations: services });
const slow = aNode("slow", { priority: 2, address: { country: "DE" }, latitude: 48, longitude: 11, operations: { ...services, calendar: "not-monday" } });
const far = aNode("far", { priority: 3, address: { country: "DE" }, latitude: 47, longitude: 9, operations: services });
const express = aService({ level: "express", code: "next-day", lanes: [aLane(1, 1)] });

function shop(nodes: readonly Node[], stock: readonly [node: string, quantity: number][]): Shop {
  const one = openShop({ items: [anItem("A", { backorder: true })], nodes, stock: stock.map(([node, quantity]) => stockOf("A", node, quantity)) });
  return { ...one, facts: { ...one.facts, shipping: shippingFactsOf([
    { kind: "calendar", code: "not-monday", document: aCalendar("00:00-24:00", { code: "not-monday", days: [2, 3, 4, 5] }) }, { kind: "carrier_service", code: "dhl/next-day", document: express },
  ]) } };
}

const claimAt = (...nodes: readonly string[]): SoftClaim => ({
  id: "claim", status: "open", reference: null, createdAt: NOW, expiresAt: NOW + 1000, lines: nodes.map((node) => ({ itemId: "item-A", nodeId: `node-${node}`, quantity: 1 })),
  promise: { option: "ship/express", service_level: "express", arrives_at: TUESDAY, arrivals: { A: TUESDAY } },
});

/** Captures an order that names a claim, which lives or has run out. */
function captured({ journal, facts, captureFacts }: Shop, claim: SoftClaim, { live }: { readonly live: boolean }): Order {
  const checked = checkCapture(aCommand([aLine("A", 1)], { contact: { ship_to: { country: "DE", postcode: "10115" } }, destination: { latitude: 52.1, longitude: 13.1 } }), captureFacts, "order", 1);
  if (!checked.ok) throw new Error(checked.refusal.detail);
  const { order } = checked.value;
  takePromise(order, claim, facts.nodes);
  journal.addOrder(order);
  const { routable } = unitsToPlace(order);
  applyPlan(journal, order, routable, live ? planAsPromised(journal, order, routable, facts, claim) : planLines(journal, order, routable, facts, "CAPTURE"), facts, "CAPTURE");
  return order;
}
const nodesOf = (order: Order): string[] => order.shipments.filter(({ status }) => status !== "CANCELLED").map(({ nodeId }) => nodeId.slice(5));
const told = ({ journal }: Shop): unknown[] => journal.events.filter(({ type }) => type === "PromiseChanged").map(({ data }) => data);

describe("an order that names a promise", () => {
  test("goes to the nodes of its claim while that lives, by the service that was promised", () => {
    const one = shop([near, far], [["near", 5], ["far", 5]]);
    const order = captured(one, claimAt("far"), { live: true });
    expect([nodesOf(order), order.document.service_level, told(one)]).toEqual([["far"], "express", []]);
    expect(order.document.promise).toEqual({ option: "ship/express", arrives_at: TUESDAY, arrivals: { 1: TUESDAY } });
  });

  test("goes elsewhere where its nodes cannot send it in time any more and another can", () => {
    const one = shop([slow, far], [["slow", 5], ["far", 5]]);
    expect([nodesOf(captured(one, claimAt("slow"), { live: true })), told(one)]).toEqual([["far"], []]);
  });

  test("stays with them where nobody can send it in time, and its customer hears of the new date", () => {
    const one = shop([slow, aNode("other", { ...slow, id: "node-other", code: "other" })], [["slow", 5], ["other", 5]]);
    expect([nodesOf(captured(one, claimAt("other"), { live: true })), told(one)]).toEqual([["other"], [{ line: 1, from: day(TUESDAY), to: day(WEDNESDAY) }]]);
  });

  test("is decided anew when the claim has run out: where it is kept all the same, nothing is told", () => {
    const one = shop([near, far], [["near", 5], ["far", 5]]);
    expect([nodesOf(captured(one, claimAt("far"), { live: false })), told(one)]).toEqual([["near"], []]);
  });

  test("waits where nothing is left, and nobody can say until when", () => {
    const one = shop([near], [["near", 0]]);
    const order = captured(one, claimAt("near"), { live: false });
    expect([order.document.promise?.arrivals, told(one)]).toEqual([{ 1: null }, [{ line: 1, from: day(TUESDAY), to: null }]]);
  });

  test("tells of a later date when it is routed again, and once for each change", () => {
    const one = shop([near, slow], [["near", 1], ["slow", 5]]);
    const order = captured(one, claimAt("near"), { live: true });
    const event = one.journal.event("ShipmentRejected", order.id, {});
    resource(one.journal, event, order, shipmentOf(order), claimedUnits(order, shipmentOf(order)), one.facts, "REJECTED", "OUT_OF_STOCK");
    expect([nodesOf(order), told(one)]).toEqual([["slow"], [{ line: 1, from: day(TUESDAY), to: day(WEDNESDAY) }]]);
  });

  test("keeps a service level of its own", () => {
    const one = shop([near], [["near", 5]]);
    const order = captured(one, claimAt("near"), { live: true });
    takePromise(Object.assign(order, { document: { ...order.document, service_level: "standard" } }), claimAt("near"), []);
    expect(order.document.service_level).toBe("standard");
  });
});

test("an order without a promise is told nothing", () => {
  const one = shop([near], [["near", 0]]);
  one.capture([aLine("A", 1)]);
  expect(told(one)).toEqual([]);
});
