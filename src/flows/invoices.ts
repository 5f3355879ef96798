import type { Page } from "./queries.ts";

/** What can be read of invoices; names and shapes as in queries.ts. */
export interface Invoices {
  /** Latest issued first. */
  list(tenantId: number, filter: InvoiceFilter): Promise<Page<InvoiceSummary>>;
  find(tenantId: number, invoiceId: string): Promise<InvoiceView | null>;
  /** In the order in which they were issued; null where there is no such order. */
  ofOrder(tenantId: number, orderId: string): Promise<readonly InvoiceView[] | null>;
  /** What a rendered invoice shows; `personal` is whether the reader may see whom it is for. */
  document(tenantId: number, invoiceId: string, personal: boolean): Promise<InvoiceDocument | null>;
  /** Who sells now: the seller of every channel first, then those of single channels by their code. */
  sellers(tenantId: number): Promise<readonly SellerView[]>;
}

/** Ranges of the instant of issue include their start and not their end. Null means any. */
export interface InvoiceFilter {
  readonly orderId: string | null;
  readonly channel: string | null;
  readonly issuedFrom: number | null;
  readonly issuedTo: number | null;
  readonly after: readonly string[] | null;
  readonly limit: number;
}

export interface InvoiceSummary {
  readonly id: string;
  readonly number: string;
  readonly order: string;
  readonly order_number: number;
  readonly shipment: string;
  readonly channel: string;
  readonly currency: string;
  readonly tax_included: boolean;
  /** Price of the goods less the lines' own discounts. */
  readonly goods_minor: number;
  readonly discount_minor: number;
  readonly shipping_minor: number;
  readonly shipping_discount_minor: number;
  readonly shipping_tax_minor: number;
  readonly other_minor: number;
  readonly adjustment_minor: number;
  readonly tax_minor: number;
  readonly total_minor: number;
  readonly issued_at: string;
  readonly supplied_at: string;
}

export interface InvoiceView extends InvoiceSummary {
  readonly lines: readonly InvoiceLineView[];
}

export interface InvoiceLineView {
  readonly line: number;
  readonly sku: string;
  readonly name: string;
  /** Counted units, 10^-quantity_scale of base_unit. */
  readonly quantity: number;
  readonly quantity_scale: number;
  readonly base_unit: string;
  /** Price of one ordered unit: of `unit`, or of the base unit where that is null. A component of a kit has none; it bears a part of the kit's. */
  readonly unit_price: string | null;
  /** SKU of the kit that this is a component of. */
  readonly kit: string | null;
  readonly unit: string | null;
  readonly total_minor: number;
  readonly discount_minor: number;
  readonly order_discount_minor: number;
  readonly tax_minor: number;
}

export interface InvoiceDocument {
  readonly invoice: InvoiceView;
  readonly external_id: string;
  /** IANA zone of the node that shipped: its calendar dates the invoice. */
  readonly time_zone: string;
  readonly seller: { readonly name: string; readonly address: readonly string[]; readonly tax_id: string | null; readonly footer: string | null };
  /** What is known of the people of the order. */
  readonly buyer: { readonly state: "shown"; readonly contact: Readonly<Record<string, unknown>> } | { readonly state: "hidden" | "erased" };
}

export interface SellerView {
  /** Null for every channel that has none of its own. */
  readonly channel: string | null;
  readonly name: string;
  readonly address: readonly string[];
  readonly tax_id: string | null;
  readonly footer: string | null;
  readonly number_prefix: string;
  readonly valid_from: string;
}
