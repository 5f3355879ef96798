import type { Translation } from '../kit/types.ts';
import { FULFILMENT_ORDERS_READ, HOLD_TOPICS, translateFulfilmentOrders, translateHint } from './holds.ts';
import { isRecord } from './message.ts';
import { translateOrder } from './order.ts';

/** Topics whose message is the whole order. "sweep" is what the connector itself reads again from the shop. */
const ORDER_TOPICS: ReadonlySet<string> = new Set([
  'orders/create', 'orders/updated', 'orders/paid', 'orders/cancelled', 'orders/fulfilled', 'orders/partially_fulfilled', 'sweep',
]);

/** What a message of Shopify means. Pure: it depends on the topic and the message alone. */
export function translate(topic: string, body: unknown): Translation {
  if (ORDER_TOPICS.has(topic)) return translateOrder(body);
  if (HOLD_TOPICS.has(topic)) return translateHint(body);
  switch (topic) {
    case FULFILMENT_ORDERS_READ:
      return translateFulfilmentOrders(body);
    case 'orders/delete':
      return { kind: 'kept', externalId: idIn(body, 'id'), reason: 'The order was deleted at the shop; deleting is not cancelling, so a person decides what becomes of it.' };
    case 'orders/edited':
      return { kind: 'ignored', externalId: idIn(partOf(body, 'order_edit'), 'order_id'), reason: 'The orders/updated that follows an edit carries the whole order.' };
    case 'refunds/create':
      return { kind: 'kept', externalId: idIn(partOf(body, 'refund'), 'order_id'), reason: 'Refunds are kept until payments can be refunded.' };
    default:
      return { kind: 'ignored', externalId: idIn(body, 'order_id'), reason: ignoredReason(topic) };
  }
}

function ignoredReason(topic: string): string {
  const name = topic.replaceAll('\0', '').slice(0, 100);
  if (name.startsWith('fulfillment_orders/cancellation_request_')) return `${name}: the order itself says what is not wanted any more, in the orders/updated that follows.`;
  switch (topic.split('/')[0]) {
    case 'draft_orders': case 'carts': case 'checkouts': return `${name}: nothing is ordered yet; the order follows as orders/create.`;
    case 'fulfillments': case 'fulfillment_orders': return `${name}: shipments are planned here, and told to the shop from here.`;
    case 'inventory_levels': return `${name}: stock is counted here, and told to the shop from here.`;
    case 'order_transactions': return `${name}: the orders/updated that follows says how the order is paid.`;
    case 'products': return `${name}: the catalogue is kept here.`;
    default: return `${name} is no topic that anything follows from.`;
  }
}

/** The part of that name, or the message itself where it came without the wrapper. */
const partOf = (body: unknown, name: string): unknown => (isRecord(body) && isRecord(body[name]) ? body[name] : body);

function idIn(part: unknown, name: string): string | null {
  const value = isRecord(part) ? part[name] : undefined;
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? String(value) : null;
  return typeof value === 'string' && /^\d{1,20}$/.test(value) ? value : null;
}
