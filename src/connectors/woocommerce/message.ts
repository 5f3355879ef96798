import { z } from 'zod';
import { currencyExponent, type FieldError, MINOR_MAX, QUANTITY_MAX } from '../../domain/kernel/index.ts';
import { minorUnits } from '../kit/money.ts';

/** One value of the message: what it has to be, in words, and how it is read. Undefined says it is not that. */
const field = <T>(expected: string, read: (value: unknown) => T | undefined) =>
  // An absent property is read as null.
  z.unknown().prefault(null).transform((input, context): T => {
    const value = read(input);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: expected, input });
    return z.NEVER;
  });

/** PHP says false where it found nothing. */
const absent = (value: unknown): boolean => value === undefined || value === null || value === false;
const asText = (value: unknown): string | undefined => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined);
/** Checked as if in a currency of four decimals, the finest there is: what passes can be read in any currency. */
const asMoney = (value: unknown): string | undefined => (Math.abs(minorUnits(value, 'CLF') ?? Infinity) <= MINOR_MAX ? asText(value) : undefined);
/** As text every digit of an id counts, beyond 2^53 too. */
const asReference = (value: unknown): string | null | undefined => {
  const digits = absent(value) || value === '' ? '0' : typeof value === 'string' ? /^\d{1,20}$/.exec(value)?.[0] : Number.isSafeInteger(value) && Number(value) >= 0 ? value : undefined;
  const id = digits === undefined ? undefined : String(digits).replace(/^0+/, '');
  return id === '' ? null : id;
};

const text = field('a text', (value) => (absent(value) ? '' : asText(value)));
const requiredText = field('a text', asText);
/** The shop's database puts "wc-" before a status, and some plug-ins pass it on so. */
export const plainStatus = (written: string): string => written.replace(/^wc-/, '');
const status = field('a text', (value) => (typeof value === 'string' ? plainStatus(value) : undefined));
const identity = field('a whole number above zero', (value) => asReference(value) ?? undefined);
/** Zero stands for "none". */
const reference = field('a whole number, zero or more', asReference);
const money = field('an amount such as "12.50"', asMoney);
/** It has to be there; an empty text is what a plug-in leaves of nothing. */
const moneyOrEmpty = field('an amount such as "12.50"', (value) => (value === '' ? '0' : asMoney(value)));
const moneyOrNothing = field('an amount such as "12.50"', (value) => (absent(value) || value === '' ? '0' : asMoney(value)));
const positiveMoney = field('an amount of zero or more such as "12.50"', (value) => {
  const amount = asMoney(value);
  return amount !== undefined && Number(amount) >= 0 ? amount : undefined;
});
const asQuantity = (value: unknown, pattern: RegExp): string | undefined => {
  const written = asText(value);
  return written !== undefined && pattern.test(written) && Math.abs(Number(written)) <= QUANTITY_MAX ? written : undefined;
};
/** Shops that sell by measure have parts of a unit. */
const quantity = field('a number of units, zero or more, with at most 6 decimals', (value) => asQuantity(value, /^\d{1,16}(?:\.\d{1,6})?$/));
/** A refund's lines count downwards. */
const refundedQuantity = field('a number of units with at most 6 decimals', (value) => (absent(value) ? '0' : asQuantity(value, /^-?\d{1,16}(?:\.\d{1,6})?$/)));
const currency = field('an ISO 4217 code in use', (value) => (typeof value === 'string' && currencyExponent(value) !== undefined ? value : undefined));

const TIMESTAMP = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d+)?)(Z|[+-]\d\d:\d\d)?$/;
/** What MySQL and PHP make of no date. */
const NO_TIME = /^(?:0000-00-00|-0001-11-30)/;
/** Dates carry no zone. The `_gmt` ones are UTC; the others are the shop's clock, read as UTC for want of its zone. */
const instant = field('a time such as "2026-03-01T10:00:00"', (value): number | null | undefined => {
  if (absent(value) || value === '' || (typeof value === 'string' && NO_TIME.test(value))) return null;
  const [, date, time, zone = 'Z'] = (typeof value === 'string' ? TIMESTAMP.exec(value) : null) ?? [];
  const at = Date.parse(`${date}T${time}${zone}`);
  return Number.isNaN(at) ? undefined : at;
});

/** A list of PHP from which entries were taken out is an object in JSON, by their numbers. */
const asList = (value: unknown): unknown =>
  (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).every((key) => /^\d{1,9}$/.test(key)) ? Object.values(value) : value);
const requiredList = <T extends z.ZodType>(entry: T) => z.preprocess(asList, z.array(entry, 'a list'));
/** Null where the message does not say. */
const listOrNull = <T extends z.ZodType>(entry: T) => z.preprocess((value) => (absent(value) || value === '' ? null : asList(value)), z.array(entry, 'a list').nullable());
const list = <T extends z.ZodType>(entry: T) => listOrNull(entry).transform((entries) => entries ?? []);
const object = <T extends z.core.$ZodLooseShape>(shape: T) => z.object(shape, 'an object');

const address = z.preprocess(
  // An empty object of PHP is an empty list in JSON.
  (value) => (absent(value) || value === '' || (Array.isArray(value) && value.length === 0) ? {} : value),
  object({
    first_name: text, last_name: text, company: text, address_1: text, address_2: text,
    city: text, state: text, postcode: text, country: text, email: text, phone: text,
  }),
);

const meta = object({ key: text, value: z.unknown().optional(), display_key: z.unknown().optional(), display_value: z.unknown().optional() });

const lineItem = object({
  id: identity, name: requiredText, product_id: reference, variation_id: reference, quantity,
  subtotal: money, total: money, total_tax: moneyOrNothing, sku: text, meta_data: list(meta),
});

/** Orders name their refunds; what was refunded of which line stands in it where the shop was asked for the refunds themselves. */
const refund = object({ line_items: list(object({ quantity: refundedQuantity, meta_data: list(meta) })) });

const orderMessage = object({
  id: identity, number: text, status, currency, created_via: text, customer_note: text,
  date_created: instant, date_created_gmt: instant, date_modified: instant, date_modified_gmt: instant, date_paid: instant, date_paid_gmt: instant,
  total: positiveMoney, total_tax: moneyOrEmpty, shipping_total: moneyOrEmpty, discount_total: moneyOrNothing,
  billing: address, shipping: address,
  payment_method: text, payment_method_title: text, transaction_id: text,
  line_items: requiredList(lineItem),
  /** Whatever plug-ins keep; only what is looked for is read. */
  meta_data: z.unknown().optional(),
  fee_lines: list(object({ total: moneyOrNothing })),
  coupon_lines: list(object({ code: text })),
  refunds: list(refund),
  /** Null where the message does not say; an empty list where nothing is to be shipped. */
  shipping_lines: listOrNull(object({ method_id: text, method_title: text })),
  /** By the gift card extensions. */
  gift_cards: list(object({ id: reference, code: text, amount: positiveMoney })),
});

export type OrderMessage = z.output<typeof orderMessage>;
export type LineItem = z.output<typeof lineItem>;
export type Address = z.output<typeof address>;

/** The message with every value read, or every bad field of it. */
export function readOrder(body: unknown): { readonly order: OrderMessage; readonly writtenAt: number } | { readonly errors: readonly FieldError[] } {
  const parsed = orderMessage.safeParse(body);
  const errors = parsed.success ? [] : parsed.error.issues.map(({ path, message }) => fieldError(body, path, message));
  if (!parsed.success && !isRecord(body)) return { errors };
  const writtenAt = parsed.success ? modified(parsed.data) : undefined;
  if (writtenAt === null || (isRecord(body) && DATES.every((name) => absent(body[name]) || body[name] === ''))) {
    errors.push(fieldError(body, ['date_modified_gmt'], 'a time such as "2026-03-01T10:00:00"'));
  }
  return parsed.success && typeof writtenAt === 'number' ? { order: parsed.data, writtenAt } : { errors };
}

const DATES = ['date_modified_gmt', 'date_modified', 'date_created_gmt', 'date_created'] as const;
const modified = (order: OrderMessage): number | null => DATES.map((name) => order[name]).find((at) => at !== null) ?? null;

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

function fieldError(body: unknown, path: readonly PropertyKey[], expected: string): FieldError {
  const value = path.reduce<unknown>((inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined), body);
  const pointer = path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  const detail = value === undefined ? `It is missing; it should be ${expected}.` : `${shown(value)} is not ${expected}.`;
  return { pointer, code: 'INVALID_FIELD', detail };
}

/** The sender's own value, at most 100 characters of it. */
function shown(value: unknown): string {
  const written = JSON.stringify(value) ?? String(value);
  return written.length > 100 ? `${written.slice(0, 99).replace(/\p{Surrogate}/gu, '')}…` : written;
}
