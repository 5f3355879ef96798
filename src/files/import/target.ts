import type { Body } from './entries.ts';

/** A refusal that names its cause: reported, and the import goes on. */
export interface Refusal {
  readonly code: string;
  readonly detail: string;
}

export type Reply<T> = { readonly ok: true; readonly created: boolean; readonly value: T } | { readonly ok: false; readonly problem: Refusal };

/** Added to an address, it says what would come of each line, and keeps nothing. */
export const DRY_RUN = '?dry_run=true';

export type ImportDoor = '/v1/items/bulk' | '/v1/nodes/bulk' | '/v1/stock/receipts/bulk' | '/v1/prices/bulk' | '/v1/rate-cards/bulk' | '/v1/duty-rates/bulk' | '/v1/supply-orders/bulk' | '/v1/orders/bulk' | `/v1/connections/${string}/messages/bulk`;
/** Where a file's things are sent, as lines of JSON. */
export type ImportPath = `${ImportDoor}${'' | typeof DRY_RUN}`;

/** Everything that importing a file asks of Ordo, from inside it or over its API. */
export interface ImportTarget {
  findItem(sku: string): Promise<Body | null>;
  findNode(code: string): Promise<Body | null>;
  findRateCard(code: string): Promise<Body | null>;
  /** One reply for each line, in order; a line may be sent again where an answer was lost. */
  bulk(path: ImportPath, lines: readonly object[]): Promise<Reply<Body>[]>;
}
