import type { Node } from "../catalog/index.ts";
import { dateOfDay, dayOfDate, type Instant, localDay, MINUTE, present, publicId } from "../kernel/index.ts";
import { Journal, lineMayRoute, openHolds, type Order, type OrderLine, type Shipment } from "../order/index.ts";
import { decideRouting, type ReEvaluation, type RoutingPlan, rulesOfOrder, type Saving, savingOf } from "../routing/index.ts";
import { demandsOf } from "./bundles.ts";
import { isCollected, zoneOfOrder } from "./order-place.ts";
import { claimedUnits } from "./resource.ts";
import { plannedShipDate } from "./ship-date.ts";
import { applyPlan, routingRequest, type SourcingFacts, type Wanted } from "./source.ts";
import { giveBack, type Placed, standingUnits } from "./what-if.ts";
import { movedUnits, named } from "./what-if-difference.ts";

/**
 * What no node was told of yet is decided anew where that saves something: the order's reservations are given back in a copy of
 * its books, what stands is priced there by the same functions as what could be, and only a plan that is strictly better, places
 * everything and makes nothing later replaces what stands. Nothing here changes an order but applyReplans.
 */

const TRIGGER = "RE_EVALUATED";

/** An order's part in a change: where its units are, where they go, and what that saves. */
export interface Replan {
  readonly orderId: string;
  readonly before: readonly Placed[];
  readonly plan: RoutingPlan;
  /** Micro-units; of the units that are decided anew, as they stand and as they are decided. */
  readonly costBeforeMicros: number;
  readonly costAfterMicros: number;
  readonly saving: Saving;
}

/** The policy of the group that holds for an order; null where it has none. */
export function reEvaluationOf(order: Order, { channel, item, strategies, tools }: SourcingFacts): { readonly strategy: string; readonly group: string; readonly policy: ReEvaluation } | null {
  if (channel.strategy === null) return null;
  const [first] = rulesOfOrder(order, channel, item, strategies, tools.rules).applied;
  return first?.strategy && first.group.reEvaluate ? { strategy: first.strategy.code, group: first.group.name, policy: first.group.reEvaluate } : null;
}

/** An order that was decided anew is left alone for its channel's cool-down, and for good once that happened as often as the channel lets units come back. */
export function restsFromReEvaluation({ document: { re_evaluated: last } }: Order, { channel: { routing } }: SourcingFacts, now: Instant): boolean {
  return last !== undefined && (last.times >= routing.attemptLimit || last.at + routing.coolDownMinutes * MINUTE > now);
}

/** Shipments whose units could go elsewhere; none where a person chose a node, somebody collects the goods, or a hold keeps the order or a shipment where it is. */
export function replannable(order: Order, journal: Journal): readonly Shipment[] {
  const planned = order.shipments.filter((shipment) => shipment.status === "PLANNED" && claimedUnits(order, shipment, ["reserved"]).length > 0);
  const units = planned.flatMap((shipment) => claimedUnits(order, shipment, ["reserved"]).map(({ line }) => ({ line, nodeId: shipment.nodeId })));
  const kept = planned.some(({ document }) => document.by_hand === true) || isCollected(order)
    || openHolds(order.holds).some(({ scope }) => scope === "shipment") || units.some(({ line }) => !lineMayRoute(order, line.lineNo))
    || units.some(({ line, nodeId }) => journal.book.counters(line.itemId, nodeId).short > 0);
  return kept ? [] : planned;
}

/** A copy of an order in copied books, its unreleased units given back. */
export interface Trial {
  readonly journal: Journal;
  readonly original: Order;
  readonly order: Order;
  readonly facts: SourcingFacts;
  readonly before: readonly Placed[];
  readonly wanted: readonly Wanted[];
  /** What stands, as it would be decided now if every unit had to stay where it is. */
  readonly standing: RoutingPlan;
  readonly bounds: ReadonlyMap<OrderLine, Bound>;
}

/** By when, at the latest, a line has to arrive; where its arrival is not known, to leave. Local dates. */
interface Bound {
  readonly arrives: string | null;
  readonly leaves: string;
}

/**
 * Takes orders up for a trial, all in the same copied books. Null where units of one of them may not go elsewhere, or the rules would
 * not allow now what stands, so that nothing could be compared.
 */
export function openTrial(journal: Journal, asked: readonly { readonly order: Order; readonly facts: SourcingFacts }[]): readonly Trial[] | null {
  if (asked.some(({ order }) => replannable(order, journal).length === 0)) return null;
  const copied = new Journal(journal.context, journal.book.fork(asked.flatMap(({ order }) => order.lines.map(({ itemId }) => itemId))));
  const given = asked.map(({ order: original, facts }) => {
    const order = structuredClone(original);
    const before = standingUnits(order, true);
    const parts = replannable(order, journal).map(({ nodeId, lines }) => ({ nodeId, wanted: [...lines].flatMap(([lineNo, { reserved }]) => (reserved > 0 ? [{ line: lineOf(order, lineNo), from: "pending" as const, quantity: reserved }] : [])) }));
    giveBack(copied, copied.event("OrderRouted", order.id, {}), order, true);
    return { original, order, facts, before, parts, wanted: joined(parts.flatMap(({ wanted }) => wanted)) };
  });
  const trials = given.map(({ parts, ...one }) => {
    const standing = planAsItStands(copied, one.order, one.facts, parts);
    return { ...one, journal: copied, standing, bounds: new Map(one.wanted.map(({ line }) => [line, boundOf(one.original, line, one.facts, standing, copied.context.now)])) };
  });
  return trials.some(({ standing }) => standing.unplaced.length > 0) ? null : trials;
}

const lineOf = (order: Order, lineNo: number): OrderLine => present(order.lines.find((line) => line.lineNo === lineNo), "order line");

/** Units of the same line as one. */
function joined(wanted: readonly Wanted[]): Wanted[] {
  const sums = new Map<OrderLine, number>();
  for (const { line, quantity } of wanted) sums.set(line, (sums.get(line) ?? 0) + quantity);
  return [...sums].map(([line, quantity]) => ({ line, from: "pending", quantity }));
}

function planAsItStands(journal: Journal, order: Order, facts: SourcingFacts, parts: readonly { readonly nodeId: string; readonly wanted: readonly Wanted[] }[]): RoutingPlan {
  const codeOf = (nodeId: string): string => present(facts.nodes.find(({ id }) => id === nodeId), "node").code;
  const demands = parts.flatMap(({ nodeId, wanted }) => demandsOf(order, wanted, facts, journal.context.now).map((demand) => ({ ...demand, preselected: codeOf(nodeId), excluded: new Set<string>() })));
  return decideRouting({ ...routingRequest(journal, order, joined(parts.flatMap(({ wanted }) => wanted)), facts, TRIGGER), demands });
}

const shipmentsOf = (order: Order, { lineNo }: OrderLine): readonly Shipment[] => order.shipments.filter(({ status, lines }) => status === "PLANNED" && (lines.get(lineNo)?.reserved ?? 0) > 0);
const lastOf = (dates: readonly (string | null | undefined)[]): string | null => dates.flatMap((date) => date ?? []).toSorted().at(-1) ?? null;
/** The latest of local dates; null where one of them is not known. */
const latest = (dates: readonly (string | null | undefined)[]): string | null => (dates.some((date) => (date ?? null) === null) ? null : lastOf(dates));
const arrivalOf = (shipments: readonly Shipment[]): string | null => latest(shipments.map(({ document: { plan } }) => plan?.arrival_date));

/** What the customer was told last, or else the later of what was planned and what it has become since: an order that was held arrives later wherever it leaves. */
function boundOf(order: Order, line: OrderLine, { nodes, shipping }: SourcingFacts, standing: RoutingPlan, now: Instant): Bound {
  const shipments = shipmentsOf(order, line);
  const told = order.document.promise?.arrivals[line.parentLineNo ?? line.lineNo] ?? null;
  const nowArrives = latest(shipments.map(({ nodeId }) => standing.shipments.find((one) => one.nodeId === nodeId)?.arrivalDate));
  return {
    arrives: told === null ? lastOf([arrivalOf(shipments), nowArrives]) : dateOfDay(localDay(told, zoneOfOrder(order, nodes))),
    leaves: lastOf(shipments.flatMap(({ nodeId, plannedShipDate: planned }) => [planned, ...nodes.filter(({ id }) => id === nodeId).map((node) => plannedShipDate(node, now, shipping))])) ?? "",
  };
}

/**
 * Bounds to plan all lines under: the loosest, with which a line may still be later than its own, then, where they differ, the
 * strictest. Plans are looked at line by line afterwards.
 */
function boundsToTry({ bounds }: Trial): readonly Bound[] {
  const all = [...bounds.values()];
  const [arrivals, leaving] = [all.flatMap(({ arrives }) => arrives ?? []).toSorted(), all.map(({ leaves }) => leaves).toSorted()];
  const loosest = { arrives: arrivals.length < all.length ? null : (arrivals.at(-1) ?? null), leaves: leaving.at(-1) ?? "" };
  const strictest = { arrives: arrivals[0] ?? null, leaves: leaving[0] ?? "" };
  return loosest.arrives === strictest.arrives && loosest.leaves === strictest.leaves ? [loosest] : [loosest, strictest];
}

/** The best plan of a trial in some books, in time for a bound (without one, for the strictest); null where something would wait. */
export function planAnew(trial: Trial, journal: Journal, bound = boundsToTry(trial).at(-1)): RoutingPlan | null {
  const { order, facts, wanted } = trial;
  const request = routingRequest(journal, order, wanted, facts, TRIGGER);
  const { travel = null } = request;
  const arrives = bound?.arrives ?? null;
  const leavesInTime = (node: Node): boolean => (plannedShipDate(node, journal.context.now, facts.shipping) ?? "9999") <= (bound?.leaves ?? "");
  const plan = decideRouting({
    ...request, travel: travel && arrives !== null ? { ...travel, notAfterDay: dayOfDate(arrives) } : travel, nodes: arrives === null ? request.nodes.filter(leavesInTime) : request.nodes,
  });
  return plan.unplaced.length === 0 ? plan : null;
}

/** Plans a trial's order in its books; whether every line keeps its date, and nothing is spread further than before. */
export function settle({ journal, order, original, facts, wanted, bounds }: Trial, plan: RoutingPlan): boolean {
  applyPlan(journal, order, wanted, plan, facts, TRIGGER);
  return keepsTold(original, order) && [...bounds].every(([line, bound]) => keepsDates(shipmentsOf(order, line), bound)) && keepsSplit(original, order);
}

function keepsTold({ document: { promise: before } }: Order, { document: { promise: after } }: Order): boolean {
  return Object.entries(before?.arrivals ?? {}).every(([lineNo, told]) => {
    const expected = after?.arrivals[lineNo] ?? null;
    return told === null || (expected !== null && expected <= told);
  });
}

function keepsDates(shipments: readonly Shipment[], { arrives, leaves }: Bound): boolean {
  if (arrives === null) return (lastOf(shipments.map(({ plannedShipDate: date }) => date)) ?? "") <= leaves;
  const is = arrivalOf(shipments);
  return is !== null && is <= arrives;
}

/** What left, or was told to a node, counts in the limits of a split that the rest was decided under: the rest is not spread further. */
function keepsSplit(original: Order, order: Order): boolean {
  const nodes = ({ shipments }: Order): number => new Set(shipments.filter(({ status }) => status !== "CANCELLED").map(({ nodeId }) => nodeId)).size;
  const isWhole = original.shipments.every(({ status }) => status === "PLANNED" || status === "CANCELLED");
  return isWhole || nodes(order) <= nodes(original);
}

/** Decides an order anew on its own; null where nothing better is possible. */
export function consolidate(journal: Journal, order: Order, facts: SourcingFacts, minimumMicros: number): Replan | null {
  const open = (): Trial | undefined => openTrial(journal, [{ order, facts }])?.[0];
  const first = open();
  for (const bound of first ? boundsToTry(first) : []) {
    const trial = open();
    const plan = trial ? planAnew(trial, trial.journal, bound) : null;
    const saving = trial && plan ? savingOf(plan.criteria, trial.standing.figures, plan.figures, minimumMicros) : null;
    if (trial && plan && saving && settle(trial, plan)) return replanOf(trial, plan, saving);
  }
  return null;
}

export const replanOf = ({ original, before, standing }: Trial, plan: RoutingPlan, saving: Saving): Replan =>
  ({ orderId: original.id, before, plan, costBeforeMicros: standing.figures.cost, costAfterMicros: plan.figures.cost, saving });

/** Units that go to another node. */
export const movedBy = ({ before, plan }: Replan): ReturnType<typeof movedUnits> => movedUnits(before, plan.assignments);

const money = (micros: number): string => (micros / 1e6).toFixed(2);
const BETTER: Readonly<Record<Saving["criterion"], string>> = {
  cost: "", splits: "in fewer shipments", same_country: "more of it from the country of the destination", distance: "from nearer", arrival: "there earlier",
  node_priority: "from nodes of better priority", stores_first: "more of it from stores", load: "",
};

/** What a change does to an order, in one sentence. */
export function replanSentence({ before, plan, costBeforeMicros, saving }: Replan, { nodes }: SourcingFacts): string {
  const name = (nodeId: string): string => nodes.find(({ id }) => id === nodeId)?.name ?? nodeId;
  const places = (placed: readonly { readonly nodeId: string }[]): string => named([...new Set(placed.map(({ nodeId }) => nodeId))], name);
  const figures = [saving.micros > 0 ? `saves ${money(saving.micros)} of ${money(costBeforeMicros)}` : "", BETTER[saving.criterion]].filter((words) => words !== "");
  return `From ${places(plan.assignments)} instead of ${places(before)}: ${figures.join(", ")}.`;
}

/** One order's part of a change that is to be made. */
export interface ReplanOf {
  readonly order: Order;
  readonly facts: SourcingFacts;
  readonly replan: Replan;
}

/** Makes a change of one order, or of two that change together: all their units go back before any is reserved as planned, in the order of the plans. */
export function applyReplans(journal: Journal, parts: readonly ReplanOf[]): void {
  const together = parts.reduce((sum, { replan }) => sum + replan.saving.micros, 0);
  const words = parts.map(({ facts, replan }) => (parts.length === 1 ? replanSentence(replan, facts) : swapSentence(replan, facts, together)));
  parts.forEach(({ order }, index) => {
    const left = order.shipments.filter(({ status }) => status === "PLANNED").map(({ shipmentNo }) => shipmentNo);
    giveBack(journal, journal.event("OrderRouted", order.id, { trigger: TRIGGER, left }, { reason: words[index] ?? null }), order, true);
  });
  parts.forEach(({ order, facts, replan: { before, plan, costBeforeMicros, saving } }, index) => {
    const other = parts.find((one) => one.order !== order)?.order;
    const told = {
      was: [...new Set(before.map(({ nodeId }) => present(facts.nodes.find(({ id }) => id === nodeId), "node").code))].slice(0, 20), cost_before_micros: costBeforeMicros, saving_micros: saving.micros,
      better_by: saving.criterion, ...(other ? { with_order: publicId("order", other.id), saving_together_micros: together } : {}),
    };
    const wanted = joined(before.map(({ lineNo, quantity }): Wanted => ({ line: lineOf(order, lineNo), from: "pending", quantity })));
    applyPlan(journal, order, wanted, { ...plan, reason: `${words[index]} ${plan.reason}`.slice(0, 600), detail: { ...plan.detail, re_evaluated: told } }, facts, TRIGGER);
    order.document = { ...order.document, re_evaluated: { times: (order.document.re_evaluated?.times ?? 0) + 1, at: journal.context.now } };
    journal.touch(order, { content: true });
  });
}

function swapSentence(replan: Replan, facts: SourcingFacts, together: number): string {
  const own = replan.saving.micros;
  const alone = own < 0 ? `costs ${money(-own)} more itself` : own > 0 ? `saves ${money(own)} itself` : "at the same cost itself";
  return `${replanSentence({ ...replan, saving: { ...replan.saving, micros: 0 } }, facts).replace(/: [^:]*\.$/, "")}, by a swap with another order that saves ${money(together)} in all: ${alone}.`;
}
