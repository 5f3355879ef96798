import type { UciRow } from './rows.ts';

/** What a row of the data is. `meaning` is what the report says. */
export const ROW_CLASSES = {
  sale: 'goods sold', given_away: 'goods given away, at 0.00', shipping: 'postage and carriage', discount: 'discounts', other_charge: 'other service charges',
  cancellation: 'cancellation invoices', adjustment: 'adjustments', stock_note: 'stock notes', unreadable: 'unreadable rows',
} as const;

export type RowClass = keyof typeof ROW_CLASSES;

/** Codes that are no goods, by what their money is in an order. */
const SERVICES: ReadonlyMap<string, 'shipping' | 'discount' | 'other_charge'> = new Map([
  ['POST', 'shipping'], ['DOT', 'shipping'], ['C2', 'shipping'], ['C3', 'shipping'], ['D', 'discount'],
  ['M', 'other_charge'], ['S', 'other_charge'], ['B', 'other_charge'], ['BANK CHARGES', 'other_charge'], ['AMAZONFEE', 'other_charge'], ['CRUK', 'other_charge'], ['PADS', 'other_charge'],
]);
/** Vouchers of 10 to 50 pounds, adjustments by a person's name, and tries. */
const SERVICE_PATTERN = /^(?:GIFT_\d|ADJUST|TEST\d|GIFT$)/;

/** Whether a product was ever sold at a price under a name. */
export type SoldUnder = (sku: string, description: string) => boolean;

export const isCancellation = (invoice: string): boolean => /^C/i.test(invoice);

/** What a row is; the first rule that fits decides. */
export function classOf(row: UciRow, soldUnder: SoldUnder): RowClass {
  const { invoice, sku, description, quantity, tenths, price, customer } = row;
  if (row.fault !== null) return 'unreadable';
  if (isCancellation(invoice)) return 'cancellation';
  if (/^A/i.test(invoice) || /^adjust bad debt$/i.test(description)) return 'adjustment';
  const service = SERVICES.get(sku) ?? (SERVICE_PATTERN.test(sku) ? 'other_charge' : undefined);
  if (service === 'discount') return tenths <= 0 ? 'discount' : 'other_charge';
  if (quantity <= 0 || price.startsWith('-')) return 'adjustment';
  // The stock clerk's words ("damaged", "found", "?", nothing) stand where a name should, and nobody bought at that name.
  if (tenths === 0 && customer === '' && !soldUnder(sku, description)) return 'stock_note';
  if (service !== undefined) return service;
  return tenths === 0 ? 'given_away' : 'sale';
}

export const isGoods = (one: RowClass): boolean => one === 'sale' || one === 'given_away';
export const isOrderMoney = (one: RowClass): boolean => isGoods(one) || one === 'shipping' || one === 'discount' || one === 'other_charge';
