import type { BillingTransaction } from "./billing-store.ts";
import type { BulkTransaction } from "./bulk-store.ts";
import type { GateTransaction } from "./channel-gates.ts";
import type { ClosureTransaction } from "./closure-store.ts";
import type { MergeTransaction } from "./merge-orders.ts";
import type { WatchTransaction } from "./watch-store.ts";

/** What work after a commit loads and saves. */
export type WorkerTransaction = BillingTransaction & BulkTransaction & ClosureTransaction & GateTransaction & MergeTransaction & WatchTransaction;

export interface WorkerStore {
  transact<T>(tenantId: number, work: (tx: WorkerTransaction) => Promise<T>): Promise<T>;
}
