import { assert, type OrdoEvent } from "../kernel/index.ts";
import type { Journal, Order, OrderLine } from "../order/index.ts";
import type { SourcingFacts, Wanted } from "./source.ts";

/** Whether nothing of a line may be sent yet: the launch of its item, or of the kit that it is a part of, is ahead. */
function isAhead(order: Order, line: OrderLine, { item }: SourcingFacts, now: number): boolean {
  const kit = line.parentLineNo === null ? undefined : order.lines.find(({ lineNo }) => lineNo === line.parentLineNo);
  return [line, ...(kit ? [kit] : [])].some(({ itemId }) => (item(itemId).waiting.launchAt ?? 0) > now);
}

/** What may be routed now, and what waits for its launch. */
export function splitByLaunch(order: Order, wanted: readonly Wanted[], facts: SourcingFacts, now: number): { readonly due: readonly Wanted[]; readonly ahead: readonly Wanted[] } {
  const ahead = wanted.filter(({ line }) => isAhead(order, line, facts, now));
  return { ahead, due: ahead.length === 0 ? wanted : wanted.filter((one) => !ahead.includes(one)) };
}

/** Units of these lines, by item, that are more than may be pre-ordered. */
export function beyondPreorders(journal: Journal, ahead: readonly Wanted[]): number {
  const wanted = new Map<string, number>();
  for (const { line, quantity } of ahead) wanted.set(line.itemId, (wanted.get(line.itemId) ?? 0) + quantity);
  return [...wanted].reduce((sum, [itemId, quantity]) => sum + Math.max(0, quantity - journal.book.waitingRoom(itemId)), 0);
}

/** Units that wait for their launch are pre-ordered, as many as may be; what is more stays pending, for a person to look at. */
export function preorder(journal: Journal, event: OrdoEvent, order: Order, ahead: readonly Wanted[], facts: SourcingFacts): void {
  for (const { line, from, quantity } of ahead) {
    assert(from === null || from === "pending", "only what is new or pending is pre-ordered");
    const taken = Math.min(quantity, journal.book.waitingRoom(line.itemId));
    if (taken > 0) journal.move(event, order, line, from, "preordered", taken, null);
    if (taken === quantity) continue;
    if (from === null) journal.move(event, order, line, null, "pending", quantity - taken, null);
    journal.exception({
      kind: "NO_STOCK", orderId: order.id, lineNo: line.lineNo, shipmentNo: null, itemId: line.itemId, nodeId: null,
      reason: `${quantity - taken} of ${facts.item(line.itemId).sku} are more than may be pre-ordered.`,
    });
  }
}
