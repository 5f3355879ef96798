import { currencyExponent, divideRounded, scaledInteger } from '../../domain/kernel/index.ts';
import type { ChannelLine, ChannelOrder } from '../kit/types.ts';
import { allocatedMinor, remainingShare, shopAmount, shopMinor, sumOf } from './amounts.ts';
import type { LineMessage, OrderMessage } from './message.ts';
import { namedTexts } from './named-texts.ts';
import { firstText } from './text.ts';

/** A line with its figures for what remains of it. */
export interface RemainingLine {
  readonly line: LineMessage;
  readonly remaining: number;
  readonly unitPrice: string;
  /** Price times what remains, before discounts. */
  readonly priceMinor: number;
  readonly discountMinor: number;
  /** The discount of the whole line, as it was ordered. */
  readonly orderedDiscountMinor: number;
  readonly taxMinor: number;
  /** Whether a node has something to send for it. */
  readonly shipped: boolean;
}

export function remainingLines(order: OrderMessage): RemainingLine[] {
  const refunded = refundedBeforeShipping(order);
  return order.line_items.map((line) => remainingLine(line, order.currency, refunded.get(line.id) ?? 0));
}

function remainingLine(line: LineMessage, currency: string, refunded: number): RemainingLine {
  const remaining = line.current_quantity ?? Math.max(0, line.quantity - refunded);
  const unitPrice = plainPrice(shopAmount(line.price, line.price_set, currency) ?? line.price);
  const priceMinor = grossMinor(unitPrice, remaining, currency);
  const discount = discountOf(line, currency);
  const tax = sumOf(line.tax_lines ?? [], (one) => shopMinor(one.price, one.price_set, currency) ?? 0);
  return {
    line, remaining, unitPrice, priceMinor, orderedDiscountMinor: discount,
    discountMinor: Math.min(priceMinor, remainingShare(discount, remaining, line.quantity)),
    taxMinor: remainingShare(tax, remaining, line.quantity), shipped: isShipped(line),
  };
}

/** Rounded once for the whole line, as the order is captured: prices may be finer than the currency. */
const grossMinor = (unitPrice: string, quantity: number, currency: string): number =>
  Number(divideRounded((scaledInteger(unitPrice, 6) ?? 0n) * BigInt(quantity) * 10n ** BigInt(currencyExponent(currency) ?? 2), 1_000_000n));

/** At most six decimals; the fields let only zeros stand after them. */
const plainPrice = (price: string): string => price.replace(/(\.\d{6})0+$/, '$1');

function discountOf(line: LineMessage, currency: string): number {
  const allocations = line.discount_allocations ?? [];
  return allocations.length > 0 ? allocatedMinor(allocations, currency) : (shopMinor(line.total_discount, line.total_discount_set, currency) ?? 0);
}

export const isTip = (line: LineMessage): boolean => (line.tip ?? line.tip_payment_gateway ?? line.tip_payment_method ?? null) !== null;

const isShipped = (line: LineMessage): boolean => line.requires_shipping !== false && line.gift_card !== true && !isTip(line);

/**
 * Refunds that may be of goods that were sent, where the message's quantities are without them: what remains of a line is. "return" says
 * that they came back; "no_restock" is a refund before shipping as well as one without a return.
 */
export function takenOff(order: OrderMessage, lines: readonly RemainingLine[]): ChannelOrder['takenOff'] {
  const refunds = (order.refunds ?? []).flatMap((refund) => refund.refund_line_items ?? []);
  const units = (id: string, type: string): number => sumOf(refunds.filter((one) => one.line_item_id === id && one.restock_type === type), ({ quantity }) => quantity);
  return Object.fromEntries(lines.flatMap(({ line, remaining }) => {
    const gone = line.quantity - remaining;
    const returned = line.current_quantity === null || line.current_quantity === undefined ? 0 : Math.min(gone, units(line.id, 'return'));
    const refunded = Math.min(gone - returned, units(line.id, 'no_restock'));
    return returned + refunded > 0 ? [[line.id, { returned, refunded }]] : [];
  }));
}

/** Units that the shop says have left, by whomever: at a till, from another app, or long ago. */
export const leftThere = (lines: readonly RemainingLine[]): ChannelOrder['leftThere'] =>
  Object.fromEntries(lines.map(({ line, remaining }) => [line.id, leftOf(line, remaining)] as const).filter(([, left]) => left > 0));

function leftOf({ fulfillment_status: status, fulfillable_quantity: open }: LineMessage, remaining: number): number {
  if (status === 'fulfilled') return remaining;
  return status === 'partial' ? Math.max(0, remaining - (open ?? remaining)) : 0;
}

/** Messages of older API versions do not say what remains: refunds of goods that were never sent do. Goods that came back ("return") had been sent. */
function refundedBeforeShipping(order: OrderMessage): ReadonlyMap<string, number> {
  const refunded = new Map<string, number>();
  for (const one of (order.refunds ?? []).flatMap((refund) => refund.refund_line_items ?? [])) {
    if (one.restock_type !== 'cancel' && one.restock_type !== 'no_restock') continue;
    refunded.set(one.line_item_id, (refunded.get(one.line_item_id) ?? 0) + one.quantity);
  }
  return refunded;
}

export const titleOf = (line: LineMessage): string => firstText(200, line.name, line.title, line.sku) ?? line.id;

/** Line taxes are given where they are all of the order's tax; a part of it (shipping is taxed too) would look like a mistake. */
export function channelLines(lines: readonly RemainingLine[], orderTaxMinor: number): ChannelLine[] {
  const allTax = sumOf(lines, ({ taxMinor }) => taxMinor) === orderTaxMinor;
  return lines.map(({ line, remaining, unitPrice, discountMinor, taxMinor }) => ({
    externalId: line.id, variantId: line.variant_id ?? null, sku: firstText(200, line.sku) ?? null, title: titleOf(line),
    quantity: String(remaining), unitPrice, discountMinor, taxMinor: allTax ? taxMinor : 0, properties: namedTexts(line.properties),
  }));
}
