import type { Node } from "../catalog/index.ts";
import { accept, DAY, type Instant, type Outcome, refuse } from "../kernel/index.ts";
import type { Journal, Order, OrderLine, Shipment } from "../order/index.ts";
import { recordCarrierOutcome } from "./carrier.ts";
import { type LineQuantity, unitsIn } from "./node-work.ts";
import { notInState } from "./release.ts";
import { noteExhausted, sourceWaiting } from "./resource.ts";
import { closeIfEmpty, setStatus, type SourcingFacts } from "./source.ts";

/** The store that a shipment goes to; null where it goes to the customer, or the store is there no longer. */
export const storeOf = ({ document: { to_store: code } }: Shipment, nodes: readonly Node[]): Node | null => nodes.find((node) => node.code === code) ?? null;

/**
 * Goods that another node sent arrived where the customer collects them: all of them, or those named. They are the order's and no
 * stock of the store. What is missing, or cannot be handed out, is wanted again and routed anew in the same commit.
 */
export function arriveAtStore(journal: Journal, order: Order, shipment: Shipment, named: readonly LineQuantity[] | null, facts: SourcingFacts, at: Instant): Outcome<null> {
  const { to_store: store } = shipment.document;
  if (store === undefined) return refuse("NOT_IN_STATE", `Shipment ${shipment.shipmentNo} goes to no store.`, { data: { status: shipment.status } });
  if (shipment.status !== "SHIPPED") return notInState(order, shipment, "received at the store", ["SHIPPED"]);
  const sent = order.lines.map((line) => ({ line, quantity: unitsIn(shipment, line.lineNo, "shipped") })).filter(({ quantity }) => quantity > 0);
  const arrived = arrivedUnits(sent, named);
  if (!arrived.ok) return arrived;
  const short = sent.map(({ line, quantity }) => ({ line, quantity: quantity - (arrived.value.get(line.lineNo) ?? 0) })).filter(({ quantity }) => quantity > 0);
  const event = journal.event("ShipmentArrivedAtStore", order.id, {
    shipment_no: shipment.shipmentNo, node: store, lines: [...arrived.value].filter(([, quantity]) => quantity > 0), short: short.map(({ line, quantity }) => [line.lineNo, quantity]),
  }, { occurredAt: at });
  for (const { line, quantity } of short) journal.move(event, order, line, "shipped", "pending", quantity, shipment);
  setStatus(journal, order, shipment, "AT_STORE", at);
  closeIfEmpty(journal, order, shipment);
  if (short.length > 0) sourceWaiting(journal, order, facts, "SHORT_PICK");
  noteExhausted(journal, order, shipment, short.map(({ line }) => line), facts);
  return accept(null);
}

/** Units of each line that arrived; a line that is not named did not. */
function arrivedUnits(sent: readonly { readonly line: OrderLine; readonly quantity: number }[], named: readonly LineQuantity[] | null): Outcome<ReadonlyMap<number, number>> {
  const there = new Map(sent.map(({ line, quantity }) => [line.lineNo, quantity]));
  if (named === null) return accept(there);
  const arrived = new Map<number, number>();
  for (const { lineNo, quantity } of named) arrived.set(lineNo, (arrived.get(lineNo) ?? 0) + quantity);
  for (const [lineNo, quantity] of arrived) {
    const most = there.get(lineNo) ?? 0;
    if (quantity > most) return refuse("QUANTITY_NOT_THERE", `Line ${lineNo} has ${most} on the way in this shipment, ${quantity} were named.`, { data: { line: lineNo, shipped: most } });
  }
  return accept(arrived);
}

/** Gives back what its customers left at stores longer than those keep it; returns how many shipments that were. */
export function expirePickups(journal: Journal, order: Order, facts: SourcingFacts): number {
  const { now } = journal.context;
  const left = order.shipments.filter((shipment) => {
    const days = storeOf(shipment, facts.nodes)?.operations.pickup?.holdDays ?? null;
    return shipment.status === "AT_STORE" && days !== null && shipment.stateSince + days * DAY <= now;
  });
  for (const shipment of left) recordCarrierOutcome(journal, order, shipment, "returned_to_sender", facts, now);
  return left.length;
}
