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
  | "receipt" | "adjustment" | "count" | "ship" | "hand_over" | "short_pick" | "reject" | "return_to_sender" | "transfer_out";

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
  /** All that arrived of it, the damaged units among them. */
  readonly received: number;
  /** Of these, the units that arrived in another condition than A. */
  readonly damaged: number;
  /** Units that waiting order lines have claimed; the sum of its SupplyClaims. */
  readonly claimed: number;
  /** Null while more is to come. */
  readonly closedAt: Instant | null;
  /** The document it is a line of; null where it was announced by itself. */
  readonly orderId: string | null;
}

/** How much of a supply a waiting order line counts on. */
export interface SupplyClaim {
  readonly supplyId: string;
  readonly itemId: string;
  readonly orderId: string;
  readonly lineNo: number;
  readonly quantity: number;
}

/** What inbound goods come under: a purchase order, a transfer, a production run or a return. */
export interface SupplyOrder {
  readonly id: string;
  readonly kind: Supply["kind"];
  readonly reference: string;
  readonly nodeId: string;
  /** Where a transfer comes from; null for the rest. */
  readonly fromNodeId: string | null;
  readonly supplier: string | null;
  readonly createdAt: Instant;
  /** When the goods of a transfer left their source; until then nobody may count on them. */
  readonly shippedAt: Instant | null;
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
