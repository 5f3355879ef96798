import { followHolds } from "../domain/fulfillment/index.ts";
import { present } from "../domain/kernel/index.ts";
import type { ChannelHolds } from "../domain/order/index.ts";
import { openOrders } from "./act-on-orders.ts";
import type { Ambient, Store } from "./ports.ts";

/** What a channel holds of an order, as a message tells it. */
export interface IncomingHolds {
  readonly messageId: string;
  readonly channelId: string;
  readonly holds: ChannelHolds;
}

export interface TakenHolds {
  readonly messageId: string;
  /** Null where the order is not here yet: the message has to wait for it. */
  readonly orderId: string | null;
  readonly reason: string;
}

const ACTOR = "channel";

/** Holds back what channels hold of their orders and lets go what they released, all in one commit. Doing it again changes nothing. */
export function takeHolds(store: Store, tenantId: number, incoming: readonly IncomingHolds[], ambient: Ambient): Promise<readonly TakenHolds[]> {
  return store.transact(tenantId, async (tx) => {
    const known = await tx.loadKnownOrders(incoming.map(({ channelId, holds }) => ({ channelId, externalId: holds.externalId })));
    const { facts, journal } = await openOrders(tx, [...known.values()].map(({ id }) => id), ambient, ambient.now(), { actor: ACTOR });
    const taken = incoming.map(({ messageId, channelId, holds }): TakenHolds => {
      const id = known.get(`${channelId}|${holds.externalId}`)?.id ?? null;
      if (id === null) return { messageId, orderId: null, reason: "The order is not here yet; this waits for it." };
      const applied = followHolds(journal, present(facts.orders.get(id), "order"), holds);
      return { messageId, orderId: id, reason: applied === null ? "The order shows a newer state already." : applied.join(" ") || "Nothing that concerns the order changed." };
    });
    journal.close();
    await tx.save(journal);
    return taken;
  });
}
