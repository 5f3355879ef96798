import { currencyDigits, minorUnits } from '../numbers.ts';
import type { ClockReader } from '../local-time.ts';

export type FileKind = 'items' | 'nodes' | 'stock' | 'orders';

/** What reading a value may depend on. */
export interface Reading {
  readonly clock: ClockReader;
  /** Whether "2,50" is two and a half: in files that are separated by something else than commas. */
  readonly decimalComma: boolean;
  /** Currency of rows that name none. */
  readonly currency: string | null;
}

/** Throws ValueFault where the text is no such value. */
type Read = (text: string, reading: Reading, currency: string) => unknown;

export class ValueFault extends Error {}

/** A field of a file: where its value stands in the API's body, and other headings it goes by. */
export interface Field {
  readonly at: readonly [string] | readonly [string, string];
  readonly also: readonly string[];
  readonly read: Read;
  /** Of an order's file: whether it belongs to the line rather than to the order. */
  readonly ofLine: boolean;
}

const text: Read = (value) => value;
const whole: Read = (value) => {
  if (!/^-?\d{1,15}$/.test(value)) throw new ValueFault('is no whole number');
  return Number(value);
};
const plainDecimal = (value: string, { decimalComma }: Reading): string => {
  const plain = decimalComma ? value.replace(/^(-?\d+),(\d+)$/, '$1.$2') : value;
  if (!/^-?\d{1,18}(?:\.\d{1,12})?$/.test(plain)) throw new ValueFault('is no plain number such as 2.50');
  return plain;
};
const decimal: Read = plainDecimal;
const degree: Read = (value, reading) => Number(plainDecimal(value, reading));
const money: Read = (value, reading, currency) => {
  const digits = currencyDigits(currency);
  const minor = digits === undefined ? undefined : minorUnits(plainDecimal(value, reading), digits);
  if (minor === undefined) throw new ValueFault(currency === '' ? 'has no currency: name it in a column or with --currency' : `is no amount of ${currency}`);
  return minor;
};
const flag: Read = (value) => {
  if (/^(?:true|yes|y|1)$/i.test(value)) return true;
  if (/^(?:false|no|n|0)$/i.test(value)) return false;
  throw new ValueFault('is neither yes nor no');
};
const lower: Read = (value) => value.toLowerCase();
const upper: Read = (value) => value.toUpperCase();
const list: Read = (value) => value.split('|').map((one) => one.trim()).filter((one) => one !== '');
const instant: Read = (value, { clock }) => {
  const at = clock(value);
  if (at === undefined) throw new ValueFault('is no time such as 2026-03-01 10:00');
  return new Date(at).toISOString();
};

const field = (at: Field['at'], read: Read = text, also: readonly string[] = []): Field => ({ at, read, also, ofLine: false });
const ofLine = (at: string, read: Read, also: readonly string[]): Field => ({ at: [at], read, also, ofLine: true });

const address = (under: string, prefix: string): Record<string, Field> => Object.fromEntries(
  ['name', 'company', 'street', 'street2', 'city', 'region', 'postcode', 'country'].map((part) => [
    `${prefix}${part}`, field([under, part], part === 'country' ? upper : text, (ADDRESS_WORDS[part] ?? []).flatMap((word) => [`${prefix}${word}`, `shipping_${word}`])),
  ]),
);
const ADDRESS_WORDS: Readonly<Record<string, readonly string[]>> = {
  name: ['name'], company: ['company'], street: ['street', 'address', 'address1'], street2: ['street2', 'address2'], city: ['city', 'town'], region: ['region', 'state', 'province', 'county'],
  postcode: ['postcode', 'zip', 'zip_code', 'postal_code'], country: ['country', 'country_code'],
};

/** Every field of every kind of file. The first name is the one that --map takes and that the guide lists. */
export const FILE_FIELDS: Readonly<Record<FileKind, Readonly<Record<string, Field>>>> = {
  items: {
    sku: field(['sku'], text, ['item', 'item_number', 'article', 'article_number', 'product_code', 'stock_code']), name: field(['name'], text, ['title', 'description', 'product_name']),
    gtin: field(['gtin'], text, ['ean', 'upc', 'barcode']), status: field(['status'], lower), base_unit: field(['base_unit'], text, ['unit']), quantity_scale: field(['quantity_scale'], whole),
    handling_class: field(['handling_class'], text, ['class']), weight_grams: field(['weight_grams'], whole, ['weight_g', 'grams']), backorder: field(['backorder'], flag),
    safety_stock: field(['safety_stock'], whole), safety_percent: field(['safety_percent'], whole),
    length_mm: field(['dimensions_mm', '0'], whole, ['length']), width_mm: field(['dimensions_mm', '1'], whole, ['width']), height_mm: field(['dimensions_mm', '2'], whole, ['height']),
  },
  nodes: {
    code: field(['code'], text, ['node', 'location', 'location_code', 'warehouse', 'store']), name: field(['name'], text, ['title', 'description']), kind: field(['kind'], lower, ['type']),
    status: field(['status'], lower), priority: field(['priority'], whole), time_zone: field(['time_zone'], text, ['zone', 'tz']), cut_off: field(['cut_off']),
    item_classes: field(['item_classes'], list), latitude: field(['coordinates', 'latitude'], degree, ['lat']), longitude: field(['coordinates', 'longitude'], degree, ['lng', 'lon', 'long']),
    ...Object.fromEntries(Object.entries(ADDRESS_WORDS).flatMap(([part, words]) => (part === 'name' || part === 'company' ? [] : [[part, field(['address', part], text, words)]]))),
  },
  stock: {
    sku: field(['sku'], text, ['item', 'article', 'product_code', 'stock_code']), node: field(['node'], text, ['location', 'location_code', 'warehouse', 'store']),
    quantity: field(['quantity'], decimal, ['qty', 'units', 'on_hand', 'stock']), unit: field(['unit']), condition: field(['condition']), owner: field(['owner']),
    occurred_at: field(['occurred_at'], instant, ['received_at', 'date']), reference: field(['reference'], text, ['receipt', 'document']),
  },
  orders: {
    external_id: field(['external_id'], text, ['order', 'order_id', 'order_number', 'order_no', 'invoice', 'invoice_no']), channel: field(['channel']), currency: field(['currency'], upper),
    placed_at: field(['placed_at'], instant, ['order_date', 'date', 'created_at']), note: field(['note']), payment_state: field(['payment', 'state'], lower),
    customer_name: field(['customer', 'name'], text, ['customer']), customer_email: field(['customer', 'email'], text, ['email', 'e_mail']), customer_phone: field(['customer', 'phone'], text, ['phone']),
    shipping: field(['totals', 'shipping_minor'], money, ['shipping_cost', 'freight', 'postage']), order_discount: field(['totals', 'discount_minor'], money), order_tax: field(['totals', 'tax_minor'], money),
    order_total: field(['totals', 'total_minor'], money, ['total', 'grand_total']), ...address('ship_to', 'ship_'),
    sku: ofLine('sku', text, ['item', 'article', 'product_code', 'stock_code', 'lineitem_sku']), quantity: ofLine('quantity', decimal, ['qty', 'units', 'lineitem_quantity']),
    unit_price: ofLine('unit_price', decimal, ['price', 'lineitem_price']), unit: ofLine('unit', text, []), line_discount: ofLine('discount_minor', money, ['discount']),
    line_tax: ofLine('tax_minor', money, ['tax']), node: ofLine('node', text, ['location', 'warehouse']), line_id: ofLine('external_id', text, ['line', 'line_no']),
    item_name: ofLine('item_name', text, ['product_name', 'description', 'lineitem_name']),
  },
};

export const FILE_KINDS = Object.keys(FILE_FIELDS) as readonly FileKind[];
export const isFileKind = (text: string): text is FileKind => Object.hasOwn(FILE_FIELDS, text);

/** Without these columns nothing can be made of a file. */
export const REQUIRED: Readonly<Record<FileKind, readonly string[]>> = {
  items: ['sku'], nodes: ['code'], stock: ['sku', 'node', 'quantity'], orders: ['external_id', 'sku', 'quantity', 'unit_price'],
};

/** "Art Nr=sku,Bezeichnung=name": fields by the heading that is read as them; a sentence where it is not that. */
export function parseMap(given: string, kind: FileKind): ReadonlyMap<string, string> | string {
  const map = new Map<string, string>();
  for (const pair of given.split(',')) {
    const [, column, name] = /^(.+)=([a-z0-9_]+)$/.exec(pair.trim()) ?? [];
    if (column === undefined || name === undefined) return `takes column=field, several with commas, not "${pair}".`;
    if (!Object.hasOwn(FILE_FIELDS[kind], name)) return `${kind} have no field "${name}"; there are ${Object.keys(FILE_FIELDS[kind]).join(', ')}.`;
    map.set(column, name);
  }
  return map;
}
