/** Minor units of a decimal such as "58.90", exactly; undefined where it is not a plain decimal of at most that many digits. */
export function minorUnits(text: string, digits: number): number | undefined {
  const match = /^(\d{1,12})(?:\.(\d{1,12}))?$/.exec(text);
  if (match === null) return undefined;
  const [, whole = '', fraction = ''] = match;
  if (/[1-9]/.test(fraction.slice(digits))) return undefined;
  const minor = Number(whole + fraction.slice(0, digits).padEnd(digits, '0'));
  return Number.isSafeInteger(minor) ? minor : undefined;
}

/** "58.90" of 5890 minor units. */
export function decimalOf(minor: number, digits: number): string {
  const text = String(Math.abs(minor)).padStart(digits + 1, '0');
  const sign = minor < 0 ? '-' : '';
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** "883,032.34" of 88303234 minor units. */
export function moneyText(minor: number, digits: number): string {
  const [whole = '', fraction] = decimalOf(minor, digits).split('.');
  return grouped(whole) + (fraction === undefined ? '' : `.${fraction}`);
}

/** "6,685" of 6685. */
export const countText = (count: number): string => grouped(String(count));

const grouped = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, ',');

/** A measure such as "300" or "16.5", in a unit that is `factor` times smaller, rounded; undefined where it is no number. */
export function measure(text: string, factor: number): number | undefined {
  return /^\d{1,9}(?:\.\d{1,9})?$/.test(text) ? Math.round(Number(text) * factor) : undefined;
}

/** A degree between plus and minus `most`. */
export function degrees(text: string, most: number): number | undefined {
  const value = /^-?\d{1,3}(?:\.\d{1,20})?$/.test(text) ? Number(text) : Number.NaN;
  return Math.abs(value) <= most ? value : undefined;
}

/** Digits after the point of a currency's minor unit, or undefined where there is no such currency. */
export function currencyDigits(code: string): number | undefined {
  if (!Intl.supportedValuesOf('currency').includes(code)) return undefined;
  return new Intl.NumberFormat('en', { style: 'currency', currency: code }).resolvedOptions().maximumFractionDigits;
}
