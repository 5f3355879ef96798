import type { CallChannel } from '../../../flows/write-back.ts';
import { dead, ended, found, unreadable, type Step } from '../../kit/answers.ts';
import { ask, globalId } from './ask.ts';
import { FULFILMENT_ORDERS, MORE_LINES } from './documents.ts';
import { allNodes } from './pages.ts';
import { fulfilmentOrders, moreLines, type FulfilmentOrder, type FulfilmentOrderLine } from './shapes.ts';

export interface WholeFulfilmentOrder {
  readonly order: FulfilmentOrder;
  readonly lines: readonly FulfilmentOrderLine[];
}

/** All fulfilment orders of an order, each with all of its lines. */
export async function fulfilmentOrdersOf(orderExternalId: string, call: CallChannel): Promise<Step<readonly WholeFulfilmentOrder[]>> {
  const subject = `order ${orderExternalId}`;
  const order = globalId('Order', orderExternalId);
  const orders = await allNodes<FulfilmentOrder>(null, async (after) => {
    const answer = await ask(call, { document: FULFILMENT_ORDERS, variables: { order, after }, shape: fulfilmentOrders, subject });
    if (!answer.ok) return answer;
    return answer.value.order ? found(answer.value.order.fulfillmentOrders) : ended(dead(`The channel does not know ${subject}.`));
  });
  if (!orders.ok) return orders;
  const whole: WholeFulfilmentOrder[] = [];
  for (const one of orders.value) {
    const lines = await linesOf(one, call);
    if (!lines.ok) return lines;
    whole.push({ order: one, lines: lines.value });
  }
  return found(whole);
}

const linesOf = ({ id, lineItems }: FulfilmentOrder, call: CallChannel): Promise<Step<readonly FulfilmentOrderLine[]>> =>
  allNodes(lineItems, async (after) => {
    const answer = await ask(call, { document: MORE_LINES, variables: { fulfilmentOrder: id, after }, shape: moreLines, subject: 'a fulfilment order' });
    if (!answer.ok) return answer;
    return answer.value.fulfillmentOrder === null ? unreadable('a fulfilment order') : found(answer.value.fulfillmentOrder.lineItems);
  });
