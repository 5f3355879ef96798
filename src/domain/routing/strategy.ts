import type { NodeKind } from "../catalog/index.ts";

/** How orders are routed: the first group whose expression holds for an order says how. The last one holds for every order. */
export interface Strategy {
  readonly code: string;
  readonly version: number;
  readonly groups: readonly StrategyGroup[];
}

export interface StrategyGroup {
  readonly name: string;
  /** CEL over `order`, `customer` and `channel`; null for every order. */
  readonly when: string | null;
  readonly filters: readonly Filter[];
  readonly objective: Objective;
  readonly split: SplitPolicy;
  readonly after: AfterAction;
  /** Whether what is collected at a store may, or has to, be sent there by another node; absent where each store hands out its own. */
  readonly shipToStore?: ShipToStore;
  /** Absent where plans stay as they were made until something happens to them. */
  readonly reEvaluate?: ReEvaluation;
  /** Absent where every order goes in parcels of its own. */
  readonly merge?: Merging;
}

/** Whether orders of one customer to one address share parcels. */
export interface Merging {
  /** How long after an order others may be placed that go with it, and how long it waits for them. */
  readonly withinMinutes: number;
  /** The least that a parcel has to save, in micro-units of the base currency. */
  readonly minimumSavingMicros: number;
}

/** Whether, and how, orders that no node was told of yet are decided anew because something better may have become possible. */
export interface ReEvaluation {
  readonly everyMinutes: number;
  /** The least that a change has to save, in micro-units of the base currency. */
  readonly minimumSavingMicros: number;
  /** Orders on their own, and units between two orders. */
  readonly consolidate: boolean;
  readonly swap: boolean;
}

export const SHIP_TO_STORE = ["never", "allowed", "only"] as const;
export type ShipToStore = (typeof SHIP_TO_STORE)[number];

/** What a node has to be, or what it has to be able to do, for a line. */
export type FilterRule =
  | { readonly kind: "node_kinds"; readonly kinds: readonly NodeKind[] }
  | { readonly kind: "only_nodes" | "not_nodes"; readonly nodes: readonly string[] }
  | { readonly kind: "same_country" }
  | { readonly kind: "countries"; readonly countries: readonly string[] }
  | { readonly kind: "maximum_distance"; readonly km: number }
  | { readonly kind: "service_levels"; readonly levels: readonly string[] }
  | { readonly kind: "carriers"; readonly carriers: readonly string[] }
  /** Leaves within this many local days; 0 is today. */
  | { readonly kind: "ships_within"; readonly days: number }
  /** Arrives not later than the order asks for; without such a date it holds. */
  | { readonly kind: "arrives_in_time" }
  /** Leaves at least so many units of each item behind. */
  | { readonly kind: "leaves_stock"; readonly units: number }
  /** Has everything of the order. */
  | { readonly kind: "whole_order" }
  /** Has less than so many shipments that wait there. */
  | { readonly kind: "maximum_backlog"; readonly shipments: number }
  /** CEL over `node`, `order`, `customer` and `channel`. */
  | { readonly kind: "expression"; readonly when: string };

/** A soft filter is given up when nothing else helps, the lowest tier first, for lines still without a node; a hard one (null) never. */
export type Filter = FilterRule & { readonly tier: number | null };

/** Thousandths by which each cost counts; one that is not named does not count. */
export type CostWeights = Readonly<Partial<Record<CostTerm, number>>>;

/** `stock` and `markdown` are 0 where nobody has said what units are worth elsewhere, or what selling them saves. */
export const COST_TERMS = ["label", "duty", "handling", "split", "distance", "lateness", "capacity", "stock", "markdown"] as const;
export type CostTerm = (typeof COST_TERMS)[number];

export const CRITERIA = ["cost", "splits", "same_country", "distance", "arrival", "node_priority", "stores_first", "load"] as const;
export type Criterion = (typeof CRITERIA)[number];

/** What is best: the least cost in money, or the first criterion in which two plans differ. */
export type Objective = Pricing & ({ readonly kind: "cost" } | { readonly kind: "ranks"; readonly by: readonly Criterion[] });

/** What costs are made of. Micro-units of the base currency. */
export interface Pricing {
  readonly weights: CostWeights;
  readonly distanceMicrosPerKm: number;
  /** For each shipment after the first. */
  readonly splitMicros: number;
  /** For each day that a shipment arrives after the one on which the order has to be there. */
  readonly latenessMicrosPerDay: number;
  /** For a shipment that takes the last of a node's capacity of the day; grows with the square of what is taken. */
  readonly capacityMicros: number;
}

export interface SplitPolicy {
  /** Nodes that may share an order, and a line of it; null for any number. */
  readonly maximumNodes: number | null;
  readonly maximumNodesPerLine: number | null;
  /** Value of goods, in minor units of the order's currency, that each part of a divided order has at least. */
  readonly minimumValueMinor: number;
  /** Lines that leave together: those with the same handling class, or with the same value of an item attribute. */
  readonly keepTogether: "handling_class" | { readonly attribute: string } | null;
  /** Whether a part of the order may go while the rest of it waits. */
  readonly partial: boolean;
}

/** What becomes of lines that no node can have. */
export interface AfterAction {
  /** Code of the strategy that is asked next; null for none. */
  readonly alternate: string | null;
  /** Code of the node that gets what nobody else can send, where it has it; filters of the group do not keep it out. */
  readonly fallbackNode: string | null;
  /** As the channel says, or in any case. */
  readonly unplaced: "channel" | "backorder" | "exception" | "refuse";
}
