import { createHash } from 'node:crypto';
import { headerText, isSignedBody } from '../kit/signature.ts';
import type { Connector, Envelope, Headers } from '../kit/types.ts';
import { woocommerceReconcile } from './reconcile.ts';
import { translate } from './translate.ts';
import { woocommerceWriteBack } from './write-back.ts';

export const woocommerce: Connector = {
  name: 'woocommerce',
  title: 'WooCommerce',
  version: 3,
  receives: { orders: ['order.created'], edits: ['order.updated'], cancellations: ['order.updated'], refunds: ['order.refunded'] },
  envelope,
  verify: (headers, rawBody, secrets) => isSignedBody(rawBody, headerText(headers, 'x-wc-webhook-signature'), secrets),
  translate,
  writeBack: woocommerceWriteBack,
  reconcile: woocommerceReconcile,
};

/**
 * The shop makes its delivery id of the webhook and the current second, so two orders of one second carry the same one: what was signed
 * tells them apart. Null for the ping of a new webhook, a form that names no delivery.
 */
function envelope(headers: Headers): Envelope | null {
  const delivery = headerText(headers, 'x-wc-webhook-delivery-id');
  const topic = headerText(headers, 'x-wc-webhook-topic');
  if (!delivery || !topic) return null;
  const signature = headerText(headers, 'x-wc-webhook-signature');
  return { deliveryId: signature ? `${delivery}.${fingerprint(signature)}` : delivery, topic };
}

/** Of the signature's bytes: the same bytes can be written as base64 in several ways. */
const fingerprint = (signature: string): string => createHash('sha256').update(Buffer.from(signature, 'base64')).digest('hex').slice(0, 16);
