import { z } from 'zod';
import type { CallChannel, CancellationTold, ChannelRequest, FulfilmentTold, StockTold, WriteBack, WriteBackResult } from '../../flows/write-back.ts';
import { dead, done, found, jsonOf, unreadable, type Step } from '../kit/answers.ts';
import { access } from './access.ts';

const ROOT = '/wp-json/wc/v3';

const order = z.object({ status: z.string() });
const notes = z.array(z.object({ note: z.string() }));
const product = z.object({
  type: z.string(), parent_id: z.number().nullish(),
  // A variation whose stock is its product's says "parent".
  manage_stock: z.union([z.boolean(), z.string()]).nullish(), stock_quantity: z.number().nullish(),
});

/** By the REST API, version 3. */
export const woocommerceWriteBack: WriteBack = {
  ...access,
  fulfil,
  cancel,
  setStock,
};

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

/** The shop knows no compare-and-set: what it shows is read first only to leave it alone where it is right. */
async function setStock({ variantId, available }: StockTold, call: CallChannel): Promise<WriteBackResult> {
  const subject = `product ${variantId}`;
  const id = encodeURIComponent(variantId);
  const read = await ask(call, { method: 'GET', path: `${ROOT}/products/${id}?_fields=id,type,parent_id,manage_stock,stock_quantity` }, product, subject);
  if (!read.ok) return read.result;
  const quantity = Math.max(0, Math.floor(available));
  if (read.value.manage_stock === true && read.value.stock_quantity === quantity) return done('The shop shows this quantity already.');
  const { type, parent_id: parent } = read.value;
  if (type === 'variation' && !parent) return dead(`The shop does not say which product variation ${variantId} belongs to.`);
  const path = type === 'variation' ? `${ROOT}/products/${parent}/variations/${id}` : `${ROOT}/products/${id}`;
  const set = await ask(call, { method: 'PUT', path: `${path}?_fields=id,stock_quantity`, body: { manage_stock: true, stock_quantity: quantity } }, z.object({}), subject);
  return set.ok ? done('The stock was told.') : set.result;
}

/** Only the fields that are read are asked for: whole orders and products can be long. */
async function ask<T>(call: CallChannel, request: ChannelRequest, shape: z.ZodType<T>, subject: string): Promise<Step<T>> {
  const json = jsonOf(await call(request), { credential: 'The consumer key', subject });
  if (!json.ok) return json;
  const parsed = shape.safeParse(json.value);
  return parsed.success ? found(parsed.data) : unreadable(subject);
}
