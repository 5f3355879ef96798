import type { Place } from "./access.ts";
import type { Search } from "./search.ts";

/** How a list of orders is sorted: newest by capture, by the time they were placed (latest or oldest first) or captured, or by the date they have to keep (next due first). */
export type OrderSort = "newest" | "placed" | "-placed" | "captured" | "deadline";

/**
 * Null means any. With a search, what is called exactly so comes first, then the newest by capture. A page may be shorter than its
 * limit and still not be the last: each looks at a bounded number of orders.
 */
export interface OrderFilter {
  readonly after: readonly string[] | null;
  readonly limit: number;
  readonly statuses: readonly string[] | null;
  readonly channel: string | null;
  readonly node: string | null;
  readonly holdKind: string | null;
  readonly externalId: string | null;
  readonly number: number | null;
  readonly placedFrom: number | null;
  readonly placedTo: number | null;
  readonly capturedFrom: number | null;
  readonly capturedTo: number | null;
  readonly paymentState: string | null;
  readonly tag: string | null;
  /** As events name an actor. */
  readonly assignee: string | null;
  /** Only those that nobody has. */
  readonly unassigned: boolean;
  /** at_risk or late: the date that it has to keep. */
  readonly level: string | null;
  /** A line has it; found by searching, so as far as that follows the log. */
  readonly sku: string | null;
  readonly country: string | null;
  readonly currency: string | null;
  /** Minor units, both included. */
  readonly totalFrom: number | null;
  readonly totalTo: number | null;
  /** Null for what the filter suggests. */
  readonly sort: Exclude<OrderSort, "newest" | "captured"> | null;
  readonly search: Search | null;
  /** Limits the list to what is at these nodes, whatever else it is filtered by; null limits nothing. */
  readonly places: readonly Place[] | null;
}

/** The filter that lets everything through. */
export const ANY_ORDER: Omit<OrderFilter, "after" | "limit"> = {
  statuses: null, channel: null, node: null, holdKind: null, externalId: null, number: null, placedFrom: null, placedTo: null, capturedFrom: null, capturedTo: null, paymentState: null, tag: null, assignee: null,
  unassigned: false, level: null, sku: null, country: null, currency: null, totalFrom: null, totalTo: null, sort: null, search: null, places: null,
};

/** How a filter's list is sorted. What names one order needs no sorting; a range is sorted by its instant, and dates at risk by when they are due. */
export function sortOf({ number, externalId, search, sort, placedFrom, placedTo, capturedFrom, capturedTo, level }: Omit<OrderFilter, "after" | "limit">): OrderSort {
  if (number !== null || externalId !== null || search !== null) return "newest";
  if (sort !== null) return sort;
  if (placedFrom !== null || placedTo !== null) return "placed";
  if (capturedFrom !== null || capturedTo !== null) return "captured";
  return level === null ? "newest" : "deadline";
}
