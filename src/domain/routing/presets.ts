import type { RoutingPolicy } from "../catalog/index.ts";
import type { Criterion, Objective, Pricing, SplitPolicy, StrategyGroup } from "./strategy.ts";

const FREE_SPLIT: SplitPolicy = { maximumNodes: null, maximumNodesPerLine: null, minimumValueMinor: 0, keepTogether: null, partial: true };
const AS_THE_CHANNEL_SAYS: StrategyGroup["after"] = { alternate: null, fallbackNode: null, unplaced: "channel" };
const NO_COSTS: Pricing = { weights: {}, distanceMicrosPerKm: 0, splitMicros: 0, latenessMicrosPerDay: 0, capacityMicros: 0 };

const groupOf = (name: string, objective: Objective): StrategyGroup => ({ name, when: null, filters: [], objective, split: FREE_SPLIT, after: AS_THE_CHANNEL_SAYS });
const ranked = (name: string, ...by: readonly Criterion[]): StrategyGroup => groupOf(name, { ...NO_COSTS, kind: "ranks", by });

/** How a channel without a strategy routes: by distance and splits as its own policy prices them. */
export function defaultGroup({ distanceCostPerKmMicros, splitCostMicros, maximumDistanceKm }: RoutingPolicy): StrategyGroup {
  return {
    ...groupOf("default", { ...NO_COSTS, kind: "cost", weights: { distance: 1000, split: 1000 }, distanceMicrosPerKm: distanceCostPerKmMicros, splitMicros: splitCostMicros }),
    filters: maximumDistanceKm === null ? [] : [{ kind: "maximum_distance", km: maximumDistanceKm, tier: null }],
  };
}

export interface Preset {
  readonly summary: string;
  readonly groups: readonly StrategyGroup[];
}

/** Strategies to begin with: documents like any other, to be copied into a draft and changed there. */
export const PRESETS: Readonly<Record<string, Preset>> = {
  least_cost: {
    summary: "The plan that costs least in all: labels, duty that the seller pays, handling, stock and lateness at 20 a day, with 5 for each further shipment. It needs rate cards: a missing price is refused.",
    groups: [groupOf("least cost", {
      kind: "cost", weights: { label: 1000, duty: 1000, handling: 1000, split: 1000, lateness: 1000, stock: 1000, markdown: 1000 }, distanceMicrosPerKm: 0,
      splitMicros: 5_000_000, latenessMicrosPerDay: 20_000_000, capacityMicros: 0,
    })],
  },
  nearest: { summary: "The shortest way, then the node with the better priority.", groups: [ranked("nearest", "distance", "node_priority")] },
  fewest_splits: { summary: "As few shipments as possible, then the shortest way.", groups: [ranked("fewest splits", "splits", "distance", "node_priority")] },
  fastest: { summary: "The plan whose last part arrives first, then the one with fewer shipments.", groups: [ranked("fastest", "arrival", "splits", "distance")] },
  stores_first: { summary: "Stores before every other kind of node, then fewer shipments, then the shortest way.", groups: [ranked("stores first", "stores_first", "splits", "distance")] },
  balanced_load: { summary: "The node with the least work waiting, then the shortest way.", groups: [ranked("balanced load", "load", "distance", "node_priority")] },
  priority_list: { summary: "The node with the best priority, whatever the distance.", groups: [ranked("priority list", "node_priority", "splits", "distance")] },
};
