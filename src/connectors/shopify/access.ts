import type { ChannelAccess } from '../../flows/write-back.ts';

/**
 * The access token needs the scopes read_orders (read_all_orders for those older than 60 days), write_orders,
 * write_merchant_managed_fulfillment_orders (or its kin for assigned and third-party ones), read_products, read_inventory and write_inventory.
 */
export const access: ChannelAccess = {
  callsPerSecond: 2,
  credentials: ['access_token'],
  signIn: (credentials) => ({ 'X-Shopify-Access-Token': credentials['access_token'] ?? '' }),
};

/** Versions are supported for a year; this one is named because shapes differ between them (compare-and-set, idempotency). */
export const ADMIN_PATH = '/admin/api/2026-07';
