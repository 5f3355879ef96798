import { differsBeyond, type PriceCheck } from "../catalog/index.ts";
import type { HoldRequest } from "./holds.ts";
import type { LineDocument } from "./types.ts";

/** A line whose price is not its list's; without a list's price it has none although it should. */
export interface PriceDifference {
  readonly line: number;
  readonly sku: string;
  readonly unit_price: string;
  readonly list_price: string | null;
  readonly price_list: string | null;
}

/** Who keeps a hold about list prices: nobody else's PRICING hold is changed when prices are looked at again, nor one that names nobody. */
export const PRICING_OWNER = "price-lists";
const REASON_MAX = 500;
/** Differences that an event names. */
const NAMED_MAX = 20;

/** Lines whose price lies beyond the channel's tolerance, of those whose list was asked. */
export function priceDifferences(lines: readonly { readonly lineNo: number; readonly document: LineDocument }[], currency: string, check: PriceCheck | null): PriceDifference[] {
  if (check === null) return [];
  return lines.flatMap(({ lineNo, document: { sku, unit_price, list_price: listed } }): PriceDifference[] => {
    if (listed === undefined) return [];
    if (listed === null) return check.whenUnpriced === "hold" ? [{ line: lineNo, sku, unit_price, list_price: null, price_list: null }] : [];
    return differsBeyond(check, unit_price, listed.unit_price, currency) ? [{ line: lineNo, sku, unit_price, list_price: listed.unit_price, price_list: listed.price_list }] : [];
  });
}

/** Every line by name as far as there is room, and how many more there are. */
export function priceReason(differences: readonly PriceDifference[], currency: string): string {
  let reason = "";
  for (const [index, { line, sku, unit_price: given, list_price: listed, price_list: list }] of differences.entries()) {
    const sentence = `Line ${line}, ${sku}: ${given} ${currency}${listed === null ? ", and no price list has a price." : ` instead of ${listed} (list ${list}).`}`;
    const rest = ` And ${differences.length - index} more.`;
    if (reason.length + sentence.length + rest.length + 1 > REASON_MAX) return reason + rest;
    reason = reason === "" ? sentence : `${reason} ${sentence}`;
  }
  return reason;
}

/** What an event says of differing prices; nothing where none differs. */
export const priceData = (differences: readonly PriceDifference[]): Readonly<Record<string, unknown>> =>
  differences.length === 0 ? {} : { differing_prices: differences.length, price_differences: differences.slice(0, NAMED_MAX) };

export const priceHold = (reason: string): HoldRequest => ({ kind: "PRICING", scope: "order", lineNo: null, shipmentNo: null, reason, owner: PRICING_OWNER, dueAt: null });
