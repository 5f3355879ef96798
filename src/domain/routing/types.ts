import type { Item, Node, RoutingPolicy } from "../catalog/index.ts";
import type { StockBook } from "../inventory/index.ts";
import type { Destination } from "../order/index.ts";

/** An item of a demand, and how many counted units of it one unit of the demand takes. */
export interface DemandPart {
  readonly lineNo: number;
  readonly item: Item;
  readonly perUnit: number;
}

/** Units of one line that need a node, or kits whose components have to leave together. */
export interface Demand {
  /** The line, or the line of the kit. */
  readonly lineNo: number;
  readonly parts: readonly DemandPart[];
  readonly quantity: number;
  /** Code of the only node the line may go to, where the caller chose one. */
  readonly preselected: string | null;
  /** Ids of nodes this line must not go to now. */
  readonly excluded: ReadonlySet<string>;
  /** Ids of nodes that have the goods but no capacity for them in the days ahead. */
  readonly atCapacity?: ReadonlySet<string>;
}

/** Whether a demand is for units of one line, and not for kits. */
export const isSingle = ({ lineNo, parts: [first] }: Demand): boolean => first?.lineNo === lineNo;

/** What demands compete for: an item, or, for kits, nothing that another one could be compared with. */
export const stockKey = (demand: Demand): string => (isSingle(demand) ? (demand.parts[0]?.item.id ?? "") : `kit ${demand.lineNo}`);

export interface RoutingRequest {
  readonly demands: readonly Demand[];
  readonly nodes: readonly Node[];
  readonly nodePool: readonly string[] | null;
  readonly policy: RoutingPolicy;
  readonly destination: Pick<Destination, "latitude" | "longitude"> | null;
  readonly book: StockBook;
  /** Pending units per item id that keep nothing from this order: its own, and for units that were promised already those of others too. */
  readonly ownPending: ReadonlyMap<string, number>;
  readonly trigger: RoutingTrigger;
}

export type RoutingTrigger = "CAPTURE" | "HOLD_RELEASED" | "REJECTED" | "SHORT_PICK" | "TIME_IN_STATE" | "STOCK_SHORT" | "STOCK_ARRIVED" | "NODE_OFFLINE" | "CHANNEL_CHANGE" | "ITEM_MAPPED" | "MANUAL";

export type NodeVerdict =
  | "CHOSEN" | "COSTLIER" | "PARTIAL" | "NO_STOCK" | "OFFLINE" | "VIRTUAL" | "NOT_IN_POOL" | "ITEM_CLASS" | "EXCLUDED" | "NOT_PRESELECTED" | "TOO_FAR" | "AT_CAPACITY";

/** One node as this decision saw it. Costs are micro-units of the channel's currency, distance is whole metres. */
export interface Candidate {
  readonly node: Node;
  /** Null where the address or the node has no coordinates. */
  readonly metres: number | null;
  readonly costMicros: number;
  /** The hard rule that struck it out, or null. */
  readonly struck: NodeVerdict | null;
  /** Units it could give each demand, in demand order; 0 where a line-level rule forbids it. */
  readonly room: readonly number[];
}

export interface Assignment {
  readonly lineNo: number;
  readonly nodeId: string;
  readonly quantity: number;
}

export interface RoutingPlan {
  readonly assignments: readonly Assignment[];
  readonly unplaced: readonly { readonly lineNo: number; readonly quantity: number }[];
  readonly reason: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Which candidate each demand goes to (index, or -1 where none), and how that was found. */
export interface Solution {
  readonly nodeOf: readonly number[];
  readonly method: "exact" | "exact after merging lines with the same candidates" | "greedy cover with local search";
}
