import type { By, FieldError } from "../domain/kernel/index.ts";
import type { OrderContact } from "../domain/order/index.ts";
import type { Page } from "./queries.ts";

/** How an order that is taken down is paid: it is, it will be before it is sent, or by an invoice. */
export const DRAFT_PAYMENTS = ["paid", "pending", "invoice"] as const;
export type DraftPayment = (typeof DRAFT_PAYMENTS)[number];

export interface DraftLine {
  readonly sku: string;
  /** Decimal text, as it was typed; so are the other numbers. */
  readonly quantity: string;
  readonly unit: string | null;
  /** Counts only where no price list has one. */
  readonly unit_price: string | null;
  readonly discount_percent: string | null;
}

/** An order as far as somebody has taken it down. Nothing of it has to be right until it is placed. Personal data. */
export interface DraftDocument {
  readonly channel: string;
  readonly customer: { readonly id: string | null; readonly name: string | null; readonly email: string | null; readonly phone: string | null; readonly class: string | null };
  readonly ship_to: NonNullable<OrderContact["ship_to"]> | null;
  readonly lines: readonly DraftLine[];
  readonly tax_included: boolean;
  readonly discount_percent: string | null;
  readonly shipping_minor: number;
  readonly payment: DraftPayment;
  readonly note: string | null;
  /** The date that is kept for the basket; whatever changes the basket lets it go. */
  readonly promise: DraftPromise | null;
}

export interface DraftPromise {
  readonly option: string;
  readonly service_level: string | null;
  /** The day by which it is there, as a calendar date. */
  readonly arrival_date: string | null;
  readonly claim: string;
  readonly expires_at: string;
}

export interface Draft {
  readonly id: string;
  readonly owner: string;
  readonly customerId: string | null;
  /** Null once it was placed. */
  readonly document: DraftDocument | null;
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly orderId: string | null;
}

export interface DiscardedDraft {
  readonly id: string;
  /** The claim on the goods of a kept date, as its public id. */
  readonly claim: string | null;
}

export interface DraftStore {
  create(tenantId: number, draft: Draft): Promise<void>;
  find(tenantId: number, id: string): Promise<Draft | null>;
  /** Open ones, the one changed last first. */
  list(tenantId: number, filter: { readonly owner: string | null; readonly after: readonly string[] | null; readonly limit: number }): Promise<Page<Draft>>;
  /** False where another version is there, or it was placed. */
  save(tenantId: number, draft: Draft, expected: number): Promise<boolean>;
  /** False where there is none that is open. With its event. */
  remove(tenantId: number, id: string, by: By & { readonly now: number }): Promise<boolean>;
  /** Removes open drafts that nobody has changed since `changedUntil`, the oldest first, each with its event. */
  discard(tenantId: number, changedUntil: number, limit: number, by: By & { readonly now: number; readonly reason: string }): Promise<readonly DiscardedDraft[]>;
  /** Notes which order it has become, and forgets the rest; with the event, once. */
  placed(tenantId: number, draft: Draft, order: string, by: By & { readonly now: number; readonly discountMinor: number }): Promise<void>;
}

/** What a line costs and how many there are; what nobody can say is null. */
export interface QuotedLine {
  readonly name: string | null;
  readonly base_unit: string | null;
  /** Digits that counted units, such as atp, have behind the point of the base unit. */
  readonly quantity_scale: number;
  readonly units: readonly string[];
  readonly unit_price: string | null;
  readonly price_list: string | null;
  readonly price_reason: string | null;
  readonly gross_minor: number | null;
  readonly discount_minor: number | null;
  readonly total_minor: number | null;
  /** What can be promised in the network, and at the node that has the most. */
  readonly atp: number | null;
  readonly best_node: { readonly node: string; readonly atp: number } | null;
}

export interface DraftQuote {
  readonly currency: string | null;
  readonly lines: readonly QuotedLine[];
  readonly goods_minor: number;
  readonly discount_minor: number;
  readonly shipping_minor: number;
  /** Null while a line has no price. */
  readonly total_minor: number | null;
  /** How far the caller may go, in percent, and which roles may go further. */
  readonly discount_limit: number;
  readonly problems: readonly FieldError[];
}
