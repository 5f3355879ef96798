import { minorUnits } from '../kit/money.ts';
import type { Allocations, MoneySet } from './message.ts';

/** The amount in the shop's currency: of the set where it has one, else the plain field. Undefined where neither says it. */
export function shopAmount(plain: string | null | undefined, set: MoneySet, currency: string): string | undefined {
  const shop = set?.shop_money;
  return shop?.currency_code === currency ? shop.amount : (plain ?? undefined);
}

/** The same in minor units. */
export function shopMinor(plain: string | null | undefined, set: MoneySet, currency: string): number | undefined {
  return minorUnits(shopAmount(plain, set, currency), currency);
}

/** The sum of a list of amounts, each with its set. */
export const allocatedMinor = (allocations: Allocations, currency: string): number =>
  sumOf(allocations ?? [], (one) => shopMinor(one.amount, one.amount_set, currency) ?? 0);

export const sumOf = <T>(values: readonly T[], figure: (value: T) => number): number => values.reduce((sum, value) => sum + figure(value), 0);

/** What is left of an amount for a whole line when some of its units are gone. The removed share is rounded down, so the two always add up. */
export function remainingShare(minor: number, remaining: number, ordered: number): number {
  if (remaining >= ordered) return minor;
  return minor - Number((BigInt(minor) * BigInt(ordered - remaining)) / BigInt(ordered));
}
