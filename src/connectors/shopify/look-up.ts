import { createHash } from 'node:crypto';
import type { LookedUp } from '../../flows/connector.ts';
import type { CallChannel, Unfinished } from '../../flows/write-back.ts';
import { dead } from '../kit/answers.ts';
import { FULFILMENT_ORDERS_READ } from './holds.ts';
import { ask, globalId, plainId } from './write-back/ask.ts';
import { ORDER_OF } from './write-back/documents.ts';
import { fulfilmentOrdersOf } from './write-back/fulfilment-orders.ts';
import { orderOf } from './write-back/shapes.ts';

/**
 * What is held of the order that a fulfilment order belongs to. Messages about holds name a fulfilment order and no order, and come for the
 * first and the last of several holds only. The answer is written in the words of the REST API, without anything about a person.
 */
export async function lookUp(fulfilmentOrder: string, call: CallChannel): Promise<LookedUp | Unfinished> {
  const subject = `fulfilment order ${fulfilmentOrder}`;
  const found = await ask(call, { document: ORDER_OF, variables: { fulfilmentOrder: globalId('FulfillmentOrder', fulfilmentOrder) }, shape: orderOf, subject });
  if (!found.ok) return found.result;
  if (found.value.fulfillmentOrder === null) return dead(`The channel does not know ${subject}.`);
  const orderId = plainId(found.value.fulfillmentOrder.order.id);
  const all = await fulfilmentOrdersOf(orderId, call);
  if (!all.ok) return all.result;
  const body = {
    order_id: orderId,
    fulfillment_orders: all.value.map(({ order, lines }) => ({
      id: plainId(order.id), status: order.status.toLowerCase(), updated_at: order.updatedAt, fulfillment_holds: order.fulfillmentHolds.map(({ reason }) => ({ reason: reason.toLowerCase() })),
      line_items: lines.map(({ lineItem }) => ({ line_item_id: plainId(lineItem.id) })),
    })),
  };
  const state = createHash('sha256').update(JSON.stringify(body)).digest('hex').slice(0, 32);
  return { kind: 'found', topic: FULFILMENT_ORDERS_READ, deliveryId: `look_up:${orderId}:${state}`, body };
}
