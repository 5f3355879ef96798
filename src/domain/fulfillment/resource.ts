import { MINUTE, type OrdoEvent, present } from "../kernel/index.ts";
import { type Bucket, type Journal, NO_ITEM, openHolds, type Order, type OrderLine, type Shipment, stockExpires } from "../order/index.ts";
import type { RoutingTrigger } from "../routing/index.ts";
import { withTheirKits } from "./bundles.ts";
import { preorder, splitByLaunch } from "./preorder.ts";
import { applyPlan, closeIdleHolds, leaveIfEmpty, mayWait, noteKept, planLines, type SourcingFacts, stagesOf, waitingUnits, type Wanted, withdrawRequest } from "./source.ts";

/** Routes what waits of an order and may be routed; false where nothing does. What came back too often is left to a person. */
export function sourceWaiting(journal: Journal, order: Order, facts: SourcingFacts, trigger: RoutingTrigger): boolean {
  const { due, ahead } = splitByLaunch(order, waitingUnits(order), facts, journal.context.now);
  preorderPending(journal, order, ahead.filter(({ from }) => from === "pending"), facts, trigger);
  const waiting = due.filter(({ line, from }) => from !== "pending" || line.attempts < facts.channel.routing.attemptLimit || trigger === "MANUAL");
  for (const bucket of ["pending", "backordered", "preordered"] as const) {
    const group = waiting.filter(({ from }) => from === bucket);
    if (group.length > 0) sourceGroup(journal, order, group, facts, trigger);
  }
  letGo(journal, order);
  return waiting.length > 0;
}

/** What a hold kept back from being pre-ordered, or what came back meanwhile; only as many as may be, because of the rest a person knows. */
function preorderPending(journal: Journal, order: Order, ahead: readonly Wanted[], facts: SourcingFacts, trigger: RoutingTrigger): void {
  const fitting = ahead.filter(({ line, quantity }) => quantity <= journal.book.waitingRoom(line.itemId));
  if (fitting.length === 0) return;
  const event = journal.event("OrderRouted", order.id, { trigger, preordered: fitting.map(({ line, quantity }) => [line.lineNo, quantity]) }, { reason: "waits for its launch" });
  preorder(journal, event, order, fitting, facts);
}

/** What came to wait after a hold had outlived its time waits like the rest of the order: pending units would keep stock from later orders. */
function letGo(journal: Journal, order: Order): void {
  const expired = openHolds(order.holds).filter(({ kind, dueAt }) => stockExpires(kind) && dueAt === null);
  const pending = order.lines.filter((line) => line.units.pending > 0 && line.itemId !== NO_ITEM);
  if (expired.length === 0 || pending.length === 0) return;
  const event = journal.event("ReservationExpired", order.id, { holds: expired.map(({ holdNo }) => holdNo), shipments: [] }, { reason: "a hold outlived its due time" });
  for (const line of pending) journal.move(event, order, line, "pending", "backordered", line.units.pending, null);
}

/** A retry that places nothing changes nothing and leaves no decision behind: the last one still says why. Who waits though the goods are there is told of. */
function sourceGroup(journal: Journal, order: Order, group: readonly Wanted[], facts: SourcingFacts, trigger: RoutingTrigger): void {
  const plan = planLines(journal, order, group, facts, trigger);
  const nothingNew = plan.assignments.length === 0 && group.every(({ line, from }) => from === "backordered" || (from === "pending" && !mayWait(order, line, facts, plan)));
  if (nothingNew && trigger === "STOCK_ARRIVED") return noteKept(journal, order, group, plan, facts, trigger);
  applyPlan(journal, order, group, plan, facts, trigger);
}

export interface SentBack {
  readonly line: OrderLine;
  readonly stage: Bucket;
  readonly quantity: number;
}

/** Everything of a shipment that a node still holds a claim on, stage by stage. */
export function claimedUnits(order: Order, shipment: Shipment, stages: readonly Bucket[] = ["reserved", "released", "picked", "packed"]): SentBack[] {
  return [...shipment.lines.keys()].flatMap((lineNo) => {
    const line = present(order.lines.find((candidate) => candidate.lineNo === lineNo), "order line");
    return stages.map((stage) => ({ line, stage, quantity: stagesOf(shipment, lineNo)[stage] ?? 0 })).filter(({ quantity }) => quantity > 0);
  });
}

/** Takes units away from a shipment's node: they are pending again, and the node is avoided for the cool-down. */
export function sendBack(journal: Journal, event: OrdoEvent, order: Order, shipment: Shipment, named: readonly SentBack[], facts: SourcingFacts, avoid: string | null): void {
  const { coolDownMinutes } = facts.channel.routing;
  const units = withTheirKits(order, shipment, named);
  const asked = cancelAsked(journal, event, order, shipment, units);
  units.forEach(({ line, stage, quantity }, n) => {
    const back = quantity - (asked[n] ?? 0);
    if (back > 0) journal.move(event, order, line, stage, "pending", back, shipment);
  });
  if (avoid !== null) {
    for (const line of new Set(units.map((unit) => unit.line))) {
      line.attempts += 1;
      journal.exclude(order, line.lineNo, shipment.nodeId, journal.context.now + coolDownMinutes * MINUTE, avoid);
    }
  }
  leaveIfEmpty(journal, order, shipment);
  closeIdleHolds(journal, order);
}

/** A node that gives up units it was asked to cancel has said yes: those are cancelled, not sent elsewhere. Returns how many of each. */
function cancelAsked(journal: Journal, event: OrdoEvent, order: Order, shipment: Shipment, units: readonly SentBack[]): number[] {
  const { cancel_by: by = "customer" } = shipment.document;
  const asked = units.map(({ line, quantity }) => withdrawRequest(journal, order, shipment, line.lineNo, quantity));
  if (asked.every((quantity) => quantity === 0)) return asked;
  journal.event("CancelAnswered", order.id, { shipment_no: shipment.shipmentNo, accepted: true, requested_by: by }, { reason: "the node gave the units up" });
  units.forEach(({ line, stage }, n) => {
    const quantity = asked[n] ?? 0;
    if (quantity > 0) journal.move(event, order, line, stage, "cancelled", quantity, shipment);
  });
  return asked;
}

/** Sends units back and places them elsewhere in the same commit; past the attempt limit a person has to look. */
export function resource(
  journal: Journal, event: OrdoEvent, order: Order, shipment: Shipment, units: readonly SentBack[], facts: SourcingFacts, trigger: RoutingTrigger, avoid: string | null,
): void {
  sendBack(journal, event, order, shipment, units, facts, avoid);
  sourceWaiting(journal, order, facts, trigger);
  noteExhausted(journal, order, shipment, units.map(({ line }) => line), facts);
}

/** Tells a person of lines that came back too often to be routed again by themselves. */
export function noteExhausted(journal: Journal, order: Order, shipment: Shipment, lines: readonly OrderLine[], facts: SourcingFacts): void {
  for (const line of new Set(lines)) {
    if (line.attempts < facts.channel.routing.attemptLimit || line.units.pending === 0) continue;
    journal.exception({
      kind: "ATTEMPTS_EXHAUSTED", orderId: order.id, lineNo: line.lineNo, shipmentNo: shipment.shipmentNo, itemId: line.itemId, nodeId: shipment.nodeId,
      reason: `Line ${line.lineNo} came back ${line.attempts} times; route it by hand or cancel it.`,
    });
  }
}
