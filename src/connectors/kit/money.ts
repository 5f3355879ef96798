import { currencyExponent, divideRounded } from '../../domain/kernel/index.ts';

/**
 * Decimal text or a JSON number as minor units of a currency, rounded half away from zero where the channel writes more
 * digits than the currency has; undefined where it is no number or beyond 2^53.
 */
export const minorUnits = (value: unknown, currency: string): number | undefined => minorUnitsOfSum([value], currency);

/** The same of a sum, rounded once: amounts with more digits than the currency has add up to another figure when each is rounded first. */
export function minorUnitsOfSum(values: readonly unknown[], currency: string): number | undefined {
  const exponent = currencyExponent(currency);
  const exact = values.map(scaled).filter((one) => one !== undefined);
  if (exact.length < values.length || exponent === undefined) return undefined;
  const minor = Number(divideRounded(exact.reduce((sum, one) => sum + one, 0n), 10n ** BigInt(FRACTION_MAX - exponent)));
  return Number.isSafeInteger(minor) ? minor : undefined;
}

/** Digits after the point that are read. */
const FRACTION_MAX = 40;
const AMOUNT = /^(-?)(\d{1,15})(?:\.(\d{1,40}))?$/;

/** Exactly, in units of the last digit that is read. */
function scaled(value: unknown): bigint | undefined {
  const text = typeof value === 'number' && Number.isFinite(value) ? plain(value) : typeof value === 'string' ? value.trim() : '';
  const match = AMOUNT.exec(text);
  if (!match) return undefined;
  const [, sign, whole = '0', fraction = ''] = match;
  const digits = BigInt(whole + fraction.padEnd(FRACTION_MAX, '0'));
  return sign === '-' ? -digits : digits;
}

/** A JSON number without an exponent. */
const plain = (value: number): string => (Math.abs(value) < 1e-6 ? value.toFixed(12) : String(value));
