import type { ShippingFact, ShippingFactKind } from "../domain/shipping/index.ts";
import type { CodeFilter, Page } from "./queries.ts";

export interface ShippingQueries {
  /** Shipping facts of a kind by code, as they hold at a time. */
  listShippingFacts(tenantId: number, kind: ShippingFactKind, filter: CodeFilter, now: number): Promise<Page<StoredShippingFact>>;
}

export interface StoredShippingFact {
  readonly fact: ShippingFact;
  readonly valid_from: string;
}
