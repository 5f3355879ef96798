import type { Body } from './entries.ts';

/** Kinds of channel whose files are recognised, as their connectors are called. */
export type ChannelShape = 'shopify' | 'woocommerce';
export const SHAPE_TITLES: Readonly<Record<ChannelShape, string>> = { shopify: 'Shopify', woocommerce: 'WooCommerce' };

const hasAny = (body: Body, names: readonly string[]): boolean => names.some((name) => name in body);

/** Whose order this is, by what only they say; null where it is one of our own. */
export function orderShape(body: Body): ChannelShape | null {
  if (!Array.isArray(body['line_items'])) return null;
  if (hasAny(body, ['order_key', 'date_created_gmt', 'date_modified_gmt', 'payment_method_title'])) return 'woocommerce';
  return hasAny(body, ['financial_status', 'total_price', 'order_number', 'admin_graphql_api_id', 'name']) ? 'shopify' : null;
}

/** The items of a channel's product, one for each variant; null where it is no such product. Products without a SKU say so by an empty one. */
export function itemsOfProduct(product: Body): Body[] | null {
  const { title, variants, name, sku } = product;
  if (typeof title === 'string' && Array.isArray(variants)) return variants.filter(isBody).map((variant) => itemOfVariant(title, variant));
  if (typeof name === 'string' && typeof sku === 'string' && hasAny(product, ['permalink', 'regular_price', 'date_created_gmt'])) return [{ sku: sku.trim(), name }];
  return null;
}

const isBody = (value: unknown): value is Body => typeof value === 'object' && value !== null && !Array.isArray(value);

function itemOfVariant(product: string, { sku, title, barcode, grams }: Body): Body {
  const name = typeof title === 'string' && title !== '' && title !== 'Default Title' ? `${product} – ${title}` : product;
  return {
    sku: typeof sku === 'string' ? sku.trim() : '', name: name.slice(0, 300), ...(typeof barcode === 'string' && /^(?:\d{8}|\d{12,14})$/.test(barcode) ? { gtin: barcode } : {}),
    ...(typeof grams === 'number' && Number.isInteger(grams) && grams >= 0 ? { weight_grams: grams } : {}),
  };
}
