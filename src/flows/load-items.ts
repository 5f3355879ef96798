import { isKitItem, type Item } from "../domain/catalog/index.ts";
import type { Transaction } from "./ports.ts";

/** Items by SKU, and after them the components of the kits among them. */
export async function loadItemsWithComponents(tx: Pick<Transaction, "loadItemsBySku">, skus: Iterable<string>, now: number): Promise<readonly Item[]> {
  return withComponents(tx, await tx.loadItemsBySku([...new Set(skus)], now), now);
}

/** These items, and after them those components of the kits among them that are not there yet. */
export async function withComponents(tx: Pick<Transaction, "loadItemsBySku">, items: readonly Item[], now: number): Promise<readonly Item[]> {
  const kits = items.filter(isKitItem);
  if (kits.length === 0) return items;
  const there = new Set(items.map(({ sku }) => sku));
  const missing = new Set(kits.flatMap(({ components }) => (components ?? []).map(({ sku }) => sku)).filter((sku) => !there.has(sku)));
  return missing.size === 0 ? items : [...items, ...await tx.loadItemsBySku([...missing], now)];
}
