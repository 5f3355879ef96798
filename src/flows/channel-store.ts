import type { AnswerBody, Store } from "./ports.ts";
import type { PriceTransaction } from "./price-store.ts";

/** What a channel calls some goods of ours. */
export interface VariantName {
  readonly channelId: string;
  readonly variantId: string;
}

/** A variant with the item it is; without one it waits for a person. */
export interface KnownListing extends VariantName {
  readonly itemId: string | null;
  /** The item's unit that one of the variant is; null for the base unit. */
  readonly unit: string | null;
  readonly sku: string | null;
  readonly title: string;
  /** Who said so: a key's id, or "sku" where the same SKU did. */
  readonly mappedBy: string | null;
}

/** A channel cancelled an order before anybody knew it. */
export interface Tombstone {
  readonly channelId: string;
  readonly externalId: string;
  readonly version: number;
  readonly reason: string;
}

/** What flows of channels load and save beside. Maps are keyed by "channel id|variant id" and "channel id|external id". */
export interface ChannelTransaction extends PriceTransaction {
  /** What is known of the people of orders, by order. */
  loadContacts(orderIds: readonly string[]): Promise<ReadonlyMap<string, AnswerBody>>;
  loadListings(names: readonly VariantName[]): Promise<ReadonlyMap<string, KnownListing>>;
  /** A listing without an item never replaces one with an item. */
  saveListings(listings: readonly KnownListing[]): Promise<void>;
  loadTombstones(identities: readonly { channelId: string; externalId: string }[]): Promise<ReadonlyMap<string, Tombstone>>;
  /** The latest version stays. */
  saveTombstones(tombstones: readonly Tombstone[]): Promise<void>;
  /** Orders with waiting lines of a variant that nobody has identified yet, oldest first. */
  findUnidentifiedOrders(variant: VariantName, limit: number): Promise<readonly string[]>;
}

export interface ChannelStore extends Store {
  transact<T>(tenantId: number, work: (tx: ChannelTransaction) => Promise<T>): Promise<T>;
}
