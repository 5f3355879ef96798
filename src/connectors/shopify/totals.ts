import type { ChannelTotals } from '../kit/types.ts';
import { allocatedMinor, shopMinor, sumOf } from './amounts.ts';
import { isTip, type RemainingLine } from './lines.ts';
import type { MoneySet, OrderMessage, ShippingLineMessage } from './message.ts';

export function channelTotals(order: OrderMessage, lines: readonly RemainingLine[]): ChannelTotals {
  const { currency } = order;
  const shipping = (order.shipping_lines ?? []).filter((line) => line.is_removed !== true);
  return {
    totalMinor: totalMinor(order),
    shippingMinor: currentShippingMinor(order, shipping) ?? sumOf(shipping, (line) => shippingMinor(line, currency)),
    discountMinor: orderDiscountMinor(order, lines),
    taxMinor: shopMinor(order.current_total_tax, order.current_total_tax_set, currency) ?? shopMinor(order.total_tax, order.total_tax_set, currency) ?? 0,
    otherMinor: otherMinor(order, lines),
    taxIncluded: order.taxes_included === true,
  };
}

export const totalMinor = (order: OrderMessage): number =>
  shopMinor(order.current_total_price, order.current_total_price_set, order.currency) ?? shopMinor(order.total_price, order.total_price_set, order.currency) ?? 0;

/** What is left of all shipping after refunds, where only the order says it and not its shipping lines. */
const currentShippingMinor = ({ current_shipping_price_set: current, currency }: OrderMessage, lines: readonly ShippingLineMessage[]): number | undefined =>
  (lines.some((line) => setMinor(line.current_discounted_price_set, currency) !== undefined) ? undefined : setMinor(current, currency));

/** After discounts, and after refunds of shipping where the message says so. */
function shippingMinor(line: ShippingLineMessage, currency: string): number {
  const stated = shopMinor(undefined, line.current_discounted_price_set, currency) ?? shopMinor(line.discounted_price, line.discounted_price_set, currency);
  return stated ?? Math.max(0, shippingPriceMinor(line, currency) - allocatedMinor(line.discount_allocations, currency));
}

const shippingPriceMinor = (line: ShippingLineMessage, currency: string): number => shopMinor(line.price, line.price_set, currency) ?? 0;

function shippingDiscountMinor(line: ShippingLineMessage, currency: string): number {
  const allocations = line.discount_allocations ?? [];
  if (allocations.length > 0) return allocatedMinor(allocations, currency);
  const price = shippingPriceMinor(line, currency);
  return Math.max(0, price - (shopMinor(line.discounted_price, line.discounted_price_set, currency) ?? price));
}

/**
 * Discounts that no line and no shipping carries. The current figure goes with what remains; the first one, which is all that
 * older API versions say, with what was ordered.
 */
function orderDiscountMinor(order: OrderMessage, lines: readonly RemainingLine[]): number {
  const { currency } = order;
  const current = currentDiscountMinor(order);
  if (current !== undefined) return Math.max(0, current - carriedMinor(order, lines));
  const carried = sumOf(lines, (line) => line.orderedDiscountMinor) + sumOf(order.shipping_lines ?? [], (line) => shippingDiscountMinor(line, currency));
  return Math.max(0, (shopMinor(order.total_discounts, order.total_discounts_set, currency) ?? 0) - carried);
}

const currentDiscountMinor = (order: OrderMessage): number | undefined => shopMinor(order.current_total_discounts, order.current_total_discounts_set, order.currency);

const carriedMinor = ({ shipping_lines: shipping, currency }: OrderMessage, lines: readonly RemainingLine[]): number =>
  sumOf(lines, (line) => line.discountMinor) + sumOf((shipping ?? []).filter((line) => line.is_removed !== true), (line) => shippingDiscountMinor(line, currency));

/** The share of a discount that went with removed units is not always rounded as here: its last minor unit is where the shop's sum says. */
export function withStatedDiscounts(order: OrderMessage, lines: readonly RemainingLine[]): readonly RemainingLine[] {
  const over = carriedMinor(order, lines) - (currentDiscountMinor(order) ?? Infinity);
  const shared = lines.filter(({ line, remaining, discountMinor }) => remaining < line.quantity && discountMinor > 0);
  if (over <= 0 || over > shared.length) return lines;
  const less = new Set(shared.slice(0, over));
  return lines.map((line) => (less.has(line) ? { ...line, discountMinor: line.discountMinor - 1 } : line));
}

/** Lines that need no shipping, duties, fees and tips. The tips of an order count those that are lines once more. */
function otherMinor(order: OrderMessage, lines: readonly RemainingLine[]): number {
  const { currency } = order;
  const services = lines.filter(({ shipped }) => !shipped);
  const net = (some: readonly RemainingLine[]): number => sumOf(some, ({ priceMinor, discountMinor }) => priceMinor - discountMinor);
  const tips = shopMinor(order.total_tip_received, undefined, currency) ?? 0;
  // Webhooks leave out what marks the line of a tip: it is the one typed in by nobody that costs just as much.
  const marked = services.filter(({ line }) => isTip(line));
  const tipLines = marked.length > 0 ? marked : services.filter((one) => (one.line.variant_id ?? null) === null && net([one]) === tips).slice(0, 1);
  const tipsBesideLines = Math.max(0, tips - net(tipLines));
  const duties = order.duties_included === true ? 0 : (setMinor(order.current_total_duties_set, currency) ?? setMinor(order.original_total_duties_set, currency) ?? 0);
  return net(services) + tipsBesideLines + duties + (setMinor(order.current_total_additional_fees_set, currency) ?? 0);
}

const setMinor = (set: MoneySet, currency: string): number | undefined => shopMinor(undefined, set, currency);
