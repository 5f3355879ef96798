import type { Place } from "./access.ts";
import type { AuditQueries } from "./audit.ts";
import type { DeadlineQueries, OrderWatchView } from "./deadline-views.ts";
import type { DeskQueries } from "./desk.ts";
import type { CustomerQueries } from "./customers.ts";
import type { DeskFigures, OrderDeskQueries } from "./order-desk-views.ts";
import type { OrderFilter } from "./order-filter.ts";
import type { PossibleAction } from "./possible-actions.ts";
import type { ListPrice } from "../domain/catalog/index.ts";
import type { By } from "../domain/kernel/index.ts";
import type { CapacityRow } from "../domain/inventory/index.ts";
import type { ChannelView } from "./channel-view.ts";
import type { MorningQueries } from "./morning-list.ts";
import type { SearchMatch } from "../domain/order/index.ts";
import type { SpokenDecision } from "../domain/routing/index.ts";
import type { AvailabilityFacts } from "./availability.ts";
import type { PriceLookup } from "./ports.ts";
import type { SearchProgress } from "./search.ts";
import type { SupplyQueries } from "./supply-views.ts";
import type { NodeView } from "./node-view.ts";
import type { ReportQueries } from "./reports.ts";
import type { ShippingQueries } from "./shipping-queries.ts";

export type { ChannelView } from "./channel-view.ts";
export { ANY_ORDER, type OrderFilter, type OrderSort, sortOf } from "./order-filter.ts";
export type { NodeOperationsView, NodeView } from "./node-view.ts";

/**
 * What can be read. Names and shapes are those of the API and the screen: snake_case, public ids, instants as ISO text in
 * UTC, quantities as integers of counted units (10^-quantity_scale of the item's base unit), money in minor units.
 * Every method takes the tenant first; what belongs to another tenant is absent, like what never existed.
 */
export interface Queries extends AuditQueries, CustomerQueries, DeadlineQueries, DeskQueries, OrderDeskQueries, ReportQueries, ShippingQueries, SupplyQueries, MorningQueries {
  listOrders(tenantId: number, filter: OrderFilter): Promise<Page<OrderSummary>>;
  /** Ids of a page of the list. */
  listOrderIds(tenantId: number, filter: OrderFilter): Promise<Page<string>>;
  /** Orders that pass the filter, counted up to its limit, and as far as looking at each takes no long time. */
  countOrders(tenantId: number, filter: OrderFilter): Promise<OrderCount>;
  /** How far searching is behind the log. */
  searchProgress(tenantId: number): Promise<SearchProgress>;
  /** Whether one of these nodes sends something of the order, or something of it is sent there. */
  isAtPlaces(tenantId: number, orderId: string, places: readonly Place[]): Promise<boolean>;
  /** Which of these orders, by their public ids, one of these nodes sends something of or gets something of. */
  ordersAtPlaces(tenantId: number, orders: readonly string[], places: readonly Place[]): Promise<readonly string[]>;
  /** Which orders, of those that these events are about, left one of the places by them. */
  ordersThatLeft(tenantId: number, events: readonly { readonly id: string; readonly order: string }[], places: readonly Place[]): Promise<readonly string[]>;
  findOrder(tenantId: number, orderId: string, personal: boolean): Promise<OrderView | null>;
  /** Several orders, in the order of their ids; what is not there is left out. */
  findOrders(tenantId: number, orderIds: readonly string[], personal: boolean): Promise<readonly OrderView[]>;
  /** Null where there is no such order; so too for decisions. */
  timeline(tenantId: number, orderId: string, after: number, limit: number): Promise<Page<EventView> | null>;
  routingDecisions(tenantId: number, orderId: string): Promise<readonly DecisionView[] | null>;
  findShipment(tenantId: number, orderId: string, shipmentNo: number): Promise<ShipmentView | null>;
  listShipments(tenantId: number, filter: ShipmentFilter): Promise<Page<ShipmentView>>;
  listItems(tenantId: number, filter: ItemFilter, now: number): Promise<Page<ItemView>>;
  listNodes(tenantId: number, filter: NodeFilter, now: number): Promise<Page<NodeView>>;
  /** What is claimed of a node's days from one to another (YYYY-MM-DD, both included): a row for the day and one for each of its hours. */
  capacityTaken(tenantId: number, node: string, from: string, to: string): Promise<readonly CapacityRow[]>;
  listChannels(tenantId: number, filter: CodeFilter, now: number): Promise<Page<ChannelView>>;
  listPriceLists(tenantId: number, filter: CodeFilter): Promise<Page<PriceListView>>;
  /** Prices of one list by item, unit, minimum quantity and beginning. */
  listPrices(tenantId: number, priceList: string, filter: PriceFilter): Promise<Page<PriceView>>;
  /** The prices that are valid at the look-up's time in lists that serve it. */
  findPrices(tenantId: number, lookup: PriceLookup): Promise<readonly ListPrice[]>;
  listStock(tenantId: number, filter: StockFilter): Promise<Page<StockView>>;
  listStockMovements(tenantId: number, filter: StockFilter): Promise<Page<StockMovementView>>;
  findClaim(tenantId: number, claimId: string): Promise<ClaimView | null>;
  /** Everything availability is computed from, for any number of SKUs, in a constant number of queries; with what comes later, up to `until`. */
  availabilityFacts(tenantId: number, request: { readonly skus: readonly string[]; readonly at: number; readonly now: number; readonly channel: string | null; readonly until?: number }): Promise<AvailabilityFacts>;
  listExceptions(tenantId: number, filter: ExceptionFilter): Promise<Page<ExceptionView>>;
  /** Events after a position, oldest first. Positions are dense: the last one read is the next `after`. */
  listEvents(tenantId: number, after: number, limit: number): Promise<Page<EventView>>;
  /** The position of the newest event, 0 before the first. */
  lastPosition(tenantId: number): Promise<number>;
}

/** A part of a list. `next` is the key of its last row: the same filter with it as `after` goes on from there; null at the end. */
export interface Page<T> {
  readonly rows: readonly T[];
  readonly next: readonly string[] | null;
}

interface Paged {
  readonly after: readonly string[] | null;
  readonly limit: number;
}

export interface OrderCount { readonly value: number; readonly exact: boolean }

/** Limits a list to what is at these nodes, whatever else it is filtered by; null limits nothing. */
interface Limited {
  readonly places: readonly Place[] | null;
}

export interface ShipmentFilter extends Paged, Limited {
  readonly node: string | null;
  readonly status: string | null;
}

/** `code`: only this code or SKU. */
export interface CodeFilter extends Paged { readonly code: string | null }
export interface ItemFilter extends CodeFilter {
  /** Each of its words has to begin the SKU, or a word of it or of the name; a GTIN or an item's id is found too. */
  readonly search?: string | null;
}

export interface PriceFilter extends Paged {
  readonly sku: string | null;
  /** Only prices that are valid then. */
  readonly at: number | null;
}

export interface PlaceFilter extends Paged {
  readonly sku: string | null;
  readonly node: string | null;
}

export interface StockFilter extends PlaceFilter, Limited {}

export interface NodeFilter extends CodeFilter, Partial<Limited> {}

export interface ExceptionFilter extends Paged {
  readonly kind: string | null;
  readonly orderId: string | null;
}

export interface OrderSummary extends DeskFigures {
  readonly id: string;
  readonly number: number;
  readonly channel: string;
  readonly external_id: string;
  readonly status: string;
  readonly currency: string;
  readonly total_minor: number;
  readonly placed_at: string;
  readonly captured_at: string;
  readonly commercial_version: number;
  readonly payment_state: string;
  readonly line_count: number;
  readonly units: OrderUnits;
  readonly nodes: readonly string[];
  readonly open_holds: readonly string[];
  /** Where it was searched for: what of the order matched, and where in that text. */
  readonly matches?: readonly SearchMatch[] | undefined;
}

/**
 * How far an order is: sums over its lines, counted in 10^-quantity_scale of their base units, the finest scale among them.
 * Exact up to 2^53.
 */
export interface OrderUnits {
  readonly ordered: number;
  readonly cancelled: number;
  /** Shipped or handed over, whatever the carrier said of them afterwards. */
  readonly shipped: number;
  readonly quantity_scale: number;
}

export interface OrderView extends Omit<OrderSummary, "line_count" | "units" | "nodes" | "open_holds" | "matches"> {
  /** What can be done to it as it is, and why the rest cannot. */
  readonly actions: readonly PossibleAction[];
  readonly money: {
    readonly merchandise_minor: number;
    readonly shipping_minor: number;
    readonly discount_minor: number;
    readonly tax_minor: number;
    readonly tax_included: boolean;
    readonly other_minor: number;
    readonly total_minor: number;
    readonly payments: readonly { readonly tender: string; readonly amount_minor: number; readonly reference: string | null }[];
  };
  /** The class of customers whose prices hold for it, the service it asks for, and until when it should be there and on its way; null where it does not say. */
  /** What its customer was promised with a claim, and when everything is expected by what is known now. */
  readonly promise: { readonly option: string; readonly arrives_at: string | null; readonly expected_at: string | null } | null;
  /** How its dates stand; null where none is to be kept. */
  readonly watch: OrderWatchView | null;
  readonly customer_class: string | null; readonly service_level: string | null; readonly deliver_by: string | null; readonly ship_by: string | null; readonly pickup_node: string | null;
  /** Its place in a slot of a store that counts them. */
  readonly pickup_slot: { readonly starts_at: string; readonly ends_at: string } | null;
  readonly attributes: Readonly<Record<string, string>>;
  /** Where its coordinates come from and how near the door they are; null where it has none or was erased. */
  readonly geocode: { readonly source: string; readonly precision: string } | null;
  /** What speaks for fraud; null where its channel does not ask. */
  readonly risk: { readonly score: number; readonly reasons: readonly { readonly rule: string; readonly points: number; readonly reason: string }[] } | null;
  readonly lines: readonly OrderLineView[];
  readonly holds: readonly HoldView[];
  readonly shipments: readonly ShipmentView[];
  /** Null where the caller may not see it or it was erased. */
  readonly contact: Readonly<Record<string, unknown>> | null;
}

export interface OrderLineView {
  readonly line: number;
  readonly sku: string;
  /** Null while nobody has said which item the goods are. */
  readonly item: string | null;
  readonly name: string | null;
  /** What the channel calls the goods, and what the buyer chose or wrote for them. */
  readonly variant: string | null;
  readonly properties: readonly { readonly name: string; readonly value: string }[];
  readonly quantity: string;
  readonly unit: string | null;
  readonly quantity_scale: number;
  readonly unit_price: string;
  /** What a price list said one ordered unit costs; null where none did or nobody asked. */
  readonly list_price: { readonly price_list: string; readonly unit_price: string } | null;
  readonly discount_minor: number;
  readonly tax_minor: number;
  readonly total_minor: number;
  readonly external_id: string | null;
  readonly node: string | null;
  /** When the last of its waiting units is due; null where none waits, or somebody waits without a date. */
  readonly expected_at: string | null;
  /** The line of the kit whose component this is. */
  readonly parent_line: number | null;
  /** On the line of a kit, which has no units of its own. */
  readonly kit: { readonly quantity: number; readonly ship_together: boolean } | null;
  readonly ordered: number;
  /** Units per stage; every ordered unit is in exactly one of them. */
  readonly buckets: Readonly<Record<string, number>>;
  /** What the carrier said of shipped units. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly attempts: number;
}

export interface HoldView {
  readonly hold_no: number;
  readonly kind: string;
  readonly scope: string;
  readonly line: number | null;
  readonly shipment: string | null;
  readonly reason: string;
  readonly owner: string | null;
  readonly placed_at: string;
  readonly due_at: string | null;
  readonly released_at: string | null;
  readonly released_by: string | null;
  readonly release_reason: string | null;
}

export interface ShipmentView {
  readonly id: string;
  readonly order: string;
  /** Who sends, and the store that the goods go to, where the customer collects them. */
  readonly node: string | null; readonly to_store: string | null;
  readonly status: string;
  readonly state_since: string;
  readonly planned_ship_date: string | null;
  /** The service that routing chose, and the local day on which it arrives; null where no rule asked for one. */
  readonly planned_carrier: string | null; readonly planned_service: string | null;
  readonly expected_arrival_date: string | null;
  readonly time_zone: string;
  readonly cancel_requested: boolean;
  /** Where it goes in one parcel with shipments of other orders: all of them; costs in micro-units, as estimated at its release. */
  readonly parcel?: { readonly id: string; readonly shipments: readonly string[]; readonly label_micros: number; readonly saving_micros: number } | undefined;
  readonly lines: readonly ({ readonly line: number; readonly sku: string } & Readonly<Record<string, number | string>>)[];
  readonly packages: readonly PackageView[];
  readonly cancel_lines: readonly { readonly line: number; readonly quantity: number }[];
}

export interface PackageView {
  readonly package_no: number;
  readonly lines: readonly { readonly line: number; readonly quantity: number }[];
  readonly weight_grams: number | null;
  readonly carrier: string | null;
  readonly service: string | null;
  readonly tracking_number: string | null;
}

export interface EventView {
  readonly position: number;
  readonly id: string;
  readonly type: string;
  readonly order: string | null;
  readonly actor: string;
  /** The name of the key that acted, where the actor is one. */
  readonly actor_name: string | null;
  readonly reason: string | null;
  readonly occurred_at: string;
  readonly recorded_at: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface DecisionView extends SpokenDecision {
  readonly decision_no: number;
  readonly decided_at: string;
  readonly trigger: string;
  readonly reason: string;
}

export interface ItemView {
  readonly id: string;
  readonly sku: string;
  readonly gtin: string | null;
  readonly name: string;
  readonly status: string;
  readonly quantity_scale: number;
  readonly base_unit: string;
  readonly units: readonly { readonly name: string; readonly factor: number }[];
  readonly handling_class: string;
  readonly weight_grams: number | null;
  readonly dimensions_mm: readonly number[] | null;
  readonly backorder: boolean;
  readonly safety_stock: number;
  /** Units that may wait beyond what is on its way; null for any number. */
  readonly backorder_limit: number | null;
  readonly launch_at: string | null;
  readonly preorder_limit: number | null;
  readonly safety_percent: number;
  readonly components: readonly { readonly sku: string; readonly quantity: number }[] | null;
  readonly ship_together: boolean; readonly hs_code: string | null; readonly country_of_origin: string | null;
  readonly attributes: Readonly<Record<string, string>>;
  readonly valid_from: string;
}

export interface PriceListView {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly currency: string;
  readonly tax_included: boolean;
  /** Null for all. */
  readonly channels: readonly string[] | null;
  /** Null for everybody. */
  readonly customer_class: string | null;
}

export interface PriceView {
  readonly sku: string;
  /** Null for the base unit. */
  readonly unit: string | null;
  /** In that unit. */
  readonly minimum_quantity: string;
  readonly unit_price: string;
  readonly valid_from: string;
  readonly valid_to: string | null;
}

export interface StockView {
  readonly sku: string;
  readonly node: string;
  readonly owner: string;
  readonly condition: string;
  readonly on_hand: number;
  readonly reserved: number;
  readonly soft: number;
  readonly short: number;
  /** Units are counted in 10^-quantity_scale of the item's base unit. */
  readonly quantity_scale: number;
}

export interface StockMovementView {
  readonly event: string;
  readonly sku: string;
  readonly node: string;
  readonly owner: string;
  readonly condition: string;
  readonly kind: string;
  readonly on_hand: number;
  readonly unit_cost_micros: number | null;
  readonly cause_kind: string;
  readonly cause: string;
  readonly reason: string | null;
  readonly occurred_at: string;
}

export interface ClaimView {
  readonly id: string;
  readonly status: string;
  readonly reference: string | null;
  readonly created_at: string;
  readonly expires_at: string;
  readonly lines: readonly { readonly sku: string; readonly node: string | null; readonly quantity: number }[];
}

export interface ExceptionView {
  readonly id: string;
  readonly kind: string;
  readonly order: string | null;
  readonly order_number: number | null;
  readonly line: number | null;
  readonly shipment: string | null;
  readonly sku: string | null;
  readonly node: string | null;
  readonly reason: string;
  readonly opened_at: string;
  readonly resolved_at: string | null;
}

/** Settling an exception by hand: not a decision about stock or orders, so it needs no flow. */
export interface Exceptions {
  /** False where there is no such exception; settling one again changes nothing. */
  resolve(tenantId: number, exceptionId: string, by: By & { readonly reason: string; readonly now: number }): Promise<boolean>;
}
