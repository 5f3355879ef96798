import { Journal, type Order } from "../order/index.ts";
import { type RoutingPlan, savingOf } from "../routing/index.ts";
import { movedBy, openTrial, planAnew, type Replan, replanOf, settle, type Trial } from "./re-evaluate.ts";
import type { SourcingFacts } from "./source.ts";

/** Stock of an item at a node. */
export interface Bucket {
  readonly itemId: string;
  readonly nodeId: string;
}

/** Buckets whose holders are asked for one order. */
export const CONTENDED_MAX = 3;

/**
 * Where others hold what an order could use at a saving: what it would take if nobody had reserved anything, as far as that is not
 * free. Nothing where even that would not save enough, so most orders ask for no partner at all.
 */
export function contendedBuckets(journal: Journal, order: Order, facts: SourcingFacts, minimumMicros: number): readonly Bucket[] {
  const [trial] = openTrial(journal, [{ order, facts }]) ?? [];
  if (!trial) return [];
  const { book, context } = trial.journal;
  const ideal = planAnew(trial, new Journal(context, book.fork(order.lines.map(({ itemId }) => itemId), true)));
  if (ideal === null || savingOf(ideal.criteria, trial.standing.figures, ideal.figures, minimumMicros) === null) return [];
  const wanted = new Map<string, Bucket & { quantity: number }>();
  for (const { lineNo, nodeId, quantity } of ideal.assignments) {
    const itemId = order.lines.find((line) => line.lineNo === lineNo)?.itemId ?? "";
    const key = `${itemId}|${nodeId}`;
    wanted.set(key, { itemId, nodeId, quantity: quantity + (wanted.get(key)?.quantity ?? 0) });
  }
  return [...wanted.values()].filter(({ itemId, nodeId, quantity }) => book.available(facts.item(itemId), nodeId) < quantity).slice(0, CONTENDED_MAX).map(({ itemId, nodeId }) => ({ itemId, nodeId }));
}

/** Two orders that change together, each with its part of the saving: one of them may cost more than before. */
export interface Exchange {
  readonly parts: readonly [Replan, Replan];
  /** Micro-units that both save together. */
  readonly savingMicros: number;
}

/** One of the two orders of an exchange. */
export interface Party {
  readonly order: Order;
  readonly facts: SourcingFacts;
}

/**
 * Two orders decided anew together: each is planned before the other once, on what both hold and what is free, and the pair of plans
 * that saves more is taken. Null where neither saves enough, breaks nobody's date and changes both.
 */
export function exchange(journal: Journal, one: Party, other: Party, minimumMicros: number): Exchange | null {
  const [first, second] = [inTurn(journal, one, other, minimumMicros), inTurn(journal, other, one, minimumMicros)];
  return first !== null && (second === null || first.savingMicros >= second.savingMicros) ? first : second;
}

function inTurn(journal: Journal, ...[earlier, later, minimumMicros]: readonly [Party, Party, number]): Exchange | null {
  const [first, second] = openTrial(journal, [earlier, later]) ?? [];
  if (!first || !second) return null;
  const firstPlan = planAnew(first, first.journal);
  if (!firstPlan || !settle(first, firstPlan)) return null;
  const secondPlan = planAnew(second, second.journal);
  if (!secondPlan || !settle(second, secondPlan)) return null;
  const savings = together([[first.standing, firstPlan], [second.standing, secondPlan]], minimumMicros);
  if (savings === null) return null;
  const parts = [part(first, firstPlan), part(second, secondPlan)] as const;
  return parts.some((replan) => movedBy(replan).length === 0) ? null : { parts, savingMicros: savings };
}

function part(trial: Trial, plan: RoutingPlan): Replan {
  const { figures } = trial.standing;
  const criterion = savingOf(plan.criteria, figures, plan.figures, 0)?.criterion ?? "cost";
  return replanOf(trial, plan, { criterion, micros: figures.cost - plan.figures.cost });
}

/** What two plans save in all. Where both orders go by cost, one may lose what the other more than gains; by other ranks nobody loses anything. */
function together(pairs: readonly (readonly [before: RoutingPlan, after: RoutingPlan])[], minimumMicros: number): number | null {
  const micros = pairs.reduce((sum, [before, after]) => sum + before.figures.cost - after.figures.cost, 0);
  if (pairs.every(([, { criteria }]) => criteria[0] === "cost")) return micros >= Math.max(1, minimumMicros) ? micros : null;
  const gains = pairs.map(([before, after]) => savingOf(after.criteria, before.figures, after.figures, 0) !== null);
  const loses = pairs.some(([before, after], index) => gains[index] === false && after.criteria.some((one) => before.figures[one] !== after.figures[one]));
  return loses || micros < 0 || !gains.includes(true) ? null : micros;
}
