import { countedQuantity, type Item } from "../catalog/index.ts";
import { accept, type Outcome, publicId } from "../kernel/index.ts";
import { type Journal, NO_ITEM, openHolds, type Order, releaseHold } from "../order/index.ts";
import { sourceWaiting } from "./resource.ts";
import type { SourcingFacts } from "./source.ts";

/** Says which item a channel's variant is, for every line of an order that waits to know; their ITEM holds end and they are routed. */
export function identifyLines(journal: Journal, order: Order, variantId: string, item: Item, unit: string | null, facts: SourcingFacts): Outcome<{ lines: readonly number[] }> {
  const factor = countedQuantity(item, "1", unit);
  if (!factor.ok) return factor;
  const waiting = order.lines.filter((line) => line.itemId === NO_ITEM && line.document.variant_id === variantId && line.units.pending > 0);
  for (const line of waiting) {
    const event = journal.event("LineIdentified", order.id, { line: line.lineNo, item: publicId("item", item.id), sku: item.sku, quantity: line.units.pending * factor.value.quantity });
    journal.identify(event, order, line, item.id, factor.value.quantity, { ...line.document, sku: item.sku, unit, unit_factor: factor.value.factor });
    // A blocked item may not be sold, whatever the channel calls it.
    if (item.status === "blocked") continue;
    for (const hold of openHolds(order.holds).filter(({ kind, lineNo }) => kind === "ITEM" && lineNo === line.lineNo)) {
      releaseHold(hold, journal.context.now, journal.context.actor, `mapped to ${item.sku}`);
      journal.touch(order, { hold });
      journal.event("HoldReleased", order.id, { hold_no: hold.holdNo, kind: hold.kind }, { reason: `mapped to ${item.sku}` });
    }
  }
  if (waiting.length > 0) sourceWaiting(journal, order, facts, "ITEM_MAPPED");
  return accept({ lines: waiting.map(({ lineNo }) => lineNo) });
}
