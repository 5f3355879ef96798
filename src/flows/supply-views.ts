import type { SupplyOrderStatus } from "../domain/inventory/index.ts";
import type { Page, PlaceFilter } from "./queries.ts";

/** What is read of goods that are on their way. */
export interface SupplyQueries {
  listSupplies(tenantId: number, filter: PlaceFilter & { readonly open: boolean }): Promise<Page<SupplyView>>;
  /** Documents with their lines, newest first. */
  listSupplyOrders(tenantId: number, filter: SupplyOrderFilter): Promise<Page<SupplyOrderView>>;
}

export interface SupplyOrderFilter {
  readonly id: string | null;
  readonly kind: string | null;
  readonly reference: string | null;
  /** Only those of which something is still to come. */
  readonly open: boolean;
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
  readonly lines: readonly SupplyView[];
}

export interface SupplyView {
  readonly id: string;
  readonly kind: string;
  readonly reference: string;
  readonly sku: string;
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
