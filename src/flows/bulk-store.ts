import type { RefusalCode } from "../domain/kernel/index.ts";
import type { Canceller } from "../domain/fulfillment/index.ts";
import type { HoldKind, Order } from "../domain/order/index.ts";
import type { DeskTransaction } from "./desk-store.ts";
import type { OrderFilter } from "./queries.ts";
import type { Store } from "./ports.ts";

export const BULK_ACTIONS = ["hold", "release_hold", "release", "reroute", "cancel", "tag", "untag", "assign"] as const;
export type BulkName = (typeof BULK_ACTIONS)[number];
export const BULK_STATES = ["finding", "running", "done", "failed", "cancelled"] as const;
export type BulkState = (typeof BULK_STATES)[number];
export const BULK_RESULTS = ["changed", "skipped", "failed"] as const;
export type BulkResult = (typeof BULK_RESULTS)[number];

/** What is done to each order. */
export type BulkWork =
  | { readonly action: "hold"; readonly kind: HoldKind; readonly reason: string; readonly dueAt: number | null }
  /** Null: holds of every kind. */
  | { readonly action: "release_hold"; readonly kind: HoldKind | null; readonly reason: string }
  | { readonly action: "release" }
  /** Null: whichever node routing chooses, for what waits. */
  | { readonly action: "reroute"; readonly node: string | null; readonly reason: string }
  | { readonly action: "cancel"; readonly reason: string; readonly by: Canceller; readonly force: boolean }
  | { readonly action: "tag" | "untag"; readonly tags: readonly string[] }
  | { readonly action: "assign"; readonly assignee: string | null };

/** Where finding the orders of a filter is. */
export interface BulkSearch {
  readonly filter: Omit<OrderFilter, "after" | "limit">;
  readonly after: readonly string[] | null;
}

/** Why orders were left as they were, by code. Examples are public ids. */
export type BulkReasons = Readonly<Record<string, { readonly count: number; readonly detail: string; readonly examples: readonly string[] }>>;

/** One action over many orders. Finding: it is looked which; running: each is decided; both go on where a worker ended. */
export interface BulkAction {
  readonly id: string;
  readonly work: BulkWork;
  /** Null once they are found. */
  readonly search: BulkSearch | null;
  /** Decides as it would, and changes nothing. */
  readonly dryRun: boolean;
  readonly actor: string;
  readonly state: BulkState;
  readonly total: number;
  readonly changed: number;
  readonly skipped: number;
  readonly failed: number;
  readonly reasons: BulkReasons;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly progressedAt: number | null;
  readonly finishedAt: number | null;
}

export interface BulkOrder {
  readonly orderId: string;
  /** Null: its turn has not come. */
  readonly result: BulkResult | null;
  readonly code: RefusalCode | null;
  readonly detail: string | null;
}

export interface BulkTransaction extends DeskTransaction {
  /** Whole orders as they are committed, without locks, for decisions that change nothing. */
  readOrders(ids: readonly string[]): Promise<readonly Order[]>;
  saveBulk(action: BulkAction): Promise<void>;
  findBulk(id: string): Promise<BulkAction | null>;
  /** Locks it; comes before orders. */
  lockBulk(id: string): Promise<BulkAction | null>;
  /** Latest first, before the given one. */
  listBulks(filter: { readonly before: string | null; readonly limit: number }): Promise<readonly BulkAction[]>;
  /** The oldest that has not ended. */
  findOpenBulk(): Promise<string | null>;
  /** Adds orders that it does not have yet; answers how many. */
  addBulkOrders(id: string, orderIds: readonly string[]): Promise<number>;
  /** Orders without a result, oldest first. */
  nextBulkOrders(id: string, limit: number): Promise<readonly string[]>;
  saveBulkResults(id: string, results: readonly BulkOrder[]): Promise<void>;
  /** Of one result, of those left as they were (skipped or failed), or all. */
  listBulkOrders(id: string, filter: { readonly results: readonly BulkResult[] | null; readonly after: string | null; readonly limit: number }): Promise<readonly BulkOrder[]>;
  /** Those that ended before a time; answers how many went. */
  forgetBulks(before: number, limit: number): Promise<number>;
}

export interface BulkStore extends Store {
  transact<T>(tenantId: number, work: (tx: BulkTransaction) => Promise<T>): Promise<T>;
}
