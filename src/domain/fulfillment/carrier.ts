import { accept, type Instant, type OrdoEvent, type Outcome } from "../kernel/index.ts";
import type { CarrierOutcome, Journal, Order, Shipment, ShipmentPackage } from "../order/index.ts";
import { bringToPacked, unitsIn } from "./node-work.ts";
import { notInState } from "./release.ts";
import { claimedUnits } from "./resource.ts";
import { closeIdleHolds, setStatus, type SourcingFacts } from "./source.ts";

export interface Departure {
  readonly carrier: string | null;
  readonly service: string | null;
  /** One number for every package, or one per package in order. */
  readonly trackingNumbers: readonly string[];
}

const BEFORE_DEPARTURE = ["RELEASED", "ACCEPTED", "PICKED", "PACKED"];

/** The goods leave with a carrier: the claim and what is on hand fall together. */
export function shipShipment(journal: Journal, order: Order, shipment: Shipment, departure: Departure, facts: SourcingFacts, at: Instant): Outcome<null> {
  if (!BEFORE_DEPARTURE.includes(shipment.status)) return notInState(order, shipment, "shipped", BEFORE_DEPARTURE);
  const ready = bringToPacked(journal, order, shipment, facts, at);
  if (!ready.ok) return ready;
  const { carrier, service, trackingNumbers } = departure;
  const event = journal.event("ShipmentShipped", order.id, { shipment_no: shipment.shipmentNo, carrier, tracking_number: trackingNumbers[0] ?? null, ...(shipment.document.parcel ? { parcel_shipments: shipment.document.parcel.shipments, service } : {}) }, { occurredAt: at });
  leave(journal, event, order, shipment, "shipped");
  const packages = shipment.document.packages.map((one, index): ShipmentPackage => ({
    ...one, carrier, service, tracking_number: trackingNumbers[index] ?? trackingNumbers[0] ?? null,
  }));
  depart(journal, order, shipment, packages, "SHIPPED", at);
  return accept(null);
}

/** The customer collects, at the node or at the store that it sent to, or a courier of our own delivers by hand: no carrier, nothing to track. */
export function handOverShipment(journal: Journal, order: Order, shipment: Shipment, facts: SourcingFacts, at: Instant): Outcome<null> {
  if (shipment.status === "AT_STORE") return recordCarrierOutcome(journal, order, shipment, "delivered", facts, at);
  if (!BEFORE_DEPARTURE.includes(shipment.status)) return notInState(order, shipment, "handed over", BEFORE_DEPARTURE);
  const ready = bringToPacked(journal, order, shipment, facts, at);
  if (!ready.ok) return ready;
  const event = journal.event("ShipmentHandedOver", order.id, { shipment_no: shipment.shipmentNo }, { occurredAt: at });
  leave(journal, event, order, shipment, "handed_over");
  depart(journal, order, shipment, shipment.document.packages, "HANDED_OVER", at);
  return accept(null);
}

function leave(journal: Journal, event: OrdoEvent, order: Order, shipment: Shipment, to: "shipped" | "handed_over"): void {
  for (const { line, quantity } of claimedUnits(order, shipment, ["packed"])) {
    findMissing(journal, event, order, shipment, line.itemId, quantity);
    journal.move(event, order, line, "packed", to, quantity, shipment);
    journal.moveStock(event, {
      itemId: line.itemId, nodeId: shipment.nodeId, kind: to === "shipped" ? "ship" : "hand_over", onHand: -quantity, causeKind: "order", causeId: order.id,
    });
  }
}

/** Goods that leave were there, whatever the last count said: the count is corrected before they go. */
function findMissing(journal: Journal, event: OrdoEvent, order: Order, shipment: Shipment, itemId: string, quantity: number): void {
  const { onHand } = journal.book.counters(itemId, shipment.nodeId);
  if (onHand >= quantity) return;
  journal.moveStock(event, { itemId, nodeId: shipment.nodeId, kind: "adjustment", onHand: quantity - onHand, causeKind: "order", causeId: order.id, reason: "FOUND" });
}

/** Departure also answers a cancel request that came too late. */
function depart(journal: Journal, order: Order, shipment: Shipment, packages: readonly ShipmentPackage[], status: Shipment["status"], at: Instant): void {
  if (shipment.cancelRequested) {
    journal.event("CancelAnswered", order.id, { shipment_no: shipment.shipmentNo, accepted: false }, { reason: "the goods have left", occurredAt: at });
    shipment.cancelRequested = false;
  }
  const { to_store: store } = shipment.document;
  shipment.document = { packages, cancel_lines: [], ...(store === undefined ? {} : { to_store: store }) };
  setStatus(journal, order, shipment, status, at);
  closeIdleHolds(journal, order);
}

const OUTCOME_EVENT = { delivered: "ShipmentDelivered", lost: "ShipmentLost", returned_to_sender: "ShipmentReturnedToSender" } as const;
const OUTCOME_STATUS = { delivered: "DELIVERED", lost: "LOST", returned_to_sender: "RETURNED_TO_SENDER" } as const;

/**
 * What the carrier said of everything in the shipment, or what became of it at the store where it was to be collected. Goods that
 * came back wait in quarantine to be looked at: at the node, or at the store that nobody came to.
 */
export function recordCarrierOutcome(journal: Journal, order: Order, shipment: Shipment, outcome: CarrierOutcome, { nodes }: Pick<SourcingFacts, "nodes">, at: Instant): Outcome<null> {
  const { to_store: store } = shipment.document;
  const waits = shipment.status === "AT_STORE";
  // At a store's door goods are delivered to nobody yet.
  const allowed = store !== undefined && outcome === "delivered" ? ["AT_STORE"] : ["SHIPPED", ...(store === undefined ? [] : ["AT_STORE"])];
  if (!allowed.includes(shipment.status)) return notInState(order, shipment, outcome.replaceAll("_", " "), allowed);
  const stands = waits ? (nodes.find(({ code }) => code === store)?.id ?? shipment.nodeId) : shipment.nodeId;
  const units = order.lines.map((line) => ({ line, quantity: unitsIn(shipment, line.lineNo, "shipped") })).filter(({ quantity }) => quantity > 0);
  const event = journal.event(OUTCOME_EVENT[outcome], order.id, { shipment_no: shipment.shipmentNo, lines: units.map(({ line, quantity }) => [line.lineNo, quantity]) }, { occurredAt: at });
  for (const { line, quantity } of units) {
    journal.move(event, order, line, "shipped", outcome, quantity, shipment);
    if (outcome === "returned_to_sender") {
      journal.moveStock(event, {
        itemId: line.itemId, nodeId: stands, condition: "quarantine", kind: "return_to_sender", onHand: quantity, causeKind: "order", causeId: order.id,
      });
    }
  }
  setStatus(journal, order, shipment, OUTCOME_STATUS[outcome], at);
  if (outcome !== "delivered") {
    journal.exception({
      kind: outcome === "lost" ? "LOST_IN_TRANSIT" : "RETURNED_TO_SENDER", orderId: order.id, lineNo: null, shipmentNo: shipment.shipmentNo, itemId: null,
      nodeId: stands, reason: waits && outcome === "returned_to_sender" ? `Nobody collected shipment ${shipment.shipmentNo} at ${store}.` : `Shipment ${shipment.shipmentNo} was ${outcome.replaceAll("_", " ")}; the customer is still waiting.`,
    });
  }
  return accept(null);
}
