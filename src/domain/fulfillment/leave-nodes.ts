import { isClosed, type Node } from "../catalog/index.ts";
import type { Instant } from "../kernel/index.ts";
import type { Journal, Order, Shipment } from "../order/index.ts";
import { deliverUntil } from "./order-place.ts";
import { plannedArrival } from "./planned-arrival.ts";
import { claimedUnits, sendBack, sourceWaiting } from "./resource.ts";
import { reviewPromise } from "./review-promise.ts";
import { arrivalAtClosed, type StoreArrival } from "./store-release.ts";
import { planLines, type SourcingFacts, type Wanted } from "./source.ts";
import { supposedFacts } from "./what-if.ts";

/** How much of what closing nodes were told of is taken from them. */
export interface Leaving {
  /** Those of them that take orders again keep what they have. */
  readonly closed: ReadonlySet<string>;
  /** Also what a node has accepted and not picked yet. */
  readonly includeAccepted: boolean;
  readonly reason: string;
}

export interface MovedUnits {
  readonly lineNo: number;
  readonly quantity: number;
  readonly from: string;
  readonly to: string;
}

/** A shipment that stays where it is: the node works on it already, it was opened meanwhile, or it only collects what another node sends. */
export interface KeptShipment {
  readonly shipmentNo: number;
  readonly nodeId: string;
  readonly status: Shipment["status"];
  /** Of what another node sends to a store that closed; absent where it is the node that closed. */
  readonly atStore?: StoreArrival;
}

/** What the customer of an order counts on, and when it is to be there now; null where nobody can say when. */
export interface ExpectedChange {
  /** By what it is known: a promise, the time the order asks for, or, with neither, the plan. */
  readonly by: "promise" | "deliver_by" | "plan";
  readonly from: Instant;
  readonly to: Instant | null;
  readonly broken: boolean;
}

/** What became of an order when nodes closed. */
export interface NodeExit {
  /** The first that holds: some of it waits, all that could leave went elsewhere, nothing could leave, nothing was there. */
  readonly result: "waiting" | "moved" | "kept" | "gone";
  readonly moved: readonly MovedUnits[];
  readonly waiting: readonly { readonly lineNo: number; readonly quantity: number; readonly from: string }[];
  readonly kept: readonly KeptShipment[];
  /** Cost of the new plan less that of staying, by today's facts; null where one of them cannot be priced or something waits. */
  readonly costMicros: number | null;
  readonly expected: ExpectedChange | null;
  readonly reason: string;
}

/**
 * Takes an order's units away from nodes that closed and routes them in the same breath. What is planned leaves, and what the node was
 * told of is rejected as closed without keeping the node away afterwards: it comes back with its stock. What it works on stays.
 */
export function leaveNodes(journal: Journal, order: Order, facts: SourcingFacts, { closed, includeAccepted, reason }: Leaving): NodeExit {
  const opened = new Set(facts.nodes.flatMap((node) => (closed.has(node.id) && !isClosed(node, journal.context.now) ? [node.id] : [])));
  const there = order.shipments.filter((one) => closed.has(one.nodeId) && claimedUnits(order, one).length > 0);
  const leaving = there.filter(({ nodeId, status }) => !opened.has(nodeId) && (status === "PLANNED" || status === "RELEASED" || (status === "ACCEPTED" && includeAccepted)));
  const stores = new Set(facts.nodes.flatMap((node) => (closed.has(node.id) && !opened.has(node.id) ? [node.code] : [])));
  const coming = order.shipments.filter((one) => one.document.to_store !== undefined && stores.has(one.document.to_store) && !there.includes(one) && claimedUnits(order, one).length > 0);
  const kept = [...there, ...coming].filter((one) => !leaving.includes(one)).map((one): KeptShipment => ({
    shipmentNo: one.shipmentNo, nodeId: one.nodeId, status: one.status, ...(coming.includes(one) ? { atStore: arrivalAtClosed(order, one, facts, journal.context.now) } : {}),
  }));
  if (leaving.length === 0) {
    const why = new Set(kept.map(({ nodeId, atStore }) => (atStore !== undefined ? COMING[atStore] : opened.has(nodeId) ? OPENED : KEPT)));
    return { result: kept.length > 0 ? "kept" : "gone", moved: [], waiting: [], kept, costMicros: null, expected: null, reason: kept.length > 0 ? [...why].join(" ") : GONE };
  }
  const before = expectedArrival(order, facts);
  const pendingBefore = new Map(order.lines.map((line) => [line, line.units.pending]));
  const [movements, decisions] = [journal.lineMovements.length, journal.decisions.length];
  for (const shipment of leaving) leave(journal, order, shipment, facts, reason);
  const sent = order.lines.flatMap((line): Wanted[] => {
    const quantity = line.units.pending - (pendingBefore.get(line) ?? 0);
    return quantity > 0 ? [{ line, from: "pending", quantity }] : [];
  });
  const alone = [...pendingBefore.values()].every((quantity) => quantity === 0);
  const staying = alone ? costOfStaying(journal, order, sent, facts, leaving) : null;
  sourceWaiting(journal, order, facts, "NODE_OFFLINE");
  reviewPromise(journal, order, reason);
  const { moved, waiting } = whereTo(journal, order, movements);
  const decision = journal.decisions[decisions];
  const going = waiting.length === 0 && decision ? costIn(JSON.parse(decision.detail)) : null;
  return {
    result: waiting.length > 0 ? "waiting" : "moved", moved, waiting, kept, costMicros: staying === null || going === null ? null : going - staying,
    expected: changeOf(before, order, waiting.length > 0), reason: decision?.reason ?? "Nothing of it may be routed now.",
  };
}

const KEPT = "The node works on it already.";
const OPENED = "The node was opened before its turn came.";
const COMING: Readonly<Record<StoreArrival, string>> = {
  waits: "It is sent from elsewhere to be collected at a store that closed, and released so that it is there when the store is open again.",
  on_time: "It is sent from elsewhere to be collected at a store that closed, and is there when the store is open again.",
  decide: "It is sent from elsewhere to be collected at a store that closed: ask its customer.",
};
const GONE = "Nothing of it is at these nodes any more.";

function leave(journal: Journal, order: Order, shipment: Shipment, facts: SourcingFacts, reason: string): void {
  const event = shipment.status === "PLANNED"
    ? journal.event("OrderRouted", order.id, { trigger: "NODE_OFFLINE", left: shipment.shipmentNo }, { reason })
    : journal.event("ShipmentRejected", order.id, { shipment_no: shipment.shipmentNo, reason_code: "CLOSED" }, { reason });
  sendBack(journal, event, order, shipment, claimedUnits(order, shipment), facts, null);
}

/** What the same units cost where they were, decided as everything is, as if those nodes were open; null where that cannot be said. */
function costOfStaying(journal: Journal, order: Order, wanted: readonly Wanted[], facts: SourcingFacts, leaving: readonly Shipment[]): number | null {
  const ids = new Set(leaving.map(({ nodeId }) => nodeId));
  const onlyNodes = facts.nodes.filter(({ id }) => ids.has(id)).map(({ code }) => code);
  const open = facts.nodes.map((node) => (ids.has(node.id) ? openedAgain(node) : node));
  const nothing = { excludeNodes: [], weights: {}, strategy: null, destination: null, stock: [], serviceLevel: null, deliverBy: null };
  const plan = planLines(journal, order, wanted, supposedFacts({ ...facts, nodes: open }, { ...nothing, onlyNodes }), "NODE_OFFLINE");
  return plan.unplaced.length > 0 || plan.assignments.length === 0 ? null : costIn(plan.detail);
}

/** A node as it is when it takes orders again. */
export const openedAgain = (node: Node): Node => ({ ...node, status: "online", operations: { ...node.operations, pausedUntil: null } });

/** A node as it is while it is closed: until a time, where it is not paused for longer, or until somebody opens it. */
export const closedUntil = (node: Node, until: Instant | null): Node =>
  (until === null ? { ...node, status: "offline" } : { ...node, operations: { ...node.operations, pausedUntil: Math.max(node.operations.pausedUntil ?? 0, until) } });

function costIn(detail: unknown): number | null {
  const cost: unknown = typeof detail === "object" && detail !== null && "total_cost_micros" in detail ? detail.total_cost_micros : null;
  return typeof cost === "number" ? cost : null;
}

/** Which units that left went where, and which wait: from the ledger, which knows each of them. */
function whereTo(journal: Journal, order: Order, since: number): { readonly moved: MovedUnits[]; readonly waiting: { lineNo: number; quantity: number; from: string }[] } {
  const left: { lineNo: number; quantity: number; from: string }[] = [];
  const moved: MovedUnits[] = [];
  for (const { orderId, lineNo, from, to, quantity, nodeId } of journal.lineMovements.slice(since)) {
    if (orderId !== order.id || nodeId === null) continue;
    if (to === "pending") left.push({ lineNo, quantity, from: nodeId });
    if (from !== "pending" || to !== "reserved") continue;
    let rest = quantity;
    for (const one of left) {
      const some = one.lineNo === lineNo ? Math.min(rest, one.quantity) : 0;
      if (some === 0) continue;
      one.quantity -= some;
      rest -= some;
      moved.push({ lineNo, quantity: some, from: one.from, to: nodeId });
    }
  }
  return { moved, waiting: left.filter(({ quantity }) => quantity > 0) };
}

/** When all of an order that is under way is there by its plans; null where one of them names no day. */
function lastArrival(order: Order): Instant | null {
  let last: Instant | null = null;
  for (const shipment of order.shipments) {
    if (shipment.status === "CANCELLED" || [...shipment.lines.values()].every((stages) => Object.values(stages).every((some) => some === 0))) continue;
    const arrives = plannedArrival(shipment);
    if (arrives === null) return null;
    last = last === null ? arrives : Math.max(last, arrives);
  }
  return last;
}

interface Expected {
  readonly by: ExpectedChange["by"];
  readonly at: Instant;
  readonly keptUntil: Instant;
  readonly arrivals: Readonly<Record<string, Instant | null>>;
  readonly planned: Instant | null;
}

function expectedArrival(order: Order, facts: SourcingFacts): Expected | null {
  const { promise, deliver_by: deliverBy } = order.document;
  const planned = lastArrival(order);
  const promised = Object.values(promise?.arrivals ?? {}).flatMap((at) => at ?? []);
  if (promise && promised.length > 0) return { by: "promise", at: Math.max(...promised), keptUntil: Math.max(...promised), arrivals: promise.arrivals, planned };
  if (deliverBy !== undefined) return { by: "deliver_by", at: deliverBy, keptUntil: deliverUntil(order, facts) ?? deliverBy, arrivals: {}, planned };
  return planned === null ? null : { by: "plan", at: planned, keptUntil: planned, arrivals: {}, planned };
}

function changeOf(before: Expected | null, order: Order, waits: boolean): ExpectedChange | null {
  if (before === null) return null;
  const { by, at, keptUntil, arrivals, planned } = before;
  const to = waits ? null : lastArrival(order);
  // What was late before is not broken by this.
  if (by !== "promise") return { by, from: at, to, broken: by === "deliver_by" && (planned === null || planned <= keptUntil) && (waits || (to !== null && to > keptUntil)) };
  const now = order.document.promise?.arrivals ?? {};
  const all = Object.keys(arrivals).map((lineNo) => now[lineNo] ?? null);
  const isLater = (told: Instant | null, expected: Instant | null): boolean => told !== null && (expected === null || expected > told);
  return { by, from: at, to: all.includes(null) ? null : Math.max(...all.flatMap((one) => one ?? [])), broken: Object.values(arrivals).some((told, index) => isLater(told, all[index] ?? null)) };
}
