// What is in the fields, and what the server is sent of it.
import type { Channel } from '../api.ts';
import { amountText, minorOf, typedText } from '../numbers.ts';
import type { Refusal } from '../refusals/told.tsx';
import type { DraftBody, OrderDraft, OrderDraftContent } from './api.ts';

export interface LineFields { readonly sku: string; readonly quantity: string; readonly unit: string; readonly price: string; readonly discount: string }
export interface Fields {
  readonly channel: string;
  readonly customerId: string | null;
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly class: string;
  readonly street: string;
  readonly city: string;
  readonly postcode: string;
  readonly country: string;
  readonly lines: readonly LineFields[];
  readonly discount: string;
  readonly shipping: string;
  readonly taxIncluded: boolean;
  readonly payment: 'paid' | 'pending' | 'invoice';
  readonly note: string;
}

export const LINE: LineFields = { sku: '', quantity: '1', unit: '', price: '', discount: '' };
export const EMPTY: Fields = { channel: '', customerId: null, name: '', email: '', phone: '', class: '', street: '', city: '', postcode: '', country: '', lines: [LINE], discount: '', shipping: '', taxIncluded: true, payment: 'paid', note: '' };

export function fieldsOf({ channel, customer, ship_to: to, lines, tax_included: taxIncluded, discount_percent: discount, shipping_minor: shipping, payment, note }: OrderDraftContent, currency: string | null): Fields {
  return {
    channel, customerId: customer.id, name: customer.name ?? '', email: customer.email ?? '', phone: customer.phone ?? '', class: customer.class ?? '', street: to?.street ?? '', city: to?.city ?? '', postcode: to?.postcode ?? '', country: to?.country ?? '',
    lines: lines.length === 0 ? [LINE] : lines.map((line) => ({ sku: line.sku, quantity: typedText(line.quantity), unit: line.unit ?? '', price: typedText(line.unit_price ?? ''), discount: typedText(line.discount_percent ?? '') })),
    discount: typedText(discount ?? ''), shipping: shipping === 0 || currency === null ? '' : typedText(amountText(shipping, currency)), taxIncluded, payment, note: note ?? '',
  };
}

/** What a channel's amounts are in; null where there is no channel yet, or nobody has said what it is. */
export const currencyOf = (channel: string, draft: OrderDraft | null, channels: readonly Pick<Channel, 'code' | 'currency'>[]): string | null =>
  (draft?.content?.channel === channel ? draft.quote?.currency : null) ?? channels.find(({ code }) => code === channel)?.currency ?? null;

/** Minor units of what was typed as the cost of shipping; null where it is no amount of the currency, or there is none. */
export const shippingOf = (text: string, currency: string | null): number | null => (text.trim() === '' ? 0 : currency === null ? null : minorOf(text, currency));

const plain = (text: string): string => text.trim().replace(',', '.');

export const bodyOf = (fields: Fields, currency: string | null): DraftBody => ({
  channel: fields.channel, customer: { id: fields.customerId, name: fields.name, email: fields.email, phone: fields.phone, class: fields.class },
  ship_to: shipTo(fields), lines: orderedLines(fields).map(({ sku, quantity, unit, price, discount }) => ({ sku: sku.trim(), quantity: plain(quantity), unit, unit_price: plain(price), discount_percent: plain(discount) })),
  tax_included: fields.taxIncluded, discount_percent: plain(fields.discount), shipping_minor: shippingOf(fields.shipping, currency) ?? 0, payment: fields.payment, note: fields.note,
});

/** An empty line is one that nobody has begun. */
export const orderedLines = ({ lines }: Pick<Fields, 'lines'>): readonly LineFields[] => lines.filter(({ sku }) => sku.trim() !== '');

function shipTo({ name, street, city, postcode, country }: Fields): Exclude<DraftBody['ship_to'], undefined> {
  const given = Object.entries({ name: name.trim(), street: street.trim(), city: city.trim(), postcode: postcode.trim(), country: country.trim() }).filter(([, value]) => value !== '');
  return given.length === 0 ? null : Object.fromEntries(given);
}

/** What is wrong by field, in the words of the server: the numbers of lines are those of lines that were begun. */
export function problemsOf(draft: OrderDraft | null): ReadonlyMap<string, Refusal> {
  return new Map((draft?.quote?.problems ?? []).map(({ pointer, code, detail }) => [pointer.replace(/^#/, ''), { pointer, code, detail }]));
}
