import { currencyExponent, divideRounded, scaledInteger } from '../../domain/kernel/index.ts';
import { minorUnits } from '../kit/money.ts';
import type { ChannelLine } from '../kit/types.ts';
import type { LineItem } from './message.ts';
import { LENGTHS, plainText, shorten } from './text.ts';

/** Amounts were checked to be readable in any currency when the message was read. */
export const inMinor = (amount: string, currency: string): number => minorUnits(amount, currency) ?? 0;
/** Quantities were checked when the message was read; they have at most six decimals. */
export const inMillionths = (quantity: string): bigint => scaledInteger(quantity, 6) ?? 0n;
export const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

export interface PricedLines {
  readonly lines: readonly ChannelLine[];
  /** What the shop counts for all lines after discounts, without tax. */
  readonly netMinor: number;
  /** The part of it that no line of ours carries: lines of no units, and what a price of six decimals cannot express. */
  readonly restMinor: number;
  /** The discounts the shop gave line by line. */
  readonly discountMinor: number;
}

/**
 * Lines with something to send. WooCommerce keeps `subtotal` (before coupons) and `total` (after) without tax, also where the shop's
 * prices include tax: `prices_include_tax` only says how they were typed in. Hence tax is always on top.
 */
export function priceLines(items: readonly LineItem[], currency: string, orderTaxMinor: number): PricedLines {
  const kept = items.filter(({ quantity }) => Number(quantity) > 0).map((item) => ({ item, price: priceLine(item, currency) }));
  const taxes = kept.map(({ item }) => inMinor(item.total_tax, currency));
  // Line taxes are kept where they are the order's whole tax; with taxed shipping or fees they would not add up to it.
  const taxed = sum(taxes) === orderTaxMinor && taxes.every((tax) => tax >= 0);
  const netMinor = sum(items.map(({ total }) => inMinor(total, currency)));
  return {
    lines: kept.map(({ item, price }, index) => toLine(item, price, taxed ? (taxes[index] ?? 0) : 0)),
    netMinor,
    restMinor: netMinor - sum(kept.map(({ price }) => price.grossMinor - price.discountMinor)),
    discountMinor: sum(items.map((item) => Math.max(0, inMinor(item.subtotal, currency) - inMinor(item.total, currency)))),
  };
}

interface LinePrice {
  readonly unitPrice: string;
  readonly grossMinor: number;
  readonly discountMinor: number;
}

const MILLION = 1_000_000n;

/** A line that costs more than its subtotal was raised by hand: its total is then its price. One that costs less than nothing costs nothing. */
function priceLine({ subtotal, total, quantity }: LineItem, currency: string): LinePrice {
  const totalMinor = inMinor(total, currency);
  const beforeMinor = Math.max(inMinor(subtotal, currency), totalMinor, 0);
  const microsPerMinor = 10n ** BigInt(6 - (currencyExponent(currency) ?? 2));
  const units = inMillionths(quantity);
  const priceMicros = divideRounded(BigInt(beforeMinor) * microsPerMinor * MILLION, units);
  const grossMinor = Number(divideRounded(priceMicros * units, microsPerMinor * MILLION));
  return { unitPrice: decimal(priceMicros), grossMinor, discountMinor: Math.min(Math.max(beforeMinor - totalMinor, 0), grossMinor) };
}

/** 1250000 is "1.25". */
export function decimal(micros: bigint): string {
  const digits = micros.toString().padStart(7, '0');
  const fraction = digits.slice(-6).replace(/0+$/, '');
  return `${digits.slice(0, -6)}${fraction ? `.${fraction}` : ''}`;
}

function toLine(item: LineItem, price: LinePrice, taxMinor: number): ChannelLine {
  const sku = shorten(item.sku, LENGTHS.sku);
  return {
    externalId: item.id,
    // A variation's id is unique among all products, so it alone names the goods.
    variantId: item.variation_id ?? item.product_id,
    sku: sku || null,
    title: plainText(item.name, LENGTHS.name) || sku || `#${item.id}`,
    quantity: decimal(inMillionths(item.quantity)),
    unitPrice: price.unitPrice,
    discountMinor: price.discountMinor,
    taxMinor,
    properties: properties(item.meta_data),
  };
}

/** The shop's own count of what it took from stock and put back. */
const BOOKKEEPING = new Set(['_reduced_stock', '_restock_refunded_items']);

/** What the shop shows of a choice (HTML) goes before what it stores. */
function properties(meta: LineItem['meta_data']): ChannelLine['properties'] {
  const chosen = meta.filter(({ key }) => !BOOKKEEPING.has(key)).map((entry) => ({
    name: plainText((typeof entry.display_key === 'string' && entry.display_key) || entry.key, LENGTHS.attributeName),
    value: typeof entry.display_value === 'string' ? plainText(entry.display_value, LENGTHS.attributeValue) : shorten(asText(entry.display_value ?? entry.value), LENGTHS.attributeValue),
  }));
  return chosen.filter(({ name }) => name !== '').slice(0, 100);
}

/** Plug-ins store anything here: numbers, lists, whole objects. */
const asText = (value: unknown): string => (typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value));
