import type { CallChannel, CancellationTold, WriteBackResult } from '../../../flows/write-back.ts';
import { dead, done } from '../../kit/answers.ts';
import { accepted, ask, globalId } from './ask.ts';
import { CANCEL_ORDER, CANCELLATION } from './documents.ts';
import { cancellation, cancelled } from './shapes.ts';

/** Characters a staff note may have. */
const NOTE_MAX = 255;

/** Neither money nor stock moves by it: refunds are a decision of their own, and stock is told by itself. */
export async function cancel({ orderExternalId, reason }: CancellationTold, call: CallChannel): Promise<WriteBackResult> {
  const subject = `order ${orderExternalId}`;
  const order = globalId('Order', orderExternalId);
  const state = await ask(call, { document: CANCELLATION, variables: { order }, shape: cancellation, subject });
  if (!state.ok) return state.result;
  if (!state.value.order) return dead(`The channel does not know ${subject}.`);
  if (state.value.order.cancelledAt) return done('The order was cancelled there before.');
  const variables = { order, refundMethod: { originalPaymentMethodsRefund: false }, staffNote: reason.slice(0, NOTE_MAX) };
  const answer = await ask(call, { document: CANCEL_ORDER, variables, shape: cancelled, subject });
  const step = answer.ok ? accepted(null, answer.value.orderCancel.orderCancelUserErrors) : answer;
  return step.ok ? done('The cancellation was told.') : step.result;
}
