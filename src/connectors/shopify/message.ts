import { z } from 'zod';
import { amount, coordinate, country, currency, flag, id, instant, listOf, objectOf, optionalAmount, optionalId, optionalInstant, optionalObject, quantity, signedAmount, text } from './fields.ts';

/** The parts of Shopify's REST order that are read. Apps and new API versions add properties: unknown ones are fine. */

const money = objectOf({ amount: signedAmount, currency_code: z.string({ error: 'a currency code' }).nullish() });
const moneySet = optionalObject({ shop_money: money.nullable(), presentment_money: money.nullish() });
const allocations = listOf(objectOf({ amount, amount_set: moneySet })).nullish();
const taxLines = listOf(objectOf({ price: optionalAmount, price_set: moneySet })).nullish();

const line = objectOf({
  id, variant_id: optionalId, sku: text, title: text, name: text,
  quantity, current_quantity: quantity.nullish(), price: amount, price_set: moneySet,
  fulfillment_status: text, fulfillable_quantity: quantity.nullish(), requires_shipping: flag, gift_card: flag, tip: z.unknown().optional(), tip_payment_gateway: text, tip_payment_method: text,
  total_discount: optionalAmount, total_discount_set: moneySet, discount_allocations: allocations, tax_lines: taxLines, properties: z.unknown().optional(),
});

const shippingLine = objectOf({
  title: text, price: optionalAmount, price_set: moneySet, discounted_price: optionalAmount, discounted_price_set: moneySet, current_discounted_price_set: moneySet,
  discount_allocations: allocations, is_removed: flag,
});

const address = optionalObject({
  name: text, first_name: text, last_name: text, company: text, address1: text, address2: text, city: text, province: text, province_code: text, zip: text,
  country_code: country, phone: text, latitude: coordinate, longitude: coordinate,
});

const refund = objectOf({
  refund_line_items: listOf(objectOf({ line_item_id: id, quantity, restock_type: text })).nullish(),
});

const transaction = objectOf({
  id, parent_id: optionalId, kind: text, status: text, gateway: text, amount: signedAmount.nullish(), currency: text,
});

const FINANCIAL_STATUSES = ['authorized', 'expired', 'paid', 'partially_paid', 'partially_refunded', 'pending', 'refunded', 'voided'] as const;

export const orderMessage = objectOf({
  id, name: text, currency, presentment_currency: text, test: flag,
  created_at: instant, updated_at: optionalInstant, processed_at: optionalInstant, cancelled_at: optionalInstant, cancel_reason: text,
  financial_status: z.enum(FINANCIAL_STATUSES, { error: `a payment status (${FINANCIAL_STATUSES.join(', ')})` }).nullish(),
  line_items: listOf(line), shipping_lines: listOf(shippingLine).nullish(), refunds: listOf(refund).nullish(),
  total_price: amount, total_price_set: moneySet, current_total_price: optionalAmount, current_total_price_set: moneySet,
  total_tax: optionalAmount, total_tax_set: moneySet, current_total_tax: optionalAmount, current_total_tax_set: moneySet, taxes_included: flag,
  total_discounts: optionalAmount, total_discounts_set: moneySet, current_total_discounts: optionalAmount, current_total_discounts_set: moneySet,
  current_total_duties_set: moneySet, original_total_duties_set: moneySet, duties_included: flag,
  current_total_additional_fees_set: moneySet, current_shipping_price_set: moneySet, total_tip_received: optionalAmount,
  gateway: text, payment_gateway_names: listOf(text).nullish(), transactions: listOf(transaction).nullish(),
  order_risks: listOf(objectOf({ recommendation: text })).nullish(),
  email: text, contact_email: text, phone: text,
  customer: optionalObject({ first_name: text, last_name: text, email: text, phone: text, tags: z.unknown().optional() }), customer_locale: text,
  shipping_address: address, billing_address: address,
  note: text, note_attributes: z.unknown().optional(), source_name: text, tags: text, discount_codes: listOf(objectOf({ code: text })).nullish(),
});

export type OrderMessage = z.infer<typeof orderMessage>;
export type LineMessage = z.infer<typeof line>;
export type ShippingLineMessage = z.infer<typeof shippingLine>;
export type AddressMessage = z.infer<typeof address>;
export type MoneySet = z.infer<typeof moneySet>;
export type Allocations = z.infer<typeof allocations>;

/** What the message says an id is, where its number is beyond 2^53 and so no longer exact. */
export function withExactIds(order: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const lines = order['line_items'];
  return { ...exactId(order), ...(Array.isArray(lines) ? { line_items: lines.map((one: unknown) => (isRecord(one) ? exactId(one) : one)) } : {}) };
}

function exactId(one: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const global = one['admin_graphql_api_id'];
  const inexact = typeof one['id'] === 'number' && Number.isInteger(one['id']) && !Number.isSafeInteger(one['id']);
  return inexact && typeof global === 'string' ? { ...one, id: global } : one;
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
