import type { EventType, RefusalCode } from "../domain/kernel/index.ts";
import type { Canceller } from "../domain/fulfillment/index.ts";
import type { HoldKind, LoggedChange, Order, Undoable } from "../domain/order/index.ts";
import type { DeskTransaction } from "./desk-store.ts";
import type { OrderFilter } from "./queries.ts";
import type { Store } from "./ports.ts";

export const BULK_ACTIONS = ["hold", "release_hold", "release", "reroute", "cancel", "tag", "untag", "assign", "undo"] as const;
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
  | { readonly action: "assign"; readonly assignee: string | null }
  /** Takes back what an action changed; `of` is its id, `undoes` what it did. */
  | { readonly action: "undo"; readonly of: string; readonly undoes: Undoable };

export type BulkFilter = Omit<OrderFilter, "after" | "limit">;
/** Where finding the orders of a filter, or those that another action changed, is. */
export type BulkSearch = { readonly after: readonly string[] | null } & ({ readonly filter: BulkFilter } | { readonly changedBy: string });

/** Why orders were left as they were, by code. Examples are public ids. */
export type BulkReasons = Readonly<Record<string, { readonly count: number; readonly detail: string; readonly examples: readonly string[] }>>;

/** Why an action cannot be taken back. */
export const NO_UNDO = ["dry_run", "not_ended", "nothing_changed", "undone", "irreversible", "too_old"] as const;
export interface NoUndo {
  readonly code: (typeof NO_UNDO)[number];
  readonly sentence: string;
}

/** One action over many orders. Finding: it is looked which; running: each is decided; both go on where a worker ended. */
export interface BulkAction {
  readonly id: string;
  readonly work: BulkWork;
  /** Null once they are found. */
  readonly search: BulkSearch | null;
  /** Decides as it would, and changes nothing. */
  readonly dryRun: boolean;
  readonly actor: string;
  /** The request that asked for it; null of those that an earlier version began. */
  readonly requestId: string | null;
  /** The action that takes it back, or took it back. */
  readonly undoneBy: string | null;
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

/** As it is read: with what a key or a person who began it is called now; null of others. */
export interface NamedBulkAction extends BulkAction {
  readonly actorName: string | null;
}

export interface BulkOrder {
  readonly orderId: string;
  /** Null: its turn has not come. */
  readonly result: BulkResult | null;
  readonly code: RefusalCode | null;
  readonly detail: string | null;
}

/** What came of an order, with the number that people know it by; null where it is not there. */
export interface BulkRow extends BulkOrder {
  readonly number: number | null;
}

export interface BulkTransaction extends DeskTransaction {
  /** Whole orders as they are committed, without locks, for decisions that change nothing. */
  readOrders(ids: readonly string[]): Promise<readonly Order[]>;
  saveBulk(action: BulkAction): Promise<void>;
  findBulk(id: string): Promise<NamedBulkAction | null>;
  /** Locks it; comes before orders. */
  lockBulk(id: string): Promise<BulkAction | null>;
  /** Latest first, before the given one. */
  listBulks(filter: { readonly before: string | null; readonly limit: number }): Promise<readonly NamedBulkAction[]>;
  /** The oldest that has not ended. */
  findOpenBulk(): Promise<string | null>;
  /** Adds orders that it does not have yet; answers how many. */
  addBulkOrders(id: string, orderIds: readonly string[]): Promise<number>;
  /** Orders without a result, oldest first. */
  nextBulkOrders(id: string, limit: number): Promise<readonly string[]>;
  saveBulkResults(id: string, results: readonly BulkOrder[]): Promise<void>;
  /** Of one result, of those left as they were (skipped or failed), or all. */
  listBulkOrders(id: string, filter: { readonly results: readonly BulkResult[] | null; readonly after: string | null; readonly limit: number }): Promise<readonly BulkRow[]>;
  /** The changes of each of these orders that were recorded as a type, the latest first and so many of each at most. */
  readOrderChanges(orderIds: readonly string[], type: EventType, most: number): Promise<ReadonlyMap<string, readonly LoggedChange[]>>;
  /** Those that ended before a time; answers how many went. */
  forgetBulks(before: number, limit: number): Promise<number>;
}

export interface BulkStore extends Store {
  transact<T>(tenantId: number, work: (tx: BulkTransaction) => Promise<T>): Promise<T>;
}
