import type { Node } from "../catalog/index.ts";
import { type Instant, MINUTE, present } from "../kernel/index.ts";
import { type Journal, lineMayRoute, type Order, releaseBlockers, type Shipment } from "../order/index.ts";
import { decideRouting, type RoutingPlan } from "../routing/index.ts";
import { shipTime } from "../shipping/index.ts";
import { inTime } from "./keep-promise.ts";
import { claimedUnits, sendBack, type SentBack } from "./resource.ts";
import { deadlinesOf, isHandedOut } from "./outlook.ts";
import { travelWithRoom } from "./ship-slot.ts";
import { applyPlan, routingRequest, type SourcingFacts, type Wanted } from "./source.ts";

/** What was tried to keep the dates of a shipment, and what came of it, in a sentence. */
export interface Tried {
  readonly saved: boolean;
  readonly sentence: string;
}

/**
 * Sends a shipment that would miss its dates from elsewhere, or by a faster service, where that keeps them, breaks no hard rule and
 * costs no more than the channel allows: all of it in this commit, or nothing. Only what no node has taken on yet is moved, not
 * under a hold, and only as often as the channel lets lines be re-sourced; the node that is left is avoided for its cool-down.
 */
export function rescue(journal: Journal, order: Order, shipment: Shipment, facts: SourcingFacts): Tried {
  const units = claimedUnits(order, shipment);
  const lineNos = [...new Set(units.map(({ line }) => line.lineNo))];
  const objection = unmovable(order, shipment, lineNos, units, facts);
  if (objection !== null) return { saved: false, sentence: objection };
  const wanted = wantedOf(units);
  const dates = datesOf(order, shipment, lineNos, facts, journal.context.now);
  const { plan, extraMicros } = withGoodsBack(journal, shipment, units, () => planFor(journal, order, shipment, wanted, dates, facts));
  if (plan === null) return { saved: false, sentence: "No other plan would keep the date." };
  const { rescueMicros } = facts.channel.deadlines;
  if (rescueMicros !== null && extraMicros !== null && extraMicros > rescueMicros) {
    return { saved: false, sentence: `The plan that would keep the date costs ${amount(extraMicros)} more, and at most ${amount(rescueMicros)} may be spent.` };
  }
  move(journal, order, shipment, units, wanted, plan, facts);
  return { saved: true, sentence: `Sent otherwise to keep the date${extraMicros === null ? "" : `, for ${amount(extraMicros)} more`}.` };
}

const amount = (micros: number): string => (micros / 1_000_000).toFixed(2);

function unmovable(order: Order, shipment: Shipment, lineNos: readonly number[], units: readonly SentBack[], { channel, nodes }: SourcingFacts): string | null {
  const { status, shipmentNo, cancelRequested, document } = shipment;
  if (status !== "PLANNED" && status !== "RELEASED") return "Its node has taken it on already.";
  if (isHandedOut(order, shipment, nodes)) return "Its customer collects it there.";
  if (document.by_hand) return "A person chose its node.";
  if (cancelRequested) return "Its node was asked to cancel it.";
  if (releaseBlockers(order, shipmentNo, lineNos).length > 0 || !lineNos.every((lineNo) => lineMayRoute(order, lineNo))) return "It is held.";
  return units.some(({ line }) => line.attempts >= channel.routing.attemptLimit) ? "It was sent elsewhere as often as the channel allows." : null;
}

/** Several stages of one line are one demand. */
function wantedOf(units: readonly SentBack[]): Wanted[] {
  const lines = [...new Set(units.map(({ line }) => line))];
  return lines.map((line) => ({ line, from: "pending", quantity: units.reduce((sum, unit) => sum + (unit.line === line ? unit.quantity : 0), 0) }));
}

interface Dates {
  readonly arriveBy: Instant | null;
  readonly shipBy: Instant | null;
}

/** What can still be kept. */
function datesOf(order: Order, shipment: Shipment, lineNos: readonly number[], facts: SourcingFacts, now: Instant): Dates {
  const open = deadlinesOf(order, lineNos, facts, shipment).filter(({ at }) => at > now);
  const arrivals = open.filter(({ kind }) => kind !== "ship_by").map(({ keptUntil }) => keptUntil);
  return { arriveBy: arrivals.length === 0 ? null : Math.min(...arrivals), shipBy: open.find(({ kind }) => kind === "ship_by")?.at ?? null };
}

/** Decides as if the shipment's goods, and its node's work on it, were free again: they may stay where they are and go by another service. */
function withGoodsBack<T>({ book }: Journal, { nodeId, capacity }: Shipment, units: readonly SentBack[], decide: () => T): T {
  const lent = units.filter(({ line }) => book.counters(line.itemId, nodeId).short === 0);
  for (const { line, quantity } of lent) book.unreserve(line.itemId, nodeId, quantity);
  if (capacity) book.capacity.giveBack(nodeId, capacity, 1, capacity.units);
  try {
    return decide();
  } finally {
    for (const { line, quantity } of lent) book.reserve(line.itemId, nodeId, quantity);
    if (capacity) book.capacity.takeBack(nodeId, capacity, 1, capacity.units);
  }
}

interface Found {
  /** Null where none keeps the dates. */
  readonly plan: RoutingPlan | null;
  /** What it costs beyond the best that could be done where the goods are; null where they cannot leave from there at all. */
  readonly extraMicros: number | null;
}

function planFor(journal: Journal, original: Order, shipment: Shipment, wanted: readonly Wanted[], dates: Dates, facts: SourcingFacts): Found {
  // The shipment itself is nothing that its units could join.
  const order = { ...original, shipments: original.shipments.filter((one) => one !== shipment) };
  const asked = routingRequest(journal, order, wanted, facts, "AT_RISK");
  const { shipBy, arriveBy } = dates;
  const soon = inTime(asked, { arrives: arriveBy ?? undefined, leaves: shipBy ?? undefined });
  // What goes by no known service leaves with whoever takes it.
  const leaving = (node: Node): boolean => (asked.nodePool?.includes(node.code) ?? true) && (asked.travel?.times.of(node, null, asked.now, facts.backlog(node.id))?.leavesAt ?? Infinity) <= (shipBy ?? Infinity);
  const plan = decideRouting(shipBy === null || shipment.document.plan ? soon : { ...soon, nodePool: facts.nodes.filter(leaving).map(({ code }) => code) });
  if (plan.unplaced.length > 0 || !keepsDates(journal, order, plan, dates, facts)) return { plan: null, extraMicros: null };
  // It has its place there already.
  const stay = decideRouting({ ...asked, load: null, nodePool: facts.nodes.filter(({ id }) => id === shipment.nodeId).map(({ code }) => code) });
  const [costs, stayCosts] = [costOf(plan), stay.unplaced.length > 0 ? null : costOf(stay)];
  return { plan, extraMicros: costs === null || stayCosts === null ? null : costs - stayCosts };
}

function keepsDates(journal: Journal, order: Order, plan: RoutingPlan, { arriveBy, shipBy }: Dates, facts: SourcingFacts): boolean {
  const { nodes, shipping, backlog } = facts;
  return [...new Set(plan.assignments.map(({ nodeId }) => nodeId))].every((nodeId) => {
    const node = present(nodes.find(({ id }) => id === nodeId), "node");
    const units = plan.assignments.reduce((sum, one) => sum + (one.nodeId === nodeId ? one.quantity : 0), 0);
    const decided = plan.shipments.find((one) => one.nodeId === nodeId);
    const travel = decided && travelWithRoom(journal, order, node, units, facts, decided);
    const leavesAt = travel?.leavesAt ?? shipTime(node, null, shipping, journal.context.now, backlog(nodeId))?.leavesAt ?? Infinity;
    return leavesAt <= (shipBy ?? Infinity) && (arriveBy === null || (travel?.arrivesAt ?? Infinity) <= arriveBy);
  });
}

const costOf = ({ detail: { total_cost_micros: micros } }: RoutingPlan): number | null => (typeof micros === "number" ? micros : null);

function move(journal: Journal, order: Order, shipment: Shipment, units: readonly SentBack[], wanted: readonly Wanted[], plan: RoutingPlan, facts: SourcingFacts): void {
  const { coolDownMinutes } = facts.channel.routing;
  const reason = "it would have missed its date";
  // A node that was told of it has to hear that it is no longer its own.
  const event = shipment.status === "PLANNED"
    ? journal.event("OrderRouted", order.id, { trigger: "AT_RISK", left: shipment.shipmentNo }, { reason })
    : journal.event("ShipmentRejected", order.id, { shipment_no: shipment.shipmentNo, reason_code: "AT_RISK" }, { reason });
  sendBack(journal, event, order, shipment, units, facts, null);
  const stays = plan.assignments.some(({ nodeId }) => nodeId === shipment.nodeId);
  for (const { line } of wanted) {
    line.attempts += 1;
    if (!stays) journal.exclude(order, line.lineNo, shipment.nodeId, journal.context.now + coolDownMinutes * MINUTE, "AT_RISK");
  }
  applyPlan(journal, order, wanted, { ...plan, reason: `To keep the date: ${plan.reason}` }, facts, "AT_RISK");
}
