import type { Channel, Item, Node } from "../domain/catalog/index.ts";
import type { PastEvent, ShipmentClaim } from "../domain/fulfillment/index.ts";
import type { CapacityRow, DemandRow, SoftClaim, StockRow } from "../domain/inventory/index.ts";
import type { Instant } from "../domain/kernel/index.ts";
import type { Order } from "../domain/order/index.ts";
import type { Strategy } from "../domain/routing/index.ts";
import type { ShippingFacts } from "../domain/shipping/index.ts";

/** Orders that were captured from one instant up to, and without, another; of one channel or of any. */
export interface PastRange {
  readonly from: Instant;
  readonly to: Instant;
  readonly channelId: string | null;
}

/** Where a range lies in the log: its events follow `after`, the last one has the position `until`. */
export interface PastSpan {
  readonly after: number;
  readonly until: number;
}

/** Facts that hold until the next of them changes. */
export interface FactsThen {
  readonly validFrom: Instant;
  readonly channels: readonly Channel[];
  readonly nodes: readonly Node[];
  readonly strategies: ReadonlyMap<string, Strategy>;
  readonly shipping: ShippingFacts;
}

/** A version of an item, valid up to, and without, an instant. */
export interface ItemThen {
  readonly item: Item;
  readonly validFrom: Instant;
  readonly validTo: Instant;
}

/** Rows as they are now, and the position of the last event that they know of. */
export interface StateNow {
  readonly stock: readonly StockRow[];
  readonly stockAt: number;
  readonly demand: readonly DemandRow[];
  readonly demandAt: number;
}

/** What is kept of the past: the log with its ledgers, facts as they held, and what is there now, to be counted back from. Reads in pages, and locks nothing. */
export interface Past {
  /** Orders of a range, at most so many; and the first and last capture of all, null where there never was one. */
  count(tenantId: number, range: PastRange, most: number): Promise<{ readonly orders: number; readonly first: Instant | null; readonly last: Instant | null }>;
  span(tenantId: number, range: PastRange): Promise<PastSpan>;
  /** Ids of a range's orders by time of capture, the next page after the given one. */
  orderIds(tenantId: number, range: PastRange, after: { readonly capturedAt: Instant; readonly id: string } | null, limit: number): Promise<readonly { readonly id: string; readonly capturedAt: Instant }[]>;
  /** Those of these orders that were captured before an instant. */
  capturedBefore(tenantId: number, orderIds: readonly string[], before: Instant): Promise<readonly string[]>;
  itemIds(tenantId: number, orderIds: readonly string[]): Promise<readonly string[]>;
  /** As they are now; lines, holds and documents whole. */
  orders(tenantId: number, ids: readonly string[]): Promise<readonly Order[]>;
  state(tenantId: number, itemIds: readonly string[]): Promise<StateNow>;
  items(tenantId: number, ids: readonly string[], range: PastRange): Promise<readonly ItemThen[]>;
  promisable(tenantId: number, itemIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Events of positions after one up to another, in order. */
  log(tenantId: number, after: number, until: number): Promise<readonly PastEvent[]>;
  backlog(tenantId: number): Promise<ReadonlyMap<string, number>>;
  /** Capacity of nodes that is claimed now, for days from one to another. */
  capacity(tenantId: number, nodeIds: readonly string[], from: Instant, to: Instant): Promise<readonly CapacityRow[]>;
  /** What shipments of these orders claim of it now, one row each. */
  capacityOf(tenantId: number, orderIds: readonly string[]): Promise<readonly CapacityRow[]>;
  /** Where shipments of these orders are planned, and what they claim there now, by shipmentKey. */
  shipments(tenantId: number, orderIds: readonly string[]): Promise<ReadonlyMap<string, ShipmentClaim>>;
  claims(tenantId: number, ids: readonly string[]): Promise<readonly SoftClaim[]>;
  /** Claims that are open now, by the time at which they run out; the next page after the given one. */
  openClaims(tenantId: number, after: Pick<SoftClaim, "expiresAt" | "id"> | null, limit: number): Promise<readonly SoftClaim[]>;
  /** Instants after one up to another at which a fact came into force. */
  factChanges(tenantId: number, from: Instant, to: Instant): Promise<readonly Instant[]>;
  facts(tenantId: number, at: Instant): Promise<FactsThen>;
}
