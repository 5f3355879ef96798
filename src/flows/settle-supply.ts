import type { Channel, Node } from "../domain/catalog/index.ts";
import { claimForChanged, shareOutSupply } from "../domain/fulfillment/index.ts";
import { Journal } from "../domain/order/index.ts";
import { type Ambient, type AnswerBody, contextOf, type Store, type Transaction } from "./ports.ts";

interface Facts {
  readonly channels: Iterable<Channel>;
  readonly nodes: readonly Node[];
}

const NOTHING: ReadonlySet<string> = new Set();

/**
 * Writes what a batch decided, after lines whose waiting units it changed have taken or given back their claims on inbound goods.
 * Batches in which nothing waits otherwise than before ask for nothing here.
 */
export async function saveSettled(tx: Transaction, journal: Journal, facts: Facts, contacts?: ReadonlyMap<string, AnswerBody>): Promise<void> {
  await settleSupply(tx, journal, facts, NOTHING, "");
  await tx.save(journal, contacts);
}

/** The same without the writing; with items whose inbound goods are otherwise than before, and are shared out anew among all who wait. */
export async function settleSupply(tx: Transaction, journal: Journal, { channels, nodes }: Facts, sharedOut: ReadonlySet<string>, reason: string): Promise<void> {
  const changed = journal.changedWaiting();
  const items = [...new Set([...changed.map(({ line }) => line.itemId), ...sharedOut])].toSorted();
  if (items.length === 0) return;
  const lines = changed.map(({ order, line }) => ({ orderId: order.id, lineNo: line.lineNo }));
  journal.inbound ??= await tx.lockInbound(journal.book, items, sharedOut.size > 0 ? null : lines);
  const facts = { channels: new Map([...channels].map((channel) => [channel.id, channel])), nodes };
  claimForChanged(journal, journal.inbound, facts, sharedOut);
  if (sharedOut.size > 0) shareOutSupply(journal, journal.inbound, sharedOut, await tx.loadWaitingLines([...sharedOut]), facts, reason);
}

/** Shares the inbound goods of items out among all who wait for them: where goods were announced, or came free. */
export function shareOutItems(store: Store, tenantId: number, itemIds: readonly string[], ambient: Ambient): Promise<void> {
  return store.transact(tenantId, async (tx) => {
    const now = ambient.now();
    const book = await tx.lockSupply(itemIds, null);
    const journal = new Journal(contextOf(ambient, now, { actor: "journey" }), book);
    await settleSupply(tx, journal, { channels: await tx.loadChannels(now), nodes: await tx.loadNodes(now) }, new Set(itemIds), "goods that are on their way were shared out anew");
    await tx.save(journal);
  });
}
