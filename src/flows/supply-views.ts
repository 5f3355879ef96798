import type { SupplyOrderStatus } from "../domain/inventory/index.ts";
import type { Place } from "./access.ts";
import type { EventView, Page, PlaceFilter } from "./queries.ts";

/** What is read of goods that are on their way. */
export interface SupplyQueries {
  listSupplies(tenantId: number, filter: PlaceFilter & { readonly open: boolean }): Promise<Page<SupplyView>>;
  /** Documents with their lines, in the order that the filter names. */
  listSupplyOrders(tenantId: number, filter: SupplyOrderFilter): Promise<Page<SupplyOrderView>>;
  /** Order lines that count on a document's goods, by supply and order. */
  listSupplyClaims(tenantId: number, filter: { readonly id: string; readonly after: readonly string[] | null; readonly limit: number }): Promise<Page<SupplyClaimView>>;
  /** What became of a document and its lines, latest first, so many at most. */
  supplyHistory(tenantId: number, document: SupplyOrderView, limit: number): Promise<readonly EventView[]>;
  /** Items at nodes that owe units, by item and node, each with the orders that count on what is not there. */
  listShortages(tenantId: number, filter: { readonly places: readonly Place[] | null; readonly node: string | null; readonly after: readonly string[] | null; readonly limit: number }): Promise<Page<ShortageView>>;
  /** Numbers of orders by id; what is not there is left out. */
  orderNumbers(tenantId: number, orderIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
}

export interface SupplyOrderFilter {
  readonly id: string | null;
  readonly kind: string | null;
  readonly reference: string | null;
  /** Only those of which something is still to come. */
  readonly open: boolean;
  /** Where the goods are to arrive. */
  readonly node: string | null;
  /** Only what comes to or leaves one of these nodes; null for all. */
  readonly places: readonly Place[] | null;
  /** The latest first, or what is due first first: what is late leads. */
  readonly sort: "newest" | "due";
  readonly after: readonly string[] | null;
  readonly limit: number;
}

export interface SupplyOrderView {
  readonly id: string;
  readonly kind: string;
  readonly reference: string;
  readonly node: string;
  readonly from_node: string | null;
  readonly supplier: string | null;
  readonly status: SupplyOrderStatus;
  readonly created_at: string;
  /** When the goods of a transfer left their source. */
  readonly shipped_at: string | null;
  /** When the first of what is still to come is due; null where nothing is. */
  readonly due_at: string | null;
  readonly lines: readonly SupplyView[];
}

export interface SupplyClaimView {
  readonly supply: string;
  readonly sku: string;
  readonly order: string;
  readonly order_number: number;
  readonly line: number;
  readonly quantity: number;
  readonly quantity_scale: number;
  readonly due_at: string;
}

export interface ShortageView {
  readonly sku: string;
  readonly name: string;
  readonly node: string;
  readonly base_unit: string;
  readonly quantity_scale: number;
  readonly on_hand: number;
  readonly reserved: number;
  /** Units that are claimed and not there. */
  readonly short: number;
  /** Shipments that claim the item there, those released first first; 50 at most. */
  readonly orders: readonly { readonly order: string; readonly order_number: number; readonly shipment: string; readonly status: string; readonly quantity: number }[];
}

export interface SupplyView {
  readonly id: string;
  readonly kind: string;
  readonly reference: string;
  readonly sku: string;
  readonly name: string;
  readonly gtin: string | null;
  readonly base_unit: string;
  readonly quantity_scale: number;
  readonly node: string;
  readonly due_at: string;
  readonly confidence: number;
  readonly quantity: number;
  /** All that arrived, the damaged units among them. */
  readonly received: number;
  readonly damaged: number;
  /** Units that waiting order lines count on. */
  readonly claimed: number;
  readonly supply_order: string | null;
  readonly closed_at: string | null;
}
