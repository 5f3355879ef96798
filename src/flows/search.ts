import type { EventType } from "../domain/kernel/index.ts";
import type { SearchQuery } from "../domain/order/index.ts";
import type { Lease } from "./integration.ts";

/** The reader of the log that keeps the words of orders. */
export const SEARCH_CONSUMER = "search";

/** Facts that change what an order is found by. An erasure does so in its own commit. */
export const SEARCHED_FACTS: readonly EventType[] = ["OrderCaptured", "OrderFollowedChannel", "LineIdentified", "ShipmentPacked", "ShipmentShipped"];

/** What somebody looks for, and whether they may find it by what is personal. */
export interface Search {
  readonly text: string;
  readonly query: SearchQuery;
  readonly personal: boolean;
}

/** How far the words of orders follow the log: events up to `position` are in, `behind` are not. */
export interface SearchProgress {
  readonly position: number;
  readonly behind: number;
}

export interface RebuildProgress {
  readonly orders: number;
  readonly total: number;
}

export interface OrderSearch {
  /** Keeps the words of orders that events beyond the consumer's cursor changed, and moves it, in one commit; null where the fence is stale. */
  feed(lease: Lease, consumer: string, limit: number): Promise<{ readonly events: number; readonly made: number } | null>;
  /**
   * Keeps the words of every order anew, page by page. What an ended process left unfinished is taken up where it stood.
   * Answers how many orders there were.
   */
  rebuild(tenantId: number, onProgress: (progress: RebuildProgress) => void): Promise<number>;
}
