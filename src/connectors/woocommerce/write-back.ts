import { z } from 'zod';
import type { AcknowledgementTold, CallChannel, CancellationTold, FulfilmentTold, WriteBack, WriteBackResult } from '../../flows/write-back.ts';
import { dead, done, found, type Step } from '../kit/answers.ts';
import { access } from './access.ts';
import { ask, ROOT } from './ask.ts';
import { BATCH_MAX, tellStock } from './tell-stock.ts';

const order = z.object({ status: z.string() });
const notes = z.array(z.object({ note: z.string() }));
const acknowledged = z.object({ meta_data: z.array(z.object({ key: z.string(), value: z.unknown().optional() })) });

/** By the REST API, version 3. */
export const woocommerceWriteBack = {
  ...access,
  acknowledge,
  fulfil: { tracking: true, partial: true, tell: fulfil },
  cancel,
  stock: { byPlace: false, compareAndSet: false, atOnce: BATCH_MAX, tell: tellStock },
} satisfies WriteBack;

const NUMBER_KEY = '_ordo_order';

/** Our number among the order's own data; a key of its own, so that setting it again changes nothing. */
async function acknowledge({ orderExternalId, orderNumber }: AcknowledgementTold, call: CallChannel): Promise<WriteBackResult> {
  const subject = `order ${orderExternalId}`;
  const path = `${orderPath(orderExternalId)}?_fields=id,meta_data`;
  const read = await ask(call, { method: 'GET', path }, acknowledged, subject);
  if (!read.ok) return read.result;
  if (read.value.meta_data.some(({ key, value }) => key === NUMBER_KEY && value === orderNumber)) return done('The order was acknowledged before.');
  const set = await ask(call, { method: 'PUT', path, body: { meta_data: [{ key: NUMBER_KEY, value: orderNumber }] } }, acknowledged, subject);
  return set.ok ? done(`The order carries our number ${orderNumber}.`) : set.result;
}

/** Statuses after which an order is not completed any more. */
const OVER = new Set(['completed', 'cancelled', 'refunded', 'trash']);

/** WooCommerce itself keeps no shipments: what left is a note to the customer, by e-mail, whose marker says that it was told. */
async function fulfil(told: FulfilmentTold, call: CallChannel): Promise<WriteBackResult> {
  const state = await orderState(told.orderExternalId, call);
  if (!state.ok) return state.result;
  const noted = await note(told, call);
  if (!noted.ok) return noted.result;
  if (!told.completes || OVER.has(state.value)) return done(noted.value);
  const completed = await setStatus(told.orderExternalId, 'completed', call);
  return completed.ok ? done(`${noted.value} The order was completed.`) : completed.result;
}

async function note(told: FulfilmentTold, call: CallChannel): Promise<Step<string>> {
  const subject = `order ${told.orderExternalId}`;
  const path = `${orderPath(told.orderExternalId)}/notes`;
  const marker = `[${told.shipmentId}]`;
  const kept = await ask(call, { method: 'GET', path: `${path}?type=customer&_fields=note` }, notes, subject);
  if (!kept.ok) return kept;
  if (kept.value.some((one) => one.note.includes(marker))) return found('The shipment was told before.');
  const body = { note: `${sentence(told)} ${marker}`, customer_note: true };
  const added = await ask(call, { method: 'POST', path: `${path}?_fields=note`, body }, z.object({}), subject);
  return added.ok ? found('The customer was told.') : added;
}

function sentence({ carrier, trackingNumbers, completes }: FulfilmentTold): string {
  const what = completes ? 'Your order has been shipped' : 'Part of your order has been shipped';
  const how = carrier === null ? '' : ` with ${carrier}`;
  const numbers = trackingNumbers.length === 0 ? '' : ` Tracking ${trackingNumbers.length === 1 ? 'number' : 'numbers'}: ${trackingNumbers.join(', ')}.`;
  return `${what}${how}.${numbers}`;
}

async function cancel({ orderExternalId }: CancellationTold, call: CallChannel): Promise<WriteBackResult> {
  const state = await orderState(orderExternalId, call);
  if (!state.ok) return state.result;
  if (state.value === 'cancelled' || state.value === 'refunded') return done(`The order was ${state.value} there before.`);
  if (state.value === 'completed') return dead(`The shop has completed order ${orderExternalId}: its goods left there. See to it there by hand.`);
  const cancelled = await setStatus(orderExternalId, 'cancelled', call);
  return cancelled.ok ? done('The cancellation was told.') : cancelled.result;
}

async function orderState(id: string, call: CallChannel): Promise<Step<string>> {
  const read = await ask(call, { method: 'GET', path: `${orderPath(id)}?_fields=id,status` }, order, `order ${id}`);
  return read.ok ? found(read.value.status) : read;
}

const setStatus = (id: string, status: string, call: CallChannel): Promise<Step<unknown>> =>
  ask(call, { method: 'PUT', path: `${orderPath(id)}?_fields=id,status`, body: { status } }, order, `order ${id}`);

const orderPath = (id: string): string => `${ROOT}/orders/${encodeURIComponent(id)}`;
