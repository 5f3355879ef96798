import type { Page, PlaceFilter } from "./queries.ts";

/** What is read of goods that are on their way. */
export interface SupplyQueries {
  listSupplies(tenantId: number, filter: PlaceFilter & { readonly open: boolean }): Promise<Page<SupplyView>>;
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
