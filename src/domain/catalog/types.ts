import type { Instant } from "../kernel/index.ts";
import type { ChannelChecks } from "./checks.ts";
import type { DeadlinePolicy } from "./deadlines.ts";
import type { ChannelGate } from "./gate.ts";
import type { NodeOperations } from "./operations.ts";
import type { PriceCheck } from "./prices.ts";

/** The half-open time in which a fact holds. */
export interface Effective {
  readonly validFrom: Instant;
  readonly validTo: Instant | null;
}

export interface Unit {
  readonly name: string;
  /** Base units in one of this unit, e.g. 12 for a case of twelve. */
  readonly factor: number;
}

export interface Component {
  readonly sku: string;
  readonly quantity: number;
}

/** How orders may wait for an item. */
export interface WaitingPolicy {
  /** Units that may wait beyond what is on its way, where orders may wait at all; null for any number, 0 for none. */
  readonly backorderLimit: number | null;
  /** Nothing is sent before it: lines are pre-orders. Null where the item is on sale. */
  readonly launchAt: Instant | null;
  /** Units that may be pre-ordered in all; null for any number. */
  readonly preorderLimit: number | null;
}

export const DEFAULT_WAITING: WaitingPolicy = { backorderLimit: null, launchAt: null, preorderLimit: null };

export interface Item {
  readonly id: string;
  readonly sku: string;
  readonly gtin: string | null;
  readonly name: string;
  /** A blocked item is known but may not be sold: its lines get an ITEM hold. */
  readonly status: "active" | "blocked";
  /** Decimal digits of a base unit that are counted: 0 for pieces, 3 for grams of a kilogram. */
  readonly quantityScale: number;
  readonly baseUnit: string;
  readonly units: readonly Unit[];
  readonly handlingClass: string;
  readonly weightGrams: number | null;
  readonly dimensionsMm: readonly number[] | null;
  /** Whether an order may wait for stock that is not there yet. */
  readonly backorder: boolean;
  readonly waiting: WaitingPolicy;
  /** Kept back at every node, in counted units. */
  readonly safetyStock: number;
  /** Kept back at every node, as a share of what is on hand; the larger of the two counts. */
  readonly safetyPercent: number;
  /** What a kit consists of, in counted units of each component; null for goods that are stocked themselves. */
  readonly components: readonly Component[] | null;
  /** Whether the components of one kit have to leave in one shipment. */
  readonly shipTogether: boolean;
  /** Digits of the customs tariff, from those of the Harmonized System on; null where nobody has said. */
  readonly hsCode: string | null;
  /** ISO 3166-1 alpha-2 of the country that customs take them to be from; null where nobody has said. */
  readonly originCountry: string | null;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Goods that are put together from others when they are ordered: they have no stock of their own. */
export const isKitItem = ({ components }: Pick<Item, "components">): boolean => components !== null && components.length > 0;

export type NodeKind = "dc" | "store" | "supplier" | "3pl" | "virtual";

export interface Node {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly kind: NodeKind;
  readonly status: "online" | "offline";
  /** Smaller is preferred where everything else is equal. */
  readonly priority: number;
  readonly address: Readonly<Record<string, string>>;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly timeZone: string;
  /** Local time HH:MM after which a release is planned for the next day. */
  readonly cutOff: string | null;
  /** Handling classes the node may hold; null where it takes every class. */
  readonly itemClasses: readonly string[] | null;
  readonly operations: NodeOperations;
}

/** Whether goods can leave from here now: a virtual node (in transit, consignment, showroom) only holds stock on paper. */
export const canShip = (node: Pick<Node, "status" | "kind">): boolean => node.status === "online" && node.kind !== "virtual";

/** Whether a node takes no new orders at a time: until somebody opens it, or for a while. */
export const isClosed = ({ status, operations: { pausedUntil } }: Pick<Node, "status" | "operations">, at: Instant): boolean => status === "offline" || (pausedUntil !== null && pausedUntil > at);

/** What steers routing, per channel. Costs are micro-units (10^-6) of the channel's currency. */
export interface RoutingPolicy {
  readonly distanceCostPerKmMicros: number;
  readonly splitCostMicros: number;
  readonly maximumDistanceKm: number | null;
  /** How often a line is re-sourced before a person has to look. */
  readonly attemptLimit: number;
  readonly coolDownMinutes: number;
  /** How long a node may leave a released shipment unaccepted; null for ever. */
  readonly acceptWithinMinutes: number | null;
  /** How long stock is kept for an order whose payment, fraud, credit or approval hold stays open. */
  readonly holdKeepsStockMinutes: number;
  /** Who pays duty where the carrier's service does not say it: the seller (DDP) or the customer (DAP). */
  readonly incoterm: "DDP" | "DAP";
}

export const DEFAULT_ROUTING_POLICY: RoutingPolicy = {
  distanceCostPerKmMicros: 10_000,
  splitCostMicros: 5_000_000,
  maximumDistanceKm: null,
  attemptLimit: 3,
  coolDownMinutes: 24 * 60,
  acceptWithinMinutes: null,
  holdKeepsStockMinutes: 72 * 60,
  incoterm: "DAP",
};

/** What holds for a channel's orders while they wait for stock. */
export interface BackorderPolicy {
  /** Who is served first: the older order, or the one whose attribute `priority` is the smaller. */
  readonly release: "first_come" | "priority";
  /** Days after which units that still wait are cancelled; null for never. */
  readonly cancelAfterDays: number | null;
}

export const DEFAULT_BACKORDERS: BackorderPolicy = { release: "first_come", cancelAfterDays: null };

export interface Channel {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly kind: string;
  readonly currency: string;
  /** Codes of the nodes that may serve it; null for all. */
  readonly nodePool: readonly string[] | null;
  /** Units held back from what is published to it, per item. */
  readonly buffer: number;
  /** What happens to a line that nothing can fill: wait, ask a person, or refuse the order. */
  readonly whenUnavailable: "backorder" | "exception" | "refuse";
  readonly autoRelease: boolean;
  /** How its prices are compared with price lists; null where they are not. */
  readonly priceCheck: PriceCheck | null;
  readonly routing: RoutingPolicy;
  /** Code of the strategy that says how its orders are routed; null for its own policy. */
  readonly strategy: string | null;
  readonly checks: ChannelChecks;
  readonly backorders: BackorderPolicy;
  readonly deadlines: DeadlinePolicy;
  /** Null where nobody ever closed it. */
  readonly gate?: ChannelGate | null;
}
