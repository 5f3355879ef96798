import { isKit, Journal, type Order } from "../order/index.ts";
import { boundedDetail, type RoutingPlan, type SpokenDecision, spokenDecision, type Strategy } from "../routing/index.ts";
import type { OrderMove } from "./replay-report.ts";
import { costOf } from "./replayed-order.ts";
import { planLines, type SourcingFacts, type Wanted } from "./source.ts";
import { difference, latestOf, movedUnits, type Side, sideOfPlan } from "./what-if-difference.ts";
import { giveBack, type Placed, standingUnits } from "./what-if.ts";

/** Orders in figures, as one side has them: those that several nodes send, that come later than asked, and with units that no node had. */
export interface ShadowFigures {
  readonly split: number;
  readonly late: number;
  readonly unplaced: number;
  /** Micro-units of the base currency, of the orders whose cost both sides know. */
  readonly costMicros: number;
}

/** What a draft would have made of the orders that were decided since. */
export interface ShadowSum {
  readonly compared: number;
  /** Not as they were decided any more when they were looked at. */
  readonly leftOut: number;
  readonly moved: number;
  /** Orders that both sides place whole, and weigh the cost of. */
  readonly costed: number;
  readonly live: ShadowFigures;
  readonly draft: ShadowFigures;
}

const NO_FIGURES: ShadowFigures = { split: 0, late: 0, unplaced: 0, costMicros: 0 };
export const NO_SHADOW_SUM: ShadowSum = { compared: 0, leftOut: 0, moved: 0, costed: 0, live: NO_FIGURES, draft: NO_FIGURES };

const addFigures = (a: ShadowFigures, b: ShadowFigures): ShadowFigures => ({ split: a.split + b.split, late: a.late + b.late, unplaced: a.unplaced + b.unplaced, costMicros: a.costMicros + b.costMicros });
export const addShadowSums = (a: ShadowSum, b: ShadowSum): ShadowSum => ({
  compared: a.compared + b.compared, leftOut: a.leftOut + b.leftOut, moved: a.moved + b.moved, costed: a.costed + b.costed, live: addFigures(a.live, b.live), draft: addFigures(a.draft, b.draft),
});

/** A decision that was made of an order: where units went, those that no node had, and its sentence. */
export interface MadeDecision {
  readonly placed: readonly Placed[];
  readonly unplaced: readonly { readonly lineNo: number; readonly quantity: number }[];
  readonly reason: string;
  /** As it is stored. */
  readonly detail: unknown;
}

/** What was found of one order; it moved where there is a move. */
export interface ShadowLook {
  readonly sum: ShadowSum;
  readonly move: OrderMove | null;
}

/** An order with what it has lent back, in books of its own. */
export interface ShadowTrial {
  readonly journal: Journal;
  readonly order: Order;
  readonly wanted: readonly Wanted[];
}

/**
 * Takes an order up as if its first decision had still to be made: what nodes have of it is given back, in copied books. Null where it
 * is not as that decision left it, because it was changed, sent on or shipped since: nothing could be compared. Changes the order.
 */
export function openShadowTrial(journal: Journal, order: Order, { placed, unplaced }: MadeDecision): ShadowTrial | null {
  if (movedUnits(placed, standingUnits(order, false)).length > 0) return null;
  const copied = new Journal(journal.context, journal.book.fork(order.lines.map(({ itemId }) => itemId)));
  giveBack(copied, copied.event("OrderRouted", order.id, {}), order, false);
  if (standingUnits(order, false).length > 0) return null;
  const units = new Map<number, number>();
  for (const { lineNo, quantity } of [...placed, ...unplaced]) units.set(lineNo, (units.get(lineNo) ?? 0) + quantity);
  const wanted = order.lines.flatMap((line): Wanted[] => (isKit(line) || !units.has(line.lineNo) ? [] : [{ line, from: "pending", quantity: units.get(line.lineNo) ?? 0 }]));
  const isWhole = wanted.length === units.size && wanted.every(({ line: { units: has }, quantity }) => has.pending + has.backordered + has.preordered === quantity);
  return isWhole ? { journal: copied, order, wanted } : null;
}

/** Facts with a draft in place of the version that holds; with `instead`, the channel goes by it whatever it goes by. */
export const shadowFacts = (facts: SourcingFacts, draft: Strategy, instead: boolean): SourcingFacts => ({
  ...facts, channel: instead ? { ...facts.channel, strategy: draft.code } : facts.channel, strategies: new Map([...facts.strategies, [draft.code, draft]]),
});

/** Compares what was decided with what a draft would decide, as everything else is now. What the live rules would move now as well is left out: the draft is not why. */
export function lookInShadow({ journal, order, wanted }: ShadowTrial, live: MadeDecision, facts: SourcingFacts, drafted: SourcingFacts): ShadowLook {
  const plan = planLines(journal, order, wanted, drafted, "CAPTURE");
  const moved = movedUnits(live.placed, plan.assignments).length > 0;
  if (moved && movedUnits(planLines(journal, order, wanted, facts, "CAPTURE").assignments, plan.assignments).length === 0) return LEFT_OUT;
  const detail: unknown = JSON.parse(boundedDetail(plan.detail));
  const [then, made] = [spokenDecision(live.detail), spokenDecision(detail)];
  const [before, after] = [sideOfDecision(live, then), sideOfPlan(plan, costOf(detail))];
  const isCosted = before.costMicros !== null && after.costMicros !== null && !before.waiting && !after.waiting;
  const figures = (side: Side, spoken: SpokenDecision): ShadowFigures => ({
    split: nodesOf(side) > 1 ? 1 : 0, late: spoken.chosen.some(({ days_late: late }) => late > 0) ? 1 : 0, unplaced: side.waiting ? 1 : 0, costMicros: isCosted ? (side.costMicros ?? 0) : 0,
  });
  return {
    sum: { compared: 1, leftOut: 0, moved: moved ? 1 : 0, costed: isCosted ? 1 : 0, live: figures(before, then), draft: figures(after, made) },
    move: moved ? moveOf(before, after, isCosted, live, plan, facts) : null,
  };
}

/** An order of which nothing can be said. */
export const LEFT_OUT: ShadowLook = { sum: { ...NO_SHADOW_SUM, leftOut: 1 }, move: null };

const nodesOf = ({ placed }: Side): number => new Set(placed.map(({ nodeId }) => nodeId)).size;

const sideOfDecision = ({ placed, unplaced, detail }: MadeDecision, { chosen }: SpokenDecision): Side => ({
  placed, waiting: unplaced.length > 0, costMicros: placed.length === 0 ? null : costOf(detail),
  arrives: placed.length === 0 || chosen.length === 0 ? null : latestOf(chosen.map((share) => share.arrival_date)),
});

function moveOf(before: Side, after: Side, isCosted: boolean, { reason }: MadeDecision, plan: RoutingPlan, { nodes }: SourcingFacts): OrderMove {
  // Costs of different lines say nothing beside each other.
  const compared = (side: Side): Side => (isCosted ? side : { ...side, costMicros: null });
  const nameOf = (nodeId: string): string => nodes.find(({ id }) => id === nodeId)?.name ?? nodeId;
  return { before, after, beforeReason: reason, afterReason: plan.reason, difference: difference(before.placed.length === 0 ? null : compared(before), compared(after), nameOf) };
}
