/**
 * A table of the directory: a CSV file, plain or gzipped, under one of these names. Columns may stand in any order, and
 * columns that are not named here are ignored.
 */
export interface Table<Column extends string> {
  readonly names: readonly string[];
  /** Without it nothing can be imported; of the others a note is made. */
  readonly required: boolean;
  readonly columns: readonly Column[];
  /** Columns that may be absent; their values are then empty. */
  readonly optional: readonly Column[];
  /** Another heading under which a column is found. */
  readonly aliases?: Readonly<Partial<Record<Column, string>>>;
}

/** The layout of the Brazilian E-Commerce Public Data Set by Olist, in short names and in those of its publication. */
export const TABLES = {
  orders: table(
    ['orders', 'olist_orders_dataset'], ['order_id', 'customer_id', 'order_status', 'order_purchase_timestamp', 'order_approved_at', 'order_delivered_carrier_date', 'order_delivered_customer_date'],
    ['order_estimated_delivery_date'],
  ),
  items: table(['order_items', 'olist_order_items_dataset'], ['order_id', 'order_item_id', 'product_id', 'seller_id', 'price', 'freight_value']),
  payments: table(['order_payments', 'olist_order_payments_dataset'], ['order_id', 'payment_sequential', 'payment_type', 'payment_value']),
  customers: table(['customers', 'olist_customers_dataset'], ['customer_id', 'customer_zip_code_prefix', 'customer_city', 'customer_state']),
  products: table(
    ['products', 'olist_products_dataset'], ['product_id'],
    ['product_category_name', 'product_weight_g', 'product_length_cm', 'product_height_cm', 'product_width_cm'],
  ),
  sellers: table(['sellers', 'olist_sellers_dataset'], ['seller_id', 'seller_zip_code_prefix', 'seller_city', 'seller_state']),
  categories: { ...table(['category_translation', 'product_category_name_translation'], ['product_category_name', 'product_category_name_english']), required: false },
  centroids: {
    ...table(['zip_centroids', 'olist_geolocation_dataset'], ['zip_code_prefix', 'lat', 'lng']), required: false,
    aliases: { zip_code_prefix: 'geolocation_zip_code_prefix', lat: 'geolocation_lat', lng: 'geolocation_lng' },
  },
} as const;

export type TableName = keyof typeof TABLES;

function table<Needed extends string, Optional extends string = never>(names: readonly string[], columns: readonly Needed[], optional: readonly Optional[] = []): Table<Needed | Optional> {
  return { names, required: true, columns: [...columns, ...optional], optional };
}

/** What the data say of an order, and how far Ordo takes it. A status that is not here is only captured. */
export const TARGETS = {
  created: 'reserved',
  approved: 'reserved',
  unavailable: 'reserved',
  processing: 'accepted',
  invoiced: 'accepted',
  shipped: 'shipped',
  delivered: 'delivered',
  canceled: 'cancelled',
} as const;

export type Target = (typeof TARGETS)[keyof typeof TARGETS];
