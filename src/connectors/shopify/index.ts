import { headerText, isSignedBody } from '../kit/signature.ts';
import type { Connector } from '../kit/types.ts';
import { HOLD_TOPICS } from './holds.ts';
import { lookUp } from './look-up.ts';
import { shopifyReconcile } from './reconcile.ts';
import { translate } from './translate.ts';
import { shopifyWriteBack } from './write-back.ts';

/** Shopify, by its webhooks and its REST order. */
export const shopify: Connector = {
  name: 'shopify',
  title: 'Shopify',
  version: 4,
  receives: {
    orders: ['orders/create'], edits: ['orders/updated', 'orders/edited'], cancellations: ['orders/cancelled'], refunds: ['refunds/create'],
    holds: [...HOLD_TOPICS],
  },
  envelope(headers) {
    const deliveryId = headerText(headers, 'x-shopify-webhook-id') || headerText(headers, 'x-shopify-event-id');
    const topic = headerText(headers, 'x-shopify-topic');
    return deliveryId && topic ? { deliveryId, topic } : null;
  },
  verify: (headers, rawBody, secrets) => isSignedBody(rawBody, headerText(headers, 'x-shopify-hmac-sha256'), secrets),
  translate,
  writeBack: shopifyWriteBack,
  reconcile: shopifyReconcile,
  lookUp,
};
