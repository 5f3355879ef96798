import type { Body } from './entries.ts';

/** A refusal that names its cause: reported, and the import goes on. */
export interface Refusal {
  readonly code: string;
  readonly detail: string;
}

export type Reply<T> = { readonly ok: true; readonly created: boolean; readonly value: T } | { readonly ok: false; readonly problem: Refusal };

/** Where a file's things are sent, as lines of JSON. */
export type ImportPath = '/v1/items/bulk' | '/v1/nodes/bulk' | '/v1/stock/receipts/bulk' | '/v1/prices/bulk' | '/v1/orders/bulk' | `/v1/connections/${string}/messages/bulk${'' | '?dry_run=true'}`;

/** A price of a list, as the API tells of it. */
export interface ListedPrice {
  /** Null for the base unit. */
  readonly unit: string | null;
  readonly minimum_quantity: string;
  readonly unit_price: string;
  readonly valid_from: string;
  readonly valid_to: string | null;
}

/** Everything that importing a file asks of Ordo, from inside it or over its API. */
export interface ImportTarget {
  findChannel(code: string): Promise<object | null>;
  findItem(sku: string): Promise<Body | null>;
  findNode(code: string): Promise<Body | null>;
  hasOrder(channel: string, externalId: string): Promise<boolean>;
  hasPriceList(code: string): Promise<boolean>;
  /** All prices of an item in a list, of one name the earliest first. */
  pricesOf(priceList: string, sku: string): Promise<readonly ListedPrice[]>;
  /** One reply for each line, in order; a line may be sent again where an answer was lost. */
  bulk(path: ImportPath, lines: readonly object[]): Promise<Reply<Body>[]>;
}
