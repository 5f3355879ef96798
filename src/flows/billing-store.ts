import type { InvoicedBefore, InvoiceFigures } from "../domain/billing/index.ts";
import type { ChannelStore, ChannelTransaction } from "./channel-store.ts";

/** An invoice as it is kept. Its number is unique within its series, and a series has no gaps. */
export interface Invoice {
  readonly id: string;
  readonly orderId: string;
  readonly shipmentNo: number;
  readonly channelId: string;
  readonly series: string;
  readonly number: number;
  readonly currency: string;
  readonly issuedAt: number;
  /** When the goods left. */
  readonly suppliedAt: number;
  readonly figures: InvoiceFigures;
}

/** Begins the numbers of invoices where nobody said who sells. */
export const DEFAULT_SERIES = "INV-";

/** Who sells, as invoices name them, of one channel or (null) of every one that has none of its own. */
export interface InvoiceSeller {
  readonly channelId: string | null;
  readonly name: string;
  readonly address: readonly string[];
  readonly taxId: string | null;
  readonly footer: string | null;
  /** Begins the numbers of its invoices. */
  readonly series: string;
}

/** What was invoiced of an order, and which of its shipments have their invoice. */
export interface Invoiced {
  readonly shipments: ReadonlySet<number>;
  readonly before: InvoicedBefore;
}

/** What invoicing loads and saves beside. */
export interface BillingTransaction extends ChannelTransaction {
  /** By order; what was never invoiced is absent. The orders are locked. */
  loadInvoiced(orderIds: readonly string[]): Promise<ReadonlyMap<string, Invoiced>>;
  /** The series of each channel at a time, by channel. */
  loadInvoiceSeries(channelIds: readonly string[], now: number): Promise<ReadonlyMap<string, string>>;
  /** Takes the next numbers of each series, as many as asked for: the last of them, by series. They are lost to nobody where the transaction fails. */
  takeInvoiceNumbers(counts: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, number>>;
  saveInvoices(invoices: readonly Invoice[]): Promise<void>;
  saveInvoiceSeller(seller: InvoiceSeller, validFrom: number): Promise<void>;
}

export interface BillingStore extends ChannelStore {
  transact<T>(tenantId: number, work: (tx: BillingTransaction) => Promise<T>): Promise<T>;
}
