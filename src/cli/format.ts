/** 12.50 EUR, with as many digits as the currency has. */
export function money(minor: number, currency: string): string {
  const digits = digitsOf(currency);
  return `${(minor / 10 ** digits).toFixed(digits)} ${currency}`;
}

/** Counted units as a quantity of base units: 2500 with 3 digits is 2.5. */
export function quantity(units: number, scale: number): string {
  const digits = String(units).padStart(scale + 1, '0');
  return scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`.replace(/\.?0+$/, '');
}

/** A line as far as its counted units can be written by it. */
export interface CountedLine { readonly line: number; readonly quantity_scale: number }
/** Counted units of a line of an order; of a line that is gone they are taken as whole ones. */
export const unitsOf = (lines: readonly CountedLine[], line: number, units: number): string => quantity(units, lines.find((one) => one.line === line)?.quantity_scale ?? 0);

/** Where units of a line are: "1.5 reserved, 2 in transit". */
export const stages = (buckets: Readonly<Record<string, number>>, scale: number): string => Object.entries(buckets).filter(([, units]) => units > 0).map(([stage, units]) => `${quantity(units, scale)} ${stage.replaceAll('_', ' ')}`).join(', ');

/** Routing costs are kept in millionths of a currency unit. */
export const micros = (value: unknown): string => (typeof value === 'number' ? (value / 1e6).toFixed(2) : '');

function digitsOf(currency: string): number {
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

/** 2026-11-21 18:04 UTC: short, and never ambiguous about its zone. */
export const instant = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;

/** Text from elsewhere on a terminal: no control characters, one line. */
export const plain = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ').trim();
