import { plainName } from '../csv.ts';
import { decimal, degree, flag, instant, json, list, lower, money, signedMoney, tariff, text, upper, type Value, whole } from './values.ts';

export type FileKind = 'items' | 'nodes' | 'stock' | 'prices' | 'rates' | 'duties' | 'supplies' | 'orders';

/** A field of a file: where its value stands in the API's body, and other headings it goes by. */
export interface Field {
  readonly at: readonly [string] | readonly [string, string];
  readonly also: readonly string[];
  readonly value: Value;
  /** Where several rows are one thing, an order, a supply order, a rate card or the duty rates of a destination: whether it belongs to the row rather than to the thing. */
  readonly ofLine: boolean;
}

const field = (at: Field['at'], value: Value = text, also: readonly string[] = []): Field => ({ at, value, also, ofLine: false });
const ofLine = (at: string, value: Value, also: readonly string[]): Field => ({ at: [at], value, also, ofLine: true });

const address = (under: string, prefix: string, long: string): Record<string, Field> => Object.fromEntries(
  ['name', 'company', 'street', 'street2', 'city', 'region', 'postcode', 'country'].map((part) => [
    `${prefix}${part}`, field([under, part], part === 'country' ? upper : text, (ADDRESS_WORDS[part] ?? []).flatMap((word) => [`${prefix}${word}`, `${long}${word}`])),
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
    backorder_limit: field(['backorder_limit'], whole), launch_at: field(['launch_at'], instant, ['launch_date', 'launch']), preorder_limit: field(['preorder_limit'], whole),
    safety_stock: field(['safety_stock'], whole), safety_percent: field(['safety_percent'], whole),
    length_mm: field(['dimensions_mm', '0'], whole, ['length']), width_mm: field(['dimensions_mm', '1'], whole, ['width']), height_mm: field(['dimensions_mm', '2'], whole, ['height']),
    units_json: field(['units'], json), components_json: field(['components'], json), ship_together: field(['ship_together'], flag), hs_code: field(['hs_code'], tariff, ['hs', 'tariff_code', 'commodity_code']),
    country_of_origin: field(['country_of_origin'], upper, ['origin', 'made_in']), attributes_json: field(['attributes'], json),
  },
  nodes: {
    code: field(['code'], text, ['node', 'location', 'location_code', 'warehouse', 'store']), name: field(['name'], text, ['title', 'description']), kind: field(['kind'], lower, ['type']),
    status: field(['status'], lower), priority: field(['priority'], whole), time_zone: field(['time_zone'], text, ['zone', 'tz']), cut_off: field(['cut_off']),
    item_classes: field(['item_classes'], list), operations_json: field(['operations'], json), latitude: field(['coordinates', 'latitude'], degree, ['lat']), longitude: field(['coordinates', 'longitude'], degree, ['lng', 'lon', 'long']),
    ...Object.fromEntries(Object.entries(ADDRESS_WORDS).flatMap(([part, words]) => (part === 'name' || part === 'company' ? [] : [[part, field(['address', part], text, words)]]))),
  },
  stock: {
    sku: field(['sku'], text, ['item', 'article', 'product_code', 'stock_code']), node: field(['node'], text, ['location', 'location_code', 'warehouse', 'store']),
    quantity: field(['quantity'], decimal, ['qty', 'units', 'on_hand', 'stock']), unit: field(['unit']), condition: field(['condition']), owner: field(['owner']),
    occurred_at: field(['occurred_at'], instant, ['received_at', 'date']), reference: field(['reference'], text, ['receipt', 'document']),
  },
  prices: {
    price_list: field(['price_list'], text, ['list', 'pricelist', 'price_book']), sku: field(['sku'], text, ['item', 'article', 'product_code', 'stock_code']),
    unit_price: field(['unit_price'], decimal, ['price', 'amount']), unit: field(['unit']), minimum_quantity: field(['minimum_quantity'], decimal, ['min_quantity', 'from_quantity', 'quantity', 'qty']),
    valid_from: field(['valid_from'], instant, ['from', 'start', 'start_date']), valid_to: field(['valid_to'], instant, ['to', 'until', 'end', 'end_date']),
  },
  rates: {
    card: field(['code'], text, ['rate_card', 'code']), carrier: field(['carrier']), service: field(['service']), currency: field(['currency'], upper), valid_from: field(['valid_from'], instant, ['from', 'start', 'start_date']),
    zone: ofLine('zone', text, []), up_to_grams: ofLine('up_to_grams', whole, ['weight_grams', 'grams']), price: ofLine('price', decimal, ['amount']),
    per_kilogram: ofLine('per_kilogram', decimal, ['per_kg', 'price_per_kilogram']),
  },
  supplies: {
    reference: field(['reference'], text, ['purchase_order', 'po', 'po_number', 'transfer', 'document', 'order', 'order_number']), kind: field(['kind'], lower, ['type']),
    node: field(['node'], text, ['to_node', 'location', 'location_code', 'warehouse', 'store']), from_node: field(['from_node'], text, ['from', 'source']), supplier: field(['supplier'], text, ['vendor']),
    sku: ofLine('sku', text, ['item', 'article', 'product_code', 'stock_code']), quantity: ofLine('quantity', decimal, ['qty', 'units']), unit: ofLine('unit', text, []),
    due_at: ofLine('due_at', instant, ['due', 'due_date', 'eta', 'expected_at', 'arrives_at']), confidence: ofLine('confidence', whole, []),
  },
  duties: {
    destination: field(['destination'], text, ['to', 'territory', 'country']), currency: field(['currency'], upper), de_minimis: field(['de_minimis'], decimal, ['threshold']), valid_from: field(['valid_from'], instant, ['from', 'start', 'start_date']),
    hs_prefix: ofLine('hs_prefix', tariff, ['hs', 'hs_code', 'tariff_code']), origin: ofLine('origin', upper, ['country_of_origin']), percent: ofLine('percent', decimal, ['rate', 'ad_valorem']),
    per_unit: ofLine('per_unit', decimal, ['amount', 'specific']),
  },
  orders: {
    external_id: field(['external_id'], text, ['order', 'order_id', 'order_number', 'order_no', 'invoice', 'invoice_no']), channel: field(['channel']), currency: field(['currency'], upper),
    placed_at: field(['placed_at'], instant, ['order_date', 'date', 'created_at']), service_level: field(['service_level']), deliver_by: field(['deliver_by'], instant), ship_by: field(['ship_by'], instant), pickup_node: field(['pickup_node'], text, ['pickup', 'pickup_store', 'collect_at']),
    note: field(['note']), payment_state: field(['payment', 'state'], lower),
    customer_name: field(['customer', 'name'], text, ['customer']), customer_email: field(['customer', 'email'], text, ['email', 'e_mail']), customer_phone: field(['customer', 'phone'], text, ['phone']),
    customer_class: field(['customer', 'class']), customer_locale: field(['customer', 'locale']), customer_ip: field(['customer', 'ip']),
    shipping: field(['totals', 'shipping_minor'], money, ['shipping_cost', 'freight', 'postage']), order_discount: field(['totals', 'discount_minor'], money), order_tax: field(['totals', 'tax_minor'], money),
    order_total: field(['totals', 'total_minor'], money, ['total', 'grand_total']), ...address('ship_to', 'ship_', 'shipping_'), ship_coordinates_json: field(['ship_to', 'coordinates'], json),
    ...address('bill_to', 'bill_', 'billing_'), other_charges: field(['totals', 'other_minor'], signedMoney), tax_included: field(['totals', 'tax_included'], flag),
    payments_json: field(['payment', 'payments'], json), attributes_json: field(['attributes'], json),
    sku: ofLine('sku', text, ['item', 'article', 'product_code', 'stock_code', 'lineitem_sku']), quantity: ofLine('quantity', decimal, ['qty', 'units', 'lineitem_quantity']),
    unit_price: ofLine('unit_price', decimal, ['price', 'lineitem_price']), unit: ofLine('unit', text, []), line_discount: ofLine('discount_minor', money, ['discount']),
    line_tax: ofLine('tax_minor', money, ['tax']), node: ofLine('node', text, ['location', 'warehouse']), line_id: ofLine('external_id', text, ['line', 'line_no']),
    item_name: ofLine('item_name', text, ['product_name', 'description', 'lineitem_name']),
  },
};

export const FILE_KINDS = Object.keys(FILE_FIELDS) as readonly FileKind[];
export const isFileKind = (text: string): text is FileKind => Object.hasOwn(FILE_FIELDS, text);

/** Where the rows that have the same in this field are one thing, without a field as one that a whole file may be. */
export const GROUPED_BY: Readonly<Partial<Record<FileKind, string>>> = { rates: 'card', duties: 'destination', supplies: 'reference', orders: 'external_id' };

/** Without these columns nothing can be made of a file. */
export const REQUIRED: Readonly<Record<FileKind, readonly string[]>> = {
  items: ['sku'], nodes: ['code'], stock: ['sku', 'node', 'quantity'], prices: ['sku', 'unit_price'], rates: ['carrier', 'service', 'currency', 'zone', 'up_to_grams', 'price'], duties: ['destination', 'currency'],
  supplies: ['reference', 'node', 'sku', 'quantity', 'due_at'], orders: ['external_id', 'sku', 'quantity'],
};

/** "Art Nr=sku,Bezeichnung=name": fields by the heading that is read as them; a sentence where it is not that. */
export function parseMap(given: string, kind: FileKind): ReadonlyMap<string, string> | string {
  const map = new Map<string, string>();
  for (const pair of given.split(',')) {
    const [, column, name] = /^(.+)=([a-z0-9_]+)$/.exec(pair.trim()) ?? [];
    if (column === undefined || name === undefined) return `takes column=field, several with commas, not "${pair}".`;
    if (!Object.hasOwn(FILE_FIELDS[kind], name)) return `${kind} have no field "${name}"; there are ${Object.keys(FILE_FIELDS[kind]).join(', ')}.`;
    const twice = [...map].find(([other, field]) => field === name || plainName(other) === plainName(column));
    if (twice !== undefined) return `gives "${twice[0]}" and "${column}" one meaning or two: each column and each field may be named once.`;
    map.set(column, name);
  }
  return map;
}
