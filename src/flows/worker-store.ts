import type { BillingTransaction } from "./billing-store.ts";
import type { ClosureTransaction } from "./closure-store.ts";

/** What work after a commit loads and saves. */
export type WorkerTransaction = BillingTransaction & ClosureTransaction;

export interface WorkerStore {
  transact<T>(tenantId: number, work: (tx: WorkerTransaction) => Promise<T>): Promise<T>;
}
