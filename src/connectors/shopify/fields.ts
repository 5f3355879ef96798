import { z } from 'zod';
import { currencyExponent } from '../../domain/kernel/index.ts';

/** Kinds of value in Shopify's messages. Each message of a schema ends the sentence "… is not …". */

const expected = (error: string): { readonly error: string } => ({ error });

/** Nothing is also written as an empty text, and an empty object as an empty list. */
const orNothing = <T extends z.ZodType>(one: T) => z.preprocess((value) => (value === '' || (Array.isArray(value) && value.length === 0) ? null : value), one.nullish());

/** A text that may be absent; apps write numbers where texts are meant. */
export const text = z.union([z.string(), z.number().transform(String)], expected('a text')).nullish();
export const flag = z.boolean(expected('true or false')).nullish();

/** At most 11 digits before the point, so that the minor units of every currency are exact; six after it. */
const AMOUNT = /^-?\d{1,11}(?:\.\d{1,6}0{0,6})?$/;
const amountOf = (pattern: RegExp, error: string) => z.union([z.string(), z.number()], expected(error))
  .transform((value) => String(value).trim()).refine((value) => pattern.test(value), expected(error));

/** Decimal text, whether it came as text or as a number. */
export const amount = amountOf(/^\d{1,11}(?:\.\d{1,6}0{0,6})?$/, 'an amount such as "12.50", zero or more');
export const signedAmount = amountOf(AMOUNT, 'an amount such as "12.50"');
export const optionalAmount = orNothing(amount);

const ID = /^(?:gid:\/\/shopify\/\w{1,40}\/)?(\d{1,20})$/;
const identity = 'an id (digits; as a number below 2^53)';
/** Ids become text: JSON numbers beyond 2^53 have lost their last digits when they are read. */
export const id = z.union([z.string(), z.number()], expected(identity))
  .transform((value) => (typeof value === 'string' || Number.isSafeInteger(value) ? ID.exec(String(value))?.[1] ?? '' : '')).refine((value) => value !== '', expected(identity));
/** Zero stands for none. */
export const optionalId = orNothing(id).transform((value) => (/^0*$/.test(value ?? '') ? null : value));

export const quantity = z.preprocess((value) => (typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value), z.int(expected('a whole quantity')).min(0, expected('a quantity of zero or more')).max(1_000_000, expected('a quantity of at most 1000000')));

const ZONED = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)$/;
const EARLIEST = Date.UTC(1900, 0, 1);
const LATEST = Date.UTC(2200, 0, 1);
const INSTANT = expected('a date and time with a zone, between 1900 and 2200');
/** Milliseconds. Without a zone it would mean another instant on another machine. */
export const instant = z.string(INSTANT).transform((value) => (ZONED.test(value) ? Date.parse(value.replace(' ', 'T')) : NaN))
  .refine((at) => at >= EARLIEST && at < LATEST, INSTANT);
export const optionalInstant = orNothing(instant);

const CURRENCY = expected('an ISO 4217 currency code in use');
export const currency = z.string(CURRENCY).refine((code) => currencyExponent(code) !== undefined, CURRENCY);

const COUNTRY = expected('a country code of two letters');
export const country = z.string(COUNTRY).regex(/^(?:[A-Za-z]{2})?$/, COUNTRY).nullish();

export const coordinate = z.union([z.string(), z.number()], expected('a coordinate')).nullish();

export const listOf = <T extends z.ZodType>(element: T): z.ZodArray<T> => z.array(element, expected('a list'));
export const objectOf = <T extends z.core.$ZodLooseShape>(shape: T): z.ZodObject<T, z.core.$loose> => z.looseObject(shape, expected('an object'));

export const optionalObject = <T extends z.core.$ZodLooseShape>(shape: T) => orNothing(objectOf(shape));
