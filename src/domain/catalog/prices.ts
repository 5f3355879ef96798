import { currencyExponent, formatScaled, type Instant, scaledInteger } from "../kernel/index.ts";
import type { Effective, Item } from "./types.ts";
import { spokenQuantity } from "./quantity.ts";

/** How a channel's prices are compared with price lists. Of the two tolerances the wider one counts. */
export interface PriceCheck {
  /** Hundredths of a percent of the list price. */
  readonly toleranceBasisPoints: number;
  /** Minor units of the channel's currency, for each ordered unit. */
  readonly toleranceMinor: number;
  /** What becomes of goods that no list prices. */
  readonly whenUnpriced: "accept" | "hold";
}

/** Whom a list is for. Its prices are amounts of its currency, with tax or without. */
export interface PriceList {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly currency: string;
  readonly taxIncluded: boolean;
  /** Codes of the channels it serves; null for all. */
  readonly channels: readonly string[] | null;
  /** The class of customers it serves; null for everybody. */
  readonly customerClass: string | null;
}

/** One price of a list: what an ordered unit of an item costs from a quantity on, while it is valid. */
export interface ListPrice extends Effective {
  readonly list: Pick<PriceList, "code" | "currency" | "taxIncluded" | "channels" | "customerClass">;
  /** A named unit of the item; null for its base unit. */
  readonly unit: string | null;
  /** In counted units of the item. */
  readonly minimumQuantity: number;
  /** Decimal text with at most six places. */
  readonly unitPrice: string;
}

/** A line that wants a price. */
export interface PriceQuestion {
  readonly channel: string;
  readonly customerClass: string | null;
  readonly currency: string;
  readonly taxIncluded: boolean;
  /** When the order was placed: prices of that moment count, whatever they are now. */
  readonly at: Instant;
  /** Null for the base unit. */
  readonly unit: string | null;
  /** Base units in one ordered unit. */
  readonly unitFactor: number;
  /** In counted units. */
  readonly quantity: number;
}

/** What an ordered unit costs by its list, and the entry that says so. */
export interface AppliedPrice {
  readonly unitPrice: string;
  readonly price: ListPrice;
}

/** Decimal places of a unit price. */
export const PRICE_SCALE = 6;

/**
 * The prices that apply to a line, the one that counts first: lists for its channel and class before those for its channel,
 * those for its class, and those for everybody; then the ordered unit before the base unit, the highest minimum quantity
 * that is reached, the price that became valid last, and the list's code.
 */
export function rankPrices(prices: readonly ListPrice[], question: PriceQuestion): ListPrice[] {
  return prices.filter((price) => applies(price, question)).toSorted((a, b) =>
    closeness(b) - closeness(a) || Number(a.unit === null) - Number(b.unit === null) || b.minimumQuantity - a.minimumQuantity || b.validFrom - a.validFrom || (a.list.code < b.list.code ? -1 : 1));
}

/** The price that counts, for one ordered unit: a price of the base unit is one for each of the base units in it. */
export function choosePrice(prices: readonly ListPrice[], question: PriceQuestion): AppliedPrice | null {
  const [price] = rankPrices(prices, question);
  return price ? { price, unitPrice: priceOfUnit(price, question) } : null;
}

function applies({ list, unit, minimumQuantity, validFrom, validTo }: ListPrice, question: PriceQuestion): boolean {
  return list.currency === question.currency && list.taxIncluded === question.taxIncluded
    && (list.channels === null || list.channels.includes(question.channel)) && (list.customerClass === null || list.customerClass === question.customerClass)
    && (unit === null || unit === question.unit) && minimumQuantity <= question.quantity
    && validFrom <= question.at && (validTo === null || question.at < validTo);
}

const closeness = ({ list }: ListPrice): number => (list.channels === null ? 0 : 2) + (list.customerClass === null ? 0 : 1);

const priceOfUnit = ({ unit, unitPrice }: ListPrice, question: PriceQuestion): string =>
  unit === question.unit || question.unitFactor === 1 ? unitPrice : formatScaled((scaledInteger(unitPrice, PRICE_SCALE) ?? 0n) * BigInt(question.unitFactor), PRICE_SCALE);

/** Whether a price lies further from the list's than the channel tolerates. Exactly at the edge it is tolerated. */
export function differsBeyond(check: PriceCheck, unitPrice: string, listPrice: string, currency: string): boolean {
  const [given, listed] = [scaledInteger(unitPrice, PRICE_SCALE), scaledInteger(listPrice, PRICE_SCALE)];
  if (given === undefined || listed === undefined) return true;
  const away = given < listed ? listed - given : given - listed;
  const minorUnit = 10n ** BigInt(PRICE_SCALE - (currencyExponent(currency) ?? 2));
  return away > BigInt(check.toleranceMinor) * minorUnit && away * 10_000n > listed * BigInt(check.toleranceBasisPoints);
}

/** Why this price counts, as a sentence. */
export function priceSentence({ list, unit, minimumQuantity, unitPrice, validFrom }: ListPrice, item: Pick<Item, "baseUnit" | "quantityScale">): string {
  const whom = [list.channels === null ? "every channel" : `channel ${list.channels.join(", ")}`, ...(list.customerClass === null ? [] : [`class ${list.customerClass}`])].join(" and ");
  const from = minimumQuantity === 0 ? "" : ` from ${spokenQuantity(item, minimumQuantity)} ${item.baseUnit} on`;
  return `List ${list.code} serves ${whom}: ${unitPrice} ${list.currency} for one ${unit ?? item.baseUnit}${from}, valid since ${new Date(validFrom).toISOString()}.`;
}
