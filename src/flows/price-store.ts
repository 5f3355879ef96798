import type { PriceList } from "../domain/catalog/index.ts";
import type { Store, Transaction } from "./ports.ts";

/** A price of a list as it is stored; the first five name it. */
export interface StoredPrice {
  readonly priceListId: string;
  readonly itemId: string;
  /** Null for the base unit. */
  readonly unit: string | null;
  /** In counted units. */
  readonly minimumQuantity: number;
  readonly validFrom: number;
  /** Where it equals validFrom, the price was withdrawn: it is never valid. */
  readonly validTo: number | null;
  readonly unitPrice: string;
}

/** Names a price: the one that begins at `validFrom`, or, without it, the one that is valid now. */
export type PriceName = Pick<StoredPrice, "priceListId" | "itemId" | "unit" | "minimumQuantity"> & { readonly validFrom: number | null };

export interface PriceTransaction extends Transaction {
  loadPriceLists(codes: readonly string[]): Promise<readonly PriceList[]>;
  savePriceLists(lists: readonly PriceList[]): Promise<void>;
  /** The price that each name means, in order; null where there is none. */
  loadPrices(names: readonly PriceName[], now: number): Promise<readonly (StoredPrice | null)[]>;
  /** Of the same name the price is replaced. */
  savePrices(prices: readonly StoredPrice[]): Promise<void>;
}

export interface PriceStore extends Store {
  transact<T>(tenantId: number, work: (tx: PriceTransaction) => Promise<T>): Promise<T>;
}
