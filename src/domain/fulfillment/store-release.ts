import { DAY, type Instant, instantOfDay, localDay, type Outcome, present } from "../kernel/index.ts";
import type { Journal, Order, Shipment } from "../order/index.ts";
import { arrivalAfter } from "./outlook.ts";
import { releaseShipment } from "./release.ts";
import type { SourcingFacts } from "./source.ts";
import { storeOf } from "./store-arrival.ts";

/**
 * From when on a planned shipment may be released although the store it goes to is closed until a time: the first day on which it would not
 * arrive before that, and that time where nobody can say when it arrives. Null where it may go now, or goes to no such store.
 */
export function releaseFrom(order: Order, shipment: Shipment, facts: SourcingFacts, now: Instant): Instant | null {
  const reopens = storeOf(shipment, facts.nodes)?.operations.pausedUntil ?? null;
  const node = facts.nodes.find(({ id }) => id === shipment.nodeId);
  if (reopens === null || reopens <= now || !node) return null;
  const inTime = (at: Instant): boolean => (arrivalAfter(order, shipment, node, facts, at) ?? -Infinity) >= reopens;
  if (inTime(now)) return null;
  const today = localDay(now, node.timeZone);
  for (let day = today + 1; day <= today + Math.ceil((reopens - now) / DAY); day += 1) {
    const at = instantOfDay(day, 0, node.timeZone);
    if (at >= reopens || inTime(at)) return Math.min(at, reopens);
  }
  return reopens;
}

/** What becomes of goods for a store that closed: they wait at their node and arrive when it is open again, they do so anyhow, or a person decides. */
export type StoreArrival = "waits" | "on_time" | "decide";

export function arrivalAtClosed(order: Order, shipment: Shipment, facts: SourcingFacts, now: Instant): StoreArrival {
  const store = storeOf(shipment, facts.nodes);
  const node = facts.nodes.find(({ id }) => id === shipment.nodeId);
  if (!store || !node || store.status === "offline") return "decide";
  if (shipment.status === "PLANNED") return releaseFrom(order, shipment, facts, now) === null ? "on_time" : "waits";
  const there = arrivalAfter(order, shipment, node, facts, now);
  return there !== null && there >= (store.operations.pausedUntil ?? now) ? "on_time" : "decide";
}

/** Hands a planned shipment to its node by the facts of its order: see releaseShipment. */
export function tellNode(journal: Journal, order: Order, shipment: Shipment, facts: SourcingFacts, at: Instant): Outcome<null> {
  const node = present(facts.nodes.find(({ id }) => id === shipment.nodeId), "node of a shipment");
  return releaseShipment(journal, order, shipment, node, at, facts.shipping, storeOf(shipment, facts.nodes), releaseFrom(order, shipment, facts, at));
}

/** When an order is to be released again because something of it goes to a store that is closed until a time; null where nothing waits for that. */
export function nextRelease(order: Order, facts: SourcingFacts, now: Instant): Instant | null {
  const times = order.shipments.flatMap((shipment) => (shipment.status === "PLANNED" ? (releaseFrom(order, shipment, facts, now) ?? []) : []));
  return times.length === 0 ? null : Math.min(...times);
}
