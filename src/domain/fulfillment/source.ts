import type { Channel, Item, Node } from "../catalog/index.ts";
import { assert, type OrdoEvent, present } from "../kernel/index.ts";
import { isKit, type Journal, lineMayRoute, noStages, openHolds, type Order, type OrderLine, releaseHold, type Shipment } from "../order/index.ts";
import { boundedDetail, decideRouting, keptByRules, type RoutingPlan, type RoutingRequest, type RoutingTrigger, type Rules, rulesOfOrder, type Strategy, type Travel } from "../routing/index.ts";
import { type PackingPort, type ShippingFacts, ShipTimes } from "../shipping/index.ts";
import { demandsOf } from "./bundles.ts";
import { deliverUntil, destinationOf, zoneOfOrder } from "./order-place.ts";
import { deskOf, takePickupSlot } from "./pickup-slot.ts";
import { reviewPromise } from "./review-promise.ts";
import { nodeLoad, plannedShipment, travelWithRoom } from "./ship-slot.ts";

/** The facts a sourcing decision reads, as they hold at its time. */
export interface SourcingFacts {
  readonly channel: Channel;
  readonly nodes: readonly Node[];
  readonly item: (itemId: string) => Item;
  readonly shipping: ShippingFacts;
  /** By code, each in the version that holds. */
  readonly strategies: ReadonlyMap<string, Strategy>;
  readonly tools: RoutingTools;
  /** Shipments that wait at a node. */
  readonly backlog: (nodeId: string) => number;
}

/** What routing needs of libraries: the language of strategies' expressions, and the packing of parcels. */
export interface RoutingTools {
  readonly rules: Rules;
  readonly pack: PackingPort;
}

/** Units of a line that need a node, and the bucket they wait in (null: they are being captured). */
export interface Wanted {
  readonly line: OrderLine;
  readonly from: "pending" | "backordered" | "preordered" | null;
  readonly quantity: number;
}

/** Where the units of `wanted` should go; changes nothing. */
export const planLines = (...asked: Parameters<typeof routingRequest>): RoutingPlan => decideRouting(routingRequest(...asked));

/** What is to be decided for the units of `wanted`. */
export function routingRequest(journal: Journal, order: Order, wanted: readonly Wanted[], facts: SourcingFacts, trigger: RoutingTrigger): RoutingRequest {
  const { now } = journal.context;
  const demands = demandsOf(order, wanted, facts, now);
  // A pending unit was promised already. If others that were promised too stood in its way, all of them would wait for
  // each other once less is left than was promised; so whoever is looked at first, the oldest, is served.
  const ownPending = new Map<string, number>();
  for (const { line, from } of wanted) if (from === "pending") ownPending.set(line.itemId, journal.book.demand(line.itemId).pending);
  const rules = facts.channel.strategy === null ? null : rulesOfOrder(order, facts.channel, facts.item, facts.strategies, facts.tools.rules);
  const pickup = deskOf(journal, order, facts);
  return {
    ownPending, demands, nodes: facts.nodes, nodePool: facts.channel.nodePool, policy: facts.channel.routing, destination: destinationOf(order, facts), book: journal.book, trigger, now,
    load: nodeLoad(journal, order, facts.shipping), travel: travelOf(order, facts), pickup, customs: { facts: facts.shipping.customs, exchangeRates: facts.shipping.exchangeRates, currency: order.currency },
    ...(rules === null ? {} : { rules: rules.applied, notes: () => rules.notes() }),
  };
}

/** Ship times are worked out once for all orders of the facts that they come from. */
const shipTimes = new WeakMap<ShippingFacts, ShipTimes>();

function travelOf(order: Order, facts: SourcingFacts): Travel {
  const { shipping, tools, backlog, nodes } = facts;
  let times = shipTimes.get(shipping);
  if (!times) shipTimes.set(shipping, (times = new ShipTimes(shipping)));
  let timeZone: string | undefined;
  return {
    facts: shipping, times, pack: tools.pack, backlog, serviceLevel: order.document.service_level ?? null, deliverBy: deliverUntil(order, facts),
    // Found by a look at every node, and most orders ask for no arrival.
    get timeZone(): string {
      return (timeZone ??= zoneOfOrder(order, nodes));
    },
  };
}

/** Reserves what the plan places and lets the rest wait, as the channel and the item allow. */
export function applyPlan(journal: Journal, order: Order, wanted: readonly Wanted[], plan: RoutingPlan, facts: SourcingFacts, trigger: RoutingTrigger): OrdoEvent {
  const decisionNo = journal.decision(order, trigger, plan.reason, boundedDetail(plan.detail));
  const event = journal.event("OrderRouted", order.id, {
    decision_no: decisionNo, trigger, placed: plan.assignments.map((a) => [a.lineNo, a.quantity, codeOf(facts.nodes, a.nodeId)]),
    unplaced: plan.unplaced.map((u) => [u.lineNo, u.quantity]),
  }, { reason: plan.reason });
  const shipments = new Map<string, Shipment>();
  const kept = plan.unplaced.length === 0 ? NO_LINES : keptByRules(routingRequest(journal, order, wanted, facts, trigger), plan);
  for (const { line, from, quantity } of wanted) {
    let left = quantity;
    for (const assignment of plan.assignments) {
      if (assignment.lineNo !== line.lineNo) continue;
      const shipment = shipments.get(assignment.nodeId) ?? openShipment(journal, order, assignment.nodeId, plan, facts);
      shipments.set(assignment.nodeId, shipment);
      journal.move(event, order, line, from, "reserved", assignment.quantity, shipment);
      left -= assignment.quantity;
    }
    assert(left >= 0, "a plan places no more than was wanted");
    if (left === 0) continue;
    const short = leaveWaiting(journal, event, order, line, from, left, facts, plan);
    if (kept.has(line.lineNo)) noteNoRoute(journal, order, line, left, facts, plan);
    else if (short > 0) noteNoStock(journal, order, line, short, facts);
  }
  takePickupSlot(journal, order, facts);
  reviewPromise(journal, order, plan.reason);
  return event;
}

function openShipment(journal: Journal, order: Order, nodeId: string, plan: RoutingPlan, facts: SourcingFacts): Shipment {
  const [node, units, travel] = [nodeOf(facts.nodes, nodeId), unitsAt(plan, nodeId), plan.shipments.find((one) => one.nodeId === nodeId)];
  return plannedShipment(journal, order, node, units, facts.shipping, travel && travelWithRoom(journal, order, node, units, facts, travel));
}

const nodeOf = (nodes: readonly Node[], nodeId: string): Node => present(nodes.find((node) => node.id === nodeId), "node");
const codeOf = (nodes: readonly Node[], nodeId: string): string => nodeOf(nodes, nodeId).code;
const unitsAt = (plan: RoutingPlan, nodeId: string): number => plan.assignments.reduce((sum, one) => sum + (one.nodeId === nodeId ? one.quantity : 0), 0);

const NO_LINES: ReadonlySet<number> = new Set();

/** Lets units wait for stock, as many as may; returns how many may not. */
function leaveWaiting(journal: Journal, event: OrdoEvent, order: Order, line: OrderLine, from: Wanted["from"], quantity: number, facts: SourcingFacts, plan: RoutingPlan): number {
  const item = facts.item(line.itemId);
  // What waits already is counted by the limit of those who may.
  const room = from === "backordered" || from === "preordered" ? quantity : Math.min(quantity, journal.book.waitingRoom(item.id));
  const waits = mayWait(order, line, facts, plan) ? room : 0;
  if (waits > 0 && from !== "backordered") journal.move(event, order, line, from, "backordered", waits, null);
  if (waits < quantity && from !== "pending") journal.move(event, order, line, from, "pending", quantity - waits, null);
  return quantity - waits;
}

function noteNoStock(journal: Journal, order: Order, line: OrderLine, quantity: number, { item }: SourcingFacts): void {
  journal.exception({
    kind: "NO_STOCK", orderId: order.id, lineNo: line.lineNo, shipmentNo: null, itemId: line.itemId, nodeId: null,
    reason: `${quantity} of ${item(line.itemId).sku} cannot be placed and may not wait for stock.`,
  });
}

/** Stock that comes helps nobody whom a rule keeps waiting: a person has to know. */
function noteNoRoute(journal: Journal, order: Order, line: OrderLine, quantity: number, { item }: SourcingFacts, plan: RoutingPlan): void {
  journal.exception({
    kind: "NO_ROUTE", orderId: order.id, lineNo: line.lineNo, shipmentNo: null, itemId: line.itemId, nodeId: null,
    reason: `${quantity} of ${item(line.itemId).sku} are in stock, and no rule lets them go: ${plan.reason} Change the rules or the order, or override the node by hand.`,
  });
}

/** Tells of what waits though it is there, where a plan places nothing and nothing else changes. */
export function noteKept(journal: Journal, order: Order, wanted: readonly Wanted[], plan: RoutingPlan, facts: SourcingFacts, trigger: RoutingTrigger): void {
  const kept = keptByRules(routingRequest(journal, order, wanted, facts, trigger), plan);
  for (const { line, quantity } of wanted) if (kept.has(line.lineNo)) noteNoRoute(journal, order, line, quantity, facts, plan);
}

/** What becomes of units that no node can have: as the order's rules say, or else its channel. */
export const whenUnavailable = ({ unplacedAction }: RoutingPlan, channel: Channel): Channel["whenUnavailable"] => (unplacedAction === "channel" ? channel.whenUnavailable : unplacedAction);

/** Whether units that a plan leaves may wait for stock: what the customer ordered has to allow it, which for components is their kit. */
export function mayWait(order: Order, line: OrderLine, { channel, item }: SourcingFacts, plan: RoutingPlan): boolean {
  const ordered = order.lines.find(({ lineNo }) => lineNo === line.parentLineNo) ?? line;
  return item(ordered.itemId).backorder && whenUnavailable(plan, channel) === "backorder";
}

/** Of an order that is being captured: what may be routed, and the lines that a hold keeps back. */
export function unitsToPlace(order: Order): { routable: Wanted[]; held: OrderLine[] } {
  const [routable, held]: [Wanted[], OrderLine[]] = [[], []];
  for (const line of order.lines) {
    if (isKit(line)) continue;
    if (lineMayRoute(order, line.lineNo)) routable.push({ line, from: null, quantity: line.ordered });
    else held.push(line);
  }
  return { routable, held };
}

/** Units of an order that wait for a node and may be routed now. */
export function waitingUnits(order: Order): Wanted[] {
  return order.lines.flatMap((line): Wanted[] => {
    if (!lineMayRoute(order, line.lineNo)) return [];
    const waiting: Wanted[] = [];
    if (line.units.pending > 0) waiting.push({ line, from: "pending", quantity: line.units.pending });
    if (line.units.backordered > 0) waiting.push({ line, from: "backordered", quantity: line.units.backordered });
    if (line.units.preordered > 0) waiting.push({ line, from: "preordered", quantity: line.units.preordered });
    return waiting;
  });
}

/** The shipment's stages of a line, all zero where it has none of it. */
export const stagesOf = (shipment: Shipment, lineNo: number): Readonly<Record<string, number>> => shipment.lines.get(lineNo) ?? noStages();

/** Takes units off a shipment's open cancel request, because they are with the node no longer; returns how many it had asked for. */
export function withdrawRequest(journal: Journal, order: Order, shipment: Shipment, lineNo: number, quantity: number): number {
  const { cancel_lines: asked } = shipment.document;
  const withdrawn = Math.min(asked.find((line) => line.line_no === lineNo)?.quantity ?? 0, quantity);
  if (withdrawn === 0) return 0;
  const left = asked.map((line) => (line.line_no === lineNo ? { ...line, quantity: line.quantity - withdrawn } : line)).filter((line) => line.quantity > 0);
  shipment.document = { ...shipment.document, cancel_lines: left };
  shipment.cancelRequested = left.length > 0;
  journal.touch(order, { shipment });
  return withdrawn;
}

/** Units that neither left nor were cancelled. */
export const liveUnits = ({ units }: OrderLine): number =>
  units.pending + units.backordered + units.preordered + units.reserved + units.released + units.picked + units.packed;

/** Why the holds of a closed order were released: nobody decided anything. */
export const ORDER_CLOSED = "order closed";

/** A hold ends with what it holds back: every one with the order, a line's with the last live unit of the line (of a kit: of its components). */
export function closeIdleHolds(journal: Journal, order: Order): void {
  const live = order.lines.filter((line) => liveUnits(line) > 0);
  for (const hold of openHolds(order.holds)) {
    if (live.some(({ lineNo, parentLineNo }) => hold.lineNo === null || hold.lineNo === lineNo || hold.lineNo === parentLineNo)) continue;
    const reason = live.length === 0 ? ORDER_CLOSED : "nothing of the line is left to hold";
    releaseHold(hold, journal.context.now, journal.context.actor, reason);
    journal.touch(order, { hold });
    // The rest of the order may have waited for it.
    if (live.length > 0) journal.event("HoldReleased", order.id, { hold_no: hold.holdNo, kind: hold.kind }, { reason });
  }
}

/** Ends a shipment that has nothing left to send. */
export function closeIfEmpty(journal: Journal, order: Order, shipment: Shipment): void {
  const left = [...shipment.lines.values()].some((s) => s.reserved + s.released + s.picked + s.packed + s.shipped + s.handed_over > 0);
  if (!left) setStatus(journal, order, shipment, "CANCELLED");
}

/** The same where its units were taken from its node, and not cancelled: whoever works there has nothing to do with the order by it any more. */
export function leaveIfEmpty(journal: Journal, order: Order, shipment: Shipment): void {
  closeIfEmpty(journal, order, shipment);
  if (shipment.status === "CANCELLED") shipment.document = { ...shipment.document, left: true };
}

export function setStatus(journal: Journal, order: Order, shipment: Shipment, status: Shipment["status"], at: number = journal.context.now): void {
  shipment.status = status;
  shipment.stateSince = at;
  journal.touch(order, { shipment });
}
