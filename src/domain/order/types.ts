import type { Instant } from "../kernel/index.ts";
import type { ShipSlot } from "../inventory/index.ts";
import type { Destination } from "./address/index.ts";
import type { Risk } from "./risk.ts";

/** Where a unit of a line is. Every unit is in exactly one of these; the names are the database's columns. */
export const BUCKETS = ["pending", "backordered", "preordered", "reserved", "released", "picked", "packed", "shipped", "handed_over", "cancelled"] as const;
export type Bucket = (typeof BUCKETS)[number];

/** What the carrier said of shipped units; a unit here stays in the shipped bucket. */
export const CARRIER_OUTCOMES = ["delivered", "lost", "returned_to_sender"] as const;
export type CarrierOutcome = (typeof CARRIER_OUTCOMES)[number];

/** Buckets in which a unit has a hard claim on its node's stock. */
export const CLAIMING: ReadonlySet<string> = new Set(["reserved", "released", "picked", "packed"]);
/** Buckets whose units count in their node's capacity: what left was that day's work. */
export const WORKED: ReadonlySet<string> = new Set([...CLAIMING, "shipped", "handed_over"]);
/** Stages that exist per shipment. */
export const SHIPMENT_STAGES = ["reserved", "released", "picked", "packed", "shipped", "handed_over", ...CARRIER_OUTCOMES] as const;
export type ShipmentStage = (typeof SHIPMENT_STAGES)[number];

export type HoldKind =
  | "ITEM" | "ADDRESS" | "PAYMENT" | "FRAUD" | "CREDIT" | "APPROVAL" | "PRICING" | "TAX" | "CHANNEL_CHANGE" | "CHANNEL_PAUSED" | "CUSTOMER" | "MANUAL";

export interface Hold {
  readonly holdNo: number;
  readonly kind: HoldKind;
  readonly scope: "order" | "line" | "shipment";
  readonly lineNo: number | null;
  readonly shipmentNo: number | null;
  readonly reason: string;
  readonly owner: string | null;
  readonly placedAt: Instant;
  readonly dueAt: Instant | null;
  releasedAt: Instant | null;
  releasedBy: string | null;
  releaseReason: string | null;
}

/** What is only read whole: as the customer ordered it. */
export interface LineDocument {
  readonly sku: string;
  readonly quantity: string;
  readonly unit: string | null;
  readonly unit_factor: number;
  readonly unit_price: string;
  readonly discount_minor: number;
  readonly tax_minor: number;
  readonly total_minor: number;
  readonly external_id: string | null;
  /** A node the caller chose for this line; routing may use no other. */
  readonly node: string | null;
  /** What the channel calls the goods, and what the buyer chose or wrote for them. */
  readonly variant_id?: string;
  readonly title?: string;
  /** What a price list says one ordered unit costs, null where none says anything; absent where nobody asked. */
  readonly list_price?: { readonly price_list: string; readonly unit_price: string } | null;
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
  /** On the line of a kit: how many kits (counted) were ordered. Its units stand in the lines of its components. */
  readonly kit?: { readonly quantity: number; readonly ship_together: boolean };
  /** On the line of a component: its counted units in one kit. */
  readonly per_kit?: number;
}

/** The item of a line whose goods nobody has identified yet: it waits with an ITEM hold, and no stock knows of it. */
export const NO_ITEM = "00000000-0000-0000-0000-000000000000";

export interface OrderLine {
  readonly lineNo: number;
  itemId: string;
  /** The kit's line, where this is a component of a kit. */
  parentLineNo: number | null;
  /** Zero on the line of a kit. */
  ordered: number;
  /** Units per bucket, and per carrier outcome beside them. */
  readonly units: Record<Bucket | CarrierOutcome, number>;
  attempts: number;
  document: LineDocument;
}

export const SHIPMENT_STATUSES = [
  "PLANNED", "RELEASED", "ACCEPTED", "PICKED", "PACKED", "SHIPPED", "AT_STORE", "HANDED_OVER", "DELIVERED", "LOST", "RETURNED_TO_SENDER", "CANCELLED",
] as const;
export type ShipmentStatus = (typeof SHIPMENT_STATUSES)[number];

export interface ShipmentPackage {
  readonly package_no: number;
  readonly lines: readonly { readonly line_no: number; readonly quantity: number }[];
  readonly weight_grams: number | null;
  readonly carrier: string | null;
  readonly service: string | null;
  readonly tracking_number: string | null;
}

export interface ShipmentDocument {
  /** A person chose its node: nothing is decided anew that would undo it. */
  readonly by_hand?: true;
  /** Shipments of several orders, this one among them, that go in one parcel; what its label costs, and saves, as was estimated when their node was told. */
  readonly parcel?: { readonly id: string; readonly shipments: readonly string[]; readonly label_micros: number; readonly saving_micros: number };
  /** The service that the decision chose, and when it arrives: the local day, and its end, or that of the slot from which on it can be collected (absent in plans of versions that kept the day alone); absent where no rule asked for one. */
  readonly plan?: { readonly carrier: string; readonly service: string; readonly arrival_date: string; readonly arrives_at?: Instant };
  /** Code of the store that the goods are sent to, where the customer collects them; absent where they go to the customer, or are handed out by the node itself. */
  readonly to_store?: string;
  /** All its units were taken from its node again, to go another way or to wait for one: nothing of the order is there by it. */
  readonly left?: true;
  readonly packages: readonly ShipmentPackage[];
  readonly cancel_lines: readonly { readonly line_no: number; readonly quantity: number }[];
  /** Who wants those cancelled, where it is the seller. */
  readonly cancel_by?: "seller";
}

/** What a shipment has of its node's capacity: one order on that day (and hour), and these units. */
export interface CapacityClaim extends ShipSlot {
  readonly units: number;
}

/** One order's place in a slot of a store: its local date, the minutes from that day's beginning to the slot's, and when it begins and ends. */
export interface PickupPlace {
  readonly node_id: string;
  readonly date: string;
  readonly minute: number;
  readonly starts_at: Instant;
  readonly ends_at: Instant;
}

/** A node's share of an order. PLANNED: its units are reserved; from RELEASED on the node has been told. */
export interface Shipment {
  readonly shipmentNo: number;
  readonly nodeId: string;
  readonly timeZone: string;
  status: ShipmentStatus;
  stateSince: Instant;
  /** Node-local day, YYYY-MM-DD; null only for shipments planned by versions that set it at release. */
  plannedShipDate: string | null;
  /** Null where its node had no limits when it was planned, and where nothing is left of it. */
  capacity: CapacityClaim | null;
  cancelRequested: boolean;
  document: ShipmentDocument;
  readonly lines: Map<number, Record<ShipmentStage, number>>;
}

export interface ExcludedNode {
  readonly lineNo: number;
  readonly nodeId: string;
  readonly until: Instant;
  readonly reason: string;
}

/** What an order keeps of the request, read whole: money as ordered, payments as told, free attributes. */
export interface OrderDocument {
  readonly shipping_minor: number;
  readonly discount_minor: number;
  readonly tax_minor: number;
  readonly tax_included: boolean;
  readonly other_minor: number;
  readonly merchandise_minor: number;
  readonly payment_state: string;
  readonly payments: readonly { readonly tender: string; readonly amount_minor: number; readonly reference: string | null }[];
  readonly attributes: Readonly<Record<string, string>>;
  /** The class of customers whose prices hold for it. */
  readonly customer_class?: string;
  /** The service it asks for: "standard", "express" or the operator's own word. */
  readonly service_level?: string;
  /** When the customer, and the channel, want it there and on its way at the latest. */
  readonly deliver_by?: Instant;
  /** Code of the node where its customer collects it; absent where it is sent, or nobody has said. */
  readonly pickup_node?: string;
  readonly ship_by?: Instant;
  /** The place it has in a slot of the store where it is collected, which counts them; absent where none does, and while nothing of it is on its way there. */
  readonly pickup_slot?: PickupPlace;
  /** What its customer was promised: which option, when the last part was to be there, and when each of its lines is expected now; null where nobody can say. */
  readonly promise?: { readonly option: string; readonly arrives_at: Instant | null; readonly arrivals: Readonly<Record<string, Instant | null>> };
  /** Where a channel tells of it: how many of each of its lines the channel had when ours last agreed with it, in its units. */
  readonly channel_lines?: Readonly<Record<string, number>>;
  /** What speaks for fraud, where the channel asks for it. */
  readonly risk?: Risk;
  /** How often it was decided anew by itself because that saved something, and when last. */
  readonly re_evaluated?: { readonly times: number; readonly at: Instant };
  /** The channel cancelled it; should the channel revive it, its goods are wanted again. */
  readonly channel_cancelled?: boolean;
  /** What the channel held of it when it last told, by its part, and the version of that state. */
  readonly channel_holds?: { readonly version: number; readonly held: Readonly<Record<string, { readonly reason: string; readonly lines: readonly string[] }>> };
}

export interface Order {
  readonly id: string;
  readonly number: number;
  readonly channelId: string;
  readonly externalId: string;
  readonly sourceHash: string;
  readonly currency: string;
  totalMinor: number;
  readonly placedAt: Instant;
  readonly capturedAt: Instant;
  status: OrderStatus;
  commercialVersion: number;
  /** Version of the channel's state that it shows; null where no channel message brought it. */
  sourceVersion: number | null;
  document: OrderDocument;
  /** Where it goes; null where nobody has said or the address was erased. */
  destination: Destination | null;
  readonly lines: OrderLine[];
  readonly holds: Hold[];
  readonly shipments: Shipment[];
  readonly excluded: ExcludedNode[];
  decisions: number;
}

export const ORDER_STATUSES = [
  "PENDING", "ON_HOLD", "BACKORDERED", "PROCESSING", "PARTIALLY_SHIPPED", "SHIPPED", "COMPLETED", "PARTIALLY_CANCELLED", "CANCELLED",
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];
