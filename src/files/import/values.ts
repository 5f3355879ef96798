import { currencyDigits, decimalOf, minorUnits } from '../numbers.ts';
import type { ClockReader } from '../local-time.ts';

/** What reading a value may depend on. */
export interface Reading {
  readonly clock: ClockReader;
  /** Whether "2,50" is two and a half: in files that are separated by something else than commas. */
  readonly decimalComma: boolean;
  /** Whether "1.000" is a thousand to those who write so: in files that are separated by semicolons. */
  readonly dottedThousands: boolean;
  /** Currency of rows that name none. */
  readonly currency: string | null;
}

export class ValueFault extends Error {}

/** A kind of value: how a file says it and what the API takes for it. What is written is read as the same. */
export interface Value {
  /** Throws ValueFault where the text is no such value. */
  read(text: string, reading: Reading, currency: string): unknown;
  write(value: unknown, currency: string): string;
}

const plainly = (read: Value['read']): Value => ({ read, write: String });

const plainDecimal = (value: string, { decimalComma }: Reading): string => {
  const plain = decimalComma ? value.replace(/^(-?\d+),(\d+)$/, '$1.$2') : value;
  if (!/^-?\d{1,18}(?:\.\d{1,12})?$/.test(plain)) throw new ValueFault('is no plain number such as 2.50');
  return plain;
};

export const text = plainly((value) => value);
/** Customs tariffs write their codes with points or spaces between the digits. */
export const tariff = plainly((value) => value.replaceAll(/(?<=\d)[. ](?=\d)/g, ''));
export const whole = plainly((value) => {
  if (!/^-?\d{1,15}$/.test(value)) throw new ValueFault('is no whole number');
  return Number(value);
});
/** A number of which a misread dot would make another one a thousand times as large or as small. */
const exactDecimal = (value: string, reading: Reading): string => {
  if (reading.dottedThousands && /^-?[1-9]\d{0,2}\.\d{3}$/.test(value)) throw new ValueFault(`may be ${value.replace('.', '')} or ${value.replace('.', ',')}: write one of these`);
  return plainDecimal(value, reading);
};
export const decimal = plainly(exactDecimal);
export const degree = plainly((value, reading) => Number(plainDecimal(value, reading)));
export const flag = plainly((value) => {
  if (/^(?:true|yes|y|1)$/i.test(value)) return true;
  if (/^(?:false|no|n|0)$/i.test(value)) return false;
  throw new ValueFault('is neither yes nor no');
});
export const lower = plainly((value) => value.toLowerCase());
export const upper = plainly((value) => value.toUpperCase());
export const instant = plainly((value, { clock }) => {
  const at = clock(value);
  if (at === undefined) throw new ValueFault('is no time such as 2026-03-01 10:00');
  return new Date(at).toISOString();
});

/** An amount, in minor units for the API. */
const amount = (sign: RegExp): Value => ({
  read(value, reading, currency) {
    const digits = currencyDigits(currency);
    const plain = exactDecimal(value, reading);
    const minor = digits === undefined ? undefined : minorUnits(plain.replace(sign, ''), digits);
    if (minor === undefined) throw new ValueFault(currency === '' ? 'has no currency: name it in a column or with --currency' : `is no amount of ${currency}`);
    return plain.startsWith('-') ? -minor : minor;
  },
  write: (value, currency) => decimalOf(Number(value), currencyDigits(currency) ?? 0),
});
export const money = amount(/(?!)/);
export const signedMoney = amount(/^-/);

export const json: Value = {
  read(value) {
    try {
      return JSON.parse(value) as unknown;
    } catch {
      throw new ValueFault('is no JSON');
    }
  },
  write: (value) => JSON.stringify(value),
};

/** Short texts, separated by bars; as JSON where one of them has a bar itself. */
export const list: Value = {
  read: (value, ...rest) => (value.startsWith('[') ? json.read(value, ...rest) : value.split('|').map((one) => one.trim()).filter((one) => one !== '')),
  write: (value) => (Array.isArray(value) && value.every((one) => /^[^|\s[](?:[^|]*[^|\s])?$/.test(String(one))) && value.length > 0 ? value.join('|') : JSON.stringify(value)),
};
