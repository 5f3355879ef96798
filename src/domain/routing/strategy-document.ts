import type { Objective, ShipToStore, SplitPolicy, StrategyGroup } from "./strategy.ts";

/** A strategy's groups in the words of the API: what people write, compare and read back. */
export type StrategyDocument = { readonly groups: readonly GroupDocument[] };
export type GroupDocument = Omit<StrategyGroup, "objective" | "split" | "after" | "reEvaluate" | "shipToStore" | "merge"> & {
  readonly objective: {
    readonly kind: Objective["kind"];
    readonly by?: readonly string[];
    readonly weights: Objective["weights"];
    readonly distance_micros_per_km: number;
    readonly split_micros: number;
    readonly lateness_micros_per_day: number;
    readonly capacity_micros: number;
  };
  readonly split: {
    readonly maximum_nodes: number | null;
    readonly maximum_nodes_per_line: number | null;
    readonly minimum_value_minor: number;
    readonly keep_together: SplitPolicy["keepTogether"];
    readonly partial: boolean;
  };
  readonly after: { readonly alternate: string | null; readonly fallback_node: string | null; readonly unplaced: StrategyGroup["after"]["unplaced"] };
  readonly ship_to_store: ShipToStore;
  /** Absent where nothing is decided anew. */
  readonly re_evaluate?: { readonly every_minutes: number; readonly minimum_saving_micros: number; readonly consolidate: boolean; readonly swap: boolean };
  readonly merge?: { readonly within_minutes: number; readonly minimum_saving_micros: number };
};

export const strategyDocument = (groups: readonly StrategyGroup[]): StrategyDocument => ({ groups: groups.map(groupDocument) });

const groupDocument = ({ name, when, filters, objective, split, after, reEvaluate, shipToStore, merge }: StrategyGroup): GroupDocument => ({
  name, when, filters,
  objective: {
    kind: objective.kind, ...(objective.kind === "ranks" ? { by: objective.by } : {}), weights: objective.weights, distance_micros_per_km: objective.distanceMicrosPerKm,
    split_micros: objective.splitMicros, lateness_micros_per_day: objective.latenessMicrosPerDay, capacity_micros: objective.capacityMicros,
  },
  split: {
    maximum_nodes: split.maximumNodes, maximum_nodes_per_line: split.maximumNodesPerLine, minimum_value_minor: split.minimumValueMinor, keep_together: split.keepTogether, partial: split.partial,
  },
  after: { alternate: after.alternate, fallback_node: after.fallbackNode, unplaced: after.unplaced }, ship_to_store: shipToStore ?? "never",
  ...(reEvaluate ? { re_evaluate: { every_minutes: reEvaluate.everyMinutes, minimum_saving_micros: reEvaluate.minimumSavingMicros, consolidate: reEvaluate.consolidate, swap: reEvaluate.swap } } : {}),
  ...(merge ? { merge: { within_minutes: merge.withinMinutes, minimum_saving_micros: merge.minimumSavingMicros } } : {}),
});

/** One place in which two documents differ: a JSON pointer into them, what stands there in each (absent where nothing does), and the difference in words. */
export interface DocumentChange {
  readonly pointer: string;
  readonly from?: unknown;
  readonly to?: unknown;
  readonly words: string;
}

/** What changed from one document to another, in the order of the document. Lists are compared place by place. */
export function documentChanges(from: unknown, to: unknown, pointer = ""): DocumentChange[] {
  if (isBranch(from) && isBranch(to) && Array.isArray(from) === Array.isArray(to)) {
    const [before, after] = [new Map(Object.entries(from)), new Map(Object.entries(to))];
    return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
      const place = `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      if (!after.has(key)) return [{ pointer: place, from: before.get(key), words: `${place}: ${shown(before.get(key))} was removed` }];
      if (!before.has(key)) return [{ pointer: place, to: after.get(key), words: `${place}: ${shown(after.get(key))} was added` }];
      return documentChanges(before.get(key), after.get(key), place);
    });
  }
  return JSON.stringify(from) === JSON.stringify(to) ? [] : [{ pointer, from, to, words: `${pointer}: ${shown(from)} became ${shown(to)}` }];
}

const isBranch = (value: unknown): value is object => typeof value === "object" && value !== null;

/** The group's name says more of a whole group than its text. */
const shown = (value: unknown): string => {
  if (isBranch(value) && "name" in value && "objective" in value) return `the group "${String(value.name)}"`;
  return value === null ? "nothing" : JSON.stringify(value);
};
