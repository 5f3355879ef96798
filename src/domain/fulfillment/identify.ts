import { type AppliedPrice, countedQuantity, isKitItem, type Item } from "../catalog/index.ts";
import { accept, type OrdoEvent, type Outcome, present, publicId, QUANTITY_MAX, refuse } from "../kernel/index.ts";
import {
  COMPONENT_LINES_MAX, type Journal, type KitPart, listedPrice, NO_ITEM, noUnits, openHolds, type Order, type OrderLine, perKit, placeHold, priceDifferences, releaseHold, takeApart,
} from "../order/index.ts";
import { showPrices } from "./follow-channel.ts";
import { sourceWaiting } from "./resource.ts";
import type { SourcingFacts } from "./source.ts";

/** What a variant turned out to be. */
export interface IdentifiedItem {
  readonly item: Item;
  /** The components where it is a kit. */
  readonly parts: readonly KitPart[];
  /** Which unit of the item one of the variant is; null for the base unit. */
  readonly unit: string | null;
  /** What price lists say of a line; undefined where nobody asked. */
  readonly listPrice: (line: OrderLine) => AppliedPrice | null | undefined;
}

/** Lines of an order that wait to know which item a channel's variant is. */
export const unidentifiedLines = (order: Order, variantId: string): OrderLine[] =>
  order.lines.filter((line) => line.itemId === NO_ITEM && line.document.variant_id === variantId && line.units.pending > 0);

/**
 * Says which item a channel's variant is, for every line of an order that waits to know; their ITEM holds end and they are
 * routed. Their prices are compared with price lists now.
 */
export function identifyLines(
  journal: Journal, order: Order, variantId: string, { item, parts, unit, listPrice }: IdentifiedItem, facts: SourcingFacts,
): Outcome<{ lines: readonly number[] }> {
  const factor = countedQuantity(item, "1", unit);
  if (!factor.ok) return factor;
  const waiting = unidentifiedLines(order, variantId);
  const problem = tooMuch(order, waiting, isKitItem(item) ? parts : [{ item, quantity: 1 }], factor.value.quantity);
  if (problem !== null) return refuse("QUANTITY_TOO_LARGE", problem);
  for (const line of waiting) {
    const listed = listPrice(line);
    const event = journal.event("LineIdentified", order.id, { line: line.lineNo, item: publicId("item", item.id), sku: item.sku, quantity: line.units.pending * factor.value.quantity });
    const document = { ...line.document, sku: item.sku, unit, unit_factor: factor.value.factor, ...(listed === undefined ? {} : { list_price: listedPrice(listed) }) };
    if (isKitItem(item)) identifyKit(journal, event, order, { ...line, itemId: item.id, document }, { shipTogether: item.shipTogether, parts, perUnit: factor.value.quantity });
    else journal.identify(event, order, line, item.id, factor.value.quantity, document);
    // A blocked item may not be sold, whatever the channel calls it.
    if (item.status === "blocked" && !isKitItem(item)) continue;
    for (const hold of openHolds(order.holds).filter(({ kind, lineNo }) => kind === "ITEM" && lineNo === line.lineNo)) {
      releaseHold(hold, journal.context.now, journal.context.actor, `mapped to ${item.sku}`);
      journal.touch(order, { hold });
      journal.event("HoldReleased", order.id, { hold_no: hold.holdNo, kind: hold.kind }, { reason: `mapped to ${item.sku}` });
    }
  }
  for (const line of order.lines) holdBlocked(journal, order, line, [item, ...parts.map((part) => part.item)].find(({ id, status }) => id === line.itemId && status === "blocked"));
  const differences = waiting.length === 0 ? [] : priceDifferences(order.lines, order.currency, facts.channel.priceCheck);
  if (differences.length > 0) showPrices(journal, order, differences);
  if (waiting.length > 0) sourceWaiting(journal, order, facts, "ITEM_MAPPED");
  return accept({ lines: waiting.map(({ lineNo }) => lineNo) });
}

/** The bounds of capture hold here too: an order beyond them could not be written, and nor could those beside it. */
function tooMuch(order: Order, waiting: readonly OrderLine[], parts: readonly Pick<KitPart, "quantity">[], perUnit: number): string | null {
  const components = order.lines.filter(({ parentLineNo }) => parentLineNo !== null).length + (parts.length > 1 ? waiting.length * parts.length : 0);
  if (components > COMPONENT_LINES_MAX) return `The kits of order #${order.number} would have ${components} components; at most ${COMPONENT_LINES_MAX} are possible.`;
  const most = Math.max(0, ...waiting.map((line) => line.ordered * perUnit * Math.max(...parts.map(({ quantity }) => quantity))));
  return most > QUANTITY_MAX ? `A line of order #${order.number} would have more than the ${QUANTITY_MAX} counted units a line may have.` : null;
}

/** A kit that may not be sold holds its components back with it, and a component that may not be sold itself alone. */
function holdBlocked(journal: Journal, order: Order, { lineNo }: OrderLine, blocked: Pick<Item, "sku"> | undefined): void {
  if (!blocked || openHolds(order.holds).some((hold) => hold.kind === "ITEM" && hold.lineNo === lineNo)) return;
  const reason = `Item ${blocked.sku} is blocked for sale.`;
  const hold = placeHold(order, { kind: "ITEM", scope: "line", lineNo, shipmentNo: null, reason, owner: null, dueAt: null }, journal.context.now);
  journal.touch(order, { hold });
  journal.event("HoldPlaced", order.id, { hold_no: hold.holdNo, kind: hold.kind }, { reason });
}

/**
 * The units of the line become those of the first component, which keeps the line's number; the kit gets a line of its own, which
 * takes over what the channel calls it and what it costs, and so does every other component. What was cancelled before is so of each.
 */
function identifyKit(
  journal: Journal, event: OrdoEvent, order: Order, line: OrderLine, { shipTogether, parts, perUnit }: { readonly shipTogether: boolean; readonly parts: readonly KitPart[]; readonly perUnit: number },
): void {
  const { pending, cancelled } = line.units;
  const kits = (pending + cancelled) * perUnit;
  const kitLineNo = order.lines.length + 1;
  const { kit, components } = takeApart({ ...line, lineNo: kitLineNo, parentLineNo: null, units: noUnits() }, kits, shipTogether, parts, kitLineNo);
  const [first, ...others] = components;
  const waiting = present(order.lines.find(({ lineNo }) => lineNo === line.lineNo), "order line");
  journal.addLine(event, order, kit);
  if (first) journal.identify(event, order, waiting, first.itemId, perUnit * perKit(first), first.document, kitLineNo);
  for (const one of others) {
    journal.addLine(event, order, one);
    if (cancelled > 0) journal.move(event, order, one, "pending", "cancelled", cancelled * perUnit * perKit(one), null);
  }
}
