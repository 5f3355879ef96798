// Money, quantities and distances as people read them. Everything arrives as integers and is never turned into a fraction.
import { locale } from './i18n/words.ts';

/** ISO 4217 minor units that are not two digits. Browsers follow another list, which rounds some currencies. */
const EXPONENTS: Readonly<Record<string, number>> = {
  BIF: 0, CLP: 0, DJF: 0, GNF: 0, ISK: 0, JPY: 0, KMF: 0, KRW: 0, PYG: 0, RWF: 0, UGX: 0, UYI: 0, VND: 0, VUV: 0,
  XAF: 0, XOF: 0, XPF: 0, BHD: 3, IQD: 3, JOD: 3, KWD: 3, LYD: 3, OMR: 3, TND: 3, CLF: 4, UYW: 4,
};
const MICRO_DIGITS = 6;

/** Digits after the point of a currency's minor unit. */
export const digitsOf = (currency: string): number => EXPONENTS[currency] ?? 2;

/** An integer of 10^-digits as plain decimal text: 12345 with 2 digits is 123.45. */
export function decimalText(integer: number, digits: number): string {
  const sign = integer < 0 ? '-' : '';
  const text = String(Math.abs(Math.trunc(integer))).padStart(digits + 1, '0');
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

const formatters = new Map<string, Intl.NumberFormat>();

function formatter(currency: string, digits: number): Intl.NumberFormat | null {
  const key = `${locale()} ${currency} ${digits}`;
  const known = formatters.get(key);
  if (known) return known;
  try {
    const made = new Intl.NumberFormat(locale(), { style: 'currency', currency, minimumFractionDigits: digits, maximumFractionDigits: digits });
    formatters.set(key, made);
    return made;
  } catch {
    return null;
  }
}

function inCurrency(integer: number, scale: number, currency: string): string {
  const digits = digitsOf(currency);
  const text = decimalText(integer, scale);
  // Decimal text is formatted exactly; the type of format() only knows numbers in its string form.
  return formatter(currency, digits)?.format(text as `${number}`) ?? `${text} ${currency}`;
}

/** The minor units of an amount as it was typed, whichever sign parts them; null where it is no amount of the currency. */
export function minorOf(text: string, currency: string): number | null {
  const digits = digitsOf(currency);
  const match = /^(\d{1,11})(?:[.,](\d{1,4}))?$/.exec(text.trim());
  if (match === null || (match[2] ?? '').length > digits) return null;
  return Number(`${match[1]}${(match[2] ?? '').padEnd(digits, '0')}`);
}

/** Minor units as they are typed: all digits of the currency, and no sign of it. */
export const amountText = (minor: number, currency: string): string => decimalText(minor, digitsOf(currency));

export const money = (minor: number, currency: string): string => inCurrency(minor, digitsOf(currency), currency);

const FRACTION = /\.(\d*?)0*$/;
/** A price of one unit, exact: with all digits of its currency, and with more where it has more. */
export const price = (amount: string, currency: string): string =>
  formatter(currency, Math.max(digitsOf(currency), FRACTION.exec(amount)?.[1]?.length ?? 0))?.format(amount as `${number}`) ?? `${amount} ${currency}`;

/** Routing costs are micro-units of the channel's currency; a sum over channels of several has none. */
export const micros = (amount: number, currency: string | null): string => (currency === null ? plainly(2, 2).format(decimalText(amount, MICRO_DIGITS) as `${number}`) : inCurrency(amount, MICRO_DIGITS, currency));

/** An integer of 10^-digits with all of its digits, in the reader's own signs. */
export const decimal = (integer: number, digits: number): string => plainly(digits, digits).format(decimalText(integer, digits) as `${number}`);

/** What a strategy says that something costs, exact: 0.004 a kilometre is not 0.00. */
export const exactMicros = (amount: number, currency: string | null): string => (currency === null ? plainly(MICRO_DIGITS, 2).format(decimalText(amount, MICRO_DIGITS) as `${number}`) : price(decimalText(amount, MICRO_DIGITS), currency));

const plain = new Map<string, Intl.NumberFormat>();
/** A formatter is dear to make and cheap to use, so each is made once a language. */
function plainly(digits: number, least = 0): Intl.NumberFormat {
  const key = `${locale()} ${least} ${digits}`;
  const known = plain.get(key) ?? new Intl.NumberFormat(locale(), { minimumFractionDigits: least, maximumFractionDigits: digits });
  plain.set(key, known);
  return known;
}
export const count = (value: number): string => plainly(3).format(value);

/** What a quantity may have behind the point; its items say how much of that they use. */
const QUANTITY_DIGITS = 6;
/** A quantity as it comes over the wire, "1.500", as the reader writes it and without zeros at the end. */
export const quantityText = (text: string): string => plainly(QUANTITY_DIGITS).format(text as `${number}`);
/** Counted units as a quantity of the base unit. Every quantity that is shown is written by this or by quantityText. */
export const quantity = (units: number, scale: number): string => quantityText(decimalText(units, scale));

/** A decimal as the reader would type it into a field: nothing parts its thousands, as that could be read as the decimal sign. */
export const typedText = (text: string): string => text.replace('.', plainly(1, 1).format(0.5).slice(1, -1));
/** Counted units for a field, without zeros at the end. */
export const typedQuantity = (units: number, scale: number): string => typedText(scale === 0 ? String(units) : decimalText(units, scale).replace(/\.?0+$/, ''));

export const kilometres = (km: number): string => `${plainly(km < 10 ? 1 : 0).format(km)} km`;
