import { inReleaseOrder, sourceWaiting } from "../domain/fulfillment/index.ts";
import { type Journal, NO_ITEM, type Order } from "../domain/order/index.ts";
import { openOrders, type OrderFacts, sourcingFacts } from "./act-on-orders.ts";
import type { Ambient, Transaction } from "./ports.ts";

/** Waiting orders that one receipt serves in its own commit; the journey takes up the rest. */
const SERVED_AT_ONCE = 200;
/** Orders that claim what arrives: they belong into the commit that records it, so that nobody else is quicker. */
const CLAIMANTS_AT_ONCE = 5_000;

/** Goods that arrive, or are found: the orders they may go to and the books they change. */
export interface Arrival {
  readonly facts: OrderFacts;
  readonly journal: Journal;
  /** Orders that claimed something of the supplies that are received. */
  readonly claimants: ReadonlySet<string>;
}

/** Locks the orders that what arrives may serve, and further ones, with the stock of all their items; and the inbound goods where supplies are received. */
export async function openArrival(
  tx: Transaction, { orders, arriving, received, items }: { readonly orders: readonly string[]; readonly arriving: readonly string[]; readonly received: readonly string[]; readonly items: readonly string[] },
  ambient: Ambient, now: number,
): Promise<Arrival> {
  const claimants = received.length === 0 ? [] : await tx.findClaimants(received, CLAIMANTS_AT_ONCE);
  const waiting = arriving.length === 0 ? [] : await tx.findWaitingOrders(arriving, SERVED_AT_ONCE);
  const { facts, journal } = await openOrders(tx, [...orders, ...claimants, ...waiting], ambient, now, { actor: "system" }, items);
  if (received.length > 0) journal.inbound = await tx.lockInbound(journal.book, itemsOf(items, facts.orders.values()), null);
  return { facts, journal, claimants: new Set(claimants) };
}

const itemsOf = (items: readonly string[], orders: Iterable<Order>): string[] =>
  [...new Set([...items, ...[...orders].flatMap(({ lines }) => lines.map(({ itemId }) => itemId))])].filter((id) => id !== NO_ITEM).toSorted();

/** Gives what is there to who waits: to those who claimed it first, each group in the order in which its channels serve. */
export function serveArrival({ facts, journal, claimants }: Arrival, displaced: ReadonlySet<string>): void {
  const inOrder = inReleaseOrder(facts.channels);
  const ranked = [...facts.orders.values()].map((order) => ({ order, orderId: order.id, channelId: order.channelId, attributes: order.document.attributes }));
  for (const { order } of ranked.toSorted((a, b) => Number(claimants.has(b.orderId)) - Number(claimants.has(a.orderId)) || inOrder(a, b))) {
    sourceWaiting(journal, order, sourcingFacts(facts, order), displaced.has(order.id) ? "STOCK_SHORT" : "STOCK_ARRIVED");
  }
}
