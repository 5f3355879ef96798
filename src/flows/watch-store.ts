import type { KnownRisk, WatchedOrder } from "../domain/fulfillment/index.ts";
import type { Transaction } from "./ports.ts";

/** What the watch over orders' dates needs beside what every flow does. */
export interface WatchTransaction extends Transaction {
  /** Orders whose dates are due to be looked at, the longest due first. */
  findDueLooks(now: number, limit: number): Promise<readonly string[]>;
  /** What the last look at locked orders found; those that are not due any more are absent. */
  loadRisks(orderIds: readonly string[], now: number): Promise<ReadonlyMap<string, KnownRisk>>;
  /** Comes before save. */
  saveLooks(looks: ReadonlyMap<string, WatchedOrder>, now: number): Promise<void>;
}

export interface WatchStore {
  transact<T>(tenantId: number, work: (tx: WatchTransaction) => Promise<T>): Promise<T>;
}
