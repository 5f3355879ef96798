import type { WriteBack } from '../../flows/write-back.ts';
import { acknowledge } from './write-back/acknowledge.ts';
import { cancel } from './write-back/cancel.ts';
import { QUANTITIES_MAX } from './write-back/documents.ts';
import { fulfil } from './write-back/fulfil.ts';
import { tellStock } from './write-back/tell-stock.ts';

/**
 * By the GraphQL Admin API. The access token needs the scopes write_orders, write_merchant_managed_fulfillment_orders (or its kin for
 * assigned and third-party ones), read_products, read_inventory and write_inventory.
 */
export const shopifyWriteBack = {
  callsPerSecond: 2,
  credentials: ['access_token'],
  signIn: (credentials) => ({ 'X-Shopify-Access-Token': credentials['access_token'] ?? '' }),
  acknowledge,
  fulfil: { tracking: true, partial: true, tell: fulfil },
  cancel,
  stock: { byPlace: true, compareAndSet: true, atOnce: QUANTITIES_MAX, tell: tellStock },
} satisfies WriteBack;
