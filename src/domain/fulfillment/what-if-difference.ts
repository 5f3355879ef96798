import { dayOfDate } from "../kernel/index.ts";
import type { RoutingPlan } from "../routing/index.ts";
import type { Placed } from "./what-if.ts";

/** Where units of an order are, or would be, and what that costs. */
export interface Side {
  readonly placed: readonly Placed[];
  /** Units without a node. */
  readonly waiting: boolean;
  /** Null where nobody knows; figures of two sides are compared only where they are about the same lines. */
  readonly costMicros: number | null;
  /** When the last part arrives, as a local date; null where it is not known of every part. */
  readonly arrives: string | null;
}

/** What a plan makes of an order, at what its decision says it costs. */
export const sideOfPlan = ({ assignments, shipments, unplaced }: RoutingPlan, costMicros: number | null): Side => ({
  placed: assignments, waiting: unplaced.length > 0, costMicros: assignments.length === 0 ? null : costMicros,
  arrives: shipments.length < new Set(assignments.map(({ nodeId }) => nodeId)).size ? null : latestOf(shipments.map(({ arrivalDate }) => arrivalDate)),
});

/** The latest of local dates; null where one of them is not known. */
export function latestOf(dates: readonly (string | null)[]): string | null {
  const known = dates.flatMap((date) => date ?? []);
  return known.length < dates.length ? null : (known.toSorted().at(-1) ?? null);
}

/** Units of a line that would be elsewhere. Null for no node. */
export interface Moved {
  readonly lineNo: number;
  readonly quantity: number;
  readonly from: string | null;
  readonly to: string | null;
}

/** What would be otherwise; figures are what would be less what is. */
export interface Difference {
  readonly costMicros: number | null;
  readonly shipments: number | null;
  readonly arrivalDays: number | null;
  readonly moved: readonly Moved[];
  /** All of it in one sentence. */
  readonly sentence: string;
}

/** Compares what is with what would be; `now` is null where nothing of the order has a node. */
export function difference(now: Side | null, then: Side, nameOf: (nodeId: string) => string): Difference {
  const figures = now === null ? { costMicros: null, shipments: null, arrivalDays: null } : {
    costMicros: now.costMicros === null || then.costMicros === null ? null : then.costMicros - now.costMicros,
    shipments: nodesOf(then).length - nodesOf(now).length,
    arrivalDays: now.arrives === null || then.arrives === null ? null : dayOfDate(then.arrives) - dayOfDate(now.arrives),
  };
  const moved = movedUnits(now?.placed ?? [], then.placed);
  return { ...figures, moved, sentence: sentence(now, then, figures, nameOf) };
}

const nodesOf = ({ placed }: Side): string[] => [...new Set(placed.map(({ nodeId }) => nodeId))];

/** Line by line, what leaves a node goes to those that get more, in their order; what is left on one side comes from nowhere or goes there. */
export function movedUnits(now: readonly Placed[], then: readonly Placed[]): Moved[] {
  const lineNos = [...new Set([...now, ...then].map(({ lineNo }) => lineNo))].toSorted((a, b) => a - b);
  return lineNos.flatMap((lineNo): Moved[] => {
    const change = new Map<string, number>();
    const add = (placed: readonly Placed[], sign: number): void => {
      for (const one of placed) if (one.lineNo === lineNo) change.set(one.nodeId, (change.get(one.nodeId) ?? 0) + sign * one.quantity);
    };
    add(now, -1);
    add(then, 1);
    const less = [...change].flatMap(([nodeId, units]) => (units < 0 ? [{ nodeId, left: -units }] : []));
    const more = [...change].flatMap(([nodeId, units]) => (units > 0 ? [{ nodeId, left: units }] : []));
    const moved: Moved[] = [];
    for (const to of more) {
      for (const from of less) {
        const quantity = Math.min(to.left, from.left);
        if (quantity === 0) continue;
        moved.push({ lineNo, quantity, from: from.nodeId, to: to.nodeId });
        to.left -= quantity;
        from.left -= quantity;
      }
      if (to.left > 0) moved.push({ lineNo, quantity: to.left, from: null, to: to.nodeId });
    }
    return [...moved, ...less.flatMap(({ nodeId, left }) => (left > 0 ? [{ lineNo, quantity: left, from: nodeId, to: null }] : []))];
  });
}

/** Nodes that the sentence names. */
const NAMED = 4;

function sentence(now: Side | null, then: Side, { costMicros, shipments, arrivalDays }: Omit<Difference, "moved" | "sentence">, nameOf: (nodeId: string) => string): string {
  const waits = then.waiting ? (then.placed.length === 0 ? "" : "; part of it would wait") : "";
  const [before, after] = [now === null ? [] : nodesOf(now), nodesOf(then)];
  if (after.length === 0) return before.length === 0 ? "No node could ship it, as now." : `No node could ship it, instead of ${named(before, nameOf)}.`;
  if (now === null || before.length === 0) return `Would ship from ${named(after, nameOf)}, where no node has it now${waits}.`;
  const same = before.length === after.length && before.every((id) => after.includes(id));
  const place = same ? `from ${named(after, nameOf)}, as now` : `from ${named(after, nameOf)} instead of ${named(before, nameOf)}`;
  const figures = [costWords(costMicros), countWords(shipments, "shipment more", "shipments more", "shipment fewer", "shipments fewer"), countWords(arrivalDays, "day later", "days later", "day earlier", "days earlier")].filter((words) => words !== "");
  return `Would ship ${place}${figures.length === 0 ? "" : `: ${figures.join(", ")}`}${waits}.`;
}

/** The first nodes by name, and how many more. */
export function named(ids: readonly string[], nameOf: (nodeId: string) => string): string {
  const names = ids.slice(0, NAMED).map(nameOf);
  if (ids.length > NAMED) return `${names.join(", ")} and ${ids.length - NAMED} more`;
  const [last, ...others] = names.toReversed();
  return others.length === 0 ? (last ?? "") : `${others.toReversed().join(", ")} and ${last}`;
}

function costWords(micros: number | null): string {
  if (micros === null) return "";
  const amount = (Math.abs(micros) / 1e6).toFixed(2);
  return micros === 0 ? "at the same cost" : `${amount === "0.00" ? "less than 0.01" : amount} ${micros > 0 ? "dearer" : "cheaper"}`;
}

const WORDS = ["", "one", "two", "three"];

function countWords(change: number | null, more: string, manyMore: string, fewer: string, manyFewer: string): string {
  if (change === null || change === 0) return "";
  const many = Math.abs(change);
  const words = change > 0 ? (many === 1 ? more : manyMore) : many === 1 ? fewer : manyFewer;
  return `${WORDS[many] ?? String(many)} ${words}`;
}
