import type { EventType } from "../domain/kernel/index.ts";
import type { Measure } from "./count-order.ts";
import type { Lease } from "./integration.ts";
import type { RebuildProgress } from "./search.ts";

/** The reader of the log that keeps the sums of reports. */
export const REPORT_CONSUMER = "reports";

/** Facts that change what is counted of an order. */
export const REPORTED_FACTS: readonly EventType[] = [
  "OrderCaptured", "OrderRouted", "OrderFollowedChannel", "LineIdentified", "LinesCancelled", "CancelAnswered", "ReservationExpired", "PromiseChanged",
  "ShipmentRejected", "ShipmentTimedOut", "ShipmentPicked", "ShipmentShipped", "ShipmentHandedOver", "ShipmentArrivedAtStore", "ShipmentDelivered", "ShipmentLost", "ShipmentReturnedToSender",
];

export interface Reports {
  /** Counts orders anew that events beyond the consumer's cursor changed, and moves it, in one commit; null where the fence is stale. */
  feed(lease: Lease, consumer: string, limit: number): Promise<{ readonly events: number; readonly made: number } | null>;
  /**
   * Counts every order anew, from empty sums on, page by page, beside live work. What an ended process left unfinished is taken up
   * where it stood. Answers how many orders there were.
   */
  rebuild(tenantId: number, onProgress: (progress: RebuildProgress) => void): Promise<number>;
}

export interface SumsQuestion {
  readonly measures: readonly Measure[];
  /** Instants at which stretches of time begin; the last ends the last. */
  readonly bounds: readonly number[];
  readonly channel: string | null;
  readonly node: string | null;
  readonly by: "time" | "channel" | "node";
}

/** A sum of a stretch of time (from 0), or of a channel or node (its code). */
export interface ReadSum {
  readonly measure: Measure;
  readonly key: number | string;
  readonly part: string;
  readonly amount: number;
}

export interface NodeDay {
  readonly node: string;
  readonly date: string;
  readonly orders: number;
  readonly units: number;
  readonly ordersLimit: number | null;
  readonly unitsLimit: number | null;
}

/** How far the sums follow the log. */
export interface ReportsAsOf {
  readonly position: number;
  readonly behind: number;
  /** When the newest event that is in them was recorded; null before the first. */
  readonly at: number | null;
  /** Orders that a rebuild which goes on has counted; null where none does. */
  readonly rebuilt: number | null;
}

export interface ReportQueries {
  readSums(tenantId: number, question: SumsQuestion): Promise<readonly ReadSum[]>;
  /** What is taken of nodes' days (YYYY-MM-DD, both included), and their limits as they are now. */
  nodeDays(tenantId: number, from: string, to: string, node: string | null, now: number): Promise<readonly NodeDay[]>;
  reportsAsOf(tenantId: number): Promise<ReportsAsOf>;
}
