import type { ChannelRate, RateState } from "../domain/catalog/index.ts";
import type { KnownRisk, WatchedOrder } from "../domain/fulfillment/index.ts";
import type { Transaction } from "./ports.ts";

/** What the watch over orders' dates needs beside what every flow does. */
export interface WatchTransaction extends Transaction {
  /** Orders whose dates are due to be looked at, the longest due first; then those that are to be looked at again, the next to be due first. */
  findDueLooks(now: number, limit: number): Promise<readonly string[]>;
  /** What the last look at locked orders found; those that are not due any more are absent. */
  loadRisks(orderIds: readonly string[], now: number): Promise<ReadonlyMap<string, KnownRisk>>;
  /** Has orders looked at again whose next look is ahead; who is being changed meanwhile is left out. Returns how many. */
  bringLooksForward(now: number, limit: number): Promise<number>;
  /** Comes before save. */
  saveLooks(looks: ReadonlyMap<string, WatchedOrder>, now: number): Promise<void>;
  /** Orders that count for a rate of a channel in a time (from not included, to included), and those that failed. */
  countRate(of: RateOfChannel, from: number, to: number): Promise<RateCount>;
  /** How these rates stood when they were last counted, locked; ok where they never were. */
  lockRateStates(rates: readonly RateOfChannel[]): Promise<readonly RateState[]>;
  saveRateStates(rates: readonly (RateOfChannel & { readonly state: RateState })[]): Promise<void>;
}

export interface RateOfChannel {
  readonly channelId: string;
  readonly rate: ChannelRate;
}

export interface RateCount {
  readonly orders: number;
  readonly failed: number;
}

export interface WatchStore {
  transact<T>(tenantId: number, work: (tx: WatchTransaction) => Promise<T>): Promise<T>;
}
