import { currencyExponent } from '../../domain/kernel/index.ts';

/**
 * Decimal text or a JSON number as minor units of a currency, rounded half away from zero where the channel writes more
 * digits than the currency has; undefined where it is no number or beyond 2^53.
 */
export function minorUnits(value: unknown, currency: string): number | undefined {
  const exponent = currencyExponent(currency);
  const text = typeof value === 'number' && Number.isFinite(value) ? plain(value) : typeof value === 'string' ? value.trim() : '';
  const match = /^(-?)(\d{1,15})(?:\.(\d{1,40}))?$/.exec(text);
  if (!match || exponent === undefined) return undefined;
  const [, sign, whole = '0', fraction = ''] = match;
  const digits = `${fraction}0000000000000`.slice(0, exponent + 1);
  const scaled = BigInt(whole + digits);
  const rounded = Number((scaled + 5n) / 10n);
  return Number.isSafeInteger(rounded) ? (sign === '-' && rounded !== 0 ? -rounded : rounded) : undefined;
}

/** A JSON number without an exponent. */
const plain = (value: number): string => (Math.abs(value) < 1e-6 ? value.toFixed(12) : String(value));
