import type { Item } from "../domain/catalog/index.ts";
import type { StockBook } from "../domain/inventory/index.ts";
import type { Transaction } from "./ports.ts";

/**
 * Tells a book how many units may wait for the items that have a limit: before their launch so many as may be pre-ordered, later so
 * many as may wait beyond what is on its way. Asks for what is on its way only where that counts.
 */
export async function limitWaiting(tx: Transaction, book: StockBook, items: Iterable<Item>, now: number): Promise<void> {
  const limited = [...items].filter(({ waiting }) => waiting.backorderLimit !== null || waiting.preorderLimit !== null);
  if (limited.length === 0) return;
  const isAhead = ({ waiting }: Item): boolean => (waiting.launchAt ?? 0) > now;
  const beyond = limited.filter((item) => !isAhead(item) && item.waiting.backorderLimit !== null);
  const coming = beyond.length === 0 ? new Map<string, number>() : await tx.loadPromisable(beyond.map(({ id }) => id));
  for (const item of limited) {
    if (isAhead(item) && item.waiting.preorderLimit !== null) book.limitWaiting(item.id, item.waiting.preorderLimit);
  }
  for (const { id, waiting } of beyond) book.limitWaiting(id, (waiting.backorderLimit ?? 0) + (coming.get(id) ?? 0));
}
