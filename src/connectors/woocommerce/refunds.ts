import { currencyExponent, divideRounded, formatScaled } from '../../domain/kernel/index.ts';
import type { ChannelOrder } from '../kit/types.ts';
import { decimal, inMillionths, inMinor, sum } from './lines.ts';
import type { LineItem, OrderMessage } from './message.ts';

/** An order without what was refunded item by item, and how many units of each line that is. */
export interface Remaining {
  readonly order: OrderMessage;
  readonly takenOff: ChannelOrder['takenOff'];
}

/**
 * The shop leaves lines and totals of an order as they were ordered, whatever is refunded of it. Units that were refunded are taken off,
 * with their share of the line's amounts: how much money went back for them is the refund's own matter. The shop does not say whether
 * they had been sent.
 */
export function withoutRefunded(order: OrderMessage): Remaining {
  const remaining = order.line_items.map((item) => remainingItem(item, refundedOf(item, order), order.currency));
  const removed = (amount: 'subtotal' | 'total' | 'total_tax'): number => sum(order.line_items.map((item, index) => inMinor(item[amount], order.currency) - inMinor(remaining[index]?.[amount] ?? '0', order.currency)));
  const less = (amount: string, minor: number): string => (minor === 0 ? amount : text(inMinor(amount, order.currency) - minor, order.currency));
  const [net, tax] = [removed('total'), removed('total_tax')];
  const takenOff = order.line_items.flatMap((item, index) => {
    const refunded = Number(item.quantity) - Number(remaining[index]?.quantity ?? 0);
    return refunded > 0 ? [[item.id, { returned: 0, refunded }] as const] : [];
  });
  return {
    order: {
      ...order, line_items: remaining, total: less(order.total, net + tax), total_tax: less(order.total_tax, tax), discount_total: less(order.discount_total, Math.max(0, removed('subtotal') - net)),
    },
    takenOff: Object.fromEntries(takenOff),
  };
}

/** In millionths of a unit: as the refunds say line by line, or as many as were put back into stock. */
function refundedOf(item: LineItem, { refunds }: OrderMessage): bigint {
  const ofItem = refunds.flatMap(({ line_items: lines }) => lines).filter(({ meta_data: meta }) => meta.some(({ key, value }) => key === '_refunded_item_id' && String(value) === item.id));
  const stated = ofItem.reduce((total, { quantity }) => total + inMillionths(quantity.replace('-', '')), 0n);
  const restocked = item.meta_data.find(({ key }) => key === '_restock_refunded_items')?.value;
  const most = [stated, /^\d{1,12}(?:\.\d{1,6})?$/.test(String(restocked)) ? inMillionths(String(restocked)) : 0n].reduce((a, b) => (a > b ? a : b));
  const ordered = inMillionths(item.quantity);
  return most < ordered ? most : ordered;
}

function remainingItem(item: LineItem, refunded: bigint, currency: string): LineItem {
  const ordered = inMillionths(item.quantity);
  if (refunded === 0n || ordered === 0n) return item;
  const left = ordered - refunded;
  const share = (amount: string): string => text(Number(divideRounded(BigInt(inMinor(amount, currency)) * left, ordered)), currency);
  return { ...item, quantity: decimal(left), subtotal: share(item.subtotal), total: share(item.total), total_tax: share(item.total_tax) };
}

const text = (minor: number, currency: string): string => formatScaled(minor, currencyExponent(currency) ?? 2);
