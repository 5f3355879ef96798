import { type AppliedPrice, countedQuantity, type Item } from "../catalog/index.ts";
import { accept, type Outcome, publicId } from "../kernel/index.ts";
import { type Journal, listedPrice, NO_ITEM, openHolds, type Order, type OrderLine, priceDifferences, releaseHold } from "../order/index.ts";
import { showPrices } from "./follow-channel.ts";
import { sourceWaiting } from "./resource.ts";
import type { SourcingFacts } from "./source.ts";

/** Lines of an order that wait to know which item a channel's variant is. */
export const unidentifiedLines = (order: Order, variantId: string): OrderLine[] =>
  order.lines.filter((line) => line.itemId === NO_ITEM && line.document.variant_id === variantId && line.units.pending > 0);

/**
 * Says which item a channel's variant is, for every line of an order that waits to know; their ITEM holds end and they are
 * routed. Their prices are compared with price lists now, as far as `listPrice` knows (undefined: nobody asked).
 */
export function identifyLines(
  journal: Journal, order: Order, variantId: string, item: Item, unit: string | null, facts: SourcingFacts, listPrice: (line: OrderLine) => AppliedPrice | null | undefined,
): Outcome<{ lines: readonly number[] }> {
  const factor = countedQuantity(item, "1", unit);
  if (!factor.ok) return factor;
  const waiting = unidentifiedLines(order, variantId);
  for (const line of waiting) {
    const listed = listPrice(line);
    const event = journal.event("LineIdentified", order.id, { line: line.lineNo, item: publicId("item", item.id), sku: item.sku, quantity: line.units.pending * factor.value.quantity });
    journal.identify(event, order, line, item.id, factor.value.quantity, { ...line.document, sku: item.sku, unit, unit_factor: factor.value.factor, ...(listed === undefined ? {} : { list_price: listedPrice(listed) }) });
    // A blocked item may not be sold, whatever the channel calls it.
    if (item.status === "blocked") continue;
    for (const hold of openHolds(order.holds).filter(({ kind, lineNo }) => kind === "ITEM" && lineNo === line.lineNo)) {
      releaseHold(hold, journal.context.now, journal.context.actor, `mapped to ${item.sku}`);
      journal.touch(order, { hold });
      journal.event("HoldReleased", order.id, { hold_no: hold.holdNo, kind: hold.kind }, { reason: `mapped to ${item.sku}` });
    }
  }
  const differences = waiting.length === 0 ? [] : priceDifferences(order.lines, order.currency, facts.channel.priceCheck);
  if (differences.length > 0) showPrices(journal, order, differences);
  if (waiting.length > 0) sourceWaiting(journal, order, facts, "ITEM_MAPPED");
  return accept({ lines: waiting.map(({ lineNo }) => lineNo) });
}
