import { assert, divideRounded } from "../kernel/index.ts";

/**
 * What the first `part` of `whole` bears of an amount, in minor units: amount × part ÷ whole, half a unit away from zero.
 * What a later piece bears is the share up to its end less the share up to its start, so that pieces sum to the amount however
 * the whole is cut, none is more than one unit from its exact share, and none has the other sign (the rounding of running
 * totals; ISO 80000-1, annex B, rule B for the halves).
 */
export function cumulativeShare(amountMinor: number, part: number, whole: number): number {
  assert(whole > 0 && part >= 0 && part <= whole, "a part lies within its whole");
  return Number(divideRounded(BigInt(amountMinor) * BigInt(part), BigInt(whole)));
}

/**
 * Splits an amount by weights so that the parts sum to it: everyone gets the whole units of their exact share, and what is left
 * goes, a unit each, to the largest remainders, of equal ones to the first (Hamilton's method of apportionment). Without any
 * weight everyone counts the same.
 */
export function largestRemainder(amountMinor: number, weights: readonly number[]): number[] {
  assert(weights.length > 0 || amountMinor === 0, "an amount is split over something");
  const total = weights.reduce((sum, weight) => sum + BigInt(weight), 0n);
  const shares = weights.map((weight, index) => ({ index, weight: total === 0n ? 1n : BigInt(weight) }));
  const whole = total === 0n ? BigInt(weights.length) : total;
  const amount = BigInt(Math.abs(amountMinor));
  const exact = shares.map(({ index, weight }) => ({ index, units: (amount * weight) / whole, remainder: (amount * weight) % whole }));
  let left = amount - exact.reduce((sum, { units }) => sum + units, 0n);
  const parts = exact.map(({ units }) => Number(units));
  for (const { index } of exact.toSorted((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1))) {
    if (left === 0n) break;
    parts[index] = (parts[index] ?? 0) + 1;
    left -= 1n;
  }
  return amountMinor < 0 ? parts.map((part) => 0 - part) : parts;
}
