import { accept, divideRounded, formatScaled, type Outcome, QUANTITY_MAX, refuse, scaledInteger } from "../kernel/index.ts";
import type { Item } from "./types.ts";

/**
 * Reads an ordered quantity ("2", "0.25") in a named unit as an integer of the item's counted units
 * (10^-quantityScale of the base unit). Refuses zero, negative, too fine, too large and unknown units.
 */
export function countedQuantity(item: Pick<Item, "sku" | "quantityScale" | "baseUnit" | "units">, text: string, unitName: string | null): Outcome<{ quantity: number; factor: number }> {
  const factor = unitName === null || unitName === item.baseUnit ? 1 : item.units.find((unit) => unit.name === unitName)?.factor;
  if (factor === undefined) {
    const known = [item.baseUnit, ...item.units.map((unit) => unit.name)].join(", ");
    return refuse("UNKNOWN_UNIT", `${item.sku} is not counted in "${unitName}"; it is counted in ${known}.`);
  }
  const scaled = scaledInteger(text, 12);
  if (scaled === undefined) return unreadable(text);
  if (scaled <= 0n) return refuse("QUANTITY_NOT_POSITIVE", `The quantity is ${text}; it must be more than zero.`);
  const parts = scaled * BigInt(factor);
  const grain = 10n ** BigInt(12 - item.quantityScale);
  if (parts % grain !== 0n) {
    return refuse("QUANTITY_TOO_FINE", `${text} ${unitName ?? item.baseUnit} of ${item.sku} is finer than its ${item.quantityScale} decimal places.`);
  }
  const quantity = parts / grain;
  if (quantity > BigInt(QUANTITY_MAX)) {
    return refuse("QUANTITY_TOO_LARGE", `${text} is more than the ${QUANTITY_MAX} counted units a line may have.`);
  }
  return accept({ quantity: Number(quantity), factor });
}

const TOO_MANY_DIGITS = /^\d{19,}(?:\.\d{1,12})?$/;

const unreadable = (text: string): ReturnType<typeof refuse> => TOO_MANY_DIGITS.test(text)
  ? refuse("QUANTITY_TOO_LARGE", `${text} is more than the ${QUANTITY_MAX} counted units a line may have.`)
  : refuse("QUANTITY_TOO_FINE", `"${text}" is not a plain decimal with at most 12 digits after the point.`);

/** A quantity inside a command: counted units already, or as its sender wrote it, in a unit of the item. */
export type GivenQuantity = number | { readonly text: string; readonly unit: string | null };

/** Counted units of a given quantity. A count may be zero; an adjustment may be negative but not zero. */
export function readQuantity(item: Item, given: GivenQuantity, allowed: "positive" | "zero" | "signed"): Outcome<number> {
  if (typeof given === "number") return accept(given);
  const negative = allowed === "signed" && given.text.startsWith("-");
  if (allowed === "zero" && scaledInteger(given.text, 12) === 0n) return accept(0);
  const counted = countedQuantity(item, negative ? given.text.slice(1) : given.text, given.unit);
  return counted.ok ? accept(negative ? -counted.value.quantity : counted.value.quantity) : counted;
}

/** A counted quantity in the words of a person: 1250 of an item counted in grams of a kilogram is "1.25". */
export const spokenQuantity = (item: Pick<Item, "quantityScale">, quantity: number): string => formatScaled(quantity, item.quantityScale);

/** The same in a unit of so many base units: 24 pieces are "2" cases of twelve. */
export const spokenIn = ({ quantityScale }: Pick<Item, "quantityScale">, quantity: number, factor: number): string =>
  formatScaled(divideRounded(BigInt(quantity) * 10n ** BigInt(12 - quantityScale), BigInt(factor)), 12);
