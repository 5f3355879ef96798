import type { Instant } from "../kernel/index.ts";

export type Condition = "A" | "B" | "quarantine";

/** What one node has of one item, for one goods owner in one condition, and who has a claim on it. */
export interface StockRow {
  readonly itemId: string;
  readonly nodeId: string;
  readonly owner: string;
  readonly condition: Condition;
  readonly onHand: number;
  readonly reserved: number;
  readonly soft: number;
  readonly short: number;
}

/** Demand on one item that no node has been given yet. */
export interface DemandRow {
  readonly itemId: string;
  /** Accepted and not yet routed, held orders included. */
  readonly pending: number;
  /** Backordered and pre-ordered. */
  readonly waiting: number;
  /** Soft claims on the network rather than on a node. */
  readonly soft: number;
}

export type StockMovementKind =
  | "receipt" | "adjustment" | "count" | "ship" | "hand_over" | "short_pick" | "reject" | "return_to_sender";

/** One change of what is physically there. The sum of these is stock.on_hand. */
export interface StockMovement {
  readonly eventId: string;
  readonly itemId: string;
  readonly nodeId: string;
  readonly owner: string;
  readonly condition: Condition;
  readonly kind: StockMovementKind;
  readonly onHand: number;
  readonly unitCostMicros: number | null;
  readonly causeKind: "order" | "supply" | "manual";
  readonly causeId: string;
  readonly reason: string | null;
  readonly occurredAt: Instant;
}

export interface Supply {
  readonly id: string;
  readonly kind: "purchase_order" | "transfer" | "production" | "return";
  readonly reference: string;
  readonly itemId: string;
  readonly nodeId: string;
  readonly dueAt: Instant;
  /** Percent of the announced quantity that may be promised. */
  readonly confidence: number;
  readonly quantity: number;
  readonly received: number;
}

export interface ClaimLine {
  readonly itemId: string;
  /** Null where the claim is on the network rather than on one node. */
  readonly nodeId: string | null;
  readonly quantity: number;
}

export interface SoftClaim {
  readonly id: string;
  readonly status: "open" | "converted" | "released" | "expired";
  readonly reference: string | null;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  readonly lines: readonly ClaimLine[];
}

/** Owner and condition of the stock that sales reserve: our own goods, first quality. */
export const SELLABLE = { owner: "", condition: "A" } as const;
