import type { ExpectedChange, NodeExit, StoreArrival } from "../domain/fulfillment/index.ts";
import type { Order } from "../domain/order/index.ts";
import type { Store, Transaction } from "./ports.ts";

/** Previewed: nothing happened yet. Moving: the nodes are closed and orders leave them. Done: every order has its result. */
export const CLOSURE_STATES = ["previewed", "moving", "done"] as const;
export type ClosureState = (typeof CLOSURE_STATES)[number];

/** Nodes that somebody closes together. */
export interface Closure {
  readonly id: string;
  readonly state: ClosureState;
  readonly nodes: readonly { readonly id: string; readonly code: string }[];
  /** Null: until somebody opens them. */
  readonly until: number | null;
  readonly reason: string;
  /** Also takes back what the nodes have accepted and not picked yet. */
  readonly includeAccepted: boolean;
  readonly actor: string;
  /** Who applied it, and with which request; null until then. */
  readonly appliedBy: string | null;
  readonly requestId: string | null;
  readonly createdAt: number;
  readonly appliedAt: number | null;
  readonly finishedAt: number | null;
  /** Orders that came to these nodes, and that were there no more, between the preview and the closing. */
  readonly added: number;
  readonly gone: number;
}

/** What becomes of an order: as a preview has it, or as it came. */
export interface OrderOutcome {
  readonly result: NodeExit["result"] | "failed";
  readonly moved: readonly { readonly line: number; readonly quantity: number; readonly from: string; readonly to: string }[];
  readonly waiting: readonly { readonly line: number; readonly quantity: number; readonly from: string }[];
  readonly kept: readonly { readonly shipment: string; readonly node: string; readonly status: string; readonly at_store?: StoreArrival }[];
  readonly cost_micros: number | null;
  readonly expected: { readonly by: ExpectedChange["by"]; readonly from: string; readonly to: string | null; readonly broken: boolean } | null;
  readonly reason: string;
}

export interface ClosureOrder {
  readonly orderId: string;
  /** Null where the order came after the preview, or nobody asked for one. */
  readonly expected: OrderOutcome | null;
  readonly result: OrderOutcome | null;
}

/** As a list shows it: with the number that people know it by. */
export interface ListedClosureOrder extends ClosureOrder {
  readonly number: number;
}

/** Sums over orders of which something is known, expected or come. */
export interface ClosureSums {
  readonly orders: number;
  readonly moved: number;
  readonly waiting: number;
  readonly kept: number;
  readonly gone: number;
  readonly failed: number;
  readonly units_moved: number;
  readonly units_waiting: number;
  /** Shipments from elsewhere to a store that closed: those that wait at their node for its opening, and those of which a person decides. */
  readonly store_waits: number;
  readonly store_decide: number;
  /** Of those that can be priced; unpriced are the moved orders that cannot. */
  readonly cost_micros: number;
  readonly unpriced: number;
  readonly promises_broken: number;
}

export interface ClosureTotals {
  readonly expected: ClosureSums;
  readonly results: ClosureSums;
  /** Orders that have no result yet. */
  readonly left: number;
  /** Where units go, by what came or, before that, by what is expected. */
  readonly to: readonly { readonly node: string; readonly orders: number; readonly units: number }[];
}

export interface ClosureTransaction extends Transaction {
  /** Whole orders as they are committed, without locks, for decisions that change nothing. */
  readOrders(ids: readonly string[]): Promise<readonly Order[]>;
  /** Orders with a shipment that has not left, at these nodes or to be collected there, oldest first. */
  findOrdersAt(nodes: Closure["nodes"], limit: number): Promise<readonly string[]>;
  /** Orders with a shipment to these stores, by their codes, that its node was not told of yet, oldest first. */
  findOrdersPlannedTo(stores: readonly string[], limit: number): Promise<readonly string[]>;
  itemsOfOrders(orderIds: readonly string[]): Promise<readonly string[]>;
  saveClosure(closure: Closure): Promise<void>;
  /** Locks a closure; comes before orders. */
  lockClosure(id: string): Promise<Closure | null>;
  findClosure(id: string): Promise<Closure | null>;
  listClosures(filter: { readonly before: string | null; readonly limit: number }): Promise<readonly Closure[]>;
  closureTotals(id: string): Promise<ClosureTotals>;
  listClosureOrders(id: string, filter: { readonly result: string | null; readonly after: string | null; readonly limit: number }): Promise<readonly ListedClosureOrder[]>;
  /** Orders of a closure without a result, oldest first. */
  nextClosureOrders(id: string, limit: number): Promise<readonly string[]>;
  /** Adds orders that a closure does not have yet; returns how many. */
  addClosureOrders(id: string, orders: readonly ClosureOrder[]): Promise<number>;
  saveClosureResults(id: string, results: readonly { readonly orderId: string; readonly result: OrderOutcome }[]): Promise<void>;
  /** Closures that may have work left: orders that move or, of those that were applied since, that came in meanwhile. */
  findMovingClosures(since: number): Promise<readonly string[]>;
  /** Nodes of closures whose orders are leaving now. */
  findLeftNodes(): Promise<readonly string[]>;
  /** Nodes that came online by a version of theirs which began after the first time, and not after the second. */
  findOpenedNodes(since: number, until: number): Promise<readonly string[]>;
  /** Items that are on their way to these nodes and that orders wait for. */
  findAwaitedItems(nodeIds: readonly string[]): Promise<readonly string[]>;
  /** Closes what is announced of nodes for later than a time, too, as far as it begins before they open; an open version that is saved undoes it. */
  closeAnnounced(nodeIds: readonly string[], after: number, until: number | null): Promise<void>;
  /** Previews that nobody applied, and closures that ended, before these times. */
  forgetClosures(previewedBefore: number, doneBefore: number, limit: number): Promise<number>;
}

export interface ClosureStore extends Store {
  transact<T>(tenantId: number, work: (tx: ClosureTransaction) => Promise<T>): Promise<T>;
}

export interface LookStore extends ClosureStore {
  /** Runs work that only reads, and that sees everything as it was at its beginning, however long it takes. */
  look<T>(tenantId: number, work: (tx: ClosureTransaction) => Promise<T>): Promise<T>;
}
