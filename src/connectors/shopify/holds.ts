import type { Translation } from '../kit/types.ts';
import { fieldErrors } from './field-errors.ts';
import { id, instant, listOf, objectOf, text } from './fields.ts';

/** Messages after which something else may be held. Each names a fulfilment order, and which order that is of has to be asked. */
export const HOLD_TOPICS: ReadonlySet<string> = new Set([
  'fulfillment_orders/placed_on_hold', 'fulfillment_orders/hold_released', 'fulfillment_orders/split', 'fulfillment_orders/cancelled', 'fulfillment_holds/added', 'fulfillment_holds/released',
]);

/** The topic of all fulfilment orders of an order, as they were read from the shop. */
export const FULFILMENT_ORDERS_READ = 'fulfillment_orders/read';

const hint = objectOf({ fulfillment_order: objectOf({ id }) });

export function translateHint(body: unknown): Translation {
  const parsed = hint.safeParse(body);
  return parsed.success ? { kind: 'look_up', subject: parsed.data.fulfillment_order.id } : { kind: 'malformed', errors: fieldErrors(parsed.error.issues, body, '') };
}

const lines = listOf(objectOf({ line_item_id: id })).nullish();
const fulfilmentOrders = objectOf({
  order_id: id,
  fulfillment_orders: listOf(objectOf({
    id, status: text, updated_at: instant, fulfillment_holds: listOf(objectOf({ reason: text })).nullish(), line_items: lines, fulfillment_order_line_items: lines,
  })),
});

const ENDED: ReadonlySet<string> = new Set(['closed', 'cancelled', 'incomplete']);

/** All fulfilment orders of an order. What a person wrote about a hold stays in the shop: it may name people. */
export function translateFulfilmentOrders(body: unknown): Translation {
  const parsed = fulfilmentOrders.safeParse(body);
  if (!parsed.success) return { kind: 'malformed', errors: fieldErrors(parsed.error.issues, body, '') };
  const { order_id: externalId, fulfillment_orders: all } = parsed.data;
  const held = all.filter(({ status, fulfillment_holds: holds }) => !ENDED.has(status ?? '') && (status === 'on_hold' || (holds ?? []).length > 0));
  return {
    kind: 'holds',
    holds: {
      externalId, version: Math.max(0, ...all.map((one) => one.updated_at)),
      held: held.map((one) => ({
        part: `fulfilment order ${one.id}`, reason: reasonOf((one.fulfillment_holds ?? []).map(({ reason }) => reason ?? '')),
        lines: (one.line_items ?? one.fulfillment_order_line_items ?? []).map((line) => line.line_item_id).toSorted(),
      })),
    },
  };
}

/** "awaiting payment, incorrect address"; the shop's own codes only, because apps may send anything. */
function reasonOf(reasons: readonly string[]): string {
  const words = [...new Set(reasons.filter((one) => /^[a-z]{1,30}(?:_[a-z]{1,30}){0,5}$/.test(one) && one !== 'other'))].toSorted().map((one) => one.replaceAll('_', ' '));
  return words.length === 0 ? 'another reason' : words.join(', ');
}
