import type { ClosureStore } from "./closure-store.ts";
import type { Ambient } from "./ports.ts";
import { shareOutItems } from "./settle-supply.ts";

/** Goods that are on their way to nodes that came online are for who waits for them; what the nodes have is found by the sweep for waiting orders. */
export async function shareOutAtNodes(store: ClosureStore, tenantId: number, nodeIds: readonly string[], ambient: Ambient, mayGoOn: () => boolean): Promise<void> {
  const items = nodeIds.length === 0 ? [] : await store.transact(tenantId, (tx) => tx.findAwaitedItems(nodeIds));
  for (const itemId of items) if (mayGoOn()) await shareOutItems(store, tenantId, [itemId], ambient);
}

/** The same for nodes that were announced to come online since a time: no event marks that moment. */
export async function shareOutOpened(store: ClosureStore, tenantId: number, since: number, ambient: Ambient, mayGoOn: () => boolean): Promise<void> {
  const nodes = await store.transact(tenantId, (tx) => tx.findOpenedNodes(since, ambient.now()));
  await shareOutAtNodes(store, tenantId, nodes, ambient, mayGoOn);
}
