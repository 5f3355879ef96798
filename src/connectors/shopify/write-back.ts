import type { WriteBack } from '../../flows/write-back.ts';
import { cancel } from './write-back/cancel.ts';
import { fulfil } from './write-back/fulfil.ts';
import { setStock } from './write-back/set-stock.ts';

/**
 * By the GraphQL Admin API. The access token needs the scopes write_orders, write_merchant_managed_fulfillment_orders (or its kin for
 * assigned and third-party ones), read_products, read_inventory and write_inventory.
 */
export const shopifyWriteBack: WriteBack = {
  callsPerSecond: 2,
  credentials: ['access_token'],
  signIn: (credentials) => ({ 'X-Shopify-Access-Token': credentials['access_token'] ?? '' }),
  fulfil,
  cancel,
  setStock,
};
