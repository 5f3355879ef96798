import { type AppliedPrice, type Channel, choosePrice, countedQuantity, type Item } from "../domain/catalog/index.ts";
import { unidentifiedLines } from "../domain/fulfillment/index.ts";
import type { CaptureCommand, CaptureLine, Order, OrderLine } from "../domain/order/index.ts";
import type { PriceLookup, Transaction } from "./ports.ts";

/** What price lists say of a line: null where none says anything, undefined where nobody asked. */
export type ListPrices<L> = (line: L) => AppliedPrice | null | undefined;

interface PricingFacts {
  readonly channels: ReadonlyMap<string, Channel>;
  /** By SKU. */
  readonly items: ReadonlyMap<string, Item>;
  readonly now: number;
}

/** Asks price lists once for a whole batch, and not at all where no channel checks prices, every line has its own and nobody's discounts are limited. */
export async function loadListPrices(tx: Transaction, commands: readonly CaptureCommand[], facts: PricingFacts): Promise<ListPrices<CaptureLine>> {
  const asked: Asked<CaptureLine>[] = [];
  for (const command of commands) {
    const channel = facts.channels.get(command.channel);
    if (!channel) continue;
    for (const line of command.lines) {
      const lookup = channel.priceCheck !== null || line.unitPrice === null || command.discountLimit !== undefined ? lookupOf(command, line, facts) : null;
      if (lookup) asked.push({ line, lookup });
    }
  }
  return ask(tx, asked);
}

/** The same for lines whose goods somebody has just identified. */
export function loadIdentifiedPrices(tx: Transaction, orders: Iterable<Order>, variantId: string, item: Item, unit: string | null, channel: Channel): Promise<ListPrices<OrderLine>> {
  const one = countedQuantity(item, "1", unit);
  if (channel.priceCheck === null || !one.ok) return ask<OrderLine>(tx, []);
  const { factor, quantity } = one.value;
  return ask(tx, [...orders].flatMap((order) => unidentifiedLines(order, variantId).map((line): Asked<OrderLine> => ({
    line,
    lookup: {
      itemId: item.id, channel: channel.code, customerClass: order.document.customer_class ?? null, currency: order.currency, taxIncluded: order.document.tax_included,
      at: order.placedAt, unit: baseless(item, unit), unitFactor: factor, quantity: line.ordered * quantity,
    },
  }))));
}

interface Asked<L> { readonly line: L; readonly lookup: PriceLookup }

async function ask<L>(tx: Transaction, asked: readonly Asked<L>[]): Promise<ListPrices<L>> {
  if (asked.length === 0) return () => undefined;
  const found = await tx.findPrices(asked.map(({ lookup }) => lookup));
  const prices = new Map(asked.map(({ line, lookup }, index) => [line, choosePrice(found[index] ?? [], lookup)]));
  return (line) => prices.get(line);
}

/** Goods that nobody knows have no price, and a quantity that is none is refused anyway. */
function lookupOf(command: CaptureCommand, line: CaptureLine, { items, now }: PricingFacts): PriceLookup | null {
  const item = line.variant?.identified === false ? undefined : items.get(line.sku);
  const counted = item && countedQuantity(item, line.quantity, line.unit);
  if (!item || !counted?.ok) return null;
  return {
    itemId: item.id, channel: command.channel, customerClass: command.customerClass ?? null, currency: command.currency, taxIncluded: command.totals.taxIncluded,
    at: command.placedAt ?? now, unit: baseless(item, line.unit), unitFactor: counted.value.factor, quantity: counted.value.quantity,
  };
}

/** The base unit has no name in prices, however an order spells it. */
export const baseless = (item: Pick<Item, "baseUnit">, unit: string | null): string | null => (unit === item.baseUnit ? null : unit);
