import type { Channel, Item, ListPrice, Node, PriceQuestion } from "../domain/catalog/index.ts";
import type { CapacityBook, SoftClaim, StockBook, Supply, SupplyBook, SupplyOrder } from "../domain/inventory/index.ts";
import { type By, type Context, impossible, type Refusal } from "../domain/kernel/index.ts";
import type { StoredWaitingLine } from "../domain/fulfillment/index.ts";
import type { Strategy } from "../domain/routing/index.ts";
import type { RoutingTools } from "../domain/fulfillment/index.ts";
import type { HistoryQuery, Journal, Order, PastOrder, Places } from "../domain/order/index.ts";
import type { DatedShippingFact, ShippingFactChange, ShippingFacts } from "../domain/shipping/index.ts";

/** What a command is answered: done (created or not), or refused. The body is what the API sends. */
export type Answer =
  | { readonly ok: true; readonly created: boolean; readonly replayed: boolean; readonly body: AnswerBody }
  | { readonly ok: false; readonly refusal: Refusal };
export type AnswerBody = Readonly<Record<string, unknown>>;

/** What every command carries: who asks, and how a repetition is recognised. */
export interface CommandHead extends By {
  readonly idempotencyKey: string | null;
  readonly bodyHash: string;
}

export interface StoredAnswer {
  readonly bodyHash: string;
  readonly created: boolean;
  readonly body: AnswerBody;
}

export interface KnownOrder {
  readonly id: string;
  readonly number: number;
  readonly status: string;
  readonly sourceHash: string;
}

/** A line that wants to know what lists say of its goods. */
export interface PriceLookup extends PriceQuestion {
  readonly itemId: string;
}

/** One thing by which the customer of a screened order is known again; the store keeps its key as a keyed hash. */
export interface Trace {
  readonly orderId: string;
  readonly key: string;
  readonly placedAt: number;
  readonly goods: number;
}

/** One effective-dated fact row to write. */
export interface Dated<T> {
  readonly fact: T;
  readonly validFrom: number;
  /** The first version of its thing: there is none that it could end. */
  readonly isFirst: boolean;
}

/**
 * One database transaction of one tenant. Every load takes many keys and is one query; locks are taken in sorted key
 * order, orders before items, so transactions cannot wait for each other in a circle.
 */
export interface Transaction {
  loadAnswers(keys: readonly string[]): Promise<ReadonlyMap<string, StoredAnswer>>;
  saveAnswers(answers: ReadonlyMap<string, StoredAnswer>): Promise<void>;
  /** Orders by "channel id|external id". */
  loadKnownOrders(identities: readonly { channelId: string; externalId: string }[]): Promise<ReadonlyMap<string, KnownOrder>>;
  takeOrderNumbers(count: number): Promise<readonly number[]>;
  loadChannels(now: number): Promise<readonly Channel[]>;
  loadNodes(now: number): Promise<readonly Node[]>;
  /** Since when what holds of each node holds, by its code. */
  loadNodeBeginnings(now: number): Promise<ReadonlyMap<string, number>>;
  /** Whoever else changes nodes or shipping facts waits until this transaction has ended. Comes before facts, and the time from which the change holds, are read. */
  lockFacts(): Promise<void>;
  /** Shipments that wait at each node, by its id: told but not yet packed, as they were counted within the last quarter of a minute. */
  loadBacklog(now: number): Promise<(nodeId: string) => number>;
  /** Routing strategies with a version that holds, by code. */
  loadStrategies(now: number): Promise<ReadonlyMap<string, Strategy>>;
  /** Calendars, carriers' services and what they cost, as they hold at a time. */
  loadShippingFacts(now: number): Promise<ShippingFacts>;
  /** Every version of a shipping fact that holds at a time or after it, by its beginning. */
  loadShippingFactVersions(from: number): Promise<readonly DatedShippingFact[]>;
  loadItemsBySku(skus: readonly string[], now: number): Promise<readonly Item[]>;
  loadItems(ids: readonly string[], now: number): Promise<readonly Item[]>;
  /** For each look-up, in order, the prices that are valid at its time in lists that serve it, whatever their quantity. */
  findPrices(lookups: readonly PriceLookup[]): Promise<readonly (readonly ListPrice[])[]>;
  /** Locks whole orders for change; unknown ids are simply absent. */
  lockOrders(ids: readonly string[]): Promise<readonly Order[]>;
  /** Reads the supply side of items for a decision. What the decision takes is locked and looked at again by save. */
  readSupply(itemIds: readonly string[], now: number): Promise<StockBook>;
  /**
   * Locks the supply side of items, then reads it: for changes that depend on the exact figures. With `now`, soft claims
   * that have run out but are not swept yet are left out of the figures.
   */
  lockSupply(itemIds: readonly string[], now: number | null): Promise<StockBook>;
  lockClaims(ids: readonly string[]): Promise<readonly SoftClaim[]>;
  /**
   * Locks what the book takes of stock and these items' demand, then their inbound goods, with all claims on them or only those of
   * the lines named. Comes after every other decision about stock.
   */
  lockInbound(book: StockBook, itemIds: readonly string[], lines: readonly { readonly orderId: string; readonly lineNo: number }[] | null): Promise<SupplyBook>;
  /** Units of inbound goods that may be promised, claimed or not, by item. */
  loadPromisable(itemIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Order lines that wait for stock of these items, as they were committed. */
  loadWaitingLines(itemIds: readonly string[]): Promise<readonly StoredWaitingLine[]>;
  /** Documents of inbound goods by id, locked, with all their lines; those of a kind and reference, without them; and further supplies by id. Comes first of all locks. */
  lockSupplyOrders(orderIds: readonly string[], supplyIds: readonly string[], references: readonly Pick<SupplyOrder, "kind" | "reference">[]): Promise<{ readonly orders: readonly SupplyOrder[]; readonly supplies: readonly Supply[] }>;
  saveSupplyOrders(orders: readonly SupplyOrder[]): Promise<void>;
  /** Orders that claim something of these supplies. */
  findClaimants(supplyIds: readonly string[], limit: number): Promise<readonly string[]>;
  /** Orders, oldest first, with units of these items that wait for a node and are not held back from routing. */
  findWaitingOrders(itemIds: readonly string[], limit: number): Promise<readonly string[]>;
  /** Orders, latest first, with unreleased units at a node, of one item or of any. */
  findPlannedOrders(nodeId: string, itemId: string | null, limit: number): Promise<readonly string[]>;
  /** Orders, oldest first and after the given one, with a shipment that its node was not told of yet. */
  findUnreleasedOrders(after: string | null, limit: number): Promise<readonly string[]>;
  /** Orders with a shipment that its node has left unaccepted longer than the channel allows. */
  findOverdueShipments(now: number, limit: number): Promise<readonly string[]>;
  /** Orders with shipments that wait at a store since then or longer, by the stores' codes. */
  findUncollected(stores: readonly { readonly code: string; readonly since: number }[], limit: number): Promise<readonly string[]>;
  /** Orders with an open hold that keeps stock for a while and is due. */
  findDueHolds(now: number, limit: number): Promise<readonly string[]>;
  /** Orders with the lines of which units wait longer than their channel allows. */
  findExpiredBackorders(now: number, limit: number): Promise<readonly { readonly orderId: string; readonly lines: readonly number[] }[]>;
  /** Orders with pre-ordered units of what is launched. */
  findLaunchedOrders(now: number, limit: number): Promise<readonly string[]>;
  findDueClaims(now: number, limit: number): Promise<readonly string[]>;
  /** What nodes with limits have taken on, without locks. */
  readCapacity(now: number): Promise<CapacityBook>;
  /**
   * Orders, oldest first and after the given one, with units that wait and may be routed although a node has the item free for them. A node that is
   * full (by its id) serves only who has an open plan there already.
   */
  findServableOrders(now: number, after: string | null, limit: number, fullNodes?: readonly string[]): Promise<readonly string[]>;
  /** Other orders by key, for screening; who screens orders of the same channels waits until this transaction has ended. Comes before stock is read. */
  loadHistory(channelIds: readonly string[], queries: readonly HistoryQuery[]): Promise<readonly PastOrder[]>;
  saveTraces(traces: readonly Trace[]): Promise<void>;
  /**
   * Takes the next times at which orders of a throttled channel go through, so far apart, and returns the first; whoever takes some of the same channel, or
   * changes its gate, waits until this transaction has ended. Where the gate is not the one that was set then, the transaction starts again.
   */
  takeGateTimes(gate: { readonly channelId: string; readonly setAt: number }, count: number, everyMs: number, now: number): Promise<number>;
  saveItems(items: readonly Dated<Item>[]): Promise<void>;
  saveNodes(nodes: readonly Dated<Node>[]): Promise<void>;
  saveChannels(channels: readonly Dated<Channel>[]): Promise<void>;
  saveShippingFacts(changes: readonly ShippingFactChange[]): Promise<void>;
  saveClaims(claims: readonly SoftClaim[]): Promise<void>;
  /** Writes everything a batch decided; the events come last, with the tenant's position counter. */
  save(journal: Journal, contacts?: ReadonlyMap<string, AnswerBody>): Promise<void>;
}

export interface Store {
  /** Runs work in one transaction, again from the start when the database asks for it. Nothing outside is called meanwhile. */
  transact<T>(tenantId: number, work: (tx: Transaction) => Promise<T>): Promise<T>;
}

/** Where flows get the time and ids from: the only clock and the only chance they know; and the places, which are in memory. */
export interface Ambient {
  readonly now: () => number;
  readonly newId: () => string;
  /** Where places are; addresses are not looked up without it. */
  readonly places?: Places;
  /** Where strategies have expressions and goods are packed; without them nothing asks. */
  readonly tools?: RoutingTools;
  /** Lets others have their turn, between pieces of long work that nobody waits for under locks. */
  readonly pause?: () => Promise<void>;
}

export type Flow<C> = (store: Store, tenantId: number, commands: readonly C[], ambient: Ambient) => Promise<Answer[]>;

/** Where nobody brought any: no expression holds, and goods with edges cannot be packed. */
const NO_TOOLS: RoutingTools = {
  rules: { check: () => ({ ok: false, error: "Expressions are not read here." }), compile: () => () => ({ ok: false, error: "Expressions are not read here." }) },
  pack: () => impossible("goods are not packed here"),
};
export const toolsOf = ({ tools = NO_TOOLS }: Ambient): RoutingTools => tools;

export const contextOf = ({ newId }: Ambient, now: number, { actor, origin }: By): Context => ({ now, actor, newId, origin });
