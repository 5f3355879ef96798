import { accept, type Outcome, publicId, refuse, shipmentId } from "../domain/kernel/index.ts";
import { type Hold, type HoldKind, type Journal, NO_ITEM, openHolds, type Order, placeHold, releaseHold, type Shipment, statusOf, stockExpires, untoldSeconds, withTerms } from "../domain/order/index.ts";
import {
  acceptShipment, answerCancel, arriveAtStore, type Canceller, cancelUnits, claimedUnits, type Departure, expireBackorders, expirePickups, handOverShipment, type LineQuantity, liveUnits, overrideRouting, type PackageRequest, packShipment, pickShipment,
  recordCarrierOutcome, type RejectReason, rejectShipment, resource, sendBack, shipShipment, sourceWaiting, type SourcingFacts, tellNode,
} from "../domain/fulfillment/index.ts";
import type { CarrierOutcome } from "../domain/order/index.ts";
import type { RoutingTrigger } from "../domain/routing/index.ts";

/** Everything that can be done to an order after capture. docs/reference/states says when each is possible. */
export type OrderAction =
  | { readonly type: "place_hold"; readonly kind: HoldKind; readonly lineNo: number | null; readonly shipmentNo: number | null; readonly reason: string; readonly owner: string | null; readonly dueAt: number | null }
  | { readonly type: "release_hold"; readonly holdNo: number; readonly reason: string }
  | { readonly type: "cancel"; readonly lines: readonly LineQuantity[] | null; readonly reason: string; readonly force: boolean; readonly by?: Canceller }
  | { readonly type: "route"; readonly trigger: RoutingTrigger }
  | { readonly type: "override_routing"; readonly node: string; readonly lines: readonly number[] | null; readonly reason: string }
  | { readonly type: "leave_node"; readonly nodeId: string; readonly trigger: RoutingTrigger }
  | { readonly type: "expire_reservation" }
  | { readonly type: "time_out" }
  | { readonly type: "expire_pickups" }
  | { readonly type: "lift_channel_hold" }
  | { readonly type: "date_channel_hold"; readonly dueAt: number | null }
  | { readonly type: "expire_backorders"; readonly lines: readonly number[] }
  | ({ readonly shipmentNo: number } & ShipmentAction);

export type ShipmentAction =
  | { readonly type: "release" }
  | { readonly type: "accept" }
  | { readonly type: "reject"; readonly reasonCode: RejectReason; readonly note: string | null }
  | { readonly type: "pick"; readonly lines: readonly LineQuantity[] | null; readonly correctStock: boolean }
  | { readonly type: "pack"; readonly packages: readonly PackageRequest[] | null }
  | ({ readonly type: "ship" } & Departure)
  | { readonly type: "hand_over" }
  | { readonly type: "arrive_at_store"; readonly lines: readonly LineQuantity[] | null }
  | { readonly type: "carrier_outcome"; readonly outcome: CarrierOutcome }
  | { readonly type: "answer_cancel"; readonly accepted: boolean; readonly note: string | null };

type Body = Readonly<Record<string, unknown>>;

export function decideAction(journal: Journal, order: Order, action: OrderAction, facts: SourcingFacts, at: number): Outcome<Body> {
  if ("shipmentNo" in action && action.type !== "place_hold") {
    const shipment = order.shipments.find((candidate) => candidate.shipmentNo === action.shipmentNo);
    if (!shipment) return refuse("NOT_FOUND", `The order has no shipment ${action.shipmentNo}.`);
    const outcome = decideShipmentAction(journal, order, shipment, action, facts, at);
    return outcome.ok ? accept({ shipment: { id: shipmentId(order.id, shipment.shipmentNo), status: shipment.status } }) : outcome;
  }
  return decideOrderAction(journal, order, action, facts, at);
}

function decideOrderAction(journal: Journal, order: Order, action: Exclude<OrderAction, { type: ShipmentAction["type"] }>, facts: SourcingFacts, at: number): Outcome<Body> {
  switch (action.type) {
    case "place_hold":
      return hold(journal, order, action, facts, at);
    case "release_hold":
      return release(journal, order, action.holdNo, action.reason, facts, at);
    case "cancel": {
      const result = cancelUnits(journal, order, action.lines, action.reason, action.force, at, action.by);
      return result.ok ? accept({ cancelled: wire(result.value.cancelled), asked: wire(result.value.asked) }) : result;
    }
    case "route":
      journal.touch(order);
      return accept({ routed: sourceWaiting(journal, order, facts, action.trigger) });
    case "override_routing": {
      const node = facts.nodes.find((candidate) => candidate.code === action.node);
      if (!node) return refuse("UNKNOWN_NODE", `There is no node "${action.node}".`, { errors: [{ pointer: "/node", code: "UNKNOWN_NODE", detail: `There is no node "${action.node}".` }] });
      const result = overrideRouting(journal, order, node, action.lines, action.reason, facts);
      return result.ok ? accept({ node: node.code }) : result;
    }
    case "leave_node":
      return accept({ moved: leaveNode(journal, order, action.nodeId, action.trigger, facts) });
    case "expire_reservation":
      return accept({ expired: expireReservation(journal, order, facts) });
    case "expire_backorders": {
      const result = expireBackorders(journal, order, action.lines);
      return result.ok ? accept({ cancelled: wire(result.value.cancelled) }) : result;
    }
    case "expire_pickups":
      return accept({ returned: expirePickups(journal, order, facts) });
    case "lift_channel_hold":
      return accept({ lifted: liftChannelHold(journal, order, facts, at) });
    case "date_channel_hold":
      return accept({ dated: dateChannelHold(journal, order, action.dueAt) });
    case "time_out":
      return accept({ timed_out: timeOut(journal, order, facts) });
  }
}

function decideShipmentAction(journal: Journal, order: Order, shipment: Shipment, action: ShipmentAction, facts: SourcingFacts, at: number): Outcome<null> {
  switch (action.type) {
    case "release":
      return tellNode(journal, order, shipment, facts, at);
    case "accept":
      return acceptShipment(journal, order, shipment, at);
    case "reject":
      return rejectShipment(journal, order, shipment, action.reasonCode, action.note, facts, at);
    case "pick":
      return pickShipment(journal, order, shipment, action.lines, action.correctStock, facts, at);
    case "pack":
      return packShipment(journal, order, shipment, action.packages, at);
    case "ship":
      return shipShipment(journal, order, shipment, action, facts, at);
    case "hand_over":
      return handOverShipment(journal, order, shipment, facts, at);
    case "carrier_outcome":
      return recordCarrierOutcome(journal, order, shipment, action.outcome, facts, at);
    case "arrive_at_store":
      return arriveAtStore(journal, order, shipment, action.lines, facts, at);
    case "answer_cancel":
      return answerCancel(journal, order, shipment, action.accepted, action.note, at);
  }
}

const wire = (lines: readonly LineQuantity[]): Body[] => lines.map(({ lineNo, quantity }) => ({ line: lineNo, quantity }));

function hold(journal: Journal, order: Order, action: Extract<OrderAction, { type: "place_hold" }>, facts: SourcingFacts, at: number): Outcome<Body> {
  const { kind, lineNo, shipmentNo, reason, owner, dueAt } = action;
  if (lineNo !== null && !order.lines.some((line) => line.lineNo === lineNo)) return refuse("NOT_FOUND", `The order has no line ${lineNo}.`);
  if (shipmentNo !== null && !order.shipments.some((one) => one.shipmentNo === shipmentNo)) return refuse("NOT_FOUND", `The order has no shipment ${shipmentNo}.`);
  // The label is brought up to date when the batch is saved; the quantities are right already.
  if (order.lines.every((line) => liveUnits(line) === 0)) return refuse("NOT_IN_STATE", `The order is ${statusOf(order)}; there is nothing to hold.`, { data: { status: statusOf(order) } });
  const scope = lineNo !== null ? "line" : shipmentNo !== null ? "shipment" : "order";
  const placed = placeHold(order, withTerms({ kind, scope, lineNo, shipmentNo, reason, owner, dueAt }, facts.channel, at), at);
  journal.touch(order, { hold: placed });
  journal.event("HoldPlaced", order.id, { hold_no: placed.holdNo, kind }, { reason });
  return accept({ hold_no: placed.holdNo, undo: { method: "POST", path: `/v1/orders/${publicId("order", order.id)}/holds/${placed.holdNo}/release`, body: { reason: "undone" }, untold_seconds: untoldSeconds(journal.context.actor) } });
}

/** Releasing the last block lets waiting lines be routed in the same commit. */
function release(journal: Journal, order: Order, holdNo: number, reason: string, facts: SourcingFacts, at: number): Outcome<Body> {
  const found = order.holds.find((one) => one.holdNo === holdNo);
  if (!found) return refuse("NOT_FOUND", `The order has no hold ${holdNo}.`);
  if (found.releasedAt !== null) return refuse("HOLD_NOT_OPEN", `Hold ${holdNo} was released at ${new Date(found.releasedAt).toISOString()}.`, { data: { hold_no: holdNo } });
  const unknown = found.kind === "ITEM" ? order.lines.find(({ lineNo, itemId }) => lineNo === found.lineNo && itemId === NO_ITEM) : undefined;
  if (unknown) {
    const detail = `Nobody has said yet which item line ${unknown.lineNo} is: map its variant, and the hold ends by itself.`;
    return refuse("NOT_IN_STATE", detail, { data: { hold_no: holdNo, line: unknown.lineNo, variant: unknown.document.variant_id } });
  }
  releaseHold(found, at, journal.context.actor, reason);
  journal.touch(order, { hold: found });
  journal.event("HoldReleased", order.id, { hold_no: holdNo, kind: found.kind }, { reason, occurredAt: at });
  return accept({ hold_no: holdNo, routed: sourceWaiting(journal, order, facts, "HOLD_RELEASED") });
}

/** Moves unreleased units away from a node that went offline. */
function leaveNode(journal: Journal, order: Order, nodeId: string, trigger: RoutingTrigger, facts: SourcingFacts): boolean {
  const planned = order.shipments.filter((shipment) => shipment.nodeId === nodeId && shipment.status === "PLANNED");
  for (const shipment of planned) {
    const event = journal.event("OrderRouted", order.id, { trigger, left: shipment.shipmentNo }, { reason: "the node went offline" });
    sendBack(journal, event, order, shipment, claimedUnits(order, shipment, ["reserved"]), facts, null);
  }
  return planned.length > 0 && sourceWaiting(journal, order, facts, trigger);
}

/**
 * A payment, fraud, credit or approval hold that is overdue lets the order's unreleased stock go; the hold stays. The
 * units wait like a backorder, because pending ones would go on keeping stock from later orders.
 */
function expireReservation(journal: Journal, order: Order, facts: SourcingFacts): boolean {
  const { now } = journal.context;
  const due = order.holds.filter((one) => one.releasedAt === null && one.dueAt !== null && one.dueAt <= now && stockExpires(one.kind));
  const planned = order.shipments.filter((shipment) => shipment.status === "PLANNED" && claimedUnits(order, shipment, ["reserved"]).length > 0);
  if (due.length === 0) return false;
  for (const one of due) {
    order.holds[one.holdNo - 1] = { ...one, dueAt: null };
    journal.touch(order, { hold: one });
  }
  // Goods that nobody has identified keep no stock, and are looked for where they wait.
  const pending = order.lines.filter((line) => line.units.pending > 0 && line.itemId !== NO_ITEM);
  if (planned.length === 0 && pending.length === 0) return true;
  const event = journal.event("ReservationExpired", order.id, { holds: due.map((one) => one.holdNo), shipments: planned.map((one) => one.shipmentNo) }, { reason: "a hold outlived its due time" });
  for (const shipment of planned) sendBack(journal, event, order, shipment, claimedUnits(order, shipment, ["reserved"]), facts, null);
  for (const line of order.lines) {
    if (line.units.pending > 0 && line.itemId !== NO_ITEM) journal.move(event, order, line, "pending", "backordered", line.units.pending, null);
  }
  return true;
}

const atGate = ({ holds }: Order): Hold[] => openHolds(holds).filter(({ kind }) => kind === "CHANNEL_PAUSED");

/** The channel lets the order through. */
function liftChannelHold(journal: Journal, order: Order, facts: SourcingFacts, at: number): boolean {
  const held = atGate(order);
  for (const one of held) release(journal, order, one.holdNo, "the channel lets it through", facts, at);
  return held.length > 0;
}

/** The channel is to let the order through at another time. */
function dateChannelHold(journal: Journal, order: Order, dueAt: number | null): boolean {
  const other = atGate(order).filter((one) => one.dueAt !== dueAt);
  for (const one of other) {
    order.holds[one.holdNo - 1] = { ...one, dueAt };
    journal.touch(order, { hold: one });
  }
  return other.length > 0;
}

/** Re-sources shipments that their node left unaccepted longer than the channel allows. */
function timeOut(journal: Journal, order: Order, facts: SourcingFacts): number {
  const limit = facts.channel.routing.acceptWithinMinutes;
  const late = order.shipments.filter((one) => one.status === "RELEASED" && limit !== null && one.stateSince + limit * 60_000 <= journal.context.now);
  for (const shipment of late) {
    const event = journal.event("ShipmentTimedOut", order.id, { shipment_no: shipment.shipmentNo, since: new Date(shipment.stateSince).toISOString() });
    resource(journal, event, order, shipment, claimedUnits(order, shipment), facts, "TIME_IN_STATE", "TIME_IN_STATE");
  }
  return late.length;
}
