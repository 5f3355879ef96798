import { assert } from "./assert.ts";

/** Quantities stay far below 2^53, so sums of thousands of lines are exact in a JavaScript number. */
export const QUANTITY_MAX = 1_000_000_000_000;
/** Ten trillion minor units: the same reasoning for money. */
export const MINOR_MAX = 1_000_000_000_000_000;

const PLAIN = /^(-?)(\d{1,18})(?:\.(\d{1,12}))?$/;

/**
 * Reads a plain decimal ("12", "0.25") as an integer count of 10^-scale.
 * Undefined where the text is not a plain decimal or has digits finer than the scale.
 */
export function scaledInteger(text: string, scale: number): bigint | undefined {
  const match = PLAIN.exec(text);
  if (!match) return undefined;
  const [, sign, whole = "", fraction = ""] = match;
  const kept = fraction.replace(/0+$/, "");
  if (kept.length > scale) return undefined;
  const value = BigInt(whole + kept.padEnd(scale, "0"));
  return sign === "-" ? -value : value;
}

/** Rounds numerator / denominator half away from zero; both exact integers, denominator positive. */
export function divideRounded(numerator: bigint, denominator: bigint): bigint {
  assert(denominator > 0n, "denominator must be positive");
  const half = denominator / 2n;
  return numerator < 0n ? -((-numerator + half) / denominator) : (numerator + half) / denominator;
}

/** The inverse of scaledInteger: 1250 at scale 3 is "1.25". */
export function formatScaled(value: number | bigint, scale: number): string {
  const digits = String(value < 0 ? -value : value).padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, "");
  return `${value < 0 ? "-" : ""}${whole}${fraction ? `.${fraction}` : ""}`;
}
