import type { PlannedPart } from "./placing.ts";
import type { Criterion } from "./strategy.ts";
import type { PlanFigures, RoutingPlan } from "./types.ts";

const NOTHING: PlanFigures = { cost: 0, splits: 0, same_country: 0, distance: 0, arrival: 0, node_priority: 0, stores_first: 0, load: 0 };

/** Figures of a plan as a whole; the first shipment is no split, and the latest part says when an order is there. */
export function figuresOf(parts: readonly PlannedPart[]): PlanFigures {
  const sums = parts.reduce((sum, { figures }) => summed(sum, figures), NOTHING);
  return { ...sums, cost: sums.cost - (parts[0]?.terms.split ?? 0), arrival: Math.max(0, ...parts.map(({ figures }) => figures.arrival)) };
}

export const summed = (a: PlanFigures, b: PlanFigures): PlanFigures => ({
  cost: a.cost + b.cost, splits: a.splits + b.splits, same_country: a.same_country + b.same_country, distance: a.distance + b.distance, arrival: Math.max(a.arrival, b.arrival),
  node_priority: a.node_priority + b.node_priority, stores_first: a.stores_first + b.stores_first, load: a.load + b.load,
});

/** Why a plan is better than another one. */
export interface Saving {
  /** The first of the criteria in which the two differ. */
  readonly criterion: Criterion;
  /** Micro-units of the base currency; nothing where something else than money is better. */
  readonly micros: number;
}

/**
 * What a plan saves against one that stands, under the criteria of both; null where it is not better, costs more, or saves less than it has to.
 * Work that waits at nodes is no reason: it changes while plans are made, so orders would go to and fro.
 */
export function savingOf(criteria: RoutingPlan["criteria"], before: PlanFigures, after: PlanFigures, minimumMicros: number): Saving | null {
  const criterion = criteria.find((one) => before[one] !== after[one]);
  const micros = before.cost - after.cost;
  if (criterion === undefined || criterion === "load" || after[criterion] > before[criterion] || micros < 0) return null;
  return criterion === "cost" && micros < minimumMicros ? null : { criterion, micros };
}
