import { accept, assert, type Outcome, refuse } from "../kernel/index.ts";
import type { Item } from "../catalog/index.ts";
import type { StockBook } from "./stock-book.ts";
import type { ClaimLine, SoftClaim } from "./types.ts";

/** Units a network-wide claim or order may still take: what nodes have, less what is accepted but unplaced. */
export function networkAvailable(book: StockBook, item: Item, nodeIds: readonly string[]): number {
  const { pending, soft } = book.demand(item.id);
  return nodeIds.reduce((sum, nodeId) => sum + book.available(item, nodeId), 0) - pending - soft;
}

/** Checks all lines of a claim together, summed per item and node, before taking any. */
export function takeClaim(book: StockBook, lines: readonly (ClaimLine & { readonly item: Item })[], onlineNodeIds: readonly string[]): Outcome<null> {
  for (const line of lines) {
    const same = lines.filter((other) => other.itemId === line.itemId);
    const wanted = same.reduce((sum, other) => sum + other.quantity, 0);
    const network = Math.max(0, networkAvailable(book, line.item, onlineNodeIds));
    const here = line.nodeId === null ? network : book.available(line.item, line.nodeId);
    const wantedHere = same.filter((other) => other.nodeId === line.nodeId).reduce((sum, other) => sum + other.quantity, 0);
    if (wanted > network || wantedHere > here) {
      return refuse("INSUFFICIENT_STOCK", `${wantedHere} of ${line.item.sku} wanted, ${Math.min(network, here)} can be claimed.`, {
        data: { sku: line.item.sku, wanted: wantedHere, available: Math.min(network, here) },
      });
    }
  }
  for (const line of lines) book.changeSoft(line.itemId, line.nodeId, line.quantity);
  return accept(null);
}

/** Gives an open claim's units back; the caller records what became of it. */
export function dropClaim(book: StockBook, claim: SoftClaim): void {
  assert(claim.status === "open", "only an open claim holds units");
  for (const line of claim.lines) book.changeSoft(line.itemId, line.nodeId, -line.quantity);
}
